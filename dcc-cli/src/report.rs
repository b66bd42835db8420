//! The JSON objects of `decode --json` and `verify --json`: one a line, described by
//! `docs/schema/`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_codec::{CoseSign1, CwtClaims, Partial};
use dcc_model::{Coded as _, RejectCode, Remark, RemarkClass, Stage, Timestamp};
use dcc_verify::{Content, Demand, NotChecked, Policy, Question, Verdict};
use serde_json::{Map, Value, json};

use crate::human;
use crate::input::Item;

/// Raised when a member changes its meaning or goes; members may be added at any time.
const SCHEMA_VERSION: u32 = 1;

/// The object for a certificate that was checked.
pub(crate) fn verdict(item: &Item, verdict: &Verdict) -> Value {
    let mut object = head(item);
    object.insert("policy".into(), verdict.policy().name().into());
    object.insert("strict".into(), verdict.policy().is_strict().into());
    object.insert("verdict".into(), verdict.decision().word().into());
    object.insert("stage".into(), verdict.stage().map(Stage::word).into());
    object.insert("code".into(), verdict.code().map(RejectCode::code).into());
    object.insert("required".into(), required(verdict.policy()));
    let checks = verdict.checks().iter().map(|(question, state)| {
        let mut check = Map::new();
        check.insert("state".into(), state.word().into());
        let key = if state.word() == "failed" {
            "code"
        } else {
            "why"
        };
        if let Some(detail) = state.detail() {
            check.insert(key.into(), detail.into());
        }
        (question.word().to_owned(), Value::Object(check))
    });
    object.insert("checks".into(), Value::Object(checks.collect()));
    insert_remarks(&mut object, &human::all(&item.remarks, verdict.remarks()));
    match verdict.content() {
        Content::Verified(hcert) => {
            insert_claims(&mut object, &Claims::of_hcert(hcert.get()));
            object.insert("payload".into(), hcert.get().payload().clone());
        }
        Content::Unverified(hcert) => {
            let hcert = hcert.dangerous_unverified();
            insert_claims(&mut object, &Claims::of_hcert(hcert));
            insert_unverified(&mut object, Some(hcert.payload()));
        }
        Content::Partial(partial) => insert_partial(&mut object, partial),
        _ => insert_unverified(&mut object, None),
    }
    Value::Object(object)
}

/// The object for an input which held no text to check.
pub(crate) fn unread_verdict(item: &Item, code: RejectCode, policy: &Policy) -> Value {
    let mut object = head(item);
    object.insert("policy".into(), policy.name().into());
    object.insert("strict".into(), policy.is_strict().into());
    object.insert("verdict".into(), "reject".into());
    object.insert("stage".into(), code.stage().word().into());
    object.insert("code".into(), code.code().into());
    object.insert("required".into(), required(policy));
    let state = |question: &Question| {
        let off = policy.demand(*question) == Demand::Off;
        let why = if off {
            NotChecked::Off
        } else {
            NotChecked::EarlierFailure
        };
        json!({"state": "not-checked", "why": why.word()})
    };
    let checks = Question::ALL
        .iter()
        .map(|question| (question.word().to_owned(), state(question)));
    object.insert("checks".into(), Value::Object(checks.collect()));
    insert_remarks(&mut object, &human::all(&item.remarks, &[]));
    insert_claims(&mut object, &Claims::default());
    insert_unverified(&mut object, None);
    Value::Object(object)
}

/// The object for a certificate that was only read.
pub(crate) fn decoded(item: &Item, code: Option<RejectCode>, partial: Option<&Partial>) -> Value {
    let mut object = head(item);
    object.insert("stage".into(), code.map(|code| code.stage().word()).into());
    object.insert("code".into(), code.map(RejectCode::code).into());
    let remarks = partial.map(Partial::remarks).unwrap_or_default();
    insert_remarks(&mut object, &human::all(&item.remarks, remarks));
    let claims = partial.map(Claims::of_partial).unwrap_or_default();
    insert_claims(&mut object, &claims);
    insert_unverified(&mut object, partial.and_then(Partial::payload));
    Value::Object(object)
}

fn head(item: &Item) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("schema_version".into(), SCHEMA_VERSION.into());
    object.insert("index".into(), item.index.into());
    object.insert("source".into(), item.source.as_str().into());
    object
}

fn required(policy: &Policy) -> Value {
    policy.required().map(Question::word).collect()
}

fn insert_partial(object: &mut Map<String, Value>, partial: &Partial) {
    insert_claims(object, &Claims::of_partial(partial));
    insert_unverified(object, partial.payload());
}

fn insert_unverified(object: &mut Map<String, Value>, payload: Option<&Value>) {
    object.insert("unverified".into(), json!({ "payload": payload }));
}

fn insert_remarks(object: &mut Map<String, Value>, remarks: &[&Remark]) {
    let lists = [
        ("deviations", RemarkClass::Deviation),
        ("notes", RemarkClass::Note),
        ("findings", RemarkClass::Finding),
    ];
    for (member, class) in lists {
        let list = remarks
            .iter()
            .filter(|remark| remark.class() == class)
            .map(|remark| {
                json!({
                    "code": remark.code().code(),
                    "where": remark.at().as_str(),
                    "clause": remark.code().clause(),
                })
            });
        object.insert(member.into(), list.collect());
    }
}

/// What the COSE header and the CWT claims say, as far as they were read.
#[derive(Default)]
struct Claims {
    issuer: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

impl Claims {
    fn of_hcert(hcert: &dcc_codec::Hcert) -> Self {
        Self::of(Some(hcert.message()), Some(hcert.claims()))
    }

    fn of_partial(partial: &Partial) -> Self {
        Self::of(partial.message(), partial.claims())
    }

    fn of(message: Option<&CoseSign1>, claims: Option<&CwtClaims>) -> Self {
        Self {
            issuer: claims.and_then(CwtClaims::issuer).map(str::to_owned),
            kid: message
                .and_then(CoseSign1::kid)
                .map(|kid| STANDARD.encode(kid)),
            alg: message.and_then(|message| message.algorithm().name()),
            issued_at: claims.and_then(CwtClaims::issued_at),
            expires_at: claims.map(CwtClaims::expires_at),
        }
    }
}

fn insert_claims(object: &mut Map<String, Value>, claims: &Claims) {
    object.insert("issuer".into(), claims.issuer.as_deref().into());
    object.insert("kid".into(), claims.kid.as_deref().into());
    object.insert("alg".into(), claims.alg.as_deref().into());
    object.insert(
        "issued_at".into(),
        claims.issued_at.map(|at| at.to_string()).into(),
    );
    object.insert(
        "expires_at".into(),
        claims.expires_at.map(|at| at.to_string()).into(),
    );
}
