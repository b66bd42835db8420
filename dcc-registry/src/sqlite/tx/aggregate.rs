//! Loading and saving the rows of subjects; every statement names one bucket.

use rusqlite::Connection;

use super::chain;
use crate::engine::{Certificates, Mark, Part, Parts, Rows, Selection, Versions, Work, is_live};
use crate::fault::Faults;
use crate::sqlite::fields::Writer;
use crate::sqlite::statement::{Table, columns, fetch, insert, list, upsert};
use crate::sqlite::table::{FeedRow, IdentityRow};
use crate::{
    Bucket, CaseRecord, CertificateRecord, CorrectionRequest, Decision, DoseRecord, Partition,
    StoreError, SubjectId, SubjectLink, SubjectRecord,
};

/// How many subjects one statement names.
const NAMED: &[usize] = &[1, 2, 4, 8, 16, 32, 64, 128];

pub(super) fn load(
    connection: &Connection,
    bucket: Bucket,
    who: &Selection,
    parts: Parts,
) -> Result<Work, StoreError> {
    let state = chain::state(connection, Partition::of(bucket))?;
    let mut work = Work::new(bucket, state.head, state.fed, state.epoch);
    let all = [None];
    let groups: Vec<Option<&[SubjectId]>> = match who {
        Selection::All => all.to_vec(),
        Selection::Ids(ids) => ids.chunks(128).map(Some).collect(),
    };
    for ids in groups {
        load_group(connection, &mut work, ids, parts)?;
    }
    Ok(work)
}

/// Loads some subjects of the work's bucket, or all.
fn load_group(
    connection: &Connection,
    work: &mut Work,
    ids: Option<&[SubjectId]>,
    parts: Parts,
) -> Result<(), StoreError> {
    let bucket = work.bucket;
    for row in select::<SubjectRecord>(connection, bucket, ids, "")? {
        work.subjects.load(row.id, row);
    }
    if parts.doses != Versions::None {
        let which = if parts.doses == Versions::All {
            ""
        } else {
            " AND state <> 1"
        };
        for row in select::<DoseRecord>(connection, bucket, ids, which)? {
            work.doses.load(
                (row.key.subject, row.key.dose_ref.clone(), row.version),
                row,
            );
        }
    }
    if parts.certificates != Certificates::None {
        let which = if parts.certificates == Certificates::All {
            ""
        } else {
            " AND state <= 2"
        };
        for row in select::<CertificateRecord>(connection, bucket, ids, which)? {
            work.certificates
                .load((row.subject(), row.id().clone()), row);
        }
    }
    if parts.has(Part::Identities) {
        for row in select::<IdentityRow>(connection, bucket, ids, "")? {
            work.identities.load((row.0, row.1.version), row.1);
        }
    }
    if parts.has(Part::Cases) {
        for row in select::<CaseRecord>(connection, bucket, ids, "")? {
            work.cases.load((row.subject, row.number), row);
        }
    }
    if parts.has(Part::Decisions) {
        for row in select::<Decision>(connection, bucket, ids, "")? {
            work.decisions.load((row.subject, row.batch), row);
        }
    }
    if parts.has(Part::Requests) {
        for row in select::<CorrectionRequest>(connection, bucket, ids, "")? {
            work.requests
                .load((row.subject, row.reference.clone()), row);
        }
    }
    if parts.has(Part::Links) {
        for row in select::<SubjectLink>(connection, bucket, ids, "")? {
            work.links.load((row.subject, row.other), row);
        }
    }
    Ok(())
}

fn select<T: Table>(
    connection: &Connection,
    bucket: Bucket,
    ids: Option<&[SubjectId]>,
    which: &str,
) -> Result<Vec<T>, StoreError> {
    let mut sql = format!(
        "SELECT {} FROM {} WHERE bucket = ?",
        columns::<T>(),
        T::NAME
    );
    let mut out = Writer::default();
    out.number(bucket.number());
    if let Some(ids) = ids {
        let Some(last) = ids.last() else {
            return Ok(Vec::new());
        };
        let named = NAMED.iter().find(|size| **size >= ids.len()).copied();
        let named = named.unwrap_or(ids.len());
        sql.push_str(" AND subject IN ");
        list(&mut sql, named);
        // Naming the last one again keeps the number of different statements small.
        for id in ids.iter().chain(core::iter::repeat(last)).take(named) {
            out.bytes(id.as_bytes());
        }
    }
    sql.push_str(which);
    fetch(connection, &sql, out, T::NAME, |row| T::read(row))
}

pub(super) fn save(
    connection: &Connection,
    faults: &Faults,
    work: &Work,
) -> Result<(), StoreError> {
    save_rows(connection, faults, &work.subjects)?;
    let earlier: Vec<IdentityRow> = work
        .identities
        .marked(Mark::Added)
        .into_iter()
        .map(IdentityRow::of)
        .collect();
    insert(connection, &earlier.iter().collect::<Vec<_>>())?;
    faults.step()?;
    save_rows(connection, faults, &work.doses)?;
    save_certificates(connection, faults, work)?;
    save_rows(connection, faults, &work.cases)?;
    let mut decisions = work.decisions.marked(Mark::Changed);
    decisions.extend(work.decisions.marked(Mark::Added));
    upsert(connection, &values(&decisions))?;
    save_rows(connection, faults, &work.requests)?;
    save_rows(connection, faults, &work.links)?;
    let entries: Vec<FeedRow> = work.feed.iter().cloned().map(FeedRow).collect();
    insert(connection, &entries.iter().collect::<Vec<_>>())?;
    faults.step()?;
    insert(connection, &work.events.iter().collect::<Vec<_>>())?;
    faults.step()?;
    chain::move_heads(connection, work)
}

/// Changed rows first: what makes room precedes what takes it.
fn save_rows<K: Ord, T: Table>(
    connection: &Connection,
    faults: &Faults,
    rows: &Rows<K, T>,
) -> Result<(), StoreError> {
    let changed = rows.marked(Mark::Changed);
    if !changed.is_empty() {
        upsert(connection, &values(&changed))?;
        faults.step()?;
    }
    let added = rows.marked(Mark::Added);
    if !added.is_empty() {
        insert(connection, &values(&added))?;
        faults.step()?;
    }
    Ok(())
}

/// Certificates that leave their place go before those that take it: the partial unique indexes
/// are checked row by row.
fn save_certificates(
    connection: &Connection,
    faults: &Faults,
    work: &Work,
) -> Result<(), StoreError> {
    let mut changed = values(&work.certificates.marked(Mark::Changed));
    changed.sort_by_key(|record| is_live(record.state));
    upsert(connection, &changed)?;
    faults.step()?;
    insert(connection, &values(&work.certificates.marked(Mark::Added)))?;
    faults.step()
}

fn values<'rows, K, T>(rows: &[(&'rows K, &'rows T)]) -> Vec<&'rows T> {
    rows.iter().map(|(_, row)| *row).collect()
}
