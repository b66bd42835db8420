//! Hashes and signature algorithms of messages and certificates, from the closed table of
//! `dcc-sign`.

use dcc_sign::CertificateAlgorithm;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::oid;

/// A hash function of CMS (RFC 5754, RFC 3370 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HashAlgorithm {
    /// Broken against collisions; only behind the legacy switch.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl HashAlgorithm {
    pub(crate) fn from_oid(oid: &[u8]) -> Option<Self> {
        match oid {
            oid::SHA1 => Some(Self::Sha1),
            oid::SHA256 => Some(Self::Sha256),
            oid::SHA384 => Some(Self::Sha384),
            oid::SHA512 => Some(Self::Sha512),
            _ => None,
        }
    }

    pub(crate) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// The hash of a signature algorithm.
    pub(crate) const fn of(algorithm: CertificateAlgorithm) -> Option<Self> {
        use CertificateAlgorithm as A;
        match algorithm {
            A::EcdsaSha1 | A::RsaPkcs1Sha1 => Some(Self::Sha1),
            A::EcdsaSha256 | A::RsaPkcs1Sha256 | A::RsaPssSha256 => Some(Self::Sha256),
            A::EcdsaSha384 | A::RsaPkcs1Sha384 | A::RsaPssSha384 => Some(Self::Sha384),
            A::EcdsaSha512 | A::RsaPkcs1Sha512 | A::RsaPssSha512 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// RSASSA-PKCS1-v1_5 with this hash.
    pub(crate) const fn with_rsa(self) -> CertificateAlgorithm {
        match self {
            Self::Sha1 => CertificateAlgorithm::RsaPkcs1Sha1,
            Self::Sha256 => CertificateAlgorithm::RsaPkcs1Sha256,
            Self::Sha384 => CertificateAlgorithm::RsaPkcs1Sha384,
            Self::Sha512 => CertificateAlgorithm::RsaPkcs1Sha512,
        }
    }
}
