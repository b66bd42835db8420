//! What was decided about a subject, and about each of its doses.

use core::fmt;

use dcc_model::{Coded as _, VietnamVaccine};
use dcc_registry::{
    Column, Columns, CountedDose, Digest, DoseRef, Identity, ReasonCode, Subject, Timestamp,
    VerificationState, civil,
};
use serde_json::{Value, json};

use super::coding::{DoseCodes, DoseCoding};
use super::course::{Course, CourseDose, DoseStanding};
use super::policy::{CourseVerdict, incomplete};
use crate::holder_name;
use crate::intake::{check_identity, is_foreign};
use crate::{RefusalCode, RefusalState};

/// What a certificate is to say of the doses.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entitlement {
    /// The dose versions counted, by date.
    pub counted: Vec<CountedDose>,
    /// The dose that the certificate names: the last one.
    pub certified: DoseRef,
    /// Its day.
    pub date: civil::Date,
    /// Its vaccine.
    pub vaccine: &'static VietnamVaccine,
    /// `dn` and `sd`.
    pub coding: DoseCoding,
    /// `mp`, `ma` and `vp` of the day of issue.
    pub codes: DoseCodes,
    /// The hash of what the certificate rests on: name, birth date, nationality, the counted dose
    /// versions and their numbers. Equal for as long as a new certificate would say the same; the
    /// day of issue, telephone and residence are not in it.
    pub content: Digest,
}

impl fmt::Debug for Entitlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entitlement")
            .field("coding", &self.coding)
            .finish_non_exhaustive()
    }
}

/// What was decided about a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EligibilityVerdict {
    /// A certificate of this content.
    Eligible(Box<Entitlement>),
    /// Somebody can repair it. In the order of reports, at least one code.
    Held(Vec<RefusalCode>),
    /// Final under the policy. In the order of reports, at least one code.
    Refused(Vec<RefusalCode>),
}

impl EligibilityVerdict {
    /// The codes; empty for an eligible subject.
    pub fn codes(&self) -> &[RefusalCode] {
        match self {
            Self::Eligible(_) => &[],
            Self::Held(codes) | Self::Refused(codes) => codes,
        }
    }

    /// The codes as stores hold them.
    pub fn reasons(&self) -> Vec<ReasonCode> {
        self.codes().iter().map(|code| code.reason()).collect()
    }
}

/// What was decided about one dose.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoseDecision {
    /// Which dose.
    pub dose_ref: DoseRef,
    /// The version that was looked at.
    pub version: u32,
    /// Why it is held or refused by itself; `None` where it goes its subject's way.
    pub own: Option<RefusalCode>,
}

/// The decision about a subject under a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EligibilityDecision {
    /// The policy's name and version, such as `full-course-5772/1`.
    pub policy: String,
    /// About the subject.
    pub verdict: EligibilityVerdict,
    /// About its doses, by date.
    pub doses: Vec<DoseDecision>,
    /// The hash of everything that was looked at: the policy, the identity and its check, every
    /// dose version with its standing.
    pub inputs: Digest,
}

impl EligibilityDecision {
    pub(super) fn new(
        (policy, version): (&str, u32),
        subject: &Subject,
        course: &Course<'_>,
        verdict: CourseVerdict,
        at: Timestamp,
    ) -> Self {
        let policy = format!("{policy}/{version}");
        let identity = identity_codes(subject);
        // A dose of a record that is merged into this one is counted with that record.
        let own = |dose: &&CourseDose<'_>| dose.record.key.subject == subject.record.id;
        let doses = course.doses().iter().filter(own).map(|dose| DoseDecision {
            dose_ref: dose.record.key.dose_ref.clone(),
            version: dose.record.version,
            // What holds the person holds all doses, whatever else is wrong with them.
            own: dose.standing.code().filter(|_| identity.is_empty()),
        });
        let doses = doses.collect();
        let held = course.held();
        let inputs = inputs(&policy, subject, course);
        let verdict = if !identity.is_empty() {
            EligibilityVerdict::Held(identity)
        } else if !held.is_empty() {
            EligibilityVerdict::Held(held)
        } else {
            match (verdict, entitlement(subject, course, at)) {
                (CourseVerdict::Entitled, Some(entitlement)) => {
                    EligibilityVerdict::Eligible(Box::new(entitlement))
                }
                (CourseVerdict::Refused(codes), _) if !codes.is_empty() => {
                    EligibilityVerdict::Refused(codes)
                }
                _ => EligibilityVerdict::Refused(incomplete(course)),
            }
        };
        Self {
            policy,
            verdict,
            doses,
            inputs,
        }
    }

