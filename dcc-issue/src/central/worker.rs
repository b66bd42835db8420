//! A worker: leases, buckets, steps.

use core::sync::atomic::{AtomicUsize, Ordering};

use dcc_registry::{
    Act, BatchId, Bucket, Columns, Lease, Registry, RevocationReason, ScanFilter, StoreError,
    Subject, SubjectId, Timestamp, WorkerId,
};

use super::chunk::{Chunk, Done};
use super::error::CentralError;
use super::purpose::{Purpose, Window};
use super::signer::CentralSigner;

/// Buckets of the first step, and the most of any: a step of a small register takes more of them,
/// so that it has some [`CHUNK`]s of subjects.
const BUCKETS: (usize, usize) = (64, 512);
/// Subjects that are worked on together: decided, signed in one call, published.
const CHUNK: usize = 2_000;
/// Seconds for which nobody else takes a step's buckets.
const LEASE: i64 = 600;

/// Works on one batch, step by step. One worker is one thread of work; give each of several its
/// own name.
#[derive(Debug)]
pub struct Worker<'a> {
    signer: &'a CentralSigner,
    registry: &'a dyn Registry,
    batch: BatchId,
    id: WorkerId,
    purpose: Purpose,
    /// Buckets of the next step.
    buckets: AtomicUsize,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Some buckets were worked on; go on.
    Worked(StepReport),
    /// All that is left is in the hands of other workers: come again, later.
    Waiting,
    /// Every bucket of the batch is done.
    Finished,
}

/// What a step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepReport {
    /// Subjects by what became of them in this step. For the figures of a batch ask
    /// [`BatchStore::tally`](dcc_registry::BatchStore::tally): a step that goes on with what another
    /// began counts only its own share.
    pub subjects: Columns,
    /// Buckets that are done now.
    pub buckets: usize,
    /// Buckets whose leases were lost to another worker, which goes on with them.
    pub fenced: usize,
}

impl<'a> Worker<'a> {
    /// The worker `id` on `batch`, which [`CentralSigner::open_batch`] opened.
    pub const fn new(
        signer: &'a CentralSigner,
        registry: &'a dyn Registry,
        batch: BatchId,
        id: WorkerId,
    ) -> Self {
        Self {
            signer,
            registry,
            batch,
            id,
            purpose: Purpose::Issue,
            buckets: AtomicUsize::new(BUCKETS.0),
        }
    }

    /// With another purpose than issuing to everybody.
    #[must_use]
    pub fn with_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// Takes some buckets that nobody holds and works them off. `act` is the act of issuing, whose
    /// instant becomes `iat`; `now` is the real time, for the lease.
    ///
    /// # Errors
    ///
    /// [`CentralError`]; see its variants. Buckets of a step that failed are not done, and a later
    /// step goes on with them.
    pub async fn step(&self, act: &Act, now: Timestamp) -> Result<Step, CentralError> {
        let expires_at = self.signer.expiry(act.at())?;
        if let Purpose::ReplaceKey { kid } = &self.purpose
            && self.signer.hcert.certificate().kid().as_bytes() == kid.as_slice()
        {
            return Err(CentralError::KeyReplacesItself);
        }
        let registry = self.registry;
        let pending = registry.pending_buckets(self.batch).await?;
        if pending.is_empty() {
            return Ok(Step::Finished);
        }
        let until = now.saturating_add_seconds(LEASE);
        let leases = registry
            .acquire(&self.id, &pending, self.wanted(), (now, until))
            .await?;
        if leases.is_empty() {
            return Ok(Step::Waiting);
        }
        // Another worker may have finished some between the two questions.
        let pending = registry.pending_buckets(self.batch).await?;
        let (mine, finished): (Vec<Lease>, Vec<Lease>) = leases
            .into_iter()
            .partition(|lease| pending.binary_search(&lease.bucket).is_ok());
        registry.release(&finished).await?;
        let chunk = Chunk {
            signer: self.signer,
            registry,
            act,
            leases: &mine,
            batch: self.batch,
            purpose: &self.purpose,
            expires_at,
        };
        let mut done = Done::default();
        let worked = self.work(&chunk, &mut done).await;
        let mut report = StepReport {
            subjects: done.subjects,
            ..StepReport::default()
        };
        if worked.is_ok() {
            self.adapt(mine.len(), done.subjects.selected());
            let whole: Vec<Lease> = mine
                .iter()
                .filter(|lease| !done.fenced.contains(&lease.bucket))
                .cloned()
                .collect();
            let marked = registry.finish_buckets(act, &whole, self.batch).await?;
            report.buckets = marked.len();
            report.fenced = mine.len().saturating_sub(marked.len());
        }
        registry.release(&mine).await?;
        worked.map(|()| Step::Worked(report))
    }

