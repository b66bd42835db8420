//! The layers as exchangeable parts, for research.
//!
//! A [`Pipeline`] measures what another serialisation, compression or text coding would cost or
//! save. No verifier takes one: [`Decoder`](crate::Decoder) is fixed, and what a pipeline reads
//! is [`Unverified`] and no [`Hcert`](crate::Hcert).

use core::error::Error;
use core::fmt;

use crate::base45::Base45Error;
use crate::cose::CoseError;
use crate::zlib::ZlibError;
use crate::{
    CoseSign1, CwtClaims, DecodeError, Limits, PrefixError, Unverified, base45, context, cose, cwt,
    cwt_payload, payload, zlib,
};

/// Claims and payload to bytes and back.
pub trait Serializing: fmt::Debug {
    /// What can go wrong.
    type Error: Error + Send + Sync + 'static;

    /// The bytes to be signed.
    ///
    /// # Errors
    /// Where the payload has no form in this serialisation.
    fn serialize(
        &self,
        claims: &CwtClaims,
        payload: &serde_json::Value,
    ) -> Result<Vec<u8>, Self::Error>;

    /// Claims and payload of signed bytes.
    ///
    /// # Errors
    /// Where the bytes are not of this serialisation.
    fn deserialize(&self, bytes: &[u8]) -> Result<(CwtClaims, serde_json::Value), Self::Error>;
}

/// Bytes to fewer bytes and back.
pub trait Compressing: fmt::Debug {
    /// What can go wrong.
    type Error: Error + Send + Sync + 'static;

    /// Fewer bytes.
    fn compress(&self, bytes: &[u8]) -> Vec<u8>;

    /// The original bytes, at most `limit` of them.
    ///
    /// # Errors
    /// Where the bytes are not of this compression, or too much comes out.
    fn decompress(&self, bytes: &[u8], limit: usize) -> Result<Vec<u8>, Self::Error>;
}

/// Bytes to the text of a QR code and back.
pub trait TextCoding: fmt::Debug {
    /// What can go wrong.
    type Error: Error + Send + Sync + 'static;

    /// The text, context identifier included.
    fn encode(&self, bytes: &[u8]) -> String;

    /// The bytes of a text.
    ///
    /// # Errors
    /// Where the text is not of this coding.
    fn decode(&self, text: &str) -> Result<Vec<u8>, Self::Error>;
}

/// CWT claims in deterministic CBOR: what HCERT prescribes.
#[derive(Clone, Copy, Debug, Default)]
pub struct CwtSerializing {
    limits: Limits,
}

impl CwtSerializing {
    /// Reads within these limits.
    pub const fn new(limits: Limits) -> Self {
        Self { limits }
    }
}

impl Serializing for CwtSerializing {
    type Error = DecodeError;

    fn serialize(
        &self,
        claims: &CwtClaims,
        payload: &serde_json::Value,
    ) -> Result<Vec<u8>, Self::Error> {
        Ok(cwt_payload(claims, payload)?)
    }

    fn deserialize(&self, bytes: &[u8]) -> Result<(CwtClaims, serde_json::Value), Self::Error> {
        let mut remarks = Vec::new();
        let (claims, item) = cwt::read(bytes, &self.limits, &mut remarks)?;
        Ok((claims, payload::to_json(item, &mut remarks)?))
    }
}

/// zlib at level 9: what HCERT prescribes.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ZlibCompressing;

impl Compressing for ZlibCompressing {
    type Error = ZlibError;

    fn compress(&self, bytes: &[u8]) -> Vec<u8> {
        zlib::compress(bytes)
    }

    fn decompress(&self, bytes: &[u8], limit: usize) -> Result<Vec<u8>, Self::Error> {
        zlib::decompress(bytes, limit)
    }
}

/// `HC1:` and Base45: what HCERT prescribes.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Base45Coding;

