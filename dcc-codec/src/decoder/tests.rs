use dcc_model::{RejectCode, Stage, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::cbor::Value;
use crate::{cwt_payload, hc1_text};

const NAME: &str = "NGUYEN<VAN";

fn dcc() -> serde_json::Value {
    json!({
        "ver": "1.3.0",
        "nam": {"fn": "Nguyễn Văn", "fnt": NAME, "gn": "An", "gnt": "AN"},
        "dob": "1990-01-01",
        "v": [{
            "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215",
            "dn": 2, "sd": 2, "dt": "2021-11-20", "co": "VN", "is": "Bộ Y tế",
            "ci": "URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF",
        }],
    })
}

fn claims() -> CwtClaims {
    let instant = |seconds| Timestamp::from_unix_seconds(seconds).unwrap();
    CwtClaims::new(instant(1_700_000_000))
        .with_issuer("VN")
        .with_issued_at(instant(1_660_000_000))
}

fn message(payload: &serde_json::Value) -> Vec<u8> {
    let payload = cwt_payload(&claims(), payload).unwrap();
    let protected = cose::protected_header(cose::ES256, &[1, 2, 3, 4, 5, 6, 7, 8]);
    cose::encode(&protected, &[], &payload, &[0x5a; 64])
}

fn decode(text: &str) -> Result<Hcert, DecodeFailure> {
    Decoder::default()
        .decode(text)
        .map(Unverified::dangerous_into_unverified)
}

fn code_of(text: &str) -> Option<RejectCode> {
    decode(text).err().map(|failure| failure.reject_code())
}

#[test]
fn our_own_certificate_is_read_without_a_remark() {
    let bytes = message(&dcc());
    let hcert = decode(&hc1_text(&bytes)).unwrap();
    assert_eq!(hcert.remarks(), []);
    assert_eq!(hcert.payload(), &dcc());
    assert_eq!(hcert.claims(), &claims());
    assert_eq!(hcert.message().signature(), [0x5a; 64]);
    assert_eq!(hcert.message().encode(), bytes);
    let raw = Decoder::default().decode_cose(&bytes).unwrap();
    assert!(raw.dangerous_unverified() == &hcert);
}

#[test]
fn the_encoding_is_deterministic() {
    let mut reordered = serde_json::Map::new();
    for (name, value) in dcc().as_object().unwrap().iter().rev() {
        reordered.insert(name.clone(), value.clone());
    }
    assert_eq!(message(&reordered.into()), message(&dcc()));
    assert_eq!(hc1_text(&message(&dcc())), hc1_text(&message(&dcc())));
}

#[test]
fn issuer_and_country_are_compared() {
    let mut payload = dcc();
    payload["v"][0]["co"] = json!("FR");
    let hcert = decode(&hc1_text(&message(&payload))).unwrap();
    let codes: Vec<_> = hcert.remarks().iter().map(Remark::code).collect();
    assert_eq!(codes, [RemarkCode::IssuerNotCountry]);
}

#[test]
fn a_failure_keeps_what_was_read() {
    let mut payload = dcc();
    payload["v"] = json!([]);
    let failure = decode(&hc1_text(&message(&payload))).unwrap_err();
    assert_eq!(failure.stage(), Stage::Schema);
    assert_eq!(failure.partial().claims(), Some(&claims()));
    assert_eq!(failure.partial().payload(), Some(&payload));
    assert!(failure.partial().message().is_some());
    let no_claims = hc1_text(&cose::encode(&[], &[], &[0xa0], &[]));
    let failure = decode(&no_claims).unwrap_err();
    assert_eq!(failure.reject_code(), RejectCode::CwtExpiryMissing);
    assert!(failure.partial().message().is_some() && failure.partial().claims().is_none());
    let odd_names = Value::Map(vec![(Value::integer(1), Value::Null)]);
    let payload = cwt::write(&claims(), odd_names);
    let failure = decode(&hc1_text(&cose::encode(&[], &[], &payload, &[]))).unwrap_err();
    assert_eq!(failure.reject_code(), RejectCode::SchemaStructure);
    assert!(failure.partial().claims().is_some() && failure.partial().payload().is_none());
}

#[test]
fn nothing_formatted_holds_a_name() {
    let hcert = decode(&hc1_text(&message(&dcc()))).unwrap();
    let mut without_entry = dcc();
    without_entry["v"] = json!(["NGUYEN"]);
    let failure = decode(&hc1_text(&message(&without_entry))).unwrap_err();
    let layers = crate::layers::inspect(&hc1_text(&message(&dcc())), &Limits::default());
    let formatted = [
        format!("{hcert:?}"),
        format!("{hcert:#?}"),
        format!("{:?}", Unverified::new(hcert)),
        format!("{failure:?} {failure} {:?}", failure.partial()),
        format!("{layers:?}"),
    ];
    for text in formatted {
        for secret in ["NGUYEN", "Nguy", "1990", "0123456789ABCDEF"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn hostile_texts_have_their_codes() {
    let text = |message: &[u8]| hc1_text(message);
    let duplicate = [
        &[0xd2, 0x84, 0x40, 0xa0, 0x45][..],
        &[0xa2, 4, 1, 4, 1],
        &[0x40],
    ]
    .concat();
    let text_kid = cose::encode(&[0xa1, 4, 0x61, 0x61], &[], &[0xa0], &[]);
    let huge = [&[0xd2, 0x84, 0x40, 0xa0, 0x5b][..], &[0x7f; 8]].concat();
    for (text, code) in [
        (String::new(), RejectCode::PrefixMissing),
        ("A".repeat(600 * 1024), RejectCode::InputTooLong),
        (text(&vec![0x81; 200_000]), RejectCode::ZlibTooLarge),
        (text(&vec![0x81; 100_000]), RejectCode::CoseLimit),
        (text(&vec![0xd8; 100_000]), RejectCode::CoseLimit),
        (text(&huge), RejectCode::CoseCbor),
        (text(&duplicate), RejectCode::CwtDuplicateKey),
        (text(&text_kid), RejectCode::CoseHeader),
        (text(&[]), RejectCode::CoseCbor),
        ("HC1:".to_owned(), RejectCode::ZlibTruncated),
    ] {
        assert_eq!(code_of(&text), Some(code));
    }
    let raw = Decoder::default().decode_cose(&vec![0x81; 200_000]);
    assert_eq!(
        raw.err().map(|failure| failure.reject_code()),
        Some(RejectCode::CoseLimit)
    );
}

#[test]
fn a_changed_text_is_refused_or_means_the_same() {
    let text = hc1_text(&message(&dcc()));
    let signed = |hcert: &Hcert| {
        let message = hcert.message();
        [
            message.protected_bytes(),
            message.payload_bytes(),
            message.signature(),
        ]
        .map(<[u8]>::to_vec)
    };
    let original = signed(&decode(&text).unwrap());
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:\nh\x7f";
    let (mut refused, mut same) = (0_u32, 0_u32);
    for place in 0..text.len() {
        for character in alphabet {
            let mut changed = text.clone().into_bytes();
            changed[place] = *character;
            let changed = String::from_utf8(changed).unwrap();
            match decode(&changed) {
                Err(_) => refused = refused.saturating_add(1),
                Ok(hcert) => {
                    assert_eq!(signed(&hcert), original, "character {place}");
                    same = same.saturating_add(1);
                }
            }
        }
        let mut shorter = text.clone();
        shorter.remove(place);
        if let Ok(hcert) = decode(&shorter) {
            assert_eq!(signed(&hcert), original, "without {place}");
        }
    }
    // The text itself comes up once a character; little else may.
    assert!(refused > same.saturating_mul(20), "{refused} {same}");
}

proptest! {
    #[test]
    fn any_text_ends_in_a_result(text in ".{0,200}", base45 in "[0-9A-Z $%*+./:-]{0,200}") {
        drop((decode(&text), decode(&["HC1:", &base45].concat())));
    }

    #[test]
    fn a_changed_message_never_panics(
        place: prop::sample::Index,
        flip in 1_u8..,
        cut: prop::sample::Index,
    ) {
        let mut bytes = message(&dcc());
        *place.get_mut(&mut bytes) ^= flip;
        drop(Decoder::default().decode_cose(&bytes));
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(Decoder::default().decode_cose(&bytes).is_err());
    }
}
