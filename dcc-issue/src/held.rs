//! The `held/` folder: for every commune, who could not be issued for and why (vn/refusals.md).
//!
//! Lists are written by commune of permanent residence (R51), as CSV and XLSX whose cells are text
//! and never formulas. [`HeldWriter`] keeps no more than a few megabytes, however many people are
//! held: rows are appended to the communes' CSV files through a [`HeldFolder`], and the XLSX files
//! are made of these at the end. The register's own values never appear in them.
//!
//! ```
//! use dcc_issue::{HeldRow, HeldWriter, MemoryFolder, RefusalCode};
//! use dcc_registry::{CommuneCode, Identity, ReferenceKey, Timestamp};
//!
//! let subject = ReferenceKey::from_bytes([7; 32]).subject_id("S1");
//! let who = Identity::new("Nguyễn Văn An", CommuneCode::new("00001"));
//! let mut folder = MemoryFolder::default();
//! let mut writer = HeldWriter::new(&mut folder, Timestamp::UNIX_EPOCH);
//! writer.push(&HeldRow::new((subject, 1), "S1", &who, &[RefusalCode::IdMissing.reason()]))?;
//! let summary = writer.finish()?;
//! assert_eq!(summary.subjects(), 1);
//! let names: Vec<&str> = folder.names().collect();
//! assert_eq!(names, ["00001.csv", "00001.xlsx", "summary.csv"]);
//! # Ok::<(), dcc_issue::HeldError>(())
//! ```

mod folder;
pub(crate) mod sheet;
#[cfg(test)]
mod tests;

use alloc::collections::BTreeMap;
use alloc::format;
use core::fmt;
use std::thread;

use dcc_model::Timestamp;
use dcc_registry::{CommuneCode, Digest, Identity, ListItem, ReasonCode, Subject, SubjectId};

use crate::{OutputError, OutputTable, csv_bytes, xlsx_bytes};

pub use folder::{HeldFolder, MemoryFolder};

/// How many bytes of rows are kept before they are appended to their files.
const KEPT: usize = 4 << 20;

/// How many workbooks are put together at the same time, before they are written.
const TOGETHER: usize = 64;

/// The name of the file for people whose commune is unknown.
const NO_COMMUNE: &str = "unknown";

/// Why held lists could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeldError {
    /// The folder refused.
    #[error("the folder of held lists cannot be written: {0}")]
    Folder(#[from] std::io::Error),
    /// A list could not be put together.
    #[error("a held list cannot be written: {0}")]
    Output(#[from] OutputError),
    /// A list that was written before is no longer what was written.
    #[error("a held list was changed while it was being written")]
    Changed,
}

/// One held person, as printed on a list. `Debug` prints none of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldRow<'a> {
    /// Whose case.
    pub subject: SubjectId,
    /// The identity version printed.
    pub identity_version: u32,
    /// The number of the open cleaning case; 0 where there is none, such as for a facility
    /// without a certificate.
    pub case: u32,
    /// The platform's reference.
    pub subject_ref: &'a str,
    /// What the platform knows of the person.
    pub identity: &'a Identity,
    /// Why they are held, the main reason first.
    pub reasons: &'a [ReasonCode],
    /// How many doses are held with the person.
    pub doses: u64,
}

impl<'a> HeldRow<'a> {
    /// A person held at an identity version, without a cleaning case; fill in the rest.
    pub const fn new(
        (subject, identity_version): (SubjectId, u32),
        subject_ref: &'a str,
        identity: &'a Identity,
        reasons: &'a [ReasonCode],
    ) -> Self {
        Self {
            subject,
            identity_version,
            case: 0,
            subject_ref,
            identity,
            reasons,
            doses: 0,
        }
    }

    /// A subject as read from the register, held with all its doses.
    pub fn of(subject: &'a Subject, reasons: &'a [ReasonCode]) -> Self {
        let record = &subject.record;
        let key = (record.id, record.identity_version);
        let mut row = Self::new(key, &record.subject_ref, &record.identity, reasons);
        row.doses = u64::try_from(subject.doses.len()).unwrap_or(u64::MAX);
        row
    }

    /// The list's row in the register.
    pub const fn item(&self) -> ListItem {
        ListItem::new(self.subject, self.case, self.identity_version)
    }
}

impl fmt::Debug for HeldRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldRow")
            .field("subject", &self.subject)
            .field("case", &self.case)
            .finish_non_exhaustive()
    }
}

