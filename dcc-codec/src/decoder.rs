//! The whole way from a text to a certificate.

use dcc_model::{Certificate, Remark, RemarkCode};

use crate::hcert::Partial;
use crate::{
    CoseSign1, CwtClaims, DecodeError, DecodeFailure, Hcert, Limits, TextTooLong, Unverified,
    base45, context, cose, cwt, payload, zlib,
};

/// Reads certificates: prefix, Base45, zlib, COSE, CWT, payload, each bounded by [`Limits`].
///
/// The layers are fixed: no codec can be exchanged in what a verifier reads with.
///
/// ```
/// use dcc_codec::{Decoder, Limits};
/// use dcc_model::Stage;
///
/// let decoder = Decoder::new(Limits::default());
/// let failure = decoder.decode("HC1:NOT BASE45?").unwrap_err();
/// assert_eq!(failure.stage(), Stage::Base45);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decoder {
    limits: Limits,
}

impl Decoder {
    /// A decoder within these limits.
    pub const fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// The limits.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Reads the text of a QR code.
    ///
    /// # Errors
    /// [`DecodeFailure`] with the error of the first layer that refuses, and what was read before.
    pub fn decode(&self, text: &str) -> Result<Unverified<Hcert>, DecodeFailure> {
        match self.message_bytes(text) {
            Ok(bytes) => self.decode_cose(&bytes),
            Err(error) => Err(DecodeFailure::new(error, Partial::default())),
        }
    }

    /// Reads a COSE message as NFC, Bluetooth and HTTP carry it: without zlib, Base45 and prefix.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn decode_cose(&self, bytes: &[u8]) -> Result<Unverified<Hcert>, DecodeFailure> {
        let mut partial = Partial::default();
        let message = match cose::read(bytes, &self.limits, &mut partial.remarks) {
            Ok(message) => message,
            Err(error) => return Err(DecodeFailure::new(error.into(), partial)),
        };
        let claims = self.read_claims(&message, &mut partial);
        let (claims, payload) = match claims {
            Ok(read) => read,
            Err(error) => {
                partial.message = Some(message);
                return Err(DecodeFailure::new(error, partial));
            }
        };
        match Certificate::from_json(&payload) {
            Ok((certificate, mut remarks)) => {
                remark_issuer(&claims, &certificate, &mut partial.remarks);
                partial.remarks.append(&mut remarks);
                let hcert = Hcert::new(message, claims, payload, certificate, partial.remarks);
                Ok(Unverified::new(hcert))
            }
            Err(error) => {
                partial.message = Some(message);
                partial.claims = Some(claims);
                partial.payload = Some(payload);
                Err(DecodeFailure::new(error.into(), partial))
            }
        }
    }

    pub(crate) fn compressed_bytes(&self, text: &str) -> Result<Vec<u8>, DecodeError> {
        let limit = self.limits.text();
        if text.len() > limit {
            return Err(TextTooLong {
                length: text.len(),
                limit,
            }
            .into());
        }
        Ok(base45::decode(context::strip(text)?)?)
    }

    pub(crate) fn message_bytes(&self, text: &str) -> Result<Vec<u8>, DecodeError> {
        let compressed = self.compressed_bytes(text)?;
        Ok(zlib::decompress(&compressed, self.limits.inflated())?)
    }

    /// Claims and payload. Where only the claims can be read, they are left in `partial`.
    fn read_claims(
        &self,
        message: &CoseSign1,
        partial: &mut Partial,
    ) -> Result<(CwtClaims, serde_json::Value), DecodeError> {
        let remarks = &mut partial.remarks;
        let (claims, item) = cwt::read(message.payload_bytes(), &self.limits, remarks)?;
        match payload::to_json(item, remarks) {
            Ok(payload) => Ok((claims, payload)),
            Err(error) => {
                partial.claims = Some(claims);
                Err(error.into())
            }
        }
    }
}

fn remark_issuer(claims: &CwtClaims, certificate: &Certificate, remarks: &mut Vec<Remark>) {
    let country = certificate.entry().country();
    if claims.issuer().is_some_and(|issuer| issuer != country) {
        remarks.push(Remark::new(RemarkCode::IssuerNotCountry, "cwt.iss"));
    }
}

#[cfg(test)]
mod tests;
