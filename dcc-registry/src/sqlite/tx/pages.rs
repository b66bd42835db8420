//! Pages of subjects, and the figures of batches.

use dcc_model::Timestamp;
use sqlx::sqlite::SqliteConnection;

use crate::engine::Page;
use crate::sqlite::fields::{Reader, Writer};
use crate::sqlite::statement::{fetch, list};
use crate::{BatchId, Bucket, Column, Columns, StoreError, SubjectId, Tally, VerificationState};

pub(super) async fn page(
    connection: &mut SqliteConnection,
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
    if let Some(after) = after {
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
    ids(&fetch(connection, sql, out).await?, table)
}

pub(super) async fn expiring(
    connection: &mut SqliteConnection,
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
    if let Some((at, subject)) = after {
        sql.push_str(" AND (expires_at, subject) > (?, ?)");
        out.time(at).bytes(subject.as_bytes());
    }
    sql.push_str(" ORDER BY expires_at, subject LIMIT ?");
    out.limit(limit);
    ids(&fetch(connection, sql, out).await?, "certificate")
}

fn ids(
    rows: &[sqlx::sqlite::SqliteRow],
    about: &'static str,
) -> Result<Vec<SubjectId>, StoreError> {
    rows.iter()
        .map(|row| Reader::new(row, about).id())
        .collect()
}

pub(super) async fn tally(
    connection: &mut SqliteConnection,
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
    for row in fetch(connection, sql.to_owned(), out).await? {
        let mut row = Reader::new(&row, "decision");
        let verdict = row.word(Column::ALL)?;
        let reasons = row.reasons()?;
        let subjects = row.number()?;
        tally.subjects.add(verdict, subjects);
        let mut doses = Columns::default();
        for column in Column::ALL {
            doses.add(*column, row.number()?);
        }
        tally.doses.merge(doses);
        for reason in reasons {
            let number = tally.reasons.entry(reason).or_default();
            *number = number.saturating_add(subjects);
        }
    }
    Ok(())
}
