//! What can be wrong with the claims.

use dcc_model::RejectCode;

use crate::cbor::CborError;

/// Why a payload is not taken as CWT claims with an EU DCC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CwtError {
    /// The payload is not taken as CBOR.
    #[error("{0}")]
    Cbor(CborError),
    /// There is no `exp`, which HCERT requires (HCERT 1.0.8 section 3.3.4).
    #[error("the expiry claim is missing")]
    ExpiryMissing,
    /// There is no map under claim -260.
    #[error("the health certificate claim is missing")]
    HcertMissing,
    /// Claim -260 holds other kinds of health certificate than the EU DCC.
    #[error("no EU DCC among the health certificates")]
    HcertUnsupported,
    /// Not a map, or a claim of the wrong type.
    #[error("wrong type of claim {claim:?}")]
    Structure {
        /// The claim key, if it is a number; `None` also where there is no map of claims.
        claim: Option<i64>,
    },
    /// `exp` or `iat` is no number, or no instant within the years -9999 to 9999.
    #[error("claim {claim} is no usable time")]
    Time {
        /// The claim key.
        claim: i64,
    },
}

impl CwtError {
    /// The code of this reason.
    pub const fn reject_code(&self) -> RejectCode {
        match self {
            Self::Cbor(error) => match error {
                CborError::DuplicateKey { .. } => RejectCode::CwtDuplicateKey,
                CborError::Depth { .. } | CborError::Items { .. } => RejectCode::CwtLimit,
                CborError::Trailing { .. } => RejectCode::CwtTrailing,
                _ => RejectCode::CwtCbor,
            },
            Self::ExpiryMissing => RejectCode::CwtExpiryMissing,
            Self::HcertMissing => RejectCode::CwtHcertMissing,
            Self::HcertUnsupported => RejectCode::CwtHcertUnsupported,
            Self::Structure { .. } => RejectCode::CwtStructure,
            Self::Time { .. } => RejectCode::CwtTime,
        }
    }
}
