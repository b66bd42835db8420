//! The columns about a person, and the rows of a population file.

use core::fmt;

use std::io::Read;

use dcc_registry::{DocumentKind, Sex};

use super::dates::{DateFault, DateValue, ReadDate};
use super::header::{Column, TableForm};
use super::profile::ColumnProfile;
use super::row_code::RowCode;
use super::rows::{Cells, IntakeOptions, Rows};
use super::table::TableError;
use super::text::{name_damage, without_lookalikes};
use super::vocabulary::{DocumentWord, country};

/// A row of a population file: the four fields that people are compared by. `Debug` prints none.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PersonRow {
    /// The number, which several people may have.
    pub document_number: String,
    /// Họ và tên.
    pub full_name: String,
    /// ISO 8601 with its own precision; empty where unknown.
    pub birth_date: String,
    /// Sex, where stated.
    pub sex: Option<Sex>,
    /// The register's own name for the person, the same on all rows of one; empty where it has none.
    pub person: String,
}

impl fmt::Debug for PersonRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonRow").finish_non_exhaustive()
    }
}

impl PersonRow {
    const FORM: TableForm = TableForm {
        required: &[
            Column::DocumentNumber,
            Column::FullName,
            Column::BirthDate,
            Column::Sex,
        ],
        optional: &[Column::Person],
    };

    /// Opens a CSV or XLSX file of people and maps its header.
    ///
    /// # Errors
    ///
    /// [`TableError`] where the content is no table within the limits or lacks a required column.
    pub fn rows(
        input: impl Read + Send + 'static,
        profile: &ColumnProfile,
        options: &IntakeOptions,
    ) -> Result<Rows<Self>, TableError> {
        Rows::new(input, profile, options, (&Self::FORM, Self::read))
    }

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let document_number = cells.required(Column::DocumentNumber);
        let full_name = cells.required(Column::FullName);
        let birth_date = birth_date(cells);
        let sex = sex(cells);
        Some(Self {
            document_number: document_number?,
            full_name: full_name?,
            birth_date,
            sex,
            person: cells.text(Column::Person),
        })
    }
}

pub(super) fn full_name(cells: &mut Cells<'_>, vietnamese: bool) -> Option<String> {
    let name = cells.required(Column::FullName)?;
    if name
        .chars()
        .any(|c| c.is_numeric() || "@#$%^*_=+<>|\\/\"{}[]".contains(c))
    {
        cells.find(RowCode::NameDigits, Column::FullName);
    }
    if !name.contains(' ') {
        cells.find(RowCode::NameSingleWord, Column::FullName);
    }
    if !vietnamese {
        if name.contains(['?', '\u{fffd}']) {
            cells.find(RowCode::LettersLost, Column::FullName);
        }
        return Some(name);
    }
    // Damage first: in TCVN3 the look-alike of Đ is the letter é.
    if let Some(damage) = name_damage(&name) {
        cells.find(damage, Column::FullName);
        return Some(name);
    }
    let mut found = Vec::new();
    let plain = without_lookalikes(&name, &mut found).into_owned();
    for code in found {
        cells.find(code, Column::FullName);
    }
    Some(plain)
}

pub(super) fn birth_date(cells: &mut Cells<'_>) -> String {
    match cells.date(Column::BirthDate) {
        None => {
            cells.find(RowCode::BirthDateMissing, Column::BirthDate);
            String::new()
        }
        Some(Ok(ReadDate { value, .. })) => {
            match value {
                DateValue::Full(day) if (day.month(), day.day()) == (1, 1) => {
                    cells.find(RowCode::BirthDatePlaceholder, Column::BirthDate);
                }
                DateValue::Full(_) => {}
                _ => cells.find(RowCode::BirthDatePartial, Column::BirthDate),
            }
            value.iso()
        }
        Some(Err(fault)) => {
            if fault == DateFault::OtherOrder {
                cells.find(RowCode::DateOrderDoubtful, Column::BirthDate);
            }
            cells.find(RowCode::BirthDateUnreadable, Column::BirthDate);
            String::new()
        }
    }
}

pub(super) fn sex(cells: &mut Cells<'_>) -> Option<Sex> {
    let word = cells.text(Column::Sex);
    let sex = cells.tools.sexes.meaning(&word);
    if sex.is_none() {
        cells.find(RowCode::SexUnknown, Column::Sex);
    }
    sex
}

/// The nationality as ISO 3166-1 alpha-2, Vietnamese where one of several is; empty if unknown.
pub(super) fn nationality(cells: &mut Cells<'_>) -> String {
    let words = cells.text(Column::Nationality);
    if words == "VN" {
        return words;
    }
    if let Some(known) = country(&words) {
        return known;
    }
    let several = words.split([',', ';', '/', '&', '+']).filter_map(country);
    let found = several.reduce(|first, next| if next == "VN" { next } else { first });
    let code = if found.is_some() {
        RowCode::NationalitySeveral
    } else {
        RowCode::NationalityUnknown
    };
    cells.find(code, Column::Nationality);
    found.unwrap_or_default()
}

/// The document's kind and its number; the kind is guessed where it is not said.
pub(super) fn document(cells: &mut Cells<'_>, foreign: bool) -> (Option<DocumentKind>, String) {
    let word = cells.text(Column::DocumentKind);
    let number = cells.text(Column::DocumentNumber);
    let said = if word.is_empty() {
        Some(DocumentWord::None)
    } else {
        cells.tools.document_kinds.meaning(&word)
    };
    if number.is_empty() {
        return (None, number);
    }
    if let Some(DocumentWord::Kind(kind)) = said {
        return (Some(kind), number);
    }
    cells.find(RowCode::DocumentKindGuessed, Column::DocumentKind);
    (Some(guessed(&number, foreign)), number)
}

/// The length does not tell a CCCD from a CMND of twelve digits; as a personal number it is
/// analysed alike.
fn guessed(number: &str, foreign: bool) -> DocumentKind {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let letters = number.chars().any(char::is_alphabetic);
    match (foreign || letters, digits) {
        (true, _) => DocumentKind::Passport,
        (false, 8 | 9) => DocumentKind::Cmnd,
        (false, _) => DocumentKind::PersonalNumber,
    }
}