/// How many people and doses are held for one reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldCount {
    /// People.
    pub subjects: u64,
    /// Their doses.
    pub doses: u64,
}

/// What was written: derived from the rows, by commune and reason. A person with two reasons
/// counts under both, and once in [`HeldSummary::subjects`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldSummary {
    communes: BTreeMap<CommuneCode, BTreeMap<ReasonCode, HeldCount>>,
    lists: BTreeMap<CommuneCode, Digest>,
    total: HeldCount,
}

impl HeldSummary {
    /// All held people.
    pub const fn subjects(&self) -> u64 {
        self.total.subjects
    }

    /// Their doses.
    pub const fn doses(&self) -> u64 {
        self.total.doses
    }

    /// By reason, over all communes.
    pub fn by_reason(&self) -> BTreeMap<ReasonCode, HeldCount> {
        let mut sums: BTreeMap<ReasonCode, HeldCount> = BTreeMap::new();
        for (reason, count) in self.communes.values().flatten() {
            let sum = sums.entry(reason.clone()).or_default();
            sum.subjects = sum.subjects.saturating_add(count.subjects);
            sum.doses = sum.doses.saturating_add(count.doses);
        }
        sums
    }

    /// By commune and reason.
    pub fn communes(&self) -> impl Iterator<Item = (&CommuneCode, &ReasonCode, HeldCount)> {
        self.communes.iter().flat_map(|(commune, reasons)| {
            let counts = reasons.iter();
            counts.map(move |(reason, count)| (commune, reason, *count))
        })
    }

    /// The SHA-256 of each commune's CSV file.
    pub fn hashes(&self) -> impl Iterator<Item = (&CommuneCode, Digest)> {
        self.lists.iter().map(|(commune, hash)| (commune, *hash))
    }

    fn count(&mut self, row: &HeldRow<'_>) {
        let commune = row.identity.commune.clone();
        let reasons = self.communes.entry(commune).or_default();
        for reason in row.reasons {
            let count = reasons.entry(reason.clone()).or_default();
            count.subjects = count.subjects.saturating_add(1);
            count.doses = count.doses.saturating_add(row.doses);
        }
        self.total.subjects = self.total.subjects.saturating_add(1);
        self.total.doses = self.total.doses.saturating_add(row.doses);
    }

    fn table(&self) -> OutputTable {
        let labels = [
            "Mã xã thường trú",
            "Mã lỗi",
            "Nội dung lỗi",
            "Error",
            "Số người",
            "Số mũi",
        ];
        let mut table = OutputTable::new("Tổng hợp", labels);
        for (commune, reason, count) in self.communes() {
            table.push([
                commune.as_str().to_owned(),
                reason.as_str().to_owned(),
                sheet::reason_text(reason, dcc_model::Lang::Vi).to_owned(),
                sheet::reason_text(reason, dcc_model::Lang::En).to_owned(),
                count.subjects.to_string(),
                count.doses.to_string(),
            ]);
        }
        table
    }
}

/// Writes the held lists of a run: `<commune>.csv`, `<commune>.xlsx` and `summary.csv`.
///
/// It writes into an empty folder; whoever runs again empties the folder first, since a list is
/// derived from the register as it stands. The same rows in the same order give the same bytes.
pub struct HeldWriter<'f> {
    folder: &'f mut dyn HeldFolder,
    made_at: Timestamp,
    waiting: BTreeMap<CommuneCode, Vec<u8>>,
    kept: usize,
    written: BTreeMap<CommuneCode, Written>,
    summary: HeldSummary,
}

/// What is in a commune's CSV file already.
#[derive(Clone, Copy, Default)]
struct Written {
    bytes: usize,
    rows: u64,
}

impl<'f> HeldWriter<'f> {
    /// A writer into an empty folder; `made_at` is printed on the lists.
    pub fn new(folder: &'f mut dyn HeldFolder, made_at: Timestamp) -> Self {
        Self {
            folder,
            made_at,
            waiting: BTreeMap::new(),
            kept: 0,
            written: BTreeMap::new(),
            summary: HeldSummary::default(),
        }
    }

