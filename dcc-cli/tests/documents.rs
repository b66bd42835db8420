//! `docs/codes.md` is generated; `docs/deviations.md` names only codes that exist.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

extern crate alloc;

use alloc::collections::BTreeSet;
use core::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use dcc_issue::RefusalCode;
use dcc_issue::intake::RowCode;
use dcc_model::{Coded, Lang, NumberSuspicion, RejectCode, RemarkCode};

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name)
}

fn codes_document() -> String {
    let mut text = String::from(
        "# Codes\n\n\
         Generated from the code enums of `dcc-model` and `dcc-issue` by\n\
         `DCC_UPDATE_DOCS=1 cargo test -p dcc-cli --test documents`. Codes are only ever added to.\n\n\
         ## Why a certificate is not accepted\n\n\
         | stage | code | Tiếng Việt | English |\n|---|---|---|---|\n",
    );
    for code in RejectCode::ALL {
        let (vi, en) = (code.text(Lang::Vi), code.text(Lang::En));
        writeln!(
            text,
            "| {} | `{}` | {vi} | {en} |",
            code.stage(),
            code.code()
        )
        .unwrap();
    }
    text.push_str(
        "\n## What is noticed beside the verdict\n\n\
         | class | code | clause | Tiếng Việt | English |\n|---|---|---|---|---|\n",
    );
    for code in RemarkCode::ALL {
        let (class, name, clause) = (code.class().word(), code.code(), code.clause());
        let (vi, en) = (code.text(Lang::Vi), code.text(Lang::En));
        writeln!(text, "| {class} | `{name}` | {clause} | {vi} | {en} |").unwrap();
    }
    text.push_str(
        "\n## Why a subject or a dose is held or refused\n\n\
         | state | code | Tiếng Việt | English |\n|---|---|---|---|\n",
    );
    for code in RefusalCode::ALL {
        let (state, name) = (code.state().word(), code.code());
        let (vi, en) = (code.text(Lang::Vi), code.text(Lang::En));
        writeln!(text, "| {state} | `{name}` | {vi} | {en} |").unwrap();
    }
    text.push_str(
        "\n## What is noticed about a row of a table\n\n\
         | effect | code | Tiếng Việt | English |\n|---|---|---|---|\n",
    );
    for code in RowCode::ALL {
        let effect = if code.refuses() { "refused" } else { "finding" };
        let (vi, en) = (code.text(Lang::Vi), code.text(Lang::En));
        writeln!(text, "| {effect} | `{}` | {vi} | {en} |", code.code()).unwrap();
    }
    for code in NumberSuspicion::ALL {
        let (vi, en) = (code.text(Lang::Vi), code.text(Lang::En));
        writeln!(text, "| guess | `{}` | {vi} | {en} |", code.code()).unwrap();
    }
    text
}

#[test]
fn the_table_of_codes_is_up_to_date() {
    let path = docs("codes.md");
    let made = codes_document();
    if std::env::var_os("DCC_UPDATE_DOCS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == made,
        "docs/codes.md is out of date: DCC_UPDATE_DOCS=1 cargo test -p dcc-cli --test documents"
    );
}

fn check_texts<C: Coded + core::fmt::Debug>() {
    let mut codes = BTreeSet::new();
    for value in C::ALL {
        let code = value.code();
        assert!(codes.insert(code), "{code} stands twice");
        let plain = code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        assert!(
            plain && !code.is_empty(),
            "{value:?}: {code} is not kebab-case"
        );
        for lang in [Lang::Vi, Lang::En] {
            let text = value.text(lang);
            assert!(
                text.ends_with('.') && text.len() > 10,
                "{code} has no {lang} text"
            );
            assert!(!text.contains('|'), "{code}: {lang} text breaks the table");
        }
        assert_ne!(
            value.text(Lang::Vi),
            value.text(Lang::En),
            "{code} is not translated"
        );
        let letters = !value.text(Lang::Vi).is_ascii();
        assert!(letters, "{code}: the Vietnamese text is not Vietnamese");
    }
}

#[test]
fn every_code_has_a_vietnamese_and_an_english_text() {
    check_texts::<RejectCode>();
    check_texts::<RemarkCode>();
}

#[test]
fn the_table_of_deviations_agrees_with_the_codes() {
    let text = fs::read_to_string(docs("deviations.md")).unwrap();
    let rows: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
        .collect();
    assert!(rows.len() > 40, "the table was found");
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, class, codes] = cells.as_slice() else {
            panic!("{row}")
        };
        for code in codes.split(',').map(|code| code.trim().trim_matches('`')) {
            if *class == "refused" {
                assert!(
                    RejectCode::ALL.iter().any(|known| known.code() == code),
                    "{code}"
                );
                continue;
            }
            let known = RemarkCode::ALL.iter().find(|known| known.code() == code);
            let known = known.unwrap_or_else(|| panic!("{code} is no code"));
            assert_eq!(known.class().word(), *class, "{code}");
        }
    }
}
