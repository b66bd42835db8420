//! `dcc explain`: one person's history on a screen.

use dcc_issue::explain::{AuthenticatedCitizen, Explanation, OwnRecord, find_subject, own_record};
use dcc_model::{Coded as _, Lang};

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
    if args.own {
        let who = AuthenticatedCitizen::vouched_for(id);
        let own = own_record(registry, who, policy, at)
            .await?
            .ok_or_else(missing)?;
        lines.extend(languages.iter().flat_map(|lang| own_lines(&own, *lang)));
    } else {
        let told = Explanation::of(registry, id, policy, at)
            .await?
            .ok_or_else(missing)?;
        lines.extend(languages.iter().flat_map(|lang| told.lines(*lang)));
    }
    register.store.close().await;
    print(lines)
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
