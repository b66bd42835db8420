//! CBOR (RFC 8949): a bounded decoder, deterministic encoding and diagnostic notation.
//!
//! Decoding takes every well-formed item, indefinite lengths and non-shortest integers included,
//! except maps with a key twice, text that is not UTF-8, and anything beyond [`CborLimits`].
//! Memory follows the bytes that are there, never a length that is claimed.
//!
//! ```
//! use dcc_codec::cbor::{self, CborLimits, Value};
//!
//! let value = cbor::decode(&[0xa1, 0x01, 0x62, b'V', b'N'], &CborLimits::default())?;
//! assert_eq!(value.member(1).and_then(Value::as_text), Some("VN"));
//! assert_eq!(value.diagnostic().to_string(), r#"{1: "VN"}"#);
//! # Ok::<(), cbor::CborError>(())
//! ```

mod decode;
mod diagnostic;
mod encode;
mod float;
#[cfg(test)]
mod tests;
mod value;

pub use decode::{CborError, CborLimits, decode};
pub use diagnostic::Diagnostic;
pub use encode::encode;
pub use value::{Simple, Value};

pub(crate) use encode::{write_array_head, write_bytes, write_map, write_tag, write_text};
pub(crate) use float::floor_to_i64;