/// Why a text is not `HC1:` and Base45.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Base45CodingError {
    /// The context identifier.
    #[error(transparent)]
    Prefix(#[from] PrefixError),
    /// RFC 9285.
    #[error(transparent)]
    Base45(#[from] Base45Error),
}

impl TextCoding for Base45Coding {
    type Error = Base45CodingError;

    fn encode(&self, bytes: &[u8]) -> String {
        [context::PREFIX, &base45::encode(bytes)].concat()
    }

    fn decode(&self, text: &str) -> Result<Vec<u8>, Self::Error> {
        Ok(base45::decode(context::strip(text)?)?)
    }
}

/// Why a pipeline could not read a text, by layer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// The text coding.
    #[error("text: {0}")]
    Text(Box<dyn Error + Send + Sync>),
    /// The compression.
    #[error("compression: {0}")]
    Compression(Box<dyn Error + Send + Sync>),
    /// The COSE message, which no pipeline exchanges.
    #[error("cose: {0}")]
    Cose(#[from] CoseError),
    /// The serialisation.
    #[error("serialisation: {0}")]
    Serialization(Box<dyn Error + Send + Sync>),
}

/// What a pipeline reads: message, claims, payload.
pub type PipelineContent = (CoseSign1, CwtClaims, serde_json::Value);

/// Three exchangeable layers around a COSE message.
///
/// ```
/// use dcc_codec::{Compressing, CwtClaims, Pipeline, cose};
/// use serde_json::json;
///
/// /// What would a QR code hold without compression?
/// #[derive(Debug)]
/// struct Stored;
///
/// impl Compressing for Stored {
///     type Error = core::convert::Infallible;
///
///     fn compress(&self, bytes: &[u8]) -> Vec<u8> {
///         bytes.to_vec()
///     }
///
///     fn decompress(&self, bytes: &[u8], limit: usize) -> Result<Vec<u8>, Self::Error> {
///         Ok(bytes[..bytes.len().min(limit)].to_vec())
///     }
/// }
///
/// let claims = CwtClaims::new("2023-04-14T00:00:00Z".parse()?);
/// let payload = json!({"ver": "1.3.0", "nam": {"fnt": "NGUYEN"}});
/// let sealed = |bytes: &[u8]| cose::encode(&[], &[], bytes, &[0; 64]);
/// let usual = Pipeline::standard().encode(&claims, &payload, sealed)?;
/// let stored = Pipeline::standard().with_compressing(Stored);
/// let text = stored.encode(&claims, &payload, sealed)?;
/// assert_ne!(text.len(), usual.len());
/// let content = stored.decode(&text)?;
/// assert_eq!(content.dangerous_unverified().2, payload);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pipeline<S, C, T> {
    serializing: S,
    compressing: C,
    text_coding: T,
    limits: Limits,
}

impl Pipeline<CwtSerializing, ZlibCompressing, Base45Coding> {
    /// The layers of HCERT.
    pub fn standard() -> Self {
        Self {
            serializing: CwtSerializing::default(),
            compressing: ZlibCompressing,
            text_coding: Base45Coding,
            limits: Limits::default(),
        }
    }
}

impl<S, C, T> Pipeline<S, C, T> {
    /// This pipeline with another serialisation.
    pub fn with_serializing<N>(self, serializing: N) -> Pipeline<N, C, T> {
        let Self {
            serializing: _,
            compressing,
            text_coding,
            limits,
        } = self;
        Pipeline {
            serializing,
            compressing,
            text_coding,
            limits,
        }
    }

    /// This pipeline with another compression.
    pub fn with_compressing<N>(self, compressing: N) -> Pipeline<S, N, T> {
        let Self {
            serializing,
            compressing: _,
            text_coding,
            limits,
        } = self;
        Pipeline {
            serializing,
            compressing,
            text_coding,
            limits,
        }
    }

    /// This pipeline with another text coding.
    pub fn with_text_coding<N>(self, text_coding: N) -> Pipeline<S, C, N> {
        let Self {
            serializing,
            compressing,
            text_coding: _,
            limits,
        } = self;
        Pipeline {
            serializing,
            compressing,
            text_coding,
            limits,
        }
    }
}

impl<S: Serializing, C: Compressing, T: TextCoding> Pipeline<S, C, T> {
    /// From claims and payload to a text. `seal` makes the COSE message of the serialised bytes.
    ///
    /// # Errors
    /// Where the payload cannot be serialised.
    pub fn encode(
        &self,
        claims: &CwtClaims,
        payload: &serde_json::Value,
        seal: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> Result<String, S::Error> {
        let bytes = self.serializing.serialize(claims, payload)?;
        Ok(self
            .text_coding
            .encode(&self.compressing.compress(&seal(&bytes))))
    }

    /// From a text to message, claims and payload.
    ///
    /// # Errors
    /// [`PipelineError`] with the error of the first layer that refuses.
    pub fn decode(&self, text: &str) -> Result<Unverified<PipelineContent>, PipelineError> {
        let compressed = self
            .text_coding
            .decode(text)
            .map_err(|error| PipelineError::Text(error.into()))?;
        let bytes = self
            .compressing
            .decompress(&compressed, self.limits.inflated())
            .map_err(|error| PipelineError::Compression(error.into()))?;
        let message = cose::read(&bytes, &self.limits, &mut Vec::new())?;
        let (claims, payload) = self
            .serializing
            .deserialize(message.payload_bytes())
            .map_err(|error| PipelineError::Serialization(error.into()))?;
        Ok(Unverified::new((message, claims, payload)))
    }
}
