//! The certificates that may issue others.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use dcc_sign::DocumentSigner;

use super::country::{may_issue_for, same_country};
use super::error::ChainError;

/// Authorities of one name that are tried; more is an error on loading.
const SAME_NAME_LIMIT: usize = 16;

/// The certificate of a CA, and the country for which it is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    country: String,
    certificate: DocumentSigner,
}

impl Authority {
    /// The country as it was given.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// The certificate.
    pub const fn certificate(&self) -> &DocumentSigner {
        &self.certificate
    }
}

/// Certificates of CAs, found by their name. Being in here is what makes them trusted: insert
/// only what a trust anchor signed or a person pinned.
#[derive(Clone, Debug, Default)]
pub struct Authorities {
    by_subject: BTreeMap<Vec<u8>, Vec<Arc<Authority>>>,
}

impl Authorities {
    /// None.
    pub const fn new() -> Self {
        Self {
            by_subject: BTreeMap::new(),
        }
    }

    /// Trusts a CA's certificate for a country. Says whether it is new.
    ///
    /// The country is the caller's, in any code it uses throughout (two letters, three letters).
    ///
    /// # Errors
    ///
    /// [`ChainError::NotAuthority`] where basic constraints or key usage do not allow issuing,
    /// [`ChainError::TooManyAuthorities`].
    pub fn insert(
        &mut self,
        country: &str,
        certificate: DocumentSigner,
    ) -> Result<bool, ChainError> {
        if !certificate.may_sign_certificates() {
            return Err(ChainError::NotAuthority);
        }
        let same_name = self
            .by_subject
            .entry(certificate.subject_der().to_vec())
            .or_default();
        let authority = Authority {
            country: country.into(),
            certificate,
        };
        if same_name.iter().any(|known| **known == authority) {
            return Ok(false);
        }
        if same_name.len() >= SAME_NAME_LIMIT {
            return Err(ChainError::TooManyAuthorities {
                limit: SAME_NAME_LIMIT,
            });
        }
        same_name.push(Arc::new(authority));
        Ok(true)
    }

    /// Whether there is an authority of this very country, so that its document signers must
    /// chain.
    pub fn has_country(&self, country: &str) -> bool {
        self.iter()
            .any(|authority| same_country(&authority.country, country))
    }

    /// Whether there is an authority that may issue for this country.
    pub fn may_issue_for(&self, country: &str) -> bool {
        self.iter()
            .any(|authority| may_issue_for(&authority.country, country))
    }

    /// Every authority, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Authority>> {
        self.by_subject.values().flatten()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_subject.is_empty()
    }

    /// Those of this subject name.
    pub(super) fn named(&self, subject: &[u8]) -> &[Arc<Authority>] {
        self.by_subject.get(subject).map_or(&[], Vec::as_slice)
    }
}
