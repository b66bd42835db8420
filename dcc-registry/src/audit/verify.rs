//! Finding what was changed, removed, reordered, truncated or rewritten.

use core::fmt;

use alloc::collections::BTreeMap;

use super::{AuditEvent, AuditStore, Checkpoint, Head, Partition};
use crate::StoreError;

/// How many events are read at a time.
const PAGE: usize = 512;

/// What is wrong with the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditFinding {
    /// The event's content is not what its hash says: it was changed.
    Changed {
        /// Where.
        partition: Partition,
        /// The event.
        number: u64,
    },
    /// The event does not follow from the one before it: one was removed, inserted or moved, or
    /// the one before was changed with its hash.
    Unlinked {
        /// Where.
        partition: Partition,
        /// The event that does not follow.
        number: u64,
    },
    /// Numbers are missing or out of order before this event.
    OutOfOrder {
        /// Where.
        partition: Partition,
        /// The number that should stand there.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// The chain ends before the event that the checkpoint saw: it was truncated.
    Truncated {
        /// Where.
        partition: Partition,
        /// The last event that there is.
        last: u64,
        /// The last event that the checkpoint saw.
        checkpoint: u64,
    },
    /// The chain is sound in itself but another one than the checkpoint saw: it was rewritten.
    Rewritten {
        /// Where.
        partition: Partition,
        /// The event that the checkpoint saw with another hash.
        number: u64,
    },
    /// The stored head is not the chain's last event.
    HeadDiffers {
        /// Where.
        partition: Partition,
    },
}

impl fmt::Display for AuditFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { partition, number } => {
                write!(
                    f,
                    "partition {}: event {number} was changed",
                    partition.number()
                )
            }
            Self::Unlinked { partition, number } => write!(
                f,
                "partition {}: event {number} does not follow from the one before",
                partition.number()
            ),
            Self::OutOfOrder {
                partition,
                expected,
                found,
            } => write!(
                f,
                "partition {}: event {expected} is missing, {found} stands there",
                partition.number()
            ),
            Self::Truncated {
                partition,
                last,
                checkpoint,
            } => write!(
                f,
                "partition {}: ends with event {last}, the checkpoint saw {checkpoint}",
                partition.number()
            ),
            Self::Rewritten { partition, number } => write!(
                f,
                "partition {}: event {number} is not the one that the checkpoint saw",
                partition.number()
            ),
            Self::HeadDiffers { partition } => write!(
                f,
                "partition {}: the stored head is not the last event",
                partition.number()
            ),
        }
    }
}

/// The result of a whole verification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditReport {
    /// How many events were read.
    pub events: u64,
    /// Up to which events the checkpoint vouches; later ones are sound in themselves only.
    pub covered: u64,
    /// What is wrong; empty for a sound log.
    pub findings: Vec<AuditFinding>,
}

impl AuditReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Checks one partition's events, given in the order stored, against the stored head and the
/// head in a checkpoint that was taken earlier.
pub fn verify_chain(events: &[AuditEvent], stored: Head, checkpoint: Head) -> Vec<AuditFinding> {
    let mut walk = Walk::new(stored.partition, checkpoint);
    for event in events {
        walk.step(event);
    }
    walk.finish(stored)
}

/// Reads and checks the whole log against a checkpoint whose signature the caller verified; with
/// `None` only against itself, which cannot find truncation or rewriting.
///
/// # Errors
///
/// Those of the store. Findings are no errors.
pub async fn verify_audit(
    store: &dyn AuditStore,
    checkpoint: Option<&Checkpoint>,
) -> Result<AuditReport, StoreError> {
    let heads: BTreeMap<Partition, Head> = store
        .heads()
        .await?
        .into_iter()
        .map(|head| (head.partition, head))
        .collect();
    let mut report = AuditReport::default();
    for partition in Partition::all() {
        let none = Head::empty(partition);
        let stored = heads.get(&partition).copied().unwrap_or(none);
        let seen = checkpoint.map_or(none, |point| point.head(partition));
        let mut walk = Walk::new(partition, seen);
        let mut after = 0;
        loop {
            let page = store.events(partition, after, PAGE).await?;
            for event in &page {
                walk.step(event);
            }
            report.events = report
                .events
                .saturating_add(u64::try_from(page.len()).unwrap_or(0));
            match page.last() {
                Some(last) if page.len() == PAGE => after = last.number,
                _ => break,
            }
        }
        report.covered = report.covered.saturating_add(seen.number);
        report.findings.extend(walk.finish(stored));
    }
    Ok(report)
}

/// The state of a walk along one chain.
struct Walk {
    head: Head,
    checkpoint: Head,
    findings: Vec<AuditFinding>,
}

impl Walk {
    const fn new(partition: Partition, checkpoint: Head) -> Self {
        Self {
            head: Head::empty(partition),
            checkpoint,
            findings: Vec::new(),
        }
    }

    fn step(&mut self, event: &AuditEvent) {
        let partition = self.head.partition;
        let expected = self.head.number.saturating_add(1);
        if event.number != expected || event.partition != partition {
            let found = event.number;
            self.findings.push(AuditFinding::OutOfOrder {
                partition,
                expected,
                found,
            });
        }
        if event.previous != self.head.hash {
            self.findings.push(AuditFinding::Unlinked {
                partition,
                number: event.number,
            });
        }
        if event.computed_hash() != event.hash {
            self.findings.push(AuditFinding::Changed {
                partition,
                number: event.number,
            });
        }
        if event.number == self.checkpoint.number && event.hash != self.checkpoint.hash {
            self.findings.push(AuditFinding::Rewritten {
                partition,
                number: event.number,
            });
        }
        self.head = Head::new(partition, event.number, event.hash);
    }

    fn finish(mut self, stored: Head) -> Vec<AuditFinding> {
        let partition = self.head.partition;
        if self.head.number < self.checkpoint.number {
            self.findings.push(AuditFinding::Truncated {
                partition,
                last: self.head.number,
                checkpoint: self.checkpoint.number,
            });
        }
        if stored != self.head {
            self.findings.push(AuditFinding::HeadDiffers { partition });
        }
        self.findings
    }
}
