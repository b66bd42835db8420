//! Columns by their keys and labels.

use std::sync::OnceLock;

use super::profile::ColumnProfile;
use super::table::{TableError, TableFault};

macro_rules! columns {
    ($($name:ident $key:literal;)+) => {
        /// A column of one of the five tables.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Column { $(#[doc = concat!("`", $key, "`")] $name,)+ }

        impl Column {
            /// Every column.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its English key.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }
        }
    };
}

columns! {
    SubjectRef "subject_ref";
    FullName "full_name";
    BirthDate "birth_date";
    Sex "sex";
    Nationality "nationality";
    DocumentKind "document_kind";
    DocumentNumber "document_number";
    Phone "phone";
    ResidenceCommune "residence_commune";
    DoseRef "dose_ref";
    Vaccine "vaccine";
    Lot "lot";
    DoseDate "dose_date";
    DoseKind "dose_kind";
    VaccinatingFacility "vaccinating_facility";
    EnteringFacility "entering_facility";
    EnteredAt "entered_at";
    Facility "facility";
    Name "name";
    Commune "commune";
    SigningMode "signing_mode";
    EnabledFrom "enabled_from";
    Certificate "certificate";
    Key "key";
    Grantor "grantor";
    Grantee "grantee";
    ValidFrom "valid_from";
    ValidTo "valid_to";
    ScopeFrom "scope_from";
    ScopeTo "scope_to";
    Reference "reference";
    CaseReference "case_reference";
    ReviewResult "review_result";
    NewFullName "full_name_corrected";
    NewBirthDate "birth_date_corrected";
    NewSex "sex_corrected";
    NewDocumentNumber "document_number_corrected";
    Person "person";
}

impl Column {
    pub(super) fn of_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.key() == key)
    }

    fn place(self) -> usize {
        Self::ALL
            .iter()
            .position(|column| *column == self)
            .unwrap_or(usize::MAX)
    }
}

/// Which columns a table has: those that must be there, and those that may be absent.
pub(super) struct TableForm {
    pub(super) required: &'static [Column],
    pub(super) optional: &'static [Column],
}

/// Where the columns of one file stand.
#[derive(Clone, Debug)]
pub(super) struct ColumnMap {
    places: Vec<Option<usize>>,
    pub(super) width: usize,
}

impl ColumnMap {
    pub(super) fn new(
        header: &[impl AsRef<str>],
        profile: &ColumnProfile,
        form: &TableForm,
    ) -> Result<Self, TableError> {
        let mut places = vec![None; Column::ALL.len()];
        for (place, label) in header.iter().enumerate() {
            let Some(column) = profile.column(label.as_ref()) else {
                continue;
            };
            let column = of_this_table(column, form);
            if !form.required.contains(&column) && !form.optional.contains(&column) {
                continue;
            }
            let slot = places.get_mut(column.place()).filter(|slot| slot.is_none());
            let Some(slot) = slot else {
                return Err(TableError::at(TableFault::ColumnTwice, 1));
            };
            *slot = Some(place);
        }
        let map = Self {
            places,
            width: header.len(),
        };
        let missing = |column: &&Column| {
            map.place(**column).is_none() && profile.default_of(**column).is_empty()
        };
        if form.required.iter().any(|column| missing(&column)) {
            return Err(TableError::at(TableFault::ColumnMissing, 1));
        }
        Ok(map)
    }

    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places.get(column.place()).copied().flatten()
    }
}

/// `Mã xã` means the residence in a table of people and the site in a table of facilities.
fn of_this_table(column: Column, form: &TableForm) -> Column {
    match column {
        Column::ResidenceCommune if form.required.contains(&Column::Commune) => Column::Commune,
        column => column,
    }
}

/// How many of `labels` the built-in profile knows.
pub(super) fn known_labels(labels: impl Iterator<Item: AsRef<str>>) -> usize {
    static PROFILE: OnceLock<ColumnProfile> = OnceLock::new();
    let profile = PROFILE.get_or_init(ColumnProfile::default);
    labels
        .filter(|label| profile.column(label.as_ref()).is_some())
        .count()
}
