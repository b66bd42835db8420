//! Verification outcomes, cases, lists, correction requests and snapshots.

use super::world::{act, at, bucket, facility, identity, intake, subject};
use super::{Failure, Harness, each, equal};
use crate::{
    CaseFilter, CaseMove, CaseRecord, CleaningList, CommuneCode, Correction, CorrectionRequest,
    Custody, Digest, ListId, ListItem, ListReturn, MoveOutcome, ReasonCode, Registry, RequestState,
    ReturnSignature, Snapshot, StoreError, StoreErrorKind, VerificationOutcome, VerificationResult,
    VerificationState,
};

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    each(
        harness,
        &[
            |store| Box::pin(cases(store)),
            |store| Box::pin(outdated_answer(store)),
            |store| Box::pin(custody(store)),
            |store| Box::pin(lists(store)),
            |store| Box::pin(requests(store)),
            |store| Box::pin(progress(store)),
        ],
    )
}

fn answer(state: VerificationState, reason: &str) -> VerificationResult {
    VerificationResult::new(subject(1, 1), 1, state, vec![ReasonCode::new(reason)])
}

async fn open(store: &dyn Registry) -> Result<Vec<CaseRecord>, Failure> {
    Ok(store
        .open_cases(bucket(1), &CaseFilter::default(), None, 10)
        .await?)
}

#[expect(clippy::too_many_lines, reason = "one story, told step by step")]
async fn cases(store: &dyn Registry) -> Result<(), Failure> {
    use VerificationState::{Match, Mismatch, NotFound, Unavailable};
    store.take_in(&act(1), &[intake(1, 1)]).await?;
    let steps = [
        (
            answer(Unavailable, "pop-unavailable"),
            VerificationOutcome::Recorded,
            0,
            2,
        ),
        (
            answer(Mismatch, "pop-name"),
            VerificationOutcome::Recorded,
            1,
            3,
        ),
        (
            answer(Mismatch, "pop-name"),
            VerificationOutcome::Unchanged,
            1,
            3,
        ),
        (
            answer(Mismatch, "pop-sex"),
            VerificationOutcome::Recorded,
            1,
            3,
        ),
        (
            answer(Unavailable, "pop-unavailable"),
            VerificationOutcome::Recorded,
            1,
            4,
        ),
        (
            answer(NotFound, "pop-not-found"),
            VerificationOutcome::Recorded,
            1,
            5,
        ),
        (answer(Match, ""), VerificationOutcome::Recorded, 0, 6),
    ];
    for (item, wanted, cases, revision) in steps {
        let outcome = store.record(&act(2), &[item]).await?;
        equal(&outcome, &vec![wanted], "recording an answer")?;
        equal(
            &open(store).await?.len(),
            &cases,
            "cases open and close with the answers",
        )?;
        let mut found = store.subjects(&[subject(1, 1)]).await?;
        let found = found.pop().flatten().map(|found| found.record.revision);
        equal(
            &found,
            &Some(revision),
            "a changed state raises the revision, once",
        )?;
    }
    store
        .record(&act(9), &[answer(Mismatch, "pop-name")])
        .await?;
    let numbers: Vec<u32> = open(store).await?.iter().map(|case| case.number).collect();
    equal(&numbers, &vec![2], "a later case has the next number")
}

async fn outdated_answer(store: &dyn Registry) -> Result<(), Failure> {
    store.take_in(&act(1), &[intake(1, 1)]).await?;
    store
        .correct(&act(2), &[Correction::new(subject(1, 1), 1, identity(2))])
        .await?;
    let outcome = store
        .record(&act(3), &[answer(VerificationState::Match, "")])
        .await?;
    let wanted = vec![VerificationOutcome::Outdated];
    equal(
        &outcome,
        &wanted,
        "an answer about an earlier identity is dropped",
    )
}

