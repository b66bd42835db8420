//! What an issuer wants signed.

use core::fmt;

use dcc_model::Timestamp;

/// A certificate to be issued: the DCC payload and the claims around it.
///
/// `Debug` prints no personal data.
#[derive(Clone, PartialEq)]
pub struct IssueRequest {
    payload: serde_json::Value,
    issuer: String,
    issued_at: Timestamp,
    expires_at: Timestamp,
    nationality: Option<String>,
}

impl IssueRequest {
    /// A request to issue `payload` (DCC schema 1.3.3 as JSON) by the country `issuer`.
    pub fn new(
        payload: serde_json::Value,
        issuer: impl Into<String>,
        issued_at: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            payload,
            issuer: issuer.into(),
            issued_at,
            expires_at,
            nationality: None,
        }
    }

    /// This request with the holder's nationality as a private claim (profile
    /// `vn-nationality-claim`). Some verifiers refuse claims they do not know.
    #[must_use]
    pub fn with_nationality(mut self, nationality: Option<String>) -> Self {
        self.nationality = nationality;
        self
    }

    /// The payload.
    pub const fn payload(&self) -> &serde_json::Value {
        &self.payload
    }

    /// The country that issues.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The moment of issue.
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// The last second of technical validity.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The holder's nationality, where the profile writes it.
    pub fn nationality(&self) -> Option<&str> {
        self.nationality.as_deref()
    }
}

impl fmt::Debug for IssueRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssueRequest")
            .field("issuer", &self.issuer)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
