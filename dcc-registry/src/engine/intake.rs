//! Intake, corrections and withdrawals.

use alloc::collections::BTreeMap;

use async_trait::async_trait;

use super::{
    Access, Answers, Engine, Lookup, LookupRow, Parts, Trail, Tx, Versions, Work, by_bucket,
    selection,
};
use crate::{
    Act, AuditAct, Correction, CorrectionOutcome, DoseContent, DoseKey, DoseOutcome, DoseRecord,
    DoseRef, DoseState, Identity, IdentityRule, IdentityVersion, Intake, IntakeOutcome,
    IntakeStore, LookupKey, StoreError, SubjectId, SubjectOutcome, SubjectRecord, Verification,
    Withdrawal, WithdrawalOutcome,
};

const DOSES: Parts = Parts::doses(Versions::Latest);

#[async_trait]
impl<E: Engine> IntakeStore for E {
    async fn take_in(&self, act: &Act, items: &[Intake]) -> Result<Vec<IntakeOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let owners = reserve_doses(&mut tx, act, items).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.subject));
            let mut work = tx.load(bucket, &who, DOSES).await?;
            let mut trail = Trail::default();
            for (place, item) in group {
                answers.set(place, take_one(&mut work, &mut trail, act, item, &owners));
            }
            work.record(act, AuditAct::Intake, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn correct(
        &self,
        act: &Act,
        items: &[Correction],
    ) -> Result<Vec<CorrectionOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let documents: Vec<LookupRow> = items
            .iter()
            .filter_map(|item| item.document.map(|key| (key, item.subject)))
            .map(|(key, subject)| LookupRow {
                key,
                subject,
                reserved_at: act.at(),
            })
            .collect();
        if !documents.is_empty() {
            tx.reserve(Lookup::Document, &documents).await?;
            tx.bucket_done().await?;
        }
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.subject));
            let mut work = tx.load(bucket, &who, Parts::NONE).await?;
            let mut trail = Trail::default();
            for (place, item) in group {
                answers.set(place, correct_one(&mut work, &mut trail, act, item));
            }
            work.record(act, AuditAct::Correct, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn withdraw(
        &self,
        act: &Act,
        items: &[Withdrawal],
    ) -> Result<Vec<WithdrawalOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.dose.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.dose.subject));
            let mut work = tx.load(bucket, &who, DOSES).await?;
            let mut trail = Trail::default();
            for (place, item) in group {
                answers.set(place, withdraw_one(&mut work, &mut trail, item));
            }
            work.record(act, AuditAct::Withdraw, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }
}

/// Saves a work in which something was changed, and ends its bucket.
pub(super) async fn save<T: Tx>(tx: &mut T, work: Work) -> Result<(), StoreError> {
    if !work.is_untouched() {
        tx.save(work).await?;
    }
    tx.bucket_done().await
}

/// Reserves the look-up rows of all doses and documents; says whose each dose is.
async fn reserve_doses<T: Tx>(
    tx: &mut T,
    act: &Act,
    items: &[Intake],
) -> Result<BTreeMap<DoseRef, SubjectId>, StoreError> {
    let row = |key, subject| LookupRow {
        key,
        subject,
        reserved_at: act.at(),
    };
    let mut refs = Vec::new();
    let mut rows = Vec::new();
    let mut documents = Vec::new();
    for item in items {
        for (dose_ref, _) in &item.doses {
            refs.push(dose_ref.clone());
            rows.push(row(dose_ref.lookup_key(), item.subject));
        }
        documents.extend(item.document.map(|key| row(key, item.subject)));
    }
    let owners = tx.reserve(Lookup::Dose, &rows).await?;
    tx.reserve(Lookup::Document, &documents).await?;
    tx.bucket_done().await?;
    Ok(refs.into_iter().zip(owners).collect())
}

fn take_one(
    work: &mut Work,
    trail: &mut Trail,
    act: &Act,
    item: &Intake,
    owners: &BTreeMap<DoseRef, SubjectId>,
) -> IntakeOutcome {
    let subject = take_subject(work, trail, act, item);
    if matches!(
        subject,
        SubjectOutcome::Missing | SubjectOutcome::OtherReference
    ) {
        let doses = item.doses.iter().map(|_| DoseOutcome::NotTaken).collect();
        return IntakeOutcome::new(subject, doses);
    }
    let mut revised = false;
    let mut doses = Vec::with_capacity(item.doses.len());
    for (dose_ref, content) in &item.doses {
        let outcome = if owners
            .get(dose_ref)
            .is_some_and(|owner| *owner != item.subject)
        {
            DoseOutcome::OfOtherSubject
        } else {
            let key = DoseKey::new(item.subject, dose_ref.clone());
            take_dose(work, trail, act, key, content)
        };
        revised |= matches!(outcome, DoseOutcome::Added | DoseOutcome::Corrected { .. });
        doses.push(outcome);
    }
    if revised && subject != SubjectOutcome::Added {
        work.revise(item.subject);
    }
    IntakeOutcome::new(subject, doses)
}

