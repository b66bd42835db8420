//! Names of sections.

use alloc::borrow::Cow;
use core::fmt;

/// The name of a section: 1 to 32 lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionName(Cow<'static, str>);

impl SectionName {
    /// The trust list. Every bundle has it.
    pub const TRUST: Self = Self(Cow::Borrowed("trust"));
    /// Signers of later bundles.
    pub const SIGNERS: Self = Self(Cow::Borrowed("signers"));
    /// Kept for revocation lists.
    pub const REVOCATION: Self = Self(Cow::Borrowed("revocation"));
    /// Kept for value sets.
    pub const VALUE_SETS: Self = Self(Cow::Borrowed("value-sets"));
    /// Kept for business rules.
    pub const RULES: Self = Self(Cow::Borrowed("rules"));

    const LONGEST: usize = 32;

    /// A name; `None` where it has no or more than 32 characters, or others than `a-z 0-9 -`.
    pub fn new(name: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = (1..=Self::LONGEST).contains(&name.len());
        (fits && name.bytes().all(allowed)).then(|| Self(Cow::Owned(name.into())))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_words() {
        for good in ["trust", "value-sets", "x", "v2", &"a".repeat(32)] {
            assert_eq!(SectionName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "Trust", "a b", "é", "a_b", &"a".repeat(33)] {
            assert_eq!(SectionName::new(bad), None, "{bad}");
        }
        assert_eq!(SectionName::new("trust"), Some(SectionName::TRUST));
    }
}
