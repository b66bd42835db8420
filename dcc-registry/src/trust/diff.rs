//! What changed between two versions of a trust list.

use super::entry::TrustEntry;
use super::list::TrustList;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustChange {
    /// The later version has a key which the earlier has not.
    Added(TrustEntry),
    /// The earlier version has a key which the later has not.
    Removed(TrustEntry),
    /// Both have the key and say different things about it; the age of a list is no difference.
    Changed {
        /// What the earlier version says.
        before: TrustEntry,
        /// What the later version says.
        after: TrustEntry,
    },
}

impl TrustChange {
    /// The word used in every output.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Removed(_) => "removed",
            Self::Changed { .. } => "changed",
        }
    }

    /// The entry it is about, in its later version where there is one.
    pub const fn entry(&self) -> &TrustEntry {
        match self {
            Self::Added(entry) | Self::Removed(entry) | Self::Changed { after: entry, .. } => entry,
        }
    }
}

/// The differences of two versions, ordered by key id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustDiff {
    changes: Vec<TrustChange>,
}

impl TrustDiff {
    /// Compares two versions.
    pub fn between(before: &TrustList, after: &TrustList) -> Self {
        let mut changes = Vec::new();
        for old in before.entries() {
            let same = after
                .under(old.kid())
                .iter()
                .find(|new| old.is_same_key(new));
            match same {
                None => changes.push(TrustChange::Removed(old.clone())),
                Some(new) if says_the_same(old, new) => {}
                Some(new) => {
                    changes.push(TrustChange::Changed {
                        before: old.clone(),
                        after: new.clone(),
                    });
                }
            }
        }
        for new in after.entries() {
            if !before
                .under(new.kid())
                .iter()
                .any(|old| old.is_same_key(new))
            {
                changes.push(TrustChange::Added(new.clone()));
            }
        }
        changes.sort_by(|one, other| one.entry().kid().cmp(other.entry().kid()));
        Self { changes }
    }

    /// The differences.
    pub fn changes(&self) -> &[TrustChange] {
        &self.changes
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

fn says_the_same(old: &TrustEntry, new: &TrustEntry) -> bool {
    old.material() == new.material()
        && old.role() == new.role()
        && old.country() == new.country()
        && old.usages() == new.usages()
        && old.validity() == new.validity()
        && old.domains().eq(new.domains())
        && old.integrity() == new.integrity()
}
