//! Where a campaign stands, beside its register: `campaign.json`.
//!
//! It says which run is under way, so that one that was cut short goes on with its own batch, and
//! how much of the feed stands in the output files, so that every line is written once.

use alloc::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use dcc_registry::{Digest, FeedCursor, FeedStore as _, SqliteRegistry};
use serde::{Deserialize, Serialize};

use crate::commands::issuance::Failure;
use crate::files;

const FILE: &str = "campaign.json";

/// Held by the program that works in the folder.
const LOCK: &str = "campaign.lock";

#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    /// 1 for the first run.
    run: u64,
    /// Whether the run is not finished.
    running: bool,
    /// The hash of the run's input files.
    inputs: String,
    /// Entries of the feed whose certificates stand in the files.
    entries: u64,
    /// The certificate of the last of them, by which the register is known again.
    #[serde(default)]
    last: Option<String>,
    /// Certificates in the files.
    certificates: u64,
    /// Bytes of certificates.jsonl and certificates.txt that count.
    jsonl_bytes: u64,
    txt_bytes: u64,
    /// For each kind of picture, the entries of the feed that are drawn.
    #[serde(default)]
    pictures: BTreeMap<String, u64>,
}

/// The progress of a campaign.
#[derive(Debug)]
pub(super) struct Progress {
    path: PathBuf,
    record: Record,
    /// Locked as long as this lives.
    _lock: File,
}

impl Progress {
    /// Begins a run, or goes on with the one that was cut short if its inputs are the same.
    pub(super) fn begin(folder: &Path, inputs: &Digest) -> Result<Self, Failure> {
        let lock = lock(folder)?;
        let path = folder.join(FILE);
        let mut record: Record = if path.exists() {
            let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
            serde_json::from_str(&text)
                .map_err(|_| Failure::Contradiction(format!("{} cannot be read", path.display())))?
        } else {
            Record::default()
        };
        let inputs = inputs.to_string();
        if !record.running || record.inputs != inputs {
            record.run = record.run.saturating_add(1);
            record.inputs = inputs;
            record.running = true;
        }
        let progress = Self {
            path,
            record,
            _lock: lock,
        };
        progress.save()?;
        Ok(progress)
    }

    /// What makes the batch of this run another than that of the run before.
    pub(super) fn batch_inputs(&self) -> Digest {
        let Record { run, inputs, .. } = &self.record;
        Digest::of(format!("issue\0{run}\0{inputs}").as_bytes())
    }

    /// The place in the feed behind what stands in the files.
    pub(super) const fn cursor(&self) -> FeedCursor {
        FeedCursor::new(self.record.entries)
    }

    /// The register is the one whose certificates stand in the files. An older copy of it, or a new
    /// one, would make second certificates, and those in the files could never be revoked.
    pub(super) async fn check(&self, store: &SqliteRegistry) -> Result<(), Failure> {
        let found = last_before(store, self.cursor()).await?;
        if self.record.entries == 0 || (found.is_some() && found == self.record.last) {
            return Ok(());
        }
        Err(Failure::Contradiction(format!(
            "{} and registry.db do not belong together: the register lacks certificates that stand in the files. Restore both from one backup",
            self.path.display()
        )))
    }

    /// Certificates in the files.
    pub(super) const fn certificates(&self) -> u64 {
        self.record.certificates
    }

    /// Bytes that count of certificates.jsonl and of certificates.txt.
    pub(super) const fn bytes(&self) -> (u64, u64) {
        (self.record.jsonl_bytes, self.record.txt_bytes)
    }

    /// Lines up to `cursor` are on the disk: `certificates` more.
    pub(super) async fn wrote(
        &mut self,
        store: &SqliteRegistry,
        cursor: FeedCursor,
        certificates: u64,
        bytes: (u64, u64),
    ) -> Result<(), Failure> {
        self.record.last = last_before(store, cursor).await?;
        self.record.entries = cursor.position();
        self.record.certificates = self.record.certificates.saturating_add(certificates);
        (self.record.jsonl_bytes, self.record.txt_bytes) = bytes;
        self.save()
    }

    /// The place in the feed behind what is drawn.
    pub(super) fn drawn(&self, kind: &str) -> FeedCursor {
        FeedCursor::new(self.record.pictures.get(kind).copied().unwrap_or(0))
    }

    /// Pictures up to `cursor` are on the disk.
    pub(super) fn drew(&mut self, kind: &str, cursor: FeedCursor) -> Result<(), Failure> {
        let pictures = &mut self.record.pictures;
        pictures.insert(kind.to_owned(), cursor.position());
        self.save()
    }

    /// The run is finished.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.record.running = false;
        self.save()
    }

    fn save(&self) -> Result<(), Failure> {
        let text = serde_json::json!(self.record).to_string();
        files::replace_private(&self.path, text.as_bytes()).map_err(Failure::file(&self.path))
    }
}

/// The certificate of the feed's entry before a cursor.
async fn last_before(
    store: &SqliteRegistry,
    cursor: FeedCursor,
) -> Result<Option<String>, Failure> {
    let Some(before) = cursor.position().checked_sub(1) else {
        return Ok(None);
    };
    let (entries, _) = store.feed(FeedCursor::new(before), 1).await?;
    let last = entries.first();
    Ok(last.map(|entry| entry.certificate.as_str().to_owned()))
}

/// Two programs in one folder would write over each other's files.
fn lock(folder: &Path) -> Result<File, Failure> {
    let path = folder.join(LOCK);
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(Failure::file(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Usage(format!(
            "{}: another dcc issue is at work in this folder",
            folder.display()
        ))),
        Err(TryLockError::Error(error)) => Err(Failure::file(&path)(error)),
    }
}
