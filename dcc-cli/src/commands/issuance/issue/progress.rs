//! Where a campaign stands, beside its register: `campaign.json`.
//!
//! It says which run is under way, so that one that was cut short goes on with its own batch, and
//! how much of the feed stands in the output files, so that every line is written once.

use alloc::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dcc_registry::{Digest, FeedCursor};
use serde::{Deserialize, Serialize};

use crate::commands::issuance::Failure;
use crate::files;

const FILE: &str = "campaign.json";

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
}

impl Progress {
    /// Begins a run, or goes on with the one that was cut short if its inputs are the same.
    pub(super) fn begin(folder: &Path, inputs: &Digest) -> Result<Self, Failure> {
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
        let progress = Self { path, record };
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

    /// Certificates in the files.
    pub(super) const fn certificates(&self) -> u64 {
        self.record.certificates
    }

    /// Bytes that count of certificates.jsonl and of certificates.txt.
    pub(super) const fn bytes(&self) -> (u64, u64) {
        (self.record.jsonl_bytes, self.record.txt_bytes)
    }

    /// Lines up to `cursor` are on the disk: `certificates` more.
    pub(super) fn wrote(
        &mut self,
        cursor: FeedCursor,
        certificates: u64,
        bytes: (u64, u64),
    ) -> Result<(), Failure> {
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
