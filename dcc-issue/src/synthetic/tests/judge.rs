//! The rules of the ledger, applied to what intake reads.

use alloc::collections::{BTreeMap, BTreeSet};

use dcc_model::{Coded as _, Timestamp, civil};
use dcc_registry::{
    BirthDateAgreement, Delegation, Facility, FieldAgreement, Identity, NameAgreement,
    PopulationAnswer, PopulationDetail, PopulationQuery, PopulationRegistry as _, PopulationReply,
    SigningMode,
};

use super::super::course;
use super::Folder;
use crate::intake::{
    ColumnProfile, DelegationRow, DoseRow, FacilityRow, IntakeOptions, IntakeReport, RowState,
    check_dose, check_identity, is_foreign,
};
use crate::{PopulationFile, RefusalCode, RefusalState};

/// State and codes.
pub(super) type Outcome = (String, Vec<String>);

fn held_or_refused(codes: &[RefusalCode]) -> Outcome {
    let state = codes[0].state().word().to_owned();
    (
        state,
        codes.iter().map(|code| code.code().to_owned()).collect(),
    )
}

#[derive(Default)]
pub(super) struct Subject {
    identities: Vec<Identity>,
    doses: Vec<DoseRow>,
}

/// Everything of a folder, read by intake.
pub(super) struct Read {
    pub(super) subjects: BTreeMap<String, Subject>,
    pub(super) refused: BTreeMap<u64, Vec<&'static str>>,
    pub(super) report: IntakeReport,
    facilities: BTreeMap<String, Facility>,
    delegations: Vec<Delegation>,
}

pub(super) fn read(folder: &Folder) -> Read {
    let profile = ColumnProfile::default();
    let options = IntakeOptions::on(civil::date(2022, 6, 1));
    let mut read = Read {
        subjects: BTreeMap::new(),
        refused: BTreeMap::new(),
        report: IntakeReport::default(),
        facilities: BTreeMap::new(),
        delegations: Vec::new(),
    };
    for row in DoseRow::rows(folder.file("doses.csv"), &profile, &options).unwrap() {
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
    for row in FacilityRow::rows(folder.file("facilities.csv"), &profile, &options).unwrap() {
        let row = row.unwrap();
        assert_eq!(row.state(), RowState::Accepted);
        let mut record = row.record.unwrap();
        if let Some(certificate) = record.certificate.filter(|_| record.key.is_some()) {
            let pem = std::fs::read(folder.path(&certificate)).unwrap();
            let registered = Timestamp::UNIX_EPOCH;
            let certificate = dcc_registry::FacilityCertificate::new(pem, registered);
            record.facility.certificates.push(certificate);
        }
        read.facilities
            .insert(record.facility.id.as_str().to_owned(), record.facility);
    }
    for row in DelegationRow::rows(folder.file("delegations.csv"), &profile, &options).unwrap() {
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
pub(super) fn identities(
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
        for one in agreed.iter().filter(|_| agreed.len() > 1) {
            held.insert((*one).clone(), vec![RefusalCode::SamePerson]);
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

/// What each dose is held or refused for by itself, and which are surplus second records.
fn own_codes<'d>(
    read: &Read,
    doses: &[&'d DoseRow],
) -> (BTreeMap<&'d str, RefusalCode>, BTreeSet<&'d str>) {
    let at: Timestamp = "2022-06-01".parse().unwrap();
    let mut own: BTreeMap<&str, RefusalCode> = BTreeMap::new();
    let mut surplus = BTreeSet::new();
    for dose in doses {
        let name = dose.dose_ref.as_str();
        let code = check_dose(&dose.dose, &dose.identity).or_else(|| obstacle(read, dose, at));
        own.extend(code.map(|code| (name, code)));
        for other in doses {
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
    (own, surplus)
}

/// Subject and doses by the ledger's rules.
pub(super) fn judge(
    read: &Read,
    subject: &Subject,
    identity: &[RefusalCode],
) -> (Outcome, BTreeMap<String, Outcome>) {
    let mut doses: Vec<&DoseRow> = subject.doses.iter().collect();
    doses.sort_by_key(|dose| (dose.dose.date, dose.dose.entered_at));
    let (own, surplus) = own_codes(read, &doses);
    let held: BTreeSet<RefusalCode> = own
        .iter()
        .filter(|(name, code)| !surplus.contains(*name) && code.state() == RefusalState::Held)
        .map(|(_, code)| *code)
        .collect();
    let held: Vec<RefusalCode> = held.into_iter().collect();
    let mut counted = doses
        .iter()
        .filter(|dose| !own.contains_key(dose.dose_ref.as_str()));
    let series = counted
        .clone()
        .next()
        .map_or(9, |dose| match dose.dose.vaccine.as_str() {
            "janssen" => 1,
            "abdala" => 3,
            _ => 2,
        });
    let outcome = if !identity.is_empty() {
        held_or_refused(identity)
    } else if !held.is_empty() {
        held_or_refused(&held)
    } else if counted.by_ref().take(series).count() == series {
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
