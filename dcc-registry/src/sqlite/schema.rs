//! The embedded, versioned schema.

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use super::statement::foreign;
use crate::StoreError;

/// The versions, oldest first; each is applied once, in order.
const VERSIONS: &[&str] = &[include_str!("schema.sql")];

/// Brings a file to the present version, in one transaction.
pub(super) fn migrate(connection: &Connection) -> Result<(), StoreError> {
    apply(connection).map_err(|error| foreign(&error))?
}

fn apply(connection: &Connection) -> Result<Result<(), StoreError>, rusqlite::Error> {
    const STRANGE: StoreError = StoreError::corrupt("schema_version");
    let tx = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let Some(present) = version(&tx)? else {
        return Ok(Err(STRANGE));
    };
    let Some(pending) = usize::try_from(present)
        .ok()
        .and_then(|at| VERSIONS.get(at..))
    else {
        return Ok(Err(STRANGE));
    };
    for (number, text) in (present.saturating_add(1)..).zip(pending) {
        tx.execute_batch(&text.replace("/*clustered*/", "WITHOUT ROWID"))?;
        tx.execute("INSERT INTO schema_version (version) VALUES (?)", [number])?;
    }
    tx.commit()?;
    Ok(Ok(()))
}

/// How many versions a file has had: an empty one none; `None` for a stranger's.
fn version(tx: &Transaction<'_>) -> Result<Option<i64>, rusqlite::Error> {
    let tables = "SELECT count(*), coalesce(sum(name = 'schema_version'), 0) \
                  FROM sqlite_master WHERE type = 'table'";
    let counts = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (all, own): (i64, i64) = tx.query_row(tables, [], counts)?;
    match (all, own) {
        (0, _) => Ok(Some(0)),
        (_, 1) => {
            let last = "SELECT max(version) FROM schema_version";
            let last = tx.query_row(last, [], |row| row.get(0)).optional()?;
            Ok(Some(last.flatten().unwrap_or(0)))
        }
        _ => Ok(None),
    }
}
