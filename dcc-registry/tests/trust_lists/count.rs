//! What the independent script counts in the shared test data.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::shared::{now, required, testdata};

/// What the script counts. Without Python it is not run, which is an error where
/// `DCC_REQUIRE_ALL` is set.
pub(crate) fn counted() -> Option<&'static Value> {
    static COUNTS: OnceLock<Option<Value>> = OnceLock::new();
    COUNTS.get_or_init(count).as_ref()
}

fn count() -> Option<Value> {
    let data = testdata()?;
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/count_trust_lists.py");
    let run = Command::new("python3")
        .arg("-B")
        .arg(script)
        .arg(data)
        .arg(now().unix_seconds().to_string())
        .output();
    match run {
        Ok(output) => {
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            Some(serde_json::from_slice(&output.stdout).unwrap())
        }
        Err(error) => {
            assert!(!required(), "python3 does not run: {error}");
            println!("python3 absent: not run");
            None
        }
    }
}
