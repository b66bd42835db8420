//! Why a text is not read to its end.

use core::fmt;

use dcc_model::{RejectCode, SchemaError, Stage};

use crate::base45::Base45Error;
use crate::cose::CoseError;
use crate::cwt::CwtError;
use crate::hcert::Partial;
use crate::zlib::ZlibError;
use crate::{PayloadError, PrefixError};

/// The text is longer than [`Limits::text`](crate::Limits::text).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{length} bytes of text; the limit is {limit}")]
#[non_exhaustive]
pub struct TextTooLong {
    /// Bytes of the text.
    pub length: usize,
    /// The limit.
    pub limit: usize,
}

/// Why a text or a message is not read, by the layer that refuses it.
///
/// It holds positions, sizes and limits, never a value of the certificate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Too long to be looked at.
    #[error("input: {0}")]
    Input(#[from] TextTooLong),
    /// The context identifier.
    #[error("prefix: {0}")]
    Prefix(#[from] PrefixError),
    /// RFC 9285.
    #[error("base45: {0}")]
    Base45(#[from] Base45Error),
    /// RFC 1950.
    #[error("zlib: {0}")]
    Zlib(#[from] ZlibError),
    /// RFC 8152.
    #[error("cose: {0}")]
    Cose(#[from] CoseError),
    /// RFC 8392 and the health certificate claim.
    #[error("cwt: {0}")]
    Cwt(#[from] CwtError),
    /// The payload has no JSON form.
    #[error("schema: {0}")]
    Payload(#[from] PayloadError),
    /// The payload is no DCC.
    #[error("schema: {0}")]
    Schema(#[from] SchemaError),
}

impl DecodeError {
    /// The code of this reason.
    pub fn reject_code(&self) -> RejectCode {
        match self {
            Self::Input(_) => RejectCode::InputTooLong,
            Self::Prefix(error) => error.reject_code(),
            Self::Base45(error) => error.reject_code(),
            Self::Zlib(error) => error.reject_code(),
            Self::Cose(error) => error.reject_code(),
            Self::Cwt(error) => error.reject_code(),
            Self::Payload(error) => error.reject_code(),
            Self::Schema(error) => error.reject_code(),
        }
    }

    /// The stage that refuses it.
    pub fn stage(&self) -> Stage {
        self.reject_code().stage()
    }
}

/// A text that was not read to its end: why, and what was read before.
///
/// `Debug` and `Display` show no personal data.
#[derive(Clone)]
pub struct DecodeFailure {
    error: Box<DecodeError>,
    partial: Box<Partial>,
}

impl DecodeFailure {
    pub(crate) fn new(error: DecodeError, partial: Partial) -> Self {
        Self {
            error: Box::new(error),
            partial: Box::new(partial),
        }
    }

    /// Why it was refused.
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// The code of the reason.
    pub fn reject_code(&self) -> RejectCode {
        self.error.reject_code()
    }

    /// The stage that refused it.
    pub fn stage(&self) -> Stage {
        self.error.stage()
    }

    /// What was read before. All of it is unverified.
    pub fn partial(&self) -> &Partial {
        &self.partial
    }

    pub(crate) fn into_parts(self) -> (DecodeError, Partial) {
        (*self.error, *self.partial)
    }

    /// Takes out what was read before. All of it is unverified.
    pub fn into_partial(self) -> Box<Partial> {
        self.partial
    }
}

impl fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Debug for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeFailure")
            .field("error", &self.error)
            .field("partial", &self.partial)
            .finish()
    }
}

impl core::error::Error for DecodeFailure {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}
