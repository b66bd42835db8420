use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn read(bytes: &[u8]) -> Result<Value<'_>, CborError> {
    decode(bytes, &CborLimits::default())
}

/// Item, deterministic encoding, diagnostic notation: RFC 8949 appendix A.
#[expect(clippy::too_many_lines, reason = "one table")]
fn examples() -> Vec<(Value<'static>, Vec<u8>, &'static str)> {
    use Value::{Array, Bool, Float, Map, Negative, Null, Tag, Undefined, Unsigned};
    let int = Value::integer;
    let text = |text: &'static str| Value::text(text);
    vec![
        (Unsigned(0), vec![0x00], "0"),
        (Unsigned(23), vec![0x17], "23"),
        (Unsigned(24), vec![0x18, 0x18], "24"),
        (Unsigned(1000), vec![0x19, 0x03, 0xe8], "1000"),
        (
            Unsigned(1_000_000),
            vec![0x1a, 0x00, 0x0f, 0x42, 0x40],
            "1000000",
        ),
        (
            Unsigned(u64::MAX),
            [&[0x1b][..], &[0xff; 8]].concat(),
            "18446744073709551615",
        ),
        (
            Negative(u64::MAX),
            [&[0x3b][..], &[0xff; 8]].concat(),
            "-18446744073709551616",
        ),
        (int(-1), vec![0x20], "-1"),
        (int(-260), vec![0x39, 0x01, 0x03], "-260"),
        (int(-1000), vec![0x39, 0x03, 0xe7], "-1000"),
        (Float(0.0), vec![0xf9, 0x00, 0x00], "0.0"),
        (Float(-0.0), vec![0xf9, 0x80, 0x00], "-0.0"),
        (Float(1.0), vec![0xf9, 0x3c, 0x00], "1.0"),
        (
            Float(1.1),
            vec![0xfb, 0x3f, 0xf1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a],
            "1.1",
        ),
        (Float(1.5), vec![0xf9, 0x3e, 0x00], "1.5"),
        (Float(65504.0), vec![0xf9, 0x7b, 0xff], "65504.0"),
        (
            Float(100_000.0),
            vec![0xfa, 0x47, 0xc3, 0x50, 0x00],
            "100000.0",
        ),
        (
            Float(f64::from(f32::MAX)),
            vec![0xfa, 0x7f, 0x7f, 0xff, 0xff],
            "3.4028234663852886e38",
        ),
        (
            Float(5.960_464_477_539_063e-8),
            vec![0xf9, 0x00, 0x01],
            "5.960464477539063e-8",
        ),
        (
            Float(0.000_061_035_156_25),
            vec![0xf9, 0x04, 0x00],
            "6.103515625e-5",
        ),
        (Float(-4.0), vec![0xf9, 0xc4, 0x00], "-4.0"),
        (Float(f64::INFINITY), vec![0xf9, 0x7c, 0x00], "Infinity"),
        (
            Float(f64::NEG_INFINITY),
            vec![0xf9, 0xfc, 0x00],
            "-Infinity",
        ),
        (Bool(false), vec![0xf4], "false"),
        (Bool(true), vec![0xf5], "true"),
        (Null, vec![0xf6], "null"),
        (Undefined, vec![0xf7], "undefined"),
        (
            Value::Simple(Simple::new(16).unwrap()),
            vec![0xf0],
            "simple(16)",
        ),
        (
            Value::Simple(Simple::new(255).unwrap()),
            vec![0xf8, 0xff],
            "simple(255)",
        ),
        (
            Tag(1, Box::new(Unsigned(1_363_896_240))),
            vec![0xc1, 0x1a, 0x51, 0x4b, 0x67, 0xb0],
            "1(1363896240)",
        ),
        (
            Value::bytes(&[1, 2, 3, 4][..]),
            vec![0x44, 1, 2, 3, 4],
            "h'01020304'",
        ),
        (text("\"\\"), vec![0x62, 0x22, 0x5c], r#""\"\\""#),
        (text("\u{fc}"), vec![0x62, 0xc3, 0xbc], "\"\u{fc}\""),
        (Array(vec![]), vec![0x80], "[]"),
        (
            Array(vec![int(1), Array(vec![int(2), int(3)])]),
            vec![0x82, 0x01, 0x82, 0x02, 0x03],
            "[1, [2, 3]]",
        ),
        (
            Map(vec![(int(1), int(2)), (int(3), int(4))]),
            vec![0xa2, 1, 2, 3, 4],
            "{1: 2, 3: 4}",
        ),
        (
            Map(vec![(text("a"), int(-7))]),
            vec![0xa1, 0x61, 0x61, 0x26],
            r#"{"a": -7}"#,
        ),
    ]
}

#[test]
fn the_examples_of_the_standard() {
    for (value, bytes, notation) in examples() {
        assert_eq!(encode(&value), bytes, "{notation}");
        assert!(read(&bytes).unwrap() == value, "{notation}");
        assert_eq!(value.diagnostic().to_string(), notation);
    }
    assert_eq!(encode(&Value::Float(f64::NAN)), [0xf9, 0x7e, 0x00]);
    assert!(matches!(read(&[0xf9, 0x7e, 0x01]), Ok(Value::Float(nan)) if nan.is_nan()));
}

#[test]
fn indefinite_lengths_and_long_heads_are_read() {
    for (bytes, value) in [
        (
            &[0x5f, 0x42, 1, 2, 0x41, 3, 0xff][..],
            Value::bytes(&[1, 2, 3][..]),
        ),
        (
            &[0x7f, 0x61, 0x61, 0x60, 0x61, 0x62, 0xff],
            Value::text("ab"),
        ),
        (
            &[0x9f, 1, 0x9f, 0xff, 0xff],
            Value::Array(vec![Value::integer(1), Value::Array(vec![])]),
        ),
        (
            &[0xbf, 1, 2, 0xff],
            Value::Map(vec![(Value::integer(1), Value::integer(2))]),
        ),
        (&[0x1b, 0, 0, 0, 0, 0, 0, 0, 5], Value::integer(5)),
        (&[0x58, 1, 9], Value::bytes(&[9][..])),
        (&[0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0], Value::Float(1.0)),
    ] {
        assert!(read(bytes).unwrap() == value, "{bytes:02x?}");
    }
}

#[test]
fn each_fault_has_its_error() {
    use CborError::{Break, Chunk, DuplicateKey, Reserved, Trailing, Truncated, Utf8};
    for (bytes, error) in [
        (&[][..], Truncated { at: 0 }),
        (&[0x19, 1], Truncated { at: 2 }),
        (&[0x42, 1], Truncated { at: 2 }),
        (&[0x82, 1], Truncated { at: 2 }),
        (&[0xa1, 1], Truncated { at: 2 }),
        (&[0x9f, 1], Truncated { at: 2 }),
        (&[0xc1], Truncated { at: 1 }),
        (&[0, 0, 0], Trailing { count: 2 }),
        (&[0x1c], Reserved { at: 0 }),
        (&[0x1f], Reserved { at: 0 }),
        (&[0xdf], Reserved { at: 0 }),
        (&[0xf8, 0x18], Reserved { at: 0 }),
        (&[0xf8, 0x14], Reserved { at: 0 }),
        (&[0xfc], Reserved { at: 0 }),
        (&[0xff], Break { at: 0 }),
        (&[0x82, 1, 0xff], Break { at: 2 }),
        (&[0xbf, 1, 0xff], Break { at: 2 }),
        (&[0x5f, 0x61, 0x61, 0xff], Chunk { at: 1 }),
        (&[0x5f, 0x5f, 0xff, 0xff], Chunk { at: 1 }),
        (&[0x7f, 1, 0xff], Chunk { at: 1 }),
        (&[0x62, 0xc3, 0x28], Utf8 { at: 3 }),
        // A character may not be split between chunks.
        (&[0x7f, 0x61, 0xc3, 0x61, 0xbc, 0xff], Utf8 { at: 3 }),
        (&[0xa2, 1, 2, 1, 3], DuplicateKey { at: 5 }),
        (&[0xa2, 1, 2, 0x18, 1, 3], DuplicateKey { at: 6 }),
        (
            &[0xa2, 0x61, 0x61, 2, 0x7f, 0x61, 0x61, 0xff, 3],
            DuplicateKey { at: 9 },
        ),
        (
            &[0xa2, 0x81, 1, 2, 0x9f, 1, 0xff, 3],
            DuplicateKey { at: 8 },
        ),
        (
            &[0xa2, 0xf9, 0x7e, 0, 1, 0xf9, 0x7e, 1, 2],
            DuplicateKey { at: 9 },
        ),
    ] {
        let read = read(bytes).map(|value| value.diagnostic().to_string());
        assert_eq!(read, Err(error), "{bytes:02x?}");
    }
    // An integer and a float are different keys.
    assert!(read(&[0xa2, 1, 2, 0xf9, 0x3c, 0, 3]).is_ok());
}

#[test]
fn large_maps_are_searched_for_duplicates_too() {
    let pairs = |count: u8| (0..count).flat_map(|key| [0x18, key, 0]);
    let distinct: Vec<u8> = [0xb8, 200].into_iter().chain(pairs(200)).collect();
    assert!(read(&distinct).is_ok());
    let twice: Vec<u8> = [0xb8, 201]
        .into_iter()
        .chain(pairs(200))
        .chain([7, 0])
        .collect();
    assert_eq!(
        read(&twice).err(),
        Some(CborError::DuplicateKey { at: 604 })
    );
}

#[test]
fn depth_is_bounded_for_every_kind_of_nesting() {
    let error = Some(CborError::Depth { limit: 32 });
    for nest in [
        &[0x81][..],
        &[0x9f],
        &[0xa1],
        &[0xa1, 0],
        &[0xbf, 0],
        &[0xc6],
        &[0xd8, 0x40],
    ] {
        let mut deep = nest.repeat(100_000);
        assert_eq!(read(&deep).err(), error, "{nest:02x?}");
        deep.truncate(nest.len() * 33);
        assert_eq!(read(&deep).err(), error, "{nest:02x?}");
    }
    let allowed = [&[0x81; 32][..], &[0]].concat();
    assert!(read(&allowed).is_ok());
}

#[test]
fn claimed_lengths_are_not_believed() {
    for major in [0x5b, 0x7b, 0x9b, 0xbb] {
        for length in [u64::MAX, u64::MAX >> 1, 1 << 40, 1 << 31] {
            let bytes = [&[major][..], &length.to_be_bytes(), &[0; 100]].concat();
            assert_eq!(read(&bytes).err(), Some(CborError::Truncated { at: 109 }));
        }
    }
}

#[test]
fn items_are_bounded() {
    let limits = CborLimits::default().with_items(10);
    let array = |count: u8| [&[0x80 | count][..], &vec![0; usize::from(count)]].concat();
    assert!(decode(&array(9), &limits).is_ok());
    assert_eq!(
        decode(&array(10), &limits).err(),
        Some(CborError::Items { limit: 10 })
    );
    let chunks = [&[0x5f][..], &[0x40; 10_000], &[0xff]].concat();
    assert_eq!(read(&chunks).err(), Some(CborError::Items { limit: 4096 }));
}

#[test]
fn debug_shows_no_content() {
    let value = Value::Map(vec![(Value::text("fn"), Value::text("NGUYEN"))]);
    assert_eq!(format!("{value:?}"), "Map(1)");
}

#[test]
fn floats_are_floored_to_integers() {
    for (float, integer) in [
        (0.0, Some(0)),
        (-0.0, Some(0)),
        (0.9, Some(0)),
        (-0.1, Some(-1)),
        (1_623_775_796.286, Some(1_623_775_796)),
        (-2.5, Some(-3)),
        (9_007_199_254_740_991.0, Some(9_007_199_254_740_991)),
        (9_007_199_254_740_992.0, None),
        (1e300, None),
        (f64::NAN, None),
        (f64::INFINITY, None),
        (f64::NEG_INFINITY, None),
    ] {
        assert_eq!(floor_to_i64(float), integer, "{float}");
    }
}

fn any_value() -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        any::<u64>().prop_map(Value::Unsigned),
        any::<u64>().prop_map(Value::Negative),
        any::<i16>().prop_map(|number| Value::integer(i64::from(number))),
        vec(any::<u8>(), 0..40).prop_map(Value::bytes),
        any::<String>().prop_map(Value::text),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        any::<f64>()
            .prop_filter("NaN equals nothing", |n| !n.is_nan())
            .prop_map(Value::Float),
        any::<f32>()
            .prop_filter("NaN equals nothing", |n| !n.is_nan())
            .prop_map(|number| Value::Float(f64::from(number))),
        any::<i8>().prop_map(|number| Value::Float(f64::from(number))),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let pairs = vec((inner.clone(), inner.clone()), 0..6);
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            pairs.prop_map(|pairs| Value::Map(sorted(pairs))),
            // Tags 2 and 3 are numbers to ciborium.
            (4_u64.., inner).prop_map(|(tag, item)| Value::Tag(tag, Box::new(item))),
        ]
    })
}

