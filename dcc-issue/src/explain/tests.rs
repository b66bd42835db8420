use dcc_model::Coded as _;
use dcc_registry::{
    Act, Actor, CommuneCode, Correction, DoseContent, DoseRef, FacilityId, Identity, Intake,
    IntakeStore as _, MemoryRegistry, VerificationResult, VerificationState,
    VerificationStore as _, civil,
};

use super::*;
use crate::eligibility::policy;

fn key() -> ReferenceKey {
    ReferenceKey::from_bytes([7; 32])
}

fn at(day: &str) -> Timestamp {
    day.parse().unwrap()
}

async fn register() -> MemoryRegistry {
    let registry = MemoryRegistry::new();
    let act = Act::new(Actor::new("test"), at("2022-05-01"));
    let mut who = Identity::new("Lê Thị Hoa", CommuneCode::new("00001"));
    who.birth_date = "1948".to_owned();
    who.nationality = "VN".to_owned();
    let id = key().subject_id("S1");
    let mut item = Intake::new(id, "S1", who.clone());
    for (number, kind, day) in [(1, "pfizer", 3), (2, "moderna", 4)] {
        let day = civil::date(2021, 8, day);
        let shot = DoseContent::new(kind, day, FacilityId::new("F1"));
        item.doses.push((DoseRef::new(format!("D{number}")), shot));
    }
    registry.take_in(&act, &[item]).await.unwrap();
    let reasons = vec![RefusalCode::IdMissing.reason()];
    let result = VerificationResult::new(id, 1, VerificationState::NoId, reasons);
    registry.record(&act, &[result]).await.unwrap();
    let mut renamed = who;
    renamed.full_name = "Lê Thị Hoà".to_owned();
    registry
        .correct(&act, &[Correction::new(id, 1, renamed)])
        .await
        .unwrap();
    registry
}

#[tokio::test]
async fn the_whole_history_fits_on_a_screen_in_both_languages() {
    let registry = register().await;
    let id = find_subject((&registry, &key()), "S1")
        .await
        .unwrap()
        .unwrap();
    let policy = policy("full-course-5772").unwrap();
    let told = Explanation::of(&registry, id, policy, at("2022-06-01"))
        .await
        .unwrap()
        .unwrap();
    let (vi, en) = (told.lines(Lang::Vi), told.lines(Lang::En));
    assert_eq!(vi.len(), en.len());
    assert!(vi.len() <= 40, "{} lines", vi.len());
    let (vi, en) = (vi.join("\n"), en.join("\n"));
    for part in [
        "S1",
        "Lê Thị Hoà",
        "Lê Thị Hoa",
        "1948",
        "03/08/2021",
        "D2",
        "Moderna",
        "F1",
    ] {
        assert!(vi.contains(part) && en.contains(part), "{part} in {vi}");
    }
    assert!(vi.contains(RefusalCode::IdMissing.text(Lang::Vi)), "{vi}");
    assert!(en.contains("CLEANING") && en.contains("not signed"), "{en}");
    assert!(!told.reasons().is_empty());
    assert!(!format!("{told:?}").contains("Hoà"));
}

#[tokio::test]
async fn unknown_people_are_not_found() {
    let registry = register().await;
    let place: (&dyn Registry, &ReferenceKey) = (&registry, &key());
    assert_eq!(find_subject(place, "S2").await.unwrap(), None);
    assert_eq!(find_subject(place, "urn:uvci:01:VN:1").await.unwrap(), None);
}

#[tokio::test]
async fn people_see_their_own_doses_and_what_is_missing() {
    let registry = register().await;
    let policy = policy("any-dose-2022").unwrap();
    let who = AuthenticatedCitizen::vouched_for(key().subject_id("S1"));
    let own = own_record(&registry, who, policy, at("2022-06-01"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(own.doses.len(), 2);
    assert_eq!(own.doses[0].dose.content.date, civil::date(2021, 8, 3));
    assert!(own.certificate.is_none());
    assert!(
        own.reasons.contains(&RefusalCode::PopNotAsked),
        "{:?}",
        own.reasons
    );
    assert!(!format!("{own:?}").contains("2021"));
    let nobody = AuthenticatedCitizen::vouched_for(key().subject_id("S9"));
    assert_eq!(
        own_record(&registry, nobody, policy, at("2022-06-01"))
            .await
            .unwrap(),
        None
    );
}
