//! The heads of a bucket, the audit chains, and the feed.

use rusqlite::Connection;

use crate::engine::Work;
use crate::fault::Faults;
use crate::sqlite::fields::Writer;
use crate::sqlite::statement::Table as _;
use crate::sqlite::statement::{columns, execute, fetch, insert};
use crate::sqlite::table::FeedRow;
use crate::{AuditEvent, Digest, FeedEntry, Head, Partition, StoreError};

/// A bucket's heads.
pub(super) struct State {
    pub(super) head: Head,
    pub(super) fed: u64,
    pub(super) epoch: u64,
}

pub(super) fn state(connection: &Connection, partition: Partition) -> Result<State, StoreError> {
    let sql = "SELECT audit_number, audit_hash, feed_number, epoch \
               FROM bucket_state WHERE bucket = ?";
    let mut out = Writer::default();
    out.number(partition.number());
    let rows = fetch(connection, sql, out, "bucket_state", |row| {
        let head = Head::new(partition, row.number()?, row.digest()?);
        Ok(State {
            head,
            fed: row.number()?,
            epoch: row.number()?,
        })
    })?;
    Ok(rows.into_iter().next().unwrap_or_else(|| State {
        head: Head::empty(partition),
        fed: 0,
        epoch: 0,
    }))
}

/// Moves the heads of a bucket, from where the work found them.
pub(super) fn move_heads(connection: &Connection, work: &Work) -> Result<(), StoreError> {
    let events = u64::try_from(work.events.len()).unwrap_or(u64::MAX);
    let before = work.head.number.saturating_sub(events);
    put_state(connection, work.head, before, work.fed)
}

fn put_state(connection: &Connection, head: Head, before: u64, fed: u64) -> Result<(), StoreError> {
    let sql = "INSERT INTO bucket_state \
               (bucket, epoch, audit_number, audit_hash, feed_number, feed_relayed) \
               VALUES (?, 0, ?, ?, ?, 0) ON CONFLICT (bucket) DO UPDATE SET \
               audit_number = excluded.audit_number, audit_hash = excluded.audit_hash, \
               feed_number = excluded.feed_number WHERE bucket_state.audit_number = ?";
    let mut out = Writer::default();
    out.number(head.partition.number())
        .number(head.number)
        .bytes(head.hash.as_bytes())
        .number(fed)
        .number(before);
    match execute(connection, sql, out)? {
        1 => Ok(()),
        _ => Err(StoreError::conflict("audit_event_pkey")),
    }
}

pub(super) fn append_central(
    connection: &Connection,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    insert(connection, &[event])?;
    put_state(connection, event.head(), event.number.saturating_sub(1), 0)
}

pub(super) fn heads(connection: &Connection) -> Result<Vec<Head>, StoreError> {
    let sql = "SELECT bucket, audit_number, audit_hash FROM bucket_state \
               WHERE audit_number > 0 ORDER BY bucket";
    fetch(connection, sql, Writer::default(), "bucket_state", |row| {
        let partition = Partition::new(row.number()?).ok_or_else(|| row.corrupt())?;
        let (number, hash): (u64, Digest) = (row.number()?, row.digest()?);
        Ok(Head::new(partition, number, hash))
    })
}

pub(super) fn events(
    connection: &Connection,
    partition: Partition,
    after: u64,
    limit: usize,
) -> Result<Vec<AuditEvent>, StoreError> {
    let sql = format!(
        "SELECT {} FROM audit_event WHERE bucket = ? AND number > ? ORDER BY number LIMIT ?",
        columns::<AuditEvent>()
    );
    let mut out = Writer::default();
    out.number(partition.number()).number(after).limit(limit);
    fetch(connection, &sql, out, AuditEvent::NAME, |row| {
        AuditEvent::read(row)
    })
}

/// Numbers the waiting entries of each bucket behind the last place.
pub(super) fn relay(
    connection: &Connection,
    faults: &Faults,
    limit: usize,
) -> Result<usize, StoreError> {
    let last = "SELECT coalesce(max(place), 0) FROM feed_log";
    let rows = fetch(connection, last, Writer::default(), "feed_log", |row| {
        row.number()
    })?;
    let mut place: u64 = *rows.first().ok_or(StoreError::corrupt("feed_log"))?;
    let waiting = "SELECT bucket, feed_relayed, feed_number FROM bucket_state \
                   WHERE feed_number > feed_relayed ORDER BY bucket";
    let rows: Vec<(u16, u64, u64)> = fetch(
        connection,
        waiting,
        Writer::default(),
        "bucket_state",
        |row| Ok((row.number()?, row.number()?, row.number()?)),
    )?;
    let mut left = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut placed: u64 = 0;
    for (bucket, from, to) in rows {
        let to = to.min(from.saturating_add(left));
        let moved = to.saturating_sub(from);
        if moved == 0 {
            break;
        }
        place_entries(connection, bucket, (from, to), place)?;
        faults.step()?;
        place = place.saturating_add(moved);
        placed = placed.saturating_add(moved);
        left = left.saturating_sub(moved);
    }
    usize::try_from(placed).map_err(|_| StoreError::corrupt("feed_log"))
}

/// Places a bucket's entries behind `from`, up to `to`, behind `place`.
fn place_entries(
    connection: &Connection,
    bucket: u16,
    (from, to): (u64, u64),
    place: u64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO feed_log (place, bucket, number) \
               SELECT number - ? + ?, bucket, number FROM feed_outbox \
               WHERE bucket = ? AND number > ? AND number <= ?";
    let mut out = Writer::default();
    out.number(from)
        .number(place)
        .number(bucket)
        .number(from)
        .number(to);
    if execute(connection, sql, out)? != to.saturating_sub(from) {
        return Err(StoreError::corrupt("feed_outbox"));
    }
    let mut out = Writer::default();
    out.number(to).number(bucket);
    let sql = "UPDATE bucket_state SET feed_relayed = ? WHERE bucket = ?";
    execute(connection, sql, out)?;
    Ok(())
}

pub(super) fn placed(
    connection: &Connection,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, FeedEntry)>, StoreError> {
    let sql = "SELECT l.place, o.bucket, o.number, o.subject, o.certificate, o.kind, o.detail, \
               o.told_at FROM feed_log l JOIN feed_outbox o \
               ON o.bucket = l.bucket AND o.number = l.number \
               WHERE l.place > ? ORDER BY l.place LIMIT ?";
    let mut out = Writer::default();
    out.number(after).limit(limit);
    fetch(connection, sql, out, "feed_log", |row| {
        Ok((row.number()?, FeedRow::read(row)?.0))
    })
}
