//! The form of a bundle: header and sections, without any belief in them.

use dcc_codec::cbor::{self, CborError, Value};
use dcc_codec::cose::{CoseError, HeaderAlg};
use dcc_codec::{CoseSign1, zlib};
use dcc_model::Timestamp;
use dcc_sign::{Algorithm, KeyId, sha256};

use super::error::BundleError;
use super::limits::BundleLimits;
use super::section::SectionName;

pub(super) const MAGIC: &str = "dcc-bundle";
const VERSION: u64 = 1;

/// What the signed header of a bundle says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleHeader {
    pub(super) sequence: u64,
    pub(super) created: Timestamp,
    pub(super) expires: Timestamp,
    pub(super) sections: Vec<SectionInfo>,
}

impl BundleHeader {
    /// Its number; every later bundle has a higher one.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// When it was made.
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// The last second in which it is taken.
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Its sections, in the order of the file.
    pub fn sections(&self) -> &[SectionInfo] {
        &self.sections
    }
}

/// What the header says about one section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionInfo {
    pub(super) name: SectionName,
    pub(super) digest: [u8; 32],
    pub(super) coding: Coding,
    pub(super) size: usize,
    pub(super) critical: bool,
}

impl SectionInfo {
    /// Its name.
    pub const fn name(&self) -> &SectionName {
        &self.name
    }

    /// SHA-256 of its bytes as they lie in the file.
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The bytes of its content, inflated.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Whether a reader that does not understand it must refuse the bundle.
    pub const fn is_critical(&self) -> bool {
        self.critical
    }

    /// Whether it lies in the file as a zlib stream.
    pub const fn is_compressed(&self) -> bool {
        matches!(self.coding, Coding::Zlib)
    }

    /// The content of a body whose hash was compared.
    pub(super) fn content(&self, body: &[u8]) -> Option<Vec<u8>> {
        let content = match self.coding {
            Coding::Stored => body.to_vec(),
            Coding::Zlib => zlib::decompress(body, self.size).ok()?,
        };
        (content.len() == self.size).then_some(content)
    }
}

/// How a section lies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Stored,
    /// RFC 1950.
    Zlib,
}

/// A bundle taken apart.
pub(super) struct BundleFile<'a> {
    pub(super) message: CoseSign1,
    /// In the order of the header.
    pub(super) bodies: Vec<Value<'a>>,
}

impl<'a> BundleFile<'a> {
    /// Takes a file apart. It must be the deterministic encoding of a bundle in every byte, so that
    /// nobody can change one without a signature noticing.
    pub(super) fn read(bytes: &'a [u8], limits: BundleLimits) -> Result<Self, BundleError> {
        check_length(bytes, limits)?;
        check_magic(bytes)?;
        let file = cbor::decode(bytes, &limits.frame()).map_err(|error| match error {
            CborError::Truncated { .. } => BundleError::Truncated,
            CborError::Trailing { count } => BundleError::Trailing { count },
            CborError::Items { .. } => too_many_sections(limits),
            _ => BundleError::Malformed { part: "file" },
        })?;
        if cbor::encode(&file) != bytes {
            return Err(BundleError::Malformed { part: "file" });
        }
        let malformed = BundleError::Malformed { part: "file" };
        let Value::Array(members) = file else {
            return Err(malformed);
        };
        let [_magic, Value::Bytes(header), Value::Array(bodies)] =
            <[Value<'_>; 3]>::try_from(members).map_err(|_| malformed.clone())?
        else {
            return Err(malformed);
        };
        if bodies.iter().any(|body| body.as_bytes().is_none()) {
            return Err(malformed);
        }
        if bodies.len() > limits.sections() {
            return Err(too_many_sections(limits));
        }
        let message = read_message(&header, limits)?;
        Ok(Self { message, bodies })
    }

    /// The algorithm, which counts in the protected header only.
    pub(super) fn algorithm(&self) -> Result<Algorithm, BundleError> {
        let HeaderAlg::Protected(id) = self.message.algorithm() else {
            return Err(BundleError::Algorithm);
        };
        id.number()
            .and_then(Algorithm::from_cose_id)
            .ok_or(BundleError::Algorithm)
    }

    /// The key id that the header names.
    pub(super) fn kid(&self) -> Option<KeyId> {
        self.message.kid().map(KeyId::from_bytes)
    }

    /// Reads the header.
    pub(super) fn header(&self, limits: BundleLimits) -> Result<BundleHeader, BundleError> {
        let bytes = self.message.payload_bytes();
        let malformed = BundleError::Malformed { part: "header" };
        let limits_of_header = limits.header();
        let header = cbor::decode(bytes, limits_of_header.cbor()).map_err(|error| match error {
            CborError::Items { .. } => too_many_sections(limits),
            _ => malformed.clone(),
        })?;
        match header.member(1) {
            Some(Value::Unsigned(VERSION)) => {}
            Some(Value::Unsigned(_)) => return Err(BundleError::Version),
            _ => return Err(malformed),
        }
        let deterministic = cbor::encode(&header) == bytes;
        let header = read_header(&header).filter(|_| deterministic);
        let header = header.ok_or(malformed)?;
        if header.sections.len() > limits.sections() {
            return Err(too_many_sections(limits));
        }
        Ok(header)
    }

    /// Pairs each section with its bytes, whose hashes are compared.
    pub(super) fn sections<'b>(
        &'b self,
        header: &'b BundleHeader,
    ) -> Result<Vec<(&'b SectionInfo, &'b [u8])>, BundleError> {
        if header.sections.len() != self.bodies.len() {
            return Err(BundleError::SectionCount {
                listed: header.sections.len(),
                found: self.bodies.len(),
            });
        }
        let bodies = self.bodies.iter().filter_map(Value::as_bytes);
        let pairs = header.sections.iter().zip(bodies).map(|(section, body)| {
            if sha256(body) == section.digest {
                Ok((section, body))
            } else {
                Err(BundleError::SectionChanged {
                    name: section.name.clone(),
                })
            }
        });
        pairs.collect()
    }
}

