//! Health certificates beyond the DCC: made by our own keys, and WHO's samples.

#![cfg(feature = "aws-lc")]
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_codec::cbor::{self, Value};
use dcc_codec::{cose, hc1_text};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, LocalSigner, SignRequest, Signer as _};
use dcc_verify::{
    Decision, DocumentSigner, HealthClaim, HealthHcert, HealthPayload, Policy, RejectCode,
    Timestamp, TrustSnapshot, Verdict, Verifier, provider,
};

const ISSUED: i64 = 1_700_000_000;
const EXPIRES: i64 = ISSUED + 86_400;

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(ISSUED + 60).unwrap()
}

struct Issuer {
    pki: TestPki,
    dsc: DocumentSigner,
    signer: LocalSigner,
}

impl Issuer {
    fn new() -> Self {
        let start = Timestamp::from_unix_seconds(ISSUED - 1000).unwrap();
        let pki = TestPki::generate("VN", Algorithm::Es256, start).unwrap();
        let dsc = DocumentSigner::from_pem(pki.dsc_pem().as_bytes()).unwrap();
        let key = pki.dsc_key_pem().as_bytes();
        let signer = LocalSigner::from_pkcs8(key, None, &provider::aws_lc::provider()).unwrap();
        Self { pki, dsc, signer }
    }

    fn sign(&self, claims: Vec<(Value<'static>, Value<'static>)>) -> String {
        let payload = cbor::encode(&Value::Map(claims));
        let protected = cose::protected_header(-7, self.dsc.kid().as_bytes());
        let message = cose::sig_structure(&protected, &[], &payload);
        let requests = [SignRequest::new(&message)];
        let signature = pollster::block_on(self.signer.sign_batch(&requests, None))
            .remove(0)
            .unwrap();
        hc1_text(&cose::encode(&protected, &[], &payload, &signature))
    }

    /// The issuer's key without its certificate.
    fn trusted_key(&self, told: &str) -> TrustSnapshot {
        let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
        let kid = base64(self.dsc.kid().as_bytes());
        let spki = base64(&self.dsc.verifying_key().unwrap().to_spki_der());
        TrustSnapshot::from_pem(format!(
            "{told}kid: {kid}\n-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n"
        ))
        .unwrap()
    }

    /// The issuer's certificate, with what a list would say about it before.
    fn trusted(&self, told: &str) -> TrustSnapshot {
        let pem = format!("{told}{}", self.pki.dsc_pem());
        let trust = TrustSnapshot::from_pem(pem).unwrap();
        assert!(trust.reports().is_empty(), "{:?}", trust.reports());
        trust
    }
}

fn text(value: &'static str) -> Value<'static> {
    Value::text(value)
}

fn map(members: Vec<(&'static str, Value<'static>)>) -> Value<'static> {
    Value::Map(
        members
            .into_iter()
            .map(|(key, value)| (text(key), value))
            .collect(),
    )
}

fn dvc() -> Value<'static> {
    let vaccination = map(vec![
        ("dn", text("1")),
        ("tg", text("840539006")),
        ("dt", text("2023-01-05")),
    ]);
    map(vec![
        ("n", text("Nguyễn Văn A")),
        ("dob", text("1980-02-03")),
        ("v", vaccination),
    ])
}

