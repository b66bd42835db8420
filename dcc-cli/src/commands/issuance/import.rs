//! `dcc import`: a table into the register.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use dcc_issue::import::{
    DirectoryReport, DoseImportOptions, DoseImportReport, import_delegations, import_doses,
    import_facilities,
};
use dcc_issue::intake::{DelegationRow, DoseRow, FacilityRow};
use dcc_registry::{IdentityRule, PopulationDetail};
use serde_json::{Value, json};

use super::{Failure, certificates, tables};
use crate::args::LangArg;
use crate::args::issuance::{ImportArgs, ImportKind};
use crate::args::register::RegisterArgs;
use crate::files;
use crate::registry_url::{Absent, REGISTRY_FILE, file_of};
use crate::runtime;

pub(super) fn run(args: &ImportArgs) -> Result<(), Failure> {
    let (lines, value) = match args.kind {
        ImportKind::Doses => {
            let report = runtime::block_on(doses(args))?;
            (tell_doses(args, &report), doses_json(&report))
        }
        ImportKind::Facilities => {
            let report = runtime::block_on(facilities(args))?;
            (tell_directory(args, &report), directory_json(&report))
        }
        ImportKind::Delegations => {
            let report = runtime::block_on(delegations(args))?;
            (tell_directory(args, &report), directory_json(&report))
        }
        ImportKind::Certificates => {
            let report = runtime::block_on(certificates::imported(args))?;
            let lines = report
                .iter()
                .map(|(word, count)| format!("{count:>9} {word}"));
            (lines.collect(), json!(report))
        }
        ImportKind::Population => {
            let file = population(args)?;
            let languages = LangArg::languages(args.common.lang);
            (
                tables::tell_rows("population", file.report(), languages),
                json!({"population": tables::rows_json(file.report())}),
            )
        }
    };
    let mut out = io::stdout().lock();
    if args.common.json {
        writeln!(out, "{value}").map_err(Failure::Output)
    } else {
        writeln!(out, "{}", lines.join("\n")).map_err(Failure::Output)
    }
}

fn failed(path: &Path) -> impl FnOnce(dcc_issue::import::ImportError) -> Failure {
    let path = path.to_owned();
    move |error| Failure::Import { path, error }
}

async fn doses(args: &ImportArgs) -> Result<DoseImportReport, Failure> {
    let profile = tables::profile(args.profile_file.as_deref())?;
    let rows = tables::rows(&args.file, &profile, args.common.at(), DoseRow::rows)?;
    let register = args.register.open(Absent::Create).await?;
    let rule = if args.corrected {
        IdentityRule::ReplaceUnidentified
    } else {
        IdentityRule::Keep
    };
    let bar = tables::counter("doses");
    let mut progress = |report: &DoseImportReport| tables::show_doses(&bar, report);
    let act = args.common.act();
    let path = register.store.path();
    let beside = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let options =
        DoseImportOptions::new(rule).with_folder(beside.unwrap_or_else(|| Path::new(".")));
    let report = import_doses(register.place(), rows, &options, &act, &mut progress).await;
    bar.finish_and_clear();
    let report = report.map_err(failed(&args.file))?;
    register.store.close().await;
    Ok(report)
}

async fn facilities(args: &ImportArgs) -> Result<DirectoryReport, Failure> {
    let profile = tables::profile(args.profile_file.as_deref())?;
    let rows = tables::rows(&args.file, &profile, args.common.at(), FacilityRow::rows)?;
    let register = args.register.open(Absent::Create).await?;
    let mut certificates = |row: &FacilityRow| tables::facility_certificates(&args.file, row);
    let act = args.common.act();
    let report = import_facilities(&register.store, rows, &act, &mut certificates).await;
    let report = report.map_err(failed(&args.file))?;
    register.store.close().await;
    Ok(report)
}

async fn delegations(args: &ImportArgs) -> Result<DirectoryReport, Failure> {
    let profile = tables::profile(args.profile_file.as_deref())?;
    let rows = tables::rows(&args.file, &profile, args.common.at(), DelegationRow::rows)?;
    let register = args.register.open(Absent::Create).await?;
    let report = import_delegations(&register.store, rows, &args.common.act()).await;
    let report = report.map_err(failed(&args.file))?;
    register.store.close().await;
    Ok(report)
}

/// Keeps a copy of the population file beside the register once it is found readable.
fn population(args: &ImportArgs) -> Result<dcc_issue::PopulationFile, Failure> {
    if args.profile_file.is_some() {
        let reason = "a population file is kept as it is; its columns must have the built-in names";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let profile = tables::profile(None)?;
    let file = tables::population(&args.file, &profile, PopulationDetail::YesNo)?;
    let kept = population_file(&args.register)?;
    files::copy_private(&args.file, &kept).map_err(Failure::file(&kept))?;
    Ok(file)
}

/// Where the population file of a register is kept.
pub(super) fn population_file(register: &RegisterArgs) -> Result<PathBuf, Failure> {
    let register = match (&register.db, &register.out) {
        (Some(location), _) => file_of(location)?,
        (None, Some(folder)) => folder.join(REGISTRY_FILE),
        (None, None) => PathBuf::from(REGISTRY_FILE),
    };
    let mut name = register.file_name().unwrap_or_default().to_owned();
    name.push(".population");
    Ok(register.with_file_name(name))
}

fn tell_doses(args: &ImportArgs, report: &DoseImportReport) -> Vec<String> {
    let languages = LangArg::languages(args.common.lang);
    let mut lines = tables::tell_rows("doses", &report.rows, languages);
    lines.push(format!(
        "subjects: {} new, {} updated, {} contradictions, {} corrections refused (identified)",
        report.subjects_added, report.subjects_updated, report.conflicts, report.identified
    ));
    lines.push(format!(
        "doses: {} new, {} unchanged, {} corrected, {} not taken (of another subject, or withdrawn)",
        report.doses_added, report.doses_unchanged, report.doses_corrected, report.doses_not_taken
    ));
    lines
}

pub(super) fn doses_json(report: &DoseImportReport) -> Value {
    json!({
        "doses": tables::rows_json(&report.rows),
        "subjects_added": report.subjects_added,
        "subjects_updated": report.subjects_updated,
        "conflicts": report.conflicts,
        "identified": report.identified,
        "doses_added": report.doses_added,
        "doses_unchanged": report.doses_unchanged,
        "doses_corrected": report.doses_corrected,
        "doses_not_taken": report.doses_not_taken,
    })
}

fn tell_directory(args: &ImportArgs, report: &DirectoryReport) -> Vec<String> {
    let languages = LangArg::languages(args.common.lang);
    let name = match args.kind {
        ImportKind::Delegations => "delegations",
        _ => "facilities",
    };
    let mut lines = tables::tell_rows(name, &report.rows, languages);
    lines.push(format!(
        "{name}: {} new, {} updated, {} unchanged",
        report.added, report.updated, report.unchanged
    ));
    lines
}

pub(super) fn directory_json(report: &DirectoryReport) -> Value {
    json!({
        "rows": tables::rows_json(&report.rows),
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
    })
}
