//! Against the memory register and a small population file.

mod same_person;

use dcc_registry::{
    Actor, CaseFilter, CaseStore as _, CommuneCode, Correction, DocumentKind, Fault,
    FaultyPopulation, Intake, IntakeStore as _, LinkRelation, MemoryRegistry, PopulationDetail,
    Sex, SubjectLink, SubjectStore as _, Timestamp,
};

use VerificationState as S;

use super::*;
use crate::PopulationFile;
use crate::intake::{ColumnProfile, document_key};

const PEOPLE: &str = "document_number,full_name,birth_date,sex\n\
    001099000001,Nguyễn Văn An,1999-03-05,M\n\
    001099000002,Trần Văn Bình,1998-04-06,M\n\
    271450001,Lê Thị Cúc,1970-01-02,F\n\
    271450001,Lê Thị Dung,1971-01-02,F\n";

fn key() -> ReferenceKey {
    ReferenceKey::from_bytes([3; 32])
}

fn act() -> Act {
    let at: Timestamp = "2022-06-01".parse().unwrap();
    Act::new(Actor::new("test"), at)
}

fn population(detail: PopulationDetail) -> PopulationFile {
    PopulationFile::read(PEOPLE.as_bytes(), &ColumnProfile::default(), detail).unwrap()
}

fn person(number: &str, name: &str, birth_date: &str) -> Identity {
    let mut identity = Identity::new(name, CommuneCode::new("00001"));
    "VN".clone_into(&mut identity.nationality);
    birth_date.clone_into(&mut identity.birth_date);
    identity.sex = Some(Sex::Male);
    if !number.is_empty() {
        identity.document_kind = Some(DocumentKind::Cccd);
        number.clone_into(&mut identity.document_number);
    }
    identity
}

/// A register of these people, each under its number in the list.
fn registry(people: impl IntoIterator<Item = Identity>) -> MemoryRegistry {
    let registry = MemoryRegistry::new();
    add(&registry, 0, people);
    registry
}

fn add(registry: &MemoryRegistry, first: usize, people: impl IntoIterator<Item = Identity>) {
    let items: Vec<Intake> = (first..)
        .zip(people)
        .map(|(number, identity)| {
            let name = format!("S{number}");
            let document = document_key(&key(), &identity);
            let mut item = Intake::new(id(number), name, identity);
            item.document = document;
            item
        })
        .collect();
    pollster::block_on(registry.take_in(&act(), &items)).unwrap();
}

fn id(number: usize) -> SubjectId {
    key().subject_id(&format!("S{number}"))
}

fn run(
    registry: &MemoryRegistry,
    population: &dyn PopulationRegistry,
    options: &CheckOptions,
) -> CheckReport {
    let mut silent = |_: &CheckReport| {};
    let key = key();
    pollster::block_on(check(
        (registry, &key),
        population,
        options,
        &act(),
        &mut silent,
    ))
    .unwrap()
}

fn state(registry: &MemoryRegistry, number: usize) -> (VerificationState, Vec<String>) {
    let found = pollster::block_on(registry.subjects(&[id(number)])).unwrap();
    let verification = found
        .into_iter()
        .next()
        .unwrap()
        .unwrap()
        .record
        .verification;
    let reasons = verification
        .reasons
        .iter()
        .map(|code| code.as_str().to_owned());
    (verification.state, reasons.collect())
}

fn words(reasons: &[&str]) -> Vec<String> {
    reasons.iter().map(|&word| word.to_owned()).collect()
}

fn open_cases(registry: &MemoryRegistry) -> usize {
    let filter = CaseFilter::default();
    let cases = |bucket| registry.open_cases(bucket, &filter, None, 100);
    Bucket::all()
        .map(|bucket| pollster::block_on(cases(bucket)).unwrap().len())
        .sum()
}

