//! Key ids (HCERT 1.0.8 section 3.3.2).

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::sha256::sha256;

/// Bytes of a key id that HCERT makes of a certificate.
const LENGTH: usize = 8;

/// The name of a key: the first 8 bytes of the SHA-256 of the signer's certificate.
///
/// A key id is a hint and no proof: some issuers use other bytes, and several keys may share one.
/// So it is never recomputed while verifying, and every key under it is tried.
///
/// ```
/// use dcc_sign::KeyId;
///
/// let kid = KeyId::from_bytes(&[0xf3, 0x0d, 0xa4, 0x67, 0x16, 0xf7, 0x88, 0x2d]);
/// assert_eq!(kid.to_string(), "8w2kZxb3iC0=");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Box<[u8]>);

impl KeyId {
    /// The key id of a certificate in DER.
    pub fn from_certificate_der(der: &[u8]) -> Self {
        Self::from_thumbprint(&sha256(der))
    }

    /// The key id of the certificate with this SHA-256.
    pub fn from_thumbprint(thumbprint: &[u8; 32]) -> Self {
        let (first, _) = thumbprint.split_at(LENGTH);
        Self(first.into())
    }

    /// The key id that a header or a trust list names, whatever its length.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The key id of its base64 form (RFC 4648 section 4), as trust lists write it.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok().map(|bytes| Self(bytes.into()))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    /// Base64 with padding, as trust lists write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_of_the_certificates_hash() {
        // SHA-256("abc") begins ba7816bf 8f01cfea.
        let kid = KeyId::from_certificate_der(b"abc");
        assert_eq!(
            kid.as_bytes(),
            [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]
        );
    }

    #[test]
    fn base64_comes_back_and_nonsense_does_not() {
        let kid = KeyId::from_base64("ZtJVElOdWm0=").unwrap();
        assert_eq!(kid.to_string(), "ZtJVElOdWm0=");
        assert_eq!(KeyId::from_base64("ZtJVElOdWm0"), None);
        assert_eq!(KeyId::from_base64("not base64"), None);
    }
}
