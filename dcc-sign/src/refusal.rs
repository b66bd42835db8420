//! Why nothing is signed.

use core::fmt;

use dcc_model::{Remark, SchemaError};

use crate::signer::SignerError;
use crate::verifying_key::KeyError;

/// A payload that must not be signed, with every deviation it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    deviations: Vec<Remark>,
    schema_error: Option<SchemaError>,
}

impl Refusal {
    pub(crate) const fn new(deviations: Vec<Remark>, schema_error: Option<SchemaError>) -> Self {
        Self {
            deviations,
            schema_error,
        }
    }

    /// Every deviation, in the order of payload, claims and certificate. A payload that is no DCC
    /// at all counts as one, `schema-violation`.
    pub fn deviations(&self) -> &[Remark] {
        &self.deviations
    }

    /// Takes the deviations out.
    pub fn into_deviations(self) -> Vec<Remark> {
        self.deviations
    }

    /// Why the payload is no DCC, where it is none.
    pub const fn schema_error(&self) -> Option<&SchemaError> {
        self.schema_error.as_ref()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the payload must not be signed: {} deviation(s)",
            self.deviations.len()
        )
    }
}

impl core::error::Error for Refusal {}

/// Why signer and certificate do not belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignerMismatch {
    /// The certificate's key is another one than the signer's.
    #[error("the certificate is of another key than the signer's")]
    Key,
    /// The certificate's key may not sign HCERTs.
    #[error("{0}")]
    Unsuitable(KeyError),
    /// The certificate is an authority's, or its key usage lacks digitalSignature.
    #[error("the certificate is not meant for digital signatures of documents")]
    NotDocumentSigner,
}

/// Why one certificate was not issued.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The payload must not be signed.
    #[error("{0}")]
    Refused(Refusal),
    /// The prepared bytes name another key than this signer's: they were stored under another
    /// document signer, which alone can sign them.
    #[error("the prepared certificate names another key than the signer's")]
    OtherKey,
    /// The signer made no signature.
    #[error("{0}")]
    Signer(#[from] SignerError),
    /// The signature is not one of this certificate's key over these bytes.
    #[error("the signer's signature does not verify under the certificate")]
    SignatureWrong,
}

impl From<Refusal> for SignError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
