#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate alloc;

mod chain;
mod inspection;
mod policy;
mod question;
mod trust;
mod verdict;
mod verifier;

pub use dcc_codec::{Hcert, Limits, Partial, Unverified};
pub use dcc_model::{
    Certificate, Coded, Lang, Location, RejectCode, Remark, RemarkClass, RemarkCode, Stage,
    Timestamp,
};
pub use dcc_sign::{
    CryptoProvider, DocumentSigner, DscError, KeyError, KeyId, KeyLookup, TrustedKey, Verified,
    provider,
};

pub use policy::{Demand, Policy};
pub use question::{CheckState, Checks, NotChecked, Question};
pub use trust::{EntryError, MAX_KEYS_PER_KID, RejectedEntry, TrustError, TrustSnapshot};
pub use verdict::{Content, Decision, Verdict};
pub use verifier::Verifier;
