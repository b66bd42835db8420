//! Certificates: the record of one, from its intent to its end.

mod life;
mod store;

use core::fmt;

use dcc_model::Timestamp;

use crate::{Act, Basis, BatchId, CertificateId, DoseRef, SubjectId};

pub use life::{CertificateLife, ImportOutcome, Revocation, RevocationOutcome, RevocationReason};
pub use store::{
    CertificateStore, Completion, CompletionOutcome, PublishOutcome, Reservation, ReserveOutcome,
};

/// Where a certificate stands.
///
/// Expiry is no state: it follows from the record's `expires_at` and the time at which one asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CertificateState {
    /// Its bytes are fixed; no signature stands yet.
    Reserved,
    /// Signed under the lease, not yet published.
    Signed,
    /// The subject's current certificate.
    Published,
    /// A later one was published.
    Superseded,
    /// Revoked.
    Revoked,
    /// Never published and never to be: the subject changed, or the intent was given up.
    Abandoned,
}

impl CertificateState {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[
        Self::Reserved,
        Self::Signed,
        Self::Published,
        Self::Superseded,
        Self::Revoked,
        Self::Abandoned,
    ];

    /// Reserved or signed: on its way. A subject has at most one such.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Reserved | Self::Signed)
    }

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Signed => "signed",
            Self::Published => "published",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
            Self::Abandoned => "abandoned",
        }
    }
}

/// Why a certificate was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Occasion {
    /// The subject had none.
    First,
    /// A dose came or changed.
    NewDose,
    /// The identity was corrected.
    Correction,
    /// The one before runs out (R40).
    Renewal,
    /// The one before was signed by a revoked key.
    KeyReplaced,
    /// It was issued elsewhere and taken in.
    Imported,
}

impl Occasion {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[
        Self::First,
        Self::NewDose,
        Self::Correction,
        Self::Renewal,
        Self::KeyReplaced,
        Self::Imported,
    ];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::NewDose => "new-dose",
            Self::Correction => "correction",
            Self::Renewal => "renewal",
            Self::KeyReplaced => "key-replaced",
            Self::Imported => "imported",
        }
    }
}

/// A dose version that a certificate counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct CountedDose {
    /// The dose.
    pub dose_ref: DoseRef,
    /// The version that was counted.
    pub version: u32,
}

impl CountedDose {
    /// `dose_ref` at `version`.
    pub const fn new(dose_ref: DoseRef, version: u32) -> Self {
        Self { dose_ref, version }
    }
}

/// What a certificate is to say and how, fixed before it is signed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateIntent {
    /// Its identifier, unique over the register and never used again.
    pub id: CertificateId,
    /// Whose it is.
    pub subject: SubjectId,
    /// The subject's revision on which it rests; publishing refuses another.
    pub revision: u64,
    /// The batch that makes it.
    pub batch: BatchId,
    /// Why exactly this one; see [`Basis`].
    pub basis: Basis,
    /// Why at all.
    pub occasion: Occasion,
    /// The document signer's key id.
    pub kid: Vec<u8>,
    /// The exact bytes that are signed (the COSE `Sig_structure`, RFC 9052 section 4.4).
    pub to_be_signed: Vec<u8>,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `exp`.
    pub expires_at: Timestamp,
    /// `dn` and `sd`.
    pub dose: (u32, u32),
    /// The nationality, which is in the record and on renderings only (design decision 3).
    pub nationality: String,
    /// The dose versions counted.
    pub counted: Vec<CountedDose>,
}

impl CertificateIntent {
    /// The intent that `subject` at `revision` gets the certificate `id`; the times are `iat` and
    /// `exp`. Fill in the rest.
    pub fn new(
        id: CertificateId,
        (subject, revision): (SubjectId, u64),
        (batch, basis): (BatchId, Basis),
        to_be_signed: Vec<u8>,
        times: (Timestamp, Timestamp),
    ) -> Self {
        Self {
            id,
            subject,
            revision,
            batch,
            basis,
            occasion: Occasion::First,
            kid: Vec::new(),
            to_be_signed,
            issued_at: times.0,
            expires_at: times.1,
            dose: (1, 1),
            nationality: String::new(),
            counted: Vec::new(),
        }
    }
}

impl fmt::Debug for CertificateIntent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateIntent")
            .field("id", &self.id)
            .field("subject", &self.subject)
            .field("revision", &self.revision)
            .field("occasion", &self.occasion)
            .finish_non_exhaustive()
    }
}

/// A certificate as stored.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateRecord {
    /// What it says. `to_be_signed` is emptied once the signed text stands, which contains it.
    pub intent: CertificateIntent,
    /// Where it stands.
    pub state: CertificateState,
    /// The signed text beginning with `HC1:`; once there it never changes.
    pub hc1: Option<String>,
    /// When it was reserved, or taken in.
    pub reserved_at: Timestamp,
    /// When it became the current one.
    pub published_at: Option<Timestamp>,
    /// The certificate that it replaced when it was published.
    pub supersedes: Option<CertificateId>,
    /// The certificate that replaced it.
    pub superseded_by: Option<CertificateId>,
    /// Why and when it was revoked.
    pub revoked: Option<(RevocationReason, Timestamp)>,
}

impl CertificateRecord {
    /// A reserved certificate.
    pub fn new(intent: CertificateIntent, act: &Act) -> Self {
        Self {
            intent,
            state: CertificateState::Reserved,
            hc1: None,
            reserved_at: act.at(),
            published_at: None,
            supersedes: None,
            superseded_by: None,
            revoked: None,
        }
    }

    /// Its identifier.
    pub const fn id(&self) -> &CertificateId {
        &self.intent.id
    }

    /// Whose it is.
    pub const fn subject(&self) -> SubjectId {
        self.intent.subject
    }
}

impl fmt::Debug for CertificateRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateRecord")
            .field("id", &self.intent.id)
            .field("subject", &self.intent.subject)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
