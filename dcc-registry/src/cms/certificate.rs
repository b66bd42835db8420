//! What CMS asks of an X.509 certificate beyond [`DocumentSigner`](dcc_sign::DocumentSigner): the
//! parts by which a message names its signer, and the marks that tell the gateway's kinds of
//! certificates apart.

use super::ber::{
    BIT_STRING, BOOLEAN, CONTEXT_0_CONSTRUCTED, CONTEXT_3_CONSTRUCTED, Element, EncodingError,
    INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Reader, SEQUENCE,
};

const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1D, 0x0E];
const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x13];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x25];
/// `id-kp-clientAuth`, RFC 5280 section 4.2.1.12.
const CLIENT_AUTH: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

/// Bits of the first octet of a key usage (RFC 5280 section 4.2.1.3).
const DIGITAL_SIGNATURE: u8 = 0x80;
const KEY_CERT_SIGN: u8 = 0x04;

/// Levels of nesting that are opened; names and extensions have at most eight.
const DEPTH: usize = 16;

/// Parts of a certificate, RFC 5280 section 4.1.
#[derive(Clone, Debug)]
pub(crate) struct CertificateView<'a> {
    pub(crate) serial: &'a [u8],
    /// The issuer's name.
    pub(crate) issuer: Element<'a>,
    /// `SubjectPublicKeyInfo`.
    pub(crate) public_key: &'a [u8],
    pub(crate) extensions: Extensions<'a>,
}

/// What some extensions say, RFC 5280 section 4.2.1.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions<'a> {
    pub(crate) subject_key_id: Option<&'a [u8]>,
    /// `basicConstraints` says that this is a CA.
    pub(crate) ca: bool,
    pub(crate) path_length: Option<u8>,
    /// The first octet of `keyUsage`.
    key_usage: Option<u8>,
    pub(crate) client_auth: bool,
}

impl<'a> CertificateView<'a> {
    pub(crate) fn read(der: &'a [u8]) -> Result<Self, EncodingError> {
        let mut outside = Reader::new(der, DEPTH);
        let mut certificate = outside.expect(SEQUENCE)?.open()?;
        outside.finish()?;
        let mut parts = certificate.expect(SEQUENCE)?.open()?;
        certificate.expect(SEQUENCE)?;
        certificate.expect(BIT_STRING)?;
        certificate.finish()?;

        parts.optional(CONTEXT_0_CONSTRUCTED)?;
        let serial = parts.expect(INTEGER)?.body();
        parts.expect(SEQUENCE)?;
        let issuer = parts.expect(SEQUENCE)?;
        let (_validity, _subject) = (parts.expect(SEQUENCE)?, parts.expect(SEQUENCE)?);
        let public_key = parts.expect(SEQUENCE)?.whole();
        let mut extensions = Extensions::default();
        // Between the key and the extensions stand the unique identifiers nobody uses.
        while let Some(part) = parts.next_if_any()? {
            if part.tag() == CONTEXT_3_CONSTRUCTED {
                extensions = Extensions::read(&part.open_single()?)?;
            }
        }
        Ok(Self {
            serial,
            issuer,
            public_key,
            extensions,
        })
    }

    /// Whether this certificate may issue others: a CA whose key usage, if given, says so.
    pub(crate) fn may_issue(&self) -> bool {
        self.extensions.ca && self.extensions.allows(KEY_CERT_SIGN)
    }

    /// Whether its key usage, if given, allows signatures over data.
    pub(crate) fn may_sign(&self) -> bool {
        self.extensions.allows(DIGITAL_SIGNATURE)
    }
}

impl<'a> Extensions<'a> {
    fn allows(&self, usage: u8) -> bool {
        self.key_usage.is_none_or(|usages| usages & usage != 0)
    }

    fn read(list: &Element<'a>) -> Result<Self, EncodingError> {
        let mut extensions = Self::default();
        let mut members = list.open()?;
        while let Some(member) = members.next_if_any()? {
            let mut parts = member.open()?;
            let kind = parts.expect(OBJECT_IDENTIFIER)?.body();
            parts.optional(BOOLEAN)?;
            let value = Reader::new(parts.expect(OCTET_STRING)?.body(), DEPTH);
            extensions.take(kind, value)?;
        }
        Ok(extensions)
    }

    fn take(&mut self, kind: &[u8], mut value: Reader<'a>) -> Result<(), EncodingError> {
        match kind {
            SUBJECT_KEY_ID => self.subject_key_id = Some(value.expect(OCTET_STRING)?.body()),
            KEY_USAGE => {
                let bits = value.expect(BIT_STRING)?.body();
                self.key_usage = Some(bits.get(1).copied().unwrap_or_default());
            }
            BASIC_CONSTRAINTS => {
                let mut parts = value.expect(SEQUENCE)?.open()?;
                if let Some(ca) = parts.optional(BOOLEAN)? {
                    self.ca = ca.body() != [0];
                }
                self.path_length = match parts.optional(INTEGER)?.map(|length| length.body()) {
                    Some([length]) if *length < 0x80 => Some(*length),
                    // A length above 127 is as good as none.
                    _ => None,
                };
            }
            EXTENDED_KEY_USAGE => {
                let mut usages = value.expect(SEQUENCE)?.open()?;
                while let Some(usage) = usages.next_if_any()? {
                    self.client_auth |= usage.body() == CLIENT_AUTH;
                }
            }
            _ => {}
        }
        Ok(())
    }
}