#[expect(clippy::too_many_lines, reason = "one story, told step by step")]
async fn custody(store: &dyn Registry) -> Result<(), Failure> {
    store.take_in(&act(1), &[intake(1, 1)]).await?;
    store
        .record(&act(2), &[answer(VerificationState::NoId, "id-missing")])
        .await?;
    let list = Some(ListId::new("L1"));
    let listed = (Custody::HealthStation, Custody::Listed);
    let make = |path, list: &Option<ListId>| CaseMove::new(subject(1, 1), 1, path, list.clone());
    let moves = |item: CaseMove| async move { store.move_cases(&act(3), &[item]).await };
    equal(
        &moves(make(listed, &list)).await?,
        &vec![MoveOutcome::Moved],
        "listed",
    )?;
    equal(
        &moves(make(listed, &list)).await?,
        &vec![MoveOutcome::Unchanged],
        "listed again",
    )?;
    let other = Some(ListId::new("L2"));
    let elsewhere = vec![MoveOutcome::Elsewhere(Custody::Listed)];
    equal(
        &moves(make(listed, &other)).await?,
        &elsewhere,
        "a case travels on one list",
    )?;
    let police = (Custody::Listed, Custody::CommunePolice);
    equal(
        &moves(make(police, &other)).await?,
        &elsewhere,
        "only its own list moves it",
    )?;
    equal(
        &moves(make(police, &list)).await?,
        &vec![MoveOutcome::Moved],
        "handed on",
    )?;
    let filter = CaseFilter {
        custody: Some(Custody::CommunePolice),
        ..CaseFilter::default()
    };
    let found = store.open_cases(bucket(1), &filter, None, 10).await?;
    equal(&found.len(), &1, "cases by custody")?;
    let filter = CaseFilter {
        commune: Some(CommuneCode::new("99999")),
        ..CaseFilter::default()
    };
    let found = store.open_cases(bucket(1), &filter, None, 10).await?;
    equal(&found.len(), &0, "cases by commune")?;
    store
        .record(
            &act(5),
            &[answer(VerificationState::NotFound, "pop-not-found")],
        )
        .await?;
    let found = open(store).await?;
    let kept = found.first().map(|case| (case.custody, case.list.clone()));
    equal(
        &kept,
        &Some((Custody::CommunePolice, list)),
        "a new answer keeps the custody",
    )?;
    let closed = CaseMove::new(
        subject(1, 1),
        1,
        (Custody::CommunePolice, Custody::Closed),
        None,
    );
    let kind = store
        .move_cases(&act(6), &[closed])
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Invalid),
        "only an answer closes a case",
    )
}

#[expect(clippy::too_many_lines, reason = "one story, told step by step")]
async fn lists(store: &dyn Registry) -> Result<(), Failure> {
    let items = vec![
        ListItem::new(subject(1, 1), 1, 1),
        ListItem::new(subject(2, 2), 1, 3),
    ];
    let commune = CommuneCode::new("00001");
    let id = ListId::new("L1");
    let made = CleaningList::new(
        id.clone(),
        commune.clone(),
        Digest::of(b"file"),
        items,
        at(1),
    );
    equal(&store.make_list(&act(1), &made).await?, &true, "a new list")?;
    equal(
        &store.make_list(&act(2), &made).await?,
        &false,
        "the same list again",
    )?;
    let mut other = made.clone();
    other.hash = Digest::of(b"another");
    let kind = store
        .make_list(&act(3), &other)
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Conflict),
        "another list of this id",
    )?;
    let hamlet = (Custody::Listed, Custody::HamletTeam);
    store.hand_over(&act(4), &id, hamlet, None).await?;
    store.hand_over(&act(5), &id, hamlet, None).await?;
    let police = (Custody::Listed, Custody::CommunePolice);
    let kind = store
        .hand_over(&act(6), &id, police, None)
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Conflict),
        "only who has it hands it over",
    )?;
    let back = ListReturn::new(Digest::of(b"scan"), ReturnSignature::Scanned);
    let returned = (Custody::HamletTeam, Custody::Returned);
    store.hand_over(&act(7), &id, returned, Some(back)).await?;
    let backwards = (Custody::Returned, Custody::HamletTeam);
    let kind = store
        .hand_over(&act(8), &id, backwards, None)
        .await
        .map_err(StoreError::kind);
    equal(&kind, &Err(StoreErrorKind::Invalid), "custody goes one way")?;
    let found = store.list(&id).await?;
    let found = found.ok_or(Failure {
        check: "a stored list",
        found: String::new(),
    })?;
    let chain: Vec<Custody> = found.events.iter().map(|event| event.custody).collect();
    let wanted = vec![Custody::Listed, Custody::HamletTeam, Custody::Returned];
    equal(&chain, &wanted, "custody is appended once")?;
    let archived = found.events.last().and_then(|event| event.returned);
    equal(&archived, &Some(back), "what came back is kept")?;
    equal(&found.items, &made.items, "rows come back in order")?;
    let mine = store.lists(Some(&commune), None, 10).await?;
    let none = store.lists(Some(&CommuneCode::new("2")), None, 10).await?;
    equal(&(mine.len(), none.len()), &(1, 0), "lists by commune")
}

