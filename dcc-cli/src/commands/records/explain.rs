//! `dcc explain`: one person's history on a screen.

use dcc_issue::explain::{AuthenticatedCitizen, Explanation, OwnRecord, find_subject, own_record};
use dcc_model::{Coded as _, Lang};
use dcc_registry::{CertificateRecord, DoseRecord};
use serde_json::{Value, json};

use super::{Failure, policy_of, print};
use crate::args::LangArg;
use crate::args::records::ExplainArgs;
use crate::registry_url::Absent;
use crate::runtime;

pub(super) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    runtime::block_on(explained(args))
}

async fn explained(args: &ExplainArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let (registry, _) = register.place();
    let (policy, at) = (policy_of(args.policy)?, args.common.at());
    let missing = || Failure::Usage("there is no such person or certificate".to_owned());
    let id = find_subject(register.place(), &args.subject)
        .await?
        .ok_or_else(missing)?;
    let languages = LangArg::languages(args.common.lang);
    let mut lines = Vec::new();
    let object;
    if args.own {
        let who = AuthenticatedCitizen::vouched_for(id);
        let own = own_record(registry, who, policy, at)
            .await?
            .ok_or_else(missing)?;
        lines.extend(languages.iter().flat_map(|lang| own_lines(&own, *lang)));
        object = json!({
            "doses": own.doses.iter().map(|own| dose_json(&own.dose)).collect::<Vec<_>>(),
            "certificate": own.certificate.as_ref().map(certificate_json),
            "reasons": own.reasons.iter().map(|code| code.code()).collect::<Vec<_>>(),
        });
    } else {
        let told = Explanation::of(registry, id, policy, at)
            .await?
            .ok_or_else(missing)?;
        lines.extend(languages.iter().flat_map(|lang| told.lines(*lang)));
        let history = told.history();
        let certificates = history.certificates.iter();
        object = json!({
            "subject_ref": history.record.subject_ref,
            "verification": history.record.verification.state.word(),
            "reasons": told.reasons().iter().map(|code| code.code()).collect::<Vec<_>>(),
            "doses": history.doses.iter().map(dose_json).collect::<Vec<_>>(),
            "certificates": certificates.map(certificate_json).collect::<Vec<_>>(),
            "screen": {"vi": told.lines(Lang::Vi), "en": told.lines(Lang::En)},
        });
    }
    register.store.close().await;
    if args.common.json {
        return print([object]);
    }
    print(lines)
}

fn dose_json(dose: &DoseRecord) -> Value {
    let content = &dose.content;
    json!({
        "dose_ref": dose.key.dose_ref.as_str(),
        "version": dose.version,
        "vaccine": content.vaccine,
        "lot": content.lot,
        "date": content.date.to_string(),
        "kind": content.kind.map(dcc_registry::DoseKind::word),
        "vaccinating_facility": content.vaccinating.as_str(),
        "entering_facility": content.entering.as_str(),
        "attested": dose.attested.is_some(),
    })
}

fn certificate_json(record: &CertificateRecord) -> Value {
    json!({
        "uvci": record.id().as_str(),
        "state": record.state.word(),
        "dn": record.intent.dose.0,
        "sd": record.intent.dose.1,
        "issued_at": record.intent.issued_at.to_string(),
        "expires_at": record.intent.expires_at.to_string(),
        "hc1": record.hc1,
    })
}

fn own_lines(own: &OwnRecord, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = own
        .doses
        .iter()
        .map(|own| {
            let dose = &own.dose.content;
            let why = own.own_reason.map_or("", |code| code.text(lang));
            let kind = dose.kind.map_or("-", dcc_registry::DoseKind::word);
            let (vaccine, date, facility) = (&dose.vaccine, dose.date, &dose.vaccinating);
            format!("{date}  {kind}  {vaccine}  {facility}  {why}")
        })
        .collect();
    lines.extend(
        own.certificate
            .iter()
            .map(|record| format!("{}  {}", record.id(), record.intent.expires_at)),
    );
    lines.extend(own.reasons.iter().map(|code| code.text(lang).to_owned()));
    lines
}
