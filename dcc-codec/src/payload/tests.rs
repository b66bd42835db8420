use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::cbor::{decode, encode};

fn text(text: &'static str) -> Value<'static> {
    Value::text(text)
}

fn object(pairs: Vec<(&'static str, Value<'static>)>) -> Value<'static> {
    Value::Map(
        pairs
            .into_iter()
            .map(|(name, value)| (text(name), value))
            .collect(),
    )
}

fn tag(tag: u64, item: Value<'static>) -> Value<'static> {
    Value::Tag(tag, Box::new(item))
}

fn converted(value: Value<'_>) -> (Result<serde_json::Value, PayloadError>, Vec<String>) {
    let mut remarks = Vec::new();
    let json = to_json(value, &mut remarks);
    let remarks = remarks
        .iter()
        .map(|remark| format!("{:?} {}", remark.code(), remark.at()));
    (json, remarks.collect())
}

#[test]
fn plain_values_have_no_remark() {
    let value = object(vec![
        ("z", text("\u{1f600} \"\\")),
        (
            "a",
            Value::Array(vec![Value::integer(-1), Value::Unsigned(u64::MAX)]),
        ),
        ("f", Value::Float(2.0)),
        ("b", Value::Bool(true)),
        ("n", Value::Null),
    ]);
    let (json, remarks) = converted(value);
    let json = json.unwrap();
    assert_eq!(
        json,
        json!({"z": "\u{1f600} \"\\", "a": [-1, u64::MAX], "f": 2.0, "b": true, "n": null})
    );
    // Order and the form of numbers survive.
    assert!(json.to_string().starts_with("{\"z\""));
    assert!(json.to_string().contains("\"f\":2.0"));
    assert_eq!(remarks, [""; 0]);
}

#[test]
fn odd_values_are_shown_and_remarked() {
    let entry = object(vec![
        ("sc", tag(0, text("2021-06-15T16:24:23Z"))),
        ("dr", tag(1, Value::integer(1_623_774_263))),
        ("tc", Value::Undefined),
        ("nm", Value::bytes(&b"\xff\xfe"[..])),
        ("xx", Value::Float(f64::NAN)),
        ("yy", Value::Negative(u64::MAX)),
        ("zz", tag(99, Value::integer(1))),
    ]);
    let (json, remarks) = converted(object(vec![("t", Value::Array(vec![entry]))]));
    let expected = json!({"t": [{
        "sc": "2021-06-15T16:24:23Z",
        "dr": "2021-06-15T16:24:23Z",
        "tc": null,
        "nm": "__4",
        "xx": "NaN",
        "yy": "-18446744073709551616",
        "zz": 1,
    }]});
    assert_eq!(json.unwrap(), expected);
    assert_eq!(
        remarks,
        [
            "PayloadTaggedDate t[0].sc",
            "PayloadTaggedDate t[0].dr",
            "PayloadUndefined t[0].tc",
            "PayloadForeignValue t[0].nm",
            "PayloadForeignValue t[0].xx",
            "PayloadForeignValue t[0].yy",
            "PayloadForeignValue t[0].zz",
        ]
    );
}

#[test]
fn an_instant_out_of_range_is_no_date() {
    let (json, remarks) = converted(object(vec![("dr", tag(1, Value::Unsigned(u64::MAX)))]));
    assert_eq!(json.unwrap(), json!({"dr": u64::MAX}));
    assert_eq!(remarks, ["PayloadForeignValue dr"]);
}

#[test]
fn names_must_be_text() {
    let inner = Value::Map(vec![(Value::integer(1), Value::Null)]);
    let (json, _) = converted(object(vec![("nam", inner)]));
    let error = json.unwrap_err();
    assert_eq!(
        error,
        PayloadError::Key {
            at: Location::fixed("nam")
        }
    );
    assert_eq!(error.reject_code(), RejectCode::SchemaStructure);
}

#[test]
fn a_payload_is_an_object_of_bounded_depth() {
    assert_eq!(from_json(&json!([])).err(), Some(PayloadError::NotObject));
    let mut deep = json!(1);
    for _ in 0..40 {
        deep = json!({"a": deep});
    }
    assert_eq!(
        from_json(&deep).err(),
        Some(PayloadError::Depth { limit: 32 })
    );
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|truth| json!(truth)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        any::<f64>()
            .prop_filter("finite", |f| f.is_finite())
            .prop_map(|number| json!(number)),
        ".{0,12}".prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(|items| json!(items)),
            proptest::collection::btree_map(".{0,6}", inner, 0..5).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(value in any_json()) {
        let payload = json!({"payload": value});
        let bytes = encode(&from_json(&payload).unwrap());
        let (json, remarks) = converted(decode(&bytes, &CborLimits::default()).unwrap());
        prop_assert_eq!(json.unwrap(), payload);
        prop_assert_eq!(remarks, [""; 0]);
    }
}
