//! Keys, algorithms and signatures, with certificates made here.

use alloc::sync::Arc;

use dcc_codec::{CoseSign1, CwtClaims, Decoder, Limits, cose, cwt_payload};
use dcc_sign::provider::aws_lc;
use dcc_sign::test_keys::TestPki;
use dcc_sign::{
    Algorithm, DocumentSigner, HcertVerifier, KeyId, KeyLookup, LocalSigner, SignRequest,
    SignatureError, Signer, Timestamp, TrustedKey, VerifyingKey,
};
use proptest::prelude::*;
use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};
use serde_json::json;

/// Answers with every key, whatever the key id.
#[derive(Debug)]
struct Everybody(Vec<Arc<TrustedKey>>);

impl KeyLookup for Everybody {
    fn candidates(&self, _: &KeyId) -> Vec<Arc<TrustedKey>> {
        self.0.clone()
    }
}

fn pki(algorithm: Algorithm) -> TestPki {
    let start: Timestamp = "2022-01-01".parse().unwrap();
    TestPki::generate("VN", algorithm, start).unwrap()
}

fn certificate(pem: &str) -> DocumentSigner {
    DocumentSigner::from_pem(pem.as_bytes()).unwrap()
}

fn trusted(pem: &str) -> Arc<TrustedKey> {
    Arc::new(TrustedKey::from_certificate(certificate(pem)).unwrap())
}

fn raw_signature(key_pem: &str, message: &[u8]) -> Vec<u8> {
    let key = LocalSigner::from_pkcs8(key_pem.as_bytes(), None, &aws_lc::provider()).unwrap();
    let mut signed = pollster::block_on(key.sign_batch(&[SignRequest::new(message)], None));
    signed.remove(0).unwrap()
}

fn claims_and_payload() -> Vec<u8> {
    let claims = CwtClaims::new("2023-01-01".parse().unwrap()).with_issuer("VN");
    let payload = json!({
        "ver": "1.3.0", "nam": {"fnt": "HONG"}, "dob": "1985",
        "t": [{"tg": "840539006", "tt": "LP6464-4", "sc": "2022-02-11T00:00:00Z", "tr": "260415000",
               "co": "VN", "is": "BYT", "ci": "URN:UVCI:01:VN:1"}],
    });
    cwt_payload(&claims, &payload).unwrap()
}

/// A message with this header algorithm and key id, signed by this key.
fn message(algorithm: i64, kid: &[u8], key_pem: &str) -> Vec<u8> {
    let (protected, payload) = (cose::protected_header(algorithm, kid), claims_and_payload());
    let signature = raw_signature(key_pem, &cose::sig_structure(&protected, &[], &payload));
    cose::encode(&protected, &[], &payload, &signature)
}

fn verify(message: &[u8], keys: &[Arc<TrustedKey>]) -> Result<KeyId, SignatureError> {
    let verdicts: Vec<_> = crate::test_data::providers()
        .into_iter()
        .map(|provider| {
            let hcert = Decoder::new(Limits::default())
                .decode_cose(message)
                .unwrap();
            let verdict = HcertVerifier::new(provider).verify(hcert, &Everybody(keys.to_vec()));
            verdict
                .map(|hcert| hcert.signer().kid().clone())
                .map_err(|failure| failure.error())
        })
        .collect();
    assert!(
        verdicts.windows(2).all(|pair| pair[0] == pair[1]),
        "{verdicts:?}"
    );
    verdicts.into_iter().next().unwrap()
}

#[test]
fn the_key_binds_the_algorithm() {
    let (ec, rsa) = (pki(Algorithm::Es256), pki(Algorithm::Ps256));
    let (ec_key, rsa_key) = (trusted(ec.dsc_pem()), trusted(rsa.dsc_pem()));
    let kid = ec_key.kid().as_bytes();
    assert!(
        verify(
            &message(-7, kid, ec.dsc_key_pem()),
            core::slice::from_ref(&ec_key)
        )
        .is_ok()
    );
    assert!(
        verify(
            &message(-37, kid, rsa.dsc_key_pem()),
            core::slice::from_ref(&rsa_key)
        )
        .is_ok()
    );
    // Confusion both ways: the header names the other algorithm.
    let confused = message(-37, kid, ec.dsc_key_pem());
    assert_eq!(
        verify(&confused, core::slice::from_ref(&ec_key)),
        Err(SignatureError::AlgMismatch)
    );
    let confused = message(-7, kid, rsa.dsc_key_pem());
    assert_eq!(
        verify(&confused, core::slice::from_ref(&rsa_key)),
        Err(SignatureError::AlgMismatch)
    );
    // A colliding key of the other kind does not hide the right one.
    let both = [rsa_key, Arc::clone(&ec_key)];
    assert_eq!(
        verify(&message(-7, kid, ec.dsc_key_pem()), &both),
        Ok(ec_key.kid().clone())
    );
    for other in [-35, -36, -257, -8, 5, 0] {
        let unsupported = message(other, kid, ec.dsc_key_pem());
        assert_eq!(
            verify(&unsupported, &both),
            Err(SignatureError::AlgUnsupported),
            "{other}"
        );
    }
}

