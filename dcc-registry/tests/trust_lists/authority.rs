//! A certificate signed by an authority itself, which verifies nothing.

use dcc_codec::{CwtClaims, Decoder, Limits, cose, cwt_payload, hc1_text};
use dcc_registry::trust::{TrustList, TrustSnapshot};
use dcc_registry::trust_list::{ImportOptions, ListFile, ListFormat};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{
    Algorithm, DocumentSigner, HcertVerifier, LocalSigner, SignRequest, SignatureError, Signer as _,
};
use serde_json::json;

use crate::shared::{importer, now, provider};

/// An HC1 text signed by this key under the key id of its certificate.
fn signed(key_pem: &str, certificate_pem: &str) -> String {
    let key = LocalSigner::from_pkcs8(key_pem.as_bytes(), None, &provider()).unwrap();
    let certificate = DocumentSigner::from_pem(certificate_pem.as_bytes()).unwrap();
    let payload = json!({
        "ver": "1.3.0", "nam": {"fnt": "DANG"}, "dob": "1985-04-12",
        "r": [{"tg": "840539006", "fr": "2026-01-09", "df": "2026-01-20", "du": "2026-07-09",
            "co": "VN", "is": "X", "ci": "URN:UVCI:01:VN:A3"}]
    });
    let claims = CwtClaims::new("2026-12-01T00:00:00Z".parse().unwrap()).with_issuer("VN");
    let payload = cwt_payload(&claims, &payload).unwrap();
    let protected = cose::protected_header(cose::ES256, certificate.kid().as_bytes());
    let message = cose::sig_structure(&protected, &[], &payload);
    let signature = pollster::block_on(key.sign_batch(&[SignRequest::new(&message)], None));
    let signature = signature.into_iter().next().unwrap().unwrap();
    hc1_text(&cose::encode(&protected, &[], &payload, &signature))
}

#[test]
fn what_an_authority_signed_meets_an_unknown_key() {
    let pki = TestPki::generate("VN", Algorithm::Es256, "2026-01-01".parse().unwrap()).unwrap();
    let pem = [pki.csca_pem(), pki.dsc_pem()].concat();
    let import = importer(ImportOptions::new(now()))
        .import(Some(ListFormat::Pem), &[ListFile::new("x", pem.as_bytes())]);
    let mut list = TrustList::new();
    list.add(import.unwrap()).unwrap();
    assert_eq!((list.signers().count(), list.authorities().count()), (1, 1));
    let snapshot = TrustSnapshot::new(&list, &provider());
    let verifier = HcertVerifier::new(provider());
    let verify = |text: &str| {
        let hcert = Decoder::new(Limits::default()).decode(text).unwrap();
        verifier.verify(hcert, &snapshot).map(|_| ())
    };
    let by_signer = signed(pki.dsc_key_pem(), pki.dsc_pem());
    assert!(verify(&by_signer).is_ok());
    let by_authority = signed(pki.csca_key_pem(), pki.csca_pem());
    let refused = verify(&by_authority).unwrap_err();
    assert_eq!(refused.error(), SignatureError::KeyUnknown);
}
