//! Certificates and decisions.

use crate::sqlite::fields::{Reader, Writer};
use crate::sqlite::statement::Table;
use crate::{
    Basis, BatchId, CertificateId, CertificateIntent, CertificateRecord, CertificateState, Column,
    Columns, CountedDose, Decision, DoseRef, Occasion, RevocationReason, StoreError, Verdict,
};

impl Table for CertificateRecord {
    const NAME: &'static str = "certificate";
    const KEY: &'static [&'static str] = &["bucket", "subject", "certificate"];
    const FIXED: &'static [&'static str] = &[
        "revision",
        "batch",
        "basis",
        "occasion",
        "kid",
        "issued_at",
        "expires_at",
        "dn",
        "sd",
        "nationality",
        "counted",
        "reserved_at",
    ];
    const MUTABLE: &'static [&'static str] = &[
        "state",
        "to_be_signed",
        "hc1",
        "published_at",
        "supersedes",
        "superseded_by",
        "revoked_reason",
        "revoked_at",
    ];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        let intent = &self.intent;
        let dose = |dose: &CountedDose| (dose.dose_ref.as_str().to_owned(), dose.version);
        let counted: Vec<(String, u32)> = intent.counted.iter().map(dose).collect();
        out.subject(&intent.subject)
            .text(intent.id.as_str())
            .number(intent.revision)
            .bytes(intent.batch.digest().as_bytes())
            .bytes(intent.basis.digest().as_bytes())
            .word(Occasion::ALL, &intent.occasion)
            .bytes(&intent.kid)
            .time(intent.issued_at)
            .time(intent.expires_at)
            .number(intent.dose.0)
            .number(intent.dose.1)
            .text(&intent.nationality)
            .json(&counted, counted.is_empty())
            .time(self.reserved_at)
            .word(CertificateState::ALL, &self.state)
            .bytes(&intent.to_be_signed)
            .optional_text(self.hc1.as_deref())
            .optional_time(self.published_at)
            .optional_text(self.supersedes.as_ref().map(CertificateId::as_str))
            .optional_text(self.superseded_by.as_ref().map(CertificateId::as_str))
            .optional_word(
                RevocationReason::ALL,
                self.revoked.as_ref().map(|revoked| &revoked.0),
            )
            .optional_time(self.revoked.map(|revoked| revoked.1));
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        let subject = row.subject()?;
        let id = CertificateId::new(row.text()?);
        let revision = row.number()?;
        let key = (BatchId::new(row.digest()?), Basis::new(row.digest()?));
        let occasion = row.word(Occasion::ALL)?;
        let kid = row.bytes()?;
        let times = (row.time()?, row.time()?);
        let mut intent = CertificateIntent::new(id, (subject, revision), key, Vec::new(), times);
        intent.occasion = occasion;
        intent.kid = kid;
        intent.dose = (row.number()?, row.number()?);
        intent.nationality = row.text()?;
        let counted: Vec<(String, u32)> = row.json()?;
        let dose = |(text, version): (String, u32)| CountedDose::new(DoseRef::new(text), version);
        intent.counted = counted.into_iter().map(dose).collect();
        let reserved_at = row.time()?;
        let state = row.word(CertificateState::ALL)?;
        intent.to_be_signed = row.bytes()?;
        let hc1 = row.optional_text()?;
        let published_at = row.optional_time()?;
        let supersedes = row.optional_text()?.map(CertificateId::new);
        let superseded_by = row.optional_text()?.map(CertificateId::new);
        let reason = row.optional_word(RevocationReason::ALL)?;
        let revoked = reason.zip(row.optional_time()?);
        Ok(Self {
            intent,
            state,
            hc1,
            reserved_at,
            published_at,
            supersedes,
            superseded_by,
            revoked,
        })
    }
}

impl Table for Decision {
    const NAME: &'static str = "decision";
    const KEY: &'static [&'static str] = &["bucket", "subject", "batch"];
    const FIXED: &'static [&'static str] = &[];
    const MUTABLE: &'static [&'static str] = &[
        "verdict",
        "certificate",
        "reasons",
        "issued",
        "unchanged",
        "held",
        "refused",
        "inputs",
        "decided_at",
    ];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        let certificate = match &self.verdict {
            Verdict::Issue(id) | Verdict::Unchanged(id) => Some(id.as_str()),
            Verdict::Held(_) | Verdict::Refused(_) => None,
        };
        out.subject(&self.subject)
            .bytes(self.batch.digest().as_bytes())
            .word(Column::ALL, &self.verdict.column())
            .optional_text(certificate)
            .reasons(self.verdict.reasons())
            .number(self.doses.issued)
            .number(self.doses.unchanged)
            .number(self.doses.held)
            .number(self.doses.refused)
            .bytes(self.inputs.as_bytes())
            .time(self.at);
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        let subject = row.subject()?;
        let batch = BatchId::new(row.digest()?);
        let column = row.word(Column::ALL)?;
        let certificate = row.optional_text()?.map(CertificateId::new);
        let reasons = row.reasons()?;
        let mut doses = Columns::default();
        for column in Column::ALL {
            doses.add(*column, row.number()?);
        }
        let verdict = match (column, certificate) {
            (Column::Issued, Some(id)) => Verdict::Issue(id),
            (Column::Unchanged, Some(id)) => Verdict::Unchanged(id),
            (Column::Held, _) => Verdict::Held(reasons),
            (Column::Refused, _) => Verdict::Refused(reasons),
            _ => return Err(row.corrupt()),
        };
        let inputs = row.digest()?;
        Ok(Self {
            batch,
            subject,
            verdict,
            doses,
            inputs,
            at: row.time()?,
        })
    }
}
