//! `docs/codes.md` is generated; `docs/deviations.md` names only codes that exist.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

extern crate alloc;

use alloc::collections::BTreeSet;
use core::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use dcc_issue::RefusalCode;
use dcc_issue::cleaning::{ListFault, RequestError, RowOutcomeCode};
use dcc_issue::doctor::DoctorCode;
use dcc_issue::intake::{RowCode, TableFault};
use dcc_issue::lookup::LookupAnswer;
use dcc_model::{Coded, Lang, NumberFault, NumberSuspicion, RejectCode, RemarkCode};
use dcc_registry::bundle::BundleCode;
use dcc_registry::chain::ChainCode;
use dcc_registry::cms::CmsCode;
use dcc_registry::trust::TrustCode;

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name)
}

/// A section of the table: what it is about, its rows, and its codes in order.
struct Section {
    title: &'static str,
    rows: String,
    codes: Vec<&'static str>,
}

fn section<C: Coded>(title: &'static str) -> Section {
    let mut rows = String::from("| code | Tiếng Việt | English |\n|---|---|---|\n");
    for code in C::ALL {
        let (vi, en) = (code.text(Lang::Vi), code.text(Lang::En));
        writeln!(rows, "| `{}` | {vi} | {en} |", code.code()).unwrap();
    }
    let codes = C::ALL.iter().map(|code| code.code()).collect();
    Section { title, rows, codes }
}

fn rejections() -> Section {
    let mut rows = String::from("| stage | code | Tiếng Việt | English |\n|---|---|---|---|\n");
    for code in RejectCode::ALL {
        let (stage, name) = (code.stage(), code.code());
        let (vi, en) = (code.text(Lang::Vi), code.text(Lang::En));
        writeln!(rows, "| {stage} | `{name}` | {vi} | {en} |").unwrap();
    }
    Section {
        title: "Why a certificate is not accepted",
        rows,
        codes: RejectCode::ALL.iter().map(|code| code.code()).collect(),
    }
}

fn remarks() -> Section {
    let mut rows =
        String::from("| class | code | clause | Tiếng Việt | English |\n|---|---|---|---|---|\n");
    for code in RemarkCode::ALL {
        let (class, name, clause) = (code.class().word(), code.code(), code.clause());
        let (vi, en) = (code.text(Lang::Vi), code.text(Lang::En));
        writeln!(rows, "| {class} | `{name}` | {clause} | {vi} | {en} |").unwrap();
    }
    Section {
        title: "What is noticed beside the verdict",
        rows,
        codes: RemarkCode::ALL.iter().map(|code| code.code()).collect(),
    }
}

fn sections() -> Vec<Section> {
    vec![
        rejections(),
        remarks(),
        section::<TrustCode>("Trust lists and their entries"),
        section::<ChainCode>("Who issued a document signer"),
        section::<CmsCode>("CMS messages"),
        section::<BundleCode>("Offline bundles"),
        section::<RefusalCode>("Issuing: what is held or refused"),
        section::<RowCode>("Issuing: rows of an intake file"),
        section::<TableFault>("Issuing: whole intake files"),
        section::<ListFault>("Cleaning: lists"),
        section::<RowOutcomeCode>("Cleaning: rows of a returned list"),
        section::<RequestError>("Cleaning: requests of citizens"),
        section::<LookupAnswer>("Public look-up"),
        section::<DoctorCode>("Checking a register"),
        section::<NumberFault>("Identity numbers: what is wrong"),
        section::<NumberSuspicion>("Identity numbers: what is suspicious"),
    ]
}

fn codes_document() -> String {
    let mut text = String::from(
        "# Codes\n\n\
         Generated from the code enums of the crates by\n\
         `DCC_UPDATE_DOCS=1 cargo test -p dcc-cli --test documents`. Codes are only ever added to.\n",
    );
    for Section { title, rows, .. } in sections() {
        write!(text, "\n## {title}\n\n{rows}").unwrap();
    }
    text
}

#[test]
fn no_code_means_two_things() {
    let mut seen = BTreeSet::new();
    for Section { title, codes, .. } in sections() {
        for code in codes {
            assert!(
                seen.insert(code),
                "{code} of \"{title}\" stands elsewhere too"
            );
        }
    }
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
    check_texts::<TrustCode>();
    check_texts::<ChainCode>();
    check_texts::<CmsCode>();
    check_texts::<BundleCode>();
    check_texts::<RefusalCode>();
    check_texts::<RowCode>();
    check_texts::<TableFault>();
    check_texts::<ListFault>();
    check_texts::<RowOutcomeCode>();
    check_texts::<RequestError>();
    check_texts::<LookupAnswer>();
    check_texts::<DoctorCode>();
    check_texts::<NumberFault>();
    check_texts::<NumberSuspicion>();
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
