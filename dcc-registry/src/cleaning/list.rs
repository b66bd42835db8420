//! Cleaning lists: written once, with every change of custody appended (R51-R54).

use core::fmt;

use dcc_model::Timestamp;

use crate::{Actor, CommuneCode, Digest, ListId, SubjectId};

/// Who has a case or a list (vn/domain.md section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Custody {
    /// Trạm Y tế: to be listed.
    HealthStation,
    /// On a list.
    Listed,
    /// Tổ công tác of the hamlet.
    HamletTeam,
    /// Công an xã/phường.
    CommunePolice,
    /// Handed back, signed.
    Returned,
    /// The corrections were applied.
    Applied,
    /// Archived; for a case: closed.
    Closed,
}

impl Custody {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[
        Self::HealthStation,
        Self::Listed,
        Self::HamletTeam,
        Self::CommunePolice,
        Self::Returned,
        Self::Applied,
        Self::Closed,
    ];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HealthStation => "health-station",
            Self::Listed => "listed",
            Self::HamletTeam => "hamlet-team",
            Self::CommunePolice => "commune-police",
            Self::Returned => "returned",
            Self::Applied => "applied",
            Self::Closed => "closed",
        }
    }
}

/// One row of a list: a case, and the record version that was printed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ListItem {
    /// Whose case.
    pub subject: SubjectId,
    /// Which case.
    pub case: u32,
    /// The identity version printed; a return about another version is outdated.
    pub identity_version: u32,
}

impl ListItem {
    /// Case `case` of `subject` as printed at `identity_version`.
    pub const fn new(subject: SubjectId, case: u32, identity_version: u32) -> Self {
        Self {
            subject,
            case,
            identity_version,
        }
    }
}

/// How a returned list was signed (R54).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReturnSignature {
    /// Not at all.
    None,
    /// On paper, scanned.
    Scanned,
    /// Digitally, and checked.
    Checked,
}

impl ReturnSignature {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[Self::None, Self::Scanned, Self::Checked];
}

/// What came back: the hash of the file and how it was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ListReturn {
    /// The SHA-256 of the returned file, which is archived.
    pub hash: Digest,
    /// How it was signed.
    pub signature: ReturnSignature,
}

impl ListReturn {
    /// A returned file.
    pub const fn new(hash: Digest, signature: ReturnSignature) -> Self {
        Self { hash, signature }
    }
}

/// One change of custody of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListEvent {
    /// Who has it from then on.
    pub custody: Custody,
    /// Who handed it over.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// What came back, where it was a return.
    pub returned: Option<ListReturn>,
}

impl ListEvent {
    /// A change of custody.
    pub const fn new(custody: Custody, actor: Actor, at: Timestamp) -> Self {
        Self {
            custody,
            actor,
            at,
            returned: None,
        }
    }
}

/// A list of one commune, for the health station, the hamlet team and the commune police. `Debug`
/// does not print the note, which people write.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CleaningList {
    /// Its reference.
    pub id: ListId,
    /// The commune of permanent residence (R51).
    pub commune: CommuneCode,
    /// The SHA-256 of the file as it was handed out.
    pub hash: Digest,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its rows, in the order printed.
    pub items: Vec<ListItem>,
    /// Its custody, oldest first; the first event is `Listed`.
    pub events: Vec<ListEvent>,
    /// A remark for people, such as a deadline; no personal data.
    pub note: String,
}

impl CleaningList {
    /// A list made at `made_at`, not yet handed on: the store writes its first event.
    pub const fn new(
        id: ListId,
        commune: CommuneCode,
        hash: Digest,
        items: Vec<ListItem>,
        made_at: Timestamp,
    ) -> Self {
        Self {
            id,
            commune,
            hash,
            made_at,
            items,
            events: Vec::new(),
            note: String::new(),
        }
    }

    /// Who has it now.
    pub fn custody(&self) -> Custody {
        self.events
            .last()
            .map_or(Custody::Listed, |event| event.custody)
    }
}

impl fmt::Debug for CleaningList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CleaningList")
            .field("id", &self.id)
            .field("commune", &self.commune)
            .field("items", &self.items)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}
