//! CMS messages and certificate chains: real ones, self-made ones, broken ones, OpenSSL's.
//!
//! The tests run with every provider; their verdicts must be the same.

extern crate alloc;

#[cfg(test)]
#[path = "cms/chain.rs"]
mod chain;
#[cfg(test)]
#[path = "cms/chain_algorithms.rs"]
mod chain_algorithms;
#[cfg(test)]
#[path = "cms/flips.rs"]
mod flips;
#[cfg(test)]
#[path = "cms/openssl.rs"]
mod openssl;
#[cfg(test)]
#[path = "cms/pki.rs"]
mod pki;
#[cfg(test)]
#[path = "cms/providers.rs"]
mod providers;
#[cfg(test)]
#[path = "cms/real.rs"]
mod real;
#[cfg(test)]
#[path = "cms/selfmade.rs"]
mod selfmade;
#[cfg(test)]
#[path = "cms/shared.rs"]
mod shared;
