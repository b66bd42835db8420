//! `dcc synth`: a population to try everything on.

use std::fs;

use dcc_issue::synthetic::{SyntheticOptions, write};

use crate::Outcome;
use crate::args::issuance::SynthArgs;
use crate::commands::complain;

pub(crate) fn run(args: &SynthArgs) -> Outcome {
    // Another population there would mix with this one.
    if fs::exists(args.out.join("truth.jsonl")).unwrap_or(false) {
        complain(format_args!(
            "{}: there is a population already",
            args.out.display()
        ));
        return Outcome::Usage;
    }
    match write(SyntheticOptions::new(args.subjects, args.seed), &args.out) {
        Ok(made) => {
            complain(format_args!(
                "{} synthetic subjects, {} dose rows, {} facilities stand in {}; their keys are TEST ONLY",
                made.totals.count("subjects", "all"),
                made.totals
                    .count("rows", "taken")
                    .saturating_add(made.totals.count("rows", "refused")),
                made.facilities,
                args.out.display()
            ));
            Outcome::Good
        }
        Err(error) => {
            complain(error);
            Outcome::Usage
        }
    }
}
