//! Which certificates a document signer may sign (HCERT 1.0.8 annex A.4).

use dcc_model::EntryKind;

use crate::der::oid;

/// The kinds of certificates that a key may sign.
///
/// A document signer may be restricted by extended key usages of the DCC arc
/// `1.3.6.1.4.1.1847.2021.1`, or of `1.3.6.1.4.1.0.1847.2021.1`, a misprint that many countries
/// use. One that names none of these is not restricted, whatever else it names: Vietnam's names
/// client authentication, e-mail protection and smart-card logon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyUsages {
    restriction: Option<Kinds>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Kinds {
    test: bool,
    vaccination: bool,
    recovery: bool,
}

impl KeyUsages {
    /// Every kind.
    pub const UNRESTRICTED: Self = Self { restriction: None };

    /// No kind at all.
    pub(crate) const NOTHING: Self = Self {
        restriction: Some(Kinds {
            test: false,
            vaccination: false,
            recovery: false,
        }),
    };

    /// These kinds and no other, as trust lists of bare keys name them.
    pub fn only(kinds: &[EntryKind]) -> Self {
        let mut restriction = Kinds::default();
        for kind in kinds {
            match kind {
                EntryKind::Test => restriction.test = true,
                EntryKind::Vaccination => restriction.vaccination = true,
                EntryKind::Recovery => restriction.recovery = true,
                _ => {}
            }
        }
        Self {
            restriction: Some(restriction),
        }
    }

    /// Whether a certificate of this kind may be signed.
    pub fn allows(self, kind: EntryKind) -> bool {
        let Some(kinds) = self.restriction else {
            return true;
        };
        match kind {
            EntryKind::Test => kinds.test,
            EntryKind::Vaccination => kinds.vaccination,
            EntryKind::Recovery => kinds.recovery,
            _ => false,
        }
    }

    /// Whether every kind may be signed because nothing restricts the key.
    pub const fn is_unrestricted(self) -> bool {
        self.restriction.is_none()
    }

    /// What both allow: of several sources the strictest counts.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        let restriction = match (self.restriction, other.restriction) {
            (Some(a), Some(b)) => Some(Kinds {
                test: a.test && b.test,
                vaccination: a.vaccination && b.vaccination,
                recovery: a.recovery && b.recovery,
            }),
            (one, other) => one.or(other),
        };
        Self { restriction }
    }
}

/// One extended key usage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum UsageOid {
    Dcc(EntryKind),
    DccHistoric(EntryKind),
    Foreign,
}

impl UsageOid {
    /// Reads the content of an OBJECT IDENTIFIER.
    pub(crate) fn parse(content: &[u8]) -> Self {
        let kind = |arc: &[u8]| match content.strip_prefix(arc) {
            Some([1]) => Some(EntryKind::Test),
            Some([2]) => Some(EntryKind::Vaccination),
            Some([3]) => Some(EntryKind::Recovery),
            _ => None,
        };
        let today = kind(oid::DCC_USAGE).map(Self::Dcc);
        let historic = || kind(oid::DCC_USAGE_HISTORIC).map(Self::DccHistoric);
        today.or_else(historic).unwrap_or(Self::Foreign)
    }

    /// The kind it allows, for the two DCC families.
    pub(crate) const fn kind(self) -> Option<EntryKind> {
        match self {
            Self::Dcc(kind) | Self::DccHistoric(kind) => Some(kind),
            Self::Foreign => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [EntryKind; 3] = [EntryKind::Test, EntryKind::Vaccination, EntryKind::Recovery];

    #[test]
    fn both_families_and_nothing_beside_them() {
        for (number, kind) in (1_u8..).zip(KINDS) {
            let today = [oid::DCC_USAGE, &[number]].concat();
            let historic = [oid::DCC_USAGE_HISTORIC, &[number]].concat();
            assert!(UsageOid::parse(&today) == UsageOid::Dcc(kind));
            assert!(UsageOid::parse(&historic) == UsageOid::DccHistoric(kind));
        }
        for foreign in [&[4_u8][..], &[0], &[1, 1], &[]] {
            let oid = [oid::DCC_USAGE, foreign].concat();
            assert!(UsageOid::parse(&oid) == UsageOid::Foreign);
        }
    }

    #[test]
    fn a_restriction_allows_what_it_names() {
        assert!(
            KINDS
                .iter()
                .all(|kind| KeyUsages::UNRESTRICTED.allows(*kind))
        );
        assert!(!KINDS.iter().any(|kind| KeyUsages::NOTHING.allows(*kind)));
        let tests = KeyUsages::only(&[EntryKind::Test]);
        assert!(tests.allows(EntryKind::Test) && !tests.allows(EntryKind::Vaccination));
        assert_eq!(KeyUsages::UNRESTRICTED.intersection(tests), tests);
        let recoveries = KeyUsages::only(&[EntryKind::Recovery]);
        assert_eq!(tests.intersection(recoveries), KeyUsages::NOTHING);
    }
}
