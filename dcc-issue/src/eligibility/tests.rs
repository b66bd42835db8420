//! Policies over hand-made subjects.

use dcc_model::Coded as _;
use dcc_registry::{
    Act, Actor, AttestationId, Attested, Column, CommuneCode, Digest, DoseContent, DoseKey,
    DoseRecord, DoseRef, Facility, FacilityCertificate, FacilityId, Identity, ReasonCode,
    SigningMode, Subject, SubjectId, SubjectRecord, Timestamp, Verification, VerificationState,
    civil,
};

use super::*;
use crate::{RefusalCode, SigningDirectory};

fn at() -> Timestamp {
    "2022-06-01".parse().unwrap()
}

fn act() -> Act {
    Act::new(Actor::new("test"), at())
}

fn directory() -> SigningDirectory {
    let commune = || CommuneCode::new("00001");
    let mut signs = Facility::new(FacilityId::new("F"), "F", commune());
    signs.mode = SigningMode::SelfSigning;
    let certificate = FacilityCertificate::new(vec![1], Timestamp::UNIX_EPOCH);
    signs.certificates.push(certificate);
    let idle = Facility::new(FacilityId::new("0"), "0", commune());
    SigningDirectory::new([signs, idle], [])
}

/// A matched subject with attested doses: vaccine and day of each.
fn subject(doses: &[(&str, &str)]) -> Subject {
    let id = SubjectId::from_bytes([7; 16]);
    let mut identity = Identity::new("Nguyễn Văn An", CommuneCode::new("00001"));
    "1999-05-02".clone_into(&mut identity.birth_date);
    "VN".clone_into(&mut identity.nationality);
    let mut record = SubjectRecord::new(id, "S1".to_owned(), identity, &act());
    record.verification = Verification::new(VerificationState::Match, vec![], Some(at()));
    let mut subject = Subject::new(record);
    for (number, (vaccine, day)) in (1..).zip(doses) {
        let day: civil::Date = day.parse().unwrap();
        let mut content = DoseContent::new(*vaccine, day, FacilityId::new("F"));
        content.lot = Some(format!("L{number}"));
        let key = DoseKey::new(id, DoseRef::new(format!("D{number}")));
        let mut dose = DoseRecord::new(key, 1, content, &act());
        dose.attested = Some(Attested::new(AttestationId::new(Digest::ZERO), number));
        subject.doses.push(dose);
    }
    subject
}

fn full(subject: &Subject) -> EligibilityDecision {
    Decision5772FullCourse.decide(subject, &directory(), at())
}

fn codes(decision: &EligibilityDecision) -> Vec<&'static str> {
    let codes = decision.verdict.codes();
    codes.iter().map(|code| code.code()).collect()
}

fn coding(decision: &EligibilityDecision) -> Option<String> {
    match &decision.verdict {
        EligibilityVerdict::Eligible(entitled) => Some(format!(
            "{} {}/{} {}",
            entitled.vaccine.key(),
            entitled.coding.number,
            entitled.coding.series,
            entitled.date
        )),
        _ => None,
    }
}

const AZ: [(&str, &str); 2] = [("az", "2021-07-01"), ("az", "2021-09-01")];

#[test]
fn a_full_course_is_as_long_as_the_series_of_the_first_product() {
    for (doses, expected) in [
        (&AZ[..], Some("az 2/2 2021-09-01")),
        (&AZ[..1], None),
        (&[("janssen", "2021-09-01")], Some("janssen 1/1 2021-09-01")),
        (
            &[("janssen", "2021-09-01"), ("pfizer", "2022-01-01")],
            Some("pfizer 2/1 2022-01-01"),
        ),
        // Mixed series were official.
        (
            &[("az", "2021-07-01"), ("pfizer", "2021-09-01")],
            Some("pfizer 2/2 2021-09-01"),
        ),
        (&[("abdala", "2021-10-01"), ("abdala", "2021-10-15")], None),
        (
            &[AZ[0], AZ[1], ("pfizer", "2022-01-01")],
            Some("pfizer 3/3 2022-01-01"),
        ),
    ] {
        let decision = full(&subject(doses));
        assert_eq!(coding(&decision).as_deref(), expected, "{doses:?}");
        if expected.is_none() {
            assert_eq!(codes(&decision), ["course-incomplete"]);
        }
    }
}

#[test]
fn any_dose_entitles_under_the_practice_of_2022() {
    let one = subject(&AZ[..1]);
    let decision = AnyDose2022.decide(&one, &directory(), at());
    assert_eq!(coding(&decision).unwrap(), "az 1/2 2021-07-01");
    assert_eq!(decision.policy, "any-dose-2022/1");
    let none = AnyDose2022.decide(&subject(&[]), &directory(), at());
    assert_eq!(codes(&none), ["course-incomplete"]);
    assert_eq!(policy("any-dose-2022").unwrap().name(), "any-dose-2022");
    assert!(policy("none").is_none());
}

