//! CWT claims (RFC 8392) of an HCERT, and the health certificate claim inside (HCERT 1.0.8
//! section 3.3).

use core::fmt;

use dcc_model::{Remark, Timestamp};

use crate::cbor::Value;
use crate::{Limits, Unverified};

mod error;
mod health;
mod parse;
#[cfg(test)]
mod tests;
mod write;

pub use error::CwtError;
pub use health::HealthClaims;

pub(crate) use parse::{HealthItem, read, read_health};
pub(crate) use write::write;

/// The private claim that carries the holder's nationality (field 3 of Vietnam's vaccine
/// passport, which has no place in the DCC) as a text.
///
/// RFC 8392 section 9.1 leaves claim keys below -65536 to private use; 704 is Viet Nam in
/// ISO 3166-1 numeric.
pub const VN_NATIONALITY_CLAIM: i64 = -65704;

/// `iss` (RFC 8392 section 3.1.1).
pub(crate) const ISSUER: i64 = 1;
/// `exp` (section 3.1.4).
pub(crate) const EXPIRES_AT: i64 = 4;
/// `iat` (section 3.1.6).
pub(crate) const ISSUED_AT: i64 = 6;
/// The health certificate claim.
pub(crate) const HCERT: i64 = -260;
/// The EU DCC inside the health certificate claim.
pub(crate) const EU_DCC: i64 = 1;

/// The claims beside the health certificate. `Debug` shows issuer and times only.
///
/// ```
/// use dcc_codec::CwtClaims;
/// use dcc_model::Timestamp;
///
/// let expires_at: Timestamp = "2023-04-14T00:00:00Z".parse()?;
/// let claims = CwtClaims::new(expires_at).with_issuer("VN");
/// assert_eq!(claims.issuer(), Some("VN"));
/// assert_eq!(claims.issued_at(), None);
/// # Ok::<(), dcc_model::TimeParseError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct CwtClaims {
    issuer: Option<String>,
    issued_at: Option<Timestamp>,
    expires_at: Timestamp,
    nationality: Option<String>,
    other: Vec<(Value<'static>, Value<'static>)>,
}

impl CwtClaims {
    /// Claims with an expiry only.
    pub const fn new(expires_at: Timestamp) -> Self {
        Self {
            issuer: None,
            issued_at: None,
            expires_at,
            nationality: None,
            other: Vec::new(),
        }
    }

    /// These claims with an issuer: the country's two-letter code.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// These claims with the instant of issue.
    #[must_use]
    pub const fn with_issued_at(mut self, issued_at: Timestamp) -> Self {
        self.issued_at = Some(issued_at);
        self
    }

    /// These claims with the holder's nationality ([`VN_NATIONALITY_CLAIM`]).
    #[must_use]
    pub fn with_nationality(mut self, nationality: impl Into<String>) -> Self {
        self.nationality = Some(nationality.into());
        self
    }

    /// `iss` as written.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// `iat`, a fraction dropped.
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// `exp`, a fraction dropped.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The holder's nationality, if the issuer uses [`VN_NATIONALITY_CLAIM`].
    pub fn nationality(&self) -> Option<&str> {
        self.nationality.as_deref()
    }

    /// Every further claim, in the order of the encoding.
    pub fn other(&self) -> &[(Value<'static>, Value<'static>)] {
        &self.other
    }
}

impl fmt::Debug for CwtClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CwtClaims")
            .field("issuer", &self.issuer)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Reads the claims of a CWT payload and the EU DCC inside. Oddities go to `remarks`.
///
/// # Errors
/// [`CwtError`] where the bytes are no CWT with an EU DCC within `limits`.
pub fn parse(
    bytes: &[u8],
    limits: &Limits,
    remarks: &mut Vec<Remark>,
) -> Result<Unverified<(CwtClaims, Value<'static>)>, CwtError> {
    let (claims, payload) = read(bytes, limits, remarks)?;
    Ok(Unverified::new((claims, payload.into_owned())))
}
