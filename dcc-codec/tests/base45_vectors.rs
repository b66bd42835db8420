//! The vectors of RFC 9285 and its edge cases, where the shared test data is present.

use core::error::Error;
use std::fs;
use std::path::PathBuf;

use dcc_codec::base45;
use serde_json::Value;

#[expect(clippy::print_stdout, reason = "says plainly why nothing ran")]
fn vectors() -> Result<Option<Value>, Box<dyn Error>> {
    let folder = std::env::var_os("DCC_TESTDATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/testdata"),
        PathBuf::from,
    );
    let path = folder.join("base45/vectors.json");
    if !path.exists() {
        println!("shared test data absent: not run");
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&fs::read(path)?)?))
}

fn list<'v>(vectors: &'v Value, name: &str) -> Vec<&'v Value> {
    vectors
        .get(name)
        .and_then(Value::as_array)
        .map(|list| list.iter().collect())
        .unwrap_or_default()
}

fn text<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector.get(name).and_then(Value::as_str).unwrap_or("?")
}

#[test]
fn vectors_agree() {
    let Some(vectors) = vectors().unwrap() else {
        return;
    };
    let hex = |digits: &str| -> Vec<u8> {
        let (pairs, _) = digits.as_bytes().as_chunks::<2>();
        let digit = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        pairs.iter().map(digit).collect()
    };
    let standard = list(&vectors, "rfc9285");
    let edge = list(&vectors, "edge");
    let invalid = list(&vectors, "invalid");
    assert!(standard.len() >= 4 && edge.len() >= 7 && invalid.len() >= 9);
    let pairs = standard
        .iter()
        .map(|vector| (text(vector, "utf8").as_bytes().to_vec(), vector));
    for (bytes, vector) in pairs.chain(edge.iter().map(|vector| (hex(text(vector, "hex")), vector)))
    {
        let written = text(vector, "b45");
        assert_eq!(base45::encode(&bytes), written);
        assert_eq!(base45::decode(written), Ok(bytes));
    }
    for vector in invalid {
        let written = text(vector, "b45");
        assert!(
            base45::decode(written).is_err(),
            "{written:?}: {}",
            text(vector, "why")
        );
    }
}
