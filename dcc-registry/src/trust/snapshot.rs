//! What a verifier holds.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::fmt;
use std::sync::{PoisonError, RwLock};

use dcc_model::Timestamp;
use dcc_sign::{CryptoProvider, DocumentSigner, KeyId, KeyLookup, TrustedKey};

use super::entry::{TrustEntry, TrustMaterial};
use super::list::{TrustList, TrustListError};
use crate::chain::{Authorities, ChainError, ChainVerifier};
use crate::trust_list::{EntryReport, pem};

/// Whether a document signer chains to an authority of its country. Asked once, when the snapshot
/// is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChainState {
    /// Nobody asked yet; see [`TrustSnapshot::checked`].
    Unchecked,
    /// A bare key: there is no certificate that could chain.
    BareKey,
    /// It was issued by an authority of its country.
    Chained,
    /// The list has no authority of its country.
    NoAuthority,
    /// The list has an authority of its country, which did not issue it.
    NotChained(ChainError),
}

impl ChainState {
    /// Whether a verifier may trust it.
    pub const fn is_trusted(self) -> bool {
        !matches!(self, Self::NotChained(_) | Self::Unchecked)
    }
}

/// A key that verifies HCERTs, with its entry and chain.
#[derive(Clone, Debug)]
pub struct SnapshotKey {
    key: Arc<TrustedKey>,
    entry: Arc<TrustEntry>,
    chain: ChainState,
}

impl SnapshotKey {
    /// The key as `dcc-sign` verifies with it.
    pub const fn key(&self) -> &Arc<TrustedKey> {
        &self.key
    }

    /// Its entry of the list.
    pub const fn entry(&self) -> &Arc<TrustEntry> {
        &self.entry
    }

    /// Whether it chains.
    pub const fn chain(&self) -> ChainState {
        self.chain
    }
}

/// An immutable set of keys that verify HCERTs, made of a [`TrustList`].
///
/// Cheap to clone and safe to share between threads. An authority is never among the keys, so an
/// HCERT signed by one meets an unknown key.
#[derive(Clone, Default)]
pub struct TrustSnapshot {
    inner: Arc<Contents>,
}

#[derive(Default)]
struct Contents {
    keys: BTreeMap<KeyId, Vec<SnapshotKey>>,
    authorities: Vec<Arc<TrustEntry>>,
    as_of: Option<Timestamp>,
    reports: Vec<EntryReport>,
    checked: bool,
}

/// Why no snapshot could be made of certificates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// There is neither a certificate nor a public key in the text.
    #[error("there is no PEM certificate in the text")]
    NoCertificate,
    /// They cannot stand in one list.
    #[error(transparent)]
    List(#[from] TrustListError),
}

impl TrustSnapshot {
    /// A snapshot that trusts nobody.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Freezes a list. Every document signer of a country that has an authority in the list is
    /// checked against it here, once.
    pub fn new(list: &TrustList, provider: &CryptoProvider) -> Self {
        Self::with_chains(list, &ChainVerifier::new(provider.clone()))
    }

    /// Freezes a list whose chains are checked this way, for instance with SHA-1 allowed.
    pub fn with_chains(list: &TrustList, chains: &ChainVerifier) -> Self {
        Self::unchecked(list).checked_by(chains)
    }

    /// Freezes a list whose chains nobody has checked yet; until then no document signer in it is
    /// trusted. A verifier of `dcc-verify` checks them when it takes the snapshot.
    pub fn unchecked(list: &TrustList) -> Self {
        let authorities = list.authorities().cloned().map(Arc::new).collect();
        let mut keys: BTreeMap<KeyId, Vec<SnapshotKey>> = BTreeMap::new();
        for entry in list.signers() {
            keys.entry(entry.kid().clone())
                .or_default()
                .push(SnapshotKey {
                    key: Arc::new(trusted_key(entry)),
                    entry: Arc::new(entry.clone()),
                    chain: ChainState::Unchecked,
                });
        }
        Self {
            inner: Arc::new(Contents {
                keys,
                authorities,
                as_of: list.as_of(),
                reports: Vec::new(),
                checked: false,
            }),
        }
    }

    /// Reads every certificate and public key of a PEM text, as
    /// [`from_certificates`](Self::from_certificates).
    ///
    /// # Errors
    ///
    /// [`SnapshotError`]; one bad entry is none, see [`reports`](Self::reports).
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, SnapshotError> {
        let snapshot = Self::from_certificates([pem])?;
        let nothing = snapshot.inner.keys.is_empty() && snapshot.inner.authorities.is_empty();
        if nothing && snapshot.reports().is_empty() {
            return Err(SnapshotError::NoCertificate);
        }
        Ok(snapshot)
    }

    /// A snapshot of certificates in DER, or PEM texts of any number of them. Those of a CA become
    /// authorities, the others document signers; what cannot be used is in
    /// [`reports`](Self::reports). Its age is unknown and its chains are unchecked.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::List`].
    pub fn from_certificates<I>(certificates: I) -> Result<Self, SnapshotError>
    where
        I: IntoIterator<Item: AsRef<[u8]>>,
    {
        let import = pem::certificates(certificates);
        let reports = import.rejected().iter().chain(import.noted());
        let reports = reports.cloned().collect();
        let mut list = TrustList::new();
        list.add(import)?;
        let mut snapshot = Self::unchecked(&list);
        if let Some(contents) = Arc::get_mut(&mut snapshot.inner) {
            contents.reports = reports;
            contents.as_of = None;
        }
        Ok(snapshot)
    }

