//! Checkpoints: all heads at one time, signed by a key of its own and carried outside.

use core::fmt;

use dcc_model::Timestamp;

use super::{Head, Partition};
use crate::Digest;
use crate::canonical::Canonical;

/// All heads of the log at one time.
#[derive(Clone, PartialEq, Eq)]
pub struct Checkpoint {
    sequence: u64,
    previous: Digest,
    at: Timestamp,
    heads: Vec<Head>,
}

impl Checkpoint {
    /// A checkpoint over `heads`, following the one whose hash is `previous`.
    pub fn new(sequence: u64, previous: Digest, at: Timestamp, mut heads: Vec<Head>) -> Self {
        heads.sort_by_key(|head| head.partition);
        Self {
            sequence,
            previous,
            at,
            heads,
        }
    }

    /// 1 for the first.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The hash of the checkpoint before; zeros for the first.
    pub const fn previous(&self) -> Digest {
        self.previous
    }

    /// When it was made.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The heads, by partition.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The head of one partition.
    pub fn head(&self, partition: Partition) -> Head {
        self.heads
            .binary_search_by_key(&partition, |head| head.partition)
            .ok()
            .and_then(|found| self.heads.get(found).copied())
            .unwrap_or_else(|| Head::empty(partition))
    }

    /// What is signed: the deterministic CBOR `["dcc-audit-checkpoint-1", sequence, previous, at,
    /// [[partition, number, hash], ...]]`. Sign it as a COSE payload with an `external_aad` of
    /// its own (design decision 10).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut written = Canonical::array("dcc-audit-checkpoint-1", 5);
        written
            .unsigned(self.sequence)
            .bytes(self.previous.as_bytes())
            .time(self.at)
            .nested(u64::try_from(self.heads.len()).unwrap_or(u64::MAX));
        for head in &self.heads {
            written
                .nested(3)
                .unsigned(u64::from(head.partition.number()))
                .unsigned(head.number)
                .bytes(head.hash.as_bytes());
        }
        written.finish()
    }

    /// The SHA-256 of [`Checkpoint::to_bytes`].
    pub fn hash(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("sequence", &self.sequence)
            .field("at", &self.at)
            .field("heads", &self.heads.len())
            .finish_non_exhaustive()
    }
}

/// A checkpoint with its signature, as the signer made it; whoever verifies the log verifies the
/// signature first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    signature: Vec<u8>,
}

impl SignedCheckpoint {
    /// `signature` is over [`Checkpoint::to_bytes`].
    pub const fn new(checkpoint: Checkpoint, signature: Vec<u8>) -> Self {
        Self {
            checkpoint,
            signature,
        }
    }

    /// The checkpoint.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}
