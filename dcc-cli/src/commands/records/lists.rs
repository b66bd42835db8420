//! `dcc lists`: the way of cleaning lists.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use dcc_issue::cleaning::{
    Area, Cleaning, ReturnedFile, list_return_payload, progress_rows, progress_table,
};
use dcc_issue::{RecordPurpose, csv_bytes, sign_record};
use dcc_model::Coded as _;
use dcc_registry::{Custody, Digest, ListId};
use serde_json::{Value, json};

use super::{Failure, keys, print, scope};
use crate::args::records::{
    ApplyArgs, ExportArgs, HandArgs, HandTo, ListsCommand, MakeArgs, ProgressArgs, ResultsArgs,
    ReturnArgs, SignListArgs,
};
use crate::args::{LangArg, ProviderArg};
use crate::registry_url::Absent;
use crate::{files, runtime};

pub(super) fn run(command: &ListsCommand) -> Result<(), Failure> {
    match command {
        ListsCommand::Make(args) => runtime::block_on(make(args)),
        ListsCommand::Hand(args) => runtime::block_on(hand(args)),
        ListsCommand::Sign(args) => runtime::block_on(sign(args)),
        ListsCommand::Return(args) => runtime::block_on(take_return(args)),
        ListsCommand::Apply(args) => runtime::block_on(apply(args)),
        ListsCommand::Export(args) => runtime::block_on(export(args)),
        ListsCommand::Progress(args) => runtime::block_on(progress(args)),
        ListsCommand::Results(args) => runtime::block_on(results(args)),
    }
}

async fn make(args: &MakeArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let (registry, key) = register.place();
    files::create_private_folder(&args.to).map_err(Failure::file(&args.to))?;
    let mut lines = Vec::new();
    let mut take = |made: dcc_issue::cleaning::MadeList| {
        let name = made.list.id.as_str();
        let there = args.to.join(format!("{name}.csv"));
        if !made.is_new && fs::read(there).is_ok_and(|file| file == made.csv) {
            return Ok(());
        }
        for (extension, bytes) in [("csv", &made.csv), ("xlsx", &made.xlsx)] {
            let path = args.to.join(format!("{name}.{extension}"));
            files::write_private(&path, bytes, true)?;
        }
        let rows = made.list.items.len();
        lines.push(if args.common.json {
            json!({"list": name, "commune": made.list.commune.as_str(), "rows": rows}).to_string()
        } else {
            format!("{name}  {rows}")
        });
        Ok(())
    };
    let cleaning = Cleaning::new(registry, key);
    cleaning
        .make(&args.common.act(), &scope(&args.scope), &mut take)
        .await?;
    register.store.close().await;
    print(lines)
}

async fn hand(args: &HandArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let (registry, key) = register.place();
    let to = match args.to {
        HandTo::HamletTeam => Custody::HamletTeam,
        HandTo::CommunePolice => Custody::CommunePolice,
    };
    let id = ListId::new(&args.list);
    Cleaning::new(registry, key)
        .hand_over(&args.common.act(), &id, to)
        .await?;
    register.store.close().await;
    print([format!("{}  {}", args.list, to.word())])
}

async fn sign(args: &SignListArgs) -> Result<(), Failure> {
    let file = read(&args.file)?;
    let signer = keys::signer(&args.key, args.passphrase_file.as_deref())?;
    let payload = list_return_payload(&ListId::new(&args.list), &Digest::of(&file));
    let provider = ProviderArg::built_in().provider();
    let record = sign_record(RecordPurpose::ListReturn, &payload, &signer, &provider).await?;
    files::write_private(&args.to, &record, true).map_err(Failure::file(&args.to))
}

async fn take_return(args: &ReturnArgs) -> Result<(), Failure> {
    let bytes = read(&args.file)?;
    let id = ListId::new(&args.list);
    let file = match (&args.signature, &args.signer) {
        (Some(signature), Some(signer)) => {
            let record = read(signature)?;
            let keys = [keys::public_key(signer)?];
            let provider = ProviderArg::built_in().provider();
            ReturnedFile::signed(bytes, &id, &record, &keys, &provider)?
        }
        _ => ReturnedFile::unsigned(bytes, args.scanned),
    };
    let register = args.register.open(Absent::Refuse).await?;
    let (registry, key) = register.place();
    Cleaning::new(registry, key)
        .take_return(&args.common.act(), &id, &file)
        .await?;
    register.store.close().await;
    print([format!(
        "{id}  {}  {:?}",
        Digest::of(file.bytes()),
        file.signature()
    )])
}