    /// This snapshot with every chain checked; the same where that was done before.
    #[must_use]
    pub fn checked(self, provider: &CryptoProvider) -> Self {
        if self.inner.checked {
            return self;
        }
        self.checked_by(&ChainVerifier::new(provider.clone()))
    }

    /// This snapshot with every chain checked this way, whatever was done before.
    #[must_use]
    pub fn checked_by(&self, chains: &ChainVerifier) -> Self {
        let mut authorities = Authorities::new();
        for entry in self.authorities() {
            if let (Some(certificate), Some(country)) = (entry.certificate(), entry.country()) {
                // One that may not issue, such as an upload certificate, is nobody's authority.
                let _may_issue =
                    authorities.insert(country.as_str(), DocumentSigner::clone(certificate));
            }
        }
        let mut keys = self.inner.keys.clone();
        for known in keys.values_mut().flatten() {
            known.chain = chain_state(chains, &authorities, &known.entry);
        }
        Self {
            inner: Arc::new(Contents {
                keys,
                authorities: self.inner.authorities.clone(),
                as_of: self.inner.as_of,
                reports: self.inner.reports.clone(),
                checked: true,
            }),
        }
    }

    /// What is the matter with certificates this snapshot was made of, in their order: broken
    /// ones, which are not in it, and those whose key may not verify HCERTs.
    pub fn reports(&self) -> &[EntryReport] {
        &self.inner.reports
    }

    /// How many keys there are.
    pub fn key_count(&self) -> usize {
        self.inner.keys.values().map(Vec::len).sum()
    }

    /// Every key, ordered by key id.
    pub fn keys(&self) -> impl Iterator<Item = &SnapshotKey> {
        self.inner.keys.values().flatten()
    }

    /// The keys under one key id.
    pub fn under(&self, kid: &KeyId) -> &[SnapshotKey] {
        self.inner.keys.get(kid).map_or(&[], Vec::as_slice)
    }

    /// What is known about a key that [`candidates`](KeyLookup::candidates) gave.
    pub fn find(&self, key: &Arc<TrustedKey>) -> Option<&SnapshotKey> {
        self.under(key.kid())
            .iter()
            .find(|known| Arc::ptr_eq(&known.key, key))
    }

    /// The entries that others must chain to.
    pub fn authorities(&self) -> &[Arc<TrustEntry>] {
        &self.inner.authorities
    }

    /// The time of the oldest list in it; `None` where that is unknown.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.inner.as_of
    }

    /// The age of the oldest list in seconds, never negative; `None` where it is
    /// unknown.
    pub fn age_seconds(&self, now: Timestamp) -> Option<i64> {
        let as_of = self.as_of()?;
        Some(
            now.unix_seconds()
                .saturating_sub(as_of.unix_seconds())
                .max(0),
        )
    }
}

fn chain_state(
    chains: &ChainVerifier,
    authorities: &Authorities,
    entry: &TrustEntry,
) -> ChainState {
    let Some(certificate) = entry.certificate() else {
        return ChainState::BareKey;
    };
    let country = entry.country();
    let country = country
        .as_ref()
        .map(super::CountryCode::as_str)
        .unwrap_or_default();
    let issuer = chains.verify_document_signer(certificate, country, authorities);
    match issuer {
        Ok(_) => ChainState::Chained,
        Err(error) if authorities.has_country(country) => ChainState::NotChained(error),
        Err(_) => ChainState::NoAuthority,
    }
}

fn trusted_key(entry: &TrustEntry) -> TrustedKey {
    let key = match entry.material() {
        TrustMaterial::Certificate(certificate) => {
            TrustedKey::listed(DocumentSigner::clone(certificate))
        }
        TrustMaterial::Key(key) => TrustedKey::bare(entry.kid().clone(), key.clone()),
    };
    let key = key.restricted_to(entry.usages());
    let key = match entry.validity() {
        Some(validity) => key.valid_during(validity.not_before(), validity.not_after()),
        None => key,
    };
    match entry.country() {
        Some(country) => key.with_country(country.as_str()),
        None => key,
    }
}

impl KeyLookup for TrustSnapshot {
    fn candidates(&self, kid: &KeyId) -> Vec<Arc<TrustedKey>> {
        self.under(kid)
            .iter()
            .map(|known| Arc::clone(&known.key))
            .collect()
    }
}

impl fmt::Debug for TrustSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustSnapshot")
            .field("keys", &self.key_count())
            .field("authorities", &self.authorities().len())
            .field("as_of", &self.as_of())
            .finish()
    }
}

/// The place from which verifiers take their snapshot, and where an updater puts the next one.
///
/// A check that has begun keeps the snapshot it took; none ever waits for an updater longer than
/// for a pointer to be copied.
#[derive(Debug, Default)]
pub struct TrustHandle {
    current: RwLock<TrustSnapshot>,
}

impl TrustHandle {
    /// A handle with its first snapshot.
    pub const fn new(snapshot: TrustSnapshot) -> Self {
        Self {
            current: RwLock::new(snapshot),
        }
    }

    /// The current snapshot.
    pub fn current(&self) -> TrustSnapshot {
        // Nothing in here can leave a snapshot half made.
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts a new snapshot in the place of the current one, which is given back.
    pub fn replace(&self, snapshot: TrustSnapshot) -> TrustSnapshot {
        let mut place = self.current.write().unwrap_or_else(PoisonError::into_inner);
        core::mem::replace(&mut *place, snapshot)
    }
}