    /// Adds a held person.
    ///
    /// # Errors
    ///
    /// [`HeldError::Folder`] where rows had to be written and could not.
    pub fn push(&mut self, row: &HeldRow<'_>) -> Result<(), HeldError> {
        self.summary.count(row);
        let mut table = sheet::table();
        table.push(sheet::cells(row));
        let bytes = csv_bytes(&table);
        let commune = row.identity.commune.clone();
        let known = self.waiting.contains_key(&commune) || self.written.contains_key(&commune);
        // Only a commune's first row comes with byte order mark and header.
        let bytes = if known {
            sheet::without_header(&bytes)
        } else {
            &bytes
        };
        self.kept = self.kept.saturating_add(bytes.len());
        self.waiting
            .entry(commune.clone())
            .or_default()
            .extend_from_slice(bytes);
        let written = self.written.entry(commune).or_default();
        written.rows = written.rows.saturating_add(1);
        if self.kept > KEPT {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes what waits, the XLSX files and the summary.
    ///
    /// # Errors
    ///
    /// [`HeldError`]; see its variants.
    pub fn finish(mut self) -> Result<HeldSummary, HeldError> {
        self.flush()?;
        let communes: Vec<(&CommuneCode, &Written)> = self.written.iter().collect();
        for part in communes.chunks(TOGETHER) {
            let mut lists = Vec::with_capacity(part.len());
            for (commune, written) in part {
                let csv = self.folder.read(&file_name(commune, "csv"))?;
                if csv.len() != written.bytes {
                    return Err(HeldError::Changed);
                }
                lists.push((*commune, written.rows, csv));
            }
            for (commune, made) in workbooks(&lists, self.made_at) {
                let (hash, xlsx) = made?;
                self.folder.write(&file_name(commune, "xlsx"), &xlsx)?;
                self.summary.lists.insert(commune.clone(), hash);
            }
        }
        let summary = csv_bytes(&self.summary.table());
        self.folder.write("summary.csv", &summary)?;
        Ok(self.summary)
    }

    fn flush(&mut self) -> Result<(), HeldError> {
        for (commune, bytes) in core::mem::take(&mut self.waiting) {
            self.folder.append(&file_name(&commune, "csv"), &bytes)?;
            let written = self.written.entry(commune).or_default();
            written.bytes = written.bytes.saturating_add(bytes.len());
        }
        self.kept = 0;
        Ok(())
    }
}

impl fmt::Debug for HeldWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldWriter")
            .field("communes", &self.written.len())
            .finish_non_exhaustive()
    }
}

/// The hash of a CSV file and the workbook made of it.
type Made = Result<(Digest, Vec<u8>), HeldError>;

/// A commune's CSV file with its number of rows.
type List<'a> = (&'a CommuneCode, u64, Vec<u8>);

/// The workbooks of some communes with the hashes of their CSV files, made on every core.
fn workbooks<'a>(lists: &[List<'a>], made_at: Timestamp) -> Vec<(&'a CommuneCode, Made)> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = lists.len().div_ceil(cores).max(1);
    let made = |part: &[List<'a>]| -> Vec<_> {
        part.iter()
            .map(|(commune, rows, csv)| (*commune, workbook((commune, *rows, csv), made_at)))
            .collect()
    };
    thread::scope(|scope| {
        let parts: Vec<_> = lists.chunks(share).collect();
        #[expect(
            clippy::needless_collect,
            reason = "all threads start before one is waited for"
        )]
        let threads: Vec<_> = parts
            .iter()
            .map(|part| scope.spawn(|| made(part)))
            .collect();
        let joined = threads.into_iter().zip(&parts);
        joined
            // A thread that ended early is asked again here, where its reason shows.
            .flat_map(|(thread, part)| thread.join().unwrap_or_else(|_| made(part)))
            .collect()
    })
}

/// A workbook and the hash of the CSV file that it repeats.
fn workbook((commune, rows, csv): (&CommuneCode, u64, &[u8]), made_at: Timestamp) -> Made {
    let hash = Digest::of(csv);
    let list = sheet::read_back(csv).ok_or(HeldError::Changed)?;
    let id = sheet::list_id(commune, &hash);
    let record = sheet::Protocol {
        commune,
        id: &id,
        hash: &hash,
        made_at,
        rows,
    };
    Ok((hash, xlsx_bytes(&[list, record.table()])?))
}

/// A commune's file. Codes are five digits from intake; anything else is not put into a name.
fn file_name(commune: &CommuneCode, extension: &str) -> String {
    let code = commune.as_str();
    let sound = code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit());
    format!("{}.{extension}", if sound { code } else { NO_COMMUNE })
}
