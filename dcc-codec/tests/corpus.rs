//! Every case of the corpus of real certificates, as far as reading goes: stage, payload,
//! headers, claims, and the remarks of these layers. Where the shared test data is present.

use core::error::Error;
use core::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use dcc_codec::cose::KidPlace;
use dcc_codec::{CoseSign1, CwtClaims, Decoder, Limits, layers};
use dcc_model::{Remark, RemarkCode};
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

const FILES: [&str; 4] = [
    "eu-testdata.jsonl",
    "qa.jsonl",
    "extra-images.jsonl",
    "derived.jsonl",
];

/// The stages of this crate.
const STAGES: [&str; 6] = ["prefix", "base45", "zlib", "cose", "cwt", "schema"];

#[derive(Debug)]
struct Case(Value);

impl Case {
    fn member(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    fn text(&self, name: &str) -> &str {
        self.member(name).as_str().unwrap_or_default()
    }

    fn list(&self, name: &str) -> Vec<&str> {
        let items = self
            .member(name)
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        items.iter().filter_map(Value::as_str).collect()
    }

    fn has_odd(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.list("odd").into_iter().any(fits)
    }

    /// Upstream cases carry what the oracle read; derived ones only a verdict.
    fn is_derived(&self) -> bool {
        matches!(self.text("group"), "mutation" | "synthetic")
    }

    /// The stages at which reading may rightly stop; empty where it must not.
    fn wrong_stages(&self) -> Vec<&str> {
        let stages = self.list("reject_stages");
        match self.text("decode") {
            "ok" => Vec::new(),
            "" => stages
                .into_iter()
                .filter(|stage| STAGES.contains(stage))
                .collect(),
            rejected if stages.is_empty() => rejected.strip_prefix("reject:").into_iter().collect(),
            _ => stages,
        }
    }

    /// Whether reading must stop.
    fn must_stop(&self) -> bool {
        let verdict = if self.text("decode").is_empty() {
            "verdict"
        } else {
            "decode"
        };
        let stage = self
            .text(verdict)
            .strip_prefix("reject:")
            .unwrap_or_default();
        STAGES.contains(&stage)
    }
}

#[expect(clippy::print_stdout, reason = "says plainly why nothing ran")]
fn cases() -> Outcome<Vec<Case>> {
    let folder = std::env::var_os("DCC_TESTDATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/testdata"),
        PathBuf::from,
    );
    let folder = folder.join("eu-dcc");
    if !folder.exists() {
        println!("shared test data absent: not run");
        return Ok(Vec::new());
    }
    let mut cases = Vec::new();
    for file in FILES {
        for line in fs::read_to_string(folder.join(file))?.lines() {
            cases.push(Case(serde_json::from_str(line)?));
        }
    }
    assert!(cases.len() > 700, "{} cases", cases.len());
    Ok(cases)
}

/// Runs a check on every case and reports all that fail.
fn check(mut fault: impl FnMut(&Case) -> Option<String>) -> Outcome<()> {
    let mut faults = String::new();
    for case in cases()? {
        if let Some(fault) = fault(&case) {
            writeln!(faults, "{}: {fault}", case.text("id"))?;
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.into())
    }
}

#[test]
fn reading_stops_where_it_should() {
    let decoder = Decoder::new(Limits::default());
    check(|case| {
        let stopped = decoder
            .decode(case.text("qr"))
            .err()
            .map(|failure| failure.stage().word());
        let fits = match stopped {
            None => !case.must_stop(),
            Some(stage) => case.wrong_stages().contains(&stage),
        };
        (!fits).then(|| format!("stopped at {stopped:?}, {:?}", case.wrong_stages()))
    })
    .unwrap();
}

#[test]
fn payloads_are_what_was_signed() {
    let mut compared = 0_u32;
    check(|case| {
        let layers = layers::inspect(case.text("qr"), &Limits::default());
        let payload = layers.partial().payload()?;
        let expected = case.0.get("json")?;
        compared = compared.saturating_add(1);
        (payload != expected).then(|| "another payload".to_owned())
    })
    .unwrap();
    assert!(compared == 0 || compared > 550, "{compared}");
}

#[test]
fn headers_and_claims_agree() {
    check(|case| {
        if case.is_derived() {
            return None;
        }
        let layers = layers::inspect(case.text("qr"), &Limits::default());
        let message = layers.partial().message()?;
        let fault = header_fault(case, message);
        fault
            .or_else(|| claims_fault(case, layers.partial().claims()?))
            .map(str::to_owned)
    })
    .unwrap();
}

fn header_fault(case: &Case, message: &CoseSign1) -> Option<&'static str> {
    let kid: Option<String> = message.kid().map(hex);
    let place = match message.kid_place() {
        KidPlace::Protected => "prot",
        KidPlace::Unprotected => "unprot",
        KidPlace::Both => "prot+unprot",
        _ => "",
    };
    let tags: Vec<Value> = message.tags().iter().map(|tag| Value::from(*tag)).collect();
    [
        (
            "alg",
            message.algorithm().name().as_deref() == case.member("alg").as_str(),
        ),
        ("kid", kid.as_deref() == case.member("kid").as_str()),
        ("kid_where", place == case.text("kid_where")),
        ("tags", &Value::from(tags) == case.member("tags")),
    ]
    .into_iter()
    .find_map(|(name, agrees)| (!agrees).then_some(name))
}

