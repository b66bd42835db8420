use std::time::Instant;
use dcc_registry::bundle::{BundleSigner, TrustBundle};
use dcc_registry::trust::TrustSnapshot;
fn main() {
    let bytes = std::fs::read("/tmp/hb/v.bundle").unwrap();
    let pinned = BundleSigner::all_from_bytes(&std::fs::read("/tmp/hb/keys/dsc.pem").unwrap()).unwrap();
    let provider = dcc_sign::provider::rustcrypto::provider();
    let now = "2026-12-01T00:00:00Z".parse().unwrap();
    let mut opens = vec![]; let mut snaps = vec![];
    for _ in 0..30 {
        let t = Instant::now();
        let b = TrustBundle::open(&bytes, &pinned, now, 0, &provider).unwrap();
        opens.push(t.elapsed());
        let t = Instant::now();
        let s = TrustSnapshot::new(b.trust(), &provider);
        snaps.push(t.elapsed());
        assert!(s.key_count() > 800);
    }
    opens.sort(); snaps.sort();
    println!("{} bytes; open min {:?} median {:?}; snapshot min {:?} median {:?}", bytes.len(), opens[0], opens[15], snaps[0], snaps[15]);
}
