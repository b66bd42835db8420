//! `dcc import certificates`: what another system issued, so that it can be renewed and revoked.

use alloc::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};

use dcc_issue::life::{Imported, IncomingCertificate, import_certificates};
use dcc_registry::ImportOutcome;
use dcc_registry::trust::TrustSnapshot;
use dcc_sign::HcertVerifier;
use serde::Deserialize;

use super::Failure;
use crate::args::ProviderArg;
use crate::args::issuance::ImportArgs;
use crate::registry_url::Absent;

/// Lines that are taken in together.
const PAGE: usize = 2_000;

/// A line as `certificates.jsonl` has it; further members are ignored.
#[derive(Deserialize)]
struct Line {
    subject_ref: String,
    hc1: String,
}

/// What became of the certificates, by word, and of lines that cannot be read.
pub(super) type Report = BTreeMap<&'static str, u64>;

/// Takes in the certificates of a file of lines.
pub(super) async fn imported(args: &ImportArgs) -> Result<Report, Failure> {
    let keys = keys(args)?;
    let verifier = HcertVerifier::new(ProviderArg::built_in().provider());
    let register = args.register.open(Absent::Refuse).await?;
    let file = File::open(&args.file).map_err(Failure::file(&args.file))?;
    let act = args.common.act();
    let mut report = Report::new();
    let mut waiting = Vec::new();
    let mut lines = BufReader::new(file).lines();
    loop {
        let line = lines
            .next()
            .transpose()
            .map_err(Failure::file(&args.file))?;
        let ended = line.is_none();
        match line.map(|line| serde_json::from_str::<Line>(&line)) {
            Some(Ok(line)) => {
                let subject = register.key.subject_id(&line.subject_ref);
                waiting.push(IncomingCertificate::new(subject, line.hc1));
            }
            Some(Err(_)) => count(&mut report, "unreadable"),
            None => {}
        }
        if waiting.len() >= PAGE || ended {
            let (registry, _) = register.place();
            let outcomes = import_certificates(registry, &act, (&verifier, &keys), &waiting).await;
            for outcome in outcomes? {
                count(&mut report, word(&outcome));
            }
            waiting.clear();
        }
        if ended {
            break;
        }
    }
    register.store.close().await;
    Ok(report)
}

fn count(report: &mut Report, word: &'static str) {
    let counter = report.entry(word).or_default();
    *counter = counter.saturating_add(1);
}

const fn word(outcome: &Imported) -> &'static str {
    match outcome {
        Imported::Stored(ImportOutcome::Current) => "current",
        Imported::Stored(ImportOutcome::Superseded) => "superseded",
        Imported::Stored(ImportOutcome::Unchanged) => "unchanged",
        Imported::Stored(ImportOutcome::IdTaken) => "identifier-taken",
        Imported::Stored(_) => "subject-missing",
        _ => "refused",
    }
}

fn keys(args: &ImportArgs) -> Result<TrustSnapshot, Failure> {
    if args.trust.is_empty() {
        let reason = "--trust names the signers of the certificates";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let mut files = Vec::new();
    for path in &args.trust {
        files.push(fs::read(path).map_err(Failure::file(path))?);
    }
    let unusable = |reason: String| Failure::Key {
        path: args.trust.first().cloned().unwrap_or_default(),
        reason,
    };
    let snapshot = TrustSnapshot::from_certificates(files);
    let snapshot = snapshot.map_err(|error| unusable(error.to_string()))?;
    if snapshot.key_count() == 0 {
        let reason = "there is no certificate in it that could be used";
        return Err(unusable(reason.to_owned()));
    }
    Ok(snapshot)
}
