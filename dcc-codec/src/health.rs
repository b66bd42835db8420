//! Health certificates of every kind that HCERT carries, the DCC being one.

use core::fmt;

use dcc_model::{HealthPayload, Remark};

use crate::cwt::{self, HealthClaims, HealthItem};
use crate::{
    CoseSign1, DecodeError, DecodeFailure, Decoder, Hcert, Partial, Unverified, cose, payload,
};

/// A health certificate of any kind: what stands under claim -260 of the CWT, or the CWT itself
/// (older DDCC). `Debug` shows no personal data.
///
/// A verifier of DCCs reads [`Hcert`] instead and refuses everything else.
#[derive(Clone, PartialEq)]
pub struct HealthHcert {
    message: CoseSign1,
    claims: HealthClaims,
    payload: HealthPayload,
    json: serde_json::Value,
    remarks: Vec<Remark>,
}

impl HealthHcert {
    /// The COSE message with the bytes as they came.
    pub const fn message(&self) -> &CoseSign1 {
        &self.message
    }

    /// Issuer and times.
    pub const fn claims(&self) -> &HealthClaims {
        &self.claims
    }

    /// What it says, typed as far as its form is known.
    pub const fn payload(&self) -> &HealthPayload {
        &self.payload
    }

    /// The payload as JSON, members in the order of the encoding.
    pub const fn json(&self) -> &serde_json::Value {
        &self.json
    }

    /// What was noticed while reading, in the order of the layers.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }
}

impl fmt::Debug for HealthHcert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HealthHcert")
            .field("message", &self.message)
            .field("claims", &self.claims)
            .field("payload", &self.payload)
            .field("remarks", &self.remarks)
            .finish_non_exhaustive()
    }
}

mod sealed {
    /// Only what a decoder of this crate made carries a message of its own.
    #[expect(
        unnameable_types,
        reason = "a sealed trait is sealed by having no name"
    )]
    pub trait Sealed {}

    impl Sealed for super::Hcert {}
    impl Sealed for super::HealthHcert {}
}

/// What has one COSE message that its signature covers: an [`Hcert`] or a [`HealthHcert`].
pub trait SignedMessage: sealed::Sealed {
    /// The message with the bytes as they came.
    fn cose_message(&self) -> &CoseSign1;
}

impl SignedMessage for Hcert {
    fn cose_message(&self) -> &CoseSign1 {
        self.message()
    }
}

impl SignedMessage for HealthHcert {
    fn cose_message(&self) -> &CoseSign1 {
        &self.message
    }
}

impl Decoder {
    /// Reads the text of a QR code whose certificate may be of any kind.
    ///
    /// # Errors
    /// [`DecodeFailure`] with the error of the first layer that refuses, and what was read before.
    pub fn decode_health(&self, text: &str) -> Result<Unverified<HealthHcert>, DecodeFailure> {
        match self.message_bytes(text) {
            Ok(bytes) => self.decode_health_cose(&bytes),
            Err(error) => Err(DecodeFailure::new(error, Partial::default())),
        }
    }

    /// Reads a COSE message as NFC, Bluetooth and HTTP carry it, of any kind.
    ///
    /// # Errors
    /// As [`decode_health`](Self::decode_health).
    pub fn decode_health_cose(
        &self,
        bytes: &[u8],
    ) -> Result<Unverified<HealthHcert>, DecodeFailure> {
        let mut partial = Partial::default();
        let message = match cose::read(bytes, self.limits(), &mut partial.remarks) {
            Ok(message) => message,
            Err(error) => return Err(DecodeFailure::new(error.into(), partial)),
        };
        match self.read_health(&message, &mut partial) {
            Ok((claims, payload, json)) => Ok(Unverified::new(HealthHcert {
                message,
                claims,
                payload,
                json,
                remarks: partial.remarks,
            })),
            Err(error) => {
                partial.message = Some(message);
                Err(DecodeFailure::new(error, partial))
            }
        }
    }

    fn read_health(
        &self,
        message: &CoseSign1,
        partial: &mut Partial,
    ) -> Result<(HealthClaims, HealthPayload, serde_json::Value), DecodeError> {
        let remarks = &mut partial.remarks;
        let (claims, item) = cwt::read_health(message.payload_bytes(), self.limits(), remarks)?;
        let (read, json) = match item {
            HealthItem::Claim(claim, item) => {
                let json = partial.payload.insert(payload::to_json(item, remarks)?);
                let (read, mut more) = HealthPayload::read(claim, json)?;
                remarks.append(&mut more);
                (read, json.clone())
            }
            HealthItem::Claims(item) => {
                let json = partial.payload.insert(payload::to_json(item, remarks)?);
                let read = HealthPayload::read_without_container(json);
                (read.ok_or(cwt::CwtError::HcertMissing)?, json.clone())
            }
        };
        Ok((claims, read, json))
    }
}
