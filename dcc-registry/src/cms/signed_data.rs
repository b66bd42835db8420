//! `SignedData` of RFC 5652 section 5, read and bounded, nothing believed.

use alloc::borrow::Cow;

use super::attributes::SignedAttributes;
use super::ber::{
    CONTEXT_0, CONTEXT_0_CONSTRUCTED, CONTEXT_1_CONSTRUCTED, Element, EncodingError, INTEGER, NULL,
    OBJECT_IDENTIFIER, Reader, SEQUENCE, SET,
};
use super::certificate::CertificateView;
use super::error::CmsError;
use super::limits::CmsLimits;
use super::oid;

/// A CMS message as it was read: nothing in it is verified.
///
/// Reading is a pure function over bytes, [`SignedData::parse`]; believing is
/// [`CmsVerifier::verify_cms`](super::CmsVerifier::verify_cms).
#[derive(Clone, Debug)]
pub struct SignedData<'a> {
    content: Option<Cow<'a, [u8]>>,
    /// Object identifiers of `digestAlgorithms`.
    digests: Vec<&'a [u8]>,
    certificates: Vec<&'a [u8]>,
    signers: Vec<SignerInfo<'a>>,
}

/// `SignerInfo`, RFC 5652 section 5.3.
#[derive(Clone, Debug)]
pub(crate) struct SignerInfo<'a> {
    pub(crate) signer: SignerId<'a>,
    pub(crate) digest: AlgorithmId<'a>,
    pub(crate) attributes: Option<SignedAttributes>,
    pub(crate) algorithm: AlgorithmId<'a>,
    pub(crate) signature: Cow<'a, [u8]>,
}

/// `SignerIdentifier`, RFC 5652 section 5.3.
#[derive(Clone, Debug)]
pub(crate) enum SignerId<'a> {
    /// The issuer's name, and the content octets of the serial number.
    IssuerAndSerial {
        issuer: Element<'a>,
        serial: &'a [u8],
    },
    /// The value of the certificate's extension.
    SubjectKeyIdentifier(Cow<'a, [u8]>),
}

/// `AlgorithmIdentifier`, RFC 5280 section 4.1.1.2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlgorithmId<'a> {
    /// The content octets of the object identifier.
    pub(crate) oid: &'a [u8],
    /// The whole identifier.
    element: Element<'a>,
    parameters: Option<Element<'a>>,
}

impl<'a> SignedData<'a> {
    /// Reads BER or DER of a `ContentInfo` with `SignedData` over `id-data`.
    ///
    /// # Errors
    ///
    /// [`CmsError`] of the codes `cms-encoding`, `cms-too-large`, `cms-attributes`,
    /// `cms-certificate-count` and `cms-signer-count`.
    pub fn parse(message: &'a [u8], limits: &CmsLimits) -> Result<Self, CmsError> {
        if message.len() > limits.bytes() {
            return Err(CmsError::TooLarge {
                limit: limits.bytes(),
            });
        }
        let mut outside = Reader::new(message, limits.depth());
        let mut info = outside.expect(SEQUENCE)?.open()?;
        outside.finish_padded()?;
        if info.expect(OBJECT_IDENTIFIER)?.body() != oid::SIGNED_DATA {
            return Err(CmsError::ContentType);
        }
        let signed_data = info.expect(CONTEXT_0_CONSTRUCTED)?.open_single()?;
        info.finish()?;
        if signed_data.tag() != SEQUENCE {
            return Err(EncodingError::Unexpected.into());
        }
        Self::read(signed_data.open()?, limits)
    }

    fn read(mut parts: Reader<'a>, limits: &CmsLimits) -> Result<Self, CmsError> {
        version(&mut parts, &[1, 3, 4, 5])?;
        let digests = digest_algorithms(parts.expect(SET)?, limits)?;
        let content = content(parts.expect(SEQUENCE)?)?;
        let certificates = match parts.optional(CONTEXT_0_CONSTRUCTED)? {
            Some(set) => certificates(set, limits)?,
            None => Vec::new(),
        };
        // Revocation lists are not used here.
        parts.optional(CONTEXT_1_CONSTRUCTED)?;
        let signers = signers(parts.expect(SET)?, limits)?;
        parts.finish()?;
        Ok(Self {
            content,
            digests,
            certificates,
            signers,
        })
    }

    /// The content inside the message, or `None` where it is detached. Nothing says yet that
    /// anyone signed it.
    pub fn dangerous_unverified_content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// The certificates in the message, as DER and in its order. Anyone can put them there.
    pub fn certificates(&self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        self.certificates.iter().copied()
    }

    /// How many signatures there are.
    pub fn signature_count(&self) -> usize {
        self.signers.len()
    }

    /// The only signature.
    pub(crate) fn signer(&self) -> Result<&SignerInfo<'a>, CmsError> {
        match self.signers.as_slice() {
            [signer] => Ok(signer),
            signers => Err(CmsError::SignerCount {
                count: signers.len(),
            }),
        }
    }

    /// Whether the message announces this digest algorithm (RFC 5652 section 5.1).
    pub(crate) fn announces_digest(&self, oid: &[u8]) -> bool {
        self.digests.contains(&oid)
    }
}

fn version(parts: &mut Reader<'_>, known: &[u8]) -> Result<(), CmsError> {
    match parts.expect(INTEGER)?.body() {
        [number] if known.contains(number) => Ok(()),
        _ => Err(CmsError::Version),
    }
}

