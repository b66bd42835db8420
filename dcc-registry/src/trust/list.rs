//! Entries of many lists, merged.

use dcc_model::Timestamp;
use dcc_sign::KeyId;

use super::code::TrustCode;
use super::entry::{Provenance, TrustEntry, TrustRole};
use super::tombstone::Tombstone;
use crate::trust_list::Import;

/// The most keys that may stand under one key id; more is an error of the lists.
///
/// A verifier tries them all, so this bounds its work on a hostile list.
pub const MAX_KEYS_PER_KID: usize = 16;

/// Why lists cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustListError {
    /// More than [`MAX_KEYS_PER_KID`] keys would stand under one key id.
    #[error("more than {MAX_KEYS_PER_KID} keys stand under the key id {kid}")]
    TooManyUnderOneKid {
        /// The key id.
        kid: KeyId,
    },
}

impl TrustListError {
    /// The stable code.
    pub const fn code(&self) -> TrustCode {
        match self {
            Self::TooManyUnderOneKid { .. } => TrustCode::TooManyUnderOneKid,
        }
    }
}

/// Everything that is trusted, of any number of lists.
///
/// The order of imports does not matter: entries are kept sorted by key id and key, the same key
/// under one key id takes the strictest of what its lists say, a certificate beats a bare key, and
/// a tombstone of a list that anyone vouches for beats presence on every other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustList {
    entries: Vec<TrustEntry>,
    tombstones: Vec<Tombstone>,
    sources: Vec<Provenance>,
}

impl TrustList {
    /// A list of nobody.
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            tombstones: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// Adds what was imported of one list.
    ///
    /// # Errors
    ///
    /// [`TrustListError`]; this list is then as it was.
    pub fn add(&mut self, import: Import) -> Result<(), TrustListError> {
        let mut merged = self.clone();
        let (provenance, mut entries, mut tombstones) = import.into_parts();
        entries.retain(|entry| !tombstones.iter().any(|stone| stone.names(entry)));
        tombstones.retain(Tombstone::counts_everywhere);
        merged.sources.push(provenance);
        merged.extend(entries, tombstones)?;
        *self = merged;
        Ok(())
    }

    /// Adds everything of another list, merged by the same rules.
    ///
    /// # Errors
    ///
    /// [`TrustListError`]; this list is then as it was.
    pub fn merge(&mut self, other: Self) -> Result<(), TrustListError> {
        let mut merged = self.clone();
        merged.sources.extend(other.sources);
        merged.extend(other.entries, other.tombstones)?;
        *self = merged;
        Ok(())
    }

    /// A list of these parts, merged by the same rules.
    pub(crate) fn from_parts(
        entries: Vec<TrustEntry>,
        tombstones: Vec<Tombstone>,
        sources: Vec<Provenance>,
    ) -> Result<Self, TrustListError> {
        let mut list = Self {
            entries: Vec::new(),
            tombstones: Vec::new(),
            sources,
        };
        list.extend(entries, tombstones)?;
        Ok(list)
    }

    fn extend(
        &mut self,
        entries: Vec<TrustEntry>,
        tombstones: Vec<Tombstone>,
    ) -> Result<(), TrustListError> {
        self.sources.sort();
        self.sources.dedup();
        self.tombstones.extend(tombstones);
        self.tombstones
            .sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
        self.tombstones.dedup();
        self.entries.extend(entries);
        self.entries
            .sort_by_cached_key(|entry| (entry.kid().clone(), entry.material_bytes()));
        let mut kept: Vec<TrustEntry> = Vec::with_capacity(self.entries.len());
        for entry in self.entries.drain(..) {
            // The same keys are under one key id, so only the last few need a look.
            let under_kid = kept
                .iter_mut()
                .rev()
                .take_while(|other| other.kid() == entry.kid());
            let mut same = under_kid.filter(|other| other.is_same_key(&entry));
            match same.next() {
                Some(known) => known.merge(entry),
                None => kept.push(entry),
            }
        }
        let removed = |entry: &TrustEntry| self.tombstones.iter().any(|stone| stone.names(entry));
        kept.retain(|entry| !removed(entry));
        // A bare key that met its certificate has taken the certificate's bytes.
        kept.sort_by_cached_key(|entry| (entry.kid().clone(), entry.material_bytes()));
        self.entries = kept;
        self.check_candidates()
    }

    fn check_candidates(&self) -> Result<(), TrustListError> {
        let mut rest = self.entries.as_slice();
        while let Some(first) = rest.first() {
            let same = rest.partition_point(|entry| entry.kid() == first.kid());
            if same > MAX_KEYS_PER_KID {
                return Err(TrustListError::TooManyUnderOneKid {
                    kid: first.kid().clone(),
                });
            }
            rest = rest.get(same..).unwrap_or_default();
        }
        Ok(())
    }

    /// Every entry, ordered by key id and key.
    pub fn entries(&self) -> &[TrustEntry] {
        &self.entries
    }

    /// The entries under one key id.
    pub fn under(&self, kid: &KeyId) -> &[TrustEntry] {
        let from = self.entries.partition_point(|entry| entry.kid() < kid);
        let rest = self.entries.get(from..).unwrap_or_default();
        let length = rest.partition_point(|entry| entry.kid() == kid);
        rest.get(..length).unwrap_or_default()
    }

    /// The entries that verify HCERTs.
    pub fn signers(&self) -> impl Iterator<Item = &TrustEntry> {
        self.entries
            .iter()
            .filter(|entry| entry.role() == TrustRole::DocumentSigner)
    }

    /// The entries that others must chain to.
    pub fn authorities(&self) -> impl Iterator<Item = &TrustEntry> {
        self.entries
            .iter()
            .filter(|entry| entry.role() == TrustRole::Authority)
    }

    /// What lists said is gone.
    pub fn tombstones(&self) -> &[Tombstone] {
        &self.tombstones
    }

    /// The lists that were imported.
    pub fn sources(&self) -> &[Provenance] {
        &self.sources
    }

    /// The time of the oldest list, `None` where there is none: the whole is as old as that.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.sources.iter().map(Provenance::as_of).min()
    }
}
