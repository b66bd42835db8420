//! From attested doses to certificates and through their life, on a register in memory.

#![expect(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    reason = "a test that cannot set itself up fails"
)]

extern crate alloc;

#[path = "issuance/attestation.rs"]
mod attestation;
#[path = "issuance/central.rs"]
mod central;
#[path = "issuance/invariants.rs"]
mod invariants;
#[path = "issuance/life.rs"]
mod life;
#[path = "issuance/merged.rs"]
mod merged;
#[path = "issuance/races.rs"]
mod races;
#[path = "issuance/world.rs"]
mod world;
