//! The signed offline bundle: everything a gate needs in one file, opened against pinned keys.
//!
//! A bundle is one `COSE_Sign1` header that names each section by its SHA-256, and the sections
//! after it. It has a sequence number, so that an older one cannot be put back; it expires; and it
//! may add a signer, so that keys can be changed without a visit to every gate. Its signature binds
//! an `external_aad` of its own and can be read as nothing else (design decisions 10 and 17). The
//! format stands in `docs/bundle.md`.
//!
//! Made in three steps, [`BundleDraft`], [`PreparedBundle`], bytes; read by [`TrustBundle::open`],
//! which gives everything or an error. The caller keeps [`TrustBundle::sequence`] and
//! [`TrustBundle::signers`], in a form of its own or as a [`BundleState`].

mod code;
mod draft;
mod error;
mod file;
mod limits;
mod open;
mod section;
mod signer;
mod state;

pub use code::BundleCode;
pub use draft::{BundleDraft, PreparedBundle};
pub use error::{BundleDraftError, BundleError};
pub use file::{BundleHeader, SectionInfo};
pub use limits::BundleLimits;
pub use open::{BundleReader, TrustBundle, peek};
pub use section::SectionName;
pub use signer::{BundleSigner, BundleSignerError};
pub use state::{BundleState, BundleStateError};

/// What a bundle's signature binds beside its bytes (RFC 8152 section 4.3).
const EXTERNAL_AAD: &[u8] = b"dcc-bundle-1";

/// The most signers that may be pinned at once; more is refused.
pub const MAX_BUNDLE_SIGNERS: usize = 16;
