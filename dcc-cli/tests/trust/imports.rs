//! Importing: what is taken, what is refused, and what a refusal leaves.

use std::fs;

use crate::program::{Ran, dcc};
use crate::shared::{Desk, NOW, SIGNED, anchor, fixture};

/// The sources of a fixture: a folder of several files is one, DCCG comes as its three good files.
fn sources(name: &str) -> Vec<String> {
    if name == "dccg/dsc-only" {
        return ["csca", "upload", "dsc"]
            .map(|kind| fixture(&format!("dccg/{kind}.json")))
            .into();
    }
    vec![fixture(name)]
}

fn import(desk: &Desk, name: &str, options: &[&str]) -> Ran {
    let sources = sources(name);
    let sources: Vec<_> = sources.iter().map(String::as_str).collect();
    desk.import(&sources, options, "trust.db")
}

fn integrities(desk: &Desk) -> Vec<String> {
    let listed = dcc(&["trust", "list", "--json", "--trust", &desk.path("trust.db")]);
    assert_eq!(listed.status, 0, "{}", listed.err);
    let words = listed.json().into_iter();
    let mut words: Vec<_> = words
        .map(|entry| entry["integrity"].as_str().unwrap().to_owned())
        .collect();
    words.dedup();
    words
}

#[test]
fn every_signed_form_loads_with_its_anchor() {
    for (name, pinned, signers) in SIGNED {
        let desk = Desk::new();
        let ran = import(&desk, name, &["--anchor", &anchor(pinned)]);
        assert_eq!(ran.status, 0, "{name}: {}", ran.err);
        let told = ran.json();
        assert_eq!(told.len(), 1, "{name}");
        assert_eq!(told[0]["result"], "loaded");
        assert_eq!(told[0]["signers"], signers, "{name}");
        assert_eq!(told[0]["integrity"], "verified", "{name}");
        assert_eq!(integrities(&desk), ["verified"], "{name}");
        // The format can be said, too.
        let format = name.split('/').next().unwrap();
        let options = ["--anchor", &anchor(pinned), "--format", format];
        assert_eq!(import(&desk, name, &options).status, 0, "{name}");
    }
}

#[test]
fn a_signed_form_without_its_anchor_needs_a_word_about_the_connection() {
    for (name, _, signers) in SIGNED {
        let desk = Desk::new();
        let refused = import(&desk, name, &[]);
        assert_eq!(refused.status, 1, "{name}");
        assert_eq!(refused.json()[0]["code"], "trust-anchor-missing", "{name}");
        assert!(refused.err.contains("[trust-anchor-missing]"), "{name}");
        assert!(desk.names().is_empty(), "nothing is written");
        let taken = import(&desk, name, &["--trust-transport"]);
        assert_eq!(taken.status, 0, "{name}: {}", taken.err);
        assert_eq!(taken.json()[0]["signers"], signers, "{name}");
        assert_eq!(integrities(&desk), ["transport"], "{name}");
    }
}

#[test]
fn a_refusal_leaves_what_was_there_untouched() {
    for (name, pinned, code) in [
        ("at/wrong-key", "signer.pem", "trust-list-signature-wrong"),
        ("at/wrong-hash", "signer.pem", "trust-list-hash-wrong"),
        ("at/wrong-version", "signer.pem", "trust-list-version"),
        ("at/expired", "signer.pem", "trust-list-expired"),
        ("at/not-yet", "signer.pem", "trust-list-not-yet-valid"),
        ("at/good", "other.pem", "trust-list-signature-wrong"),
        ("ch/wrong-key", "root.pem", "trust-list-signature-wrong"),
        ("ch/wrong-name", "root.pem", "trust-list-signer-unknown"),
        ("ch/expired", "root.pem", "trust-list-expired"),
        (
            "de/wrong-key.txt",
            "signer-key.pem",
            "trust-list-signature-wrong",
        ),
        (
            "de/changed.txt",
            "signer-key.pem",
            "trust-list-signature-wrong",
        ),
        (
            "nl/wrong-key.json",
            "root.pem",
            "trust-list-signature-wrong",
        ),
        ("nl/changed.json", "root.pem", "trust-list-signature-wrong"),
        ("se/expired.jws", "signer.pem", "trust-list-expired"),
        ("se/changed.jws", "signer.pem", "trust-list-signature-wrong"),
        (
            "se/unknown-signer.jws",
            "signer.pem",
            "trust-list-signer-unknown",
        ),
        (
            "se/algorithm-none.jws",
            "signer.pem",
            "trust-list-algorithm",
        ),
        ("dccg/dsc-only", "other.pem", "trust-list-signer-unknown"),
    ] {
        let desk = Desk::new();
        desk.write("trust.db", "what was there");
        let refused = import(&desk, name, &["--anchor", &anchor(pinned)]);
        assert_eq!(refused.status, 1, "{name}: {}", refused.err);
        let told = refused.json();
        assert_eq!(told[0]["result"], "refused", "{name}");
        assert_eq!(told[0]["code"], code, "{name}");
        let kept = fs::read_to_string(desk.path("trust.db")).unwrap();
        assert_eq!(kept, "what was there", "{name}");
        assert_eq!(desk.names(), ["trust.db"], "{name}");
    }
}

#[test]
fn one_refused_source_refuses_them_all() {
    let desk = Desk::new();
    let sources = [fixture("de/good.txt"), fixture("de/changed.txt")];
    let sources = [sources[0].as_str(), sources[1].as_str()];
    let ran = desk.import(
        &sources,
        &["--anchor", &anchor("signer-key.pem")],
        "trust.db",
    );
    assert_eq!(ran.status, 1);
    assert!(desk.names().is_empty());
}

