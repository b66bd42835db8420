//! CSV, streamed.

use core::fmt;
use std::io::{self, Cursor, Read};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use super::RowCode;
use super::header::known_labels;
use super::table::{CellKind, RawRow, TableError, TableFault, TableLimits};

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Read ahead by the parser beyond the row that it is at.
const BUFFER: usize = 64 << 10;

pub(super) struct CsvTable {
    reader: Reader<Bounded>,
    record: ByteRecord,
    limits: TableLimits,
    /// Line breaks inside cells so far: a spreadsheet does not count them as rows.
    inner_breaks: u64,
}

impl CsvTable {
    /// `start` is the beginning of what `whole` yields.
    pub(super) fn open(
        start: &[u8],
        whole: Box<dyn Read + Send>,
        limits: &TableLimits,
    ) -> Result<(Self, Vec<String>), TableError> {
        let mut whole = whole;
        let mut text = start;
        if let Some(rest) = start.strip_prefix(BYTE_ORDER_MARK) {
            text = rest;
            let mut mark = [0; BYTE_ORDER_MARK.len()];
            whole
                .read_exact(&mut mark)
                .map_err(|_| TableError::new(TableFault::Unreadable))?;
        }
        // A last row without its line break is ended like every other.
        let whole: Box<dyn Read + Send> = Box::new(whole.chain(Cursor::new(b"\n")));
        let bounded = Bounded {
            inner: whole,
            left: limits.row_bytes,
            limit: limits.row_bytes,
        };
        let reader = ReaderBuilder::new()
            .delimiter(delimiter(text))
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(BUFFER)
            .from_reader(bounded);
        let mut table = Self {
            reader,
            record: ByteRecord::new(),
            limits: *limits,
            inner_breaks: 0,
        };
        let mut row = RawRow::default();
        loop {
            row.clear();
            if !table.next_row(&mut row)? {
                return Err(TableError::new(TableFault::Empty));
            }
            match row.fault {
                Some(RowCode::TextNotUtf8) => {
                    return Err(TableError::at(TableFault::NotUtf8, row.number));
                }
                Some(RowCode::RowWidth) => {
                    return Err(TableError::at(TableFault::TooManyColumns, row.number));
                }
                _ => {}
            }
            if !row.is_blank() {
                break;
            }
        }
        let header = (0..row.len())
            .map(|place| row.cell(place).0.to_owned())
            .collect();
        Ok((table, header))
    }

    pub(super) fn next_row(&mut self, row: &mut RawRow) -> Result<bool, TableError> {
        self.reader.get_mut().begin_row();
        let line = self.reader.position().line();
        let read = self
            .reader
            .read_byte_record(&mut self.record)
            .map_err(|error| {
                let long = matches!(
                    error.kind(),
                    csv::ErrorKind::Io(cause) if cause.kind() == io::ErrorKind::FileTooLarge
                );
                let fault = if long {
                    TableFault::RowTooLong
                } else {
                    TableFault::Unreadable
                };
                TableError::at(fault, line.saturating_sub(self.inner_breaks))
            })?;
        if !read {
            return Ok(false);
        }
        row.number = self.number(line);
        if self.record.len() > self.limits.columns {
            row.fault = Some(RowCode::RowWidth);
            return Ok(true);
        }
        let last = self.record.len().saturating_sub(1);
        for (place, cell) in self.record.iter().enumerate() {
            // Line breaks are LF; of CR LF the CR stands behind the last cell.
            let cell = cell
                .strip_suffix(b"\r")
                .filter(|_| place == last)
                .unwrap_or(cell);
            let limit = self.limits.cell_characters;
            let text = core::str::from_utf8(cell).map_err(|_| RowCode::TextNotUtf8);
            let long = |text: &&str| text.len() > limit && text.chars().count() > limit;
            match text.and_then(|text| {
                if long(&text) {
                    Err(RowCode::CellTooLong)
                } else {
                    Ok(text)
                }
            }) {
                Ok(text) => row.push(text, CellKind::Text),
                Err(fault) => {
                    row.fault = Some(fault);
                    row.push("", CellKind::Text);
                }
            }
        }
        Ok(true)
    }

    /// The row of the record just read, which ended with a line break; `line` is where the reader
    /// stood before, perhaps at blank lines.
    fn number(&mut self, line: u64) -> u64 {
        let after = self.reader.position().line();
        let mut breaks = 0;
        if after.saturating_sub(line) > 1 {
            let cells = self.record.as_slice();
            let inside = cells.split(|byte| *byte == b'\n').count().saturating_sub(1);
            breaks = u64::try_from(inside).unwrap_or(u64::MAX);
        }
        self.inner_breaks = self.inner_breaks.saturating_add(breaks);
        after.saturating_sub(self.inner_breaks).saturating_sub(1)
    }
}

impl fmt::Debug for CsvTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvTable").finish_non_exhaustive()
    }
}

/// The delimiter under which the first line has most known labels; among equals the one that cuts
/// it into most cells.
fn delimiter(start: &[u8]) -> u8 {
    let count = |delimiter: &u8| {
        let mut record = ByteRecord::new();
        let mut reader = ReaderBuilder::new()
            .delimiter(*delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(start);
        let read = reader.read_byte_record(&mut record);
        if !matches!(read, Ok(true)) {
            return (0, 0);
        }
        let labels = record
            .iter()
            .filter_map(|cell| core::str::from_utf8(cell).ok());
        (known_labels(labels), record.len())
    };
    DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(count)
        .unwrap_or(b',')
}

/// Ends the reading where one row has asked for more than its share.
struct Bounded {
    inner: Box<dyn Read + Send>,
    left: u64,
    limit: u64,
}

impl Bounded {
    const fn begin_row(&mut self) {
        self.left = self.limit;
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}
