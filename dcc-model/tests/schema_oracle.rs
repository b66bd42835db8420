//! The reader against the official JSON schema of each version.

#![cfg(test)]

extern crate alloc;

use alloc::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use dcc_model::{Certificate, Remark, RemarkCode, SchemaError};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

#[path = "testdata/folder.rs"]
mod testdata;

const VERSIONS: &[&str] = &[
    "1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.1", "1.3.0", "1.3.1", "1.3.2", "1.3.3",
];

static SCHEMAS: LazyLock<Option<BTreeMap<&str, Validator>>> = LazyLock::new(|| {
    let folder = testdata::folder()?.join("schemas/dcc");
    let schema = |version: &&'static str| {
        let schema = read(&folder.join(version).join("combined-schema.json"));
        let options = jsonschema::options().should_validate_formats(true);
        (*version, options.build(&schema).unwrap())
    };
    Some(VERSIONS.iter().map(schema).collect())
});

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn deviations(payload: &Value) -> Result<Vec<Remark>, SchemaError> {
    let (_, mut remarks) = Certificate::from_json(payload)?;
    remarks.retain(Remark::is_deviation);
    Ok(remarks)
}

#[test]
fn official_tests() {
    let Some(folder) = testdata::folder() else {
        return;
    };
    let mut files = 0;
    for (kind, valid) in [("valid", true), ("invalid", false)] {
        for file in std::fs::read_dir(folder.join("schemas/dcc/1.3.3/test").join(kind)).unwrap() {
            let path = file.unwrap().path();
            let found = deviations(&read(&path));
            // Two "valid" ones have the offsets +02 and +0200, which RFC 3339 does not.
            let short_offset = |r: &Remark| {
                r.code() == RemarkCode::DateTimeOther
                    && (path.ends_with("T-rat-dates1.json") || path.ends_with("T-rat-dates2.json"))
            };
            let fine = found
                .as_ref()
                .is_ok_and(|found| found.iter().all(short_offset));
            assert_eq!(fine, valid, "{}: {found:?}", path.display());
            files += 1;
        }
    }
    assert_eq!(files, 19);
}

#[test]
fn official_examples_are_without_deviation() {
    let Some(folder) = testdata::folder() else {
        return;
    };
    let mut files = 0;
    for kind in ["recovery", "test", "vaccination"] {
        let folder = folder.join("schemas/dcc/1.3.3/examples").join(kind);
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            assert_eq!(
                deviations(&read(&path)),
                Ok(Vec::new()),
                "{}",
                path.display()
            );
            files += 1;
        }
    }
    assert!(files > 20);
}

fn short_texts(version: &str) -> bool {
    version < "1.3.0"
}

fn text(version: &str) -> BoxedStrategy<String> {
    let most = if short_texts(version) { 50 } else { 80 };
    prop_oneof!["[A-Za-zĐđƠơƯưẠ-ỹ0-9 .,-]{1,20}", Just("ờ".repeat(most)),]
        .prop_map(|text| format!("x{}", text.trim()).chars().take(50).collect())
        .boxed()
}

fn date() -> impl Strategy<Value = String> {
    (1900..2100, 1..13, 1..29).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"))
}

fn birth_date(version: &str) -> BoxedStrategy<String> {
    match version {
        "1.0.0" | "1.0.1" => date().boxed(),
        _ if short_texts(version) => prop_oneof![date(), "19[0-9]{2}", "20[0-9]{2}-0[1-9]"].boxed(),
        _ => prop_oneof![
            date(),
            "19[0-9]{2}",
            "20[0-9]{2}-0[1-9]",
            Just(String::new())
        ]
        .boxed(),
    }
}

fn date_time() -> impl Strategy<Value = String> {
    (
        date(),
        0..24,
        0..60,
        prop::sample::select(vec!["Z", ".5Z", "+07:00", ".123-05:30", "z"]),
    )
        .prop_map(|(date, hour, minute, end)| format!("{date}T{hour:02}:{minute:02}:07{end}"))
}

/// A name as every version allows it.
fn name(version: &str) -> impl Strategy<Value = Value> {
    (
        text(version),
        "[A-Z<]{1,50}",
        prop::option::of((text(version), "[A-Z<]{0,50}")),
    )
        .prop_map(|(surname, standard, given)| match given {
            Some((given, given_standard)) => {
                json!({"fn": surname, "fnt": standard, "gn": given, "gnt": given_standard})
            }
            None => json!({"fn": surname, "fnt": standard}),
        })
}

fn entry(version: &'static str) -> impl Strategy<Value = (&'static str, Value)> {
    let most = if short_texts(version) { 9 } else { 12 };
    let id =
        "(URN:UVCI:01:[A-Z]{2}:[A-Z0-9]{1,30}|urn:uvci:01:nl:[a-z0-9]{30}|[0-9]{2}/LU/[A-Z]{9})";
    let common = (text(version), "[A-Z]{2}", id).prop_map(
        |(issuer, country, id)| json!({"tg": "840539006", "co": country, "is": issuer, "ci": id}),
    );
    let own = prop_oneof![
        (text(version), 1..=most, 1..=most, date()).prop_map(|(code, dn, sd, date)| {
            (
                "v",
                json!({"vp": code, "mp": "Abdala", "ma": "CIGB", "dn": dn, "sd": sd, "dt": date}),
            )
        }),
        (text(version), date_time(), text(version)).prop_map(move |(code, time, centre)| {
            let mut test =
                json!({"tt": "LP6464-4", "tr": code, "sc": time, "tc": centre, "nm": "x"});
            if version < "1.2.0" {
                test["dr"] = test["sc"].clone();
            }
            ("t", test)
        }),
        (date(), date(), date())
            .prop_map(|(fr, df, du)| ("r", json!({"fr": fr, "df": df, "du": du}))),
    ];
    (common, own).prop_map(|(common, (group, mut entry))| {
        entry
            .as_object_mut()
            .unwrap()
            .extend(common.as_object().unwrap().clone());
        (group, entry)
    })
}

