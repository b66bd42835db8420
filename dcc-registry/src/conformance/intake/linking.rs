//! Links between two records, and the doses of one that is merged into another.

use crate::conformance::world::{act, at, dose_ref, intake, subject};
use crate::conformance::{Failure, equal};
use crate::{
    LinkRelation, Registry, ScanFilter, StoreErrorKind, SubjectLink, VerificationResult,
    VerificationState,
};

pub(super) async fn links(store: &dyn Registry) -> Result<(), Failure> {
    store
        .take_in(&act(1), &[intake(1, 1), intake(2, 2)])
        .await?;
    let (one, other) = (subject(1, 1), subject(2, 2));
    let evidence = String::from("minutes 7");
    let link = SubjectLink::new(one, other, LinkRelation::MergedInto, evidence, at(2));
    store.link(&act(2), &link).await?;
    store.link(&act(3), &link).await?;
    let history = store.history(other).await?;
    let history = history.ok_or(Failure {
        check: "history",
        found: String::new(),
    })?;
    let seen: Vec<_> = history
        .links
        .iter()
        .map(|link| (link.other, link.relation))
        .collect();
    equal(
        &seen,
        &vec![(one, LinkRelation::MergedFrom)],
        "the other side sees the reverse",
    )?;
    equal(
        &history.record.revision,
        &2,
        "a link raises the revision once",
    )?;
    merged_doses(store, (one, other)).await?;
    let same = SubjectLink {
        other: one,
        ..link.clone()
    };
    let kind = store
        .link(&act(4), &same)
        .await
        .map_err(crate::StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::Invalid),
        "nobody is linked with themselves",
    )?;
    let unknown = SubjectLink {
        other: subject(9, 9),
        ..link
    };
    let kind = store
        .link(&act(4), &unknown)
        .await
        .map_err(crate::StoreError::kind);
    equal(
        &kind,
        &Err(StoreErrorKind::NotFound),
        "an unknown subject is not linked",
    )
}

/// `one` is merged into `other`: its doses are read beside that one's while its check says so.
async fn merged_doses(
    store: &dyn Registry,
    (one, other): (crate::SubjectId, crate::SubjectId),
) -> Result<(), Failure> {
    let refs = |found: &crate::Subject| -> Vec<crate::DoseRef> {
        found
            .merged
            .iter()
            .map(|dose| dose.key.dose_ref.clone())
            .collect()
    };
    let read = async || -> Result<Vec<crate::DoseRef>, Failure> {
        let whole = store.subjects(&[one, other]).await?;
        let (from, into) = (whole.first(), whole.get(1));
        let own = into.and_then(Option::as_ref);
        let nothing = from.and_then(Option::as_ref).map(refs);
        equal(
            &nothing,
            &Some(Vec::new()),
            "nothing is merged into the merged one",
        )?;
        equal(
            &own.map(|own| own.doses.len()),
            &Some(2),
            "its own doses are its own",
        )?;
        let page = store
            .scan(other.bucket(), &ScanFilter::all(), None, 9)
            .await?;
        let scanned = page.iter().find(|found| found.record.id == other);
        equal(&scanned, &own, "a scan tells the same")?;
        Ok(own.map(refs).unwrap_or_default())
    };
    equal(&read().await?, &Vec::new(), "the check has not said it yet")?;
    let state = VerificationState::SamePerson;
    let same = VerificationResult::new(one, 1, state, Vec::new());
    store.record(&act(4), &[same]).await?;
    let wanted = vec![dose_ref(one, 1), dose_ref(one, 2)];
    equal(
        &read().await?,
        &wanted,
        "doses of the merged record, by date",
    )?;
    let undone = SubjectLink::new(one, other, LinkRelation::Undecided, String::new(), at(5));
    store.link(&act(5), &undone).await?;
    equal(&read().await?, &Vec::new(), "undone")?;
    let again = SubjectLink::new(one, other, LinkRelation::MergedInto, String::new(), at(6));
    store.link(&act(6), &again).await?;
    let answer = VerificationResult::new(one, 1, VerificationState::Match, Vec::new());
    store.record(&act(7), &[answer]).await?;
    equal(
        &read().await?,
        &Vec::new(),
        "it is a person of its own by its check",
    )
}
