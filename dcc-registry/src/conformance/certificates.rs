//! Reserve, complete, publish, supersede, revoke, import, expire.

mod life;

use super::world::{
    act, at, bucket, certify, completion, dose, dose_ref, intake, leases, people, reservation,
    reservation_at, subject, uvci,
};
use super::{Failure, Harness, each, equal, holds};
use crate::{
    CertificateRecord, CertificateState, CompletionOutcome, PublishOutcome, Registry,
    ReserveOutcome, StoreError, StoreErrorKind, SubjectId,
};

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    each(
        harness,
        &[
            |store| Box::pin(whole_way(store)),
            |store| Box::pin(one_intent(store)),
            |store| Box::pin(renewal(store)),
            |store| Box::pin(issued(store)),
            |store| Box::pin(moved_on(store)),
            |store| Box::pin(fenced(store)),
            |store| Box::pin(life::abandoned(store)),
            |store| Box::pin(life::revoked(store)),
            |store| Box::pin(life::revoked_by_kid(store)),
            |store| Box::pin(life::imported(store)),
            |store| Box::pin(life::expiring(store)),
        ],
    )
}

async fn states(
    store: &dyn Registry,
    id: SubjectId,
) -> Result<Vec<(String, CertificateState)>, Failure> {
    let history = store.history(id).await?;
    let certificates = history.map(|found| found.certificates).unwrap_or_default();
    let short = |record: &CertificateRecord| {
        let name = record.id().as_str().rsplit(':').next().unwrap_or_default();
        (name.to_owned(), record.state)
    };
    let mut states: Vec<_> = certificates.iter().map(short).collect();
    states.sort();
    Ok(states)
}

fn named(states: &[(&str, CertificateState)]) -> Vec<(String, CertificateState)> {
    states
        .iter()
        .map(|(name, state)| ((*name).to_owned(), *state))
        .collect()
}

#[expect(clippy::too_many_lines, reason = "one story, told step by step")]
async fn whole_way(store: &dyn Registry) -> Result<(), Failure> {
    let id = subject(1, 1);
    people(store, &[(1, 1)]).await?;
    let held = leases(store, "a", &[1], 0).await?;
    let item = reservation(store, id, "A").await?;
    let outcome = store
        .reserve(&act(10), &held, core::slice::from_ref(&item))
        .await?;
    equal(
        &outcome,
        &vec![ReserveOutcome::Reserved],
        "an intent is written",
    )?;
    let key = [(id, uvci("A"))];
    let early = store.publish(&act(11), &held, &key).await?;
    equal(
        &early,
        &vec![PublishOutcome::NotSigned],
        "nothing unsigned is published",
    )?;
    let open = store.open_intents(bucket(1), None, 10).await?;
    let bytes = open.first().map(|record| record.intent.clone());
    equal(
        &bytes,
        &Some(item.intent.clone()),
        "the intent comes back with its exact bytes",
    )?;
    let outcome = store
        .complete(&act(12), &held, &[completion(id, "A")])
        .await?;
    equal(
        &outcome,
        &vec![CompletionOutcome::Completed],
        "a text where none stood",
    )?;
    let mut other = completion(id, "A");
    other.hc1 = String::from("HC1:another");
    let outcome = store.complete(&act(13), &held, &[other]).await?;
    equal(
        &outcome,
        &vec![CompletionOutcome::AlreadyComplete],
        "a text stands once",
    )?;
    let outcome = store.publish(&act(14), &held, &key).await?;
    let wanted = vec![PublishOutcome::Published { superseded: None }];
    equal(&outcome, &wanted, "published")?;
    let outcome = store.publish(&act(15), &held, &key).await?;
    equal(
        &outcome,
        &vec![PublishOutcome::AlreadyPublished],
        "published once",
    )?;
    let found = store
        .certificates(&[(id, uvci("nothing")), (id, uvci("A"))])
        .await?;
    holds(
        found.first() == Some(&None),
        "an unknown certificate is absent",
    )?;
    let record = found.into_iter().flatten().next();
    let record = record.ok_or(Failure {
        check: "a published record",
        found: String::new(),
    })?;
    equal(
        &record.hc1.as_deref(),
        &Some("HC1:A"),
        "the first text stays as it is",
    )?;
    equal(&record.published_at, &Some(at(14)), "when it was published")?;
    let mut intent = item.intent;
    intent.to_be_signed = Vec::new();
    equal(
        &record.intent,
        &intent,
        "everything else of the intent stays",
    )
}

