//! The committed bundle: opened here, and by a Python script that shares nothing with this code.
//!
//! `DCC_UPDATE_DOCS=1` writes it anew.

use std::process::Command;

use dcc_registry::bundle::{BundleSigner, SectionName, TrustBundle};
use dcc_sign::sha256;

use crate::shared::{
    Publisher, at, created, draft, expires, fixture, folder, now, provider, trust,
};

const GOLDEN: &str = "testdata/golden.bundle";

/// The key of `tests/fixtures/anchors/signer.pem`, made of its name as `make.py` does it.
fn publisher() -> Publisher {
    let hash = sha256(b"TEST ONLY list signer");
    let mut scalar = [0; 32];
    let mut carry = 0;
    for (place, byte) in hash.iter().enumerate() {
        scalar[place] = byte >> 1 | carry << 7;
        carry = byte & 1;
    }
    scalar[31] |= 1;
    // PKCS #8 of an EC key on P-256 (RFC 5958, RFC 5915).
    let mut pkcs8 = b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\
        \x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20"
        .to_vec();
    pkcs8.extend(scalar);
    Publisher::of(&pkcs8, &fixture("anchors/signer.pem"))
}

fn made() -> Vec<u8> {
    let other = BundleSigner::all_from_bytes(&fixture("anchors/other.pem")).unwrap();
    let draft = draft(42)
        .with_signer(other[0].clone())
        .unwrap()
        .with_section(SectionName::RULES, b"kept for rules".to_vec(), false)
        .unwrap();
    publisher().make(draft)
}

fn golden() -> Vec<u8> {
    let place = folder(GOLDEN);
    if std::env::var_os("DCC_UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, made()).unwrap();
    }
    std::fs::read(place).unwrap()
}

#[test]
fn the_golden_bundle_opens() {
    let pinned = BundleSigner::all_from_bytes(&fixture("anchors/signer.pem")).unwrap();
    let bundle = TrustBundle::open(&golden(), &pinned, now(), 42, &provider()).unwrap();
    assert_eq!(bundle.sequence(), 42);
    assert_eq!((bundle.created(), bundle.expires()), (created(), expires()));
    assert_eq!(bundle.trust(), &trust());
    let rules = bundle.section(&SectionName::RULES);
    assert_eq!(rules, Some(&b"kept for rules"[..]));
    let other = BundleSigner::all_from_bytes(&fixture("anchors/other.pem")).unwrap();
    assert_eq!(bundle.listed_signers(), other);
    let late = at("2027-01-01T00:00:00Z");
    assert!(TrustBundle::open(&golden(), &pinned, late, 42, &provider()).is_err());
}

#[test]
fn an_independent_program_reads_the_golden_bundle() {
    let script = folder("tests/check_bundle.py");
    let signer = folder("tests/fixtures/anchors/signer.pem");
    let run = |file: &std::path::Path| {
        let mut python = Command::new("python3");
        python.arg(&script).arg(file).arg(&signer).output()
    };
    let Some(output) = run(&folder(GOLDEN))
        .ok()
        .filter(|output| output.status.code() != Some(3))
    else {
        assert!(
            std::env::var_os("DCC_REQUIRE_ALL").is_none(),
            "python3 with cryptography is absent"
        );
        println!("python3 with cryptography is absent: not run");
        return;
    };
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let facts: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(facts["sequence"], 42);
    assert_eq!(facts["created"], created().unix_seconds());
    assert_eq!(facts["expires"], expires().unix_seconds());
    assert_eq!(
        facts["sections"],
        serde_json::json!(["rules", "trust", "signers"])
    );
    let kids: Vec<_> = trust()
        .entries()
        .iter()
        .map(|entry| entry.kid().to_string())
        .collect();
    assert_eq!(facts["trust"], serde_json::json!(kids));
    assert_eq!(facts["signers"], 1);
    // And it notices a change.
    let folder = tempfile::tempdir().unwrap();
    let changed = folder.path().join("changed");
    let mut bytes = golden();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&changed, bytes).unwrap();
    assert!(!run(&changed).unwrap().status.success());
}
