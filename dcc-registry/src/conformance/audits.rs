//! The audit log and its checkpoints.

use super::world::{act, at, bucket, certify, leases, people, subject};
use super::{Failure, Harness, each, equal, holds};
use crate::{
    AuditAct, AuditStore, Digest, Partition, Registry, SignedCheckpoint, StoreError,
    StoreErrorKind, verify_audit,
};

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    each(
        harness,
        &[
            |store| Box::pin(every_act(store)),
            |store| Box::pin(checkpoints(store)),
        ],
    )
}

async fn every_act(store: &dyn Registry) -> Result<(), Failure> {
    use AuditAct::{Complete, Intake, Publish, Reserve, Verify};
    people(store, &[(1, 1), (1, 2), (2, 3)]).await?;
    let held = leases(store, "a", &[1], 0).await?;
    certify(store, &held, subject(1, 1), "A").await?;
    let events = store.events(Partition::of(bucket(1)), 0, 100).await?;
    let acts: Vec<AuditAct> = events.iter().map(|event| event.act).collect();
    equal(
        &acts,
        &vec![Intake, Verify, Reserve, Complete, Publish],
        "one event an act",
    )?;
    let people: Vec<usize> = events.iter().map(|event| event.items.len()).collect();
    equal(&people, &vec![2, 2, 1, 1, 1], "each names whom it touched")?;
    let actor = act(0).actor().clone();
    holds(
        events.iter().all(|event| event.actor == actor),
        "each names its actor",
    )?;
    let later = store.events(Partition::of(bucket(1)), 3, 1).await?;
    let numbers: Vec<u64> = later.iter().map(|event| event.number).collect();
    equal(&numbers, &vec![4], "a page of events")?;
    let report = verify_audit(store, None).await?;
    holds(report.is_sound() && report.events == 7, "a sound log")
}

async fn checkpoints(store: &dyn Registry) -> Result<(), Failure> {
    people(store, &[(1, 1)]).await?;
    let audit: &dyn AuditStore = store;
    let first = audit.next_checkpoint(at(10)).await?;
    equal(
        &(first.sequence(), first.heads().len()),
        &(1, 1),
        "the first checkpoint",
    )?;
    let signed = SignedCheckpoint::new(first.clone(), vec![1; 64]);
    store.put_checkpoint(&signed).await?;
    store.put_checkpoint(&signed).await?;
    let other = SignedCheckpoint::new(first.clone(), vec![2; 64]);
    let kind = store.put_checkpoint(&other).await.map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Conflict),
        "a sequence stands once",
    )?;
    people(store, &[(1, 2), (3, 1)]).await?;
    let second = audit.next_checkpoint(at(20)).await?;
    let seen = (second.sequence(), second.previous());
    equal(&seen, &(2, first.hash()), "checkpoints are chained")?;
    let report = verify_audit(store, Some(&first)).await?;
    holds(
        report.is_sound() && report.covered == 2,
        "the log continues its checkpoint",
    )?;
    let gap = crate::Checkpoint::new(4, Digest::ZERO, at(30), Vec::new());
    let gap = SignedCheckpoint::new(gap, Vec::new());
    let kind = store.put_checkpoint(&gap).await.map_err(StoreError::kind);
    equal(&kind, &Err(StoreErrorKind::Conflict), "no gap")?;
    store
        .put_checkpoint(&SignedCheckpoint::new(second.clone(), vec![3; 64]))
        .await?;
    let last = store.checkpoint(None).await?;
    let last = last.map(|signed| signed.checkpoint().clone());
    equal(&last, &Some(second), "the last checkpoint")?;
    equal(
        &store.checkpoint(Some(1)).await?,
        &Some(signed),
        "an earlier one",
    )
}
