//! Attestations and the dose versions under them.

use async_trait::async_trait;

use super::central::{append, central_item};
use super::intake::{latest, save};
use super::wire;
use super::{
    Access, Answers, Engine, Parts, Selection, Shelf, Trail, Tx, Versions, Work, by_bucket,
    selection,
};
use crate::{
    Act, Attestation, AttestationId, AttestationStore, Attested, AuditAct, Bucket, Digest, DoseKey,
    DoseRef, DoseState, FacilityId, Leaf, LeafOutcome, StoreError, SubjectId,
};

const LATEST: Parts = Parts::doses(Versions::Latest);

#[async_trait]
impl<E: Engine> AttestationStore for E {
    async fn put_attestation(&self, act: &Act, item: &Attestation) -> Result<bool, StoreError> {
        if *item.id.digest() != Digest::of(&item.package) {
            return Err(StoreError::invalid("attestation"));
        }
        let key = item.id.digest().as_bytes().to_vec();
        let mut tx = self.begin(Access::Write).await?;
        if read(&mut tx, item.id).await?.is_some() {
            return Ok(false);
        }
        let body = wire::attestation_to_bytes(item);
        let event = central_item(&key, &body);
        tx.put_shelf(
            Shelf::AttestationPackage,
            &[(key.clone(), item.package.clone())],
        )
        .await?;
        tx.put_shelf(Shelf::Attestation, &[(key, body)]).await?;
        append(&mut tx, act, AuditAct::Attestation, &[event]).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn attestation(&self, id: AttestationId) -> Result<Option<Attestation>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let Some(mut found) = read(&mut tx, id).await? else {
            return Ok(None);
        };
        let key = id.digest().as_bytes().to_vec();
        let package = tx.shelf(Shelf::AttestationPackage, &[key]).await?;
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

    async fn attest(
        &self,
        act: &Act,
        attestation: AttestationId,
        leaves: &[Leaf],
    ) -> Result<Vec<LeafOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let stored = read(&mut tx, attestation).await?;
        let facility = stored.ok_or(StoreError::not_found("attestation"))?.facility;
        let mut answers = Answers::new(leaves.len());
        for (bucket, group) in by_bucket(leaves, |leaf| leaf.dose.subject.bucket()) {
            let who = selection(group.iter().map(|(_, leaf)| leaf.dose.subject));
            let mut work = tx.load(bucket, &who, LATEST).await?;
            let mut trail = Trail::default();
            for (place, leaf) in group {
                let outcome = judge(&work, attestation, &facility, leaf);
                if outcome == LeafOutcome::Attested {
                    mark(&mut work, &leaf.dose, leaf.version, attestation, leaf.index);
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

/// Reads an attestation without its package.
async fn read<T: Tx>(tx: &mut T, id: AttestationId) -> Result<Option<Attestation>, StoreError> {
    let found = tx
        .shelf(Shelf::Attestation, &[id.digest().as_bytes().to_vec()])
        .await?;
    let body = found.into_iter().flatten().next();
    body.map(|body| wire::attestation_from_bytes(id, &body))
        .transpose()
}

fn judge(
    work: &Work,
    attestation: AttestationId,
    facility: &FacilityId,
    leaf: &Leaf,
) -> LeafOutcome {
    let Some(dose) = latest(work, &leaf.dose) else {
        return LeafOutcome::Missing;
    };
    if dose.state != DoseState::Current || dose.version != leaf.version {
        return LeafOutcome::Lapsed;
    }
    if dose.hash != leaf.hash {
        return LeafOutcome::HashDiffers;
    }
    if dose.content.entering != *facility {
        return LeafOutcome::EnteredElsewhere;
    }
    match dose.attested {
        None => LeafOutcome::Attested,
        Some(by) if by.attestation == attestation => LeafOutcome::Unchanged,
        Some(_) => LeafOutcome::ByOther,
    }
}

fn mark(work: &mut Work, key: &DoseKey, version: u32, attestation: AttestationId, leaf: u64) {
    if let Some(dose) = work
        .doses
        .change(&(key.subject, key.dose_ref.clone(), version))
    {
        dose.attested = Some(Attested::new(attestation, leaf));
    }
}
