//! Decode and verify per certificate, beside the crate `dgc`, in one run.
//!
//! `cargo run --release` in this folder. Contenders take turns in short slices, so that a slow
//! spell of the machine hits all alike; the median of the slices is printed, and the ratio.
//! Certificates are those of the shared corpus that both accept (`DCC_TESTDATA`), or one made on
//! the spot where it is absent.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_codec::{Decoder, Limits};
use dcc_sign::{Algorithm, DocumentSigner, provider};
use dcc_verify::{Policy, Timestamp, TrustSnapshot, Verifier};

const ROUNDS: usize = 15;

/// A text, its signer as Base64 DER, and a moment at which it is valid.
struct Case {
    text: String,
    signer: String,
    now: Timestamp,
    algorithm: String,
}

fn corpus() -> Option<Vec<Case>> {
    let root = std::env::var_os("DCC_TESTDATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/testdata")),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(root.join("eu-dcc/eu-testdata.jsonl")).ok()?;
    let cases = text.lines().filter_map(|line| {
        let case: serde_json::Value = serde_json::from_str(line).ok()?;
        (case["verdict"] == "accept").then_some(())?;
        Some(Case {
            text: case["qr"].as_str()?.to_owned(),
            signer: case["cert"].as_str()?.to_owned(),
            now: Timestamp::from_unix_seconds(case["clock_unix"].as_i64()?)?,
            algorithm: case["alg"].as_str()?.to_owned(),
        })
    });
    Some(cases.collect())
}

fn own() -> Vec<Case> {
    let sample = dcc_benches::sample(Algorithm::Es256).expect("a sample certificate");
    let signer = DocumentSigner::from_bytes(sample.dsc_pem.as_bytes()).expect("its signer");
    let signer = STANDARD.encode(signer.der());
    vec![Case { text: sample.text, signer, now: sample.now, algorithm: "ES256".into() }]
}

/// A contender checks one case and says whether it was accepted.
type Contender<'a> = (&'a str, Box<dyn Fn(&Case) -> bool + 'a>);

fn main() {
    let mut cases = corpus().unwrap_or_else(own);
    let mut rival_trust = dgc::TrustList::new();
    for case in &cases {
        let _skipped = rival_trust.add_key_from_certificate(&case.signer);
    }
    let signers = cases.iter().map(|case| STANDARD.decode(&case.signer).expect("Base64"));
    let trust = TrustSnapshot::from_certificates(signers).expect("few under one key id");
    let verifier = Verifier::new(provider::aws_lc::provider(), trust, Policy::authentic());
    let decoder = Decoder::new(Limits::default());
    let ours = |case: &Case| verifier.verify(&case.text, case.now).accepted().is_some();
    let theirs = |case: &Case| dgc::validate(&case.text, &rival_trust).is_ok_and(|(_, v)| v.is_valid());
    cases.retain(|case| ours(case) && theirs(case));
    println!("{} certificates that both accept", cases.len());
    for algorithm in ["ES256", "PS256"] {
        let some: Vec<_> = cases.iter().filter(|case| case.algorithm == algorithm).collect();
        if some.is_empty() {
            continue;
        }
        let decode: [Contender; 2] = [
            ("dcc", Box::new(|case| decoder.decode(&case.text).is_ok())),
            ("dgc", Box::new(|case| dgc::decode(&case.text).is_ok())),
        ];
        report(&format!("{algorithm} decode ({} certificates)", some.len()), &decode, &some);
        let verify: [Contender; 2] = [("dcc", Box::new(ours)), ("dgc", Box::new(theirs))];
        report(&format!("{algorithm} verify"), &verify, &some);
    }
}

fn report(title: &str, contenders: &[Contender<'_>], cases: &[&Case]) {
    let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for (name, check) in contenders {
            let start = Instant::now();
            for case in cases {
                assert!(black_box(check(black_box(case))), "{name} refuses");
            }
            let micros = start.elapsed().as_secs_f64() * 1e6 / cases.len() as f64;
            times.entry(name).or_default().push(micros);
        }
    }
    let median = |name: &str| {
        let mut sorted = times[name].clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    let (ours, theirs) = (median("dcc"), median("dgc"));
    println!("{title}: dcc {ours:.1} us, dgc {theirs:.1} us, ratio {:.2}", theirs / ours);
}
