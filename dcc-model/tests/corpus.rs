//! Every oddity of real payloads is remarked on, and nothing else: the shared corpus.

#![cfg(test)]

extern crate alloc;

use alloc::collections::BTreeSet;

use dcc_model::{Certificate, Remark, RemarkClass, RemarkCode, VaccinePassport, ValueSets};
use serde_json::Value;

#[path = "testdata/folder.rs"]
mod testdata;

fn cases() -> Vec<Value> {
    let Some(folder) = testdata::folder() else {
        return Vec::new();
    };
    let mut cases = Vec::new();
    for file in ["eu-testdata", "qa", "extra-images"] {
        let path = folder.join("eu-dcc").join(file).with_extension("jsonl");
        let text = std::fs::read_to_string(path).unwrap();
        cases.extend(
            text.lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap()),
        );
    }
    assert!(cases.len() > 500, "{}", cases.len());
    cases
}

/// Tokens of the oracle, such as `v.dt:dt-off`, `nam-no-gn`.
fn odd(case: &Value) -> BTreeSet<String> {
    let tokens = case["odd"].as_array().into_iter().flatten();
    tokens
        .map(|token| token.as_str().unwrap().to_owned())
        .collect()
}

/// Complaints of JSON schema 1.3.3, such as `.v[0].dn: minimum (0)`.
fn complaints(case: &Value) -> BTreeSet<String> {
    let texts = case["schema133"].as_array().into_iter().flatten();
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

/// Tokens that speak of other layers than the payload.
fn is_elsewhere(token: &str) -> bool {
    [
        "cert-",
        "clock",
        "co!=iss",
        "cose-",
        "cwt-cbor",
        "exp-",
        "iat-",
        "hcert-",
        "hdr-",
        "kid-",
        "prot-",
        "uncompressed",
    ]
    .iter()
    .any(|start| token.starts_with(start))
}

fn read(case: &Value) -> Option<(Certificate, Vec<Remark>)> {
    Certificate::from_json(case.get("json")?).ok()
}

/// `code at` of each remark.
fn told(remarks: &[Remark]) -> BTreeSet<String> {
    remarks
        .iter()
        .map(|r| format!("{:?} {}", r.code(), r.at()))
        .collect()
}

#[test]
fn the_structure_is_right_where_the_oracle_says_so() {
    let mut compared = 0;
    for case in cases() {
        if let (Some(json), Some(right)) = (case.get("json"), case["stages"]["schema"].as_bool()) {
            let read = Certificate::from_json(json);
            assert_eq!(read.is_ok(), right, "{}: {read:?}", case["id"]);
            compared += 1;
        }
    }
    println!("{compared} payloads compared");
}

#[test]
fn plain_payloads_have_neither_deviation_nor_note() {
    let mut plain = 0;
    for case in cases() {
        let odd = odd(&case)
            .into_iter()
            .filter(|token| !is_elsewhere(token))
            .count();
        if odd > 0 || !complaints(&case).is_empty() || !untold(&case["json"]).is_empty() {
            continue;
        }
        if let Some((_, mut remarks)) = read(&case) {
            remarks.retain(|r| r.class() != RemarkClass::Finding);
            assert_eq!(remarks, [], "{}", case["id"]);
            plain += 1;
        }
    }
    println!("{plain} plain payloads");
}

/// What the oracle's token makes us expect: `code at`, or nothing if it speaks of another layer.
fn expected(token: &str, kind: &str) -> Option<String> {
    let group = |member: &str| format!("{kind}[0].{member}");
    let (code, at) = match token {
        "dob:year" => ("BirthDateYear", "dob".to_owned()),
        "dob:year-month" => ("BirthDateYearMonth", "dob".to_owned()),
        "dob:empty" => ("BirthDateEmpty", "dob".to_owned()),
        "astral-char-in-text" => ("TextNonBmp", String::new()),
        "quote-or-backslash-in-text" => ("TextQuote", String::new()),
        "v.dn>sd" => ("DoseBeyondSeries", group("dn")),
        "v.dose<1" => ("DoseNumberBelowOne", String::new()),
        "t.tc-long100" => ("TextTooLong", group("tc")),
        _ if token.starts_with("dob:dt-") => ("BirthDateTime", "dob".to_owned()),
        _ => {
            if let Some(part) = token.strip_prefix("nam-no-") {
                ("NamePartMissing", format!("nam.{part}"))
            } else if let Some(part) = token.strip_prefix("nam-empty-") {
                ("NamePartEmpty", format!("nam.{part}"))
            } else if let Some(unused) = token.strip_suffix("-null") {
                ("GroupNull", unused.to_owned())
            } else if token.ends_with(".ci-lowercase-urn") {
                ("UvciLowerCase", group("ci"))
            } else if token.ends_with(".ci-no-urn") {
                ("UvciNoUrn", group("ci"))
            } else if let Some((_, member)) =
                token.strip_suffix("-empty").and_then(|t| t.split_once('.'))
            {
                let code = if matches!(member, "tc" | "nm" | "is" | "ci") {
                    "TextEmpty"
                } else {
                    "CodeEmpty"
                };
                (code, group(member))
            } else if let Some((member, how)) = token.split_once(":dt-") {
                let member = member
                    .trim_start_matches(['v', 't', 'r'])
                    .trim_start_matches('.');
                if matches!(member, "sc" | "dr") {
                    assert!(how.starts_with("frac"), "{token}");
                    ("DateTimeFraction", group(member))
                } else {
                    ("DateWithTime", group(member))
                }
            } else {
                // `v.co=` doubles `v.co-empty`; tagged dates are the codec's to report.
                let known =
                    is_elsewhere(token) || token.ends_with(".co=") || token.contains(":tag0");
                assert!(known, "token {token} is not mapped");
                return None;
            }
        }
    };
    Some(format!("{code} {at}"))
}

/// What a complaint of the JSON schema makes us expect, beyond what tokens tell.
fn expected_of_schema(complaint: &str) -> Option<String> {
    let far_year = complaint.starts_with(".dob: pattern") && !complaint.contains('T');
    far_year.then(|| "BirthDateOther dob".to_owned())
}

/// What the oracle has no tokens for, though the corpus has a case of it: white space at the ends
/// of a value.
fn untold(json: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, group) in [
        ("nam", &json["nam"]),
        ("v[0]", &json["v"][0]),
        ("t[0]", &json["t"][0]),
    ] {
        for (member, value) in group.as_object().into_iter().flatten() {
            if value.as_str().is_some_and(|text| text.trim() != text) {
                found.insert(format!("TextWhitespace {at}.{member}"));
            }
        }
    }
    found
}

