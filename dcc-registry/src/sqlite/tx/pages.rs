//! Pages of subjects, and the figures of batches.

use dcc_model::Timestamp;
use rusqlite::Connection;

use crate::engine::Page;
use crate::sqlite::fields::Writer;
use crate::sqlite::statement::{fetch, list};
use crate::{BatchId, Bucket, Column, Columns, StoreError, SubjectId, Tally, VerificationState};

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method is not general over the row's lifetime"
)]
pub(super) fn page(
    connection: &Connection,
    bucket: Bucket,
    page: &Page,
    after: Option<SubjectId>,
    limit: usize,
) -> Result<Vec<SubjectId>, StoreError> {
    let (table, which) = match page {
        Page::Subjects(_) => ("subject", ""),
        Page::OpenIntents => ("certificate", " AND state < 2"),
        Page::OpenCases => ("cleaning_case", " AND closed_at IS NULL"),
        Page::OpenRequests => ("correction_request", " AND state = 0"),
    };
    let mut sql = format!("SELECT DISTINCT subject FROM {table} WHERE bucket = ?{which}");
    let mut out = Writer::default();
    out.number(bucket.number());
    if let Some(after) = &after {
        sql.push_str(" AND subject > ?");
        out.bytes(after.as_bytes());
    }
    if let Page::Subjects(states) = page
        && !states.is_empty()
    {
        sql.push_str(" AND verification IN ");
        list(&mut sql, states.len());
        for state in states {
            out.word(VerificationState::ALL, state);
        }
    }
    sql.push_str(" ORDER BY subject LIMIT ?");
    out.limit(limit);
    fetch(connection, &sql, out, table, |row| row.id())
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method is not general over the row's lifetime"
)]
pub(super) fn expiring(
    connection: &Connection,
    bucket: Bucket,
    before: Timestamp,
    after: Option<(Timestamp, SubjectId)>,
    limit: usize,
) -> Result<Vec<SubjectId>, StoreError> {
    let mut sql = String::from(
        "SELECT subject FROM certificate WHERE bucket = ? AND state = 2 AND expires_at < ?",
    );
    let mut out = Writer::default();
    out.number(bucket.number()).time(before);
    if let Some((at, subject)) = &after {
        sql.push_str(" AND (expires_at, subject) > (?, ?)");
        out.time(*at).bytes(subject.as_bytes());
    }
    sql.push_str(" ORDER BY expires_at, subject LIMIT ?");
    out.limit(limit);
    fetch(connection, &sql, out, "certificate", |row| row.id())
}

pub(super) fn tally(
    connection: &Connection,
    bucket: Bucket,
    batch: BatchId,
    tally: &mut Tally,
) -> Result<(), StoreError> {
    let sql = "SELECT verdict, reasons, count(*), CAST(sum(issued) AS BIGINT), \
               CAST(sum(unchanged) AS BIGINT), CAST(sum(held) AS BIGINT), \
               CAST(sum(refused) AS BIGINT) FROM decision WHERE bucket = ? AND batch = ? \
               GROUP BY verdict, reasons";
    let mut out = Writer::default();
    out.number(bucket.number()).bytes(batch.digest().as_bytes());
    let groups = fetch(connection, sql, out, "decision", |row| {
        let (verdict, reasons) = (row.word(Column::ALL)?, row.reasons()?);
        let subjects: u64 = row.number()?;
        let mut doses = Columns::default();
        for column in Column::ALL {
            doses.add(*column, row.number()?);
        }
        Ok((verdict, reasons, subjects, doses))
    })?;
    for (verdict, reasons, subjects, doses) in groups {
        tally.subjects.add(verdict, subjects);
        tally.doses.merge(doses);
        for reason in reasons {
            let number = tally.reasons.entry(reason).or_default();
            *number = number.saturating_add(subjects);
        }
    }
    Ok(())
}
