//! Statements over many rows, and foreign errors turned into our own at once.

use core::fmt::Write as _;

use rusqlite::{Connection, Error, ErrorCode, ffi};

use super::fields::{Reader, Writer};
use crate::{StoreError, StoreErrorKind};

/// The row counts of prepared statements: few, so that each is prepared once.
const SIZES: &[usize] = &[64, 32, 16, 8, 4, 3, 2, 1];

/// How a kind of row lies in its table.
pub(super) trait Table: Sized {
    /// The table.
    const NAME: &'static str;
    /// Its primary key.
    const KEY: &'static [&'static str];
    /// The other columns that never change.
    const FIXED: &'static [&'static str];
    /// The columns that do.
    const MUTABLE: &'static [&'static str];

    /// Writes key, fixed and mutable columns, in this order.
    fn write<'v>(&'v self, out: &mut Writer<'v>);

    /// Reads them in the same order.
    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError>;
}

/// The columns of a table, separated by commas.
pub(super) fn columns<T: Table>() -> String {
    [T::KEY, T::FIXED, T::MUTABLE].concat().join(", ")
}

/// Adds rows; one that is there already is a conflict.
pub(super) fn insert<T: Table>(connection: &Connection, rows: &[&T]) -> Result<(), StoreError> {
    put(connection, rows, "")
}

/// Adds rows, or replaces the mutable columns of those that are there.
pub(super) fn upsert<T: Table>(connection: &Connection, rows: &[&T]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let sets: Vec<String> = T::MUTABLE
        .iter()
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    let tail = format!(
        " ON CONFLICT ({}) DO UPDATE SET {}",
        T::KEY.join(", "),
        sets.join(", ")
    );
    put(connection, rows, &tail)
}

/// One statement, run for each row: without a wire to a server that is the fastest.
fn put<T: Table>(connection: &Connection, rows: &[&T], tail: &str) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let width = [T::KEY.len(), T::FIXED.len(), T::MUTABLE.len()]
        .iter()
        .sum();
    let mut sql = format!("INSERT INTO {} ({}) VALUES ", T::NAME, columns::<T>());
    tuples(&mut sql, 1, width);
    sql.push_str(tail);
    let mut statement = connection.prepare_cached(&sql).map_err(|e| foreign(&e))?;
    let mut out = Writer::default();
    for row in rows {
        row.write(&mut out);
        out.bind(&mut statement)?;
        statement.raw_execute().map_err(|error| foreign(&error))?;
    }
    Ok(())
}

/// Cuts a slice into pieces of the sizes of prepared statements.
pub(super) fn chunks<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    core::iter::from_fn(move || {
        let size = SIZES.iter().find(|size| **size <= rows.len())?;
        let (chunk, rest) = rows.split_at_checked(*size)?;
        rows = rest;
        Some(chunk)
    })
}

/// Appends `rows` groups of `width` placeholders.
pub(super) fn tuples(sql: &mut String, rows: usize, width: usize) {
    let mut tuple = String::from("(");
    tuple.push_str(&vec!["?"; width].join(","));
    tuple.push(')');
    for place in 0..rows {
        if place > 0 {
            sql.push(',');
        }
        sql.push_str(&tuple);
    }
}

/// Appends a list of `count` placeholders in brackets.
pub(super) fn list(sql: &mut String, count: usize) {
    // Writing to a string cannot fail.
    let _written = write!(sql, "({})", vec!["?"; count].join(","));
}

/// Runs a statement, and tells how many rows it touched.
pub(super) fn execute(
    connection: &Connection,
    sql: &str,
    mut out: Writer<'_>,
) -> Result<u64, StoreError> {
    let statement = connection.prepare_cached(sql);
    let mut statement = statement.map_err(|error| foreign(&error))?;
    out.bind(&mut statement)?;
    let touched = statement.raw_execute().map_err(|error| foreign(&error))?;
    u64::try_from(touched).map_err(|_| StoreError::corrupt("row"))
}

/// Runs a query; `about` names the table in the error of a row that `read` cannot take.
pub(super) fn fetch<T>(
    connection: &Connection,
    sql: &str,
    mut out: Writer<'_>,
    about: &'static str,
    read: impl Fn(&mut Reader<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let statement = connection.prepare_cached(sql);
    let mut statement = statement.map_err(|error| foreign(&error))?;
    out.bind(&mut statement)?;
    let (mut rows, mut found) = (statement.raw_query(), Vec::new());
    while let Some(row) = rows.next().map_err(|error| foreign(&error))? {
        found.push(read(&mut Reader::new(row, about))?);
    }
    Ok(found)
}

/// The names that may stand in an error: our own, never text of a row.
const NAMES: &[&str] = &[
    "audit_event",
    "bucket_state",
    "certificate_lookup",
    "certificate",
    "cleaning_case",
    "correction_request",
    "decision",
    "document_lookup",
    "dose_lookup",
    "dose",
    "feed_log",
    "feed_outbox",
    "lease",
    "schema_version",
    "shelf",
    "subject_identity",
    "subject_link",
    "subject",
];

/// A database's error as kind and constraint; its text goes no further.
pub(super) fn foreign(error: &Error) -> StoreError {
    match error {
        Error::SqliteFailure(inner, message) => {
            let kind = match inner.extended_code {
                ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                    StoreErrorKind::Conflict
                }
                _ => by_code(inner.code),
            };
            let message = message.as_deref().unwrap_or_default();
            let table = |name: &&&str| message.contains(&format!(" {name}."));
            match NAMES.iter().find(table) {
                Some(name) => StoreError::new(kind).about(name),
                None => StoreError::new(kind),
            }
        }
        Error::QueryReturnedNoRows => StoreError::new(StoreErrorKind::NotFound),
        Error::SqlInputError { .. } => StoreError::new(StoreErrorKind::Corrupt),
        _ => StoreError::corrupt("row"),
    }
}

/// Whether another process is in the way.
pub(super) fn is_busy(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

const fn by_code(code: ErrorCode) -> StoreErrorKind {
    match code {
        ErrorCode::Unknown
        | ErrorCode::ConstraintViolation
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::ApiMisuse
        | ErrorCode::TypeMismatch
        | ErrorCode::NotADatabase => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Unavailable,
    }
}
