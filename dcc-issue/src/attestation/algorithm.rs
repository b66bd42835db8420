//! The algorithms of facilities' signatures.

use core::fmt;

use dcc_sign::{Algorithm, CertificateAlgorithm, CryptoProvider, DocumentSigner};

/// An algorithm with which a facility may sign attestations. The suppliers of certificates in
/// Vietnam are several (vn/facts.md F10), and their tokens make RS256 too, which can verify no
/// HCERT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AttestationAlgorithm {
    /// ECDSA on P-256 with SHA-256, r and s.
    Es256,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl AttestationAlgorithm {
    /// The algorithm of a COSE header value (IANA COSE Algorithms).
    pub const fn from_cose_id(id: i64) -> Option<Self> {
        match id {
            -7 => Some(Self::Es256),
            -37 => Some(Self::Ps256),
            -257 => Some(Self::Rs256),
            _ => None,
        }
    }

    /// The value of the COSE header `alg`.
    pub const fn cose_id(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Ps256 => -37,
            Self::Rs256 => -257,
        }
    }

    /// The name registered with IANA.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Ps256 => "PS256",
            Self::Rs256 => "RS256",
        }
    }

    /// Whether the certificate's key made this signature over `message`.
    pub(super) fn verify(
        self,
        provider: &CryptoProvider,
        certificate: &DocumentSigner,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let hcert = |algorithm: Algorithm| {
            certificate
                .verifying_key()
                .is_ok_and(|key| provider.verify(algorithm, key, message, signature).is_ok())
        };
        match self {
            Self::Es256 => hcert(Algorithm::Es256),
            Self::Ps256 => hcert(Algorithm::Ps256),
            Self::Rs256 => provider
                .verify_certificate(
                    CertificateAlgorithm::RsaPkcs1Sha256,
                    certificate.spki_der(),
                    message,
                    signature,
                )
                .is_ok(),
        }
    }
}

impl From<Algorithm> for AttestationAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Es256 => Self::Es256,
            Algorithm::Ps256 => Self::Ps256,
        }
    }
}

impl fmt::Display for AttestationAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