#[expect(clippy::too_many_lines, reason = "one story, told step by step")]
async fn one_intent(store: &dyn Registry) -> Result<(), Failure> {
    let (one, two) = (subject(1, 1), subject(2, 2));
    people(store, &[(1, 1), (2, 2)]).await?;
    let held = leases(store, "a", &[1, 2], 0).await?;
    let first = reservation(store, one, "A").await?;
    store
        .reserve(&act(10), &held, core::slice::from_ref(&first))
        .await?;
    let mut again = first.clone();
    again.intent.id = uvci("B");
    again.decision.verdict = crate::Verdict::Issue(uvci("B"));
    let outcome = store.reserve(&act(11), &held, &[again]).await?;
    let existing = match outcome.first() {
        Some(ReserveOutcome::Existing(record)) => Some(record.id().clone()),
        _ => None,
    };
    equal(
        &existing,
        &Some(uvci("A")),
        "one intent never has a second UVCI",
    )?;
    let other = reservation(store, one, "C").await?;
    let outcome = store.reserve(&act(12), &held, &[other]).await?;
    equal(
        &outcome,
        &vec![ReserveOutcome::OtherOpen(uvci("A"))],
        "one open intent a subject",
    )?;
    let mut stolen = reservation(store, two, "D").await?;
    stolen.intent.id = uvci("A");
    stolen.decision.verdict = crate::Verdict::Issue(uvci("A"));
    let outcome = store.reserve(&act(13), &held, &[stolen]).await?;
    equal(
        &outcome,
        &vec![ReserveOutcome::IdTaken],
        "a UVCI belongs to one certificate",
    )?;
    let late = reservation_at(two, 77, "E");
    let outcome = store.reserve(&act(14), &held, &[late]).await?;
    equal(
        &outcome,
        &vec![ReserveOutcome::Outdated { revision: 2 }],
        "the subject moved on",
    )?;
    let nobody = reservation_at(subject(1, 9), 1, "F");
    let outcome = store.reserve(&act(15), &held, &[nobody]).await?;
    equal(&outcome, &vec![ReserveOutcome::Missing], "nobody")?;
    let mut odd = reservation(store, two, "G").await?;
    odd.decision.subject = one;
    let kind = store
        .reserve(&act(16), &held, &[odd])
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Invalid),
        "decision and intent are about one subject",
    )?;
    let twice = [
        reservation(store, two, "H").await?,
        reservation(store, two, "I").await?,
    ];
    let outcome = store.reserve(&act(17), &held, &twice).await?;
    let wanted = vec![
        ReserveOutcome::Reserved,
        ReserveOutcome::OtherOpen(uvci("H")),
    ];
    equal(&outcome, &wanted, "two of one call are applied in order")
}

async fn renewal(store: &dyn Registry) -> Result<(), Failure> {
    use CertificateState::{Published, Superseded};
    let id = subject(1, 1);
    people(store, &[(1, 1)]).await?;
    let held = leases(store, "a", &[1], 0).await?;
    certify(store, &held, id, "A").await?;
    let outcome = certify(store, &held, id, "B").await?;
    let wanted = PublishOutcome::Published {
        superseded: Some(uvci("A")),
    };
    equal(&outcome, &wanted, "a renewal supersedes")?;
    let states = states(store, id).await?;
    equal(
        &states,
        &named(&[("A", Superseded), ("B", Published)]),
        "one current certificate",
    )?;
    let found = store
        .certificates(&[(id, uvci("A")), (id, uvci("B"))])
        .await?;
    let links: Vec<_> = found
        .into_iter()
        .flatten()
        .map(|record| (record.supersedes, record.superseded_by))
        .collect();
    let wanted = vec![(None, Some(uvci("B"))), (Some(uvci("A")), None)];
    equal(&links, &wanted, "each knows the other")
}

/// Completing and publishing in one transaction does what they do one after the other.
async fn issued(store: &dyn Registry) -> Result<(), Failure> {
    use CertificateState::{Abandoned, Published, Superseded};
    let (id, other) = (subject(1, 1), subject(2, 2));
    people(store, &[(1, 1), (2, 2)]).await?;
    let held = leases(store, "a", &[1, 2], 0).await?;
    certify(store, &held, id, "A").await?;
    let items = [
        reservation(store, id, "B").await?,
        reservation(store, other, "C").await?,
    ];
    store.reserve(&act(20), &held, &items).await?;
    let mut more = intake(2, 2);
    more.doses = vec![(dose_ref(other, 3), dose(29))];
    store.take_in(&act(21), &[more]).await?;
    let done = [
        completion(id, "B"),
        completion(other, "C"),
        completion(id, "Z"),
    ];
    let outcome = store.issue(&act(22), &held, &done).await?;
    let wanted = vec![
        PublishOutcome::Published {
            superseded: Some(uvci("A")),
        },
        PublishOutcome::Outdated { revision: 3 },
        PublishOutcome::Missing,
    ];
    equal(&outcome, &wanted, "issued, outdated, missing")?;
    let again = store.issue(&act(23), &held, &done[..2]).await?;
    let wanted = vec![PublishOutcome::AlreadyPublished, PublishOutcome::Closed];
    equal(&again, &wanted, "the same call again")?;
    let mine = states(store, id).await?;
    equal(
        &mine,
        &named(&[("A", Superseded), ("B", Published)]),
        "one current certificate",
    )?;
    let others = states(store, other).await?;
    equal(
        &others,
        &named(&[("C", Abandoned)]),
        "an outdated one is abandoned",
    )?;
    let found = store
        .certificates(&[(id, uvci("B"))])
        .await?
        .pop()
        .flatten();
    let text = found.and_then(|record| record.hc1);
    equal(&text.as_deref(), &Some("HC1:B"), "its text")?;
    leases(store, "b", &[1], 200).await?;
    let late = store.issue(&act(24), &held, &done[..1]).await?;
    equal(
        &late,
        &vec![PublishOutcome::Fenced],
        "not without the lease",
    )
}

