//! Provider of the `RustCrypto` crates, pure Rust: ES256 sign and verify, PS256 verify only,
//! because the private operations of the crate `rsa` are not constant time.

use alloc::sync::Arc;
use core::fmt;

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::pkcs8::DecodePrivateKey as _;
use rsa::{BoxedUint, pkcs1v15, pss};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::{
    CertificateSignatures, CryptoProvider, HcertSignatures, PrivateKeys, RandomUnavailable,
    SecureRandom, SignatureWrong, brainpool,
};
use crate::algorithm::Algorithm;
use crate::csca::{CertificateAlgorithm, CertificateKey, CertificateKeyMaterial};
use crate::local_signer::{LocalKeyError, PrivateKey};
use crate::pkcs8_key::Pkcs8Key;
use crate::signer::SignerError;
use crate::verifying_key::{KeyMaterial, VerifyingKey};

const NAME: &str = "rustcrypto";

/// The provider.
pub fn provider() -> CryptoProvider {
    let part = Arc::new(RustCrypto);
    CryptoProvider::new(
        NAME,
        Arc::<RustCrypto>::clone(&part),
        Arc::<RustCrypto>::clone(&part),
        Arc::<RustCrypto>::clone(&part),
        part,
    )
}

#[derive(Debug)]
struct RustCrypto;

impl HcertSignatures for RustCrypto {
    fn verify(
        &self,
        key: &VerifyingKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureWrong> {
        match key.material() {
            KeyMaterial::P256 { point } => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(wrong)?;
                let signature = p256::ecdsa::Signature::from_slice(signature).map_err(wrong)?;
                key.verify(message, &signature).map_err(wrong)
            }
            KeyMaterial::Rsa { modulus, exponent } => {
                // `new` asks for a salt as long as the hash: 32 bytes.
                let key = pss::VerifyingKey::<Sha256>::new(rsa_key(modulus, exponent)?);
                let signature = pss::Signature::try_from(signature).map_err(wrong)?;
                key.verify(message, &signature).map_err(wrong)
            }
        }
    }
}

fn wrong<E>(_: E) -> SignatureWrong {
    SignatureWrong
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Result<rsa::PublicKey, SignatureWrong> {
    let number = BoxedUint::from_be_slice_vartime;
    rsa::PublicKey::new(number(modulus), number(exponent)).map_err(wrong)
}

impl CertificateSignatures for RustCrypto {
    fn verify(
        &self,
        algorithm: CertificateAlgorithm,
        key: &CertificateKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureWrong> {
        match key.material() {
            CertificateKeyMaterial::P256(point) => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(wrong)?;
                let signature = p256::ecdsa::Signature::from_der(signature).map_err(wrong)?;
                key.verify_prehash(&ecdsa_hash(algorithm, message)?, &signature)
                    .map_err(wrong)
            }
            CertificateKeyMaterial::P384(point) => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(wrong)?;
                let signature = p384::ecdsa::Signature::from_der(signature).map_err(wrong)?;
                key.verify_prehash(&ecdsa_hash(algorithm, message)?, &signature)
                    .map_err(wrong)
            }
            CertificateKeyMaterial::P521(point) => {
                let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(wrong)?;
                let signature = p521::ecdsa::Signature::from_der(signature).map_err(wrong)?;
                key.verify_prehash(&ecdsa_hash(algorithm, message)?, &signature)
                    .map_err(wrong)
            }
            CertificateKeyMaterial::BrainpoolP256r1(_)
            | CertificateKeyMaterial::BrainpoolP384r1(_) => {
                brainpool::verify(algorithm, key, message, signature)
            }
            CertificateKeyMaterial::Rsa { modulus, exponent } => {
                rsa(algorithm, rsa_key(modulus, exponent)?, message, signature)
            }
        }
    }
}

/// The hash of the algorithm, which need not be that of the curve.
fn ecdsa_hash(algorithm: CertificateAlgorithm, message: &[u8]) -> Result<Vec<u8>, SignatureWrong> {
    match algorithm {
        CertificateAlgorithm::EcdsaSha1 => Ok(Sha1::digest(message).to_vec()),
        CertificateAlgorithm::EcdsaSha256 => Ok(Sha256::digest(message).to_vec()),
        CertificateAlgorithm::EcdsaSha384 => Ok(Sha384::digest(message).to_vec()),
        CertificateAlgorithm::EcdsaSha512 => Ok(Sha512::digest(message).to_vec()),
        _ => Err(SignatureWrong),
    }
}

fn rsa(
    algorithm: CertificateAlgorithm,
    key: rsa::PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureWrong> {
    let pkcs1 = || pkcs1v15::Signature::try_from(signature).map_err(wrong);
    let pss = || pss::Signature::try_from(signature).map_err(wrong);
    match algorithm {
        CertificateAlgorithm::RsaPkcs1Sha1 => pkcs1v15::VerifyingKey::<Sha1>::new(key)
            .verify(message, &pkcs1()?)
            .map_err(wrong),
        CertificateAlgorithm::RsaPkcs1Sha256 => pkcs1v15::VerifyingKey::<Sha256>::new(key)
            .verify(message, &pkcs1()?)
            .map_err(wrong),
        CertificateAlgorithm::RsaPkcs1Sha384 => pkcs1v15::VerifyingKey::<Sha384>::new(key)
            .verify(message, &pkcs1()?)
            .map_err(wrong),
        CertificateAlgorithm::RsaPkcs1Sha512 => pkcs1v15::VerifyingKey::<Sha512>::new(key)
            .verify(message, &pkcs1()?)
            .map_err(wrong),
        CertificateAlgorithm::RsaPssSha256 => pss::VerifyingKey::<Sha256>::new(key)
            .verify(message, &pss()?)
            .map_err(wrong),
        CertificateAlgorithm::RsaPssSha384 => pss::VerifyingKey::<Sha384>::new(key)
            .verify(message, &pss()?)
            .map_err(wrong),
        CertificateAlgorithm::RsaPssSha512 => pss::VerifyingKey::<Sha512>::new(key)
            .verify(message, &pss()?)
            .map_err(wrong),
        _ => Err(SignatureWrong),
    }
}

impl SecureRandom for RustCrypto {
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomUnavailable> {
        getrandom::fill(bytes).map_err(|_| RandomUnavailable)
    }

    /// This target has no source of random bytes of its own.
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
        Err(RandomUnavailable)
    }
}

impl PrivateKeys for RustCrypto {
    fn load(&self, pkcs8: &[u8]) -> Result<Arc<dyn PrivateKey>, LocalKeyError> {
        let algorithm = Pkcs8Key::parse(pkcs8)?.algorithm();
        if algorithm != Algorithm::Es256 {
            return Err(LocalKeyError::NotOffered {
                algorithm,
                provider: NAME,
            });
        }
        let key = p256::ecdsa::SigningKey::from_pkcs8_der(pkcs8)
            .map_err(|_| LocalKeyError::Inconsistent)?;
        let point = key.verifying_key().to_sec1_point(false);
        let public = VerifyingKey::from_p256_point(point.as_bytes())?;
        Ok(Arc::new(EcKey { key, public }))
    }
}

struct EcKey {
    key: p256::ecdsa::SigningKey,
    public: VerifyingKey,
}

impl PrivateKey for EcKey {
    fn public_key(&self) -> &VerifyingKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature: p256::ecdsa::Signature = self
            .key
            .try_sign(message)
            .map_err(|_| SignerError::Failed)?;
        Ok(signature.to_bytes().to_vec())
    }
}

impl fmt::Debug for EcKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EcKey").finish_non_exhaustive()
    }
}
