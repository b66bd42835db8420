//! `dcc stats`: figures of the register.

use dcc_issue::statistics::{Count, Standing, Statistics};
use dcc_model::Lang;
use serde_json::{Map, Value, json};

use super::{Failure, policy_of, print};
use crate::args::LangArg;
use crate::args::records::StatsArgs;
use crate::registry_url::Absent;
use crate::runtime;

pub(super) fn run(args: &StatsArgs) -> Result<(), Failure> {
    runtime::block_on(counted(args))
}

async fn counted(args: &StatsArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let policy = policy_of(args.policy)?;
    let figures = Statistics::count(&register.store, policy, args.common.at()).await?;
    register.store.close().await;
    if args.common.json {
        return print([to_json(&figures)]);
    }
    let languages = LangArg::languages(args.common.lang);
    if args.as_press {
        return print(languages.iter().map(|lang| figures.press.display(*lang)));
    }
    print(languages.iter().flat_map(|lang| lines(&figures, *lang)))
}

fn lines(figures: &Statistics, lang: Lang) -> Vec<String> {
    let pick = |vi: &'static str, en: &'static str| if lang == Lang::Vi { vi } else { en };
    let row = |name: &str, count: Count| {
        format!(
            "{name:<44}{:>14}{:>14}",
            count.people.to_string(),
            count.doses.to_string()
        )
    };
    let standing = figures.standing;
    let title = pick("Số liệu", "Figures");
    let mut lines = vec![
        format!(
            "{title:<44}{:>14}{:>14}",
            pick("người", "people"),
            pick("mũi", "doses")
        ),
        row(pick("Tất cả", "All"), figures.all),
        row(pick("  Đã cấp", "  Certified"), standing.certified),
        row(pick("  Chờ cấp", "  Waiting"), standing.waiting),
        row(pick("  Tạm giữ", "  Held"), standing.held),
        row(pick("  Từ chối", "  Refused"), standing.refused),
    ];
    let sound = figures.adds_up();
    lines.push(match (sound, lang) {
        (true, Lang::Vi) => "  Tổng các cột khớp".to_owned(),
        (true, _) => "  The columns add up".to_owned(),
        (false, Lang::Vi) => "  TỔNG CÁC CỘT KHÔNG KHỚP".to_owned(),
        (false, _) => "  THE COLUMNS DO NOT ADD UP".to_owned(),
    });
    lines.push(pick("Lý do", "Reasons").to_owned());
    lines.extend(
        figures
            .reasons
            .iter()
            .map(|(code, count)| row(&format!("  {code}"), *count)),
    );
    lines.push(pick("Xác minh dân cư", "Population check").to_owned());
    let states = figures.states.iter();
    lines.extend(states.map(|(state, count)| row(&format!("  {}", state.word()), *count)));
    lines.push(pick("Tỉnh", "Province").to_owned());
    lines.extend(figures.provinces.iter().map(|(code, standing)| {
        let name = dcc_model::Province::of_code(code).map_or("?", |known| known.name());
        row(&format!("  {code} {name}"), standing.selected())
    }));
    lines.push(pick("Vắc xin", "Vaccine").to_owned());
    lines.extend(figures.vaccines.iter().map(|(vaccine, doses)| {
        let name = if vaccine.is_empty() { "?" } else { *vaccine };
        format!("  {name:<42}{:>14}{:>14}", "", doses.to_string())
    }));
    lines
}

fn count(count: Count) -> Value {
    json!({"people": count.people.get(), "doses": count.doses.get()})
}

fn columns(standing: Standing) -> Value {
    json!({
        "certified": count(standing.certified),
        "waiting": count(standing.waiting),
        "held": count(standing.held),
        "refused": count(standing.refused),
    })
}

fn to_json(figures: &Statistics) -> Value {
    let states = figures
        .states
        .iter()
        .map(|(state, found)| (state.word().to_owned(), count(*found)));
    let reasons = figures
        .reasons
        .iter()
        .map(|(code, found)| (code.as_str().to_owned(), count(*found)));
    let provinces = figures
        .provinces
        .iter()
        .map(|(code, found)| ((*code).to_owned(), columns(*found)));
    let vaccines = figures
        .vaccines
        .iter()
        .map(|(name, doses)| ((*name).to_owned(), doses.get().into()));
    let press: Vec<Value> = figures
        .press
        .cells()
        .map(|(band, kind, doses)| {
            json!({
                "age": band.label(Lang::Vi),
                "kind": kind.map(dcc_registry::DoseKind::word),
                "doses": doses.get(),
            })
        })
        .collect();
    json!({
        "all": count(figures.all),
        "standing": columns(figures.standing),
        "adds_up": figures.adds_up(),
        "states": states.collect::<Map<_, _>>(),
        "reasons": reasons.collect::<Map<_, _>>(),
        "provinces": provinces.collect::<Map<_, _>>(),
        "vaccines": vaccines.collect::<Map<String, Value>>(),
        "press": press,
    })
}