async fn moved_on(store: &dyn Registry) -> Result<(), Failure> {
    use CertificateState::{Abandoned, Published};
    let id = subject(1, 1);
    people(store, &[(1, 1)]).await?;
    let held = leases(store, "a", &[1], 0).await?;
    certify(store, &held, id, "A").await?;
    let item = reservation(store, id, "B").await?;
    store.reserve(&act(20), &held, &[item]).await?;
    store
        .complete(&act(21), &held, &[completion(id, "B")])
        .await?;
    let mut more = intake(1, 1);
    more.doses = vec![(dose_ref(id, 3), dose(29))];
    store.take_in(&act(22), &[more]).await?;
    let outcome = store.publish(&act(23), &held, &[(id, uvci("B"))]).await?;
    let wanted = vec![PublishOutcome::Outdated { revision: 3 }];
    equal(
        &outcome,
        &wanted,
        "a certificate of a past revision is not published",
    )?;
    let outcome = store.publish(&act(24), &held, &[(id, uvci("B"))]).await?;
    equal(&outcome, &vec![PublishOutcome::Closed], "and never will be")?;
    let states = states(store, id).await?;
    equal(
        &states,
        &named(&[("A", Published), ("B", Abandoned)]),
        "the current one stays",
    )?;
    certify(store, &held, id, "C").await?;
    let found = store.subjects(&[id]).await?.pop().flatten();
    let current = found
        .and_then(|found| found.current)
        .map(|record| record.id().clone());
    equal(&current, &Some(uvci("C")), "a new decision makes a new one")
}

async fn fenced(store: &dyn Registry) -> Result<(), Failure> {
    let (one, two) = (subject(1, 1), subject(2, 2));
    people(store, &[(1, 1), (2, 2)]).await?;
    let stalled = leases(store, "a", &[1, 2], 0).await?;
    let items = [
        reservation(store, one, "A").await?,
        reservation(store, two, "B").await?,
    ];
    store.reserve(&act(10), &stalled, &items).await?;
    let taken = leases(store, "b", &[1], 200).await?;
    let done = [completion(one, "A"), completion(two, "B")];
    let outcome = store.complete(&act(201), &stalled, &done).await?;
    let wanted = vec![CompletionOutcome::Fenced, CompletionOutcome::Completed];
    equal(
        &outcome,
        &wanted,
        "a stalled worker cannot complete what was taken from it",
    )?;
    let open = store.open_intents(bucket(1), None, 10).await?;
    let bytes = open
        .first()
        .map(|record| record.intent.to_be_signed.clone());
    let stored = items.first().map(|item| item.intent.to_be_signed.clone());
    equal(
        &bytes,
        &stored,
        "the one that took over signs the stored bytes",
    )?;
    store.complete(&act(202), &taken, &done[..1]).await?;
    let keys = [(one, uvci("A")), (two, uvci("B"))];
    let outcome = store.publish(&act(203), &stalled, &keys).await?;
    let first = outcome.first();
    equal(&first, &Some(&PublishOutcome::Fenced), "nor publish it")?;
    equal(
        &store.abandon(&act(204), &stalled, &keys[..1]).await?,
        &vec![false],
        "nor abandon",
    )?;
    let more = reservation(store, one, "C").await?;
    let outcome = store.reserve(&act(205), &stalled, &[more]).await?;
    equal(&outcome, &vec![ReserveOutcome::Fenced], "nor reserve")?;
    let outcome = store.publish(&act(206), &taken, &keys[..1]).await?;
    let wanted = vec![PublishOutcome::Published { superseded: None }];
    equal(&outcome, &wanted, "the one that took over publishes")?;
    let kind = store
        .publish(&act(207), &taken, &keys)
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Invalid),
        "no work in a bucket without its lease",
    )
}
