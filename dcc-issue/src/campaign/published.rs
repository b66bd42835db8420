//! Published certificates, each once, in the one order of the feed.

use core::fmt;
use std::collections::HashMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use dcc_codec::{Decoder, Hcert};
use dcc_model::{Lang, VaccinePassport, ValueSets};
use dcc_registry::{
    CertificateId, CertificateRecord, FeedCursor, FeedKind, Registry, StoreError, SubjectId,
};
use serde_json::{Map, Value, json};

/// The members of `passport`, in the order of the eleven fields.
const FIELDS: [&str; 11] = [
    "name",
    "birth_date",
    "nationality",
    "disease",
    "doses_received",
    "date",
    "dose",
    "vaccine",
    "product",
    "manufacturer",
    "certificate_id",
];

/// Why published certificates could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishedError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored text is no vaccination certificate, or there is none. It was signed and checked
    /// when it was stored, so it was changed since.
    #[error("a stored certificate is not what was signed")]
    Damaged,
}

/// A certificate that was published, with what the lines of a campaign say of it. `Debug` shows
/// only its record.
pub struct Published {
    subject_ref: String,
    record: CertificateRecord,
    hcert: Hcert,
}

impl Published {
    fn new(subject_ref: String, record: CertificateRecord) -> Result<Self, PublishedError> {
        let text = record.hc1.as_deref().ok_or(PublishedError::Damaged)?;
        // Its signature was verified under the document signer before the register took it.
        let hcert = Decoder::default()
            .decode(text)
            .map_err(|_| PublishedError::Damaged)?
            .dangerous_into_unverified();
        Ok(Self {
            subject_ref,
            record,
            hcert,
        })
    }

    /// The record, whose text stands.
    pub const fn record(&self) -> &CertificateRecord {
        &self.record
    }

    /// The text, `HC1:...`.
    pub fn hc1(&self) -> &str {
        self.record.hc1.as_deref().unwrap_or_default()
    }

    /// The eleven fields, with the nationality of the record; `None` for a certificate taken in
    /// from elsewhere that is no vaccination.
    pub fn passport(&self) -> Option<VaccinePassport> {
        let nationality = Some(self.record.intent.nationality.as_str());
        VaccinePassport::new(self.hcert.certificate(), nationality)
    }

    /// The part of the identifier behind the country, without its check character: a safe file
    /// name for what the program issued itself, `None` for other forms.
    pub fn file_name(&self) -> Option<&str> {
        let id = self.record.id().as_str();
        // The check character may be a colon or a slash itself.
        let part = id.split('#').next()?.rsplit(':').next()?;
        let sound = part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        sound.then_some(part)
    }

    /// One line of `certificates.jsonl`. Names of values are those of the value sets; dates are
    /// ISO 8601.
    pub fn to_json(&self, value_sets: &ValueSets) -> Value {
        let intent = &self.record.intent;
        let passport: Map<String, Value> = self
            .passport()
            .map(|passport| {
                let fields = passport.fields(value_sets);
                FIELDS
                    .iter()
                    .zip(&fields)
                    .map(|(name, field)| ((*name).to_owned(), field.value(Lang::En).into()))
                    .collect()
            })
            .unwrap_or_default();
        json!({
            "subject_ref": self.subject_ref,
            "uvci": intent.id.as_str(),
            "hc1": self.hc1(),
            "kid": BASE64_STANDARD.encode(&intent.kid),
            "alg": self.hcert.message().algorithm().name(),
            "dn": intent.dose.0,
            "sd": intent.dose.1,
            "issued_at": intent.issued_at.to_string(),
            "expires_at": intent.expires_at.to_string(),
            "passport": passport,
        })
    }
}

impl fmt::Debug for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Published")
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}

/// The certificates whose publication lies behind `after` among the next `limit` entries of the
/// feed, and the cursor behind these entries; the same cursor means that there are no more. Entries
/// that still wait are placed first.
///
/// # Errors
///
/// [`PublishedError`].
pub async fn published_after(
    registry: &dyn Registry,
    after: FeedCursor,
    limit: usize,
) -> Result<(Vec<Published>, FeedCursor), PublishedError> {
    let (mut entries, mut cursor) = registry.feed(after, limit).await?;
    if entries.len() < limit && registry.relay(limit).await? > 0 {
        (entries, cursor) = registry.feed(after, limit).await?;
    }
    let wanted: Vec<(SubjectId, CertificateId)> = entries
        .into_iter()
        .filter(|entry| matches!(entry.kind, FeedKind::Published { .. }))
        .map(|entry| (entry.subject, entry.certificate))
        .collect();
    if wanted.is_empty() {
        return Ok((Vec::new(), cursor));
    }
    let mut ids: Vec<SubjectId> = wanted.iter().map(|(subject, _)| *subject).collect();
    ids.sort_unstable();
    ids.dedup();
    let subjects = registry.subjects(&ids).await?;
    let references: HashMap<SubjectId, String> = subjects
        .into_iter()
        .flatten()
        .map(|subject| (subject.record.id, subject.record.subject_ref))
        .collect();
    let records = registry.certificates(&wanted).await?;
    let mut published = Vec::with_capacity(records.len());
    for ((subject, _), record) in wanted.iter().zip(records) {
        let record = record.ok_or(PublishedError::Damaged)?;
        let reference = references.get(subject).cloned().unwrap_or_default();
        published.push(Published::new(reference, record)?);
    }
    Ok((published, cursor))
}
