//! Words of the columns with a closed vocabulary, whatever their case, accents and blanks.

use std::collections::HashMap;

use dcc_model::VietnamVaccine;
use dcc_registry::{DocumentKind, DoseKind, Sex, SigningMode};
use unicode_normalization::UnicodeNormalization as _;

mod country;

pub(super) use country::country;

/// A word without accents, case, blanks and punctuation: `Mũi nhắc lại lần 1` is `muinhaclailan1`.
pub(super) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.nfd() {
        match c {
            'đ' | 'Đ' | '\u{d0}' | '\u{f0}' => folded.push('d'),
            c if c.is_ascii_alphanumeric() => folded.push(c.to_ascii_lowercase()),
            // Other letters, such as those of a third language, count as they are.
            c if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            _ => {}
        }
    }
    folded
}

/// How many distinct spellings of one column are remembered; beyond that each is folded anew.
const REMEMBERED: usize = 4096;

/// The words of one column and their meanings.
#[derive(Clone, Debug)]
pub(super) struct Words<V> {
    by_fold: HashMap<String, V>,
    by_spelling: HashMap<Box<str>, Option<V>>,
}

impl<V: Clone> Words<V> {
    pub(super) fn new(words: impl IntoIterator<Item = (String, V)>) -> Self {
        let by_fold = words
            .into_iter()
            .map(|(word, value)| (fold(&word), value))
            .collect();
        Self {
            by_fold,
            by_spelling: HashMap::new(),
        }
    }

    /// The meaning of `word`, or `None` where it has none.
    pub(super) fn meaning(&mut self, word: &str) -> Option<V> {
        if let Some(known) = self.by_spelling.get(word) {
            return known.clone();
        }
        let meaning = self.by_fold.get(&fold(word)).cloned();
        if self.by_spelling.len() < REMEMBERED {
            self.by_spelling
                .insert(word.to_owned().into_boxed_str(), meaning.clone());
        }
        meaning
    }
}

/// What the words of a vocabulary stand for.
pub(super) trait Meaning: Sized {
    /// The meaning with this stored word.
    fn of_word(word: &str) -> Option<Self>;
}

/// A document's kind, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DocumentWord {
    Kind(DocumentKind),
    None,
}

impl Meaning for DocumentWord {
    fn of_word(word: &str) -> Option<Self> {
        if word == "none" {
            return Some(Self::None);
        }
        DocumentKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.word() == word)
            .map(Self::Kind)
    }
}

impl Meaning for Sex {
    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|sex| sex.word() == word)
    }
}

impl Meaning for DoseKind {
    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

impl Meaning for SigningMode {
    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mode| mode.word() == word)
    }
}

impl Meaning for &'static VietnamVaccine {
    fn of_word(word: &str) -> Option<Self> {
        VietnamVaccine::ALL
            .iter()
            .find(|vaccine| vaccine.key() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        assert_eq!(fold("Mũi nhắc lại lần 1"), "muinhaclailan1");
        assert_eq!(fold(" NỮ "), "nu");
        assert_eq!(fold("Căn cước công dân (CCCD)"), "cancuoccongdancccd");
        assert_eq!(
            fold(&"Uỷ quyền".nfd().collect::<String>()),
            fold("Ủy quyền")
        );
        assert_eq!(fold("Hayat-Vax"), "hayatvax");
    }

    #[test]
    fn spellings_are_remembered_up_to_a_bound() {
        let mut words = Words::new([("Nam".to_owned(), 1)]);
        for number in 0..REMEMBERED + 10 {
            assert_eq!(words.meaning(&number.to_string()), None);
        }
        assert_eq!(words.by_spelling.len(), REMEMBERED);
        assert_eq!(words.meaning("NAM"), Some(1));
    }
}
