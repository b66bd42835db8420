//! The ledger: what was put in, and what must come out under the policy full-course-5772.

use alloc::collections::BTreeMap;
use core::fmt::Write as _;

use dcc_model::Coded as _;

use super::course::Shot;
use super::fault::{Bucket, DoseFault, SubjectFault};
use crate::{RefusalCode, RefusalState};

/// What must come out for one subject.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub(super) subject_ref: String,
    bucket: Bucket,
    fault: Option<SubjectFault>,
    /// What a register that tells per field holds the subject for; empty for nothing.
    pub(super) per_field: Vec<RefusalCode>,
    pub(super) doses: Vec<DoseTruth>,
    /// No row was taken.
    absent: bool,
    /// Why it is held or refused once it is identified; empty where it is issued.
    codes: Vec<RefusalCode>,
    issued: Option<Issued>,
}

#[derive(Clone, Copy, Debug)]
struct Issued {
    dn: usize,
    sd: usize,
    vaccine: &'static str,
    date: dcc_model::civil::Date,
}

/// What must come out for one row.
#[derive(Clone, Debug)]
pub(super) struct DoseTruth {
    dose_ref: String,
    /// Which shot it is about; `None` for a second record.
    shot: Option<usize>,
    fault: Option<DoseFault>,
    pub(super) row_refused: Option<&'static str>,
    /// Why this dose is held or refused whatever becomes of the subject.
    pub(super) own: Option<RefusalCode>,
}

impl DoseTruth {
    pub(super) const fn new(dose_ref: String, shot: usize, fault: Option<DoseFault>) -> Self {
        Self {
            dose_ref,
            shot: Some(shot),
            fault,
            row_refused: None,
            own: None,
        }
    }

    /// A second record of a shot.
    pub(super) const fn copy(dose_ref: String, fault: Option<DoseFault>) -> Self {
        let own = Some(RefusalCode::DoseDuplicate);
        Self {
            dose_ref,
            shot: None,
            fault,
            row_refused: None,
            own,
        }
    }

    /// A second record of the same lot is held and the first one counts.
    fn is_surplus(&self) -> bool {
        self.shot.is_none() && self.fault == Some(DoseFault::DuplicateSameLot)
    }
}

impl Truth {
    pub(super) const fn new(
        subject_ref: String,
        bucket: Bucket,
        fault: Option<SubjectFault>,
    ) -> Self {
        Self {
            subject_ref,
            bucket,
            fault,
            per_field: Vec::new(),
            doses: Vec::new(),
            absent: false,
            codes: Vec::new(),
            issued: None,
        }
    }

    /// Decides what comes out of an identified subject with these shots: held for what holds a
    /// dose that would count; else by the full course of the first product's series.
    pub(super) fn conclude(&mut self, shots: &[Shot]) {
        self.per_field.sort_unstable();
        let taken: Vec<&DoseTruth> = self
            .doses
            .iter()
            .filter(|dose| dose.row_refused.is_none())
            .collect();
        self.absent = taken.is_empty();
        let mut held: Vec<RefusalCode> = taken
            .iter()
            .filter(|dose| !dose.is_surplus())
            .filter_map(|dose| dose.own)
            .filter(|code| code.state() == RefusalState::Held)
            .collect();
        held.sort_unstable();
        held.dedup();
        if !held.is_empty() {
            self.codes = held;
            return;
        }
        let counted: Vec<&Shot> = taken
            .iter()
            .filter(|dose| dose.own.is_none())
            .filter_map(|dose| shots.get(dose.shot?))
            .collect();
        let series = counted
            .first()
            .map_or(usize::MAX, |shot| shot.product.series);
        if let Some(last) = counted.last().filter(|_| counted.len() >= series) {
            let dn = counted.len();
            let sd = match (dn <= series, series) {
                (true, series) => series,
                (false, 1) => 1,
                (false, _) => dn,
            };
            self.issued = Some(Issued {
                dn,
                sd,
                vaccine: last.product.key,
                date: last.date,
            });
            return;
        }
        if taken
            .iter()
            .any(|dose| dose.own == Some(RefusalCode::VaccineNotLicensed))
        {
            self.codes.push(RefusalCode::VaccineNotLicensed);
        }
        self.codes.push(RefusalCode::CourseIncomplete);
    }

    /// What a register that says yes or no holds the subject for.
    fn yes_no(&self) -> Vec<RefusalCode> {
        match self.per_field.first() {
            Some(first) if is_mismatch(*first) => vec![RefusalCode::PopMismatch],
            _ => self.per_field.clone(),
        }
    }

    /// State and codes of the subject, and whether it is held before any dose is looked at.
    fn outcome(&self, identity: &[RefusalCode]) -> (&'static str, Vec<RefusalCode>, bool) {
        if self.absent {
            return ("absent", Vec::new(), false);
        }
        if !identity.is_empty() {
            return ("held", identity.to_vec(), true);
        }
        match self.codes.first() {
            None => ("issued", Vec::new(), false),
            Some(code) => (code.state().word(), self.codes.clone(), false),
        }
    }

