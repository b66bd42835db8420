//! The audit log: one hash chain per partition, checkpoints over all heads, and their check.

mod checkpoint;
mod store;
#[cfg(test)]
mod tests;
mod verify;

use core::fmt;

use dcc_model::Timestamp;

use crate::canonical::Canonical;
use crate::{Act, Actor, BUCKETS, Bucket, Digest, SubjectId};

pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use store::AuditStore;
pub use verify::{AuditFinding, AuditReport, verify_audit, verify_chain};

/// A partition of the log: one for each bucket, and one for everything outside the buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(u16);

impl Partition {
    /// The partition of directories, lists, attestations and batches.
    pub const CENTRAL: Self = Self(BUCKETS);

    /// The partition of a bucket.
    pub const fn of(bucket: Bucket) -> Self {
        Self(bucket.number())
    }

    /// The partition numbered `number`: 0 to 4095 the buckets', 4096 the central one.
    pub const fn new(number: u16) -> Option<Self> {
        if number <= BUCKETS {
            Some(Self(number))
        } else {
            None
        }
    }

    /// Every partition, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=BUCKETS).map(Self)
    }

    /// Its number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

macro_rules! audit_acts {
    ($($(#[$doc:meta])* $name:ident $number:literal $word:literal;)+) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum AuditAct { $($(#[$doc])* $name,)+ }

        impl AuditAct {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stored number, which never changes.
            pub const fn number(self) -> u8 {
                match self { $(Self::$name => $number,)+ }
            }

            /// The act with this number.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$name),)+ _ => None }
            }

            /// The stable word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

audit_acts! {
    /// Subjects and doses were taken in.
    Intake 1 "intake";
    /// Identities were corrected.
    Correct 2 "correct";
    /// Doses were withdrawn.
    Withdraw 3 "withdraw";
    /// Answers of the population register were recorded.
    Verify 4 "verify";
    /// Two subjects were linked or told apart.
    Link 5 "link";
    /// Dose versions were marked as attested.
    Attest 6 "attest";
    /// Marks were taken away.
    Lapse 7 "lapse";
    /// Decisions without a certificate were recorded.
    Decide 8 "decide";
    /// Certificates were reserved.
    Reserve 9 "reserve";
    /// Signed texts were stored.
    Complete 10 "complete";
    /// Certificates became current.
    Publish 11 "publish";
    /// Certificates were given up.
    Abandon 12 "abandon";
    /// Certificates were revoked.
    Revoke 13 "revoke";
    /// Certificates issued elsewhere were taken in.
    Import 14 "import";
    /// Cases changed hands.
    MoveCase 15 "move-case";
    /// A citizen asked for a correction.
    Request 16 "request";
    /// A correction request was decided.
    DecideRequest 17 "decide-request";
    /// Facilities were written.
    Facility 18 "facility";
    /// Delegations were written.
    Delegation 19 "delegation";
    /// An attestation was stored.
    Attestation 20 "attestation";
    /// A batch was opened.
    OpenBatch 21 "open-batch";
    /// A batch was closed.
    CloseBatch 22 "close-batch";
    /// A cleaning list was made.
    MakeList 23 "make-list";
    /// A cleaning list changed hands.
    HandOver 24 "hand-over";
    /// A progress snapshot was kept.
    Snapshot 25 "snapshot";
}

/// What one event says of one thing: the subject (an HMAC of the person), and the SHA-256 of what
/// was written about it. Central events name the thing by the leading half of its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AuditItem {
    /// The subject, or the leading half of the hash of another thing's id.
    pub reference: SubjectId,
    /// The hash of what was written.
    pub object: Digest,
}

impl AuditItem {
    /// `object` was written about `reference`.
    pub const fn new(reference: SubjectId, object: Digest) -> Self {
        Self { reference, object }
    }
}

/// One event of the log: one act in one partition, with everything it touched there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent {
    /// The partition.
    pub partition: Partition,
    /// 1 for the partition's first event, without gaps.
    pub number: u64,
    /// The hash of the event before; zeros before the first.
    pub previous: Digest,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// What was done.
    pub act: AuditAct,
    /// What it touched, in order.
    pub items: Vec<AuditItem>,
    /// The hash of this event as stored.
    pub hash: Digest,
}

impl AuditEvent {
    /// The event that follows `head`, with its hash computed.
    pub fn following(head: Head, act: &Act, what: AuditAct, items: Vec<AuditItem>) -> Self {
        let mut event = Self {
            partition: head.partition,
            number: head.number.saturating_add(1),
            previous: head.hash,
            at: act.at(),
            actor: act.actor().clone(),
            act: what,
            items,
            hash: Digest::ZERO,
        };
        event.hash = event.computed_hash();
        event
    }

    /// The SHA-256 of the event's deterministic CBOR: `["dcc-audit-1", partition, number,
    /// previous, at, actor, act, [reference, object, ...]]`. Sound events carry it as `hash`.
    pub fn computed_hash(&self) -> Digest {
        let mut written = Canonical::array("dcc-audit-1", 8);
        let items = u64::try_from(self.items.len()).unwrap_or(u64::MAX);
        written
            .unsigned(u64::from(self.partition.number()))
            .unsigned(self.number)
            .bytes(self.previous.as_bytes())
            .time(self.at)
            .text(self.actor.as_str())
            .unsigned(u64::from(self.act.number()))
            .nested(items.saturating_mul(2));
        for item in &self.items {
            written
                .bytes(item.reference.as_bytes())
                .bytes(item.object.as_bytes());
        }
        Digest::of(&written.finish())
    }

    /// The head that it leaves.
    pub const fn head(&self) -> Head {
        Head {
            partition: self.partition,
            number: self.number,
            hash: self.hash,
        }
    }
}

/// Where a partition's chain ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Head {
    /// The partition.
    pub partition: Partition,
    /// The number of its last event; 0 for none.
    pub number: u64,
    /// The hash of its last event; zeros for none.
    pub hash: Digest,
}

impl Head {
    /// A chain that ends with event `number`.
    pub const fn new(partition: Partition, number: u64, hash: Digest) -> Self {
        Self {
            partition,
            number,
            hash,
        }
    }

    /// An empty chain.
    pub const fn empty(partition: Partition) -> Self {
        Self {
            partition,
            number: 0,
            hash: Digest::ZERO,
        }
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Head({}:{} {})",
            self.partition.number(),
            self.number,
            self.hash
        )
    }
}
