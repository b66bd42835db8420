//! Whom a verifier trusts: an immutable snapshot of keys and anchors.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::fmt;

use dcc_sign::{DocumentSigner, DscError, KeyError, KeyId, KeyLookup, TrustedKey};

/// The most keys that may stand under one key id; more is an error of the list.
///
/// A verifier tries them all, so this bounds its work on a hostile list.
pub const MAX_KEYS_PER_KID: usize = 16;

/// An immutable set of document signers and of the anchors they must chain to.
///
/// Cheap to clone and safe to share between threads: an updater builds a new snapshot and swaps
/// it, while running checks keep the one they began with.
#[derive(Clone, Default)]
pub struct TrustSnapshot {
    inner: Arc<Contents>,
}

#[derive(Default)]
struct Contents {
    keys: BTreeMap<KeyId, Vec<Arc<TrustedKey>>>,
    anchors: Vec<DocumentSigner>,
    rejected: Vec<RejectedEntry>,
}

/// An entry of a trust list that could not be taken; the others were.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RejectedEntry {
    /// Position of the entry in what was read, counted from 0.
    pub index: usize,
    /// Why it was not taken.
    pub reason: EntryError,
}

/// Why an entry of a trust list was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// It is no certificate that could be read.
    #[error("not a readable certificate: {0}")]
    Certificate(DscError),
    /// Its key may not sign HCERTs.
    #[error("its key cannot be used: {0}")]
    Key(KeyError),
    /// There are [`MAX_KEYS_PER_KID`] other keys under its key id.
    #[error("more than {MAX_KEYS_PER_KID} keys stand under one key id")]
    TooManyUnderOneKid,
}

/// Why no snapshot could be made at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// There is no certificate in the text.
    #[error("there is no PEM certificate in the text")]
    NoCertificate,
}

impl TrustSnapshot {
    /// A snapshot that trusts nobody.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads every certificate of a PEM text. Those of a CA become anchors, the others document
    /// signers; one that cannot be used is kept in [`TrustSnapshot::rejected`].
    ///
    /// # Errors
    ///
    /// [`TrustError::NoCertificate`] where the text holds no PEM certificate.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, TrustError> {
        let found = DocumentSigner::all_from_pem_bundle(pem.as_ref());
        if found.is_empty() {
            return Err(TrustError::NoCertificate);
        }
        Ok(Self::from_certificates(found))
    }

    /// Makes a snapshot of certificates as they were read, good and bad.
    pub fn from_certificates(
        certificates: impl IntoIterator<Item = Result<DocumentSigner, DscError>>,
    ) -> Self {
        let mut contents = Contents::default();
        for (index, certificate) in certificates.into_iter().enumerate() {
            let taken = certificate
                .map_err(EntryError::Certificate)
                .and_then(|c| contents.add(c));
            if let Err(reason) = taken {
                contents.rejected.push(RejectedEntry { index, reason });
            }
        }
        Self {
            inner: Arc::new(contents),
        }
    }

    /// The number of keys that may verify an HCERT.
    pub fn key_count(&self) -> usize {
        self.keys().count()
    }

    /// Every key that may verify an HCERT, ordered by key id.
    pub fn keys(&self) -> impl Iterator<Item = &Arc<TrustedKey>> {
        self.inner
            .keys
            .values()
            .flatten()
            .filter(|key| key.key().is_ok())
    }

    /// The certificates that others must chain to.
    pub fn anchors(&self) -> &[DocumentSigner] {
        &self.inner.anchors
    }

    /// The entries that could not be taken.
    pub fn rejected(&self) -> &[RejectedEntry] {
        &self.inner.rejected
    }
}

impl Contents {
    fn add(&mut self, certificate: DocumentSigner) -> Result<(), EntryError> {
        // A CA, or a certificate not meant for digital signatures, never verifies an HCERT.
        if !certificate.may_sign_hcerts() {
            if !self
                .anchors
                .iter()
                .any(|known| known.der() == certificate.der())
            {
                self.anchors.push(certificate);
            }
            return Ok(());
        }
        // A certificate whose key cannot be used stays listed, so that what it signed is refused
        // as `key-unsuitable` and not as unknown.
        let key = TrustedKey::listed(certificate);
        let unusable = key.key().err().copied();
        let candidates = self.keys.entry(key.kid().clone()).or_default();
        let known = candidates.iter().any(|other| {
            other.certificate().map(DocumentSigner::der)
                == key.certificate().map(DocumentSigner::der)
        });
        if known {
            return Ok(());
        }
        if candidates.len() >= MAX_KEYS_PER_KID {
            return Err(EntryError::TooManyUnderOneKid);
        }
        candidates.push(Arc::new(key));
        unusable.map_or(Ok(()), |error| Err(EntryError::Key(error)))
    }
}

impl KeyLookup for TrustSnapshot {
    fn candidates(&self, kid: &KeyId) -> Vec<Arc<TrustedKey>> {
        self.inner.keys.get(kid).cloned().unwrap_or_default()
    }
}

impl fmt::Debug for TrustSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustSnapshot")
            .field("keys", &self.key_count())
            .field("anchors", &self.anchors().len())
            .field("rejected", &self.rejected().len())
            .finish()
    }
}
