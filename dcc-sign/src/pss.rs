//! Parameters of RSASSA-PSS (RFC 4055 section 3.1, RFC 8017 appendix A.2.3).

use crate::der::{Element, Reader, oid, tag};

/// The salt length where parameters name none.
const DEFAULT_SALT: u32 = 20;

/// A hash function of SHA-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    const fn len(self) -> u32 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The hash of an `AlgorithmIdentifier`, whose parameters are NULL or absent.
    fn parse(identifier: &Element<'_>) -> Option<Self> {
        let mut inside = identifier.reader();
        let hash = match inside.expect(tag::OID)?.content {
            oid::SHA256 => Self::Sha256,
            oid::SHA384 => Self::Sha384,
            oid::SHA512 => Self::Sha512,
            _ => return None,
        };
        let null = inside.is_empty() || inside.expect(tag::NULL).is_some();
        (identifier.tag == tag::SEQUENCE && null && inside.is_empty()).then_some(hash)
    }
}

/// PSS parameters with the same SHA-2 hash for message and mask, and trailer 0xBC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PssParameters {
    hash: Hash,
    salt_len: u32,
}

impl PssParameters {
    /// `None` for everything that no algorithm of this crate uses, such as the SHA-1 defaults.
    pub(crate) fn parse(parameters: &Element<'_>) -> Option<Self> {
        if parameters.tag != tag::SEQUENCE {
            return None;
        }
        let mut reader = parameters.reader();
        let hash = Hash::parse(&explicit(&mut reader, tag::CONTEXT_0)?)?;
        let mut mask = explicit(&mut reader, tag::CONTEXT_1)?.reader();
        let generator = mask.expect(tag::OID)?.content;
        let mask_hash = Hash::parse(&mask.next()?)?;
        let salt_len = explicit(&mut reader, tag::CONTEXT_2);
        let salt_len = salt_len.map_or(Some(DEFAULT_SALT), |length| small_integer(&length))?;
        let trailer =
            reader.is_empty() || small_integer(&explicit(&mut reader, tag::CONTEXT_3)?) == Some(1);
        let usual = generator == oid::MGF1 && mask_hash == hash && trailer;
        (usual && mask.is_empty() && reader.is_empty()).then_some(Self { hash, salt_len })
    }

    /// The hash, where the salt is as long as the hash.
    pub(crate) fn full_salt(self) -> Option<Hash> {
        (self.salt_len == self.hash.len()).then_some(self.hash)
    }

    /// Whether a key restricted to these parameters may make PS256 signatures. In a key the salt
    /// length is a minimum (RFC 4055 section 3.3).
    pub(crate) fn allows_ps256(self) -> bool {
        self.hash == Hash::Sha256 && self.salt_len <= Hash::Sha256.len()
    }
}

fn explicit<'a>(reader: &mut Reader<'a>, tag: u8) -> Option<Element<'a>> {
    let mut inside = reader.expect(tag)?.reader();
    let element = inside.next()?;
    inside.is_empty().then_some(element)
}

fn small_integer(element: &Element<'_>) -> Option<u32> {
    match element.unsigned()? {
        [] => Some(0),
        [low] => Some(u32::from(*low)),
        [high, low] => Some(u32::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}
