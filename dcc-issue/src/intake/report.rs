//! The count of an import: every row once, every code as often as it was found.

use alloc::collections::BTreeMap;

use super::row_code::{FindingCode, RowFinding};
use super::rows::{RowOutcome, RowState};

/// How many refused rows a report names one by one; the rest is only counted.
const NAMED: usize = 10_000;

/// What became of the rows of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntakeReport {
    states: BTreeMap<RowState, u64>,
    findings: BTreeMap<FindingCode, u64>,
    refused: Vec<RefusedRow>,
}

/// A refused row: its number and why. It holds no cell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedRow {
    /// The row as a spreadsheet numbers it.
    pub row: u64,
    /// Everything that was noticed.
    pub findings: Vec<RowFinding>,
}

impl IntakeReport {
    /// Counts one row.
    pub fn count<T>(&mut self, outcome: &RowOutcome<T>) {
        let state = outcome.state();
        add_one(self.states.entry(state).or_default());
        for finding in &outcome.findings {
            add_one(self.findings.entry(finding.code).or_default());
        }
        if state == RowState::Refused && self.refused.len() < NAMED {
            let findings = outcome.findings.clone();
            self.refused.push(RefusedRow {
                row: outcome.row,
                findings,
            });
        }
    }

    /// All rows; the sum over the three states.
    pub fn rows(&self) -> u64 {
        self.states
            .values()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The rows that ended in `state`.
    pub fn in_state(&self, state: RowState) -> u64 {
        self.states.get(&state).copied().unwrap_or(0)
    }

    /// How often each code was found, one row and column at most once.
    pub fn findings(&self) -> impl Iterator<Item = (FindingCode, u64)> + '_ {
        self.findings.iter().map(|(code, count)| (*code, *count))
    }

    /// The first 10,000 refused rows.
    pub fn refused(&self) -> &[RefusedRow] {
        &self.refused
    }
}

const fn add_one(count: &mut u64) {
    *count = count.saturating_add(1);
}
