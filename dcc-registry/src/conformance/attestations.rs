//! Attestations and the doses under them.

use super::world::{act, at, bucket, dose, dose_key, dose_ref, facility, intake, subject};
use super::{Failure, Harness, each, equal};
use crate::{
    Attestation, Attested, Digest, Leaf, LeafOutcome, Registry, StoreError, StoreErrorKind,
    SubjectId,
};

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    each(
        harness,
        &[
            |store| Box::pin(stored(store)),
            |store| Box::pin(marked(store)),
            |store| Box::pin(lapsed_by_correction(store)),
            |store| Box::pin(lapsed_by_key(store)),
        ],
    )
}

pub(super) fn attestation(name: &str, number: u8) -> Attestation {
    let tree = (2, Digest::of(b"root"));
    let certificate = Digest::of(b"certificate");
    let package = name.as_bytes().to_vec();
    let mut made = Attestation::new(package, facility(number), certificate, tree, at(5));
    made.signer = facility(8);
    made.delegation = Some(String::from("12/QD"));
    made
}

pub(super) fn leaf(made: &Attestation, id: SubjectId, number: u8, index: u64) -> Leaf {
    let day = if number == 1 { 1 } else { 28 };
    let hash = dose(day).hash(&dose_ref(id, number));
    Leaf::new(Attested::new(made.id, index), dose_key(id, number), 1, hash)
}

async fn stored(store: &dyn Registry) -> Result<(), Failure> {
    let made = attestation("package", 1);
    equal(
        &store
            .put_attestations(&act(1), core::slice::from_ref(&made))
            .await?,
        &vec![true],
        "a new attestation",
    )?;
    equal(
        &store
            .put_attestations(&act(2), core::slice::from_ref(&made))
            .await?,
        &vec![false],
        "the same again",
    )?;
    equal(
        &store.attestation(made.id).await?,
        &Some(made.clone()),
        "it comes back as it was",
    )?;
    equal(
        &store.attestation_ids(None, 10).await?,
        &vec![made.id],
        "its id",
    )?;
    let mut wrong = attestation("other", 1);
    wrong.id = made.id;
    let kind = store
        .put_attestations(&act(3), core::slice::from_ref(&wrong))
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Invalid),
        "an id that is not the hash",
    )
}

#[expect(clippy::too_many_lines, reason = "one story, told step by step")]
async fn marked(store: &dyn Registry) -> Result<(), Failure> {
    use LeafOutcome::{ByOther, EnteredElsewhere, HashDiffers, Missing, Unchanged};
    let (one, two) = (subject(1, 1), subject(2, 2));
    store
        .take_in(&act(1), &[intake(1, 1), intake(2, 2)])
        .await?;
    let (made, foreign) = (attestation("package", 1), attestation("foreign", 2));
    let kind = store
        .attest(&act(2), &[leaf(&made, one, 1, 0)])
        .await
        .map_err(StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::NotFound),
        "store the attestation first",
    )?;
    store
        .put_attestations(&act(2), core::slice::from_ref(&made))
        .await?;
    store
        .put_attestations(&act(2), core::slice::from_ref(&foreign))
        .await?;
    let mut wrong = leaf(&made, two, 2, 9);
    wrong.hash = Digest::of(b"other content");
    let leaves = [
        leaf(&made, two, 1, 0),
        leaf(&made, one, 1, 1),
        leaf(&made, one, 9, 2),
        wrong,
    ];
    let outcome = store.attest(&act(3), &leaves).await?;
    let wanted = vec![
        LeafOutcome::Attested,
        LeafOutcome::Attested,
        Missing,
        HashDiffers,
    ];
    equal(&outcome, &wanted, "leaves")?;
    let outcome = store.attest(&act(4), &leaves).await?;
    equal(
        &outcome,
        &vec![Unchanged, Unchanged, Missing, HashDiffers],
        "the same leaves again",
    )?;
    let outcome = store
        .attest(
            &act(5),
            &[leaf(&foreign, two, 2, 0), leaf(&foreign, one, 1, 1)],
        )
        .await?;
    let wanted = vec![EnteredElsewhere, EnteredElsewhere];
    equal(&outcome, &wanted, "vn/domain.md invariant 1")?;
    let second = attestation("second", 1);
    store
        .put_attestations(&act(6), core::slice::from_ref(&second))
        .await?;
    let outcome = store.attest(&act(6), &[leaf(&second, one, 1, 0)]).await?;
    equal(&outcome, &vec![ByOther], "the first attestation stays")?;
    let found = store.subjects(&[two]).await?.pop().flatten();
    let first = found.and_then(|found| found.doses.first().and_then(|dose| dose.attested));
    equal(
        &first,
        &Some(Attested::new(made.id, 0)),
        "a dose knows its leaf",
    )
}

async fn lapsed_by_correction(store: &dyn Registry) -> Result<(), Failure> {
    let id = subject(1, 1);
    store.take_in(&act(1), &[intake(1, 1)]).await?;
    let made = attestation("package", 1);
    store
        .put_attestations(&act(2), core::slice::from_ref(&made))
        .await?;
    store
        .attest(&act(2), &[leaf(&made, id, 1, 0), leaf(&made, id, 2, 1)])
        .await?;
    let mut item = intake(1, 1);
    item.doses = vec![(dose_ref(id, 1), dose(2))];
    store.take_in(&act(3), &[item]).await?;
    let found = store.subjects(&[id]).await?.pop().flatten();
    let marks: Vec<bool> = found
        .map(|found| {
            found
                .doses
                .iter()
                .map(|dose| dose.attested.is_some())
                .collect()
        })
        .unwrap_or_default();
    equal(
        &marks,
        &vec![false, true],
        "a changed dose is no longer attested",
    )?;
    let outcome = store.attest(&act(4), &[leaf(&made, id, 1, 0)]).await?;
    equal(
        &outcome,
        &vec![LeafOutcome::Lapsed],
        "the old signature does not cover it",
    )
}

async fn lapsed_by_key(store: &dyn Registry) -> Result<(), Failure> {
    let (one, two) = (subject(1, 1), subject(1, 2));
    store
        .take_in(&act(1), &[intake(1, 1), intake(1, 2)])
        .await?;
    let (made, other) = (attestation("package", 1), attestation("other", 1));
    store
        .put_attestations(&act(2), core::slice::from_ref(&made))
        .await?;
    store
        .put_attestations(&act(2), core::slice::from_ref(&other))
        .await?;
    store
        .attest(&act(2), &[leaf(&made, one, 1, 0), leaf(&made, one, 2, 1)])
        .await?;
    store.attest(&act(2), &[leaf(&other, two, 1, 0)]).await?;
    let lapsed = store.lapse(&act(3), bucket(1), &[made.id]).await?;
    equal(
        &lapsed,
        &vec![dose_key(one, 1), dose_key(one, 2)],
        "all doses under it",
    )?;
    equal(
        &store.lapse(&act(4), bucket(1), &[made.id]).await?,
        &Vec::new(),
        "once",
    )?;
    let found = store.subjects(&[one, two]).await?;
    let revisions: Vec<u64> = found
        .iter()
        .flatten()
        .map(|found| found.record.revision)
        .collect();
    equal(
        &revisions,
        &vec![2, 1],
        "their subjects, and only theirs, are revised once",
    )
}
