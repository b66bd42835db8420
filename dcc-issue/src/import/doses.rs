//! Rows of doses: one thread reads, checks and sorts them, the register takes them in.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use dcc_registry::{
    Act, DoseOutcome, IdentityRule, Intake, IntakeOutcome, ReferenceKey, Registry, SubjectId,
    SubjectOutcome, VerificationResult, VerificationState,
};

use super::ImportError;
use super::spool::Spool;
use crate::RefusalCode;
use crate::intake::{DoseRow, IntakeReport, Rows, intakes};

/// Rows that are taken in together, in one transaction: some 30 MB.
const CHUNK: usize = 32_768;

/// Rows between two reports of progress.
const TOLD: u64 = 50_000;

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

/// How an import of doses is done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoseImportOptions {
    /// What rows may do to known subjects.
    pub rule: IdentityRule,
    /// Where rows of a large table wait for their turn, in a file without a name: some 250 bytes a
    /// row.
    pub folder: PathBuf,
}

impl DoseImportOptions {
    /// Rows by this rule; large tables wait in the system's folder for temporary files.
    pub fn new(rule: IdentityRule) -> Self {
        Self {
            rule,
            folder: std::env::temp_dir(),
        }
    }

    /// With another folder, such as the one of the register, which is guarded as it is.
    #[must_use]
    pub fn with_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }
}

/// What the reading thread hands over.
enum Read {
    /// So far these rows were read.
    Progress(IntakeReport),
    /// Rows to be taken in.
    Rows(Vec<DoseRow>),
}

/// Takes in a table of doses, once it was read to its end: what cannot be read as a table leaves
/// nothing behind. `progress` is told while rows are read, and after every chunk taken in.
///
/// # Errors
///
/// [`ImportError`].
pub async fn import_doses(
    (registry, key): (&dyn Registry, &ReferenceKey),
    rows: Rows<DoseRow>,
    options: &DoseImportOptions,
    act: &Act,
    progress: &mut (dyn FnMut(&DoseImportReport) + Send),
) -> Result<DoseImportReport, ImportError> {
    let mut report = DoseImportReport::default();
    let reading = Reading::start(rows, key.clone(), options.folder.clone());
    while let Some(read) = reading.next() {
        match read? {
            Read::Progress(rows) => report.rows = rows,
            Read::Rows(rows) => {
                let items = intakes(rows, key, options.rule);
                let outcomes = registry.take_in(act, &items).await?;
                hold_conflicts(registry, act, &items, &outcomes).await?;
                for outcome in &outcomes {
                    report.count(outcome);
                }
            }
        }
        progress(&report);
    }
    reading.finish()?;
    Ok(report)
}

impl DoseImportReport {
    /// Doses that the register has decided about.
    pub const fn doses(&self) -> u64 {
        self.doses_added
            .saturating_add(self.doses_unchanged)
            .saturating_add(self.doses_corrected)
            .saturating_add(self.doses_not_taken)
    }

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
    handed: Receiver<Result<Read, ImportError>>,
    thread: thread::JoinHandle<()>,
}

impl Reading {
    fn start(rows: Rows<DoseRow>, key: ReferenceKey, folder: PathBuf) -> Self {
        let (sender, handed) = sync_channel(1);
        let thread = thread::spawn(move || {
            let hand = |read| sender.send(Ok(read)).map_err(|_| Ended::NobodyListens);
            if let Err(Ended::Error(error)) = read_all(rows, &key, folder, hand) {
                // Whoever listens no more needs no error either.
                drop(sender.send(Err(error)));
            }
        });
        Self { handed, thread }
    }

    fn next(&self) -> Option<Result<Read, ImportError>> {
        self.handed.recv().ok()
    }

    fn finish(self) -> Result<(), ImportError> {
        self.thread.join().map_err(|_| ImportError::Reader)
    }
}

/// Why reading ended before its end.
enum Ended {
    Error(ImportError),
    NobodyListens,
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Error(ImportError::Spool(error.kind()))
    }
}

/// Reads the whole table, then hands its rows over in the order of the register's buckets.
fn read_all(
    rows: Rows<DoseRow>,
    key: &ReferenceKey,
    folder: PathBuf,
    hand: impl Fn(Read) -> Result<(), Ended>,
) -> Result<(), Ended> {
    let mut report = IntakeReport::default();
    let mut spool = Spool::new(folder);
    for row in rows {
        let row = row.map_err(|error| Ended::Error(error.into()))?;
        report.count(&row);
        if let Some(record) = &row.record {
            spool.push(key.subject_id(&record.subject_ref).bucket(), record)?;
        }
        if report.rows().is_multiple_of(TOLD) {
            hand(Read::Progress(report.clone()))?;
        }
    }
    hand(Read::Progress(report))?;
    let mut taken = Vec::new();
    let mut stopped = None;
    let drained = spool.drain(|row| {
        taken.push(row);
        if taken.len() < CHUNK {
            return Ok(());
        }
        hand(Read::Rows(core::mem::take(&mut taken))).map_err(|ended| {
            stopped = Some(ended);
            io::ErrorKind::BrokenPipe.into()
        })
    });
    if let Some(ended) = stopped {
        return Err(ended);
    }
    drained?;
    hand(Read::Rows(taken))
}
