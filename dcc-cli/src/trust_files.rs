//! Certificates to trust, from files and folders.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcc_registry::trust_list::{ImportOptions, Importer, ListFile, ListFormat};
use dcc_verify::{CryptoProvider, Timestamp, TrustList, TrustSnapshot};

use crate::commands::complain;

/// A path given as trust that is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnreadableTrust {
    /// It cannot be read.
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    /// A file was named, and there is no certificate in it.
    #[error("{}: there is no certificate in it that could be used", path.display())]
    NoCertificate { path: PathBuf },
}

/// Reads DER and PEM certificates from files and folders. An empty folder is an empty list; a file
/// that is named must hold a certificate. An entry that cannot be used is reported and left out;
/// the others count.
pub(crate) fn load(
    paths: &[PathBuf],
    provider: &CryptoProvider,
    now: Timestamp,
) -> Result<TrustSnapshot, UnreadableTrust> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    let importer = Importer::new(provider.clone(), ImportOptions::new(now));
    let mut list = TrustList::new();
    for file in files {
        let bytes = fs::read(&file).map_err(|error| UnreadableTrust::File {
            path: file.clone(),
            error,
        })?;
        let import = importer
            .import(Some(ListFormat::Pem), &[ListFile::new("", &bytes)])
            .map_err(|_| UnreadableTrust::NoCertificate { path: file.clone() })?;
        if paths.contains(&file) && import.entries().is_empty() {
            return Err(UnreadableTrust::NoCertificate { path: file });
        }
        for report in import.rejected().iter().chain(import.noted()) {
            complain(format_args!(
                "{}: not trusted: {}",
                file.display(),
                report.reason()
            ));
        }
        list.add(import)
            .map_err(|_| UnreadableTrust::NoCertificate { path: file })?;
    }
    Ok(TrustSnapshot::unchecked(&list))
}

/// The files at `path`: itself, or the files directly in the folder, by name.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), UnreadableTrust> {
    let fail = |error| UnreadableTrust::File {
        path: path.to_owned(),
        error,
    };
    if !fs::metadata(path).map_err(fail)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut inside = Vec::new();
    for entry in fs::read_dir(path).map_err(fail)? {
        let entry = entry.map_err(fail)?.path();
        if entry.is_file() {
            inside.push(entry);
        }
    }
    inside.sort();
    files.append(&mut inside);
    Ok(())
}
