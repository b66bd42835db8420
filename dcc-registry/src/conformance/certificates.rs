//! Reserve, complete, publish, supersede, revoke, import, expire.

use super::world::{
    act, at, bucket, certify, completion, dose, dose_ref, intake, leases, people, reservation,
    reservation_at, subject, uvci,
};
use super::{Failure, Harness, each, equal, holds};
use crate::{
    CertificateRecord, CertificateState, CompletionOutcome, ImportOutcome, PublishOutcome,
    Registry, ReserveOutcome, Revocation, RevocationOutcome, RevocationReason, StoreError,
    StoreErrorKind, SubjectId,
};

pub(super) fn run<H: Harness>(harness: &H) -> Result<usize, Failure> {
    each(
        harness,
        &[
            |store| Box::pin(whole_way(store)),
            |store| Box::pin(one_intent(store)),
            |store| Box::pin(renewal(store)),
            |store| Box::pin(moved_on(store)),
            |store| Box::pin(fenced(store)),
            |store| Box::pin(abandoned(store)),
            |store| Box::pin(revoked(store)),
            |store| Box::pin(revoked_by_kid(store)),
            |store| Box::pin(imported(store)),
            |store| Box::pin(expiring(store)),
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

async fn abandoned(store: &dyn Registry) -> Result<(), Failure> {
    let id = subject(1, 1);
    people(store, &[(1, 1)]).await?;
    let held = leases(store, "a", &[1], 0).await?;
    let item = reservation(store, id, "A").await?;
    store
        .reserve(&act(10), &held, core::slice::from_ref(&item))
        .await?;
    let key = [(id, uvci("A"))];
    equal(
        &store.abandon(&act(11), &held, &key).await?,
        &vec![true],
        "given up",
    )?;
    equal(
        &store.abandon(&act(12), &held, &key).await?,
        &vec![true],
        "given up before",
    )?;
    let outcome = store
        .complete(&act(13), &held, &[completion(id, "A")])
        .await?;
    equal(
        &outcome,
        &vec![CompletionOutcome::Closed],
        "a late text is dropped",
    )?;
    let outcome = store.reserve(&act(14), &held, &[item]).await?;
    equal(
        &outcome,
        &vec![ReserveOutcome::IdTaken],
        "its identifier is never used again",
    )?;
    equal(
        &certify(store, &held, id, "B").await.is_ok(),
        &true,
        "another intent is possible",
    )?;
    let current = [(id, uvci("B"))];
    let outcome = store.abandon(&act(15), &held, &current).await?;
    equal(
        &outcome,
        &vec![false],
        "a current certificate is revoked, not abandoned",
    )
}

async fn revoked(store: &dyn Registry) -> Result<(), Failure> {
    use CertificateState::{Abandoned, Revoked};
    let id = subject(1, 1);
    people(store, &[(1, 1)]).await?;
    let held = leases(store, "a", &[1], 0).await?;
    certify(store, &held, id, "A").await?;
    certify(store, &held, id, "B").await?;
    let open = reservation(store, id, "C").await?;
    store.reserve(&act(20), &held, &[open]).await?;
    let fraud = |name: &str| Revocation::new(id, uvci(name), RevocationReason::Fraud);
    let error = Revocation::new(id, uvci("B"), RevocationReason::IssuedInError);
    let items = [fraud("A"), fraud("B"), fraud("C"), fraud("D"), error];
    let outcome = store.revoke(&act(21), &items).await?;
    let wanted = vec![
        RevocationOutcome::Revoked,
        RevocationOutcome::Revoked,
        RevocationOutcome::Abandoned,
        RevocationOutcome::Missing,
        RevocationOutcome::AlreadyRevoked,
    ];
    equal(&outcome, &wanted, "revocations")?;
    let states = states(store, id).await?;
    let wanted = named(&[("A", Revoked), ("B", Revoked), ("C", Abandoned)]);
    equal(&states, &wanted, "current, superseded and open ones")?;
    let found = store
        .certificates(&[(id, uvci("B"))])
        .await?
        .pop()
        .flatten();
    let revoked = found.and_then(|record| record.revoked);
    equal(
        &revoked,
        &Some((RevocationReason::Fraud, at(21))),
        "the first reason stays",
    )?;
    let found = store.subjects(&[id]).await?.pop().flatten();
    holds(
        found.is_some_and(|found| found.current.is_none()),
        "nothing is current",
    )?;
    certify(store, &held, id, "E").await.map(|_| ())
}

async fn revoked_by_kid(store: &dyn Registry) -> Result<(), Failure> {
    people(store, &[(1, 1), (1, 2), (1, 3), (2, 4)]).await?;
    let held = leases(store, "a", &[1, 2], 0).await?;
    certify(store, &held, subject(1, 1), "A").await?;
    certify(store, &held, subject(2, 4), "D").await?;
    let mut other = reservation(store, subject(1, 2), "B").await?;
    other.intent.kid = vec![8; 8];
    let open = reservation(store, subject(1, 3), "C").await?;
    store.reserve(&act(20), &held, &[other, open]).await?;
    let reason = RevocationReason::KeyCompromise;
    let revoked = store
        .revoke_kid(&act(21), bucket(1), &[7; 8], reason)
        .await?;
    let wanted = vec![(subject(1, 1), uvci("A")), (subject(1, 3), uvci("C"))];
    equal(&revoked, &wanted, "every one under the kid, in this bucket")?;
    let again = store
        .revoke_kid(&act(22), bucket(1), &[7; 8], reason)
        .await?;
    let wanted = vec![(subject(1, 1), uvci("A"))];
    equal(
        &again,
        &wanted,
        "a repeated call tells what is to be issued anew",
    )?;
    let untouched = store
        .certificates(&[(subject(2, 4), uvci("D"))])
        .await?
        .pop()
        .flatten();
    let state = untouched.map(|record| record.state);
    equal(
        &state,
        &Some(CertificateState::Published),
        "other buckets have their own call",
    )
}

async fn imported(store: &dyn Registry) -> Result<(), Failure> {
    let id = subject(1, 1);
    people(store, &[(1, 1)]).await?;
    let made = |name: &str, issued: i64, subject: SubjectId| {
        let mut intent = reservation_at(subject, 0, name).intent;
        intent.issued_at = at(issued);
        intent.occasion = crate::Occasion::Imported;
        let mut record = CertificateRecord::new(intent, &act(0));
        record.hc1 = Some(format!("HC1:{name}"));
        record
    };
    let items = [made("A", 5, id), made("B", 9, id), made("C", 7, id)];
    let outcome = store.import_certificates(&act(20), &items).await?;
    let wanted = vec![
        ImportOutcome::Current,
        ImportOutcome::Current,
        ImportOutcome::Superseded,
    ];
    equal(&outcome, &wanted, "the newest is current")?;
    let outcome = store.import_certificates(&act(21), &items).await?;
    equal(
        &outcome,
        &vec![ImportOutcome::Unchanged; 3],
        "imported again",
    )?;
    let mut other = made("A", 5, id);
    other.hc1 = Some(String::from("HC1:forged"));
    let items = [
        other,
        made("D", 5, subject(9, 9)),
        made("B", 9, subject(2, 2)),
    ];
    let outcome = store.import_certificates(&act(22), &items).await?;
    let wanted = vec![
        ImportOutcome::IdTaken,
        ImportOutcome::Missing,
        ImportOutcome::IdTaken,
    ];
    equal(&outcome, &wanted, "what cannot be taken in")?;
    let empty = CertificateRecord::new(reservation_at(id, 0, "E").intent, &act(0));
    let kind = store
        .import_certificates(&act(23), &[empty])
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Invalid),
        "a record without a text",
    )
}

async fn expiring(store: &dyn Registry) -> Result<(), Failure> {
    people(store, &[(1, 1), (1, 2), (1, 3)]).await?;
    let held = leases(store, "a", &[1], 0).await?;
    for (person, name, end) in [(1, "A", 500), (2, "B", 300), (3, "C", 900)] {
        let id = subject(1, person);
        let mut item = reservation(store, id, name).await?;
        item.intent.expires_at = at(end);
        store.reserve(&act(10), &held, &[item]).await?;
        store
            .complete(&act(11), &held, &[completion(id, name)])
            .await?;
        store.publish(&act(12), &held, &[(id, uvci(name))]).await?;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.expiring(bucket(1), at(900), after, 1).await?;
        let Some(record) = page.first() else { break };
        after = Some((record.intent.expires_at, record.subject()));
        seen.push(record.id().clone());
    }
    equal(
        &seen,
        &vec![uvci("B"), uvci("A")],
        "those that expire before, by expiry",
    )
}
