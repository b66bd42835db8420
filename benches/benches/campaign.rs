//! A campaign from CSV to stored certificates: subjects a second, the share of each stage, and the
//! peak of memory, for registers of several sizes in the same run.
//!
//! It times the program itself, as it is built for release:
//!
//! ```sh
//! cargo build --release --bin dcc
//! DCC_BENCH_SUBJECTS=100000,1000000 cargo bench -p dcc-benches --bench campaign
//! ```
//!
//! The sizes stand beside each other because what matters is their ratio: a register ten times as
//! large is to need ten times the time, and the same memory. A million people need 8 GB of disk.

#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "a bench that cannot set itself up has nothing to time, and it prints its figures"
)]

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::Value;

/// Stages of the summary up to the stored certificates.
const TO_CERTIFICATES: [&str; 6] = [
    "begin",
    "directory",
    "intake",
    "check",
    "attestation",
    "certificates",
];

/// Stages behind them.
const OUTPUTS: [&str; 2] = ["outputs", "held"];

/// A campaign's figures.
struct Run {
    subjects: u64,
    summary: Value,
    peak_mib: Option<u64>,
    register_mib: u64,
}

impl Run {
    fn seconds(&self, stage: &str) -> f64 {
        let seconds = self.summary.pointer(&format!("/seconds/{stage}"));
        seconds.and_then(Value::as_f64).expect("a stage's time")
    }

    fn sum(&self, stages: &[&str]) -> f64 {
        stages.iter().map(|stage| self.seconds(stage)).sum()
    }

    fn rate(&self) -> f64 {
        as_float(self.subjects) / self.sum(&TO_CERTIFICATES)
    }

    fn tell(&self) {
        let count = |pointer| self.summary.pointer(pointer).and_then(Value::as_u64);
        let certificates = count("/certificates/written").expect("certificates");
        let doses = count("/intake/doses_added").expect("doses");
        println!(
            "\n{} subjects, {doses} doses, {certificates} certificates: {:.1} s to stored certificates, \
             {:.0} subjects/s; {:.1} s with all outputs",
            self.subjects,
            self.sum(&TO_CERTIFICATES),
            self.rate(),
            self.sum(&TO_CERTIFICATES) + self.sum(&OUTPUTS),
        );
        let all = self.sum(&TO_CERTIFICATES);
        for stage in TO_CERTIFICATES {
            let seconds = self.seconds(stage);
            println!(
                "  {stage:<13}{seconds:>9.1} s {:>5.1} %",
                seconds / all * 100.0
            );
        }
        for stage in OUTPUTS {
            println!("  {stage:<13}{:>9.1} s", self.seconds(stage));
        }
        let peak = self
            .peak_mib
            .map_or_else(|| "unknown".to_owned(), |peak| peak.to_string());
        println!(
            "  peak memory {peak} MiB, register {} MiB",
            self.register_mib
        );
    }
}

fn main() {
    let program = program();
    let sizes = std::env::var("DCC_BENCH_SUBJECTS").unwrap_or_else(|_| "20000,100000".to_owned());
    let sizes = sizes
        .split(',')
        .map(|size| size.trim().parse().expect("a number of subjects"));
    let folder = tempdir();
    let mut runs: Vec<Run> = Vec::new();
    for subjects in sizes {
        let run = campaign(&program, &folder, subjects);
        run.tell();
        runs.push(run);
    }
    if let [first, .., last] = runs.as_slice() {
        let size = as_float(last.subjects) / as_float(first.subjects);
        println!(
            "\n{size:.1} times the subjects: speed x {:.2}",
            last.rate() / first.rate()
        );
        if let (Some(first), Some(last)) = (first.peak_mib, last.peak_mib) {
            println!("memory x {:.2}", as_float(last) / as_float(first));
        }
    }
    fs::remove_dir_all(&folder).expect("the folder of the bench");
}

fn as_float(number: u64) -> f64 {
    f64::from(u32::try_from(number).expect("a number below four billion"))
}

/// The program beside the bench's own folder.
fn program() -> PathBuf {
    let own = std::env::current_exe().expect("the bench's own path");
    let path = own
        .parent()
        .and_then(Path::parent)
        .expect("a target folder")
        .join("dcc");
    assert!(path.exists(), "cargo build --release --bin dcc comes first");
    path
}

/// A folder on the disk that the build uses: a folder for temporary files may lie in memory.
fn tempdir() -> PathBuf {
    let own = std::env::current_exe().expect("the bench's own path");
    let folder = own.with_extension(format!("{}.campaign", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the campaign");
    folder
}

fn campaign(program: &Path, folder: &Path, subjects: u64) -> Run {
    let (tables, out) = (folder.join("tables"), folder.join("out"));
    let made = Command::new(program)
        .args(["synth", "--seed", "1", "--subjects"])
        .arg(subjects.to_string())
        .arg("--out")
        .arg(&tables)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(made.expect("the program runs").success());
    let table = |name: &str| tables.join(name);
    let mut issue = Command::new(program);
    issue
        .arg("issue")
        .arg(table("doses.csv"))
        .arg("--population")
        .arg(table("population.csv"))
        .arg("--facilities")
        .arg(table("facilities.csv"))
        .arg("--delegations")
        .arg(table("delegations.csv"))
        .arg("--out")
        .arg(&out)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = issue.spawn().expect("the program runs");
    let peak_mib = peak_of(&mut child);
    assert!(child.wait().expect("the program ends").success());
    let summary = fs::read(out.join("summary.json")).expect("a summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    let register = fs::metadata(out.join("registry.db"))
        .expect("a register")
        .len();
    fs::remove_dir_all(&tables).expect("the tables");
    fs::remove_dir_all(&out).expect("the outputs");
    Run {
        subjects,
        summary,
        peak_mib,
        register_mib: register >> 20,
    }
}

/// The most memory that a process had, where the system tells (Linux: `VmHWM`).
fn peak_of(child: &mut Child) -> Option<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().expect("the program ends").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kib);
        thread::sleep(Duration::from_millis(100));
    }
    peak.map(|kib| kib >> 10)
}
