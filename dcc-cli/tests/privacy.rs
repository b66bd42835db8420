//! Nothing personal in what the program prints over tables with bad rows, and no public type whose
//! derived `Debug` would print somebody (vn/domain.md invariant 13).

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "cli/program.rs"]
#[expect(dead_code, reason = "shared with the other tests of the program")]
mod program;

use program::{Ran, dcc};

const HEADER: &str = "subject_ref,full_name,birth_date,sex,nationality,document_kind,\
document_number,phone,residence_commune,dose_ref,vaccine,lot,dose_date,dose_kind,\
vaccinating_facility,entering_facility,entered_at";

/// A row in which everything is right and everything personal is marked.
const ROW: [&str; 17] = [
    "HS-MARKED",
    "Nguyễn Thị Đánh Dấu",
    "02/05/1948",
    "Nữ",
    "VN",
    "cccd",
    "001148000001",
    "0912345678",
    "00001",
    "D",
    "Pfizer",
    "LOTMARK7",
    "03/09/2021",
    "Mũi 1",
    "F1",
    "F1",
    "2021-09-03T10:00:00Z",
];

/// What is put into each column in turn.
const WRONG: &[&str] = &[
    "",
    "Nguyễn Thị Đánh Dấu",
    "=CMD|'Đánh Dấu'!A0",
    "31/02/1948",
    "0912345678",
];

const MARKS: &[&str] = &[
    "Đánh",
    "Dấu",
    "1948",
    "001148000001",
    "0912345",
    "LOTMARK",
    "HS-MARKED",
    "\\u1ea5",
];

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every column wrong in every way, each on a row of its own.
fn doses() -> String {
    let mut table = format!("{HEADER}\n");
    for column in 0..ROW.len() {
        for (way, wrong) in WRONG.iter().enumerate() {
            let mut row: Vec<String> = ROW.iter().map(|cell| (*cell).to_owned()).collect();
            for (place, own) in [(0, "HS-MARKED"), (9, "D")] {
                *row.get_mut(place).unwrap() = format!("{own}-{column}-{way}");
            }
            (*wrong).clone_into(row.get_mut(column).unwrap());
            table.push_str(&row.join(","));
            table.push('\n');
        }
    }
    // Rows of a wrong length, and a quote that never ends.
    table.push_str("HS-MARKED,Nguyễn Thị Đánh Dấu\n");
    table.push_str(&ROW.join(","));
    table.push_str(",0912345678\n");
    table.push_str("\"HS-MARKED,Nguyễn Thị Đánh Dấu,001148000001\n");
    table
}

struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        let population = "document_number,full_name,birth_date,sex\n\
                          001148000001,Nguyễn Thị Đánh Dấu Khác,02/05/1948,Nữ\n\
                          001148000001x,Đánh Dấu,31/02/1948,Đánh Dấu\n";
        let facilities = "facility,name,commune,signing_mode,enabled_from,certificate,key\n\
                          F1,Trạm Y tế,00001,none,,,\n\
                          F2,Đánh Dấu,Đánh Dấu,Đánh Dấu,Đánh Dấu,Đánh Dấu,Đánh Dấu\n";
        let delegations = "grantor,grantee,valid_from,valid_to,reference\n\
                           F1,Đánh Dấu,Đánh Dấu,31/02/1948,0912345678\n";
        let certificates = "{\"subject_ref\":\"HS-MARKED-1\",\"hc1\":\"HC1:Đánh Dấu\"}\n\
                            {\"subject_ref\":\"Đánh Dấu\",\"hc1\":\"0912345678\"\n";
        for (name, content) in [
            ("doses.csv", doses().as_str()),
            ("population.csv", population),
            ("facilities.csv", facilities),
            ("delegations.csv", delegations),
            ("certificates.jsonl", certificates),
        ] {
            fs::write(bench.path(name), content).unwrap();
        }
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        text(&self.path(name)).to_owned()
    }
}

/// Looks for marks in what a run printed; nothing may have panicked.
fn search(ran: &Ran, what: &str) {
    assert_ne!(ran.status, 101, "{what} panicked: {}", ran.err);
    let printed = format!("{}{}", ran.out, ran.err);
    for mark in MARKS {
        assert!(!printed.contains(mark), "{mark} in {what}: {printed}");
    }
}

