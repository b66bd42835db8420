//! Everything a register tells of some buckets, for comparison.

use super::Failure;
use super::world::{bucket, document};
use crate::{
    AttestationId, Batch, CleaningList, Delegation, Facility, FeedCursor, FeedEntry, Head,
    Partition, Registry, ScanFilter, Snapshot, SubjectHistory, SubjectId, verify_chain,
};

/// One bucket's content: everybody's whole history, and the feed entries placed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BucketDump {
    people: Vec<SubjectHistory>,
    feed: Vec<FeedEntry>,
}

/// What lies outside the buckets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CentralDump {
    facilities: Vec<Facility>,
    delegations: Vec<Delegation>,
    attestations: Vec<AttestationId>,
    lists: Vec<CleaningList>,
    snapshots: Vec<Snapshot>,
    batch: Option<Batch>,
    pending: usize,
    checkpoint: Option<u64>,
    persons: Vec<(SubjectId, u32)>,
}

/// A whole register, as far as the suites use it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Dump {
    pub(super) buckets: Vec<BucketDump>,
    pub(super) central: CentralDump,
}

/// Reads the buckets below `buckets`, and what lies outside; the audit log must be sound.
pub(super) async fn dump(store: &dyn Registry, buckets: u16) -> Result<Dump, Failure> {
    let mut dump = Dump::default();
    while store.relay(1000).await? > 0 {}
    let (feed, _) = store.feed(FeedCursor::START, usize::MAX).await?;
    for number in 0..buckets {
        let bucket = bucket(number);
        let mut content = BucketDump::default();
        for subject in store.scan(bucket, &ScanFilter::all(), None, 1000).await? {
            content
                .people
                .extend(store.history(subject.record.id).await?);
        }
        let mine = |entry: &&FeedEntry| entry.subject.bucket() == bucket;
        content.feed = feed.iter().filter(mine).cloned().collect();
        dump.buckets.push(content);
    }
    dump.central = central(store).await?;
    let chains = (0..buckets).map(|number| Partition::of(bucket(number)));
    let heads = store.heads().await?;
    for partition in chains.chain([Partition::CENTRAL]) {
        let events = store.events(partition, 0, usize::MAX).await?;
        let none = Head::empty(partition);
        let stored = heads
            .iter()
            .find(|head| head.partition == partition)
            .copied();
        let found = verify_chain(&events, stored.unwrap_or(none), none);
        super::equal(&found, &Vec::new(), "the audit log is sound")?;
    }
    Ok(dump)
}

async fn central(store: &dyn Registry) -> Result<CentralDump, Failure> {
    let id = super::world::batch().id;
    let pending = store.pending_buckets(id).await.unwrap_or_default();
    let batch = if pending.is_empty() {
        None
    } else {
        Some(Batch {
            id,
            ..super::world::batch()
        })
    };
    let mut lists = Vec::new();
    for list in store.lists(None, None, 1000).await? {
        lists.extend(store.list(&list.id).await?);
    }
    let last = store.checkpoint(None).await?;
    Ok(CentralDump {
        facilities: store.all_facilities(None, 1000).await?,
        delegations: store.delegations(None).await?,
        attestations: store.attestation_ids(None, 1000).await?,
        lists,
        snapshots: store.snapshots().await?,
        batch,
        pending: pending.len(),
        checkpoint: last.map(|signed| signed.checkpoint().sequence()),
        persons: store.by_person(&[document(9)]).await?.concat(),
    })
}

/// Every bucket is as before or as after a call that was interrupted, none in between, and so is
/// what lies outside.
pub(super) fn is_between(found: &Dump, before: &Dump, after: &Dump) -> bool {
    let buckets = found
        .buckets
        .iter()
        .zip(before.buckets.iter().zip(&after.buckets));
    let whole = |(found, (before, after)): (&BucketDump, (&BucketDump, &BucketDump))| {
        found == before || found == after
    };
    let mut buckets = buckets.map(whole);
    buckets.all(|whole| whole)
        && (found.central == before.central || found.central == after.central)
}
