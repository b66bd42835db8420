//! Making and showing bundles, and a gate that opens them.

use std::fs;

use crate::program::{Ran, dcc};
use crate::shared::Desk;

/// A desk with a list and the keys of two signers.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.imported("trust.db");
    for name in ["one", "two"] {
        let made = dcc(&["keygen", "--out", &desk.path(name)]);
        assert_eq!(made.status, 0, "{}", made.err);
    }
    desk
}

fn build(desk: &Desk, signer: &str, out: &str, options: &[&str]) -> Ran {
    let key = desk.path(&format!("{signer}/dsc-key.pem"));
    let certificate = desk.path(&format!("{signer}/dsc.pem"));
    let (list, out) = (desk.path("trust.db"), desk.path(out));
    let fixed = [
        "bundle",
        "build",
        "--trust",
        &list,
        "--key",
        &key,
        "--cert",
        &certificate,
        "--out",
        &out,
        "--json",
    ];
    dcc(&[&fixed, options].concat())
}

/// Far in the future, and inside the signers' validity.
const EXPIRES: [&str; 2] = ["--expires", "2028-03-01"];

fn gate(desk: &Desk, bundle: &str) -> Ran {
    let (bundle, state) = (desk.path(bundle), desk.path("state"));
    let pinned = desk.path("one/dsc.pem");
    // What is checked is no certificate: only the bundle matters here.
    dcc(&[
        "verify",
        "HC1:",
        "--bundle",
        &bundle,
        "--bundle-signer",
        &pinned,
        "--state",
        &state,
        "--json",
    ])
}

#[test]
fn a_bundle_is_built_and_shown() {
    let desk = desk();
    let built = build(
        &desk,
        "one",
        "v.bundle",
        &[&EXPIRES[..], &["--sequence", "7"]].concat(),
    );
    assert_eq!(built.status, 0, "{}", built.err);
    let told = &built.json()[0];
    assert_eq!(
        (&told["sequence"], &told["entries"]),
        (&7.into(), &5.into())
    );
    let file = desk.path("v.bundle");
    let shown = dcc(&["bundle", "show", &file, "--json"]);
    assert_eq!(shown.status, 0, "{}", shown.err);
    let object = &shown.json()[0];
    assert_eq!(object["result"], "not-checked");
    assert_eq!(object["sequence"], 7);
    assert_eq!(object["signer"], told["signer"]);
    assert_eq!(object["sections"][0]["name"], "trust");
    let for_people = dcc(&["bundle", "show", &file, "--lang", "vi"]);
    assert!(
        for_people.out.contains("CHƯA được kiểm tra"),
        "{}",
        for_people.out
    );
    let pinned = desk.path("one/dsc.pem");
    let verified = dcc(&[
        "bundle",
        "show",
        &file,
        "--bundle-signer",
        &pinned,
        "--json",
    ]);
    assert_eq!(verified.json()[0]["result"], "verified");
    assert_eq!(verified.json()[0]["entries"], 5);
    let other = desk.path("two/dsc.pem");
    let refused = dcc(&["bundle", "show", &file, "--bundle-signer", &other, "--json"]);
    assert_eq!(refused.status, 1);
    assert_eq!(refused.json()[0]["code"], "bundle-signer-unknown");
    let mut bytes = fs::read(&file).unwrap();
    bytes.pop();
    let short = desk.write("short", bytes);
    assert_eq!(dcc(&["bundle", "show", &short]).status, 1);
    assert_eq!(dcc(&["bundle", "show", &desk.path("trust.db")]).status, 2);
}

#[test]
fn what_makes_no_sense_is_not_built() {
    let desk = desk();
    desk.write("v.bundle", "what was there");
    for (options, status) in [
        (vec!["--expires", "2026-01-02"], 1),
        // Later than the signer's certificate.
        (vec!["--expires", "2035-01-01"], 1),
        (vec!["--expires", "soon"], 2),
        (vec![], 2),
    ] {
        let ran = build(&desk, "one", "v.bundle", &options);
        assert_eq!(ran.status, status, "{options:?}: {}", ran.err);
    }
    let (list, out) = (desk.path("trust.db"), desk.path("v.bundle"));
    let (key, foreign) = (desk.path("one/dsc-key.pem"), desk.path("two/dsc.pem"));
    let mixed = dcc(&[
        "bundle",
        "build",
        "--trust",
        &list,
        "--key",
        &key,
        "--cert",
        &foreign,
        "--expires",
        "2028-03-01",
        "--out",
        &out,
    ]);
    assert_eq!(mixed.status, 2, "{}", mixed.err);
    assert_eq!(fs::read_to_string(&out).unwrap(), "what was there");
}

#[test]
fn a_gate_takes_newer_bundles_and_learns_signers() {
    let desk = desk();
    let number = |number: &'static str| [&EXPIRES[..], &["--sequence", number]].concat();
    let second = desk.path("two/dsc.pem");
    let adding = [&number("1")[..], &["--add-signer", &second]].concat();
    assert_eq!(build(&desk, "one", "1.bundle", &adding).status, 0);
    assert_eq!(build(&desk, "two", "2.bundle", &number("2")).status, 0);
    assert_eq!(build(&desk, "two", "3.bundle", &number("3")).status, 0);
    let refused = |bundle: &str, code: &str| {
        let ran = gate(&desk, bundle);
        assert_eq!(ran.status, 1, "{}", ran.err);
        assert!(ran.err.contains(code), "{}", ran.err);
        assert_eq!(ran.out, "", "a refused bundle checks nothing");
    };
    refused("2.bundle", "bundle-signer-unknown");
    for bundle in ["1.bundle", "3.bundle"] {
        let ran = gate(&desk, bundle);
        assert_eq!(ran.json()[0]["verdict"], "reject", "{}", ran.err);
    }
    refused("2.bundle", "bundle-rollback");
    refused("1.bundle", "bundle-rollback");
}
