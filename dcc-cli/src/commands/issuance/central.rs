//! Central signing over a whole register, on both cores.

use alloc::sync::Arc;
use core::time::Duration;
use std::thread;

use dcc_issue::SigningDirectory;
use dcc_issue::central::{CentralSigner, Profile, Purpose, Step, Worker};
use dcc_issue::eligibility::{AnyDose2022, Decision5772FullCourse, EligibilityPolicy};
use dcc_model::Timestamp;
use dcc_registry::{Act, Batch, Digest, SqliteRegistry, WorkerId};
use dcc_sign::HcertSigner;
use indicatif::ProgressBar;
use tokio::runtime::Handle;

use super::{Failure, tables};
use crate::args::issuance::{PolicyArg, RuleArgs};
use crate::args::{ProfileArg, ProviderArg};
use crate::runtime;

/// Where all buckets are held by others, how long to wait before asking again.
const WAIT: Duration = Duration::from_millis(50);

/// The policy that was named.
pub(super) fn policy(named: PolicyArg) -> Arc<dyn EligibilityPolicy> {
    match named {
        PolicyArg::FullCourse5772 => Arc::new(Decision5772FullCourse::new()),
        PolicyArg::AnyDose2022 => Arc::new(AnyDose2022::new()),
    }
}

/// The profile that was named.
pub(super) const fn profile(rule: &RuleArgs) -> Profile {
    match rule.profile {
        ProfileArg::Eu => Profile::Eu,
        ProfileArg::VnNationalityClaim => Profile::VnNationalityClaim,
    }
}

/// The signer of a run.
pub(super) fn signer(
    rule: &RuleArgs,
    hcert: HcertSigner,
    directory: Arc<SigningDirectory>,
) -> CentralSigner {
    let provider = ProviderArg::built_in().provider();
    CentralSigner::new(hcert, policy(rule.policy), directory, provider)
        .with_profile(profile(rule))
        .with_issuer(rule.issuer_name.as_str())
}

/// Works a batch off: as many workers as there are cores, each a thread. Workers keep their names,
/// so that a run which was killed takes up its own leases at once.
pub(super) async fn run(
    signer: &CentralSigner,
    store: &SqliteRegistry,
    act: &Act,
    inputs: &Digest,
) -> Result<Batch, Failure> {
    run_for(signer, store, act, (inputs, &Purpose::Issue)).await
}

/// The same for another purpose than issuing to everybody.
pub(super) async fn run_for(
    signer: &CentralSigner,
    store: &SqliteRegistry,
    act: &Act,
    (inputs, purpose): (&Digest, &Purpose),
) -> Result<Batch, Failure> {
    // A signer that does not last is a mistake before anything is reserved.
    signer.expiry(act.at())?;
    let batch = signer.open_batch(store, act, inputs).await?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let bar = tables::counter("certificates");
    let runtime = Handle::current();
    let done = tokio::task::block_in_place(|| {
        thread::scope(|scope| {
            let (bar, runtime) = (&bar, &runtime);
            #[expect(
                clippy::needless_collect,
                reason = "all threads start before one is waited for"
            )]
            let workers: Vec<_> = (0..cores)
                .map(|number| {
                    let id = WorkerId::new(format!("dcc-{number}"));
                    let worker = Worker::new(signer, store, batch.id, id);
                    let worker = worker.with_purpose(purpose.clone());
                    scope.spawn(move || runtime.block_on(work(worker, act, bar)))
                })
                .collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(ended_early())))
        })
    });
    bar.finish_and_clear();
    done.map(|()| batch)
}

/// What a worker's panic leaves behind is whole, and doing the same again would end the same.
fn ended_early() -> Failure {
    Failure::Contradiction("a signing thread ended early; what was committed stands".to_owned())
}

async fn work(worker: Worker<'_>, act: &Act, bar: &ProgressBar) -> Result<(), Failure> {
    loop {
        if runtime::is_interrupted() {
            return Err(Failure::Interrupted);
        }
        match worker.step(act, Timestamp::now()).await? {
            Step::Worked(report) => bar.inc(report.subjects.selected()),
            Step::Waiting => tokio::time::sleep(WAIT).await,
            _ => return Ok(()),
        }
    }
}
