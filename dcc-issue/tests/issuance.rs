//! From attested doses to certificates and through their life, on a register in memory.

#[path = "issuance/attestation.rs"]
mod attestation;
#[path = "issuance/central.rs"]
mod central;
#[path = "issuance/life.rs"]
mod life;
#[path = "issuance/races.rs"]
mod races;
#[path = "issuance/world.rs"]
mod world;
