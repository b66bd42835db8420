//! A signing key in this process, from PKCS#8 (RFC 5958).

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;

use async_trait::async_trait;
use pkcs8::der::Decode as _;
use pkcs8::{EncryptedPrivateKeyInfoRef, SecretDocument};

use crate::algorithm::Algorithm;
use crate::pem_text;
use crate::provider::CryptoProvider;
use crate::signer::{SignRequest, Signer, SignerError};
use crate::verifying_key::{KeyError, VerifyingKey};

/// A private key that a provider has loaded.
pub trait PrivateKey: fmt::Debug + Send + Sync + 'static {
    /// The public key that belongs to it.
    fn public_key(&self) -> &VerifyingKey;

    /// Signs one message with the algorithm of the key.
    ///
    /// # Errors
    ///
    /// [`SignerError::Failed`].
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError>;
}

/// A [`Signer`] whose key is in this process. `Debug` prints no key.
#[derive(Clone)]
pub struct LocalSigner {
    key: Arc<dyn PrivateKey>,
}

/// Why a private key could not be loaded. Nothing of the key is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LocalKeyError {
    /// It is no PKCS#8 key in PEM or DER.
    #[error("there is no PKCS#8 private key in it (`openssl pkcs8 -topk8` converts others)")]
    NotPkcs8,
    /// It is encrypted, and no passphrase was given.
    #[error("the private key is encrypted and no passphrase was given")]
    PassphraseMissing,
    /// The passphrase does not decrypt it.
    #[error("the passphrase does not decrypt the private key")]
    PassphraseWrong,
    /// It is encrypted otherwise than with PBES2, AES and SHA-2 (RFC 8018 section 6.2).
    #[error(
        "the private key is encrypted in a way that is not supported (PBES2 with AES and HMAC-SHA-2, or scrypt, is)"
    )]
    Encryption,
    /// It is neither a P-256 nor an RSA key.
    #[error("the private key is neither P-256 nor RSA")]
    Kind,
    /// Its numbers do not belong together.
    #[error("the private key is damaged")]
    Inconsistent,
    /// Its public key may not sign HCERTs.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The provider does not sign with this algorithm.
    #[error("the provider {provider} does not sign with {algorithm}")]
    NotOffered {
        /// The algorithm of the key.
        algorithm: Algorithm,
        /// The provider's name.
        provider: &'static str,
    },
}

/// The PEM labels of PKCS#8 (RFC 7468 sections 10 and 11).
const PLAIN: &[u8] = b"PRIVATE KEY";
const ENCRYPTED: &[u8] = b"ENCRYPTED PRIVATE KEY";

impl LocalSigner {
    /// Loads a PKCS#8 key in PEM or DER, encrypted or not; a passphrase that is not needed is not
    /// used. Copies made here are wiped.
    ///
    /// # Errors
    ///
    /// [`LocalKeyError`]; see its variants.
    pub fn from_pkcs8(
        key: &[u8],
        passphrase: Option<&[u8]>,
        provider: &CryptoProvider,
    ) -> Result<Self, LocalKeyError> {
        let (document, encrypted) = read(key)?;
        if !encrypted {
            return Ok(Self {
                key: provider.load_private_key(document.as_bytes())?,
            });
        }
        let passphrase = passphrase.ok_or(LocalKeyError::PassphraseMissing)?;
        let plain = decrypt(document.as_bytes(), passphrase)?;
        Ok(Self {
            key: provider.load_private_key(plain.as_bytes())?,
        })
    }

    /// A signer of a key that is loaded already.
    pub const fn new(key: Arc<dyn PrivateKey>) -> Self {
        Self { key }
    }
}

/// The key's DER, and whether it is encrypted.
fn read(key: &[u8]) -> Result<(SecretDocument, bool), LocalKeyError> {
    if !pem_text::has_block(key) {
        let document = SecretDocument::try_from(key).map_err(|_| LocalKeyError::NotPkcs8)?;
        return Ok((document, EncryptedPrivateKeyInfoRef::from_der(key).is_ok()));
    }
    let block = pem_text::blocks(key)
        .find(|block| matches!(block.label, PLAIN | ENCRYPTED))
        .ok_or(LocalKeyError::NotPkcs8)?;
    let text = block
        .bytes
        .and_then(|bytes| core::str::from_utf8(bytes).ok());
    let (_, document) = text
        .and_then(|text| SecretDocument::from_pem(text).ok())
        .ok_or(LocalKeyError::NotPkcs8)?;
    Ok((document, block.label == ENCRYPTED))
}

fn decrypt(encrypted: &[u8], passphrase: &[u8]) -> Result<SecretDocument, LocalKeyError> {
    use pkcs8::pkcs5::Error as Pkcs5Error;
    let info =
        EncryptedPrivateKeyInfoRef::from_der(encrypted).map_err(|_| LocalKeyError::Encryption)?;
    info.decrypt(passphrase).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(Pkcs5Error::DecryptFailed) | pkcs8::Error::Asn1(_) => {
            LocalKeyError::PassphraseWrong
        }
        _ => LocalKeyError::Encryption,
    })
}

#[async_trait]
impl Signer for LocalSigner {
    fn public_key(&self) -> &VerifyingKey {
        self.key.public_key()
    }

    async fn sign_batch(
        &self,
        requests: &[SignRequest<'_>],
        deadline: Option<Duration>,
    ) -> Vec<Result<Vec<u8>, SignerError>> {
        let watch = Stopwatch::start();
        let in_time = || deadline.is_none_or(|deadline| watch.elapsed() < deadline);
        let sign = |request: &SignRequest<'_>| {
            if in_time() {
                self.key.sign(request.message())
            } else {
                Err(SignerError::Deadline)
            }
        };
        requests.iter().map(sign).collect()
    }
}

/// Time spent, not time of day. `wasm32-unknown-unknown` has no clock, so there none passes.
struct Stopwatch {
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    started: std::time::Instant,
}

impl Stopwatch {
    fn start() -> Self {
        Self {
            #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
            started: std::time::Instant::now(),
        }
    }

    #[cfg_attr(
        all(target_arch = "wasm32", target_os = "unknown"),
        expect(clippy::unused_self, reason = "there is no clock")
    )]
    fn elapsed(&self) -> Duration {
        #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
        return self.started.elapsed();
        #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
        return Duration::ZERO;
    }
}

impl fmt::Debug for LocalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSigner")
            .field("key", self.public_key())
            .finish_non_exhaustive()
    }
}
