//! A directory whose process is killed, or which another process writes at the same time.

use super::made;
use crate::conformance::crash::MOST_STEPS;
use crate::conformance::races::{ROUNDS, both};
use crate::conformance::world::{act, at, facility};
use crate::conformance::{Failure, Harness, equal, holds};
use crate::{Delegation, Facility, FacilityCertificate, FacilityDirectory, Written};

/// A piece of work on a directory.
type Work = for<'store> fn(
    &'store dyn FacilityDirectory,
) -> core::pin::Pin<
    Box<dyn Future<Output = Result<(), Failure>> + Send + 'store>,
>;

/// Everything a directory tells.
type Told = (Vec<Facility>, Vec<Delegation>);

/// Interrupts each writing method at each of its steps. Returns at how many places.
pub(super) fn crash<H: Harness<Store: FacilityDirectory>>(harness: &H) -> Result<usize, Failure> {
    if !harness.crash_after(&harness.fresh(), None) {
        return Ok(0);
    }
    let works: [Work; 2] = [
        |store| Box::pin(several_facilities(store)),
        |store| Box::pin(several_delegations(store)),
    ];
    let mut places = 0_usize;
    for work in works {
        places = places.saturating_add(interrupted_everywhere(harness, work)?);
    }
    Ok(places)
}

fn interrupted_everywhere<H: Harness<Store: FacilityDirectory>>(
    harness: &H,
    work: Work,
) -> Result<usize, Failure> {
    let store = harness.fresh();
    let (before, after) = harness.block_on(async {
        set_up(&store).await?;
        let before = told(&store).await?;
        work(&store).await?;
        Ok::<_, Failure>((before, told(&store).await?))
    })?;
    for (place, steps) in (0..MOST_STEPS).enumerate() {
        let store = harness.fresh();
        harness.block_on(set_up(&store))?;
        harness.crash_after(&store, Some(steps));
        let through = harness.block_on(work(&store)).is_ok();
        harness.crash_after(&store, None);
        let store = harness.reopen(store);
        let found = harness.block_on(told(&store))?;
        holds(
            found == after || (!through && found == before),
            "the directory is as before or as after the call",
        )?;
        harness.block_on(work(&store))?;
        let found = harness.block_on(told(&store))?;
        equal(
            &found,
            &after,
            "the call repeated ends as if nothing had happened",
        )?;
        if through {
            return Ok(place);
        }
    }
    Err(Failure {
        check: "a method ends",
        found: format!("not in {MOST_STEPS} steps"),
    })
}

async fn set_up(store: &dyn FacilityDirectory) -> Result<(), Failure> {
    store.put_facilities(&act(1), &[made(1), made(2)]).await?;
    store.put_delegations(&act(1), &[granted(1, 8)]).await?;
    Ok(())
}

async fn several_facilities(store: &dyn FacilityDirectory) -> Result<(), Failure> {
    let mut renamed = made(1);
    renamed.name = String::from("Trung tâm Y tế");
    store
        .put_facilities(&act(2), &[renamed, made(3), made(4)])
        .await?;
    Ok(())
}

async fn several_delegations(store: &dyn FacilityDirectory) -> Result<(), Failure> {
    let mut revoked = granted(1, 8);
    revoked.revoked_at = Some(at(2));
    store
        .put_delegations(&act(2), &[revoked, granted(2, 8), granted(3, 8)])
        .await?;
    Ok(())
}

fn granted(grantor: u8, grantee: u8) -> Delegation {
    let day = dcc_model::civil::date(2022, 4, 1);
    Delegation::new(facility(grantor), facility(grantee), "12/QD", (day, day))
}

async fn told(store: &dyn FacilityDirectory) -> Result<Told, Failure> {
    let facilities = store.all_facilities(None, 1000).await?;
    Ok((facilities, store.delegations(None).await?))
}

/// Two handles write at the same time. Returns how many races there are.
pub(super) fn races<H: Harness<Store: FacilityDirectory>>(harness: &H) -> Result<usize, Failure> {
    let store = harness.fresh();
    let twin = harness.twin(&store);
    for round in 1..=ROUNDS {
        same_facility(harness, (&store, &twin), round)?;
        revoked_and_rewritten(harness, (&store, &twin), round)?;
    }
    Ok(2)
}

/// Each registers a certificate of its own for one facility: neither undoes the other.
fn same_facility<H: Harness<Store: FacilityDirectory>>(
    harness: &H,
    (store, twin): (&H::Store, &H::Store),
    round: u8,
) -> Result<(), Failure> {
    let with = |number: u8| {
        let mut facility = made(round);
        facility.certificates = vec![FacilityCertificate::new(vec![number; 40], at(1))];
        [facility]
    };
    let (mine, other) = (with(101), with(102));
    let one = async { Ok(store.put_facilities(&act(1), &mine).await?) };
    let two = async { Ok(twin.put_facilities(&act(1), &other).await?) };
    let (one, two) = both(harness, one, two)?;
    let added = one.iter().chain(&two).filter(|w| **w == Written::Added);
    equal(
        &added.count(),
        &1,
        "of two writers of one facility one adds it",
    )?;
    let found = harness.block_on(store.facilities(&[facility(round)]))?;
    let certificates = found.into_iter().flatten().next().map(|found| {
        let mut ders: Vec<_> = found.certificates.into_iter().map(|c| c.der).collect();
        ders.sort();
        ders
    });
    let wanted = Some(vec![vec![101; 40], vec![102; 40]]);
    equal(
        &certificates,
        &wanted,
        "certificates of both writers are there",
    )
}

/// One revokes a delegation, the other writes it as it was: it ends revoked.
fn revoked_and_rewritten<H: Harness<Store: FacilityDirectory>>(
    harness: &H,
    (store, twin): (&H::Store, &H::Store),
    round: u8,
) -> Result<(), Failure> {
    let plain = [granted(round, 200)];
    let mut revoked = plain.clone();
    if let Some(item) = revoked.first_mut() {
        item.revoked_at = Some(at(9));
    }
    let one = async { Ok(store.put_delegations(&act(1), &revoked).await?) };
    let two = async { Ok(twin.put_delegations(&act(1), &plain).await?) };
    both(harness, one, two)?;
    let found = harness.block_on(store.delegations(Some(&facility(round))))?;
    equal(
        &found,
        &revoked.to_vec(),
        "a revocation stands whoever writes later",
    )
}
