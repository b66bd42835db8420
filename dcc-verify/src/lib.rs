#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate alloc;

mod inspection;
mod policy;
mod question;
mod verdict;
mod verifier;

pub use dcc_codec::{Hcert, HealthClaims, HealthHcert, Limits, Partial, Unverified};
pub use dcc_model::{
    Certificate, Coded, HealthClaim, HealthPayload, Lang, Location, RejectCode, Remark,
    RemarkClass, RemarkCode, Stage, Timestamp,
};
pub use dcc_registry::trust::{
    ChainState, Integrity, SnapshotError, TrustEntry, TrustHandle, TrustList, TrustSnapshot,
};
pub use dcc_registry::{bundle, trust_list};
pub use dcc_sign::{
    CryptoProvider, DocumentSigner, DscError, KeyError, KeyId, KeyLookup, TrustedKey, Verified,
    provider,
};

pub use policy::{Demand, Policy};
pub use question::{CheckState, Checks, NotChecked, Question};
pub use verdict::{Content, Decision, Verdict};
pub use verifier::Verifier;
