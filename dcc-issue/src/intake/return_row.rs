//! The rows of a correction list that comes back from a commune (R54-R56).

use core::fmt;
use std::io::Read;

use dcc_registry::Sex;

use super::dates::{DateValue, ReadDate};
use super::header::{Column, TableForm};
use super::profile::ColumnProfile;
use super::row_code::RowCode;
use super::rows::{Cells, IntakeOptions, Rows};
use super::table::TableError;
use super::text::name_damage;
use super::vocabulary::fold;

/// What the commune found out ("Kết quả đối chiếu").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReviewResult {
    /// Đúng: the record is right as printed.
    Correct,
    /// Đã sửa: the corrected cells say how it should be.
    Corrected,
    /// Đã cập nhật CSDL dân cư: the population register was completed instead (R58).
    PopulationUpdated,
    /// Không xác định: nobody could tell.
    Unresolved,
}

impl ReviewResult {
    /// Every value, in the order of the printed hint.
    pub const ALL: &'static [Self] = &[
        Self::Correct,
        Self::Corrected,
        Self::PopulationUpdated,
        Self::Unresolved,
    ];

    /// What is written into the cell.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Correct => "Đúng",
            Self::Corrected => "Đã sửa",
            Self::PopulationUpdated => "Đã cập nhật CSDL dân cư",
            Self::Unresolved => "Không xác định",
        }
    }

    fn of_label(text: &str) -> Option<Self> {
        let folded = fold(text);
        Self::ALL
            .iter()
            .copied()
            .find(|result| fold(result.label()) == folded)
    }
}

/// A row of a returned list: which case, what was found, and the corrected fields, each `None`
/// where its cell is empty. `Debug` prints none of them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReturnRow {
    /// Mã hồ sơ, as printed.
    pub case: String,
    /// What was found; `None` where the cell is empty.
    pub result: Option<ReviewResult>,
    /// Họ và tên (sửa).
    pub full_name: Option<String>,
    /// Ngày sinh (sửa), ISO 8601 with its own precision.
    pub birth_date: Option<String>,
    /// Giới tính (sửa).
    pub sex: Option<Sex>,
    /// Số giấy tờ (sửa), as written.
    pub document_number: Option<String>,
}

impl fmt::Debug for ReturnRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReturnRow")
            .field("result", &self.result)
            .finish_non_exhaustive()
    }
}

impl ReturnRow {
    const FORM: TableForm = TableForm {
        required: &[Column::CaseReference, Column::ReviewResult],
        optional: &[
            Column::NewFullName,
            Column::NewBirthDate,
            Column::NewSex,
            Column::NewDocumentNumber,
        ],
    };

    /// Opens a returned list, CSV or XLSX, and maps its header.
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

    /// Whether any field is corrected.
    pub const fn has_changes(&self) -> bool {
        self.full_name.is_some()
            || self.birth_date.is_some()
            || self.sex.is_some()
            || self.document_number.is_some()
    }

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let case = cells.required(Column::CaseReference);
        let word = cells.text(Column::ReviewResult);
        let result = ReviewResult::of_label(&word);
        if result.is_none() && !word.is_empty() {
            cells.find(RowCode::WordUnknown, Column::ReviewResult);
        }
        let row = Self {
            case: case?,
            result,
            full_name: new_name(cells),
            birth_date: new_birth_date(cells),
            sex: new_sex(cells),
            document_number: filled(cells.text(Column::NewDocumentNumber)),
        };
        Some(row)
    }
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// A corrected name must be sound: it is about to be signed.
fn new_name(cells: &mut Cells<'_>) -> Option<String> {
    let name = filled(cells.text(Column::NewFullName))?;
    if let Some(damage) = name_damage(&name) {
        cells.find(damage, Column::NewFullName);
        cells.find(RowCode::WordUnknown, Column::NewFullName);
    }
    Some(name)
}

fn new_birth_date(cells: &mut Cells<'_>) -> Option<String> {
    let Ok(ReadDate { value, .. }) = cells.date(Column::NewBirthDate)? else {
        cells.find(RowCode::DateUnreadable, Column::NewBirthDate);
        return None;
    };
    if !matches!(value, DateValue::Full(_)) {
        cells.find(RowCode::BirthDatePartial, Column::NewBirthDate);
    }
    Some(value.iso())
}

fn new_sex(cells: &mut Cells<'_>) -> Option<Sex> {
    let word = filled(cells.text(Column::NewSex))?;
    let sex = cells.tools.sexes.meaning(&word);
    if sex.is_none() {
        cells.find(RowCode::WordUnknown, Column::NewSex);
    }
    sex
}
