//! Feed entries and audit events.

use crate::sqlite::fields::{Reader, Writer};
use crate::sqlite::statement::Table;
use crate::{
    Actor, AuditAct, AuditEvent, AuditItem, CertificateId, Digest, FeedEntry, FeedKind, Partition,
    RevocationReason, StoreError, SubjectId,
};

/// A feed entry as told; behind its key because that comes first.
pub(in crate::sqlite) struct FeedRow(pub(in crate::sqlite) FeedEntry);

impl Table for FeedRow {
    const NAME: &'static str = "feed_outbox";
    const KEY: &'static [&'static str] = &["bucket", "number"];
    const FIXED: &'static [&'static str] = &["subject", "certificate", "kind", "detail", "told_at"];
    const MUTABLE: &'static [&'static str] = &[];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        let entry = &self.0;
        let (kind, detail) = match &entry.kind {
            FeedKind::Published { supersedes } => {
                (0, supersedes.as_ref().map(CertificateId::as_str))
            }
            FeedKind::Superseded { by } => (1, Some(by.as_str())),
            FeedKind::Revoked(reason) => (2, Some(reason.word())),
        };
        out.number(entry.subject.bucket().number())
            .number(entry.number)
            .bytes(entry.subject.as_bytes())
            .text(entry.certificate.as_str())
            .signed(kind)
            .optional_text(detail)
            .time(entry.at);
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        let bucket: u16 = row.number()?;
        let number = row.number()?;
        let subject = row.id()?;
        let certificate = CertificateId::new(row.text()?);
        let kind: i64 = row.number()?;
        let detail = row.optional_text()?;
        let kind = match (kind, detail) {
            (0, supersedes) => FeedKind::Published {
                supersedes: supersedes.map(CertificateId::new),
            },
            (1, Some(by)) => FeedKind::Superseded {
                by: CertificateId::new(by),
            },
            (2, Some(word)) => {
                let mut all = RevocationReason::ALL.iter();
                let reason = all.find(|reason| reason.word() == word);
                FeedKind::Revoked(*reason.ok_or_else(|| row.corrupt())?)
            }
            _ => return Err(row.corrupt()),
        };
        if subject.bucket().number() != bucket {
            return Err(row.corrupt());
        }
        Ok(Self(FeedEntry::new(
            subject,
            number,
            certificate,
            kind,
            row.time()?,
        )))
    }
}

/// The bytes of one item: reference and object.
const ITEM: usize = 48;

impl Table for AuditEvent {
    const NAME: &'static str = "audit_event";
    const KEY: &'static [&'static str] = &["bucket", "number"];
    const FIXED: &'static [&'static str] =
        &["previous", "acted_at", "actor", "act", "items", "hash"];
    const MUTABLE: &'static [&'static str] = &[];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        let mut items = Vec::with_capacity(self.items.len().saturating_mul(ITEM));
        for item in &self.items {
            items.extend_from_slice(item.reference.as_bytes());
            items.extend_from_slice(item.object.as_bytes());
        }
        out.number(self.partition.number())
            .number(self.number)
            .bytes(self.previous.as_bytes())
            .time(self.at)
            .text(self.actor.as_str())
            .number(self.act.number())
            .own_bytes(items)
            .bytes(self.hash.as_bytes());
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        let partition = Partition::new(row.number()?).ok_or_else(|| row.corrupt())?;
        let number = row.number()?;
        let previous = row.digest()?;
        let at = row.time()?;
        let actor = Actor::new(&row.text()?);
        let act = AuditAct::from_number(row.number()?).ok_or_else(|| row.corrupt())?;
        let bytes = row.bytes()?;
        let (chunks, rest) = bytes.as_chunks::<ITEM>();
        if !rest.is_empty() {
            return Err(row.corrupt());
        }
        let item = |chunk: &[u8; ITEM]| {
            let (reference, object) = chunk.split_first_chunk::<16>()?;
            let reference = SubjectId::from_bytes(*reference);
            Some(AuditItem::new(reference, Digest::from_slice(object)?))
        };
        let items = chunks.iter().map(item).collect::<Option<Vec<AuditItem>>>();
        let items = items.ok_or_else(|| row.corrupt())?;
        Ok(Self {
            partition,
            number,
            previous,
            at,
            actor,
            act,
            items,
            hash: row.digest()?,
        })
    }
}
