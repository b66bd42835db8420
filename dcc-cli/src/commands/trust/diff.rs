//! `dcc trust diff`.

use std::io::{self, Write as _};
use std::path::PathBuf;

use dcc_registry::trust::{TrustChange, TrustDiff};
use serde_json::{Value, json};

use super::{entry, gather, import, refuse};
use crate::Outcome;
use crate::args::{LangArg, TrustDiffArgs};
use crate::commands::output_failed;

pub(super) fn run(args: &TrustDiffArgs) -> Result<Outcome, Outcome> {
    let languages = LangArg::languages(args.lang);
    let read = |path: &PathBuf| {
        let gathered = gather(core::slice::from_ref(path), &args.reading)
            .map_err(|failures| refuse(&failures, languages))?;
        import::complain_about(&gathered, languages);
        Ok(gathered.list)
    };
    let (before, after) = (read(&args.before)?, read(&args.after)?);
    let diff = TrustDiff::between(&before, &after);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut write = || {
        for change in diff.changes() {
            if args.json {
                writeln!(out, "{}", object(change))?;
            } else {
                writeln!(out, "{} {}", sign(change), entry::line(change.entry()))?;
            }
        }
        if diff.is_empty() && !args.json {
            let same = import::say(languages, "không khác", "no difference");
            writeln!(out, "{same}")?;
        }
        out.flush()
    };
    let written: io::Result<()> = write();
    written.map_err(|error| output_failed(&error, Outcome::Good))?;
    Ok(Outcome::Good)
}

const fn sign(change: &TrustChange) -> &'static str {
    match change {
        TrustChange::Added(_) => "+",
        TrustChange::Removed(_) => "-",
        _ => "~",
    }
}

/// The entry in its later version, and in its earlier where both have it.
fn object(change: &TrustChange) -> Value {
    let before = match change {
        TrustChange::Changed { before, .. } => Some(entry::object(before)),
        _ => None,
    };
    json!({
        "change": change.word(),
        "entry": entry::object(change.entry()),
        "before": before,
    })
}
