//! Revocation, import and expiry of certificates.

use async_trait::async_trait;
use dcc_model::Timestamp;

use super::super::intake::save;
use super::super::{
    Access, Answers, Engine, Lookup, LookupRow, Selection, Trail, Tx, Work, by_bucket, selection,
};
use super::{EVERY, LIVE, make_current};
use crate::{
    Act, AuditAct, Bucket, CertificateId, CertificateLife, CertificateRecord, CertificateState,
    FeedKind, ImportOutcome, Revocation, RevocationOutcome, RevocationReason, StoreError,
    SubjectId,
};

#[async_trait]
impl<E: Engine> CertificateLife for E {
    async fn certificates(
        &self,
        ids: &[(SubjectId, CertificateId)],
    ) -> Result<Vec<Option<CertificateRecord>>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let mut answers = Answers::new(ids.len());
        for (bucket, group) in by_bucket(ids, |key| key.0.bucket()) {
            let who = selection(group.iter().map(|(_, key)| key.0));
            let work = tx.load(bucket, &who, EVERY).await?;
            for (place, key) in group {
                answers.set(place, work.certificates.get(key).cloned());
            }
        }
        answers.finish()
    }

    async fn revoke(
        &self,
        act: &Act,
        items: &[Revocation],
    ) -> Result<Vec<RevocationOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.subject));
            let mut work = tx.load(bucket, &who, EVERY).await?;
            let mut trail = Trail::default();
            for (place, item) in group {
                let key = (item.subject, item.certificate.clone());
                answers.set(
                    place,
                    revoke_one(&mut work, &mut trail, act, &key, item.reason),
                );
            }
            work.record(act, AuditAct::Revoke, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn revoke_kid(
        &self,
        act: &Act,
        bucket: Bucket,
        kid: &[u8],
        reason: RevocationReason,
    ) -> Result<Vec<(SubjectId, CertificateId)>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let mut work = tx.load(bucket, &Selection::All, EVERY).await?;
        let keys: Vec<(SubjectId, CertificateId)> = work
            .certificates
            .values()
            .filter(|record| record.intent.kid == kid && concerns(record, reason))
            .map(|record| (record.subject(), record.id().clone()))
            .collect();
        let mut trail = Trail::default();
        for key in &keys {
            revoke_one(&mut work, &mut trail, act, key, reason);
        }
        work.record(act, AuditAct::Revoke, trail);
        save(&mut tx, work).await?;
        tx.commit().await?;
        Ok(keys)
    }

    async fn import_certificates(
        &self,
        act: &Act,
        items: &[CertificateRecord],
    ) -> Result<Vec<ImportOutcome>, StoreError> {
        if items.iter().any(|item| item.hc1.is_none()) {
            return Err(StoreError::invalid("hc1"));
        }
        let mut tx = self.begin(Access::Write).await?;
        let row = |item: &CertificateRecord| LookupRow {
            key: item.id().lookup_key(),
            subject: item.subject(),
            reserved_at: act.at(),
        };
        let rows: Vec<LookupRow> = items.iter().map(row).collect();
        let owners = tx.reserve(Lookup::Certificate, &rows).await?;
        tx.bucket_done().await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.subject().bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.subject()));
            let mut work = tx.load(bucket, &who, EVERY).await?;
            let mut trail = Trail::default();
            for (place, item) in group {
                let outcome = if owners.get(place) == Some(&item.subject()) {
                    import_one(&mut work, &mut trail, act, item)
                } else {
                    ImportOutcome::IdTaken
                };
                answers.set(place, outcome);
            }
            work.record(act, AuditAct::Import, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn expiring(
        &self,
        bucket: Bucket,
        before: Timestamp,
        after: Option<(Timestamp, SubjectId)>,
        limit: usize,
    ) -> Result<Vec<CertificateRecord>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let ids = tx.expiring(bucket, before, after, limit).await?;
        let work = tx.load(bucket, &Selection::Ids(ids), LIVE).await?;
        let mut found: Vec<CertificateRecord> = work
            .certificates
            .into_values()
            .filter(|record| record.state == CertificateState::Published)
            .collect();
        found.sort_by_key(|record| (record.intent.expires_at, record.subject()));
        Ok(found)
    }
}

/// Whether a revocation by kid revokes a certificate, or did so before.
fn concerns(record: &CertificateRecord, reason: RevocationReason) -> bool {
    match record.state {
        CertificateState::Abandoned => false,
        CertificateState::Revoked => record.revoked.is_some_and(|(stored, _)| stored == reason),
        _ => true,
    }
}

fn revoke_one(
    work: &mut Work,
    trail: &mut Trail,
    act: &Act,
    key: &(SubjectId, CertificateId),
    reason: RevocationReason,
) -> RevocationOutcome {
    let Some(record) = work.certificates.get(key) else {
        return RevocationOutcome::Missing;
    };
    let open = record.state.is_open();
    match record.state {
        CertificateState::Revoked => return RevocationOutcome::AlreadyRevoked,
        CertificateState::Abandoned => return RevocationOutcome::Abandoned,
        _ => {}
    }
    trail.note_bytes(
        key.0,
        &[key.1.as_str().as_bytes(), reason.word().as_bytes()].concat(),
    );
    if let Some(record) = work.certificates.change(key) {
        if open {
            record.state = CertificateState::Abandoned;
            record.intent.to_be_signed = Vec::new();
        } else {
            record.state = CertificateState::Revoked;
            record.revoked = Some((reason, act.at()));
        }
    }
    if open {
        return RevocationOutcome::Abandoned;
    }
    work.tell(act, key.0, key.1.clone(), FeedKind::Revoked(reason));
    RevocationOutcome::Revoked
}

fn import_one(
    work: &mut Work,
    trail: &mut Trail,
    act: &Act,
    item: &CertificateRecord,
) -> ImportOutcome {
    let subject = item.subject();
    if work.subjects.get(&subject).is_none() {
        return ImportOutcome::Missing;
    }
    let key = (subject, item.id().clone());
    if let Some(known) = work.certificates.get(&key) {
        let same = known.hc1 == item.hc1;
        return if same {
            ImportOutcome::Unchanged
        } else {
            ImportOutcome::IdTaken
        };
    }
    let current = work
        .certificates_of(subject)
        .find(|record| record.state == CertificateState::Published)
        .map(|record| (record.intent.issued_at, record.id().clone()));
    let mut record = item.clone();
    record.intent.to_be_signed = Vec::new();
    record.reserved_at = act.at();
    record.published_at = None;
    record.supersedes = None;
    record.superseded_by = None;
    record.revoked = None;
    trail.note_bytes(subject, item.hc1.as_deref().unwrap_or_default().as_bytes());
    match current {
        Some((issued_at, newer)) if issued_at >= item.intent.issued_at => {
            record.state = CertificateState::Superseded;
            record.superseded_by = Some(newer);
            work.certificates.add(key, record);
            ImportOutcome::Superseded
        }
        _ => {
            record.state = CertificateState::Signed;
            work.certificates.add(key.clone(), record);
            make_current(work, act, &key);
            ImportOutcome::Current
        }
    }
}
