//! Two processes at the same subjects.

use alloc::collections::BTreeSet;

use super::dump::dump;
use super::world::{
    act, at, batch, bucket, completion, dose, dose_ref, intake, leases, people, reservation,
    subject, uvci, worker,
};
use super::{Failure, Harness, equal, holds};
use crate::{
    BatchStore as _, Bucket, CertificateLife as _, CertificateState, CertificateStore as _,
    DoseOutcome, FeedCursor, FeedStore as _, Intake, IntakeStore as _, Lease, LeaseStore as _,
    PublishOutcome, Registry, ReserveOutcome, Revocation, RevocationReason, SubjectOutcome,
    SubjectStore as _,
};

/// How often each race is run.
pub(super) const ROUNDS: u8 = 12;

/// One round of a race between two handles.
type Race<H> = fn(&H, &<H as Harness>::Store, &<H as Harness>::Store, u8) -> Result<(), Failure>;

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    let races: [Race<H>; 6] = [
        same_intake,
        same_dose,
        same_buckets,
        renewal_and_new_dose,
        publish_and_revoke,
        two_relays,
    ];
    for race in races {
        let store = harness.fresh();
        let twin = harness.twin(&store);
        for round in 1..=ROUNDS {
            race(harness, &store, &twin, round)?;
        }
        harness.block_on(dump(&store, 4))?;
    }
    taken_over(harness)?;
    Ok(races.len().saturating_add(1))
}

/// Runs two pieces of work at the same time, each on a thread of its own.
pub(super) fn both<H: Harness, A: Send, B: Send>(
    harness: &H,
    one: impl Future<Output = Result<A, Failure>> + Send,
    other: impl Future<Output = Result<B, Failure>> + Send,
) -> Result<(A, B), Failure> {
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| harness.block_on(other));
        let one = harness.block_on(one);
        (one, other.join())
    });
    let other = other.map_err(|_| Failure {
        check: "no call panics",
        found: String::from("a thread panicked"),
    })?;
    Ok((one?, other?))
}

fn same_intake<H: Harness<Store: Registry>>(
    harness: &H,
    store: &H::Store,
    twin: &H::Store,
    round: u8,
) -> Result<(), Failure> {
    let items: Vec<Intake> = vec![intake(1, round), intake(2, round)];
    let one = async { Ok(store.take_in(&act(1), &items).await?) };
    let other = async { Ok(twin.take_in(&act(1), &items).await?) };
    let (one, other) = both(harness, one, other)?;
    for (one, other) in one.iter().zip(&other) {
        let mut seen = [one.subject, other.subject].map(|o| o == SubjectOutcome::Added);
        seen.sort_unstable();
        equal(&seen, &[false, true], "of two equal intakes one adds")?;
        let doses = one.doses.iter().chain(&other.doses);
        let added = doses
            .filter(|outcome| **outcome == DoseOutcome::Added)
            .count();
        equal(&added, &2, "every dose is added once")?;
    }
    Ok(())
}

fn same_dose<H: Harness<Store: Registry>>(
    harness: &H,
    store: &H::Store,
    twin: &H::Store,
    round: u8,
) -> Result<(), Failure> {
    let shared = dose_ref(subject(3, round), 9);
    let claim = |bucket: u16| {
        let mut item = intake(bucket, round);
        item.doses = vec![(shared.clone(), dose(1))];
        item
    };
    let (one, two) = ([claim(1)], [claim(2)]);
    let first = async { Ok(store.take_in(&act(1), &one).await?) };
    let second = async { Ok(twin.take_in(&act(1), &two).await?) };
    let (first, second) = both(harness, first, second)?;
    let outcomes: Vec<DoseOutcome> = first
        .into_iter()
        .chain(second)
        .flat_map(|outcome| outcome.doses)
        .collect();
    let added = outcomes
        .iter()
        .filter(|outcome| **outcome == DoseOutcome::Added)
        .count();
    equal(
        &(added, outcomes.len()),
        &(1, 2),
        "a dose reference has one owner",
    )
}

fn same_buckets<H: Harness<Store: Registry>>(
    harness: &H,
    store: &H::Store,
    twin: &H::Store,
    round: u8,
) -> Result<(), Failure> {
    let among: Vec<Bucket> = (0..32).map(bucket).collect();
    let now = i64::from(round).saturating_mul(100);
    let times = (at(now), at(now.saturating_add(50)));
    let one = async { Ok(store.acquire(&worker("one"), &among, 20, times).await?) };
    let other = async { Ok(twin.acquire(&worker("two"), &among, 20, times).await?) };
    let (one, other) = both(harness, one, other)?;
    let all: Vec<&Lease> = one.iter().chain(&other).collect();
    let distinct: BTreeSet<Bucket> = all.iter().map(|lease| lease.bucket).collect();
    equal(
        &(all.len(), distinct.len()),
        &(32, 32),
        "a bucket has one holder",
    )?;
    let epochs = all.iter().all(|lease| lease.epoch == u64::from(round));
    holds(epochs, "every acquisition raises the epoch by one")
}

