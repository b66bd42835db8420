//! Whoever holds a signing key: a file, an HSM, a remote service.

use alloc::sync::Arc;
use core::error::Error;
use core::fmt;
use core::time::Duration;

use async_trait::async_trait;

use crate::sha256::sha256;
use crate::verifying_key::VerifyingKey;

/// One message to sign: the encoded `Sig_structure` (RFC 8152 section 4.4).
///
/// Its SHA-256 is there too, for tokens and services that take a digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SignRequest<'a> {
    message: &'a [u8],
    sha256: [u8; 32],
}

impl<'a> SignRequest<'a> {
    /// A request to sign `message`.
    pub fn new(message: &'a [u8]) -> Self {
        Self {
            message,
            sha256: sha256(message),
        }
    }

    /// The message.
    pub const fn message(&self) -> &'a [u8] {
        self.message
    }

    /// SHA-256 of the message.
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }
}

impl fmt::Debug for SignRequest<'_> {
    /// The message holds personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignRequest")
            .field("bytes", &self.message.len())
            .finish_non_exhaustive()
    }
}

/// Holds one signing key.
///
/// A signer needs not be trusted to sign rightly: [`HcertSigner`](crate::HcertSigner) verifies
/// every signature under the certificate before it gives it out.
#[async_trait]
pub trait Signer: fmt::Debug + Send + Sync + 'static {
    /// The public key, which also tells the algorithm: ES256 for P-256, PS256 for RSA.
    fn public_key(&self) -> &VerifyingKey;

    /// Signs a batch. Result `i` belongs to request `i`, and one that fails spoils no other.
    ///
    /// ES256 signatures are r and s, 64 bytes; PS256 signatures have a salt of 32 bytes and the
    /// length of the modulus. What is not signed within `deadline` comes back as
    /// [`SignerError::Deadline`]; `None` means that the caller waits.
    async fn sign_batch(
        &self,
        requests: &[SignRequest<'_>],
        deadline: Option<Duration>,
    ) -> Vec<Result<Vec<u8>, SignerError>>;
}

/// Why a signer made no signature.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// The time was up.
    #[error("the signature was not made in time")]
    Deadline,
    /// The key or the token failed.
    #[error("the key made no signature")]
    Failed,
    /// The batch came back with another number of results than it had requests.
    #[error("the signer gave no result for this item")]
    NoResult,
    /// The key may not be used now: locked, revoked, not authorised.
    #[error("the signer refuses to use the key")]
    Refused,
    /// The token or service cannot be reached; trying again may help.
    #[error("the signer is not available")]
    Unavailable {
        /// What failed below, without secrets.
        source: Option<Arc<dyn Error + Send + Sync>>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signers_are_objects() {
        fn takes(_: Option<Arc<dyn Signer>>) {}
        takes(None);
    }

    #[test]
    fn requests_do_not_show_what_is_signed() {
        let shown = alloc::format!("{:?}", SignRequest::new(b"NGUYEN"));
        assert_eq!(shown, "SignRequest { bytes: 6, .. }");
    }
}
