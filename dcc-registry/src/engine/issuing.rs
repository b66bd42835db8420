//! Batches and decisions.

use alloc::collections::BTreeSet;

use async_trait::async_trait;

use super::central::{append, central_item};
use super::intake::save;
use super::wire;
use super::{
    Access, Answers, Certificates, Engine, Part, Parts, Shelf, Trail, Tx, Work, by_bucket,
    selection,
};
use crate::{
    Act, AuditAct, BUCKETS, Batch, BatchId, BatchStore, Bucket, CertificateState, Decision, Digest,
    Lease, StoreError, Tally, Verdict,
};

const DECISIONS: Parts = Parts {
    certificates: Certificates::All,
    ..Parts::with(&[Part::Decisions])
};

#[async_trait]
impl<E: Engine> BatchStore for E {
    async fn open_batch(&self, act: &Act, batch: &Batch) -> Result<Batch, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        if let Some(known) = read_batch(&mut tx, batch.id).await? {
            return Ok(known);
        }
        let fresh = Batch {
            done_at: None,
            ..batch.clone()
        };
        write_batch(&mut tx, &fresh).await?;
        append(&mut tx, act, AuditAct::OpenBatch, &[batch_item(&fresh)]).await?;
        tx.commit().await?;
        Ok(fresh)
    }

    async fn pending_buckets(&self, batch: BatchId) -> Result<Vec<Bucket>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        read_batch(&mut tx, batch)
            .await?
            .ok_or(StoreError::not_found("batch"))?;
        let done = done_buckets(&mut tx, batch).await?;
        Ok(Bucket::all()
            .filter(|bucket| !done.contains(bucket))
            .collect())
    }

    async fn decide(
        &self,
        act: &Act,
        leases: &[Lease],
        decisions: &[Decision],
    ) -> Result<Vec<bool>, StoreError> {
        if decisions
            .iter()
            .any(|item| matches!(item.verdict, Verdict::Issue(_)))
        {
            return Err(StoreError::invalid("verdict"));
        }
        let mut tx = self.begin(Access::Write).await?;
        let mut answers = Answers::new(decisions.len());
        for (bucket, group) in by_bucket(decisions, |item| item.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.subject));
            let mut work = tx.load(bucket, &who, DECISIONS).await?;
            let held = work.held_by(leases)?;
            let mut trail = Trail::default();
            for (place, item) in group {
                answers.set(place, held);
                let key = (item.subject, item.batch);
                let stored = work.decisions.get(&key);
                let issued = stored.is_some_and(|old| still_issues(&work, old));
                if held && !issued && !stored.is_some_and(|old| same(old, item)) {
                    trail.note(item.subject, &item.inputs);
                    work.decisions.put(key, item.clone());
                }
            }
            work.record(act, AuditAct::Decide, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn finish_buckets(
        &self,
        act: &Act,
        leases: &[Lease],
        batch: BatchId,
    ) -> Result<Vec<Bucket>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let stored = read_batch(&mut tx, batch)
            .await?
            .ok_or(StoreError::not_found("batch"))?;
        let mut marked = Vec::new();
        for lease in leases {
            let nobody = super::Selection::Ids(Vec::new());
            let work = tx.load(lease.bucket, &nobody, Parts::NONE).await?;
            if !work.held_by(leases)? {
                continue;
            }
            marked.push(lease.bucket);
        }
        let row = |bucket: &Bucket| (bucket_key(batch, *bucket), Vec::new());
        let rows: Vec<(Vec<u8>, Vec<u8>)> = marked.iter().map(row).collect();
        tx.put_shelf(Shelf::BatchBucket, &rows).await?;
        let prefix = batch.digest().as_bytes();
        let done = tx.shelf_count(Shelf::BatchBucket, prefix).await?;
        if stored.done_at.is_none() && done == u64::from(BUCKETS) {
            let closed = Batch {
                done_at: Some(act.at()),
                ..stored
            };
            write_batch(&mut tx, &closed).await?;
            append(&mut tx, act, AuditAct::CloseBatch, &[batch_item(&closed)]).await?;
        }
        tx.commit().await?;
        Ok(marked)
    }

    async fn tally(&self, batch: BatchId) -> Result<Tally, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let mut tally = Tally::default();
        for bucket in Bucket::all() {
            tx.tally(bucket, batch, &mut tally).await?;
        }
        Ok(tally)
    }
}

/// Whether a decision made a certificate that was not given up since.
fn still_issues(work: &Work, decision: &Decision) -> bool {
    let Verdict::Issue(id) = &decision.verdict else {
        return false;
    };
    let made = work.certificates.get(&(decision.subject, id.clone()));
    made.is_some_and(|record| record.state != CertificateState::Abandoned)
}

/// Whether two decisions differ in their time only.
fn same(one: &Decision, other: &Decision) -> bool {
    one.verdict == other.verdict && one.doses == other.doses && one.inputs == other.inputs
}

fn batch_item(batch: &Batch) -> (Digest, Digest) {
    central_item(batch.id.digest().as_bytes(), &wire::batch_to_bytes(batch))
}

async fn read_batch<T: Tx>(tx: &mut T, id: BatchId) -> Result<Option<Batch>, StoreError> {
    let found = tx
        .shelf(Shelf::Batch, &[id.digest().as_bytes().to_vec()])
        .await?;
    found
        .into_iter()
        .flatten()
        .next()
        .map(|body| wire::batch_from_bytes(id, &body))
        .transpose()
}

async fn write_batch<T: Tx>(tx: &mut T, batch: &Batch) -> Result<(), StoreError> {
    let row = (
        batch.id.digest().as_bytes().to_vec(),
        wire::batch_to_bytes(batch),
    );
    tx.put_shelf(Shelf::Batch, &[row]).await
}

fn bucket_key(batch: BatchId, bucket: Bucket) -> Vec<u8> {
    let mut key = batch.digest().as_bytes().to_vec();
    key.extend_from_slice(&bucket.number().to_be_bytes());
    key
}

async fn done_buckets<T: Tx>(tx: &mut T, batch: BatchId) -> Result<BTreeSet<Bucket>, StoreError> {
    let prefix = batch.digest().as_bytes();
    let rows = tx
        .shelf_page(Shelf::BatchBucket, prefix, None, usize::MAX)
        .await?;
    let bucket = |key: &[u8]| {
        let number = key
            .last_chunk::<2>()
            .map(|bytes| u16::from_be_bytes(*bytes))?;
        Bucket::new(number)
    };
    rows.iter()
        .map(|(key, _)| bucket(key).ok_or(StoreError::corrupt("batch_bucket")))
        .collect()
}