    fn wanted(&self) -> usize {
        self.buckets.load(Ordering::Relaxed)
    }

    /// Learns from a full step how many buckets the next one is to have.
    fn adapt(&self, buckets: usize, subjects: u64) {
        let wanted = self.wanted();
        let few = usize::try_from(subjects).is_ok_and(|subjects| subjects < CHUNK);
        if few && buckets == wanted {
            let next = wanted.saturating_mul(2).min(BUCKETS.1);
            self.buckets.store(next, Ordering::Relaxed);
        }
    }

    async fn work(&self, chunk: &Chunk<'_>, done: &mut Done) -> Result<(), CentralError> {
        let mut waiting: Vec<Subject> = Vec::new();
        for lease in chunk.leases {
            let mut source = Source::new(self, chunk.act, lease.bucket);
            while let Some(page) = source.next_page().await? {
                waiting.extend(page);
                if waiting.len() >= CHUNK {
                    merge(done, chunk.work(core::mem::take(&mut waiting)).await?);
                }
            }
        }
        merge(done, chunk.work(waiting).await?);
        Ok(())
    }
}

fn merge(done: &mut Done, more: Done) {
    done.subjects.merge(more.subjects);
    done.fenced.extend(more.fenced);
}

/// The subjects of one bucket that a purpose looks at, page by page.
struct Source<'a> {
    registry: &'a dyn Registry,
    act: &'a Act,
    purpose: &'a Purpose,
    bucket: Bucket,
    after: Option<SubjectId>,
    expiring_after: Option<(Timestamp, SubjectId)>,
    ended: bool,
}

impl<'a> Source<'a> {
    fn new(worker: &'a Worker<'a>, act: &'a Act, bucket: Bucket) -> Self {
        Self {
            registry: worker.registry,
            act,
            purpose: &worker.purpose,
            bucket,
            after: None,
            expiring_after: None,
            ended: false,
        }
    }

    async fn next_page(&mut self) -> Result<Option<Vec<Subject>>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let page = match self.purpose {
            Purpose::Issue => {
                let filter = ScanFilter::all();
                let registry = self.registry;
                let page = registry
                    .scan(self.bucket, &filter, self.after, CHUNK)
                    .await?;
                self.after = page.last().map(|subject| subject.record.id);
                self.ended = page.len() < CHUNK;
                page
            }
            Purpose::Renew(window) => self.expiring(*window).await?,
            Purpose::ReplaceKey { kid } => {
                self.ended = true;
                let reason = RevocationReason::KeyCompromise;
                let registry = self.registry;
                let revoked = registry
                    .revoke_kid(self.act, self.bucket, kid, reason)
                    .await?;
                self.subjects(revoked.into_iter().map(|(subject, _)| subject))
                    .await?
            }
        };
        Ok(Some(page))
    }

    async fn expiring(&mut self, window: Window) -> Result<Vec<Subject>, StoreError> {
        let now = self.act.at();
        let registry = self.registry;
        let page = registry
            .expiring(self.bucket, window.reach(now), self.expiring_after, CHUNK)
            .await?;
        self.expiring_after = page
            .last()
            .map(|record| (record.intent.expires_at, record.subject()));
        self.ended = page.len() < CHUNK;
        let due = page
            .iter()
            .filter(|record| window.is_due(record.id().as_str(), record.intent.expires_at, now));
        self.subjects(due.map(dcc_registry::CertificateRecord::subject))
            .await
    }

    async fn subjects(
        &self,
        ids: impl Iterator<Item = SubjectId> + Send,
    ) -> Result<Vec<Subject>, StoreError> {
        let mut ids: Vec<SubjectId> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        let found = self.registry.subjects(&ids).await?;
        Ok(found.into_iter().flatten().collect())
    }
}
