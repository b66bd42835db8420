//! `dcc issue` killed at random points by SIGKILL, resumed, and examined.
//!
//! By default a small campaign and a few kills. `DCC_CRASH_SUBJECTS=20000 DCC_CRASH_KILLS=30
//! cargo test --release -p dcc-cli --test crash` is the full one.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot set itself up fails"
)]

extern crate alloc;

use alloc::collections::{BTreeMap, BTreeSet};
use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use dcc_registry::{
    Bucket, CertificateState, Checkpoint, Digest, ScanFilter, SqliteRegistry, SubjectStore as _,
    Timestamp, verify_audit,
};

/// The day of the campaign.
const AT: &str = "2022-06-01T03:00:00Z";

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

struct Campaign {
    tables: PathBuf,
}

impl Campaign {
    fn synthetic(folder: &Path, subjects: u64) -> Self {
        let tables = folder.join("tables");
        let made = Command::new(env!("CARGO_BIN_EXE_dcc"))
            .args(["synth", "--seed", "11", "--subjects"])
            .arg(subjects.to_string())
            .arg("--out")
            .arg(&tables)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success());
        Self { tables }
    }

    fn issue(&self, out: &Path) -> Command {
        let table = |name: &str| self.tables.join(name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_dcc"));
        command
            .arg("issue")
            .arg(table("doses.csv"))
            .arg("--population")
            .arg(table("population.csv"))
            .arg("--facilities")
            .arg(table("facilities.csv"))
            .arg("--delegations")
            .arg(table("delegations.csv"))
            .args(["--at", AT, "--json", "--out"])
            .arg(out)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Runs to the end, and says how long it took.
    fn run(&self, out: &Path) -> Duration {
        let started = Instant::now();
        let status = self.issue(out).status().unwrap();
        assert!(status.success(), "{status}");
        started.elapsed()
    }
}

/// Random enough for the times of kills; the seed is printed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// The state of the log as somebody outside keeps it.
fn checkpoint(out: &Path) -> Option<Checkpoint> {
    let file = out.join("registry.db");
    if !file.exists() {
        return None;
    }
    block_on(async {
        // A register that was killed while it was made has no tables yet.
        let registry = SqliteRegistry::open(&file).await.unwrap();
        let heads = dcc_registry::AuditStore::heads(&registry).await.unwrap();
        registry.close().await;
        let at: Timestamp = AT.parse().unwrap();
        Some(Checkpoint::new(1, Digest::ZERO, at, heads))
    })
}

/// What a register holds of each subject: how many certificates ever, and their states.
async fn certificates(
    registry: &SqliteRegistry,
) -> BTreeMap<String, Vec<(String, CertificateState, String)>> {
    let mut found = BTreeMap::new();
    for bucket in Bucket::all() {
        let mut after = None;
        loop {
            let page = registry
                .scan(bucket, &ScanFilter::all(), after, 500)
                .await
                .unwrap();
            let ended = page.len() < 500;
            after = page.last().map(|subject| subject.record.id);
            for subject in page {
                let history = registry.history(subject.record.id).await.unwrap().unwrap();
                let all = history.certificates.into_iter().map(|record| {
                    let hc1 = record.hc1.clone().unwrap_or_default();
                    (record.id().as_str().to_owned(), record.state, hc1)
                });
                found.insert(subject.record.subject_ref, all.collect());
            }
            if ended {
                break;
            }
        }
    }
    found
}

fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Everything that must hold after the last resumption.
fn examine(out: &Path, expected: &BTreeSet<String>, last: Option<&Checkpoint>) {
    let (found, audit) = block_on(async {
        let registry = SqliteRegistry::open(&out.join("registry.db"))
            .await
            .unwrap();
        let found = certificates(&registry).await;
        let audit = verify_audit(&registry, last).await.unwrap();
        registry.close().await;
        (found, audit)
    });
    let mut texts = BTreeSet::new();
    let mut holders = BTreeSet::new();
    for (subject, all) in &found {
        // One intent, one identifier, and it is the current certificate.
        assert!(all.len() <= 1, "a subject has {} certificates", all.len());
        for (_, state, hc1) in all {
            assert_eq!(*state, CertificateState::Published);
            assert!(texts.insert(hc1.clone()), "a text stands twice");
            holders.insert(subject.clone());
        }
    }
    assert_eq!(&holders, expected, "nobody is missing, nobody is too many");
    assert!(audit.is_sound(), "{:?}", audit.findings);
    assert!(audit.covered > 0 || last.is_none());

    // What was published stands in the outputs, once, and every signature passes.
    let published = lines(&out.join("certificates.txt"));
    assert_eq!(published.len(), texts.len());
    assert_eq!(published.iter().cloned().collect::<BTreeSet<_>>(), texts);
    assert_eq!(lines(&out.join("certificates.jsonl")).len(), texts.len());
    let verified = Command::new(env!("CARGO_BIN_EXE_dcc"))
        .arg("verify")
        .arg(out.join("certificates.txt"))
        .arg("--trust")
        .arg(out.join("trust/dsc"))
        .args(["--at", "2022-06-02T00:00:00Z", "--json"])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(verified.success(), "{verified}");
}

#[test]
fn a_killed_campaign_is_resumed_without_loss_or_double() {
    let (subjects, kills) = (
        setting("DCC_CRASH_SUBJECTS", 60),
        setting("DCC_CRASH_KILLS", 3),
    );
    let seed = setting("DCC_CRASH_SEED", u64::from(std::process::id()));
    let folder = tempfile::tempdir().unwrap();
    let campaign = Campaign::synthetic(folder.path(), subjects);

    // Undisturbed: how long it takes, and who gets a certificate.
    let whole = folder.path().join("whole");
    let takes = campaign.run(&whole);
    let expected: BTreeSet<String> = block_on(async {
        let registry = SqliteRegistry::open(&whole.join("registry.db"))
            .await
            .unwrap();
        let found = certificates(&registry).await;
        registry.close().await;
        let with = found.into_iter().filter(|(_, all)| !all.is_empty());
        with.map(|(subject, _)| subject).collect()
    });
    assert!(!expected.is_empty());
    examine(&whole, &expected, checkpoint(&whole).as_ref());

    let mut dice = Dice(seed);
    let limit = u64::try_from(takes.as_millis()).unwrap();
    let (mut killed, mut campaigns) = (0, 0);
    while killed < kills {
        campaigns += 1;
        let out = folder.path().join(format!("killed-{campaigns}"));
        let mut last = None;
        loop {
            let mut child = campaign.issue(&out).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(dice.below(limit)));
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "seed {seed}: {status}");
                break;
            }
            if killed >= kills {
                assert!(child.wait().unwrap().success(), "seed {seed}");
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            killed += 1;
            last = checkpoint(&out).or(last);
        }
        examine(&out, &expected, last.as_ref());
        // And nothing is left to be done.
        let before = fs::read(out.join("certificates.txt")).unwrap();
        campaign.run(&out);
        assert!(before == fs::read(out.join("certificates.txt")).unwrap());
        fs::remove_dir_all(&out).unwrap();
    }
    println!(
        "{subjects} subjects, {} certificates, {killed} kills in {campaigns} campaign(s) of {} ms, seed {seed}",
        expected.len(),
        takes.as_millis()
    );
}

