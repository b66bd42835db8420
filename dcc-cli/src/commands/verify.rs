//! `dcc verify`: who signed it, and is it valid now?

use dcc_model::Timestamp;
use dcc_registry::trust_list::{ImportOptions, Importer};
use dcc_verify::{Decision, Policy, Verifier};

use crate::Outcome;
use crate::args::{LangArg, VerifyArgs};
use crate::commands::{complain, each_certificate};
use crate::human::View;
use crate::{report, trust_files};

pub(crate) fn run(args: &VerifyArgs) -> Outcome {
    let provider = args.provider.provider();
    let importer = Importer::new(provider.clone(), ImportOptions::new(Timestamp::now()));
    let trust = match trust_files::load(&args.trust, &importer) {
        Ok(trust) => trust,
        Err(error) => {
            complain(error);
            return Outcome::Usage;
        }
    };
    let policy = if args.strict {
        Policy::authentic().strict()
    } else {
        Policy::authentic()
    };
    let verifier = Verifier::new(provider, trust, policy);
    let now = args.at.unwrap_or_else(Timestamp::now);
    let view = View::new(LangArg::languages(args.lang), args.show_unverified);
    each_certificate(&args.input.inputs, |out, item| {
        let text = match &item.text {
            Ok(text) => text,
            Err(code) => {
                if args.json {
                    writeln!(
                        out,
                        "{}",
                        report::unread_verdict(&item, *code, verifier.policy())
                    )?;
                } else {
                    view.unread(out, &item, *code)?;
                }
                return Ok(false);
            }
        };
        let verdict = verifier.verify(text, now);
        if args.json {
            writeln!(out, "{}", report::verdict(&item, &verdict))?;
        } else {
            view.verdict(out, &item, &verdict)?;
        }
        Ok(verdict.decision() == Decision::Accept)
    })
}
