//! The certificates that the benches work on: signed by test keys, made on the spot.

extern crate alloc;

mod trust;

use alloc::sync::Arc;

use dcc_model::Timestamp;
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, DocumentSigner, HcertSigner, IssueRequest, LocalSigner, provider};
use serde_json::json;

pub use trust::{RealBundle, real_bundle};

/// One certificate and what is needed to check it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Sample {
    /// The HC1 text.
    pub text: String,
    /// The document signer, PEM.
    pub dsc_pem: String,
    /// The moment for which everything is valid.
    pub now: Timestamp,
}

/// The payload of every sample: a Vietnamese vaccination, 2/2.
pub fn payload() -> serde_json::Value {
    json!({
        "ver": "1.3.0",
        "nam": {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Thị Minh Khai", "gnt": "THI<MINH<KHAI"},
        "dob": "1985-04-12",
        "v": [{
            "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215",
            "dn": 2, "sd": 2, "dt": "2021-11-20", "co": "VN", "is": "Cục Y tế dự phòng",
            "ci": "URN:UVCI:01:VN:5A2B7C9D0E1F48379A6B5C4D3E2F1A0B#W"
        }]
    })
}

/// Signs the sample payload with fresh test keys.
///
/// # Errors
///
/// Whatever keeps the keys or the certificate from being made.
pub fn sample(algorithm: Algorithm) -> Result<Sample, Box<dyn core::error::Error>> {
    let now: Timestamp = "2026-12-01T00:00:00Z".parse()?;
    let pki = TestPki::generate("VN", algorithm, now)?;
    let provider = provider::aws_lc::provider();
    let key = LocalSigner::from_pkcs8(pki.dsc_key_pem().as_bytes(), None, &provider)?;
    let dsc = DocumentSigner::from_bytes(pki.dsc_pem().as_bytes())?;
    let signer = HcertSigner::new(Arc::new(key), dsc, provider)?;
    let expiry = now.checked_add_months(12).ok_or("the year is too late")?;
    let request = IssueRequest::new(payload(), "VN".to_owned(), now, expiry);
    let signed = pollster::block_on(signer.issue(&request))?;
    Ok(Sample {
        text: signed.text().to_owned(),
        dsc_pem: pki.dsc_pem().to_owned(),
        now,
    })
}
