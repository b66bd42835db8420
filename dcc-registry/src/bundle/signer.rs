//! Who may sign bundles.

use alloc::sync::Arc;
use core::fmt;

use dcc_codec::cbor::Value;
use dcc_model::Timestamp;
use dcc_sign::{Algorithm, DocumentSigner, KeyId, VerifyingKey, sha256};

use super::code::BundleCode;
use crate::trust_list::pem;

/// A certificate or public key whose owner signs bundles. A gate pins at least one.
///
/// Pinning is the trust: a certificate needs no authority above it, and may be self-signed. Its
/// validity counts, see [`BundleError::SignerNotValid`](super::BundleError::SignerNotValid).
#[derive(Clone, PartialEq, Eq)]
pub struct BundleSigner(Pinned);

#[derive(Clone, PartialEq, Eq)]
enum Pinned {
    Certificate(Arc<DocumentSigner>, VerifyingKey),
    Key(VerifyingKey),
}

/// Why a certificate or key signs no bundles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleSignerError {
    /// The key is neither on P-256 nor RSA of 2048 to 4096 bits, or the certificate's key usage
    /// lacks digitalSignature.
    #[error("the key may not sign bundles")]
    Unsuitable,
    /// Neither a certificate nor a public key, in PEM or DER.
    #[error("neither a certificate nor a public key")]
    Unreadable,
}

impl BundleSignerError {
    /// The stable code.
    #[expect(
        clippy::unused_self,
        reason = "every error of this module has this method"
    )]
    pub const fn code(self) -> BundleCode {
        BundleCode::SignerUnsuitable
    }
}

impl BundleSigner {
    /// The owner of a certificate.
    ///
    /// # Errors
    ///
    /// [`BundleSignerError::Unsuitable`].
    pub fn certificate(certificate: DocumentSigner) -> Result<Self, BundleSignerError> {
        let unsuitable = |_: &_| BundleSignerError::Unsuitable;
        let key = certificate.verifying_key().map_err(unsuitable)?.clone();
        // A self-signed certificate is often marked as an authority, which does no harm here.
        if !certificate.is_ca() && !certificate.may_sign_hcerts() {
            return Err(BundleSignerError::Unsuitable);
        }
        Ok(Self(Pinned::Certificate(Arc::new(certificate), key)))
    }

    /// The owner of a key.
    pub const fn public_key(key: VerifyingKey) -> Self {
        Self(Pinned::Key(key))
    }

    /// Every signer of a file: certificates and public keys, in PEM or one in DER. Private keys
    /// in PEM are skipped.
    ///
    /// # Errors
    ///
    /// [`BundleSignerError`], where there is none or one that cannot be taken.
    pub fn all_from_bytes(bytes: &[u8]) -> Result<Vec<Self>, BundleSignerError> {
        let text = core::str::from_utf8(bytes).ok();
        let Some(text) = text.filter(|text| pem::is_pem(text)) else {
            return Ok(Vec::from([Self::from_der(bytes)?]));
        };
        let wanted = |block: &pem::Block<'_>| matches!(block.label, "CERTIFICATE" | "PUBLIC KEY");
        let found = pem::blocks(text).filter(wanted).map(|block| {
            let der = block.content.ok_or(BundleSignerError::Unreadable)?;
            Self::from_der(&der)
        });
        let found: Vec<_> = found.collect::<Result<_, _>>()?;
        if found.is_empty() {
            return Err(BundleSignerError::Unreadable);
        }
        Ok(found)
    }

    fn from_der(der: &[u8]) -> Result<Self, BundleSignerError> {
        if let Ok(certificate) = DocumentSigner::from_der(der) {
            return Self::certificate(certificate);
        }
        match VerifyingKey::from_spki_der(der) {
            Ok(key) => Ok(Self::public_key(key)),
            Err(dcc_sign::KeyError::Malformed) => Err(BundleSignerError::Unreadable),
            Err(_) => Err(BundleSignerError::Unsuitable),
        }
    }

    /// The certificate, where it is pinned by one.
    pub fn as_certificate(&self) -> Option<&DocumentSigner> {
        match &self.0 {
            Pinned::Certificate(certificate, _) => Some(certificate),
            Pinned::Key(_) => None,
        }
    }

    /// The key.
    pub const fn key(&self) -> &VerifyingKey {
        match &self.0 {
            Pinned::Certificate(_, key) | Pinned::Key(key) => key,
        }
    }

    /// The algorithm of its signatures.
    pub const fn algorithm(&self) -> Algorithm {
        self.key().algorithm()
    }

    /// The key id in the header of its bundles: that of the certificate, or the first 8 bytes of
    /// the SHA-256 of the `SubjectPublicKeyInfo`.
    pub fn kid(&self) -> KeyId {
        match &self.0 {
            Pinned::Certificate(certificate, _) => certificate.kid().clone(),
            Pinned::Key(key) => KeyId::from_thumbprint(&sha256(&key.to_spki_der())),
        }
    }

    /// The certificate or `SubjectPublicKeyInfo` in DER.
    pub fn to_der(&self) -> Vec<u8> {
        match &self.0 {
            Pinned::Certificate(certificate, _) => certificate.der().to_vec(),
            Pinned::Key(key) => key.to_spki_der(),
        }
    }

    /// SHA-256 of [`to_der`](Self::to_der).
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&self.to_der())
    }

    /// Whether its certificate is valid during all of this time; a key always is.
    pub(super) fn covers(&self, from: Timestamp, until: Timestamp) -> bool {
        self.as_certificate().is_none_or(|certificate| {
            certificate.not_before() <= from && until <= certificate.not_after()
        })
    }

    /// The member of a signers section.
    pub(super) fn to_value(&self) -> Value<'static> {
        let kind = match &self.0 {
            Pinned::Certificate(..) => 0,
            Pinned::Key(_) => 1,
        };
        Value::Array(Vec::from([
            Value::integer(kind),
            Value::bytes(self.to_der()),
        ]))
    }

    /// Reads a member of a signers section.
    pub(super) fn from_value(member: &Value<'_>) -> Option<Self> {
        let [kind, der] = member.as_array()? else {
            return None;
        };
        let der = der.as_bytes()?;
        match kind.as_integer()? {
            0 => Self::certificate(DocumentSigner::from_der(der).ok()?).ok(),
            1 => VerifyingKey::from_spki_der(der).ok().map(Self::public_key),
            _ => None,
        }
    }
}

impl fmt::Debug for BundleSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BundleSigner({}, {})", self.kid(), self.algorithm())
    }
}
