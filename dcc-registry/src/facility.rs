//! Facilities, their certificates, and who may sign in whose place.

use core::fmt;

use async_trait::async_trait;
use dcc_model::{Timestamp, civil};

use crate::{Act, CommuneCode, Digest, FacilityId, StoreError};

/// How a facility's doses are signed (R20-R22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SigningMode {
    /// It does not sign yet.
    None,
    /// By itself.
    SelfSigning,
    /// By a focal point (Sở Y tế, CDC) under a delegation.
    Delegated,
}

impl SigningMode {
    /// Every value; the position is the stored number and never changes.
    pub const ALL: &'static [Self] = &[Self::None, Self::SelfSigning, Self::Delegated];

    /// The word of the input files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SelfSigning => "self",
            Self::Delegated => "delegated",
        }
    }
}

/// A certificate under which a facility signs attestations, as registered.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FacilityCertificate {
    /// X.509 DER.
    pub der: Vec<u8>,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// When it was taken back, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl FacilityCertificate {
    /// A certificate registered at `registered_at`.
    pub const fn new(der: Vec<u8>, registered_at: Timestamp) -> Self {
        Self {
            der,
            registered_at,
            revoked_at: None,
        }
    }

    /// The SHA-256 of the DER, which attestations name.
    pub fn hash(&self) -> Digest {
        Digest::of(&self.der)
    }
}

impl fmt::Debug for FacilityCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FacilityCertificate")
            .field("hash", &self.hash())
            .field("revoked_at", &self.revoked_at)
            .finish_non_exhaustive()
    }
}

/// A vaccinating facility, or an office that signs for such.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facility {
    /// Its code.
    pub id: FacilityId,
    /// Its name.
    pub name: String,
    /// Where it lies.
    pub commune: CommuneCode,
    /// How its doses are signed.
    pub mode: SigningMode,
    /// From which day it takes part (R85); `None` for from the beginning.
    pub enabled_from: Option<civil::Date>,
    /// The certificates registered for it, oldest first.
    pub certificates: Vec<FacilityCertificate>,
}

impl Facility {
    /// A facility that does not sign yet; fill in the rest.
    pub fn new(id: FacilityId, name: impl Into<String>, commune: CommuneCode) -> Self {
        Self {
            id,
            name: name.into(),
            commune,
            mode: SigningMode::None,
            enabled_from: None,
            certificates: Vec::new(),
        }
    }

    /// This record written over the `known` one by the rule of
    /// [`FacilityDirectory::put_facilities`]: certificates are only ever added or marked revoked.
    #[must_use]
    pub fn over(mut self, known: &Self) -> Self {
        let mut certificates = known.certificates.clone();
        for certificate in self.certificates {
            match certificates
                .iter_mut()
                .find(|old| old.der == certificate.der)
            {
                Some(old) => old.revoked_at = old.revoked_at.or(certificate.revoked_at),
                None => certificates.push(certificate),
            }
        }
        self.certificates = certificates;
        self
    }
}

/// The entering facility lets another sign its doses. Delegations do not chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delegation {
    /// Whose doses.
    pub grantor: FacilityId,
    /// Who may sign them.
    pub grantee: FacilityId,
    /// The document by which it was granted; with the two parties its key.
    pub reference: String,
    /// First day on which the grantee may sign.
    pub valid_from: civil::Date,
    /// Last day on which the grantee may sign, inclusive.
    pub valid_to: civil::Date,
    /// First dose date covered; `None` for no limit.
    pub scope_from: Option<civil::Date>,
    /// Last dose date covered, inclusive; `None` for no limit.
    pub scope_to: Option<civil::Date>,
    /// When it was revoked: no new signatures from then on; earlier ones stand.
    pub revoked_at: Option<Timestamp>,
}

impl Delegation {
    /// A delegation by `grantor` to `grantee` over all dose dates; `days` are first and last day.
    pub fn new(
        grantor: FacilityId,
        grantee: FacilityId,
        reference: impl Into<String>,
        days: (civil::Date, civil::Date),
    ) -> Self {
        Self {
            grantor,
            grantee,
            reference: reference.into(),
            valid_from: days.0,
            valid_to: days.1,
            scope_from: None,
            scope_to: None,
            revoked_at: None,
        }
    }

    /// This record written over the `known` one by the rule of
    /// [`FacilityDirectory::put_delegations`]: a revocation once set stays set.
    #[must_use]
    pub fn over(mut self, known: &Self) -> Self {
        self.revoked_at = known.revoked_at.or(self.revoked_at);
        self
    }

    /// Whether the grantee may sign at `at` (days in UTC+7) a dose given on `dose_date`.
    pub fn covers(&self, at: Timestamp, dose_date: civil::Date) -> bool {
        let in_scope = self.scope_from.is_none_or(|from| from <= dose_date)
            && self.scope_to.is_none_or(|to| dose_date <= to);
        self.stands_at(at) && in_scope
    }

    /// Whether the grantee may sign at `at` (days in UTC+7) doses of whatever date is in scope.
    pub fn stands_at(&self, at: Timestamp) -> bool {
        let in_time = at
            .vietnam_date()
            .is_some_and(|day| self.valid_from <= day && day <= self.valid_to);
        in_time && self.revoked_at.is_none_or(|revoked| at < revoked)
    }
}

/// Whether a record written to the directory was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Written {
    /// It was new.
    Added,
    /// It replaced other content.
    Updated,
    /// It was so already.
    Unchanged,
}

/// The directory of facilities and delegations.
///
/// It lies outside the buckets; its audit events go to the central partition. A call is atomic as
/// a whole and idempotent. Results come in the order of the items.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`.
#[async_trait]
pub trait FacilityDirectory: fmt::Debug + Send + Sync {
    /// Adds or replaces facilities. Certificates are only ever added or marked revoked: one that
    /// is missing from the item stays, and a revocation once set stays set.
    async fn put_facilities(
        &self,
        act: &Act,
        items: &[Facility],
    ) -> Result<Vec<Written>, StoreError>;

    /// The facilities with these codes, in the order asked.
    async fn facilities(&self, ids: &[FacilityId]) -> Result<Vec<Option<Facility>>, StoreError>;

    /// At most `limit` facilities by code, beginning behind `after`.
    async fn all_facilities(
        &self,
        after: Option<&FacilityId>,
        limit: usize,
    ) -> Result<Vec<Facility>, StoreError>;

    /// Adds or replaces delegations by grantor, grantee and reference; a revocation once set
    /// stays set.
    async fn put_delegations(
        &self,
        act: &Act,
        items: &[Delegation],
    ) -> Result<Vec<Written>, StoreError>;

    /// Every delegation granted by `grantor`, revoked and ended ones too, by grantee and
    /// reference; `None` for all grantors.
    async fn delegations(
        &self,
        grantor: Option<&FacilityId>,
    ) -> Result<Vec<Delegation>, StoreError>;
}
