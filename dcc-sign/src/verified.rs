//! The proof that a signature passed.

use alloc::sync::Arc;

use crate::trusted_key::TrustedKey;

/// A value whose signature a provider has verified under a trusted key.
///
/// Only [`HcertVerifier`](crate::HcertVerifier) makes one: holding it is the proof. It says who
/// signed, not that the key was valid, chained or allowed to sign this kind of certificate; a
/// verifier decides these.
#[derive(Clone, Debug)]
pub struct Verified<T> {
    value: T,
    signer: Arc<TrustedKey>,
}

impl<T> Verified<T> {
    pub(crate) const fn new(value: T, signer: Arc<TrustedKey>) -> Self {
        Self { value, signer }
    }

    /// The value.
    pub const fn get(&self) -> &T {
        &self.value
    }

    /// The value, without its proof.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The key that signed it.
    pub const fn signer(&self) -> &Arc<TrustedKey> {
        &self.signer
    }
}
