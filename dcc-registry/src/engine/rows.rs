//! Rows in hand, each marked by what is to be written of it.

use alloc::collections::BTreeMap;

/// What a row in hand is to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// As loaded.
    Kept,
    /// New.
    Added,
    /// Loaded and changed.
    Changed,
}

/// Rows in hand by key.
#[derive(Clone, Debug)]
pub(crate) struct Rows<K, V>(BTreeMap<K, (Mark, V)>);

impl<K, V> Default for Rows<K, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord, V> Rows<K, V> {
    /// Takes a row as the store has it.
    pub(crate) fn load(&mut self, key: K, value: V) {
        self.0.insert(key, (Mark::Kept, value));
    }

    /// A new row.
    pub(crate) fn add(&mut self, key: K, value: V) {
        self.0.insert(key, (Mark::Added, value));
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key).map(|(_, value)| value)
    }

    /// A row to be changed.
    pub(crate) fn change(&mut self, key: &K) -> Option<&mut V> {
        self.0.get_mut(key).map(|(mark, value)| {
            if *mark == Mark::Kept {
                *mark = Mark::Changed;
            }
            value
        })
    }

    /// Adds a row, or replaces the one in hand.
    pub(crate) fn put(&mut self, key: K, value: V) {
        match self.0.get_mut(&key) {
            Some((mark, stored)) => {
                *stored = value;
                if *mark == Mark::Kept {
                    *mark = Mark::Changed;
                }
            }
            None => self.add(key, value),
        }
    }

    pub(crate) fn range(&self, range: impl core::ops::RangeBounds<K>) -> impl Iterator<Item = &V> {
        self.0.range(range).map(|(_, (_, value))| value)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.values().map(|(_, value)| value)
    }

    pub(crate) fn into_values(self) -> impl Iterator<Item = V> {
        self.0.into_values().map(|(_, value)| value)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.keys()
    }

    pub(crate) fn into_marked(self) -> impl Iterator<Item = (K, Mark, V)> {
        self.0
            .into_iter()
            .map(|(key, (mark, value))| (key, mark, value))
    }

    /// The rows that are to be written in one way, with their keys.
    #[cfg(feature = "sqlite")]
    pub(crate) fn marked(&self, wanted: Mark) -> Vec<(&K, &V)> {
        self.0
            .iter()
            .filter(|(_, (mark, _))| *mark == wanted)
            .map(|(key, (_, value))| (key, value))
            .collect()
    }
}
