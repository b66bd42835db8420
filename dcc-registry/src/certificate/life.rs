//! Life after issue: revocation, import, expiry.

use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

use super::CertificateRecord;
use crate::{Act, Bucket, CertificateId, StoreError, SubjectId};

/// Why a certificate was revoked (vn/refusals.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RevocationReason {
    /// It should not have been issued.
    IssuedInError,
    /// The identity was corrected and differs from the holder's.
    IdentityCorrected,
    /// A dose it counts was withdrawn.
    DoseWithdrawn,
    /// Fraud.
    Fraud,
    /// The document signer's key is compromised (by kid).
    KeyCompromise,
}

impl RevocationReason {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[
        Self::IssuedInError,
        Self::IdentityCorrected,
        Self::DoseWithdrawn,
        Self::Fraud,
        Self::KeyCompromise,
    ];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::IssuedInError => "issued-in-error",
            Self::IdentityCorrected => "identity-corrected",
            Self::DoseWithdrawn => "dose-withdrawn",
            Self::Fraud => "fraud",
            Self::KeyCompromise => "key-compromise",
        }
    }
}

/// A revocation of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revocation {
    /// Whose.
    pub subject: SubjectId,
    /// Which.
    pub certificate: CertificateId,
    /// Why.
    pub reason: RevocationReason,
}

impl Revocation {
    /// Revokes `certificate` of `subject`.
    pub const fn new(
        subject: SubjectId,
        certificate: CertificateId,
        reason: RevocationReason,
    ) -> Self {
        Self {
            subject,
            certificate,
            reason,
        }
    }
}

/// What became of a [`Revocation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationOutcome {
    /// It is revoked now.
    Revoked,
    /// It was; the first reason stays.
    AlreadyRevoked,
    /// It was never published, and never will be now: it is abandoned.
    Abandoned,
    /// There is no such certificate.
    Missing,
}

/// What became of a certificate issued elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportOutcome {
    /// It is the subject's current certificate now.
    Current,
    /// It is kept, but an equally new or newer one is current.
    Superseded,
    /// It is known already, with the same text.
    Unchanged,
    /// Its identifier is known with another text or subject.
    IdTaken,
    /// There is no such subject.
    Missing,
}

/// What happens to certificates after they were made. These calls need no lease: each is guarded
/// by the certificate's own state inside the transaction.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait CertificateLife: fmt::Debug + Send + Sync {
    /// The certificates with these identifiers and subjects, in the order asked.
    async fn certificates(
        &self,
        ids: &[(SubjectId, CertificateId)],
    ) -> Result<Vec<Option<CertificateRecord>>, StoreError>;

    /// Revokes certificates, current and superseded ones; the subject is left without a current
    /// one until the next issue. Atomic per bucket with audit event and feed entries; results in
    /// the order of the items; idempotent.
    async fn revoke(
        &self,
        act: &Act,
        items: &[Revocation],
    ) -> Result<Vec<RevocationOutcome>, StoreError>;

    /// Revokes every published or superseded certificate of `bucket` signed under `kid`, abandons
    /// the open ones, and returns all of these in order of subject, for re-issue. Atomic with
    /// audit event and feed entries. A repeated call returns those revoked for this reason under
    /// this kid before, so that a crash between this and the re-issue loses nobody.
    async fn revoke_kid(
        &self,
        act: &Act,
        bucket: Bucket,
        kid: &[u8],
        reason: RevocationReason,
    ) -> Result<Vec<(SubjectId, CertificateId)>, StoreError>;

    /// Takes in certificates issued elsewhere, whose signatures the caller verified. Each record
    /// carries its text; its state is decided here: current, where the subject has none current
    /// or an older one (by `iat`), which is superseded then. Atomic per bucket with audit event
    /// and feed entries; results in the order of the items; idempotent by identifier and text.
    ///
    /// # Errors
    ///
    /// `Invalid` where a record has no text.
    async fn import_certificates(
        &self,
        act: &Act,
        items: &[CertificateRecord],
    ) -> Result<Vec<ImportOutcome>, StoreError>;

    /// At most `limit` current certificates of `bucket` that expire before `before`, by expiry
    /// and subject, beginning behind `after`.
    async fn expiring(
        &self,
        bucket: Bucket,
        before: Timestamp,
        after: Option<(Timestamp, SubjectId)>,
        limit: usize,
    ) -> Result<Vec<CertificateRecord>, StoreError>;
}
