//! The whole set of people who could not be identified, for the Ministry of Public Security (R14).

use std::io::Write;

use dcc_registry::{Bucket, ScanFilter, VerificationState};

use super::make::PAGE;
use super::{Cleaning, CleaningError, Scope};
use crate::held::sheet;
use crate::{HeldRow, OutputTable, csv_bytes};

/// What an export wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportCount {
    /// People.
    pub subjects: u64,
    /// Their doses.
    pub doses: u64,
}

/// The columns behind those of a list.
const STATE: [&str; 2] = ["Trạng thái xác minh", "Thời điểm kiểm tra"];

impl Cleaning<'_> {
    /// Writes everybody in `scope` whose check needs cleaning to `out`, as CSV with the printed
    /// columns of a list, the state of the check and when it was made. Pages are written as they
    /// are read, so memory does not grow with the set.
    ///
    /// # Errors
    ///
    /// Those of the store and of `out`.
    pub async fn export(
        &self,
        scope: &Scope,
        out: &mut (dyn Write + Send),
    ) -> Result<ExportCount, CleaningError> {
        let states: Vec<VerificationState> = VerificationState::ALL
            .iter()
            .copied()
            .filter(|state| state.needs_cleaning())
            .collect();
        let filter = ScanFilter::in_states(states);
        let mut count = ExportCount::default();
        out.write_all(&csv_bytes(&table()))?;
        for bucket in Bucket::all() {
            let mut after = None;
            loop {
                let page = self.registry.scan(bucket, &filter, after, PAGE).await?;
                let ended = page.len() < PAGE;
                after = page.last().map(|subject| subject.record.id).or(after);
                let mut rows = table();
                for subject in &page {
                    if !scope.covers(&subject.record.identity.commune) {
                        continue;
                    }
                    let checked = &subject.record.verification;
                    let row = HeldRow::of(subject, &checked.reasons);
                    count.subjects = count.subjects.saturating_add(1);
                    count.doses = count.doses.saturating_add(row.doses);
                    let mut cells = sheet::cells(&row);
                    cells.truncate(sheet::PRINTED.len());
                    cells.push(checked.state.word().to_owned());
                    cells.push(
                        checked
                            .checked_at
                            .map_or_else(String::new, |at| at.to_string()),
                    );
                    rows.push(cells);
                }
                if !rows.is_empty() {
                    out.write_all(sheet::without_header(&csv_bytes(&rows)))?;
                }
                if ended {
                    break;
                }
            }
        }
        out.flush()?;
        Ok(count)
    }
}

fn table() -> OutputTable {
    OutputTable::new("Danh sách", sheet::PRINTED.into_iter().chain(STATE))
}
