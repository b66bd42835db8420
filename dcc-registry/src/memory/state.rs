//! Everything stored, and the changes that are applied to it at once.

use alloc::collections::{BTreeMap, BTreeSet};

use dcc_model::Timestamp;

use super::contents::Contents;
use crate::engine::{Lookup, LookupRow, Shelf, Work};
use crate::{
    AuditEvent, Bucket, CertificateState, FeedEntry, Head, Lease, LookupKey, Partition, StoreError,
    SubjectId,
};

/// Everything stored.
#[derive(Debug, Default)]
pub(super) struct Stored {
    pub(super) buckets: BTreeMap<Bucket, Contents>,
    pub(super) lookups: BTreeMap<(Lookup, LookupKey), BTreeMap<SubjectId, Timestamp>>,
    pub(super) leases: BTreeMap<Bucket, Lease>,
    pub(super) shelves: BTreeMap<(Shelf, Vec<u8>), Vec<u8>>,
    pub(super) central: Vec<AuditEvent>,
    pub(super) feed: Vec<FeedEntry>,
}

/// A change that is applied at the next commit.
#[derive(Debug)]
pub(super) enum Staged {
    Work(Box<Work>),
    Lookups(Lookup, Vec<LookupRow>),
    Removed(Lookup, Vec<LookupRow>),
    Lease(Lease),
    Shelf(Shelf, Vec<(Vec<u8>, Vec<u8>)>),
    Central(AuditEvent),
    Relayed(Vec<FeedEntry>),
}

impl Stored {
    pub(super) fn head(&self, partition: Partition) -> Head {
        let events = match Bucket::new(partition.number()) {
            Some(bucket) => self.buckets.get(&bucket).map(|contents| &contents.events),
            None => Some(&self.central),
        };
        let last = events.and_then(|events| events.last());
        last.map_or_else(|| Head::empty(partition), AuditEvent::head)
    }

    /// The constraints that a database would have, checked before anything is applied.
    pub(super) fn check(&self, change: &Staged) -> Result<(), StoreError> {
        let Staged::Work(work) = change else {
            return Ok(());
        };
        let empty = Contents::default();
        let contents = self.buckets.get(&work.bucket).unwrap_or(&empty);
        if self.head(Partition::of(work.bucket)) != first_head(work) {
            return Err(StoreError::conflict("audit_event_pkey"));
        }
        for (name, live) in [
            (
                "certificate_current",
                [CertificateState::Published].as_slice(),
            ),
            (
                "certificate_open",
                [CertificateState::Reserved, CertificateState::Signed].as_slice(),
            ),
        ] {
            let mut holders = BTreeSet::new();
            for key in contents.certificates.keys().chain(work.certificates.keys()) {
                let record = work
                    .certificates
                    .get(key)
                    .or_else(|| contents.certificates.get(key));
                if record.is_some_and(|record| live.contains(&record.state)) {
                    holders.insert(key.clone());
                }
            }
            let subjects: BTreeSet<SubjectId> = holders.iter().map(|(id, _)| *id).collect();
            if subjects.len() != holders.len() {
                return Err(StoreError::conflict(name));
            }
        }
        Ok(())
    }

    pub(super) fn apply(&mut self, change: Staged) {
        match change {
            Staged::Work(work) => self.buckets.entry(work.bucket).or_default().absorb(*work),
            Staged::Lookups(table, rows) => {
                for row in rows {
                    let subjects = self.lookups.entry((table, row.key)).or_default();
                    if table == Lookup::Document || subjects.is_empty() {
                        subjects.entry(row.subject).or_insert(row.reserved_at);
                    }
                }
            }
            Staged::Removed(table, rows) => {
                for row in rows {
                    let key = (table, row.key);
                    if let Some(subjects) = self.lookups.get_mut(&key) {
                        subjects.remove(&row.subject);
                        if subjects.is_empty() {
                            self.lookups.remove(&key);
                        }
                    }
                }
            }
            Staged::Lease(lease) => drop(self.leases.insert(lease.bucket, lease)),
            Staged::Shelf(shelf, rows) => {
                self.shelves
                    .extend(rows.into_iter().map(|(key, body)| ((shelf, key), body)));
            }
            Staged::Central(event) => self.central.push(event),
            Staged::Relayed(entries) => {
                for entry in &entries {
                    let contents = self.buckets.entry(entry.subject.bucket()).or_default();
                    contents.relayed = contents.relayed.saturating_add(1);
                }
                self.feed.extend(entries);
            }
        }
    }
}

/// The head from which a work began.
fn first_head(work: &Work) -> Head {
    work.events.first().map_or(work.head, |event| {
        Head::new(
            event.partition,
            event.number.saturating_sub(1),
            event.previous,
        )
    })
}
