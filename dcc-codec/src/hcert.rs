//! A health certificate as it was read, whole or in part.

use core::fmt;

use dcc_model::{Certificate, Remark};

use crate::{CoseSign1, CwtClaims};

/// A certificate that was read to its end: message, claims, payload and what the payload says.
///
/// It comes from a [`Decoder`](crate::Decoder) inside [`Unverified`](crate::Unverified); only a
/// signature check makes it more than a claim. `Debug` shows no personal data.
#[derive(Clone, PartialEq)]
pub struct Hcert {
    message: CoseSign1,
    claims: CwtClaims,
    payload: serde_json::Value,
    certificate: Certificate,
    remarks: Vec<Remark>,
}

impl Hcert {
    pub(crate) const fn new(
        message: CoseSign1,
        claims: CwtClaims,
        payload: serde_json::Value,
        certificate: Certificate,
        remarks: Vec<Remark>,
    ) -> Self {
        Self {
            message,
            claims,
            payload,
            certificate,
            remarks,
        }
    }

    /// The COSE message with the bytes as they came.
    pub const fn message(&self) -> &CoseSign1 {
        &self.message
    }

    /// The CWT claims.
    pub const fn claims(&self) -> &CwtClaims {
        &self.claims
    }

    /// The DCC payload as JSON, members in the order of the encoding.
    pub const fn payload(&self) -> &serde_json::Value {
        &self.payload
    }

    /// What the payload says.
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// What was noticed while reading, in the order of the layers.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }
}

impl fmt::Debug for Hcert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hcert")
            .field("message", &self.message)
            .field("claims", &self.claims)
            .field("certificate", &self.certificate)
            .field("remarks", &self.remarks)
            .finish_non_exhaustive()
    }
}

/// What was read of a certificate before it was refused. All of it is unverified.
///
/// `Debug` shows no personal data.
#[derive(Clone, Default, PartialEq)]
pub struct Partial {
    pub(crate) message: Option<CoseSign1>,
    pub(crate) claims: Option<CwtClaims>,
    pub(crate) payload: Option<serde_json::Value>,
    pub(crate) remarks: Vec<Remark>,
}

impl Partial {
    /// The COSE message, if it could be read.
    pub const fn message(&self) -> Option<&CoseSign1> {
        self.message.as_ref()
    }

    /// The CWT claims, if they could be read.
    pub const fn claims(&self) -> Option<&CwtClaims> {
        self.claims.as_ref()
    }

    /// The payload as JSON, if it has such a form.
    pub const fn payload(&self) -> Option<&serde_json::Value> {
        self.payload.as_ref()
    }

    /// What was noticed as far as it was read.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }
}

impl From<Hcert> for Partial {
    fn from(hcert: Hcert) -> Self {
        Self {
            message: Some(hcert.message),
            claims: Some(hcert.claims),
            payload: Some(hcert.payload),
            remarks: hcert.remarks,
        }
    }
}

impl fmt::Debug for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partial")
            .field("message", &self.message)
            .field("claims", &self.claims)
            .field("has_payload", &self.payload.is_some())
            .field("remarks", &self.remarks)
            .finish()
    }
}
