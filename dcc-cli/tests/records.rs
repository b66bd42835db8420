//! Looking after a register on the command line: lists, corrections, figures, history, look-up,
//! feed, audit, doctor; and that nothing personal is in what goes wrong.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up fails"
)]
#![expect(
    clippy::too_many_lines,
    reason = "a story of commands is told in one piece"
)]

#[path = "cli/program.rs"]
#[expect(dead_code, reason = "shared with the other tests of the program")]
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::{Ran, dcc, dcc_with_input};
use serde_json::Value;
use tempfile::TempDir;

/// A name that is nowhere but in the person's record, and must be in no message.
const MARK: &str = "Đánh Dấu";
const NUMBER: &str = "001099000001";
const PHONE: &str = "0912345678";

struct World {
    folder: TempDir,
}

impl World {
    /// A register of four people: one who agrees with the population register, one without a
    /// number, one with another name there, one unknown there.
    fn new() -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let header = "subject_ref,full_name,birth_date,sex,nationality,document_kind,\
            document_number,phone,residence_commune,dose_ref,vaccine,lot,dose_date,dose_kind,\
            vaccinating_facility,entering_facility\n";
        let row = |subject: &str, name: &str, number: &str, dose: &str, day: &str, kind: &str| {
            format!(
                "{subject},{name},1999-05-02,M,VN,cccd,{number},{PHONE},00001,{dose},Pfizer,L1,\
                 {day},{kind},F1,F1\n"
            )
        };
        let doses = [
            header.to_owned(),
            row(
                "S1",
                &format!("Lê {MARK}"),
                NUMBER,
                "D1",
                "2021-08-01",
                "Mũi 1",
            ),
            row(
                "S1",
                &format!("Lê {MARK}"),
                NUMBER,
                "D2",
                "2021-09-15",
                "Mũi 2",
            ),
            row(
                "S2",
                &format!("Trần {MARK}"),
                "",
                "D3",
                "2021-08-01",
                "Mũi 1",
            ),
            row(
                "S3",
                &format!("Vũ {MARK}"),
                "001099000003",
                "D4",
                "2021-08-01",
                "Mũi 1",
            ),
            row(
                "S4",
                &format!("Hồ {MARK}"),
                "001099000004",
                "D5",
                "2021-08-01",
                "Mũi 1",
            ),
        ];
        let population = format!(
            "document_number,full_name,birth_date,sex\n{NUMBER},Lê {MARK},1999-05-02,M\n\
             001099000002,Trần {MARK},1999-05-02,M\n001099000003,Vũ Khác,1999-05-02,M\n"
        );
        let facilities = "facility,name,commune,signing_mode,enabled_from\n\
            F1,Trạm Y tế,00001,self,2021-01-01\n";
        for (name, text) in [
            ("doses.csv", doses.concat()),
            ("population.csv", population),
            ("facilities.csv", facilities.to_owned()),
        ] {
            fs::write(world.path(name), text).unwrap();
        }
        for (kind, file) in [("facilities", "facilities.csv"), ("doses", "doses.csv")] {
            world.good(&["import", kind, &world.text(file), "--at", "2022-05-01"]);
        }
        world.check();
        world
    }

    fn check(&self) {
        let population = self.text("population.csv");
        let detail = [
            "--population-detail",
            "per-field",
            "--at",
            "2022-05-02",
            "--retry",
        ];
        let arguments = [&["check", "--population", &population][..], &detail[..]].concat();
        self.good(&arguments);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Runs a command on the register.
    fn run(&self, arguments: &[&str]) -> Ran {
        let database = self.text("r.db");
        dcc(&[arguments, &["--db", &database]].concat())
    }

    fn good(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.status, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        ran
    }

    /// The one list of the register's commune: its id.
    fn made(&self) -> String {
        let lists = self.text("lists");
        let made = self.good(&[
            "lists",
            "make",
            "--to",
            &lists,
            "--at",
            "2022-05-03",
            "--json",
        ]);
        let made = made.json();
        assert_eq!(made.len(), 1, "{made:?}");
        let list = made[0]["list"].as_str().unwrap().to_owned();
        // A file that was lost is written again, and only that.
        let file = self.path("lists").join(format!("{list}.csv"));
        let written = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        let again = self.good(&["lists", "make", "--to", &lists, "--at", "2022-05-04"]);
        assert!(again.out.starts_with(&list), "{}", again.out);
        assert!(fs::read(&file).unwrap() == written);
        let nothing = self.good(&["lists", "make", "--to", &lists, "--at", "2022-05-04"]);
        assert_eq!(nothing.out, "");
        list
    }

    fn keys(&self) -> (String, String) {
        let keys = self.text("keys");
        if !self.path("keys").exists() {
            assert_eq!(
                dcc(&["keygen", "--out", &keys, "--valid-from", "2022-01-01"]).status,
                0
            );
        }
        (self.text("keys/dsc-key.pem"), self.text("keys/dsc.pem"))
    }
}

