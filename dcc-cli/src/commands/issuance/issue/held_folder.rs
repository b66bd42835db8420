//! `held/`: the correction lists, made anew by every run.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use dcc_issue::campaign::{HeldListError, write_held_lists};
use dcc_issue::eligibility::EligibilityPolicy;
use dcc_issue::{HeldFolder, HeldSummary, HeldWriter, SigningDirectory};
use dcc_model::Timestamp;
use dcc_registry::SqliteRegistry;

use crate::commands::issuance::Failure;
use crate::files;

/// A folder on the disk.
struct Folder(PathBuf);

impl HeldFolder for Folder {
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.0.join(name))?.write_all(bytes)
    }

    fn read(&mut self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(name))
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.0.join(name))?.write_all(bytes)
    }
}

/// Writes the lists of everybody who is held, and puts them in the place of those before.
pub(super) async fn write(
    folder: &Path,
    store: &SqliteRegistry,
    rule: (&dyn EligibilityPolicy, &SigningDirectory),
    at: Timestamp,
) -> Result<HeldSummary, Failure> {
    let (held, part) = (folder.join("held"), folder.join("held.part"));
    remove(&part)?;
    files::create_private_folder(&part).map_err(Failure::file(&part))?;
    let mut lists = Folder(part.clone());
    let mut writer = HeldWriter::new(&mut lists, at);
    write_held_lists(store, rule, at, &mut writer).await?;
    let summary = writer.finish().map_err(HeldListError::from)?;
    // Thousands of small files: one synchronisation for all.
    files::sync_tree(&part).map_err(Failure::file(&part))?;
    remove(&held)?;
    fs::rename(&part, &held).map_err(Failure::file(&held))?;
    Ok(summary)
}

fn remove(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::file(folder)(error)),
        _ => Ok(()),
    }
}
