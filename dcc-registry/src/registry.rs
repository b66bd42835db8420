//! The whole register as one object, for programs that use all of it.

use crate::{
    AttestationStore, AuditStore, BatchStore, CaseStore, CertificateLife, CertificateStore,
    CorrectionRequestStore, FacilityDirectory, FeedStore, IntakeStore, LeaseStore, ListStore,
    LookupStore, SnapshotStore, SubjectStore, VerificationStore,
};

/// Every store of the register in one object. There is nothing to implement: whoever implements
/// the parts has it, and a `&dyn Registry` is accepted wherever one of the parts is wanted.
pub trait Registry:
    AttestationStore
    + AuditStore
    + BatchStore
    + CaseStore
    + CertificateLife
    + CertificateStore
    + CorrectionRequestStore
    + FacilityDirectory
    + FeedStore
    + IntakeStore
    + LeaseStore
    + ListStore
    + LookupStore
    + SnapshotStore
    + SubjectStore
    + VerificationStore
{
}

impl<T> Registry for T where
    T: AttestationStore
        + AuditStore
        + BatchStore
        + CaseStore
        + CertificateLife
        + CertificateStore
        + CorrectionRequestStore
        + FacilityDirectory
        + FeedStore
        + IntakeStore
        + LeaseStore
        + ListStore
        + LookupStore
        + SnapshotStore
        + SubjectStore
        + VerificationStore
{
}
