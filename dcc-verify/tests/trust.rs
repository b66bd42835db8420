//! Which keys are believed, whatever else the list holds.

#![cfg(feature = "aws-lc")]
#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot set itself up fails"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_codec::cbor::{self, Value};
use dcc_codec::{cose, hc1_text};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, LocalSigner, SignRequest, Signer as _};
use dcc_verify::{
    DocumentSigner, Policy, RejectCode, Timestamp, TrustSnapshot, Verifier, provider,
};

const ISSUED: i64 = 1_700_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(ISSUED + seconds).unwrap()
}

fn pki(country: &str) -> TestPki {
    TestPki::generate(country, Algorithm::Es256, at(-1000)).unwrap()
}

fn text(value: &'static str) -> Value<'static> {
    Value::text(value)
}

/// A DCC under the key id of `certificate`, signed by `key`.
fn signed(certificate: &str, key: &str) -> String {
    let map = |members: Vec<(&'static str, Value<'static>)>| {
        let members = members.into_iter().map(|(key, value)| (text(key), value));
        Value::Map(members.collect())
    };
    let vaccination = map(vec![
        ("tg", text("840539006")),
        ("vp", text("1119349007")),
        ("mp", text("EU/1/20/1528")),
        ("ma", text("ORG-100030215")),
        ("dn", Value::integer(2)),
        ("sd", Value::integer(2)),
        ("dt", text("2023-01-05")),
        ("co", text("VN")),
        ("is", text("Bộ Y tế")),
        ("ci", text("URN:UVCI:01:VN:0#0")),
    ]);
    let dcc = map(vec![
        ("ver", text("1.3.0")),
        (
            "nam",
            map(vec![("fn", text("Nguyễn")), ("fnt", text("NGUYEN"))]),
        ),
        ("dob", text("1980-02-03")),
        ("v", Value::Array(vec![vaccination])),
    ]);
    let claims = Value::Map(vec![
        (Value::integer(1), text("VN")),
        (Value::integer(4), Value::integer(ISSUED + 86_400)),
        (Value::integer(6), Value::integer(ISSUED)),
        (
            Value::integer(-260),
            Value::Map(vec![(Value::integer(1), dcc)]),
        ),
    ]);
    let payload = cbor::encode(&claims);
    let kid = DocumentSigner::from_pem(certificate.as_bytes()).unwrap();
    let protected = cose::protected_header(-7, kid.kid().as_bytes());
    let message = cose::sig_structure(&protected, &[], &payload);
    let provider = provider::aws_lc::provider();
    let signer = LocalSigner::from_pkcs8(key.as_bytes(), None, &provider).unwrap();
    let requests = [SignRequest::new(&message)];
    let signature = pollster::block_on(signer.sign_batch(&requests, None)).remove(0);
    hc1_text(&cose::encode(
        &protected,
        &[],
        &payload,
        &signature.unwrap(),
    ))
}

fn code(trust: &str, hc1: &str, now: Timestamp) -> Option<RejectCode> {
    let trust = TrustSnapshot::from_pem(trust).unwrap();
    assert!(trust.reports().is_empty(), "{:?}", trust.reports());
    let verifier = Verifier::new(provider::aws_lc::provider(), trust, Policy::authentic());
    verifier.verify(hc1, now).code()
}

#[test]
fn what_an_authority_signed_is_of_an_unknown_key() {
    let pki = pki("VN");
    let by_authority = signed(pki.csca_pem(), pki.csca_key_pem());
    let both = format!("{}{}", pki.csca_pem(), pki.dsc_pem());
    assert_eq!(
        code(&both, &by_authority, at(60)),
        Some(RejectCode::KeyUnknown)
    );
    let by_signer = signed(pki.dsc_pem(), pki.dsc_key_pem());
    assert_eq!(code(&both, &by_signer, at(60)), None);
}

#[test]
fn a_bare_key_never_overrides_its_certificate() {
    let pki = pki("VN");
    let hc1 = signed(pki.dsc_pem(), pki.dsc_key_pem());
    let dsc = DocumentSigner::from_pem(pki.dsc_pem().as_bytes()).unwrap();
    let kid = STANDARD.encode(dsc.kid().as_bytes());
    let spki = STANDARD.encode(dsc.verifying_key().unwrap().to_spki_der());
    let bare =
        format!("kid: {kid}\n-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n");
    // The bare key alone has neither usage nor end of validity.
    assert_eq!(code(&bare, &hc1, at(60)), None);
    let restricted = format!("use: t\n{}", pki.dsc_pem());
    for both in [format!("{restricted}{bare}"), format!("{bare}{restricted}")] {
        assert_eq!(code(&both, &hc1, at(60)), Some(RejectCode::KeyUsage));
    }
}

#[test]
fn where_an_authority_is_known_its_signers_must_chain() {
    let (own, other, foreign) = (pki("VN"), pki("VN"), pki("FR"));
    let hc1 = signed(own.dsc_pem(), own.dsc_key_pem());
    for (authorities, wanted) in [
        (vec![], None),
        (vec![own.csca_pem()], None),
        (vec![other.csca_pem()], Some(RejectCode::TrustNotChained)),
        (vec![foreign.csca_pem()], None),
        (vec![other.csca_pem(), own.csca_pem()], None),
    ] {
        let trust = format!("{}{}", own.dsc_pem(), authorities.concat());
        assert_eq!(code(&trust, &hc1, at(60)), wanted);
    }
}

#[test]
fn a_swapped_snapshot_counts_from_the_next_check_on() {
    let (own, other) = (pki("VN"), pki("VN"));
    let hc1 = signed(own.dsc_pem(), own.dsc_key_pem());
    let snapshot = |pki: &TestPki| TrustSnapshot::from_pem(pki.dsc_pem()).unwrap();
    let provider = provider::aws_lc::provider();
    let verifier = Verifier::new(provider, snapshot(&other), Policy::authentic());
    assert_eq!(
        verifier.verify(&hc1, at(60)).code(),
        Some(RejectCode::KeyUnknown)
    );
    let before = verifier.replace_trust(snapshot(&own));
    assert_eq!(before.key_count(), 1);
    assert_eq!(verifier.verify(&hc1, at(60)).code(), None);
    // A list whose age nobody knows does where the policy sets no limit, and not where it does.
    let limited = Policy::authentic().with_max_trust_age(86_400);
    let verifier = Verifier::new(provider::aws_lc::provider(), snapshot(&own), limited);
    assert_eq!(
        verifier.verify(&hc1, at(60)).code(),
        Some(RejectCode::TrustStale)
    );
}
