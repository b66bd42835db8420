//! What a signature covers.

use crate::cbor;

/// The `Sig_structure` of a `COSE_Sign1` (RFC 8152 section 4.4), over bytes as given.
///
/// ```cddl
/// Sig_structure = [ "Signature1", body_protected : bstr, external_aad : bstr, payload : bstr ]
/// ```
pub fn sig_structure(protected: &[u8], external_aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let parts = [protected.len(), external_aad.len(), payload.len()];
    let size = parts
        .iter()
        .fold(32_usize, |sum, part| sum.saturating_add(*part));
    let mut out = Vec::with_capacity(size);
    cbor::write_array_head(&mut out, 4);
    cbor::write_text(&mut out, "Signature1");
    cbor::write_bytes(&mut out, protected);
    cbor::write_bytes(&mut out, external_aad);
    cbor::write_bytes(&mut out, payload);
    out
}
