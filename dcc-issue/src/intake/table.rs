//! Rows of cells out of a CSV or XLSX file, within limits.

use core::fmt;
use std::io::{Cursor, Read};

use dcc_model::{Coded, Lang};

use super::RowCode;
use super::csv::CsvTable;
use super::xlsx::XlsxTable;

/// What a table may cost. Files come from thousands of offices; none of them may exhaust the
/// machine that reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableLimits {
    /// Bytes of one row of a CSV file; a quote that is never closed ends here.
    pub row_bytes: u64,
    /// Cells of a row.
    pub columns: usize,
    /// Characters of a cell.
    pub cell_characters: usize,
    /// Bytes of an XLSX file as it lies on disk.
    pub xlsx_bytes: u64,
    /// Bytes that an XLSX file may inflate to, all its parts together.
    pub xlsx_inflated: u64,
    /// Cells of the sheet of an XLSX file.
    pub xlsx_cells: usize,
}

impl Default for TableLimits {
    fn default() -> Self {
        Self {
            row_bytes: 1 << 20,
            columns: 200,
            cell_characters: 500,
            xlsx_bytes: 256 << 20,
            xlsx_inflated: 1 << 30,
            xlsx_cells: 30_000_000,
        }
    }
}

/// Why a file as a whole cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}{}", .code.text(Lang::En), at(*.row))]
#[non_exhaustive]
pub struct TableError {
    /// What is wrong.
    pub code: TableFault,
    /// The row at which it was found, where one was.
    pub row: Option<u64>,
}

impl TableError {
    pub(super) const fn new(code: TableFault) -> Self {
        Self { code, row: None }
    }

    pub(super) const fn at(code: TableFault, row: u64) -> Self {
        Self {
            code,
            row: Some(row),
        }
    }
}

fn at(row: Option<u64>) -> String {
    row.map_or_else(String::new, |row| format!(" (row {row})"))
}

macro_rules! table_faults {
    ($($name:ident $code:literal $vi:literal $en:literal;)+) => {
        /// The ways in which a file is no usable table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum TableFault { $(#[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl Coded for TableFault {
            const ALL: &'static [Self] = &[$(Self::$name,)+];

            fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$name, Lang::Vi) => $vi, (Self::$name, _) => $en,)+
                }
            }
        }
    };
}

table_faults! {
    Unreadable "table-unreadable"
        "Không đọc được tệp." "The file cannot be read.";
    Empty "table-empty"
        "Tệp trống, không có dòng tiêu đề." "The file is empty; there is no header.";
    Utf16 "table-utf-16"
        "Tệp ở bảng mã UTF-16. Lưu lại dạng CSV UTF-8." "The file is UTF-16. Save it as CSV UTF-8.";
    NotUtf8 "table-not-utf-8"
        "Dòng tiêu đề không phải UTF-8 (có thể là bảng mã VNI/TCVN3 cũ). Lưu lại dạng CSV UTF-8."
        "The header is not UTF-8 (perhaps an old VNI or TCVN3 encoding). Save the file as CSV UTF-8.";
    Binary "table-binary"
        "Tệp không phải CSV hoặc XLSX." "The file is neither CSV nor XLSX.";
    OldExcel "table-old-excel"
        "Tệp .xls cũ hoặc có mật khẩu. Lưu lại dạng .xlsx không mật khẩu."
        "The file is an old .xls or protected by a password. Save it as a plain .xlsx.";
    XlsxBroken "table-xlsx-broken"
        "Tệp XLSX hỏng." "The XLSX file is broken.";
    XlsxTooLarge "table-xlsx-too-large"
        "Tệp XLSX giải nén vượt giới hạn an toàn." "The XLSX file inflates beyond the safety limit.";
    TooManyCells "table-too-many-cells"
        "Bảng có quá nhiều ô." "The table has too many cells.";
    RowTooLong "table-row-too-long"
        "Một dòng quá dài; có thể thiếu dấu ngoặc kép đóng." "A row is too long; perhaps a quote is not closed.";
    TooManyColumns "table-too-many-columns"
        "Bảng có quá nhiều cột." "The table has too many columns.";
    ColumnMissing "table-column-missing"
        "Thiếu cột bắt buộc." "A required column is missing.";
    ColumnTwice "table-column-twice"
        "Một cột xuất hiện hai lần." "A column stands twice in the header.";
}

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum CellKind {
    /// Text as written; in a CSV file every cell.
    Text,
    /// A number of an XLSX file, written in full.
    Number,
    /// A date cell of an XLSX file, already ISO 8601 in the workbook's date system.
    Date,
    /// A formula's error.
    Error,
}

