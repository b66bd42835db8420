//! `dcc audit`: the log checked, and checkpoints over it signed.

use std::fs;

use dcc_issue::audit::{LogReport, make_checkpoint, verify_log};
use dcc_registry::AuditStore as _;
use serde_json::{Value, json};

use super::{Failure, keys, print};
use crate::args::ProviderArg;
use crate::args::records::{AuditCheckpointArgs, AuditCommand, AuditVerifyArgs};
use crate::commands::complain;
use crate::registry_url::Absent;
use crate::{files, runtime};

/// Findings named one by one; the rest is only counted.
const NAMED: usize = 100;

pub(super) fn run(command: &AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify(args) => runtime::block_on(verify(args)),
        AuditCommand::Checkpoint(args) => runtime::block_on(checkpoint(args)),
    }
}

async fn verify(args: &AuditVerifyArgs) -> Result<(), Failure> {
    let exported = match &args.checkpoint {
        Some(path) => Some(fs::read(path).map_err(Failure::file(path))?),
        None => None,
    };
    let register = args.register.open(Absent::Refuse).await?;
    let provider = ProviderArg::built_in().provider();
    let known = match &args.signer {
        Some(path) => vec![keys::public_key(path)?],
        None => Vec::new(),
    };
    let kept = register.store.checkpoint(None).await?.is_some();
    if known.is_empty() && (kept || exported.is_some()) {
        let text = "--signer is needed: the checkpoint is believed only under its key";
        return Err(Failure::Usage(text.to_owned()));
    }
    let report = verify_log(&register.store, exported.as_deref(), &known, &provider).await?;
    register.store.close().await;
    if report.checkpoint.is_none() {
        complain("there is no checkpoint: truncation and rewriting cannot be found");
    }
    print(if args.json {
        vec![to_json(&report).to_string()]
    } else {
        lines(&report)
    })?;
    if report.is_sound() {
        return Ok(());
    }
    let copy = usize::from(report.copy_differs);
    Err(Failure::Tampered {
        findings: report.audit.findings.len().saturating_add(copy),
    })
}

fn lines(report: &LogReport) -> Vec<String> {
    let audit = &report.audit;
    let mut lines = vec![format!(
        "{} events, {} covered by checkpoint {}",
        audit.events,
        audit.covered,
        report
            .checkpoint
            .map_or_else(|| "-".to_owned(), |sequence| sequence.to_string()),
    )];
    lines.extend(audit.findings.iter().take(NAMED).map(ToString::to_string));
    if report.copy_differs {
        lines
            .push("the register's own copy of the checkpoint is missing or another one".to_owned());
    }
    lines
}

fn to_json(report: &LogReport) -> Value {
    let findings = report.audit.findings.iter().take(NAMED);
    json!({
        "sound": report.is_sound(),
        "events": report.audit.events,
        "covered": report.audit.covered,
        "checkpoint": report.checkpoint,
        "copy_differs": report.copy_differs,
        "findings": findings.map(ToString::to_string).collect::<Vec<_>>(),
        "findings_in_all": report.audit.findings.len(),
    })
}

async fn checkpoint(args: &AuditCheckpointArgs) -> Result<(), Failure> {
    let signer = keys::signer(&args.key, args.passphrase_file.as_deref())?;
    let provider = ProviderArg::built_in().provider();
    let register = args.register.open(Absent::Refuse).await?;
    let at = args.common.at();
    let (made, record) = make_checkpoint(&register.store, &signer, &provider, at).await?;
    register.store.close().await;
    files::write_private(&args.to, &record, true).map_err(Failure::file(&args.to))?;
    print([json!({
        "checkpoint": made.sequence(),
        "heads": made.heads().len(),
        "hash": made.hash().to_string(),
    })])
}
