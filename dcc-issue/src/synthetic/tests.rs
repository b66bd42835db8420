//! The files are read back by intake, judged by the rules of the ledger without knowing what was
//! put in, and compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use dcc_model::{Coded as _, Timestamp, civil};
use dcc_registry::{
    BirthDateAgreement, Delegation, Facility, FieldAgreement, Identity, NameAgreement,
    PopulationAnswer, PopulationDetail, PopulationQuery, PopulationRegistry as _, PopulationReply,
    SigningMode,
};
use serde_json::Value;

use super::*;
use crate::intake::{
    ColumnProfile, DelegationRow, DoseRow, FacilityRow, IntakeOptions, IntakeReport, RowState,
    Rows, check_dose, check_identity, is_foreign,
};
use crate::{PopulationFile, RefusalCode, RefusalState};

struct Folder(tempfile::TempDir);

impl Folder {
    fn made(subjects: u64, seed: u64, threads: usize) -> (Self, SyntheticSummary) {
        let folder = tempfile::tempdir().unwrap();
        let mut options = SyntheticOptions::new(subjects, seed);
        options.threads = threads;
        let summary = write(options, folder.path()).unwrap();
        (Self(folder), summary)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str) -> File {
        File::open(self.path(name)).unwrap()
    }

    fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for folder in [self.0.path().to_owned(), self.path("keys")] {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    files.insert(
                        path.display()
                            .to_string()
                            .split('/')
                            .next_back()
                            .unwrap()
                            .to_owned(),
                        fs::read(path).unwrap(),
                    );
                }
            }
        }
        files
    }
}

/// State and codes.
type Outcome = (String, Vec<String>);

fn outcome(value: &Value) -> Outcome {
    let codes = value.get("codes").and_then(Value::as_array);
    let codes = codes
        .into_iter()
        .flatten()
        .map(|code| code.as_str().unwrap().to_owned());
    (value["state"].as_str().unwrap().to_owned(), codes.collect())
}

fn held_or_refused(codes: &[RefusalCode]) -> Outcome {
    let state = codes[0].state().word().to_owned();
    (
        state,
        codes.iter().map(|code| code.code().to_owned()).collect(),
    )
}

#[derive(Default)]
struct Subject {
    identities: Vec<Identity>,
    doses: Vec<DoseRow>,
}

/// Everything of a folder, read by intake.
struct Read {
    subjects: BTreeMap<String, Subject>,
    refused: BTreeMap<u64, Vec<&'static str>>,
    report: IntakeReport,
    facilities: BTreeMap<String, Facility>,
    delegations: Vec<Delegation>,
}

fn read(folder: &Folder) -> Read {
    let profile = ColumnProfile::default();
    let options = IntakeOptions::on(civil::date(2022, 6, 1));
    let mut read = Read {
        subjects: BTreeMap::new(),
        refused: BTreeMap::new(),
        report: IntakeReport::default(),
        facilities: BTreeMap::new(),
        delegations: Vec::new(),
    };
    for row in Rows::<DoseRow>::open(folder.file("doses.csv"), &profile, &options).unwrap() {
        let row = row.unwrap();
        read.report.count(&row);
        if row.state() == RowState::Refused {
            let codes = row.findings.iter().filter(|found| found.code.refuses());
            read.refused
                .insert(row.row, codes.map(|found| found.code.code()).collect());
        }
        let Some(dose) = row.record else { continue };
        let subject = read.subjects.entry(dose.subject_ref.clone()).or_default();
        if !subject.identities.contains(&dose.identity) {
            subject.identities.push(dose.identity.clone());
        }
        subject.doses.push(dose);
    }
    for row in Rows::<FacilityRow>::open(folder.file("facilities.csv"), &profile, &options).unwrap()
    {
        let row = row.unwrap();
        assert_eq!(row.state(), RowState::Accepted);
        let mut record = row.record.unwrap();
        if let Some(certificate) = record.certificate.filter(|_| record.key.is_some()) {
            let pem = fs::read(folder.path(&certificate)).unwrap();
            let registered = Timestamp::UNIX_EPOCH;
            let certificate = dcc_registry::FacilityCertificate::new(pem, registered);
            record.facility.certificates.push(certificate);
        }
        read.facilities
            .insert(record.facility.id.as_str().to_owned(), record.facility);
    }
    for row in
        Rows::<DelegationRow>::open(folder.file("delegations.csv"), &profile, &options).unwrap()
    {
        read.delegations
            .push(row.unwrap().record.unwrap().delegation);
    }
    read
}

