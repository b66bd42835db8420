//! `dcc issue`: the whole campaign, from tables to certificates.

mod demo_facilities;
mod held_folder;
mod outputs;
mod pictures;
mod progress;
mod stages;
pub(super) mod summary;
mod timing;

use alloc::sync::Arc;
use std::io::{self, Write as _};
use std::path::Path;

use dcc_issue::SigningDirectory;
use dcc_registry::BatchStore as _;

use super::{Failure, central, keys};
use crate::args::LangArg;
use crate::args::issuance::IssueArgs;
use crate::files;
use crate::registry_url::{self, Absent, REGISTRY_FILE, Register, key_file};
use crate::runtime;

use progress::Progress;
use summary::Summary;
use timing::Timing;

pub(super) fn run(args: &IssueArgs) -> Result<(), Failure> {
    let summary = if args.dry_run {
        let trial = Trial::begin(&args.out)?;
        runtime::block_on(tried(args, trial.0.path()))?
    } else {
        runtime::block_on(issued(args))?
    };
    let mut out = io::stdout().lock();
    if args.common.json {
        writeln!(out, "{}", summary.to_json()).map_err(Failure::Output)
    } else {
        let lines = summary.lines(LangArg::languages(args.common.lang));
        writeln!(out, "{}", lines.join("\n")).map_err(Failure::Output)
    }
}

async fn issued(args: &IssueArgs) -> Result<Summary, Failure> {
    let mut timing = Timing::begin();
    let folder = args.out.as_path();
    files::create_private_folder(folder).map_err(Failure::file(folder))?;
    let act = args.common.act();
    let inputs = stages::inputs_hash(args)?;
    let mut progress = Progress::begin(folder, &inputs)?;
    // Keys first: a campaign that cannot sign takes nothing in.
    let signer = match keys::given(&args.rule)? {
        Some(signer) => signer,
        None => keys::demo(folder, args.alg, act.at())?,
    };
    let register = registry_url::open_in(folder, Absent::Create).await?;
    progress.check(&register.store).await?;
    timing.ended("begin");
    let prepared = stages::prepare(args, (&register, folder), &act, &mut timing).await?;
    let directory = Arc::new(SigningDirectory::read(&register.store).await?);
    outputs::trust(folder, &signer)?;
    let is_demo = signer.is_demo;
    let signer = central::signer(&args.rule, signer.hcert, Arc::clone(&directory));
    let batch = central::run(&signer, &register.store, &act, &progress.batch_inputs()).await?;
    let tally = register.store.tally(batch.id).await?;
    stages::identity(&register, &tally).await?;
    timing.ended("certificates");
    let written = outputs::certificates(folder, &register.store, &mut progress).await?;
    pictures::write(folder, args.qr, &register.store, &mut progress).await?;
    timing.ended("outputs");
    let rule = (signer.policy(), &*directory);
    let held = held_folder::write(folder, &register.store, rule, act.at()).await?;
    timing.ended("held");
    let summary = Summary::new(args, (prepared, timing), tally, held)
        .with_keys(is_demo, signer.hcert_signer().certificate())
        .with_certificates(written, progress.certificates());
    summary.write(folder)?;
    progress.finish()?;
    register.store.close().await;
    Ok(summary)
}

/// Everything but keys, certificates and outputs, on a copy of the register.
async fn tried(args: &IssueArgs, folder: &Path) -> Result<Summary, Failure> {
    let mut timing = Timing::begin();
    let act = args.common.act();
    let register: Register = registry_url::open_in(folder, Absent::Create).await?;
    timing.ended("begin");
    let prepared = stages::prepare(args, (&register, folder), &act, &mut timing).await?;
    let directory = SigningDirectory::read(&register.store).await?;
    let policy = central::policy(args.rule.policy);
    let rule = (&*policy, &directory, central::profile(&args.rule));
    let tally = stages::decided(&register.store, rule, act.at()).await?;
    stages::identity(&register, &tally).await?;
    timing.ended("decisions");
    let rule = (&*policy, &directory);
    let held = held_folder::write(folder, &register.store, rule, act.at()).await?;
    register.store.close().await;
    timing.ended("held");
    Ok(Summary::new(args, (prepared, timing), tally, held))
}

/// A folder outside the campaign's with a copy of its register; gone when the trial ends.
#[derive(Debug)]
struct Trial(tempfile::TempDir);

impl Trial {
    fn begin(campaign: &Path) -> Result<Self, Failure> {
        let made = tempfile::Builder::new().prefix("dcc-dry-run-").tempdir();
        let trial = Self(made.map_err(Failure::file(&std::env::temp_dir()))?);
        let register = campaign.join(REGISTRY_FILE);
        if register.exists() {
            let copy = trial.0.path().join(REGISTRY_FILE);
            let wal = |path: &Path| path.with_extension("db-wal");
            for (from, to) in [
                (register.clone(), copy.clone()),
                (key_file(&register), key_file(&copy)),
                (wal(&register), wal(&copy)),
            ] {
                if from.exists() {
                    files::copy_private(&from, &to).map_err(Failure::file(&from))?;
                }
            }
        }
        Ok(trial)
    }
}
