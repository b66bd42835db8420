//! A gate that trusts a bundle: what is opened, what is refused, and what the officer sees.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "a test that cannot set itself up fails"
)]

use std::fs;
use std::path::PathBuf;

use dcc_model::Timestamp;
use serde_json::json;

#[path = "cli/program.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod program;

use program::{Ran, dcc};

/// An issuer's keys, a publisher's keys, a signed certificate.
struct Border {
    dir: tempfile::TempDir,
}

impl Border {
    fn new() -> Self {
        let border = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        for (folder, country) in [("issuer", "VN"), ("publisher", "XX"), ("stranger", "XX")] {
            let keys = border.path(folder);
            ran(&dcc(&["keygen", "--country", country, "--out", &keys]));
        }
        let payload = json!({
            "ver": "1.3.0",
            "nam": {"fn": "Đặng", "fnt": "DANG", "gn": "Thị Hồng", "gnt": "THI<HONG"},
            "dob": "1985-04-12",
            "v": [{
                "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215",
                "dn": 2, "sd": 2, "dt": "2021-11-20", "co": "VN", "is": "Cục Y tế dự phòng",
                "ci": "URN:UVCI:01:VN:5A2B7C9D0E1F48379A6B5C4D3E2F1A0B#W"
            }]
        });
        fs::write(border.path("payload.json"), payload.to_string()).unwrap();
        let signed = dcc(&[
            "sign",
            &border.path("payload.json"),
            "--key",
            &border.path("issuer/dsc-key.pem"),
            "--cert",
            &border.path("issuer/dsc.pem"),
        ]);
        ran(&signed);
        fs::write(border.path("codes.txt"), &signed.out).unwrap();
        ran(&dcc(&[
            "trust",
            "import",
            &border.path("issuer/dsc.pem"),
            &border.path("issuer/csca.pem"),
            "--out",
            &border.path("trust.db"),
        ]));
        border
    }

    fn path(&self, name: &str) -> String {
        PathBuf::from(self.dir.path())
            .join(name)
            .to_str()
            .unwrap()
            .to_owned()
    }

    /// Signs the trust list by somebody's key.
    fn build(&self, by: &str, sequence: &str, more: &[&str]) -> String {
        let out = self.path(&format!("{by}-{sequence}.bundle"));
        let (trust, key) = (
            self.path("trust.db"),
            self.path(&format!("{by}/dsc-key.pem")),
        );
        let cert = self.path(&format!("{by}/dsc.pem"));
        let arguments = [
            "bundle",
            "build",
            "--trust",
            &trust,
            "--key",
            &key,
            "--cert",
            &cert,
            "--sequence",
            sequence,
            "--out",
            &out,
        ];
        let expires = hours_from_now(24 * 90);
        let expires = ["--expires", expires.as_str()];
        let expires: &[&str] = if more.contains(&"--expires") {
            &[]
        } else {
            &expires
        };
        ran(&dcc(&[&arguments[..], expires, more].concat()));
        out
    }

    fn verify(&self, bundle: &str, more: &[&str]) -> Ran {
        let (codes, signer) = (self.path("codes.txt"), self.path("publisher/dsc.pem"));
        let arguments = [
            "verify",
            &codes,
            "--bundle",
            bundle,
            "--bundle-signer",
            &signer,
        ];
        dcc(&[&arguments[..], more].concat())
    }
}

/// A gate reads the clock; so does whoever prepares its bundles.
fn hours_from_now(hours: i64) -> String {
    let at = Timestamp::now().saturating_add_seconds(hours * 3600);
    at.to_string()
}

fn ran(run: &Ran) {
    assert_eq!(run.status, 0, "{}", run.err);
}

#[test]
fn an_officer_sees_one_word_and_whose_certificate_it_is() {
    let border = Border::new();
    let bundle = border.build("publisher", "7", &[]);
    let pass = border.verify(&bundle, &["--gate"]);
    ran(&pass);
    for wanted in [
        "ĐẠT / PASS",
        "Đặng Thị Hồng",
        "1985-04-12",
        "Đối chiếu giấy tờ tùy thân",
        "phút trước",
    ] {
        assert!(
            pass.out.contains(wanted),
            "{wanted} is not in:\n{}",
            pass.out
        );
    }
    // Nothing medical.
    for secret in [
        "EU/1/20/1528",
        "Comirnaty",
        "COVID",
        "2021-11-20",
        "840539006",
        "5A2B7C9D",
    ] {
        assert!(!pass.out.contains(secret), "{secret} is in:\n{}", pass.out);
    }

    let codes = border.path("codes.txt");
    let text = fs::read_to_string(&codes).unwrap();
    let flipped = text.replacen('A', "B", 1).replacen('7', "8", 1);
    fs::write(&codes, flipped).unwrap();
    let stop = border.verify(&bundle, &["--gate"]);
    assert_eq!(stop.status, 1);
    assert!(stop.out.contains("KHÔNG ĐẠT / STOP"), "{}", stop.out);
    assert!(!stop.out.contains("Đặng"));

    // A key that is not on the list proves no forgery.
    fs::write(&codes, text).unwrap();
    let other = dcc(&[
        "verify",
        &codes,
        "--trust",
        &border.path("stranger/dsc.pem"),
        "--gate",
    ]);
    assert_eq!(other.status, 1);
    assert!(
        other.out.contains("CẦN XEM LẠI / LOOK AGAIN"),
        "{}",
        other.out
    );
    assert!(!other.out.contains("Đặng"));
}