fn population_codes(answer: &PopulationAnswer) -> Vec<RefusalCode> {
    let fields = |agreement: &FieldAgreement| {
        let mut codes = Vec::new();
        match agreement.name {
            NameAgreement::Different => codes.push(RefusalCode::PopName),
            NameAgreement::AccentsDiffer => codes.push(RefusalCode::PopNameAccents),
            _ => {}
        }
        match agreement.birth_date {
            BirthDateAgreement::Different => codes.push(RefusalCode::PopBirthDate),
            BirthDateAgreement::DayMonthSwapped => codes.push(RefusalCode::PopBirthDateSwapped),
            _ => {}
        }
        if !agreement.sex {
            codes.push(RefusalCode::PopSex);
        }
        codes
    };
    match answer {
        PopulationAnswer::Match(_) => Vec::new(),
        PopulationAnswer::Ambiguous => vec![RefusalCode::PopAmbiguous],
        PopulationAnswer::NotFound => vec![RefusalCode::PopNotFound],
        PopulationAnswer::Mismatch(rows) if rows.is_empty() => vec![RefusalCode::PopMismatch],
        PopulationAnswer::Mismatch(rows) => rows.iter().map(fields).min_by_key(Vec::len).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The codes that hold each subject before its doses are looked at.
fn identities(
    read: &Read,
    folder: &Folder,
    detail: PopulationDetail,
) -> BTreeMap<String, Vec<RefusalCode>> {
    let file = folder.file("population.csv");
    let register = PopulationFile::read(file, &ColumnProfile::default(), detail).unwrap();
    assert_eq!(register.report().in_state(RowState::Refused), 0);
    let mut held = BTreeMap::new();
    let mut matched: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (subject_ref, subject) in &read.subjects {
        let identity = &subject.identities[0];
        let check = check_identity(identity);
        let codes = if subject.identities.len() > 1 {
            vec![RefusalCode::SubjectConflict]
        } else if !check.held.is_empty() || is_foreign(identity) {
            check.held
        } else {
            let document = (identity.document_kind.unwrap(), check.number);
            matched
                .entry(document.1.clone())
                .or_default()
                .push(subject_ref.clone());
            let query = PopulationQuery::new(
                document,
                identity.full_name.clone(),
                identity.birth_date.clone(),
                identity.sex,
            );
            let replies = pollster::block_on(register.ask(&[query])).unwrap();
            population_codes(&PopulationReply::in_order(1, replies).remove(0))
        };
        held.insert(subject_ref.clone(), codes);
    }
    for same in matched.values() {
        let agreed: Vec<&String> = same.iter().filter(|one| held[*one].is_empty()).collect();
        if agreed.len() > 1 {
            for one in agreed.into_iter().cloned().collect::<Vec<_>>() {
                held.insert(one, vec![RefusalCode::SamePerson]);
            }
        }
    }
    held
}

fn obstacle(read: &Read, dose: &DoseRow, at: Timestamp) -> Option<RefusalCode> {
    let Some(facility) = read.facilities.get(dose.dose.entering.as_str()) else {
        return Some(RefusalCode::FacilityUnknown);
    };
    if facility.enabled_from > at.vietnam_date() {
        return Some(RefusalCode::FacilityNotEnabled);
    }
    match facility.mode {
        SigningMode::Delegated => {
            let covers = |delegation: &&Delegation| {
                delegation.grantor == facility.id && delegation.covers(at, dose.dose.date)
            };
            let signer = read
                .delegations
                .iter()
                .find(covers)
                .map(|found| found.grantee.as_str());
            let signs = signer.is_some_and(|id| !read.facilities[id].certificates.is_empty());
            (!signs).then_some(RefusalCode::DelegationNotValid)
        }
        SigningMode::SelfSigning => facility
            .certificates
            .is_empty()
            .then_some(RefusalCode::FacilityNoCertificate),
        _ if dose.dose.entering != dose.dose.vaccinating => Some(RefusalCode::DoseEnteredElsewhere),
        _ => Some(RefusalCode::FacilityNoCertificate),
    }
}

/// Subject and doses by the ledger's rules.
fn judge(
    read: &Read,
    subject: &Subject,
    identity: &[RefusalCode],
) -> (Outcome, BTreeMap<String, Outcome>) {
    let at: Timestamp = "2022-06-01".parse().unwrap();
    let mut doses: Vec<&DoseRow> = subject.doses.iter().collect();
    doses.sort_by_key(|dose| (dose.dose.date, dose.dose.entered_at));
    let mut own: BTreeMap<&str, RefusalCode> = BTreeMap::new();
    let mut surplus = BTreeSet::new();
    for dose in &doses {
        let name = dose.dose_ref.as_str();
        let code = check_dose(&dose.dose, &dose.identity).or_else(|| obstacle(read, dose, at));
        own.extend(code.map(|code| (name, code)));
        for other in &doses {
            let days =
                course::day_number(dose.dose.date).abs_diff(course::day_number(other.dose.date));
            let suspects = dose.dose_ref != other.dose_ref
                && days <= 3
                && dose.dose.vaccine == other.dose.vaccine;
            if suspects && dose.dose.lot != other.dose.lot {
                own.insert(name, RefusalCode::DoseDuplicate);
            } else if suspects && dose.dose.entered_at > other.dose.entered_at {
                own.insert(name, RefusalCode::DoseDuplicate);
                surplus.insert(name);
            }
        }
    }
    let held: BTreeSet<RefusalCode> = own
        .iter()
        .filter(|(name, code)| !surplus.contains(*name) && code.state() == RefusalState::Held)
        .map(|(_, code)| *code)
        .collect();
    let counted: Vec<_> = doses
        .iter()
        .filter(|dose| !own.contains_key(dose.dose_ref.as_str()))
        .collect();
    let series = counted
        .first()
        .map_or(9, |dose| match dose.dose.vaccine.as_str() {
            "janssen" => 1,
            "abdala" => 3,
            _ => 2,
        });
    let outcome = if !identity.is_empty() {
        held_or_refused(identity)
    } else if !held.is_empty() {
        held_or_refused(&held.into_iter().collect::<Vec<_>>())
    } else if counted.len() >= series {
        ("issued".to_owned(), vec![])
    } else {
        let unlicensed = own
            .values()
            .find(|code| **code == RefusalCode::VaccineNotLicensed);
        let codes = unlicensed
            .copied()
            .into_iter()
            .chain([RefusalCode::CourseIncomplete]);
        held_or_refused(&codes.collect::<Vec<_>>())
    };
    let of_dose = |dose: &&DoseRow| {
        let name = dose.dose_ref.as_str();
        let own = own.get(name).filter(|_| identity.is_empty());
        (
            name.to_owned(),
            own.map_or_else(|| outcome.clone(), |code| held_or_refused(&[*code])),
        )
    };
    let by_dose = doses.iter().map(of_dose).collect();
    (outcome, by_dose)
}

#[test]
fn what_the_rules_make_of_the_files_is_what_the_ledger_says() {
    let (folder, summary) = Folder::made(12_000, 5, 2);
    let read = read(&folder);
    let totals = &summary.totals;
    assert_eq!(
        read.report.in_state(RowState::Refused),
        totals.count("rows", "refused")
    );
    assert_eq!(
        read.report.rows(),
        totals.count("rows", "refused") + totals.count("rows", "taken")
    );
    let ledger = fs::read_to_string(folder.path("truth.jsonl")).unwrap();
    let lines: Vec<Value> = ledger
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (last, subjects) = lines.split_last().unwrap();
    assert_eq!(subjects.len(), 12_000);
    assert_eq!(last["totals"]["subjects"]["all"], 12_000);
    let mut refused: Vec<&str> = read.refused.values().flatten().copied().collect();
    for (mode, detail) in [
        ("yes_no", PopulationDetail::YesNo),
        ("per_field", PopulationDetail::PerField),
    ] {
        let identities = identities(&read, &folder, detail);
        for truth in subjects {
            let name = truth["subject_ref"].as_str().unwrap();
            let expected = outcome(&truth[mode]);
            let Some(subject) = read.subjects.get(name) else {
                assert_eq!(expected.0, "absent", "{truth}");
                continue;
            };
            let (found, doses) = judge(&read, subject, &identities[name]);
            assert_eq!(found, expected, "{mode} {truth}");
            for dose in truth["doses"].as_array().unwrap() {
                let found = doses.get(dose["dose_ref"].as_str().unwrap());
                let absent = ("absent".to_owned(), vec![]);
                assert_eq!(
                    *found.unwrap_or(&absent),
                    outcome(&dose[mode]),
                    "{mode} {truth}"
                );
            }
        }
    }
    let of_ledger = subjects
        .iter()
        .flat_map(|truth| truth["doses"].as_array().unwrap());
    let mut of_ledger: Vec<&str> = of_ledger
        .filter_map(|dose| dose.get("row_refused")?.as_str())
        .collect();
    refused.sort_unstable();
    of_ledger.sort_unstable();
    assert_eq!(refused, of_ledger);
    // The ledger is worth its name only if everything occurs.
    for fault in [
        "name",
        "name-accents",
        "birth-date",
        "birth-date-swapped",
        "sex",
        "not-found",
        "ambiguous",
        "strangers-number",
        "parents-number",
        "id-missing",
        "id-malformed",
        "leading-zero-lost",
        "vn-passport",
        "subject-conflict",
        "power-of-ten",
        "same-person",
    ] {
        assert!(totals.count("subject_faults", fault) > 0, "{fault}");
    }
    for state in ["issued", "held", "refused", "absent"] {
        assert!(totals.count("yes_no_subjects", state) > 0, "{state}");
        assert!(totals.count("per_field_doses", state) > 0, "{state}");
    }
    let all: u64 = totals.of("yes_no_subjects").map(|(_, count)| count).sum();
    assert_eq!(all, 12_000);
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let (one, first) = Folder::made(9_000, 7, 1);
    let (two, second) = Folder::made(9_000, 7, 3);
    assert_eq!(first, second);
    assert!(one.bytes() == two.bytes());
    let (other, _) = Folder::made(9_000, 8, 1);
    assert!(one.bytes()["doses.csv"] != other.bytes()["doses.csv"]);
}

#[test]
fn a_subject_does_not_depend_on_those_behind_it() {
    let (small, _) = Folder::made(99, 7, 1);
    let (large, _) = Folder::made(100, 7, 1);
    let rows = |folder: &Folder| fs::read_to_string(folder.path("population.csv")).unwrap();
    assert!(rows(&large).starts_with(&rows(&small)));
}

#[test]
fn certificates_chain_to_the_bundled_authorities() {
    let (folder, summary) = Folder::made(10, 1, 2);
    assert!(summary.facilities >= 63);
    let bundle = fs::read(folder.path("keys/facility-cas.crt.pem")).unwrap();
    let authorities: Vec<_> = pem_certificates(&bundle);
    assert_eq!(authorities.len(), 2);
    let facility = fs::read(folder.path("keys/01000.crt.pem")).unwrap();
    let facility = pem_certificates(&facility).remove(0);
    assert!(!facility.is_ca());
    assert!(authorities.iter().all(dcc_sign::DocumentSigner::is_ca));
    assert!(facility.verifying_key().is_ok());
}

fn pem_certificates(pem: &[u8]) -> Vec<dcc_sign::DocumentSigner> {
    dcc_sign::DocumentSigner::all_from_pem_bundle(pem)
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn nobody_makes_more_than_there_are_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let options = SyntheticOptions::new(MOST_SUBJECTS + 1, 1);
    assert!(matches!(
        write(options, folder.path()),
        Err(SyntheticError::TooMany)
    ));
}
