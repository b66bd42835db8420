//! Cleaning (làm sạch): cases, the lists by which they travel, and citizens' correction requests.

mod list;
mod store;

use core::fmt;

use dcc_model::Timestamp;

use crate::{CommuneCode, FacilityId, ListId, ReasonCode, SubjectId, VerificationState};

pub use list::{CleaningList, Custody, ListEvent, ListItem, ListReturn, ReturnSignature};
pub use store::{
    CaseFilter, CaseMove, CaseStore, CorrectionRequestStore, ListStore, MoveOutcome, Snapshot,
    SnapshotRow, SnapshotStore,
};

/// A verification case (hồ sơ làm sạch): why a subject cannot be identified, and who has it. A
/// subject has at most one open case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaseRecord {
    /// Whose.
    pub subject: SubjectId,
    /// 1 for the subject's first case, one more for each later one.
    pub number: u32,
    /// The identity version it is about.
    pub identity_version: u32,
    /// The state that opened or last renewed it.
    pub state: VerificationState,
    /// What was found.
    pub reasons: Vec<ReasonCode>,
    /// The commune of permanent residence.
    pub commune: CommuneCode,
    /// Who has it.
    pub custody: Custody,
    /// The list on which it travels, if any.
    pub list: Option<ListId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl CaseRecord {
    /// A case opened at `opened_at` with the health station of `commune`.
    pub fn new(
        (subject, identity_version): (SubjectId, u32),
        number: u32,
        (state, reasons): (VerificationState, Vec<ReasonCode>),
        commune: CommuneCode,
        opened_at: Timestamp,
    ) -> Self {
        Self {
            subject,
            number,
            identity_version,
            state,
            reasons,
            commune,
            custody: Custody::HealthStation,
            list: None,
            opened_at,
            closed_at: None,
        }
    }
}

/// Where a correction request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RequestState {
    /// Waiting for the facility.
    Open,
    /// The facility changed the record.
    Accepted,
    /// The facility declined, for the reason stated.
    Declined,
}

impl RequestState {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[Self::Open, Self::Accepted, Self::Declined];
}

/// A citizen's request to correct a field (R61), routed to the facility that entered it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CorrectionRequest {
    /// Whose record.
    pub subject: SubjectId,
    /// The request's reference, unique for the subject.
    pub reference: String,
    /// The field's name.
    pub field: String,
    /// What the citizen says it should be.
    pub claimed: String,
    /// How the request came: facility, portal.
    pub channel: String,
    /// A reference to the evidence.
    pub evidence: String,
    /// Who is to decide.
    pub facility: FacilityId,
    /// Where it stands.
    pub state: RequestState,
    /// Why it was declined.
    pub decline: Option<ReasonCode>,
    /// When it came.
    pub requested_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

impl CorrectionRequest {
    /// An open request that `field` should be `claimed`; fill in channel and evidence.
    pub fn new(
        (subject, reference): (SubjectId, String),
        field: impl Into<String>,
        claimed: impl Into<String>,
        facility: FacilityId,
        requested_at: Timestamp,
    ) -> Self {
        Self {
            subject,
            reference,
            field: field.into(),
            claimed: claimed.into(),
            channel: String::new(),
            evidence: String::new(),
            facility,
            state: RequestState::Open,
            decline: None,
            requested_at,
            decided_at: None,
        }
    }
}

impl fmt::Debug for CorrectionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorrectionRequest")
            .field("subject", &self.subject)
            .field("field", &self.field)
            .field("facility", &self.facility)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
