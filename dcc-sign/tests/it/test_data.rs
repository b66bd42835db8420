//! The shared test data, where it is there, and the providers that are built in.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_sign::{CryptoProvider, DocumentSigner, DscError};
use serde_json::Value;

/// The folder of shared test data, where it is there.
pub(crate) fn test_data(name: &str) -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/testdata");
    let root = std::env::var_os("DCC_TESTDATA").map_or_else(|| default.into(), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("shared test data absent: not run");
    None
}

/// The corpus cases that have a certificate.
pub(crate) fn corpus() -> Option<Vec<Value>> {
    let folder = test_data("eu-dcc")?;
    let mut cases = Vec::new();
    for file in ["eu-testdata", "qa", "extra-images", "derived"] {
        let text = fs::read_to_string(folder.join(file).with_extension("jsonl")).ok()?;
        cases.extend(
            text.lines()
                .filter_map(|line| serde_json::from_str::<Value>(line).ok()),
        );
    }
    Some(cases)
}

pub(crate) fn certificate(base64: &Value) -> Result<DocumentSigner, DscError> {
    let der = STANDARD.decode(base64.as_str().unwrap_or_default());
    DocumentSigner::from_der(&der.unwrap_or_default())
}

pub(crate) fn providers() -> Vec<CryptoProvider> {
    vec![
        #[cfg(feature = "aws-lc")]
        dcc_sign::provider::aws_lc::provider(),
        #[cfg(feature = "rustcrypto")]
        dcc_sign::provider::rustcrypto::provider(),
    ]
}
