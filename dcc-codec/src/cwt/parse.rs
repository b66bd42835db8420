//! From bytes to claims.

use dcc_model::{HealthClaim, Location, Remark, RemarkCode, Timestamp};

use super::{
    CwtClaims, CwtError, EU_DCC, EXPIRES_AT, HCERT, HealthClaims, ISSUED_AT, ISSUER,
    VN_NATIONALITY_CLAIM,
};
use crate::Limits;
use crate::cbor::{self, Value};

/// CBOR tag of an epoch-based time (RFC 8949 section 3.4.2).
const EPOCH_TAG: u64 = 1;

const PLACE: Location = Location::fixed("cwt");

/// The claims, and the DCC as the item it is.
pub(crate) fn read<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    remarks: &mut Vec<Remark>,
) -> Result<(CwtClaims, Value<'a>), CwtError> {
    Claims::read(bytes, limits, remarks)?.finish(remarks)
}

/// The claims of a certificate that need not be a DCC, and where its payload stands.
pub(crate) fn read_health<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    remarks: &mut Vec<Remark>,
) -> Result<(HealthClaims, HealthItem<'a>), CwtError> {
    let mut own = Vec::new();
    let mut read = Claims::read(bytes, limits, &mut own)?;
    let item = match read.health.take() {
        Some(Value::Map(pairs)) => choose(pairs, &mut own)?,
        Some(_) => return Err(CwtError::HcertMissing),
        None => {
            // The claims themselves are the payload, so none of them is an extra one.
            own.retain(|remark| remark.code() != RemarkCode::CwtExtraClaims);
            let members = core::mem::take(&mut read.other);
            if members.is_empty() {
                return Err(CwtError::HcertMissing);
            }
            HealthItem::Claims(Value::Map(members))
        }
    };
    remarks.append(&mut own);
    let claims = HealthClaims {
        issuer: read.issuer,
        issued_at: read.issued_at,
        expires_at: read.expires_at,
    };
    Ok((claims, item))
}

/// Where the payload of a health certificate stands.
pub(crate) enum HealthItem<'a> {
    /// Under a key of the claim -260.
    Claim(HealthClaim, Value<'a>),
    /// There is no claim -260: the CWT is the payload (older DDCC).
    Claims(Value<'static>),
}

/// The payload that counts of those under claim -260: a DCC, otherwise the first whose claim is
/// known, otherwise the first. The others are remarked.
fn choose<'a>(
    pairs: Vec<(Value<'a>, Value<'a>)>,
    remarks: &mut Vec<Remark>,
) -> Result<HealthItem<'a>, CwtError> {
    let mut chosen: Option<(HealthClaim, Value<'a>)> = None;
    let mut keys = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let claim = key.as_integer().map(HealthClaim::from_key);
        keys.push((claim, key));
        let Some(claim) = claim else { continue };
        if chosen
            .as_ref()
            .is_none_or(|(other, _)| rank(claim) < rank(*other))
        {
            chosen = Some((claim, value));
        }
    }
    let (claim, value) = chosen.ok_or(CwtError::HcertMissing)?;
    let others = keys.iter().filter(|(other, _)| *other != Some(claim));
    remarks.extend(others.map(|(_, key)| extra(&PLACE.member("hcert"), key)));
    Ok(HealthItem::Claim(claim, value))
}

const fn rank(claim: HealthClaim) -> u8 {
    match claim {
        HealthClaim::Dcc => 0,
        HealthClaim::Other(_) => 2,
        _ => 1,
    }
}

/// Claims as far as they were met.
#[derive(Default)]
struct Claims<'a> {
    issuer: Option<String>,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    nationality: Option<String>,
    health: Option<Value<'a>>,
    other: Vec<(Value<'static>, Value<'static>)>,
}

impl<'a> Claims<'a> {
    fn read(bytes: &'a [u8], limits: &Limits, remarks: &mut Vec<Remark>) -> Result<Self, CwtError> {
        let item = cbor::decode(bytes, limits.cbor()).map_err(CwtError::Cbor)?;
        let Value::Map(pairs) = item else {
            return Err(CwtError::Structure { claim: None });
        };
        let mut claims = Claims::default();
        for (key, value) in pairs {
            claims.take(key, value, remarks)?;
        }
        Ok(claims)
    }