/// Fills the cells of one person's row behind the eleven that are printed.
fn fill(file: &Path, subject: &str, cells: [&str; 5]) {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| {
        let mine = line.contains(&format!(",{subject},"));
        match line.strip_suffix(",,,,,,").filter(|_| mine) {
            Some(printed) => format!("{printed},{},\r\n", cells.join(",")),
            None => format!("{line}\r\n"),
        }
    });
    fs::write(file, lines.collect::<String>()).unwrap();
}

#[test]
fn a_list_travels_and_is_applied() {
    let world = World::new();
    let list = world.made();
    let file = world.path(&format!("lists/{list}.csv"));
    assert!(world.path(&format!("lists/{list}.xlsx")).exists());
    world.good(&["lists", "hand", &list, "--to", "hamlet-team"]);
    world.good(&["lists", "hand", &list, "--to", "commune-police"]);
    fill(&file, "S2", ["", "", "", "001099000002", "Đã sửa"]);
    fill(&file, "S3", ["Vũ Khác", "", "", "", "Đã sửa"]);
    fill(&file, "S4", ["", "", "", "", "Không xác định"]);
    let file = file.to_str().unwrap();
    let early = world.run(&["lists", "apply", &list, file]);
    assert_eq!(early.status, 2, "{}", early.err);
    let (key, cert) = world.keys();
    let signature = world.text("signature");
    let signing = [
        "lists", "sign", &list, file, "--key", &key, "--to", &signature,
    ];
    assert_eq!(dcc(&signing).status, 0);
    world.good(&[
        "lists",
        "return",
        &list,
        file,
        "--signature",
        &signature,
        "--signer",
        &cert,
    ]);
    let applied = world.good(&[
        "lists",
        "apply",
        &list,
        file,
        "--at",
        "2022-05-08",
        "--json",
    ]);
    let applied = &applied.json()[0];
    assert_eq!(applied["rows"]["list-row-imported"], 1, "{applied}");
    assert_eq!(applied["rows"]["list-row-edited"], 1, "{applied}");
    assert_eq!(applied["rows"]["list-row-unresolved"], 1, "{applied}");
    world.check();
    let results = world.good(&["lists", "results", &list]).out;
    assert_eq!(results.matches("  match").count(), 2, "{results}");
    let progress = world.good(&[
        "lists",
        "progress",
        "--keep",
        "--at",
        "2022-06-01",
        "--json",
    ]);
    let states = &progress.json()[0]["states"];
    assert_eq!(states["match"]["people"], 3, "{states}");
    assert_eq!(states["match"]["doses"], 4, "{states}");
    let kept = world
        .good(&["lists", "progress", "--kept", "--province", "01", "--json"])
        .json();
    assert_eq!(kept[0]["day"], "2022-06-01");
    assert_eq!(kept[0]["name"], "Hà Nội");
    let export = world.text("export.csv");
    let exported = world.good(&["lists", "export", "--to", &export]).json();
    assert_eq!(exported[0]["people"], 1);
    assert!(fs::read_to_string(&export).unwrap().contains("Hồ"));
}

