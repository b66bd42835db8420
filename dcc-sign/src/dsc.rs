//! Certificates of document signers and of their authorities (HCERT 1.0.8 annex A, RFC 5280).

mod error;
mod extensions;
mod name;
mod parse;
mod validity;

use core::fmt;

use dcc_model::{Remark, Timestamp};

use crate::csca::CertificateAlgorithm;
use crate::key_id::KeyId;
use crate::key_usage::KeyUsages;
use crate::pem_text::{self, Block};
use crate::provider::CryptoProvider;
use crate::verifying_key::{KeyError, VerifyingKey};

pub use error::DscError;

/// PEM labels of certificates; the second is an old habit (RFC 7468 section 5.1).
const LABELS: [&[u8]; 2] = [b"CERTIFICATE", b"X509 CERTIFICATE"];

/// An X.509 certificate of a document signer (DSC) or of its authority (CSCA).
///
/// Reading is tolerant, because real certificates are read by nobody's strict parser alone: values
/// that are not DER, odd serial numbers, empty or missing extensions and keys that may not be used
/// are told as [`findings`](Self::findings) or by [`verifying_key`](Self::verifying_key), and the
/// bytes are kept as they came. What decides about trust is never guessed: a certificate whose
/// basic constraints or key usage cannot be read may sign nothing.
#[derive(Clone)]
pub struct DocumentSigner {
    der: Box<[u8]>,
    thumbprint: [u8; 32],
    kid: KeyId,
    subject: Name,
    issuer: Name,
    not_before: Timestamp,
    not_after: Timestamp,
    spki: Box<[u8]>,
    key: Result<VerifyingKey, KeyError>,
    rights: extensions::Rights,
    findings: Vec<Remark>,
    seal: Seal,
}

/// A distinguished name.
#[derive(Clone)]
struct Name {
    der: Box<[u8]>,
    text: String,
    country: Option<String>,
}

/// The signature under a certificate.
#[derive(Clone)]
struct Seal {
    /// Where the signed part begins and ends in the certificate.
    signed: core::ops::Range<usize>,
    /// `None` where the algorithm is in no table, or named differently inside and outside.
    algorithm: Option<CertificateAlgorithm>,
    signature: Box<[u8]>,
}

impl DocumentSigner {
    /// Reads one certificate in DER.
    ///
    /// # Errors
    ///
    /// [`DscError`], where the outline of a certificate cannot be read.
    pub fn from_der(der: &[u8]) -> Result<Self, DscError> {
        parse::certificate(der)
    }

