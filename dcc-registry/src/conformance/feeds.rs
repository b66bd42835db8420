//! The feed.

use super::world::{act, certify, leases, people, subject, uvci};
use super::{Failure, Harness, each, equal, holds};
use crate::{FeedCursor, FeedEntry, FeedKind, Registry, Revocation, RevocationReason};

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    each(harness, &[|store| Box::pin(one_order(store))])
}

async fn one_order(store: &dyn Registry) -> Result<(), Failure> {
    let (one, two) = (subject(1, 1), subject(2, 2));
    people(store, &[(1, 1), (2, 2)]).await?;
    let held = leases(store, "a", &[1, 2], 0).await?;
    certify(store, &held, two, "A").await?;
    equal(
        &store.feed(FeedCursor::START, 10).await?.0.len(),
        &0,
        "not before it is relayed",
    )?;
    equal(&store.relay(10).await?, &1, "one waits")?;
    certify(store, &held, one, "B").await?;
    certify(store, &held, two, "C").await?;
    let fraud = Revocation::new(two, uvci("C"), RevocationReason::Fraud);
    store.revoke(&act(20), &[fraud]).await?;
    equal(&store.relay(2).await?, &2, "no more than wanted")?;
    equal(&store.relay(10).await?, &2, "the rest")?;
    equal(&store.relay(10).await?, &0, "each once")?;
    let mut cursor = FeedCursor::START;
    let mut seen: Vec<FeedEntry> = Vec::new();
    loop {
        let (page, next) = store.feed(cursor, 2).await?;
        holds(page.len() <= 2, "no more than wanted")?;
        if page.is_empty() {
            break;
        }
        cursor = next;
        seen.extend(page);
    }
    let told: Vec<_> = seen
        .iter()
        .map(|entry| (entry.certificate.clone(), &entry.kind))
        .collect();
    let revoked = FeedKind::Revoked(RevocationReason::Fraud);
    let by = FeedKind::Superseded { by: uvci("C") };
    let wanted = vec![
        (uvci("A"), &FeedKind::Published { supersedes: None }),
        (uvci("B"), &FeedKind::Published { supersedes: None }),
        (uvci("A"), &by),
    ];
    equal(
        &told.get(..3).map(<[_]>::to_vec),
        &Some(wanted),
        "in one order",
    )?;
    let published = FeedKind::Published {
        supersedes: Some(uvci("A")),
    };
    let last = vec![(uvci("C"), &published), (uvci("C"), &revoked)];
    equal(
        &told.get(3..).map(<[_]>::to_vec),
        &Some(last),
        "each bucket in its own order",
    )?;
    equal(&cursor.position(), &5, "a cursor counts what was read")
}
