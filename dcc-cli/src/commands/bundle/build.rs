//! `dcc bundle build`.

use std::io::{self, Write as _};

use dcc_model::{Coded as _, Timestamp};
use dcc_registry::bundle::{BundleDraft, BundleDraftError, BundleSigner};
use dcc_registry::trust::TrustList;
use dcc_sign::Signer as _;
use serde_json::json;

use super::{signers, unusable};
use crate::args::{BundleBuildArgs, LangArg, ProviderArg};
use crate::commands::trust::{say, stored};
use crate::commands::{complain, output_failed};
use crate::{Outcome, files, key_files};

/// What goes into the bundle beside the list.
struct Plan {
    sequence: u64,
    created: Timestamp,
    signer: BundleSigner,
    added: Vec<BundleSigner>,
}

pub(super) fn run(args: &BundleBuildArgs) -> Result<Outcome, Outcome> {
    let plan = plan(args)?;
    let list = stored(&args.trust, args.lang)?;
    let provider = ProviderArg::built_in().provider();
    let key = key_files::load(&args.key, args.passphrase_file.as_deref(), &provider);
    let key = key.map_err(|error| {
        complain(error);
        Outcome::Usage
    })?;
    if key.public_key() != plan.signer.key() {
        return Err(unusable(&args.cert)(&"the certificate is of another key"));
    }
    let refused = |error: BundleDraftError| refuse(args, &error);
    let prepared = draft(&plan, &list, args.expires)
        .and_then(|draft| draft.prepare(&plan.signer))
        .map_err(refused)?;
    let mut signatures = pollster::block_on(key.sign_batch(&[prepared.request()], None));
    let signature = match signatures.pop() {
        Some(Ok(signature)) => signature,
        Some(Err(error)) => return Err(unusable(&args.key)(&error)),
        None => return Err(unusable(&args.key)(&"the key made no signature")),
    };
    let bytes = prepared.finish(&provider, &signature).map_err(refused)?;
    files::replace(&args.out, &bytes).map_err(|error| unusable(&args.out)(&error))?;
    report(args, &plan, &list, bytes.len())
}

fn plan(args: &BundleBuildArgs) -> Result<Plan, Outcome> {
    let created = args.created.unwrap_or_else(Timestamp::now);
    let signer = match signers(&args.cert)?.as_slice() {
        [only] => only.clone(),
        _ => return Err(unusable(&args.cert)(&"more than one certificate or key")),
    };
    let mut added = Vec::new();
    for path in &args.add_signer {
        added.extend(signers(path)?);
    }
    let second = u64::try_from(created.unix_seconds()).unwrap_or_default();
    Ok(Plan {
        sequence: args.sequence.unwrap_or(second),
        created,
        signer,
        added,
    })
}

fn draft(
    plan: &Plan,
    list: &TrustList,
    expires: Timestamp,
) -> Result<BundleDraft, BundleDraftError> {
    let draft = BundleDraft::new(list, plan.sequence, plan.created, expires)?;
    let mut added = plan.added.iter();
    added.try_fold(draft, |draft, signer| draft.with_signer(signer.clone()))
}

fn refuse(args: &BundleBuildArgs, error: &BundleDraftError) -> Outcome {
    let texts: Vec<_> = LangArg::languages(args.lang)
        .iter()
        .map(|lang| error.code().text(*lang))
        .collect();
    complain(format_args!(
        "{error} – {} [{}]",
        texts.join(" / "),
        error.code().code()
    ));
    Outcome::NotAccepted
}

fn report(
    args: &BundleBuildArgs,
    plan: &Plan,
    list: &TrustList,
    bytes: usize,
) -> Result<Outcome, Outcome> {
    let mut out = io::stdout().lock();
    let entries = list.entries().len();
    let written = if args.json {
        let object = json!({
            "file": args.out.display().to_string(),
            "sequence": plan.sequence,
            "created": plan.created.to_string(),
            "expires": args.expires.to_string(),
            "signer": plan.signer.kid().to_string(),
            "added_signers": plan.added.iter().map(|own| own.kid().to_string()).collect::<Vec<_>>(),
            "entries": entries,
            "bytes": bytes,
        });
        writeln!(out, "{object}")
    } else {
        let (sequence, expires) = (plan.sequence, args.expires);
        let line = say(
            LangArg::languages(args.lang),
            &format!("gói số {sequence}, {entries} mục, {bytes} byte, hết hạn {expires}"),
            &format!("bundle {sequence}, {entries} entries, {bytes} bytes, expires {expires}"),
        );
        writeln!(out, "{}: {line}", args.out.display())
    };
    written.map_err(|error| output_failed(&error, Outcome::Good))?;
    Ok(Outcome::Good)
}