fn payload() -> impl Strategy<Value = Value> {
    prop::sample::select(VERSIONS).prop_flat_map(|version| {
        (name(version), birth_date(version), entry(version)).prop_map(
            move |(name, birth_date, (group, entry))| {
                json!({"ver": version, "nam": name, "dob": birth_date, group: [entry]})
            },
        )
    })
}

const STRANGE_TEXTS: &[&str] = &[
    "",
    " ",
    "x ",
    "vn",
    "VN",
    "ABCDEFGHIJK",
    "A B",
    "Đ",
    "A<B",
    "2021",
    "2021-06",
    "2021-00",
    "21",
    "2021-13",
    "2021-06-11",
    "2021-02-30",
    "2021-6-1",
    "2021-06-00",
    "1815-08-24",
    "2100-01-01",
    "2021-06-11T10:00:00",
    "2021-06-11T10:00:00Z",
    "2021-06-11t10:00:00.5+02:00",
    "2021-06-11 10:00:00Z",
    "2021-06-11T10:00:00+02",
    "2021-06-11T10:00:00+0200",
    "2021-06-11T25:00:00Z",
    "2021-06-11T23:59:60Z",
    "2021-06-11T10:00:00.Z",
    "2021-06-11T10:00Z",
    "2021-06-11T10:00:00Zx",
    "2021-06-11x",
    "-2021-06-11",
    "+2021",
    "２０２１",
    "1.3",
    "😀",
    "\"",
    "'\\",
];

/// What a careless issuer may write for any member.
fn strange_value() -> impl Strategy<Value = Value> {
    let long = [
        "ờ".repeat(50),
        "A".repeat(51),
        "ờ".repeat(80),
        "A".repeat(81),
        "ờ".repeat(300),
    ];
    let texts: Vec<Value> = STRANGE_TEXTS
        .iter()
        .map(|t| json!(t))
        .chain(long.iter().map(|t| json!(t)))
        .collect();
    prop_oneof![
        6 => prop::sample::select(texts),
        3 => prop::sample::select(vec![
            json!(0), json!(1), json!(-1), json!(9), json!(10), json!(1.0), json!(1.5), json!(0.0),
            json!(1e300), json!(u64::MAX), json!(i64::MIN), json!(true), json!([]), json!({}), Value::Null,
        ]),
        1 => any::<String>().prop_map(Value::from),
    ]
}

const MEMBERS: &[&str] = &[
    "nam", "dob", "v", "t", "r", "fn", "gn", "fnt", "gnt", "tg", "vp", "mp", "ma", "dn", "sd",
    "dt", "co", "is", "ci", "tt", "nm", "sc", "dr", "tr", "tc", "fr", "df", "du",
];

/// Sets or removes a member, wherever it belongs in this payload.
fn spoil(payload: &mut Value, member: &str, value: Option<Value>) {
    let entry = ["v", "t", "r"]
        .into_iter()
        .find(|group| payload[*group].get(0).is_some());
    let place = match member.len() {
        _ if matches!(member, "nam" | "dob" | "v" | "t" | "r") => payload,
        _ if matches!(member, "fn" | "gn" | "fnt" | "gnt") => &mut payload["nam"],
        _ => match entry {
            Some(group) => &mut payload[group][0],
            None => return,
        },
    };
    let Some(place) = place.as_object_mut() else {
        return;
    };
    match value {
        Some(value) => place.insert(member.to_owned(), value),
        None => place.remove(member),
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn strict_payloads_validate_and_have_no_deviation(payload in payload()) {
        prop_assert_eq!(deviations(&payload), Ok(Vec::new()));
        let (certificate, _) = Certificate::from_json(&payload).unwrap();
        if let Some(schemas) = &*SCHEMAS {
            let version = payload["ver"].as_str().unwrap();
            prop_assert!(schemas[version].is_valid(&payload));
        }
        prop_assert_eq!(certificate.to_json(), payload);
    }

    #[test]
    fn nothing_that_the_declared_version_refuses_passes_silently(
        payload in payload(),
        spoilt in prop::collection::vec(
            (prop::sample::select(MEMBERS), prop::option::weighted(0.9, strange_value())),
            1..3,
        ),
    ) {
        let mut payload = payload;
        for (member, value) in spoilt {
            spoil(&mut payload, member, value);
        }
        let found = deviations(&payload);
        if let Ok((certificate, _)) = Certificate::from_json(&payload) {
            let again = Certificate::from_json(&certificate.to_json());
            prop_assert_eq!(again.map(|(again, _)| again), Ok(certificate));
        }
        if let Some(schemas) = &*SCHEMAS {
            let version = payload["ver"].as_str().unwrap();
            let silent = found == Ok(Vec::new());
            prop_assert!(!silent || schemas[version].is_valid(&payload));
        }
    }

    #[test]
    fn any_json_is_read_or_refused(value in strange_value(), member in "[a-z]{1,3}") {
        prop_assert!(Certificate::from_json(&value).is_err());
        let map = Value::from_iter([(member, value)]);
        prop_assert!(Certificate::from_json(&map).is_err());
    }
}
