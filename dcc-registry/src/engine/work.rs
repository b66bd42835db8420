//! What a transaction has in hand of one bucket.

use crate::engine::Rows;
use crate::{
    Act, AuditAct, AuditEvent, AuditItem, BatchId, Bucket, CaseRecord, CertificateId,
    CertificateRecord, CorrectionRequest, Decision, Digest, DoseRecord, DoseRef, FeedEntry,
    FeedKind, Head, IdentityVersion, Lease, StoreError, SubjectId, SubjectLink, SubjectRecord,
};

/// The rows in hand of one bucket, its heads, and what is to be appended.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) bucket: Bucket,
    /// The audit chain's head, moved by [`Work::record`].
    pub(crate) head: Head,
    /// The number of the last feed entry, moved by [`Work::tell`].
    pub(crate) fed: u64,
    /// The epoch of the last lease; 0 for none ever.
    pub(crate) epoch: u64,
    pub(crate) subjects: Rows<SubjectId, SubjectRecord>,
    pub(crate) identities: Rows<(SubjectId, u32), IdentityVersion>,
    pub(crate) doses: Rows<(SubjectId, DoseRef, u32), DoseRecord>,
    pub(crate) certificates: Rows<(SubjectId, CertificateId), CertificateRecord>,
    pub(crate) cases: Rows<(SubjectId, u32), CaseRecord>,
    pub(crate) decisions: Rows<(SubjectId, BatchId), Decision>,
    pub(crate) requests: Rows<(SubjectId, String), CorrectionRequest>,
    pub(crate) links: Rows<(SubjectId, SubjectId), SubjectLink>,
    /// Feed entries to be appended.
    pub(crate) feed: Vec<FeedEntry>,
    /// Audit events to be appended.
    pub(crate) events: Vec<AuditEvent>,
}

impl Work {
    pub(crate) fn new(bucket: Bucket, head: Head, fed: u64, epoch: u64) -> Self {
        Self {
            bucket,
            head,
            fed,
            epoch,
            subjects: Rows::default(),
            identities: Rows::default(),
            doses: Rows::default(),
            certificates: Rows::default(),
            cases: Rows::default(),
            decisions: Rows::default(),
            requests: Rows::default(),
            links: Rows::default(),
            feed: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Whether `leases` hold this bucket under the epoch that stands.
    ///
    /// # Errors
    ///
    /// `Invalid` where none of them is for this bucket.
    pub(crate) fn held_by(&self, leases: &[Lease]) -> Result<bool, StoreError> {
        leases
            .iter()
            .filter(|lease| lease.bucket == self.bucket)
            .map(|lease| lease.epoch == self.epoch)
            .reduce(|one, other| one || other)
            .ok_or(StoreError::invalid("lease"))
    }

    /// Appends an event over what a trail has gathered; nothing where nothing was changed.
    pub(crate) fn record(&mut self, act: &Act, what: AuditAct, trail: Trail) {
        let items = trail.finish();
        if items.is_empty() {
            return;
        }
        let event = AuditEvent::following(self.head, act, what, items);
        self.head = event.head();
        self.events.push(event);
    }

    /// Appends a feed entry.
    pub(crate) fn tell(
        &mut self,
        act: &Act,
        subject: SubjectId,
        certificate: CertificateId,
        kind: FeedKind,
    ) {
        self.fed = self.fed.saturating_add(1);
        self.feed.push(FeedEntry::new(
            subject,
            self.fed,
            certificate,
            kind,
            act.at(),
        ));
    }

    /// Raises a subject's revision.
    pub(crate) fn revise(&mut self, subject: SubjectId) {
        if let Some(record) = self.subjects.change(&subject) {
            record.revision = record.revision.saturating_add(1);
        }
    }

    /// The doses in hand of one subject.
    pub(crate) fn doses_of(&self, subject: SubjectId) -> impl Iterator<Item = &DoseRecord> {
        let from = (subject, DoseRef::new(String::new()), 0);
        self.doses
            .range(from..)
            .take_while(move |dose| dose.key.subject == subject)
    }

    /// The certificates in hand of one subject.
    pub(crate) fn certificates_of(
        &self,
        subject: SubjectId,
    ) -> impl Iterator<Item = &CertificateRecord> {
        let from = (subject, CertificateId::new(String::new()));
        self.certificates
            .range(from..)
            .take_while(move |record| record.subject() == subject)
    }

    /// The cases in hand of one subject.
    pub(crate) fn cases_of(&self, subject: SubjectId) -> impl Iterator<Item = &CaseRecord> {
        self.cases.range((subject, 0)..=(subject, u32::MAX))
    }

    /// Whether anything is to be written.
    pub(crate) fn is_untouched(&self) -> bool {
        self.events.is_empty() && self.feed.is_empty()
    }
}

/// Gathers, for the audit event, what was written about whom.
#[derive(Debug, Default)]
pub(crate) struct Trail(Vec<(SubjectId, Vec<u8>)>);

impl Trail {
    /// Something with this hash was written about `subject`.
    pub(crate) fn note(&mut self, subject: SubjectId, object: &Digest) {
        match self.0.last_mut() {
            Some((last, bytes)) if *last == subject => bytes.extend_from_slice(object.as_bytes()),
            _ => self.0.push((subject, object.as_bytes().to_vec())),
        }
    }

    /// These bytes were written about `subject`.
    pub(crate) fn note_bytes(&mut self, subject: SubjectId, bytes: &[u8]) {
        self.note(subject, &Digest::of(bytes));
    }

    /// One item for each run of notes about one subject: the hash that was noted, or the hash of
    /// the hashes where there are several.
    fn finish(self) -> Vec<AuditItem> {
        let item = |(subject, bytes): (SubjectId, Vec<u8>)| {
            let object = Digest::from_slice(&bytes).unwrap_or_else(|| Digest::of(&bytes));
            AuditItem::new(subject, object)
        };
        self.0.into_iter().map(item).collect()
    }
}
