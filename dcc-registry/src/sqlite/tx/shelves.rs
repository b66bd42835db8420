//! What lies outside the buckets: names and bodies.

use rusqlite::Connection;

use crate::StoreError;
use crate::engine::Shelf;
use crate::sqlite::fields::Writer;
use crate::sqlite::statement::{chunks, execute, fetch, tuples};

/// A name and its body.
type Named = (Vec<u8>, Vec<u8>);

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method is not general over the row's lifetime"
)]
pub(super) fn get(
    connection: &Connection,
    shelf: Shelf,
    keys: &[Vec<u8>],
) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let mut out = Writer::default();
        out.number(shelf.number()).bytes(key);
        let sql = "SELECT body FROM shelf WHERE shelf = ? AND name = ?";
        let bodies = fetch(connection, sql, out, "shelf", |row| row.bytes())?;
        found.push(bodies.into_iter().next());
    }
    Ok(found)
}

pub(super) fn put(
    connection: &Connection,
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
        execute(connection, &sql, out)?;
    }
    Ok(())
}

/// Names that begin with a prefix are those from it up to the first that does not.
pub(super) fn page(
    connection: &Connection,
    shelf: Shelf,
    prefix: &[u8],
    after: Option<&[u8]>,
    limit: usize,
) -> Result<Vec<Named>, StoreError> {
    let end = end_of(prefix);
    let mut sql = String::from("SELECT name, body FROM shelf WHERE shelf = ? AND name >= ?");
    let mut out = Writer::default();
    out.number(shelf.number()).bytes(prefix);
    if let Some(after) = after {
        sql.push_str(" AND name > ?");
        out.bytes(after);
    }
    if let Some(end) = &end {
        sql.push_str(" AND name < ?");
        out.bytes(end);
    }
    sql.push_str(" ORDER BY name LIMIT ?");
    out.limit(limit);
    fetch(connection, &sql, out, "shelf", |row| {
        Ok((row.bytes()?, row.bytes()?))
    })
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method is not general over the row's lifetime"
)]
pub(super) fn count(
    connection: &Connection,
    shelf: Shelf,
    prefix: &[u8],
) -> Result<u64, StoreError> {
    let end = end_of(prefix);
    let mut sql = String::from("SELECT count(*) FROM shelf WHERE shelf = ? AND name >= ?");
    let mut out = Writer::default();
    out.number(shelf.number()).bytes(prefix);
    if let Some(end) = &end {
        sql.push_str(" AND name < ?");
        out.bytes(end);
    }
    let counts = fetch(connection, &sql, out, "shelf", |row| row.number())?;
    counts.first().copied().ok_or(StoreError::corrupt("shelf"))
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
