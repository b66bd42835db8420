//! Where the shared test data is.

use std::path::PathBuf;

/// The folder, or `None` with a plain word about it. Nothing of it is in this repository.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("DCC_TESTDATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/testdata"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    println!("shared test data absent: not run");
    None
}
