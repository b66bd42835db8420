//! Issue batches and the decision about every subject in them; counters are derived from these.

use alloc::collections::BTreeMap;
use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

use crate::{
    Act, BatchId, Bucket, CertificateId, Digest, Lease, ReasonCode, StoreError, SubjectId,
};

/// Where a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BatchState {
    /// Some buckets are not done.
    Running,
    /// Every bucket is done.
    Done,
}

/// An issue batch: one policy and profile over one set of normalised inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// The hash of inputs, policy and profile.
    pub id: BatchId,
    /// The policy's name and version.
    pub policy: String,
    /// The issuing profile.
    pub profile: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When its last bucket was done.
    pub done_at: Option<Timestamp>,
}

impl Batch {
    /// A batch opened at `opened_at`.
    pub const fn new(id: BatchId, policy: String, profile: String, opened_at: Timestamp) -> Self {
        Self {
            id,
            policy,
            profile,
            opened_at,
            done_at: None,
        }
    }

    /// Where it stands.
    pub const fn state(&self) -> BatchState {
        if self.done_at.is_some() {
            BatchState::Done
        } else {
            BatchState::Running
        }
    }
}

/// What was decided about a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// A certificate is made: this one.
    Issue(CertificateId),
    /// The current certificate says the same already.
    Unchanged(CertificateId),
    /// Somebody can repair it (vn/refusals.md).
    Held(Vec<ReasonCode>),
    /// Final under the named policy.
    Refused(Vec<ReasonCode>),
}

impl Verdict {
    /// Which column of a tally it counts in.
    pub const fn column(&self) -> Column {
        match self {
            Self::Issue(_) => Column::Issued,
            Self::Unchanged(_) => Column::Unchanged,
            Self::Held(_) => Column::Held,
            Self::Refused(_) => Column::Refused,
        }
    }

    /// The codes of a held or refused subject.
    pub fn reasons(&self) -> &[ReasonCode] {
        match self {
            Self::Issue(_) | Self::Unchanged(_) => &[],
            Self::Held(reasons) | Self::Refused(reasons) => reasons,
        }
    }
}

/// The columns of a tally: selected = issued + unchanged + held + refused (design decision 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Column {
    /// A certificate was made.
    Issued,
    /// It stood already.
    Unchanged,
    /// Repairable.
    Held,
    /// Final.
    Refused,
}

impl Column {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[Self::Issued, Self::Unchanged, Self::Held, Self::Refused];
}

/// A number in each column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Columns {
    /// Made.
    pub issued: u64,
    /// Stood already.
    pub unchanged: u64,
    /// Repairable.
    pub held: u64,
    /// Final.
    pub refused: u64,
}

impl Columns {
    /// `number` in one column.
    pub fn of(column: Column, number: u64) -> Self {
        let mut columns = Self::default();
        columns.add(column, number);
        columns
    }

    /// Adds `number` to a column.
    pub fn add(&mut self, column: Column, number: u64) {
        let field = match column {
            Column::Issued => &mut self.issued,
            Column::Unchanged => &mut self.unchanged,
            Column::Held => &mut self.held,
            Column::Refused => &mut self.refused,
        };
        *field = field.saturating_add(number);
    }

    /// Adds every column of `other`.
    pub fn merge(&mut self, other: Self) {
        self.add(Column::Issued, other.issued);
        self.add(Column::Unchanged, other.unchanged);
        self.add(Column::Held, other.held);
        self.add(Column::Refused, other.refused);
    }

    /// The sum of the columns.
    pub const fn selected(self) -> u64 {
        self.issued
            .saturating_add(self.unchanged)
            .saturating_add(self.held)
            .saturating_add(self.refused)
    }
}

/// What a batch decided about one subject, and about each of its doses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// The batch.
    pub batch: BatchId,
    /// The subject.
    pub subject: SubjectId,
    /// What was decided.
    pub verdict: Verdict,
    /// How many of the subject's doses fall in which column (a dose may be held while its subject
    /// is issued).
    pub doses: Columns,
    /// The hash of what the policy saw.
    pub inputs: Digest,
    /// When.
    pub at: Timestamp,
}

impl Decision {
    /// A decision in which all `doses` go the subject's way; change `doses` where they do not.
    pub fn new(
        (batch, inputs): (BatchId, Digest),
        subject: SubjectId,
        verdict: Verdict,
        doses: u64,
        at: Timestamp,
    ) -> Self {
        let doses = Columns::of(verdict.column(), doses);
        Self {
            batch,
            subject,
            verdict,
            doses,
            inputs,
            at,
        }
    }
}

/// The figures of a batch, derived from its decisions; nothing increments them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Subjects.
    pub subjects: Columns,
    /// Doses.
    pub doses: Columns,
    /// Held and refused subjects by code; one with two codes counts under both.
    pub reasons: BTreeMap<ReasonCode, u64>,
}

/// Opens batches, records decisions, and derives their figures.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait BatchStore: fmt::Debug + Send + Sync {
    /// Opens a batch, or finds it: the answer is what is stored, so a repeated call with the same
    /// id tells when it was opened and whether it is done. Atomic with a central audit event.
    async fn open_batch(&self, act: &Act, batch: &Batch) -> Result<Batch, StoreError>;

    /// The buckets of a batch that are not done, in order. All of them for a new batch.
    ///
    /// # Errors
    ///
    /// `NotFound` for a batch never opened.
    async fn pending_buckets(&self, batch: BatchId) -> Result<Vec<Bucket>, StoreError>;

    /// Records decisions that make no certificate (held, refused, unchanged), one a subject and
    /// batch; a later one replaces an earlier one. A decision that does make one is recorded by
    /// [`CertificateStore::reserve`](crate::CertificateStore::reserve), and is not replaced here
    /// unless its certificate was abandoned.
    ///
    /// Atomic per bucket with its audit event. Returns, in the order of the decisions, whether
    /// each was recorded; `false` means that no lease for its bucket stands any more.
    ///
    /// # Errors
    ///
    /// `Invalid` where a verdict is `Issue`, or where a bucket is in none of `leases`.
    async fn decide(
        &self,
        act: &Act,
        leases: &[Lease],
        decisions: &[Decision],
    ) -> Result<Vec<bool>, StoreError>;

    /// Marks buckets as done for a batch, under their leases; the last one closes the batch.
    /// Idempotent. Returns the buckets that were marked, now or before; one whose lease was lost
    /// is not among them.
    ///
    /// # Errors
    ///
    /// `NotFound` for a batch never opened.
    async fn finish_buckets(
        &self,
        act: &Act,
        leases: &[Lease],
        batch: BatchId,
    ) -> Result<Vec<Bucket>, StoreError>;

    /// The figures of a batch at this instant, bucket by bucket (not one snapshot while it runs).
    async fn tally(&self, batch: BatchId) -> Result<Tally, StoreError>;
}
