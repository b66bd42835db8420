//! Policies: dated, named, replaceable (vn/requirements.md T1).

use core::fmt;

use dcc_registry::{Subject, Timestamp, civil};

use super::course::{Course, DoseStanding};
use super::decision::EligibilityDecision;
use crate::{RefusalCode, SigningDirectory};

/// What a policy makes of a course whose doses are all judged and of which none is held.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CourseVerdict {
    /// A certificate of all counted doses.
    Entitled,
    /// None; the codes in the order of reports, at least one.
    Refused(Vec<RefusalCode>),
}

/// Who gets a certificate.
///
/// Implementations are pure: no clock, no store, no randomness. They see a subject that is
/// identified and none of whose doses is held; the rest is the same under every policy.
pub trait EligibilityPolicy: fmt::Debug + Send + Sync {
    /// Its stable name, such as `full-course-5772`.
    fn name(&self) -> &str;

    /// Its version, which is raised with every change of what it decides.
    fn version(&self) -> u32;

    /// The first day on which it may be used (UTC+7).
    fn in_force_from(&self) -> civil::Date;

    /// Whether these doses entitle to a certificate at `at`. Only doses that
    /// [count](Course::counted) do; an answer of [`CourseVerdict::Entitled`] without any is taken
    /// as `course-incomplete`.
    fn judge(&self, course: &Course<'_>, at: Timestamp) -> CourseVerdict;

    /// The whole decision about a subject: identity, doses, course, codes.
    fn decide(
        &self,
        subject: &Subject,
        directory: &SigningDirectory,
        at: Timestamp,
    ) -> EligibilityDecision {
        let course = Course::of(subject, directory, at);
        let verdict = self.judge(&course, at);
        EligibilityDecision::new((self.name(), self.version()), subject, &course, verdict, at)
    }
}

/// Decision 5772/QĐ-BYT of 20 December 2021: "đã tiêm đủ mũi", as many doses as the series of the
/// first one's product (R34).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision5772FullCourse;

/// The practice from April 2022 on: any counted dose entitles (facts F13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnyDose2022;

impl Decision5772FullCourse {
    /// The policy.
    pub const fn new() -> Self {
        Self
    }
}

impl AnyDose2022 {
    /// The policy.
    pub const fn new() -> Self {
        Self
    }
}

impl EligibilityPolicy for Decision5772FullCourse {
    fn name(&self) -> &'static str {
        "full-course-5772"
    }

    fn version(&self) -> u32 {
        1
    }

    fn in_force_from(&self) -> civil::Date {
        civil::date(2021, 12, 20)
    }

    fn judge(&self, course: &Course<'_>, _: Timestamp) -> CourseVerdict {
        let series = course
            .first_vaccine()
            .map_or(usize::MAX, |vaccine| vaccine.series_length().into());
        if course.counted().count() >= series {
            CourseVerdict::Entitled
        } else {
            CourseVerdict::Refused(incomplete(course))
        }
    }
}

impl EligibilityPolicy for AnyDose2022 {
    fn name(&self) -> &'static str {
        "any-dose-2022"
    }

    fn version(&self) -> u32 {
        1
    }

    fn in_force_from(&self) -> civil::Date {
        civil::date(2022, 4, 20)
    }

    fn judge(&self, course: &Course<'_>, _: Timestamp) -> CourseVerdict {
        if course.first_vaccine().is_some() {
            CourseVerdict::Entitled
        } else {
            CourseVerdict::Refused(incomplete(course))
        }
    }
}

/// `course-incomplete`, behind `vaccine-not-licensed` where a dose was refused for that.
pub(super) fn incomplete(course: &Course<'_>) -> Vec<RefusalCode> {
    let unlicensed = DoseStanding::Refused(RefusalCode::VaccineNotLicensed);
    let refused = course
        .doses()
        .iter()
        .any(|dose| dose.standing == unlicensed);
    let first = refused.then_some(RefusalCode::VaccineNotLicensed);
    first
        .into_iter()
        .chain([RefusalCode::CourseIncomplete])
        .collect()
}

/// The built-in policy with this name.
pub fn policy(name: &str) -> Option<&'static dyn EligibilityPolicy> {
    const ALL: &[&dyn EligibilityPolicy] = &[&Decision5772FullCourse, &AnyDose2022];
    ALL.iter().copied().find(|policy| policy.name() == name)
}
