//! Trust lists: real ones counted twice, WHO's documents, and self-made signed ones.

#![cfg(test)]

extern crate alloc;

#[path = "trust_lists/authority.rs"]
mod authority;
#[path = "trust_lists/count.rs"]
mod count;
#[path = "trust_lists/did.rs"]
mod did;
#[path = "trust_lists/gateway.rs"]
mod gateway;
#[path = "trust_lists/hostile.rs"]
mod hostile;
#[path = "trust_lists/real.rs"]
mod real;
#[path = "trust_lists/shared.rs"]
mod shared;
#[path = "trust_lists/signed.rs"]
mod signed;
