//! Where the check of a subject against the population register stands, and cases it opens.

use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

use crate::{Act, LookupKey, ReasonCode, StoreError, SubjectId};

/// The state of a subject's check (vn/domain.md section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum VerificationState {
    /// Not asked about, or changed since.
    #[default]
    NotSent,
    /// A Vietnamese without a number (R47).
    NoId,
    /// The number's form is wrong (R48).
    MalformedId,
    /// One row of the register agrees.
    Match,
    /// The register says no, or says which fields differ (R49).
    Mismatch,
    /// The register has no such number.
    NotFound,
    /// Several rows of the register agree.
    Ambiguous,
    /// The register could not be asked; not a mismatch.
    Unavailable,
    /// A foreigner whose facility answers for the data (R44-R46).
    ForeignAttested,
    /// The register's row is that of another subject too (`same-person`).
    SamePerson,
}

impl VerificationState {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[
        Self::NotSent,
        Self::NoId,
        Self::MalformedId,
        Self::Match,
        Self::Mismatch,
        Self::NotFound,
        Self::Ambiguous,
        Self::Unavailable,
        Self::ForeignAttested,
        Self::SamePerson,
    ];

    /// Whether a certificate may be made of a subject in this state (R43, R45).
    pub const fn is_identified(self) -> bool {
        matches!(self, Self::Match | Self::ForeignAttested)
    }

    /// Whether somebody has to repair something, so that a case is open.
    pub const fn needs_cleaning(self) -> bool {
        matches!(
            self,
            Self::NoId
                | Self::MalformedId
                | Self::Mismatch
                | Self::NotFound
                | Self::Ambiguous
                | Self::SamePerson
        )
    }

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotSent => "not-sent",
            Self::NoId => "no-id",
            Self::MalformedId => "malformed-id",
            Self::Match => "match",
            Self::Mismatch => "mismatch",
            Self::NotFound => "not-found",
            Self::Ambiguous => "ambiguous",
            Self::Unavailable => "unavailable",
            Self::ForeignAttested => "foreign-attested",
            Self::SamePerson => "same-person",
        }
    }
}

/// The last answer about a subject's current identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// The state.
    pub state: VerificationState,
    /// What was found, as codes of vn/refusals.md; guesses are marked by their own codes.
    pub reasons: Vec<ReasonCode>,
    /// When; `None` for [`VerificationState::NotSent`].
    pub checked_at: Option<Timestamp>,
}

impl Verification {
    /// An answer of `checked_at`.
    pub const fn new(
        state: VerificationState,
        reasons: Vec<ReasonCode>,
        checked_at: Option<Timestamp>,
    ) -> Self {
        Self {
            state,
            reasons,
            checked_at,
        }
    }
}

/// The answer about one subject, to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerificationResult {
    /// The subject.
    pub subject: SubjectId,
    /// The identity version that was asked about.
    pub identity_version: u32,
    /// The answer.
    pub state: VerificationState,
    /// What was found.
    pub reasons: Vec<ReasonCode>,
    /// The key of the person whom the register named, where it names people.
    pub person: Option<LookupKey>,
}

impl VerificationResult {
    /// An answer about `subject` as it stood at `identity_version`.
    pub const fn new(
        subject: SubjectId,
        identity_version: u32,
        state: VerificationState,
        reasons: Vec<ReasonCode>,
    ) -> Self {
        Self {
            subject,
            identity_version,
            state,
            reasons,
            person: None,
        }
    }
}

/// What became of a [`VerificationResult`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerificationOutcome {
    /// It is the subject's state now.
    Recorded,
    /// State and reasons were the same already; only the time moved on.
    Unchanged,
    /// The identity changed after the question; the answer was dropped.
    Outdated,
    /// There is no such subject.
    Missing,
}

/// Records what the population register answered.
#[async_trait]
pub trait VerificationStore: fmt::Debug + Send + Sync {
    /// Records answers, and with them opens, changes or closes the subject's case.
    ///
    /// Atomic per bucket with its audit event, as [`IntakeStore`](crate::IntakeStore) describes.
    /// A state that [needs cleaning](VerificationState::needs_cleaning) opens a case where none
    /// is open, or renews the codes of the open one, keeping its custody; an identified state
    /// closes the open case; `NotSent` and `Unavailable` leave cases as they are. A changed state
    /// raises the subject's revision; the same answer again does not.
    ///
    /// # Errors
    ///
    /// `Unavailable` and `Corrupt`; whatever concerns one item is in its outcome.
    async fn record(
        &self,
        act: &Act,
        items: &[VerificationResult],
    ) -> Result<Vec<VerificationOutcome>, StoreError>;

    /// For each key of a person the subjects that were [recorded](Self::record) under it, by id,
    /// each with the newest identity version for which it was. An entry of another version than
    /// the subject's present one says nothing any more.
    ///
    /// # Errors
    ///
    /// `Unavailable` and `Corrupt`.
    async fn by_person(&self, keys: &[LookupKey])
    -> Result<Vec<Vec<(SubjectId, u32)>>, StoreError>;
}