/// The payload of the header, deterministic.
pub(super) fn write_header(header: &BundleHeader) -> Vec<u8> {
    let sections = header.sections.iter().map(|section| {
        let coding = match section.coding {
            Coding::Stored => 0,
            Coding::Zlib => 1,
        };
        let members = Vec::from([
            Value::bytes(&section.digest[..]),
            Value::Unsigned(coding),
            Value::Unsigned(u64::try_from(section.size).unwrap_or(u64::MAX)),
            Value::Bool(section.critical),
        ]);
        (Value::text(section.name.as_str()), Value::Array(members))
    });
    let time = |time: Timestamp| Value::integer(time.unix_seconds());
    let members = [
        Value::Unsigned(VERSION),
        Value::Unsigned(header.sequence),
        time(header.created),
        time(header.expires),
        Value::Map(sections.collect()),
    ];
    let keys = (1..).map(Value::Unsigned);
    cbor::encode(&Value::Map(keys.zip(members).collect()))
}

/// The whole file.
pub(super) fn write_file(message: Vec<u8>, bodies: &[Vec<u8>]) -> Vec<u8> {
    let bodies = bodies.iter().map(|body| Value::bytes(&body[..])).collect();
    cbor::encode(&Value::Array(Vec::from([
        Value::text(MAGIC),
        Value::bytes(message),
        Value::Array(bodies),
    ])))
}

fn check_length(bytes: &[u8], limits: BundleLimits) -> Result<(), BundleError> {
    if bytes.len() > limits.bytes() {
        return Err(BundleError::TooLarge {
            part: "length",
            limit: limits.bytes(),
        });
    }
    Ok(())
}

const fn too_many_sections(limits: BundleLimits) -> BundleError {
    BundleError::TooLarge {
        part: "number of sections",
        limit: limits.sections(),
    }
}

/// An array of three that begins with the magic text.
fn check_magic(bytes: &[u8]) -> Result<(), BundleError> {
    let mut beginning = Vec::from([0x83]);
    beginning.extend(cbor::encode(&Value::text(MAGIC)));
    if bytes.starts_with(&beginning) {
        Ok(())
    } else if beginning.starts_with(bytes) {
        Err(BundleError::Truncated)
    } else {
        Err(BundleError::Format)
    }
}

fn read_message(bytes: &[u8], limits: BundleLimits) -> Result<CoseSign1, BundleError> {
    let malformed = BundleError::Malformed { part: "signature" };
    // Remarks are about HCERTs; here every oddity is refused below.
    let mut remarks = Vec::new();
    let message = CoseSign1::parse(bytes, &limits.header(), &mut remarks);
    let message = message
        .map_err(|error| match error {
            CoseError::Size { limit } => BundleError::TooLarge {
                part: "header",
                limit,
            },
            _ => malformed.clone(),
        })?
        .dangerous_into_unverified();
    if !message.unprotected().is_empty() || message.encode() != bytes {
        return Err(malformed);
    }
    Ok(message)
}

fn read_header(header: &Value<'_>) -> Option<BundleHeader> {
    let time = |key| Timestamp::from_unix_seconds(header.member(key)?.as_integer()?);
    let Value::Unsigned(sequence) = header.member(2)? else {
        return None;
    };
    let sections = header.member(5)?.as_map()?.iter();
    let known = header.as_map()?.len() == 5;
    known.then_some(BundleHeader {
        sequence: *sequence,
        created: time(3)?,
        expires: time(4)?,
        sections: sections.map(read_section).collect::<Option<_>>()?,
    })
}

fn read_section((name, section): &(Value<'_>, Value<'_>)) -> Option<SectionInfo> {
    let [digest, coding, size, Value::Bool(critical)] = section.as_array()? else {
        return None;
    };
    let coding = match coding {
        Value::Unsigned(0) => Coding::Stored,
        Value::Unsigned(1) => Coding::Zlib,
        _ => return None,
    };
    Some(SectionInfo {
        name: SectionName::new(name.as_text()?)?,
        digest: digest.as_bytes()?.try_into().ok()?,
        coding,
        size: usize::try_from(size.as_integer()?).ok()?,
        critical: *critical,
    })
}
