//! `dcc verify`: who signed it, and is it valid now?

use std::io::{self, Write};

use dcc_model::{RejectCode, Timestamp};
use dcc_registry::chain::ChainVerifier;
use dcc_verify::{Decision, Policy, TrustSnapshot, Verdict, Verifier};

use crate::Outcome;
use crate::args::{FormatArg, LangArg, SourceArgs, VerifyArgs};
use crate::commands::{complain, each_certificate, trust};
use crate::human::View;
use crate::input::Item;
use crate::{bundle_files, report};

pub(crate) fn run(args: &VerifyArgs) -> Outcome {
    let now = Timestamp::now();
    let trust = match load(args, now) {
        Ok(trust) => trust,
        Err(outcome) => return outcome,
    };
    let verifier = Verifier::new(args.provider.provider(), trust, policy(args));
    let screen = Screen {
        view: View::new(LangArg::languages(args.lang), args.show_unverified),
        form: match (args.json, args.gate) {
            (true, _) => Form::Json,
            (_, true) => Form::Gate,
            _ => Form::Desk,
        },
        policy: *verifier.policy(),
    };
    let at = args.at.unwrap_or(now);
    each_certificate(&args.input.inputs, |out, item| {
        // Whoever feeds standard input piece by piece may do so for hours.
        let (at, now) = match args.at {
            Some(at) => (at, Timestamp::now()),
            None if args.input.inputs.iter().any(|input| input == "-") => {
                let now = Timestamp::now();
                (now, now)
            }
            None => (at, now),
        };
        let trust_age = verifier.trust().age_seconds(now);
        let text = match &item.text {
            Ok(text) => text,
            Err(code) => {
                screen.unread(out, &item, *code, trust_age)?;
                return Ok(false);
            }
        };
        let verdict = verifier.verify_as_of(text, at, now);
        screen.verdict(out, &item, &verdict, trust_age)?;
        Ok(verdict.decision() == Decision::Accept)
    })
}

/// Whom the arguments name.
fn load(args: &VerifyArgs, now: Timestamp) -> Result<TrustSnapshot, Outcome> {
    let provider = args.provider.provider();
    let chains = ChainVerifier::new(provider.clone()).with_legacy_sha1(args.legacy_sha1);
    if let Some(bundle) = &args.bundle {
        let request = bundle_files::Request {
            bundle,
            signers: &args.bundle_signer,
            state: args.state.as_deref(),
            now,
        };
        let opened = bundle_files::open(&request, &provider).map_err(|error| {
            complain(&error);
            error.outcome()
        })?;
        return Ok(TrustSnapshot::with_chains(opened.trust(), &chains));
    }
    let reading = SourceArgs {
        format: FormatArg::Auto,
        anchor: args.anchor.clone(),
        trust_transport: args.trust_transport,
        legacy_sha1: args.legacy_sha1,
        at: Some(now),
    };
    let list = trust::read(&args.trust, &reading, args.lang)?;
    Ok(TrustSnapshot::with_chains(&list, &chains))
}

fn policy(args: &VerifyArgs) -> Policy {
    /// Seconds of a day.
    const DAY: u32 = 86_400;
    let mut policy = Policy::authentic();
    if args.strict {
        policy = policy.strict();
    }
    if let Some(days) = args.max_trust_age {
        policy = policy.with_max_trust_age(u32::from(days).saturating_mul(DAY));
    }
    policy
}

/// For whom results are shown.
#[derive(Clone, Copy)]
enum Form {
    /// A program.
    Json,
    /// An officer at a gate.
    Gate,
    /// A clerk at a desk.
    Desk,
}

struct Screen {
    view: View,
    form: Form,
    policy: Policy,
}

impl Screen {
    /// The age of the trust list, in seconds, is that of this moment: a gate runs for days.
    fn verdict(
        &self,
        out: &mut dyn Write,
        item: &Item,
        verdict: &Verdict,
        trust_age: Option<i64>,
    ) -> io::Result<()> {
        match self.form {
            Form::Json => writeln!(out, "{}", report::verdict(item, verdict)),
            Form::Gate => self.view.gate(out, item, verdict, trust_age),
            Form::Desk => self.view.verdict(out, item, verdict),
        }
    }

    fn unread(
        &self,
        out: &mut dyn Write,
        item: &Item,
        code: RejectCode,
        trust_age: Option<i64>,
    ) -> io::Result<()> {
        match self.form {
            Form::Json => {
                let object = report::unread_verdict(item, code, &self.policy);
                writeln!(out, "{object}")
            }
            Form::Gate => self.view.gate_unread(out, item, code, trust_age),
            Form::Desk => self.view.unread(out, item, code),
        }
    }
}
