//! `dcc bundle`: the signed file for gates that are offline.

mod build;
mod show;

use std::fs;
use std::path::Path;

use dcc_registry::bundle::{BundleSigner, SectionInfo};
use serde_json::{Value, json};

use crate::Outcome;
use crate::args::BundleCommand;
use crate::commands::{complain, hex};

pub(crate) fn run(command: &BundleCommand) -> Outcome {
    let done = match command {
        BundleCommand::Build(args) => build::run(args),
        BundleCommand::Show(args) => show::run(args),
    };
    done.unwrap_or_else(|outcome| outcome)
}

/// Says what is wrong with a file, as a mistake of usage.
fn unusable(path: &Path) -> impl Fn(&dyn core::fmt::Display) -> Outcome {
    move |error| {
        complain(format_args!("{}: {error}", path.display()));
        Outcome::Usage
    }
}

/// The signers in a file.
fn signers(path: &Path) -> Result<Vec<BundleSigner>, Outcome> {
    let bytes = fs::read(path).map_err(|error| unusable(path)(&error))?;
    BundleSigner::all_from_bytes(&bytes).map_err(|error| unusable(path)(&error))
}

fn section(section: &SectionInfo) -> Value {
    json!({
        "name": section.name().as_str(),
        "sha256": hex(section.digest()),
        "bytes": section.size(),
        "critical": section.is_critical(),
        "compressed": section.is_compressed(),
    })
}
