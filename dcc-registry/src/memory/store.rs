//! The maps, and transactions that stage their changes and apply them at once.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use core::ops::Bound;

use async_trait::async_trait;
use dcc_model::Timestamp;

use super::{Shared, Turn};
use crate::engine::{
    Certificates, Lookup, LookupRow, Mark, Page, Part, Parts, Rows, Selection, Shelf, Tx, Versions,
    Work,
};
use crate::{
    AuditEvent, BatchId, Bucket, CaseRecord, CertificateId, CertificateRecord, CertificateState,
    CorrectionRequest, Decision, DoseRecord, DoseRef, DoseState, FeedEntry, Head, IdentityVersion,
    Lease, LookupKey, Partition, RequestState, StoreError, SubjectId, SubjectLink, SubjectRecord,
    Tally, WorkerId,
};

/// Everything stored.
#[derive(Debug, Default)]
pub(super) struct Stored {
    buckets: BTreeMap<Bucket, Contents>,
    lookups: BTreeMap<(Lookup, LookupKey), BTreeMap<SubjectId, Timestamp>>,
    leases: BTreeMap<Bucket, Lease>,
    shelves: BTreeMap<(Shelf, Vec<u8>), Vec<u8>>,
    central: Vec<AuditEvent>,
    feed: Vec<FeedEntry>,
}

/// One bucket.
#[derive(Debug, Default)]
struct Contents {
    events: Vec<AuditEvent>,
    outbox: Vec<FeedEntry>,
    relayed: usize,
    subjects: BTreeMap<SubjectId, SubjectRecord>,
    identities: BTreeMap<(SubjectId, u32), IdentityVersion>,
    doses: BTreeMap<(SubjectId, DoseRef, u32), DoseRecord>,
    certificates: BTreeMap<(SubjectId, CertificateId), CertificateRecord>,
    cases: BTreeMap<(SubjectId, u32), CaseRecord>,
    decisions: BTreeMap<(SubjectId, BatchId), Decision>,
    requests: BTreeMap<(SubjectId, String), CorrectionRequest>,
    links: BTreeMap<(SubjectId, SubjectId), SubjectLink>,
}

/// A change that is applied at the next commit.
#[derive(Debug)]
enum Staged {
    Work(Box<Work>),
    Lookups(Lookup, Vec<LookupRow>),
    Removed(Lookup, Vec<LookupRow>),
    Lease(Lease),
    Shelf(Shelf, Vec<(Vec<u8>, Vec<u8>)>),
    Central(AuditEvent),
    Relayed(Vec<FeedEntry>),
}

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

impl Stored {
    fn head(&self, partition: Partition) -> Head {
        let events = match Bucket::new(partition.number()) {
            Some(bucket) => self.buckets.get(&bucket).map(|contents| &contents.events),
            None => Some(&self.central),
        };
        let last = events.and_then(|events| events.last());
        last.map_or_else(|| Head::empty(partition), AuditEvent::head)
    }

    /// The constraints that a database would have, checked before anything is applied.
    fn check(&self, change: &Staged) -> Result<(), StoreError> {
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

    fn apply(&mut self, change: Staged) {
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

impl Contents {
    fn absorb(&mut self, work: Work) {
        work.subjects.merge_into(&mut self.subjects);
        work.identities.merge_into(&mut self.identities);
        work.doses.merge_into(&mut self.doses);
        work.certificates.merge_into(&mut self.certificates);
        work.cases.merge_into(&mut self.cases);
        work.decisions.merge_into(&mut self.decisions);
        work.requests.merge_into(&mut self.requests);
        work.links.merge_into(&mut self.links);
        self.outbox.extend(work.feed);
        self.events.extend(work.events);
    }

    fn load(&self, work: &mut Work, who: &Selection, parts: Parts) {
        let ids: Vec<SubjectId> = match who {
            Selection::All => self.subjects.keys().copied().collect(),
            Selection::Ids(ids) => ids.clone(),
        };
        for id in ids {
            if let Some(record) = self.subjects.get(&id) {
                work.subjects.load(id, record.clone());
                self.load_parts(work, id, parts);
            }
        }
    }

    fn load_parts(&self, work: &mut Work, id: SubjectId, parts: Parts) {
        let text = String::new;
        if parts.doses != Versions::None {
            let from = (id, DoseRef::new(text()), 0);
            let all = parts.doses == Versions::All;
            copy(
                &self.doses,
                &mut work.doses,
                from,
                |key| key.0 == id,
                |dose| all || dose.state != DoseState::Superseded,
            );
        }
        if parts.certificates != Certificates::None {
            let from = (id, CertificateId::new(text()));
            let all = parts.certificates == Certificates::All;
            copy(
                &self.certificates,
                &mut work.certificates,
                from,
                |key| key.0 == id,
                |record| {
                    let live =
                        record.state.is_open() || record.state == CertificateState::Published;
                    all || live
                },
            );
        }
        if parts.has(Part::Identities) {
            copy(
                &self.identities,
                &mut work.identities,
                (id, 0),
                |key| key.0 == id,
                |_| true,
            );
        }
        if parts.has(Part::Cases) {
            copy(
                &self.cases,
                &mut work.cases,
                (id, 0),
                |key| key.0 == id,
                |_| true,
            );
        }
        if parts.has(Part::Decisions) {
            let from = (id, BatchId::new(crate::Digest::ZERO));
            copy(
                &self.decisions,
                &mut work.decisions,
                from,
                |key| key.0 == id,
                |_| true,
            );
        }
        if parts.has(Part::Requests) {
            copy(
                &self.requests,
                &mut work.requests,
                (id, text()),
                |key| key.0 == id,
                |_| true,
            );
        }
        if parts.has(Part::Links) {
            let from = (id, SubjectId::from_bytes([0; 16]));
            copy(
                &self.links,
                &mut work.links,
                from,
                |key| key.0 == id,
                |_| true,
            );
        }
    }

    fn is_on(&self, id: SubjectId, page: &Page) -> bool {
        match page {
            Page::Subjects(states) => {
                let state = self
                    .subjects
                    .get(&id)
                    .map(|record| record.verification.state);
                states.is_empty() || state.is_some_and(|state| states.contains(&state))
            }
            Page::OpenIntents => {
                let from = (id, CertificateId::new(String::new()));
                let mine = self
                    .certificates
                    .range(from..)
                    .take_while(|(key, _)| key.0 == id);
                mine.into_iter().any(|(_, record)| record.state.is_open())
            }
            Page::OpenCases => {
                let mine = self.cases.range((id, 0)..=(id, u32::MAX));
                mine.into_iter().any(|(_, case)| case.closed_at.is_none())
            }
            Page::OpenRequests => {
                let mine = self.requests.range((id, String::new())..);
                let mut mine = mine.take_while(|(key, _)| key.0 == id);
                mine.any(|(_, request)| request.state == RequestState::Open)
            }
        }
    }
}

fn copy<K: Ord + Clone, V: Clone>(
    stored: &BTreeMap<K, V>,
    rows: &mut Rows<K, V>,
    from: K,
    mine: impl Fn(&K) -> bool,
    wanted: impl Fn(&V) -> bool,
) {
    for (key, value) in stored.range(from..).take_while(|(key, _)| mine(key)) {
        if wanted(value) {
            rows.load(key.clone(), value.clone());
        }
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

/// Added and changed rows only.
impl<K: Ord + Clone, V: Clone> Rows<K, V> {
    fn merge_into(self, stored: &mut BTreeMap<K, V>) {
        for (key, mark, value) in self.into_marked() {
            if mark != Mark::Kept {
                stored.insert(key, value);
            }
        }
    }
}
