//! Abandoning, revocation, import and expiry.

use super::{named, states};
use crate::conformance::world::{
    act, at, bucket, certify, completion, leases, people, reservation, reservation_at, subject,
    uvci,
};
use crate::conformance::{Failure, equal, holds};
use crate::{
    CertificateRecord, CertificateState, CompletionOutcome, ImportOutcome, Registry,
    ReserveOutcome, Revocation, RevocationOutcome, RevocationReason, StoreError, StoreErrorKind,
    SubjectId,
};

pub(super) async fn revoked(store: &dyn Registry) -> Result<(), Failure> {
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

pub(super) async fn revoked_by_kid(store: &dyn Registry) -> Result<(), Failure> {
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

pub(super) async fn imported(store: &dyn Registry) -> Result<(), Failure> {
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

pub(super) async fn expiring(store: &dyn Registry) -> Result<(), Failure> {
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

pub(super) async fn abandoned(store: &dyn Registry) -> Result<(), Failure> {
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
