//! Verification of signatures: algorithm, key id, keys, signature.

use alloc::sync::Arc;

use dcc_codec::cose::{AlgorithmId, HeaderAlg};
use dcc_codec::{CoseSign1, Hcert, SignedMessage, Unverified};
use dcc_model::RejectCode;

use crate::algorithm::Algorithm;
use crate::key_id::KeyId;
use crate::provider::CryptoProvider;
use crate::trusted_key::{KeyLookup, MAX_CANDIDATES, TrustedKey};
use crate::verified::Verified;

/// Verifies signatures of HCERTs and makes the proof [`Verified`]. Cryptography only: times, key
/// usage and chains are a verifier's to judge.
#[derive(Clone, Debug)]
pub struct HcertVerifier {
    provider: CryptoProvider,
}

/// Why a signature did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The protected header names no algorithm; what an unprotected header says does not count
    /// (HCERT 1.0.8 section 3.3.1).
    #[error("the protected header names no algorithm")]
    AlgMissing,
    /// The algorithm is neither ES256 nor PS256.
    #[error("the signature algorithm is neither ES256 nor PS256")]
    AlgUnsupported,
    /// There is no key id.
    #[error("the message names no key")]
    KidMissing,
    /// No trusted key that may verify HCERTs stands under the key id.
    #[error("no trusted key stands under the key id")]
    KeyUnknown,
    /// The keys under the key id are of a kind or size that must not be used.
    #[error("the key under the key id must not be used")]
    KeyUnsuitable,
    /// The algorithm is not that of the key: the key decides, never the header.
    #[error("the signature algorithm is not that of the key")]
    AlgMismatch,
    /// No key under the key id made this signature over these bytes.
    #[error("the signature is wrong")]
    SignatureWrong,
}

impl SignatureError {
    /// The reason code for gates and logs.
    pub const fn reject_code(self) -> RejectCode {
        match self {
            Self::AlgMissing => RejectCode::AlgMissing,
            Self::AlgUnsupported => RejectCode::AlgUnsupported,
            Self::KidMissing => RejectCode::KidMissing,
            Self::KeyUnknown => RejectCode::KeyUnknown,
            Self::KeyUnsuitable => RejectCode::KeyUnsuitable,
            Self::AlgMismatch => RejectCode::AlgMismatch,
            Self::SignatureWrong => RejectCode::SignatureWrong,
        }
    }
}

/// A certificate whose signature did not pass, and why. It stays unverified.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{error}")]
pub struct SignatureFailure<T = Hcert> {
    error: SignatureError,
    hcert: Unverified<T>,
}

impl<T> SignatureFailure<T> {
    /// Why.
    pub const fn error(&self) -> SignatureError {
        self.error
    }

    /// The certificate as it claims to be.
    pub const fn hcert(&self) -> &Unverified<T> {
        &self.hcert
    }

    /// Takes the certificate out.
    pub fn into_hcert(self) -> Unverified<T> {
        self.hcert
    }
}

impl HcertVerifier {
    /// A verifier that asks this provider.
    pub const fn new(provider: CryptoProvider) -> Self {
        Self { provider }
    }

    /// The provider.
    pub const fn provider(&self) -> &CryptoProvider {
        &self.provider
    }

    /// Verifies the signature under the keys which `keys` has under the message's key id. Every
    /// one is tried, since key ids may collide.
    ///
    /// # Errors
    ///
    /// [`SignatureFailure`] with the certificate, still unverified. Of several reasons the one
    /// nearest to a passing signature is told.
    pub fn verify<T: SignedMessage>(
        &self,
        hcert: Unverified<T>,
        keys: &dyn KeyLookup,
    ) -> Result<Verified<T>, Box<SignatureFailure<T>>> {
        match self.signer_of(hcert.dangerous_unverified().cose_message(), keys) {
            Ok(signer) => Ok(Verified::new(hcert.dangerous_into_unverified(), signer)),
            Err(error) => Err(Box::new(SignatureFailure { error, hcert })),
        }
    }

    fn signer_of(
        &self,
        message: &CoseSign1,
        keys: &dyn KeyLookup,
    ) -> Result<Arc<TrustedKey>, SignatureError> {
        let algorithm = protected_algorithm(message.algorithm())?;
        let kid = message.kid().ok_or(SignatureError::KidMissing)?;
        let mut attempt = Attempt {
            provider: &self.provider,
            algorithm,
            signed: message.to_be_signed(),
            signature: message.signature(),
            error: SignatureError::KeyUnknown,
        };
        let candidates = keys.candidates(&KeyId::from_bytes(kid));
        let signer = candidates
            .into_iter()
            .take(MAX_CANDIDATES)
            .find(|key| attempt.passes(key));
        signer.ok_or(attempt.error)
    }
}

/// One message tried under one key after another.
struct Attempt<'a> {
    provider: &'a CryptoProvider,
    algorithm: Algorithm,
    signed: Vec<u8>,
    signature: &'a [u8],
    /// The reason so far that came nearest to passing.
    error: SignatureError,
}

impl Attempt<'_> {
    fn passes(&mut self, candidate: &TrustedKey) -> bool {
        if !candidate.may_sign_hcerts() {
            return false;
        }
        let Ok(key) = candidate.key() else {
            self.note(SignatureError::KeyUnsuitable);
            return false;
        };
        if key.algorithm() != self.algorithm {
            self.note(SignatureError::AlgMismatch);
            return false;
        }
        let verdict = self
            .provider
            .verify(self.algorithm, key, &self.signed, self.signature);
        if verdict.is_err() {
            self.note(SignatureError::SignatureWrong);
        }
        verdict.is_ok()
    }

    fn note(&mut self, error: SignatureError) {
        if nearness(error) > nearness(self.error) {
            self.error = error;
        }
    }
}

const fn nearness(error: SignatureError) -> u8 {
    match error {
        SignatureError::KeyUnsuitable => 1,
        SignatureError::AlgMismatch => 2,
        SignatureError::SignatureWrong => 3,
        _ => 0,
    }
}

fn protected_algorithm(header: &HeaderAlg) -> Result<Algorithm, SignatureError> {
    match header {
        HeaderAlg::Protected(AlgorithmId::Number(id)) => {
            Algorithm::from_cose_id(*id).ok_or(SignatureError::AlgUnsupported)
        }
        HeaderAlg::Protected(_) => Err(SignatureError::AlgUnsupported),
        _ => Err(SignatureError::AlgMissing),
    }
}
