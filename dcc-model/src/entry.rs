//! What a certificate is about.

use core::fmt;

use serde_json::Value;

use crate::{Recovery, TestEntry, Vaccination};

/// The one entry of a certificate (DCC schema 1.3.3, exactly one of `v`, `t`, `r`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Entry {
    /// `r`.
    Recovery(Recovery),
    /// `t`.
    Test(TestEntry),
    /// `v`.
    Vaccination(Vaccination),
}

/// What a certificate is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EntryKind {
    /// A test.
    Test,
    /// A vaccination.
    Vaccination,
    /// A recovery.
    Recovery,
}

impl EntryKind {
    /// Every kind, in the order of the key usage OIDs (HCERT 1.0.8 annex A.4).
    pub const ALL: &'static [Self] = &[Self::Test, Self::Vaccination, Self::Recovery];

    /// The word used in every output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Vaccination => "vaccination",
            Self::Recovery => "recovery",
        }
    }

    /// The payload member that holds entries of this kind.
    pub(crate) const fn group(self) -> &'static str {
        match self {
            Self::Test => "t",
            Self::Vaccination => "v",
            Self::Recovery => "r",
        }
    }

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Test => "t[0]",
            Self::Vaccination => "v[0]",
            Self::Recovery => "r[0]",
        }
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Entry {
    /// Vaccination, test or recovery.
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Recovery(_) => EntryKind::Recovery,
            Self::Test(_) => EntryKind::Test,
            Self::Vaccination(_) => EntryKind::Vaccination,
        }
    }

    /// Where it stands in the payload: `v[0]`, `t[0]` or `r[0]`.
    pub const fn path(&self) -> &'static str {
        self.kind().path()
    }

    /// `tg`: disease or agent targeted.
    pub fn disease(&self) -> &str {
        match self {
            Self::Recovery(entry) => entry.disease(),
            Self::Test(entry) => entry.disease(),
            Self::Vaccination(entry) => entry.disease(),
        }
    }

    /// `co`: country of vaccination or test.
    pub fn country(&self) -> &str {
        match self {
            Self::Recovery(entry) => entry.country(),
            Self::Test(entry) => entry.country(),
            Self::Vaccination(entry) => entry.country(),
        }
    }

    /// `is`: who issued the certificate.
    pub fn issuer(&self) -> &str {
        match self {
            Self::Recovery(entry) => entry.issuer(),
            Self::Test(entry) => entry.issuer(),
            Self::Vaccination(entry) => entry.issuer(),
        }
    }

    /// `ci`: the certificate's id.
    pub fn certificate_id(&self) -> &str {
        match self {
            Self::Recovery(entry) => entry.certificate_id(),
            Self::Test(entry) => entry.certificate_id(),
            Self::Vaccination(entry) => entry.certificate_id(),
        }
    }

    /// The vaccination, if it is one.
    pub const fn as_vaccination(&self) -> Option<&Vaccination> {
        match self {
            Self::Vaccination(entry) => Some(entry),
            _ => None,
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Recovery(entry) => entry.to_json(),
            Self::Test(entry) => entry.to_json(),
            Self::Vaccination(entry) => entry.to_json(),
        }
    }
}

impl From<Recovery> for Entry {
    fn from(entry: Recovery) -> Self {
        Self::Recovery(entry)
    }
}

impl From<TestEntry> for Entry {
    fn from(entry: TestEntry) -> Self {
        Self::Test(entry)
    }
}

impl From<Vaccination> for Entry {
    fn from(entry: Vaccination) -> Self {
        Self::Vaccination(entry)
    }
}
