//! Whatever goes wrong, nothing personal is printed (vn/domain.md invariant 13).
//!
//! The tests named `provoked_*` print every error and every `Debug` text that they can get hold of
//! and panic with people's records in scope; one more test runs them as a process of its own and
//! searches everything that this process printed.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

extern crate alloc;

#[path = "privacy/decoding.rs"]
mod decoding;
#[path = "privacy/panics.rs"]
mod panics;
#[path = "privacy/records.rs"]
mod records;
#[path = "privacy/violations.rs"]
mod violations;

use core::error::Error;
use std::process::Command;

use dcc_registry::{
    Act, Actor, CommuneCode, DocumentKind, DoseContent, DoseRef, FacilityId, Identity, Intake,
    ReferenceKey, Sex, SubjectId, Timestamp, civil,
};

const NAME: &str = "Nguyễn Thị Đánh Dấu";
const NUMBER: &str = "001148000001";
const PHONE: &str = "0912345678";
const BORN: &str = "1948-05-02";
const LOT: &str = "LOTMARK7";
const REFERENCE: &str = "HS-MARKED-1";
const EVIDENCE: &str = "biên bản về chị Dấu";
const HC1: &str = "HC1:MARKEDTEXT";

/// What is searched: pieces of the above, as they are and as a program might rewrite them.
const MARKS: &[&str] = &[
    "Đánh",
    "Dấu",
    "\\u{1ea5}u",
    "Danh Dau",
    "DANH<DAU",
    "0011480",
    "0912345",
    "1948",
    "02/05",
    "LOTMARK",
    "HS-MARKED",
    "MARKEDTEXT",
    "78, 103, 117, 121",
];

fn act() -> Act {
    Act::new(Actor::new("test:privacy"), Timestamp::UNIX_EPOCH)
}

fn key() -> ReferenceKey {
    ReferenceKey::from_bytes([0x5a; 32])
}

fn subject() -> SubjectId {
    key().subject_id(REFERENCE)
}

fn identity() -> Identity {
    let mut identity = Identity::new(NAME, CommuneCode::new("00001"));
    BORN.clone_into(&mut identity.birth_date);
    identity.sex = Some(Sex::Female);
    "VN".clone_into(&mut identity.nationality);
    identity.document_kind = Some(DocumentKind::Cccd);
    NUMBER.clone_into(&mut identity.document_number);
    PHONE.clone_into(&mut identity.phone);
    identity
}

/// The marked person with one dose, under a reference of `number`.
fn person(number: u32) -> Intake {
    let name = format!(
        "{REFERENCE}{}",
        if number == 0 {
            String::new()
        } else {
            number.to_string()
        }
    );
    let mut item = Intake::new(key().subject_id(&name), name, identity());
    item.document = Some(key().document("cccd", NUMBER));
    let day = civil::date(2021, 9, 3);
    let mut content = DoseContent::new("pfizer", day, FacilityId::new("F1"));
    content.lot = Some(LOT.to_owned());
    item.doses
        .push((DoseRef::new(format!("D{number}")), content));
    item
}

/// Prints an error with everything that stands behind it.
#[expect(clippy::print_stdout, reason = "what is printed is what is searched")]
fn show(what: &str, error: &dyn Error) {
    let mut chain = Some(error);
    while let Some(link) = chain {
        println!("{what}: {link} / {link:?} / {link:#?}");
        chain = link.source();
    }
}

/// What this program prints when it runs the ignored tests of `filter`.
fn printed_by(filter: &str) -> String {
    let ran = Command::new(std::env::current_exe().unwrap())
        .args([filter, "--ignored", "--nocapture", "--test-threads=1"])
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap();
    let printed = [ran.stdout, ran.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    assert!(ran.status.success(), "{printed}");
    printed
}

fn marks_in(printed: &str) -> Vec<&'static str> {
    let found = MARKS.iter().filter(|mark| printed.contains(**mark));
    found.copied().collect()
}

#[test]
fn invariant_13_nothing_personal_is_printed_whatever_goes_wrong() {
    let printed = printed_by("provoked_");
    // That it all happened: each part prints what it provoked.
    for (part, least) in [
        ("violation in memory", 8),
        ("violation in a file", 8),
        ("violation of the database", 2),
        ("undecodable row", 12),
        ("panicked at", 5),
        ("record", 30),
    ] {
        let count = printed.matches(part).count();
        assert!(count >= least, "{part}: {count} in {printed}");
    }
    assert_eq!(marks_in(&printed), [""; 0], "in {printed}");
}

/// A program that does print somebody is found out.
#[test]
fn the_search_finds_a_mark() {
    let printed = printed_by("careless_");
    assert_eq!(marks_in(&printed), ["Đánh", "Dấu", "HS-MARKED"]);
}

#[test]
#[ignore = "run by the_search_finds_a_mark"]
fn careless_program() {
    let item = person(0);
    println!("{} {}", item.subject_ref, identity().full_name);
}
