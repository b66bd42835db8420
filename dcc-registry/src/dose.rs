//! Doses: immutable versions of what a facility entered about one shot.

use core::fmt;

use dcc_model::{Timestamp, civil};

use crate::canonical::Canonical;
use crate::{Act, Actor, AttestationId, Digest, DoseRef, FacilityId, SubjectId};

/// The kind of a dose as declared: the six that Vietnam counts apart (R80).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DoseKind {
    /// Mũi 1.
    Primary1,
    /// Mũi 2.
    Primary2,
    /// Mũi 3, the third primary dose of Abdala.
    Primary3,
    /// Mũi bổ sung.
    Additional,
    /// Mũi nhắc lại lần 1.
    Booster1,
    /// Mũi nhắc lại lần 2.
    Booster2,
}

impl DoseKind {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[
        Self::Primary1,
        Self::Primary2,
        Self::Primary3,
        Self::Additional,
        Self::Booster1,
        Self::Booster2,
    ];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Primary1 => "primary-1",
            Self::Primary2 => "primary-2",
            Self::Primary3 => "primary-3",
            Self::Additional => "additional",
            Self::Booster1 => "booster-1",
            Self::Booster2 => "booster-2",
        }
    }
}

/// What a facility entered about one shot. `Debug` prints none of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoseContent {
    /// The vaccine's key as intake mapped it (vn/data/vaccines.tsv), or the text as written where
    /// it is none of the eight.
    pub vaccine: String,
    /// The vaccine's lot.
    pub lot: Option<String>,
    /// The day of the shot, in Vietnam.
    pub date: civil::Date,
    /// The declared kind.
    pub kind: Option<DoseKind>,
    /// Where it was given.
    pub vaccinating: FacilityId,
    /// Who entered the record, and therefore may sign it (R17).
    pub entering: FacilityId,
    /// When it was entered.
    pub entered_at: Option<Timestamp>,
}

impl DoseContent {
    /// A shot given and entered by `facility`, of no declared lot or kind; fill in the rest.
    pub fn new(vaccine: impl Into<String>, date: civil::Date, facility: FacilityId) -> Self {
        Self {
            vaccine: vaccine.into(),
            lot: None,
            date,
            kind: None,
            vaccinating: facility.clone(),
            entering: facility,
            entered_at: None,
        }
    }

    /// The deterministic CBOR (RFC 8949 section 4.2.1) of this record under its reference:
    /// `["dcc-dose-1", dose_ref, vaccine, lot / null, date, kind / null, vaccinating, entering,
    /// entered_at / null]`, dates as ISO 8601 text, instants as integers.
    pub fn canonical(&self, dose_ref: &DoseRef) -> Vec<u8> {
        let mut written = Canonical::array("dcc-dose-1", 9);
        written
            .text(dose_ref.as_str())
            .text(&self.vaccine)
            .optional_text(self.lot.as_deref())
            .text(&alloc::format!("{}", self.date))
            .optional_text(self.kind.map(DoseKind::word))
            .text(self.vaccinating.as_str())
            .text(self.entering.as_str())
            .optional_time(self.entered_at);
        written.finish()
    }

    /// The SHA-256 of [`DoseContent::canonical`]: what makes a second import of a row a repetition
    /// or a correction, and what an attestation's leaf commits to (design decision 10).
    pub fn hash(&self, dose_ref: &DoseRef) -> Digest {
        Digest::of(&self.canonical(dose_ref))
    }
}

impl fmt::Debug for DoseContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoseContent")
            .field("entering", &self.entering)
            .finish_non_exhaustive()
    }
}

/// Which dose: its subject and its reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct DoseKey {
    /// The subject.
    pub subject: SubjectId,
    /// The platform's reference.
    pub dose_ref: DoseRef,
}

impl DoseKey {
    /// The dose `dose_ref` of `subject`.
    pub const fn new(subject: SubjectId, dose_ref: DoseRef) -> Self {
        Self { subject, dose_ref }
    }
}

/// Where a version of a dose stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DoseState {
    /// The version that counts.
    Current,
    /// A later version stands.
    Superseded,
    /// Withdrawn by its enterer.
    Withdrawn,
}

impl DoseState {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[Self::Current, Self::Superseded, Self::Withdrawn];
}

/// Where a dose version stands in an attestation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Attested {
    /// The attestation.
    pub attestation: AttestationId,
    /// The position of the dose's leaf in its tree.
    pub leaf: u64,
}

impl Attested {
    /// Leaf `leaf` of `attestation`.
    pub const fn new(attestation: AttestationId, leaf: u64) -> Self {
        Self { attestation, leaf }
    }
}

/// One version of one dose. Content never changes; a correction appends a version.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoseRecord {
    /// Which dose.
    pub key: DoseKey,
    /// 1 for the first version.
    pub version: u32,
    /// What was entered.
    pub content: DoseContent,
    /// [`DoseContent::hash`].
    pub hash: Digest,
    /// Where this version stands.
    pub state: DoseState,
    /// Who confirmed this very version; a new version begins without, so that an attestation
    /// lapses by itself. `None` again after an explicit lapse.
    pub attested: Option<Attested>,
    /// When this version was written.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: Actor,
}

impl DoseRecord {
    /// A current, not yet attested version.
    pub fn new(key: DoseKey, version: u32, content: DoseContent, act: &Act) -> Self {
        let hash = content.hash(&key.dose_ref);
        Self {
            key,
            version,
            content,
            hash,
            state: DoseState::Current,
            attested: None,
            recorded_at: act.at(),
            recorded_by: act.actor().clone(),
        }
    }
}

impl fmt::Debug for DoseRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoseRecord")
            .field("key", &self.key)
            .field("version", &self.version)
            .field("state", &self.state)
            .field("attested", &self.attested)
            .finish_non_exhaustive()
    }
}
