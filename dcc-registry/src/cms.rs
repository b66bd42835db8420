//! CMS signed data (RFC 5652) as the DCC gateway, the WHO's gateway and national lists use it.
//!
//! Read from BER of any form ([`SignedData`]), believed by [`CmsVerifier::verify_cms`] for one
//! [`ContentKind`] and stated signers, made by [`CmsDraft`] in two steps so that the key may be
//! anywhere.
//!
//! What is not believed, although other software does: content without signed attributes that is
//! itself a set of attributes, an embedded certificate that merely is known while the signature is
//! wrong, several signatures of which one is right.

mod attributes;
pub(crate) mod ber;
pub(crate) mod certificate;
mod error;
mod kind;
mod limits;
mod make;
mod oid;
mod signature;
mod signed_data;
mod time;
mod verify;

pub use ber::EncodingError;
pub use error::{CmsCode, CmsError, SignedAttribute};
pub use kind::ContentKind;
pub use limits::CmsLimits;
pub use make::{CmsDraft, PreparedCms};
pub use signed_data::SignedData;
pub use verify::{AllowedSigners, CmsVerifier, VerifiedCms};
