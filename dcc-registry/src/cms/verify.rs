//! Believing a message: signer, attributes, digest, signature, kind.

use dcc_model::Timestamp;
use dcc_sign::{CertificateAlgorithm, CertificateKey, CryptoProvider, DocumentSigner};

use super::attributes::{SignedAttributes, looks_like_attributes};
use super::certificate::CertificateView;
use super::error::CmsError;
use super::kind::ContentKind;
use super::limits::CmsLimits;
use super::oid;
use super::signature::HashAlgorithm;
use super::signed_data::{SignedData, SignerId, SignerInfo};
use crate::chain::{Authorities, ChainVerifier};

/// Who may have signed a message.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum AllowedSigners<'a> {
    /// One of these certificates, byte for byte: the trust anchor, or the upload certificates of
    /// the content's country. Their dates are not looked at, since being on the list is what
    /// counts.
    Certificates(&'a [&'a [u8]]),
    /// A certificate which chains to one of these authorities through certificates of the
    /// message, every one valid at that time: a national list under a state's root.
    IssuedBy(&'a Authorities, Timestamp),
}

/// Verifies CMS messages. A value to be made once: a provider, limits, and one switch.
#[derive(Clone, Debug)]
pub struct CmsVerifier {
    provider: CryptoProvider,
    limits: CmsLimits,
    legacy_sha1: bool,
}

/// A message whose signature, signer and kind were found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedCms {
    kind: ContentKind,
    content: Vec<u8>,
    signer: Vec<u8>,
    signing_time: Option<Timestamp>,
    legacy: bool,
}

impl CmsVerifier {
    /// A verifier with the default limits which refuses SHA-1.
    pub fn new(provider: CryptoProvider) -> Self {
        Self {
            provider,
            limits: CmsLimits::default(),
            legacy_sha1: false,
        }
    }

    /// With other limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: CmsLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Takes SHA-1 too; [`VerifiedCms::is_legacy`] then reports it. Nine messages of 2022 need it.
    #[must_use]
    pub const fn with_legacy_sha1(mut self, legacy_sha1: bool) -> Self {
        self.legacy_sha1 = legacy_sha1;
        self
    }

    /// Verifies `message`, whose content is inside it, or is `content`, or both.
    ///
    /// Holds when there is one signature, made by the certificate in the message that it names,
    /// that certificate is allowed, the signed attributes (RFC 5652 section 5.3) are in order and
    /// bind the content, and the content shows the kind asked for.
    ///
    /// # Errors
    ///
    /// [`CmsError`]; see its variants.
    pub fn verify_cms(
        &self,
        message: &[u8],
        content: Option<&[u8]>,
        expected: ContentKind,
        allowed: AllowedSigners<'_>,
    ) -> Result<VerifiedCms, CmsError> {
        let message = SignedData::parse(message, &self.limits)?;
        let signer = message.signer()?;
        let (count, most) = (message.certificates().len(), expected.certificates());
        if count > most {
            return Err(CmsError::CertificateCount {
                count,
                allowed: most,
            });
        }
        let content = match (message.dangerous_unverified_content(), content) {
            (Some(inside), Some(beside)) if inside != beside => {
                return Err(CmsError::ContentMismatch);
            }
            (Some(content), _) | (None, Some(content)) => content,
            (None, None) => return Err(CmsError::ContentMissing),
        };
        let certificate = signer_certificate(&message, &signer.signer)?;
        self.check_allowed(certificate, &message, allowed)?;
        let hash = self.digest_algorithm(&message, signer)?;
        self.check_signature(signer, hash, certificate, content)?;
        if !expected.matches(content) {
            return Err(CmsError::KindWrong { expected });
        }
        Ok(VerifiedCms {
            kind: expected,
            content: content.to_vec(),
            signer: certificate.to_vec(),
            signing_time: signer
                .attributes
                .as_ref()
                .and_then(SignedAttributes::signing_time),
            legacy: hash == HashAlgorithm::Sha1,
        })
    }

