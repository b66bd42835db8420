use coset::{AsCborValue as _, TaggedCborSerializable as _};
use dcc_model::{RejectCode, RemarkCode};
use proptest::prelude::*;

use super::*;
use crate::cbor::encode as cbor_bytes;

const KID: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

fn message(protected: &[u8], unprotected: &[(Value<'_>, Value<'_>)]) -> Vec<u8> {
    encode(protected, unprotected, b"payload", b"signature")
}

fn read_with_codes(bytes: &[u8]) -> (Result<CoseSign1, RejectCode>, Vec<RemarkCode>) {
    let mut remarks = Vec::new();
    let message = CoseSign1::parse(bytes, &Limits::default(), &mut remarks);
    let codes = remarks.iter().map(Remark::code).collect();
    let message = message.map(Unverified::dangerous_into_unverified);
    (message.map_err(|error| error.reject_code()), codes)
}

fn map(pairs: Vec<(i64, Value<'static>)>) -> Vec<(Value<'static>, Value<'static>)> {
    pairs
        .into_iter()
        .map(|(label, value)| (Value::integer(label), value))
        .collect()
}

fn header(pairs: Vec<(i64, Value<'static>)>) -> Vec<u8> {
    cbor_bytes(&Value::Map(map(pairs)))
}

#[test]
fn the_plain_message_has_no_remark() {
    let protected = protected_header(ES256, &KID);
    assert_eq!(protected[..5], [0xa2, 0x01, 0x26, 0x04, 0x48]);
    let bytes = message(&protected, &[]);
    assert_eq!(bytes[..3], [0xd2, 0x84, 0x4d]);
    let (read, remarks) = read_with_codes(&bytes);
    let read = read.unwrap();
    assert_eq!(read.kid(), Some(&KID[..]));
    assert_eq!(read.kid_place(), KidPlace::Protected);
    assert_eq!(
        read.algorithm(),
        &HeaderAlg::Protected(AlgorithmId::Number(ES256))
    );
    assert_eq!(read.algorithm().name().as_deref(), Some("ES256"));
    assert_eq!(read.tags(), [18]);
    assert_eq!(read.protected_bytes(), protected);
    assert_eq!(read.payload_bytes(), b"payload");
    assert_eq!(read.signature(), b"signature");
    assert_eq!(read.encode(), bytes);
    assert_eq!(remarks, []);
}

#[test]
fn tags() {
    let plain = message(&protected_header(PS256, &KID), &[]);
    let untagged = plain[1..].to_vec();
    let wrapped = [&[0xd8, 61][..], &plain].concat();
    let (read, remarks) = read_with_codes(&untagged);
    assert!(read.unwrap().tags().is_empty());
    assert_eq!(remarks, [RemarkCode::CoseUntagged, RemarkCode::AlgPs256]);
    let (read, remarks) = read_with_codes(&wrapped);
    assert_eq!(read.unwrap().tags(), [61, 18]);
    assert_eq!(remarks, [RemarkCode::CoseCwtTag, RemarkCode::AlgPs256]);
    for tags in [
        &[0xd1][..],
        &[0xd8, 98],
        &[0xd8, 61],
        &[0xd8, 61, 0xd1],
        &[0xd2, 0xd2],
    ] {
        let (read, _) = read_with_codes(&[tags, &untagged].concat());
        let code = if tags == [0xd2, 0xd2] {
            RejectCode::CoseStructure
        } else {
            RejectCode::CoseTag
        };
        assert_eq!(read.err(), Some(code), "{tags:02x?}");
    }
}

#[test]
fn places_of_kid_and_alg() {
    use RemarkCode::{AlgUnprotected, KidInBothHeaders, KidLength, KidUnprotected};
    let kid = |bytes: &'static [u8]| (4, Value::bytes(bytes));
    let alg = || (1, Value::integer(ES256));
    let id = || AlgorithmId::Number(ES256);
    let cases = [
        (
            vec![],
            vec![alg(), kid(&KID)],
            Some(&KID[..]),
            vec![AlgUnprotected, KidUnprotected],
        ),
        (
            vec![alg()],
            vec![kid(&KID)],
            Some(&KID[..]),
            vec![KidUnprotected],
        ),
        (
            vec![alg(), kid(&KID)],
            vec![kid(b"foo")],
            Some(&KID[..]),
            vec![KidInBothHeaders],
        ),
        (
            vec![alg(), kid(b"foo")],
            vec![kid(&KID)],
            Some(b"foo"),
            vec![KidInBothHeaders, KidLength],
        ),
        (vec![alg()], vec![], None, vec![]),
    ];
    for (protected, unprotected, kid, remarks) in cases {
        let is_protected = !protected.is_empty();
        let protected = if is_protected {
            header(protected)
        } else {
            vec![]
        };
        let (read, codes) = read_with_codes(&message(&protected, &map(unprotected)));
        let read = read.unwrap();
        assert_eq!(read.kid(), kid);
        assert_eq!(codes, remarks);
        let expected = if is_protected {
            HeaderAlg::Protected(id())
        } else {
            HeaderAlg::UnprotectedOnly(id())
        };
        assert_eq!(read.algorithm(), &expected);
    }
    for empty in [vec![], vec![0xa0]] {
        let (read, codes) = read_with_codes(&message(&empty, &[]));
        let read = read.unwrap();
        assert_eq!((read.algorithm(), codes), (&HeaderAlg::Missing, vec![]));
        assert_eq!(read.protected_bytes(), empty);
    }
}

#[test]
fn further_parameters_are_noted() {
    let protected = header(vec![
        (1, Value::integer(5)),
        (3, Value::integer(61)),
        (33, Value::Null),
    ]);
    let (read, codes) = read_with_codes(&message(&protected, &[(Value::text("x"), Value::Null)]));
    assert_eq!(read.unwrap().algorithm().name().as_deref(), Some("5"));
    assert_eq!(
        codes,
        [
            RemarkCode::CoseContentType,
            RemarkCode::CoseHeaderUnknown,
            RemarkCode::CoseHeaderUnknown
        ]
    );
}

#[test]
fn wrong_headers_are_refused() {
    use RejectCode::{CoseCritical, CoseDuplicateKey, CoseHeader, CoseStructure, CoseTrailing};
    let crit = |labels: Vec<Value<'static>>| vec![(2, Value::Array(labels))];
    let cases = [
        (header(vec![(4, Value::text("text"))]), vec![], CoseHeader),
        (header(vec![(4, Value::Null)]), vec![], CoseHeader),
        (vec![], map(vec![(4, Value::text("text"))]), CoseHeader),
        (header(vec![(1, Value::Float(-7.0))]), vec![], CoseHeader),
        (
            header(vec![(1, Value::Unsigned(u64::MAX))]),
            vec![],
            CoseHeader,
        ),
        (vec![0xa1, 0x41, 0, 0], vec![], CoseHeader),
        (header(crit(vec![Value::integer(33)])), vec![], CoseCritical),
        (header(crit(vec![Value::text("x")])), vec![], CoseCritical),
        // A critical label must be there.
        (header(crit(vec![Value::integer(4)])), vec![], CoseCritical),
        (header(crit(vec![])), vec![], CoseHeader),
        (header(vec![(2, Value::integer(1))]), vec![], CoseHeader),
        (header(crit(vec![Value::Null])), vec![], CoseHeader),
        (vec![], map(crit(vec![Value::integer(1)])), CoseHeader),
        (vec![0xa2, 1, 0x26, 1, 0x38, 0x24], vec![], CoseDuplicateKey),
        (vec![0xa0, 0], vec![], CoseTrailing),
        (vec![0x80], vec![], CoseStructure),
    ];
    for (protected, unprotected, code) in cases {
        let (read, _) = read_with_codes(&message(&protected, &unprotected));
        assert_eq!(read.err(), Some(code), "{protected:02x?}");
    }
    let understood = header(vec![
        (2, Value::Array(vec![Value::integer(1), Value::integer(4)])),
        (1, Value::integer(ES256)),
        (4, Value::bytes(&KID[..])),
    ]);
    assert!(read_with_codes(&message(&understood, &[])).0.is_ok());
}

#[test]
fn other_shapes_are_refused() {
    use RejectCode::{CoseCbor, CoseLimit, CosePayloadMissing, CoseStructure, CoseTrailing};
    let bytes = || Value::bytes(&b"x"[..]);
    let empty = || Value::Map(vec![]);
    let array = |members: Vec<Value<'static>>| cbor_bytes(&Value::Array(members));
    let good = message(&[], &[]);
    let cases = [
        (vec![], CoseCbor),
        (vec![0xa0], CoseStructure),
        (vec![0x80], CoseStructure),
        (array(vec![bytes(), empty(), bytes()]), CoseStructure),
        (
            array(vec![bytes(), empty(), bytes(), bytes(), bytes()]),
            CoseStructure,
        ),
        (
            array(vec![empty(), empty(), bytes(), bytes()]),
            CoseStructure,
        ),
        (
            array(vec![Value::bytes(&[][..]), bytes(), bytes(), bytes()]),
            CoseStructure,
        ),
        (
            array(vec![Value::bytes(&[][..]), empty(), Value::Null, bytes()]),
            CosePayloadMissing,
        ),
        (
            array(vec![Value::bytes(&[][..]), empty(), empty(), bytes()]),
            CoseStructure,
        ),
        (
            array(vec![Value::bytes(&[][..]), empty(), bytes(), Value::Null]),
            CoseStructure,
        ),
        ([&good[..], &[0]].concat(), CoseTrailing),
        (good[..good.len().saturating_sub(1)].to_vec(), CoseCbor),
        (vec![0x81; 100_000], CoseLimit),
        (vec![0x81; 200_000], CoseLimit),
        ([&[0xd2, 0x84, 0x5b][..], &[0xff; 8]].concat(), CoseCbor),
    ];
    for (bytes, code) in cases {
        assert_eq!(read_with_codes(&bytes).0.err(), Some(code));
    }
}

#[test]
fn debug_shows_no_payload() {
    let shown = format!("{:?}", read_with_codes(&message(&[], &[])).0.unwrap());
    assert!(
        !shown.contains("112") && shown.contains("payload: 7"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn coset_reads_what_we_write(
        // coset takes no empty key id.
        kid in proptest::collection::vec(any::<u8>(), 1..20),
        payload: Vec<u8>,
        signature: Vec<u8>,
        aad: Vec<u8>,
        in_protected: bool,
    ) {
        let pairs = map(vec![(4, Value::bytes(kid.clone()))]);
        let (protected, unprotected) = if in_protected {
            (protected_header(PS256, &kid), vec![])
        } else {
            (header(vec![(1, Value::integer(PS256))]), pairs)
        };
        let bytes = encode(&protected, &unprotected, &payload, &signature);
        let theirs = coset::CoseSign1::from_tagged_slice(&bytes).unwrap();
        prop_assert_eq!(theirs.payload.as_deref(), Some(&payload[..]));
        prop_assert_eq!(&theirs.signature, &signature);
        prop_assert_eq!(theirs.protected.original_data.as_deref(), Some(&protected[..]));
        let header = if in_protected { &theirs.protected.header } else { &theirs.unprotected };
        prop_assert_eq!(&header.key_id, &kid);
        let (ours, _) = read_with_codes(&bytes);
        let ours = ours.unwrap();
        prop_assert_eq!(ours.to_be_signed_with(&aad), theirs.tbs_data(&aad));
        prop_assert_eq!(ours.to_be_signed(), theirs.tbs_data(&[]));
        prop_assert_eq!(ours.kid(), Some(&kid[..]));
        prop_assert_eq!(ours.encode(), bytes);
    }

    #[test]
    fn we_read_what_coset_writes(
        kid in proptest::collection::vec(any::<u8>(), 1..20),
        payload: Vec<u8>,
        signature: Vec<u8>,
    ) {
        let header = coset::HeaderBuilder::new()
            .algorithm(coset::iana::Algorithm::ES256)
            .key_id(kid)
            .build();
        let theirs = coset::CoseSign1Builder::new()
            .protected(header)
            .payload(payload.clone())
            .signature(signature)
            .build();
        let protected = theirs.protected.clone().cbor_bstr().unwrap();
        let bytes = theirs.clone().to_tagged_vec().unwrap();
        let ours = read_with_codes(&bytes).0.unwrap();
        prop_assert_eq!(ours.payload_bytes(), &payload[..]);
        prop_assert_eq!(protected.as_bytes().map(Vec::as_slice), Some(ours.protected_bytes()));
        prop_assert_eq!(ours.to_be_signed(), theirs.tbs_data(&[]));
        prop_assert!(theirs.to_cbor_value().is_ok());
    }

    #[test]
    fn any_bytes_end_in_a_result(bytes: Vec<u8>) {
        drop(read_with_codes(&bytes));
        drop(read_with_codes(&[&[0xd2, 0x84][..], &bytes].concat()));
    }
}
