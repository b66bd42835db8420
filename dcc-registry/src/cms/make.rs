//! Making a message: prepare, sign where the key is, finish.

use dcc_model::Timestamp;
use dcc_sign::{
    Algorithm, CertificateAlgorithm, CertificateKey, CertificateKeyMaterial, CryptoProvider,
};

use super::ber::{
    self, CONTEXT_0_CONSTRUCTED, INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET,
};
use super::certificate::CertificateView;
use super::error::CmsError;
use super::kind::ContentKind;
use super::signature::HashAlgorithm;
use super::{attributes, oid};

/// What is to be signed, and how the message shall look.
#[derive(Clone, Debug)]
pub struct CmsDraft {
    kind: ContentKind,
    content: Vec<u8>,
    detached: bool,
    signing_time: Option<Timestamp>,
}

/// A message whose signed bytes are fixed and which lacks the signature only.
#[derive(Clone, Debug)]
pub struct PreparedCms {
    draft: CmsDraft,
    certificate: Vec<u8>,
    algorithm: Algorithm,
    /// DER under the tag SET OF.
    attributes: Vec<u8>,
}

impl CmsDraft {
    /// A message with its content inside.
    ///
    /// # Errors
    ///
    /// [`CmsError::KindWrong`] where the content is of another kind, so that nothing is ever
    /// signed that could serve another purpose.
    pub fn new(kind: ContentKind, content: Vec<u8>) -> Result<Self, CmsError> {
        if !kind.matches(&content) {
            return Err(CmsError::KindWrong { expected: kind });
        }
        Ok(Self {
            kind,
            content,
            detached: false,
            signing_time: None,
        })
    }

    /// Leaves the content out of the message, as trust lists have it.
    #[must_use]
    pub const fn detached(mut self) -> Self {
        self.detached = true;
        self
    }

    /// Says when it was signed (RFC 5652 section 11.3).
    #[must_use]
    pub const fn signed_at(mut self, at: Timestamp) -> Self {
        self.signing_time = Some(at);
        self
    }

    /// The kind of its content.
    pub const fn kind(&self) -> ContentKind {
        self.kind
    }

    /// Fixes the bytes which the holder of this certificate's key shall sign.
    ///
    /// # Errors
    ///
    /// [`CmsError::Encoding`] for a broken certificate, [`CmsError::KeyUnsuitable`] where its key
    /// does not sign with the algorithm.
    pub fn prepare(
        self,
        certificate: &[u8],
        algorithm: Algorithm,
    ) -> Result<PreparedCms, CmsError> {
        let view = CertificateView::read(certificate)?;
        let key = CertificateKey::from_spki_der(view.public_key);
        let key = key.ok_or(CmsError::KeyUnsuitable)?;
        if !view.may_sign() || !fits(&key, algorithm) {
            return Err(CmsError::KeyUnsuitable);
        }
        let digest = HashAlgorithm::Sha256.digest(&self.content);
        let attributes = attributes::make(&digest, self.signing_time);
        Ok(PreparedCms {
            draft: self,
            certificate: certificate.to_vec(),
            algorithm,
            attributes,
        })
    }
}

impl PreparedCms {
    /// The message for the signer: the signed attributes in DER.
    pub fn to_be_signed(&self) -> &[u8] {
        &self.attributes
    }

    /// The algorithm with which it must be signed.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Puts the signature in, as signers give it: r and s for ES256.
    ///
    /// # Errors
    ///
    /// [`CmsError::SignatureWrong`] where it is not that of the certificate's key.
    pub fn finish(&self, provider: &CryptoProvider, signature: &[u8]) -> Result<Vec<u8>, CmsError> {
        let (algorithm, signature) = match self.algorithm {
            Algorithm::Es256 => {
                let der = ecdsa_signature(signature).ok_or(CmsError::SignatureWrong)?;
                (CertificateAlgorithm::EcdsaSha256, der)
            }
            Algorithm::Ps256 => (CertificateAlgorithm::RsaPssSha256, signature.to_vec()),
        };
        let view = CertificateView::read(&self.certificate)?;
        provider
            .verify_certificate(algorithm, view.public_key, &self.attributes, &signature)
            .map_err(|_| CmsError::SignatureWrong)?;
        Ok(self.encode(&view, &signature))
    }

