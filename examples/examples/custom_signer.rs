//! A signer of your own: here a "remote" one that takes a digest-sized queue, fails now and then,
//! and is retried item by item. An HSM or a cloud KMS has the same shape.
//!
//! `cargo run -p dcc-examples --example custom_signer`

extern crate alloc;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use async_trait::async_trait;
use dcc_model::Timestamp;
use dcc_sign::test_keys::TestPki;
use dcc_sign::{
    Algorithm, DocumentSigner, HcertSigner, IssueRequest, LocalSigner, Prepared, SignRequest,
    Signer, SignerError, VerifyingKey, provider,
};
use serde_json::json;

/// Hands every request to another signer; every third one is lost on the way.
#[derive(Debug)]
struct Remote {
    inner: LocalSigner,
    calls: AtomicUsize,
}

#[async_trait]
impl Signer for Remote {
    fn public_key(&self) -> &VerifyingKey {
        self.inner.public_key()
    }

    async fn sign_batch(
        &self,
        batch: &[SignRequest<'_>],
        deadline: Option<Duration>,
    ) -> Vec<Result<Vec<u8>, SignerError>> {
        let mut results = self.inner.sign_batch(batch, deadline).await;
        for result in &mut results {
            if self.calls.fetch_add(1, Ordering::Relaxed) % 3 == 2 {
                *result = Err(SignerError::NoResult);
            }
        }
        results
    }
}

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Box<dyn core::error::Error>> {
    let now: Timestamp = "2026-12-01T00:00:00Z".parse()?;
    let pki = TestPki::generate("VN", Algorithm::Es256, now)?;
    let provider = provider::aws_lc::provider();
    let inner = LocalSigner::from_pkcs8(pki.dsc_key_pem().as_bytes(), None, &provider)?;
    let remote = Remote {
        inner,
        calls: AtomicUsize::new(0),
    };
    let dsc = DocumentSigner::from_pem(pki.dsc_pem().as_bytes())?;
    // Refuses a key that does not belong to the certificate.
    let signer = HcertSigner::new(Arc::new(remote), dsc, provider)?;

    let expiry = now.checked_add_months(12).ok_or("the year is too late")?;
    let request = |given: &str, standard: &str| {
        let payload = json!({
            "ver": "1.3.0",
            "nam": {"fn": "Đặng", "fnt": "DANG", "gn": given, "gnt": standard},
            "dob": "1985-04-12",
            "v": [{
                "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528",
                "ma": "ORG-100030215", "dn": 2, "sd": 2, "dt": "2021-11-20", "co": "VN",
                "is": "Cục Y tế dự phòng", "ci": "URN:UVCI:01:VN:5A2B7C9D0E1F48379A6B5C4D3E2F1A0B"
            }]
        });
        IssueRequest::new(payload, "VN", now, expiry)
    };

    // 1. Prepare: every deviation refuses, and the bytes are fixed.
    let people = [
        ("Thị Hồng", "THI<HONG"),
        ("Văn Nam", "VAN<NAM"),
        ("Minh", "MINH"),
        ("Lan", "LAN"),
    ];
    let mut waiting: Vec<Prepared> = Vec::new();
    for (given, standard) in people {
        waiting.push(signer.prepare(&request(given, standard))?);
    }
    // 2. and 3. Sign and finish: what failed is tried again with the same bytes.
    let mut round = 0_u32;
    while !waiting.is_empty() {
        round = round.saturating_add(1);
        let results = pollster::block_on(signer.sign(&waiting, Some(Duration::from_secs(5))));
        let mut again = Vec::new();
        for (prepared, result) in waiting.into_iter().zip(results) {
            match result {
                Ok(signed) => println!("round {round}: {} characters", signed.text().len()),
                Err(error) => {
                    println!("round {round}: {error}; again");
                    again.push(prepared);
                }
            }
        }
        waiting = again;
    }
    Ok(())
}
