//! The look-up tables: rows with a bucket from their own key.

use alloc::collections::BTreeMap;

use rusqlite::Connection;

use crate::engine::{Lookup, LookupRow};
use crate::sqlite::fields::Writer;
use crate::sqlite::statement::{chunks, execute, fetch, tuples};
use crate::{Bucket, LookupKey, StoreError, SubjectId};

const fn table_name(table: Lookup) -> &'static str {
    match table {
        Lookup::Certificate => "certificate_lookup",
        Lookup::Dose => "dose_lookup",
        Lookup::Document => "document_lookup",
    }
}

pub(super) fn reserve(
    connection: &Connection,
    table: Lookup,
    rows: &[LookupRow],
) -> Result<Vec<SubjectId>, StoreError> {
    let mut sorted: Vec<&LookupRow> = rows.iter().collect();
    sorted.sort_by_key(|row| (row.key, row.subject));
    sorted.dedup_by_key(|row| (row.key, row.subject));
    let mut added: u64 = 0;
    for chunk in chunks(&sorted) {
        let mut sql = format!(
            "INSERT INTO {} (bucket, lookup, subject, reserved_at) VALUES ",
            table_name(table)
        );
        tuples(&mut sql, chunk.len(), 4);
        sql.push_str(" ON CONFLICT DO NOTHING");
        let mut out = Writer::default();
        for row in chunk {
            out.number(row.key.bucket().number())
                .bytes(row.key.as_bytes())
                .bytes(row.subject.as_bytes())
                .time(row.reserved_at);
        }
        added = added.saturating_add(execute(connection, &sql, out)?);
    }
    let own = rows.iter().map(|row| row.subject).collect();
    let all_new = usize::try_from(added).is_ok_and(|added| added == sorted.len());
    if table == Lookup::Document || all_new {
        return Ok(own);
    }
    let keys: Vec<LookupKey> = rows.iter().map(|row| row.key).collect();
    let found = look_up(connection, table, &keys)?;
    let first = |subjects: Vec<SubjectId>| subjects.first().copied();
    found
        .into_iter()
        .map(|subjects| first(subjects).ok_or_else(|| StoreError::corrupt(table_name(table))))
        .collect()
}

pub(super) fn look_up(
    connection: &Connection,
    table: Lookup,
    keys: &[LookupKey],
) -> Result<Vec<Vec<SubjectId>>, StoreError> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut found: BTreeMap<LookupKey, Vec<SubjectId>> = BTreeMap::new();
    for chunk in chunks(&sorted) {
        let name = table_name(table);
        let mut sql =
            format!("SELECT lookup, subject FROM {name} WHERE (bucket, lookup) IN (VALUES ");
        tuples(&mut sql, chunk.len(), 2);
        sql.push_str(") ORDER BY lookup, subject");
        let mut out = Writer::default();
        for key in chunk {
            out.number(key.bucket().number()).bytes(key.as_bytes());
        }
        for (key, subject) in fetch(connection, &sql, out, name, |row| {
            Ok((row.key()?, row.id()?))
        })? {
            found.entry(key).or_default().push(subject);
        }
    }
    Ok(keys
        .iter()
        .map(|key| found.get(key).cloned().unwrap_or_default())
        .collect())
}

pub(super) fn rows(
    connection: &Connection,
    table: Lookup,
    bucket: Bucket,
) -> Result<Vec<LookupRow>, StoreError> {
    let name = table_name(table);
    let sql = format!(
        "SELECT lookup, subject, reserved_at FROM {name} WHERE bucket = ? ORDER BY lookup, subject"
    );
    let mut out = Writer::default();
    out.number(bucket.number());
    fetch(connection, &sql, out, name, |row| {
        Ok(LookupRow {
            key: row.key()?,
            subject: row.id()?,
            reserved_at: row.time()?,
        })
    })
}

pub(super) fn remove(
    connection: &Connection,
    table: Lookup,
    rows: &[LookupRow],
) -> Result<(), StoreError> {
    for row in rows {
        let name = table_name(table);
        let sql = format!("DELETE FROM {name} WHERE bucket = ? AND lookup = ? AND subject = ?");
        let mut out = Writer::default();
        out.number(row.key.bucket().number())
            .bytes(row.key.as_bytes())
            .bytes(row.subject.as_bytes());
        execute(connection, &sql, out)?;
    }
    Ok(())
}
