//! The way from a payload to a text, in the steps between which a signature is made.

use crate::context::PREFIX;
use crate::{CwtClaims, PayloadError, base45, cwt, payload, zlib};

/// The CWT payload to be signed: claims around a DCC payload, in deterministic encoding.
///
/// ```
/// use dcc_codec::{CwtClaims, cose, cwt_payload, hc1_text};
/// use serde_json::json;
///
/// let claims = CwtClaims::new("2023-04-14T00:00:00Z".parse()?).with_issuer("VN");
/// let payload = cwt_payload(&claims, &json!({"ver": "1.3.0"}))?;
/// let protected = cose::protected_header(cose::ES256, &[1, 2, 3, 4, 5, 6, 7, 8]);
/// let to_be_signed = cose::sig_structure(&protected, &[], &payload);
/// # let sign = |_: &[u8]| [0; 64];
/// let signature = sign(&to_be_signed);
/// let text = hc1_text(&cose::encode(&protected, &[], &payload, &signature));
/// assert!(text.starts_with("HC1:"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// # Errors
/// [`PayloadError`] where the payload is no object or nested deeper than a decoder takes.
pub fn cwt_payload(
    claims: &CwtClaims,
    payload: &serde_json::Value,
) -> Result<Vec<u8>, PayloadError> {
    Ok(cwt::write(claims, payload::from_json(payload)?))
}

/// The text of a QR code for a COSE message: zlib, Base45, prefix.
pub fn hc1_text(message: &[u8]) -> String {
    let mut text = String::from(PREFIX);
    text.push_str(&base45::encode(&zlib::compress(message)));
    text
}
