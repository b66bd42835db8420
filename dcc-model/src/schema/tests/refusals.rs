//! Each error, on payloads of our own.

use serde_json::{Value, json};

use super::{recovery, test, vaccination, with, without};
use crate::{Certificate, RejectCode, SchemaError};

fn assert_refused(cases: Vec<(Value, RejectCode, &str)>) {
    for (payload, code, at) in cases {
        let error: SchemaError = Certificate::from_json(&payload).unwrap_err();
        assert_eq!((error.reject_code(), error.at().as_str()), (code, at));
    }
}

#[test]
fn structures_that_are_refused() {
    use RejectCode::{SchemaNoEntry, SchemaSeveralEntries, SchemaStructure};
    assert_refused(vec![
        (json!(null), SchemaStructure, "payload"),
        (json!([]), SchemaStructure, "payload"),
        (
            with(vaccination(), "/nam", json!("Hồng")),
            SchemaStructure,
            "nam",
        ),
        (with(vaccination(), "/v", json!({})), SchemaStructure, "v"),
        (
            with(vaccination(), "/v", json!(["x"])),
            SchemaStructure,
            "v[0]",
        ),
        (with(vaccination(), "/t", json!("x")), SchemaStructure, "t"),
        (without(vaccination(), "/v"), SchemaNoEntry, "payload"),
        (
            with(vaccination(), "/v", json!([])),
            SchemaNoEntry,
            "payload",
        ),
        (
            with(vaccination(), "/v", json!([{}, {}])),
            SchemaSeveralEntries,
            "v[1]",
        ),
        (
            with(vaccination(), "/r", recovery()["r"].clone()),
            SchemaSeveralEntries,
            "r[0]",
        ),
    ]);
}

#[test]
fn members_that_are_refused() {
    use RejectCode::{SchemaFieldMissing, SchemaFieldType};
    assert_refused(vec![
        (without(vaccination(), "/ver"), SchemaFieldMissing, "ver"),
        (without(vaccination(), "/nam"), SchemaFieldMissing, "nam"),
        (without(vaccination(), "/dob"), SchemaFieldMissing, "dob"),
        (
            with(vaccination(), "/dob", Value::Null),
            SchemaFieldMissing,
            "dob",
        ),
        (
            with(vaccination(), "/dob", json!(1990)),
            SchemaFieldType,
            "dob",
        ),
        (
            with(vaccination(), "/nam", json!({"fn": "Hồng"})),
            SchemaFieldMissing,
            "nam.fnt",
        ),
        (
            with(vaccination(), "/nam/gn", json!(1)),
            SchemaFieldType,
            "nam.gn",
        ),
        (
            with(vaccination(), "/v/0/dn", json!("2")),
            SchemaFieldType,
            "v[0].dn",
        ),
        (
            with(vaccination(), "/v/0/dn", json!(1.5)),
            SchemaFieldType,
            "v[0].dn",
        ),
        (
            with(vaccination(), "/v/0/dn", json!(1e300)),
            SchemaFieldType,
            "v[0].dn",
        ),
        (
            with(vaccination(), "/v/0/dn", json!(u64::MAX)),
            SchemaFieldType,
            "v[0].dn",
        ),
        (without(test(), "/t/0/sc"), SchemaFieldMissing, "t[0].sc"),
        (
            without(recovery(), "/r/0/ci"),
            SchemaFieldMissing,
            "r[0].ci",
        ),
        (
            with(recovery(), "/r/0/fr", Value::Null),
            SchemaFieldMissing,
            "r[0].fr",
        ),
    ]);
}
