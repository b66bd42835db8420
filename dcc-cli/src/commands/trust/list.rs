//! `dcc trust list` and `dcc trust show`.

use std::io::{self, Write as _};

use dcc_registry::trust::TrustEntry;
use dcc_sign::KeyId;

use super::{entry, import, stored_of};
use crate::Outcome;
use crate::args::{LangArg, TrustListArgs, TrustShowArgs};
use crate::commands::{complain, output_failed};

pub(super) fn list(args: &TrustListArgs) -> Result<Outcome, Outcome> {
    let list = stored_of(&args.list)?;
    print(list.entries(), |found| {
        if args.json {
            entry::object(found).to_string()
        } else {
            entry::line(found)
        }
    })
}

pub(super) fn show(args: &TrustShowArgs) -> Result<Outcome, Outcome> {
    let languages = LangArg::languages(args.list.lang);
    let kid = kid(&args.kid).ok_or_else(|| {
        complain(import::say(
            languages,
            "mã khóa phải là Base64 hoặc thập lục phân",
            "the key id must be Base64 or hexadecimal",
        ));
        Outcome::Usage
    })?;
    let list = stored_of(&args.list)?;
    let found = list.under(&kid);
    if found.is_empty() {
        complain(import::say(
            languages,
            "không có khóa này trong danh sách",
            "the list has no such key",
        ));
        return Ok(Outcome::NotAccepted);
    }
    print(found, |found| {
        if args.json {
            entry::object(found).to_string()
        } else {
            entry::lines(found).join("\n")
        }
    })
}

fn print(entries: &[TrustEntry], form: impl Fn(&TrustEntry) -> String) -> Result<Outcome, Outcome> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut write = || {
        for entry in entries {
            writeln!(out, "{}", form(entry))?;
        }
        out.flush()
    };
    let written: io::Result<()> = write();
    written.map_err(|error| output_failed(&error, Outcome::Good))?;
    Ok(Outcome::Good)
}

/// Eight bytes in hexadecimal, otherwise Base64.
fn kid(text: &str) -> Option<KeyId> {
    const HEX_LENGTH: usize = 16;
    if text.len() == HEX_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let number = u64::from_str_radix(text, 16).ok()?;
        return Some(KeyId::from_bytes(&number.to_be_bytes()));
    }
    KeyId::from_base64(text)
}
