//! Attestations and the dose versions under them.

use alloc::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::central::{append, central_item};
use super::intake::{latest, save};
use super::wire;
use super::{
    Access, Answers, Engine, Parts, Selection, Shelf, Trail, Tx, Versions, Work, by_bucket,
    selection,
};
use crate::{
    Act, Attestation, AttestationId, AttestationStore, AuditAct, Bucket, Digest, DoseKey, DoseRef,
    DoseState, FacilityId, Leaf, LeafOutcome, StoreError, SubjectId,
};

const LATEST: Parts = Parts::doses(Versions::Latest);

#[async_trait]
impl<E: Engine> AttestationStore for E {
    async fn put_attestations(
        &self,
        act: &Act,
        items: &[Attestation],
    ) -> Result<Vec<bool>, StoreError> {
        if items
            .iter()
            .any(|item| *item.id.digest() != Digest::of(&item.package))
        {
            return Err(StoreError::invalid("attestation"));
        }
        let mut tx = self.begin(Access::Write).await?;
        let keys: Vec<Vec<u8>> = items.iter().map(|item| key(item.id)).collect();
        let known = tx.shelf(Shelf::Attestation, &keys).await?;
        let mut seen: BTreeSet<AttestationId> = BTreeSet::new();
        let (mut fresh, mut rows, mut packages) = (Vec::new(), Vec::new(), Vec::new());
        let mut things = Vec::new();
        for ((item, key), known) in items.iter().zip(keys).zip(known) {
            let is_new = known.is_none() && seen.insert(item.id);
            fresh.push(is_new);
            if is_new {
                let body = wire::attestation_to_bytes(item);
                things.push(central_item(&key, &body));
                packages.push((key.clone(), item.package.clone()));
                rows.push((key, body));
            }
        }
        tx.put_shelf(Shelf::AttestationPackage, &packages).await?;
        tx.put_shelf(Shelf::Attestation, &rows).await?;
        append(&mut tx, act, AuditAct::Attestation, &things).await?;
        tx.commit().await?;
        Ok(fresh)
    }

    async fn attestation(&self, id: AttestationId) -> Result<Option<Attestation>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let Some(mut found) = read(&mut tx, id).await? else {
            return Ok(None);
        };
        let package = tx.shelf(Shelf::AttestationPackage, &[key(id)]).await?;
        found.package = package
            .into_iter()
            .flatten()
            .next()
            .ok_or(StoreError::corrupt("attestation"))?;
        Ok(Some(found))
    }

    async fn attestation_ids(
        &self,
        after: Option<AttestationId>,
        limit: usize,
    ) -> Result<Vec<AttestationId>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let after = after.map(|id| id.digest().as_bytes().to_vec());
        let rows = tx
            .shelf_page(Shelf::Attestation, &[], after.as_deref(), limit)
            .await?;
        let id = |key: &[u8]| Digest::from_slice(key).map(AttestationId::new);
        rows.iter()
            .map(|(key, _)| id(key).ok_or(StoreError::corrupt("attestation")))
            .collect()
    }

    async fn attest(&self, act: &Act, leaves: &[Leaf]) -> Result<Vec<LeafOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let facilities = facilities(&mut tx, leaves).await?;
        let mut answers = Answers::new(leaves.len());
        for (bucket, group) in by_bucket(leaves, |leaf| leaf.dose.subject.bucket()) {
            let who = selection(group.iter().map(|(_, leaf)| leaf.dose.subject));
            let mut work = tx.load(bucket, &who, LATEST).await?;
            let mut trail = Trail::default();
            for (place, leaf) in group {
                let outcome = judge(&work, facilities.get(&leaf.at.attestation), leaf);
                if outcome == LeafOutcome::Attested {
                    mark(&mut work, leaf);
                    trail.note(leaf.dose.subject, &leaf.hash);
                }
                answers.set(place, outcome);
            }
            work.record(act, AuditAct::Attest, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn lapse(
        &self,
        act: &Act,
        bucket: Bucket,
        attestations: &[AttestationId],
    ) -> Result<Vec<DoseKey>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let mut work = tx.load(bucket, &Selection::All, LATEST).await?;
        let lapsed: Vec<(SubjectId, DoseRef, u32)> = work
            .doses
            .values()
            .filter(|dose| dose.state == DoseState::Current)
            .filter(|dose| {
                dose.attested
                    .is_some_and(|at| attestations.contains(&at.attestation))
            })
            .map(|dose| (dose.key.subject, dose.key.dose_ref.clone(), dose.version))
            .collect();
        let mut trail = Trail::default();
        let mut keys = Vec::with_capacity(lapsed.len());
        let mut last = None;
        for key in lapsed {
            if let Some(dose) = work.doses.change(&key) {
                dose.attested = None;
                trail.note(key.0, &dose.hash);
            }
            if last.replace(key.0) != Some(key.0) {
                work.revise(key.0);
            }
            keys.push(DoseKey::new(key.0, key.1));
        }
        work.record(act, AuditAct::Lapse, trail);
        save(&mut tx, work).await?;
        tx.commit().await?;
        Ok(keys)
    }
}

fn key(id: AttestationId) -> Vec<u8> {
    id.digest().as_bytes().to_vec()
}

/// Reads an attestation without its package.
async fn read<T: Tx>(tx: &mut T, id: AttestationId) -> Result<Option<Attestation>, StoreError> {
    let found = tx.shelf(Shelf::Attestation, &[key(id)]).await?;
    let body = found.into_iter().flatten().next();
    body.map(|body| wire::attestation_from_bytes(id, &body))
        .transpose()
}

/// Whose doses the attestations of these leaves are for.
async fn facilities<T: Tx>(
    tx: &mut T,
    leaves: &[Leaf],
) -> Result<BTreeMap<AttestationId, FacilityId>, StoreError> {
    let ids: BTreeSet<AttestationId> = leaves.iter().map(|leaf| leaf.at.attestation).collect();
    let mut facilities = BTreeMap::new();
    for id in ids {
        let stored = read(tx, id)
            .await?
            .ok_or(StoreError::not_found("attestation"))?;
        facilities.insert(id, stored.facility);
    }
    Ok(facilities)
}

fn judge(work: &Work, facility: Option<&FacilityId>, leaf: &Leaf) -> LeafOutcome {
    let Some(dose) = latest(work, &leaf.dose) else {
        return LeafOutcome::Missing;
    };
    if dose.state != DoseState::Current || dose.version != leaf.version {
        return LeafOutcome::Lapsed;
    }
    if dose.hash != leaf.hash {
        return LeafOutcome::HashDiffers;
    }
    if Some(&dose.content.entering) != facility {
        return LeafOutcome::EnteredElsewhere;
    }
    match dose.attested {
        None => LeafOutcome::Attested,
        Some(by) if by == leaf.at => LeafOutcome::Unchanged,
        Some(_) => LeafOutcome::ByOther,
    }
}

fn mark(work: &mut Work, leaf: &Leaf) {
    let key = (leaf.dose.subject, leaf.dose.dose_ref.clone(), leaf.version);
    if let Some(dose) = work.doses.change(&key) {
        dose.attested = Some(leaf.at);
    }
}
