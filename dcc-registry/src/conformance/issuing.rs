//! Leases, batches, decisions and their figures.

use super::world::{act, at, batch, bucket, leases, people, reservation, subject, uvci, worker};
use super::{Failure, Harness, each, equal, holds};
use crate::{
    BatchId, BatchState, Bucket, Columns, Decision, Digest, ReasonCode, Registry, StoreError,
    StoreErrorKind, Verdict,
};

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    each(
        harness,
        &[
            |store| Box::pin(epochs(store)),
            |store| Box::pin(prolonged(store)),
            |store| Box::pin(batches(store)),
            |store| Box::pin(figures(store)),
        ],
    )
}

async fn epochs(store: &dyn Registry) -> Result<(), Failure> {
    let held = leases(store, "a", &[1, 2], 0).await?;
    let seen: Vec<(u16, u64)> = held
        .iter()
        .map(|lease| (lease.bucket.number(), lease.epoch))
        .collect();
    equal(&seen, &vec![(1, 1), (2, 1)], "first leases")?;
    let other = leases(store, "b", &[1, 2, 3], 50).await?;
    let seen: Vec<u16> = other.iter().map(|lease| lease.bucket.number()).collect();
    equal(&seen, &vec![3], "a held bucket is not given away")?;
    let taken = leases(store, "b", &[1], 100).await?;
    let epoch = taken.first().map(|lease| lease.epoch);
    equal(
        &epoch,
        &Some(2),
        "an ended lease is taken under the next epoch",
    )?;
    let again = leases(store, "a", &[2], 60).await?;
    let epoch = again.first().map(|lease| lease.epoch);
    equal(
        &epoch,
        &Some(2),
        "one's own bucket is taken again under a new epoch",
    )?;
    let among: Vec<Bucket> = (10..20).map(bucket).collect();
    let some = store
        .acquire(&worker("c"), &among, 3, (at(0), at(10)))
        .await?;
    equal(&some.len(), &3, "no more than wanted")
}

async fn prolonged(store: &dyn Registry) -> Result<(), Failure> {
    let old = leases(store, "a", &[1, 2], 0).await?;
    leases(store, "b", &[1], 200).await?;
    let kept = store.extend(&old, at(500)).await?;
    let seen: Vec<u16> = kept.iter().map(|lease| lease.bucket.number()).collect();
    equal(&seen, &vec![2], "only leases that stand are prolonged")?;
    equal(
        &leases(store, "b", &[2], 400).await?.len(),
        &0,
        "a prolonged lease is held",
    )?;
    store.release(&old).await?;
    store.release(&old).await?;
    let taken = leases(store, "c", &[1, 2], 250).await?;
    let seen: Vec<u16> = taken.iter().map(|lease| lease.bucket.number()).collect();
    equal(
        &seen,
        &vec![2],
        "a lease given back is free, somebody else's is not",
    )
}

async fn batches(store: &dyn Registry) -> Result<(), Failure> {
    let opened = store.open_batch(&act(3), &batch()).await?;
    let later = crate::Batch {
        opened_at: at(9),
        ..batch()
    };
    let again = store.open_batch(&act(9), &later).await?;
    equal(&again, &opened, "an open batch is found as it was")?;
    equal(
        &store.pending_buckets(batch().id).await?.len(),
        &4096,
        "all buckets are pending",
    )?;
    let held = leases(store, "a", &[1, 2], 0).await?;
    leases(store, "b", &[2], 200).await?;
    let done = store.finish_buckets(&act(10), &held, batch().id).await?;
    equal(
        &done,
        &vec![bucket(1)],
        "a bucket whose lease was lost is not marked",
    )?;
    let again = store.finish_buckets(&act(11), &held, batch().id).await?;
    equal(&again, &done, "marked again")?;
    equal(
        &store.pending_buckets(batch().id).await?.len(),
        &4095,
        "one less is pending",
    )?;
    let all: Vec<Bucket> = Bucket::all().collect();
    let held = store
        .acquire(&worker("c"), &all, 4096, (at(900), at(999)))
        .await?;
    let done = store.finish_buckets(&act(12), &held, batch().id).await?;
    equal(&done.len(), &4096, "all of them")?;
    let closed = store.open_batch(&act(13), &batch()).await?;
    equal(
        &(closed.state(), closed.done_at),
        &(BatchState::Done, Some(at(12))),
        "closed once",
    )?;
    let unknown = BatchId::new(Digest::of(b"never opened"));
    let kind = store
        .pending_buckets(unknown)
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::NotFound),
        "a batch never opened",
    )
}

