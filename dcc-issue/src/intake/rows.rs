//! From cells to records, row by row.

use alloc::borrow::Cow;
use core::fmt;
use std::io::Read;

use dcc_model::{VietnamVaccine, civil};
use dcc_registry::{CommuneCode, DoseKind, Sex, SigningMode};

use super::dates::{DateFault, DateOrder, DateValue, ReadDate, read_date};
use super::header::{Column, ColumnMap, TableForm};
use super::profile::ColumnProfile;
use super::row_code::{FindingCode, RowCode, RowFinding};
use super::table::{CellKind, RawRow, Table, TableError, TableLimits};
use super::text::normalise;
use super::vocabulary::{DocumentWord, Words};

/// What an import is told beside its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IntakeOptions {
    /// What the file may cost.
    pub limits: TableLimits,
    /// The present day in Vietnam; doses after it are refused. `None` refuses none.
    pub today: Option<civil::Date>,
}

impl IntakeOptions {
    /// Default limits, and doses after `today` refused.
    pub fn on(today: civil::Date) -> Self {
        Self {
            today: Some(today),
            ..Self::default()
        }
    }
}

/// How a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RowState {
    /// Nothing was noticed.
    Accepted,
    /// It was taken, and something was noticed.
    WithFindings,
    /// It was not taken.
    Refused,
}

impl RowState {
    /// The word of reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::WithFindings => "accepted-with-findings",
            Self::Refused => "refused",
        }
    }
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowOutcome<T> {
    /// The row as a spreadsheet numbers it; the header is usually row 1.
    pub row: u64,
    /// The record; `None` where the row was refused.
    pub record: Option<T>,
    /// What was noticed; at least one that [refuses](FindingCode::refuses) where it was refused.
    pub findings: Vec<RowFinding>,
}

impl<T> RowOutcome<T> {
    /// How the row ended.
    pub const fn state(&self) -> RowState {
        match (&self.record, self.findings.is_empty()) {
            (None, _) => RowState::Refused,
            (Some(_), true) => RowState::Accepted,
            (Some(_), false) => RowState::WithFindings,
        }
    }
}

/// The rows of a file as records, from [`DoseRow::rows`](super::DoseRow::rows),
/// [`PersonRow::rows`](super::PersonRow::rows), [`FacilityRow::rows`](super::FacilityRow::rows) or
/// [`DelegationRow::rows`](super::DelegationRow::rows).
pub struct Rows<T> {
    table: Table,
    map: ColumnMap,
    tools: Tools,
    raw: RawRow,
    ended: bool,
    read: ReadRow<T>,
}

/// Makes a record of a row's cells; what is missing or wrong is found in them.
pub(super) type ReadRow<T> = fn(&mut Cells<'_>) -> Option<T>;

impl<T> Rows<T> {
    pub(super) fn new(
        input: impl Read + Send + 'static,
        profile: &ColumnProfile,
        options: &IntakeOptions,
        (form, read): (&TableForm, ReadRow<T>),
    ) -> Result<Self, TableError> {
        let table = Table::open(input, &options.limits)?;
        let map = ColumnMap::new(table.header(), profile, form)?;
        let tools = Tools::new(profile, options, table.counts_from_1904());
        Ok(Self {
            table,
            map,
            tools,
            raw: RawRow::default(),
            ended: false,
            read,
        })
    }

    fn outcome(&mut self) -> RowOutcome<T> {
        let mut findings = Vec::new();
        let mut fault = self.raw.fault;
        let surplus = |place: usize| !self.raw.cell(place).0.trim().is_empty();
        if fault.is_none() && (self.map.width..self.raw.len()).any(surplus) {
            fault = Some(RowCode::RowWidth);
        }
        let mut record = None;
        if let Some(fault) = fault {
            findings.push(RowFinding::new(fault, None));
        } else {
            let mut cells = Cells {
                raw: &self.raw,
                map: &self.map,
                tools: &mut self.tools,
                findings: &mut findings,
            };
            record = (self.read)(&mut cells);
        }
        let refused = findings.iter().any(|finding| finding.code.refuses());
        RowOutcome {
            row: self.raw.number,
            record: record.filter(|_| !refused),
            findings,
        }
    }
}

impl<T> Iterator for Rows<T> {
    type Item = Result<RowOutcome<T>, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.table.next_row(&mut self.raw) {
            Ok(true) => Some(Ok(self.outcome())),
            Ok(false) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(error))
            }
        }
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}

