//! Intake: subjects and dose versions, idempotent by subject, `dose_ref` and content hash.

use core::fmt;

use async_trait::async_trait;

use crate::{Act, DoseContent, DoseKey, DoseRef, Identity, LookupKey, StoreError, SubjectId};

/// What an intake may do to the basics (document, name, birth date, sex) of a subject that is
/// known already with other basics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdentityRule {
    /// Keep what is stored and say [`SubjectOutcome::Conflict`]: rows of an ordinary import.
    Keep,
    /// Replace it, unless the subject is identified (its check says match or attested foreigner):
    /// then refuse with [`SubjectOutcome::Identified`] (R55-R56: import of a corrected list).
    ReplaceUnidentified,
}

/// One subject of an import with the doses that came with it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intake {
    /// The subject, from [`ReferenceKey::subject_id`](crate::ReferenceKey::subject_id).
    pub subject: SubjectId,
    /// The platform's reference of it.
    pub subject_ref: String,
    /// Who it is; `None` where only doses are to be added to a known subject.
    pub identity: Option<Identity>,
    /// The look-up key of its document, from
    /// [`ReferenceKey::document`](crate::ReferenceKey::document); `None` without a document.
    pub document: Option<LookupKey>,
    /// What to do where the basics differ from the stored ones.
    pub rule: IdentityRule,
    /// Its doses, in any order; each `dose_ref` at most once.
    pub doses: Vec<(DoseRef, DoseContent)>,
}

impl Intake {
    /// A subject without document or doses, under [`IdentityRule::Keep`]; fill in the rest.
    pub fn new(subject: SubjectId, subject_ref: impl Into<String>, identity: Identity) -> Self {
        Self {
            subject,
            subject_ref: subject_ref.into(),
            identity: Some(identity),
            document: None,
            rule: IdentityRule::Keep,
            doses: Vec::new(),
        }
    }
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake")
            .field("subject", &self.subject)
            .field("rule", &self.rule)
            .field("doses", &self.doses.len())
            .finish_non_exhaustive()
    }
}

/// What became of the subject of an [`Intake`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubjectOutcome {
    /// It was new.
    Added,
    /// Nothing of it differed.
    Unchanged,
    /// Its identity was replaced; where the basics changed, its check begins anew.
    Updated,
    /// Other basics are stored and were kept (`subject-conflict`); the doses were taken.
    Conflict,
    /// It is identified and other basics were refused (R55-R56); the doses were taken.
    Identified,
    /// There is no such subject and no identity was given; nothing was taken.
    Missing,
    /// Another `subject_ref` stands under this id; nothing was taken.
    OtherReference,
}

/// What became of one dose of an [`Intake`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DoseOutcome {
    /// It was new: version 1.
    Added,
    /// Its current version has this content already.
    Unchanged,
    /// Its content differed: this version was appended, the older one is superseded and an
    /// attestation of that one no longer counts.
    Corrected {
        /// The new version.
        version: u32,
    },
    /// This `dose_ref` belongs to another subject; nothing was taken.
    OfOtherSubject,
    /// It had been withdrawn; an import does not bring it back.
    Withdrawn,
    /// The subject was not taken, so neither was the dose.
    NotTaken,
}

/// What became of an [`Intake`]: the subject, then its doses in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IntakeOutcome {
    /// The subject.
    pub subject: SubjectOutcome,
    /// Its doses, in the order given.
    pub doses: Vec<DoseOutcome>,
}

impl IntakeOutcome {
    /// An outcome as told by a store.
    pub const fn new(subject: SubjectOutcome, doses: Vec<DoseOutcome>) -> Self {
        Self { subject, doses }
    }
}

/// A direct edit of one identified or unidentified subject (R56). `Debug` prints neither the
/// identity nor the evidence, which people write.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Correction {
    /// The subject.
    pub subject: SubjectId,
    /// The identity version that the editor saw.
    pub identity_version: u32,
    /// The identity as it should be.
    pub identity: Identity,
    /// The look-up key of the document of `identity`.
    pub document: Option<LookupKey>,
    /// A reference to the evidence (a list, a request, a file), not its content.
    pub evidence: String,
}

impl Correction {
    /// A correction of `subject` as it stood at `identity_version`.
    pub fn new(subject: SubjectId, identity_version: u32, identity: Identity) -> Self {
        Self {
            subject,
            identity_version,
            identity,
            document: None,
            evidence: String::new(),
        }
    }
}

impl fmt::Debug for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Correction")
            .field("subject", &self.subject)
            .field("identity_version", &self.identity_version)
            .finish_non_exhaustive()
    }
}

/// What became of a [`Correction`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CorrectionOutcome {
    /// It is the current identity now, under this version.
    Corrected {
        /// The new identity version.
        identity_version: u32,
    },
    /// It was so already, as after a repeated call.
    Unchanged,
    /// The subject has moved on from the version the editor saw; read it again.
    Outdated {
        /// The present version.
        identity_version: u32,
    },
    /// There is no such subject.
    Missing,
}

/// A withdrawal of one dose by the facility that entered it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withdrawal {
    /// The dose.
    pub dose: DoseKey,
    /// The version that was seen.
    pub version: u32,
}

impl Withdrawal {
    /// A withdrawal of `dose` as it stood at `version`.
    pub const fn new(dose: DoseKey, version: u32) -> Self {
        Self { dose, version }
    }
}

/// What became of a [`Withdrawal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WithdrawalOutcome {
    /// It no longer counts.
    Withdrawn,
    /// It was withdrawn already.
    Unchanged,
    /// A later version stands.
    Outdated {
        /// The present version.
        version: u32,
    },
    /// There is no such dose.
    Missing,
}

/// Takes in subjects and doses.
///
/// In all three methods items may be of any buckets, results come in the order of the items, and
/// the unit of atomicity is one bucket: either all changes of the call's items in that bucket
/// stand together with their one audit event, or none does. After an error any subset of the
/// buckets may have been committed; the same call repeated completes the rest and answers
/// `Unchanged` for what stood. Two items about one subject are applied in the order given.
///
/// # Errors
///
/// `Unavailable` and `Corrupt` as everywhere; whatever concerns one item is in its outcome.
#[async_trait]
pub trait IntakeStore: fmt::Debug + Send + Sync {
    /// Adds or updates subjects and appends dose versions.
    ///
    /// The `dose_ref` look-up row is reserved in its own bucket first, then the aggregate is
    /// written; a reservation that no dose follows is repaired by
    /// [`LookupStore::reconcile`](crate::LookupStore::reconcile). A dose that is missing from the
    /// items is not a withdrawal. Fields other than the basics (telephone, commune, nationality)
    /// are replaced under either rule and raise the identity version; only changed basics or a
    /// changed nationality reset the check to [`NotSent`](crate::VerificationState::NotSent),
    /// which also closes no case: the next check does.
    async fn take_in(&self, act: &Act, items: &[Intake]) -> Result<Vec<IntakeOutcome>, StoreError>;

    /// Direct edits (R56), each applied only to the identity version that its editor saw.
    async fn correct(
        &self,
        act: &Act,
        items: &[Correction],
    ) -> Result<Vec<CorrectionOutcome>, StoreError>;

    /// Withdraws doses. That the actor is the enterer is the caller's check. A withdrawn dose
    /// stays readable in the history, and its `dose_ref` is never free again.
    async fn withdraw(
        &self,
        act: &Act,
        items: &[Withdrawal],
    ) -> Result<Vec<WithdrawalOutcome>, StoreError>;
}
