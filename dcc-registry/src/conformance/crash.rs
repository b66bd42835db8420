//! Every atomic method, interrupted at each of its internal steps and then repeated.

mod scenes;

use scenes::Step;

use super::dump::{Dump, dump, is_between};
use super::world::{act, bucket, completion, leases, people, reservation, subject, uvci};
use super::{Failure, Harness, equal, holds};
use crate::{CertificateStore as _, Registry, SubjectStore as _};

/// More steps than any method has; a method that never gets through is a failure.
pub(super) const MOST_STEPS: u64 = 400;

/// How many buckets the dumps look at.
const BUCKETS: u16 = 4;

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    if !harness.crash_after(&harness.fresh(), None) {
        return Ok(0);
    }
    let mut checks = 0_usize;
    for (number, (setup, work)) in scenes::SCENES.iter().enumerate() {
        let places = interrupted_everywhere(harness, *setup, *work).map_err(|failure| Failure {
            check: failure.check,
            found: format!("scene {number}: {}", failure.found),
        })?;
        checks = checks.saturating_add(places);
    }
    reserved_then_killed(harness)?;
    Ok(checks.saturating_add(1))
}

/// Interrupts `work` at each step; every time the register must be whole, and the same call
/// repeated must end as if nothing had happened. Returns at how many places it was interrupted.
fn interrupted_everywhere<H: Harness<Store: Registry>>(
    harness: &H,
    setup: Step,
    work: Step,
) -> Result<usize, Failure> {
    let (before, after) = undisturbed(harness, setup, work)?;
    for steps in 0..MOST_STEPS {
        let store = harness.fresh();
        harness.block_on(setup(&store))?;
        harness.crash_after(&store, Some(steps));
        let through = harness.block_on(work(&store)).is_ok();
        harness.crash_after(&store, None);
        let store = harness.reopen(store);
        let found = harness.block_on(dump(&store, BUCKETS))?;
        holds(
            is_between(&found, &before, &after),
            "a bucket is as before or as after",
        )?;
        harness.block_on(work(&store))?;
        let found = harness.block_on(dump(&store, BUCKETS))?;
        equal(
            &found,
            &after,
            "the call repeated ends as if nothing had happened",
        )?;
        if through {
            return usize::try_from(steps).map_err(|_| Failure {
                check: "a method ends",
                found: String::new(),
            });
        }
    }
    Err(Failure {
        check: "a method ends",
        found: format!("not in {MOST_STEPS} steps"),
    })
}

fn undisturbed<H: Harness<Store: Registry>>(
    harness: &H,
    setup: Step,
    work: Step,
) -> Result<(Dump, Dump), Failure> {
    let store = harness.fresh();
    harness.block_on(async {
        setup(&store).await?;
        let before = dump(&store, BUCKETS).await?;
        work(&store).await?;
        Ok((before, dump(&store, BUCKETS).await?))
    })
}

/// A process dies between reserving and completing: the next one finds the exact bytes, and the
/// subject ends with the one certificate that was reserved.
fn reserved_then_killed<H: Harness<Store: Registry>>(harness: &H) -> Result<(), Failure> {
    let id = subject(1, 1);
    let store = harness.fresh();
    let item = harness.block_on(async {
        people(&store, &[(1, 1)]).await?;
        let held = leases(&store, "dies", &[1], 0).await?;
        let item = reservation(&store, id, "A").await?;
        store
            .reserve(&act(10), &held, core::slice::from_ref(&item))
            .await?;
        Ok::<_, Failure>(item)
    })?;
    let store = harness.reopen(store);
    harness.block_on(async {
        let held = leases(&store, "resumes", &[1], 200).await?;
        let open = store.open_intents(bucket(1), None, 10).await?;
        let intents: Vec<_> = open.into_iter().map(|record| record.intent).collect();
        equal(&intents, &vec![item.intent], "the stored bytes are found")?;
        store
            .complete(&act(201), &held, &[completion(id, "A")])
            .await?;
        store.publish(&act(202), &held, &[(id, uvci("A"))]).await?;
        let history = store.history(id).await?;
        let certificates = history.map(|found| found.certificates).unwrap_or_default();
        let ids: Vec<_> = certificates
            .iter()
            .map(|record| record.id().clone())
            .collect();
        equal(&ids, &vec![uvci("A")], "no second UVCI for one intent")
    })
}
