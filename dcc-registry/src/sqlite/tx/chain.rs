//! The heads of a bucket, the audit chains, and the feed.

use sqlx::sqlite::SqliteConnection;

use crate::engine::Work;
use crate::fault::Faults;
use crate::sqlite::fields::{Reader, Writer};
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

pub(super) async fn state(
    connection: &mut SqliteConnection,
    partition: Partition,
) -> Result<State, StoreError> {
    let sql = "SELECT audit_number, audit_hash, feed_number, epoch \
               FROM bucket_state WHERE bucket = ?";
    let mut out = Writer::default();
    out.number(partition.number());
    let rows = fetch(connection, sql.to_owned(), out).await?;
    let Some(row) = rows.first() else {
        return Ok(State {
            head: Head::empty(partition),
            fed: 0,
            epoch: 0,
        });
    };
    let mut row = Reader::new(row, "bucket_state");
    let head = Head::new(partition, row.number()?, row.digest()?);
    Ok(State {
        head,
        fed: row.number()?,
        epoch: row.number()?,
    })
}

/// Moves the heads of a bucket, from where the work found them.
pub(super) async fn move_heads(
    connection: &mut SqliteConnection,
    work: &Work,
) -> Result<(), StoreError> {
    let events = u64::try_from(work.events.len()).unwrap_or(u64::MAX);
    let before = work.head.number.saturating_sub(events);
    put_state(connection, work.head, before, work.fed).await
}

async fn put_state(
    connection: &mut SqliteConnection,
    head: Head,
    before: u64,
    fed: u64,
) -> Result<(), StoreError> {
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
    match execute(connection, sql.to_owned(), out).await? {
        1 => Ok(()),
        _ => Err(StoreError::conflict("audit_event_pkey")),
    }
}

pub(super) async fn append_central(
    connection: &mut SqliteConnection,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    insert(connection, &[event]).await?;
    put_state(connection, event.head(), event.number.saturating_sub(1), 0).await
}

pub(super) async fn heads(connection: &mut SqliteConnection) -> Result<Vec<Head>, StoreError> {
    let sql = "SELECT bucket, audit_number, audit_hash FROM bucket_state \
               WHERE audit_number > 0 ORDER BY bucket";
    let rows = fetch(connection, sql.to_owned(), Writer::default()).await?;
    let head = |row: &mut Reader<'_>| {
        let partition = Partition::new(row.number()?).ok_or_else(|| row.corrupt())?;
        let (number, hash): (u64, Digest) = (row.number()?, row.digest()?);
        Ok(Head::new(partition, number, hash))
    };
    rows.iter()
        .map(|row| head(&mut Reader::new(row, "bucket_state")))
        .collect()
}

pub(super) async fn events(
    connection: &mut SqliteConnection,
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
    let rows = fetch(connection, sql, out).await?;
    rows.iter()
        .map(|row| AuditEvent::read(&mut Reader::new(row, AuditEvent::NAME)))
        .collect()
}

/// Numbers the waiting entries of each bucket behind the last place.
pub(super) async fn relay(
    connection: &mut SqliteConnection,
    faults: &Faults,
    limit: usize,
) -> Result<usize, StoreError> {
    let last = "SELECT coalesce(max(place), 0) FROM feed_log";
    let rows = fetch(connection, last.to_owned(), Writer::default()).await?;
    let row = rows.first().ok_or(StoreError::corrupt("feed_log"))?;
    let mut place: u64 = Reader::new(row, "feed_log").number()?;
    let waiting = "SELECT bucket, feed_relayed, feed_number FROM bucket_state \
                   WHERE feed_number > feed_relayed ORDER BY bucket";
    let rows = fetch(connection, waiting.to_owned(), Writer::default()).await?;
    let mut left = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut placed: u64 = 0;
    for row in &rows {
        let mut row = Reader::new(row, "bucket_state");
        let (bucket, from, to): (u16, u64, u64) = (row.number()?, row.number()?, row.number()?);
        let to = to.min(from.saturating_add(left));
        let moved = to.saturating_sub(from);
        if moved == 0 {
            break;
        }
        place_entries(connection, bucket, (from, to), place).await?;
        faults.step()?;
        place = place.saturating_add(moved);
        placed = placed.saturating_add(moved);
        left = left.saturating_sub(moved);
    }
    usize::try_from(placed).map_err(|_| StoreError::corrupt("feed_log"))
}

/// Places a bucket's entries behind `from`, up to `to`, behind `place`.
async fn place_entries(
    connection: &mut SqliteConnection,
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
    if execute(connection, sql.to_owned(), out).await? != to.saturating_sub(from) {
        return Err(StoreError::corrupt("feed_outbox"));
    }
    let mut out = Writer::default();
    out.number(to).number(bucket);
    let sql = "UPDATE bucket_state SET feed_relayed = ? WHERE bucket = ?";
    execute(connection, sql.to_owned(), out).await?;
    Ok(())
}

pub(super) async fn placed(
    connection: &mut SqliteConnection,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, FeedEntry)>, StoreError> {
    let sql = "SELECT l.place, o.bucket, o.number, o.subject, o.certificate, o.kind, o.detail, \
               o.told_at FROM feed_log l JOIN feed_outbox o \
               ON o.bucket = l.bucket AND o.number = l.number \
               WHERE l.place > ? ORDER BY l.place LIMIT ?";
    let mut out = Writer::default();
    out.number(after).limit(limit);
    let rows = fetch(connection, sql.to_owned(), out).await?;
    let entry = |row: &mut Reader<'_>| Ok((row.number()?, FeedRow::read(row)?.0));
    rows.iter()
        .map(|row| entry(&mut Reader::new(row, "feed_log")))
        .collect()
}
