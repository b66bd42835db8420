//! The rules of the register, written once over a small interface to rows.
//!
//! A backend implements [`Engine`]: begin a transaction, load the rows of some subjects of one
//! bucket into a [`Work`], save it, commit. Every public store trait is implemented here on top of
//! that, so that backends cannot differ in what a reservation or a correction means, and a new
//! backend is a matter of rows.

mod attesting;
mod central;
mod certifying;
mod cleaning;
mod intake;
mod issuing;
mod leasing;
mod lookups;
mod persons;
mod reading;
mod rows;
pub(crate) mod wire;
mod work;

use alloc::collections::BTreeMap;
use core::fmt;

use async_trait::async_trait;
use dcc_model::Timestamp;

pub(crate) use certifying::is_live;
pub(crate) use rows::{Mark, Rows};
pub(crate) use work::{Trail, Work};

use crate::{
    AuditEvent, BatchId, Bucket, Digest, FeedEntry, Head, Lease, LookupKey, Partition, StoreError,
    SubjectId, Tally, VerificationState, WorkerId,
};

/// A backend's door.
#[async_trait]
pub(crate) trait Engine: fmt::Debug + Send + Sync + 'static {
    /// Its transactions.
    type Tx: Tx;

    /// Begins a transaction. A writing one excludes other writers of the buckets it loads, from
    /// the load on; dropping it without [`Tx::commit`] leaves nothing behind.
    async fn begin(&self, access: Access) -> Result<Self::Tx, StoreError>;
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// Which subjects of a bucket to load.
#[derive(Clone, Debug)]
pub(crate) enum Selection {
    /// These.
    Ids(Vec<SubjectId>),
    /// Every subject of the bucket.
    All,
}

/// Which rows of a subject to load besides the subject itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) doses: Versions,
    pub(crate) certificates: Certificates,
    pub(crate) also: &'static [Part],
}

impl Parts {
    /// The subjects alone.
    pub(crate) const NONE: Self = Self {
        doses: Versions::None,
        certificates: Certificates::None,
        also: &[],
    };

    /// The subjects with these rows.
    pub(crate) const fn with(also: &'static [Part]) -> Self {
        Self { also, ..Self::NONE }
    }

    /// The subjects with these doses.
    pub(crate) const fn doses(doses: Versions) -> Self {
        Self {
            doses,
            ..Self::NONE
        }
    }

    /// The subjects with these certificates.
    pub(crate) const fn certificates(certificates: Certificates) -> Self {
        Self {
            certificates,
            ..Self::NONE
        }
    }

    /// Whether rows of a kind are wanted.
    #[cfg(feature = "sqlite")]
    pub(crate) fn has(self, part: Part) -> bool {
        self.also.contains(&part)
    }
}

/// Rows that are loaded all or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Identities,
    Cases,
    Decisions,
    Requests,
    Links,
}

/// Which versions of doses to load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Versions {
    #[default]
    None,
    /// Those not superseded: one for each `dose_ref`.
    Latest,
    All,
}

/// Which certificates to load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Certificates {
    #[default]
    None,
    /// Open and current ones.
    Live,
    All,
}

/// The three look-up tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lookup {
    Certificate,
    Dose,
    /// The only one in which a key may stand for several subjects.
    Document,
}

/// A row of a look-up table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LookupRow {
    pub(crate) key: LookupKey,
    pub(crate) subject: SubjectId,
    pub(crate) reserved_at: Timestamp,
}

/// The tables outside the buckets: a key and a body each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shelf {
    Facility,
    Delegation,
    Attestation,
    AttestationPackage,
    Batch,
    BatchBucket,
    List,
    Snapshot,
    Checkpoint,
    Person,
}

impl Shelf {
    /// The stored number, which never changes.
    #[cfg(feature = "sqlite")]
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Facility => 1,
            Self::Delegation => 2,
            Self::Attestation => 3,
            Self::AttestationPackage => 4,
            Self::Batch => 5,
            Self::BatchBucket => 6,
            Self::List => 7,
            Self::Snapshot => 8,
            Self::Checkpoint => 9,
            Self::Person => 10,
        }
    }
}

/// A page of one bucket, in the order of subjects.
#[derive(Clone, Debug)]
pub(crate) enum Page {
    /// Subjects in one of these states; all for none.
    Subjects(Vec<VerificationState>),
    /// Subjects with an open certificate.
    OpenIntents,
    /// Subjects with an open case.
    OpenCases,
    /// Subjects with an open correction request.
    OpenRequests,
}

/// One transaction of a backend.
#[async_trait]
pub(crate) trait Tx: Send {
    /// Loads subjects of one bucket, with the bucket's heads and epoch. Unknown ids are absent.
    async fn load(
        &mut self,
        bucket: Bucket,
        who: &Selection,
        parts: Parts,
    ) -> Result<Work, StoreError>;

    /// Writes every added and changed row of a work, its feed entries, its event and its heads.
    async fn save(&mut self, work: Work) -> Result<(), StoreError>;

    /// One bucket is done: a backend whose buckets lie apart commits here, and so may any.
    async fn bucket_done(&mut self) -> Result<(), StoreError>;

    /// Makes everything stand.
    async fn commit(self) -> Result<(), StoreError>;

