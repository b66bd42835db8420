//! Leases, and the epochs beside the buckets' heads.

use alloc::collections::BTreeMap;

use dcc_model::Timestamp;
use rusqlite::Connection;

use crate::fault::Faults;
use crate::sqlite::fields::Writer;
use crate::sqlite::statement::{execute, fetch};
use crate::{Bucket, Digest, Lease, StoreError, WorkerId};

pub(super) fn lease(
    connection: &Connection,
    faults: &Faults,
    worker: &WorkerId,
    (among, wanted): (&[Bucket], usize),
    (now, until): (Timestamp, Timestamp),
) -> Result<Vec<Lease>, StoreError> {
    let mut known = standing(connection)?;
    let mut taken = Vec::new();
    for bucket in among {
        if taken.len() >= wanted {
            break;
        }
        let standing = known.remove(bucket);
        let free = standing.as_ref().is_none_or(|lease| {
            lease.until <= now || (lease.worker == *worker && !taken.contains(lease))
        });
        if !free {
            continue;
        }
        let epoch = standing.map_or(0, |lease| lease.epoch).saturating_add(1);
        let lease = Lease::new(*bucket, epoch, worker.clone(), until);
        write(connection, &lease)?;
        faults.step()?;
        known.insert(*bucket, lease.clone());
        taken.push(lease);
    }
    Ok(taken)
}

/// Every lease ever given; at most one a bucket.
fn standing(connection: &Connection) -> Result<BTreeMap<Bucket, Lease>, StoreError> {
    let sql = "SELECT bucket, epoch, worker, until FROM lease";
    let leases = fetch(connection, sql, Writer::default(), "lease", |row| {
        let bucket = Bucket::new(row.number()?).ok_or_else(|| row.corrupt())?;
        let (epoch, worker) = (row.number()?, WorkerId::new(row.text()?));
        Ok((bucket, Lease::new(bucket, epoch, worker, row.time()?)))
    })?;
    Ok(leases.into_iter().collect())
}

/// Writes the lease, and its epoch where the bucket's transactions see it.
fn write(connection: &Connection, lease: &Lease) -> Result<(), StoreError> {
    let sql = "INSERT INTO lease (bucket, epoch, worker, until) VALUES (?, ?, ?, ?) \
               ON CONFLICT (bucket) DO UPDATE SET epoch = excluded.epoch, \
               worker = excluded.worker, until = excluded.until \
               WHERE lease.epoch < excluded.epoch";
    let mut out = Writer::default();
    out.number(lease.bucket.number())
        .number(lease.epoch)
        .text(lease.worker.as_str())
        .time(lease.until);
    let given = execute(connection, sql, out)?;
    let sql = "INSERT INTO bucket_state \
               (bucket, epoch, audit_number, audit_hash, feed_number, feed_relayed) \
               VALUES (?, ?, 0, ?, 0, 0) ON CONFLICT (bucket) DO UPDATE SET \
               epoch = excluded.epoch WHERE bucket_state.epoch < excluded.epoch";
    let mut out = Writer::default();
    out.number(lease.bucket.number())
        .number(lease.epoch)
        .bytes(Digest::ZERO.as_bytes());
    match (given, execute(connection, sql, out)?) {
        (1, 1) => Ok(()),
        _ => Err(StoreError::conflict("lease")),
    }
}

pub(super) fn set_end(
    connection: &Connection,
    lease: &Lease,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE lease SET until = ? WHERE bucket = ? AND epoch = ?";
    let mut out = Writer::default();
    out.time(until)
        .number(lease.bucket.number())
        .number(lease.epoch);
    Ok(execute(connection, sql, out)? == 1)
}
