//! Every case of the shared corpus: verdict, stage, payload and remarks, on every provider.
//!
//! Verdicts come from an independent oracle, not from this code. Cases marked `debatable` are
//! left out of scoring; no case is treated specially.
#![cfg(any(feature = "aws-lc", feature = "rustcrypto"))]
#![expect(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "a test that cannot set itself up fails"
)]

extern crate alloc;

use alloc::collections::BTreeSet;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_verify::{
    Coded as _, Content, CryptoProvider, Decision, Policy, Question, RemarkClass, Stage, Timestamp,
    TrustSnapshot, Verdict, Verifier,
};
use serde_json::Value;

#[path = "corpus/oddities.rs"]
mod oddities;
#[cfg(feature = "aws-lc")]
#[path = "corpus/through_bundle.rs"]
mod through_bundle;

const FILES: [&str; 4] = ["eu-testdata", "qa", "extra-images", "derived"];

/// The cases of all files, or `None` where the shared corpora are absent.
fn cases() -> Option<Vec<Value>> {
    let root = std::env::var_os("DCC_TESTDATA").map_or_else(
        || {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../shared/testdata"
            ))
        },
        PathBuf::from,
    );
    if !root.join("eu-dcc").is_dir() {
        assert!(
            std::env::var_os("DCC_REQUIRE_ALL").is_none(),
            "{} is not there",
            root.display()
        );
        println!("shared test data absent ({}): not run", root.display());
        return None;
    }
    let mut cases = Vec::new();
    for file in FILES {
        let path = root.join("eu-dcc").join(file).with_extension("jsonl");
        let text = std::fs::read_to_string(&path).unwrap();
        cases.extend(
            text.lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap()),
        );
    }
    assert!(cases.len() > 700, "{} cases", cases.len());
    Some(cases)
}

fn providers() -> Vec<CryptoProvider> {
    vec![
        #[cfg(feature = "aws-lc")]
        dcc_verify::provider::aws_lc::provider(),
        #[cfg(feature = "rustcrypto")]
        dcc_verify::provider::rustcrypto::provider(),
    ]
}

fn check(case: &Value, provider: CryptoProvider, policy: Policy) -> Verdict {
    let trust = match case["cert"].as_str() {
        Some(der) => TrustSnapshot::from_certificates([STANDARD.decode(der).unwrap()]).unwrap(),
        None => TrustSnapshot::empty(),
    };
    assert!(
        trust.reports().is_empty(),
        "{}: {:?}",
        case["id"],
        trust.reports()
    );
    let now = Timestamp::from_unix_seconds(case["clock_unix"].as_i64().unwrap()).unwrap();
    Verifier::new(provider, trust, policy).verify(case["qr"].as_str().unwrap(), now)
}

fn scored(case: &Value) -> bool {
    case["verdict"] != "debatable"
}

