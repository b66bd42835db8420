//! Attestations: what facilities signed, stored once, and which dose versions they cover.

use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

use crate::{Act, AttestationId, Attested, Digest, DoseKey, FacilityId, StoreError};

/// A facility's signature over a tree of dose versions (design decision 10), after the centre
/// verified it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attestation {
    /// The SHA-256 of `package`.
    pub id: AttestationId,
    /// Whose doses they are: the entering facility.
    pub facility: FacilityId,
    /// Who signed; another than `facility` under a delegation.
    pub signer: FacilityId,
    /// The SHA-256 of the signer's certificate.
    pub certificate: Digest,
    /// The reference of the delegation, where one was used.
    pub delegation: Option<String>,
    /// The number of leaves.
    pub size: u64,
    /// The tree's root (RFC 9162 section 2.1.1).
    pub root: Digest,
    /// When it was signed, as it says itself.
    pub signed_at: Timestamp,
    /// The documented, versioned package as it came: signature, leaves and salts. Export gives
    /// these bytes again.
    pub package: Vec<u8>,
}

impl Attestation {
    /// An attestation read from `package`, which gives it its id; fill in delegation and signer
    /// where they differ.
    pub fn new(
        package: Vec<u8>,
        facility: FacilityId,
        certificate: Digest,
        tree: (u64, Digest),
        signed_at: Timestamp,
    ) -> Self {
        Self {
            id: AttestationId::new(Digest::of(&package)),
            signer: facility.clone(),
            facility,
            certificate,
            delegation: None,
            size: tree.0,
            root: tree.1,
            signed_at,
            package,
        }
    }
}

impl fmt::Debug for Attestation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attestation")
            .field("id", &self.id)
            .field("facility", &self.facility)
            .field("signer", &self.signer)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// One dose version under an attestation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leaf {
    /// The attestation, and the dose's position in its tree.
    pub at: Attested,
    /// The dose.
    pub dose: DoseKey,
    /// The version that was signed.
    pub version: u32,
    /// The hash that was signed; it must be that version's.
    pub hash: Digest,
}

impl Leaf {
    /// `dose` at `version` with `hash`, at its place in an attestation.
    pub const fn new(at: Attested, dose: DoseKey, version: u32, hash: Digest) -> Self {
        Self {
            at,
            dose,
            version,
            hash,
        }
    }
}

/// What became of a [`Leaf`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeafOutcome {
    /// The dose version is attested now.
    Attested,
    /// It was, by this attestation.
    Unchanged,
    /// It was, by another attestation, which stays.
    ByOther,
    /// Another version is current, or the dose was withdrawn (`attestation-lapsed`).
    Lapsed,
    /// The signed hash is not that of the version.
    HashDiffers,
    /// The dose was entered by another facility than the attestation is for
    /// (`dose-entered-elsewhere`; vn/domain.md invariant 1).
    EnteredElsewhere,
    /// There is no such dose.
    Missing,
}

/// Keeps attestations, and marks the dose versions that they cover.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait AttestationStore: fmt::Debug + Send + Sync {
    /// Stores verified attestations, each once; one that is stored already changes nothing. Tells
    /// of each whether it was new, in order. Atomic as a whole, with one event in the central
    /// partition. Do this before [`AttestationStore::attest`].
    ///
    /// # Errors
    ///
    /// `Invalid` where an id is not the hash of its package.
    async fn put_attestations(
        &self,
        act: &Act,
        items: &[Attestation],
    ) -> Result<Vec<bool>, StoreError>;

    /// The attestation with this id.
    async fn attestation(&self, id: AttestationId) -> Result<Option<Attestation>, StoreError>;

    /// At most `limit` ids in order, beginning behind `after`.
    async fn attestation_ids(
        &self,
        after: Option<AttestationId>,
        limit: usize,
    ) -> Result<Vec<AttestationId>, StoreError>;

    /// Marks dose versions as covered by stored attestations.
    ///
    /// Leaves of many attestations may come in one call, and should: a facility's doses are spread
    /// over all buckets, so that a call costs by the buckets it touches. Atomic per bucket with
    /// its audit event, as [`IntakeStore`](crate::IntakeStore) describes; results come in the
    /// order of the leaves; the same call repeated answers `Unchanged`. Only the current version
    /// of a dose can be attested, and only once: a new version begins unattested in the very
    /// transaction that appends it, so an attestation can never cover what it did not sign.
    ///
    /// # Errors
    ///
    /// `NotFound` where one of the attestations is not stored; nothing was done.
    async fn attest(&self, act: &Act, leaves: &[Leaf]) -> Result<Vec<LeafOutcome>, StoreError>;

    /// Takes the mark away from every dose version of `bucket` that stands under one of
    /// `attestations` (a signer's key was lost), and returns those doses. Atomic per bucket with
    /// its audit event; idempotent. Raises their subjects' revisions.
    async fn lapse(
        &self,
        act: &Act,
        bucket: crate::Bucket,
        attestations: &[AttestationId],
    ) -> Result<Vec<DoseKey>, StoreError>;
}
