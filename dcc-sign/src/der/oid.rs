//! Object identifiers, as the content of their DER.

/// 1.2.840.10045.2.1 (RFC 5480 section 2.1.1).
pub(crate) const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
/// 1.2.840.10045.3.1.7, P-256 (RFC 5480 section 2.1.1.1).
pub(crate) const SECP256R1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
/// 1.3.132.0.34, P-384.
pub(crate) const SECP384R1: &[u8] = &[0x2b, 0x81, 4, 0, 0x22];
/// 1.3.132.0.35, P-521.
pub(crate) const SECP521R1: &[u8] = &[0x2b, 0x81, 4, 0, 0x23];
/// 1.3.36.3.3.2.8.1.1.7 and 11, brainpoolP256r1 and brainpoolP384r1 (RFC 5639 section 4.1).
pub(crate) const BRAINPOOL_P256R1: &[u8] = &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7];
pub(crate) const BRAINPOOL_P384R1: &[u8] = &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 11];
/// 1.2.840.10045.1.1 (RFC 3279 section 2.3.5).
pub(crate) const PRIME_FIELD: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 1];

/// 1.2.840.113549.1.1.1 (RFC 3279 section 2.3.1).
pub(crate) const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// 1.2.840.113549.1.1.8 (RFC 4055 section 2.2).
pub(crate) const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8];
/// 1.2.840.113549.1.1.10 (RFC 4055 section 3.1).
pub(crate) const RSASSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
/// 1.2.840.113549.1.1.5 (RFC 3279 section 2.2.1).
pub(crate) const SHA1_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5];
/// 1.2.840.113549.1.1.11 to 13 (RFC 4055 section 5).
pub(crate) const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
pub(crate) const SHA384_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12];
pub(crate) const SHA512_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13];
/// 1.2.840.10045.4.1 (RFC 3279 section 2.2.3).
pub(crate) const ECDSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1];
/// 1.2.840.10045.4.3.2 to 4 (RFC 5758 section 3.2).
pub(crate) const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
pub(crate) const ECDSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
pub(crate) const ECDSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4];
/// 2.16.840.1.101.3.4.2.1 to 3 (RFC 4055 section 2.1).
pub(crate) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
pub(crate) const SHA384: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
pub(crate) const SHA512: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3];

/// 2.5.29.15 (RFC 5280 section 4.2.1.3).
pub(crate) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
/// 2.5.29.19 (RFC 5280 section 4.2.1.9).
pub(crate) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
/// 2.5.29.37 (RFC 5280 section 4.2.1.12).
pub(crate) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];

/// 2.5.4.3, 6, 10 and 11 (RFC 5280 appendix A.1).
pub(crate) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
pub(crate) const COUNTRY: &[u8] = &[0x55, 4, 6];
pub(crate) const LOCALITY: &[u8] = &[0x55, 4, 7];
pub(crate) const STATE: &[u8] = &[0x55, 4, 8];
pub(crate) const ORGANIZATION: &[u8] = &[0x55, 4, 10];
pub(crate) const ORGANIZATIONAL_UNIT: &[u8] = &[0x55, 4, 11];

/// 1.3.6.1.4.1.1847.2021.1, followed by 1 test, 2 vaccination or 3 recovery (HCERT 1.0.8 annex
/// A.4).
pub(crate) const DCC_USAGE: &[u8] = &[0x2b, 6, 1, 4, 1, 0x8e, 0x37, 0x8f, 0x65, 1];
/// 1.3.6.1.4.1.0.1847.2021.1: the same, by a misprint of the first guidelines.
pub(crate) const DCC_USAGE_HISTORIC: &[u8] = &[0x2b, 6, 1, 4, 1, 0, 0x8e, 0x37, 0x8f, 0x65, 1];