/// Codes that have neither token nor complaint in the corpus: findings, and the rules of older
/// schema versions, which the oracle does not look at.
const UNTOLD: &[RemarkCode] = &[
    RemarkCode::UvciChecksum,
    RemarkCode::VaccineCodesMismatch,
    RemarkCode::VersionLimit,
];

#[test]
fn every_oddity_is_remarked_on_and_nothing_else() {
    let mut compared = 0;
    for case in cases() {
        let Some((certificate, remarks)) = read(&case) else {
            continue;
        };
        let kind = certificate.entry().path().trim_end_matches("[0]");
        let mut wanted: BTreeSet<_> = odd(&case)
            .iter()
            .filter_map(|token| expected(token, kind))
            .collect();
        wanted.extend(untold(&case["json"]));
        wanted.extend(
            complaints(&case)
                .iter()
                .filter_map(|text| expected_of_schema(text)),
        );
        let remarks: Vec<_> = remarks
            .into_iter()
            .filter(|r| !UNTOLD.contains(&r.code()))
            .collect();
        let without_place = ["TextNonBmp", "TextQuote", "DoseNumberBelowOne"];
        let got: BTreeSet<_> = told(&remarks)
            .into_iter()
            .map(
                |line| match without_place.iter().find(|code| line.starts_with(**code)) {
                    Some(code) => format!("{code} "),
                    None => line,
                },
            )
            .collect();
        assert_eq!(got, wanted, "{}: {:?}", case["id"], odd(&case));
        compared += 1;
    }
    println!("{compared} payloads compared");
}

#[test]
fn whatever_the_newest_schema_refuses_has_a_deviation() {
    for case in cases() {
        let Some((_, remarks)) = read(&case) else {
            continue;
        };
        for complaint in complaints(&case) {
            let at = complaint
                .split_once(": ")
                .unwrap()
                .0
                .trim_start_matches('.');
            let place = Some(at).filter(|at| !at.is_empty());
            let met = remarks
                .iter()
                .any(|r| r.is_deviation() && place.is_none_or(|at| r.at().as_str() == at));
            assert!(met, "{}: {complaint}", case["id"]);
        }
    }
}

#[test]
fn the_strict_form_reads_back_as_the_same_certificate() {
    for case in cases() {
        let Some((certificate, _)) = read(&case) else {
            continue;
        };
        let (again, _) = Certificate::from_json(&certificate.to_json()).unwrap();
        assert_eq!(again, certificate, "{}", case["id"]);
    }
}

#[test]
fn nothing_that_is_printed_tells_a_value() {
    for case in cases() {
        let Some(mut json) = case.get("json").cloned() else {
            continue;
        };
        mark_texts(&mut json);
        let printed = match Certificate::from_json(&json) {
            Ok((certificate, remarks)) => {
                let passport = VaccinePassport::new(&certificate, Some(MARK));
                let fields = passport.as_ref().map(|p| p.fields(&ValueSets::builtin()));
                let (name, entry) = (certificate.name(), certificate.entry());
                let dates = certificate.birth_date();
                format!(
                    "{certificate:?}{name:?}{entry:?}{dates:?}{remarks:?}{passport:?}{fields:?}"
                )
            }
            Err(error) => format!("{error}{error:?}"),
        };
        assert!(!printed.contains(MARK), "{}: {printed}", case["id"]);
    }
}

const MARK: &str = "zYx";

/// Puts the mark into every text.
fn mark_texts(value: &mut Value) {
    match value {
        Value::String(text) => text.push_str(MARK),
        Value::Array(items) => items.iter_mut().for_each(mark_texts),
        Value::Object(members) => members.values_mut().for_each(mark_texts),
        _ => {}
    }
}

#[test]
fn the_older_versions_limits_are_met_only_where_they_hold() {
    for case in cases() {
        let Some((certificate, remarks)) = read(&case) else {
            continue;
        };
        let dob = certificate.birth_date().as_str();
        let partial =
            matches!(dob.len(), 4 | 7) && certificate.schema_version().starts_with("1.0.");
        let limited = remarks
            .iter()
            .any(|r| r.code() == RemarkCode::VersionLimit && r.at().as_str() == "dob");
        assert_eq!(limited, partial, "{}", case["id"]);
    }
}