fn claims_fault(case: &Case, claims: &CwtClaims) -> Option<&'static str> {
    let time = |name: &str| case.member(name).as_f64().map(f64::floor);
    let read = |seconds: i64| seconds.to_string().parse::<f64>().ok();
    let issued = claims.issued_at().and_then(|at| read(at.unix_seconds()));
    [
        ("iss", claims.issuer() == case.member("iss").as_str()),
        ("iat", issued == time("iat")),
        (
            "exp",
            read(claims.expires_at().unix_seconds()) == time("exp"),
        ),
    ]
    .into_iter()
    .find_map(|(name, agrees)| (!agrees).then_some(name))
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[test]
fn message_bytes_agree_where_upstream_gives_them() {
    let (mut given, mut agreed) = (0_u32, 0_u32);
    check(|case| {
        let layers = layers::inspect(case.text("qr"), &Limits::default());
        let bytes = layers.inflated()?;
        let upstream = case.0.get("cose_hex")?.as_str()?.to_ascii_lowercase();
        given = given.saturating_add(1);
        agreed = agreed.saturating_add(u32::from(hex(bytes) == upstream));
        None
    })
    .unwrap();
    assert_eq!(agreed, given);
}

/// What the corpus says of the remarks which arise in these layers.
fn expected(case: &Case, code: RemarkCode) -> Option<bool> {
    let odd = |name: &str| case.has_odd(|odd| odd == name);
    Some(match code {
        RemarkCode::CoseUntagged => case.member("tags") == &Value::Array(Vec::new()),
        RemarkCode::CoseCwtTag => case.member("tags").as_array().is_some_and(|t| t.len() == 2),
        RemarkCode::KidUnprotected => case.text("kid_where") == "unprot",
        RemarkCode::KidInBothHeaders => case.text("kid_where") == "prot+unprot",
        RemarkCode::KidLength => case.text("kid").len() != 16,
        RemarkCode::CoseContentType => odd("hdr-protected-3=61"),
        // Of CO22 the corpus tells only that the protected header is there; its alg is not.
        RemarkCode::AlgUnprotected => odd("prot-hdr-empty") || case.text("id") == "common/CO22",
        RemarkCode::AlgPs256 => case.text("alg") == "PS256",
        RemarkCode::CwtTimeFloat => odd("exp-float") || odd("iat-float"),
        RemarkCode::IssuerNotAlpha2 => {
            let issuer = case.member("iss").as_str();
            issuer.is_some_and(|iss| iss.len() != 2 || iss.bytes().any(|b| !b.is_ascii_uppercase()))
        }
        RemarkCode::IssuerMissing => case.member("iss").is_null(),
        RemarkCode::IssuerNotCountry => odd("co!=iss"),
        RemarkCode::PayloadTaggedDate => odd("cwt-cbor:tag0"),
        RemarkCode::CwtExtraClaims
        | RemarkCode::CoseHeaderUnknown
        | RemarkCode::CwtTimeTagged
        | RemarkCode::CwtIssuedAtMissing
        | RemarkCode::PayloadUndefined
        | RemarkCode::PayloadForeignValue => false,
        _ => return None,
    })
}

#[test]
fn each_oddity_of_these_layers_is_remarked_and_nothing_else() {
    let every = <RemarkCode as dcc_model::Coded>::ALL;
    check(|case| {
        let read = Decoder::new(Limits::default())
            .decode(case.text("qr"))
            .ok()?;
        if case.is_derived() {
            return None;
        }
        let remarks = read.dangerous_unverified().remarks();
        let mut wrong = Vec::new();
        for code in every {
            let remarked = remarks.iter().map(Remark::code).any(|found| found == *code);
            if expected(case, *code).is_some_and(|expected| expected != remarked) {
                wrong.push((code, remarked));
            }
        }
        (!wrong.is_empty()).then(|| format!("{wrong:?} {:?}", case.list("odd")))
    })
    .unwrap();
}

#[test]
fn made_oddities_are_remarked() {
    use RemarkCode::{
        CoseContentType, CoseUntagged, CwtExtraClaims, CwtTimeFloat, KidInBothHeaders,
        PayloadTaggedDate, PayloadUndefined,
    };
    let made = [
        ("S/00-es256-plain", None),
        ("S/02-untagged", Some(CoseUntagged)),
        ("S/05-kid-both-unprotected-wrong", Some(KidInBothHeaders)),
        ("S/10-header-content-type-61", Some(CoseContentType)),
        ("S/52-v-ok-t-undefined", Some(PayloadUndefined)),
        ("S/61-sc-tag0", Some(PayloadTaggedDate)),
        ("S/62-iat-exp-float", Some(CwtTimeFloat)),
        ("S/67-extra-cwt-claims", Some(CwtExtraClaims)),
        // Legal CBOR, though not deterministic.
        ("S/70-indefinite-maps", None),
        ("S/71-nonminimal-int", None),
    ];
    check(|case| {
        let (_, code) = made.iter().find(|(id, _)| *id == case.text("id"))?;
        let read = Decoder::new(Limits::default())
            .decode(case.text("qr"))
            .ok()?;
        let remarks = read.dangerous_unverified().remarks();
        let mine = |remark: &&Remark| expected(case, remark.code()).is_some();
        let mut found: Vec<_> = remarks.iter().filter(mine).map(Remark::code).collect();
        found.dedup();
        let wanted: Vec<_> = code.iter().copied().collect();
        (found != wanted).then(|| format!("{found:?}"))
    })
    .unwrap();
}
