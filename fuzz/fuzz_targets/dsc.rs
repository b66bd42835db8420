//! Any bytes as a certificate, as PEM, and as a trust list; a key that is read can be used.
#![no_main]

use dcc_sign::DocumentSigner;
use dcc_verify::TrustSnapshot;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let certificates = DocumentSigner::all_from_bytes(data);
    if let Ok(certificate) = DocumentSigner::from_der(data) {
        assert_eq!(certificate.der(), data, "the bytes are kept as they came");
    }
    let snapshot = TrustSnapshot::from_certificates(certificates);
    assert!(snapshot.keys().count() == snapshot.key_count());
});