#[test]
fn corrections_and_requests() {
    let world = World::new();
    let routed = world.good(&[
        "correct",
        "S4",
        "--field",
        "full_name",
        "--value",
        "Hồ Khác",
        "--request",
        "portal",
    ]);
    let reference = routed.json()[0]["request"].as_str().unwrap().to_owned();
    assert_eq!(routed.json()[0]["facility"], "F1");
    let open = world.good(&["correct", "--open", "--facility", "F1"]);
    assert_eq!(open.json()[0]["claimed"], "Hồ Khác");
    world.good(&[
        "correct",
        "S4",
        "--decide",
        &reference,
        "--by",
        "facility:F1",
    ]);
    assert!(world.good(&["correct", "--open"]).out.is_empty());
    let told = world.good(&["explain", "S4", "--at", "2022-06-01"]).out;
    assert!(
        told.contains("Hồ Khác") && told.contains(&reference),
        "{told}"
    );
    let database = world.text("r.db");
    let stdin = [
        "correct", "S4", "--field", "phone", "--value", "-", "--db", &database,
    ];
    assert_eq!(dcc_with_input(&stdin, b"0900000000\n").status, 0);
    let unknown = world.run(&["correct", "S9", "--field", "phone", "--value", "1"]);
    assert_eq!(unknown.status, 2);
}

#[test]
fn figures_and_history() {
    let world = World::new();
    let figures = world
        .good(&["stats", "--json", "--at", "2022-06-01"])
        .json();
    let figures = &figures[0];
    assert_eq!(figures["all"]["people"], 4);
    assert_eq!(figures["all"]["doses"], 5);
    assert_eq!(figures["adds_up"], true);
    assert_eq!(figures["reasons"]["id-missing"]["people"], 1, "{figures}");
    assert_eq!(figures["reasons"]["pop-name"]["people"], 1, "{figures}");
    let press = world.good(&["stats", "--as-press", "--lang", "vi"]).out;
    assert!(press.starts_with("Tổng số liều vắc xin đã tiêm"), "{press}");
    assert!(press.contains("Từ 18 tuổi trở lên"), "{press}");
    let told = world.good(&["explain", "S2", "--at", "2022-06-01"]).out;
    assert!(
        told.contains("[id-missing]") && told.lines().count() < 50,
        "{told}"
    );
    let own = world.good(&["explain", "S2", "--own", "--lang", "vi"]).out;
    assert!(own.contains("2021-08-01") && !own.contains(MARK), "{own}");
    let object = &world.good(&["explain", "S2", "--json"]).json()[0];
    assert_eq!(object["subject_ref"], "S2");
    assert_eq!(object["reasons"], serde_json::json!(["id-missing"]));
    assert_eq!(object["doses"][0]["date"], "2021-08-01");
    assert!(object["screen"]["vi"].as_array().unwrap().len() > 5);
    let own = &world.good(&["explain", "S2", "--own", "--json"]).json()[0];
    assert_eq!(own["certificate"], Value::Null);
    assert!(!own.to_string().contains(MARK));
    assert_eq!(world.run(&["explain", "S9"]).status, 2);
}

#[test]
fn the_portals_question() {
    let world = World::new();
    let question = format!(
        "{{\"document_number\":\"{NUMBER}\",\"full_name\":\"Lê {MARK}\",\"phone\":\"{PHONE}\"}}\n"
    );
    let input = format!("{question}no question\n{question}{question}");
    let database = world.text("r.db");
    let asking = [
        "lookup",
        "--limit",
        "2",
        "--at",
        "2022-06-01",
        "--db",
        &database,
    ];
    let ran = dcc_with_input(&asking, input.as_bytes());
    assert_eq!(ran.status, 0, "{}", ran.err);
    let answers: Vec<&str> = ran.out.lines().collect();
    assert!(
        answers
            .iter()
            .all(|answer| answer.len() == answers[0].len()),
        "{answers:?}"
    );
    let codes: Vec<Value> = ran
        .json()
        .into_iter()
        .map(|answer| answer["answer"].clone())
        .collect();
    assert_eq!(
        codes,
        [
            "lookup-not-available",
            "lookup-question-malformed",
            "lookup-not-available",
            "lookup-rate-limited",
        ]
    );
}

