//! The outline of a certificate (RFC 5280 section 4.1).

use dcc_model::{Remark, RemarkCode, Timestamp};

use super::extensions::Extensions;
use super::{DocumentSigner, DscError, Name, Seal, validity};
use crate::csca::CertificateAlgorithm;
use crate::der::{Element, Reader, strict, tag};
use crate::key_id::KeyId;
use crate::sha256::sha256;
use crate::verifying_key::VerifyingKey;

/// The most bytes of a certificate; real ones have 400 to 3000.
const MAX_BYTES: usize = 64 * 1024;

/// The most bytes of a serial number (RFC 5280 section 4.1.2.2).
const MAX_SERIAL: usize = 20;

pub(super) fn certificate(der: &[u8]) -> Result<DocumentSigner, DscError> {
    if der.len() > MAX_BYTES {
        return Err(DscError::TooLarge { limit: MAX_BYTES });
    }
    let mut outside = Reader::new(der);
    let whole = outside.expect(tag::SEQUENCE).ok_or(DscError::Structure)?;
    if !outside.is_empty() {
        return Err(DscError::TrailingBytes);
    }
    let parts = Parts::split(&whole).ok_or(DscError::Structure)?;
    let (not_before, not_after) = parts.validity().ok_or(DscError::Validity)?;
    let extensions = match &parts.extensions {
        Some(list) => Extensions::parse(list)?,
        None => Extensions::none(),
    };
    let key = VerifyingKey::from_spki_der(parts.spki.raw);
    let is_der = extensions.is_der && parts.version_is_der && strict::is_der(der);
    let mut findings = Vec::new();
    if !is_der {
        findings.push(Remark::new(RemarkCode::DscNotDer, "dsc"));
    }
    if !parts.serial_is_good() {
        findings.push(Remark::new(RemarkCode::DscSerial, "dsc.serial"));
    }
    findings.extend(extensions.findings);
    if key.as_ref().is_ok_and(VerifyingKey::is_large_rsa) {
        findings.push(Remark::new(RemarkCode::RsaModulusLarge, "dsc.key"));
    }
    let thumbprint = sha256(der);
    Ok(DocumentSigner {
        der: der.into(),
        thumbprint,
        kid: KeyId::from_thumbprint(&thumbprint),
        subject: Name::parse(&parts.subject).ok_or(DscError::Structure)?,
        issuer: Name::parse(&parts.issuer).ok_or(DscError::Structure)?,
        not_before,
        not_after,
        spki: parts.spki.raw.into(),
        key,
        rights: extensions.rights,
        findings,
        seal: parts.seal(der).ok_or(DscError::Structure)?,
    })
}

/// The members of `Certificate` and `TBSCertificate`.
struct Parts<'a> {
    content_len: usize,
    signed: Element<'a>,
    version_is_der: bool,
    serial: Element<'a>,
    inner_algorithm: Element<'a>,
    issuer: Element<'a>,
    validity: Element<'a>,
    subject: Element<'a>,
    spki: Element<'a>,
    extensions: Option<Element<'a>>,
    outer_algorithm: Element<'a>,
    signature: &'a [u8],
}

impl<'a> Parts<'a> {
    fn split(whole: &Element<'a>) -> Option<Self> {
        let mut outer = whole.reader();
        let signed = outer.expect(tag::SEQUENCE)?;
        let outer_algorithm = outer.expect(tag::SEQUENCE)?;
        let signature = outer.expect(tag::BIT_STRING)?.whole_bytes()?;
        if !outer.is_empty() {
            return None;
        }
        let mut inner = signed.reader();
        let version = match inner.expect(tag::CONTEXT_0) {
            Some(explicit) => Some(explicit.reader().only(tag::INTEGER)?),
            None => None,
        };
        let parts = Self {
            content_len: whole.content.len(),
            signed,
            // Version 1 is the default, which DER leaves out (X.690 section 11.5).
            version_is_der: version.is_none_or(|version| version.content != [0]),
            serial: inner.expect(tag::INTEGER)?,
            inner_algorithm: inner.expect(tag::SEQUENCE)?,
            issuer: inner.expect(tag::SEQUENCE)?,
            validity: inner.expect(tag::SEQUENCE)?,
            subject: inner.expect(tag::SEQUENCE)?,
            spki: inner.expect(tag::SEQUENCE)?,
            extensions: {
                // Unique identifiers, which nobody uses.
                let _ = inner.expect(tag::PRIMITIVE_CONTEXT_1);
                let _ = inner.expect(tag::PRIMITIVE_CONTEXT_2);
                match inner.expect(tag::CONTEXT_3) {
                    Some(explicit) => Some(explicit.reader().only(tag::SEQUENCE)?),
                    None => None,
                }
            },
            outer_algorithm,
            signature,
        };
        inner.is_empty().then_some(parts)
    }

    fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        let mut times = self.validity.reader();
        let (start, end) = (times.next()?, times.next()?);
        let instants = (validity::instant(&start)?, validity::instant(&end)?);
        times.is_empty().then_some(instants)
    }

    /// Positive and at most 20 bytes long.
    fn serial_is_good(&self) -> bool {
        self.serial
            .unsigned()
            .is_some_and(|serial| (1..=MAX_SERIAL).contains(&serial.len()))
    }

    fn seal(&self, der: &[u8]) -> Option<Seal> {
        let header = der.len().checked_sub(self.content_len)?;
        let end = header.checked_add(self.signed.raw.len())?;
        let agree = self.inner_algorithm.raw == self.outer_algorithm.raw;
        let algorithm = agree.then(|| CertificateAlgorithm::parse(&self.outer_algorithm));
        Some(Seal {
            signed: header..end,
            algorithm: algorithm.flatten(),
            signature: self.signature.into(),
        })
    }
}
