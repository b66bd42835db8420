//! Who issued a certificate: document signers by country signing CAs, other signers by roots.
//!
//! The rules, by design and by the gateway's certificate governance:
//!
//! - A document signer is issued by a CSCA of its own country, or of the state to which its
//!   territory belongs. Subject names alone prove nothing; several CSCAs may share one, and all
//!   are tried.
//! - The CSCA is a CA, may sign certificates, and was valid when the document signer became valid.
//!   Whether it still is does not matter, since CSCAs issue for a year and certificates outlive
//!   them. Whether the document signer is valid now is asked when an HCERT is verified.
//! - Both places of a certificate name the same algorithm, from the closed table of `dcc-sign`.
//! - On a path to a root ([`ChainVerifier::verify_path`]) every certificate is valid at the time
//!   given.
//!
//! Revocation lists of CAs are not used: presence on the list is what counts (trust.md section 1).

mod authority;
mod country;
mod error;
mod verify;

pub use authority::{Authorities, Authority};
pub use country::{may_issue_for, same_country};
pub use error::{ChainCode, ChainError};
pub use verify::ChainVerifier;
