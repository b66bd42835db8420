//! Subjects, dose versions, corrections, withdrawals, links.

mod linking;

use super::world::{act, at, dose, dose_key, dose_ref, identity, intake, people, subject};
use super::{Failure, Harness, each, equal, holds};
use crate::{
    Correction, CorrectionOutcome, DoseOutcome, DoseState, IdentityRule, Intake, Registry,
    ScanFilter, SubjectOutcome, VerificationResult, VerificationState, Withdrawal,
    WithdrawalOutcome,
};

pub(super) fn run<H: Harness<Store: Registry>>(harness: &H) -> Result<usize, Failure> {
    each(
        harness,
        &[
            |store| Box::pin(repeated(store)),
            |store| Box::pin(corrected_dose(store)),
            |store| Box::pin(basics_of_the_identified(store)),
            |store| Box::pin(direct_edit(store)),
            |store| Box::pin(withdrawal(store)),
            |store| Box::pin(foreign_dose(store)),
            |store| Box::pin(pages(store)),
            |store| Box::pin(linking::links(store)),
            |store| Box::pin(large_call(store)),
        ],
    )
}

#[expect(clippy::too_many_lines, reason = "one story, told step by step")]
async fn repeated(store: &dyn Registry) -> Result<(), Failure> {
    let items = [intake(1, 1), intake(2, 2), intake(1, 3)];
    let first = store.take_in(&act(1), &items).await?;
    for outcome in &first {
        equal(
            &outcome.subject,
            &SubjectOutcome::Added,
            "a new subject is added",
        )?;
        equal(
            &outcome.doses,
            &vec![DoseOutcome::Added; 2],
            "new doses are added",
        )?;
    }
    let again = store.take_in(&act(9), &items).await?;
    for outcome in &again {
        equal(
            &outcome.subject,
            &SubjectOutcome::Unchanged,
            "the same subject is unchanged",
        )?;
        equal(
            &outcome.doses,
            &vec![DoseOutcome::Unchanged; 2],
            "the same doses are unchanged",
        )?;
    }
    let found = store
        .subjects(&[subject(1, 3), subject(1, 9), subject(1, 1)])
        .await?;
    let third = found.get(1).and_then(Option::as_ref);
    holds(third.is_none(), "an unknown subject is absent")?;
    let first = found
        .first()
        .and_then(Option::as_ref)
        .map(|found| found.record.clone());
    let record = first.ok_or(Failure {
        check: "answers in order",
        found: String::new(),
    })?;
    equal(
        &record.id,
        &subject(1, 3),
        "answers come in the order asked",
    )?;
    equal(
        &record.identity,
        &identity(3),
        "an identity comes back as it was",
    )?;
    equal(
        &record.recorded_at,
        &at(1),
        "a repetition does not touch the record",
    )?;
    equal(
        &record.revision,
        &1,
        "a repetition does not raise the revision",
    )
}

async fn corrected_dose(store: &dyn Registry) -> Result<(), Failure> {
    store.take_in(&act(1), &[intake(1, 1)]).await?;
    let mut item = intake(1, 1);
    item.identity = None;
    item.doses = vec![(dose_ref(item.subject, 2), dose(27))];
    let outcome = store.take_in(&act(5), core::slice::from_ref(&item)).await?;
    let doses: Vec<DoseOutcome> = outcome.into_iter().flat_map(|one| one.doses).collect();
    equal(
        &doses,
        &vec![DoseOutcome::Corrected { version: 2 }],
        "other content is a correction",
    )?;
    let history = store.history(item.subject).await?;
    let history = history.ok_or(Failure {
        check: "history",
        found: String::new(),
    })?;
    let states: Vec<(u32, DoseState)> = history
        .doses
        .iter()
        .map(|dose| (dose.version, dose.state))
        .collect();
    let wanted = vec![
        (1, DoseState::Current),
        (1, DoseState::Superseded),
        (2, DoseState::Current),
    ];
    equal(&states, &wanted, "a correction appends a version")?;
    equal(
        &history.record.revision,
        &2,
        "a correction raises the revision",
    )?;
    let mut current = store.subjects(&[item.subject]).await?;
    let doses = current
        .pop()
        .flatten()
        .map(|found| found.doses)
        .unwrap_or_default();
    let days: Vec<i8> = doses.iter().map(|dose| dose.content.date.day()).collect();
    equal(
        &days,
        &vec![1, 27],
        "current doses come by date; a missing one is not withdrawn",
    )
}

