//! Any certificates as a signer, those that came with it, and authorities: typed errors only, and
//! whoever is found did sign.
#![no_main]

use dcc_registry::chain::{Authorities, ChainVerifier};
use dcc_sign::DocumentSigner;
use libfuzzer_sys::fuzz_target;

/// Certificates in DER, one after the other, each with a length of two bytes.
fn certificates(mut data: &[u8]) -> Vec<DocumentSigner> {
    let mut found = Vec::new();
    while let Some([0x30, 0x82, high, low]) = data.first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([*high, *low])) + 4;
        let Some((der, rest)) = data.split_at_checked(length) else {
            break;
        };
        found.extend(DocumentSigner::from_der(der));
        data = rest;
    }
    found
}

fuzz_target!(|data: &[u8]| {
    let certificates = certificates(data);
    let Some((signer, others)) = certificates.split_first() else {
        return;
    };
    let mut authorities = Authorities::new();
    for other in others.iter().rev().take(2) {
        let country = other.subject_country().unwrap_or_default().to_owned();
        let _ = authorities.insert(&country, other.clone());
    }
    let at = "2026-01-01T00:00:00Z".parse().expect("a time");
    let provider = dcc_sign::provider::rustcrypto::provider();
    for legacy in [false, true] {
        let verifier = ChainVerifier::new(provider.clone()).with_legacy_sha1(legacy);
        let _ = verifier.verify_path(signer, others, &authorities, at);
        let country = signer.subject_country().unwrap_or_default();
        if let Ok(issuer) = verifier.verify_document_signer(signer, country, &authorities) {
            let issuer = issuer.certificate();
            assert!(
                signer.is_signed_by(issuer, &provider)
                    || legacy && signer.is_signed_with_sha1_by(issuer, &provider)
            );
        }
    }
});
