//! A register whose directory of facilities and delegations is kept in another system.

use core::fmt;

use async_trait::async_trait;

use crate::{
    Act, Attestation, AttestationId, AttestationStore, AuditEvent, AuditStore, Batch, BatchId,
    BatchStore, Bucket, CaseFilter, CaseMove, CaseRecord, CaseStore, CertificateId,
    CertificateLife, CertificateRecord, CertificateStore, CleaningList, CommuneCode, Completion,
    CompletionOutcome, Correction, CorrectionOutcome, CorrectionRequest, CorrectionRequestStore,
    Custody, Decision, Delegation, DoseKey, DoseRef, Facility, FacilityDirectory, FacilityId,
    FeedCursor, FeedEntry, FeedStore, Head, ImportOutcome, Intake, IntakeOutcome, IntakeStore,
    Leaf, LeafOutcome, Lease, LeaseStore, ListId, ListReturn, ListStore, LookupKey, LookupStore,
    MoveOutcome, Partition, PublishOutcome, ReasonCode, Reconciled, RequestState, Reservation,
    ReserveOutcome, Revocation, RevocationOutcome, RevocationReason, ScanFilter, SignedCheckpoint,
    Snapshot, SnapshotRow, SnapshotStore, StoreError, Subject, SubjectHistory, SubjectId,
    SubjectLink, SubjectStore, Tally, Timestamp, VerificationOutcome, VerificationResult,
    VerificationStore, Withdrawal, WithdrawalOutcome, WorkerId, Written,
};

/// A [`Registry`](crate::Registry) of two: facilities and delegations are those of the directory,
/// everything else is the register's.
///
/// For whoever has the facilities of the country in a system of their own: that system implements
/// [`FacilityDirectory`], and every stage of issuance runs on the pair. The two are written apart,
/// which no stage minds, because none writes both in one act. Changes of the directory are not in
/// the register's audit log: the other system keeps its own.
#[derive(Clone, Debug)]
pub struct WithDirectory<R, D> {
    register: R,
    directory: D,
}

impl<R, D> WithDirectory<R, D> {
    /// `register` with the facilities and delegations of `directory`.
    pub const fn new(register: R, directory: D) -> Self {
        Self {
            register,
            directory,
        }
    }

    /// The register, whose own directory is not used.
    pub const fn register(&self) -> &R {
        &self.register
    }

    /// The directory.
    pub const fn directory(&self) -> &D {
        &self.directory
    }

    /// The two apart again.
    pub fn into_parts(self) -> (R, D) {
        (self.register, self.directory)
    }
}

