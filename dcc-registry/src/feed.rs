//! The feed: what display applications and revocation lists are told, in one order for all.

use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

use crate::{CertificateId, RevocationReason, StoreError, SubjectId};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeedKind {
    /// The certificate is the subject's current one; it replaces `supersedes`.
    Published {
        /// The one before.
        supersedes: Option<CertificateId>,
    },
    /// The certificate was replaced by `by`.
    Superseded {
        /// The new one.
        by: CertificateId,
    },
    /// The certificate was revoked.
    Revoked(RevocationReason),
}

/// One entry of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedEntry {
    /// The subject.
    pub subject: SubjectId,
    /// Its number within the subject's bucket, from 1, without gaps.
    pub number: u64,
    /// The certificate.
    pub certificate: CertificateId,
    /// What happened to it.
    pub kind: FeedKind,
    /// When.
    pub at: Timestamp,
}

impl FeedEntry {
    /// An entry as told by a store.
    pub const fn new(
        subject: SubjectId,
        number: u64,
        certificate: CertificateId,
        kind: FeedKind,
        at: Timestamp,
    ) -> Self {
        Self {
            subject,
            number,
            certificate,
            kind,
            at,
        }
    }
}

/// A place in the feed; what was read is behind it. It is the number of entries before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedCursor(u64);

impl FeedCursor {
    /// Before the first entry.
    pub const START: Self = Self(0);

    /// A cursor kept from an earlier reading.
    pub const fn new(position: u64) -> Self {
        Self(position)
    }

    /// Its number.
    pub const fn position(self) -> u64 {
        self.0
    }
}

/// The feed.
///
/// Entries are written into their bucket's outbox in the transaction of the change, so none is
/// lost and none tells of what did not happen. [`FeedStore::relay`] gives them their place in one
/// common order, once; a cursor never skips an entry that is placed later.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait FeedStore: fmt::Debug + Send + Sync {
    /// Places at most `limit` waiting entries behind those placed so far, in each bucket's own
    /// order, and returns how many; 0 means that none waits. Atomic; two relays at a time place
    /// every entry once.
    async fn relay(&self, limit: usize) -> Result<usize, StoreError>;

    /// At most `limit` placed entries behind `after`, in order, and the cursor behind them.
    async fn feed(
        &self,
        after: FeedCursor,
        limit: usize,
    ) -> Result<(Vec<FeedEntry>, FeedCursor), StoreError>;
}
