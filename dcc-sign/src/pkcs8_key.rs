//! PKCS#8 keys taken apart (RFC 5958).

use core::fmt;

use crate::algorithm::Algorithm;
use crate::der::{Reader, oid, tag};
use crate::local_signer::LocalKeyError;

/// A plain PKCS#8 key taken apart, for those who write a provider. `Debug` prints no key.
#[derive(Clone, Copy)]
pub struct Pkcs8Key<'a> {
    algorithm: Algorithm,
    private_key: &'a [u8],
}

impl<'a> Pkcs8Key<'a> {
    /// Reads `OneAsymmetricKey` (RFC 5958 section 2). RSA keys come as `rsaEncryption` or
    /// `id-RSASSA-PSS`.
    ///
    /// # Errors
    ///
    /// [`LocalKeyError::NotPkcs8`], and [`LocalKeyError::Kind`] where the key is neither on P-256
    /// nor RSA.
    pub fn parse(der: &'a [u8]) -> Result<Self, LocalKeyError> {
        let (algorithm, private_key) = Self::split(der).ok_or(LocalKeyError::NotPkcs8)?;
        Ok(Self {
            algorithm: algorithm.ok_or(LocalKeyError::Kind)?,
            private_key,
        })
    }

    /// The algorithm that the key signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The octets inside: `ECPrivateKey` (RFC 5915) or `RSAPrivateKey` (RFC 8017 appendix A.1.2).
    pub const fn private_key(&self) -> &'a [u8] {
        self.private_key
    }

    fn split(der: &'a [u8]) -> Option<(Option<Algorithm>, &'a [u8])> {
        let mut inside = Reader::new(der).only(tag::SEQUENCE)?.reader();
        inside.expect(tag::INTEGER)?;
        let mut identifier = inside.expect(tag::SEQUENCE)?.reader();
        let kind = identifier.expect(tag::OID)?.content;
        let curve = identifier.expect(tag::OID).map(|curve| curve.content);
        let algorithm = match kind {
            oid::EC_PUBLIC_KEY if curve == Some(oid::SECP256R1) => Some(Algorithm::Es256),
            oid::RSA_ENCRYPTION | oid::RSASSA_PSS => Some(Algorithm::Ps256),
            _ => None,
        };
        Some((algorithm, inside.expect(tag::OCTET_STRING)?.content))
    }
}

impl fmt::Debug for Pkcs8Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs8Key")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_and_others_refused() {
        let key = |algorithm: &'static rcgen::SignatureAlgorithm| {
            rcgen::KeyPair::generate_for(algorithm)
                .unwrap()
                .serialize_der()
        };
        let parse = |der: &[u8]| Pkcs8Key::parse(der).map(|key| key.algorithm());
        assert_eq!(
            parse(&key(&rcgen::PKCS_ECDSA_P256_SHA256)),
            Ok(Algorithm::Es256)
        );
        assert_eq!(parse(&key(&rcgen::PKCS_RSA_SHA256)), Ok(Algorithm::Ps256));
        assert_eq!(
            parse(&key(&rcgen::PKCS_ECDSA_P384_SHA384)),
            Err(LocalKeyError::Kind)
        );
        assert_eq!(parse(&key(&rcgen::PKCS_ED25519)), Err(LocalKeyError::Kind));
        assert_eq!(parse(&[0x30, 0]), Err(LocalKeyError::NotPkcs8));
        assert_eq!(parse(b""), Err(LocalKeyError::NotPkcs8));
    }
}
