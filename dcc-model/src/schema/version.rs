//! The limits that came and went with the schema versions (DCC schema 1.0.0 to 1.3.3).

use crate::RemarkCode;

/// What the declared version asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VersionRules {
    version: (u32, u32, u32),
}

/// Every version that has been published.
const PUBLISHED: &[(u32, u32, u32)] = &[
    (1, 0, 0),
    (1, 0, 1),
    (1, 1, 0),
    (1, 2, 0),
    (1, 2, 1),
    (1, 3, 0),
    (1, 3, 1),
    (1, 3, 2),
    (1, 3, 3),
];

impl VersionRules {
    /// The rules of the newest version, which also serve versions that nobody published.
    pub(super) const NEWEST: Self = Self { version: (1, 3, 3) };

    /// The rules of the version `text`, and what there is to remark on it.
    pub(super) fn declared(text: &str) -> (Self, Option<RemarkCode>) {
        match parse(text.trim()) {
            Some(version) if PUBLISHED.contains(&version) => (Self { version }, None),
            Some(_) => (Self::NEWEST, Some(RemarkCode::VersionUnknown)),
            None => (Self::NEWEST, Some(RemarkCode::VersionPattern)),
        }
    }

    /// `dob` must be a whole date.
    pub(super) fn whole_birth_date(self) -> bool {
        self.version < (1, 1, 0)
    }

    /// `dob` must not be empty.
    pub(super) fn some_birth_date(self) -> bool {
        self.version < (1, 3, 0)
    }

    /// `t.tc` is required.
    pub(super) fn centre_required(self) -> bool {
        self.version < (1, 3, 0)
    }

    /// `t.nm` is limited like other texts.
    pub(super) fn test_name_limited(self) -> bool {
        self.version >= (1, 3, 0)
    }

    /// Texts have at most 50 characters instead of 80.
    pub(super) fn short_texts(self) -> bool {
        self.version < (1, 3, 0)
    }

    /// `dn` and `sd` are at most 9.
    pub(super) fn one_digit_doses(self) -> bool {
        self.version < (1, 3, 0)
    }

    /// `nam.fnt` is required.
    pub(super) fn standard_surname_required(self) -> bool {
        self.version < (1, 3, 2)
    }
}

fn parse(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| {
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    });
    let version = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}
