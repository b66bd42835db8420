//! A transaction: `BEGIN IMMEDIATE` for writers, one snapshot for readers.

mod aggregate;
mod chain;
mod leasing;
mod lookups;
mod pages;
mod shelves;

use alloc::sync::Arc;

use async_trait::async_trait;
use dcc_model::Timestamp;
use rusqlite::Connection;

use super::connections::Held;
use crate::engine::{Lookup, LookupRow, Page, Parts, Selection, Shelf, Tx, Work};
use crate::fault::Faults;
use crate::{
    AuditEvent, BatchId, Bucket, FeedEntry, Head, Lease, LookupKey, Partition, StoreError,
    SubjectId, Tally, WorkerId,
};

/// One transaction. Dropped without a commit, it is rolled back; the turn of this process's
/// writers ends with it.
pub(crate) struct SqliteTx {
    held: Held,
    faults: Arc<Faults>,
}

impl SqliteTx {
    pub(super) const fn new(held: Held, faults: Arc<Faults>) -> Self {
        Self { held, faults }
    }

    /// The connection, for one group of statements; a place where the process may be killed.
    fn step(&self) -> Result<&Connection, StoreError> {
        self.faults.step()?;
        self.held.connection()
    }
}

#[async_trait]
impl Tx for SqliteTx {
    async fn load(
        &mut self,
        bucket: Bucket,
        who: &Selection,
        parts: Parts,
    ) -> Result<Work, StoreError> {
        aggregate::load(self.step()?, bucket, who, parts)
    }

    async fn save(&mut self, work: Work) -> Result<(), StoreError> {
        aggregate::save(self.step()?, &self.faults, &work)
    }

    /// Buckets of one file share one transaction: one synchronisation a call.
    async fn bucket_done(&mut self) -> Result<(), StoreError> {
        self.faults.step()
    }

    async fn commit(self) -> Result<(), StoreError> {
        self.faults.step()?;
        self.held.commit()
    }

    async fn page(
        &mut self,
        bucket: Bucket,
        page: &Page,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, StoreError> {
        pages::page(self.step()?, bucket, page, after, limit)
    }

    async fn expiring(
        &mut self,
        bucket: Bucket,
        before: Timestamp,
        after: Option<(Timestamp, SubjectId)>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, StoreError> {
        pages::expiring(self.step()?, bucket, before, after, limit)
    }

    async fn tally(
        &mut self,
        bucket: Bucket,
        batch: BatchId,
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        pages::tally(self.step()?, bucket, batch, tally)
    }

    async fn reserve(
        &mut self,
        table: Lookup,
        rows: &[LookupRow],
    ) -> Result<Vec<SubjectId>, StoreError> {
        lookups::reserve(self.step()?, table, rows)
    }

    async fn look_up(
        &mut self,
        table: Lookup,
        keys: &[LookupKey],
    ) -> Result<Vec<Vec<SubjectId>>, StoreError> {
        lookups::look_up(self.step()?, table, keys)
    }

    async fn lookup_rows(
        &mut self,
        table: Lookup,
        bucket: Bucket,
    ) -> Result<Vec<LookupRow>, StoreError> {
        lookups::rows(self.step()?, table, bucket)
    }

    async fn remove_lookups(
        &mut self,
        table: Lookup,
        rows: &[LookupRow],
    ) -> Result<(), StoreError> {
        lookups::remove(self.step()?, table, rows)
    }

    async fn lease(
        &mut self,
        worker: &WorkerId,
        among: &[Bucket],
        wanted: usize,
        times: (Timestamp, Timestamp),
    ) -> Result<Vec<Lease>, StoreError> {
        leasing::lease(self.step()?, &self.faults, worker, (among, wanted), times)
    }

    async fn set_lease_end(&mut self, lease: &Lease, until: Timestamp) -> Result<bool, StoreError> {
        leasing::set_end(self.step()?, lease, until)
    }

    async fn shelf(
        &mut self,
        shelf: Shelf,
        keys: &[Vec<u8>],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        shelves::get(self.step()?, shelf, keys)
    }

    async fn put_shelf(
        &mut self,
        shelf: Shelf,
        rows: &[(Vec<u8>, Vec<u8>)],
    ) -> Result<(), StoreError> {
        shelves::put(self.step()?, shelf, rows)
    }

    async fn shelf_page(
        &mut self,
        shelf: Shelf,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
        shelves::page(self.step()?, shelf, prefix, after, limit)
    }

    async fn shelf_count(&mut self, shelf: Shelf, prefix: &[u8]) -> Result<u64, StoreError> {
        shelves::count(self.step()?, shelf, prefix)
    }

    async fn central_head(&mut self) -> Result<Head, StoreError> {
        Ok(chain::state(self.step()?, Partition::CENTRAL)?.head)
    }

    async fn append_central(&mut self, event: AuditEvent) -> Result<(), StoreError> {
        chain::append_central(self.step()?, &event)
    }

    async fn heads(&mut self) -> Result<Vec<Head>, StoreError> {
        chain::heads(self.step()?)
    }

    async fn events(
        &mut self,
        partition: Partition,
        after: u64,
        limit: usize,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        chain::events(self.step()?, partition, after, limit)
    }

    async fn relay(&mut self, limit: usize) -> Result<usize, StoreError> {
        chain::relay(self.step()?, &self.faults, limit)
    }

    async fn placed(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, FeedEntry)>, StoreError> {
        chain::placed(self.step()?, after, limit)
    }
}
