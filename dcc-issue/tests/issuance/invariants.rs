//! The invariants of vn/domain.md section 3 that are about issuing as a whole.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "small figures of a test"
)]

use alloc::collections::{BTreeMap, BTreeSet};

use dcc_issue::check::{CheckOptions, check};
use dcc_issue::eligibility::Decision5772FullCourse;
use dcc_issue::intake::ColumnProfile;
use dcc_issue::statistics::Statistics;
use dcc_issue::{PopulationFile, RefusalCode};
use dcc_model::{Certificate, Coded as _, Lang, RemarkCode, Uvci, ValueSets, VietnamVaccine};
use dcc_model::{civil, issuing_deviations};
use dcc_registry::{
    AuditAct, AuditStore as _, CertificateLife as _, DocumentKind, DoseContent, DoseRef,
    FacilityId, FeedCursor, FeedKind, FeedStore as _, Identity, Intake, IntakeStore as _,
    Partition, PopulationDetail, Revocation, RevocationReason, SubjectId, Tally,
    VerificationResult, VerificationState, VerificationStore as _,
};

use crate::central::verified;
use crate::world::{World, act, at, block_on, course, identity};

/// Takes in a person with this identity and a whole course of F1, in whatever state.
fn person(world: &World, name: &str, who: Identity, state: VerificationState) -> SubjectId {
    let id = world.reference.subject_id(name);
    let mut item = Intake::new(id, name, who);
    for (number, (facility, day)) in course("F1").into_iter().enumerate() {
        let content = DoseContent::new("pfizer", day, FacilityId::new(facility));
        item.doses
            .push((DoseRef::new(format!("{name}/{number}")), content));
    }
    block_on(async {
        world
            .registry
            .take_in(&act("2022-02-01"), &[item])
            .await
            .unwrap();
        let answer = VerificationResult::new(id, 1, state, Vec::new());
        world
            .registry
            .record(&act("2022-02-01"), &[answer])
            .await
            .unwrap();
    });
    id
}

fn with_passport(nationality: &str) -> Identity {
    let mut who = identity();
    nationality.clone_into(&mut who.nationality);
    who.document_kind = Some(DocumentKind::Passport);
    "C1234567".clone_into(&mut who.document_number);
    who
}

/// What a check against a register that knows nobody makes of an identity.
fn checked(who: Identity) -> VerificationState {
    let world = World::new();
    let id = person(&world, "one", who, VerificationState::NotSent);
    let nobody = b"document_number,full_name,birth_date,sex\n001080000009,X,1980,M\n".to_vec();
    let nobody = std::io::Cursor::new(nobody);
    let (profile, detail) = (ColumnProfile::default(), PopulationDetail::YesNo);
    let population = PopulationFile::read(nobody, &profile, detail).unwrap();
    let (options, on) = (CheckOptions::pending(), act("2022-02-02"));
    let registry: &dyn dcc_registry::Registry = &world.registry;
    let place = (registry, &world.reference);
    block_on(check(place, &population, &options, &on, &mut |_| ())).unwrap();
    world.subject(id).record.verification.state
}

#[test]
fn invariant_3_only_a_match_or_an_attested_foreigner_and_every_counted_dose_at_its_version() {
    let world = World::new();
    let mut people = BTreeMap::new();
    for state in VerificationState::ALL {
        let name = state.word();
        people.insert(name, person(&world, name, identity(), *state));
    }
    let foreign = VerificationState::ForeignAttested;
    let guest = person(&world, "guest", with_passport("FR"), foreign);
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    for (name, id) in people {
        // A Vietnamese is not issued for as a foreigner, whoever recorded the state.
        assert_eq!(world.current(id).is_some(), name == "match", "{name}");
    }
    let record = world.current(guest).unwrap();
    for (number, counted) in record.intent.counted.iter().enumerate() {
        let dose = &world.subject(guest).doses[number];
        assert_eq!(
            (counted.version, dose.attested.is_some()),
            (dose.version, true)
        );
    }
    // The decision names its policy and version.
    let (signer, directory) = (world.signer(), world.directory());
    let policy = signer.policy();
    let held = policy.decide(&world.subject(guest), &directory, at("2022-03-02"));
    assert!(
        held.policy.starts_with("full-course-5772/"),
        "{}",
        held.policy
    );
}

