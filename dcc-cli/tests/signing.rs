//! `dcc attest`, `renew` and `revoke` as people use them, over synthetic campaigns.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

#[path = "cli/program.rs"]
#[expect(dead_code, reason = "shared with the other tests of the program")]
mod program;

use program::{Ran, dcc};

/// A folder with the tables of a small population.
struct Bench {
    dir: tempfile::TempDir,
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

impl Bench {
    fn new(subjects: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let tables = dir.path().join("tables");
        let made = dcc(&[
            "synth",
            "--seed",
            "5",
            "--subjects",
            subjects,
            "--out",
            text(&tables),
        ]);
        assert_eq!(made.status, 0, "{}", made.err);
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn table(&self, name: &str) -> String {
        text(&self.path("tables").join(name)).to_owned()
    }

    fn issue(&self) -> PathBuf {
        let out = self.path("campaign");
        let ran = dcc(&[
            "issue",
            &self.table("doses.csv"),
            "--population",
            &self.table("population.csv"),
            "--facilities",
            &self.table("facilities.csv"),
            "--delegations",
            &self.table("delegations.csv"),
            "--at",
            "2022-06-01",
            "--out",
            text(&out),
        ]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        out
    }

    /// Imports tables into a register of its own.
    fn import(&self, db: &str, kinds: &[&str]) {
        for kind in kinds {
            let file = self.table(&format!("{kind}.csv"));
            let db = text(&self.path(db)).to_owned();
            let ran = dcc(&["import", kind, &file, "--db", &db, "--at", "2022-06-01"]);
            assert_eq!(ran.status, 0, "{}", ran.err);
        }
    }
}

fn good(ran: &Ran) -> Value {
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    ran.json().remove(0)
}

fn number(value: &Value, member: &str) -> u64 {
    value[member].as_u64().unwrap()
}

/// Makes a document signer of `valid_from`: key and certificate.
fn keygen(bench: &Bench, name: &str, valid_from: &str) -> (String, String) {
    let folder = bench.path(name);
    let made = dcc(&["keygen", "--out", text(&folder), "--valid-from", valid_from]);
    assert_eq!(made.status, 0, "{}", made.err);
    let file = |file: &str| text(&folder.join(file)).to_owned();
    (file("dsc-key.pem"), file("dsc.pem"))
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story from end to end")]
fn a_campaign_is_renewed_and_a_compromised_key_replaced() {
    let bench = Bench::new("60");
    let campaign = bench.issue();
    let issued = fs::read_to_string(campaign.join("certificates.jsonl")).unwrap();
    let issued: Vec<Value> = issued
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(issued.len() > 10);
    let count = u64::try_from(issued.len()).unwrap();

    // One is revoked; unknown identifiers are said.
    let uvci = issued[0]["uvci"].as_str().unwrap();
    let out = text(&campaign);
    let revoke = |id: &str, reason: &str| {
        dcc(&[
            "revoke",
            id,
            "--reason",
            reason,
            "--out",
            out,
            "--at",
            "2022-06-02",
            "--json",
        ])
    };
    let revoked = good(&revoke(uvci, "fraud"));
    assert_eq!(revoked["certificates"][0]["outcome"], "revoked");
    assert_eq!(revoke("URN:UVCI:01:VN:00#0", "fraud").status, 1);
    assert_eq!(revoke(uvci, "key-compromise").status, 2);

    // The key is compromised: everybody else gets a certificate of another one.
    let kid = issued[0]["kid"].as_str().unwrap();
    let (key, cert) = keygen(&bench, "new", "2022-06-01");
    let replace = [
        "revoke",
        "--kid",
        kid,
        "--reason",
        "key-compromise",
        "--key",
        &key,
        "--cert",
        &cert,
        "--out",
        out,
        "--at",
        "2022-06-03",
        "--json",
    ];
    let replaced = good(&dcc(&replace));
    assert_eq!(number(&replaced, "issued"), count - 1);
    let again = good(&dcc(&replace));
    assert_eq!(again, replaced, "the same command finds its batch done");

    // A year later all of them run out.
    let renew = |at: &str, window: &str| {
        dcc(&[
            "renew", "--window", window, "--key", &key, "--cert", &cert, "--out", out, "--at", at,
            "--json",
        ])
    };
    assert_eq!(number(&good(&renew("2023-01-01", "30d")), "issued"), 0);
    assert_eq!(
        number(&good(&renew("2023-05-31", "30")), "issued"),
        count - 1
    );
    assert_eq!(renew("2023-05-31", "month").status, 2);
}

/// A facility of the tables that signs itself and has a key.
fn signing_facility(bench: &Bench) -> String {
    let doses = fs::read_to_string(bench.table("doses.csv")).unwrap();
    let facilities = fs::read_to_string(bench.table("facilities.csv")).unwrap();
    let mut signing = facilities
        .lines()
        .filter(|line| line.contains(",self,") && line.ends_with(".key.pem"))
        .filter(|line| !line.contains("2050-01-01"))
        .filter_map(|line| line.split(',').next());
    let entered = |id: &&str| doses.contains(&format!(",{id},"));
    signing.find(entered).unwrap().to_owned()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story from end to end")]
fn attestations_go_from_a_platform_to_a_centre() {
    let bench = Bench::new("300");
    bench.import("platform.db", &["facilities", "delegations", "doses"]);
    bench.import("centre.db", &["facilities", "delegations", "doses"]);
    let (platform, centre) = (bench.path("platform.db"), bench.path("centre.db"));
    let facility = signing_facility(&bench);
    let keys = |file: &str| text(&bench.path("tables").join("keys").join(file)).to_owned();
    let (key, cert) = (
        keys(&format!("{facility}.key.pem")),
        keys(&format!("{facility}.crt.pem")),
    );
    let ca = keys("facility-cas.crt.pem");
    let attest = |by: &[&str]| {
        let mut arguments = vec![
            "attest",
            "--facility",
            &facility,
            "--key",
            &key,
            "--cert",
            &cert,
            "--ca",
            &ca,
            "--db",
            text(&platform),
            "--at",
            "2022-06-02",
            "--json",
        ];
        arguments.extend_from_slice(by);
        dcc(&arguments)
    };
    let signed = good(&attest(&[]));
    let doses = number(&signed, "attested");
    assert!(doses > 0);
    assert_eq!(number(&signed, "acts"), 1);
    let again = good(&attest(&[]));
    assert_eq!(
        (number(&again, "attested"), number(&again, "standing")),
        (0, doses)
    );
    // In the name of an office that is not the key's.
    let forged = attest(&["--as", "00000"]);
    assert_eq!(number(&good(&forged), "attested"), 0);

    let folder = bench.path("exchange");
    let exported = good(&dcc(&[
        "attest",
        "export",
        text(&folder),
        "--db",
        text(&platform),
        "--json",
    ]));
    assert_eq!(
        (
            number(&exported, "attestations"),
            number(&exported, "doses")
        ),
        (1, doses)
    );
    let import = |ca: &str| {
        dcc(&[
            "attest",
            "import",
            text(&folder),
            "--ca",
            ca,
            "--db",
            text(&centre),
            "--at",
            "2022-06-03",
            "--json",
        ])
    };
    // Another authority than that of the facilities.
    keygen(&bench, "stray", "2022-01-01");
    assert_eq!(
        import(text(&bench.path("stray").join("csca.pem"))).status,
        1
    );
    for _ in 0..2 {
        let imported = good(&import(&ca));
        assert_eq!(
            (number(&imported, "doses"), number(&imported, "standing")),
            (doses, doses)
        );
    }
    // A package that was touched.
    let file = fs::read_dir(&folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert_eq!(import(&ca).status, 1);
}

#[test]
fn attest_wants_a_facility_or_an_exchange() {
    assert_eq!(dcc(&["attest"]).status, 2);
    assert_eq!(dcc(&["attest", "--facility", "F"]).status, 2);
    assert_eq!(dcc(&["revoke", "--reason", "fraud", "--db", "x"]).status, 2);
}