/// The pairs as deterministic encoding orders them, each key once.
fn sorted(
    mut pairs: Vec<(Value<'static>, Value<'static>)>,
) -> Vec<(Value<'static>, Value<'static>)> {
    pairs.sort_by_key(|(key, _)| encode(key));
    pairs.dedup_by_key(|(key, _)| encode(key));
    pairs
}

fn foreign(value: &Value<'_>) -> ciborium::Value {
    use ciborium::Value as Foreign;
    match value {
        Value::Unsigned(number) => Foreign::Integer((*number).into()),
        Value::Negative(argument) => Foreign::Integer((!i128::from(*argument)).try_into().unwrap()),
        Value::Bytes(bytes) => Foreign::Bytes(bytes.to_vec()),
        Value::Text(text) => Foreign::Text(text.to_string()),
        Value::Array(items) => Foreign::Array(items.iter().map(foreign).collect()),
        Value::Map(pairs) => Foreign::Map(
            pairs
                .iter()
                .map(|(key, value)| (foreign(key), foreign(value)))
                .collect(),
        ),
        Value::Tag(tag, item) => Foreign::Tag(*tag, Box::new(foreign(item))),
        Value::Bool(truth) => Foreign::Bool(*truth),
        Value::Float(number) => Foreign::Float(*number),
        _ => Foreign::Null,
    }
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(value in any_value()) {
        let bytes = encode(&value);
        prop_assert!(read(&bytes).unwrap() == value, "{}", value.diagnostic());
        prop_assert_eq!(encode(&value.clone().into_owned()), bytes);
    }

    #[test]
    fn ciborium_reads_what_we_write(value in any_value()) {
        let theirs: ciborium::Value = ciborium::from_reader(encode(&value).as_slice()).unwrap();
        prop_assert_eq!(theirs, foreign(&value));
    }

    #[test]
    fn we_read_what_ciborium_writes(value in any_value()) {
        let mut bytes = Vec::new();
        ciborium::into_writer(&foreign(&value), &mut bytes).unwrap();
        prop_assert!(read(&bytes).unwrap() == value, "{}", value.diagnostic());
        // For a map in order, both encode alike.
        prop_assert_eq!(bytes, encode(&value));
    }

    #[test]
    fn any_bytes_end_in_a_result_and_encode_the_same_again(bytes in vec(any::<u8>(), 0..300)) {
        if let Ok(value) = read(&bytes) {
            let once = encode(&value);
            prop_assert_eq!(encode(&read(&once).unwrap()), once);
        }
    }

    #[test]
    fn every_f16_survives(bits: u16) {
        let half = [0xf9, bits.to_be_bytes()[0], bits.to_be_bytes()[1]];
        if let Value::Float(number) = read(&half).unwrap() && !number.is_nan() {
            prop_assert_eq!(encode(&Value::Float(number)), half);
        }
    }
}