    /// How many doses fall in which column of the tally, where the subject falls in `subject`
    /// (an eligible one may be issued or unchanged).
    pub fn dose_columns(&self, subject: Column) -> Columns {
        let mut columns = Columns::default();
        for dose in &self.doses {
            let column = match dose.own.map(RefusalCode::state) {
                None => subject,
                Some(RefusalState::Refused) => Column::Refused,
                Some(_) => Column::Held,
            };
            columns.add(column, 1);
        }
        columns
    }
}

/// What holds a subject before its doses are looked at (vn/domain.md invariant 3).
fn identity_codes(subject: &Subject) -> Vec<RefusalCode> {
    let verification = &subject.record.verification;
    if verification.state.is_identified() {
        if verification.state == VerificationState::ForeignAttested {
            let codes = not_foreign(&subject.record.identity);
            if !codes.is_empty() {
                return codes;
            }
        }
        let unwritable = holder_name(&subject.record.identity).is_err();
        return unwritable
            .then_some(RefusalCode::NameUnwritable)
            .into_iter()
            .collect();
    }
    // Guesses stand among the reasons too, under codes of their own vocabulary.
    let mut codes: Vec<RefusalCode> = verification
        .reasons
        .iter()
        .filter_map(|reason| RefusalCode::from_code(reason.as_str()))
        .collect();
    if codes.is_empty() {
        codes.push(match verification.state {
            VerificationState::NoId => RefusalCode::IdMissing,
            VerificationState::MalformedId => RefusalCode::IdMalformed,
            VerificationState::Mismatch => RefusalCode::PopMismatch,
            VerificationState::NotFound => RefusalCode::PopNotFound,
            VerificationState::Ambiguous => RefusalCode::PopAmbiguous,
            VerificationState::SamePerson => RefusalCode::SamePerson,
            VerificationState::Unavailable => RefusalCode::PopUnavailable,
            _ => RefusalCode::PopNotAsked,
        });
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Why nobody may answer for an identity as for a foreigner's, whoever recorded it so (invariant
/// 4): it is not one, or there is no passport.
fn not_foreign(identity: &Identity) -> Vec<RefusalCode> {
    let held = check_identity(identity).held;
    if held.is_empty() && !is_foreign(identity) {
        return alloc::vec![RefusalCode::PopNotAsked];
    }
    held
}

fn entitlement(subject: &Subject, course: &Course<'_>, at: Timestamp) -> Option<Entitlement> {
    let first = course.first_vaccine()?;
    let last = course.counted().next_back()?;
    let vaccine = last.vaccine?;
    let counted: Vec<CountedDose> = course
        .counted()
        .map(|dose| CountedDose::new(dose.record.key.dose_ref.clone(), dose.record.version))
        .collect();
    let coding = DoseCoding::of(first, u32::try_from(counted.len()).ok()?);
    let identity = &subject.record.identity;
    let doses: Vec<Value> = course
        .counted()
        .map(|dose| {
            json!([
                dose.record.key.dose_ref.as_str(),
                dose.record.version,
                dose.record.hash.to_string()
            ])
        })
        .collect();
    let content = hash(&json!([
        "dcc-certificate-content-1",
        identity.full_name,
        identity.birth_date,
        identity.nationality,
        doses,
        [coding.number, coding.series],
    ]));
    Some(Entitlement {
        counted,
        certified: last.record.key.dose_ref.clone(),
        date: last.record.content.date,
        vaccine,
        coding,
        codes: DoseCodes::of(vaccine, at.vietnam_date()?),
        content,
    })
}

fn inputs(policy: &str, subject: &Subject, course: &Course<'_>) -> Digest {
    let record = &subject.record;
    let doses: Vec<Value> = course
        .doses()
        .iter()
        .map(|dose| {
            let standing = match dose.standing {
                DoseStanding::Counts => "counts",
                DoseStanding::Surplus => "surplus",
                DoseStanding::Held(code) | DoseStanding::Refused(code) => code.code(),
            };
            let attested = dose.record.attested;
            json!([
                dose.record.key.dose_ref.as_str(),
                dose.record.version,
                dose.record.hash.to_string(),
                attested.map(|attested| attested.attestation.to_string()),
                standing,
            ])
        })
        .collect();
    let reasons: Vec<&str> = record
        .verification
        .reasons
        .iter()
        .map(ReasonCode::as_str)
        .collect();
    hash(&json!([
        "dcc-eligibility-inputs-1",
        policy,
        record.identity.basics_hash().to_string(),
        record.identity.nationality,
        record.verification.state.word(),
        reasons,
        doses,
    ]))
}

/// The SHA-256 of the compact JSON, which is one text for one value: arrays only, no floats.
fn hash(value: &Value) -> Digest {
    Digest::of(value.to_string().as_bytes())
}