#[test]
fn invariant_4_the_foreigners_path_is_for_foreigners_only() {
    use VerificationState::{ForeignAttested, NoId, NotFound};
    assert_eq!(checked(with_passport("FR")), ForeignAttested);
    // A Vietnamese with nothing but a passport has no number.
    assert_eq!(checked(with_passport("VN")), NoId);
    // Dual nationals take the Vietnamese path, in whichever order and spelling.
    for both in ["FR/VN", "VN;FR", "FR, VNM", "Việt Nam + FR"] {
        assert_eq!(checked(with_passport(both)), NoId, "{both}");
    }
    // Nor does a nationality that is none lead around the register.
    for unknown in ["", "XX", "unknown", "FR/XX"] {
        assert_eq!(checked(with_passport(unknown)), NoId, "{unknown}");
    }
    let mut number = identity();
    number.nationality = "FR/VN".to_owned();
    assert_ne!(checked(number), ForeignAttested, "a number is asked about");
    let mut none = identity();
    none.nationality = "FR".to_owned();
    assert_eq!(checked(none), NoId, "a foreigner without a passport");
    assert_ne!(checked(identity()), NotFound, "yes or no tells no more");
}

/// Everybody's course, by the vaccines that are its doses.
fn courses(world: &World) -> Vec<(SubjectId, Vec<&'static VietnamVaccine>)> {
    let mut people = Vec::new();
    for vaccine in VietnamVaccine::ALL {
        for extra in 0..=2 {
            let length = usize::from(vaccine.series_length()) + extra;
            let name = format!("{}-{extra}", vaccine.key());
            let id = world.reference.subject_id(&name);
            let mut item = Intake::new(id, name.as_str(), identity());
            let mut given = Vec::new();
            for number in 0..length {
                // Boosters are of another product.
                let late = number >= usize::from(vaccine.series_length());
                let vaccine = if late {
                    &VietnamVaccine::ALL[0]
                } else {
                    vaccine
                };
                let day = civil::date(2021, 9, 1).saturating_add(jiff_days(number));
                let content = DoseContent::new(vaccine.key(), day, FacilityId::new("F1"));
                item.doses
                    .push((DoseRef::new(format!("{name}/{number}")), content));
                given.push(vaccine);
            }
            block_on(world.registry.take_in(&act("2022-02-01"), &[item])).unwrap();
            let answer = VerificationResult::new(id, 1, VerificationState::Match, Vec::new());
            block_on(world.registry.record(&act("2022-02-01"), &[answer])).unwrap();
            people.push((id, given));
        }
    }
    people
}

/// Days of the `number`-th dose after the first.
fn jiff_days(number: usize) -> core::time::Duration {
    core::time::Duration::from_secs(u64::try_from(number).unwrap() * 40 * 86_400)
}

#[test]
fn invariant_7_codes_are_one_row_on_issue_and_any_row_is_tolerated_on_reading() {
    let world = World::new();
    let people = courses(&world);
    world.attest("2022-03-01");
    world.issue("2022-06-01");
    let sets = ValueSets::builtin();
    let mut rows = BTreeSet::new();
    let mut payload = None;
    for (id, given) in &people {
        let record = world.current(*id).unwrap();
        let hcert = verified(&world, record.hc1.as_deref().unwrap());
        let says = hcert.get().certificate().entry().as_vaccination().unwrap();
        let last = given.last().unwrap();
        let of_its_day = last.vaccine_code(civil::date(2022, 6, 1));
        let row = (says.product(), says.holder(), says.vaccine());
        assert_eq!(row, (last.product(), last.holder(), of_its_day));
        let today = last.vaccine_code(civil::date(2026, 1, 1));
        assert!(
            sets.is_one_row(last.product(), last.holder(), today),
            "{}",
            last.key()
        );
        rows.insert(says.product().to_owned());
        payload = Some(hcert.get().certificate().to_json());
    }
    assert_eq!(rows.len(), VietnamVaccine::ALL.len());
    // The same payload with codes of two rows, and with one that was withdrawn.
    let mut mixed = payload.unwrap();
    let own = mixed["v"][0]["ma"].as_str().unwrap().to_owned();
    let mut holders = VietnamVaccine::ALL.iter().map(VietnamVaccine::holder);
    let other = holders.find(|holder| *holder != own).unwrap();
    mixed["v"][0]["ma"] = other.into();
    let (read, remarks) = Certificate::from_json(&mixed).unwrap();
    assert!(
        remarks.iter().all(|remark| !remark.is_deviation()),
        "{remarks:?}"
    );
    assert_eq!(read.entry().as_vaccination().unwrap().holder(), other);
    let codes = |payload, on| -> Vec<RemarkCode> {
        let (_, remarks) = issuing_deviations(payload, &sets, at(on)).unwrap();
        let deviations = remarks.iter().filter(|remark| remark.is_deviation());
        deviations.map(dcc_model::Remark::code).collect()
    };
    assert!(codes(&mixed, "2022-06-01").contains(&RemarkCode::VaccineCodesNotOneRow));
}

