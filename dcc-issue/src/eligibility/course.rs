//! A subject's doses, each judged by itself and beside the others.

use dcc_model::VietnamVaccine;
use dcc_registry::{DoseRecord, Subject, Timestamp, civil};

use crate::intake::check_dose;
use crate::{RefusalCode, RefusalState, SigningDirectory};

/// Two records at most this many days apart may be of one shot (vn/refusals.md).
const DUPLICATE_DAYS: i32 = 3;

/// How one dose stands before the policy is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DoseStanding {
    /// It counts.
    Counts,
    /// A second record of a shot that counts by its first record: held alone, as
    /// `dose-duplicate`, and nobody waits for it.
    Surplus,
    /// Held for this, and its subject with it, because it might count.
    Held(RefusalCode),
    /// Refused for this, alone.
    Refused(RefusalCode),
}

impl DoseStanding {
    /// Why the dose does not count.
    pub const fn code(self) -> Option<RefusalCode> {
        match self {
            Self::Counts => None,
            Self::Surplus => Some(RefusalCode::DoseDuplicate),
            Self::Held(code) | Self::Refused(code) => Some(code),
        }
    }
}

/// One dose of a course.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CourseDose<'s> {
    /// The record.
    pub record: &'s DoseRecord,
    /// The licensed vaccine it is of.
    pub vaccine: Option<&'static VietnamVaccine>,
    /// How it stands.
    pub standing: DoseStanding,
}

/// All doses of a subject that are not withdrawn, by date and reference, with those of records that
/// are merged into it.
#[derive(Clone, Debug)]
pub struct Course<'s> {
    doses: Vec<CourseDose<'s>>,
}

impl<'s> Course<'s> {
    /// Judges the doses of `subject` at `at`.
    ///
    /// A dose is refused where its vaccine is not licensed; held where its date cannot be, where
    /// it may be a second record of another one, and where nobody has signed its present version
    /// for whichever reason the directory gives. Of two records of one lot and product at most
    /// three days apart the one entered first counts, once; with other lots both are held.
    pub fn of(subject: &'s Subject, directory: &SigningDirectory, at: Timestamp) -> Self {
        let mut records: Vec<&'s DoseRecord> =
            subject.doses.iter().chain(&subject.merged).collect();
        if !subject.merged.is_empty() {
            records.sort_by_key(|dose| (dose.content.date, dose.key.dose_ref.clone()));
        }
        let mut doses: Vec<CourseDose<'s>> = records
            .iter()
            .map(|record| CourseDose {
                record,
                vaccine: VietnamVaccine::ALL
                    .iter()
                    .find(|vaccine| vaccine.key() == record.content.vaccine),
                standing: alone(subject, record, directory, at),
            })
            .collect();
        let duplicates: Vec<Option<DoseStanding>> = doses
            .iter()
            .map(|dose| beside_others(dose.record, &records))
            .collect();
        for (dose, duplicate) in doses.iter_mut().zip(duplicates) {
            dose.standing = duplicate.unwrap_or(dose.standing);
        }
        Self { doses }
    }

    /// Every dose.
    pub fn doses(&self) -> &[CourseDose<'s>] {
        &self.doses
    }

    /// The doses that count, by date.
    pub fn counted(&self) -> impl DoubleEndedIterator<Item = &CourseDose<'s>> + Clone {
        let counts = |dose: &&CourseDose<'s>| dose.standing == DoseStanding::Counts;
        self.doses.iter().filter(counts)
    }

    /// The vaccine of the first dose that counts; its series is that of the course.
    pub fn first_vaccine(&self) -> Option<&'static VietnamVaccine> {
        self.counted().find_map(|dose| dose.vaccine)
    }

    /// What holds the subject: the codes of its held doses, in the order of reports.
    pub(super) fn held(&self) -> Vec<RefusalCode> {
        let mut codes: Vec<RefusalCode> = self
            .doses
            .iter()
            .filter_map(|dose| match dose.standing {
                DoseStanding::Held(code) => Some(code),
                _ => None,
            })
            .collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

fn alone(
    subject: &Subject,
    record: &DoseRecord,
    directory: &SigningDirectory,
    at: Timestamp,
) -> DoseStanding {
    let dose = &record.content;
    let in_future = at.vietnam_date().is_some_and(|today| dose.date > today);
    let wrong = check_dose(dose, &subject.record.identity)
        .or_else(|| in_future.then_some(RefusalCode::DoseDateImpossible));
    match wrong {
        Some(code) if code.state() == RefusalState::Refused => DoseStanding::Refused(code),
        Some(code) => DoseStanding::Held(code),
        None if record.attested.is_some() => DoseStanding::Counts,
        None => match directory.signer(dose, at) {
            Err(code) => DoseStanding::Held(code),
            // An earlier version may have been signed; this one is not.
            Ok(_) if record.version > 1 => DoseStanding::Held(RefusalCode::AttestationLapsed),
            Ok(_) => DoseStanding::Held(RefusalCode::NotAttested),
        },
    }
}

/// Whether a dose may be a second record of another one.
fn beside_others(record: &DoseRecord, all: &[&DoseRecord]) -> Option<DoseStanding> {
    let mut found = None;
    for other in all {
        if other.key == record.key || !may_be_one_shot(record, other) {
            continue;
        }
        if other.content.lot != record.content.lot {
            return Some(DoseStanding::Held(RefusalCode::DoseDuplicate));
        }
        if entered_after(record, other) {
            found = Some(DoseStanding::Surplus);
        }
    }
    found
}

fn may_be_one_shot(one: &DoseRecord, other: &DoseRecord) -> bool {
    one.content.vaccine == other.content.vaccine
        && days_between(one.content.date, other.content.date) <= DUPLICATE_DAYS
}

/// Later by the time of entry; where that is equal or unknown, by reference, so that exactly one of
/// the two is the first.
fn entered_after(record: &DoseRecord, other: &DoseRecord) -> bool {
    let order = |dose: &DoseRecord| (dose.content.entered_at, dose.key.dose_ref.clone());
    order(record) > order(other)
}

fn days_between(one: civil::Date, other: civil::Date) -> i32 {
    one.since(other)
        .map_or(i32::MAX, |span| span.get_days().saturating_abs())
}
