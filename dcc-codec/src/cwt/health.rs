//! The claims of a certificate that need not be a DCC.

use dcc_model::Timestamp;

/// Issuer and times of a certificate that need not be a DCC, each where it is there: the test
/// material of WHO has certificates without `exp`, which a policy has to allow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthClaims {
    pub(super) issuer: Option<String>,
    pub(super) issued_at: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
}

impl HealthClaims {
    /// `iss` as written.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// `iat`, a fraction dropped.
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// `exp`, a fraction dropped.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }
}
