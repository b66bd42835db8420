//! One entry of a trust list.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use core::fmt;

use dcc_model::{HealthClaim, Timestamp};
use dcc_sign::{DocumentSigner, KeyId, KeyUsages, VerifyingKey};

use super::country::CountryCode;
use crate::trust_list::ListFormat;

/// Who vouches that an entry is what its issuer published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Integrity {
    /// Nobody: a mirror, a PEM file, an export.
    Unsigned,
    /// The connection it was fetched over, at the caller's word.
    Transport,
    /// A signature that leads to a pinned anchor.
    Verified,
}

impl Integrity {
    /// The word used in every output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Transport => "transport",
            Self::Verified => "verified",
        }
    }
}

impl fmt::Display for Integrity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Which list brought an entry, who vouches for it, and of what time the list is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Provenance {
    source: Arc<str>,
    integrity: Integrity,
    as_of: Timestamp,
}

impl Provenance {
    /// A list named `source` of the time `as_of`.
    pub fn new(source: &str, integrity: Integrity, as_of: Timestamp) -> Self {
        Self {
            source: source.into(),
            integrity,
            as_of,
        }
    }

    /// The list: a format, a country's list, or the id of a DID document.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Who vouches for it.
    pub const fn integrity(&self) -> Integrity {
        self.integrity
    }

    /// When the list was made where it says so, otherwise when it was imported.
    pub const fn as_of(&self) -> Timestamp {
        self.as_of
    }
}

/// What an entry may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TrustRole {
    /// Verifies HCERTs.
    DocumentSigner,
    /// Others must chain to it; it never verifies an HCERT.
    Authority,
}

/// A certificate, or a key that came without one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustMaterial {
    /// A certificate.
    Certificate(Arc<DocumentSigner>),
    /// A key alone: neither its validity nor its owner is proven by anything.
    Key(VerifyingKey),
}

/// A first and a last second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValidityPeriod {
    not_before: Timestamp,
    not_after: Timestamp,
}

impl ValidityPeriod {
    /// From the first to the last second, both included.
    pub const fn new(not_before: Timestamp, not_after: Timestamp) -> Self {
        Self {
            not_before,
            not_after,
        }
    }

    /// The first second.
    pub const fn not_before(self) -> Timestamp {
        self.not_before
    }

    /// The last second.
    pub const fn not_after(self) -> Timestamp {
        self.not_after
    }

    /// Whether `at` is inside.
    pub fn contains(self, at: Timestamp) -> bool {
        (self.not_before..=self.not_after).contains(&at)
    }

    /// The seconds in both; of periods that do not meet, an empty one.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            not_before: self.not_before.max(other.not_before),
            not_after: self.not_after.min(other.not_after),
        }
    }
}

/// A key that is trusted, with what is known about it and from whom.
#[derive(Clone, PartialEq, Eq)]
pub struct TrustEntry {
    kid: KeyId,
    material: TrustMaterial,
    role: TrustRole,
    country: Option<ListedCountry>,
    usages: KeyUsages,
    validity: Option<ValidityPeriod>,
    domains: BTreeSet<Box<str>>,
    subject: Option<Box<str>>,
    provenance: Vec<Provenance>,
}

/// A country and how good the list is that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListedCountry {
    pub(crate) integrity: Integrity,
    /// Whether it was told of a certificate, whose subject confirms it as a rule.
    pub(crate) of_certificate: bool,
    pub(crate) code: CountryCode,
}

/// What a list's reader found out about one entry.
pub(crate) struct EntryDraft {
    pub(crate) kid: KeyId,
    pub(crate) material: TrustMaterial,
    pub(crate) role: TrustRole,
    pub(crate) country: Option<ListedCountry>,
    pub(crate) usages: KeyUsages,
    pub(crate) validity: Option<ValidityPeriod>,
    pub(crate) domains: BTreeSet<Box<str>>,
    pub(crate) subject: Option<Box<str>>,
    pub(crate) provenance: Vec<Provenance>,
}

impl TrustEntry {
    pub(crate) fn new(draft: EntryDraft) -> Self {
        let mut provenance = draft.provenance;
        provenance.sort();
        Self {
            kid: draft.kid,
            material: draft.material,
            role: draft.role,
            country: draft.country,
            usages: draft.usages,
            validity: draft.validity,
            domains: draft.domains,
            subject: draft.subject,
            provenance,
        }
    }

    /// The key id: that of the certificate, or the one which the list gives a bare key.
    pub const fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// The certificate or key.
    pub const fn material(&self) -> &TrustMaterial {
        &self.material
    }

