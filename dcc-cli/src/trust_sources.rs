//! Trust lists from files and folders: everything that `dcc trust import` reads.

mod failure;
mod grouping;

use std::path::{Path, PathBuf};

use dcc_registry::trust::{TrustList, is_trust_file, read_trust_file};
use dcc_registry::trust_list::{Import, Importer, ListFile, ListFormat};

pub(crate) use failure::SourceFailure;
use grouping::Group;

/// What the sources gave.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Everything, merged.
    pub(crate) list: TrustList,
    /// Each list by itself.
    pub(crate) loaded: Vec<Loaded>,
    /// Files of folders that are no lists. Whoever names a folder need not know all that is in it.
    pub(crate) skipped: Vec<SourceFailure>,
}

/// One list that was taken.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Its file, or the folder of its files.
    pub(crate) path: PathBuf,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// A published list.
    Import(Box<Import>),
    /// What an earlier import kept.
    Kept(TrustList),
}

/// Reads every source, each of its own format or of the one given. Nothing is given out where
/// one of them fails.
pub(crate) fn gather(
    sources: &[PathBuf],
    format: Option<ListFormat>,
    importer: &Importer,
) -> Result<Gathered, Vec<SourceFailure>> {
    let mut gathered = Gathered::default();
    let mut failures = Vec::new();
    let groups = match grouping::group(sources, format) {
        Ok(groups) => groups,
        Err(failure) => return Err(vec![failure]),
    };
    for group in groups {
        match read(&group, format, importer, &mut gathered.list) {
            Ok(content) => gathered.loaded.push(Loaded {
                path: group.path,
                content,
            }),
            Err(failure) if group.may_be_skipped && failure.is_no_list() => {
                gathered.skipped.push(failure);
            }
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() {
        Ok(gathered)
    } else {
        Err(failures)
    }
}

fn read(
    group: &Group,
    format: Option<ListFormat>,
    importer: &Importer,
    list: &mut TrustList,
) -> Result<Content, SourceFailure> {
    let path = || group.path.clone();
    let merged = |error| SourceFailure::Merge {
        path: path(),
        error,
    };
    if let [only] = group.files.as_slice()
        && is_trust_file(&only.bytes)
    {
        let kept = read_trust_file(&only.bytes).map_err(|error| SourceFailure::Kept {
            path: path(),
            error,
        })?;
        list.merge(kept.clone()).map_err(merged)?;
        return Ok(Content::Kept(kept));
    }
    let files: Vec<_> = group
        .files
        .iter()
        .map(|file| ListFile::new(&file.name, &file.bytes))
        .collect();
    let import = importer.import(format, &files);
    let import = import.map_err(|error| SourceFailure::Refused {
        path: path(),
        error,
    })?;
    if import.format() == ListFormat::Pem && import.entries().is_empty() {
        return Err(SourceFailure::Nothing { path: path() });
    }
    list.add(import.clone()).map_err(merged)?;
    Ok(Content::Import(Box::new(import)))
}

impl Loaded {
    /// The import, where it is one.
    pub(crate) fn import(&self) -> Option<&Import> {
        match &self.content {
            Content::Import(import) => Some(import),
            Content::Kept(_) => None,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}