fn claims(
    expiry: Option<i64>,
    health: Vec<(i64, Value<'static>)>,
) -> Vec<(Value<'static>, Value<'static>)> {
    let health = health
        .into_iter()
        .map(|(key, value)| (Value::integer(key), value))
        .collect();
    let mut claims = vec![
        (Value::integer(1), text("VN")),
        (Value::integer(6), Value::integer(ISSUED)),
    ];
    claims.extend(expiry.map(|at| (Value::integer(4), Value::integer(at))));
    claims.push((Value::integer(-260), Value::Map(health)));
    claims
}

fn verify(trust: TrustSnapshot, policy: Policy, hc1: &str) -> Verdict<HealthHcert> {
    Verifier::new(provider::aws_lc::provider(), trust, policy).verify_health(hc1, now())
}

#[test]
fn a_minimal_vaccination_certificate_is_accepted_and_typed() {
    let issuer = Issuer::new();
    let hc1 = issuer.sign(claims(Some(EXPIRES), vec![(-6, dvc())]));
    let verdict = verify(issuer.trusted(""), Policy::authentic(), &hc1);
    assert_eq!(verdict.decision(), Decision::Accept, "{:?}", verdict.code());
    let Some(HealthPayload::Dvc(certificate)) = verdict.accepted() else {
        panic!("not a DVC");
    };
    assert_eq!(certificate.name(), "Nguyễn Văn A");
    assert!(!format!("{verdict:?}").contains("Nguyễn"));

    // A verifier of DCCs refuses it as before.
    let verifier = Verifier::new(
        provider::aws_lc::provider(),
        issuer.trusted(""),
        Policy::authentic(),
    );
    assert_eq!(
        verifier.verify(&hc1, now()).code(),
        Some(RejectCode::CwtHcertUnsupported)
    );
}

#[test]
fn keys_serve_their_own_domain_and_usage() {
    let issuer = Issuer::new();
    let minimal = issuer.sign(claims(Some(EXPIRES), vec![(-6, dvc())]));
    let opaque = issuer.sign(claims(
        Some(EXPIRES),
        vec![(9, map(vec![("x", text("y"))]))],
    ));
    for (told, code) in [
        ("domain: ICVP\n", None),
        ("domain: DDCC\n", None),
        ("domain: DCC\n", Some(RejectCode::KeyDomain)),
        ("domain: PH4H\n", Some(RejectCode::KeyDomain)),
        ("use: v\n", None),
        ("use: t\n", Some(RejectCode::KeyUsage)),
    ] {
        let verdict = verify(issuer.trusted(told), Policy::authentic(), &minimal);
        assert_eq!(verdict.code(), code, "{told}");
    }
    // A key that is restricted to kinds of DCC never signs what nobody knows.
    let verdict = verify(issuer.trusted(""), Policy::authentic(), &opaque);
    assert_eq!(verdict.code(), Some(RejectCode::KeyUsage));
    // What nobody knows belongs to no domain.
    for (told, code) in [("", None), ("domain: DCC\n", Some(RejectCode::KeyDomain))] {
        let verdict = verify(issuer.trusted_key(told), Policy::authentic(), &opaque);
        assert_eq!(verdict.code(), code, "{told}");
    }
}

#[test]
fn a_key_of_another_domain_signs_no_dcc() {
    let issuer = Issuer::new();
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
    let name = map(vec![("fn", text("Nguyễn")), ("fnt", text("NGUYEN"))]);
    let dcc = map(vec![
        ("ver", text("1.3.0")),
        ("nam", name),
        ("dob", text("1980-02-03")),
        ("v", Value::Array(vec![vaccination])),
    ]);
    let hc1 = issuer.sign(claims(Some(EXPIRES), vec![(-6, dvc()), (1, dcc)]));
    for (told, code) in [
        ("", None),
        ("domain: DCC\n", None),
        ("domain: ICVP\n", Some(RejectCode::KeyDomain)),
    ] {
        let trust = issuer.trusted(told);
        let verdict = verify(trust.clone(), Policy::authentic(), &hc1);
        assert_eq!(verdict.code(), code, "{told}");
        // Of several payloads the DCC counts, for both ways of reading.
        let verifier = Verifier::new(provider::aws_lc::provider(), trust, Policy::authentic());
        let verdict = verifier.verify(&hc1, now());
        assert_eq!(verdict.code(), code, "{told}");
        assert!(
            verdict
                .remarks()
                .iter()
                .any(|remark| remark.at().as_str() == "cwt.hcert.-6")
        );
    }
}

#[test]
fn expiry_may_be_missing_where_the_policy_says_so() {
    let issuer = Issuer::new();
    let hc1 = issuer.sign(claims(None, vec![(-6, dvc())]));
    let verdict = verify(issuer.trusted(""), Policy::authentic(), &hc1);
    assert_eq!(verdict.code(), Some(RejectCode::CwtExpiryMissing));
    let verdict = verify(
        issuer.trusted(""),
        Policy::authentic().with_missing_expiry(),
        &hc1,
    );
    assert_eq!(verdict.code(), None);
    let expired = issuer.sign(claims(Some(ISSUED + 1), vec![(-6, dvc())]));
    let verdict = verify(
        issuer.trusted(""),
        Policy::authentic().with_missing_expiry(),
        &expired,
    );
    assert_eq!(verdict.code(), Some(RejectCode::Expired));
}

#[test]
fn an_older_ddcc_is_its_own_container() {
    let issuer = Issuer::new();
    let mut members: Vec<_> = vec![
        (text("name"), text("Nguyễn Văn A")),
        (
            text("vaccine"),
            map(vec![
                ("code", text("1119349007")),
                ("system", text("http://snomed.info/sct")),
            ]),
        ),
        (text("date"), text("2023-01-05")),
    ];
    members.push((Value::integer(4), Value::integer(EXPIRES)));
    let hc1 = issuer.sign(members);
    let verdict = verify(issuer.trusted("domain: DDCC\n"), Policy::authentic(), &hc1);
    let Some(HealthPayload::DdccVaccination(certificate)) = verdict.accepted() else {
        panic!("{:?}", verdict.code());
    };
    assert_eq!(certificate.name(), "Nguyễn Văn A");
    assert!(
        verdict
            .remarks()
            .iter()
            .all(|remark| !remark.at().as_str().starts_with("cwt.name"))
    );
}

#[test]
fn a_changed_payload_is_refused() {
    let issuer = Issuer::new();
    let decoder = dcc_codec::Decoder::new(dcc_verify::Limits::default());
    let hc1 = issuer.sign(claims(Some(EXPIRES), vec![(-6, dvc())]));
    let read = decoder.decode_health(&hc1).unwrap();
    let message = read.dangerous_unverified().message();
    let mut payload = message.payload_bytes().to_vec();
    let at = payload
        .windows(4)
        .position(|bytes| bytes == b"1980")
        .unwrap();
    payload[at + 3] = b'1';
    let forged = cose::encode(
        message.protected_bytes(),
        &[],
        &payload,
        message.signature(),
    );
    let verdict = verify(issuer.trusted(""), Policy::authentic(), &hc1_text(&forged));
    assert_eq!(verdict.code(), Some(RejectCode::SignatureWrong));
    assert!(verdict.accepted().is_none());
}

/// WHO's samples are read as WHO's own validator unpacked them. Their keys are not public.
#[test]
fn samples_of_who_are_read() {
    let place = std::env::var_os("DCC_TESTDATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/testdata"),
        PathBuf::from,
    );
    let place = place.join("who-payloads");
    if !place.is_dir() {
        println!("shared test data absent: not run");
        return;
    }
    for (name, claim) in [
        ("DVCTestQR.txt", HealthClaim::Dvc),
        ("DVCTest2QR.txt", HealthClaim::Dvc),
        ("DVCTest3QR.txt", HealthClaim::Dvc),
        ("EUColombiaContents.txt", HealthClaim::Dcc),
        ("EUItalyAcceptanceQRContents.txt", HealthClaim::Dcc),
        ("WHOQR1Contents.txt", HealthClaim::DdccVaccination),
        ("WHOQR2Contents.txt", HealthClaim::DdccVaccination),
    ] {
        let hc1 = std::fs::read_to_string(place.join(name)).unwrap();
        let verdict = verify(TrustSnapshot::empty(), Policy::authentic(), hc1.trim_end());
        assert_eq!(verdict.code(), Some(RejectCode::KeyUnknown), "{name}");
        let dcc_verify::Content::Unverified(read) = verdict.content() else {
            panic!("{name}");
        };
        let read = read.dangerous_unverified();
        assert_eq!(read.payload().claim(), claim, "{name}");
        let unpacked = place.join(
            name.replace("Contents", "")
                .replace(".txt", "Unpacked.json"),
        );
        let Ok(unpacked) = std::fs::read(unpacked) else {
            continue;
        };
        let unpacked: serde_json::Value = serde_json::from_slice(&unpacked).unwrap();
        let contents = &unpacked["contents"];
        let expected = match contents.get("-260") {
            Some(health) => &health[claim.key().to_string()],
            None => contents,
        };
        let members = expected.as_object().unwrap();
        for (member, value) in members {
            assert_eq!(&read.json()[member], value, "{name}: {member}");
        }
    }
}
