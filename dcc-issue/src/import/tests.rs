//! Imports into the memory register.

use dcc_registry::{
    Act, Actor, Correction, IdentityRule, IntakeStore as _, MemoryRegistry, ReferenceKey, Registry,
    Subject, SubjectStore as _, Timestamp, VerificationResult, VerificationState,
    VerificationStore as _,
};
use pollster::block_on;

use super::*;
use crate::intake::{ColumnProfile, DoseRow, FacilityRow, IntakeOptions};

const HEADER: &str = "subject_ref,full_name,birth_date,sex,nationality,document_kind,\
    document_number,residence_commune,dose_ref,vaccine,lot,dose_date,dose_kind,\
    vaccinating_facility,entering_facility\n";
const FIRST: &str = "S1,Nguyễn Văn An,1999-03-05,M,VN,cccd,001099000001,00001,D1,Pfizer,L1,2021-09-01,Mũi 1,F1,F1\n";
const SECOND: &str = "S1,Nguyễn Văn An,1999-03-05,M,VN,cccd,001099000001,00001,D2,Pfizer,L2,2021-10-01,Mũi 2,F1,F1\n";

fn key() -> ReferenceKey {
    ReferenceKey::from_bytes([4; 32])
}

fn act() -> Act {
    let at: Timestamp = "2022-06-01".parse().unwrap();
    Act::new(Actor::new("test"), at)
}

fn take(registry: &MemoryRegistry, rows: &[&str], rule: IdentityRule) -> DoseImportReport {
    let text = format!("{HEADER}{}", rows.concat());
    let profile = ColumnProfile::default();
    let bytes = std::io::Cursor::new(text.into_bytes());
    let rows = DoseRow::rows(bytes, &profile, &IntakeOptions::default()).unwrap();
    let options = DoseImportOptions::new(rule);
    let mut silent = |_: &DoseImportReport| {};
    let key = key();
    let place: (&dyn Registry, &ReferenceKey) = (registry, &key);
    block_on(import_doses(place, rows, &options, &act(), &mut silent)).unwrap()
}

fn keep(registry: &MemoryRegistry, rows: &[&str]) -> DoseImportReport {
    take(registry, rows, IdentityRule::Keep)
}

fn subject(registry: &MemoryRegistry) -> Subject {
    let found = block_on(registry.subjects(&[key().subject_id("S1")])).unwrap();
    found.into_iter().next().unwrap().unwrap()
}

fn is_held(registry: &MemoryRegistry) -> bool {
    let conflict = crate::RefusalCode::SubjectConflict.reason();
    subject(registry).record.verification.reasons == [conflict]
}

fn settle(registry: &MemoryRegistry, state: VerificationState) {
    let version = subject(registry).record.identity_version;
    let result = VerificationResult::new(key().subject_id("S1"), version, state, vec![]);
    block_on(registry.record(&act(), &[result])).unwrap();
}

#[test]
fn a_second_import_changes_nothing_and_a_missing_row_withdraws_nothing() {
    let registry = MemoryRegistry::new();
    let first = keep(&registry, &[FIRST, SECOND]);
    assert_eq!((first.subjects_added, first.doses_added), (1, 2));
    let again = keep(&registry, &[FIRST]);
    assert_eq!((again.subjects_added, again.doses_unchanged), (0, 1));
    assert_eq!(subject(&registry).doses.len(), 2);
}

#[test]
fn known_doses_with_other_content_are_corrections() {
    let registry = MemoryRegistry::new();
    keep(&registry, &[FIRST]);
    let report = keep(&registry, &[&FIRST.replace("2021-09-01", "2021-09-02")]);
    assert_eq!((report.doses_corrected, report.doses_added), (1, 0));
    assert_eq!(subject(&registry).doses[0].version, 2);
    let other = FIRST.replace("S1,", "S2,");
    assert_eq!(keep(&registry, &[&other]).doses_not_taken, 1);
}