    /// The certificate, where there is one.
    pub fn certificate(&self) -> Option<&Arc<DocumentSigner>> {
        match &self.material {
            TrustMaterial::Certificate(certificate) => Some(certificate),
            TrustMaterial::Key(_) => None,
        }
    }

    /// The key, where it may verify HCERTs; an authority's may be of any kind.
    pub fn verifying_key(&self) -> Option<&VerifyingKey> {
        match &self.material {
            TrustMaterial::Certificate(certificate) => certificate.verifying_key().ok(),
            TrustMaterial::Key(key) => Some(key),
        }
    }

    /// What it may do.
    pub const fn role(&self) -> TrustRole {
        self.role
    }

    /// The country: the list's word, otherwise the certificate's subject.
    pub fn country(&self) -> Option<CountryCode> {
        self.country.map(|country| country.code)
    }

    pub(crate) const fn listed_country(&self) -> Option<ListedCountry> {
        self.country
    }

    /// Which kinds of certificates it may sign.
    pub const fn usages(&self) -> KeyUsages {
        self.usages
    }

    /// When it is valid, where that is known.
    pub const fn validity(&self) -> Option<ValidityPeriod> {
        self.validity
    }

    /// The domains of WHO's network it belongs to, such as `DCC`; none where its list has none.
    pub fn domains(&self) -> impl ExactSizeIterator<Item = &str> {
        self.domains.iter().map(|domain| &**domain)
    }

    /// Whether the key may sign certificates of this kind by its domain of WHO's network.
    ///
    /// Lists without domains are lists of the DCC, except certificates that were named one by one
    /// ([`ListFormat::Pem`](crate::trust_list::ListFormat::Pem)): whoever names them knows what
    /// for. An opaque claim belongs to no domain, so only those serve it.
    pub fn serves(&self, claim: HealthClaim) -> bool {
        if self.domains.is_empty() {
            let named = |list: &Provenance| list.source() == ListFormat::Pem.word();
            return claim == HealthClaim::Dcc || self.provenance.iter().all(named);
        }
        self.domains().any(|own| claim.domains().contains(&own))
    }

    /// The subject for people: of the certificate, or as its list tells it.
    pub fn subject(&self) -> Option<&str> {
        match &self.material {
            TrustMaterial::Certificate(certificate) => Some(certificate.subject()),
            TrustMaterial::Key(_) => self.subject.as_deref(),
        }
    }

    /// The lists that brought it, at least one.
    pub fn provenance(&self) -> &[Provenance] {
        &self.provenance
    }

    /// The best that any of its lists offers.
    pub fn integrity(&self) -> Integrity {
        let all = self.provenance.iter().map(Provenance::integrity);
        all.max().unwrap_or(Integrity::Unsigned)
    }

    /// Whether both are the same key under the same key id.
    pub(crate) fn is_same_key(&self, other: &Self) -> bool {
        let keys = || match (self.verifying_key(), other.verifying_key()) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        };
        self.kid == other.kid && (self.material == other.material || keys())
    }

    /// Takes what another list says about the same key: the strictest counts, and a certificate
    /// beats a bare key.
    pub(crate) fn merge(&mut self, other: Self) {
        // Of several countries the one of the best list counts, whatever the order.
        self.country = self.country.max(other.country);
        if self.certificate().is_none() && other.certificate().is_some() {
            self.material = other.material;
        }
        self.role = self.role.max(other.role);
        self.usages = self.usages.intersection(other.usages);
        self.validity = match (self.validity, other.validity) {
            (Some(one), Some(other)) => Some(one.intersection(other)),
            (one, other) => one.or(other),
        };
        self.domains.extend(other.domains);
        self.subject = match (self.subject.take(), other.subject) {
            _ if self.certificate().is_some() => None,
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.provenance.extend(other.provenance);
        self.provenance.sort();
        self.provenance.dedup();
    }

    /// The bytes that tell entries under one key id apart, for a stable order.
    pub(crate) fn material_bytes(&self) -> Vec<u8> {
        match &self.material {
            TrustMaterial::Certificate(certificate) => certificate.der().to_vec(),
            TrustMaterial::Key(key) => key.to_spki_der(),
        }
    }

    /// The subject a list told of a bare key.
    pub(crate) fn told_subject(&self) -> Option<String> {
        self.subject.as_deref().map(String::from)
    }
}

impl fmt::Debug for TrustEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustEntry")
            .field("kid", &self.kid)
            .field("country", &self.country)
            .field("role", &self.role)
            .field("certificate", &self.certificate().is_some())
            .field("integrity", &self.integrity())
            .finish_non_exhaustive()
    }
}
