//! The command line as a user meets it: arguments, exit status, output forms.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot set itself up fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

#[path = "cli/program.rs"]
mod program;

use program::{Ran, dcc, dcc_with_input};

/// Keys, a payload and a signed certificate in a fresh folder.
struct Bench {
    dir: tempfile::TempDir,
    hc1: String,
}

const DAY: &str = "2026-12-01T00:00:00Z";
const NEXT_DAY: &str = "2026-12-02T00:00:00Z";

fn payload() -> Value {
    json!({
        "ver": "1.3.0",
        "nam": {"fn": "Đặng", "fnt": "DANG", "gn": "Thị Hồng", "gnt": "THI<HONG"},
        "dob": "1985-04-12",
        "v": [{
            "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215",
            "dn": 2, "sd": 2, "dt": "2021-11-20", "co": "VN", "is": "Cục Y tế dự phòng",
            "ci": "URN:UVCI:01:VN:5A2B7C9D0E1F48379A6B5C4D3E2F1A0B#W"
        }]
    })
}

impl Bench {
    fn new(alg: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        let from = ["--valid-from", "2026-11-01"];
        let made = dcc(&[
            &[
                "keygen",
                "--country",
                "VN",
                "--alg",
                alg,
                "--out",
                text(&keys),
            ][..],
            &from,
        ]
        .concat());
        assert_eq!(made.status, 0, "{}", made.err);
        let mut bench = Self {
            dir,
            hc1: String::new(),
        };
        let signed = bench.sign(&payload(), &[]);
        assert_eq!(signed.status, 0, "{}", signed.err);
        signed.out.trim_end_matches('\n').clone_into(&mut bench.hc1);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn sign(&self, payload: &Value, more: &[&str]) -> Ran {
        let file = self.path("payload.json");
        fs::write(&file, payload.to_string()).unwrap();
        let (key, cert) = (self.path("keys/dsc-key.pem"), self.path("keys/dsc.pem"));
        let arguments = [
            "sign",
            text(&file),
            "--key",
            text(&key),
            "--cert",
            text(&cert),
            "--issued-at",
            DAY,
        ];
        dcc(&[&arguments[..], more].concat())
    }

    fn verify(&self, inputs: &[&str], more: &[&str]) -> Ran {
        let trust = self.path("keys");
        let at = if more.contains(&"--at") {
            &[][..]
        } else {
            &["--at", NEXT_DAY]
        };
        dcc(&[&["verify"], inputs, &["--trust", text(&trust)], at, more].concat())
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn what_we_sign_we_accept_with_both_algorithms() {
    for alg in ["es256", "ps256"] {
        let bench = Bench::new(alg);
        assert!(
            bench.hc1.starts_with("HC1:"),
            "the text alone stands on standard output"
        );
        let ran = bench.verify(&[&bench.hc1], &["--json"]);
        assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
        let [object] = ran.json().try_into().unwrap();
        assert_eq!(object["verdict"], "accept");
        assert_eq!(object["payload"], payload());
        assert_eq!(object["alg"], alg.to_uppercase());
        assert_eq!(object["issuer"], "VN");
        assert_eq!(object["issued_at"], DAY);
        assert_eq!(object["expires_at"], "2027-12-01T00:00:00Z");
        assert_eq!(object["deviations"], json!([]));
        let notes: &[&str] = if alg == "es256" { &[] } else { &["alg-ps256"] };
        let got: Vec<_> = object["notes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n["code"].clone())
            .collect();
        assert_eq!(got, notes);
    }
}

#[test]
fn the_human_view_shows_the_eleven_fields_and_what_was_not_checked() {
    let bench = Bench::new("es256");
    let ran = bench.verify(&[&bench.hc1], &[]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for shown in [
        "Đặng Thị Hồng",
        "3 Quốc tịch",
        "không có trong mã QR – xem giấy tờ tùy thân",
        "2/2",
        "Comirnaty",
        "URN:UVCI:01:VN:",
        "revocation: not checked",
        "Mã QR hết hạn kỹ thuật",
    ] {
        assert!(ran.out.contains(shown), "{shown} in\n{}", ran.out);
    }
    assert!(
        !ran.out.contains('\u{1b}'),
        "no colour where there is no terminal"
    );
}

#[test]
fn the_nationality_claim_is_shown_where_the_profile_writes_it() {
    let bench = Bench::new("es256");
    let signed = bench.sign(
        &payload(),
        &["--profile", "vn-nationality-claim", "--nationality", "VN"],
    );
    assert_eq!(signed.status, 0, "{}", signed.err);
    let ran = bench.verify(&[signed.out.trim_end()], &[]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert!(!ran.out.contains("không có trong mã QR"), "{}", ran.out);
}

#[test]
fn an_unknown_key_and_a_wrong_signature_are_told_apart_and_hide_the_holder() {
    let bench = Bench::new("es256");
    let empty = tempfile::tempdir().unwrap();
    let ran = dcc(&[
        "verify",
        &bench.hc1,
        "--trust",
        text(empty.path()),
        "--at",
        DAY,
        "--lang",
        "vi",
    ]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out
            .contains("Không có khóa của đơn vị cấp trong danh sách; chưa thể kết luận là giả."),
        "{}",
        ran.out
    );
    assert!(
        !ran.out.contains("Hồng"),
        "the content of an unverified code is not shown"
    );

    // The same key id, another signature: the last characters belong to it.
    let ran = bench.verify(&[&tampered(&bench.hc1)], &["--json"]);
    assert_eq!(ran.status, 1);
    assert_ne!(ran.json()[0]["verdict"], "accept");
}

/// A text whose last base45 group differs.
fn tampered(hc1: &str) -> String {
    let (head, last) = hc1.split_at(hc1.len() - 1);
    format!("{head}{}", if last == "0" { "1" } else { "0" })
}

#[test]
fn every_line_is_one_certificate_whatever_it_holds() {
    let bench = Bench::new("es256");
    let file = bench.path("lines.txt");
    let mut bytes = format!("{}\r\n\nHC1:\n", bench.hc1).into_bytes();
    bytes.extend_from_slice(b"\xff\xfe\n");
    bytes.extend_from_slice(format!(" {}\n{} ", bench.hc1, bench.hc1).as_bytes());
    fs::write(&file, bytes).unwrap();
    let ran = bench.verify(&[text(&file)], &["--json"]);
    assert_eq!(ran.status, 1);
    let got: Vec<_> = ran
        .json()
        .iter()
        .map(|o| (o["index"].clone(), o["stage"].clone()))
        .collect();
    let wanted = [
        json!(null),
        json!("input"),
        json!("zlib"),
        json!("input"),
        json!("prefix"),
        json!("base45"),
    ];
    assert_eq!(got.len(), wanted.len(), "{got:?}");
    for (at, (index, stage)) in got.iter().enumerate() {
        assert_eq!(*index, at);
        if at == 5 {
            // A space at the end is data: it changes the length of the base45 text.
            assert!(stage.is_string(), "line {at}");
        } else {
            assert_eq!(*stage, wanted[at], "line {at}");
        }
    }
}

#[test]
fn standard_input_jsonl_and_several_inputs() {
    let bench = Bench::new("es256");
    let jsonl = bench.path("certificates.jsonl");
    fs::write(
        &jsonl,
        format!("{}\n{{\"id\":2}}\n", json!({"id": 1, "hc1": bench.hc1})),
    )
    .unwrap();
    let ran = dcc_with_input(
        &[
            "verify",
            "-",
            text(&jsonl),
            "--trust",
            text(&bench.path("keys")),
            "--at",
            DAY,
            "--json",
        ],
        format!("{}\n", bench.hc1).as_bytes(),
    );
    assert_eq!(ran.status, 1);
    let objects = ran.json();
    let codes: Vec<_> = objects.iter().map(|o| o["code"].clone()).collect();
    assert_eq!(
        codes,
        [json!(null), json!(null), json!("input-no-hc1-member")]
    );
    assert_eq!(objects[0]["source"], "-");
    assert_eq!(objects[2]["index"], 2);
}

#[test]
fn pictures_are_told_by_content_and_one_without_a_code_is_a_reject() {
    let bench = Bench::new("ps256");
    let picture = bench.path("code.png");
    let signed = bench.sign(&payload(), &["--qr", text(&picture)]);
    assert_eq!(signed.status, 0, "{}", signed.err);
    let renamed = bench.path("code.jpg");
    fs::copy(&picture, &renamed).unwrap();
    let ran = bench.verify(&[text(&picture), text(&renamed)], &["--json"]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    let objects = ran.json();
    assert_eq!(objects[0]["payload"], payload());
    let noted = |object: &Value| object["notes"].to_string().contains("picture-format-name");
    assert!(!noted(&objects[0]) && noted(&objects[1]));

    let blank = bench.path("blank.png");
    fs::write(&blank, blank_png()).unwrap();
    let ran = bench.verify(&[text(&blank)], &["--json"]);
    assert_eq!(ran.status, 1);
    assert_eq!(ran.json()[0]["code"], "picture-no-code");
}

/// A white picture.
fn blank_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 40, 40);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0xFF; 40 * 40]).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn mistakes_in_usage_end_with_two_and_two_beats_one() {
    let bench = Bench::new("es256");
    assert_eq!(dcc(&["verify", &bench.hc1]).status, 2, "no --trust");
    assert_eq!(bench.verify(&["no-such-file.png"], &[]).status, 2);
    assert_eq!(bench.verify(&["no-such-file.png", "HC2:A"], &[]).status, 2);
    assert_eq!(
        dcc(&["verify", &bench.hc1, "--trust", "no-such-folder"]).status,
        2
    );
    assert_eq!(bench.verify(&[&bench.hc1], &["--at", "tomorrow"]).status, 2);
    assert_eq!(bench.verify(&["HC2:A"], &[]).status, 1);
}

#[test]
fn nonsense_is_refused_and_every_deviation_named() {
    let bench = Bench::new("es256");
    let mut bad = payload();
    bad["nam"]["fnt"] = "ANG".into();
    bad["v"][0]["ma"] = "ORG-100001699".into();
    bad["v"][0]["dn"] = 0.into();
    let ran = bench.sign(&bad, &["--expires-at", "2040-01-01"]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert_eq!(ran.out, "", "nothing is signed");
    for code in [
        "name-not-icao",
        "vaccine-codes-not-one-row",
        "dose-number-below-one",
        "exp-after-dsc",
    ] {
        assert!(ran.err.contains(code), "{code} in\n{}", ran.err);
    }
    assert!(!ran.err.contains("Hồng"), "no personal data in a refusal");
}

#[test]
fn notes_never_block_signing() {
    let bench = Bench::new("ps256");
    let mut booster = payload();
    booster["v"][0]["mp"] = "EU/1/20/1525".into();
    booster["v"][0]["ma"] = "ORG-100001417".into();
    booster["v"][0]["vp"] = "29061000087103".into();
    booster["v"][0]["sd"] = 1.into();
    booster["dob"] = "1948".into();
    booster["nam"] = json!({"fn": "Đặng", "fnt": "DANG"});
    let ran = bench.sign(&booster, &[]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let ran = bench.verify(&[ran.out.trim_end()], &["--json"]);
    let notes = ran.json()[0]["notes"].to_string();
    for code in [
        "alg-ps256",
        "dose-beyond-series",
        "birth-date-year",
        "name-part-missing",
    ] {
        assert!(notes.contains(code), "{code} in {notes}");
    }
}

#[test]
fn decode_never_calls_anything_verified() {
    let bench = Bench::new("es256");
    let ran = dcc(&["decode", &bench.hc1, "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let object = &ran.json()[0];
    assert_eq!(object["unverified"]["payload"], payload());
    assert!(object.get("payload").is_none());
    assert_eq!(dcc(&["decode", "HC1:::"]).status, 1);
}

#[test]
fn layers_show_every_intermediate_form() {
    let bench = Bench::new("es256");
    let ran = dcc(&["decode", &bench.hc1, "--layers"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for shown in [
        "base45",
        "zlib",
        "COSE",
        "CWT",
        "-260",
        "840539006",
        "a20126",
    ] {
        assert!(ran.out.contains(shown), "{shown} in\n{}", ran.out);
    }
}

#[test]
#[cfg(unix)]
fn keys_are_private_marked_and_not_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new("es256");
    let key = bench.path("keys/dsc-key.pem");
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let before = fs::read(&key).unwrap();
    let again = dcc(&[
        "keygen",
        "--country",
        "VN",
        "--alg",
        "es256",
        "--out",
        text(&bench.path("keys")),
    ]);
    assert_eq!(again.status, 2);
    assert_eq!(fs::read(&key).unwrap(), before);
    assert!(
        again.err.contains("dsc") || again.err.contains("csca"),
        "{}",
        again.err
    );
}

#[test]
fn the_json_is_what_the_schemas_say() {
    let schema = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../docs/schema")
            .join(name);
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap()
    };
    let (verify, decode) = (schema("verify.schema.json"), schema("decode.schema.json"));
    let bench = Bench::new("ps256");
    let lines = bench.path("lines.txt");
    fs::write(
        &lines,
        format!("{}\n\nHC1:\n{}\n", bench.hc1, tampered(&bench.hc1)),
    )
    .unwrap();
    let inputs = [bench.hc1.as_str(), text(&lines), "HC2:A"];
    let mut seen = 0;
    for options in [
        &["--json"][..],
        &["--json", "--strict"],
        &["--json", "--at", "2040-01-01"],
    ] {
        for object in bench.verify(&inputs, options).json() {
            seen += 1;
            let faults: Vec<_> = verify.iter_errors(&object).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "{faults:?}");
        }
    }
    for options in [&["--json"][..], &["--json", "--layers"]] {
        for object in dcc(&[&["decode"], &inputs[..], options].concat()).json() {
            seen += 1;
            let faults: Vec<_> = decode.iter_errors(&object).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "{faults:?}");
        }
    }
    assert_eq!(seen, 30);
    // The schemas can fail.
    assert!(!verify.is_valid(&json!({"schema_version": 1})));
    assert!(!decode.is_valid(&json!({"schema_version": 2})));
}

#[test]
fn a_check_that_was_cut_short_is_not_called_accepted() {
    let bench = Bench::new("es256");
    let many = bench.path("many.txt");
    fs::write(&many, format!("{}\n", bench.hc1).repeat(500)).unwrap();
    let trust = bench.path("keys");
    let arguments = [
        "verify",
        text(&many),
        "--trust",
        text(&trust),
        "--at",
        NEXT_DAY,
        "--json",
    ];
    assert_eq!(dcc(&arguments).status, 0);
    assert_eq!(program::status_when_nobody_reads(&arguments), 1);
}
