//! Central signing (R7, R26): batches of certificates under one document signer.
//!
//! A [`CentralSigner`] is the whole rule of an issue: document signer, policy, profile, who may
//! sign doses. A [`Worker`] takes leases on buckets and works through them step by step: it reads
//! subjects, lets the policy decide, records what is held, refused or unchanged, reserves intents
//! with the exact bytes that will be signed, signs them in one call of the signer, and makes the
//! certificates current (design decision 13). Several workers, in one process or many, share a
//! batch; run one for each core.
//!
//! Whatever is interrupted is taken up by the next step: intents that stand reserved are signed
//! over their stored bytes, signed ones are published, and a worker that lost its lease changes
//! nothing more.

mod chunk;
mod draft;
mod error;
mod purpose;
mod signer;
mod worker;

pub use error::CentralError;
pub use purpose::{Profile, Purpose, Window};
pub use signer::CentralSigner;
pub use worker::{Step, StepReport, Worker};
