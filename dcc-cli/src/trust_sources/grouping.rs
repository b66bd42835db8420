//! Which files are one list.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use dcc_registry::trust::is_trust_file;
use dcc_registry::trust_list::{ListFile, ListFormat};
use flate2::read::GzDecoder;

use super::failure::SourceFailure;

/// The longest file that is read, inflated.
const LONGEST: u64 = 64 * 1024 * 1024;

/// The files of one list.
pub(super) struct Group {
    /// The file, or the folder of several.
    pub(super) path: PathBuf,
    pub(super) files: Vec<SourceFile>,
    /// Whether nobody named it, so that it need not be a list.
    pub(super) may_be_skipped: bool,
}

#[derive(Clone)]
pub(super) struct SourceFile {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    path: PathBuf,
}

/// Reads all files and puts together what is one list: the files of a folder where they are of
/// one format of several files, and those among the files named one by one.
pub(super) fn group(
    sources: &[PathBuf],
    format: Option<ListFormat>,
) -> Result<Vec<Group>, SourceFailure> {
    let mut groups = Vec::new();
    let mut named = Vec::new();
    for source in sources {
        let metadata = fs::metadata(source).map_err(fails(source))?;
        if !metadata.is_dir() {
            named.push(read(source)?);
            continue;
        }
        let files = read_folder(source)?;
        let own = format.or_else(|| ListFormat::detect(&views(&files)));
        if has_several_files(own) && own != Some(ListFormat::Did) {
            groups.push(Group {
                path: source.clone(),
                files,
                may_be_skipped: false,
            });
        } else {
            groups.extend(sort_out(files, format, true));
        }
    }
    let mut all = sort_out(named, format, false);
    all.append(&mut groups);
    Ok(all)
}

const fn has_several_files(format: Option<ListFormat>) -> bool {
    matches!(
        format,
        Some(ListFormat::Dccg | ListFormat::At | ListFormat::Ch | ListFormat::Did)
    )
}

/// Puts files of the same list together.
fn sort_out(files: Vec<SourceFile>, format: Option<ListFormat>, skipped: bool) -> Vec<Group> {
    let alone = |file: SourceFile| Group {
        path: file.path.clone(),
        files: vec![file],
        may_be_skipped: skipped,
    };
    let mut groups: Vec<Group> = Vec::new();
    let mut several: Vec<(ListFormat, Vec<SourceFile>)> = Vec::new();
    for file in files {
        match kind(&file, format) {
            Some(format) => match several.iter_mut().find(|(own, _)| *own == format) {
                Some((_, files)) => files.push(file),
                None => several.push((format, vec![file])),
            },
            None => groups.push(alone(file)),
        }
    }
    for (format, files) in several {
        if format == ListFormat::Did {
            groups.extend(documents(files));
        } else if let Some(first) = files.first() {
            groups.push(Group {
                path: first.path.clone(),
                files,
                may_be_skipped: false,
            });
        }
    }
    groups
}

/// A group a document, each with all signed material; the material alone where there is none.
fn documents(files: Vec<SourceFile>) -> Vec<Group> {
    let is_material = |file: &SourceFile| ListFormat::is_signed_material(&file.bytes);
    let (material, mut documents): (Vec<_>, Vec<_>) = files.into_iter().partition(is_material);
    let mut shared = material.as_slice();
    if let (true, Some((first, rest))) = (documents.is_empty(), material.split_first()) {
        documents.push(first.clone());
        shared = rest;
    }
    documents
        .into_iter()
        .map(|document| Group {
            path: document.path.clone(),
            files: core::iter::once(document)
                .chain(shared.iter().cloned())
                .collect(),
            may_be_skipped: false,
        })
        .collect()
}

/// The format of several files that a file belongs to; `None` where it stands for itself.
fn kind(file: &SourceFile, format: Option<ListFormat>) -> Option<ListFormat> {
    if is_trust_file(&file.bytes) {
        return None;
    }
    if format.is_some() {
        return format.filter(|format| has_several_files(Some(*format)));
    }
    let own = ListFile::new(&file.name, &file.bytes);
    match file.name.split('.').next().unwrap_or_default() {
        "trustlist" | "trustlistsig" => {
            // Either alone may be anything; together they are Austria's.
            let content = ListFormat::detect(&[own]);
            return content.map_or(Some(ListFormat::At), |format| {
                has_several_files(Some(format)).then_some(format)
            });
        }
        name if name == "list" || name.starts_with("updates") => {
            let is_jws = ListFormat::detect(&[own]) == Some(ListFormat::Se);
            if is_jws {
                return Some(ListFormat::Ch);
            }
        }
        _ => {}
    }
    if ListFormat::is_signed_material(&file.bytes) {
        return Some(ListFormat::Did);
    }
    ListFormat::detect(&[own]).filter(|format| has_several_files(Some(*format)))
}

fn views(files: &[SourceFile]) -> Vec<ListFile<'_>> {
    files
        .iter()
        .map(|file| ListFile::new(&file.name, &file.bytes))
        .collect()
}

/// The files directly in a folder, by name; hidden ones are not lists.
fn read_folder(folder: &Path) -> Result<Vec<SourceFile>, SourceFailure> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(fails(folder))? {
        let path = entry.map_err(fails(folder))?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_file() && !name.to_string_lossy().starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// Reads a file, inflated where it is gzip (RFC 1952).
fn read(path: &Path) -> Result<SourceFile, SourceFailure> {
    let file = fs::File::open(path).map_err(fails(path))?;
    let mut bytes = bounded(file).map_err(fails(path))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut name = name.into_owned();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        bytes = bounded(GzDecoder::new(bytes.as_slice())).map_err(fails(path))?;
        name = name
            .strip_suffix(".gz")
            .map_or_else(|| name.clone(), str::to_owned);
    }
    Ok(SourceFile {
        name,
        bytes,
        path: path.to_owned(),
    })
}

fn bounded(reader: impl io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = reader
        .take(LONGEST.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(read).is_ok_and(|read| read <= LONGEST) {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::FileTooLarge.into())
    }
}

fn fails(path: &Path) -> impl FnOnce(io::Error) -> SourceFailure {
    let path = path.to_owned();
    move |error| SourceFailure::File { path, error }
}
