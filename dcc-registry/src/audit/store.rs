//! Reading the log and keeping checkpoints.

use core::fmt;

use async_trait::async_trait;

use super::{AuditEvent, Checkpoint, Head, Partition, SignedCheckpoint};
use crate::StoreError;

/// The audit log. Nothing appends to it but the methods that change records, each in its own
/// transaction.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait AuditStore: fmt::Debug + Send + Sync {
    /// The heads of all partitions that have events, in order. Each head is true at one instant;
    /// heads of different partitions may be of different instants.
    async fn heads(&self) -> Result<Vec<Head>, StoreError>;

    /// At most `limit` events of a partition behind event number `after`, in order.
    async fn events(
        &self,
        partition: Partition,
        after: u64,
        limit: usize,
    ) -> Result<Vec<AuditEvent>, StoreError>;

    /// Keeps a signed checkpoint. Sequences begin with 1 and have no gaps; the same checkpoint
    /// again changes nothing. Keep a copy outside the register too: that copy is what a rewrite
    /// of the whole register cannot reach.
    ///
    /// # Errors
    ///
    /// `Conflict` where another checkpoint has this sequence or the one before is missing.
    async fn put_checkpoint(&self, checkpoint: &SignedCheckpoint) -> Result<(), StoreError>;

    /// The checkpoint with this sequence; the last one for `None`.
    async fn checkpoint(
        &self,
        sequence: Option<u64>,
    ) -> Result<Option<SignedCheckpoint>, StoreError>;
}

/// What an auditor does with a store, for everyone who has one.
impl dyn AuditStore + '_ {
    /// A checkpoint over the present heads, following the last one kept, to be signed.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn next_checkpoint(
        &self,
        at: dcc_model::Timestamp,
    ) -> Result<Checkpoint, StoreError> {
        let last = self.checkpoint(None).await?;
        let (sequence, previous) = last.map_or((0, crate::Digest::ZERO), |signed| {
            (signed.checkpoint().sequence(), signed.checkpoint().hash())
        });
        let heads = self.heads().await?;
        Ok(Checkpoint::new(
            sequence.saturating_add(1),
            previous,
            at,
            heads,
        ))
    }
}
