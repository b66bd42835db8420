//! Tables out: CSV and XLSX whose cells are text and safe to open in a spreadsheet.
//!
//! A cell that begins like a formula (`=`, `+`, `-`, `@`, tab, carriage return) could run one when
//! an office opens the file (OWASP "CSV injection"). XLSX cells are written as strings with the
//! text format; CSV has no types, so such a cell gets an apostrophe in front, which a spreadsheet
//! takes as a mark of text and our own intake drops again.

use alloc::borrow::Cow;
use alloc::format;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

/// The most characters that a cell of XLSX may hold (ECMA-376 part 1 section 18.3.1.96; Excel
/// refuses longer ones).
const XLSX_CELL: usize = 32_767;

/// A table of text cells with a header.
#[derive(Clone, PartialEq, Eq)]
pub struct OutputTable {
    name: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl OutputTable {
    /// An empty table with these labels; `name` is the sheet's in XLSX (at most 31 characters, none
    /// of `[]:*?/\`).
    pub fn new(
        name: impl Into<String>,
        header: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            name: name.into(),
            header: header.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; missing cells are empty, surplus ones are kept.
    pub fn push(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// How many rows there are below the header.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row below the header.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl core::fmt::Debug for OutputTable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OutputTable")
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// Why a table could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// A sheet's name is too long, used twice, or holds a forbidden character.
    #[error("the sheet's name cannot be used in XLSX")]
    SheetName,
    /// A sheet has more than 1,048,576 rows or 16,384 columns.
    #[error("the table is larger than a sheet of XLSX can be")]
    TooLarge,
    /// The file could not be put together.
    #[error("the table could not be written")]
    Write,
}

/// The table as CSV: UTF-8 with a byte order mark (without which Excel does not take it for
/// UTF-8), commas, lines ended by CR LF (RFC 4180).
pub fn csv_bytes(table: &OutputTable) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    for row in core::iter::once(&table.header).chain(&table.rows) {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            push_csv_cell(&mut text, cell);
        }
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// The tables as the sheets of one XLSX file, every cell text. The same tables give the same bytes.
///
/// # Errors
///
/// [`OutputError`]; see its variants.
pub fn xlsx_bytes(tables: &[OutputTable]) -> Result<Vec<u8>, OutputError> {
    let mut book = Workbook::new();
    // Otherwise the file would hold the time at which it was written.
    let fixed = ExcelDateTime::from_ymd(2000, 1, 1).map_err(|error| output_error(&error))?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&fixed));
    let text = Format::new().set_num_format("@");
    let head = Format::new()
        .set_num_format("@")
        .set_bold()
        .set_align(FormatAlign::Top);
    for table in tables {
        let sheet = book.add_worksheet();
        sheet
            .set_name(table.name.as_str())
            .map_err(|error| output_error(&error))?;
        sheet
            .set_freeze_panes(1, 0)
            .map_err(|error| output_error(&error))?;
        for (column, label) in (0_u16..).zip(&table.header) {
            let width = label.chars().count().clamp(10, 40);
            let width = f64::from(u8::try_from(width.saturating_add(2)).unwrap_or(40));
            sheet
                .set_column_width(column, width)
                .map_err(|error| output_error(&error))?;
        }
        let rows = core::iter::once((&table.header, &head));
        let rows = rows.chain(table.rows.iter().map(|row| (row, &text)));
        for (number, (row, format)) in (0_u32..).zip(rows) {
            for (column, cell) in (0_u16..).zip(row) {
                let cell = within(cell, XLSX_CELL);
                sheet
                    .write_string_with_format(number, column, cell, format)
                    .map_err(|error| output_error(&error))?;
            }
        }
    }
    book.save_to_buffer().map_err(|error| output_error(&error))
}

fn within(cell: &str, most: usize) -> &str {
    let end = cell
        .char_indices()
        .nth(most)
        .map_or(cell.len(), |(end, _)| end);
    cell.get(..end).unwrap_or_default()
}

const fn output_error(error: &XlsxError) -> OutputError {
    match error {
        XlsxError::RowColumnLimitError => OutputError::TooLarge,
        XlsxError::SheetnameCannotBeBlank(_)
        | XlsxError::SheetnameLengthExceeded(_)
        | XlsxError::SheetnameReused(_)
        | XlsxError::SheetnameContainsInvalidCharacter(_)
        | XlsxError::SheetnameStartsOrEndsWithApostrophe(_) => OutputError::SheetName,
        _ => OutputError::Write,
    }
}

fn push_csv_cell(text: &mut String, cell: &str) {
    let safe = formula_safe(cell);
    let quoted = safe.contains([',', ';', '"', '\r', '\n', '\t']);
    if quoted {
        text.push('"');
        text.push_str(&safe.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(&safe);
    }
}

/// The cell with an apostrophe in front where a spreadsheet could take it for a formula.
pub(crate) fn formula_safe(cell: &str) -> Cow<'_, str> {
    let begins = cell.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    let dangerous = |c: char| {
        matches!(
            c,
            '=' | '+'
                | '-'
                | '@'
                | '\t'
                | '\r'
                | '\n'
                | '\u{ff1d}'
                | '\u{ff0b}'
                | '\u{ff0d}'
                | '\u{ff20}'
        )
    };
    if begins.starts_with(dangerous) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader as _, Xlsx};
    use proptest::prelude::*;