/// A signed renewal, and a new dose that makes it stale, at the same time.
fn renewal_and_new_dose<H: Harness<Store: Registry>>(
    harness: &H,
    store: &H::Store,
    twin: &H::Store,
    round: u8,
) -> Result<(), Failure> {
    let id = subject(1, round);
    let name = format!("R{round}");
    let held = harness.block_on(signed(store, round, &name))?;
    let key = [(id, uvci(&name))];
    let mut more = intake(1, round);
    more.doses = vec![(dose_ref(id, 3), dose(29))];
    let one = async { Ok(store.publish(&act(20), &held, &key).await?) };
    let other = async { Ok(twin.take_in(&act(20), &[more]).await?) };
    let (published, _) = both(harness, one, other)?;
    let found = harness.block_on(store.history(id))?;
    let certificates = found.map(|found| found.certificates).unwrap_or_default();
    let current = certificates
        .iter()
        .filter(|r| r.state == CertificateState::Published)
        .count();
    match published.first() {
        Some(PublishOutcome::Published { .. }) => equal(&current, &1, "published before"),
        Some(PublishOutcome::Outdated { .. }) => equal(&current, &0, "outdated, not published"),
        other => Err(Failure {
            check: "a publication",
            found: format!("{other:?}"),
        }),
    }
}

/// A person of bucket 1 with a signed certificate, and the lease under which it was signed.
async fn signed(store: &dyn Registry, round: u8, name: &str) -> Result<Vec<Lease>, Failure> {
    let id = subject(1, round);
    people(store, &[(1, round)]).await?;
    let now = i64::from(round).saturating_mul(200);
    let held = leases(store, "a", &[1], now).await?;
    let item = reservation(store, id, name).await?;
    store.reserve(&act(10), &held, &[item]).await?;
    store
        .complete(&act(11), &held, &[completion(id, name)])
        .await?;
    Ok(held)
}

fn publish_and_revoke<H: Harness<Store: Registry>>(
    harness: &H,
    store: &H::Store,
    twin: &H::Store,
    round: u8,
) -> Result<(), Failure> {
    let id = subject(1, round);
    let name = format!("P{round}");
    let held = harness.block_on(signed(store, round, &name))?;
    let key = [(id, uvci(&name))];
    let fraud = [Revocation::new(id, uvci(&name), RevocationReason::Fraud)];
    let one = async { Ok(store.publish(&act(20), &held, &key).await?) };
    let other = async { Ok(twin.revoke(&act(20), &fraud).await?) };
    both(harness, one, other)?;
    let found = harness.block_on(store.subjects(&[id]))?.pop().flatten();
    holds(
        found.is_some_and(|found| found.current.is_none()),
        "a revoked one is never current",
    )
}

fn two_relays<H: Harness<Store: Registry>>(
    harness: &H,
    store: &H::Store,
    twin: &H::Store,
    round: u8,
) -> Result<(), Failure> {
    let name = format!("F{round}");
    let held = harness.block_on(signed(store, round, &name))?;
    harness.block_on(store.publish(&act(20), &held, &[(subject(1, round), uvci(&name))]))?;
    let one = async { Ok(store.relay(10).await?) };
    let other = async { Ok(twin.relay(10).await?) };
    let (one, other) = both(harness, one, other)?;
    equal(&one.saturating_add(other), &1, "an entry is placed once")?;
    let (feed, _) = harness.block_on(store.feed(FeedCursor::START, 1000))?;
    equal(
        &feed.len(),
        &usize::from(round),
        "no entry is lost or doubled",
    )
}

/// One worker stalls with a signed text in hand while another takes over and finishes.
fn taken_over<H: Harness<Store: Registry>>(harness: &H) -> Result<(), Failure> {
    let store = harness.fresh();
    let twin = harness.twin(&store);
    let id = subject(1, 1);
    harness.block_on(async {
        people(&store, &[(1, 1)]).await?;
        store.open_batch(&act(3), &batch()).await?;
        let stalled = leases(&store, "stalled", &[1], 0).await?;
        let item = reservation(&store, id, "A").await?;
        store.reserve(&act(10), &stalled, &[item]).await?;
        let taken = leases(&twin, "quick", &[1], 500).await?;
        let again = reservation(&twin, id, "A").await?;
        let mut again = again;
        again.intent.id = uvci("B");
        again.decision.verdict = crate::Verdict::Issue(uvci("B"));
        let found = twin.reserve(&act(501), &taken, &[again]).await?;
        let existing = matches!(found.first(), Some(ReserveOutcome::Existing(record))
            if *record.id() == uvci("A"));
        holds(existing, "the one that takes over finds the intent")?;
        let done = [completion(id, "A")];
        twin.complete(&act(502), &taken, &done).await?;
        let mut late = completion(id, "A");
        late.hc1 = String::from("HC1:late");
        let outcome = store.complete(&act(503), &stalled, &[late]).await?;
        let wanted = vec![crate::CompletionOutcome::Fenced];
        equal(&outcome, &wanted, "the stalled worker cannot commit")?;
        let marked = store
            .finish_buckets(&act(504), &stalled, batch().id)
            .await?;
        equal(&marked, &Vec::new(), "nor end the bucket")?;
        twin.publish(&act(505), &taken, &[(id, uvci("A"))]).await?;
        let found = store.subjects(&[id]).await?.pop().flatten();
        let text = found
            .and_then(|found| found.current)
            .and_then(|record| record.hc1);
        equal(
            &text.as_deref(),
            &Some("HC1:A"),
            "one certificate, one text",
        )?;
        Ok::<(), Failure>(())
    })
}
