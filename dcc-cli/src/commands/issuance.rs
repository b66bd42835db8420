//! The commands of a campaign.

mod synth;

use crate::Outcome;
use crate::args::issuance::IssuanceCommand;

pub(crate) fn run(command: &IssuanceCommand) -> Outcome {
    match command {
        IssuanceCommand::Synth(args) => synth::run(args),
    }
}