#[expect(clippy::too_many_lines, reason = "one story, told step by step")]
async fn basics_of_the_identified(store: &dyn Registry) -> Result<(), Failure> {
    let id = subject(1, 1);
    store.take_in(&act(1), &[intake(1, 1)]).await?;
    let mut other = intake(1, 1);
    other.identity = Some(identity(2));
    let kept = store
        .take_in(&act(2), core::slice::from_ref(&other))
        .await?;
    let first = |outcomes: Vec<crate::IntakeOutcome>| outcomes.first().map(|one| one.subject);
    equal(
        &first(kept),
        &Some(SubjectOutcome::Conflict),
        "an import keeps other basics",
    )?;
    other.rule = IdentityRule::ReplaceUnidentified;
    let replaced = store
        .take_in(&act(3), core::slice::from_ref(&other))
        .await?;
    equal(
        &first(replaced),
        &Some(SubjectOutcome::Updated),
        "an unidentified one is replaced",
    )?;
    let answer = VerificationResult::new(id, 2, VerificationState::Match, Vec::new());
    store.record(&act(4), &[answer]).await?;
    let back = Intake {
        rule: IdentityRule::ReplaceUnidentified,
        ..intake(1, 1)
    };
    let refused = store.take_in(&act(5), &[back]).await?;
    equal(
        &first(refused),
        &Some(SubjectOutcome::Identified),
        "R55-R56",
    )?;
    let mut phone = other.clone();
    phone.rule = IdentityRule::Keep;
    phone.identity = Some(identity(2)).map(|mut identity| {
        identity.phone = String::from("0911111111");
        identity
    });
    let updated = store.take_in(&act(6), &[phone]).await?;
    equal(
        &first(updated),
        &Some(SubjectOutcome::Updated),
        "a telephone is replaced",
    )?;
    let history = store.history(id).await?;
    let history = history.ok_or(Failure {
        check: "history",
        found: String::new(),
    })?;
    let state = history.record.verification.state;
    equal(
        &state,
        &VerificationState::Match,
        "a telephone does not undo the check",
    )?;
    let versions: Vec<u32> = history.identities.iter().map(|old| old.version).collect();
    equal(&versions, &vec![1, 2], "earlier identities are kept")
}

async fn direct_edit(store: &dyn Registry) -> Result<(), Failure> {
    let ids = people(store, &[(1, 1)]).await?;
    let id = subject(1, 1);
    equal(&ids, &vec![id], "the one taken in")?;
    let edit = Correction::new(id, 1, identity(2));
    let outcome = store.correct(&act(5), core::slice::from_ref(&edit)).await?;
    let wanted = vec![CorrectionOutcome::Corrected {
        identity_version: 2,
    }];
    equal(&outcome, &wanted, "an edit of the version seen applies")?;
    let outcome = store.correct(&act(6), core::slice::from_ref(&edit)).await?;
    equal(
        &outcome,
        &vec![CorrectionOutcome::Unchanged],
        "the same edit again",
    )?;
    let late = Correction::new(id, 1, identity(3));
    let outcome = store.correct(&act(7), &[late]).await?;
    let wanted = vec![CorrectionOutcome::Outdated {
        identity_version: 2,
    }];
    equal(&outcome, &wanted, "an edit of an older version is refused")?;
    let nobody = Correction::new(subject(1, 9), 1, identity(3));
    let outcome = store.correct(&act(8), &[nobody]).await?;
    equal(
        &outcome,
        &vec![CorrectionOutcome::Missing],
        "an unknown subject",
    )?;
    let mut found = store.subjects(&[id]).await?;
    let state = found
        .pop()
        .flatten()
        .map(|found| found.record.verification.state);
    equal(
        &state,
        &Some(VerificationState::NotSent),
        "changed basics begin a new check",
    )
}