#[test]
fn an_unlicensed_dose_is_refused_alone() {
    let with = subject(&[AZ[0], ("CoronaVac", "2021-08-01"), AZ[1]]);
    let decision = full(&with);
    assert_eq!(coding(&decision).unwrap(), "az 2/2 2021-09-01");
    let own: Vec<_> = decision.doses.iter().map(|dose| dose.own).collect();
    assert_eq!(own, [None, Some(RefusalCode::VaccineNotLicensed), None]);
    let columns = decision.dose_columns(Column::Issued);
    assert_eq!((columns.issued, columns.refused, columns.held), (2, 1, 0));
    let alone = full(&subject(&[AZ[0], ("CoronaVac", "2021-08-01")]));
    assert_eq!(codes(&alone), ["vaccine-not-licensed", "course-incomplete"]);
}

#[test]
fn a_second_record_of_one_lot_counts_once_and_one_of_another_lot_is_held() {
    let mut twice = subject(&[AZ[0], ("az", "2021-07-03"), AZ[1]]);
    twice.doses[0].content.entered_at = Some("2021-07-10".parse().unwrap());
    twice.doses[1].content.entered_at = Some("2021-07-05".parse().unwrap());
    let other_lot = full(&twice);
    assert_eq!(codes(&other_lot), ["dose-duplicate"]);
    assert_eq!(other_lot.dose_columns(Column::Held).held, 3);
    let lot = twice.doses[0].content.lot.clone();
    twice.doses[1].content.lot = lot;
    let decision = full(&twice);
    assert_eq!(coding(&decision).unwrap(), "az 2/2 2021-09-01");
    // The first one was entered later.
    assert_eq!(decision.doses[0].own, Some(RefusalCode::DoseDuplicate));
    assert_eq!(decision.doses[1].own, None);
    // Exactly one counts where nobody knows when they were entered.
    twice.doses[0].content.entered_at = None;
    twice.doses[1].content.entered_at = None;
    let own: Vec<_> = full(&twice).doses.iter().map(|dose| dose.own).collect();
    assert_eq!(own, [None, Some(RefusalCode::DoseDuplicate), None]);
    // Four days apart are two shots.
    twice.doses[1].content.date = civil::date(2021, 7, 5);
    assert_eq!(coding(&full(&twice)).unwrap(), "az 3/3 2021-09-01");
}

#[test]
fn a_dose_without_signature_holds_its_subject_and_says_why() {
    let mut waiting = subject(&AZ);
    waiting.doses[1].attested = None;
    assert_eq!(codes(&full(&waiting)), ["not-attested"]);
    waiting.doses[1].version = 2;
    assert_eq!(codes(&full(&waiting)), ["attestation-lapsed"]);
    waiting.doses[1].content.entering = FacilityId::new("0");
    assert_eq!(codes(&full(&waiting)), ["dose-entered-elsewhere"]);
    waiting.doses[1].content.entering = FacilityId::new("X");
    waiting.doses[0].content.date = civil::date(2012, 7, 1);
    let decision = full(&waiting);
    assert_eq!(
        codes(&decision),
        ["facility-unknown", "dose-date-impossible"]
    );
    assert!(matches!(decision.verdict, EligibilityVerdict::Held(_)));
}

#[test]
fn a_dose_of_tomorrow_is_held() {
    let tomorrow = full(&subject(&[AZ[0], ("az", "2022-06-02")]));
    assert_eq!(codes(&tomorrow), ["dose-date-impossible"]);
}

#[test]
fn who_is_not_identified_is_held_with_all_doses_and_without_the_guesses() {
    let mut unknown = subject(&[AZ[0], ("CoronaVac", "2021-08-01")]);
    let reasons = ["pop-name", "number-sex-differs"]
        .map(ReasonCode::new)
        .to_vec();
    unknown.record.verification = Verification::new(VerificationState::Mismatch, reasons, None);
    let decision = full(&unknown);
    assert_eq!(codes(&decision), ["pop-name"]);
    assert_eq!(decision.dose_columns(Column::Held).held, 2);
    for (state, code) in [
        (VerificationState::NotSent, "pop-not-asked"),
        (VerificationState::Unavailable, "pop-unavailable"),
        (VerificationState::SamePerson, "same-person"),
    ] {
        unknown.record.verification = Verification::new(state, vec![], None);
        assert_eq!(codes(&full(&unknown)), [code]);
    }
    let mut nameless = subject(&AZ);
    "?".clone_into(&mut nameless.record.identity.full_name);
    assert_eq!(codes(&full(&nameless)), ["name-unwritable"]);
}

#[test]
fn the_content_hash_changes_with_what_the_certificate_says_and_with_nothing_else() {
    let content = |subject: &Subject, at: Timestamp| {
        let decision = Decision5772FullCourse.decide(subject, &directory(), at);
        match decision.verdict {
            EligibilityVerdict::Eligible(entitled) => entitled.content,
            other => panic!("{other:?}"),
        }
    };
    let before = subject(&AZ);
    let first = content(&before, at());
    let mut other = before.clone();
    "0901".clone_into(&mut other.record.identity.phone);
    other.record.revision = 9;
    other.doses[0].attested = Some(Attested::new(AttestationId::new(Digest::of(b"x")), 1));
    assert_eq!(content(&other, "2026-06-01".parse().unwrap()), first);
    assert_ne!(full(&other).inputs, full(&before).inputs);
    let mut renamed = before.clone();
    "Nguyễn Văn Ân".clone_into(&mut renamed.record.identity.full_name);
    assert_ne!(content(&renamed, at()), first);
    let mut corrected = before;
    corrected.doses[1].version = 2;
    assert_ne!(content(&corrected, at()), first);
}
