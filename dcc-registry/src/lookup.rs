//! Look-up tables: from a UVCI, a dose reference or a document to the subject.

use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

use crate::{Bucket, CertificateId, DoseRef, LookupKey, StoreError, SubjectId};

/// What a pass of the reconciler found and mended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reconciled {
    /// Reservations removed because no record followed them.
    pub removed: u64,
    /// Look-up rows added for records that had none.
    pub added: u64,
}

impl Reconciled {
    /// The sum of two passes.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            removed: self.removed.saturating_add(other.removed),
            added: self.added.saturating_add(other.added),
        }
    }
}

/// Finds subjects by what other systems know.
///
/// Each table has a bucket from its own key, and its row is reserved before the record is
/// written (design decision 14): a record is never without its row, a row may be without its
/// record until [`LookupStore::reconcile`] removes it. Readers therefore check the record. The
/// answers come in the order asked.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait LookupStore: fmt::Debug + Send + Sync {
    /// Whose certificates these are.
    async fn by_certificate(
        &self,
        ids: &[CertificateId],
    ) -> Result<Vec<Option<SubjectId>>, StoreError>;

    /// Whose doses these are.
    async fn by_dose(&self, refs: &[DoseRef]) -> Result<Vec<Option<SubjectId>>, StoreError>;

    /// Which subjects have a document, by id; numbers may be shared (CMND). A subject that had it
    /// under an earlier identity is among them until the table is reconciled.
    async fn by_document(&self, keys: &[LookupKey]) -> Result<Vec<Vec<SubjectId>>, StoreError>;

    /// Mends the look-up tables of one bucket: adds rows that records of the bucket lack, and
    /// removes rows of the bucket that were reserved before `before` and that no record followed.
    /// Safe beside all other calls where `before` is older than the longest of them. Idempotent.
    async fn reconcile(&self, bucket: Bucket, before: Timestamp) -> Result<Reconciled, StoreError>;
}
