//! `dcc issue` over a synthetic population: everything comes out as its ledger says.
//!
//! `DCC_CAMPAIGN_SUBJECTS` sets the size of the population.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up fails"
)]

extern crate alloc;

use alloc::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

#[path = "cli/program.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod program;

use program::{Ran, dcc};

const AT: &str = "2022-06-01";

fn subjects() -> String {
    std::env::var("DCC_CAMPAIGN_SUBJECTS").unwrap_or_else(|_| "1500".to_owned())
}

/// A synthetic population and a folder for its campaign.
struct Campaign {
    folder: tempfile::TempDir,
}

impl Campaign {
    fn synthetic(subjects: &str, seed: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let campaign = Self { folder };
        let input = campaign.path("in");
        let made = dcc(&[
            "synth",
            "--subjects",
            subjects,
            "--seed",
            seed,
            "--out",
            text(&input),
        ]);
        assert_eq!(made.status, 0, "{}", made.err);
        campaign
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn issue(&self, out: &str, more: &[&str]) -> Ran {
        let input = |name: &str| self.path("in").join(name).to_str().unwrap().to_owned();
        let (doses, population) = (input("doses.csv"), input("population.csv"));
        let (facilities, delegations) = (input("facilities.csv"), input("delegations.csv"));
        let out = self.path(out);
        let mut arguments = vec![
            "issue",
            &doses,
            "--population",
            &population,
            "--facilities",
            &facilities,
            "--delegations",
            &delegations,
            "--out",
            text(&out),
            "--json",
        ];
        if !more.contains(&"--at") {
            arguments.extend(["--at", AT]);
        }
        arguments.extend(more);
        dcc(&arguments)
    }

    fn issued(&self, out: &str, more: &[&str]) -> Value {
        let ran = self.issue(out, more);
        assert_eq!(ran.status, 0, "{}", ran.err);
        ran.json().remove(0)
    }

    fn ledger(&self) -> Vec<Value> {
        lines(&self.path("in/truth.jsonl"))
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The codes of everybody on the held lists.
fn held(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut held = BTreeMap::new();
    for entry in fs::read_dir(folder.join("held")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "csv") || path.ends_with("summary.csv") {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let mut table = csv::Reader::from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap());
        for row in table.records() {
            let row = row.unwrap();
            let codes = row[9]
                .split([' ', ',', ';'])
                .filter(|code| !code.is_empty());
            let codes = codes.map(str::to_owned).collect();
            assert_eq!(held.insert(row[1].to_owned(), codes), None, "once a person");
        }
    }
    held
}

fn codes(outcome: &Value) -> BTreeSet<String> {
    let codes = outcome["codes"].as_array().into_iter().flatten();
    codes
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

/// Everybody's outcome in the files is the ledger's.
fn compare(campaign: &Campaign, out: &Path, mode: &str) {
    let issued: BTreeMap<String, Value> = lines(&out.join("certificates.jsonl"))
        .into_iter()
        .map(|line| (line["subject_ref"].as_str().unwrap().to_owned(), line))
        .collect();
    let held = held(out);
    let ledger = campaign.ledger();
    let (totals, subjects) = ledger.split_last().unwrap();
    for truth in subjects {
        let name = truth["subject_ref"].as_str().unwrap();
        let state = truth[mode]["state"].as_str().unwrap();
        let line = issued.get(name);
        assert_eq!(line.is_some(), state == "issued", "{truth}");
        let expected = (state == "held").then(|| codes(&truth[mode]));
        assert_eq!(held.get(name), expected.as_ref(), "{truth}");
        if let Some(line) = line {
            let passport = &line["passport"];
            assert_eq!((&line["dn"], &line["sd"]), (&truth["dn"], &truth["sd"]));
            assert_eq!(passport["date"], truth["date"], "{truth}");
            assert_eq!(passport["certificate_id"], line["uvci"]);
            let dose = format!("{}/{}", truth["dn"], truth["sd"]);
            assert_eq!(passport["dose"], dose.as_str());
        }
    }
    let summary: Value =
        serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    let totals = &totals["totals"];
    let count = |value: &Value| value.as_u64().unwrap_or(0);
    for unit in ["subjects", "doses"] {
        let (found, expected) = (&summary["batch"][unit], &totals[format!("{mode}_{unit}")]);
        for state in ["issued", "held", "refused"] {
            assert_eq!(
                count(&found[state]),
                count(&expected[state]),
                "{unit} {state}"
            );
        }
        let parts = ["issued", "unchanged", "held", "refused"].map(|state| count(&found[state]));
        assert_eq!(
            parts.iter().sum::<u64>(),
            count(&found["selected"]),
            "{unit}"
        );
    }
    // The injected errors come back exactly, in the figures and on the lists.
    assert_eq!(summary["batch"]["reasons"], totals[format!("{mode}_codes")]);
    for (code, found) in summary["held"]["reasons"].as_object().unwrap() {
        assert_eq!(
            found["subjects"],
            totals[format!("{mode}_codes")][code],
            "{code}"
        );
    }
}

fn verify_all(out: &Path) {
    let (certificates, trust) = (out.join("certificates.txt"), out.join("trust/dsc"));
    let at = ["--at", "2022-06-15", "--json"];
    let arguments = ["verify", text(&certificates), "--trust", text(&trust)];
    let verified = dcc(&[&arguments[..], &at[..]].concat());
    assert_eq!(verified.status, 0, "{}", verified.err);
    let accepted = verified.json();
    assert!(accepted.iter().all(|one| one["verdict"] == "accept"));
    assert_eq!(accepted.len(), lines(&out.join("certificates.jsonl")).len());
}

#[test]
fn everybody_comes_out_as_the_ledger_says_and_a_second_run_issues_nothing() {
    let campaign = Campaign::synthetic(&subjects(), "3");
    let yes_no = campaign.path("yes-no");
    let first = campaign.issued("yes-no", &[]);
    compare(&campaign, &yes_no, "yes_no");
    verify_all(&yes_no);
    let files = ["certificates.jsonl", "certificates.txt"];
    let before = files.map(|name| fs::read(yes_no.join(name)).unwrap());
    let tried = campaign.issued("yes-no", &["--at", "2022-06-20", "--dry-run"]);
    let again = campaign.issued("yes-no", &["--at", "2022-06-20"]);
    assert_eq!(
        tried["batch"], again["batch"],
        "a trial tells what then happens"
    );
    assert_eq!(again["batch"]["subjects"]["issued"], 0);
    let unchanged = &again["batch"]["subjects"]["unchanged"];
    assert_eq!(unchanged, &first["batch"]["subjects"]["issued"]);
    assert_eq!(again["certificates"]["written"], 0);
    assert_eq!(
        files.map(|name| fs::read(yes_no.join(name)).unwrap()),
        before
    );
    // The register begins to say which field differs: everybody who waits is asked again.
    campaign.issued("per-field", &["--population-detail", "per-field"]);
    compare(&campaign, &campaign.path("per-field"), "per_field");
    verify_all(&campaign.path("per-field"));
}

#[test]
fn a_small_campaign_in_every_form() {
    let campaign = Campaign::synthetic("120", "5");
    // A dry run decides the same and leaves nothing.
    let tried = campaign.issued("out", &["--dry-run"]);
    assert!(!campaign.path("out").exists());
    let more = [
        "--alg",
        "ps256",
        "--qr",
        "card",
        "--profile",
        "vn-nationality-claim",
    ];
    let issued = campaign.issued("out", &more);
    assert_eq!(tried["batch"], issued["batch"]);
    assert_eq!(tried["held"], issued["held"]);
    let out = campaign.path("out");
    verify_all(&out);
    let certificates = lines(&out.join("certificates.jsonl"));
    for line in &certificates {
        assert_eq!(line["alg"], "PS256");
        let id = line["uvci"].as_str().unwrap();
        let part = id.get(15..47).unwrap();
        let card = out
            .join("qr")
            .join(part.get(..2).unwrap())
            .join(format!("{part}.svg"));
        assert!(
            fs::read_to_string(card)
                .unwrap()
                .contains("HỘ CHIẾU VẮC XIN")
        );
    }
    assert!(!certificates.is_empty());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |name: &str| fs::metadata(out.join(name)).unwrap().permissions().mode() & 0o777;
        for file in [
            "keys/dsc-key.pem",
            "certificates.txt",
            "registry.db",
            "summary.json",
        ] {
            assert_eq!(mode(file), 0o600, "{file}");
        }
        assert_eq!((mode("keys"), mode("held")), (0o700, 0o700));
    }
    // What was written is not written again, and nothing of it may be missing.
    fs::write(out.join("certificates.txt"), "HC1:\n").unwrap();
    assert_eq!(campaign.issue("out", &more).status, 4);
    assert_eq!(campaign.issue("out", &["--alg", "es256"]).status, 2);
    fs::remove_file(campaign.path("in/population.csv")).unwrap();
    assert_eq!(campaign.issue("other", &[]).status, 2);
}

#[test]
fn demo_keys_of_facilities_are_made_where_a_table_names_none() {
    let campaign = Campaign::synthetic("120", "5");
    let table = campaign.path("in/facilities.csv");
    let rows = fs::read_to_string(&table).unwrap();
    let short: Vec<String> = rows
        .lines()
        .map(|row| row.split(',').take(5).collect::<Vec<_>>().join(","))
        .collect();
    fs::write(&table, short.join("\n")).unwrap();
    let first = campaign.issued("out", &[]);
    assert!(first["batch"]["subjects"]["issued"].as_u64() > Some(50));
    verify_all(&campaign.path("out"));
    let again = campaign.issued("out", &["--at", "2022-06-02"]);
    assert_eq!(again["batch"]["subjects"]["issued"], 0);
    // With real keys nothing is made up.
    let (key, cert) = (
        campaign.path("out/keys/dsc-key.pem"),
        campaign.path("out/keys/dsc.pem"),
    );
    let given = campaign.issued("given", &["--key", text(&key), "--cert", text(&cert)]);
    assert_eq!(given["batch"]["subjects"]["issued"], 0);
    assert!(given["batch"]["reasons"]["facility-no-certificate"].as_u64() > Some(50));
    assert_eq!(given["keys"]["demo"], false);
    assert!(!campaign.path("given/keys").exists());
}

#[test]
fn the_steps_one_by_one_make_the_same_certificates() {
    let campaign = Campaign::synthetic("120", "5");
    let db = campaign.path("registry.db");
    let input = |name: &str| text(&campaign.path("in").join(name)).to_owned();
    let place = ["--db", text(&db), "--at", AT, "--json"];
    let step = |arguments: &[&str]| {
        let ran = dcc(&[arguments, &place[..]].concat());
        assert_eq!(ran.status, 0, "{arguments:?} {}", ran.err);
        ran.json().remove(0)
    };
    step(&["import", "facilities", &input("facilities.csv")]);
    step(&["import", "delegations", &input("delegations.csv")]);
    step(&["import", "doses", &input("doses.csv")]);
    step(&["import", "population", &input("population.csv")]);
    let checked = step(&["check"]);
    assert_eq!(
        checked["subjects"],
        checked["states"]
            .as_object()
            .unwrap()
            .values()
            .map(|n| n.as_u64().unwrap())
            .sum::<u64>()
    );
    // Nobody is asked about twice, unless one wants to.
    assert_eq!(step(&["check"])["subjects"], 0);
    assert!(step(&["check", "--retry"])["asked"].as_u64() > Some(0));
    let again = step(&["import", "doses", &input("doses.csv")]);
    assert_eq!(again["doses_added"], 0);
    assert_eq!(again["subjects_added"], 0);
    // What another system issued is taken in under its signer's key, once.
    let elsewhere = campaign.issued("elsewhere", &[]);
    let folder = campaign.path("elsewhere");
    let signer = fs::read_dir(folder.join("trust/dsc")).unwrap().next();
    let signer = signer.unwrap().unwrap().path();
    let file = folder.join("certificates.jsonl");
    let take = [
        "import",
        "certificates",
        text(&file),
        "--trust",
        text(&signer),
    ];
    let issued = &elsewhere["batch"]["subjects"]["issued"];
    assert_eq!(&step(&take)["current"], issued);
    assert_eq!(&step(&take)["unchanged"], issued);
    // Nobody has signed a dose yet, so nobody is issued.
    let keys = campaign.path("keys");
    let made = dcc(&["keygen", "--out", text(&keys), "--valid-from", "2022-05-01"]);
    assert_eq!(made.status, 0, "{}", made.err);
    let (key, cert) = (keys.join("dsc-key.pem"), keys.join("dsc.pem"));
    let certified = step(&["certify", "--key", text(&key), "--cert", text(&cert)]);
    assert_eq!(certified["batch"]["subjects"]["issued"], 0);
    assert!(certified["batch"]["reasons"]["not-attested"].as_u64() > Some(50));
}
