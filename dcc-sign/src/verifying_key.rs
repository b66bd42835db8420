//! Public keys that may verify HCERTs. A key is checked when it is made, before any provider.

mod spki;

pub(crate) use spki::Spki;

use core::fmt;

use dcc_model::RejectCode;

use crate::algorithm::Algorithm;
use crate::curve;

/// The smallest and largest RSA modulus in bits (HCERT 1.0.8 section 3.3.1 asks for at least 2048;
/// some countries use 4096).
const RSA_BITS: core::ops::RangeInclusive<u32> = 2048..=4096;

/// The one public exponent of RSA keys: 65537.
const RSA_EXPONENT: &[u8] = &[1, 0, 1];

/// The modulus length above which a key makes QR symbols needlessly large.
const RSA_BITS_ADVISED: u32 = 2048;

/// A public key that may verify HCERTs: a point on P-256, or an RSA key of 2048 to 4096 bits with
/// exponent 65537.
///
/// The key binds the algorithm: P-256 verifies ES256 and nothing else, RSA verifies PS256 and
/// nothing else, whatever a header says.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct VerifyingKey(Key);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    P256(Box<[u8; 65]>),
    Rsa(Box<[u8]>),
}

/// The numbers of a [`VerifyingKey`], for those who write a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMaterial<'a> {
    /// A point on P-256, uncompressed: 04, x, y.
    P256 {
        /// The 65 bytes.
        point: &'a [u8; 65],
    },
    /// An RSA key.
    Rsa {
        /// The modulus, big endian, without leading zeros.
        modulus: &'a [u8],
        /// The exponent, big endian, without leading zeros.
        exponent: &'a [u8],
    },
}

/// Why a public key may not verify HCERTs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It is no `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7).
    #[error("the public key is not encoded as SubjectPublicKeyInfo")]
    Malformed,
    /// It is neither an elliptic-curve nor an RSA key.
    #[error("the public key is neither EC nor RSA")]
    Kind,
    /// It is on another curve than P-256.
    #[error("the public key is on another curve than P-256")]
    Curve,
    /// Its explicit curve parameters are not those of P-256 in full.
    #[error("the explicit curve parameters are not those of P-256")]
    ExplicitCurve,
    /// The point is compressed (RFC 5480 section 2.2 lets a reader refuse this).
    #[error("the public key is a compressed point")]
    PointCompressed,
    /// The point is not on P-256.
    #[error("the public key is not a point on P-256")]
    PointNotOnCurve,
    /// The RSA modulus is shorter than 2048 or longer than 4096 bits.
    #[error("the RSA modulus has {bits} bits, not 2048 to 4096")]
    RsaModulusBits {
        /// Its length.
        bits: u32,
    },
    /// The RSA modulus is even, so it is none.
    #[error("the RSA modulus is even")]
    RsaModulusEven,
    /// The RSA exponent is not 65537.
    #[error("the RSA exponent is not 65537")]
    RsaExponent,
    /// The key is restricted to other RSASSA-PSS parameters than PS256's (RFC 4055 section 3.3).
    #[error("the RSA key is restricted to other PSS parameters than those of PS256")]
    PssParameters,
}

impl KeyError {
    /// The reason code for gates and logs.
    #[expect(
        clippy::unused_self,
        reason = "every error of verification has this method"
    )]
    pub const fn reject_code(self) -> RejectCode {
        RejectCode::KeyUnsuitable
    }
}

impl VerifyingKey {
    /// Reads a `SubjectPublicKeyInfo` in DER (RFC 5280 section 4.1.2.7).
    ///
    /// Explicit curve parameters are taken only where they are P-256 in every part. RSA keys come
    /// as `rsaEncryption` or as `id-RSASSA-PSS` whose parameters allow PS256.
    ///
    /// # Errors
    ///
    /// [`KeyError`]; see its variants.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        spki::read(der)
    }

    /// Makes a key of an uncompressed point: 04, x, y.
    ///
    /// # Errors
    ///
    /// [`KeyError::PointCompressed`], [`KeyError::PointNotOnCurve`], [`KeyError::Malformed`].
    pub fn from_p256_point(point: &[u8]) -> Result<Self, KeyError> {
        if let (33, Some(2 | 3)) = (point.len(), point.first()) {
            return Err(KeyError::PointCompressed);
        }
        let point: &[u8; 65] = point.try_into().map_err(|_| KeyError::Malformed)?;
        if curve::is_on_p256(point) {
            Ok(Self(Key::P256(Box::new(*point))))
        } else {
            Err(KeyError::PointNotOnCurve)
        }
    }

    /// Makes a key of an RSA modulus and exponent, both big endian; leading zeros do not count.
    ///
    /// # Errors
    ///
    /// [`KeyError::RsaModulusBits`], [`KeyError::RsaModulusEven`], [`KeyError::RsaExponent`].
    pub fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let modulus = without_zeros(modulus);
        let bits = bit_length(modulus);
        if !RSA_BITS.contains(&bits) {
            return Err(KeyError::RsaModulusBits { bits });
        }
        if modulus.last().is_none_or(|last| last & 1 == 0) {
            return Err(KeyError::RsaModulusEven);
        }
        if without_zeros(exponent) != RSA_EXPONENT {
            return Err(KeyError::RsaExponent);
        }
        Ok(Self(Key::Rsa(modulus.into())))
    }

    /// The only algorithm that this key verifies.
    pub const fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Key::P256(_) => Algorithm::Es256,
            Key::Rsa(_) => Algorithm::Ps256,
        }
    }

    /// The numbers of the key.
    pub fn material(&self) -> KeyMaterial<'_> {
        match &self.0 {
            Key::P256(point) => KeyMaterial::P256 { point },
            Key::Rsa(modulus) => KeyMaterial::Rsa {
                modulus,
                exponent: RSA_EXPONENT,
            },
        }
    }

    /// The key as `SubjectPublicKeyInfo` in DER: a named curve, or `rsaEncryption`.
    pub fn to_spki_der(&self) -> Vec<u8> {
        spki::write(self.material())
    }

    /// The length of every signature of this key, in bytes.
    pub fn signature_len(&self) -> usize {
        match &self.0 {
            Key::P256(_) => 64,
            Key::Rsa(modulus) => modulus.len(),
        }
    }

    /// Whether this is an RSA key longer than the advised 2048 bits.
    pub(crate) fn is_large_rsa(&self) -> bool {
        matches!(&self.0, Key::Rsa(modulus) if bit_length(modulus) > RSA_BITS_ADVISED)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Key::P256(_) => f.write_str("VerifyingKey(P-256)"),
            Key::Rsa(modulus) => write!(f, "VerifyingKey(RSA-{})", bit_length(modulus)),
        }
    }
}

pub(crate) fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// Bits of a number without leading zeros; `u32::MAX` where it is absurdly long.
pub(crate) fn bit_length(bytes: &[u8]) -> u32 {
    let Some(first) = bytes.first() else { return 0 };
    let bytes = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    bytes
        .saturating_mul(8)
        .saturating_sub(first.leading_zeros())
}

#[cfg(test)]
mod tests;