#[test]
fn invariant_8_dose_numbers_from_one_and_the_date_of_that_dose() {
    let world = World::new();
    let people = courses(&world);
    world.attest("2022-03-01");
    world.issue("2022-06-01");
    for (id, given) in &people {
        let record = world.current(*id).unwrap();
        let hcert = verified(&world, record.hc1.as_deref().unwrap());
        let certificate = hcert.get().certificate();
        let says = certificate.entry().as_vaccination().unwrap();
        assert!(says.dose_number() >= 1 && says.series() >= 1);
        assert_eq!(says.dose_number(), i64::try_from(given.len()).unwrap());
        let doses = world.subject(*id).doses;
        let nth = doses.iter().map(|dose| dose.content.date).max().unwrap();
        assert_eq!(
            says.date().as_str(),
            nth.to_string(),
            "the date of dose number dn"
        );
        assert!(says.date().as_str() > certificate.birth_date().as_str());
        assert!(says.date().as_str() < "2022-06-01");
    }
    // A dose before the birth or after the day of issue counts nowhere.
    for (name, day) in [
        ("unborn", civil::date(1979, 12, 31)),
        ("late", civil::date(2022, 6, 2)),
    ] {
        let id = world.person(name, &[("F1", day), ("F1", civil::date(2021, 9, 1))]);
        world.attest("2022-06-01");
        world.issue("2022-06-01T08:00:00Z");
        assert_eq!(world.current(id), None, "{name}");
    }
    let mut zero = identity_payload(&world, people[0].0);
    for member in ["dn", "sd"] {
        zero["v"][0][member] = 0.into();
        let (_, remarks) =
            issuing_deviations(&zero, &ValueSets::builtin(), at("2022-06-01")).unwrap();
        let below = RemarkCode::DoseNumberBelowOne;
        assert!(
            remarks
                .iter()
                .any(|r| r.code() == below && r.is_deviation()),
            "{member}"
        );
        zero["v"][0][member] = 1.into();
    }
}

fn identity_payload(world: &World, id: SubjectId) -> serde_json::Value {
    let record = world.current(id).unwrap();
    let hcert = verified(world, record.hc1.as_deref().unwrap());
    hcert.get().certificate().to_json()
}

#[test]
fn invariant_10_identifiers_are_unique_short_and_say_nothing() {
    let world = World::new();
    for number in 0..200 {
        world.person(&format!("p{number}"), &course("F1"));
    }
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    let mut seen = BTreeSet::new();
    for number in 0..200 {
        let name = format!("p{number}");
        let id = world.reference.subject_id(&name);
        let record = world.current(id).unwrap();
        let uvci = record.id().as_str();
        assert!(
            uvci.len() <= 80 && Uvci::parse(uvci).is_well_formed(),
            "{uvci}"
        );
        // The opaque part is 32 digits of chance: of nobody's reference, name, number or birth.
        for personal in [
            "1980",
            "001180000001",
            "NGUYEN",
            &id.to_string().to_uppercase(),
        ] {
            let opaque = uvci.rsplit(':').next().unwrap();
            assert!(personal.len() < 5 || !opaque.contains(personal), "{uvci}");
        }
        assert!(seen.insert(uvci.to_owned()), "{uvci} twice");
    }
    // The same person in another system has another one: it does not hang on the record.
    let other = World::new();
    let id = other.person("p0", &course("F1"));
    other.attest("2022-03-01");
    other.issue("2022-03-02");
    assert!(!seen.contains(other.current(id).unwrap().id().as_str()));
}

fn adds_up(tally: &Tally) -> bool {
    let people = tally.subjects;
    let sum = people.issued + people.unchanged + people.held + people.refused;
    let doses = tally.doses;
    let of_doses = doses.issued + doses.unchanged + doses.held + doses.refused;
    sum == people.selected() && of_doses == doses.selected()
}

