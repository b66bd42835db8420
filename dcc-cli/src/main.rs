#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate alloc;

mod args;
mod bundle_files;
mod commands;
mod files;
mod human;
mod input;
mod key_files;
mod layers_view;
mod registry_url;
mod report;
mod runtime;
mod trust_sources;
mod unique_json;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};

/// Rows are made on one thread and dropped on another, where the system's allocator loses a fifth of
/// a campaign's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a run ended. The numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Everything was accepted or done.
    Good,
    /// Something was not accepted, or a signature was refused.
    NotAccepted,
    /// A mistake in the arguments, or a file that cannot be read or written.
    Usage,
    /// Cut short; the same command again goes on where it stopped.
    Interrupted,
    /// What is stored contradicts itself.
    IntegrityFault,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Good => Self::SUCCESS,
            Outcome::NotAccepted => Self::from(1),
            Outcome::Usage => Self::from(2),
            Outcome::Interrupted => Self::from(3),
            Outcome::IntegrityFault => Self::from(4),
        }
    }
}

fn main() -> ExitCode {
    // clap itself ends with 2 on a mistake in the arguments and 0 after --help.
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Decode(args) => commands::decode::run(&args),
        Command::Verify(args) => commands::verify::run(&args),
        Command::Sign(args) => commands::sign::run(&args),
        Command::Keygen(args) => commands::keygen::run(&args),
        Command::Trust(command) => commands::trust::run(&command),
        Command::Bundle(command) => commands::bundle::run(&command),
        Command::Issuance(command) => commands::issuance::run(&command),
        Command::Signing(command) => commands::issuance::signing::run(&command),
        Command::Records(command) => commands::records::run(&command),
    };
    outcome.into()
}
