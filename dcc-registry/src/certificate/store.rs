//! Making certificates: reserve, complete, publish, each under a lease.

use core::fmt;

use async_trait::async_trait;

use super::{CertificateIntent, CertificateRecord};
use crate::{Act, Bucket, CertificateId, Columns, Decision, Lease, StoreError, SubjectId, Verdict};

/// An intent together with the decision that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reservation {
    /// What is to be signed.
    pub intent: CertificateIntent,
    /// The decision, whose verdict is `Issue` of the same certificate.
    pub decision: Decision,
}

impl Reservation {
    /// The decision follows from the intent: its batch, its subject, `Issue`; `doses` says how
    /// many doses of the subject are issued and how many are not, `inputs` what the policy saw.
    pub fn new(intent: CertificateIntent, doses: Columns, inputs: crate::Digest) -> Self {
        let verdict = Verdict::Issue(intent.id.clone());
        let at = intent.issued_at;
        let key = (intent.batch, inputs);
        let mut decision = Decision::new(key, intent.subject, verdict, 0, at);
        decision.doses = doses;
        Self { intent, decision }
    }
}

/// What became of a [`Reservation`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReserveOutcome {
    /// It stands: sign its bytes.
    Reserved,
    /// One with the same basis stands, under another identifier perhaps: where it is still
    /// reserved, sign the bytes that are stored in it; where it is signed, publish it; where it
    /// is published, nothing is to be done. The reservation's identifier was not used.
    Existing(Box<CertificateRecord>),
    /// Another intent of this subject is open, on another basis: finish or abandon it first.
    OtherOpen(CertificateId),
    /// The subject changed since the decision; decide anew.
    Outdated {
        /// The present revision.
        revision: u64,
    },
    /// There is no such subject.
    Missing,
    /// The identifier is taken; draw another.
    IdTaken,
    /// The lease was lost; stop working on this bucket.
    Fenced,
}

/// A signed certificate, after the signature was verified under the document signer.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// Whose.
    pub subject: SubjectId,
    /// Which.
    pub certificate: CertificateId,
    /// The signed text.
    pub hc1: String,
}

impl Completion {
    /// The signed text of `certificate`.
    pub const fn new(subject: SubjectId, certificate: CertificateId, hc1: String) -> Self {
        Self {
            subject,
            certificate,
            hc1,
        }
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion")
            .field("subject", &self.subject)
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

/// What became of a [`Completion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CompletionOutcome {
    /// The text stands now.
    Completed,
    /// A text stands already, this one or another; the stored one counts.
    AlreadyComplete,
    /// The intent was abandoned or ended; the text was dropped.
    Closed,
    /// There is no such certificate.
    Missing,
    /// The lease was lost; stop working on this bucket.
    Fenced,
}

/// What became of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishOutcome {
    /// It is the subject's current certificate now.
    Published {
        /// The one that was current before.
        superseded: Option<CertificateId>,
    },
    /// It was published before (and perhaps superseded or revoked since).
    AlreadyPublished,
    /// No signature stands yet.
    NotSigned,
    /// The subject changed since the intent was made: the certificate is abandoned, the current
    /// one stays, and the subject is to be decided anew.
    Outdated {
        /// The present revision.
        revision: u64,
    },
    /// It was abandoned.
    Closed,
    /// There is no such certificate.
    Missing,
    /// The lease was lost; stop working on this bucket.
    Fenced,
}

/// Makes certificates (design decision 13): intent row, signature, completion, publication.
///
/// Every mutating method takes leases, and items of their buckets only. Inside the transaction of
/// a bucket the stored epoch must equal the lease's; otherwise all items of that bucket answer
/// `Fenced` and nothing of them is written. The unit of atomicity is one bucket, with its audit
/// event and feed entries. Results come in the order of the items. After an error any subset of
/// the buckets may have been committed; the same call repeated completes the rest. Two items
/// about one subject are applied in the order given.
///
/// Resuming after a crash: acquire leases anew, read [`CertificateStore::open_intents`], sign the
/// stored bytes of the reserved ones, complete, publish.
///
/// # Errors
///
/// All methods: `Unavailable`, `Corrupt`; mutating ones `Invalid` where an item's bucket is in
/// none of `leases`.
#[async_trait]
pub trait CertificateStore: fmt::Debug + Send + Sync {
    /// Writes intents with their decisions. The look-up row of the identifier is reserved in its
    /// own bucket first; one that no certificate follows is repaired by
    /// [`LookupStore::reconcile`](crate::LookupStore::reconcile), and never given to another
    /// subject. Idempotent by subject and basis: a repeated call answers `Existing`.
    async fn reserve(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[Reservation],
    ) -> Result<Vec<ReserveOutcome>, StoreError>;

    /// Stores signed texts where none stands yet.
    async fn complete(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[Completion],
    ) -> Result<Vec<CompletionOutcome>, StoreError>;

    /// Makes signed certificates current, superseding the present ones, each with one feed entry
    /// for either. A certificate whose subject has moved on is abandoned instead.
    async fn publish(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[(SubjectId, CertificateId)],
    ) -> Result<Vec<PublishOutcome>, StoreError>;

    /// Stores signed texts and makes their certificates current in one transaction: what
    /// [`CertificateStore::complete`] and then [`CertificateStore::publish`] do for each item,
    /// with both their audit events, at half the price. Never answers `NotSigned`.
    async fn issue(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[Completion],
    ) -> Result<Vec<PublishOutcome>, StoreError>;

    /// Gives up open certificates: what was never published never will be. Returns whether each
    /// was open and is abandoned now, or was abandoned before.
    async fn abandon(
        &self,
        act: &Act,
        leases: &[Lease],
        items: &[(SubjectId, CertificateId)],
    ) -> Result<Vec<bool>, StoreError>;

    /// At most `limit` reserved or signed certificates of a bucket, by subject, beginning behind
    /// `after`.
    async fn open_intents(
        &self,
        bucket: Bucket,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<CertificateRecord>, StoreError>;
}
