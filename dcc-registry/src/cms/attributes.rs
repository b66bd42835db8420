//! Signed attributes, RFC 5652 sections 5.3, 5.4 and 11.

use dcc_model::Timestamp;

use super::ber::{
    self, Element, EncodingError, OBJECT_IDENTIFIER, OCTET_STRING, Reader, SEQUENCE, SET,
};
use super::error::{CmsError, SignedAttribute};
use super::{oid, time};

/// The signed attributes: what is signed, and the members that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedAttributes {
    /// The DER encoding under the universal tag SET OF, over which the signature is made
    /// (RFC 5652 section 5.4).
    der: Vec<u8>,
    message_digest: Vec<u8>,
    signing_time: Option<Timestamp>,
}

impl SignedAttributes {
    /// Reads `[0] IMPLICIT SignedAttributes` over content of type `id-data`.
    pub(crate) fn read(element: &Element<'_>) -> Result<Self, CmsError> {
        let mut content_type = None;
        let mut message_digest = None;
        let mut signing_time = None;
        let mut members = element.open()?;
        while let Some(member) = members.next_if_any()? {
            let (kind, mut values) = attribute(&member)?;
            let (attribute, slot) = match kind {
                oid::CONTENT_TYPE => (SignedAttribute::ContentType, &mut content_type),
                oid::MESSAGE_DIGEST => (SignedAttribute::MessageDigest, &mut message_digest),
                oid::SIGNING_TIME => (SignedAttribute::SigningTime, &mut signing_time),
                _ => continue,
            };
            let repeated = CmsError::AttributeRepeated { attribute };
            let Some(value) = values.next_if_any()? else {
                return Err(repeated);
            };
            if values.finish().is_err() || slot.replace(value).is_some() {
                return Err(repeated);
            }
        }
        let missing = |attribute| CmsError::AttributeMissing { attribute };
        let content_type = content_type.ok_or_else(|| missing(SignedAttribute::ContentType))?;
        if content_type.tag() != OBJECT_IDENTIFIER || content_type.body() != oid::DATA {
            return Err(CmsError::AttributeContentType);
        }
        let message_digest =
            message_digest.ok_or_else(|| missing(SignedAttribute::MessageDigest))?;
        Ok(Self {
            der: ber::element(SET, &[&ber::set_body(element)?]),
            message_digest: message_digest.octet_string()?.into_owned(),
            signing_time: signing_time.as_ref().map(time::read).transpose()?,
        })
    }

    /// The bytes which are signed.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(crate) fn message_digest(&self) -> &[u8] {
        &self.message_digest
    }

    pub(crate) const fn signing_time(&self) -> Option<Timestamp> {
        self.signing_time
    }
}

/// Makes the signed attributes of a message over `id-data`: DER under the tag SET OF.
pub(crate) fn make(message_digest: &[u8], signing_time: Option<Timestamp>) -> Vec<u8> {
    let attribute = |kind: &[u8], tag, value: &[u8]| {
        let kind = ber::element(OBJECT_IDENTIFIER, &[kind]);
        let values = ber::element(SET, &[&ber::element(tag, &[value])]);
        ber::element(SEQUENCE, &[&kind, &values])
    };
    let mut members = vec![
        attribute(oid::CONTENT_TYPE, OBJECT_IDENTIFIER, oid::DATA),
        attribute(oid::MESSAGE_DIGEST, OCTET_STRING, message_digest),
    ];
    if let Some((tag, text)) = signing_time.and_then(time::write) {
        members.push(attribute(oid::SIGNING_TIME, tag, text.as_bytes()));
    }
    members.sort();
    ber::element(SET, &[&members.concat()])
}

/// Whether bytes read as a set of attributes, so that a signature over them could have been made
/// over the attributes of another message.
pub(crate) fn looks_like_attributes(content: &[u8], depth: usize) -> bool {
    let mut reader = Reader::new(content, depth);
    let Ok(set) = reader.expect(SET) else {
        return false;
    };
    let Ok(mut members) = set.open() else {
        return false;
    };
    loop {
        match members.next_if_any() {
            Ok(Some(member)) if attribute(&member).is_ok() => {}
            Ok(None) => return true,
            _ => return false,
        }
    }
}

/// `Attribute ::= SEQUENCE { attrType, attrValues SET OF }`
fn attribute<'a>(member: &Element<'a>) -> Result<(&'a [u8], Reader<'a>), EncodingError> {
    if member.tag() != SEQUENCE {
        return Err(EncodingError::Unexpected);
    }
    let mut parts = member.open()?;
    let kind = parts.expect(OBJECT_IDENTIFIER)?.body();
    let values = parts.expect(SET)?.open()?;
    parts.finish()?;
    Ok((kind, values))
}
