//! The two signature algorithms of HCERT 1.0.8 section 3.3.1.

use core::fmt;

/// A signature algorithm that may sign an HCERT; there are no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "HCERT 1.0.8 section 3.3.1 closes the list"
)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256; signatures are r and s, 64 bytes (RFC 8152 section 8.1).
    /// HCERT's primary algorithm.
    Es256,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 8230 section 2).
    /// HCERT's secondary algorithm, used by Vietnam.
    Ps256,
}

impl Algorithm {
    /// The algorithm of a COSE header value (IANA COSE Algorithms), if it may sign HCERTs.
    pub const fn from_cose_id(id: i64) -> Option<Self> {
        match id {
            -7 => Some(Self::Es256),
            -37 => Some(Self::Ps256),
            _ => None,
        }
    }

    /// The value of the COSE header `alg`.
    pub const fn cose_id(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Ps256 => -37,
        }
    }

    /// The name registered with IANA: `ES256` or `PS256`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Ps256 => "PS256",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cose_ids_are_those_of_iana_and_come_back() {
        for (algorithm, id) in [(Algorithm::Es256, -7), (Algorithm::Ps256, -37)] {
            assert_eq!(algorithm.cose_id(), id);
            assert_eq!(Algorithm::from_cose_id(id), Some(algorithm));
        }
    }

    #[test]
    fn no_other_algorithm_exists() {
        // ES384, ES512, PS384, PS512, RS256, EdDSA, HMAC 256, "no algorithm".
        for id in [-35, -36, -38, -39, -257, -8, 5, 0, i64::MIN, i64::MAX] {
            assert_eq!(Algorithm::from_cose_id(id), None, "{id}");
        }
    }
}