    /// State and codes of one of its doses.
    fn dose_outcome(
        dose: &DoseTruth,
        subject: &(&'static str, Vec<RefusalCode>, bool),
    ) -> (&'static str, Vec<RefusalCode>) {
        match (dose.row_refused, dose.own) {
            (Some(_), _) => ("absent", Vec::new()),
            (None, Some(own)) if !subject.2 => (own.state().word(), vec![own]),
            _ => (subject.0, subject.1.clone()),
        }
    }

    /// Counts the subject and its doses.
    pub(super) fn count(&self, totals: &mut Totals) {
        totals.add("subjects", "all");
        totals.add("buckets", self.bucket.word());
        if let Some(fault) = self.fault {
            totals.add("subject_faults", fault.word());
        }
        for dose in &self.doses {
            totals.add(
                "rows",
                if dose.row_refused.is_some() {
                    "refused"
                } else {
                    "taken"
                },
            );
            if let Some(fault) = dose.fault.filter(|_| dose.shot.is_some()) {
                totals.add("dose_faults", fault.word());
            }
        }
        let modes = [
            (
                "yes_no_subjects",
                "yes_no_doses",
                "yes_no_codes",
                self.yes_no(),
            ),
            (
                "per_field_subjects",
                "per_field_doses",
                "per_field_codes",
                self.per_field.clone(),
            ),
        ];
        for (subjects, doses, codes, identity) in modes {
            let outcome = self.outcome(&identity);
            totals.add(subjects, outcome.0);
            for code in &outcome.1 {
                totals.add(codes, code.code());
            }
            for dose in &self.doses {
                totals.add(doses, Self::dose_outcome(dose, &outcome).0);
            }
        }
    }

    /// One line of truth.jsonl. It names nobody.
    pub(super) fn write(&self, line: &mut String) -> core::fmt::Result {
        let (subject_ref, bucket) = (&self.subject_ref, self.bucket.word());
        write!(
            line,
            "{{\"subject_ref\":\"{subject_ref}\",\"bucket\":\"{bucket}\""
        )?;
        if let Some(fault) = self.fault {
            write!(line, ",\"fault\":\"{}\"", fault.word())?;
        }
        let yes_no = self.outcome(&self.yes_no());
        let per_field = self.outcome(&self.per_field);
        line.push_str(",\"yes_no\":");
        write_outcome(line, yes_no.0, &yes_no.1)?;
        line.push_str(",\"per_field\":");
        write_outcome(line, per_field.0, &per_field.1)?;
        if let Some(issued) = self.issued.filter(|_| yes_no.0 == "issued") {
            let Issued {
                dn,
                sd,
                vaccine,
                date,
            } = issued;
            write!(
                line,
                ",\"dn\":{dn},\"sd\":{sd},\"vaccine\":\"{vaccine}\",\"date\":\"{date}\""
            )?;
        }
        line.push_str(",\"doses\":[");
        for (place, dose) in self.doses.iter().enumerate() {
            if place > 0 {
                line.push(',');
            }
            write!(line, "{{\"dose_ref\":\"{}\"", dose.dose_ref)?;
            if let Some(fault) = dose.fault {
                write!(line, ",\"fault\":\"{}\"", fault.word())?;
            }
            if let Some(code) = dose.row_refused {
                write!(line, ",\"row_refused\":\"{code}\"")?;
            }
            for (mode, subject) in [("yes_no", &yes_no), ("per_field", &per_field)] {
                let (state, codes) = Self::dose_outcome(dose, subject);
                write!(line, ",\"{mode}\":")?;
                write_outcome(line, state, &codes)?;
            }
            line.push('}');
        }
        line.push_str("]}\n");
        Ok(())
    }
}

const fn is_mismatch(code: RefusalCode) -> bool {
    matches!(
        code,
        RefusalCode::PopNotFound
            | RefusalCode::PopName
            | RefusalCode::PopNameAccents
            | RefusalCode::PopBirthDate
            | RefusalCode::PopBirthDateSwapped
            | RefusalCode::PopSex
    )
}

fn write_outcome(line: &mut String, state: &str, codes: &[RefusalCode]) -> core::fmt::Result {
    write!(line, "{{\"state\":\"{state}\"")?;
    for (place, code) in codes.iter().enumerate() {
        line.push_str(if place == 0 {
            ",\"codes\":[\""
        } else {
            "\",\""
        });
        line.push_str(code.code());
    }
    if !codes.is_empty() {
        line.push_str("\"]");
    }
    line.push('}');
    Ok(())
}

/// Counts of a ledger by kind and word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<(&'static str, &'static str), u64>);

impl Totals {
    pub(super) fn add(&mut self, kind: &'static str, word: &'static str) {
        let count = self.0.entry((kind, word)).or_default();
        *count = count.saturating_add(1);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (key, more) in &other.0 {
            let count = self.0.entry(*key).or_default();
            *count = count.saturating_add(*more);
        }
    }

    /// The count of `word` among the `kind`s: `subjects`, `rows`, `buckets`, `subject_faults`,
    /// `dose_faults`, and for each of `yes_no` and `per_field` the states and codes that must come
    /// out, such as `yes_no_subjects` `issued`, `yes_no_doses` `held`, `per_field_codes` `pop-name`.
    pub fn count(&self, kind: &str, word: &str) -> u64 {
        self.of(kind)
            .find(|(known, _)| *known == word)
            .map_or(0, |(_, count)| count)
    }

    /// All words of one kind with their counts.
    pub fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = (&'static str, u64)> + 's {
        self.0
            .iter()
            .filter(move |((known, _), _)| *known == kind)
            .map(|((_, word), count)| (*word, *count))
    }

    /// One JSON object of objects.
    pub(super) fn json(&self) -> String {
        let mut json = String::from("{");
        let mut open = "";
        for ((kind, word), count) in &self.0 {
            if *kind == open {
                json.push(',');
            } else {
                json.push_str(if open.is_empty() { "\"" } else { "},\"" });
                json.push_str(kind);
                json.push_str("\":{");
                open = kind;
            }
            json.extend(["\"", word, "\":", &count.to_string()]);
        }
        json.push_str(if open.is_empty() { "}" } else { "}}" });
        json
    }
}
