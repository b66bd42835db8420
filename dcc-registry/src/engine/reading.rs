//! Reading subjects, linking them, the feed and the audit log.

use alloc::collections::BTreeMap;
use core::cmp::Ordering;

use async_trait::async_trait;

use super::central::{append, central_item};
use super::intake::save;
use super::wire;
use super::{
    Access, Answers, Certificates, Engine, Page, Part, Parts, Selection, Shelf, Trail, Tx,
    Versions, Work, by_bucket, selection,
};
use crate::{
    Act, AuditAct, AuditEvent, AuditStore, Bucket, CertificateState, DoseRecord, DoseState,
    FeedCursor, FeedEntry, FeedStore, Head, LinkRelation, Partition, ScanFilter, SignedCheckpoint,
    Snapshot, SnapshotRow, SnapshotStore, StoreError, Subject, SubjectHistory, SubjectId,
    SubjectLink, SubjectStore, VerificationState,
};

const AGGREGATE: Parts = Parts {
    doses: Versions::Latest,
    certificates: Certificates::Live,
    also: &[Part::Links],
};

const WHOLE: Parts = Parts {
    doses: Versions::All,
    certificates: Certificates::All,
    also: &[
        Part::Identities,
        Part::Cases,
        Part::Decisions,
        Part::Requests,
        Part::Links,
    ],
};

#[async_trait]
impl<E: Engine> SubjectStore for E {
    async fn subjects(&self, ids: &[SubjectId]) -> Result<Vec<Option<Subject>>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let mut answers = Answers::new(ids.len());
        for (bucket, group) in by_bucket(ids, SubjectId::bucket) {
            let who = selection(group.iter().map(|(_, id)| **id));
            let work = tx.load(bucket, &who, AGGREGATE).await?;
            let merged = merged_doses(&mut tx, &work).await?;
            for (place, id) in group {
                answers.set(place, aggregate(&work, &merged, *id));
            }
        }
        answers.finish()
    }

    async fn scan(
        &self,
        bucket: Bucket,
        filter: &ScanFilter,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<Subject>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let ids = tx
            .page(bucket, &Page::Subjects(filter.states.clone()), after, limit)
            .await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let work = tx
            .load(bucket, &Selection::Ids(ids.clone()), AGGREGATE)
            .await?;
        let merged = merged_doses(&mut tx, &work).await?;
        Ok(ids
            .into_iter()
            .filter_map(|id| aggregate(&work, &merged, id))
            .collect())
    }

    async fn history(&self, id: SubjectId) -> Result<Option<SubjectHistory>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let work = tx
            .load(id.bucket(), &Selection::Ids(vec![id]), WHOLE)
            .await?;
        Ok(whole(work, id))
    }

    async fn link(&self, act: &Act, link: &SubjectLink) -> Result<(), StoreError> {
        if link.subject == link.other {
            return Err(StoreError::invalid("subject_link"));
        }
        let reversed = SubjectLink {
            subject: link.other,
            other: link.subject,
            relation: link.relation.reversed(),
            ..link.clone()
        };
        let mut tx = self.begin(Access::Write).await?;
        for id in [link.subject, link.other] {
            let who = Selection::Ids(vec![id]);
            let work = tx.load(id.bucket(), &who, Parts::NONE).await?;
            work.subjects
                .get(&id)
                .ok_or(StoreError::not_found("subject"))?;
        }
        for side in [link, &reversed] {
            link_side(&mut tx, act, side).await?;
        }
        tx.commit().await
    }
}

async fn link_side<T: Tx>(tx: &mut T, act: &Act, side: &SubjectLink) -> Result<(), StoreError> {
    let who = Selection::Ids(vec![side.subject]);
    let parts = Parts::with(&[Part::Links]);
    let mut work = tx.load(side.subject.bucket(), &who, parts).await?;
    let key = (side.subject, side.other);
    if work
        .links
        .get(&key)
        .is_some_and(|known| known.relation == side.relation)
    {
        return Ok(());
    }
    let mut trail = Trail::default();
    let relation = side.relation.word().as_bytes();
    trail.note_bytes(side.subject, &[relation, side.other.as_bytes()].concat());
    work.links.put(key, side.clone());
    work.revise(side.subject);
    work.record(act, AuditAct::Link, trail);
    save(tx, work).await
}

