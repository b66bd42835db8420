use dcc_model::RejectCode;
use proptest::prelude::*;

use super::*;
use crate::cbor::encode;
use crate::cwt_payload;

const EXPIRY: i64 = 1_700_000_000;

fn int(number: i64) -> Value<'static> {
    Value::integer(number)
}

fn map(pairs: Vec<(i64, Value<'static>)>) -> Value<'static> {
    Value::Map(
        pairs
            .into_iter()
            .map(|(key, value)| (int(key), value))
            .collect(),
    )
}

fn dcc() -> Value<'static> {
    map(vec![(
        1,
        Value::Map(vec![(Value::text("ver"), Value::text("1.3.0"))]),
    )])
}

/// The usual claims with some replaced; `None` takes a claim away.
fn claims(changes: Vec<(i64, Option<Value<'static>>)>) -> Vec<u8> {
    let mut pairs = vec![
        (1, Value::text("VN")),
        (4, int(EXPIRY)),
        (6, int(1_600_000_000)),
        (-260, dcc()),
    ];
    for (key, change) in changes {
        pairs.retain(|(old, _)| *old != key);
        pairs.extend(change.map(|value| (key, value)));
    }
    encode(&map(pairs))
}

fn read_claims(bytes: &[u8]) -> (Result<CwtClaims, RejectCode>, Vec<String>) {
    let mut remarks = Vec::new();
    let read = parse(bytes, &Limits::default(), &mut remarks);
    let claims = read.map(|read| read.dangerous_into_unverified().0);
    let codes = remarks.iter().map(described).collect();
    (claims.map_err(|error| error.reject_code()), codes)
}

fn described(remark: &Remark) -> String {
    format!("{:?} {}", remark.code(), remark.at())
}

#[test]
fn the_usual_claims_have_no_remark() {
    let (read, remarks) = read_claims(&claims(vec![]));
    let read = read.unwrap();
    assert_eq!(read.issuer(), Some("VN"));
    assert_eq!(read.expires_at().unix_seconds(), EXPIRY);
    assert_eq!(
        read.issued_at().map(Timestamp::unix_seconds),
        Some(1_600_000_000)
    );
    assert_eq!((read.nationality(), read.other()), (None, &[][..]));
    assert_eq!(remarks, [""; 0]);
}

#[test]
fn odd_claims_are_read_and_remarked() {
    let tag_1 = |item| Some(Value::Tag(1, Box::new(item)));
    let cases = [
        (vec![(1, None)], vec!["IssuerMissing cwt.iss"]),
        (
            vec![(1, Some(Value::text("CNAM")))],
            vec!["IssuerNotAlpha2 cwt.iss"],
        ),
        (
            vec![(1, Some(Value::text("vn")))],
            vec!["IssuerNotAlpha2 cwt.iss"],
        ),
        (vec![(6, None)], vec!["CwtIssuedAtMissing cwt.iat"]),
        (
            vec![(4, Some(Value::Float(1_700_000_000.9)))],
            vec!["CwtTimeFloat cwt.exp"],
        ),
        (vec![(4, tag_1(int(EXPIRY)))], vec!["CwtTimeTagged cwt.exp"]),
        (
            vec![(4, tag_1(Value::Float(1_700_000_000.5)))],
            vec!["CwtTimeTagged cwt.exp", "CwtTimeFloat cwt.exp"],
        ),
        (
            vec![
                (2, Some(Value::text("sub"))),
                (7, Some(Value::bytes(&b"id"[..]))),
            ],
            vec!["CwtExtraClaims cwt.2", "CwtExtraClaims cwt.7"],
        ),
        (
            vec![(VN_NATIONALITY_CLAIM, Some(Value::text("VN")))],
            vec!["CwtExtraClaims cwt.-65704"],
        ),
    ];
    for (changes, expected) in cases {
        let (read, remarks) = read_claims(&claims(changes));
        assert_eq!(remarks, expected);
        assert_eq!(read.unwrap().expires_at().unix_seconds(), EXPIRY);
    }
}

#[test]
fn wrong_claims_are_refused() {
    use RejectCode::{
        CwtExpiryMissing, CwtHcertMissing, CwtHcertUnsupported, CwtStructure, CwtTime,
    };
    let text = || Some(Value::text("2022-12-01"));
    let float = |number| Some(Value::Float(number));
    let twice = Value::Tag(1, Box::new(Value::Tag(1, Box::new(int(EXPIRY)))));
    for (key, change, code) in [
        (1, Some(int(1)), CwtStructure),
        (4, None, CwtExpiryMissing),
        (4, text(), CwtTime),
        (4, Some(Value::Null), CwtTime),
        (4, Some(twice), CwtTime),
        (4, float(f64::NAN), CwtTime),
        (4, float(f64::INFINITY), CwtTime),
        (4, float(1e15), CwtTime),
        (4, Some(Value::Unsigned(u64::MAX)), CwtTime),
        (4, Some(int(i64::MAX)), CwtTime),
        (4, Some(int(i64::MIN)), CwtTime),
        (6, float(f64::NAN), CwtTime),
        (6, text(), CwtTime),
        (-260, None, CwtHcertMissing),
        (-260, text(), CwtHcertMissing),
        (-260, Some(map(vec![])), CwtHcertMissing),
        (-260, Some(map(vec![(2, dcc())])), CwtHcertUnsupported),
        (
            -260,
            Some(map(vec![(1, Value::text("text"))])),
            CwtStructure,
        ),
        (VN_NATIONALITY_CLAIM, Some(int(704)), CwtStructure),
    ] {
        let (read, _) = read_claims(&claims(vec![(key, change)]));
        assert_eq!(read.err(), Some(code), "claim {key}");
    }
}

#[test]
fn other_bytes_are_refused() {
    use RejectCode::{CwtCbor, CwtDuplicateKey, CwtLimit, CwtStructure, CwtTrailing};
    let good = claims(vec![]);
    for (bytes, code) in [
        (vec![], CwtCbor),
        (vec![0x80], CwtStructure),
        (vec![0xa1, 0x41, 0, 0], CwtStructure),
        ([&good[..], &[0]].concat(), CwtTrailing),
        (vec![0xa2, 4, 1, 4, 1], CwtDuplicateKey),
        (vec![0x81; 1000], CwtLimit),
        (vec![0xa1, 1, 0x61, 0xff], CwtCbor),
    ] {
        assert_eq!(read_claims(&bytes).0.err(), Some(code));
    }
}

#[test]
fn far_years_are_read() {
    let last = 253_402_207_200_i64;
    for seconds in [0, -1, -377_705_023_201, last] {
        let (read, _) = read_claims(&claims(vec![(4, Some(int(seconds)))]));
        assert_eq!(read.unwrap().expires_at().unix_seconds(), seconds);
    }
}

#[test]
fn claims_are_written_in_order_and_minimal() {
    let claims = CwtClaims::new(Timestamp::from_unix_seconds(EXPIRY).unwrap())
        .with_nationality("VN")
        .with_issued_at(Timestamp::UNIX_EPOCH)
        .with_issuer("VN");
    let bytes = cwt_payload(&claims, &serde_json::json!({"ver": "1.3.0"})).unwrap();
    let shown = crate::cbor::decode(&bytes, Limits::default().cbor()).unwrap();
    assert_eq!(
        shown.diagnostic().to_string(),
        r#"{1: "VN", 4: 1700000000, 6: 0, -260: {1: {"ver": "1.3.0"}}, -65704: "VN"}"#
    );
}

#[test]
fn debug_shows_no_nationality() {
    let claims = CwtClaims::new(Timestamp::UNIX_EPOCH).with_nationality("Atlantis");
    assert!(!format!("{claims:?}").contains("Atlantis"));
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        issuer in proptest::option::of(".{0,6}"),
        nationality in proptest::option::of("[A-Z]{2,3}"),
        expires_at in -377_705_023_201_i64..=253_402_207_200,
        issued_at in proptest::option::of(0_i64..=253_402_207_200),
    ) {
        let mut claims = CwtClaims::new(Timestamp::from_unix_seconds(expires_at).unwrap());
        if let Some(issuer) = issuer {
            claims = claims.with_issuer(issuer);
        }
        if let Some(nationality) = nationality {
            claims = claims.with_nationality(nationality);
        }
        if let Some(issued_at) = issued_at.and_then(Timestamp::from_unix_seconds) {
            claims = claims.with_issued_at(issued_at);
        }
        let bytes = cwt_payload(&claims, &serde_json::json!({})).unwrap();
        prop_assert_eq!(read_claims(&bytes).0, Ok(claims));
    }

    #[test]
    fn any_bytes_end_in_a_result(bytes: Vec<u8>) {
        drop(read_claims(&bytes));
    }
}