async fn apply(args: &ApplyArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let (registry, key) = register.place();
    let id = ListId::new(&args.list);
    let cleaning = Cleaning::new(registry, key);
    let applied = cleaning
        .apply(&args.common.act(), &id, read(&args.file)?)
        .await?;
    register.store.close().await;
    if args.common.json {
        let counts: serde_json::Map<String, Value> = applied
            .by_code()
            .into_iter()
            .map(|(code, count)| (code.code().to_owned(), count.into()))
            .collect();
        let refused: Vec<Value> = applied
            .refused()
            .map(|(row, code)| json!({"row": row, "code": code.code()}))
            .collect();
        let missing = applied.missing;
        return print([json!({"rows": counts, "refused": refused, "missing": missing})]);
    }
    let languages = LangArg::languages(args.common.lang);
    let words = |code: dcc_issue::cleaning::RowOutcomeCode| {
        let texts: Vec<&str> = languages.iter().map(|lang| code.text(*lang)).collect();
        texts.join(" / ")
    };
    let counts = applied
        .by_code()
        .into_iter()
        .map(|(code, count)| format!("{count:>8}  {}", words(code)));
    let refused = applied
        .refused()
        .map(|(row, code)| format!("row {row}: {} {}", code.code(), words(code)));
    print(counts.chain(refused))
}

async fn export(args: &ExportArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let (registry, key) = register.place();
    // Private from the first byte.
    files::write_private(&args.to, &[], true).map_err(Failure::file(&args.to))?;
    let file = File::options()
        .append(true)
        .open(&args.to)
        .map_err(Failure::file(&args.to))?;
    let mut out = BufWriter::new(file);
    let count = Cleaning::new(registry, key)
        .export(&scope(&args.scope), &mut out)
        .await?;
    register.store.close().await;
    print([json!({"people": count.subjects, "doses": count.doses})])
}

async fn progress(args: &ProgressArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let (registry, key) = register.place();
    let cleaning = Cleaning::new(registry, key);
    let taken: Vec<(String, Vec<dcc_registry::SnapshotRow>)> = if args.kept {
        let kept = cleaning.kept_progress().await?;
        kept.into_iter()
            .map(|snapshot| (snapshot.name, snapshot.rows))
            .collect()
    } else if args.keep {
        let kept = cleaning.keep_progress(&args.common.act()).await?;
        vec![(kept.name, kept.rows)]
    } else {
        let now = args.common.at().vietnam_date().map(|day| day.to_string());
        vec![(now.unwrap_or_default(), cleaning.progress().await?)]
    };
    register.store.close().await;
    let one_commune = args.by_commune || args.scope.commune.is_some();
    let area = if one_commune {
        Area::Commune
    } else {
        Area::Province
    };
    let mut lines = Vec::new();
    for (day, rows) in taken {
        let rows = progress_rows(&rows, &scope(&args.scope), area);
        if args.common.json {
            lines.extend(rows.iter().map(|row| {
                let states: serde_json::Map<String, Value> = row
                    .states
                    .iter()
                    .map(|(state, (people, doses))| {
                        (
                            state.word().to_owned(),
                            json!({"people": people, "doses": doses}),
                        )
                    })
                    .collect();
                json!({"day": day, "area": row.area, "name": row.name, "states": states})
                    .to_string()
            }));
        } else {
            lines.push(day);
            let table = csv_bytes(&progress_table(&rows));
            let text = String::from_utf8_lossy(&table);
            lines.extend(
                text.trim_start_matches('\u{feff}')
                    .lines()
                    .map(str::to_owned),
            );
        }
    }
    print(lines)
}

async fn results(args: &ResultsArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let (registry, key) = register.place();
    let found = Cleaning::new(registry, key)
        .results(&ListId::new(&args.list))
        .await?;
    register.store.close().await;
    print(found.into_iter().map(|(item, state)| {
        format!(
            "HS-{}-{}-{}  {}",
            item.subject,
            item.case,
            item.identity_version,
            state.word()
        )
    }))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(Failure::file(path))
}
