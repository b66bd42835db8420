//! Why a bundle is not made, and why one is not opened.

use dcc_model::Timestamp;

use super::code::BundleCode;
use super::section::SectionName;

/// Why a bundle was refused. Nothing of a refused bundle is given out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// No algorithm in the protected header, or none of ours.
    #[error("the bundle is signed by an algorithm that is not supported")]
    Algorithm,
    /// Its time is over.
    #[error("the bundle expired at {at}, and now is {now}")]
    Expired {
        /// When.
        at: Timestamp,
        /// The present that was given.
        now: Timestamp,
    },
    /// Something else than a bundle.
    #[error("the file is not an offline bundle")]
    Format,
    /// More bytes, sections or items than the limits allow.
    #[error("the {part} of the bundle exceeds {limit}")]
    TooLarge {
        /// Of what.
        part: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Not the deterministic encoding of a bundle.
    #[error("the {part} of the bundle is malformed")]
    Malformed {
        /// Which part.
        part: &'static str,
    },
    /// Its time has not begun.
    #[error("the bundle was made at {from}, and now is {now}")]
    NotYetValid {
        /// When it was made.
        from: Timestamp,
        /// The present that was given.
        now: Timestamp,
    },
    /// A bundle with a higher sequence number was seen before.
    #[error("the bundle has the sequence number {sequence}, below {minimum}")]
    Rollback {
        /// That of the bundle.
        sequence: u64,
        /// The lowest that is taken.
        minimum: u64,
    },
    /// A section does not have the hash that was signed.
    #[error("the section {name} does not have the signed hash")]
    SectionChanged {
        /// Which.
        name: SectionName,
    },
    /// A section that was signed cannot be read.
    #[error("the section {name} cannot be read")]
    SectionCorrupt {
        /// Which.
        name: SectionName,
    },
    /// Fewer or more sections than the header names.
    #[error("the bundle has {found} sections instead of {listed}")]
    SectionCount {
        /// How many the header names.
        listed: usize,
        /// How many there are.
        found: usize,
    },
    /// A bundle without a section it must have.
    #[error("the section {name} is missing")]
    SectionMissing {
        /// Which.
        name: SectionName,
    },
    /// A critical section that the reader does not understand.
    #[error("the section {name} must be understood and is not")]
    SectionUnknown {
        /// Which.
        name: SectionName,
    },
    /// A pinned key of the named kind and id did not make this signature.
    #[error("the signature of the bundle is wrong")]
    SignatureWrong,
    /// The certificate of the signer does not cover the time of the bundle.
    #[error("the signer's certificate does not cover the time of the bundle")]
    SignerNotValid,
    /// No pinned key made the signature.
    #[error("the bundle is not signed by a pinned key")]
    SignerUnknown,
    /// More signers than [`MAX_BUNDLE_SIGNERS`](super::MAX_BUNDLE_SIGNERS).
    #[error("more than {limit} bundle signers")]
    TooManySigners {
        /// The limit.
        limit: usize,
    },
    /// Bytes after the bundle.
    #[error("{count} bytes after the bundle")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// The bundle ends early.
    #[error("the bundle is cut short")]
    Truncated,
    /// Another version of the format.
    #[error("the version of the bundle is not supported")]
    Version,
}

impl BundleError {
    /// The stable code.
    pub const fn code(&self) -> BundleCode {
        match self {
            Self::Algorithm => BundleCode::Algorithm,
            Self::Expired { .. } => BundleCode::Expired,
            Self::Format => BundleCode::Format,
            Self::Malformed { .. } => BundleCode::Malformed,
            Self::NotYetValid { .. } => BundleCode::NotYetValid,
            Self::Rollback { .. } => BundleCode::Rollback,
            Self::SectionChanged { .. } => BundleCode::SectionChanged,
            Self::SectionCorrupt { .. } => BundleCode::SectionCorrupt,
            Self::SectionCount { .. } => BundleCode::SectionCount,
            Self::SectionMissing { .. } => BundleCode::SectionMissing,
            Self::SectionUnknown { .. } => BundleCode::SectionUnknown,
            Self::SignatureWrong => BundleCode::SignatureWrong,
            Self::SignerNotValid => BundleCode::SignerNotValid,
            Self::SignerUnknown => BundleCode::SignerUnknown,
            Self::TooLarge { .. } => BundleCode::TooLarge,
            Self::TooManySigners { .. } => BundleCode::TooManySigners,
            Self::Trailing { .. } => BundleCode::Trailing,
            Self::Truncated => BundleCode::Truncated,
            Self::Version => BundleCode::Version,
        }
    }
}

/// Why a bundle was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleDraftError {
    /// A section of this name is there already, or this crate writes it itself.
    #[error("the section name {name} is taken")]
    SectionName {
        /// Which.
        name: SectionName,
    },
    /// The signature is not that of the signer's key.
    #[error("the signature of the bundle is wrong")]
    SignatureWrong,
    /// The signer's certificate is not valid from the beginning to the end of the bundle.
    #[error("the signer's certificate does not cover the time of the bundle")]
    SignerNotValid,
    /// The bundle would be larger than what readers take.
    #[error("the {part} of the bundle exceeds {limit}")]
    TooLarge {
        /// Of what.
        part: &'static str,
        /// The limit.
        limit: usize,
    },
    /// More signers than [`MAX_BUNDLE_SIGNERS`](super::MAX_BUNDLE_SIGNERS).
    #[error("more than {limit} bundle signers")]
    TooManySigners {
        /// The limit.
        limit: usize,
    },
    /// The end lies before the beginning.
    #[error("the bundle would expire at {expires}, before it is made at {created}")]
    Window {
        /// When it is made.
        created: Timestamp,
        /// When it would expire.
        expires: Timestamp,
    },
}

impl BundleDraftError {
    /// The stable code.
    pub const fn code(&self) -> BundleCode {
        match self {
            Self::SectionName { .. } => BundleCode::SectionName,
            Self::SignatureWrong => BundleCode::SignatureWrong,
            Self::SignerNotValid => BundleCode::SignerNotValid,
            Self::TooLarge { .. } => BundleCode::TooLarge,
            Self::TooManySigners { .. } => BundleCode::TooManySigners,
            Self::Window { .. } => BundleCode::Window,
        }
    }
}
