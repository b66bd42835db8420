//! The embedded, versioned schema.

use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::statement::foreign;
use crate::StoreError;

/// The versions, oldest first; each is applied once, in order.
const VERSIONS: &[&str] = &[include_str!("schema.sql")];

/// Brings a file to the present version, in one transaction.
pub(super) async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut tx = pool
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(|error| foreign(&error))?;
    let present = version(&mut tx).await?;
    let pending = VERSIONS
        .get(present..)
        .ok_or(StoreError::corrupt("schema_version"))?;
    for (place, text) in pending.iter().enumerate() {
        let script = text.replace("/*clustered*/", "WITHOUT ROWID");
        tx.execute(sqlx::raw_sql(AssertSqlSafe(script)))
            .await
            .map_err(|error| foreign(&error))?;
        let number = present.saturating_add(place).saturating_add(1);
        let number = i64::try_from(number).map_err(|_| StoreError::corrupt("schema_version"))?;
        sqlx::query("INSERT INTO schema_version (version) VALUES (?)")
            .bind(number)
            .execute(&mut *tx)
            .await
            .map_err(|error| foreign(&error))?;
    }
    tx.commit().await.map_err(|error| foreign(&error))
}

/// How many versions a file has had; an empty file none, a stranger's is refused.
async fn version(tx: &mut sqlx::SqliteConnection) -> Result<usize, StoreError> {
    let tables = "SELECT count(*), coalesce(sum(name = 'schema_version'), 0) \
                  FROM sqlite_master WHERE type = 'table'";
    let row = sqlx::query(tables)
        .fetch_one(&mut *tx)
        .await
        .map_err(|error| foreign(&error))?;
    let number = |column| {
        row.try_get::<i64, usize>(column)
            .map_err(|error| foreign(&error))
    };
    match (number(0)?, number(1)?) {
        (0, _) => return Ok(0),
        (_, 1) => {}
        _ => return Err(StoreError::corrupt("schema_version")),
    }
    let last = "SELECT coalesce(max(version), 0) FROM schema_version";
    let row = sqlx::query(last)
        .fetch_one(tx)
        .await
        .map_err(|error| foreign(&error))?;
    let number = row
        .try_get::<i64, usize>(0)
        .map_err(|error| foreign(&error))?;
    usize::try_from(number).map_err(|_| StoreError::corrupt("schema_version"))
}
