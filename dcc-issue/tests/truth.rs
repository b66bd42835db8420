//! A synthetic population through intake, check and policy: the outcome of every subject and dose
//! is the ledger's, with both details of the population register. Signatures are left out here;
//! whoever may sign a dose is taken to have signed it.

#![cfg(feature = "synthetic")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up fails"
)]

extern crate alloc;

use alloc::collections::BTreeMap;
use std::collections::HashMap;
use std::fs::{self, File};
use std::path::Path;

use dcc_issue::check::{CheckOptions, CheckReport, check};
use dcc_issue::eligibility::{
    Decision5772FullCourse, EligibilityDecision, EligibilityPolicy as _, EligibilityVerdict,
};
use dcc_issue::import::{
    DoseImportOptions, DoseImportReport, import_delegations, import_doses, import_facilities,
};
use dcc_issue::intake::{
    ColumnProfile, DelegationRow, DoseRow, FacilityRow, IntakeOptions, RowState,
};
use dcc_issue::synthetic::{SyntheticOptions, write};
use dcc_issue::{PopulationFile, RefusalState, SigningDirectory, certificate_ders};
use dcc_model::Coded as _;
use dcc_registry::{
    Act, Actor, Attestation, AttestationStore as _, Attested, Bucket, Digest, FacilityId,
    IdentityRule, Leaf, MemoryRegistry, PopulationDetail, ReferenceKey, Registry, ScanFilter,
    SubjectStore as _, Timestamp,
};
use pollster::block_on;
use serde_json::Value;

type Outcome = (String, Vec<String>);

fn at() -> Timestamp {
    "2022-06-01".parse().unwrap()
}

fn act() -> Act {
    Act::new(Actor::new("test"), at())
}

struct Loaded {
    registry: MemoryRegistry,
    key: ReferenceKey,
    report: DoseImportReport,
}

fn load(folder: &Path) -> Loaded {
    let registry = MemoryRegistry::new();
    let key = ReferenceKey::from_bytes([5; 32]);
    let profile = ColumnProfile::default();
    let options = IntakeOptions::on(at().vietnam_date().unwrap());
    let file = |name: &str| File::open(folder.join(name)).unwrap();
    let rows = FacilityRow::rows(file("facilities.csv"), &profile, &options).unwrap();
    let mut certificates = |row: &FacilityRow| {
        let read = |name: &String| certificate_ders(&fs::read(folder.join(name)).unwrap());
        row.certificate.as_ref().map(read).unwrap_or_default()
    };
    block_on(import_facilities(
        &registry,
        rows,
        &act(),
        &mut certificates,
    ))
    .unwrap();
    let rows = DelegationRow::rows(file("delegations.csv"), &profile, &options).unwrap();
    block_on(import_delegations(&registry, rows, &act())).unwrap();
    let rows = DoseRow::rows(file("doses.csv"), &profile, &options).unwrap();
    let mut silent = |_: &DoseImportReport| {};
    let register: &dyn Registry = &registry;
    let place = (register, &key);
    let report = block_on(import_doses(
        place,
        rows,
        &DoseImportOptions::new(IdentityRule::Keep),
        &act(),
        &mut silent,
    ));
    Loaded {
        report: report.unwrap(),
        registry,
        key,
    }
}

/// Marks every dose that somebody may sign.
fn attest(loaded: &Loaded, directory: &SigningDirectory) {
    let registry = &loaded.registry;
    let mut packages: HashMap<FacilityId, Attestation> = HashMap::new();
    let mut leaves = Vec::new();
    for bucket in Bucket::all() {
        let page = block_on(registry.scan(bucket, &ScanFilter::all(), None, 10_000)).unwrap();
        for dose in page.into_iter().flat_map(|subject| subject.doses) {
            if directory.signer(&dose.content, at()).is_err() {
                continue;
            }
            let entering = dose.content.entering.clone();
            let package = packages.entry(entering.clone()).or_insert_with(|| {
                let bytes = entering.as_str().as_bytes().to_vec();
                Attestation::new(bytes, entering, Digest::ZERO, (1, Digest::ZERO), at())
            });
            let place = Attested::new(package.id, 0);
            leaves.push(Leaf::new(place, dose.key, dose.version, dose.hash));
        }
    }
    let packages: Vec<Attestation> = packages.into_values().collect();
    block_on(registry.put_attestations(&act(), &packages)).unwrap();
    block_on(registry.attest(&act(), &leaves)).unwrap();
}

