#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate alloc;

// -- trust: chains, CMS, lists and bundles
pub mod bundle;
pub mod chain;
pub mod cms;
pub mod trust;
pub mod trust_list;

// -- registry: records and stores
mod act;
mod attestation;
mod audit;
mod batch;
mod canonical;
mod certificate;
mod cleaning;
#[cfg(feature = "conformance")]
pub mod conformance;
mod dose;
mod engine;
mod error;
mod facility;
mod fault;
mod feed;
mod id;
mod lease;
mod lookup;
mod memory;
mod population;
mod reference_key;
mod registry;
#[cfg(feature = "sqlite")]
mod sqlite;
mod subject;
mod with_directory;

pub use act::{Act, Actor, MAX_ACTOR_LENGTH};
pub use attestation::{Attestation, AttestationStore, Leaf, LeafOutcome};
pub use audit::{
    AuditAct, AuditEvent, AuditFinding, AuditItem, AuditReport, AuditStore, Checkpoint, Head,
    Partition, SignedCheckpoint, verify_audit, verify_chain,
};
pub use batch::{Batch, BatchState, BatchStore, Column, Columns, Decision, Tally, Verdict};
pub use certificate::{
    CertificateIntent, CertificateLife, CertificateRecord, CertificateState, CertificateStore,
    Completion, CompletionOutcome, CountedDose, ImportOutcome, Occasion, PublishOutcome,
    Reservation, ReserveOutcome, Revocation, RevocationOutcome, RevocationReason,
};
pub use cleaning::{
    CaseFilter, CaseMove, CaseRecord, CaseStore, CleaningList, CorrectionRequest,
    CorrectionRequestStore, Custody, ListEvent, ListItem, ListReturn, ListStore, MoveOutcome,
    RequestState, ReturnSignature, Snapshot, SnapshotRow, SnapshotStore,
};
pub use dcc_model::{Timestamp, civil};
pub use dose::{Attested, DoseContent, DoseKey, DoseKind, DoseRecord, DoseState};
pub use error::{StoreError, StoreErrorKind};
pub use facility::{
    Delegation, Facility, FacilityCertificate, FacilityDirectory, SigningMode, Written,
};
pub use feed::{FeedCursor, FeedEntry, FeedKind, FeedStore};
pub use id::{
    AttestationId, BUCKETS, Basis, BatchId, Bucket, CertificateId, CommuneCode, Digest, DoseRef,
    FacilityId, ListId, LookupKey, ReasonCode, SubjectId, WorkerId,
};
pub use lease::{Lease, LeaseStore};
pub use lookup::{LookupStore, Reconciled};
pub use memory::MemoryRegistry;
pub use population::{
    BirthDateAgreement, Fault, FaultyPopulation, FieldAgreement, NameAgreement, PersonToken,
    PopulationAnswer, PopulationCapabilities, PopulationDetail, PopulationError, PopulationQuery,
    PopulationRegistry, PopulationReply,
};
pub use reference_key::ReferenceKey;
pub use registry::Registry;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteRegistry;
pub use subject::{
    Correction, CorrectionOutcome, DocumentKind, DoseOutcome, Identity, IdentityRule,
    IdentityVersion, Intake, IntakeOutcome, IntakeStore, LinkRelation, ScanFilter, Sex, Subject,
    SubjectHistory, SubjectLink, SubjectOutcome, SubjectRecord, SubjectStore, Verification,
    VerificationOutcome, VerificationResult, VerificationState, VerificationStore, Withdrawal,
    WithdrawalOutcome,
};
pub use with_directory::WithDirectory;