#[test]
fn checkpoints_and_a_log_that_was_touched() {
    let world = World::new();
    let alone = world.good(&["audit", "verify"]);
    assert!(alone.err.contains("no checkpoint"), "{}", alone.err);
    let (key, cert) = world.keys();
    let exported = world.text("checkpoint");
    world.good(&[
        "audit",
        "checkpoint",
        "--key",
        &key,
        "--to",
        &exported,
        "--at",
        "2022-06-01",
    ]);
    world.good(&["correct", "S4", "--field", "phone", "--value", "0900000000"]);
    let verify = [
        "audit",
        "verify",
        "--checkpoint",
        &exported,
        "--signer",
        &cert,
        "--json",
    ];
    let sound = world.good(&verify).json();
    assert_eq!(
        (&sound[0]["sound"], &sound[0]["checkpoint"]),
        (&true.into(), &1.into())
    );
    assert_eq!(
        world.run(&["audit", "verify"]).status,
        2,
        "a checkpoint is believed by its key only"
    );
    let mut record = fs::read(&exported).unwrap();
    let last = record.len() - 1;
    record[last] ^= 1;
    fs::write(&exported, &record).unwrap();
    assert_eq!(
        world.run(&verify).status,
        4,
        "a changed checkpoint is an integrity fault"
    );
    record[last] ^= 1;
    fs::write(&exported, &record).unwrap();
    // Another register of the same people: its log is sound in itself, and not the one that was.
    let other = World::new();
    let rewritten = other.run(&verify);
    assert_eq!(rewritten.status, 4, "{}{}", rewritten.out, rewritten.err);
}

#[test]
fn the_feed_of_a_register_without_certificates_is_empty() {
    let world = World::new();
    assert!(world.good(&["feed", "--since", "0"]).out.is_empty());
}

/// How many of the rows of a table of doses the portal finds, asked with what the row says.
fn found_by_the_portal(doses: &str, out: &str) -> usize {
    let text = fs::read_to_string(doses).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let place = |name: &str| header.iter().position(|label| *label == name).unwrap();
    let mut input = String::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| cells.get(place(name)).copied().unwrap_or_default();
        let question = serde_json::json!({
            "document_number": cell("document_number"), "full_name": cell("full_name"),
            "phone": cell("phone"), "birth_date": cell("birth_date"),
        });
        input.push_str(&question.to_string());
        input.push('\n');
    }
    let asking = [
        "lookup",
        "--limit",
        "100000",
        "--at",
        "2022-05-20",
        "--out",
        out,
    ];
    let ran = dcc_with_input(&asking, input.as_bytes());
    assert_eq!(ran.status, 0, "{}", ran.err);
    ran.json()
        .iter()
        .filter(|answer| answer["answer"] == "lookup-found")
        .count()
}

/// A campaign on the command line, and what applications are told of it.
#[test]
fn the_feed_tells_what_was_issued_behind_a_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let text = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (data, out) = (text("data"), text("out"));
    assert_eq!(
        dcc(&["synth", "--subjects", "60", "--seed", "7", "--out", &data]).status,
        0
    );
    let file = |name: &str| text(&format!("data/{name}.csv"));
    let (doses, population) = (file("doses"), file("population"));
    let (facilities, delegations) = (file("facilities"), file("delegations"));
    let issued = dcc(&[
        "issue",
        &doses,
        "--population",
        &population,
        "--facilities",
        &facilities,
        "--delegations",
        &delegations,
        "--out",
        &out,
        "--at",
        "2022-05-20",
        "--qr",
        "card",
    ]);
    assert_eq!(issued.status, 0, "{}", issued.err);
    let lines = fs::read_to_string(text("out/certificates.txt"))
        .unwrap()
        .lines()
        .count();
    let feed = |since: &str| {
        let ran = dcc(&["feed", "--since", since, "--out", &out]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        ran.json()
    };
    let all = feed("0");
    assert!(lines > 10, "{lines}");
    assert_eq!(all.len(), lines);
    let texts = dcc(&["feed", "--certificates", "--out", &out]);
    let written = fs::read_to_string(format!("{out}/certificates.jsonl")).unwrap();
    assert_eq!(texts.out, written, "the same lines as in the file");
    assert!(all.iter().all(|entry| entry["event"] == "published"));
    let middle = all[4]["cursor"].as_u64().unwrap();
    assert_eq!(middle, 5);
    assert_eq!(feed("5"), all[5..]);
    assert!(feed(&lines.to_string()).is_empty());

    let found = found_by_the_portal(&doses, &out);
    assert!(
        found > 5,
        "{found} of the issued are found by what their record says"
    );

    let figures = dcc(&["stats", "--json", "--at", "2022-05-20", "--out", &out]).json();
    assert_eq!(figures[0]["standing"]["certified"]["people"], lines);
    assert_eq!(figures[0]["adds_up"], true);
    let uvci = all[0]["uvci"].as_str().unwrap();
    let told = dcc(&["explain", uvci, "--lang", "en", "--out", &out]);
    assert!(
        told.out.contains(uvci) && told.out.contains("published"),
        "{}",
        told.out
    );
    assert!(told.out.lines().count() <= 40, "{}", told.out);
}