#[expect(clippy::too_many_lines, reason = "one story, told step by step")]
async fn figures(store: &dyn Registry) -> Result<(), Failure> {
    let ids = people(store, &[(1, 1), (1, 2), (2, 3), (2, 4)]).await?;
    let held = leases(store, "a", &[1, 2], 0).await?;
    let reasons = |words: &[&str]| {
        words
            .iter()
            .copied()
            .map(ReasonCode::new)
            .collect::<Vec<_>>()
    };
    let key = (batch().id, Digest::of(b"inputs"));
    let decide = |person: usize, verdict| {
        let id = ids.get(person).copied().unwrap_or_else(|| subject(0, 0));
        Decision::new(key, id, verdict, 2, at(5))
    };
    let mut partly = reservation(store, subject(1, 1), "A").await?;
    partly.decision.doses = Columns {
        issued: 1,
        held: 1,
        ..Columns::default()
    };
    store.reserve(&act(5), &held, &[partly]).await?;
    let decisions = [
        decide(1, Verdict::Held(reasons(&["pop-name", "dose-duplicate"]))),
        decide(2, Verdict::Refused(reasons(&["course-incomplete"]))),
        decide(3, Verdict::Unchanged(uvci("old"))),
        decide(0, Verdict::Held(reasons(&["late"]))),
    ];
    let recorded = store.decide(&act(5), &held, &decisions).await?;
    equal(
        &recorded,
        &vec![true; 4],
        "decisions under a lease that stands",
    )?;
    store.decide(&act(6), &held, &decisions).await?;
    let tally = store.tally(batch().id).await?;
    let subjects = Columns {
        issued: 1,
        unchanged: 1,
        held: 1,
        refused: 1,
    };
    equal(
        &tally.subjects,
        &subjects,
        "subjects, once each; an issue is not taken back",
    )?;
    let doses = Columns {
        issued: 1,
        unchanged: 2,
        held: 3,
        refused: 2,
    };
    equal(&tally.doses, &doses, "doses by their own column")?;
    equal(
        &tally.doses.selected(),
        &8,
        "selected = issued + unchanged + held + refused",
    )?;
    let codes: Vec<(String, u64)> = tally
        .reasons
        .into_iter()
        .map(|(code, count)| (code.into_string(), count))
        .collect();
    let one = |word: &str| (String::from(word), 1);
    let wanted = vec![
        one("course-incomplete"),
        one("dose-duplicate"),
        one("pop-name"),
    ];
    equal(&codes, &wanted, "reasons")?;
    leases(store, "b", &[2], 200).await?;
    let late = [
        decide(1, Verdict::Refused(reasons(&["course-incomplete"]))),
        decide(2, Verdict::Held(reasons(&["pop-sex"]))),
    ];
    let recorded = store.decide(&act(7), &held, &late).await?;
    equal(&recorded, &vec![true, false], "no decision without a lease")?;
    let tally = store.tally(batch().id).await?;
    holds(
        tally.subjects.refused == 2 && tally.subjects.held == 0,
        "a later decision replaces",
    )?;
    let issue = decide(1, Verdict::Issue(uvci("B")));
    let kind = store
        .decide(&act(8), &held, &[issue])
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Invalid),
        "issuing is by reserving only",
    )
}