#[test]
fn bundles_are_refused_that_are_old_strange_late_or_damaged() {
    let border = Border::new();
    let (first, second) = (
        border.build("publisher", "1", &[]),
        border.build("publisher", "2", &[]),
    );
    let state = border.path("gate.state");
    let with_state = ["--state", state.as_str()];
    ran(&border.verify(&second, &with_state));
    ran(&border.verify(&second, &with_state));
    let before = fs::read(&state).unwrap();
    let rollback = border.verify(&first, &with_state);
    assert_eq!(
        (rollback.status, rollback.out.as_str()),
        (1, ""),
        "{}",
        rollback.err
    );
    assert!(rollback.err.contains("bundle-"), "{}", rollback.err);
    assert_eq!(fs::read(&state).unwrap(), before);
    // Without a state nobody knows that there was a newer one.
    ran(&border.verify(&first, &[]));

    let strange = border.build("stranger", "3", &[]);
    assert_eq!(border.verify(&strange, &[]).status, 1);
    let late = border.build(
        "publisher",
        "4",
        &[
            "--created",
            &hours_from_now(-2),
            "--expires",
            &hours_from_now(-1),
        ],
    );
    // The bundle is judged by the real present, whatever moment certificates are checked for.
    let within = hours_from_now(-1);
    assert_eq!(border.verify(&late, &["--at", &within]).status, 1);
    let mut bytes = fs::read(&second).unwrap();
    bytes.truncate(bytes.len().div_ceil(2));
    let cut = border.path("cut.bundle");
    fs::write(&cut, bytes).unwrap();
    assert_eq!(border.verify(&cut, &[]).status, 1);
    assert_eq!(border.verify(&border.path("absent.bundle"), &[]).status, 2);
    fs::write(&state, "not a state").unwrap();
    assert_eq!(
        border.verify(&second, &with_state).status,
        2,
        "a lost state lets nobody in"
    );
}

#[test]
fn a_bundle_brings_in_the_signer_of_the_next() {
    let border = Border::new();
    let state = border.path("gate.state");
    let with_state = ["--state", state.as_str()];
    let next = border.path("stranger/dsc.pem");
    let bundle = border.build("publisher", "5", &["--add-signer", &next]);
    let by_next = border.build("stranger", "6", &[]);
    assert_eq!(border.verify(&by_next, &with_state).status, 1);
    ran(&border.verify(&bundle, &with_state));
    ran(&border.verify(&by_next, &with_state));
}

#[test]
fn a_list_that_is_too_old_trusts_nobody() {
    let border = Border::new();
    let old = border.path("old.db");
    ran(&dcc(&[
        "trust",
        "import",
        &border.path("issuer/dsc.pem"),
        "--at",
        "2026-10-01T00:00:00Z",
        "--out",
        &old,
    ]));
    let codes = border.path("codes.txt");
    let verify = |days| {
        dcc(&[
            "verify",
            &codes,
            "--trust",
            &old,
            "--max-trust-age",
            days,
            "--json",
        ])
    };
    let stale = verify("7");
    assert_eq!(stale.status, 1);
    let object = &stale.json()[0];
    assert_eq!(object["stage"], "trust");
    assert_eq!(object["code"], "trust-stale");
    ran(&verify("60000"));
}

#[test]
fn whom_to_trust_must_be_said_in_one_way() {
    for arguments in [
        &["verify", "x.txt"][..],
        &["verify", "x.txt", "--bundle", "b"],
        &[
            "verify",
            "x.txt",
            "--bundle",
            "b",
            "--bundle-signer",
            "c",
            "--trust",
            "t",
        ],
        &["verify", "x.txt", "--trust", "t", "--state", "s"],
        &["verify", "x.txt", "--trust", "t", "--gate", "--json"],
    ] {
        assert_eq!(dcc(arguments).status, 2, "{arguments:?}");
    }
}
