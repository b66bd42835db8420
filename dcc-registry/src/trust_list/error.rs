//! Why a list, or one entry of it, was not taken.

use dcc_model::{Coded, Lang, Timestamp};
use dcc_sign::{DscError, KeyError};

use super::format::ListFormat;
use crate::chain::ChainError;
use crate::cms::CmsError;
use crate::trust::TrustCode;

/// Why an entry was not taken, or what is remarkable about one that was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryReason {
    /// An authority which the trust anchor did not sign.
    #[error("the authority is not signed by the trust anchor")]
    AuthorityNotSigned,
    /// Broken Base64.
    #[error("the member {member} is not Base64")]
    Base64 {
        /// Which member.
        member: &'static str,
    },
    /// No certificate that could be read.
    #[error("the certificate cannot be read: {0}")]
    Certificate(DscError),
    /// The certificate does not chain.
    #[error("the certificate does not chain: {0}")]
    Chain(ChainError),
    /// The CMS signature of the entry is not accepted.
    #[error("the signature of the entry is not accepted: {0}")]
    Cms(CmsError),
    /// The certificate names another country than the list does.
    #[error("the certificate names another country than the list")]
    CountryWrong,
    /// The key may not verify HCERTs.
    #[error("the key cannot be used: {0}")]
    Key(KeyError),
    /// The key beside a certificate is another.
    #[error("the key beside the certificate is another")]
    KeyDiffers,
    /// The key id is not that of the certificate, and was recomputed.
    #[error("the key id is not that of the certificate")]
    KidDiffers,
    /// A signature with SHA-1 was taken because the caller allowed it.
    #[error("the signature uses SHA-1")]
    LegacySha1,
    /// A member is missing or of the wrong kind.
    #[error("the member {member} is missing or of the wrong kind")]
    Member {
        /// Which member.
        member: &'static str,
    },
    /// A reference to a document of another environment.
    #[error("a reference to another environment")]
    ReferenceForeign,
    /// The thumbprint is not that of the certificate.
    #[error("the thumbprint is not that of the certificate")]
    ThumbprintWrong,
    /// An unknown kind of certificate.
    #[error("the kind of certificate is unknown")]
    TypeUnknown,
    /// A usage that is none of a DCC.
    #[error("the usage of the key is unknown")]
    UsageUnknown,
}

impl EntryReason {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Chain(error) => error.code().code(),
            Self::Cms(error) => error.code().code(),
            other => other.trust_code().code(),
        }
    }

    /// What a person should read.
    pub fn text(&self, lang: Lang) -> &'static str {
        match self {
            Self::Chain(error) => error.code().text(lang),
            Self::Cms(error) => error.code().text(lang),
            other => other.trust_code().text(lang),
        }
    }

    const fn trust_code(&self) -> TrustCode {
        match self {
            Self::AuthorityNotSigned => TrustCode::AuthorityNotSigned,
            Self::Base64 { .. } => TrustCode::EntryBase64,
            Self::Certificate(_) => TrustCode::CertificateUnreadable,
            Self::CountryWrong => TrustCode::CountryWrong,
            Self::Key(_) => TrustCode::KeyUnsuitable,
            Self::KeyDiffers => TrustCode::KeyDiffers,
            Self::KidDiffers => TrustCode::KidDiffers,
            Self::LegacySha1 => TrustCode::LegacySha1,
            Self::ReferenceForeign => TrustCode::ReferenceForeign,
            Self::ThumbprintWrong => TrustCode::ThumbprintWrong,
            Self::TypeUnknown => TrustCode::TypeUnknown,
            Self::UsageUnknown => TrustCode::UsageUnknown,
            Self::Chain(_) | Self::Cms(_) | Self::Member { .. } => TrustCode::EntryMalformed,
        }
    }
}

/// Why a list was not taken at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The list is signed by an algorithm that is not supported.
    #[error("the list is signed by an algorithm that is not supported")]
    AlgorithmUnsupported,
    /// A signed list without an anchor to check it against.
    #[error("no anchor was given for a list of the format {format}")]
    AnchorMissing {
        /// The format.
        format: ListFormat,
    },
    /// Neither a certificate nor a public key.
    #[error("the anchor is neither a certificate nor a public key")]
    AnchorUnreadable,
    /// The list has expired.
    #[error("the list expired at {at}, and now is {now}")]
    Expired {
        /// When.
        at: Timestamp,
        /// The present that was given.
        now: Timestamp,
    },
    /// A file of a list of several is missing.
    #[error("the file {name} is missing")]
    FileMissing {
        /// Which.
        name: &'static str,
    },
    /// The format is not recognised.
    #[error("the format is not recognised")]
    FormatUnknown,
    /// The content does not have the hash that was signed.
    #[error("the content does not have the signed hash")]
    HashWrong,
    /// The bytes do not have the format.
    #[error("the {part} of the list is malformed")]
    Malformed {
        /// Which part.
        part: &'static str,
    },
    /// The list is not valid yet.
    #[error("the list is valid from {from}, and now is {now}")]
    NotYetValid {
        /// From when.
        from: Timestamp,
        /// The present that was given.
        now: Timestamp,
    },
    /// The proof of a DID document cannot be checked.
    #[error("the proof cannot be checked: {0}")]
    Proof(#[from] super::did::ProofError),
    /// The signature of the list is wrong.
    #[error("the signature of the list is wrong")]
    SignatureWrong,
    /// The CMS signature of the list is not accepted.
    #[error("the signature of the list is not accepted: {0}")]
    SignatureCms(CmsError),
    /// The signer does not lead to an anchor.
    #[error("the signer of the list does not lead to an anchor")]
    SignerUnknown,
    /// More bytes than the limit.
    #[error("the list is longer than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Another version of the format.
    #[error("the version of the list is not supported")]
    Version,
}

impl ImportError {
    /// The stable code.
    pub const fn code(&self) -> TrustCode {
        match self {
            Self::AlgorithmUnsupported => TrustCode::AlgorithmUnsupported,
            Self::AnchorMissing { .. } => TrustCode::AnchorMissing,
            Self::AnchorUnreadable => TrustCode::AnchorUnreadable,
            Self::Expired { .. } => TrustCode::ListExpired,
            Self::FileMissing { .. } => TrustCode::FileMissing,
            Self::FormatUnknown => TrustCode::FormatUnknown,
            Self::HashWrong => TrustCode::ListHashWrong,
            Self::Malformed { .. } => TrustCode::ListMalformed,
            Self::NotYetValid { .. } => TrustCode::ListNotYetValid,
            Self::Proof(error) => error.code(),
            Self::SignatureCms(CmsError::SignerUnknown) | Self::SignerUnknown => {
                TrustCode::SignerUnknown
            }
            Self::SignatureCms(_) | Self::SignatureWrong => TrustCode::ListSignatureWrong,
            Self::TooLarge { .. } => TrustCode::ListTooLarge,
            Self::Version => TrustCode::ListVersion,
        }
    }

    /// Whether the input could not be used at all (exit code 2 of a command), rather than being
    /// refused for signature, hash, version or time (exit code 1).
    pub const fn is_unreadable(&self) -> bool {
        matches!(
            self,
            Self::AnchorUnreadable
                | Self::FileMissing { .. }
                | Self::FormatUnknown
                | Self::Malformed { .. }
                | Self::TooLarge { .. }
        )
    }
}
