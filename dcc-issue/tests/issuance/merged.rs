//! One person in two records: after a link their doses count together.

use dcc_issue::RefusalCode;
use dcc_issue::eligibility::EligibilityVerdict;
use dcc_issue::statistics::Statistics;
use dcc_registry::{
    LinkRelation, Subject, SubjectId, SubjectLink, SubjectStore as _, VerificationResult,
    VerificationState, VerificationStore as _,
};

use crate::central::verified;
use crate::world::{World, act, at, block_on, course};

/// Two records with one dose of a course each.
fn two_records(world: &World) -> (SubjectId, SubjectId) {
    let [first, second] = course("F1");
    let pair = (
        world.person("old", &[first]),
        world.person("new", &[second]),
    );
    world.attest("2022-03-01");
    pair
}

/// What a clerk says of the pair, and what the check makes of it.
fn linked(
    world: &World,
    (old, new): (SubjectId, SubjectId),
    relation: LinkRelation,
    states: (VerificationState, VerificationState),
) {
    let evidence = "BB-3".to_owned();
    let link = SubjectLink::new(old, new, relation, evidence, at("2022-03-02"));
    let on = act("2022-03-02");
    block_on(world.registry.link(&on, &link)).unwrap();
    let answers = [(old, states.0), (new, states.1)]
        .map(|(id, state)| VerificationResult::new(id, 1, state, Vec::new()));
    block_on(world.registry.record(&on, &answers)).unwrap();
}

fn verdict(world: &World, subject: &Subject) -> EligibilityVerdict {
    let (signer, directory) = (world.signer(), world.directory());
    let policy = signer.policy();
    policy.decide(subject, &directory, at("2022-03-05")).verdict
}

#[test]
fn doses_of_merged_records_count_together_and_one_certificate_comes_out() {
    use VerificationState::{Match, SamePerson};
    let world = World::new();
    let (old, new) = two_records(&world);
    assert_eq!(world.issue("2022-03-02").subjects.refused, 2);

    linked(
        &world,
        (old, new),
        LinkRelation::MergedInto,
        (SamePerson, Match),
    );
    let tally = world.issue("2022-03-03");
    assert_eq!((tally.subjects.issued, tally.subjects.held), (1, 1));
    // Every dose is counted once, with the record that holds it.
    assert_eq!((tally.doses.issued, tally.doses.held), (1, 1));
    let record = world.current(new).unwrap();
    let hcert = verified(&world, record.hc1.as_deref().unwrap());
    let says = hcert.get().certificate().entry().as_vaccination().unwrap();
    assert_eq!((says.dose_number(), says.series()), (2, 2));
    assert_eq!(says.date().as_str(), "2021-10-01");
    let counted: Vec<&str> = record
        .intent
        .counted
        .iter()
        .map(|d| d.dose_ref.as_str())
        .collect();
    assert_eq!(counted, ["old/0", "new/0"]);
    assert_eq!(world.current(old), None);
    let held = verdict(&world, &world.subject(old));
    assert_eq!(
        held,
        EligibilityVerdict::Held(vec![RefusalCode::SamePerson])
    );
    let again = world.issue("2022-03-04");
    assert_eq!((again.subjects.issued, again.subjects.unchanged), (0, 1));

    let policy = dcc_issue::eligibility::Decision5772FullCourse::new();
    let counted = Statistics::count(&world.registry, &policy, at("2022-03-05"));
    let counted = block_on(counted).unwrap();
    assert_eq!((counted.all.people.get(), counted.all.doses.get()), (2, 2));
    assert!(counted.adds_up(), "{counted:?}");
}

#[test]
fn an_undone_merge_leaves_two_records_with_a_dose_each() {
    use VerificationState::{Match, SamePerson};
    let world = World::new();
    let pair = two_records(&world);
    linked(&world, pair, LinkRelation::MergedInto, (SamePerson, Match));
    let both = verdict(&world, &world.subject(pair.1));
    assert!(matches!(both, EligibilityVerdict::Eligible(_)), "{both:?}");

    linked(
        &world,
        pair,
        LinkRelation::Undecided,
        (SamePerson, SamePerson),
    );
    for id in [pair.0, pair.1] {
        let held = verdict(&world, &world.subject(id));
        assert_eq!(
            held,
            EligibilityVerdict::Held(vec![RefusalCode::SamePerson])
        );
    }
    linked(&world, pair, LinkRelation::Different, (Match, Match));
    for id in [pair.0, pair.1] {
        let alone = verdict(&world, &world.subject(id));
        assert_eq!(
            alone,
            EligibilityVerdict::Refused(vec![RefusalCode::CourseIncomplete])
        );
    }
}

/// Until the check has looked at the pair again a link lets nobody's doses count twice.
#[test]
fn a_link_counts_nothing_before_the_check() {
    use VerificationState::Match;
    let world = World::new();
    let pair = two_records(&world);
    linked(&world, pair, LinkRelation::MergedInto, (Match, Match));
    for id in [pair.0, pair.1] {
        assert_eq!(world.subject(id).merged, []);
    }
    assert_eq!(world.issue("2022-03-03").subjects.issued, 0);
}

/// One shot that both records hold counts once; a changed dose of the merged record is found.
#[test]
fn a_shot_in_both_records_counts_once() {
    use VerificationState::{Match, SamePerson};
    let world = World::new();
    let [first, second] = course("F1");
    let old = world.person("old", &[first]);
    let new = world.person("new", &[first, second]);
    world.attest("2022-03-01");
    linked(
        &world,
        (old, new),
        LinkRelation::MergedInto,
        (SamePerson, Match),
    );
    world.issue("2022-03-03");
    let record = world.current(new).unwrap();
    assert_eq!(record.intent.dose, (2, 2));
    assert_eq!(record.intent.counted.len(), 2);

    // The shot of the merged record was another one after all: signed anew, it is a third dose.
    world.person("old", &[("F1", dcc_registry::civil::date(2022, 2, 1))]);
    let same = VerificationResult::new(old, 1, SamePerson, Vec::new());
    block_on(world.registry.record(&act("2022-03-04"), &[same])).unwrap();
    let unsigned = verdict(&world, &world.subject(new));
    assert_eq!(
        unsigned,
        EligibilityVerdict::Held(vec![RefusalCode::AttestationLapsed])
    );
    world.attest("2022-03-04");
    world.issue("2022-03-05");
    let record = world.current(new).unwrap();
    assert_eq!(record.intent.dose, (3, 3));
}
