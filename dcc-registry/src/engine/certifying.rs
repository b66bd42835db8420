//! Reserving, completing, publishing and abandoning certificates under leases.

mod life;

use async_trait::async_trait;

use super::intake::save;
use super::{
    Access, Answers, Certificates, Engine, Lookup, LookupRow, Page, Parts, Selection, Trail, Tx,
    Work, by_bucket, selection,
};
use crate::{
    Act, AuditAct, Bucket, CertificateId, CertificateRecord, CertificateState, CertificateStore,
    Completion, CompletionOutcome, Digest, FeedKind, Lease, PublishOutcome, Reservation,
    ReserveOutcome, StoreError, SubjectId, Verdict,
};

/// Parts of a certificate transaction.
pub(super) const LIVE: Parts = Parts::certificates(Certificates::Live);
pub(super) const EVERY: Parts = Parts::certificates(Certificates::All);

#[async_trait]
impl<E: Engine> CertificateStore for E {
    async fn reserve(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[Reservation],
    ) -> Result<Vec<ReserveOutcome>, StoreError> {
        if items.iter().any(|item| !is_consistent(item)) {
            return Err(StoreError::invalid("reservation"));
        }
        let mut tx = self.begin(Access::Write).await?;
        let owners = reserve_ids(&mut tx, act, items).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.intent.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.intent.subject));
            let mut work = tx.load(bucket, &who, EVERY).await?;
            let held = work.held_by(leases)?;
            let mut trail = Trail::default();
            for (place, item) in group {
                let owned = owners.get(place) == Some(&item.intent.subject);
                let outcome = match (held, owned) {
                    (false, _) => ReserveOutcome::Fenced,
                    (true, false) => ReserveOutcome::IdTaken,
                    (true, true) => reserve_one(&mut work, &mut trail, act, item),
                };
                answers.set(place, outcome);
            }
            work.record(act, AuditAct::Reserve, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn complete(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[Completion],
    ) -> Result<Vec<CompletionOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.subject));
            let mut work = tx.load(bucket, &who, EVERY).await?;
            let held = work.held_by(leases)?;
            let mut trail = Trail::default();
            for (place, item) in group {
                let outcome = if held {
                    complete_one(&mut work, &mut trail, item)
                } else {
                    CompletionOutcome::Fenced
                };
                answers.set(place, outcome);
            }
            work.record(act, AuditAct::Complete, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn publish(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[(SubjectId, CertificateId)],
    ) -> Result<Vec<PublishOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.0.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.0));
            let mut work = tx.load(bucket, &who, EVERY).await?;
            let held = work.held_by(leases)?;
            let mut published = Trail::default();
            let mut abandoned = Trail::default();
            for (place, item) in group {
                let outcome = if held {
                    publish_one(&mut work, (&mut published, &mut abandoned), act, item)
                } else {
                    PublishOutcome::Fenced
                };
                answers.set(place, outcome);
            }
            work.record(act, AuditAct::Publish, published);
            work.record(act, AuditAct::Abandon, abandoned);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn issue(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[Completion],
    ) -> Result<Vec<PublishOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.subject));
            let mut work = tx.load(bucket, &who, EVERY).await?;
            let held = work.held_by(leases)?;
            let mut completed = Trail::default();
            let mut published = Trail::default();
            let mut abandoned = Trail::default();
            for (place, item) in group {
                let outcome = if held {
                    complete_one(&mut work, &mut completed, item);
                    let key = (item.subject, item.certificate.clone());
                    publish_one(&mut work, (&mut published, &mut abandoned), act, &key)
                } else {
                    PublishOutcome::Fenced
                };
                answers.set(place, outcome);
            }
            work.record(act, AuditAct::Complete, completed);
            work.record(act, AuditAct::Publish, published);
            work.record(act, AuditAct::Abandon, abandoned);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn abandon(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[(SubjectId, CertificateId)],
    ) -> Result<Vec<bool>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.0.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.0));
            let mut work = tx.load(bucket, &who, EVERY).await?;
            let held = work.held_by(leases)?;
            let mut trail = Trail::default();
            for (place, item) in group {
                answers.set(place, held && abandon_one(&mut work, &mut trail, item));
            }
            work.record(act, AuditAct::Abandon, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn open_intents(
        &self,
        bucket: Bucket,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<CertificateRecord>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let ids = tx.page(bucket, &Page::OpenIntents, after, limit).await?;
        let work = tx.load(bucket, &Selection::Ids(ids), LIVE).await?;
        Ok(work
            .certificates
            .into_values()
            .filter(|record| record.state.is_open())
            .collect())
    }
}

/// Whether a decision is the one that its intent says.
fn is_consistent(item: &Reservation) -> bool {
    item.decision.subject == item.intent.subject
        && item.decision.batch == item.intent.batch
        && item.decision.verdict == Verdict::Issue(item.intent.id.clone())
}