    use super::*;

    fn table(cells: &[&str]) -> OutputTable {
        let mut table = OutputTable::new("Danh sách", ["Mã hồ sơ", "Họ và tên"]);
        for pair in cells.chunks(2) {
            table.push(pair.iter().copied());
        }
        table
    }

    #[test]
    fn csv_cells_cannot_be_formulas() {
        let bytes = csv_bytes(&table(&[
            "=1+1", "+84912", "@SUM(A1)", "-2", "\t=x", " =y", "079", "a,\"b",
        ]));
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            text,
            "\u{feff}Mã hồ sơ,Họ và tên\r\n'=1+1,'+84912\r\n'@SUM(A1),'-2\r\n\"'\t=x\",' =y\r\n079,\"a,\"\"b\"\r\n"
        );
    }

    #[test]
    fn xlsx_cells_are_text_whatever_they_look_like() {
        let written = ["001099012345", "=HYPERLINK(\"x\")", "05/10/2021", "Nguyễn"];
        let bytes = xlsx_bytes(&[table(&written), OutputTable::new("Biên bản", ["a"])]).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["Danh sách", "Biên bản"]);
        let range = book.worksheet_range("Danh sách").unwrap();
        let cells: Vec<Data> = range
            .cells()
            .skip(2)
            .map(|(_, _, cell)| cell.clone())
            .collect();
        assert_eq!(cells, written.map(|cell| Data::String(cell.to_owned())));
        assert!(book.worksheet_formula("Danh sách").unwrap().is_empty());
    }

    #[test]
    fn the_same_tables_give_the_same_bytes() {
        let made = || xlsx_bytes(&[table(&["a", "b"])]).unwrap();
        assert_eq!(made(), made());
    }

    #[test]
    fn sheets_that_cannot_be() {
        let named = |name: &str| xlsx_bytes(&[OutputTable::new(name, ["a"])]).err();
        assert_eq!(named("a/b"), Some(OutputError::SheetName));
        assert_eq!(named(&"x".repeat(40)), Some(OutputError::SheetName));
        assert_eq!(named("00001"), None);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(cell in "\\PC{0,12}") {
            let bytes = csv_bytes(&table(&[&cell, "x"]));
            let mut reader = csv::ReaderBuilder::new().from_reader(&bytes[..]);
            let record = reader.records().next().unwrap().unwrap();
            let read = &record[0];
            prop_assert_eq!(read.strip_prefix('\'').filter(|_| !cell.starts_with('\'')).unwrap_or(read), cell.as_str());
            prop_assert!(!read.trim_start().starts_with(['=', '+', '-', '@']));
        }
    }
}
