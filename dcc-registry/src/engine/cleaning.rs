//! Verification outcomes, the cases they open and close, and correction requests.

use async_trait::async_trait;

use super::intake::save;
use super::persons;
use super::{
    Access, Answers, Engine, Page, Part, Parts, Selection, Trail, Tx, Work, by_bucket, selection,
};
use crate::{
    Act, AuditAct, Bucket, CaseFilter, CaseMove, CaseRecord, CaseStore, CorrectionRequest,
    CorrectionRequestStore, Custody, FacilityId, LookupKey, MoveOutcome, ReasonCode, RequestState,
    StoreError, SubjectId, Verification, VerificationOutcome, VerificationResult,
    VerificationStore,
};

const CASES: Parts = Parts::with(&[Part::Cases]);
const REQUESTS: Parts = Parts::with(&[Part::Requests]);

#[async_trait]
impl<E: Engine> VerificationStore for E {
    async fn record(
        &self,
        act: &Act,
        items: &[VerificationResult],
    ) -> Result<Vec<VerificationOutcome>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        persons::note(&mut tx, items).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.subject));
            let mut work = tx.load(bucket, &who, CASES).await?;
            let mut trail = Trail::default();
            for (place, item) in group {
                answers.set(place, record_one(&mut work, &mut trail, act, item));
            }
            work.record(act, AuditAct::Verify, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }

    async fn by_person(
        &self,
        keys: &[LookupKey],
    ) -> Result<Vec<Vec<(SubjectId, u32)>>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        persons::read(&mut tx, keys).await
    }
}

fn record_one(
    work: &mut Work,
    trail: &mut Trail,
    act: &Act,
    item: &VerificationResult,
) -> VerificationOutcome {
    let Some(record) = work.subjects.get(&item.subject) else {
        return VerificationOutcome::Missing;
    };
    if record.identity_version != item.identity_version {
        return VerificationOutcome::Outdated;
    }
    let state_changed = record.verification.state != item.state;
    let unchanged = !state_changed && record.verification.reasons == item.reasons;
    if let Some(record) = work.subjects.change(&item.subject) {
        let checked_at = Some(act.at());
        record.verification = Verification::new(item.state, item.reasons.clone(), checked_at);
    }
    trail.note_bytes(item.subject, item.state.word().as_bytes());
    if unchanged {
        return VerificationOutcome::Unchanged;
    }
    if state_changed {
        work.revise(item.subject);
    }
    update_case(work, act, item);
    VerificationOutcome::Recorded
}

fn update_case(work: &mut Work, act: &Act, item: &VerificationResult) {
    let Some(record) = work.subjects.get(&item.subject) else {
        return;
    };
    let commune = record.identity.commune.clone();
    let open = work
        .cases_of(item.subject)
        .find(|case| case.closed_at.is_none());
    let open = open.map(|case| case.number);
    let last = work
        .cases_of(item.subject)
        .last()
        .map_or(0, |case| case.number);
    if item.state.needs_cleaning() {
        if let Some(case) = open.and_then(|number| work.cases.change(&(item.subject, number))) {
            case.identity_version = item.identity_version;
            case.state = item.state;
            case.reasons.clone_from(&item.reasons);
            case.commune = commune;
            return;
        }
        let number = last.saturating_add(1);
        let about = (item.subject, item.identity_version);
        let found = (item.state, item.reasons.clone());
        let case = CaseRecord::new(about, number, found, commune, act.at());
        work.cases.add((item.subject, number), case);
    } else if item.state.is_identified()
        && let Some(case) = open.and_then(|number| work.cases.change(&(item.subject, number)))
    {
        case.custody = Custody::Closed;
        case.closed_at = Some(act.at());
    }
}

#[async_trait]
impl<E: Engine> CaseStore for E {
    async fn open_cases(
        &self,
        bucket: Bucket,
        filter: &CaseFilter,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let mut found = Vec::new();
        let mut after = after;
        while found.len() < limit {
            let wanted = limit.saturating_sub(found.len());
            let ids = tx.page(bucket, &Page::OpenCases, after, wanted).await?;
            let Some(last) = ids.last().copied() else {
                break;
            };
            let work = tx.load(bucket, &Selection::Ids(ids), CASES).await?;
            found.extend(work.cases.into_values().filter(|case| passes(case, filter)));
            after = Some(last);
        }
        Ok(found)
    }