fn checked(loaded: &Loaded, folder: &Path, detail: PopulationDetail) -> CheckReport {
    let file = File::open(folder.join("population.csv")).unwrap();
    let population = PopulationFile::read(file, &ColumnProfile::default(), detail).unwrap();
    let mut silent = |_: &CheckReport| {};
    let options = CheckOptions::pending();
    block_on(check(
        (&loaded.registry, &loaded.key),
        &population,
        &options,
        &act(),
        &mut silent,
    ))
    .unwrap()
}

fn decisions(
    loaded: &Loaded,
    directory: &SigningDirectory,
) -> BTreeMap<String, EligibilityDecision> {
    let mut decided = BTreeMap::new();
    let filter = ScanFilter::all();
    for bucket in Bucket::all() {
        let scan = loaded.registry.scan(bucket, &filter, None, 10_000);
        for subject in block_on(scan).unwrap() {
            let decision = Decision5772FullCourse::new().decide(&subject, directory, at());
            decided.insert(subject.record.subject_ref, decision);
        }
    }
    decided
}

fn found(decision: &EligibilityDecision) -> (Outcome, BTreeMap<String, Outcome>) {
    let codes = decision.verdict.codes();
    let state = match decision.verdict {
        EligibilityVerdict::Eligible(_) => "issued",
        EligibilityVerdict::Held(_) => "held",
        _ => "refused",
    };
    let codes = codes.iter().map(|code| code.code().to_owned()).collect();
    let subject: Outcome = (state.to_owned(), codes);
    let of_dose = |dose: &dcc_issue::eligibility::DoseDecision| {
        let outcome = dose.own.map_or_else(
            || subject.clone(),
            |code| {
                let state = match code.state() {
                    RefusalState::Held => "held",
                    _ => "refused",
                };
                (state.to_owned(), vec![code.code().to_owned()])
            },
        );
        (dose.dose_ref.as_str().to_owned(), outcome)
    };
    let doses = decision.doses.iter().map(of_dose).collect();
    (subject, doses)
}

fn outcome(value: &Value) -> Outcome {
    let codes = value["codes"].as_array().into_iter().flatten();
    let codes = codes
        .map(|code| code.as_str().unwrap().to_owned())
        .collect();
    (value["state"].as_str().unwrap().to_owned(), codes)
}

fn compare(folder: &Path, decided: &BTreeMap<String, EligibilityDecision>, mode: &str) {
    let absent: Outcome = ("absent".to_owned(), vec![]);
    let ledger = fs::read_to_string(folder.join("truth.jsonl")).unwrap();
    for line in ledger
        .lines()
        .filter(|line| line.contains("\"subject_ref\""))
    {
        let truth: Value = serde_json::from_str(line).unwrap();
        let expected = outcome(&truth[mode]);
        let Some(decision) = decided.get(truth["subject_ref"].as_str().unwrap()) else {
            assert_eq!(expected, absent, "{truth}");
            continue;
        };
        let (subject, doses) = found(decision);
        assert_eq!(subject, expected, "{mode} {truth}");
        for dose in truth["doses"].as_array().unwrap() {
            let name = dose["dose_ref"].as_str().unwrap();
            let found = doses.get(name).unwrap_or(&absent);
            assert_eq!(*found, outcome(&dose[mode]), "{mode} {truth}");
        }
        if let EligibilityVerdict::Eligible(entitled) = &decision.verdict {
            assert_eq!(entitled.coding.number, truth["dn"], "{truth}");
            assert_eq!(entitled.coding.series, truth["sd"], "{truth}");
            assert_eq!(entitled.vaccine.key(), truth["vaccine"], "{truth}");
            assert_eq!(entitled.date.to_string(), truth["date"], "{truth}");
        }
    }
}

fn subjects() -> u64 {
    let wanted = std::env::var("DCC_TRUTH_SUBJECTS").ok();
    wanted.map_or(5_000, |wanted| wanted.parse().unwrap())
}

#[test]
fn every_subject_and_dose_comes_out_as_the_ledger_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let made = write(SyntheticOptions::new(subjects(), 11), folder).unwrap();
    for (mode, detail) in [
        ("yes_no", PopulationDetail::YesNo),
        ("per_field", PopulationDetail::PerField),
    ] {
        let loaded = load(folder);
        let rows = |word| made.totals.count("rows", word);
        assert_eq!(
            loaded.report.rows.in_state(RowState::Refused),
            rows("refused")
        );
        assert_eq!(loaded.report.doses_added, rows("taken"));
        checked(&loaded, folder, detail);
        let directory = block_on(SigningDirectory::read(&loaded.registry)).unwrap();
        attest(&loaded, &directory);
        compare(folder, &decisions(&loaded, &directory), mode);
        // Nobody is left to be asked, and a second import changes nothing.
        assert_eq!(checked(&loaded, folder, detail).subjects(), 0);
    }
}