    /// Reads the one certificate of a PEM text (RFC 7468); blocks of other things are skipped.
    ///
    /// # Errors
    ///
    /// [`DscError::NoCertificate`], [`DscError::SeveralCertificates`], and those of
    /// [`from_der`](Self::from_der).
    pub fn from_pem(pem: &[u8]) -> Result<Self, DscError> {
        let mut found = Self::all_from_pem_bundle(pem);
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => only,
            (Some(_), false) => Err(DscError::SeveralCertificates),
            (None, _) => Err(DscError::NoCertificate),
        }
    }

    /// Reads one certificate in DER or PEM, told by its content.
    ///
    /// # Errors
    ///
    /// Those of [`from_der`](Self::from_der) and [`from_pem`](Self::from_pem).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DscError> {
        if pem_text::has_block(bytes) {
            Self::from_pem(bytes)
        } else {
            Self::from_der(bytes)
        }
    }

    /// Reads every certificate of a PEM text, each with its own result. Private keys and other
    /// blocks are skipped.
    pub fn all_from_pem_bundle(pem: &[u8]) -> Vec<Result<Self, DscError>> {
        let of_certificates = |block: &Block<'_>| LABELS.contains(&block.label);
        pem_text::blocks(pem)
            .filter(of_certificates)
            .map(|block| Self::from_block(&block))
            .collect()
    }

    /// Reads every certificate of a file in DER or PEM, each with its own result. A PEM file
    /// without certificates, such as a private key, gives none.
    pub fn all_from_bytes(bytes: &[u8]) -> Vec<Result<Self, DscError>> {
        if pem_text::has_block(bytes) {
            Self::all_from_pem_bundle(bytes)
        } else {
            vec![Self::from_der(bytes)]
        }
    }

    fn from_block(block: &Block<'_>) -> Result<Self, DscError> {
        let text = block.bytes.ok_or(DscError::Pem)?;
        let block = pem::parse(text).map_err(|_| DscError::Pem)?;
        Self::from_der(block.contents())
    }

    /// The certificate's bytes as they came.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the certificate.
    pub const fn thumbprint(&self) -> &[u8; 32] {
        &self.thumbprint
    }

    /// The first 8 bytes of the thumbprint (HCERT 1.0.8 section 3.3.2).
    pub const fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// The country of the subject, where it names exactly one.
    pub fn subject_country(&self) -> Option<&str> {
        self.subject.country.as_deref()
    }

    /// The subject for people, such as `C=VN, O=..., CN=...`.
    pub fn subject(&self) -> &str {
        &self.subject.text
    }

    /// The subject's bytes (RFC 5280 section 4.1.2.6).
    pub fn subject_der(&self) -> &[u8] {
        &self.subject.der
    }

    /// The issuer for people.
    pub fn issuer(&self) -> &str {
        &self.issuer.text
    }

    /// The issuer's bytes (RFC 5280 section 4.1.2.4).
    pub fn issuer_der(&self) -> &[u8] {
        &self.issuer.der
    }

    /// The first second of validity.
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The last second of validity.
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The public key's bytes (`SubjectPublicKeyInfo`).
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The public key, where it is one that may verify HCERTs.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub const fn verifying_key(&self) -> Result<&VerifyingKey, &KeyError> {
        self.key.as_ref()
    }

    /// Whether the basic constraints make this an authority (RFC 5280 section 4.2.1.9).
    pub fn is_ca(&self) -> bool {
        self.rights.is_ca()
    }

    /// Whether this certificate may verify HCERTs at all: no authority, and no key usage that
    /// lacks digitalSignature (RFC 5280 section 4.2.1.3).
    pub fn may_sign_hcerts(&self) -> bool {
        self.rights.may_sign_hcerts()
    }

    /// Whether this certificate may sign others: an authority, and no key usage that lacks
    /// keyCertSign.
    pub fn may_sign_certificates(&self) -> bool {
        self.rights.may_sign_certificates()
    }

    /// The kinds of certificates it may sign (HCERT 1.0.8 annex A.4).
    pub const fn usages(&self) -> KeyUsages {
        self.rights.usages()
    }

    /// What is odd about it.
    pub fn findings(&self) -> &[Remark] {
        &self.findings
    }

    /// The algorithm of the signature under it; `None` where that is in no table of ours or
    /// written differently inside and outside the signed part (RFC 5280 section 4.1.1.2).
    pub const fn signature_algorithm(&self) -> Option<CertificateAlgorithm> {
        self.seal.algorithm
    }

    /// Whether `authority` signed this certificate: an authority by its extensions, named as
    /// issuer, whose key verifies the signature. Countries and times are the caller's to compare.
    ///
    /// A signature over SHA-1 is none here; see
    /// [`is_signed_with_sha1_by`](Self::is_signed_with_sha1_by).
    pub fn is_signed_by(&self, authority: &Self, provider: &CryptoProvider) -> bool {
        self.seal
            .algorithm
            .is_some_and(|algorithm| !algorithm.is_sha1())
            && self.is_sealed_by(authority, provider)
    }

    /// The same for a signature over SHA-1, which is broken against collisions: only where a
    /// person allowed it and is told.
    pub fn is_signed_with_sha1_by(&self, authority: &Self, provider: &CryptoProvider) -> bool {
        self.seal
            .algorithm
            .is_some_and(CertificateAlgorithm::is_sha1)
            && self.is_sealed_by(authority, provider)
    }

    fn is_sealed_by(&self, authority: &Self, provider: &CryptoProvider) -> bool {
        let signed = self.der.get(self.seal.signed.clone());
        let (Some(signed), Some(algorithm)) = (signed, self.seal.algorithm) else {
            return false;
        };
        let key = authority.spki_der();
        authority.may_sign_certificates()
            && authority.subject_der() == self.issuer_der()
            && provider
                .verify_certificate(algorithm, key, signed, &self.seal.signature)
                .is_ok()
    }
}

impl PartialEq for DocumentSigner {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for DocumentSigner {}

impl fmt::Debug for DocumentSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentSigner")
            .field("kid", &self.kid)
            .field("subject", &self.subject.text)
            .field("not_before", &self.not_before)
            .field("not_after", &self.not_after)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
