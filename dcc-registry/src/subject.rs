//! Subjects (đối tượng tiêm): who was vaccinated, as the platform knows them, and their intake.

mod intake;
mod store;
mod verification;

use core::fmt;

use dcc_model::Timestamp;

use crate::canonical::Canonical;
use crate::{Actor, CommuneCode, Digest, LookupKey, SubjectId};

pub use dcc_model::{DocumentKind, Sex};
pub use intake::{
    Correction, CorrectionOutcome, DoseOutcome, IdentityRule, Intake, IntakeOutcome, IntakeStore,
    SubjectOutcome, Withdrawal, WithdrawalOutcome,
};
pub use store::{
    IdentityVersion, LinkRelation, ScanFilter, Subject, SubjectHistory, SubjectLink, SubjectStore,
};
pub use verification::{
    Verification, VerificationOutcome, VerificationResult, VerificationState, VerificationStore,
};

/// What the platform knows of a person: the basics that the population register is asked about
/// (number, name, birth date, sex: R49) and how to reach them.
///
/// Values are as intake normalised them. `Debug` prints none of them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// Họ và tên, NFC, never rebuilt from a split.
    pub full_name: String,
    /// ISO 8601 with its own precision: `1948-05-02`, `1948-05`, `1948`, or empty when unknown.
    pub birth_date: String,
    /// Sex, where stated.
    pub sex: Option<Sex>,
    /// ISO 3166-1 code; a Vietnamese is `VN`, and so is a dual national.
    pub nationality: String,
    /// Which document the number is of; `None` for none.
    pub document_kind: Option<DocumentKind>,
    /// The document's number, normalised; empty for none.
    pub document_number: String,
    /// Telephone; may be empty and may be shared.
    pub phone: String,
    /// Commune of permanent residence (thường trú), by which cleaning lists are made (R51).
    pub commune: CommuneCode,
}

impl Identity {
    /// An identity of which only the name and the commune are known; fill in the rest.
    pub fn new(full_name: impl Into<String>, commune: CommuneCode) -> Self {
        Self {
            full_name: full_name.into(),
            birth_date: String::new(),
            sex: None,
            nationality: String::new(),
            document_kind: None,
            document_number: String::new(),
            phone: String::new(),
            commune,
        }
    }

    /// The SHA-256 of the deterministic CBOR of all fields.
    pub fn hash(&self) -> Digest {
        let mut written = Canonical::array("dcc-identity-1", 9);
        self.write_basics(&mut written);
        written
            .text(&self.nationality)
            .text(&self.phone)
            .text(self.commune.as_str());
        Digest::of(&written.finish())
    }

    /// The SHA-256 of the fields that the population register is asked about (R49): document,
    /// name, birth date and sex. An equal value means that an earlier answer still holds.
    pub fn basics_hash(&self) -> Digest {
        let mut written = Canonical::array("dcc-basics-1", 6);
        self.write_basics(&mut written);
        Digest::of(&written.finish())
    }

    fn write_basics(&self, written: &mut Canonical) {
        written
            .text(&self.full_name)
            .text(&self.birth_date)
            .optional_text(self.sex.map(Sex::word))
            .optional_text(self.document_kind.map(DocumentKind::word))
            .text(&self.document_number);
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("document_kind", &self.document_kind)
            .finish_non_exhaustive()
    }
}

/// A subject as stored: the current identity, its version, and where its check stands.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubjectRecord {
    /// The subject; its leading bits are the bucket.
    pub id: SubjectId,
    /// The platform's own reference.
    pub subject_ref: String,
    /// The current identity.
    pub identity: Identity,
    /// The look-up key of its document.
    pub document: Option<LookupKey>,
    /// 1 for the first identity, one more for each change of it.
    pub identity_version: u32,
    /// One more for every change that may change a certificate: identity, dose version,
    /// withdrawal, verification, link. Attestations and decisions do not count.
    pub revision: u64,
    /// Where the check against the population register stands.
    pub verification: Verification,
    /// When the current identity was written.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: Actor,
}

impl SubjectRecord {
    /// A subject at its first identity, not yet checked.
    pub fn new(id: SubjectId, subject_ref: String, identity: Identity, act: &crate::Act) -> Self {
        Self {
            id,
            subject_ref,
            identity,
            document: None,
            identity_version: 1,
            revision: 1,
            verification: Verification::default(),
            recorded_at: act.at(),
            recorded_by: act.actor().clone(),
        }
    }
}

impl fmt::Debug for SubjectRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubjectRecord")
            .field("id", &self.id)
            .field("identity_version", &self.identity_version)
            .field("revision", &self.revision)
            .field("verification", &self.verification)
            .finish_non_exhaustive()
    }
}
