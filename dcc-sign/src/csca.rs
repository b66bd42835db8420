//! Signatures under certificates: a closed table of its own, for chains only. Nothing here can
//! verify an HCERT.

mod curves;

use core::fmt;

use crate::der::{Element, Reader, oid, strict, tag};
use crate::pss::{Hash, PssParameters};
use crate::verifying_key::{KeyMaterial, Spki, VerifyingKey, bit_length, without_zeros};
use curves::Curve;

/// An algorithm with which certificates are signed (RFC 4055, RFC 5758).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateAlgorithm {
    /// `ecdsa-with-SHA1`, with P-256 only. See [`is_sha1`](Self::is_sha1).
    EcdsaSha1,
    /// `ecdsa-with-SHA256`.
    EcdsaSha256,
    /// `ecdsa-with-SHA384`.
    EcdsaSha384,
    /// `ecdsa-with-SHA512`.
    EcdsaSha512,
    /// `sha1WithRSAEncryption`. See [`is_sha1`](Self::is_sha1).
    RsaPkcs1Sha1,
    /// `sha256WithRSAEncryption`.
    RsaPkcs1Sha256,
    /// `sha384WithRSAEncryption`.
    RsaPkcs1Sha384,
    /// `sha512WithRSAEncryption`.
    RsaPkcs1Sha512,
    /// `id-RSASSA-PSS` with SHA-256 for message and mask, and a salt of 32 bytes.
    RsaPssSha256,
    /// `id-RSASSA-PSS` with SHA-384 for message and mask, and a salt of 48 bytes.
    RsaPssSha384,
    /// `id-RSASSA-PSS` with SHA-512 for message and mask, and a salt of 64 bytes.
    RsaPssSha512,
}

impl CertificateAlgorithm {
    /// Reads the DER of an `AlgorithmIdentifier` (RFC 5280 section 4.1.1.2); `None` for whatever
    /// is not in the table.
    pub fn from_der(identifier: &[u8]) -> Option<Self> {
        Self::parse(&Reader::new(identifier).only(tag::SEQUENCE)?)
    }

    /// Whether it hashes with SHA-1, which is broken against collisions. Some document signers of
    /// 2022 and nine messages of the gateway rest on it; callers must allow it explicitly.
    pub const fn is_sha1(self) -> bool {
        matches!(self, Self::EcdsaSha1 | Self::RsaPkcs1Sha1)
    }

    /// Reads an `AlgorithmIdentifier`.
    pub(crate) fn parse(identifier: &Element<'_>) -> Option<Self> {
        let mut inside = identifier.reader();
        let algorithm = inside.expect(tag::OID)?.content;
        let parameters = inside.next();
        if !inside.is_empty() {
            return None;
        }
        // NULL is written, forgotten, or (with ECDSA) wrongly added; it says nothing.
        let plain = |algorithm| match parameters {
            Some(null) if null.tag != tag::NULL || !null.content.is_empty() => None,
            _ => Some(algorithm),
        };
        match algorithm {
            oid::ECDSA_SHA1 => plain(Self::EcdsaSha1),
            oid::ECDSA_SHA256 => plain(Self::EcdsaSha256),
            oid::ECDSA_SHA384 => plain(Self::EcdsaSha384),
            oid::ECDSA_SHA512 => plain(Self::EcdsaSha512),
            oid::SHA1_WITH_RSA => plain(Self::RsaPkcs1Sha1),
            oid::SHA256_WITH_RSA => plain(Self::RsaPkcs1Sha256),
            oid::SHA384_WITH_RSA => plain(Self::RsaPkcs1Sha384),
            oid::SHA512_WITH_RSA => plain(Self::RsaPkcs1Sha512),
            oid::RSASSA_PSS => Some(Self::pss(PssParameters::parse(&parameters?)?.full_salt()?)),
            _ => None,
        }
    }

    const fn pss(hash: Hash) -> Self {
        match hash {
            Hash::Sha256 => Self::RsaPssSha256,
            Hash::Sha384 => Self::RsaPssSha384,
            Hash::Sha512 => Self::RsaPssSha512,
        }
    }

    const fn is_ecdsa(self) -> bool {
        matches!(
            self,
            Self::EcdsaSha1 | Self::EcdsaSha256 | Self::EcdsaSha384 | Self::EcdsaSha512
        )
    }

    const fn is_pss(self) -> bool {
        matches!(
            self,
            Self::RsaPssSha256 | Self::RsaPssSha384 | Self::RsaPssSha512
        )
    }
}

/// The public key of an authority: P-256, P-384, P-521, brainpoolP256r1 or brainpoolP384r1, by name
/// or by equal explicit parameters, or RSA of 2048 to 8192 bits with exponent 65537.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateKey {
    kind: Kind,
    /// An `id-RSASSA-PSS` key, which makes no PKCS #1 1.5 signatures (RFC 4055 section 1.2).
    pss_only: bool,
}

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    P256(Box<[u8]>),
    Other(Curve, Box<[u8]>),
    Rsa(Box<[u8]>),
}

