//! Why central signing stops.

use dcc_model::{Coded as _, Remark};
use dcc_registry::{StoreError, civil};
use dcc_sign::{SignError, provider::RandomUnavailable};

/// Why a step ended early. Nothing is lost: the same step again goes on where it stopped.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CentralError {
    /// The policy is not in force yet on the day of issue.
    #[error("the policy is in force from {from} on")]
    PolicyNotInForce {
        /// Its first day.
        from: civil::Date,
    },
    /// The key that is to be replaced is the signer's own.
    #[error("the key to be replaced is the one that would sign anew")]
    KeyReplacesItself,
    /// There are no random bytes for identifiers.
    #[error("{0}")]
    Random(#[from] RandomUnavailable),
    /// The signer made no valid signature for some certificates; they stay reserved.
    #[error("{count} certificate(s) were not signed: {first}")]
    Signing {
        /// How many.
        count: usize,
        /// The first reason.
        first: SignError,
    },
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// Subjects changed again and again while they were worked on, or identifiers were taken.
    #[error("{count} subject(s) kept changing; run again")]
    Unsettled {
        /// How many.
        count: usize,
    },
    /// A certificate of the day of issue would be too short, or begin before its signer.
    #[error("the document signer does not last: {}", .0.code().code())]
    Validity(Box<Remark>),
}
