//! Where the shared test data lies.

use std::path::{Path, PathBuf};

use dcc_model::Timestamp;
use dcc_registry::trust_list::{ImportOptions, Importer};
use dcc_sign::CryptoProvider;

pub(crate) fn provider() -> CryptoProvider {
    dcc_sign::provider::aws_lc::provider()
}

/// A day of the snapshot of WHO's documents.
pub(crate) fn now() -> Timestamp {
    "2026-08-22T18:00:00Z".parse().unwrap()
}

pub(crate) fn importer(options: ImportOptions) -> Importer {
    Importer::new(provider(), options)
}

/// The folder of the shared test data, or `None` after saying that it is absent.
pub(crate) fn testdata() -> Option<PathBuf> {
    let place = std::env::var_os("DCC_TESTDATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/testdata"),
        PathBuf::from,
    );
    if place.is_dir() {
        return Some(place);
    }
    assert!(!required(), "the shared test data is absent");
    println!("shared test data absent: not run");
    None
}

/// Whether nothing may be left out.
pub(crate) fn required() -> bool {
    std::env::var_os("DCC_REQUIRE_ALL").is_some()
}

/// A file of the test data, inflated.
pub(crate) fn read(name: &str) -> Option<Vec<u8>> {
    testdata().map(|folder| contents(&folder.join(name)))
}

fn contents(path: &Path) -> Vec<u8> {
    use std::io::Read as _;
    let bytes = std::fs::read(path).unwrap();
    if path.extension() != Some("gz".as_ref()) {
        return bytes;
    }
    let mut inflated = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice())
        .read_to_end(&mut inflated)
        .unwrap();
    inflated
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(digit)
        .collect()
}

fn digit(value: u8) -> Option<char> {
    char::from_digit(value.into(), 16)
}
