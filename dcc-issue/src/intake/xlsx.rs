//! XLSX, bounded before and while it is parsed.

use core::fmt::{self, Write as _};
use std::io::{Cursor, Read, copy, sink};

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType, Reader as _, Xlsx};

use super::RowCode;
use super::table::{CellKind, RawRow, TableError, TableFault, TableLimits};

/// The cells of one sheet in row order, packed.
pub(super) struct XlsxTable {
    text: String,
    cells: Vec<PackedCell>,
    /// The next cell to hand out.
    next: usize,
    /// The end of the text of the cell before it.
    start: usize,
    counts_from_1904: bool,
    limits: TableLimits,
}

#[derive(Clone, Copy)]
struct PackedCell {
    row: u32,
    column: u32,
    end: usize,
    kind: CellKind,
}

impl XlsxTable {
    pub(super) fn open(whole: impl Read, limits: &TableLimits) -> Result<Self, TableError> {
        let broken = |_| TableError::new(TableFault::XlsxBroken);
        let mut bytes = Vec::new();
        let most = limits.xlsx_bytes;
        whole
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|_| TableError::new(TableFault::Unreadable))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
            return Err(TableError::new(TableFault::XlsxTooLarge));
        }
        bound_inflation(&bytes, limits.xlsx_inflated)?;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
        let mut table = Self {
            text: String::new(),
            cells: Vec::new(),
            next: 0,
            start: 0,
            counts_from_1904: book.has_1904_epoch(),
            limits: *limits,
        };
        for name in book.sheet_names() {
            table.take_sheet(&mut book, &name)?;
            if !table.cells.is_empty() {
                return Ok(table);
            }
        }
        Err(TableError::new(TableFault::Empty))
    }

    pub(super) const fn counts_from_1904(&self) -> bool {
        self.counts_from_1904
    }

    pub(super) fn header(&mut self) -> Result<Vec<String>, TableError> {
        let mut row = RawRow::default();
        while self.next_row(&mut row) {
            if !row.is_blank() {
                return Ok((0..row.len())
                    .map(|place| row.cell(place).0.to_owned())
                    .collect());
            }
            row.clear();
        }
        Err(TableError::new(TableFault::Empty))
    }

    pub(super) fn next_row(&mut self, row: &mut RawRow) -> bool {
        let Some(first) = self.cells.get(self.next).copied() else {
            return false;
        };
        row.number = u64::from(first.row).saturating_add(1);
        let mut column = 0_u32;
        while let Some(cell) = self
            .cells
            .get(self.next)
            .copied()
            .filter(|c| c.row == first.row)
        {
            let text = self.text.get(self.start..cell.end).unwrap_or_default();
            let beyond = usize::try_from(cell.column).unwrap_or(usize::MAX) >= self.limits.columns;
            if beyond && !text.is_empty() {
                row.fault = Some(RowCode::RowWidth);
            } else if text.chars().nth(self.limits.cell_characters).is_some() {
                row.fault = Some(RowCode::CellTooLong);
            } else if !beyond {
                while column < cell.column {
                    row.push("", CellKind::Text);
                    column = column.saturating_add(1);
                }
                row.push(text, cell.kind);
                column = column.saturating_add(1);
            }
            self.start = cell.end;
            self.next = self.next.saturating_add(1);
        }
        true
    }

    fn take_sheet(
        &mut self,
        book: &mut Xlsx<Cursor<Vec<u8>>>,
        name: &str,
    ) -> Result<(), TableError> {
        let broken = |_| TableError::new(TableFault::XlsxBroken);
        // A chart sheet has no cells to read; the next sheet may.
        let Ok(mut reader) = book.worksheet_cells_reader(name) else {
            return Ok(());
        };
        while let Some(cell) = reader.next_cell().map_err(broken)? {
            let (row, column) = cell.get_position();
            let before = self.text.len();
            let kind = push_value(&mut self.text, cell.get_value());
            let inflated = u64::try_from(self.text.len()).unwrap_or(u64::MAX);
            // One shared text may stand in every cell, so cells are counted as they unfold.
            if self.cells.len() >= self.limits.xlsx_cells || inflated > self.limits.xlsx_inflated {
                return Err(TableError::at(TableFault::TooManyCells, u64::from(row)));
            }
            let Some(kind) = kind.filter(|_| self.text.len() > before) else {
                continue;
            };
            // Cells come in order in every file that a spreadsheet wrote.
            if self
                .cells
                .last()
                .is_some_and(|last| (last.row, last.column) >= (row, column))
            {
                return Err(TableError::at(TableFault::XlsxBroken, u64::from(row)));
            }
            self.cells.push(PackedCell {
                row,
                column,
                end: self.text.len(),
                kind,
            });
        }
        Ok(())
    }
}

impl fmt::Debug for XlsxTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XlsxTable")
            .field("cells", &self.cells.len())
            .finish_non_exhaustive()
    }
}

/// Inflates every part into nothing: what a zip file says of its sizes is only what it says.
fn bound_inflation(bytes: &[u8], most: u64) -> Result<(), TableError> {
    let broken = |_| TableError::new(TableFault::XlsxBroken);
    let too_large = TableError::new(TableFault::XlsxTooLarge);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = most;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(broken)?;
        let read = copy(&mut part.take(left.saturating_add(1)), &mut sink())
            .map_err(|_| TableError::new(TableFault::XlsxBroken))?;
        left = left.checked_sub(read).ok_or(too_large)?;
    }
    Ok(())
}

fn push_value(text: &mut String, value: &DataRef<'_>) -> Option<CellKind> {
    let kind = match value {
        DataRef::Empty => return None,
        DataRef::String(words) | DataRef::DurationIso(words) => {
            text.push_str(words);
            CellKind::Text
        }
        DataRef::SharedString(words) => {
            text.push_str(words);
            CellKind::Text
        }
        DataRef::Int(number) => {
            text.push_str(&number.to_string());
            CellKind::Number
        }
        // Never a power of ten: `Display` of a float writes all digits.
        DataRef::Float(number) => {
            text.push_str(&number.to_string());
            CellKind::Number
        }
        DataRef::Bool(value) => {
            text.push_str(if *value { "TRUE" } else { "FALSE" });
            CellKind::Text
        }
        DataRef::DateTime(stamp) if stamp.is_datetime() => {
            push_date(text, stamp);
            CellKind::Date
        }
        DataRef::DateTime(stamp) => {
            text.push_str(&stamp.as_f64().to_string());
            CellKind::Number
        }
        DataRef::DateTimeIso(words) => {
            text.push_str(words);
            CellKind::Date
        }
        DataRef::Error(_) => {
            text.push_str("#N/A");
            CellKind::Error
        }
    };
    Some(kind)
}

fn push_date(text: &mut String, stamp: &ExcelDateTime) {
    let (year, month, day, hour, minute, second, _) = stamp.to_ymd_hms_milli();
    // Writing to a text cannot fail.
    let written = write!(
        text,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    );
    debug_assert!(written.is_ok(), "a text takes all");
}

/// A serial number in a cell that is not formatted as a date, as ISO 8601; the date alone.
pub(super) fn serial_date(number: &str, counts_from_1904: bool) -> Option<String> {
    let value: f64 = number.parse().ok()?;
    // Beyond the years that a spreadsheet knows, its conversion would answer a bound.
    if !(1.0..2_958_466.0).contains(&value) {
        return None;
    }
    let stamp = ExcelDateTime::new(value, ExcelDateTimeType::DateTime, counts_from_1904);
    let mut text = String::new();
    push_date(&mut text, &stamp);
    Some(text)
}