fn digest_algorithms<'a>(set: Element<'a>, limits: &CmsLimits) -> Result<Vec<&'a [u8]>, CmsError> {
    let mut digests = Vec::new();
    let mut members = set.open()?;
    while let Some(member) = members.next_if_any()? {
        if digests.len() == limits.certificates() {
            return Err(CmsError::SignerCount {
                count: digests.len().saturating_add(1),
            });
        }
        digests.push(AlgorithmId::read(&member)?.oid);
    }
    Ok(digests)
}

/// `EncapsulatedContentInfo`, RFC 5652 section 5.2.
fn content(element: Element<'_>) -> Result<Option<Cow<'_, [u8]>>, CmsError> {
    let mut parts = element.open()?;
    if parts.expect(OBJECT_IDENTIFIER)?.body() != oid::DATA {
        return Err(CmsError::ContentType);
    }
    let content = match parts.optional(CONTEXT_0_CONSTRUCTED)? {
        None => None,
        Some(explicit) => Some(explicit.open_single()?.octet_string()?),
    };
    parts.finish()?;
    Ok(content)
}

fn certificates<'a>(set: Element<'a>, limits: &CmsLimits) -> Result<Vec<&'a [u8]>, CmsError> {
    let mut certificates = Vec::new();
    let mut members = set.open()?;
    while let Some(member) = members.next_if_any()? {
        if certificates.len() == limits.certificates() {
            let count = certificates.len().saturating_add(1);
            return Err(CmsError::CertificateCount {
                count,
                allowed: limits.certificates(),
            });
        }
        // Attribute certificates and other forms of the CHOICE are not used here.
        if member.tag() != SEQUENCE {
            return Err(EncodingError::Unexpected.into());
        }
        certificates.push(member.whole());
    }
    Ok(certificates)
}

fn signers<'a>(set: Element<'a>, limits: &CmsLimits) -> Result<Vec<SignerInfo<'a>>, CmsError> {
    let mut signers = Vec::new();
    let mut members = set.open()?;
    while let Some(member) = members.next_if_any()? {
        if signers.len() == limits.certificates() {
            return Err(CmsError::SignerCount {
                count: signers.len().saturating_add(1),
            });
        }
        signers.push(SignerInfo::read(&member)?);
    }
    Ok(signers)
}

impl<'a> SignerInfo<'a> {
    fn read(element: &Element<'a>) -> Result<Self, CmsError> {
        if element.tag() != SEQUENCE {
            return Err(EncodingError::Unexpected.into());
        }
        let mut parts = element.open()?;
        version(&mut parts, &[1, 3])?;
        let signer = SignerId::read(&parts.next()?)?;
        let digest = AlgorithmId::read(&parts.next()?)?;
        let attributes = parts.optional(CONTEXT_0_CONSTRUCTED)?;
        let attributes = attributes
            .as_ref()
            .map(SignedAttributes::read)
            .transpose()?;
        let algorithm = AlgorithmId::read(&parts.next()?)?;
        let signature = parts.next()?.octet_string()?;
        // Unsigned attributes (time stamps, countersignatures) say nothing here.
        parts.optional(CONTEXT_1_CONSTRUCTED)?;
        parts.finish()?;
        Ok(Self {
            signer,
            digest,
            attributes,
            algorithm,
            signature,
        })
    }
}

impl<'a> SignerId<'a> {
    /// Whether this names that certificate.
    pub(crate) fn names(&self, certificate: &CertificateView<'_>) -> bool {
        match self {
            Self::IssuerAndSerial { issuer, serial } => {
                // A message in BER may have the name in another form than the certificate.
                let same_name = issuer.whole() == certificate.issuer.whole()
                    || issuer
                        .to_der()
                        .is_ok_and(|name| certificate.issuer.to_der() == Ok(name));
                same_name && certificate.serial == *serial
            }
            Self::SubjectKeyIdentifier(id) => certificate.extensions.subject_key_id == Some(&**id),
        }
    }

    fn read(element: &Element<'a>) -> Result<Self, CmsError> {
        match element.tag() {
            SEQUENCE => {
                let mut parts = element.open()?;
                let issuer = parts.expect(SEQUENCE)?;
                let serial = parts.expect(INTEGER)?.body();
                parts.finish()?;
                Ok(Self::IssuerAndSerial { issuer, serial })
            }
            CONTEXT_0 | CONTEXT_0_CONSTRUCTED => Ok(Self::SubjectKeyIdentifier(element.octets()?)),
            _ => Err(EncodingError::Unexpected.into()),
        }
    }
}

impl<'a> AlgorithmId<'a> {
    pub(crate) fn read(element: &Element<'a>) -> Result<Self, EncodingError> {
        if element.tag() != SEQUENCE {
            return Err(EncodingError::Unexpected);
        }
        let mut parts = element.open()?;
        let oid = parts.expect(OBJECT_IDENTIFIER)?.body();
        let parameters = parts.next_if_any()?;
        parts.finish()?;
        Ok(Self {
            oid,
            element: *element,
            parameters,
        })
    }

    /// The DER of the whole identifier.
    pub(crate) fn der(&self) -> Result<Vec<u8>, EncodingError> {
        self.element.to_der()
    }

    /// Whether the parameters are NULL or absent, which many identifiers mean alike.
    pub(crate) fn is_plain(&self) -> bool {
        self.parameters
            .is_none_or(|parameters| parameters.whole() == [NULL, 0])
    }
}
