//! Every picture of the corpus that is said to read as its text. Where the shared test data is
//! present; with feature `qr`.
#![cfg(feature = "qr")]

use core::error::Error;
use std::fs;
use std::path::PathBuf;

use dcc_codec::qr::{PictureLimits, read_picture};
use serde_json::Value;

const FILES: [&str; 3] = ["eu-testdata.jsonl", "qa.jsonl", "extra-images.jsonl"];

/// Identifier, file and text.
type Picture = (String, PathBuf, String);

#[expect(clippy::print_stdout, reason = "says plainly why nothing ran")]
fn pictures() -> Result<Vec<Picture>, Box<dyn Error>> {
    let folder = std::env::var_os("DCC_TESTDATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/testdata"),
        PathBuf::from,
    );
    let folder = folder.join("eu-dcc");
    if !folder.exists() {
        println!("shared test data absent: not run");
        return Ok(Vec::new());
    }
    let mut pictures = Vec::new();
    for file in FILES {
        for line in fs::read_to_string(folder.join(file))?.lines() {
            let case: Value = serde_json::from_str(line)?;
            let text = |name| {
                case.get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            if text("image_reads") == "same" {
                pictures.push((text("id"), folder.join(text("image")), text("qr")));
            }
        }
    }
    assert!(pictures.len() > 500, "{} pictures", pictures.len());
    Ok(pictures)
}

#[test]
fn every_picture_reads_as_its_text() {
    let limits = PictureLimits::default();
    let mut missed = Vec::new();
    for (id, path, text) in pictures().unwrap() {
        let codes = read_picture(&fs::read(path).unwrap(), &limits);
        let texts: Vec<_> = codes
            .iter()
            .flatten()
            .map(|code| code.text().to_owned())
            .collect();
        if texts != [text] {
            missed.push((id, codes.map(|codes| codes.len())));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
