//! What would a QR code hold if one layer were another? Here: no compression, and faster zlib
//! levels. No verifier can be given such a pipeline.
//!
//! `cargo run -p dcc-examples --example exchange_layer`

use core::convert::Infallible;

use dcc_codec::{Compressing, CwtClaims, Pipeline, cose};
use serde_json::json;

/// Bytes as they are.
#[derive(Debug)]
struct Stored;

impl Compressing for Stored {
    type Error = Infallible;

    fn compress(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn decompress(&self, bytes: &[u8], limit: usize) -> Result<Vec<u8>, Self::Error> {
        Ok(bytes.iter().copied().take(limit).collect())
    }
}

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Box<dyn core::error::Error>> {
    let claims = CwtClaims::new("2027-12-01T00:00:00Z".parse()?);
    let payload = json!({
        "ver": "1.3.0",
        "nam": {"fn": "Đặng", "fnt": "DANG", "gn": "Thị Hồng", "gnt": "THI<HONG"},
        "dob": "1985-04-12",
        "v": [{
            "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215",
            "dn": 2, "sd": 2, "dt": "2021-11-20", "co": "VN", "is": "Cục Y tế dự phòng",
            "ci": "URN:UVCI:01:VN:5A2B7C9D0E1F48379A6B5C4D3E2F1A0B"
        }]
    });
    // Sizes only: 64 zero bytes stand for an ES256 signature.
    let seal = |bytes: &[u8]| cose::encode(&[], &[], bytes, &[0; 64]);

    let usual = Pipeline::standard().encode(&claims, &payload, seal)?;
    let stored = Pipeline::standard().with_compressing(Stored);
    let text = stored.encode(&claims, &payload, seal)?;
    println!("zlib, level 9: {} characters", usual.len());
    println!("uncompressed:  {} characters", text.len());

    // Both directions are exchanged together, and what comes back is unverified.
    let content = stored.decode(&text)?;
    assert_eq!(content.dangerous_unverified().2, payload);
    Ok(())
}
