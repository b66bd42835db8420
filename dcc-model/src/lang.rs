//! Languages in which the workspace speaks to people, and the trait of everything that has a code.

use core::fmt;

/// A language of messages. Every code has a text in each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lang {
    /// Tiếng Việt.
    Vi,
    /// English.
    #[default]
    En,
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vi => "vi",
            Self::En => "en",
        })
    }
}

/// Something with a stable code for programs and a text in every [`Lang`] for people.
///
/// Codes are kebab-case, are only ever added to, and never change their meaning; `docs/codes.md`
/// lists them all. Texts may be improved at any time and hold no personal data.
pub trait Coded: Copy + 'static {
    /// Every value, in documentation order.
    const ALL: &'static [Self];

    /// The stable code.
    fn code(self) -> &'static str;

    /// What a person should read.
    fn text(self, lang: Lang) -> &'static str;
}
