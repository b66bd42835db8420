//! A certificate between its preparation and its signature, and one that is signed.

use core::fmt;

use dcc_codec::cbor::{self, CborLimits, Value};
use dcc_codec::cose;

use crate::sha256::sha256;
use crate::signer::SignRequest;

/// A certificate that is ready to be signed. Its bytes are fixed: whoever stores them before
/// signing can resume with the same ones.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    protected: Vec<u8>,
    payload: Vec<u8>,
    to_be_signed: Vec<u8>,
}

impl Prepared {
    pub(crate) fn new(protected: Vec<u8>, payload: Vec<u8>) -> Self {
        let to_be_signed = cose::sig_structure(&protected, &[], &payload);
        Self {
            protected,
            payload,
            to_be_signed,
        }
    }

    /// The certificate whose bytes were stored before it was signed: resuming signs exactly these
    /// and computes nothing anew.
    ///
    /// # Errors
    ///
    /// [`NotPrepared`] where they are not, byte for byte, what [`to_be_signed`](Self::to_be_signed)
    /// gave.
    pub fn from_to_be_signed(bytes: &[u8]) -> Result<Self, NotPrepared> {
        let item = cbor::decode(bytes, &CborLimits::default()).map_err(|_| NotPrepared)?;
        let Some([_, Value::Bytes(protected), _, Value::Bytes(payload)]) = item.as_array() else {
            return Err(NotPrepared);
        };
        // Whatever else stood there (context, external data, other lengths) would show here.
        let prepared = Self::new(protected.to_vec(), payload.to_vec());
        if prepared.to_be_signed == bytes {
            Ok(prepared)
        } else {
            Err(NotPrepared)
        }
    }

    /// The bytes that the signature covers: the encoded `Sig_structure` (RFC 8152 section 4.4).
    pub fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }

    /// SHA-256 of [`to_be_signed`](Self::to_be_signed), for signers that take a digest.
    pub fn sha256(&self) -> [u8; 32] {
        sha256(&self.to_be_signed)
    }

    /// The protected header, encoded.
    pub fn protected_bytes(&self) -> &[u8] {
        &self.protected
    }

    /// The CWT claims, encoded.
    pub fn payload_bytes(&self) -> &[u8] {
        &self.payload
    }

    pub(crate) fn request(&self) -> SignRequest<'_> {
        SignRequest::new(&self.to_be_signed)
    }

    pub(crate) fn message(&self, signature: &[u8]) -> Vec<u8> {
        cose::encode(&self.protected, &[], &self.payload, signature)
    }
}

impl fmt::Debug for Prepared {
    /// The payload holds personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("bytes", &self.payload.len())
            .finish_non_exhaustive()
    }
}

/// Stored bytes are not those of a certificate that was prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored bytes are not a prepared certificate")]
#[non_exhaustive]
pub struct NotPrepared;

/// A certificate whose signature was verified after it was made.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedHcert {
    text: String,
    cose: Vec<u8>,
}

impl SignedHcert {
    pub(crate) fn new(cose: Vec<u8>) -> Self {
        Self {
            text: dcc_codec::hc1_text(&cose),
            cose,
        }
    }

    /// The text of the QR code, `HC1:...`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The COSE message, as NFC, Bluetooth and HTTP carry it.
    pub fn cose_bytes(&self) -> &[u8] {
        &self.cose
    }
}

impl fmt::Debug for SignedHcert {
    /// The text is the certificate: personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedHcert")
            .field("bytes", &self.cose.len())
            .finish_non_exhaustive()
    }
}