/// Reserves the look-up rows of the identifiers; says whose each is.
async fn reserve_ids<T: Tx>(
    tx: &mut T,
    act: &Act,
    items: &[Reservation],
) -> Result<Vec<SubjectId>, StoreError> {
    let row = |item: &Reservation| LookupRow {
        key: item.intent.id.lookup_key(),
        subject: item.intent.subject,
        reserved_at: act.at(),
    };
    let rows: Vec<LookupRow> = items.iter().map(row).collect();
    let owners = tx.reserve(Lookup::Certificate, &rows).await?;
    tx.bucket_done().await?;
    Ok(owners)
}

fn reserve_one(
    work: &mut Work,
    trail: &mut Trail,
    act: &Act,
    item: &Reservation,
) -> ReserveOutcome {
    let intent = &item.intent;
    let Some(subject) = work.subjects.get(&intent.subject) else {
        return ReserveOutcome::Missing;
    };
    let revision = subject.revision;
    let live = || {
        work.certificates_of(intent.subject)
            .filter(|record| is_live(record.state))
    };
    if let Some(same) = live().find(|record| record.intent.basis == intent.basis) {
        return ReserveOutcome::Existing(Box::new(same.clone()));
    }
    if let Some(open) = live().find(|record| record.state.is_open()) {
        return ReserveOutcome::OtherOpen(open.id().clone());
    }
    if revision != intent.revision {
        return ReserveOutcome::Outdated { revision };
    }
    let key = (intent.subject, intent.id.clone());
    if work.certificates.get(&key).is_some() {
        return ReserveOutcome::IdTaken;
    }
    trail.note_bytes(intent.subject, &intent.to_be_signed);
    work.certificates
        .add(key, CertificateRecord::new(intent.clone(), act));
    let decision = item.decision.clone();
    work.decisions.put((intent.subject, intent.batch), decision);
    ReserveOutcome::Reserved
}

/// Open or current.
pub(crate) const fn is_live(state: CertificateState) -> bool {
    state.is_open() || matches!(state, CertificateState::Published)
}

fn complete_one(work: &mut Work, trail: &mut Trail, item: &Completion) -> CompletionOutcome {
    let key = (item.subject, item.certificate.clone());
    let Some(record) = work.certificates.get(&key) else {
        return CompletionOutcome::Missing;
    };
    match record.state {
        CertificateState::Reserved => {}
        _ if record.hc1.is_some() => return CompletionOutcome::AlreadyComplete,
        _ => return CompletionOutcome::Closed,
    }
    if let Some(record) = work.certificates.change(&key) {
        record.hc1 = Some(item.hc1.clone());
        record.intent.to_be_signed = Vec::new();
        record.state = CertificateState::Signed;
        trail.note_bytes(item.subject, item.hc1.as_bytes());
    }
    CompletionOutcome::Completed
}

fn publish_one(
    work: &mut Work,
    (published, abandoned): (&mut Trail, &mut Trail),
    act: &Act,
    key: &(SubjectId, CertificateId),
) -> PublishOutcome {
    let (subject, id) = key;
    let Some(record) = work.certificates.get(key) else {
        return PublishOutcome::Missing;
    };
    match record.state {
        CertificateState::Signed => {}
        CertificateState::Reserved => return PublishOutcome::NotSigned,
        CertificateState::Abandoned => return PublishOutcome::Closed,
        _ => return PublishOutcome::AlreadyPublished,
    }
    let rested_on = record.intent.revision;
    let revision = work
        .subjects
        .get(subject)
        .map_or(0, |stored| stored.revision);
    if revision != rested_on {
        if abandon_one(work, abandoned, key) {
            return PublishOutcome::Outdated { revision };
        }
        return PublishOutcome::Closed;
    }
    let superseded = make_current(work, act, key);
    published.note(*subject, &Digest::of(id.as_str().as_bytes()));
    PublishOutcome::Published { superseded }
}

/// Makes a signed certificate current, superseding the present one.
pub(super) fn make_current(
    work: &mut Work,
    act: &Act,
    key: &(SubjectId, CertificateId),
) -> Option<CertificateId> {
    let (subject, id) = key;
    let current = work
        .certificates_of(*subject)
        .find(|record| record.state == CertificateState::Published)
        .map(|record| record.id().clone());
    if let Some(old) = &current {
        if let Some(record) = work.certificates.change(&(*subject, old.clone())) {
            record.state = CertificateState::Superseded;
            record.superseded_by = Some(id.clone());
        }
        work.tell(
            act,
            *subject,
            old.clone(),
            FeedKind::Superseded { by: id.clone() },
        );
    }
    if let Some(record) = work.certificates.change(key) {
        record.state = CertificateState::Published;
        record.published_at = Some(act.at());
        record.supersedes.clone_from(&current);
    }
    let kind = FeedKind::Published {
        supersedes: current.clone(),
    };
    work.tell(act, *subject, id.clone(), kind);
    current
}

fn abandon_one(work: &mut Work, trail: &mut Trail, key: &(SubjectId, CertificateId)) -> bool {
    match work.certificates.get(key).map(|record| record.state) {
        Some(CertificateState::Abandoned) => return true,
        Some(state) if state.is_open() => {}
        _ => return false,
    }
    if let Some(record) = work.certificates.change(key) {
        record.state = CertificateState::Abandoned;
        record.intent.to_be_signed = Vec::new();
        trail.note_bytes(key.0, key.1.as_str().as_bytes());
    }
    true
}
