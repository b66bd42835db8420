//! Reading subjects: by id, by scan of a bucket, and one person's whole history.

use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

use super::{Identity, SubjectRecord, VerificationState};
use crate::{
    Act, Actor, Bucket, CaseRecord, CertificateRecord, CorrectionRequest, Decision, DoseRecord,
    StoreError, SubjectId,
};

/// A subject aggregate as work on it needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// The subject.
    pub record: SubjectRecord,
    /// The current version of every dose that is not withdrawn, by date and then reference.
    pub doses: Vec<DoseRecord>,
    /// The same of every record that is [merged into](LinkRelation::MergedInto) this one and stands
    /// as [`VerificationState::SamePerson`]: doses of this person that another record holds. They
    /// are that record's to sign, to correct and to count; here they only count for eligibility.
    /// A change of one does not raise this subject's revision: the next run finds it.
    pub merged: Vec<DoseRecord>,
    /// The current (published) certificate.
    pub current: Option<CertificateRecord>,
    /// The open intent: reserved or signed, not yet published.
    pub open: Option<CertificateRecord>,
}

impl Subject {
    /// A subject without doses and certificates; fill in the rest.
    pub const fn new(record: SubjectRecord) -> Self {
        Self {
            record,
            doses: Vec::new(),
            merged: Vec::new(),
            current: None,
            open: None,
        }
    }
}

/// An identity that stood once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityVersion {
    /// Its version.
    pub version: u32,
    /// What it said.
    pub identity: Identity,
    /// When it was written.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: Actor,
}

impl IdentityVersion {
    /// The identity that `record` holds now, as a version of its history.
    pub fn of(record: &SubjectRecord) -> Self {
        Self {
            version: record.identity_version,
            identity: record.identity.clone(),
            recorded_at: record.recorded_at,
            recorded_by: record.recorded_by.clone(),
        }
    }
}

/// Everything the register holds of one person, for `explain` and own-dose viewing (R67).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubjectHistory {
    /// The subject as it stands.
    pub record: SubjectRecord,
    /// Earlier identities, oldest first.
    pub identities: Vec<IdentityVersion>,
    /// Every version of every dose, by reference and version, withdrawn ones too.
    pub doses: Vec<DoseRecord>,
    /// Every certificate, by time of reservation.
    pub certificates: Vec<CertificateRecord>,
    /// Every case, oldest first.
    pub cases: Vec<CaseRecord>,
    /// Every correction request, oldest first.
    pub requests: Vec<CorrectionRequest>,
    /// The decisions of all batches, oldest first.
    pub decisions: Vec<Decision>,
    /// Links to other subjects.
    pub links: Vec<SubjectLink>,
}

impl SubjectHistory {
    /// A history with nothing but the subject; fill in the rest.
    pub const fn new(record: SubjectRecord) -> Self {
        Self {
            record,
            identities: Vec::new(),
            doses: Vec::new(),
            certificates: Vec::new(),
            cases: Vec::new(),
            requests: Vec::new(),
            decisions: Vec::new(),
            links: Vec::new(),
        }
    }
}

/// What was decided about two subjects that look like one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkRelation {
    /// They are one person, and the other is the one to be issued for.
    MergedInto,
    /// They are one person, and this is the one to be issued for.
    MergedFrom,
    /// They are two people.
    Different,
    /// Nothing is decided about them, or what was decided is undone.
    Undecided,
}

impl LinkRelation {
    /// Every value; the position is the stored number.
    pub const ALL: &'static [Self] = &[
        Self::MergedInto,
        Self::MergedFrom,
        Self::Different,
        Self::Undecided,
    ];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MergedInto => "merged-into",
            Self::MergedFrom => "merged-from",
            Self::Different => "different",
            Self::Undecided => "undecided",
        }
    }

    /// How the other subject sees it.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::MergedInto => Self::MergedFrom,
            Self::MergedFrom => Self::MergedInto,
            Self::Different => Self::Different,
            Self::Undecided => Self::Undecided,
        }
    }
}

/// One side of a link between two subjects; the other subject has the reversed one. `Debug` does
/// not print the evidence, which people write.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubjectLink {
    /// This subject.
    pub subject: SubjectId,
    /// The other one.
    pub other: SubjectId,
    /// What they are to each other.
    pub relation: LinkRelation,
    /// A reference to the evidence.
    pub evidence: String,
    /// When it was decided.
    pub at: Timestamp,
}

impl SubjectLink {
    /// A link decided at `at`.
    pub const fn new(
        subject: SubjectId,
        other: SubjectId,
        relation: LinkRelation,
        evidence: String,
        at: Timestamp,
    ) -> Self {
        Self {
            subject,
            other,
            relation,
            evidence,
            at,
        }
    }
}

impl fmt::Debug for SubjectLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubjectLink")
            .field("subject", &self.subject)
            .field("other", &self.other)
            .field("relation", &self.relation)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Which subjects of a bucket a scan yields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScanFilter {
    /// Only those in one of these states; empty for all.
    pub states: Vec<VerificationState>,
}

impl ScanFilter {
    /// Every subject.
    pub fn all() -> Self {
        Self::default()
    }

    /// Subjects whose check is in one of `states`.
    pub fn in_states(states: impl Into<Vec<VerificationState>>) -> Self {
        Self {
            states: states.into(),
        }
    }
}

/// Reads subject aggregates and links them.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait SubjectStore: fmt::Debug + Send + Sync {
    /// The aggregates of these subjects, in the order asked; `None` for unknown ones. Each
    /// aggregate is read as of one instant.
    async fn subjects(&self, ids: &[SubjectId]) -> Result<Vec<Option<Subject>>, StoreError>;

    /// At most `limit` aggregates of `bucket` that pass `filter`, in the order of their ids,
    /// beginning behind `after`. A page is read as of one instant; fewer than `limit` means the
    /// bucket's end.
    async fn scan(
        &self,
        bucket: Bucket,
        filter: &ScanFilter,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<Subject>, StoreError>;

    /// One person's whole history, as of one instant; `None` for an unknown subject.
    async fn history(&self, id: SubjectId) -> Result<Option<SubjectHistory>, StoreError>;

    /// Records what two subjects are to each other, on both sides, replacing an earlier answer,
    /// and raises the revision of both. Each side is atomic with its audit event; a crash between
    /// the two leaves one side, and the same call repeated adds the other. Idempotent.
    ///
    /// # Errors
    ///
    /// `NotFound` where either subject is unknown, `Invalid` where both are the same.
    async fn link(&self, act: &Act, link: &SubjectLink) -> Result<(), StoreError>;
}
