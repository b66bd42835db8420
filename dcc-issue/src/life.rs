//! Certificates after they were made: revocation, and taking in those that were issued elsewhere.
//!
//! Renewal and replacement of a compromised key make certificates, so they are
//! [purposes](crate::central::Purpose) of central signing.

mod import;
mod revocation;

pub use import::{
    Imported, IncomingCertificate, NotImported, import_certificates, is_certificate_of,
};
pub use revocation::{revoke_certificates, revoke_key};
