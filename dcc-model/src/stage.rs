//! The stages of a check, in the order in which they are reported.

use core::fmt;

/// Where a check of a certificate stopped.
///
/// A text is parsed fully first (`Prefix` to `Schema`), then trusted (`Signature` onward).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Reading the picture, file or line.
    Input,
    /// The context identifier `HC1:`.
    Prefix,
    /// RFC 9285.
    Base45,
    /// RFC 1950.
    Zlib,
    /// `COSE_Sign1`, RFC 8152 section 4.2.
    Cose,
    /// CWT claims, RFC 8392, and the claim -260.
    Cwt,
    /// Structure of the DCC payload.
    Schema,
    /// Key id, algorithm and signature.
    Signature,
    /// Whether the document signer may be trusted.
    Trust,
    /// Extended key usage of the document signer against the kind of certificate.
    KeyUsage,
    /// Expiry claim.
    Expired,
    /// Issue claim.
    NotYetValid,
    /// Validity of the document signer.
    CertExpired,
    /// Revocation lists.
    Revoked,
    /// Business rules.
    Rules,
    /// Deviations under the strict profile.
    Strict,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: &'static [Self] = &[
        Self::Input,
        Self::Prefix,
        Self::Base45,
        Self::Zlib,
        Self::Cose,
        Self::Cwt,
        Self::Schema,
        Self::Signature,
        Self::Trust,
        Self::KeyUsage,
        Self::Expired,
        Self::NotYetValid,
        Self::CertExpired,
        Self::Revoked,
        Self::Rules,
        Self::Strict,
    ];

    /// The word used in every output, such as `key-usage`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Prefix => "prefix",
            Self::Base45 => "base45",
            Self::Zlib => "zlib",
            Self::Cose => "cose",
            Self::Cwt => "cwt",
            Self::Schema => "schema",
            Self::Signature => "signature",
            Self::Trust => "trust",
            Self::KeyUsage => "key-usage",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::CertExpired => "cert-expired",
            Self::Revoked => "revoked",
            Self::Rules => "rules",
            Self::Strict => "strict",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