    fn take(
        &mut self,
        key: Value<'a>,
        value: Value<'a>,
        remarks: &mut Vec<Remark>,
    ) -> Result<(), CwtError> {
        match key.as_integer() {
            Some(ISSUER) => self.issuer = Some(text(value, ISSUER)?),
            Some(EXPIRES_AT) => {
                self.expires_at = Some(
                    Time {
                        claim: EXPIRES_AT,
                        remarks,
                    }
                    .read(&value)?,
                );
            }
            Some(ISSUED_AT) => {
                self.issued_at = Some(
                    Time {
                        claim: ISSUED_AT,
                        remarks,
                    }
                    .read(&value)?,
                );
            }
            Some(HCERT) => self.health = Some(value),
            Some(VN_NATIONALITY_CLAIM) => {
                remarks.push(extra(&PLACE, &key));
                self.nationality = Some(text(value, VN_NATIONALITY_CLAIM)?);
            }
            None if !matches!(
                key,
                Value::Text(_) | Value::Unsigned(_) | Value::Negative(_)
            ) =>
            {
                return Err(CwtError::Structure { claim: None });
            }
            _ => {
                remarks.push(extra(&PLACE, &key));
                self.other.push((key.into_owned(), value.into_owned()));
            }
        }
        Ok(())
    }

    fn finish(self, remarks: &mut Vec<Remark>) -> Result<(CwtClaims, Value<'a>), CwtError> {
        match &self.issuer {
            None => remarks.push(Remark::new(RemarkCode::IssuerMissing, "cwt.iss")),
            Some(issuer) if !is_alpha_2(issuer) => {
                remarks.push(Remark::new(RemarkCode::IssuerNotAlpha2, "cwt.iss"));
            }
            Some(_) => {}
        }
        if self.issued_at.is_none() {
            remarks.push(Remark::new(RemarkCode::CwtIssuedAtMissing, "cwt.iat"));
        }
        let claims = CwtClaims {
            issuer: self.issuer,
            issued_at: self.issued_at,
            expires_at: self.expires_at.ok_or(CwtError::ExpiryMissing)?,
            nationality: self.nationality,
            other: self.other,
        };
        Ok((claims, eu_dcc(self.health, remarks)?))
    }
}

fn is_alpha_2(issuer: &str) -> bool {
    issuer.len() == 2 && issuer.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn text(value: Value<'_>, claim: i64) -> Result<String, CwtError> {
    match value {
        Value::Text(text) => Ok(text.into_owned()),
        _ => Err(CwtError::Structure { claim: Some(claim) }),
    }
}

fn extra(at: &Location, key: &Value<'_>) -> Remark {
    let name = match key {
        Value::Text(text) => text.to_string(),
        _ => key
            .as_integer()
            .map(|key| key.to_string())
            .unwrap_or_default(),
    };
    Remark::new(RemarkCode::CwtExtraClaims, at.member(&name))
}

/// The EU DCC under claim -260 (HCERT 1.0.8 section 3.4).
fn eu_dcc<'a>(health: Option<Value<'a>>, remarks: &mut Vec<Remark>) -> Result<Value<'a>, CwtError> {
    let Some(Value::Map(pairs)) = health else {
        return Err(CwtError::HcertMissing);
    };
    if pairs.is_empty() {
        return Err(CwtError::HcertMissing);
    }
    let mut dcc = None;
    let mut others = Vec::new();
    for (key, value) in pairs {
        if key.as_integer() == Some(EU_DCC) {
            dcc = Some(value);
        } else {
            others.push(extra(&PLACE.member("hcert"), &key));
        }
    }
    remarks.append(&mut others);
    match dcc {
        Some(dcc @ Value::Map(_)) => Ok(dcc),
        Some(_) => Err(CwtError::Structure { claim: Some(HCERT) }),
        None => Err(CwtError::HcertUnsupported),
    }
}

/// A `NumericDate` (RFC 8392 section 2).
struct Time<'r> {
    claim: i64,
    remarks: &'r mut Vec<Remark>,
}

impl Time<'_> {
    fn read(self, value: &Value<'_>) -> Result<Timestamp, CwtError> {
        let claim = self.claim;
        self.seconds(value)
            .and_then(Timestamp::from_unix_seconds)
            .ok_or(CwtError::Time { claim })
    }

    fn seconds(self, value: &Value<'_>) -> Option<i64> {
        match value {
            Value::Tag(EPOCH_TAG, inner) if !matches!(**inner, Value::Tag(..)) => {
                self.remarks
                    .push(Remark::new(RemarkCode::CwtTimeTagged, self.place()));
                self.seconds(inner)
            }
            Value::Float(number) => {
                self.remarks
                    .push(Remark::new(RemarkCode::CwtTimeFloat, self.place()));
                cbor::floor_to_i64(*number)
            }
            _ => value.as_integer(),
        }
    }

    const fn place(&self) -> Location {
        Location::fixed(if self.claim == EXPIRES_AT {
            "cwt.exp"
        } else {
            "cwt.iat"
        })
    }
}
