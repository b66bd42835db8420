//! `dcc certify`: central signing over a register.

use alloc::sync::Arc;
use std::io::{self, Write as _};

use dcc_issue::SigningDirectory;
use dcc_registry::{BatchStore as _, Digest, Tally};
use serde_json::json;

use super::issue::summary;
use super::{Failure, central, keys};
use crate::args::LangArg;
use crate::args::issuance::CertifyArgs;
use crate::registry_url::Absent;
use crate::runtime;

pub(super) fn run(args: &CertifyArgs) -> Result<(), Failure> {
    let tally = runtime::block_on(certified(args))?;
    let mut out = io::stdout().lock();
    if args.common.json {
        let value = json!({"batch": summary::tally_json(&tally)});
        writeln!(out, "{value}").map_err(Failure::Output)
    } else {
        let lines = summary::tally_lines(&tally, LangArg::languages(args.common.lang));
        writeln!(out, "{}", lines.join("\n")).map_err(Failure::Output)
    }
}

async fn certified(args: &CertifyArgs) -> Result<Tally, Failure> {
    let signer = keys::given(&args.rule)?;
    let signer = signer.ok_or_else(|| Failure::Usage("--key and --cert are needed".to_owned()))?;
    let register = args.register.open(Absent::Refuse).await?;
    let directory = Arc::new(SigningDirectory::read(&register.store).await?);
    let signer = central::signer(&args.rule, signer.hcert, directory);
    // The same --at goes on with the batch of that instant.
    let act = args.common.act();
    let inputs = Digest::of(format!("certify\0{}", act.at()).as_bytes());
    let batch = central::run(&signer, &register.store, &act, &inputs).await?;
    let tally = register.store.tally(batch.id).await?;
    register.store.close().await;
    Ok(tally)
}
