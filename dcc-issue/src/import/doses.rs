//! Rows of doses, streamed: one thread reads and checks them, the register takes them in.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use dcc_registry::{
    Act, DoseOutcome, IdentityRule, Intake, IntakeOutcome, ReferenceKey, Registry, SubjectId,
    SubjectOutcome, VerificationResult, VerificationState,
};

use super::ImportError;
use crate::RefusalCode;
use crate::intake::{DoseRow, IntakeReport, Rows, TableError, intakes};

/// Rows that are taken in together, in one transaction: some 30 MB.
const CHUNK: usize = 32_768;

/// What an import of doses did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoseImportReport {
    /// The rows, as the table has them.
    pub rows: IntakeReport,
    /// New subjects.
    pub subjects_added: u64,
    /// Known subjects whose identity was replaced.
    pub subjects_updated: u64,
    /// Rows or groups of rows whose personal data contradict what stands under their subject
    /// reference; the subjects are held as `subject-conflict`.
    pub conflicts: u64,
    /// Corrections refused because the subject is identified (R55-R56).
    pub identified: u64,
    /// New doses.
    pub doses_added: u64,
    /// Known doses, the same as before.
    pub doses_unchanged: u64,
    /// Known doses with other content: a new version, whose attestation begins anew.
    pub doses_corrected: u64,
    /// Rows whose dose reference belongs to another subject, or was withdrawn.
    pub doses_not_taken: u64,
}

struct Chunk {
    rows: Vec<DoseRow>,
    report: IntakeReport,
}

/// Takes in a table of doses. `rule` says what rows may do to known subjects; `progress` is told
/// after every chunk.
///
/// # Errors
///
/// [`ImportError`].
pub async fn import_doses(
    (registry, key): (&dyn Registry, &ReferenceKey),
    rows: Rows<DoseRow>,
    rule: IdentityRule,
    act: &Act,
    progress: &mut (dyn FnMut(&DoseImportReport) + Send),
) -> Result<DoseImportReport, ImportError> {
    let mut report = DoseImportReport::default();
    let chunks = Reading::start(rows);
    while let Some(chunk) = chunks.next() {
        let chunk = chunk?;
        report.rows = chunk.report;
        let items = intakes(chunk.rows, key, rule);
        let outcomes = registry.take_in(act, &items).await?;
        hold_conflicts(registry, act, &items, &outcomes).await?;
        for outcome in &outcomes {
            report.count(outcome);
        }
        progress(&report);
    }
    chunks.finish()?;
    Ok(report)
}

impl DoseImportReport {
    fn count(&mut self, outcome: &IntakeOutcome) {
        let counter = match outcome.subject {
            SubjectOutcome::Added => Some(&mut self.subjects_added),
            SubjectOutcome::Updated => Some(&mut self.subjects_updated),
            SubjectOutcome::Conflict => Some(&mut self.conflicts),
            SubjectOutcome::Identified => Some(&mut self.identified),
            _ => None,
        };
        if let Some(counter) = counter {
            add_one(counter);
        }
        for dose in &outcome.doses {
            add_one(match dose {
                DoseOutcome::Added => &mut self.doses_added,
                DoseOutcome::Unchanged => &mut self.doses_unchanged,
                DoseOutcome::Corrected { .. } => &mut self.doses_corrected,
                _ => &mut self.doses_not_taken,
            });
        }
    }
}

const fn add_one(counter: &mut u64) {
    *counter = counter.saturating_add(1);
}

/// Records `subject-conflict` for subjects whose rows contradict each other.
///
/// A row that was taken in before and contradicts what somebody corrected since is an old row, not
/// a new contradiction: repeating an import undoes no correction. Where nothing was corrected yet,
/// it may be that the import before was cut short between the two writes, so it is recorded again.
async fn hold_conflicts(
    registry: &dyn Registry,
    act: &Act,
    items: &[Intake],
    outcomes: &[IntakeOutcome],
) -> Result<(), ImportError> {
    let conflicts: Vec<(SubjectId, bool)> = items
        .iter()
        .zip(outcomes)
        .filter(|(_, outcome)| outcome.subject == SubjectOutcome::Conflict)
        .map(|(item, outcome)| {
            let known = |dose: &DoseOutcome| *dose == DoseOutcome::Unchanged;
            (item.subject, outcome.doses.iter().all(known))
        })
        .collect();
    if conflicts.is_empty() {
        return Ok(());
    }
    let ids: Vec<SubjectId> = conflicts.iter().map(|(id, _)| *id).collect();
    let subjects = registry.subjects(&ids).await?;
    let results: Vec<VerificationResult> = conflicts
        .iter()
        .zip(subjects)
        .filter_map(|((id, repeated), subject)| {
            let version = subject?.record.identity_version;
            (!repeated || version == 1).then(|| {
                let reasons = vec![RefusalCode::SubjectConflict.reason()];
                VerificationResult::new(*id, version, VerificationState::Mismatch, reasons)
            })
        })
        .collect();
    registry.record(act, &results).await?;
    Ok(())
}

/// The table as it is read by a thread of its own, one chunk ahead.
struct Reading {
    chunks: Receiver<Result<Chunk, TableError>>,
    thread: thread::JoinHandle<()>,
}

impl Reading {
    fn start(rows: Rows<DoseRow>) -> Self {
        let (sender, chunks) = sync_channel(1);
        let thread = thread::spawn(move || {
            let mut report = IntakeReport::default();
            let mut taken = Vec::with_capacity(CHUNK);
            for row in rows {
                let ended = row.is_err();
                let full = match row {
                    Ok(row) => {
                        report.count(&row);
                        taken.extend(row.record);
                        taken.len() >= CHUNK
                    }
                    Err(error) => {
                        // Whoever listens no more needs no error either.
                        drop(sender.send(Err(error)));
                        false
                    }
                };
                if ended {
                    return;
                }
                if full {
                    let rows = core::mem::replace(&mut taken, Vec::with_capacity(CHUNK));
                    let report = report.clone();
                    if sender.send(Ok(Chunk { rows, report })).is_err() {
                        return;
                    }
                }
            }
            drop(sender.send(Ok(Chunk {
                rows: taken,
                report,
            })));
        });
        Self { chunks, thread }
    }

    fn next(&self) -> Option<Result<Chunk, TableError>> {
        self.chunks.recv().ok()
    }

    fn finish(self) -> Result<(), ImportError> {
        self.thread.join().map_err(|_| ImportError::Reader)
    }
}
