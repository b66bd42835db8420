//! `qr/ab/<uvci part>.png`, `.svg`, or cards.

use std::path::Path;

use dcc_codec::qr::{QrError, QrSymbol};
use dcc_issue::campaign::{Published, published_after};
use dcc_model::ValueSets;
use dcc_registry::SqliteRegistry;

use super::progress::Progress;
use crate::args::issuance::QrArg;
use crate::commands::issuance::{Failure, tables};
use crate::files;

/// Entries of the feed that are drawn before it is noted.
const PAGE: usize = 1_000;
/// Pixels of a module.
const SCALE: u32 = 4;

/// Draws every published certificate that was not drawn in this form before.
pub(super) async fn write(
    folder: &Path,
    form: QrArg,
    store: &SqliteRegistry,
    progress: &mut Progress,
) -> Result<(), Failure> {
    if form == QrArg::None {
        return Ok(());
    }
    let value_sets = ValueSets::builtin();
    let bar = tables::counter("pictures");
    loop {
        let after = progress.drawn(form.word());
        let (published, cursor) = published_after(store, after, PAGE).await?;
        if cursor == after {
            bar.finish_and_clear();
            return Ok(());
        }
        for one in &published {
            draw(folder, form, one, &value_sets)?;
            bar.inc(1);
        }
        progress.drew(form.word(), cursor)?;
    }
}

fn draw(
    folder: &Path,
    form: QrArg,
    one: &Published,
    value_sets: &ValueSets,
) -> Result<(), Failure> {
    // A certificate taken in from elsewhere has pictures already, wherever it came from.
    let Some((name, start)) = one
        .file_name()
        .and_then(|name| Some((name, name.get(..2)?)))
    else {
        return Ok(());
    };
    let (ending, drawn) = match form {
        QrArg::Png => ("png", symbol(one).and_then(|symbol| symbol.to_png(SCALE))),
        QrArg::Card => ("svg", card(one, value_sets)),
        _ => (
            "svg",
            symbol(one).map(|symbol| symbol.to_svg().into_bytes()),
        ),
    };
    let folder = folder.join("qr").join(start);
    let path = folder.join(format!("{name}.{ending}"));
    let bytes = drawn.map_err(|error| Failure::Key {
        path: path.clone(),
        reason: error.to_string(),
    })?;
    files::create_private_folder(&folder).map_err(Failure::file(&folder))?;
    // The symbol is the certificate: personal data.
    files::write_private(&path, &bytes, true).map_err(Failure::file(&path))
}

fn symbol(one: &Published) -> Result<QrSymbol, QrError> {
    QrSymbol::encode(one.hc1())
}

fn card(one: &Published, value_sets: &ValueSets) -> Result<Vec<u8>, QrError> {
    let Some(passport) = one.passport() else {
        return symbol(one).map(|symbol| symbol.to_svg().into_bytes());
    };
    let expires_at = one.record().intent.expires_at;
    let card = dcc_issue::passport_card(&passport, one.hc1(), expires_at, value_sets);
    card.map(String::into_bytes)
}
