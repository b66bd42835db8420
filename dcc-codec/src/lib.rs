#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

pub mod base45;
pub mod cbor;
mod context;
pub mod cose;
pub mod cwt;
mod decoder;
mod encoder;
mod error;
mod hcert;
mod health;
pub mod layers;
mod limits;
mod payload;
mod pipeline;
#[cfg(feature = "qr")]
pub mod qr;
mod unverified;
pub mod zlib;

pub use context::{PREFIX, PrefixError};
pub use cose::CoseSign1;
pub use cwt::{CwtClaims, HealthClaims};
pub use decoder::Decoder;
pub use encoder::{cwt_payload, hc1_text};
pub use error::{DecodeError, DecodeFailure, TextTooLong};
pub use hcert::{Hcert, Partial};
pub use health::{HealthHcert, SignedMessage};
pub use limits::Limits;
pub use payload::PayloadError;
pub use pipeline::{
    Base45Coding, Base45CodingError, Compressing, CwtSerializing, Pipeline, PipelineContent,
    PipelineError, Serializing, TextCoding, ZlibCompressing,
};
pub use unverified::Unverified;