#[test]
fn every_state_has_its_code_and_its_case() {
    let mut foreigner = person("12AB34567", "DUPONT LUC", "1990-01-01");
    "FR".clone_into(&mut foreigner.nationality);
    foreigner.document_kind = Some(DocumentKind::Passport);
    let mut passport_only = person("C1234567", "Phạm An", "1990-01-01");
    passport_only.document_kind = Some(DocumentKind::Passport);
    let people = || {
        [
            person("001099000001", "Nguyễn Văn An", "1999-03-05"),
            person("001099000001", "Nguyễn Văn Án", "1999-05-03"),
            person("001099000009", "Nguyễn Văn An", "1999-03-05"),
            person("", "Nguyễn Văn An", "1999-03-05"),
            person("1099000001", "Nguyễn Văn An", "1999-03-05"),
            passport_only.clone(),
            foreigner.clone(),
        ]
    };
    let per_field = registry(people());
    let report = run(
        &per_field,
        &population(PopulationDetail::PerField),
        &CheckOptions::pending(),
    );
    assert_eq!((report.subjects(), report.asked), (7, 3));
    assert_eq!(state(&per_field, 0), (S::Match, vec![]));
    let differs = words(&["pop-name-accents", "pop-birth-date-swapped"]);
    assert_eq!(state(&per_field, 1), (S::Mismatch, differs));
    assert_eq!(
        state(&per_field, 2),
        (S::NotFound, words(&["pop-not-found"]))
    );
    assert_eq!(state(&per_field, 3), (S::NoId, words(&["id-missing"])));
    let lost = words(&["id-leading-zero-lost"]);
    assert_eq!(state(&per_field, 4), (S::MalformedId, lost));
    assert_eq!(
        state(&per_field, 5),
        (S::NoId, words(&["id-vn-passport-only"]))
    );
    assert_eq!(state(&per_field, 6), (S::ForeignAttested, vec![]));
    assert_eq!(open_cases(&per_field), 5);

    let yes_no = registry(people());
    let file = population(PopulationDetail::YesNo);
    run(&yes_no, &file, &CheckOptions::pending());
    assert_eq!(state(&yes_no, 1), (S::Mismatch, words(&["pop-mismatch"])));
    assert_eq!(state(&yes_no, 2), (S::Mismatch, words(&["pop-mismatch"])));
    // Nobody is asked about twice.
    assert_eq!(run(&yes_no, &file, &CheckOptions::pending()).subjects(), 0);
}

#[test]
fn guesses_stand_beside_a_mismatch_under_codes_of_their_own() {
    // The number says 1999 and male.
    let mut she = person("001099000001", "Nguyễn Văn An", "1988-03-05");
    she.sex = Some(Sex::Female);
    let registry = registry([she]);
    run(
        &registry,
        &population(PopulationDetail::YesNo),
        &CheckOptions::pending(),
    );
    let (_, reasons) = state(&registry, 0);
    assert_eq!(reasons[0], "pop-mismatch");
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    for guess in &reasons[1..] {
        assert_eq!(RefusalCode::from_code(guess), None);
    }
}

#[test]
fn a_register_that_does_not_answer_is_no_mismatch() {
    let registry = registry([
        person("001099000001", "Nguyễn Văn An", "1999-03-05"),
        person("001099000002", "Trần Văn Bình", "1998-04-06"),
    ]);
    let file = population(PopulationDetail::YesNo);
    let silent = FaultyPopulation::new(file, &[Fault::Timeout, Fault::None]);
    let report = run(&registry, &silent, &CheckOptions::pending());
    assert_eq!(report.in_state(VerificationState::Unavailable), 2);
    assert_eq!(open_cases(&registry), 0);
    let unavailable = (VerificationState::Unavailable, words(&["pop-unavailable"]));
    assert_eq!(state(&registry, 0), unavailable);
    let report = run(&registry, &silent, &CheckOptions::pending());
    assert_eq!(report.in_state(VerificationState::Match), 2);
}