/// One row, its memory used again for the next one. `Debug` prints no cell.
#[derive(Clone, Default)]
pub(super) struct RawRow {
    /// As a spreadsheet numbers it: the header is usually row 1.
    pub(super) number: u64,
    /// What is wrong with the row as a whole.
    pub(super) fault: Option<RowCode>,
    text: String,
    cells: Vec<(usize, CellKind)>,
}

impl RawRow {
    pub(super) fn clear(&mut self) {
        self.fault = None;
        self.text.clear();
        self.cells.clear();
    }

    pub(super) fn push(&mut self, text: &str, kind: CellKind) {
        self.text.push_str(text);
        self.cells.push((self.text.len(), kind));
    }

    pub(super) const fn len(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn cell(&self, place: usize) -> (&str, CellKind) {
        let Some((end, kind)) = self.cells.get(place).copied() else {
            return ("", CellKind::Text);
        };
        let start = place
            .checked_sub(1)
            .and_then(|before| self.cells.get(before))
            .map_or(0, |(start, _)| *start);
        (self.text.get(start..end).unwrap_or_default(), kind)
    }

    pub(super) fn is_blank(&self) -> bool {
        self.fault.is_none() && self.text.chars().all(char::is_whitespace)
    }
}

impl fmt::Debug for RawRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRow")
            .field("number", &self.number)
            .field("cells", &self.cells.len())
            .finish_non_exhaustive()
    }
}

/// A table of a CSV (UTF-8, with or without byte order mark; `,` `;` or tab) or XLSX file.
///
/// The form is told by the content, not by a file name. CSV is streamed; of an XLSX file the first
/// sheet that is not empty is read into compact memory, bounded by [`TableLimits`].
pub(super) struct Table {
    source: Source,
    header: Vec<String>,
}

enum Source {
    Csv(Box<CsvTable>),
    Xlsx(XlsxTable),
}

impl Table {
    /// Opens a table and reads its header.
    ///
    /// # Errors
    ///
    /// [`TableError`] where the content is no table, is empty, or passes a limit.
    pub(super) fn open(
        input: impl Read + Send + 'static,
        limits: &TableLimits,
    ) -> Result<Self, TableError> {
        let mut input: Box<dyn Read + Send> = Box::new(input);
        let mut start = Vec::new();
        let unreadable = |_| TableError::new(TableFault::Unreadable);
        input
            .by_ref()
            .take(64 << 10)
            .read_to_end(&mut start)
            .map_err(unreadable)?;
        if let Some(fault) = foreign_form(&start) {
            return Err(TableError::new(fault));
        }
        let zip = start.starts_with(b"PK\x03\x04");
        let whole = Cursor::new(start.clone()).chain(input);
        let (source, header) = if zip {
            let mut table = XlsxTable::open(whole, limits)?;
            let header = table.header()?;
            (Source::Xlsx(table), header)
        } else {
            let table = CsvTable::open(&start, Box::new(whole), limits)?;
            let (table, header) = table;
            (Source::Csv(Box::new(table)), header)
        };
        if header.len() > limits.columns {
            return Err(TableError::new(TableFault::TooManyColumns));
        }
        Ok(Self { source, header })
    }

    /// The cells of the header.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Whether numbers in date columns count from 1904 (a setting of old workbooks).
    pub(super) const fn counts_from_1904(&self) -> bool {
        match &self.source {
            Source::Csv(_) => false,
            Source::Xlsx(table) => table.counts_from_1904(),
        }
    }

    /// Reads the next row that is not blank; `false` at the end.
    pub(super) fn next_row(&mut self, row: &mut RawRow) -> Result<bool, TableError> {
        loop {
            row.clear();
            let more = match &mut self.source {
                Source::Csv(table) => table.next_row(row)?,
                Source::Xlsx(table) => table.next_row(row),
            };
            if !more || !row.is_blank() {
                return Ok(more);
            }
        }
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("columns", &self.header.len())
            .finish_non_exhaustive()
    }
}

fn foreign_form(start: &[u8]) -> Option<TableFault> {
    if start.is_empty() {
        return Some(TableFault::Empty);
    }
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        return Some(TableFault::Utf16);
    }
    if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Some(TableFault::OldExcel);
    }
    if start.starts_with(b"PK") {
        return None;
    }
    // UTF-16 without a byte order mark has every second byte zero; text has none.
    start.contains(&0).then_some(TableFault::Binary)
}
