//! `dcc bundle show`.

use std::fs;
use std::io::{self, Write};

use dcc_model::{Coded as _, Lang, Timestamp};
use dcc_registry::bundle::{BundleError, BundleHeader, TrustBundle, peek};
use dcc_sign::KeyId;
use serde_json::{Value, json};

use super::{section, signers, unusable};
use crate::Outcome;
use crate::args::{BundleShowArgs, LangArg, ProviderArg};
use crate::commands::trust::say;
use crate::commands::{complain, output_failed};

/// What is known of a bundle.
struct Shown {
    header: BundleHeader,
    kid: Option<KeyId>,
    /// Where a signer was named and the bundle is his.
    opened: Option<TrustBundle>,
    now: Timestamp,
}

pub(super) fn run(args: &BundleShowArgs) -> Result<Outcome, Outcome> {
    let languages = LangArg::languages(args.lang);
    let bytes = fs::read(&args.file).map_err(|error| unusable(&args.file)(&error))?;
    let refused = |error: BundleError| refuse(args, &error);
    let now = Timestamp::now();
    let mut pinned = Vec::new();
    for path in &args.bundle_signer {
        pinned.extend(signers(path)?);
    }
    let opened = if pinned.is_empty() {
        None
    } else {
        let provider = ProviderArg::built_in().provider();
        Some(TrustBundle::open(&bytes, &pinned, now, 0, &provider).map_err(refused)?)
    };
    // What it claims; where no signer was named, that is said.
    let (header, kid) = peek(&bytes).map_err(refused)?.dangerous_into_unverified();
    let shown = Shown {
        header,
        kid,
        opened,
        now,
    };
    let mut out = io::stdout().lock();
    let written = if args.json {
        writeln!(out, "{}", object(&shown))
    } else {
        for_people(&mut out, &shown, languages)
    };
    written.map_err(|error| output_failed(&error, Outcome::Good))?;
    Ok(Outcome::Good)
}

fn refuse(args: &BundleShowArgs, error: &BundleError) -> Outcome {
    let code = error.code();
    let texts: Vec<_> = LangArg::languages(args.lang)
        .iter()
        .map(|lang| code.text(*lang))
        .collect();
    let (file, code) = (args.file.display(), code.code());
    complain(format_args!(
        "{file}: {error} – {} [{code}]",
        texts.join(" / ")
    ));
    if args.json {
        let object = json!({ "result": "refused", "code": code, "detail": error.to_string() });
        // The exit code tells the same, whoever reads.
        drop(writeln!(io::stdout().lock(), "{object}"));
    }
    match error {
        BundleError::Format | BundleError::Malformed { .. } | BundleError::TooLarge { .. } => {
            Outcome::Usage
        }
        _ => Outcome::NotAccepted,
    }
}

fn object(shown: &Shown) -> Value {
    let header = &shown.header;
    let opened = shown.opened.as_ref();
    json!({
        "result": if opened.is_some() { "verified" } else { "not-checked" },
        "sequence": header.sequence(),
        "created": header.created().to_string(),
        "expires": header.expires().to_string(),
        "expired": header.expires() < shown.now,
        "signer": shown.kid.as_ref().map(ToString::to_string),
        "sections": header.sections().iter().map(section).collect::<Vec<_>>(),
        "entries": opened.map(|bundle| bundle.trust().entries().len()),
        "added_signers": opened.map(|bundle| {
            let added = bundle.listed_signers().iter();
            added.map(|signer| signer.kid().to_string()).collect::<Vec<_>>()
        }),
    })
}

fn for_people(out: &mut dyn Write, shown: &Shown, languages: &[Lang]) -> io::Result<()> {
    let header = &shown.header;
    let belief = match &shown.opened {
        Some(_) => say(languages, "chữ ký đúng", "signature right"),
        None => say(
            languages,
            "chữ ký CHƯA được kiểm tra (cần --bundle-signer)",
            "signature NOT checked (needs --bundle-signer)",
        ),
    };
    writeln!(out, "{belief}")?;
    let mut tell = |vi: &str, en: &str, value: &dyn core::fmt::Display| {
        writeln!(out, "  {}: {value}", say(languages, vi, en))
    };
    tell("số", "sequence", &header.sequence())?;
    tell("tạo lúc", "created", &header.created())?;
    tell("hết hạn", "expires", &header.expires())?;
    if header.expires() < shown.now {
        tell("đã hết hạn", "expired", &"!")?;
    }
    if let Some(kid) = &shown.kid {
        tell("người ký", "signer", kid)?;
    }
    if let Some(bundle) = &shown.opened {
        tell("số mục tin cậy", "entries", &bundle.trust().entries().len())?;
        for signer in bundle.listed_signers() {
            tell("thêm người ký", "adds signer", &signer.kid())?;
        }
    }
    for section in header.sections() {
        let told = format!("{} ({} byte)", section.name(), section.size());
        tell("phần", "section", &told)?;
    }
    Ok(())
}