#[test]
fn every_candidate_is_tried_up_to_sixteen() {
    let pki = pki(Algorithm::Es256);
    let signer = trusted(pki.dsc_pem());
    let others: Vec<_> = (0..16)
        .map(|_| trusted(self::pki(Algorithm::Es256).dsc_pem()))
        .collect();
    let message = message(-7, b"whatever", pki.dsc_key_pem());
    let mut keys = others[..15].to_vec();
    assert_eq!(verify(&message, &keys), Err(SignatureError::SignatureWrong));
    keys.push(Arc::clone(&signer));
    assert_eq!(verify(&message, &keys), Ok(signer.kid().clone()));
    let mut too_many = others;
    too_many.push(signer);
    assert_eq!(
        verify(&message, &too_many),
        Err(SignatureError::SignatureWrong)
    );
    assert_eq!(verify(&message, &[]), Err(SignatureError::KeyUnknown));
}

#[test]
fn an_authority_never_verifies_a_certificate() {
    let pki = pki(Algorithm::Es256);
    let csca = trusted(pki.csca_pem());
    let signed = message(-7, csca.kid().as_bytes(), pki.csca_key_pem());
    assert_eq!(
        verify(&signed, core::slice::from_ref(&csca)),
        Err(SignatureError::KeyUnknown)
    );
    // The same bytes verify under the bare key, so nothing but the certificate forbids it.
    let bare = TrustedKey::bare(csca.kid().clone(), csca.key().unwrap().clone());
    assert!(verify(&signed, &[Arc::new(bare)]).is_ok());
}

#[test]
fn a_certificate_without_digital_signature_never_verifies() {
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let mut params = CertificateParams::default();
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyEncipherment];
    let pem = params.self_signed(&key).unwrap().pem();
    let signed = message(-7, b"k", &key.serialize_pem());
    assert_eq!(
        verify(&signed, &[trusted(&pem)]),
        Err(SignatureError::KeyUnknown)
    );
    let bare = VerifyingKey::from_spki_der(&key.subject_public_key_info()).unwrap();
    assert!(
        verify(
            &signed,
            &[Arc::new(TrustedKey::bare(KeyId::from_bytes(b"k"), bare))]
        )
        .is_ok()
    );
}

#[test]
fn an_unsuitable_key_is_told_apart_from_an_unknown_one() {
    let pki = pki(Algorithm::Es256);
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let p384 = CertificateParams::default().self_signed(&key).unwrap();
    let listed = Arc::new(TrustedKey::listed(certificate(&p384.pem())));
    assert!(TrustedKey::from_certificate(certificate(&p384.pem())).is_err());
    let signed = message(-7, b"k", pki.dsc_key_pem());
    assert_eq!(
        verify(&signed, core::slice::from_ref(&listed)),
        Err(SignatureError::KeyUnsuitable)
    );
    assert!(verify(&signed, &[listed, trusted(pki.dsc_pem())]).is_ok());
}

#[test]
fn unprotected_algorithms_and_missing_key_ids_do_not_count() {
    use dcc_codec::cbor::{self, Value};
    let pki = pki(Algorithm::Es256);
    let key = trusted(pki.dsc_pem());
    let payload = claims_and_payload();
    let sign = |protected: &[u8], unprotected: &[(Value<'_>, Value<'_>)]| {
        let to_be_signed = cose::sig_structure(protected, &[], &payload);
        let signature = raw_signature(pki.dsc_key_pem(), &to_be_signed);
        cose::encode(protected, unprotected, &payload, &signature)
    };
    let alg = (Value::integer(1), Value::integer(-7));
    let kid = (Value::integer(4), Value::bytes(key.kid().as_bytes()));
    let keys = [Arc::clone(&key)];
    assert_eq!(
        verify(&sign(&[], &[alg.clone(), kid.clone()]), &keys),
        Err(SignatureError::AlgMissing)
    );
    assert_eq!(
        verify(&sign(&[], core::slice::from_ref(&kid)), &keys),
        Err(SignatureError::AlgMissing)
    );
    let protected = cbor::encode(&Value::Map(vec![alg]));
    assert_eq!(
        verify(&sign(&protected, &[]), &keys),
        Err(SignatureError::KidMissing)
    );
    assert!(verify(&sign(&protected, &[kid]), &keys).is_ok());
}

