//! `dcc link`: whether two records are of one person.

use dcc_issue::explain::find_subject;
use dcc_model::Lang;
use dcc_registry::{Act, Actor, LinkRelation, SubjectId, SubjectLink, SubjectStore as _};
use serde_json::json;

use super::{Failure, print};
use crate::args::LangArg;
use crate::args::records::{LinkArgs, RelationArg};
use crate::registry_url::{Absent, Register};
use crate::runtime;

pub(super) fn run(args: &LinkArgs) -> Result<(), Failure> {
    runtime::block_on(linked(args))
}

async fn linked(args: &LinkArgs) -> Result<(), Failure> {
    if args.evidence.trim().is_empty() {
        return Err(Failure::Usage("--evidence is needed".to_owned()));
    }
    let register = args.register.open(Absent::Refuse).await?;
    let act = match &args.by {
        Some(who) => Act::new(Actor::new(who), args.common.at()),
        None => args.common.act(),
    };
    let one = subject(&register, &args.subject).await?;
    let other = subject(&register, &args.other).await?;
    if one == other {
        return Err(Failure::Usage("the two are one record already".to_owned()));
    }
    let relation = match args.relation {
        RelationArg::MergedInto => LinkRelation::MergedInto,
        RelationArg::Different => LinkRelation::Different,
        RelationArg::Undecided => LinkRelation::Undecided,
    };
    let link = SubjectLink::new(one, other, relation, args.evidence.clone(), act.at());
    register.store.link(&act, &link).await?;
    register.store.close().await;
    if args.common.json {
        let told = json!({
            "subject": one.to_string(),
            "other": other.to_string(),
            "relation": relation.word(),
        });
        return print([told]);
    }
    let lines = LangArg::languages(args.common.lang).iter();
    print(lines.map(|lang| next_step(*lang)))
}

const fn next_step(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "Đã ghi. Chạy `dcc check --retry` để kết luận này có hiệu lực.",
        _ => "It is kept. `dcc check --retry` lets it take effect.",
    }
}

async fn subject(register: &Register, reference: &str) -> Result<SubjectId, Failure> {
    let found = find_subject(register.place(), reference).await?;
    found.ok_or_else(|| Failure::Usage("there is no such person or certificate".to_owned()))
}
