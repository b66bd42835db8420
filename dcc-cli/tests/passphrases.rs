//! Every command that reads a private key takes an encrypted one, and its passphrase from a file.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

use std::fs;
use std::path::{Path, PathBuf};

use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{LineEnding, PrivateKeyInfoRef, SecretDocument};

#[path = "cli/program.rs"]
#[expect(dead_code, reason = "shared with the other tests of the program")]
mod program;

use program::{Ran, dcc};

const PASSPHRASE: &str = "mật khẩu của tôi";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Writes the key of `plain` encrypted (PBES2, as openssl does) to `to`.
fn encrypt(plain: &Path, to: &Path) {
    let pem = fs::read_to_string(plain).unwrap();
    let (_, document) = SecretDocument::from_pem(&pem).unwrap();
    let key = PrivateKeyInfoRef::try_from(document.as_bytes()).unwrap();
    let scheme = Parameters::generate_pbkdf2_sha256_aes256cbc(2_048, &[7; 16], [9; 16]).unwrap();
    let encrypted = key.encrypt_with_params(scheme, PASSPHRASE).unwrap();
    let pem = encrypted.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF);
    fs::write(to, pem.unwrap()).unwrap();
}

struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    /// A campaign that was issued, a document signer and a facility with encrypted keys, and files
    /// with the right and a wrong passphrase.
    fn new() -> Self {
        let bench = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let tables = bench.at("tables");
        good(&["synth", "--seed", "5", "--subjects", "40", "--out", &tables]);
        let table = |name: &str| bench.at(&format!("tables/{name}"));
        good(&[
            "issue",
            &table("doses.csv"),
            "--population",
            &table("population.csv"),
            "--facilities",
            &table("facilities.csv"),
            "--delegations",
            &table("delegations.csv"),
            "--at",
            "2022-06-01",
            "--out",
            &bench.at("campaign"),
        ]);
        let keys = bench.at("keys");
        good(&["keygen", "--out", &keys, "--valid-from", "2022-06-01"]);
        encrypt(&bench.path("keys/dsc-key.pem"), &bench.path("dsc.key.pem"));
        let facility = bench.facility();
        let of_facility = bench.path(&format!("tables/keys/{facility}.key.pem"));
        encrypt(&of_facility, &bench.path("facility.key.pem"));
        fs::write(
            bench.path("right"),
            format!("{PASSPHRASE}\nnot this line\n"),
        )
        .unwrap();
        fs::write(bench.path("wrong"), "another one\n").unwrap();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        text(&self.path(name)).to_owned()
    }

    /// A facility with a key of its own.
    fn facility(&self) -> String {
        let facilities = fs::read_to_string(self.path("tables/facilities.csv")).unwrap();
        let mut own = facilities
            .lines()
            .filter(|line| line.contains(",self,") && line.ends_with(".key.pem"));
        own.next().unwrap().split(',').next().unwrap().to_owned()
    }

    /// Runs a command without a passphrase, with a wrong one, and with the right one.
    fn three_times(&self, command: &[&str]) -> Ran {
        let with = |file: Option<&str>| {
            let file = file.map(|name| self.at(name));
            let mut arguments = command.to_vec();
            if let Some(file) = &file {
                arguments.extend(["--passphrase-file", file]);
            }
            dcc(&arguments)
        };
        let name = command.first().unwrap();
        let without = with(None);
        assert_eq!(without.status, 2, "{name}: {}", without.err);
        assert!(
            without.err.contains("is encrypted"),
            "{name}: {}",
            without.err
        );
        let wrong = with(Some("wrong"));
        assert_eq!(wrong.status, 2, "{name}: {}", wrong.err);
        for ran in [&without, &wrong] {
            let told = format!("{}{}", ran.out, ran.err);
            assert!(
                !told.contains("another one") && !told.contains("mật khẩu"),
                "{told}"
            );
        }
        let missing = with(Some("no such file"));
        assert_eq!(missing.status, 2, "{name}: {}", missing.err);
        with(Some("right"))
    }
}

fn good(arguments: &[&str]) -> Ran {
    let ran = dcc(arguments);
    assert_eq!(ran.status, 0, "{arguments:?}: {}", ran.err);
    ran
}

#[test]
#[expect(clippy::too_many_lines, reason = "one command after the other")]
fn encrypted_keys_open_with_the_passphrase_of_a_file() {
    let bench = Bench::new();
    let (key, cert, out) = (
        bench.at("dsc.key.pem"),
        bench.at("keys/dsc.pem"),
        bench.at("campaign"),
    );
    let signer = [
        "--key",
        &key,
        "--cert",
        &cert,
        "--out",
        &out,
        "--at",
        "2022-06-03",
    ];
    let of_campaign = |command: &[&'static str]| {
        let arguments: Vec<&str> = command.iter().chain(&signer).copied().collect();
        let ran = bench.three_times(&arguments);
        assert_eq!(ran.status, 0, "{command:?}: {}", ran.err);
    };
    of_campaign(&["certify"]);
    of_campaign(&["renew", "--window", "30d"]);
    let kid = "0102030405060708";
    of_campaign(&["revoke", "--kid", kid, "--reason", "key-compromise"]);
    // Whatever the doctor finds, it does not fail on the key.
    let examined = bench.three_times(&["doctor", "--key", &key, "--cert", &cert, "--out", &out]);
    assert!(
        examined.out.contains("facilit"),
        "{}{}",
        examined.out,
        examined.err
    );

    let facility = bench.facility();
    let ran = bench.three_times(&[
        "attest",
        "--facility",
        &facility,
        "--key",
        &bench.at("facility.key.pem"),
        "--cert",
        &bench.at(&format!("tables/keys/{facility}.crt.pem")),
        "--ca",
        &bench.at("tables/keys/facility-cas.crt.pem"),
        "--out",
        &out,
        "--at",
        "2022-06-03",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);

    let point = bench.at("checkpoint");
    let checkpoint = [
        "audit",
        "checkpoint",
        "--key",
        &key,
        "--to",
        &point,
        "--out",
        &out,
    ];
    assert_eq!(bench.three_times(&checkpoint).status, 0);
    assert!(bench.path("checkpoint").exists());

    let (list, signature) = (bench.at("right"), bench.at("signature"));
    let sign = [
        "lists", "sign", "L1", &list, "--key", &key, "--to", &signature,
    ];
    assert_eq!(bench.three_times(&sign).status, 0);
    assert!(bench.path("signature").exists());
}

/// The passphrase of a campaign's own key.
#[test]
fn a_campaign_is_issued_with_an_encrypted_key() {
    let bench = Bench::new();
    let table = |name: &str| bench.at(&format!("tables/{name}"));
    let ran = bench.three_times(&[
        "issue",
        &table("doses.csv"),
        "--population",
        &table("population.csv"),
        "--facilities",
        &table("facilities.csv"),
        "--delegations",
        &table("delegations.csv"),
        "--key",
        &bench.at("dsc.key.pem"),
        "--cert",
        &bench.at("keys/dsc.pem"),
        "--out",
        &bench.at("real"),
        "--at",
        "2022-06-02",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let certificates = fs::read_to_string(bench.path("real/certificates.txt")).unwrap();
    assert!(certificates.lines().count() > 5);
}