#[test]
fn a_campaign_over_bad_rows_prints_nobody() {
    let bench = Bench::new();
    let out = bench.at("campaign");
    for (dry, json) in [
        ("--dry-run", "--json"),
        ("--lang=vi", "--json"),
        ("--lang=en", "--qr=card"),
    ] {
        let ran = dcc(&[
            "issue",
            &bench.at("doses.csv"),
            "--population",
            &bench.at("population.csv"),
            "--facilities",
            &bench.at("facilities.csv"),
            "--delegations",
            &bench.at("delegations.csv"),
            "--population-detail",
            "per-field",
            "--at",
            "2022-06-01",
            "--out",
            &out,
            dry,
            json,
        ]);
        search(&ran, dry);
        assert_eq!(ran.status, 0, "{}", ran.err);
    }
    // The figures say nobody either; the lists for communes do, which shows that they were there.
    for name in ["summary.json", "summary.txt"] {
        let summary = fs::read_to_string(bench.path("campaign").join(name)).unwrap();
        for mark in MARKS {
            assert!(!summary.contains(mark), "{mark} in {name}: {summary}");
        }
    }
    let mut held = String::new();
    for entry in fs::read_dir(bench.path("campaign/held")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!MARKS.iter().any(|mark| name.contains(mark)), "{name}");
        held.push_str(&String::from_utf8_lossy(&fs::read(path).unwrap()));
    }
    assert!(held.contains("Đánh Dấu"), "somebody marked is held");
}

#[test]
fn imports_of_bad_rows_print_nobody() {
    let bench = Bench::new();
    let db = bench.at("r.db");
    for (kind, file) in [
        ("facilities", "facilities.csv"),
        ("delegations", "delegations.csv"),
        ("population", "population.csv"),
        ("doses", "doses.csv"),
        ("certificates", "certificates.jsonl"),
        // Each table as another one.
        ("facilities", "doses.csv"),
        ("population", "certificates.jsonl"),
        ("doses", "population.csv"),
        ("certificates", "doses.csv"),
    ] {
        for last in ["--json", "--lang=vi"] {
            let file = bench.at(file);
            let mut arguments = vec![
                "import",
                kind,
                &file,
                "--db",
                &db,
                "--at",
                "2022-06-01",
                last,
            ];
            if kind == "doses" {
                arguments.push("--corrected");
            }
            search(&dcc(&arguments), kind);
        }
    }
    for command in [
        &["check"][..],
        &["check", "--retry", "--json"],
        &["stats"],
        &["feed"],
    ] {
        let mut arguments = command.to_vec();
        arguments.extend(["--db", &db]);
        if command.first() != Some(&"feed") {
            arguments.extend(["--at", "2022-06-01"]);
        }
        search(&dcc(&arguments), &command.join(" "));
    }
}

/// Names of fields that hold something of a person, or what people write about one.
const PERSONAL: &[&str] = &[
    "birth_date",
    "claimed",
    "document_number",
    "evidence",
    "full_name",
    "hc1",
    "lot",
    "note",
    "phone",
    "subject_ref",
    "to_be_signed",
];

/// Finds `pub struct`s of a file whose `Debug` is derived and which have such a field as text.
fn careless(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut derives, mut name) = (false, None);
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[derive(") {
            derives = line.contains("Debug");
        } else if let Some(rest) = line.strip_prefix("pub struct ") {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            name = derives.then(|| rest.get(..end.unwrap_or(rest.len())).unwrap().to_owned());
            derives = false;
        } else if line == "}" {
            name = None;
        } else if let (Some(name), Some((field, kind))) = (&name, line.split_once(": ")) {
            let field = field
                .trim_start_matches("pub(crate) ")
                .trim_start_matches("pub ");
            let is_text = kind.contains("String") || kind.contains("str") || kind.contains("u8");
            if is_text && PERSONAL.contains(&field) {
                found.push(format!("{name}.{field}"));
            }
        } else if line.starts_with("pub enum ") || line.starts_with("impl") {
            derives = false;
        }
    }
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_public_type_derives_debug_over_a_personal_field() {
    let planted = "#[derive(Clone, Debug)]\npub struct Row {\n    pub full_name: String,\n}";
    assert_eq!(careless(planted), ["Row.full_name"], "the search finds one");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for name in [
        "dcc-model",
        "dcc-codec",
        "dcc-sign",
        "dcc-registry",
        "dcc-verify",
        "dcc-issue",
    ] {
        sources(&root.join(name).join("src"), &mut files);
    }
    assert!(files.len() > 200, "{}", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| careless(&fs::read_to_string(path).unwrap()))
        .collect();
    assert_eq!(found, [""; 0]);
}
