//! The commands that look after the records of a register.

mod audit;
mod correct;
mod doctor;
mod explain;
mod failure;
mod feed;
mod keys;
mod link;
mod lists;
mod lookup;
mod stats;

use std::io::{self, Write as _};

use dcc_issue::cleaning::Scope;
use dcc_issue::eligibility::{EligibilityPolicy, policy};
use dcc_registry::CommuneCode;

use crate::Outcome;
use crate::args::issuance::PolicyArg;
use crate::args::records::{RecordsCommand, ScopeArgs};

use failure::Failure;

pub(crate) fn run(command: &RecordsCommand) -> Outcome {
    let done = match command {
        RecordsCommand::Lists(command) => lists::run(command),
        RecordsCommand::Correct(args) => correct::run(args),
        RecordsCommand::Link(args) => link::run(args),
        RecordsCommand::Stats(args) => stats::run(args),
        RecordsCommand::Explain(args) => explain::run(args),
        RecordsCommand::Feed(args) => feed::run(args),
        RecordsCommand::Lookup(args) => lookup::run(args),
        RecordsCommand::Audit(command) => audit::run(command),
        RecordsCommand::Doctor(args) => doctor::run(args),
    };
    failure::outcome(done)
}

/// Prints lines. A reader that went away (`| head`) ends the output and is no failure.
fn print(lines: impl IntoIterator<Item = impl core::fmt::Display>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let write = || -> io::Result<()> {
        for line in lines {
            writeln!(out, "{line}")?;
        }
        out.flush()
    };
    match write() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(()),
    }
}

fn scope(args: &ScopeArgs) -> Scope {
    match (&args.commune, &args.province) {
        (Some(commune), _) => Scope::Commune(CommuneCode::new(commune)),
        (None, Some(province)) => Scope::Province(province.clone()),
        (None, None) => Scope::Country,
    }
}

fn policy_of(choice: PolicyArg) -> Result<&'static dyn EligibilityPolicy, Failure> {
    let name = match choice {
        PolicyArg::FullCourse5772 => "full-course-5772",
        PolicyArg::AnyDose2022 => "any-dose-2022",
    };
    policy(name).ok_or_else(|| Failure::Usage(format!("{name}: there is no such policy")))
}