#[test]
fn the_doctor_finds_what_is_missing() {
    let world = World::new();
    let (key, cert) = world.keys();
    let asking = [
        "doctor",
        "--key",
        &key,
        "--cert",
        &cert,
        "--at",
        "2022-02-01",
        "--json",
    ];
    let found = world
        .good(&[&asking[..], &["--people", "1"]].concat())
        .json();
    let codes: Vec<&str> = found
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    for code in [
        "doctor-key-matches",
        "doctor-dsc-good",
        "doctor-register-reachable",
        "doctor-facility-without-certificate",
        "doctor-room-good",
    ] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    let late = [
        "doctor",
        "--key",
        &key,
        "--cert",
        &cert,
        "--at",
        "2030-02-01",
    ];
    let late = world.run(&late);
    assert_eq!(late.status, 1, "{}{}", late.out, late.err);
}

/// Whatever goes wrong says nothing of the people: marked names, numbers and telephones are
/// searched in everything that is printed by commands that fail.
#[test]
fn nothing_personal_is_in_what_goes_wrong() {
    let world = World::new();
    let list = world.made();
    let file = world.text(&format!("lists/{list}.csv"));
    let broken = world.text("broken.csv");
    fs::write(
        &broken,
        format!("Mã hồ sơ,Kết quả đối chiếu\n\"Lê {MARK},{NUMBER}\n{PHONE}"),
    )
    .unwrap();
    let (key, cert) = world.keys();
    let mut shown = String::new();
    let mut fail = |arguments: &[&str]| {
        let ran = world.run(arguments);
        assert_ne!(ran.status, 101, "{arguments:?} panicked: {}", ran.err);
        shown.push_str(&ran.err);
        shown.push_str(if ran.status == 0 { "" } else { &ran.out });
    };
    fail(&["lists", "return", &list, &broken]);
    fail(&["lists", "apply", &list, &file]);
    fail(&["lists", "apply", &list, &broken]);
    fail(&["lists", "return", &list, &file]);
    fail(&[
        "lists",
        "return",
        &list,
        &file,
        "--signature",
        &broken,
        "--signer",
        &cert,
    ]);
    fail(&["lists", "return", "DS-none", &file]);
    fail(&["correct", "S1", "--field", "birth_date", "--value", MARK]);
    fail(&[
        "correct",
        "S1",
        "--field",
        "dose_date:D9",
        "--value",
        "2021-01-01",
    ]);
    fail(&["correct", "S1", "--decide", "none"]);
    fail(&["explain", &format!("Lê {MARK}")]);
    fail(&["import", "doses", &broken]);
    fail(&["import", "population", &broken]);
    fail(&[
        "audit",
        "verify",
        "--checkpoint",
        &broken,
        "--signer",
        &cert,
    ]);
    fail(&[
        "audit",
        "checkpoint",
        "--key",
        &broken,
        "--to",
        &world.text("x"),
    ]);
    fail(&["doctor", "--key", &broken, "--cert", &cert]);
    fail(&["doctor", "--key", &key, "--cert", &broken]);
    // A register whose rows were damaged, of people and of the log.
    let bytes = fs::read(world.path("r.db")).unwrap();
    let mut damaged = bytes;
    let pages = damaged.len() / 2;
    for byte in damaged.iter_mut().skip(pages).step_by(97) {
        *byte ^= 0x5a;
    }
    fs::write(world.path("damaged.db"), damaged).unwrap();
    let key_of = world.text("r.db.reference-key");
    fs::copy(key_of, world.path("damaged.db.reference-key")).unwrap();
    let damaged = world.text("damaged.db");
    for arguments in [
        &["explain", "S1"][..],
        &["stats"],
        &["audit", "verify"],
        &["doctor"],
    ] {
        let ran = dcc(&[arguments, &["--db", &damaged]].concat());
        assert_ne!(ran.status, 101, "{arguments:?} panicked: {}", ran.err);
        shown.push_str(&ran.err);
    }
    for mark in [
        MARK,
        "Dấu",
        NUMBER,
        "001099000003",
        PHONE,
        "1999-05-02",
        "02/05/1999",
    ] {
        assert!(!shown.contains(mark), "{mark} in {shown}");
    }
}
