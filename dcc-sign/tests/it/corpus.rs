//! The signature stage of every case of the shared corpus, on every provider.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use dcc_codec::{Decoder, Limits};
use dcc_sign::{HcertVerifier, KeyId, KeyLookup, SignatureError, TrustedKey};
use serde_json::Value;

use crate::test_data::{certificate, corpus, providers};

/// The one document signer of a case, or nobody.
#[derive(Debug)]
struct OneKey(Option<Arc<TrustedKey>>);

impl KeyLookup for OneKey {
    fn candidates(&self, kid: &KeyId) -> Vec<Arc<TrustedKey>> {
        self.0
            .iter()
            .filter(|key| key.kid() == kid)
            .cloned()
            .collect()
    }
}

fn lookup(case: &Value) -> OneKey {
    let Some(cert) = case.get("cert") else {
        return OneKey(None);
    };
    let key = TrustedKey::from_certificate(certificate(cert).unwrap()).unwrap();
    OneKey(Some(Arc::new(key)))
}

/// Whether this error is what the oracle's words say.
fn agrees(why: &str, error: SignatureError) -> bool {
    match error {
        SignatureError::KeyUnknown => {
            // The oracle tries the key of another certificate all the same.
            why.starts_with("kid ") || why == "invalid" || why.contains(" with ")
        }
        // The oracle looks at the key id before it minds where the algorithm stands.
        SignatureError::AlgMissing => why.starts_with("alg None") || why.starts_with("kid "),
        SignatureError::AlgUnsupported => why.ends_with("unsupported") && !why.contains("None"),
        SignatureError::AlgMismatch => why.contains(" with "),
        SignatureError::SignatureWrong => {
            why == "invalid" || why.starts_with("ECDSA length") || why.starts_with("DER-encoded")
        }
        _ => false,
    }
}

#[test]
fn every_case_gets_its_verdict_on_every_provider() {
    let Some(cases) = corpus() else { return };
    let decoder = Decoder::new(Limits::default());
    for provider in providers() {
        let verifier = HcertVerifier::new(provider);
        let mut counts = BTreeMap::new();
        for case in &cases {
            let id = case["id"].as_str().unwrap();
            let verdict = case["verdict"].as_str().unwrap();
            if verdict == "debatable" {
                continue;
            }
            let Ok(hcert) = decoder.decode(case["qr"].as_str().unwrap()) else {
                assert!(
                    verdict != "accept" && verdict != "reject:signature",
                    "{id}: {verdict}"
                );
                continue;
            };
            let expected = case["stages"]["signature"]
                .as_bool()
                .unwrap_or_else(|| case.get("cert").is_some());
            match verifier.verify(hcert, &lookup(case)) {
                Ok(verified) => {
                    assert!(expected, "{id} must not pass");
                    assert!(verified.signer().certificate().is_some());
                    *counts.entry("passed").or_insert(0) += 1;
                }
                Err(failure) => {
                    let error = failure.error();
                    assert!(!expected, "{id} must pass: {error}");
                    assert_eq!(error.reject_code().stage(), dcc_model::Stage::Signature);
                    match case["why"]["signature"].as_str() {
                        Some(why) => assert!(agrees(why, error), "{id}: {error} for {why}"),
                        None => assert_eq!(error, SignatureError::KeyUnknown, "{id}"),
                    }
                    *counts.entry("refused").or_insert(0) += 1;
                }
            }
        }
        println!("{:?}: {counts:?}", verifier.provider());
        assert!(
            counts["passed"] > 450 && counts["refused"] > 90,
            "{counts:?}"
        );
    }
}
