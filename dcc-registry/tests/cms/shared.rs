//! The shared test data: not part of the repository, found by `DCC_TESTDATA`.

use std::io::Read;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The bytes of a file, or `None`, said plainly, where the data is absent.
pub(crate) fn file(path: &str) -> Option<Vec<u8>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/testdata");
    let root =
        std::env::var_os("DCC_TESTDATA").map_or_else(|| PathBuf::from(default), PathBuf::from);
    if !root.is_dir() {
        println!("shared test data absent: not run");
        return None;
    }
    Some(std::fs::read(root.join(path)).unwrap())
}

/// A JSON file.
pub(crate) fn json(path: &str) -> Option<Value> {
    file(path).map(|bytes| serde_json::from_slice(&bytes).unwrap())
}

/// A gzipped JSON file.
pub(crate) fn gzipped_json(path: &str) -> Option<Value> {
    let bytes = file(path)?;
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..])
        .read_to_end(&mut text)
        .unwrap();
    Some(serde_json::from_slice(&text).unwrap())
}

/// A PEM certificate's DER.
pub(crate) fn pem(path: &str) -> Option<Vec<u8>> {
    file(path).map(|bytes| pem::parse(bytes).unwrap().into_contents())
}

/// A Base64 text in JSON.
pub(crate) fn base64(text: &Value) -> Vec<u8> {
    STANDARD.decode(text.as_str().unwrap()).unwrap()
}
