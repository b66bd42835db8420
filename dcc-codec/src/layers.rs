//! Every intermediate form of a certificate, for people who want to see them all.

use core::fmt;

use crate::cbor::{self, Value};
use crate::{CoseSign1, DecodeError, Decoder, Limits, Partial, context, zlib};

/// What each layer of a text holds, as far as it could be read. All of it is unverified.
///
/// `Debug` shows sizes and the error only.
#[derive(Clone)]
pub struct Layers {
    text: String,
    compressed: Option<Vec<u8>>,
    inflated: Option<Vec<u8>>,
    partial: Partial,
    error: Option<DecodeError>,
    limits: Limits,
}

/// Takes a text apart and keeps every form.
///
/// ```
/// use dcc_codec::{Limits, layers};
/// use dcc_model::Stage;
///
/// let layers = layers::inspect("HC1:6BF", &Limits::default());
/// assert_eq!(layers.base45(), Some("6BF"));
/// assert_eq!(layers.compressed().map(<[u8]>::len), Some(2));
/// assert_eq!(layers.error().map(|error| error.stage()), Some(Stage::Zlib));
/// ```
pub fn inspect(text: &str, limits: &Limits) -> Layers {
    let mut layers = Layers {
        text: text.to_owned(),
        compressed: None,
        inflated: None,
        partial: Partial::default(),
        error: None,
        limits: *limits,
    };
    if let Err(error) = layers.read() {
        layers.error = Some(error);
    }
    layers
}

impl Layers {
    fn read(&mut self) -> Result<(), DecodeError> {
        let decoder = Decoder::new(self.limits);
        let compressed = self
            .compressed
            .insert(decoder.compressed_bytes(&self.text)?);
        let inflated = zlib::decompress(compressed, self.limits.inflated())?;
        let decoded = decoder.decode_cose(self.inflated.insert(inflated));
        match decoded {
            Ok(hcert) => self.partial = hcert.dangerous_into_unverified().into(),
            Err(failure) => {
                let (error, partial) = failure.into_parts();
                self.partial = partial;
                return Err(error);
            }
        }
        Ok(())
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The Base45 characters after the prefix.
    pub fn base45(&self) -> Option<&str> {
        context::strip(&self.text).ok()
    }

    /// The zlib stream.
    pub fn compressed(&self) -> Option<&[u8]> {
        self.compressed.as_deref()
    }

    /// The COSE message as bytes.
    pub fn inflated(&self) -> Option<&[u8]> {
        self.inflated.as_deref()
    }

    /// The COSE message in diagnostic notation, even where it is CBOR but no `COSE_Sign1`.
    pub fn cose_diagnostic(&self) -> Option<String> {
        self.diagnostic(self.inflated())
    }

    /// The COSE message.
    pub const fn message(&self) -> Option<&CoseSign1> {
        self.partial.message()
    }

    /// The protected header in diagnostic notation.
    pub fn protected_diagnostic(&self) -> Option<String> {
        match self.message()?.protected_bytes() {
            [] => Some(String::new()),
            bytes => self.diagnostic(Some(bytes)),
        }
    }

    /// The unprotected header in diagnostic notation.
    pub fn unprotected_diagnostic(&self) -> Option<String> {
        let pairs = self.message()?.unprotected().to_vec();
        Some(Value::Map(pairs).diagnostic().to_string())
    }

    /// The CWT claims in diagnostic notation, even where they are CBOR but no CWT.
    pub fn cwt_diagnostic(&self) -> Option<String> {
        self.diagnostic(self.message().map(CoseSign1::payload_bytes))
    }

    /// What was read of message, claims and payload, with every remark.
    pub const fn partial(&self) -> &Partial {
        &self.partial
    }

    /// Why it could not be read further; `None` where it was read to its end.
    pub const fn error(&self) -> Option<&DecodeError> {
        self.error.as_ref()
    }

    fn diagnostic(&self, bytes: Option<&[u8]>) -> Option<String> {
        let value = cbor::decode(bytes?, self.limits.cbor()).ok()?;
        Some(value.diagnostic().to_string())
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layers")
            .field("text", &self.text.len())
            .field("compressed", &self.compressed().map(<[u8]>::len))
            .field("inflated", &self.inflated().map(<[u8]>::len))
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
