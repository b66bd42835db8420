//! CSV, streamed line by line.
//!
//! A row is a line. A cell may hold line breaks, as a spreadsheet writes them, if its quote closes
//! within a few lines, quotes stand where RFC 4180 wants them, and the row has as many cells as the
//! header. Every other quote that does not close spoils its own line only: one slip of a clerk
//! swallows no row of anybody else.

use alloc::collections::VecDeque;
use core::fmt;
use std::io::{self, BufRead as _, BufReader, Read};

use csv::{ByteRecord, ReaderBuilder};
use csv_core::{ReadRecordResult, Terminator};

use super::RowCode;
use super::header::known_labels;
use super::table::{CellKind, RawRow, TableError, TableFault, TableLimits};

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Further lines that a row with line breaks in its cells may have.
const MORE_LINES: usize = 8;

pub(super) struct CsvTable {
    lines: Lines,
    delimiter: u8,
    parser: csv_core::Reader,
    /// The cells of the record at hand, one behind the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
    cells: usize,
    limits: TableLimits,
    /// Cells of the header, once it is read.
    width: Option<usize>,
    /// Lines read so far that a spreadsheet counts as rows.
    row: u64,
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
        let delimiter = delimiter(text);
        let parser = csv_core::ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .build();
        let mut table = Self {
            lines: Lines {
                inner: BufReader::with_capacity(64 << 10, whole),
                waiting: VecDeque::new(),
                limit: limits.row_bytes,
            },
            delimiter,
            parser,
            text: vec![0; 4096],
            ends: vec![0; 64],
            cells: 0,
            limits: *limits,
            width: None,
            row: 0,
        };
        let mut row = RawRow::default();
        loop {
            row.clear();
            if !table.next_row(&mut row)? {
                return Err(TableError::new(TableFault::Empty));
            }
            let fault = match row.fault {
                None if row.is_blank() => continue,
                Some(RowCode::TextNotUtf8) => TableFault::NotUtf8,
                Some(RowCode::RowWidth) => TableFault::TooManyColumns,
                Some(RowCode::QuoteOpen) => TableFault::RowTooLong,
                _ => break,
            };
            return Err(TableError::at(fault, row.number));
        }
        table.width = Some(row.len());
        let header = (0..row.len())
            .map(|place| row.cell(place).0.to_owned())
            .collect();
        Ok((table, header))
    }

    pub(super) fn next_row(&mut self, row: &mut RawRow) -> Result<bool, TableError> {
        let first = loop {
            let next = self.row.saturating_add(1);
            let Some(line) = self.lines.next().map_err(|error| failed(&error, next))? else {
                return Ok(false);
            };
            self.row = next;
            if !matches!(line.as_slice(), b"\n" | b"\r\n") {
                break line;
            }
        };
        row.number = self.row;
        if !self.record(&first)? {
            row.fault = Some(RowCode::QuoteOpen);
            return Ok(true);
        }
        if self.cells > self.limits.columns {
            row.fault = Some(RowCode::RowWidth);
            return Ok(true);
        }
        self.hand_over(row);
        Ok(true)
    }

    /// The cells of the record at hand.
    fn hand_over(&self, row: &mut RawRow) {
        let last = self.cells.saturating_sub(1);
        let mut begin = 0;
        for (place, end) in self.ends.iter().take(self.cells).enumerate() {
            let cell = self.text.get(begin..*end).unwrap_or_default();
            begin = *end;
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
    }

    /// Reads the record that begins with `first`. Where its quotes do not close as they should, only
    /// that line is used up, and the answer is no.
    fn record(&mut self, first: &[u8]) -> Result<bool, TableError> {
        self.parser.reset();
        let mut place = (0, 0);
        if self.feed(first, &mut place) {
            return Ok(true);
        }
        let mut more = Vec::new();
        let mut bytes = first.to_vec();
        while more.len() < MORE_LINES {
            let next = self.lines.next();
            let Some(line) = next.map_err(|error| failed(&error, self.row))? else {
                break;
            };
            bytes.extend_from_slice(&line);
            let within = u64::try_from(bytes.len()).is_ok_and(|all| all <= self.lines.limit);
            let ended = within && self.feed(&line, &mut place);
            more.push(line);
            if ended
                && self.width.is_none_or(|width| width == self.cells)
                && has_sound_quotes(&bytes, self.delimiter)
            {
                return Ok(true);
            }
            if ended || !within {
                break;
            }
        }
        for line in more.into_iter().rev() {
            self.lines.waiting.push_front(line);
        }
        Ok(false)
    }

    /// Gives a line to the parser; says whether it ended the record. `place` is where the next byte
    /// of text and the next end of a cell belong.
    fn feed(&mut self, line: &[u8], place: &mut (usize, usize)) -> bool {
        let mut input = line;
        loop {
            let (text, ends) = (
                self.text.get_mut(place.0..).unwrap_or_default(),
                self.ends.get_mut(place.1..).unwrap_or_default(),
            );
            let (result, read, written, ended) = self.parser.read_record(input, text, ends);
            input = input.get(read..).unwrap_or_default();
            place.0 = place.0.saturating_add(written);
            place.1 = place.1.saturating_add(ended);
            match result {
                ReadRecordResult::OutputFull => {
                    self.text.resize(self.text.len().saturating_mul(2), 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    self.ends.resize(self.ends.len().saturating_mul(2), 0);
                }
                ReadRecordResult::Record => {
                    self.cells = place.1;
                    return true;
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return false,
            }
        }
    }
}

/// Whether quotes open where a cell begins and close where it ends.
fn has_sound_quotes(record: &[u8], delimiter: u8) -> bool {
    let mut bytes = record.iter().copied().peekable();
    let (mut begins, mut quoted) = (true, false);
    while let Some(byte) = bytes.next() {
        if byte != b'"' {
            begins = !quoted && (byte == delimiter || byte == b'\n');
            continue;
        }
        if !quoted {
            if !begins {
                return false;
            }
            quoted = true;
        } else if bytes.peek() == Some(&b'"') {
            bytes.next();
        } else {
            quoted = false;
            let ends = |next: &u8| *next == delimiter || matches!(next, b'\r' | b'\n');
            if !bytes.peek().is_none_or(ends) {
                return false;
            }
        }
        begins = false;
    }
    !quoted
}

fn failed(error: &io::Error, row: u64) -> TableError {
    let fault = match error.kind() {
        io::ErrorKind::FileTooLarge => TableFault::RowTooLong,
        _ => TableFault::Unreadable,
    };
    TableError::at(fault, row)
}

/// The lines of a file, each with its line break.
struct Lines {
    inner: BufReader<Box<dyn Read + Send>>,
    /// Lines that were read and are to be read again.
    waiting: VecDeque<Vec<u8>>,
    /// Bytes that a line may have.
    limit: u64,
}

impl Lines {
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.waiting.pop_front() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        let most = self.limit.saturating_add(1);
        let read = self
            .inner
            .by_ref()
            .take(most)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            if u64::try_from(read).is_ok_and(|read| read > self.limit) {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            // A last row without its line break is ended like every other.
            line.push(b'\n');
        }
        Ok(Some(line))
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
