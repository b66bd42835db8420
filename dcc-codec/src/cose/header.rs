//! Header parameters (RFC 8152 section 3.1).

use core::fmt;

use dcc_model::{Location, Remark, RemarkCode};

use super::{CoseError, CosePart};
use crate::cbor::{self, Value};

/// `alg` of ECDSA with SHA-256 (RFC 8152 section 8.1).
pub const ES256: i64 = -7;
/// `alg` of RSASSA-PSS with SHA-256 (RFC 8230 section 2).
pub const PS256: i64 = -37;

const ALG: i64 = 1;
const CRIT: i64 = 2;
const CONTENT_TYPE: i64 = 3;
const KID: i64 = 4;

/// An HCERT key id has 8 bytes (HCERT 1.0.8 section 3.3.2).
const KID_LENGTH: usize = 8;

/// The minimal protected header of an HCERT: `{1: alg, 4: kid}`.
pub fn protected_header(algorithm: i64, kid: &[u8]) -> Vec<u8> {
    cbor::encode(&Value::Map(vec![
        (Value::integer(ALG), Value::integer(algorithm)),
        (Value::integer(KID), Value::bytes(kid)),
    ]))
}

/// The value of an `alg` parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlgorithmId {
    /// A number of the IANA registry "COSE Algorithms".
    Number(i64),
    /// A private name.
    Text(String),
}

impl AlgorithmId {
    /// The number, if it is one.
    pub const fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

impl fmt::Display for AlgorithmId {
    /// `ES256`, `PS256`, or the number or text of any other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(ES256) => f.write_str("ES256"),
            Self::Number(PS256) => f.write_str("PS256"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{}", text.escape_debug()),
        }
    }
}

/// The algorithm of a message, and whether the signature covers that statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderAlg {
    /// In the protected header, where it belongs.
    Protected(AlgorithmId),
    /// In the unprotected header only: anybody may have written it.
    UnprotectedOnly(AlgorithmId),
    /// Nowhere.
    Missing,
}

impl HeaderAlg {
    /// The algorithm, wherever it stands.
    pub const fn id(&self) -> Option<&AlgorithmId> {
        match self {
            Self::Protected(id) | Self::UnprotectedOnly(id) => Some(id),
            Self::Missing => None,
        }
    }

    /// `ES256`, `PS256`, or the number or text of any other algorithm, wherever it stands.
    pub fn name(&self) -> Option<String> {
        self.id().map(AlgorithmId::to_string)
    }
}

/// Where a message names its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KidPlace {
    /// In the protected header.
    Protected,
    /// In the unprotected header only.
    Unprotected,
    /// In both; the protected one counts.
    Both,
    /// Nowhere.
    Missing,
}

/// One header, read.
#[derive(Default)]
pub(super) struct Header {
    algorithm: Option<AlgorithmId>,
    kid: Option<Vec<u8>>,
    critical: Vec<Option<i64>>,
    has_critical: bool,
}

type Pairs<'a> = [(Value<'a>, Value<'a>)];

impl Header {
    pub(super) fn read(
        pairs: &Pairs<'_>,
        part: CosePart,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, CoseError> {
        let mut header = Self::default();
        for (label, value) in pairs {
            let number = label.as_integer();
            let wrong = CoseError::Header {
                part,
                label: number,
            };
            match number {
                Some(ALG) => header.algorithm = Some(algorithm(value).ok_or(wrong)?),
                Some(KID) => header.kid = Some(value.as_bytes().ok_or(wrong)?.to_vec()),
                Some(CRIT) => {
                    header.critical = critical(value, part).ok_or(wrong)?;
                    header.has_critical = true;
                    remarks.push(Remark::new(RemarkCode::CoseHeaderUnknown, place(part)));
                }
                Some(CONTENT_TYPE) => {
                    remarks.push(Remark::new(RemarkCode::CoseContentType, place(part)));
                }
                None if !matches!(
                    label,
                    Value::Text(_) | Value::Unsigned(_) | Value::Negative(_)
                ) =>
                {
                    return Err(wrong);
                }
                _ => remarks.push(Remark::new(RemarkCode::CoseHeaderUnknown, place(part))),
            }
        }
        header.check_critical(pairs)?;
        Ok(header)
    }

    /// Every critical label must be understood here and be there (RFC 8152 section 3.1).
    fn check_critical(&self, pairs: &Pairs<'_>) -> Result<(), CoseError> {
        let understood = |label: &Option<i64>| {
            label.is_some_and(|label| {
                matches!(label, ALG | CRIT | CONTENT_TYPE | KID)
                    && pairs
                        .iter()
                        .any(|(name, _)| name.as_integer() == Some(label))
            })
        };
        if self.has_critical && !self.critical.iter().all(understood) {
            return Err(CoseError::Critical);
        }
        Ok(())
    }
}

/// The labels of a `crit` parameter, `None` for text: a non-empty array in the protected header.
fn critical(value: &Value<'_>, part: CosePart) -> Option<Vec<Option<i64>>> {
    let labels = value.as_array().filter(|labels| !labels.is_empty())?;
    if part != CosePart::Protected {
        return None;
    }
    let label = |label: &Value<'_>| match label {
        Value::Text(_) => Some(None),
        Value::Unsigned(_) | Value::Negative(_) => Some(label.as_integer()),
        _ => None,
    };
    labels.iter().map(label).collect()
}

fn algorithm(value: &Value<'_>) -> Option<AlgorithmId> {
    match value {
        Value::Text(text) => Some(AlgorithmId::Text(text.to_string())),
        _ => value.as_integer().map(AlgorithmId::Number),
    }
}

const fn place(part: CosePart) -> Location {
    match part {
        CosePart::Protected => Location::fixed("cose.protected"),
        _ => Location::fixed("cose.unprotected"),
    }
}

/// Both headers together.
pub(super) struct Headers {
    pub(super) algorithm: HeaderAlg,
    pub(super) kid: Option<Vec<u8>>,
    pub(super) kid_place: KidPlace,
}

impl Headers {
    pub(super) fn merge(protected: Header, unprotected: Header, remarks: &mut Vec<Remark>) -> Self {
        let algorithm = match (protected.algorithm, unprotected.algorithm) {
            (Some(algorithm), _) => HeaderAlg::Protected(algorithm),
            (None, Some(algorithm)) => {
                remarks.push(Remark::new(
                    RemarkCode::AlgUnprotected,
                    place(CosePart::Unprotected),
                ));
                HeaderAlg::UnprotectedOnly(algorithm)
            }
            (None, None) => HeaderAlg::Missing,
        };
        if algorithm.id().and_then(AlgorithmId::number) == Some(PS256) {
            remarks.push(Remark::new(RemarkCode::AlgPs256, "cose.alg"));
        }
        let (kid, kid_place) = match (protected.kid, unprotected.kid) {
            (Some(kid), None) => (Some(kid), KidPlace::Protected),
            (Some(kid), Some(_)) => {
                remarks.push(Remark::new(RemarkCode::KidInBothHeaders, "cose.kid"));
                (Some(kid), KidPlace::Both)
            }
            (None, Some(kid)) => {
                remarks.push(Remark::new(RemarkCode::KidUnprotected, "cose.kid"));
                (Some(kid), KidPlace::Unprotected)
            }
            (None, None) => (None, KidPlace::Missing),
        };
        if kid.as_ref().is_some_and(|kid| kid.len() != KID_LENGTH) {
            remarks.push(Remark::new(RemarkCode::KidLength, "cose.kid"));
        }
        Self {
            algorithm,
            kid,
            kid_place,
        }
    }
}