/// Implements stores by calling the same method of one of the two.
macro_rules! forward {
    ($to:ident: $($store:ident {
        $(fn $method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+
    })+) => {$(
        #[async_trait]
        impl<R, D> $store for WithDirectory<R, D>
        where
            R: fmt::Debug + Send + Sync,
            D: fmt::Debug + Send + Sync,
            forward!(@$to R D): $store,
        {
            $(async fn $method(&self, $($argument: $type),*) -> Result<$answer, StoreError> {
                self.$to.$method($($argument),*).await
            })+
        }
    )+};
    (@register $register:ident $directory:ident) => { $register };
    (@directory $register:ident $directory:ident) => { $directory };
}

forward! { directory:
    FacilityDirectory {
        fn put_facilities(act: &Act, items: &[Facility]) -> Vec<Written>;
        fn facilities(ids: &[FacilityId]) -> Vec<Option<Facility>>;
        fn all_facilities(after: Option<&FacilityId>, limit: usize) -> Vec<Facility>;
        fn put_delegations(act: &Act, items: &[Delegation]) -> Vec<Written>;
        fn delegations(grantor: Option<&FacilityId>) -> Vec<Delegation>;
    }
}

forward! { register:
    AttestationStore {
        fn put_attestations(act: &Act, items: &[Attestation]) -> Vec<bool>;
        fn attestation(id: AttestationId) -> Option<Attestation>;
        fn attestation_ids(after: Option<AttestationId>, limit: usize) -> Vec<AttestationId>;
        fn attest(act: &Act, leaves: &[Leaf]) -> Vec<LeafOutcome>;
        fn lapse(act: &Act, bucket: Bucket, attestations: &[AttestationId]) -> Vec<DoseKey>;
    }
    AuditStore {
        fn heads() -> Vec<Head>;
        fn events(partition: Partition, after: u64, limit: usize) -> Vec<AuditEvent>;
        fn put_checkpoint(checkpoint: &SignedCheckpoint) -> ();
        fn checkpoint(sequence: Option<u64>) -> Option<SignedCheckpoint>;
    }
    BatchStore {
        fn open_batch(act: &Act, batch: &Batch) -> Batch;
        fn pending_buckets(batch: BatchId) -> Vec<Bucket>;
        fn decide(act: &Act, leases: &[Lease], decisions: &[Decision]) -> Vec<bool>;
        fn finish_buckets(act: &Act, leases: &[Lease], batch: BatchId) -> Vec<Bucket>;
        fn tally(batch: BatchId) -> Tally;
    }
    CaseStore {
        fn open_cases(
            bucket: Bucket,
            filter: &CaseFilter,
            after: Option<SubjectId>,
            limit: usize
        ) -> Vec<CaseRecord>;
        fn move_cases(act: &Act, items: &[CaseMove]) -> Vec<MoveOutcome>;
    }
    CertificateLife {
        fn certificates(ids: &[(SubjectId, CertificateId)]) -> Vec<Option<CertificateRecord>>;
        fn revoke(act: &Act, items: &[Revocation]) -> Vec<RevocationOutcome>;
        fn revoke_kid(
            act: &Act,
            bucket: Bucket,
            kid: &[u8],
            reason: RevocationReason
        ) -> Vec<(SubjectId, CertificateId)>;
        fn import_certificates(act: &Act, items: &[CertificateRecord]) -> Vec<ImportOutcome>;
        fn expiring(
            bucket: Bucket,
            before: Timestamp,
            after: Option<(Timestamp, SubjectId)>,
            limit: usize
        ) -> Vec<CertificateRecord>;
    }
    CertificateStore {
        fn reserve(act: &Act, leases: &[Lease], items: &[Reservation]) -> Vec<ReserveOutcome>;
        fn complete(act: &Act, leases: &[Lease], items: &[Completion]) -> Vec<CompletionOutcome>;
        fn publish(
            act: &Act,
            leases: &[Lease],
            items: &[(SubjectId, CertificateId)]
        ) -> Vec<PublishOutcome>;
        fn issue(act: &Act, leases: &[Lease], items: &[Completion]) -> Vec<PublishOutcome>;
        fn abandon(
            act: &Act,
            leases: &[Lease],
            items: &[(SubjectId, CertificateId)]
        ) -> Vec<bool>;
        fn open_intents(
            bucket: Bucket,
            after: Option<SubjectId>,
            limit: usize
        ) -> Vec<CertificateRecord>;
    }
    CorrectionRequestStore {
        fn request(act: &Act, item: &CorrectionRequest) -> ();
        fn open_requests(
            bucket: Bucket,
            facility: Option<&FacilityId>
        ) -> Vec<CorrectionRequest>;
        fn decide_request(
            act: &Act,
            subject: SubjectId,
            reference: &str,
            decline: Option<ReasonCode>
        ) -> RequestState;
    }
    FeedStore {
        fn relay(limit: usize) -> usize;
        fn feed(after: FeedCursor, limit: usize) -> (Vec<FeedEntry>, FeedCursor);
    }
    IntakeStore {
        fn take_in(act: &Act, items: &[Intake]) -> Vec<IntakeOutcome>;
        fn correct(act: &Act, items: &[Correction]) -> Vec<CorrectionOutcome>;
        fn withdraw(act: &Act, items: &[Withdrawal]) -> Vec<WithdrawalOutcome>;
    }
    LeaseStore {
        fn acquire(
            worker: &WorkerId,
            among: &[Bucket],
            wanted: usize,
            times: (Timestamp, Timestamp)
        ) -> Vec<Lease>;
        fn extend(leases: &[Lease], until: Timestamp) -> Vec<Lease>;
        fn release(leases: &[Lease]) -> ();
    }
    ListStore {
        fn make_list(act: &Act, list: &CleaningList) -> bool;
        fn list(id: &ListId) -> Option<CleaningList>;
        fn lists(
            commune: Option<&CommuneCode>,
            after: Option<&ListId>,
            limit: usize
        ) -> Vec<CleaningList>;
        fn hand_over(
            act: &Act,
            id: &ListId,
            path: (Custody, Custody),
            returned: Option<ListReturn>
        ) -> ();
    }
    LookupStore {
        fn by_certificate(ids: &[CertificateId]) -> Vec<Option<SubjectId>>;
        fn by_dose(refs: &[DoseRef]) -> Vec<Option<SubjectId>>;
        fn by_document(keys: &[LookupKey]) -> Vec<Vec<SubjectId>>;
        fn reconcile(bucket: Bucket, before: Timestamp) -> Reconciled;
    }
    SnapshotStore {
        fn progress() -> Vec<SnapshotRow>;
        fn put_snapshot(act: &Act, snapshot: &Snapshot) -> ();
        fn snapshots() -> Vec<Snapshot>;
    }
    SubjectStore {
        fn subjects(ids: &[SubjectId]) -> Vec<Option<Subject>>;
        fn scan(
            bucket: Bucket,
            filter: &ScanFilter,
            after: Option<SubjectId>,
            limit: usize
        ) -> Vec<Subject>;
        fn history(id: SubjectId) -> Option<SubjectHistory>;
        fn link(act: &Act, link: &SubjectLink) -> ();
    }
    VerificationStore {
        fn record(act: &Act, items: &[VerificationResult]) -> Vec<VerificationOutcome>;
        fn by_person(keys: &[LookupKey]) -> Vec<Vec<(SubjectId, u32)>>;
    }
}
