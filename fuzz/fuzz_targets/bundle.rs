//! Any bytes as a bundle and, with their hash put right, as a trust list in one: typed errors
//! only, and what is read is written as it came.
#![no_main]

use std::sync::LazyLock;

use dcc_registry::bundle::{BundleSigner, BundleState, TrustBundle, peek};
use dcc_registry::trust::{read_trust_file, write_trust_file};
use dcc_sign::{CryptoProvider, sha256};
use libfuzzer_sys::fuzz_target;

static PROVIDER: LazyLock<CryptoProvider> = LazyLock::new(dcc_sign::provider::rustcrypto::provider);
static PINNED: LazyLock<Vec<BundleSigner>> = LazyLock::new(|| {
    let pem = include_bytes!("../../dcc-registry/tests/fixtures/anchors/signer.pem");
    BundleSigner::all_from_bytes(pem).expect("the committed certificate is readable")
});

fuzz_target!(|data: &[u8]| {
    let now = "2026-01-02T00:00:00Z".parse().expect("a time");
    if let Ok(bundle) = TrustBundle::open(data, &PINNED, now, 0, &PROVIDER) {
        assert_eq!(bundle.sequence(), 42, "only the seed itself is signed");
    }
    let _ = peek(data);
    let _ = BundleState::from_bytes(data);
    let content = data
        .get(..data.len().saturating_sub(32))
        .unwrap_or_default();
    let mut hashed = content.to_vec();
    hashed.extend(sha256(content));
    let _ = BundleState::from_bytes(&hashed);
    if let Ok(list) = read_trust_file(&hashed) {
        let written = write_trust_file(&list);
        assert_eq!(read_trust_file(&written).as_ref(), Ok(&list));
    }
});
