//! `COSE_Sign1` messages (RFC 8152 section 4.2) as HCERT uses them.
//!
//! A parsed message keeps protected header, payload and signature as the bytes they came as;
//! nothing edits them, and [`CoseSign1::to_be_signed`] is computed over exactly these.

use core::fmt;

use dcc_model::Remark;

use crate::cbor::{self, Value};
use crate::{Limits, Unverified};

mod error;
mod header;
mod parse;
mod sig_structure;
#[cfg(test)]
mod tests;

pub use error::{CoseError, CosePart};
pub use header::{AlgorithmId, ES256, HeaderAlg, KidPlace, PS256, protected_header};
pub use sig_structure::sig_structure;

pub(crate) use parse::read;

/// CBOR tag of a `COSE_Sign1` (RFC 8152 section 2).
pub(crate) const COSE_SIGN1_TAG: u64 = 18;
/// CBOR tag of a CWT (RFC 8392 section 6).
pub(crate) const CWT_TAG: u64 = 61;

/// How a message was tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tagging {
    /// No tag at all.
    Untagged,
    /// Tag 18, as it should be.
    Cose,
    /// Tag 61 around tag 18.
    Cwt,
}

/// A `COSE_Sign1` message as it came. `Debug` shows the headers only.
///
/// ```cddl
/// COSE_Sign1 = [ protected : bstr, unprotected : {* label => any}, payload : bstr, signature : bstr ]
/// ```
#[derive(Clone, PartialEq)]
pub struct CoseSign1 {
    tagging: Tagging,
    protected: Vec<u8>,
    unprotected: Vec<(Value<'static>, Value<'static>)>,
    payload: Vec<u8>,
    signature: Vec<u8>,
    algorithm: HeaderAlg,
    kid: Option<Vec<u8>>,
    kid_place: KidPlace,
}

impl CoseSign1 {
    /// Reads a message: tagged 18, tagged 61(18(..)), or without a tag. Oddities go to `remarks`.
    ///
    /// # Errors
    /// [`CoseError`] where the bytes are not one such message within `limits`.
    pub fn parse(
        bytes: &[u8],
        limits: &Limits,
        remarks: &mut Vec<Remark>,
    ) -> Result<Unverified<Self>, CoseError> {
        read(bytes, limits, remarks).map(Unverified::new)
    }

    /// How it was tagged.
    pub const fn tagging(&self) -> Tagging {
        self.tagging
    }

    /// The CBOR tags around it, outermost first.
    pub const fn tags(&self) -> &'static [u64] {
        match self.tagging {
            Tagging::Untagged => &[],
            Tagging::Cose => &[COSE_SIGN1_TAG],
            Tagging::Cwt => &[CWT_TAG, COSE_SIGN1_TAG],
        }
    }

    /// The protected header as it came: an encoded map, or nothing.
    pub fn protected_bytes(&self) -> &[u8] {
        &self.protected
    }

    /// The parameters of the unprotected header.
    pub fn unprotected(&self) -> &[(Value<'static>, Value<'static>)] {
        &self.unprotected
    }

    /// The payload as it came.
    pub fn payload_bytes(&self) -> &[u8] {
        &self.payload
    }

    /// The signature as it came, of any length.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The algorithm and where it stands. Whether it is allowed is decided where keys are known.
    pub const fn algorithm(&self) -> &HeaderAlg {
        &self.algorithm
    }

    /// The key id that counts: the protected one if there is one.
    pub fn kid(&self) -> Option<&[u8]> {
        self.kid.as_deref()
    }

    /// Where the key id stands.
    pub const fn kid_place(&self) -> KidPlace {
        self.kid_place
    }

    /// The bytes that an HCERT's signature covers: the `Sig_structure` (RFC 8152 section 4.4)
    /// over protected header and payload as they came, with an empty `external_aad`.
    pub fn to_be_signed(&self) -> Vec<u8> {
        self.to_be_signed_with(&[])
    }

    /// The bytes that the signature covers where the protocol has data of its own to bind.
    pub fn to_be_signed_with(&self, external_aad: &[u8]) -> Vec<u8> {
        sig_structure(&self.protected, external_aad, &self.payload)
    }

    /// Writes the message as it would be sent: tag 18, definite lengths.
    pub fn encode(&self) -> Vec<u8> {
        encode(
            &self.protected,
            &self.unprotected,
            &self.payload,
            &self.signature,
        )
    }
}

impl fmt::Debug for CoseSign1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoseSign1")
            .field("tagging", &self.tagging)
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .field("payload", &self.payload.len())
            .field("signature", &self.signature.len())
            .finish_non_exhaustive()
    }
}

/// Writes a `COSE_Sign1` with tag 18 around parts that are kept as they are.
pub fn encode(
    protected: &[u8],
    unprotected: &[(Value<'_>, Value<'_>)],
    payload: &[u8],
    signature: &[u8],
) -> Vec<u8> {
    let parts = [protected.len(), payload.len(), signature.len()];
    let size = parts
        .iter()
        .fold(64_usize, |sum, part| sum.saturating_add(*part));
    let mut out = Vec::with_capacity(size);
    cbor::write_tag(&mut out, COSE_SIGN1_TAG);
    cbor::write_array_head(&mut out, 4);
    cbor::write_bytes(&mut out, protected);
    cbor::write_map(&mut out, unprotected);
    cbor::write_bytes(&mut out, payload);
    cbor::write_bytes(&mut out, signature);
    out
}