/// Doses of records that are merged into others, by the record that they are merged into.
type Merged = BTreeMap<SubjectId, Vec<DoseRecord>>;

/// Reads what is merged into the subjects in hand, which is nothing for nearly all.
async fn merged_doses<T: Tx>(tx: &mut T, work: &Work) -> Result<Merged, StoreError> {
    let mut merged = Merged::new();
    let into = work.links.values();
    let into = into.filter(|link| link.relation == LinkRelation::MergedFrom);
    let pairs: Vec<(SubjectId, SubjectId)> = into.map(|link| (link.other, link.subject)).collect();
    for (bucket, group) in by_bucket(&pairs, |(from, _)| from.bucket()) {
        let who = selection(group.iter().map(|(_, (from, _))| *from));
        let from = tx
            .load(bucket, &who, Parts::doses(Versions::Latest))
            .await?;
        for (_, (other, into)) in group {
            let stands = from
                .subjects
                .get(other)
                .is_some_and(|record| record.verification.state == VerificationState::SamePerson);
            if stands {
                let doses = merged.entry(*into).or_default();
                doses.extend(current_doses(&from, *other));
            }
        }
    }
    Ok(merged)
}

fn current_doses(work: &Work, id: SubjectId) -> Vec<DoseRecord> {
    let current = work.doses_of(id);
    let current = current.filter(|dose| dose.state == DoseState::Current);
    let mut doses: Vec<DoseRecord> = current.cloned().collect();
    doses.sort_by(by_date);
    doses
}

fn by_date(one: &DoseRecord, other: &DoseRecord) -> Ordering {
    (one.content.date, &one.key.dose_ref).cmp(&(other.content.date, &other.key.dose_ref))
}

fn aggregate(work: &Work, merged: &Merged, id: SubjectId) -> Option<Subject> {
    let mut subject = Subject::new(work.subjects.get(&id)?.clone());
    subject.doses = current_doses(work, id);
    subject.merged = merged.get(&id).cloned().unwrap_or_default();
    subject.merged.sort_by(by_date);
    for record in work.certificates_of(id) {
        if record.state == CertificateState::Published {
            subject.current = Some(record.clone());
        } else if record.state.is_open() {
            subject.open = Some(record.clone());
        }
    }
    Some(subject)
}

fn whole(work: Work, id: SubjectId) -> Option<SubjectHistory> {
    let mut history = SubjectHistory::new(work.subjects.get(&id)?.clone());
    history.identities = work.identities.into_values().collect();
    history.doses = work.doses.into_values().collect();
    history.certificates = work.certificates.into_values().collect();
    history
        .certificates
        .sort_by_key(|record| record.reserved_at);
    history.cases = work.cases.into_values().collect();
    history.requests = work.requests.into_values().collect();
    history.requests.sort_by_key(|request| request.requested_at);
    history.decisions = work.decisions.into_values().collect();
    history.decisions.sort_by_key(|decision| decision.at);
    history.links = work.links.into_values().collect();
    Some(history)
}

#[async_trait]
impl<E: Engine> FeedStore for E {
    async fn relay(&self, limit: usize) -> Result<usize, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let placed = tx.relay(limit).await?;
        tx.commit().await?;
        Ok(placed)
    }

    async fn feed(
        &self,
        after: FeedCursor,
        limit: usize,
    ) -> Result<(Vec<FeedEntry>, FeedCursor), StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let placed = tx.placed(after.position(), limit).await?;
        let cursor = placed
            .last()
            .map_or(after, |(place, _)| FeedCursor::new(*place));
        Ok((placed.into_iter().map(|(_, entry)| entry).collect(), cursor))
    }
}

#[async_trait]
impl<E: Engine> AuditStore for E {
    async fn heads(&self) -> Result<Vec<Head>, StoreError> {
        self.begin(Access::Read).await?.heads().await
    }

    async fn events(
        &self,
        partition: Partition,
        after: u64,
        limit: usize,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        self.begin(Access::Read)
            .await?
            .events(partition, after, limit)
            .await
    }

