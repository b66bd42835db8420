#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate alloc;

mod algorithm;
#[cfg(feature = "conformance")]
pub mod conformance;
mod csca;
mod curve;
mod der;
mod dsc;
mod hcert_signer;
mod hcert_verifier;
mod issue_request;
mod key_id;
mod key_usage;
mod local_signer;
mod pem_text;
mod pkcs8_key;
mod prepared;
pub mod provider;
mod pss;
mod refusal;
mod sha256;
mod signer;
#[cfg(feature = "test-keys")]
pub mod test_keys;
mod trusted_key;
mod validity;
mod verified;
mod verifying_key;

pub use dcc_codec::{Hcert, Unverified};
pub use dcc_model::{EntryKind, RejectCode, Remark, RemarkCode, Timestamp};

pub use algorithm::Algorithm;
pub use csca::{CertificateAlgorithm, CertificateKey, CertificateKeyMaterial};
pub use dsc::{DocumentSigner, DscError};
pub use hcert_signer::HcertSigner;
pub use hcert_verifier::{HcertVerifier, SignatureError, SignatureFailure};
pub use issue_request::IssueRequest;
pub use key_id::KeyId;
pub use key_usage::KeyUsages;
pub use local_signer::{LocalKeyError, LocalSigner, PrivateKey};
pub use pkcs8_key::Pkcs8Key;
pub use prepared::{NotPrepared, Prepared, SignedHcert};
pub use provider::CryptoProvider;
pub use refusal::{Refusal, SignError, SignerMismatch};
pub use sha256::sha256;
pub use signer::{SignRequest, Signer, SignerError};
pub use trusted_key::{KeyLookup, MAX_CANDIDATES, TrustedKey};
pub use validity::Validity;
pub use verified::Verified;
pub use verifying_key::{KeyError, KeyMaterial, VerifyingKey};
