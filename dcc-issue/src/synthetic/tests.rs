//! The files are read back by intake, judged by the rules of the ledger without knowing what was
//! put in, and compared with it.

use alloc::collections::BTreeMap;
use std::path::PathBuf;

use dcc_registry::PopulationDetail;
use serde_json::Value;

use super::*;
use crate::intake::RowState;

mod judge;

use judge::Outcome;

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
                    let name = path.file_name().unwrap().to_string_lossy().into_owned();
                    files.insert(name, fs::read(path).unwrap());
                }
            }
        }
        files
    }
}

fn outcome(value: &Value) -> Outcome {
    let codes = value.get("codes").and_then(Value::as_array);
    let codes = codes
        .into_iter()
        .flatten()
        .map(|code| code.as_str().unwrap().to_owned());
    (value["state"].as_str().unwrap().to_owned(), codes.collect())
}

/// Compares what the rules make of the files with one column of the ledger.
fn compare(folder: &Folder, read: &judge::Read, subjects: &[Value], mode: &str) {
    let detail = match mode {
        "yes_no" => PopulationDetail::YesNo,
        _ => PopulationDetail::PerField,
    };
    let identities = judge::identities(read, folder, detail);
    let absent: Outcome = ("absent".to_owned(), vec![]);
    for truth in subjects {
        let name = truth["subject_ref"].as_str().unwrap();
        let expected = outcome(&truth[mode]);
        let Some(subject) = read.subjects.get(name) else {
            assert_eq!(expected, absent, "{truth}");
            continue;
        };
        let (found, doses) = judge::judge(read, subject, &identities[name]);
        assert_eq!(found, expected, "{mode} {truth}");
        for dose in truth["doses"].as_array().unwrap() {
            let found = doses
                .get(dose["dose_ref"].as_str().unwrap())
                .unwrap_or(&absent);
            assert_eq!(*found, outcome(&dose[mode]), "{mode} {truth}");
        }
    }
}

#[test]
fn what_the_rules_make_of_the_files_is_what_the_ledger_says() {
    let (folder, summary) = Folder::made(12_000, 5, 2);
    let read = judge::read(&folder);
    let totals = &summary.totals;
    let (taken, refused) = (
        totals.count("rows", "taken"),
        totals.count("rows", "refused"),
    );
    assert_eq!(read.report.in_state(RowState::Refused), refused);
    assert_eq!(read.report.rows(), refused + taken);
    let ledger = fs::read_to_string(folder.path("truth.jsonl")).unwrap();
    let lines: Vec<Value> = ledger
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (last, subjects) = lines.split_last().unwrap();
    assert_eq!(subjects.len(), 12_000);
    assert_eq!(last["totals"]["subjects"]["all"], 12_000);
    compare(&folder, &read, subjects, "yes_no");
    compare(&folder, &read, subjects, "per_field");
    let rows = subjects
        .iter()
        .flat_map(|truth| truth["doses"].as_array().unwrap());
    let mut of_ledger: Vec<&str> = rows
        .filter_map(|dose| dose.get("row_refused")?.as_str())
        .collect();
    let mut found: Vec<&str> = read.refused.values().flatten().copied().collect();
    found.sort_unstable();
    of_ledger.sort_unstable();
    assert_eq!(found, of_ledger);
}

#[test]
fn every_fault_and_every_outcome_occurs() {
    let (_folder, summary) = Folder::made(12_000, 5, 2);
    let totals = &summary.totals;
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
    for fault in [
        "duplicate-same-lot",
        "duplicate-other-lot",
        "unlicensed-vaccine",
        "date-unreadable",
        "date-impossible",
        "facility-unknown",
        "wrong-kind",
    ] {
        assert!(totals.count("dose_faults", fault) > 0, "{fault}");
    }
    for state in ["issued", "held", "refused", "absent"] {
        assert!(totals.count("yes_no_subjects", state) > 0, "{state}");
        assert!(totals.count("per_field_doses", state) > 0, "{state}");
    }
    for kind in ["yes_no_subjects", "per_field_subjects", "buckets"] {
        let all: u64 = totals.of(kind).map(|(_, count)| count).sum();
        assert_eq!(all, 12_000, "{kind}");
    }
}

#[test]
fn invariant_14_the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
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