    async fn put_checkpoint(&self, checkpoint: &SignedCheckpoint) -> Result<(), StoreError> {
        let conflict = StoreError::conflict("checkpoint");
        let sequence = checkpoint.checkpoint().sequence();
        let mut tx = self.begin(Access::Write).await?;
        let before = sequence
            .checked_sub(1)
            .ok_or(StoreError::invalid("checkpoint"))?;
        let keys = [sequence, before].map(|number| number.to_be_bytes().to_vec());
        let mut found = tx.shelf(Shelf::Checkpoint, &keys).await?.into_iter();
        let body = wire::checkpoint_to_bytes(checkpoint);
        if let Some(Some(known)) = found.next() {
            return if known == body { Ok(()) } else { Err(conflict) };
        }
        let previous = found.next().flatten();
        let follows = match previous {
            Some(bytes) => {
                let last = wire::checkpoint_from_bytes(&bytes)?;
                last.checkpoint().hash() == checkpoint.checkpoint().previous()
            }
            None => before == 0,
        };
        if !follows {
            return Err(conflict);
        }
        tx.put_shelf(
            Shelf::Checkpoint,
            &[(sequence.to_be_bytes().to_vec(), body)],
        )
        .await?;
        tx.commit().await
    }

    async fn checkpoint(
        &self,
        sequence: Option<u64>,
    ) -> Result<Option<SignedCheckpoint>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let body = if let Some(sequence) = sequence {
            let keys = [sequence.to_be_bytes().to_vec()];
            tx.shelf(Shelf::Checkpoint, &keys)
                .await?
                .into_iter()
                .flatten()
                .next()
        } else {
            let all = tx
                .shelf_page(Shelf::Checkpoint, &[], None, usize::MAX)
                .await?;
            all.into_iter().next_back().map(|(_, body)| body)
        };
        body.map(|bytes| wire::checkpoint_from_bytes(&bytes))
            .transpose()
    }
}

#[async_trait]
impl<E: Engine> SnapshotStore for E {
    async fn progress(&self) -> Result<Vec<SnapshotRow>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let mut figures = BTreeMap::new();
        let parts = Parts::doses(Versions::Latest);
        for bucket in Bucket::all() {
            let work = tx.load(bucket, &Selection::All, parts).await?;
            for record in work.subjects.values() {
                let doses = work
                    .doses_of(record.id)
                    .filter(|d| d.state == DoseState::Current);
                let key = (record.identity.commune.clone(), record.verification.state);
                let figure: &mut (u64, u64) = figures.entry(key).or_default();
                figure.0 = figure.0.saturating_add(1);
                figure.1 = figure
                    .1
                    .saturating_add(u64::try_from(doses.count()).unwrap_or(0));
            }
        }
        let row = |((commune, state), (subjects, doses)): ((_, VerificationState), (u64, u64))| {
            SnapshotRow::new(commune, state, subjects, doses)
        };
        Ok(figures.into_iter().map(row).collect())
    }

    async fn put_snapshot(&self, act: &Act, snapshot: &Snapshot) -> Result<(), StoreError> {
        let key = snapshot.name.as_bytes().to_vec();
        let body = wire::snapshot_to_bytes(snapshot);
        let mut tx = self.begin(Access::Write).await?;
        let known = tx
            .shelf(Shelf::Snapshot, core::slice::from_ref(&key))
            .await?;
        if let Some(known) = known.into_iter().flatten().next() {
            let same = known == body;
            return if same {
                Ok(())
            } else {
                Err(StoreError::conflict("snapshot"))
            };
        }
        let item = central_item(&key, &body);
        tx.put_shelf(Shelf::Snapshot, &[(key, body)]).await?;
        append(&mut tx, act, AuditAct::Snapshot, &[item]).await?;
        tx.commit().await
    }

    async fn snapshots(&self) -> Result<Vec<Snapshot>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let rows = tx
            .shelf_page(Shelf::Snapshot, &[], None, usize::MAX)
            .await?;
        let mut found = rows
            .iter()
            .map(|(key, body)| wire::snapshot_from_bytes(key, body))
            .collect::<Result<Vec<Snapshot>, StoreError>>()?;
        found.sort_by(|one, other| (one.at, &one.name).cmp(&(other.at, &other.name)));
        Ok(found)
    }
}