    async fn move_cases(
        &self,
        act: &Act,
        items: &[CaseMove],
    ) -> Result<Vec<MoveOutcome>, StoreError> {
        if items.iter().any(|item| item.to == Custody::Closed) {
            return Err(StoreError::invalid("custody"));
        }
        let mut tx = self.begin(Access::Write).await?;
        let mut answers = Answers::new(items.len());
        for (bucket, group) in by_bucket(items, |item| item.subject.bucket()) {
            let who = selection(group.iter().map(|(_, item)| item.subject));
            let mut work = tx.load(bucket, &who, CASES).await?;
            let mut trail = Trail::default();
            for (place, item) in group {
                answers.set(place, move_one(&mut work, &mut trail, item));
            }
            work.record(act, AuditAct::MoveCase, trail);
            save(&mut tx, work).await?;
        }
        tx.commit().await?;
        answers.finish()
    }
}

fn passes(case: &CaseRecord, filter: &CaseFilter) -> bool {
    case.closed_at.is_none()
        && filter
            .commune
            .as_ref()
            .is_none_or(|commune| case.commune == *commune)
        && filter.custody.is_none_or(|custody| case.custody == custody)
}

fn move_one(work: &mut Work, trail: &mut Trail, item: &CaseMove) -> MoveOutcome {
    let key = (item.subject, item.case);
    let Some(case) = work.cases.get(&key) else {
        return MoveOutcome::Missing;
    };
    if case.custody == item.to && case.list == item.list {
        return MoveOutcome::Unchanged;
    }
    let elsewhere = item.from != Custody::HealthStation && case.list != item.list;
    if case.custody != item.from || elsewhere {
        return MoveOutcome::Elsewhere(case.custody);
    }
    if let Some(case) = work.cases.change(&key) {
        case.custody = item.to;
        case.list.clone_from(&item.list);
        trail.note_bytes(item.subject, item.to.word().as_bytes());
    }
    MoveOutcome::Moved
}

#[async_trait]
impl<E: Engine> CorrectionRequestStore for E {
    async fn request(&self, act: &Act, item: &CorrectionRequest) -> Result<(), StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let who = Selection::Ids(vec![item.subject]);
        let mut work = tx.load(item.subject.bucket(), &who, REQUESTS).await?;
        if work.subjects.get(&item.subject).is_none() {
            return Err(StoreError::not_found("subject"));
        }
        let key = (item.subject, item.reference.clone());
        if let Some(known) = work.requests.get(&key) {
            let same = known.field == item.field
                && known.claimed == item.claimed
                && known.facility == item.facility;
            return if same {
                Ok(())
            } else {
                Err(StoreError::conflict("correction_request"))
            };
        }
        let mut trail = Trail::default();
        let claim = [
            item.reference.as_bytes(),
            item.field.as_bytes(),
            item.claimed.as_bytes(),
        ];
        trail.note_bytes(item.subject, &claim.concat());
        let mut stored = item.clone();
        stored.state = RequestState::Open;
        work.requests.add(key, stored);
        work.record(act, AuditAct::Request, trail);
        save(&mut tx, work).await?;
        tx.commit().await
    }

    async fn open_requests(
        &self,
        bucket: Bucket,
        facility: Option<&FacilityId>,
    ) -> Result<Vec<CorrectionRequest>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let ids = tx
            .page(bucket, &Page::OpenRequests, None, usize::MAX)
            .await?;
        let work = tx.load(bucket, &Selection::Ids(ids), REQUESTS).await?;
        let wanted = |item: &CorrectionRequest| {
            item.state == RequestState::Open && facility.is_none_or(|id| item.facility == *id)
        };
        Ok(work.requests.into_values().filter(wanted).collect())
    }

    async fn decide_request(
        &self,
        act: &Act,
        subject: SubjectId,
        reference: &str,
        decline: Option<ReasonCode>,
    ) -> Result<RequestState, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let who = Selection::Ids(vec![subject]);
        let mut work = tx.load(subject.bucket(), &who, REQUESTS).await?;
        let key = (subject, String::from(reference));
        let stored = work
            .requests
            .get(&key)
            .ok_or(StoreError::not_found("correction_request"))?;
        let wanted = if decline.is_none() {
            RequestState::Accepted
        } else {
            RequestState::Declined
        };
        if stored.state != RequestState::Open {
            let same = stored.state == wanted && stored.decline == decline;
            let otherwise = StoreError::conflict("correction_request");
            return if same { Ok(wanted) } else { Err(otherwise) };
        }
        let mut trail = Trail::default();
        trail.note_bytes(subject, reference.as_bytes());
        if let Some(request) = work.requests.change(&key) {
            request.state = wanted;
            request.decline = decline;
            request.decided_at = Some(act.at());
        }
        work.record(act, AuditAct::DecideRequest, trail);
        save(&mut tx, work).await?;
        tx.commit().await?;
        Ok(wanted)
    }
}
