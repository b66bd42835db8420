//! `dcc trust export`.

use std::io::{self, Write as _};
use std::path::Path;

use dcc_registry::trust_list::export;
use serde_json::json;

use super::{import, stored_of};
use crate::args::{LangArg, TrustExportArgs};
use crate::commands::{complain, output_failed};
use crate::{Outcome, files};

pub(super) fn run(args: &TrustExportArgs) -> Result<Outcome, Outcome> {
    let list = stored_of(&args.list)?;
    let format = args.format.format();
    let written = export(&list, format);
    let count = list.entries().len().saturating_sub(written.left_out());
    if written.left_out() > 0 {
        complain(import::say(
            LangArg::languages(args.list.lang),
            &format!(
                "{} mục không có chỗ trong định dạng này",
                written.left_out()
            ),
            &format!("{} entries have no place in this form", written.left_out()),
        ));
    }
    let to_output = args.out == Path::new("-");
    let mut out = io::stdout().lock();
    if to_output {
        let done = out.write_all(written.text().as_bytes());
        done.map_err(|error| output_failed(&error, Outcome::Good))?;
        return Ok(Outcome::Good);
    }
    files::replace(&args.out, written.text().as_bytes()).map_err(|error| {
        complain(format_args!("{}: {error}", args.out.display()));
        Outcome::Usage
    })?;
    if args.json {
        let object = json!({
            "file": args.out.display().to_string(),
            "format": format.word(),
            "entries": count,
            "left_out": written.left_out(),
        });
        writeln!(out, "{object}").map_err(|error| output_failed(&error, Outcome::Good))?;
    }
    Ok(Outcome::Good)
}
