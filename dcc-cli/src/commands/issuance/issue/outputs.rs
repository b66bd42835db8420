//! The files that a campaign leaves: certificates and trust.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use dcc_issue::campaign::published_after;
use dcc_model::ValueSets;
use dcc_registry::SqliteRegistry;

use super::progress::Progress;
use crate::commands::issuance::keys::Signer;
use crate::commands::issuance::{Failure, tables};
use crate::files;

/// Entries of the feed that are written together.
const PAGE: usize = 4_000;

/// Appends the certificates published since the last run to `certificates.jsonl` and
/// `certificates.txt`, and tells how many. Lines that stand stay as they are; what a run that was
/// cut short wrote without noting it is cut off first and written again.
pub(super) async fn certificates(
    folder: &Path,
    store: &SqliteRegistry,
    progress: &mut Progress,
) -> Result<u64, Failure> {
    let (jsonl_bytes, txt_bytes) = progress.bytes();
    let mut jsonl = Appended::open(folder, "certificates.jsonl", jsonl_bytes)?;
    let mut txt = Appended::open(folder, "certificates.txt", txt_bytes)?;
    let value_sets = ValueSets::builtin();
    let bar = tables::counter("lines");
    let mut written = 0_u64;
    loop {
        let (published, cursor) = published_after(store, progress.cursor(), PAGE).await?;
        if cursor == progress.cursor() {
            bar.finish_and_clear();
            return Ok(written);
        }
        for one in &published {
            jsonl.line(&one.to_json(&value_sets).to_string())?;
            txt.line(one.hc1())?;
        }
        let count = u64::try_from(published.len()).unwrap_or(u64::MAX);
        let bytes = (jsonl.sync()?, txt.sync()?);
        progress.wrote(store, cursor, count, bytes).await?;
        written = written.saturating_add(count);
        bar.inc(count);
    }
}

/// A file to which lines are appended.
struct Appended<'f> {
    folder: &'f Path,
    name: &'static str,
    file: BufWriter<File>,
    bytes: u64,
}

impl<'f> Appended<'f> {
    fn open(folder: &'f Path, name: &'static str, bytes: u64) -> Result<Self, Failure> {
        let path = folder.join(name);
        let mut options = OpenOptions::new();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let opened = options.open(&path).and_then(|file| {
            if file.metadata()?.len() < bytes {
                return Ok(None);
            }
            file.set_len(bytes)?;
            Ok(Some(file))
        });
        let file = opened.map_err(Failure::file(&path))?.ok_or_else(|| {
            let name = path.display();
            Failure::Contradiction(format!("{name} is shorter than what was written to it"))
        })?;
        Ok(Self {
            folder,
            name,
            file: BufWriter::with_capacity(1 << 20, file),
            bytes,
        })
    }

    fn line(&mut self, text: &str) -> Result<(), Failure> {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(length).saturating_add(1);
        let written = self.file.write_all(text.as_bytes());
        written
            .and_then(|()| self.file.write_all(b"\n"))
            .map_err(self.failure())
    }

    /// Everything is on the disk; the file's length.
    fn sync(&mut self) -> Result<u64, Failure> {
        self.file
            .flush()
            .and_then(|()| self.file.get_ref().sync_data())
            .map_err(self.failure())?;
        Ok(self.bytes)
    }

    fn failure(&self) -> impl FnOnce(io::Error) -> Failure + use<> {
        let path = self.folder.join(self.name);
        move |error| Failure::File { path, error }
    }
}

/// `trust/dsc` with the document signer, and `trust/csca` with its authority where it is known. A
/// signer of an earlier run stays beside the present one.
pub(super) fn trust(folder: &Path, signer: &Signer) -> Result<(), Failure> {
    let certificate = signer.hcert.certificate();
    // Not the key id in its usual form, base64, which may hold a slash.
    let mut kid = String::new();
    for byte in certificate.kid().as_bytes() {
        for nibble in [byte >> 4, byte & 15] {
            kid.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
        }
    }
    let body = BASE64_STANDARD.encode(certificate.der());
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in body.as_bytes().chunks(64) {
        pem.extend(line.iter().map(|byte| char::from(*byte)));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    put(&folder.join("trust/dsc"), &format!("{kid}.pem"), &pem)?;
    match &signer.csca {
        Some(csca) => put(&folder.join("trust/csca"), "csca.pem", csca),
        None => Ok(()),
    }
}

fn put(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    files::create_private_folder(folder).map_err(Failure::file(folder))?;
    let path = folder.join(name);
    files::write_private(&path, text.as_bytes(), true).map_err(Failure::file(&path))
}
