//! `dcc renew`: new certificates before the old ones run out (R40, R41).

use alloc::sync::Arc;

use dcc_issue::SigningDirectory;
use dcc_issue::central::{Purpose, Window};
use dcc_registry::{Act, BatchStore as _, Digest, Tally};
use dcc_sign::HcertSigner;
use serde_json::json;

use super::print;
use crate::args::issuance::RuleArgs;
use crate::args::register::RegisterArgs;
use crate::args::signing::RenewArgs;
use crate::commands::issuance::{Failure, central, keys};
use crate::registry_url::Absent;
use crate::runtime;

/// Half of the twelve months for which certificates are issued.
const LONGEST_WINDOW: u16 = 182;

pub(super) fn run(args: &RenewArgs) -> Result<(), Failure> {
    let signer = keys::given(&args.rule)?;
    let signer = signer.ok_or_else(|| Failure::Usage("--key and --cert are needed".to_owned()))?;
    let act = args.common.act();
    if args.window > LONGEST_WINDOW {
        return Err(Failure::Usage(format!(
            "--window: at most {LONGEST_WINDOW}d; a longer one renews certificates that are new"
        )));
    }
    let purpose = Purpose::Renew(Window::of_days(args.window));
    // The same --at goes on with the batch of that instant.
    let inputs = format!("renew\0{}\0{}", args.window, act.at());
    let batch = (inputs.as_str(), purpose);
    let rule = (&args.rule, signer.hcert);
    let tally = runtime::block_on(work_off(&args.register, rule, batch, &act))?;
    tell(args.common.json, "renewed", &tally)
}

/// Opens the batch over these inputs and works it off.
pub(super) async fn work_off(
    register: &RegisterArgs,
    (rule, hcert): (&RuleArgs, HcertSigner),
    (inputs, purpose): (&str, Purpose),
    act: &Act,
) -> Result<Tally, Failure> {
    let register = register.open(Absent::Refuse).await?;
    let directory = Arc::new(SigningDirectory::read(&register.store).await?);
    let signer = central::signer(rule, hcert, directory);
    let inputs = Digest::of(inputs.as_bytes());
    let batch = central::run_for(&signer, &register.store, act, (&inputs, &purpose)).await?;
    let tally = register.store.tally(batch.id).await?;
    register.store.close().await;
    Ok(tally)
}

/// Says what became of the subjects of a batch.
pub(super) fn tell(as_json: bool, what: &str, tally: &Tally) -> Result<(), Failure> {
    let subjects = tally.subjects;
    let reasons: serde_json::Map<String, serde_json::Value> = tally
        .reasons
        .iter()
        .map(|(code, count)| (code.as_str().to_owned(), (*count).into()))
        .collect();
    let mut lines = vec![format!(
        "{} {what}, {} unchanged, {} held, {} refused",
        subjects.issued, subjects.unchanged, subjects.held, subjects.refused
    )];
    lines.extend(
        tally
            .reasons
            .iter()
            .map(|(code, count)| format!("  {count:>9} {code}")),
    );
    let value = json!({
        "issued": subjects.issued,
        "unchanged": subjects.unchanged,
        "held": subjects.held,
        "refused": subjects.refused,
        "reasons": reasons,
    });
    print(as_json, &value, &lines)
}
