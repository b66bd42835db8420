//! What lies outside the buckets: names and bodies.

use sqlx::sqlite::SqliteConnection;

use crate::StoreError;
use crate::engine::Shelf;
use crate::sqlite::fields::{Reader, Writer};
use crate::sqlite::statement::{chunks, execute, fetch, tuples};

pub(super) async fn get(
    connection: &mut SqliteConnection,
    shelf: Shelf,
    keys: &[Vec<u8>],
) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let mut out = Writer::default();
        out.number(shelf.number()).bytes(key);
        let sql = "SELECT body FROM shelf WHERE shelf = ? AND name = ?";
        let rows = fetch(connection, sql.to_owned(), out).await?;
        found.push(
            rows.first()
                .map(|row| Reader::new(row, "shelf").bytes())
                .transpose()?,
        );
    }
    Ok(found)
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    shelf: Shelf,
    rows: &[(Vec<u8>, Vec<u8>)],
) -> Result<(), StoreError> {
    for chunk in chunks(rows) {
        let mut sql = String::from("INSERT INTO shelf (shelf, name, body) VALUES ");
        tuples(&mut sql, chunk.len(), 3);
        sql.push_str(" ON CONFLICT (shelf, name) DO UPDATE SET body = excluded.body");
        let mut out = Writer::default();
        for (key, body) in chunk {
            out.number(shelf.number()).bytes(key).bytes(body);
        }
        execute(connection, sql, out).await?;
    }
    Ok(())
}

/// Names that begin with a prefix are those from it up to the first that does not.
pub(super) async fn page(
    connection: &mut SqliteConnection,
    shelf: Shelf,
    prefix: &[u8],
    after: Option<&[u8]>,
    limit: usize,
) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
    let mut sql = String::from("SELECT name, body FROM shelf WHERE shelf = ? AND name >= ?");
    let mut out = Writer::default();
    out.number(shelf.number()).bytes(prefix);
    if let Some(after) = after {
        sql.push_str(" AND name > ?");
        out.bytes(after);
    }
    if let Some(end) = end_of(prefix) {
        sql.push_str(" AND name < ?");
        out.bytes(&end);
    }
    sql.push_str(" ORDER BY name LIMIT ?");
    out.limit(limit);
    let read = |row: &mut Reader<'_>| Ok((row.bytes()?, row.bytes()?));
    let rows = fetch(connection, sql, out).await?;
    rows.iter()
        .map(|row| read(&mut Reader::new(row, "shelf")))
        .collect()
}

pub(super) async fn count(
    connection: &mut SqliteConnection,
    shelf: Shelf,
    prefix: &[u8],
) -> Result<u64, StoreError> {
    let mut sql = String::from("SELECT count(*) FROM shelf WHERE shelf = ? AND name >= ?");
    let mut out = Writer::default();
    out.number(shelf.number()).bytes(prefix);
    if let Some(end) = end_of(prefix) {
        sql.push_str(" AND name < ?");
        out.bytes(&end);
    }
    let rows = fetch(connection, sql, out).await?;
    let row = rows.first().ok_or(StoreError::corrupt("shelf"))?;
    Reader::new(row, "shelf").number()
}

/// The first name behind all that begin with `prefix`; `None` where there is none.
fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix.get(..=last)?.to_vec();
    if let Some(byte) = end.last_mut() {
        *byte = byte.saturating_add(1);
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_the_next_one() {
        assert_eq!(end_of(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(end_of(&[7, 0xff]), Some(vec![8]));
        assert_eq!(end_of(&[0xff]), None);
        assert_eq!(end_of(b""), None);
    }
}