    /// The ids of a page: at most `limit` subjects behind `after`.
    async fn page(
        &mut self,
        bucket: Bucket,
        page: &Page,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, StoreError>;

    /// Subjects of a bucket with a current certificate that expires before `before`, with that
    /// expiry, by expiry and subject, behind `after`.
    async fn expiring(
        &mut self,
        bucket: Bucket,
        before: Timestamp,
        after: Option<(Timestamp, SubjectId)>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, StoreError>;

    /// Adds the figures of one bucket to a batch's.
    async fn tally(
        &mut self,
        bucket: Bucket,
        batch: BatchId,
        tally: &mut Tally,
    ) -> Result<(), StoreError>;

    /// Adds rows that are not there, and tells whose each key is: its first subject for a key
    /// that stands for one only, the row's own otherwise.
    async fn reserve(
        &mut self,
        table: Lookup,
        rows: &[LookupRow],
    ) -> Result<Vec<SubjectId>, StoreError>;

    /// The subjects under each key, by id.
    async fn look_up(
        &mut self,
        table: Lookup,
        keys: &[LookupKey],
    ) -> Result<Vec<Vec<SubjectId>>, StoreError>;

    /// Every row of a bucket of a look-up table.
    async fn lookup_rows(
        &mut self,
        table: Lookup,
        bucket: Bucket,
    ) -> Result<Vec<LookupRow>, StoreError>;

    /// Removes rows.
    async fn remove_lookups(&mut self, table: Lookup, rows: &[LookupRow])
    -> Result<(), StoreError>;

    /// The free buckets of `among` at `now` for `worker`, taken under new epochs until `until`.
    async fn lease(
        &mut self,
        worker: &WorkerId,
        among: &[Bucket],
        wanted: usize,
        times: (Timestamp, Timestamp),
    ) -> Result<Vec<Lease>, StoreError>;

    /// Sets the end of a lease whose epoch stands; tells whether it did.
    async fn set_lease_end(&mut self, lease: &Lease, until: Timestamp) -> Result<bool, StoreError>;

    /// The bodies under keys of a shelf.
    async fn shelf(
        &mut self,
        shelf: Shelf,
        keys: &[Vec<u8>],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError>;

    /// Writes a body under a key of a shelf.
    async fn put_shelf(
        &mut self,
        shelf: Shelf,
        rows: &[(Vec<u8>, Vec<u8>)],
    ) -> Result<(), StoreError>;

    /// Keys and bodies of a shelf that begin with `prefix`, by key, behind `after`.
    async fn shelf_page(
        &mut self,
        shelf: Shelf,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError>;

    /// How many names of a shelf begin with `prefix`.
    async fn shelf_count(&mut self, shelf: Shelf, prefix: &[u8]) -> Result<u64, StoreError>;

    /// The central partition's head.
    async fn central_head(&mut self) -> Result<Head, StoreError>;

    /// Appends an event of the central partition and moves its head.
    async fn append_central(&mut self, event: AuditEvent) -> Result<(), StoreError>;

    /// The heads of all partitions with events.
    async fn heads(&mut self) -> Result<Vec<Head>, StoreError>;

    /// Events of a partition.
    async fn events(
        &mut self,
        partition: Partition,
        after: u64,
        limit: usize,
    ) -> Result<Vec<AuditEvent>, StoreError>;

    /// Gives waiting feed entries their places.
    async fn relay(&mut self, limit: usize) -> Result<usize, StoreError>;

    /// Placed feed entries behind `after`, with their places.
    async fn placed(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, FeedEntry)>, StoreError>;
}

/// Positions of items by bucket, in their order.
pub(crate) fn by_bucket<T>(
    items: &[T],
    bucket: impl Fn(&T) -> Bucket,
) -> BTreeMap<Bucket, Vec<(usize, &T)>> {
    let mut groups: BTreeMap<Bucket, Vec<(usize, &T)>> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        groups.entry(bucket(item)).or_default().push((place, item));
    }
    groups
}

/// Results by position, every one filled.
pub(crate) struct Answers<T>(Vec<Option<T>>);

impl<T> Answers<T> {
    pub(crate) fn new(length: usize) -> Self {
        let mut slots = Vec::new();
        slots.resize_with(length, || None);
        Self(slots)
    }

    pub(crate) fn set(&mut self, place: usize, answer: T) {
        if let Some(slot) = self.0.get_mut(place) {
            *slot = Some(answer);
        }
    }

    /// The answers; a place without one is a fault of this program.
    pub(crate) fn finish(self) -> Result<Vec<T>, StoreError> {
        self.0
            .into_iter()
            .map(|slot| slot.ok_or(StoreError::corrupt("answers")))
            .collect()
    }
}

/// Distinct subjects, in order.
pub(crate) fn selection(subjects: impl Iterator<Item = SubjectId>) -> Selection {
    let mut ids: Vec<SubjectId> = subjects.collect();
    ids.sort_unstable();
    ids.dedup();
    Selection::Ids(ids)
}

/// The leading half of a hash, as the reference of a thing that is no subject.
pub(crate) fn reference(digest: &Digest) -> SubjectId {
    SubjectId::from_bytes(*LookupKey::from_digest(digest).as_bytes())
}
