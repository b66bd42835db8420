//! `dcc trust import`.

use std::io::{self, Write as _};

use dcc_model::Lang;
use dcc_registry::trust::{TrustRole, write_trust_file};
use dcc_registry::trust_list::{EntryReport, Import};
use serde_json::{Value, json};

use super::{gather, refuse};
use crate::args::{LangArg, TrustImportArgs};
use crate::commands::{complain, output_failed};
use crate::trust_sources::{Content, Gathered, Loaded, SourceFailure};
use crate::{Outcome, files};

pub(super) fn run(args: &TrustImportArgs) -> Result<Outcome, Outcome> {
    let languages = LangArg::languages(args.lang);
    let gathered = gather(&args.sources, &args.reading).map_err(|failures| {
        let outcome = refuse(&failures, languages);
        print(args, failures.iter().map(refusal)).map_or_else(|outcome| outcome, |()| outcome)
    })?;
    complain_about(&gathered, languages);
    files::replace(&args.out, &write_trust_file(&gathered.list)).map_err(|error| {
        complain(format_args!("{}: {error}", args.out.display()));
        Outcome::Usage
    })?;
    print(args, gathered.loaded.iter().map(object))?;
    if !args.json {
        let signers = gathered.list.signers().count();
        let authorities = gathered.list.authorities().count();
        let sources = gathered.loaded.len();
        let line = say(
            languages,
            &format!("{signers} khóa ký, {authorities} cơ quan gốc, từ {sources} danh sách"),
            &format!("{signers} signers, {authorities} authorities, from {sources} lists"),
        );
        let written = writeln!(io::stdout().lock(), "{}: {line}", args.out.display());
        written.map_err(|error| output_failed(&error, Outcome::Good))?;
    }
    Ok(Outcome::Good)
}

/// A sentence in the languages that are asked for.
pub(in crate::commands) fn say(languages: &[Lang], vi: &str, en: &str) -> String {
    let texts = languages.iter().map(|lang| match lang {
        Lang::Vi => vi,
        _ => en,
    });
    texts.collect::<Vec<_>>().join(" / ")
}

fn print(args: &TrustImportArgs, objects: impl Iterator<Item = Value>) -> Result<(), Outcome> {
    if !args.json {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    for object in objects {
        writeln!(out, "{object}").map_err(|error| output_failed(&error, Outcome::Good))?;
    }
    Ok(())
}

/// Says on standard error what is the matter with single entries.
pub(super) fn complain_about(gathered: &Gathered, languages: &[Lang]) {
    for failure in &gathered.skipped {
        complain(failure.told(languages));
    }
    for loaded in &gathered.loaded {
        let Some(import) = loaded.import() else {
            continue;
        };
        let (left_out, taken) = (
            say(languages, "bỏ qua", "left out"),
            say(languages, "lưu ý", "taken"),
        );
        for (reports, fate) in [(import.rejected(), left_out), (import.noted(), taken)] {
            for report in reports {
                complain(format_args!(
                    "{}: {fate}: {}",
                    loaded.path().display(),
                    told(report, languages)
                ));
            }
        }
    }
}

fn told(report: &EntryReport, languages: &[Lang]) -> String {
    let reason = report.reason();
    let texts: Vec<_> = languages.iter().map(|lang| reason.text(*lang)).collect();
    let kid = report.kid().map(ToString::to_string).unwrap_or_default();
    let country = report.country().map(|country| country.to_string());
    format!(
        "#{} {kid} {}: {} [{}]",
        report.index(),
        country.unwrap_or_default(),
        texts.join(" / "),
        reason.code()
    )
}

fn object(loaded: &Loaded) -> Value {
    let source = loaded.path().display().to_string();
    match &loaded.content {
        Content::Import(import) => of_import(&source, import),
        Content::Kept(list) => json!({
            "source": source,
            "result": "loaded",
            "format": "trust.db",
            "signers": list.signers().count(),
            "authorities": list.authorities().count(),
            "tombstones": list.tombstones().len(),
            "rejected": [],
            "noted": [],
        }),
    }
}

fn of_import(source: &str, import: &Import) -> Value {
    let authorities = import
        .entries()
        .iter()
        .filter(|entry| entry.role() == TrustRole::Authority);
    json!({
        "source": source,
        "result": "loaded",
        "format": import.format().word(),
        "list": import.provenance().source(),
        "integrity": import.provenance().integrity().word(),
        "as_of": import.provenance().as_of().to_string(),
        "signers": import.signer_count(),
        "authorities": authorities.count(),
        "tombstones": import.tombstones().len(),
        "ignored": import.ignored(),
        "rejected": import.rejected().iter().map(of_report).collect::<Vec<_>>(),
        "noted": import.noted().iter().map(of_report).collect::<Vec<_>>(),
    })
}

fn of_report(report: &EntryReport) -> Value {
    json!({
        "index": report.index(),
        "kid": report.kid().map(ToString::to_string),
        "country": report.country().map(|country| country.to_string()),
        "code": report.reason().code(),
        "detail": report.reason().to_string(),
    })
}

fn refusal(failure: &SourceFailure) -> Value {
    let refused = failure.outcome() == Outcome::NotAccepted;
    json!({
        "source": failure.path().display().to_string(),
        "result": if refused { "refused" } else { "unreadable" },
        "code": failure.code().map(dcc_model::Coded::code),
        "detail": failure.to_string(),
    })
}
