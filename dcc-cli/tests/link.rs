//! One person in two records, a CMND and then a CCCD: found by the register's token, linked by a
//! clerk, issued for once, and undone.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up fails"
)]

use std::fs;

#[path = "cli/program.rs"]
#[expect(dead_code, reason = "shared with the other tests of the program")]
mod program;

use program::{Ran, dcc};
use serde_json::Value;

const HEADER: &str = "subject_ref,full_name,birth_date,sex,nationality,document_kind,\
document_number,residence_commune,dose_ref,vaccine,lot,dose_date,dose_kind,\
vaccinating_facility,entering_facility";

struct World(tempfile::TempDir);

impl World {
    fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        let person = "Lê Văn An,02/05/1970,Nam,VN";
        let doses = format!(
            "{HEADER}\n\
             OLD,{person},cmnd,271450009,00001,D1,Pfizer,L1,01/08/2021,Mũi 1,F1,F1\n\
             NEW,{person},cccd,001070000001,00001,D2,Pfizer,L2,15/09/2021,Mũi 2,F1,F1\n\
             ELSE,{person},cccd,001070000002,00001,D3,Pfizer,L3,01/08/2021,Mũi 1,F1,F1\n\
             ELSE,{person},cccd,001070000002,00001,D4,Pfizer,L4,15/09/2021,Mũi 2,F1,F1\n"
        );
        let population = "document_number,full_name,birth_date,sex,person\n\
                          271450009,Lê Văn An,1970-05-02,M,P1\n\
                          001070000001,Lê Văn An,1970-05-02,M,P1\n\
                          001070000002,Lê Văn An,1970-05-02,M,P2\n";
        let facilities = "facility,name,commune,signing_mode,enabled_from,certificate\n\
                          F1,Trạm Y tế,00001,self,2021-01-01,facility/dsc.pem\n";
        for (name, text) in [
            ("doses.csv", doses.as_str()),
            ("population.csv", population),
            ("facilities.csv", facilities),
        ] {
            fs::write(world.0.path().join(name), text).unwrap();
        }
        for (name, from) in [("facility", "2022-01-01"), ("ministry", "2022-05-01")] {
            let made = dcc(&["keygen", "--out", &world.at(name), "--valid-from", from]);
            assert_eq!(made.status, 0, "{}", made.err);
        }
        for kind in ["facilities", "doses", "population"] {
            world.good(
                &["import", kind, &world.at(&format!("{kind}.csv"))],
                "2022-05-20",
            );
        }
        world
    }

    fn at(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn run(&self, command: &[&str], at: &str) -> Ran {
        let database = self.at("r.db");
        dcc(&[command, &["--db", &database, "--at", at]].concat())
    }

    fn good(&self, command: &[&str], at: &str) -> String {
        let ran = self.run(command, at);
        assert_eq!(ran.status, 0, "{command:?}: {}{}", ran.out, ran.err);
        ran.out
    }

    /// Checks again, and says how many subjects are in a state.
    fn check(&self, at: &str, word: &str) -> u64 {
        let detail = [
            "check",
            "--retry",
            "--population-detail",
            "per-field",
            "--json",
        ];
        self.good(&detail, at);
        let stats: Value = serde_json::from_str(&self.good(&["stats", "--json"], at)).unwrap();
        stats["states"][word]["people"].as_u64().unwrap_or(0)
    }

    fn certify(&self, at: &str) -> Value {
        let (key, cert) = (self.at("ministry/dsc-key.pem"), self.at("ministry/dsc.pem"));
        let told = self.good(&["certify", "--key", &key, "--cert", &cert, "--json"], at);
        let told: Value = serde_json::from_str(&told).unwrap();
        told["batch"]["subjects"].clone()
    }

    fn link(&self, relation: &str, at: &str) -> String {
        let evidence = ["--evidence", "BB-7/2022", "--by", "police:00001"];
        let command = ["link", "OLD", "NEW", "--as", relation, "--lang", "en"];
        self.good(&[&command[..], &evidence[..]].concat(), at)
    }
}

#[test]
fn a_cmnd_and_a_cccd_of_one_person_become_one_certificate() {
    let world = World::new();
    assert_eq!(world.check("2022-05-21", "same-person"), 2);
    let (key, cert) = (
        world.at("facility/dsc-key.pem"),
        world.at("facility/dsc.pem"),
    );
    let ca = world.at("facility/csca.pem");
    let attest = [
        "attest",
        "--facility",
        "F1",
        "--key",
        &key,
        "--cert",
        &cert,
        "--ca",
        &ca,
    ];
    world.good(&attest, "2022-05-22");
    // Somebody else of that name and birth date is issued for; the two records wait.
    let first = world.certify("2022-05-23");
    assert_eq!((&first["issued"], &first["held"]), (&1.into(), &2.into()));

    let told = world.link("merged-into", "2022-05-24");
    assert!(told.contains("dcc check --retry"), "{told}");
    assert_eq!(world.check("2022-05-24", "same-person"), 1);
    let second = world.certify("2022-05-25");
    assert_eq!((&second["issued"], &second["held"]), (&1.into(), &1.into()));
    let explained = world.good(&["explain", "NEW"], "2022-05-26");
    for part in ["2/2", "merged-from", "BB-7/2022"] {
        assert!(explained.contains(part), "{part} in {explained}");
    }
    let explained = world.good(&["explain", "OLD"], "2022-05-26");
    assert!(
        explained.contains("same-person") && explained.contains("merged-into"),
        "{explained}"
    );
    let again = world.certify("2022-05-26");
    assert_eq!(
        (&again["issued"], &again["unchanged"]),
        (&0.into(), &2.into())
    );

    world.link("undecided", "2022-05-27");
    assert_eq!(world.check("2022-05-27", "same-person"), 2);
    world.link("different", "2022-05-28");
    assert_eq!(world.check("2022-05-28", "same-person"), 0);
    let database = world.at("r.db");
    let log = dcc(&["audit", "verify", "--db", &database]);
    assert_eq!(log.status, 0, "{}", log.err);
}

#[test]
fn a_link_needs_two_records_and_evidence() {
    let world = World::new();
    for wrong in [
        &["link", "OLD", "NEW", "--as", "merged-into"][..],
        &[
            "link",
            "OLD",
            "NEW",
            "--as",
            "merged-into",
            "--evidence",
            " ",
        ],
        &["link", "OLD", "OLD", "--as", "different", "--evidence", "X"],
        &[
            "link",
            "OLD",
            "NOBODY",
            "--as",
            "different",
            "--evidence",
            "X",
        ],
        &["link", "OLD", "NEW", "--as", "twins", "--evidence", "X"],
    ] {
        assert_eq!(world.run(wrong, "2022-05-21").status, 2, "{wrong:?}");
    }
}
