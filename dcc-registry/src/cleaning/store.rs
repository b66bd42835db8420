//! The stores of cases, lists, correction requests and progress snapshots.

use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

use super::{CaseRecord, CleaningList, CorrectionRequest, Custody, ListReturn, RequestState};
use crate::{
    Act, Bucket, CommuneCode, FacilityId, ListId, ReasonCode, StoreError, SubjectId,
    VerificationState,
};

/// Which open cases a scan yields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaseFilter {
    /// Only those of this commune.
    pub commune: Option<CommuneCode>,
    /// Only those in this custody.
    pub custody: Option<Custody>,
}

/// A change of custody of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaseMove {
    /// Whose case.
    pub subject: SubjectId,
    /// Which.
    pub case: u32,
    /// Who must have it for the move to happen.
    pub from: Custody,
    /// Who has it then; not `Closed`, which only a verification does.
    pub to: Custody,
    /// The list on which it travels then.
    pub list: Option<ListId>,
}

impl CaseMove {
    /// Moves case `case` of `subject`.
    pub const fn new(
        subject: SubjectId,
        case: u32,
        (from, to): (Custody, Custody),
        list: Option<ListId>,
    ) -> Self {
        Self {
            subject,
            case,
            from,
            to,
            list,
        }
    }
}

/// What became of a [`CaseMove`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MoveOutcome {
    /// It moved.
    Moved,
    /// It was there already, on the same list.
    Unchanged,
    /// Somebody else has it, or it is on another list.
    Elsewhere(Custody),
    /// There is no such case.
    Missing,
}

/// Reads open cases and moves their custody. Cases are opened and closed by
/// [`VerificationStore::record`](crate::VerificationStore::record) alone.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait CaseStore: fmt::Debug + Send + Sync {
    /// At most `limit` open cases of `bucket` that pass `filter`, by subject, behind `after`.
    async fn open_cases(
        &self,
        bucket: Bucket,
        filter: &CaseFilter,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<CaseRecord>, StoreError>;

    /// Moves cases, each only from the custody named. Atomic per bucket with its audit event;
    /// results in the order of the items; idempotent.
    ///
    /// # Errors
    ///
    /// `Invalid` where a move's target is `Closed`.
    async fn move_cases(
        &self,
        act: &Act,
        items: &[CaseMove],
    ) -> Result<Vec<MoveOutcome>, StoreError>;
}

/// Keeps cleaning lists. They lie outside the buckets; audit events go to the central partition.
///
/// Make the list first, then move its cases onto it: a crash between the two is mended by moving
/// the cases of the stored list again.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait ListStore: fmt::Debug + Send + Sync {
    /// Stores a new list with its first custody event, `Listed` by the actor. Written once: the
    /// same list again changes nothing. Returns whether it was new.
    ///
    /// # Errors
    ///
    /// `Conflict` where another list has this id.
    async fn make_list(&self, act: &Act, list: &CleaningList) -> Result<bool, StoreError>;

    /// The list with this id.
    async fn list(&self, id: &ListId) -> Result<Option<CleaningList>, StoreError>;

    /// At most `limit` lists by id, behind `after`, without their items; of one commune or all.
    async fn lists(
        &self,
        commune: Option<&CommuneCode>,
        after: Option<&ListId>,
        limit: usize,
    ) -> Result<Vec<CleaningList>, StoreError>;

    /// Appends a change of custody to a list that is in `from`; with what came back, where it is
    /// a return. The same change by the same actor again (the last event is equal but for the
    /// time) changes nothing.
    ///
    /// # Errors
    ///
    /// `NotFound`; `Conflict` where somebody else has it; `Invalid` where `to` does not come
    /// later in the chain than `from`.
    async fn hand_over(
        &self,
        act: &Act,
        id: &ListId,
        (from, to): (Custody, Custody),
        returned: Option<ListReturn>,
    ) -> Result<(), StoreError>;
}

/// Keeps citizens' correction requests (R61).
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait CorrectionRequestStore: fmt::Debug + Send + Sync {
    /// Stores an open request, once by subject and reference; the same again changes nothing.
    /// Atomic with its audit event.
    ///
    /// # Errors
    ///
    /// `NotFound` for an unknown subject; `Conflict` where the reference has other content.
    async fn request(&self, act: &Act, item: &CorrectionRequest) -> Result<(), StoreError>;

    /// The open requests of a bucket, of one facility or all, by subject and reference.
    async fn open_requests(
        &self,
        bucket: Bucket,
        facility: Option<&FacilityId>,
    ) -> Result<Vec<CorrectionRequest>, StoreError>;

    /// Closes an open request as accepted (`decline` is `None`) or declined. Atomic with its
    /// audit event. The same decision again changes nothing.
    ///
    /// # Errors
    ///
    /// `NotFound`; `Conflict` where it was decided otherwise.
    async fn decide_request(
        &self,
        act: &Act,
        subject: SubjectId,
        reference: &str,
        decline: Option<ReasonCode>,
    ) -> Result<RequestState, StoreError>;
}

/// One row of a progress snapshot: how many subjects and doses of a commune are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotRow {
    /// The commune.
    pub commune: CommuneCode,
    /// The state of the check.
    pub state: VerificationState,
    /// Subjects.
    pub subjects: u64,
    /// Their doses, without withdrawn ones.
    pub doses: u64,
}

impl SnapshotRow {
    /// A row.
    pub const fn new(
        commune: CommuneCode,
        state: VerificationState,
        subjects: u64,
        doses: u64,
    ) -> Self {
        Self {
            commune,
            state,
            subjects,
            doses,
        }
    }
}

/// Cleaning progress as it stood once (R59, R60).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Its name, such as the day.
    pub name: String,
    /// When it was taken.
    pub at: Timestamp,
    /// Its rows, by commune and state.
    pub rows: Vec<SnapshotRow>,
}

impl Snapshot {
    /// A snapshot.
    pub const fn new(name: String, at: Timestamp, rows: Vec<SnapshotRow>) -> Self {
        Self { name, at, rows }
    }
}

/// Derives and keeps dated progress figures.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait SnapshotStore: fmt::Debug + Send + Sync {
    /// The figures at this instant, bucket by bucket, by commune and state.
    async fn progress(&self) -> Result<Vec<SnapshotRow>, StoreError>;

    /// Keeps a snapshot under its name, once, with a central audit event.
    ///
    /// # Errors
    ///
    /// `Conflict` where the name has other content.
    async fn put_snapshot(&self, act: &Act, snapshot: &Snapshot) -> Result<(), StoreError>;

    /// Every snapshot, by time and name.
    async fn snapshots(&self) -> Result<Vec<Snapshot>, StoreError>;
}
