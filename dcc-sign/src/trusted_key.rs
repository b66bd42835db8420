//! Keys a verifier trusts, and where it finds them.

use alloc::sync::Arc;
use core::fmt;

use dcc_model::Timestamp;

use crate::dsc::DocumentSigner;
use crate::key_id::KeyId;
use crate::key_usage::KeyUsages;
use crate::verifying_key::{KeyError, VerifyingKey};

/// The most keys that are tried under one key id; a list with more is wrong.
pub const MAX_CANDIDATES: usize = 16;

/// A key of a trust list: a document signer's certificate, or a bare key with what the list says
/// of it.
///
/// A bare key has neither validity nor usages unless its list gives them; none are invented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    kid: KeyId,
    key: Result<VerifyingKey, KeyError>,
    certificate: Option<DocumentSigner>,
    country: Option<String>,
    usages: KeyUsages,
    validity: Option<(Timestamp, Timestamp)>,
}

impl TrustedKey {
    /// The key of a certificate, under the certificate's own key id, with its country, usages and
    /// validity.
    ///
    /// # Errors
    ///
    /// [`KeyError`] where its key may not verify HCERTs; see [`listed`](Self::listed).
    pub fn from_certificate(certificate: DocumentSigner) -> Result<Self, KeyError> {
        certificate.verifying_key().map_err(|error| *error)?;
        Ok(Self::listed(certificate))
    }

    /// The key of a certificate, even one that may not verify HCERTs (RSA of 1024 bits, another
    /// curve). It then verifies nothing, but whoever used it is told `key-unsuitable` and not
    /// `key-unknown`, which a newer list would not cure.
    pub fn listed(certificate: DocumentSigner) -> Self {
        Self {
            kid: certificate.kid().clone(),
            key: certificate.verifying_key().cloned().map_err(|error| *error),
            country: certificate.subject_country().map(Into::into),
            usages: certificate.usages(),
            validity: Some((certificate.not_before(), certificate.not_after())),
            certificate: Some(certificate),
        }
    }

    /// A bare key, without restriction, country or validity.
    pub const fn bare(kid: KeyId, key: VerifyingKey) -> Self {
        Self {
            kid,
            key: Ok(key),
            certificate: None,
            country: None,
            usages: KeyUsages::UNRESTRICTED,
            validity: None,
        }
    }

    /// This key under another key id, as its list names it.
    #[must_use]
    pub fn with_kid(mut self, kid: KeyId) -> Self {
        self.kid = kid;
        self
    }

    /// This key with the country which its list names.
    #[must_use]
    pub fn with_country(mut self, country: impl Into<String>) -> Self {
        self.country = Some(country.into());
        self
    }

    /// This key restricted further: of certificate and list the strictest counts.
    #[must_use]
    pub fn restricted_to(mut self, usages: KeyUsages) -> Self {
        self.usages = self.usages.intersection(usages);
        self
    }

    /// This key with a validity, first and last second; a certificate's own is narrowed by it.
    #[must_use]
    pub fn valid_during(mut self, start: Timestamp, end: Timestamp) -> Self {
        self.validity = Some(match self.validity {
            Some((own_start, own_end)) => (own_start.max(start), own_end.min(end)),
            None => (start, end),
        });
        self
    }

    /// The key id it stands under.
    pub const fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// The public key.
    ///
    /// # Errors
    ///
    /// Why it may not verify HCERTs.
    pub const fn key(&self) -> Result<&VerifyingKey, &KeyError> {
        self.key.as_ref()
    }

    /// The certificate; `None` for a bare key.
    pub const fn certificate(&self) -> Option<&DocumentSigner> {
        self.certificate.as_ref()
    }

    /// The country that answers for the key: the certificate's subject, or as the list names it.
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// The kinds of certificates it may sign.
    pub const fn usages(&self) -> KeyUsages {
        self.usages
    }

    /// First and last second of validity, where they are known.
    pub const fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        self.validity
    }

    /// Whether it may verify HCERTs: a bare key, or a certificate that is no authority and whose
    /// key usage does not lack digitalSignature.
    pub fn may_sign_hcerts(&self) -> bool {
        self.certificate
            .as_ref()
            .is_none_or(DocumentSigner::may_sign_hcerts)
    }
}

/// Where a verifier finds the keys that stand under a key id. Synchronous and without I/O: it
/// looks into an immutable snapshot.
pub trait KeyLookup: fmt::Debug + Send + Sync {
    /// Every key under `kid`, at most [`MAX_CANDIDATES`]; more are not tried.
    fn candidates(&self, kid: &KeyId) -> Vec<Arc<TrustedKey>>;
}
