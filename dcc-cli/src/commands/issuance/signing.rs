//! The commands that sign.

mod attest;
mod exchange;
mod renew;
mod revoke;

use std::io::{self, Write as _};

use super::{Failure, outcome};
use crate::Outcome;
use crate::args::signing::{AttestExchange, SigningCommand};

pub(crate) fn run(command: &SigningCommand) -> Outcome {
    let done = match command {
        SigningCommand::Attest(args) => match &args.exchange {
            Some(AttestExchange::Export(args)) => exchange::export(args),
            Some(AttestExchange::Import(args)) => exchange::import(args),
            None => attest::run(args),
        },
        SigningCommand::Renew(args) => renew::run(args),
        SigningCommand::Revoke(args) => revoke::run(args),
    };
    outcome(done)
}

/// Prints a result: one JSON object, or lines for people.
fn print(json: bool, value: &serde_json::Value, lines: &[String]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = if json {
        writeln!(out, "{value}")
    } else {
        writeln!(out, "{}", lines.join("\n"))
    };
    written.map_err(Failure::Output)
}
