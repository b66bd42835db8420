//! Look-up tables and their reconciler.

use super::world::{
    act, at, bucket, document, dose_ref, intake, leases, people, reservation, subject, uvci,
};
use super::{Failure, Harness, each, equal, holds};
use crate::{DoseRef, Reconciled, Registry, SubjectId, VerificationResult, VerificationState};

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    each(
        harness,
        &[
            |store| Box::pin(found(store)),
            |store| Box::pin(named_by_the_register(store)),
            |store| Box::pin(dangling(store)),
        ],
    )
}

async fn found(store: &dyn Registry) -> Result<(), Failure> {
    let (one, other) = (subject(1, 1), subject(2, 2));
    let mut shared = intake(2, 2);
    shared.document = Some(document(1));
    store.take_in(&act(1), &[intake(1, 1), shared]).await?;
    let refs = [
        dose_ref(other, 1),
        DoseRef::new("unknown"),
        dose_ref(one, 2),
    ];
    let doses = store.by_dose(&refs).await?;
    equal(
        &doses,
        &vec![Some(other), None, Some(one)],
        "whose doses these are",
    )?;
    let people = store.by_document(&[document(1), document(9)]).await?;
    equal(
        &people,
        &vec![vec![one, other], vec![]],
        "a document may be shared",
    )?;
    let held = leases(store, "w", &[1], 5).await?;
    let item = reservation(store, one, "A").await?;
    store.reserve(&act(6), &held, &[item]).await?;
    let ids = [uvci("a"), uvci("B"), uvci("A")];
    let certificates = store.by_certificate(&ids).await?;
    equal(
        &certificates,
        &vec![Some(one), None, Some(one)],
        "a UVCI is found in any case",
    )
}

/// Whom the population register named: two subjects of one person are found under one key.
async fn named_by_the_register(store: &dyn Registry) -> Result<(), Failure> {
    let ids = people(store, &[(1, 1), (2, 2), (2, 3)]).await?;
    let named = |id: SubjectId, version, person| {
        let state = VerificationState::Match;
        let mut answer = VerificationResult::new(id, version, state, Vec::new());
        answer.person = Some(document(person));
        answer
    };
    let [one, two, three] = [subject(1, 1), subject(2, 2), subject(2, 3)];
    holds(ids == [one, two, three], "three people")?;
    store.record(&act(3), &[named(two, 1, 7)]).await?;
    store
        .record(&act(4), &[named(one, 1, 7), named(three, 1, 8)])
        .await?;
    store.record(&act(5), &[named(one, 1, 7)]).await?;
    let found = store
        .by_person(&[document(8), document(9), document(7)])
        .await?;
    let wanted = vec![vec![(three, 1)], vec![], vec![(one, 1), (two, 1)]];
    equal(&found, &wanted, "subjects of one person, by id")?;
    let edit = crate::Correction::new(two, 1, super::world::identity(9));
    store.correct(&act(6), &[edit]).await?;
    store.record(&act(7), &[named(two, 2, 7)]).await?;
    store.record(&act(8), &[named(two, 1, 7)]).await?;
    let found = store.by_person(&[document(7)]).await?;
    equal(
        &found,
        &vec![vec![(one, 1), (two, 2)]],
        "the newest version stands",
    )
}

async fn dangling(store: &dyn Registry) -> Result<(), Failure> {
    let ids = people(store, &[(1, 1)]).await?;
    let mut nobody = intake(3, 3);
    nobody.identity = None;
    store
        .take_in(&act(4), core::slice::from_ref(&nobody))
        .await?;
    let lost = dose_ref(subject(3, 3), 1);
    let whose = store.by_dose(core::slice::from_ref(&lost)).await?;
    equal(
        &whose,
        &vec![Some(subject(3, 3))],
        "a reservation stands without its record",
    )?;
    let rows: Vec<DoseRef> = ids.iter().map(|id| dose_ref(*id, 1)).collect();
    let early = sweep(store, 4, core::slice::from_ref(&lost)).await?;
    equal(
        &early,
        &Reconciled::default(),
        "a young reservation is left alone",
    )?;
    let late = sweep(store, 5, &[lost.clone(), dose_ref(subject(3, 3), 2)]).await?;
    holds(
        late.removed >= 2,
        "old reservations without a record are removed",
    )?;
    let whose = store.by_dose(&[lost]).await?;
    equal(&whose, &vec![None], "it is free again")?;
    sweep(store, 100, &rows).await?;
    let whose = store.by_dose(&rows).await?;
    let wanted: Vec<Option<SubjectId>> = ids.iter().copied().map(Some).collect();
    equal(&whose, &wanted, "rows with records stay")?;
    let edit = crate::Correction::new(subject(1, 1), 1, super::world::identity(5));
    store.correct(&act(6), &[edit]).await?;
    let had = store.by_document(&[document(1)]).await?;
    equal(
        &had,
        &vec![vec![subject(1, 1)]],
        "a document of an earlier identity is found",
    )?;
    store.reconcile(document(1).bucket(), at(100)).await?;
    let had = store.by_document(&[document(1)]).await?;
    equal(&had, &vec![vec![]], "until it is reconciled")?;
    let again = store.reconcile(bucket(1), at(100)).await?;
    equal(
        &again,
        &Reconciled::default(),
        "a second pass finds nothing",
    )
}

/// Reconciles the buckets of these doses' look-up rows, before [`at`] of `seconds`.
async fn sweep(
    store: &dyn Registry,
    seconds: i64,
    refs: &[DoseRef],
) -> Result<Reconciled, Failure> {
    let mut sum = Reconciled::default();
    for dose_ref in refs {
        let bucket = dose_ref.lookup_key().bucket();
        sum = sum.and(store.reconcile(bucket, at(seconds)).await?);
    }
    Ok(sum)
}
