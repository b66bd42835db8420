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
use sqlx::sqlite::SqliteConnection;
use sqlx::{Sqlite, Transaction};
use tokio::sync::OwnedMutexGuard;

use super::statement::foreign;
use crate::engine::{Lookup, LookupRow, Page, Parts, Selection, Shelf, Tx, Work};
use crate::fault::Faults;
use crate::{
    AuditEvent, BatchId, Bucket, FeedEntry, Head, Lease, LookupKey, Partition, StoreError,
    SubjectId, Tally, WorkerId,
};

/// One transaction. Dropped without a commit, it is rolled back; the turn of this process's
/// writers ends with it.
pub(crate) struct SqliteTx {
    inner: Transaction<'static, Sqlite>,
    _turn: Option<OwnedMutexGuard<()>>,
    faults: Arc<Faults>,
}

impl SqliteTx {
    pub(super) const fn new(
        inner: Transaction<'static, Sqlite>,
        turn: Option<OwnedMutexGuard<()>>,
        faults: Arc<Faults>,
    ) -> Self {
        Self {
            inner,
            _turn: turn,
            faults,
        }
    }

    /// The connection, for one group of statements; a place where the process may be killed.
    fn step(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.faults.step()?;
        Ok(&mut self.inner)
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
        aggregate::load(self.step()?, bucket, who, parts).await
    }

    async fn save(&mut self, work: Work) -> Result<(), StoreError> {
        let faults = Arc::clone(&self.faults);
        aggregate::save(self.step()?, &faults, &work).await
    }

    /// Buckets of one file share one transaction: one synchronisation a call.
    async fn bucket_done(&mut self) -> Result<(), StoreError> {
        self.faults.step()
    }

    async fn commit(self) -> Result<(), StoreError> {
        self.faults.step()?;
        self.inner.commit().await.map_err(|error| foreign(&error))
    }

    async fn page(
        &mut self,
        bucket: Bucket,
        page: &Page,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, StoreError> {
        pages::page(self.step()?, bucket, page, after, limit).await
    }

    async fn expiring(
        &mut self,
        bucket: Bucket,
        before: Timestamp,
        after: Option<(Timestamp, SubjectId)>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, StoreError> {
        pages::expiring(self.step()?, bucket, before, after, limit).await
    }

    async fn tally(
        &mut self,
        bucket: Bucket,
        batch: BatchId,
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        pages::tally(self.step()?, bucket, batch, tally).await
    }

    async fn reserve(
        &mut self,
        table: Lookup,
        rows: &[LookupRow],
    ) -> Result<Vec<SubjectId>, StoreError> {
        lookups::reserve(self.step()?, table, rows).await
    }

    async fn look_up(
        &mut self,
        table: Lookup,
        keys: &[LookupKey],
    ) -> Result<Vec<Vec<SubjectId>>, StoreError> {
        lookups::look_up(self.step()?, table, keys).await
    }

    async fn lookup_rows(
        &mut self,
        table: Lookup,
        bucket: Bucket,
    ) -> Result<Vec<LookupRow>, StoreError> {
        lookups::rows(self.step()?, table, bucket).await
    }

    async fn remove_lookups(
        &mut self,
        table: Lookup,
        rows: &[LookupRow],
    ) -> Result<(), StoreError> {
        lookups::remove(self.step()?, table, rows).await
    }

    async fn lease(
        &mut self,
        worker: &WorkerId,
        among: &[Bucket],
        wanted: usize,
        times: (Timestamp, Timestamp),
    ) -> Result<Vec<Lease>, StoreError> {
        let faults = Arc::clone(&self.faults);
        leasing::lease(self.step()?, &faults, worker, (among, wanted), times).await
    }

    async fn set_lease_end(&mut self, lease: &Lease, until: Timestamp) -> Result<bool, StoreError> {
        leasing::set_end(self.step()?, lease, until).await
    }

    async fn shelf(
        &mut self,
        shelf: Shelf,
        keys: &[Vec<u8>],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        shelves::get(self.step()?, shelf, keys).await
    }

    async fn put_shelf(
        &mut self,
        shelf: Shelf,
        rows: &[(Vec<u8>, Vec<u8>)],
    ) -> Result<(), StoreError> {
        shelves::put(self.step()?, shelf, rows).await
    }

    async fn shelf_page(
        &mut self,
        shelf: Shelf,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
        shelves::page(self.step()?, shelf, prefix, after, limit).await
    }

    async fn shelf_count(&mut self, shelf: Shelf, prefix: &[u8]) -> Result<u64, StoreError> {
        shelves::count(self.step()?, shelf, prefix).await
    }

    async fn central_head(&mut self) -> Result<Head, StoreError> {
        Ok(chain::state(self.step()?, Partition::CENTRAL).await?.head)
    }

    async fn append_central(&mut self, event: AuditEvent) -> Result<(), StoreError> {
        chain::append_central(self.step()?, &event).await
    }

    async fn heads(&mut self) -> Result<Vec<Head>, StoreError> {
        chain::heads(self.step()?).await
    }

    async fn events(
        &mut self,
        partition: Partition,
        after: u64,
        limit: usize,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        chain::events(self.step()?, partition, after, limit).await
    }

    async fn relay(&mut self, limit: usize) -> Result<usize, StoreError> {
        let faults = Arc::clone(&self.faults);
        chain::relay(self.step()?, &faults, limit).await
    }

    async fn placed(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, FeedEntry)>, StoreError> {
        chain::placed(self.step()?, after, limit).await
    }
}