async fn withdrawal(store: &dyn Registry) -> Result<(), Failure> {
    store.take_in(&act(1), &[intake(1, 1)]).await?;
    let id = subject(1, 1);
    let item = Withdrawal::new(dose_key(id, 1), 1);
    let late = Withdrawal::new(dose_key(id, 1), 7);
    let unknown = Withdrawal::new(dose_key(id, 9), 1);
    let outcome = store
        .withdraw(&act(2), &[late, item.clone(), unknown, item])
        .await?;
    let wanted = vec![
        WithdrawalOutcome::Outdated { version: 1 },
        WithdrawalOutcome::Withdrawn,
        WithdrawalOutcome::Missing,
        WithdrawalOutcome::Unchanged,
    ];
    equal(&outcome, &wanted, "withdrawals")?;
    let mut found = store.subjects(&[id]).await?;
    let doses = found.pop().flatten().map(|found| found.doses.len());
    equal(&doses, &Some(1), "a withdrawn dose no longer counts")?;
    let again = store.take_in(&act(3), &[intake(1, 1)]).await?;
    let doses: Vec<DoseOutcome> = again.into_iter().flat_map(|one| one.doses).collect();
    let wanted = vec![DoseOutcome::Withdrawn, DoseOutcome::Unchanged];
    equal(
        &doses,
        &wanted,
        "an import does not bring a withdrawn dose back",
    )
}

async fn foreign_dose(store: &dyn Registry) -> Result<(), Failure> {
    store.take_in(&act(1), &[intake(1, 1)]).await?;
    let mut thief = intake(2, 2);
    thief.doses.push((dose_ref(subject(1, 1), 1), dose(1)));
    let outcome = store.take_in(&act(2), &[thief]).await?;
    let doses: Vec<DoseOutcome> = outcome.into_iter().flat_map(|one| one.doses).collect();
    let wanted = vec![
        DoseOutcome::Added,
        DoseOutcome::Added,
        DoseOutcome::OfOtherSubject,
    ];
    equal(&doses, &wanted, "a dose reference belongs to one subject")?;
    let mut other = intake(1, 1);
    other.subject_ref = String::from("somebody else");
    let outcome = store.take_in(&act(3), &[other]).await?;
    let subject = outcome.first().map(|one| one.subject);
    equal(
        &subject,
        &Some(SubjectOutcome::OtherReference),
        "a subject keeps its reference",
    )?;
    let mut nobody = intake(3, 3);
    nobody.identity = None;
    let outcome = store.take_in(&act(4), &[nobody]).await?;
    let subject = outcome.first().map(|one| one.subject);
    equal(
        &subject,
        &Some(SubjectOutcome::Missing),
        "doses of nobody are not taken",
    )
}

async fn pages(store: &dyn Registry) -> Result<(), Failure> {
    let all: Vec<Intake> = (1..=7).map(|person| intake(5, person)).collect();
    store.take_in(&act(1), &all).await?;
    store
        .take_in(&act(1), &[intake(4, 1), intake(6, 1)])
        .await?;
    let matched = VerificationResult::new(subject(5, 4), 1, VerificationState::Match, Vec::new());
    store.record(&act(2), &[matched]).await?;
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .scan(super::world::bucket(5), &ScanFilter::all(), after, 3)
            .await?;
        let Some(last) = page.last() else { break };
        after = Some(last.record.id);
        seen.extend(page.iter().map(|found| found.record.id));
    }
    let wanted: Vec<crate::SubjectId> = (1..=7).map(|person| subject(5, person)).collect();
    equal(
        &seen,
        &wanted,
        "a scan meets everybody of its bucket once, in order",
    )?;
    let filter = ScanFilter::in_states([VerificationState::Match]);
    let page = store
        .scan(super::world::bucket(5), &filter, None, 10)
        .await?;
    let ids: Vec<crate::SubjectId> = page.iter().map(|found| found.record.id).collect();
    equal(&ids, &vec![subject(5, 4)], "a scan by state")
}

async fn large_call(store: &dyn Registry) -> Result<(), Failure> {
    let all: Vec<Intake> = (0..20)
        .flat_map(|bucket| (1..=150).map(move |person| intake(bucket, person)))
        .collect();
    let outcomes = store.take_in(&act(1), &all).await?;
    let added = |outcome: &crate::IntakeOutcome| outcome.subject == SubjectOutcome::Added;
    holds(
        outcomes.len() == all.len() && outcomes.iter().all(added),
        "a call of 3000 people",
    )?;
    let ids: Vec<crate::SubjectId> = all.iter().map(|item| item.subject).collect();
    let found = store.subjects(&ids).await?;
    let same = found.iter().zip(&ids).all(|(found, id)| {
        found
            .as_ref()
            .is_some_and(|found| found.record.id == *id && found.doses.len() == 2)
    });
    holds(same, "all of a large call are read back in order")
}