/// What stays the same from row to row, and what the rows before have shown.
pub(super) struct Tools {
    pub(super) sexes: Words<Sex>,
    pub(super) document_kinds: Words<DocumentWord>,
    pub(super) dose_kinds: Words<DoseKind>,
    pub(super) vaccines: Words<&'static VietnamVaccine>,
    pub(super) signing_modes: Words<SigningMode>,
    pub(super) order: DateOrder,
    pub(super) today: Option<civil::Date>,
    pub(super) counts_from_1904: bool,
    defaults: Vec<(Column, String)>,
    /// A date was met that is one only in the other order.
    other_order_seen: bool,
}

impl Tools {
    fn new(profile: &ColumnProfile, options: &IntakeOptions, counts_from_1904: bool) -> Self {
        let default_of = |column: &Column| {
            let value = profile.default_of(*column);
            (!value.is_empty()).then(|| (*column, value.to_owned()))
        };
        Self {
            sexes: profile.sexes(),
            document_kinds: profile.document_kinds(),
            dose_kinds: profile.dose_kinds(),
            vaccines: profile.vaccines(),
            signing_modes: profile.signing_modes(),
            order: profile.date_order(),
            today: options.today,
            counts_from_1904,
            defaults: Column::ALL.iter().filter_map(default_of).collect(),
            other_order_seen: false,
        }
    }
}

/// The cells of one row, by column.
pub(super) struct Cells<'r> {
    raw: &'r RawRow,
    map: &'r ColumnMap,
    pub(super) tools: &'r mut Tools,
    findings: &'r mut Vec<RowFinding>,
}

impl Cells<'_> {
    pub(super) fn find(&mut self, code: impl Into<FindingCode>, column: Column) {
        let finding = RowFinding::new(code, Some(column));
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn cell(&self, column: Column) -> (&str, CellKind) {
        let (text, kind) = self
            .map
            .place(column)
            .map_or(("", CellKind::Text), |place| self.raw.cell(place));
        if !text.trim().is_empty() || self.tools.defaults.is_empty() {
            return (text, kind);
        }
        let default = self.tools.defaults.iter().find(|(with, _)| *with == column);
        default.map_or((text, kind), |(_, default)| (default, CellKind::Text))
    }

    /// The normalised text of a cell and what kind of cell it was; what was changed is found.
    pub(super) fn value(&mut self, column: Column) -> (String, CellKind) {
        let mut changes = Vec::new();
        let (text, kind) = self.cell(column);
        let text = normalise(text, &mut changes).into_owned();
        if kind == CellKind::Error {
            self.find(RowCode::CellError, column);
        }
        for change in changes {
            self.find(change, column);
        }
        (text, kind)
    }

    pub(super) fn text(&mut self, column: Column) -> String {
        self.value(column).0
    }

    /// The text of a cell without which the row is refused.
    pub(super) fn required(&mut self, column: Column) -> Option<String> {
        let text = self.text(column);
        if text.is_empty() {
            self.find(RowCode::CellMissing, column);
            return None;
        }
        Some(text)
    }

    pub(super) fn date(&mut self, column: Column) -> Option<Result<ReadDate, DateFault>> {
        let mut changes = Vec::new();
        let (text, kind) = self.cell(column);
        let text: Cow<'_, str> = normalise(text, &mut changes);
        if text.is_empty() {
            return None;
        }
        let read = read_date((&text, kind), self.tools.order, self.tools.counts_from_1904);
        match read {
            Ok(date) if date.serial => self.find(RowCode::DateFromSerial, column),
            Ok(date) if date.ambiguous && self.tools.other_order_seen => {
                self.find(RowCode::DateOrderDoubtful, column);
            }
            Err(DateFault::OtherOrder) => self.tools.other_order_seen = true,
            _ => {}
        }
        Some(read)
    }

    /// A whole day that may be absent; anything else refuses the row.
    pub(super) fn day(&mut self, column: Column) -> Option<civil::Date> {
        match self.date(column)? {
            Ok(ReadDate {
                value: DateValue::Full(day),
                ..
            }) => return Some(day),
            Err(DateFault::OtherOrder) => self.find(RowCode::DateMonthFirst, column),
            _ => self.find(RowCode::DateUnreadable, column),
        }
        None
    }

    pub(super) fn required_day(&mut self, column: Column) -> Option<civil::Date> {
        if self.cell(column).0.trim().is_empty() {
            self.find(RowCode::CellMissing, column);
            return None;
        }
        self.day(column)
    }

    /// A commune's code, its lost zeros put back; empty where it is none.
    pub(super) fn commune(&mut self, column: Column) -> CommuneCode {
        let text = self.text(column);
        let sound = (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if sound {
            return CommuneCode::new(alloc::format!("{text:0>5}"));
        }
        self.find(RowCode::CommuneMalformed, column);
        CommuneCode::new("")
    }
}

impl fmt::Debug for Cells<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}