#[test]
fn signatures_of_other_forms_are_wrong() {
    let pki = pki(Algorithm::Es256);
    let key = trusted(pki.dsc_pem());
    let (protected, payload) = (cose::protected_header(-7, b"k"), claims_and_payload());
    let to_be_signed = cose::sig_structure(&protected, &[], &payload);
    let good = raw_signature(pki.dsc_key_pem(), &to_be_signed);
    let der = {
        let pair = KeyPair::from_pem(pki.dsc_key_pem()).unwrap();
        rcgen::SigningKey::sign(&pair, &to_be_signed).unwrap()
    };
    let attempt = |signature: &[u8]| {
        verify(
            &cose::encode(&protected, &[], &payload, signature),
            core::slice::from_ref(&key),
        )
    };
    assert!(attempt(&good).is_ok());
    for wrong in [
        &[&[0], &good[..]].concat()[..],
        &good[..63],
        &[],
        &[0; 64],
        &der,
        &[0; 4000],
    ] {
        assert_eq!(
            attempt(wrong),
            Err(SignatureError::SignatureWrong),
            "{} bytes",
            wrong.len()
        );
    }
    // Bound data makes another message of the same bytes.
    let other = raw_signature(
        pki.dsc_key_pem(),
        &cose::sig_structure(&protected, b"x", &payload),
    );
    assert_eq!(attempt(&other), Err(SignatureError::SignatureWrong));
}

/// Design rule of untrusted bytes: a change is refused, or it changes none of protected header,
/// payload and signature.
#[test]
fn every_change_of_a_byte_is_refused_or_of_no_effect() {
    let pki = pki(Algorithm::Es256);
    let key = trusted(pki.dsc_pem());
    let original = message(-7, key.kid().as_bytes(), pki.dsc_key_pem());
    let read = |bytes: &[u8]| {
        let message = CoseSign1::parse(bytes, &Limits::default(), &mut Vec::new());
        message
            .ok()
            .map(dcc_codec::Unverified::dangerous_into_unverified)
    };
    let signed = read(&original).unwrap();
    let parts = |message: &CoseSign1| {
        [
            message.protected_bytes(),
            message.payload_bytes(),
            message.signature(),
        ]
        .map(<[u8]>::to_vec)
    };
    for index in 0..original.len() {
        for flip in [0x01, 0x20, 0x80, 0xff] {
            let mut changed = original.clone();
            changed[index] ^= flip;
            if Decoder::new(Limits::default())
                .decode_cose(&changed)
                .is_err()
            {
                continue;
            }
            let verdict = verify(&changed, core::slice::from_ref(&key));
            let same = parts(&read(&changed).unwrap()) == parts(&signed);
            assert_eq!(verdict.is_ok(), same, "byte {index} ^ {flip:02x}");
        }
    }
}

#[test]
fn a_document_signer_chains_to_its_authority_only() {
    for algorithm in [Algorithm::Es256, Algorithm::Ps256] {
        let (one, two) = (pki(algorithm), pki(algorithm));
        let (dsc, csca) = (certificate(one.dsc_pem()), certificate(one.csca_pem()));
        let namesake = certificate(two.csca_pem());
        assert_eq!(namesake.subject_der(), csca.subject_der());
        for provider in crate::test_data::providers() {
            assert!(dsc.is_signed_by(&csca, &provider));
            assert!(csca.is_signed_by(&csca, &provider));
            assert!(!dsc.is_signed_by(&namesake, &provider));
            assert!(!csca.is_signed_by(&dsc, &provider));
            assert!(!dsc.is_signed_by(&dsc, &provider));
        }
        assert!(csca.is_ca() && csca.may_sign_certificates() && !csca.may_sign_hcerts());
        assert!(!dsc.is_ca() && !dsc.may_sign_certificates() && dsc.may_sign_hcerts());
    }
}

proptest! {
    #[test]
    fn any_certificate_bytes_are_read_or_refused(
        index in 0_usize..600, flips in proptest::collection::vec(any::<u8>(), 1..4)
    ) {
        let pem = include_str!("../../testdata/dsc.pem");
        let good = DocumentSigner::from_pem(pem.as_bytes()).unwrap();
        let mut der = good.der().to_vec();
        for (byte, flip) in der.iter_mut().skip(index).zip(flips) {
            *byte ^= flip;
        }
        if let Ok(read) = DocumentSigner::from_der(&der) {
            prop_assert_eq!(read.der(), &der[..]);
            for provider in crate::test_data::providers() {
                if let Ok(key) = read.verifying_key() {
                    prop_assert!(provider.verify(key.algorithm(), key, b"m", &[1; 64]).is_err());
                }
            }
        }
    }
}