#[test]
fn invariant_12_every_refusal_has_a_code_and_vietnamese_words_and_the_columns_add_up() {
    for code in RefusalCode::ALL {
        let (vi, en) = (code.text(Lang::Vi), code.text(Lang::En));
        assert!(
            !code.code().is_empty() && !vi.is_empty() && vi != en,
            "{}",
            code.code()
        );
        assert_eq!(RefusalCode::from_code(code.code()), Some(*code));
    }
    let world = World::new();
    for (number, state) in VerificationState::ALL.iter().enumerate() {
        person(&world, &format!("p{number}"), identity(), *state);
    }
    world.person("partly", &course("F1")[..1]);
    world.person("unsigned", &course("F3"));
    world.person("whole", &course("F1"));
    world.attest("2022-03-01");
    for on in ["2022-03-02", "2022-03-03"] {
        let tally = world.issue(on);
        assert!(adds_up(&tally), "{tally:?}");
        let all = u64::try_from(VerificationState::ALL.len()).unwrap() + 3;
        assert_eq!(tally.subjects.selected(), all);
        assert!(tally.subjects.held > 0 && tally.subjects.refused > 0);
        // Everybody who gets nothing has a reason, and each reason is a code of the vocabulary.
        for code in tally.reasons.keys() {
            assert!(RefusalCode::from_code(code.as_str()).is_some(), "{code}");
        }
        let told: u64 = tally.reasons.values().sum();
        assert!(told >= tally.subjects.held + tally.subjects.refused);
    }
}

#[test]
fn invariant_15_figures_come_back_from_the_events_in_people_and_in_doses() {
    let world = World::new();
    let people: Vec<SubjectId> = (0..20)
        .map(|number| world.person(&format!("p{number}"), &course("F1")))
        .collect();
    world.person("partly", &course("F1")[..1]);
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    // One is revoked, one gets a new certificate for a new dose.
    let first = world.current(people[0]).unwrap();
    let item = Revocation::new(people[0], first.id().clone(), RevocationReason::Fraud);
    block_on(world.registry.revoke(&act("2022-03-03"), &[item])).unwrap();
    let mut doses = course("F1").to_vec();
    doses.push(("F1", civil::date(2022, 3, 3)));
    world.person("p1", &doses);
    world.attest("2022-03-04");
    let worked = world.run(
        &world.signer(),
        dcc_issue::central::Purpose::Issue,
        "2022-03-05",
        "again",
    );
    assert_eq!(worked.subjects.issued, 2);

    // From the feed: whose certificate stands.
    let registry = &world.registry;
    while block_on(registry.relay(1000)).unwrap() > 0 {}
    let (entries, _) = block_on(registry.feed(FeedCursor::START, usize::MAX)).unwrap();
    let mut standing: BTreeMap<SubjectId, u64> = BTreeMap::new();
    for entry in &entries {
        match entry.kind {
            FeedKind::Published { .. } => *standing.entry(entry.subject).or_default() += 1,
            _ => *standing.entry(entry.subject).or_default() -= 1,
        }
    }
    standing.retain(|_, count| *count > 0);
    // From the audit log: who was ever taken in.
    let mut taken = BTreeSet::new();
    for number in 0..4096 {
        let partition = Partition::new(number).unwrap();
        for event in block_on(registry.events(partition, 0, usize::MAX)).unwrap() {
            if event.act == AuditAct::Intake {
                taken.extend(event.items.iter().map(|item| item.reference));
            }
        }
    }
    let policy = Decision5772FullCourse::new();
    let count = || block_on(Statistics::count(registry, &policy, at("2022-03-06"))).unwrap();
    let counted = count();
    let length = |length: usize| u64::try_from(length).unwrap();
    assert_eq!(counted.all.people.get(), length(taken.len()));
    assert_eq!(
        counted.standing.certified.people.get(),
        length(standing.len())
    );
    assert!(
        standing.values().all(|count| *count == 1),
        "one current certificate each"
    );
    // Doses beside people, in every figure, and each a sum of its own.
    assert_eq!(counted.all.doses.get(), 20 * 2 + 1 + 1);
    assert_eq!(counted.standing.certified.doses.get(), 20 * 2 + 1);
    assert_eq!(counted.standing.refused.doses.get(), 1);
    assert!(counted.adds_up());
    assert_eq!(count(), counted, "a second count is the same");
}
