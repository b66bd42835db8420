//! Leases: which worker may write certificates in which buckets, fenced by epochs.

use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

use crate::{Bucket, StoreError, WorkerId};

/// The right to write certificates in one bucket, until it is taken by somebody else.
///
/// What protects the bucket is the epoch, not the time: it rises with every acquisition, and a
/// write under an older epoch is refused inside the transaction, however long its worker slept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The bucket.
    pub bucket: Bucket,
    /// The epoch of this acquisition, 1 for a bucket's first.
    pub epoch: u64,
    /// Who holds it.
    pub worker: WorkerId,
    /// Until when nobody else takes it.
    pub until: Timestamp,
}

impl Lease {
    /// A lease as told by a store.
    pub const fn new(bucket: Bucket, epoch: u64, worker: WorkerId, until: Timestamp) -> Self {
        Self {
            bucket,
            epoch,
            worker,
            until,
        }
    }
}

/// Hands out leases.
///
/// Leases are no acts upon records: they leave no audit events.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait LeaseStore: fmt::Debug + Send + Sync {
    /// Takes at most `wanted` of the buckets `among` that nobody else holds at `now`, each under
    /// a new epoch, until `until`. A bucket held by the same worker is taken again, under a new
    /// epoch. Atomic; two callers never get the same bucket under the same epoch. An empty answer
    /// means that all are held.
    async fn acquire(
        &self,
        worker: &WorkerId,
        among: &[Bucket],
        wanted: usize,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<Vec<Lease>, StoreError>;

    /// Prolongs those of `leases` whose epochs still stand, and returns them; the others are lost.
    async fn extend(&self, leases: &[Lease], until: Timestamp) -> Result<Vec<Lease>, StoreError>;

    /// Gives those of `leases` back whose epochs still stand; others are left alone. Idempotent.
    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError>;
}
