//! Column profiles: another platform's labels and words are data, not code.

use alloc::collections::BTreeMap;
use core::fmt;
use std::collections::HashMap;

use dcc_model::VietnamVaccine;
use dcc_registry::{DoseKind, Sex, SigningMode};
use serde::Deserialize;

use super::DateOrder;
use super::header::Column;
use super::vocabulary::{DocumentWord, Meaning, Words, fold};

/// Our own keys, the Vietnamese labels and the vocabularies of the input files.
const BUILTIN: &str = include_str!("profile/builtin.toml");

/// Which labels name which column, which words mean what, and in which order dates are written.
///
/// A profile adds to the built-in one. All labels and words are compared without case, accents,
/// blanks and punctuation.
///
/// ```
/// use dcc_issue::intake::ColumnProfile;
///
/// let profile = ColumnProfile::from_toml(r#"
///     name = "Bệnh viện K"
///     date_order = "month-first"
///     [columns]
///     subject_ref = ["Mã BN"]
///     [words.vaccine]
///     pfizer = ["PF-30"]
///     [defaults]
///     nationality = "VN"
/// "#)?;
/// assert_eq!(profile.name(), "Bệnh viện K");
/// # Ok::<(), dcc_issue::intake::ProfileError>(())
/// ```
#[derive(Clone)]
pub struct ColumnProfile {
    name: String,
    date_order: DateOrder,
    labels: HashMap<String, Column>,
    defaults: BTreeMap<Column, String>,
    sex: Vec<(String, Sex)>,
    document_kind: Vec<(String, DocumentWord)>,
    dose_kind: Vec<(String, DoseKind)>,
    vaccine: Vec<(String, &'static VietnamVaccine)>,
    signing_mode: Vec<(String, SigningMode)>,
}

/// Why a column profile cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// It is no TOML of the documented form.
    #[error("the column profile is not TOML of the documented form")]
    Toml,
    /// It names a column that there is not.
    #[error("the column profile names an unknown column")]
    Column,
    /// It gives words for a vocabulary or a meaning that there is not.
    #[error("the column profile has words for an unknown vocabulary or meaning")]
    Word,
    /// One label is given to two columns.
    #[error("the column profile gives one label to two columns")]
    LabelTwice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    name: String,
    #[serde(default)]
    date_order: DateOrder,
    #[serde(default)]
    columns: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    words: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    defaults: BTreeMap<String, String>,
}

impl ColumnProfile {
    /// The built-in profile with the labels, words and defaults of `text` added.
    ///
    /// # Errors
    ///
    /// [`ProfileError`]; see its variants.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let mut profile = Self::empty();
        profile.add(BUILTIN)?;
        profile.add(text)?;
        Ok(profile)
    }

    /// What the profile calls itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) const fn date_order(&self) -> DateOrder {
        self.date_order
    }

    pub(super) fn column(&self, label: &str) -> Option<Column> {
        self.labels.get(&fold(label)).copied()
    }

    pub(super) fn default_of(&self, column: Column) -> &str {
        self.defaults.get(&column).map_or("", String::as_str)
    }

    pub(super) fn sexes(&self) -> Words<Sex> {
        Words::new(self.sex.iter().cloned())
    }

    pub(super) fn document_kinds(&self) -> Words<DocumentWord> {
        Words::new(self.document_kind.iter().cloned())
    }

    pub(super) fn dose_kinds(&self) -> Words<DoseKind> {
        Words::new(self.dose_kind.iter().cloned())
    }

    pub(super) fn vaccines(&self) -> Words<&'static VietnamVaccine> {
        Words::new(self.vaccine.iter().cloned())
    }

    pub(super) fn signing_modes(&self) -> Words<SigningMode> {
        Words::new(self.signing_mode.iter().cloned())
    }

    fn empty() -> Self {
        Self {
            name: String::new(),
            date_order: DateOrder::default(),
            labels: HashMap::new(),
            defaults: BTreeMap::new(),
            sex: Vec::new(),
            document_kind: Vec::new(),
            dose_kind: Vec::new(),
            vaccine: Vec::new(),
            signing_mode: Vec::new(),
        }
    }

    fn add(&mut self, text: &str) -> Result<(), ProfileError> {
        let file: ProfileFile = toml::from_str(text).map_err(|_| ProfileError::Toml)?;
        self.name = file.name;
        self.date_order = file.date_order;
        for (key, labels) in &file.columns {
            let column = Column::of_key(key).ok_or(ProfileError::Column)?;
            for label in labels {
                let before = self.labels.insert(fold(label), column);
                if before.is_some_and(|before| before != column) {
                    return Err(ProfileError::LabelTwice);
                }
            }
        }
        for (key, value) in file.defaults {
            let column = Column::of_key(&key).ok_or(ProfileError::Column)?;
            self.defaults.insert(column, value);
        }
        for (vocabulary, meanings) in file.words {
            match vocabulary.as_str() {
                "sex" => take_words(&mut self.sex, meanings)?,
                "document_kind" => take_words(&mut self.document_kind, meanings)?,
                "dose_kind" => take_words(&mut self.dose_kind, meanings)?,
                "vaccine" => take_words(&mut self.vaccine, meanings)?,
                "signing_mode" => take_words(&mut self.signing_mode, meanings)?,
                _ => return Err(ProfileError::Word),
            }
        }
        Ok(())
    }
}

