//! Look-ups and their reconciler.

use alloc::collections::BTreeSet;

use async_trait::async_trait;
use dcc_model::Timestamp;

use super::{
    Access, Certificates, Engine, Lookup, LookupRow, Parts, Selection, Tx, Versions, Work,
    by_bucket, selection,
};
use crate::{
    Bucket, CertificateId, DoseRef, LookupKey, LookupStore, Reconciled, StoreError, SubjectId,
};

const OWNERS: Parts = Parts {
    doses: Versions::Latest,
    certificates: Certificates::All,
    also: &[],
};

#[async_trait]
impl<E: Engine> LookupStore for E {
    async fn by_certificate(
        &self,
        ids: &[CertificateId],
    ) -> Result<Vec<Option<SubjectId>>, StoreError> {
        let keys: Vec<LookupKey> = ids.iter().map(CertificateId::lookup_key).collect();
        single(self, Lookup::Certificate, &keys).await
    }

    async fn by_dose(&self, refs: &[DoseRef]) -> Result<Vec<Option<SubjectId>>, StoreError> {
        let keys: Vec<LookupKey> = refs.iter().map(DoseRef::lookup_key).collect();
        single(self, Lookup::Dose, &keys).await
    }

    async fn by_document(&self, keys: &[LookupKey]) -> Result<Vec<Vec<SubjectId>>, StoreError> {
        self.begin(Access::Read)
            .await?
            .look_up(Lookup::Document, keys)
            .await
    }

    async fn reconcile(&self, bucket: Bucket, before: Timestamp) -> Result<Reconciled, StoreError> {
        let mut done = Reconciled::default();
        for table in [Lookup::Certificate, Lookup::Dose, Lookup::Document] {
            let mut tx = self.begin(Access::Write).await?;
            done.added = done
                .added
                .saturating_add(add_missing(&mut tx, table, bucket).await?);
            let gone = remove_dangling(&mut tx, table, bucket, before).await?;
            done.removed = done.removed.saturating_add(gone);
            tx.commit().await?;
        }
        Ok(done)
    }
}

async fn single<E: Engine>(
    engine: &E,
    table: Lookup,
    keys: &[LookupKey],
) -> Result<Vec<Option<SubjectId>>, StoreError> {
    let found = engine
        .begin(Access::Read)
        .await?
        .look_up(table, keys)
        .await?;
    Ok(found
        .into_iter()
        .map(|subjects| subjects.first().copied())
        .collect())
}

/// The keys that the rows in hand should have, each with its subject and time.
fn owed(work: &Work, table: Lookup) -> Vec<LookupRow> {
    let row = |key, subject, reserved_at| LookupRow {
        key,
        subject,
        reserved_at,
    };
    match table {
        Lookup::Certificate => work
            .certificates
            .values()
            .map(|record| {
                row(
                    record.id().lookup_key(),
                    record.subject(),
                    record.reserved_at,
                )
            })
            .collect(),
        Lookup::Dose => work
            .doses
            .values()
            .map(|dose| {
                row(
                    dose.key.dose_ref.lookup_key(),
                    dose.key.subject,
                    dose.recorded_at,
                )
            })
            .collect(),
        Lookup::Document => work
            .subjects
            .values()
            .filter_map(|s| s.document.map(|key| row(key, s.id, s.recorded_at)))
            .collect(),
    }
}

async fn add_missing<T: Tx>(tx: &mut T, table: Lookup, bucket: Bucket) -> Result<u64, StoreError> {
    let work = tx.load(bucket, &Selection::All, OWNERS).await?;
    let rows = owed(&work, table);
    let keys: Vec<LookupKey> = rows.iter().map(|row| row.key).collect();
    let found = tx.look_up(table, &keys).await?;
    let missing: Vec<LookupRow> = rows
        .into_iter()
        .zip(found)
        .filter(|(row, subjects)| match table {
            Lookup::Document => !subjects.contains(&row.subject),
            Lookup::Certificate | Lookup::Dose => subjects.is_empty(),
        })
        .map(|(row, _)| row)
        .collect();
    tx.reserve(table, &missing).await?;
    tx.bucket_done().await?;
    Ok(u64::try_from(missing.len()).unwrap_or(u64::MAX))
}

async fn remove_dangling<T: Tx>(
    tx: &mut T,
    table: Lookup,
    bucket: Bucket,
    before: Timestamp,
) -> Result<u64, StoreError> {
    let mut rows = tx.lookup_rows(table, bucket).await?;
    rows.retain(|row| row.reserved_at < before);
    let mut dangling = Vec::new();
    for (bucket, group) in by_bucket(&rows, |row| row.subject.bucket()) {
        let who = selection(group.iter().map(|(_, row)| row.subject));
        let work = tx.load(bucket, &who, OWNERS).await?;
        let owed: BTreeSet<(LookupKey, SubjectId)> = owed(&work, table)
            .iter()
            .map(|row| (row.key, row.subject))
            .collect();
        dangling.extend(
            group
                .iter()
                .map(|(_, row)| **row)
                .filter(|row| !owed.contains(&(row.key, row.subject))),
        );
    }
    tx.remove_lookups(table, &dangling).await?;
    tx.bucket_done().await?;
    Ok(u64::try_from(dangling.len()).unwrap_or(u64::MAX))
}
