//! The corpus again, its document signers coming out of one signed bundle.

use alloc::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_registry::trust_list::{ImportOptions, Importer, ListFile, ListFormat};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, LocalSigner, Signer as _};
use dcc_verify::bundle::{BundleDraft, BundleSigner, TrustBundle};
use dcc_verify::{CryptoProvider, Policy, Timestamp, TrustList, TrustSnapshot, Verdict, Verifier};
use serde_json::Value;

use super::{cases, complaint, providers, scored};

/// Every certificate of the cases, as it would lie in a gate's bundle.
fn list(cases: &[&Value], provider: &CryptoProvider) -> TrustList {
    let certificates: BTreeSet<_> = cases
        .iter()
        .filter_map(|case| case["cert"].as_str())
        .map(|der| STANDARD.decode(der).unwrap())
        .collect();
    let files: Vec<_> = certificates
        .iter()
        .map(|der| ListFile::new("dsc.der", der))
        .collect();
    let importer = Importer::new(
        provider.clone(),
        ImportOptions::new(at("2022-07-01T00:00:00Z")),
    );
    let import = importer.import(Some(ListFormat::Pem), &files).unwrap();
    assert!(import.rejected().is_empty(), "{:?}", import.rejected());
    let mut list = TrustList::new();
    list.add(import).unwrap();
    list
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// Signs the list, opens what came out, and gives the list in it.
fn through_bundle(list: &TrustList, provider: &CryptoProvider) -> TrustList {
    let (created, expires) = (at("2022-07-01T00:00:00Z"), at("2022-07-08T00:00:00Z"));
    let pki = TestPki::generate("XX", Algorithm::Es256, at("2022-01-01T00:00:00Z")).unwrap();
    let key = pki.dsc_key_pem().as_bytes();
    let signer = LocalSigner::from_pkcs8(key, None, provider).unwrap();
    let pinned = BundleSigner::all_from_bytes(pki.dsc_pem().as_bytes()).unwrap();
    let prepared = BundleDraft::new(list, 1, created, expires)
        .unwrap()
        .prepare(&pinned[0])
        .unwrap();
    let signature = pollster::block_on(signer.sign_batch(&[prepared.request()], None)).remove(0);
    let bytes = prepared.finish(provider, &signature.unwrap()).unwrap();
    let now = at("2022-07-02T00:00:00Z");
    let opened = TrustBundle::open(&bytes, &pinned, now, 1, provider).unwrap();
    opened.into_trust()
}

fn verifier(cases: &[&Value], provider: &CryptoProvider) -> Verifier {
    let trust = through_bundle(&list(cases, provider), provider);
    let snapshot = TrustSnapshot::new(&trust, provider);
    Verifier::new(provider.clone(), snapshot, Policy::authentic())
}

fn verdict(verifier: &Verifier, case: &Value) -> Verdict {
    let now = Timestamp::from_unix_seconds(case["clock_unix"].as_i64().unwrap()).unwrap();
    verifier.verify(case["qr"].as_str().unwrap(), now)
}

#[test]
fn every_case_gets_its_agreed_verdict_through_a_bundle_of_all_document_signers() {
    let Some(cases) = cases() else { return };
    // A case without a certificate is one of an unknown key; everybody's keys are in the bundle.
    let scored: Vec<_> = cases
        .iter()
        .filter(|case| scored(case) && case["cert"].is_string())
        .collect();
    assert!(scored.len() > 500, "{} cases", scored.len());
    for provider in providers() {
        let all = verifier(&scored, &provider);
        // Nine cases are about a list without the true signer, whom other cases bring in. They
        // get a bundle of their own signer.
        let (own, common): (Vec<&Value>, Vec<&Value>) = scored
            .iter()
            .partition(|case| is_about_another_signer(case, &verdict(&all, case)));
        assert_eq!(own.len(), 9);
        let own = own.into_iter().map(|case| {
            let verifier = verifier(&[case], &provider);
            complaint(case, &verdict(&verifier, case))
        });
        let common = common
            .into_iter()
            .map(|case| complaint(case, &verdict(&all, case)));
        let complaints: Vec<_> = common.chain(own).flatten().collect();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}

/// Whether the signature fails under the case's own certificate and passes under another's.
fn is_about_another_signer(case: &Value, verdict: &Verdict) -> bool {
    let stages = case["reject_stages"].as_array();
    let wants_signature = stages.is_some_and(|all| all.contains(&"signature".into()));
    let own = STANDARD.decode(case["cert"].as_str().unwrap()).unwrap();
    let signer = verdict.signer().and_then(|signer| signer.certificate());
    wants_signature && signer.is_some_and(|signer| signer.der() != own)
}
