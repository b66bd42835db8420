//! `dcc trust`: lists of document signers, checked, kept, shown, written and compared.

mod diff;
mod entry;
mod export;
mod import;
mod list;

use std::fs;
use std::path::PathBuf;

use dcc_model::{Lang, Timestamp};
use dcc_registry::trust::TrustList;
use dcc_registry::trust_list::{Anchor, ImportError, ImportOptions, Importer};

use crate::Outcome;
use crate::args::{FormatArg, LangArg, ListFileArgs, ProviderArg, SourceArgs, TrustCommand};
use crate::commands::complain;
use crate::trust_sources::{self, Gathered, SourceFailure};

pub(super) use import::say;

pub(crate) fn run(command: &TrustCommand) -> Outcome {
    let done = match command {
        TrustCommand::Import(args) => import::run(args),
        TrustCommand::List(args) => list::list(args),
        TrustCommand::Show(args) => list::show(args),
        TrustCommand::Export(args) => export::run(args),
        TrustCommand::Diff(args) => diff::run(args),
    };
    done.unwrap_or_else(|outcome| outcome)
}

/// A reader of lists that believes what the arguments say.
fn importer(args: &SourceArgs) -> Result<Importer, Vec<SourceFailure>> {
    let options = ImportOptions::new(args.at.unwrap_or_else(Timestamp::now))
        .with_anchors(anchors(&args.anchor).map_err(|failure| vec![failure])?)
        .with_trust_transport(args.trust_transport)
        .with_legacy_sha1(args.legacy_sha1);
    Ok(Importer::new(ProviderArg::built_in().provider(), options))
}

fn anchors(paths: &[PathBuf]) -> Result<Vec<Anchor>, SourceFailure> {
    let mut anchors = Vec::new();
    for path in paths {
        let bytes = fs::read(path).map_err(|error| SourceFailure::File {
            path: path.clone(),
            error,
        })?;
        let found: Result<_, ImportError> = Anchor::all_from_bytes(&bytes);
        anchors.extend(found.map_err(|error| SourceFailure::Refused {
            path: path.clone(),
            error,
        })?);
    }
    Ok(anchors)
}

fn gather(paths: &[PathBuf], args: &SourceArgs) -> Result<Gathered, Vec<SourceFailure>> {
    trust_sources::gather(paths, args.format.format(), &importer(args)?)
}

/// Says on standard error why nothing was taken.
fn refuse(failures: &[SourceFailure], languages: &[Lang]) -> Outcome {
    let mut outcome = Outcome::Good;
    for failure in failures {
        complain(failure.told(languages));
        outcome = outcome.max(failure.outcome());
    }
    outcome
}

/// The list that the other commands work on, read without anchors.
pub(super) fn stored(paths: &[PathBuf], lang: Option<LangArg>) -> Result<TrustList, Outcome> {
    let reading = SourceArgs {
        format: FormatArg::Auto,
        anchor: Vec::new(),
        trust_transport: false,
        legacy_sha1: false,
        at: None,
    };
    read(paths, &reading, lang)
}

/// The list in these sources, read as the arguments say; what is wrong with entries is told.
pub(super) fn read(
    paths: &[PathBuf],
    reading: &SourceArgs,
    lang: Option<LangArg>,
) -> Result<TrustList, Outcome> {
    let languages = LangArg::languages(lang);
    let gathered = gather(paths, reading).map_err(|failures| refuse(&failures, languages))?;
    import::complain_about(&gathered, languages);
    Ok(gathered.list)
}

fn stored_of(args: &ListFileArgs) -> Result<TrustList, Outcome> {
    stored(&args.trust, args.lang)
}