    /// `ContentInfo` with `SignedData`, RFC 5652 sections 3 and 5.1, in DER.
    fn encode(&self, certificate: &CertificateView<'_>, signature: &[u8]) -> Vec<u8> {
        let digest_algorithm = identifier(oid::SHA256, &[]);
        let explicit = |element: &[u8]| ber::element(CONTEXT_0_CONSTRUCTED, &[element]);
        let content = if self.draft.detached {
            Vec::new()
        } else {
            explicit(&ber::element(OCTET_STRING, &[&self.draft.content]))
        };
        let content = ber::element(SEQUENCE, &[&object(oid::DATA), &content]);
        let signed_data = ber::element(
            SEQUENCE,
            &[
                &ber::element(INTEGER, &[&[1]]),
                &ber::element(SET, &[&digest_algorithm]),
                &content,
                &explicit(&self.certificate),
                &ber::element(SET, &[&self.signer_info(certificate, signature)]),
            ],
        );
        ber::element(
            SEQUENCE,
            &[&object(oid::SIGNED_DATA), &explicit(&signed_data)],
        )
    }

    /// `SignerInfo`, RFC 5652 section 5.3, by issuer and serial number.
    fn signer_info(&self, certificate: &CertificateView<'_>, signature: &[u8]) -> Vec<u8> {
        let serial = ber::element(INTEGER, &[certificate.serial]);
        let signer = ber::element(SEQUENCE, &[certificate.issuer.whole(), &serial]);
        // The same content under [0] IMPLICIT instead of SET OF (section 5.4).
        let mut attributes = self.attributes.clone();
        if let Some(tag) = attributes.first_mut() {
            *tag = CONTEXT_0_CONSTRUCTED;
        }
        let algorithm = match self.algorithm {
            Algorithm::Es256 => identifier(oid::ECDSA_SHA256, &[]),
            Algorithm::Ps256 => identifier(oid::RSASSA_PSS, &pss_parameters()),
        };
        ber::element(
            SEQUENCE,
            &[
                &ber::element(INTEGER, &[&[1]]),
                &signer,
                &identifier(oid::SHA256, &[]),
                &attributes,
                &algorithm,
                &ber::element(OCTET_STRING, &[signature]),
            ],
        )
    }
}

fn fits(key: &CertificateKey, algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Es256 => matches!(key.material(), CertificateKeyMaterial::P256(_)),
        Algorithm::Ps256 => matches!(key.material(), CertificateKeyMaterial::Rsa { .. }),
    }
}

fn object(content: &[u8]) -> Vec<u8> {
    ber::element(OBJECT_IDENTIFIER, &[content])
}

fn identifier(kind: &[u8], parameters: &[u8]) -> Vec<u8> {
    ber::element(SEQUENCE, &[&object(kind), parameters])
}

/// `RSASSA-PSS-params` of PS256, RFC 4055 section 3.1: SHA-256, MGF1 with SHA-256, salt of 32.
fn pss_parameters() -> Vec<u8> {
    let hash = identifier(oid::SHA256, &[NULL, 0]);
    let mask = identifier(oid::MGF1, &hash);
    ber::element(
        SEQUENCE,
        &[
            &ber::element(CONTEXT_0_CONSTRUCTED, &[&hash]),
            &ber::element(ber::CONTEXT_1_CONSTRUCTED, &[&mask]),
            &ber::element(
                ber::CONTEXT_2_CONSTRUCTED,
                &[&ber::element(INTEGER, &[&[32]])],
            ),
        ],
    )
}

/// `ECDSA-Sig-Value`, RFC 5480 appendix A, of r and s in 32 bytes each.
fn ecdsa_signature(fixed: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = fixed.split_at_checked(32).filter(|(_, s)| s.len() == 32)?;
    Some(ber::element(SEQUENCE, &[&unsigned(r), &unsigned(s)]))
}

/// A non-negative INTEGER in DER.
fn unsigned(digits: &[u8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = digits.get(zeros..).unwrap_or_default();
    let sign: &[u8] = match digits.first() {
        Some(first) if *first < 0x80 => &[],
        _ => &[0],
    };
    ber::element(INTEGER, &[sign, digits])
}