#[test]
fn what_cannot_be_read_is_a_mistake_of_usage() {
    let desk = Desk::new();
    let junk = desk.write("junk", "neither this nor that");
    let missing = desk.path("missing");
    let good = fixture("at/good");
    let half = fixture("at/good/trustlist");
    let lone = fixture("at/good/trustlistsig");
    for (sources, options) in [
        (vec![junk.as_str()], vec![]),
        (vec![missing.as_str()], vec![]),
        (vec![good.as_str()], vec!["--anchor", junk.as_str()]),
        (vec![good.as_str()], vec!["--anchor", missing.as_str()]),
        (vec![half.as_str()], vec!["--trust-transport"]),
        (vec![lone.as_str()], vec!["--trust-transport"]),
        (vec![good.as_str()], vec!["--format", "xx"]),
        (vec![], vec![]),
    ] {
        let ran = desk.import(&sources, &options, "trust.db");
        assert_eq!(ran.status, 2, "{sources:?} {options:?}: {}", ran.err);
        assert_eq!(desk.names(), ["junk"]);
    }
    // A folder that is not there cannot be written into.
    let out = desk.path("none/trust.db");
    let pem = anchor("signer.pem");
    assert_eq!(dcc(&["trust", "import", &pem, "--out", &out]).status, 2);
}

#[test]
fn one_bad_entry_is_told_and_the_rest_loads() {
    for (name, pinned) in [
        ("at/one-bad-entry", "signer.pem"),
        ("ch/one-bad-entry", "root.pem"),
        ("de/one-bad-entry.txt", "signer-key.pem"),
        ("nl/one-bad-entry.json", "root.pem"),
        ("se/one-bad-entry.jws", "signer.pem"),
    ] {
        let desk = Desk::new();
        let ran = import(&desk, name, &["--anchor", &anchor(pinned)]);
        assert_eq!(ran.status, 0, "{name}: {}", ran.err);
        let told = ran.json();
        let rejected = told[0]["rejected"].as_array().unwrap();
        assert!(!rejected.is_empty(), "{name}");
        for report in rejected {
            let code = report["code"].as_str().unwrap();
            assert!(
                ran.err.contains(&format!("[{code}]")),
                "{name}: {}",
                ran.err
            );
        }
        assert!(told[0]["signers"].as_u64().unwrap() > 0, "{name}");
    }
}

#[test]
fn files_of_one_list_may_be_named_one_by_one() {
    let desk = Desk::new();
    for (folder, pinned) in [("at/good", "signer.pem"), ("ch/good", "root.pem")] {
        let mut files: Vec<_> = fs::read_dir(fixture(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
            .collect();
        files.sort();
        let files: Vec<_> = files.iter().map(String::as_str).collect();
        let ran = desk.import(&files, &["--anchor", &anchor(pinned)], "trust.db");
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert_eq!(ran.json()[0]["signers"], 2);
    }
}

#[test]
fn a_folder_of_certificates_and_other_things_gives_the_certificates() {
    let desk = Desk::new();
    let folder = desk.path("folder");
    fs::create_dir(&folder).unwrap();
    fs::copy(anchor("signer.pem"), format!("{folder}/a.pem")).unwrap();
    fs::copy(anchor("root.pem"), format!("{folder}/b.pem")).unwrap();
    fs::write(format!("{folder}/README"), "About this folder.").unwrap();
    let ran = desk.import(&[&folder], &[], "trust.db");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("README"), "{}", ran.err);
    let told = ran.json();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|list| list["format"] == "pem"));
    // The same file, named, must be a list.
    let readme = format!("{folder}/README");
    assert_eq!(desk.import(&[&readme], &[], "trust.db").status, 2);
}

#[test]
fn a_kept_list_is_a_source_and_a_damaged_one_is_refused() {
    let desk = Desk::new();
    let kept = desk.imported("kept.db");
    let ran = desk.import(&[&kept, &anchor("other.pem")], &[], "more.db");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let listed = dcc(&["trust", "list", "--json", "--trust", &desk.path("more.db")]);
    assert_eq!(listed.json().len(), 6);
    let again = desk.import(&[&kept], &[], "again.db");
    assert_eq!(again.status, 0);
    let bytes = |name: &str| fs::read(desk.path(name)).unwrap();
    assert_eq!(
        bytes("again.db"),
        bytes("kept.db"),
        "the same list, the same bytes"
    );
    let mut changed = bytes("kept.db");
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let damaged = desk.write("damaged.db", changed);
    let refused = desk.import(&[&damaged], &[], "x.db");
    assert_eq!(refused.status, 1, "{}", refused.err);
    assert_eq!(refused.json()[0]["code"], "trust-store-corrupt");
    assert_eq!(dcc(&["trust", "list", "--trust", &damaged]).status, 1);
}

#[test]
fn time_is_the_given_one() {
    let desk = Desk::new();
    let out = desk.path("trust.db");
    let (source, pinned) = (fixture("at/good"), anchor("signer.pem"));
    let run = |at| {
        dcc(&[
            "trust", "import", &source, "--anchor", &pinned, "--at", at, "--out", &out,
        ])
    };
    assert_eq!(run(NOW).status, 0);
    let late = run("2031-01-01");
    assert_eq!(late.status, 1);
    assert!(late.err.contains("trust-list-expired"), "{}", late.err);
}
