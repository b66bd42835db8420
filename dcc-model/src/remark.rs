//! Remarks: what a check noticed beside its verdict.

use alloc::borrow::Cow;
use core::fmt;

use crate::{Coded, Lang};

mod code;

pub use code::RemarkCode;

/// How much a remark weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RemarkClass {
    /// Breaks a clause of a standard: fails the strict profile and blocks signing.
    Deviation,
    /// Legal but remarkable; never blocks.
    Note,
    /// Worth telling, outside what a certificate's form can deviate in; never blocks.
    Finding,
}

impl RemarkClass {
    /// The word used in every output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deviation => "deviation",
            Self::Note => "note",
            Self::Finding => "finding",
        }
    }
}

/// Something noticed, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Remark {
    code: RemarkCode,
    at: Location,
}

impl Remark {
    /// A remark of this code at this place.
    pub fn new(code: RemarkCode, at: impl Into<Location>) -> Self {
        Self {
            code,
            at: at.into(),
        }
    }

    /// What was noticed.
    pub const fn code(&self) -> RemarkCode {
        self.code
    }

    /// Where: a path such as `v[0].dt`, `nam.gnt`, `cwt.exp`, `cose.protected`, `dsc.eku`.
    pub const fn at(&self) -> &Location {
        &self.at
    }

    /// How much it weighs.
    pub const fn class(&self) -> RemarkClass {
        self.code.class()
    }

    /// Whether it breaks a clause of a standard.
    pub fn is_deviation(&self) -> bool {
        self.class() == RemarkClass::Deviation
    }

    /// A line for people: place and text.
    pub fn describe(&self, lang: Lang) -> String {
        format!("{}: {}", self.at, self.code.text(lang))
    }
}

/// A place inside a certificate, never a value of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Location(Cow<'static, str>);

/// Longest member name repeated in a path; a longer or odd one may hold personal data.
const LONGEST_MEMBER_NAME: usize = 16;

impl Location {
    /// The place named `path`.
    pub const fn fixed(path: &'static str) -> Self {
        Self(Cow::Borrowed(path))
    }

    /// The member `name` below this place. Names that are not short and plain are shown as `?`.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let plain = name.len() <= LONGEST_MEMBER_NAME
            && !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        let name = if plain { name } else { "?" };
        Self(Cow::Owned(if self.0.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.0)
        }))
    }

    /// The item `index` of the array at this place.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        Self(Cow::Owned(format!("{}[{index}]", self.0)))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Location {
    fn from(path: &'static str) -> Self {
        Self::fixed(path)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