fn take_subject(work: &mut Work, trail: &mut Trail, act: &Act, item: &Intake) -> SubjectOutcome {
    let Some(stored) = work.subjects.get(&item.subject) else {
        let Some(identity) = &item.identity else {
            return SubjectOutcome::Missing;
        };
        let reference = item.subject_ref.clone();
        let mut record = SubjectRecord::new(item.subject, reference, identity.clone(), act);
        record.document = item.document;
        trail.note(item.subject, &identity.hash());
        work.subjects.add(item.subject, record);
        return SubjectOutcome::Added;
    };
    if stored.subject_ref != item.subject_ref {
        return SubjectOutcome::OtherReference;
    }
    let Some(identity) = &item.identity else {
        return SubjectOutcome::Unchanged;
    };
    if stored.identity == *identity {
        return SubjectOutcome::Unchanged;
    }
    // The nationality decides whether the population register is asked at all.
    let differs = stored.identity.basics_hash() != identity.basics_hash()
        || stored.identity.nationality != identity.nationality;
    if differs {
        match item.rule {
            IdentityRule::Keep => return SubjectOutcome::Conflict,
            IdentityRule::ReplaceUnidentified if stored.verification.state.is_identified() => {
                return SubjectOutcome::Identified;
            }
            IdentityRule::ReplaceUnidentified => {}
        }
    }
    replace_identity(work, trail, act, item.subject, (identity, item.document));
    SubjectOutcome::Updated
}

/// Replaces an identity, keeps the old one, and resets the check where it no longer holds.
fn replace_identity(
    work: &mut Work,
    trail: &mut Trail,
    act: &Act,
    subject: SubjectId,
    (identity, document): (&Identity, Option<LookupKey>),
) -> Option<u32> {
    let record = work.subjects.change(&subject)?;
    let old = IdentityVersion::of(record);
    let holds = record.identity.basics_hash() == identity.basics_hash()
        && record.identity.nationality == identity.nationality;
    record.identity = identity.clone();
    record.document = document;
    record.identity_version = record.identity_version.saturating_add(1);
    record.revision = record.revision.saturating_add(1);
    record.recorded_at = act.at();
    record.recorded_by = act.actor().clone();
    if !holds {
        record.verification = Verification::default();
    }
    let version = record.identity_version;
    work.identities.add((subject, old.version), old);
    trail.note(subject, &identity.hash());
    Some(version)
}

fn take_dose(
    work: &mut Work,
    trail: &mut Trail,
    act: &Act,
    key: DoseKey,
    content: &DoseContent,
) -> DoseOutcome {
    let subject = key.subject;
    let Some(latest) = latest(work, &key).cloned() else {
        let record = DoseRecord::new(key.clone(), 1, content.clone(), act);
        trail.note(subject, &record.hash);
        work.doses.add((subject, key.dose_ref, 1), record);
        return DoseOutcome::Added;
    };
    if latest.state == DoseState::Withdrawn {
        return DoseOutcome::Withdrawn;
    }
    if latest.content == *content {
        return DoseOutcome::Unchanged;
    }
    let version = latest.version.saturating_add(1);
    if let Some(old) = work
        .doses
        .change(&(subject, key.dose_ref.clone(), latest.version))
    {
        old.state = DoseState::Superseded;
    }
    let record = DoseRecord::new(key.clone(), version, content.clone(), act);
    trail.note(subject, &record.hash);
    work.doses.add((subject, key.dose_ref, version), record);
    DoseOutcome::Corrected { version }
}

/// The version in hand of a dose that is not superseded.
pub(super) fn latest<'work>(work: &'work Work, key: &DoseKey) -> Option<&'work DoseRecord> {
    let from = (key.subject, key.dose_ref.clone(), 0);
    let to = (key.subject, key.dose_ref.clone(), u32::MAX);
    work.doses
        .range(from..=to)
        .find(|dose| dose.state != DoseState::Superseded)
}

fn correct_one(
    work: &mut Work,
    trail: &mut Trail,
    act: &Act,
    item: &Correction,
) -> CorrectionOutcome {
    let Some(stored) = work.subjects.get(&item.subject) else {
        return CorrectionOutcome::Missing;
    };
    if stored.identity == item.identity {
        return CorrectionOutcome::Unchanged;
    }
    let identity_version = stored.identity_version;
    if identity_version != item.identity_version {
        return CorrectionOutcome::Outdated { identity_version };
    }
    match replace_identity(
        work,
        trail,
        act,
        item.subject,
        (&item.identity, item.document),
    ) {
        Some(identity_version) => {
            trail.note_bytes(item.subject, item.evidence.as_bytes());
            CorrectionOutcome::Corrected { identity_version }
        }
        None => CorrectionOutcome::Missing,
    }
}

fn withdraw_one(work: &mut Work, trail: &mut Trail, item: &Withdrawal) -> WithdrawalOutcome {
    let subject = item.dose.subject;
    let Some(found) = latest(work, &item.dose) else {
        return WithdrawalOutcome::Missing;
    };
    let (version, state, hash) = (found.version, found.state, found.hash);
    if version != item.version {
        return WithdrawalOutcome::Outdated { version };
    }
    if state == DoseState::Withdrawn {
        return WithdrawalOutcome::Unchanged;
    }
    let key = (subject, item.dose.dose_ref.clone(), version);
    if let Some(dose) = work.doses.change(&key) {
        dose.state = DoseState::Withdrawn;
    }
    work.revise(subject);
    trail.note(subject, &hash);
    WithdrawalOutcome::Withdrawn
}