/// The numbers of a [`CertificateKey`], for those who write a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateKeyMaterial<'a> {
    /// An uncompressed point on P-256: 04, x, y.
    P256(&'a [u8]),
    /// An uncompressed point on P-384, not yet checked to be on the curve.
    P384(&'a [u8]),
    /// An uncompressed point on P-521, not yet checked to be on the curve.
    P521(&'a [u8]),
    /// An uncompressed point on brainpoolP256r1, not yet checked to be on the curve.
    BrainpoolP256r1(&'a [u8]),
    /// An uncompressed point on brainpoolP384r1, not yet checked to be on the curve.
    BrainpoolP384r1(&'a [u8]),
    /// An RSA key.
    Rsa {
        /// The modulus, big endian, without leading zeros.
        modulus: &'a [u8],
        /// The exponent, big endian, without leading zeros.
        exponent: &'a [u8],
    },
}

/// Bits of an authority's RSA modulus.
const RSA_BITS: core::ops::RangeInclusive<u32> = 2048..=8192;

/// The one public exponent: 65537.
const RSA_EXPONENT: &[u8] = &[1, 0, 1];

impl CertificateKey {
    /// Reads a `SubjectPublicKeyInfo`; `None` where the key is none of these kinds.
    pub fn from_spki_der(der: &[u8]) -> Option<Self> {
        let spki = Spki::parse(der)?;
        let pss_only = spki.algorithm == oid::RSASSA_PSS;
        let kind = match spki.algorithm {
            oid::EC_PUBLIC_KEY => Kind::ec(der, &spki)?,
            oid::RSA_ENCRYPTION => Kind::rsa(spki.key)?,
            // Restricted keys would need their restriction compared with each signature.
            oid::RSASSA_PSS if spki.parameters.is_none() => Kind::rsa(spki.key)?,
            _ => return None,
        };
        Some(Self { kind, pss_only })
    }

    /// The numbers of the key.
    pub const fn material(&self) -> CertificateKeyMaterial<'_> {
        match &self.kind {
            Kind::P256(point) => CertificateKeyMaterial::P256(point),
            Kind::Other(curve, point) => match curve {
                Curve::P384 => CertificateKeyMaterial::P384(point),
                Curve::P521 => CertificateKeyMaterial::P521(point),
                Curve::BrainpoolP256r1 => CertificateKeyMaterial::BrainpoolP256r1(point),
                Curve::BrainpoolP384r1 => CertificateKeyMaterial::BrainpoolP384r1(point),
            },
            Kind::Rsa(modulus) => CertificateKeyMaterial::Rsa {
                modulus,
                exponent: RSA_EXPONENT,
            },
        }
    }

    /// Whether a signature has the form which this key and algorithm make, so that every provider
    /// is asked the same: strict DER with two positive numbers, or as long as the modulus.
    pub(crate) fn takes(&self, algorithm: CertificateAlgorithm, signature: &[u8]) -> bool {
        match &self.kind {
            Kind::Rsa(modulus) => {
                !algorithm.is_ecdsa()
                    && signature.len() == modulus.len()
                    && (algorithm.is_pss() || !self.pss_only)
            }
            Kind::P256(_) => algorithm.is_ecdsa() && is_ecdsa_signature(signature),
            Kind::Other(..) => {
                algorithm.is_ecdsa() && !algorithm.is_sha1() && is_ecdsa_signature(signature)
            }
        }
    }
}

impl Kind {
    fn ec(der: &[u8], spki: &Spki<'_>) -> Option<Self> {
        let parameters = spki.parameters?;
        match Curve::from_parameters(&parameters) {
            Some(curve) => curve
                .is_point(spki.key)
                .then(|| Self::Other(curve, spki.key.into())),
            // P-256, named or explicit, with the checks of HCERT keys.
            None => match VerifyingKey::from_spki_der(der).ok()?.material() {
                KeyMaterial::P256 { point } => Some(Self::P256(point.as_slice().into())),
                KeyMaterial::Rsa { .. } => None,
            },
        }
    }

    fn rsa(key: &[u8]) -> Option<Self> {
        let (modulus, exponent) = Spki::rsa_numbers(key)?;
        let odd = modulus.last().is_some_and(|last| last & 1 == 1);
        let good = odd && RSA_BITS.contains(&bit_length(modulus));
        (good && without_zeros(exponent) == RSA_EXPONENT).then(|| Self::Rsa(modulus.into()))
    }
}

/// `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3) in strict DER.
fn is_ecdsa_signature(signature: &[u8]) -> bool {
    let Some(sequence) = Reader::new(signature).only(tag::SEQUENCE) else {
        return false;
    };
    let mut inside = sequence.reader();
    let mut positive = || {
        let number = inside
            .expect(tag::INTEGER)
            .and_then(|number| number.unsigned());
        number.is_some_and(|number| !number.is_empty())
    };
    positive() && positive() && inside.is_empty() && strict::is_der(signature)
}

impl fmt::Debug for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::P256(_) => f.write_str("CertificateKey(P-256)"),
            Kind::Other(curve, _) => write!(f, "CertificateKey({curve:?})"),
            Kind::Rsa(modulus) => write!(f, "CertificateKey(RSA-{})", bit_length(modulus)),
        }
    }
}