#[test]
fn rows_that_contradict_each_other_hold_their_subject() {
    let registry = MemoryRegistry::new();
    let other = SECOND.replace("An,", "Am,");
    let report = keep(&registry, &[FIRST, &other]);
    assert_eq!(report.conflicts, 1);
    assert!(is_held(&registry));
    // Both doses stand, and the first name.
    let stored = subject(&registry);
    assert_eq!(stored.doses.len(), 2);
    assert_eq!(stored.record.identity.full_name, "Nguyễn Văn An");
    // A run that was cut short between the two writes is mended by the next.
    settle(&registry, VerificationState::NotSent);
    keep(&registry, &[FIRST, &other]);
    assert!(is_held(&registry));
}

#[test]
fn repeating_an_import_undoes_no_correction() {
    let registry = MemoryRegistry::new();
    let other = SECOND.replace("An,", "Am,");
    keep(&registry, &[FIRST, &other]);
    let mut right = subject(&registry).record.identity;
    "Nguyễn Văn Ân".clone_into(&mut right.full_name);
    let correction = Correction::new(key().subject_id("S1"), 1, right);
    block_on(registry.correct(&act(), &[correction])).unwrap();
    assert!(!is_held(&registry));
    assert_eq!(keep(&registry, &[FIRST, &other]).conflicts, 2);
    assert!(!is_held(&registry));
    assert_eq!(
        subject(&registry).record.identity.full_name,
        "Nguyễn Văn Ân"
    );
    // A new row that contradicts the correction is a new contradiction.
    keep(&registry, &[&other.replace("D2", "D3")]);
    assert!(is_held(&registry));
}

#[test]
fn a_corrected_list_changes_no_identified_subject() {
    let registry = MemoryRegistry::new();
    keep(&registry, &[FIRST]);
    let corrected = [FIRST.replace("001099000001", "001099000002")];
    let corrected = [corrected[0].as_str()];
    let rule = IdentityRule::ReplaceUnidentified;
    assert_eq!(take(&registry, &corrected, rule).subjects_updated, 1);
    settle(&registry, VerificationState::Match);
    let report = take(&registry, &[FIRST], rule);
    assert_eq!((report.identified, report.subjects_updated), (1, 0));
    let number = subject(&registry).record.identity.document_number;
    assert_eq!(number, "001099000002");
}

#[test]
fn certificates_of_facilities_keep_the_time_at_which_they_were_registered() {
    let registry = MemoryRegistry::new();
    let table = "facility,name,commune,signing_mode,enabled_from\nF1,Trạm,1,self,\n";
    let put = |at: &str, der: u8| {
        let profile = ColumnProfile::default();
        let rows = FacilityRow::rows(table.as_bytes(), &profile, &IntakeOptions::default());
        let act = Act::new(Actor::new("test"), at.parse().unwrap());
        let mut certificates = |_: &FacilityRow| vec![vec![der]];
        block_on(import_facilities(
            &registry,
            rows.unwrap(),
            &act,
            &mut certificates,
        ))
        .unwrap()
    };
    assert_eq!(put("2022-01-01", 1).added, 1);
    assert_eq!(put("2022-02-01", 1).unchanged, 1);
    assert_eq!(put("2022-03-01", 2).updated, 1);
    let id = [dcc_registry::FacilityId::new("F1")];
    let found = block_on(dcc_registry::FacilityDirectory::facilities(&registry, &id)).unwrap();
    let facility = found.into_iter().next().unwrap().unwrap();
    let days: Vec<String> = facility
        .certificates
        .iter()
        .map(|one| one.registered_at.vietnam_date().unwrap().to_string())
        .collect();
    assert_eq!(days, ["2022-01-01", "2022-03-01"]);
}

#[test]
fn another_nationality_is_a_contradiction_and_no_way_around_the_check() {
    let foreign = FIRST.replace(",VN,", ",US,").replace("D1", "D3");
    // In the same table, and in a later one.
    for tables in [
        vec![vec![FIRST, SECOND, &foreign]],
        vec![vec![FIRST, SECOND], vec![&foreign]],
    ] {
        let registry = MemoryRegistry::new();
        let mut conflicts = 0;
        for rows in tables {
            conflicts += keep(&registry, &rows).conflicts;
        }
        assert_eq!(conflicts, 1);
        assert_eq!(subject(&registry).record.identity.nationality, "VN");
        assert!(is_held(&registry));
    }
}
