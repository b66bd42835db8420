//! Tables as files: opening them, and what stands beside them.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use dcc_issue::PopulationFile;
use dcc_issue::import::DoseImportReport;
use dcc_issue::intake::{
    ColumnProfile, FacilityRow, IntakeOptions, IntakeReport, RowState, Rows, TableError,
};
use dcc_model::{Lang, Timestamp};
use dcc_registry::PopulationDetail;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Failure;
use crate::commands::complain;

/// The built-in column profile, or that of a file.
pub(super) fn profile(file: Option<&Path>) -> Result<ColumnProfile, Failure> {
    let Some(path) = file else {
        return Ok(ColumnProfile::default());
    };
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    ColumnProfile::from_toml(&text).map_err(|error| Failure::Profile {
        path: path.to_owned(),
        error,
    })
}

/// Opens the rows of a table by `read`, which is one of the `rows` functions of intake.
pub(super) fn rows<T>(
    path: &Path,
    profile: &ColumnProfile,
    at: Timestamp,
    read: impl FnOnce(File, &ColumnProfile, &IntakeOptions) -> Result<Rows<T>, TableError>,
) -> Result<Rows<T>, Failure> {
    let file = File::open(path).map_err(Failure::file(path))?;
    let options = at
        .vietnam_date()
        .map_or_else(IntakeOptions::default, IntakeOptions::on);
    read(file, profile, &options).map_err(|error| Failure::Table {
        path: path.to_owned(),
        error,
    })
}

/// Reads a population file.
pub(super) fn population(
    path: &Path,
    profile: &ColumnProfile,
    detail: PopulationDetail,
) -> Result<PopulationFile, Failure> {
    let file = File::open(path).map_err(Failure::file(path))?;
    PopulationFile::read(file, profile, detail).map_err(|error| Failure::Population {
        path: path.to_owned(),
        error,
    })
}

/// The DER of the certificates that a facility's row names, relative to the table. A file that
/// cannot be read leaves the facility without, and is said once.
pub(super) fn facility_certificates(table: &Path, row: &FacilityRow) -> Vec<Vec<u8>> {
    let Some(name) = &row.certificate else {
        return Vec::new();
    };
    let path = beside(table, name);
    let read = fs::read(&path).and_then(|bytes| {
        let found = dcc_issue::certificate_ders(&bytes);
        if found.is_empty() {
            let fault = "there is no certificate in it";
            return Err(io::Error::new(io::ErrorKind::InvalidData, fault));
        }
        Ok(found)
    });
    read.unwrap_or_else(|error| {
        complain(format_args!("{}: {error}", path.display()));
        Vec::new()
    })
}

/// A file that a table names.
pub(super) fn beside(table: &Path, name: &str) -> PathBuf {
    table
        .parent()
        .map_or_else(|| PathBuf::from(name), |folder| folder.join(name))
}

/// A counter on the terminal; hidden where standard error is none.
pub(super) fn counter(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(4));
    let style = ProgressStyle::with_template("{prefix}: {human_pos} ({per_sec}) {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.set_prefix(what);
    bar
}

/// Shows how far an import of doses is: rows are read first, then taken in.
pub(super) fn show_doses(bar: &ProgressBar, report: &DoseImportReport) {
    let taken = report.doses();
    bar.set_position(if taken == 0 {
        report.rows.rows()
    } else {
        taken
    });
    bar.set_message(if taken == 0 { "read" } else { "taken in" });
}

/// What became of the rows of a table, for people: counts, findings by code, the first refused
/// rows by number.
pub(super) fn tell_rows(name: &str, report: &IntakeReport, languages: &[Lang]) -> Vec<String> {
    const NAMED: usize = 20;
    let state = |state| report.in_state(state);
    let mut lines = vec![format!(
        "{name}: {} rows: {} accepted, {} accepted with findings, {} refused",
        report.rows(),
        state(RowState::Accepted),
        state(RowState::WithFindings),
        state(RowState::Refused)
    )];
    for (code, count) in report.findings() {
        let texts: Vec<&str> = languages.iter().map(|lang| code.text(*lang)).collect();
        lines.push(format!(
            "  {count:>9} {}: {}",
            code.code(),
            texts.join(" / ")
        ));
    }
    for row in report.refused().iter().take(NAMED) {
        let codes: Vec<String> = row.findings.iter().map(ToString::to_string).collect();
        lines.push(format!("  row {} refused: {}", row.row, codes.join(", ")));
    }
    let more = report.refused().len().saturating_sub(NAMED);
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    lines
}

/// The same as JSON.
pub(super) fn rows_json(report: &IntakeReport) -> serde_json::Value {
    let findings: serde_json::Map<String, serde_json::Value> = report
        .findings()
        .map(|(code, count)| (code.code().to_owned(), count.into()))
        .collect();
    let refused: Vec<serde_json::Value> = report
        .refused()
        .iter()
        .map(|row| {
            let codes: Vec<String> = row.findings.iter().map(ToString::to_string).collect();
            serde_json::json!({"row": row.row, "codes": codes})
        })
        .collect();
    serde_json::json!({
        "rows": report.rows(),
        "accepted": report.in_state(RowState::Accepted),
        "accepted_with_findings": report.in_state(RowState::WithFindings),
        "refused": report.in_state(RowState::Refused),
        "findings": findings,
        "refused_rows": refused,
    })
}
