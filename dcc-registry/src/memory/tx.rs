//! Transactions that stage their changes and apply them at once.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use core::ops::Bound;

use async_trait::async_trait;
use dcc_model::Timestamp;

use super::state::Staged;
use super::{Shared, Turn};
use crate::engine::{Lookup, LookupRow, Page, Parts, Selection, Shelf, Tx, Work};
use crate::{
    AuditEvent, BatchId, Bucket, CertificateState, FeedEntry, Head, Lease, LookupKey, Partition,
    StoreError, SubjectId, Tally, WorkerId,
};

/// A transaction.
pub(crate) struct MemoryTx {
    shared: Arc<Shared>,
    _turn: Option<Turn>,
    staged: Vec<Staged>,
}

impl MemoryTx {
    pub(super) const fn new(shared: Arc<Shared>, turn: Option<Turn>) -> Self {
        Self {
            shared,
            _turn: turn,
            staged: Vec::new(),
        }
    }

    fn stage(&mut self, change: Staged) -> Result<(), StoreError> {
        self.shared.faults.step()?;
        self.staged.push(change);
        Ok(())
    }

    /// Applies what is staged, all or nothing.
    fn apply(&mut self) -> Result<(), StoreError> {
        self.shared.faults.step()?;
        let mut stored = self.shared.stored();
        for change in &self.staged {
            stored.check(change)?;
        }
        for change in self.staged.drain(..) {
            stored.apply(change);
        }
        Ok(())
    }
}

#[async_trait]
impl Tx for MemoryTx {
    async fn load(
        &mut self,
        bucket: Bucket,
        who: &Selection,
        parts: Parts,
    ) -> Result<Work, StoreError> {
        self.shared.faults.step()?;
        let stored = self.shared.stored();
        let head = stored.head(Partition::of(bucket));
        let contents = stored.buckets.get(&bucket);
        let fed = contents.map_or(0, |contents| count(contents.outbox.len()));
        let epoch = stored.leases.get(&bucket).map_or(0, |lease| lease.epoch);
        let mut work = Work::new(bucket, head, fed, epoch);
        if let Some(contents) = contents {
            contents.load(&mut work, who, parts);
        }
        Ok(work)
    }

    async fn save(&mut self, work: Work) -> Result<(), StoreError> {
        self.stage(Staged::Work(Box::new(work)))
    }

    async fn bucket_done(&mut self) -> Result<(), StoreError> {
        self.apply()
    }

    async fn commit(mut self) -> Result<(), StoreError> {
        self.apply()
    }