/// What is wrong with a verdict, if anything.
fn complaint(case: &Value, verdict: &Verdict) -> Option<String> {
    let got = match verdict.stage() {
        None => verdict.decision().word().to_owned(),
        Some(stage) => format!("reject:{stage}"),
    };
    let wanted = case["verdict"].as_str().unwrap();
    let fits = match verdict.stage() {
        None => verdict.decision() == Decision::Accept && wanted == "accept",
        Some(stage) => {
            let stages = case["reject_stages"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            wanted.starts_with("reject") && stages.iter().any(|allowed| *allowed == stage.word())
        }
    };
    (!fits).then(|| {
        format!(
            "{}: wanted {wanted}, got {got} ({:?})",
            case["id"],
            verdict.code()
        )
    })
}

#[test]
fn every_case_gets_its_agreed_verdict_on_every_provider() {
    let Some(cases) = cases() else { return };
    for provider in providers() {
        let scored: Vec<_> = cases.iter().filter(|case| scored(case)).collect();
        assert!(scored.len() > 600);
        let complaints: Vec<_> = scored
            .iter()
            .filter_map(|case| complaint(case, &check(case, provider.clone(), Policy::authentic())))
            .collect();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}

#[test]
#[cfg(all(feature = "aws-lc", feature = "rustcrypto"))]
fn both_providers_say_the_same_of_every_case_debatable_ones_too() {
    let Some(cases) = cases() else { return };
    for case in &cases {
        let [one, two] = providers().try_into().unwrap();
        let (one, two) = (
            check(case, one, Policy::authentic()),
            check(case, two, Policy::authentic()),
        );
        assert_eq!(one.code(), two.code(), "{}", case["id"]);
        assert_eq!(one.checks(), two.checks(), "{}", case["id"]);
        assert_eq!(one.remarks(), two.remarks(), "{}", case["id"]);
    }
}

#[test]
fn cases_without_a_certificate_match_their_decode_result() {
    let Some(cases) = cases() else { return };
    let mut seen = 0;
    for case in cases.iter().filter(|case| case.get("cert").is_none()) {
        seen += 1;
        let verdict = check(case, providers().remove(0), Policy::authentic());
        let decoded = match verdict.content() {
            Content::Partial(_) => format!("reject:{}", verdict.stage().unwrap()),
            _ => "ok".to_owned(),
        };
        assert_eq!(case["decode"], decoded.as_str(), "{}", case["id"]);
    }
    assert!(seen > 40, "{seen} cases without certificate");
}

#[test]
fn the_payload_is_what_the_oracle_read() {
    let Some(cases) = cases() else { return };
    let mut compared = 0;
    for case in cases
        .iter()
        .filter(|case| case.get("json").is_some() && reaches_the_payload(case))
    {
        let verdict = check(case, providers().remove(0), Policy::authentic());
        let payload = match verdict.content() {
            Content::Verified(hcert) => Some(hcert.get().payload()),
            Content::Unverified(hcert) => Some(hcert.dangerous_unverified().payload()),
            Content::Partial(partial) => partial.payload(),
            _ => None,
        };
        assert_eq!(payload, Some(&case["json"]), "{}", case["id"]);
        compared += 1;
    }
    assert!(compared > 500, "{compared} payloads");
}

/// The oracle also reads the payload behind a wrong prefix or an uncompressed message.
fn reaches_the_payload(case: &Value) -> bool {
    ["prefix", "base45", "zlib", "cose", "cwt"]
        .iter()
        .all(|stage| case["stages"][stage] == true)
}

#[test]
fn every_oddity_is_named_and_nothing_else_is() {
    let Some(cases) = cases() else { return };
    let mut complaints = Vec::new();
    let mut plain = 0;
    for case in cases
        .iter()
        .filter(|case| case.get("json").is_some() && case.get("ver").is_some())
    {
        let verdict = check(case, providers().remove(0), Policy::authentic());
        let Some(signed) = signature_passed(&verdict) else {
            continue;
        };
        let expected = oddities::expected(case, signed);
        plain += usize::from(expected.is_empty());
        let got: BTreeSet<&str> = verdict
            .remarks()
            .iter()
            .filter(|remark| remark.class() != RemarkClass::Finding)
            .map(|remark| remark.code().code())
            .collect();
        if got != expected {
            let missing: Vec<_> = expected.difference(&got).collect();
            let extra: Vec<_> = got.difference(&expected).collect();
            complaints.push(format!(
                "{}: missing {missing:?}, extra {extra:?}",
                case["id"]
            ));
        }
    }
    assert!(
        complaints.is_empty(),
        "{}\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    assert!(plain > 30, "{plain} cases without oddities");
}

/// Whether the signature passed; `None` where the text was not read to its end.
fn signature_passed(verdict: &Verdict) -> Option<bool> {
    match verdict.content() {
        Content::Partial(_) => None,
        _ => Some(verdict.checks().state(Question::Signature).word() == "passed"),
    }
}

#[test]
fn the_strict_profile_rejects_exactly_the_deviating() {
    let Some(cases) = cases() else { return };
    let mut rejected = 0;
    for case in cases.iter().filter(|case| case["verdict"] == "accept") {
        let verdict = check(case, providers().remove(0), Policy::authentic().strict());
        let deviates = verdict.remarks_of(RemarkClass::Deviation).next().is_some();
        let wanted = if deviates { Some("strict") } else { None };
        assert_eq!(verdict.stage().map(Stage::word), wanted, "{}", case["id"]);
        rejected += usize::from(deviates);
    }
    assert!(rejected > 50, "{rejected} rejected by the strict profile");
}