#[test]
fn a_rate_limit_stops_the_run_and_the_next_one_goes_on() {
    let registry = registry([person("001099000001", "Nguyễn Văn An", "1999-03-05")]);
    let file = population(PopulationDetail::YesNo);
    let limit = Fault::RateLimit { seconds: 7 };
    let limited = FaultyPopulation::new(file, &[limit, Fault::None]);
    let report = run(&registry, &limited, &CheckOptions::pending());
    assert_eq!(report.stopped, Some(CheckStop::RateLimited { seconds: 7 }));
    let report = run(&registry, &limited, &CheckOptions::pending());
    assert_eq!(report.stopped, None);
    assert_eq!(state(&registry, 0).0, VerificationState::Match);
}

#[test]
fn what_the_police_completed_is_found_again_without_an_edit() {
    let registry = registry([person("001099000003", "Vũ Văn Em", "1999-03-05")]);
    let before = population(PopulationDetail::PerField);
    run(&registry, &before, &CheckOptions::pending());
    assert_eq!(open_cases(&registry), 1);
    let completed = format!("{PEOPLE}001099000003,Vũ Văn Em,1999-03-05,M\n");
    let profile = ColumnProfile::default();
    let bytes = std::io::Cursor::new(completed.into_bytes());
    let after = PopulationFile::read(bytes, &profile, PopulationDetail::PerField).unwrap();
    assert_eq!(
        run(&registry, &after, &CheckOptions::pending()).subjects(),
        0
    );
    run(&registry, &after, &CheckOptions::again());
    assert_eq!(state(&registry, 0).0, VerificationState::Match);
    assert_eq!(open_cases(&registry), 0);
}

#[test]
fn an_edit_of_the_identity_is_asked_about_anew() {
    let registry = registry([person("001099000001", "Nguyễn Văn Am", "1999-03-05")]);
    let file = population(PopulationDetail::PerField);
    run(&registry, &file, &CheckOptions::pending());
    assert_eq!(state(&registry, 0).0, VerificationState::Mismatch);
    let right = person("001099000001", "Nguyễn Văn An", "1999-03-05");
    let correction = Correction::new(id(0), 1, right);
    pollster::block_on(registry.correct(&act(), &[correction])).unwrap();
    assert_eq!(run(&registry, &file, &CheckOptions::pending()).asked, 1);
    assert_eq!(state(&registry, 0).0, VerificationState::Match);
}

#[test]
fn two_records_of_one_person_wait_for_a_link() {
    let an = || person("001099000001", "Nguyễn Văn An", "1999-03-05");
    let registry = registry([an()]);
    let file = population(PopulationDetail::YesNo);
    run(&registry, &file, &CheckOptions::pending());
    assert_eq!(state(&registry, 0).0, VerificationState::Match);
    // The second record comes later, with the number under another word.
    let mut twin = an();
    twin.document_kind = Some(DocumentKind::PersonalNumber);
    add(&registry, 1, [twin]);
    run(&registry, &file, &CheckOptions::pending());
    let same = (VerificationState::SamePerson, words(&["same-person"]));
    assert_eq!(
        (state(&registry, 0), state(&registry, 1)),
        (same.clone(), same.clone())
    );
    // Asking again changes nothing; a link does.
    run(&registry, &file, &CheckOptions::again());
    assert_eq!(state(&registry, 0), same);
    let at = act().at();
    let link = SubjectLink::new(
        id(0),
        id(1),
        LinkRelation::MergedFrom,
        "BB-1".to_owned(),
        at,
    );
    pollster::block_on(registry.link(&act(), &link)).unwrap();
    run(&registry, &file, &CheckOptions::again());
    assert_eq!(state(&registry, 0).0, VerificationState::Match);
    assert_eq!(state(&registry, 1), same);
}

#[test]
fn two_people_may_share_a_number() {
    let mut people = [
        person("271450001", "Lê Thị Cúc", "1970"),
        person("271450001", "Lê Thị Dung", "1971-01-02"),
    ];
    for one in &mut people {
        one.sex = Some(Sex::Female);
        one.document_kind = Some(DocumentKind::Cmnd);
    }
    let registry = registry(people);
    run(
        &registry,
        &population(PopulationDetail::YesNo),
        &CheckOptions::pending(),
    );
    assert_eq!(state(&registry, 0).0, VerificationState::Match);
    assert_eq!(state(&registry, 1).0, VerificationState::Match);
}
