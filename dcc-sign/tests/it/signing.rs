//! Prepare, sign, finish.

use alloc::sync::Arc;
use core::time::Duration;

use async_trait::async_trait;
use dcc_codec::{Decoder, Limits};
use dcc_sign::provider::aws_lc;
use dcc_sign::test_keys::TestPki;
use dcc_sign::{
    Algorithm, DocumentSigner, HcertSigner, HcertVerifier, IssueRequest, KeyId, KeyLookup,
    LocalSigner, Prepared, RemarkCode, SignError, SignRequest, Signer, SignerError, SignerMismatch,
    Timestamp, TrustedKey, VerifyingKey,
};
use serde_json::{Value, json};

#[derive(Debug)]
struct Trusting(Arc<TrustedKey>);

impl KeyLookup for Trusting {
    fn candidates(&self, kid: &KeyId) -> Vec<Arc<TrustedKey>> {
        if self.0.kid() == kid {
            vec![Arc::clone(&self.0)]
        } else {
            Vec::new()
        }
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn pki(algorithm: Algorithm) -> TestPki {
    TestPki::generate("VN", algorithm, at("2022-01-01T00:00:00Z")).unwrap()
}

fn local(pki: &TestPki) -> LocalSigner {
    LocalSigner::from_pkcs8(pki.dsc_key_pem().as_bytes(), None, &aws_lc::provider()).unwrap()
}

fn dsc(pki: &TestPki) -> DocumentSigner {
    DocumentSigner::from_pem(pki.dsc_pem().as_bytes()).unwrap()
}

fn signer(pki: &TestPki) -> HcertSigner {
    HcertSigner::new(Arc::new(local(pki)), dsc(pki), aws_lc::provider()).unwrap()
}

fn vaccination() -> Value {
    let uvci = "URN:UVCI:01:VN:000102030405060708090A0B0C0D0E0F";
    let check = dcc_model::check_character(uvci).unwrap();
    json!({
        "ver": "1.3.0",
        "nam": {"fn": "Đặng", "fnt": "DANG", "gn": "Thị Hồng", "gnt": "THI<HONG"},
        "dob": "1985-06",
        "v": [{
            "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215",
            "dn": 3, "sd": 3, "dt": "2022-02-11", "co": "VN", "is": "Bộ Y tế",
            "ci": format!("{uvci}#{check}"),
        }],
    })
}

fn request(payload: Value) -> IssueRequest {
    let (iat, exp) = (at("2022-03-01T00:00:00Z"), at("2023-03-01T00:00:00Z"));
    IssueRequest::new(payload, "VN", iat, exp)
}

fn refused(signer: &HcertSigner, request: &IssueRequest) -> Vec<RemarkCode> {
    let refusal = signer.prepare(request).unwrap_err();
    refusal
        .deviations()
        .iter()
        .map(dcc_sign::Remark::code)
        .collect()
}

#[test]
fn what_is_issued_verifies_on_every_provider() {
    for algorithm in [Algorithm::Es256, Algorithm::Ps256] {
        let pki = pki(algorithm);
        let trust = Trusting(Arc::new(TrustedKey::from_certificate(dsc(&pki)).unwrap()));
        for nationality in [None, Some("VN".to_owned())] {
            let request = request(vaccination()).with_nationality(nationality.clone());
            let signed = pollster::block_on(signer(&pki).issue(&request)).unwrap();
            for provider in crate::test_data::providers() {
                let decoder = Decoder::new(Limits::default());
                let hcert = decoder.decode(signed.text()).unwrap();
                let verified = HcertVerifier::new(provider).verify(hcert, &trust).unwrap();
                assert_eq!(verified.get().payload(), &vaccination());
                assert_eq!(
                    verified.get().claims().nationality(),
                    nationality.as_deref()
                );
                assert_eq!(
                    verified.get().message().kid(),
                    Some(dsc(&pki).kid().as_bytes())
                );
                assert_eq!(verified.get().message().tags(), [18]);
                assert_eq!(verified.signer().country(), Some("VN"));
            }
        }
    }
}

#[test]
fn the_bytes_are_fixed_by_preparing() {
    let pki = pki(Algorithm::Es256);
    let signer = signer(&pki);
    let (first, second) = (
        signer.prepare(&request(vaccination())),
        signer.prepare(&request(vaccination())),
    );
    let prepared = first.unwrap();
    assert_eq!(prepared, second.unwrap());
    assert_eq!(prepared.sha256(), dcc_sign::sha256(prepared.to_be_signed()));
    // `{1: -7, 4: kid}`, minimal and of definite length.
    let header = [&[0xa2, 1, 0x26, 4, 0x48][..], dsc(&pki).kid().as_bytes()].concat();
    assert_eq!(prepared.protected_bytes(), header);
    assert_eq!(&prepared.to_be_signed()[..12], b"\x84\x6aSignature1");
}

#[test]
fn finish_gives_out_nothing_that_does_not_verify() {
    let pki = pki(Algorithm::Es256);
    let (signer, key) = (signer(&pki), local(&pki));
    let prepared = signer.prepare(&request(vaccination())).unwrap();
    let requests = [SignRequest::new(prepared.to_be_signed())];
    let mut signatures = pollster::block_on(key.sign_batch(&requests, None));
    let good = signatures.remove(0).unwrap();
    assert!(signer.finish(&prepared, &good).is_ok());
    for wrong in [
        Vec::new(),
        vec![0; 64],
        good[..63].to_vec(),
        [&good[..], &[0]].concat(),
    ] {
        assert!(matches!(
            signer.finish(&prepared, &wrong),
            Err(SignError::SignatureWrong)
        ));
    }
    let other = request(vaccination()).with_nationality(Some("LA".to_owned()));
    let other = signer.prepare(&other).unwrap();
    assert!(matches!(
        signer.finish(&other, &good),
        Err(SignError::SignatureWrong)
    ));
}

#[test]
fn a_batch_keeps_its_order_and_one_failure_spoils_no_other() {
    let pki = pki(Algorithm::Es256);
    let moody = Arc::new(Moody { inner: local(&pki) });
    let signer = HcertSigner::new(moody, dsc(&pki), aws_lc::provider()).unwrap();
    let batch: Vec<_> = (1..=5)
        .map(|dose| {
            let mut payload = vaccination();
            payload["v"][0]["dn"] = json!(dose);
            signer.prepare(&request(payload)).unwrap()
        })
        .collect();
    let results = pollster::block_on(signer.sign(&batch, None));
    assert_eq!(results.len(), 5);
    let dose = |index: usize| {
        let text = results[index].as_ref().unwrap().text();
        let hcert = Decoder::new(Limits::default()).decode(text).unwrap();
        hcert.dangerous_unverified().payload()["v"][0]["dn"].as_i64()
    };
    assert_eq!(dose(0), Some(1));
    assert!(matches!(
        results[1],
        Err(SignError::Signer(SignerError::Refused))
    ));
    assert!(matches!(results[2], Err(SignError::SignatureWrong)));
    assert_eq!(dose(3), Some(4));
    assert!(matches!(
        results[4],
        Err(SignError::Signer(SignerError::NoResult))
    ));
}

/// Refuses the second item, signs the third wrongly, and forgets the fifth.
#[derive(Debug)]
struct Moody {
    inner: LocalSigner,
}

#[async_trait]
impl Signer for Moody {
    fn public_key(&self) -> &VerifyingKey {
        self.inner.public_key()
    }

    async fn sign_batch(
        &self,
        requests: &[SignRequest<'_>],
        deadline: Option<Duration>,
    ) -> Vec<Result<Vec<u8>, SignerError>> {
        let mut results = self.inner.sign_batch(requests, deadline).await;
        if let [_, second, third, ..] = &mut results[..] {
            *second = Err(SignerError::Refused);
            *third = Ok(vec![1; 64]);
        }
        results.truncate(4);
        results
    }
}

#[test]
fn key_and_certificate_must_belong_together() {
    let (one, two) = (pki(Algorithm::Es256), pki(Algorithm::Es256));
    let new = |pki: &TestPki, certificate: DocumentSigner| {
        HcertSigner::new(Arc::new(local(pki)), certificate, aws_lc::provider()).map(|_| ())
    };
    assert_eq!(new(&one, dsc(&one)), Ok(()));
    assert_eq!(new(&one, dsc(&two)), Err(SignerMismatch::Key));
    let csca = DocumentSigner::from_pem(one.csca_pem().as_bytes()).unwrap();
    let key = LocalSigner::from_pkcs8(one.csca_key_pem().as_bytes(), None, &aws_lc::provider());
    let authority = HcertSigner::new(Arc::new(key.unwrap()), csca, aws_lc::provider());
    assert_eq!(
        authority.map(|_| ()),
        Err(SignerMismatch::NotDocumentSigner)
    );
}

#[test]
fn every_deviation_is_named_at_once() {
    let signer = signer(&pki(Algorithm::Es256));
    let mut payload = vaccination();
    payload["nam"]["fnt"] = json!("NGUYEN");
    payload["v"][0]["mp"] = json!("nothing");
    let late = IssueRequest::new(
        payload,
        "Vietnam",
        at("2021-12-31T23:59:59Z"),
        at("2030-01-01"),
    )
    .with_nationality(Some("Việt Nam".to_owned()));
    let codes = refused(&signer, &late);
    for code in [
        RemarkCode::NameNotIcao,
        RemarkCode::CodeUnknown,
        RemarkCode::EntryAfterIssue,
        RemarkCode::ExpiryAfterDsc,
        RemarkCode::IssueBeforeDsc,
        RemarkCode::NationalityForm,
        RemarkCode::IssuerNotAlpha2,
    ] {
        assert!(codes.contains(&code), "{code:?} of {codes:?}");
    }
    let backwards = IssueRequest::new(vaccination(), "VN", at("2022-03-01"), at("2022-03-01"));
    assert_eq!(
        refused(&signer, &backwards),
        [RemarkCode::ExpiryNotAfterIssue]
    );
}

#[test]
fn no_dcc_is_refused_with_everything_else() {
    let signer = signer(&pki(Algorithm::Es256));
    for payload in [json!({}), json!([]), json!(null), json!({"ver": "1.3.0"})] {
        let late = IssueRequest::new(payload, "VN", at("2022-03-01"), at("2030-01-01"));
        let refusal = signer.prepare(&late).unwrap_err();
        assert!(refusal.schema_error().is_some());
        let codes: Vec<_> = refusal
            .deviations()
            .iter()
            .map(dcc_sign::Remark::code)
            .collect();
        assert_eq!(
            codes,
            [RemarkCode::SchemaViolation, RemarkCode::ExpiryAfterDsc]
        );
    }
}

#[test]
fn notes_never_block() {
    let signer = signer(&pki(Algorithm::Ps256));
    let mut booster = vaccination();
    booster["dob"] = json!("1985");
    booster["nam"] = json!({"fn": "Hồng", "fnt": "HONG"});
    booster["v"][0]["dn"] = json!(2);
    booster["v"][0]["sd"] = json!(1);
    assert!(signer.prepare(&request(booster)).is_ok());
}

#[test]
fn nothing_of_the_holder_is_shown() {
    let signer = signer(&pki(Algorithm::Es256));
    let request = request(vaccination());
    let prepared = signer.prepare(&request).unwrap();
    let signed = pollster::block_on(signer.issue(&request)).unwrap();
    let shown = format!("{request:?} {prepared:?} {signed:?} {signer:?}");
    for secret in ["DANG", "Đặng", "HONG", "1985", "HC1:", "URN:UVCI"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn stored_bytes_are_signed_as_they_were_prepared() {
    let pki = pki(Algorithm::Es256);
    let signer = signer(&pki);
    let prepared = signer.prepare(&request(vaccination())).unwrap();
    let again = Prepared::from_to_be_signed(prepared.to_be_signed()).unwrap();
    assert_eq!(again, prepared);
    let signed = pollster::block_on(signer.sign(&[again], None)).remove(0);
    let hcert = Decoder::new(Limits::default())
        .decode(signed.unwrap().text())
        .unwrap();
    let message = hcert.dangerous_unverified().message();
    assert_eq!(message.to_be_signed(), prepared.to_be_signed());
}

#[test]
fn other_stored_bytes_are_no_prepared_certificate() {
    let signer = signer(&pki(Algorithm::Es256));
    let prepared = signer.prepare(&request(vaccination())).unwrap();
    let bytes = prepared.to_be_signed();
    let (protected, payload) = (prepared.protected_bytes(), prepared.payload_bytes());
    let foreign = dcc_codec::cose::sig_structure(protected, b"dcc-attestation", payload);
    for wrong in [&[][..], &bytes[1..], &bytes[..bytes.len() - 1], &foreign] {
        assert!(Prepared::from_to_be_signed(wrong).is_err());
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(Prepared::from_to_be_signed(&longer).is_err());
    let mut other_context = bytes.to_vec();
    other_context[2] ^= 1;
    assert!(Prepared::from_to_be_signed(&other_context).is_err());
}

#[test]
fn another_document_signer_does_not_sign_what_was_prepared_under_the_first() {
    let (first, second) = (pki(Algorithm::Es256), pki(Algorithm::Es256));
    let prepared = signer(&first).prepare(&request(vaccination())).unwrap();
    let own = signer(&second).prepare(&request(vaccination())).unwrap();
    let results = pollster::block_on(signer(&second).sign(&[prepared.clone(), own], None));
    assert!(matches!(results[0], Err(SignError::OtherKey)));
    assert!(results[1].is_ok());
    assert!(matches!(
        signer(&second).finish(&prepared, &[0; 64]),
        Err(SignError::OtherKey)
    ));
}