fn take_words<V: Meaning + Copy>(
    known: &mut Vec<(String, V)>,
    meanings: BTreeMap<String, Vec<String>>,
) -> Result<(), ProfileError> {
    for (meaning, words) in meanings {
        let value = V::of_word(&meaning).ok_or(ProfileError::Word)?;
        known.push((meaning, value));
        known.extend(words.into_iter().map(|word| (word, value)));
    }
    Ok(())
}

impl Default for ColumnProfile {
    /// Our own keys and the Vietnamese labels.
    fn default() -> Self {
        let mut profile = Self::empty();
        // A test reads the built-in file; were it broken, every column would be missing.
        let added = profile.add(BUILTIN);
        debug_assert!(added.is_ok(), "the built-in profile is sound");
        profile
    }
}

impl fmt::Debug for ColumnProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ColumnProfile")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profile_is_sound() {
        let mut profile = ColumnProfile::empty();
        assert_eq!(profile.add(BUILTIN), Ok(()));
        for column in Column::ALL {
            assert_eq!(
                profile.column(column.key()),
                Some(*column),
                "{}",
                column.key()
            );
        }
        assert_eq!(profile.column("HỌ VÀ TÊN"), Some(Column::FullName));
        assert_eq!(profile.column("ho va ten"), Some(Column::FullName));
        assert_eq!(profile.column("Số CCCD/CMND"), Some(Column::DocumentNumber));
    }

    #[test]
    fn words_of_the_issue() {
        let profile = ColumnProfile::default();
        let mut kinds = profile.dose_kinds();
        for (word, kind) in [
            ("Mũi 1", DoseKind::Primary1),
            ("mui 3", DoseKind::Primary3),
            ("Mũi bổ sung", DoseKind::Additional),
            ("MŨI NHẮC LẠI 1", DoseKind::Booster1),
            ("Nhắc lại lần 2", DoseKind::Booster2),
            ("primary-2", DoseKind::Primary2),
        ] {
            assert_eq!(kinds.meaning(word), Some(kind), "{word}");
        }
        let mut vaccines = profile.vaccines();
        for (word, key) in [
            ("Vero Cell", "verocell"),
            ("VEROCELL", "verocell"),
            ("Comirnaty", "pfizer"),
            ("Sputnik-V", "sputnik"),
            ("Hayat Vax", "hayat"),
            ("EU/1/21/1529", "az"),
            ("Vaxzevria", "az"),
            ("AstraZeneca", "az"),
            ("Janssen", "janssen"),
            ("abdala", "abdala"),
        ] {
            assert_eq!(
                vaccines.meaning(word).map(VietnamVaccine::key),
                Some(key),
                "{word}"
            );
        }
        assert_eq!(vaccines.meaning("CoronaVac"), None);
        assert_eq!(profile.sexes().meaning("nữ"), Some(Sex::Female));
        assert_eq!(
            profile.signing_modes().meaning("uỷ quyền"),
            Some(SigningMode::Delegated)
        );
        assert_eq!(
            profile.document_kinds().meaning("Không có"),
            Some(DocumentWord::None)
        );
    }

    #[test]
    fn a_profile_that_means_nothing_is_refused() {
        for (text, error) in [
            ("name = 1", ProfileError::Toml),
            ("name = \"x\"\ncolour = 1", ProfileError::Toml),
            ("name = \"x\"\n[columns]\ncolour = []", ProfileError::Column),
            (
                "name = \"x\"\n[words.vaccine]\nnovavax = []",
                ProfileError::Word,
            ),
            ("name = \"x\"\n[words.colour]\nred = []", ProfileError::Word),
            (
                "name = \"x\"\n[columns]\nphone = [\"Họ và tên\"]",
                ProfileError::LabelTwice,
            ),
        ] {
            assert_eq!(ColumnProfile::from_toml(text).err(), Some(error), "{text}");
        }
    }
}
