//! Showing, writing and comparing a list that is kept.

use std::fs;

use serde_json::Value;

use crate::program::{dcc, dcc_with_input, status_when_nobody_reads};
use crate::shared::{Desk, anchor, fixture};

#[test]
fn each_entry_is_one_object() {
    let desk = Desk::new();
    let list = desk.imported("trust.db");
    let listed = dcc(&["trust", "list", "--trust", &list, "--json"]);
    assert_eq!(listed.status, 0, "{}", listed.err);
    let entries = listed.json();
    assert_eq!(entries.len(), 5);
    let find = |name: &str| {
        let named = |entry: &&Value| entry["subject"].as_str().unwrap().ends_with(name);
        entries.iter().find(named).unwrap().clone()
    };
    let signer = find("CN=DSC VN 2");
    assert_eq!(signer["country"], "VN");
    assert_eq!(signer["kind"], "certificate");
    assert_eq!(signer["role"], "signer");
    assert_eq!(signer["usages"], serde_json::json!(["vaccination"]));
    assert_eq!(signer["integrity"], "verified");
    assert_eq!(signer["source"], "dccg");
    assert_eq!(signer["not_before"], "2021-06-01T00:00:00Z");
    assert_eq!(signer["not_after"], "2036-06-01T00:00:00Z");
    assert_eq!(find("CN=CSCA VN")["role"], "authority");
    let for_people = dcc(&["trust", "list", "--trust", &list]);
    assert_eq!(for_people.out.lines().count(), 5);
    assert!(for_people.out.contains("CN=DSC VN 2"));
}

#[test]
fn bare_keys_have_no_dates_that_nobody_told() {
    let desk = Desk::new();
    let source = fixture("ch/good");
    let ran = desk.import(&[&source], &["--anchor", &anchor("root.pem")], "trust.db");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let listed = dcc(&["trust", "list", "--trust", &desk.path("trust.db"), "--json"]);
    for entry in listed.json() {
        assert_eq!(entry["kind"], "key");
        for member in ["not_before", "not_after", "subject"] {
            assert_eq!(entry[member], Value::Null, "{member}");
        }
    }
}

#[test]
fn one_key_is_shown_by_either_spelling_of_its_id() {
    let desk = Desk::new();
    let list = desk.imported("trust.db");
    for kid in ["E7JFDUB8Z2o=", "13b2450d407c676a"] {
        let shown = dcc(&["trust", "show", kid, "--trust", &list, "--json"]);
        assert_eq!(shown.status, 0, "{}", shown.err);
        assert_eq!(shown.json().len(), 1);
        assert_eq!(shown.json()[0]["kid"], "E7JFDUB8Z2o=");
    }
    let for_people = dcc(&["trust", "show", "E7JFDUB8Z2o=", "--trust", &list]);
    assert!(
        for_people.out.contains("Mục đích / usages"),
        "{}",
        for_people.out
    );
    let unknown = dcc(&["trust", "show", "AAAAAAAAAAA=", "--trust", &list]);
    assert_eq!((unknown.status, unknown.out.as_str()), (1, ""));
    assert_eq!(dcc(&["trust", "show", "?!", "--trust", &list]).status, 2);
}

#[test]
fn what_is_exported_comes_back_the_same() {
    let desk = Desk::new();
    let list = desk.imported("trust.db");
    for format in ["dccg", "pem", "did"] {
        let written = desk.path(&format!("list.{format}"));
        let export = [
            "trust", "export", &written, "--format", format, "--trust", &list,
        ];
        let ran = dcc(&export);
        assert_eq!(ran.status, 0, "{}", ran.err);
        let back = desk.path(&format!("{format}.db"));
        let import = desk.import(&[&written], &["--trust-transport"], &format!("{format}.db"));
        assert_eq!(import.status, 0, "{}", import.err);
        let diff = dcc(&["trust", "diff", &list, &back, "--json"]);
        assert_eq!(diff.status, 0, "{}", diff.err);
        // An export is not signed, and nothing else is different.
        for change in diff.json() {
            assert_eq!(change["change"], "changed");
            assert_eq!(change["before"]["integrity"], "verified");
            for member in [
                "kid",
                "country",
                "kind",
                "role",
                "usages",
                "not_after",
                "thumbprint",
            ] {
                assert_eq!(
                    change["before"][member], change["entry"][member],
                    "{format} {member}"
                );
            }
        }
        let to_output = dcc(&["trust", "export", "-", "--format", format, "--trust", &list]);
        assert_eq!(to_output.out, fs::read_to_string(&written).unwrap());
    }
}

#[test]
fn what_has_no_place_in_a_form_is_told() {
    let desk = Desk::new();
    let source = fixture("ch/good");
    desk.import(&[&source], &["--anchor", &anchor("root.pem")], "trust.db");
    let (out, list) = (desk.path("x.json"), desk.path("trust.db"));
    let ran = dcc(&[
        "trust", "export", &out, "--format", "dccg", "--trust", &list, "--json",
    ]);
    assert_eq!(ran.status, 0);
    assert_eq!(ran.json()[0]["left_out"], 2);
    assert!(ran.err.contains("2 entries"), "{}", ran.err);
}

#[test]
fn a_diff_names_what_was_added_removed_and_changed() {
    let desk = Desk::new();
    let before = desk.imported("before.db");
    // Without one signer, another restricted, and one more.
    let pem = desk.path("all.pem");
    dcc(&[
        "trust", "export", &pem, "--format", "pem", "--trust", &before,
    ]);
    let text = fs::read_to_string(&pem).unwrap();
    let mut blocks: Vec<_> = text
        .split_inclusive("-----END CERTIFICATE-----\n")
        .collect();
    assert_eq!(blocks.len(), 5);
    let named = |blocks: &[&str], name: &str| {
        blocks
            .iter()
            .position(|block| block.contains(name))
            .unwrap()
    };
    blocks.remove(named(&blocks, "CN=DSC AT\n"));
    let place = named(&blocks, "CN=DSC VN\n");
    let restricted = format!("use: t\n{}", blocks[place]);
    blocks[place] = &restricted;
    let after = desk.write("after.pem", blocks.concat());
    let other = desk.write("before.pem", &text);
    let diff = dcc(&["trust", "diff", &other, &after, "--json"]);
    assert_eq!(diff.status, 0, "{}", diff.err);
    let mut words: Vec<_> = diff
        .json()
        .iter()
        .map(|change| format!("{} {}", change["change"], change["entry"]["subject"]))
        .collect();
    words.sort();
    assert_eq!(
        words,
        [
            r#""changed" "C=VN, O=TEST ONLY, CN=DSC VN""#,
            r#""removed" "C=AT, O=TEST ONLY, CN=DSC AT""#
        ]
    );
    let back = dcc(&["trust", "diff", &after, &other]);
    assert!(
        back.out.lines().any(|line| line.starts_with("+ ")),
        "{}",
        back.out
    );
    let none = dcc(&["trust", "diff", &other, &other]);
    assert_eq!(none.out, "không khác / no difference\n");
    assert_eq!(
        dcc(&["trust", "diff", &other, &desk.path("missing")]).status,
        2
    );
}

#[test]
fn a_closed_output_is_no_fault() {
    let desk = Desk::new();
    let list = desk.imported("trust.db");
    assert_eq!(
        status_when_nobody_reads(&["trust", "list", "--trust", &list]),
        0
    );
    assert_eq!(dcc_with_input(&["trust", "list"], b"").status, 2);
}