    fn check_allowed(
        &self,
        certificate: &[u8],
        message: &SignedData<'_>,
        allowed: AllowedSigners<'_>,
    ) -> Result<(), CmsError> {
        let is_allowed = match allowed {
            AllowedSigners::Certificates(known) => known.contains(&certificate),
            AllowedSigners::IssuedBy(authorities, at) => {
                let read = |der: &[u8]| DocumentSigner::from_der(der).ok();
                let others: Vec<_> = message.certificates().filter_map(read).collect();
                let chains = ChainVerifier::new(self.provider.clone());
                read(certificate).is_some_and(|signer| {
                    chains
                        .verify_path(&signer, &others, authorities, at)
                        .is_ok()
                })
            }
        };
        if is_allowed {
            Ok(())
        } else {
            Err(CmsError::SignerUnknown)
        }
    }

    fn digest_algorithm(
        &self,
        message: &SignedData<'_>,
        signer: &SignerInfo<'_>,
    ) -> Result<HashAlgorithm, CmsError> {
        let digest = &signer.digest;
        let hash = HashAlgorithm::from_oid(digest.oid).filter(|_| digest.is_plain());
        let hash = hash.ok_or(CmsError::AlgorithmUnsupported)?;
        if !message.announces_digest(digest.oid) {
            return Err(CmsError::AlgorithmMismatch);
        }
        if hash == HashAlgorithm::Sha1 && !self.legacy_sha1 {
            return Err(CmsError::Sha1);
        }
        Ok(hash)
    }

    /// RFC 5652 sections 5.4 and 5.6.
    fn check_signature(
        &self,
        signer: &SignerInfo<'_>,
        hash: HashAlgorithm,
        certificate: &[u8],
        content: &[u8],
    ) -> Result<(), CmsError> {
        let signed = match &signer.attributes {
            Some(attributes) => {
                if attributes.message_digest() != hash.digest(content) {
                    return Err(CmsError::DigestWrong);
                }
                attributes.der()
            }
            None if looks_like_attributes(content, self.limits.depth()) => {
                return Err(CmsError::ContentIsAttributes);
            }
            None => content,
        };
        let algorithm = signature_algorithm(signer, hash)?;
        let key = CertificateView::read(certificate)?.public_key;
        if CertificateKey::from_spki_der(key).is_none() {
            return Err(CmsError::KeyUnsuitable);
        }
        let verdict = self
            .provider
            .verify_certificate(algorithm, key, signed, &signer.signature);
        verdict.map_err(|_| CmsError::SignatureWrong)
    }
}

/// The certificate in the message which the signer information names.
fn signer_certificate<'a>(
    message: &SignedData<'a>,
    signer: &SignerId<'_>,
) -> Result<&'a [u8], CmsError> {
    let is_named = |certificate: &&[u8]| {
        CertificateView::read(certificate).is_ok_and(|view| signer.names(&view))
    };
    message
        .certificates()
        .find(is_named)
        .ok_or(CmsError::SignerCertificateMissing)
}

/// The algorithm of the signature, which must hash as the message's digest does; the bare
/// `rsaEncryption` (RFC 3370 section 3.2) leaves the hash to it.
fn signature_algorithm(
    signer: &SignerInfo<'_>,
    hash: HashAlgorithm,
) -> Result<CertificateAlgorithm, CmsError> {
    let identifier = &signer.algorithm;
    if identifier.oid == oid::RSA_ENCRYPTION && identifier.is_plain() {
        return Ok(hash.with_rsa());
    }
    let algorithm = CertificateAlgorithm::from_der(&identifier.der()?);
    let algorithm = algorithm.ok_or(CmsError::AlgorithmUnsupported)?;
    if HashAlgorithm::of(algorithm) == Some(hash) {
        Ok(algorithm)
    } else {
        Err(CmsError::AlgorithmMismatch)
    }
}

impl VerifiedCms {
    /// What the content was asked to be, and is.
    pub const fn kind(&self) -> ContentKind {
        self.kind
    }

    /// The signed content.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The signed content, taken out.
    pub fn into_content(self) -> Vec<u8> {
        self.content
    }

    /// The DER of the signer's certificate.
    pub fn signer(&self) -> &[u8] {
        &self.signer
    }

    /// When the signer says to have signed; nothing proves it.
    pub const fn signing_time(&self) -> Option<Timestamp> {
        self.signing_time
    }

    /// Whether the signature rests on SHA-1, accepted because the verifier was told to.
    pub const fn is_legacy(&self) -> bool {
        self.legacy
    }
}
