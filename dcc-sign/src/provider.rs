//! Crypto providers: values made of parts, passed in, never global.

#[cfg(feature = "aws-lc")]
pub mod aws_lc;
#[cfg(any(feature = "aws-lc", feature = "rustcrypto"))]
mod brainpool;
#[cfg(feature = "rustcrypto")]
pub mod rustcrypto;

use alloc::sync::Arc;
use core::fmt;

use crate::algorithm::Algorithm;
use crate::csca::{CertificateAlgorithm, CertificateKey};
use crate::curve;
use crate::local_signer::{LocalKeyError, PrivateKey};
use crate::verifying_key::{KeyMaterial, VerifyingKey};

/// A signature does not belong to this key and message. Nothing more is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is wrong")]
#[non_exhaustive]
pub struct SignatureWrong;

impl SignatureWrong {
    /// For those who write a provider.
    pub const fn new() -> Self {
        Self
    }
}

impl Default for SignatureWrong {
    fn default() -> Self {
        Self::new()
    }
}

/// The source of random bytes failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no random bytes")]
#[non_exhaustive]
pub struct RandomUnavailable;

impl RandomUnavailable {
    /// For those who write a provider.
    pub const fn new() -> Self {
        Self
    }
}

impl Default for RandomUnavailable {
    fn default() -> Self {
        Self::new()
    }
}

/// The part of a provider that verifies signatures of HCERTs.
///
/// It is asked only after [`CryptoProvider`] has compared key, algorithm and length: `algorithm`
/// is that of `key`, and `signature` has [`VerifyingKey::signature_len`] bytes.
pub trait HcertSignatures: fmt::Debug + Send + Sync + 'static {
    /// Verifies ES256 (r and s, 64 bytes) or PS256 (salt of exactly 32 bytes).
    ///
    /// # Errors
    ///
    /// [`SignatureWrong`].
    fn verify(
        &self,
        key: &VerifyingKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureWrong>;
}

/// The part of a provider that verifies signatures under certificates, for chains.
///
/// It is asked only for a key and algorithm that fit, and a signature of their form: strict DER
/// with positive numbers for ECDSA, as long as the modulus for RSA.
pub trait CertificateSignatures: fmt::Debug + Send + Sync + 'static {
    /// Verifies a signature of the closed table [`CertificateAlgorithm`].
    ///
    /// # Errors
    ///
    /// [`SignatureWrong`].
    fn verify(
        &self,
        algorithm: CertificateAlgorithm,
        key: &CertificateKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureWrong>;
}

/// The part of a provider that loads private keys.
pub trait PrivateKeys: fmt::Debug + Send + Sync + 'static {
    /// Loads a plain PKCS#8 key in DER (RFC 5958). The bytes are wiped by the caller.
    ///
    /// # Errors
    ///
    /// [`LocalKeyError`], where the provider cannot use it.
    fn load(&self, pkcs8: &[u8]) -> Result<Arc<dyn PrivateKey>, LocalKeyError>;
}

/// The part of a provider that makes random bytes fit for keys and identifiers.
pub trait SecureRandom: fmt::Debug + Send + Sync + 'static {
    /// Fills `bytes`.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`].
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomUnavailable>;
}

/// An implementation of the cryptography: `aws_lc::provider()`, `rustcrypto::provider()` (features
/// of the same names), or one made of your own parts.
///
/// The policy of keys and algorithms is not the parts' business: it is applied here, before any of
/// them is asked, so that all providers give the same verdicts. Feature `conformance` has the
/// suite that proves it.
#[derive(Clone)]
pub struct CryptoProvider {
    name: &'static str,
    signatures: Arc<dyn HcertSignatures>,
    certificates: Arc<dyn CertificateSignatures>,
    private_keys: Arc<dyn PrivateKeys>,
    random: Arc<dyn SecureRandom>,
}

impl CryptoProvider {
    /// Makes a provider of its parts.
    pub fn new(
        name: &'static str,
        signatures: Arc<dyn HcertSignatures>,
        certificates: Arc<dyn CertificateSignatures>,
        private_keys: Arc<dyn PrivateKeys>,
        random: Arc<dyn SecureRandom>,
    ) -> Self {
        Self {
            name,
            signatures,
            certificates,
            private_keys,
            random,
        }
    }

    /// Its name, for logs.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Verifies the signature of an HCERT over `message`, the encoded `Sig_structure`.
    ///
    /// ES256 takes exactly 64 bytes with r and s in 1..n, s high or low (RFC 8152 section 8.1).
    /// PS256 takes exactly as many bytes as the modulus has.
    ///
    /// # Errors
    ///
    /// [`SignatureWrong`], also where the key is not of this algorithm.
    pub fn verify(
        &self,
        algorithm: Algorithm,
        key: &VerifyingKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureWrong> {
        let form_is_right = match key.material() {
            KeyMaterial::P256 { .. } => curve::is_p256_signature(signature),
            // As numbers: the signature must be below the modulus (RFC 8017 section 5.2.2).
            KeyMaterial::Rsa { modulus, .. } => {
                signature.len() == modulus.len() && signature < modulus
            }
        };
        if key.algorithm() != algorithm || !form_is_right {
            return Err(SignatureWrong);
        }
        self.signatures.verify(key, message, signature)
    }

    /// Verifies the signature under a certificate: `spki` is the authority's public key, `message`
    /// the signed part of the certificate.
    ///
    /// # Errors
    ///
    /// [`SignatureWrong`], also where the key is of a kind that may not sign certificates, or not
    /// of this algorithm.
    pub fn verify_certificate(
        &self,
        algorithm: CertificateAlgorithm,
        spki: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureWrong> {
        let key = CertificateKey::from_spki_der(spki).ok_or(SignatureWrong)?;
        if !key.takes(algorithm, signature) {
            return Err(SignatureWrong);
        }
        self.certificates
            .verify(algorithm, &key, message, signature)
    }

    /// Loads a plain PKCS#8 private key in DER; [`LocalSigner`](crate::LocalSigner) also reads PEM
    /// and encrypted keys.
    ///
    /// # Errors
    ///
    /// [`LocalKeyError`].
    pub fn load_private_key(&self, pkcs8: &[u8]) -> Result<Arc<dyn PrivateKey>, LocalKeyError> {
        self.private_keys.load(pkcs8)
    }

    /// Fills `bytes` with random bytes fit for keys and identifiers.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`].
    pub fn fill_random(&self, bytes: &mut [u8]) -> Result<(), RandomUnavailable> {
        self.random.fill(bytes)
    }
}

impl fmt::Debug for CryptoProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CryptoProvider({})", self.name)
    }
}
