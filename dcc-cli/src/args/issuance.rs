//! The commands of a campaign: from tables to certificates.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum IssuanceCommand {
    /// Make a synthetic population with errors and the ledger of what must come out
    Synth(SynthArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SynthArgs {
    /// How many subjects
    #[arg(long, value_name = "N")]
    pub(crate) subjects: u64,
    /// The same seed and number give the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder for doses.csv, population.csv, facilities.csv, delegations.csv, keys/, truth.jsonl
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}
