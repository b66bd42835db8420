//! What a list must lead to.

use alloc::sync::Arc;
use core::fmt;

use dcc_sign::{CertificateKey, DocumentSigner};
use serde_json::Value;

use super::error::ImportError;
use super::{did, pem};
use crate::chain::Authorities;

/// A pinned certificate or public key.
#[derive(Clone, PartialEq, Eq)]
pub struct Anchor(Pinned);

#[derive(Clone, PartialEq, Eq)]
enum Pinned {
    Certificate(Arc<DocumentSigner>),
    /// `SubjectPublicKeyInfo`.
    Key(Vec<u8>),
}

impl Anchor {
    /// A certificate: a list's signer, an authority above it, or a gateway's trust anchor.
    pub fn certificate(certificate: DocumentSigner) -> Self {
        Self(Pinned::Certificate(Arc::new(certificate)))
    }

    /// A public key as `SubjectPublicKeyInfo` in DER; `None` where it is of no kind that signs
    /// lists.
    pub fn public_key(spki: &[u8]) -> Option<Self> {
        CertificateKey::from_spki_der(spki)?;
        Some(Self(Pinned::Key(spki.to_vec())))
    }

    /// Every certificate and public key of a file: PEM, DER, or the DID document of a proof's
    /// signer.
    ///
    /// # Errors
    ///
    /// [`ImportError::AnchorUnreadable`] where there is none, or one that cannot be read.
    pub fn all_from_bytes(bytes: &[u8]) -> Result<Vec<Self>, ImportError> {
        let found = Self::read(bytes).filter(|found| !found.is_empty());
        found.ok_or(ImportError::AnchorUnreadable)
    }

    fn read(bytes: &[u8]) -> Option<Vec<Self>> {
        let one = |anchor: Option<Self>| anchor.map(|anchor| Vec::from([anchor]));
        if let Some(text) = core::str::from_utf8(bytes)
            .ok()
            .filter(|text| pem::is_pem(text))
        {
            let blocks = pem::blocks(text).map(|block| match block.label {
                "CERTIFICATE" => Self::from_certificate_der(&block.content?),
                "PUBLIC KEY" => Self::public_key(&block.content?),
                _ => None,
            });
            return blocks.collect();
        }
        if let Ok(json @ Value::Object(_)) = serde_json::from_slice(bytes) {
            let keys = did::signer_keys(&json)?;
            return keys
                .iter()
                .map(|key| Self::public_key(&key.to_spki_der()))
                .collect();
        }
        one(Self::from_certificate_der(bytes).or_else(|| Self::public_key(bytes)))
    }

    fn from_certificate_der(der: &[u8]) -> Option<Self> {
        DocumentSigner::from_der(der).ok().map(Self::certificate)
    }

    /// The certificate, where it is one.
    pub(crate) fn as_certificate(&self) -> Option<&DocumentSigner> {
        match &self.0 {
            Pinned::Certificate(certificate) => Some(certificate),
            Pinned::Key(_) => None,
        }
    }

    /// The public key.
    pub(crate) fn spki(&self) -> &[u8] {
        match &self.0 {
            Pinned::Certificate(certificate) => certificate.spki_der(),
            Pinned::Key(spki) => spki,
        }
    }

    /// Whether this is the certificate, or its key.
    pub(crate) fn is(&self, certificate: &DocumentSigner) -> bool {
        match &self.0 {
            Pinned::Certificate(pinned) => pinned.der() == certificate.der(),
            Pinned::Key(spki) => spki == certificate.spki_der(),
        }
    }

    /// The pinned certificates that may issue others, for paths to them.
    pub(crate) fn authorities(anchors: &[Self]) -> Authorities {
        let mut authorities = Authorities::new();
        for certificate in anchors.iter().filter_map(Self::as_certificate) {
            let country = certificate
                .subject_country()
                .map(String::from)
                .unwrap_or_default();
            // A pinned signer is no authority, and is compared directly.
            let _is_signer = authorities.insert(&country, certificate.clone());
        }
        authorities
    }
}

impl fmt::Debug for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Pinned::Certificate(certificate) => write!(f, "Anchor({})", certificate.kid()),
            Pinned::Key(_) => f.write_str("Anchor(key)"),
        }
    }
}
