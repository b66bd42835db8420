//! Statements over many rows, and foreign errors turned into our own at once.

use core::fmt::Write as _;

use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, error::ErrorKind};

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
    fn write(&self, out: &mut Writer);

    /// Reads them in the same order.
    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError>;
}

/// The columns of a table, separated by commas.
pub(super) fn columns<T: Table>() -> String {
    [T::KEY, T::FIXED, T::MUTABLE].concat().join(", ")
}

/// Adds rows; one that is there already is a conflict.
pub(super) async fn insert<T: Table + Sync>(
    connection: &mut SqliteConnection,
    rows: &[&T],
) -> Result<(), StoreError> {
    put(connection, rows, "").await
}

/// Adds rows, or replaces the mutable columns of those that are there.
pub(super) async fn upsert<T: Table + Sync>(
    connection: &mut SqliteConnection,
    rows: &[&T],
) -> Result<(), StoreError> {
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
    put(connection, rows, &tail).await
}

async fn put<T: Table + Sync>(
    connection: &mut SqliteConnection,
    rows: &[&T],
    tail: &str,
) -> Result<(), StoreError> {
    let width = [T::KEY.len(), T::FIXED.len(), T::MUTABLE.len()]
        .iter()
        .sum();
    let head = format!("INSERT INTO {} ({}) VALUES ", T::NAME, columns::<T>());
    for chunk in chunks(rows) {
        let mut out = Writer::default();
        for row in chunk {
            row.write(&mut out);
        }
        let mut sql = head.clone();
        tuples(&mut sql, chunk.len(), width);
        sql.push_str(tail);
        execute(connection, sql, out).await?;
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
pub(super) async fn execute(
    connection: &mut SqliteConnection,
    sql: String,
    out: Writer,
) -> Result<u64, StoreError> {
    let query = sqlx::query_with(AssertSqlSafe(sql), arguments(out)?);
    let done = query
        .execute(connection)
        .await
        .map_err(|error| foreign(&error))?;
    Ok(done.rows_affected())
}

/// Runs a query.
pub(super) async fn fetch(
    connection: &mut SqliteConnection,
    sql: String,
    out: Writer,
) -> Result<Vec<SqliteRow>, StoreError> {
    let query = sqlx::query_with(AssertSqlSafe(sql), arguments(out)?);
    query
        .fetch_all(connection)
        .await
        .map_err(|error| foreign(&error))
}

fn arguments(out: Writer) -> Result<SqliteArguments, StoreError> {
    let arguments = out.finish()?;
    if arguments.len() > 32_000 {
        return Err(StoreError::invalid("arguments"));
    }
    Ok(arguments)
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
pub(super) fn foreign(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(inner) => {
            let kind = match inner.kind() {
                ErrorKind::UniqueViolation => StoreErrorKind::Conflict,
                ErrorKind::NotNullViolation
                | ErrorKind::CheckViolation
                | ErrorKind::ForeignKeyViolation => StoreErrorKind::Corrupt,
                _ => by_code(inner.code().as_deref()),
            };
            let message = inner.message();
            let table = |name: &&&str| message.contains(&format!(" {name}."));
            match NAMES.iter().find(table) {
                Some(name) => StoreError::new(kind).about(name),
                None => StoreError::new(kind),
            }
        }
        sqlx::Error::RowNotFound => StoreError::new(StoreErrorKind::NotFound),
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_) => StoreError::corrupt("row"),
        _ => StoreError::new(StoreErrorKind::Unavailable),
    }
}

/// SQLite's primary result code is the low byte of the extended one.
fn by_code(code: Option<&str>) -> StoreErrorKind {
    const ERROR: i64 = 1;
    const CORRUPT: i64 = 11;
    const MISUSE: i64 = 21;
    const NOT_A_DATABASE: i64 = 26;
    match code
        .and_then(|code| code.parse::<i64>().ok())
        .map(|code| code & 0xff)
    {
        Some(ERROR | CORRUPT | MISUSE | NOT_A_DATABASE) => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Unavailable,
    }
}
