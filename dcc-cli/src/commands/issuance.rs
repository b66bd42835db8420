//! The commands of a campaign.

mod central;
mod certificates;
mod certify;
mod check;
mod failure;
mod import;
mod issue;
mod keys;
pub(crate) mod signing;
mod synth;
mod tables;

use crate::Outcome;
use crate::args::issuance::IssuanceCommand;

pub(crate) use failure::{Failure, outcome};

pub(crate) fn run(command: &IssuanceCommand) -> Outcome {
    let done = match command {
        IssuanceCommand::Synth(args) => return synth::run(args),
        IssuanceCommand::Issue(args) => issue::run(args),
        IssuanceCommand::Certify(args) => certify::run(args),
        IssuanceCommand::Import(args) => import::run(args),
        IssuanceCommand::Check(args) => check::run(args),
    };
    outcome(done)
}
