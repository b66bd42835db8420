//! What can be wrong with a message.

use dcc_model::RejectCode;

use crate::cbor::CborError;

/// The four members of a `COSE_Sign1`, and the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CosePart {
    /// The array of four.
    Message,
    /// The protected header.
    Protected,
    /// The unprotected header.
    Unprotected,
    /// The payload.
    Payload,
    /// The signature.
    Signature,
}

/// Why bytes are not taken as a `COSE_Sign1` message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CoseError {
    /// The message, or the protected header inside it, is not taken as CBOR.
    #[error("{part:?}: {error}")]
    Cbor {
        /// Whose encoding it is.
        part: CosePart,
        /// What is wrong with it.
        error: CborError,
    },
    /// A header that must be understood is not (`crit`, RFC 8152 section 3.1).
    #[error("a critical header is not understood")]
    Critical,
    /// A header parameter of the wrong kind (RFC 8152 section 3.1), such as a `kid` that is no
    /// byte string.
    #[error("{part:?}: header parameter {label:?} is wrong")]
    Header {
        /// Which header.
        part: CosePart,
        /// The parameter, if its label is a number.
        label: Option<i64>,
    },
    /// The payload is detached (`nil`), which HCERT does not allow.
    #[error("the payload is detached")]
    PayloadMissing,
    /// The raw message is longer than the limit.
    #[error("longer than {limit} bytes")]
    Size {
        /// The limit.
        limit: usize,
    },
    /// Not an array of bstr, map, bstr, bstr.
    #[error("{part:?} has the wrong type")]
    Structure {
        /// The member that is wrong.
        part: CosePart,
    },
    /// A tag other than 18 or 61(18).
    #[error("tag {tag} is not COSE_Sign1")]
    Tag {
        /// The tag.
        tag: u64,
    },
}

impl CoseError {
    /// The code of this reason.
    pub const fn reject_code(&self) -> RejectCode {
        match self {
            Self::Cbor { error, .. } => match error {
                CborError::DuplicateKey { .. } => RejectCode::CoseDuplicateKey,
                CborError::Depth { .. } | CborError::Items { .. } => RejectCode::CoseLimit,
                CborError::Trailing { .. } => RejectCode::CoseTrailing,
                _ => RejectCode::CoseCbor,
            },
            Self::Critical => RejectCode::CoseCritical,
            Self::Header { .. } => RejectCode::CoseHeader,
            Self::PayloadMissing => RejectCode::CosePayloadMissing,
            Self::Size { .. } => RejectCode::CoseLimit,
            Self::Structure { .. } => RejectCode::CoseStructure,
            Self::Tag { .. } => RejectCode::CoseTag,
        }
    }
}
