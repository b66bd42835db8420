//! `dcc check`: subjects against the population register.

use std::io::{self, Write as _};

use dcc_issue::check::{CheckOptions, CheckReport, CheckStop, check};
use serde_json::{Map, Value, json};

use super::import::population_file;
use super::{Failure, tables};
use crate::args::issuance::CheckArgs;
use crate::registry_url::Absent;
use crate::runtime;

pub(super) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let report = runtime::block_on(checked(args))?;
    let mut out = io::stdout().lock();
    if args.common.json {
        writeln!(out, "{}", to_json(&report)).map_err(Failure::Output)?;
    } else {
        for (state, count) in &report.states {
            writeln!(out, "{count:>12} {}", state.word()).map_err(Failure::Output)?;
        }
        let (subjects, asked) = (report.subjects(), report.asked);
        writeln!(
            out,
            "{subjects:>12} subjects looked at, {asked} questions asked"
        )
        .map_err(Failure::Output)?;
    }
    match report.stopped {
        None => Ok(()),
        Some(_) => Err(Failure::Interrupted),
    }
}

async fn checked(args: &CheckArgs) -> Result<CheckReport, Failure> {
    let path = match &args.population {
        Some(path) => path.clone(),
        None => population_file(&args.register)?,
    };
    let profile = tables::profile(None)?;
    let register = args.register.open(Absent::Refuse).await?;
    let population = tables::population(&path, &profile, args.population_detail.into())?;
    let options = if args.retry {
        CheckOptions::again()
    } else {
        CheckOptions::pending()
    };
    let bar = tables::counter("checked");
    let mut progress = |report: &CheckReport| bar.set_position(report.subjects());
    let act = args.common.act();
    let report = check(register.place(), &population, &options, &act, &mut progress).await;
    bar.finish_and_clear();
    let report = report?;
    register.store.close().await;
    Ok(report)
}

/// The report as JSON.
pub(super) fn to_json(report: &CheckReport) -> Value {
    let states: Map<String, Value> = report
        .states
        .iter()
        .map(|(state, count)| (state.word().to_owned(), (*count).into()))
        .collect();
    let stopped = report.stopped.map(|stop| match stop {
        CheckStop::RateLimited { seconds } => json!({"rate_limited": seconds}),
        _ => json!("unavailable"),
    });
    json!({
        "subjects": report.subjects(),
        "asked": report.asked,
        "outdated": report.outdated,
        "states": states,
        "stopped": stopped,
    })
}
