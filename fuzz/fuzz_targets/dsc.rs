//! Any bytes as a certificate, as PEM, and as a trust list; a key that is read can be used.
#![no_main]

use dcc_sign::DocumentSigner;
use dcc_verify::TrustSnapshot;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(certificate) = DocumentSigner::from_der(data) {
        assert_eq!(certificate.der(), data, "the bytes are kept as they came");
    }
    let Ok(snapshot) = TrustSnapshot::from_certificates([data]) else {
        return;
    };
    for known in snapshot.keys() {
        assert!(snapshot.under(known.entry().kid()).iter().any(|other| other.entry() == known.entry()));
    }
});