async fn requests(store: &dyn Registry) -> Result<(), Failure> {
    store.take_in(&act(1), &[intake(1, 1)]).await?;
    let key = |name: &str| (subject(1, 1), String::from(name));
    let item = CorrectionRequest::new(key("R1"), "full_name", "Trần Thử", facility(1), at(2));
    store.request(&act(2), &item).await?;
    store.request(&act(3), &item).await?;
    let other = CorrectionRequest::new(key("R1"), "full_name", "Lê Thử", facility(1), at(2));
    let kind = store
        .request(&act(3), &other)
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Conflict),
        "a reference stands for one request",
    )?;
    let mine = store.open_requests(bucket(1), Some(&facility(1))).await?;
    let others = store.open_requests(bucket(1), Some(&facility(2))).await?;
    equal(
        &(mine.len(), others.len()),
        &(1, 0),
        "requests are routed to a facility",
    )?;
    let decline = Some(ReasonCode::new("evidence-missing"));
    let decided = store
        .decide_request(&act(4), subject(1, 1), "R1", decline.clone())
        .await?;
    equal(&decided, &RequestState::Declined, "declined")?;
    let decided = store
        .decide_request(&act(5), subject(1, 1), "R1", decline)
        .await?;
    equal(&decided, &RequestState::Declined, "the same decision again")?;
    let otherwise = store
        .decide_request(&act(6), subject(1, 1), "R1", None)
        .await;
    let kind = otherwise.map_err(StoreError::kind);
    equal(&kind, &Err(StoreErrorKind::Conflict), "a decision stands")?;
    let open = store.open_requests(bucket(1), None).await?;
    equal(&open.len(), &0, "a decided request is not open")?;
    let nobody = CorrectionRequest::new(
        (subject(9, 9), String::from("R1")),
        "phone",
        "1",
        facility(1),
        at(2),
    );
    let kind = store
        .request(&act(7), &nobody)
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::NotFound),
        "a request about nobody",
    )
}

async fn progress(store: &dyn Registry) -> Result<(), Failure> {
    store
        .take_in(&act(1), &[intake(1, 1), intake(1, 2), intake(2, 3)])
        .await?;
    store
        .record(&act(2), &[answer(VerificationState::Match, "")])
        .await?;
    let rows = store.progress().await?;
    let figures: Vec<_> = rows
        .iter()
        .map(|row| (row.state, row.subjects, row.doses))
        .collect();
    let wanted = vec![
        (VerificationState::NotSent, 2, 4),
        (VerificationState::Match, 1, 2),
    ];
    equal(
        &figures,
        &wanted,
        "progress by commune and state, in subjects and doses",
    )?;
    let snapshot = Snapshot::new(String::from("2022-06-01"), at(3), rows);
    store.put_snapshot(&act(3), &snapshot).await?;
    store.put_snapshot(&act(4), &snapshot).await?;
    let other = Snapshot {
        rows: Vec::new(),
        ..snapshot.clone()
    };
    let kind = store
        .put_snapshot(&act(5), &other)
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Conflict),
        "a snapshot is never rewritten",
    )?;
    equal(
        &store.snapshots().await?,
        &vec![snapshot],
        "snapshots come back",
    )
}