#[test]
fn an_interrupted_campaign_says_so_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let campaign = Campaign::synthetic(folder.path(), 1_500);
    let out = folder.path().join("out");
    let mut child = campaign.issue(&out).spawn().unwrap();
    // It is at work once its register is there.
    while !out.join("registry.db-wal").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended early");
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = child.id().to_string();
    let told = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(told.success());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    assert!(!out.join("summary.json").exists());
    campaign.run(&out);
    let expected = lines(&campaign.tables.join("truth.jsonl"))
        .iter()
        .filter(|line| {
            line.contains("\"yes_no\":{\"state\":\"issued\"") && line.contains("\"subject_ref\"")
        })
        .count();
    assert!(expected > 0);
    assert_eq!(lines(&out.join("certificates.txt")).len(), expected);
}

#[test]
fn a_campaign_has_one_worker_and_one_register() {
    let folder = tempfile::tempdir().unwrap();
    let campaign = Campaign::synthetic(folder.path(), 60);
    let out = folder.path().join("out");
    campaign.run(&out);
    let published = fs::read(out.join("certificates.txt")).unwrap();

    // Somebody else is at work there.
    let lock = fs::File::open(out.join("campaign.lock")).unwrap();
    lock.lock().unwrap();
    let status = campaign.issue(&out).status().unwrap();
    assert_eq!(status.code(), Some(2));
    drop(lock);

    // A register without what stands in the files is not theirs: neither a new one nor an old one.
    let register = out.join("registry.db");
    for is_there in [false, true] {
        fs::remove_file(&register).unwrap();
        if is_there {
            let other = folder.path().join("other");
            let strange = Campaign::synthetic(&folder.path().join("strange"), 20);
            strange.run(&other);
            fs::copy(other.join("registry.db"), &register).unwrap();
            let key = "registry.db.reference-key";
            fs::copy(other.join(key), out.join(key)).unwrap();
        } else {
            fs::remove_file(out.join("registry.db.reference-key")).unwrap();
        }
        let status = campaign.issue(&out).status().unwrap();
        assert_eq!(status.code(), Some(4));
        assert!(published == fs::read(out.join("certificates.txt")).unwrap());
    }
}
