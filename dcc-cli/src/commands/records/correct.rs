//! `dcc correct`: one field of one record, or a citizen's request about it.

use std::io::Read as _;

use dcc_issue::cleaning::{CitizenRequest, Cleaning, CorrectableField};
use dcc_issue::explain::find_subject;
use dcc_registry::{Act, Actor, FacilityId, ReasonCode, RequestState, SubjectId};
use serde_json::json;

use super::{Failure, print};
use crate::args::records::CorrectArgs;
use crate::registry_url::{Absent, Register};
use crate::runtime;

/// The most bytes of a value from standard input.
const VALUE_BYTES: u64 = 4096;

pub(super) fn run(args: &CorrectArgs) -> Result<(), Failure> {
    runtime::block_on(corrected(args))
}

async fn corrected(args: &CorrectArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let (registry, key) = register.place();
    let cleaning = Cleaning::new(registry, key);
    let act = match &args.by {
        Some(who) => Act::new(Actor::new(who), args.common.at()),
        None => args.common.act(),
    };
    let answer = if args.open {
        open_requests(&cleaning, args).await?
    } else {
        let id = subject(&register, args).await?;
        vec![one(&cleaning, args, (id, &act)).await?]
    };
    register.store.close().await;
    print(answer)
}

async fn subject(register: &Register, args: &CorrectArgs) -> Result<SubjectId, Failure> {
    let reference = args.subject.as_deref().unwrap_or_default();
    let found = find_subject(register.place(), reference).await?;
    found.ok_or_else(|| Failure::Usage("there is no such person or certificate".to_owned()))
}

async fn open_requests(
    cleaning: &Cleaning<'_>,
    args: &CorrectArgs,
) -> Result<Vec<String>, Failure> {
    let facility = args.facility.as_ref().map(FacilityId::new);
    let open = cleaning.open_requests(facility.as_ref()).await?;
    let line = |request: dcc_registry::CorrectionRequest| {
        json!({
            "subject": request.subject.to_string(),
            "reference": request.reference,
            "field": request.field,
            "claimed": request.claimed,
            "channel": request.channel,
            "evidence": request.evidence,
            "facility": request.facility.as_str(),
            "requested_at": request.requested_at.to_string(),
        })
        .to_string()
    };
    Ok(open.into_iter().map(line).collect())
}

async fn one(
    cleaning: &Cleaning<'_>,
    args: &CorrectArgs,
    (id, act): (SubjectId, &Act),
) -> Result<String, Failure> {
    if let Some(reference) = &args.decide {
        let decline = args.decline.as_ref().map(ReasonCode::new);
        let state = cleaning.decide(act, (id, reference), decline).await?;
        let word = if state == RequestState::Accepted {
            "accepted"
        } else {
            "declined"
        };
        return Ok(json!({"request": reference, "state": word}).to_string());
    }
    let field = args.field.as_deref().and_then(CorrectableField::parse);
    let field =
        field.ok_or_else(|| Failure::Usage("--field: there is no such field".to_owned()))?;
    let value = value(args)?;
    if let Some(channel) = &args.request {
        let request = CitizenRequest::new(field, value, channel, &args.evidence);
        let routed = cleaning.request(act, id, &request).await?;
        return Ok(json!({
            "request": routed.reference,
            "facility": routed.facility.as_str(),
        })
        .to_string());
    }
    let changed = cleaning
        .correct(act, id, (&field, &value), &args.evidence)
        .await?;
    Ok(json!({"field": field.to_string(), "changed": changed}).to_string())
}

/// The value; from standard input it stays out of the list of processes.
fn value(args: &CorrectArgs) -> Result<String, Failure> {
    match args.value.as_deref() {
        Some("-") => {
            let mut text = String::new();
            std::io::stdin()
                .take(VALUE_BYTES)
                .read_to_string(&mut text)
                .map_err(Failure::file(std::path::Path::new("-")))?;
            Ok(text.trim().to_owned())
        }
        Some(value) => Ok(value.to_owned()),
        None => Err(Failure::Usage("--value is needed".to_owned())),
    }
}
