//! Provider of `aws-lc-rs`: ES256 and PS256, sign and verify.

use alloc::sync::Arc;
use core::fmt;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{self as aws, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey};

use super::{
    CertificateSignatures, CryptoProvider, HcertSignatures, PrivateKeys, RandomUnavailable,
    SecureRandom, SignatureWrong, brainpool,
};
use crate::algorithm::Algorithm;
use crate::csca::{CertificateAlgorithm, CertificateKey, CertificateKeyMaterial};
use crate::local_signer::{LocalKeyError, PrivateKey};
use crate::pkcs8_key::Pkcs8Key;
use crate::signer::SignerError;
use crate::verifying_key::{KeyMaterial, Spki, VerifyingKey};

/// The provider.
pub fn provider() -> CryptoProvider {
    let part = Arc::new(AwsLc);
    CryptoProvider::new(
        "aws-lc",
        Arc::<AwsLc>::clone(&part),
        Arc::<AwsLc>::clone(&part),
        Arc::<AwsLc>::clone(&part),
        part,
    )
}

#[derive(Debug)]
struct AwsLc;

impl HcertSignatures for AwsLc {
    fn verify(
        &self,
        key: &VerifyingKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureWrong> {
        let verdict = match key.material() {
            KeyMaterial::P256 { point } => {
                UnparsedPublicKey::new(&aws::ECDSA_P256_SHA256_FIXED, point)
                    .verify(message, signature)
            }
            // The salt must be as long as the hash: 32 bytes.
            KeyMaterial::Rsa {
                modulus: n,
                exponent: e,
            } => aws::RsaPublicKeyComponents { n, e }.verify(
                &aws::RSA_PSS_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        verdict.map_err(|_| SignatureWrong)
    }
}

impl CertificateSignatures for AwsLc {
    fn verify(
        &self,
        algorithm: CertificateAlgorithm,
        key: &CertificateKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureWrong> {
        let verdict = match key.material() {
            CertificateKeyMaterial::Rsa {
                modulus: n,
                exponent: e,
            } => {
                let parameters = rsa_parameters(algorithm).ok_or(SignatureWrong)?;
                aws::RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            CertificateKeyMaterial::P256(point)
            | CertificateKeyMaterial::P384(point)
            | CertificateKeyMaterial::P521(point) => {
                let algorithm = ecdsa(&key.material(), algorithm).ok_or(SignatureWrong)?;
                UnparsedPublicKey::new(algorithm, point).verify(message, signature)
            }
            // aws-lc has no brainpool curves.
            CertificateKeyMaterial::BrainpoolP256r1(_)
            | CertificateKeyMaterial::BrainpoolP384r1(_) => {
                return brainpool::verify(algorithm, key, message, signature);
            }
        };
        verdict.map_err(|_| SignatureWrong)
    }
}

const fn rsa_parameters(algorithm: CertificateAlgorithm) -> Option<&'static aws::RsaParameters> {
    Some(match algorithm {
        CertificateAlgorithm::RsaPkcs1Sha1 => &aws::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        CertificateAlgorithm::RsaPkcs1Sha256 => &aws::RSA_PKCS1_2048_8192_SHA256,
        CertificateAlgorithm::RsaPkcs1Sha384 => &aws::RSA_PKCS1_2048_8192_SHA384,
        CertificateAlgorithm::RsaPkcs1Sha512 => &aws::RSA_PKCS1_2048_8192_SHA512,
        CertificateAlgorithm::RsaPssSha256 => &aws::RSA_PSS_2048_8192_SHA256,
        CertificateAlgorithm::RsaPssSha384 => &aws::RSA_PSS_2048_8192_SHA384,
        CertificateAlgorithm::RsaPssSha512 => &aws::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

const fn ecdsa(
    key: &CertificateKeyMaterial<'_>,
    algorithm: CertificateAlgorithm,
) -> Option<&'static aws::EcdsaVerificationAlgorithm> {
    use CertificateAlgorithm::{EcdsaSha1, EcdsaSha256, EcdsaSha384, EcdsaSha512};
    use CertificateKeyMaterial::{P256, P384, P521};
    Some(match (key, algorithm) {
        (P256(_), EcdsaSha1) => &aws::ECDSA_P256_SHA1_ASN1,
        (P256(_), EcdsaSha256) => &aws::ECDSA_P256_SHA256_ASN1,
        (P256(_), EcdsaSha384) => &aws::ECDSA_P256_SHA384_ASN1,
        (P256(_), EcdsaSha512) => &aws::ECDSA_P256_SHA512_ASN1,
        (P384(_), EcdsaSha256) => &aws::ECDSA_P384_SHA256_ASN1,
        (P384(_), EcdsaSha384) => &aws::ECDSA_P384_SHA384_ASN1,
        (P384(_), EcdsaSha512) => &aws::ECDSA_P384_SHA512_ASN1,
        (P521(_), EcdsaSha256) => &aws::ECDSA_P521_SHA256_ASN1,
        (P521(_), EcdsaSha384) => &aws::ECDSA_P521_SHA384_ASN1,
        (P521(_), EcdsaSha512) => &aws::ECDSA_P521_SHA512_ASN1,
        _ => return None,
    })
}

impl SecureRandom for AwsLc {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomUnavailable> {
        SystemRandom::new()
            .fill(bytes)
            .map_err(|_| RandomUnavailable)
    }
}

impl PrivateKeys for AwsLc {
    fn load(&self, pkcs8: &[u8]) -> Result<Arc<dyn PrivateKey>, LocalKeyError> {
        let key = Pkcs8Key::parse(pkcs8)?;
        Ok(match key.algorithm() {
            Algorithm::Es256 => Arc::new(EcKey::load(pkcs8)?),
            Algorithm::Ps256 => Arc::new(RsaKey::load(key.private_key())?),
        })
    }
}

struct EcKey {
    pair: EcdsaKeyPair,
    public: VerifyingKey,
}

impl EcKey {
    fn load(pkcs8: &[u8]) -> Result<Self, LocalKeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&aws::ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map_err(|_| LocalKeyError::Inconsistent)?;
        let public = VerifyingKey::from_p256_point(pair.public_key().as_ref())?;
        Ok(Self { pair, public })
    }
}

impl PrivateKey for EcKey {
    fn public_key(&self) -> &VerifyingKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        signature
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| SignerError::Failed)
    }
}

struct RsaKey {
    pair: Box<RsaKeyPair>,
    public: VerifyingKey,
}

impl RsaKey {
    /// Loads the `RSAPrivateKey` inside PKCS#8, so that `id-RSASSA-PSS` keys load too.
    fn load(key: &[u8]) -> Result<Self, LocalKeyError> {
        let pair = RsaKeyPair::from_der(key).map_err(|_| LocalKeyError::Inconsistent)?;
        let public = pair.public_key();
        let (modulus, exponent) =
            Spki::rsa_numbers(public.as_ref()).ok_or(LocalKeyError::Inconsistent)?;
        let public = VerifyingKey::from_rsa(modulus, exponent)?;
        Ok(Self {
            pair: Box::new(pair),
            public,
        })
    }
}

impl PrivateKey for RsaKey {
    fn public_key(&self) -> &VerifyingKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &aws::RSA_PSS_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .map_err(|_| SignerError::Failed)?;
        Ok(signature)
    }
}

impl fmt::Debug for EcKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EcKey").finish_non_exhaustive()
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RsaKey").finish_non_exhaustive()
    }
}