    async fn page(
        &mut self,
        bucket: Bucket,
        page: &Page,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, StoreError> {
        let stored = self.shared.stored();
        let Some(contents) = stored.buckets.get(&bucket) else {
            return Ok(Vec::new());
        };
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let ids = contents
            .subjects
            .range((from, Bound::Unbounded))
            .map(|(id, _)| *id);
        Ok(ids
            .filter(|id| contents.is_on(*id, page))
            .take(limit)
            .collect())
    }

    async fn expiring(
        &mut self,
        bucket: Bucket,
        before: Timestamp,
        after: Option<(Timestamp, SubjectId)>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, StoreError> {
        let stored = self.shared.stored();
        let Some(contents) = stored.buckets.get(&bucket) else {
            return Ok(Vec::new());
        };
        let mut due: Vec<(Timestamp, SubjectId)> = contents
            .certificates
            .values()
            .filter(|record| record.state == CertificateState::Published)
            .map(|record| (record.intent.expires_at, record.subject()))
            .filter(|key| key.0 < before && after.is_none_or(|after| *key > after))
            .collect();
        due.sort_unstable();
        Ok(due
            .into_iter()
            .take(limit)
            .map(|(_, subject)| subject)
            .collect())
    }

    async fn tally(
        &mut self,
        bucket: Bucket,
        batch: BatchId,
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        let stored = self.shared.stored();
        let Some(contents) = stored.buckets.get(&bucket) else {
            return Ok(());
        };
        for decision in contents
            .decisions
            .values()
            .filter(|decision| decision.batch == batch)
        {
            tally.subjects.add(decision.verdict.column(), 1);
            tally.doses.merge(decision.doses);
            for reason in decision.verdict.reasons() {
                let number = tally.reasons.entry(reason.clone()).or_default();
                *number = number.saturating_add(1);
            }
        }
        Ok(())
    }

    async fn reserve(
        &mut self,
        table: Lookup,
        rows: &[LookupRow],
    ) -> Result<Vec<SubjectId>, StoreError> {
        let mut owners: BTreeMap<LookupKey, SubjectId> = BTreeMap::new();
        let mut answers = Vec::with_capacity(rows.len());
        {
            let stored = self.shared.stored();
            for row in rows {
                let known = stored.lookups.get(&(table, row.key));
                let first = known.and_then(|subjects| subjects.keys().next().copied());
                let owner = *owners
                    .entry(row.key)
                    .or_insert_with(|| first.unwrap_or(row.subject));
                answers.push(if table == Lookup::Document {
                    row.subject
                } else {
                    owner
                });
            }
        }
        self.stage(Staged::Lookups(table, rows.to_vec()))?;
        Ok(answers)
    }

    async fn look_up(
        &mut self,
        table: Lookup,
        keys: &[LookupKey],
    ) -> Result<Vec<Vec<SubjectId>>, StoreError> {
        let stored = self.shared.stored();
        let subjects = |key: &LookupKey| {
            let found = stored.lookups.get(&(table, *key));
            found
                .map(|subjects| subjects.keys().copied().collect())
                .unwrap_or_default()
        };
        Ok(keys.iter().map(subjects).collect())
    }

    async fn lookup_rows(
        &mut self,
        table: Lookup,
        bucket: Bucket,
    ) -> Result<Vec<LookupRow>, StoreError> {
        let stored = self.shared.stored();
        let mut rows = Vec::new();
        for ((_, key), subjects) in stored
            .lookups
            .iter()
            .filter(|((of, key), _)| *of == table && key.bucket() == bucket)
        {
            rows.extend(subjects.iter().map(|(subject, reserved_at)| LookupRow {
                key: *key,
                subject: *subject,
                reserved_at: *reserved_at,
            }));
        }
        Ok(rows)
    }

    async fn remove_lookups(
        &mut self,
        table: Lookup,
        rows: &[LookupRow],
    ) -> Result<(), StoreError> {
        self.stage(Staged::Removed(table, rows.to_vec()))
    }

    async fn lease(
        &mut self,
        worker: &WorkerId,
        among: &[Bucket],
        wanted: usize,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<Vec<Lease>, StoreError> {
        let mut taken: Vec<Lease> = Vec::new();
        {
            let stored = self.shared.stored();
            for bucket in among {
                let known = stored.leases.get(bucket);
                let free = known.is_none_or(|lease| lease.until <= now || lease.worker == *worker);
                let fresh = !taken.iter().any(|lease| lease.bucket == *bucket);
                if taken.len() < wanted && free && fresh {
                    let epoch = known.map_or(0, |lease| lease.epoch).saturating_add(1);
                    taken.push(Lease::new(*bucket, epoch, worker.clone(), until));
                }
            }
        }
        for lease in &taken {
            self.stage(Staged::Lease(lease.clone()))?;
        }
        Ok(taken)
    }

    async fn set_lease_end(&mut self, lease: &Lease, until: Timestamp) -> Result<bool, StoreError> {
        let known = self.shared.stored().leases.get(&lease.bucket).cloned();
        match known {
            Some(known) if known.epoch == lease.epoch => {
                self.stage(Staged::Lease(Lease { until, ..known }))?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn shelf(
        &mut self,
        shelf: Shelf,
        keys: &[Vec<u8>],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.shared.faults.step()?;
        let stored = self.shared.stored();
        Ok(keys
            .iter()
            .map(|key| stored.shelves.get(&(shelf, key.clone())).cloned())
            .collect())
    }

    async fn put_shelf(
        &mut self,
        shelf: Shelf,
        rows: &[(Vec<u8>, Vec<u8>)],
    ) -> Result<(), StoreError> {
        self.stage(Staged::Shelf(shelf, rows.to_vec()))
    }

    async fn shelf_page(
        &mut self,
        shelf: Shelf,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
        let stored = self.shared.stored();
        let from = match after {
            Some(after) => Bound::Excluded((shelf, after.to_vec())),
            None => Bound::Included((shelf, prefix.to_vec())),
        };
        Ok(stored
            .shelves
            .range((from, Bound::Unbounded))
            .take_while(|((of, key), _)| *of == shelf && key.starts_with(prefix))
            .take(limit)
            .map(|((_, key), body)| (key.clone(), body.clone()))
            .collect())
    }

    /// What is staged counts too.
    async fn shelf_count(&mut self, shelf: Shelf, prefix: &[u8]) -> Result<u64, StoreError> {
        let stored = self.shelf_page(shelf, prefix, None, usize::MAX).await?;
        let mut names: BTreeSet<Vec<u8>> = stored.into_iter().map(|row| row.0).collect();
        for change in &self.staged {
            if let Staged::Shelf(of, rows) = change
                && *of == shelf
            {
                names.extend(rows.iter().map(|(key, _)| key.clone()));
            }
        }
        Ok(count(
            names.iter().filter(|name| name.starts_with(prefix)).count(),
        ))
    }

    async fn central_head(&mut self) -> Result<Head, StoreError> {
        Ok(self.shared.stored().head(Partition::CENTRAL))
    }

    async fn append_central(&mut self, event: AuditEvent) -> Result<(), StoreError> {
        self.stage(Staged::Central(event))
    }

    async fn heads(&mut self) -> Result<Vec<Head>, StoreError> {
        let stored = self.shared.stored();
        Ok(Partition::all()
            .map(|p| stored.head(p))
            .filter(|head| head.number > 0)
            .collect())
    }

    async fn events(
        &mut self,
        partition: Partition,
        after: u64,
        limit: usize,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        let stored = self.shared.stored();
        let events = match Bucket::new(partition.number()) {
            Some(bucket) => stored.buckets.get(&bucket).map(|contents| &contents.events),
            None => Some(&stored.central),
        };
        let behind = events
            .into_iter()
            .flatten()
            .filter(|event| event.number > after);
        Ok(behind.take(limit).cloned().collect())
    }

    async fn relay(&mut self, limit: usize) -> Result<usize, StoreError> {
        let waiting: Vec<FeedEntry> = {
            let stored = self.shared.stored();
            let each = stored.buckets.values();
            let waiting = each.flat_map(|contents| contents.outbox.iter().skip(contents.relayed));
            waiting.take(limit).cloned().collect()
        };
        let number = waiting.len();
        self.stage(Staged::Relayed(waiting))?;
        Ok(number)
    }

    async fn placed(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, FeedEntry)>, StoreError> {
        let stored = self.shared.stored();
        let skipped = usize::try_from(after).unwrap_or(usize::MAX);
        let behind = stored.feed.iter().enumerate().skip(skipped).take(limit);
        Ok(behind
            .map(|(place, entry)| (count(place).saturating_add(1), entry.clone()))
            .collect())
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
