//! Cases and correction requests.

use crate::sqlite::fields::{Reader, Writer};
use crate::sqlite::statement::Table;
use crate::{
    CaseRecord, CommuneCode, CorrectionRequest, Custody, FacilityId, ListId, ReasonCode,
    RequestState, StoreError, VerificationState,
};

impl Table for CaseRecord {
    const NAME: &'static str = "cleaning_case";
    const KEY: &'static [&'static str] = &["bucket", "subject", "number"];
    const FIXED: &'static [&'static str] = &["opened_at"];
    const MUTABLE: &'static [&'static str] = &[
        "identity_version",
        "state",
        "reasons",
        "commune",
        "custody",
        "list",
        "closed_at",
    ];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        out.subject(&self.subject)
            .number(self.number)
            .time(self.opened_at)
            .number(self.identity_version)
            .word(VerificationState::ALL, &self.state)
            .reasons(&self.reasons)
            .text(self.commune.as_str())
            .word(Custody::ALL, &self.custody)
            .optional_text(self.list.as_ref().map(ListId::as_str))
            .optional_time(self.closed_at);
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        let subject = row.subject()?;
        let number = row.number()?;
        let opened_at = row.time()?;
        let identity_version = row.number()?;
        let found = (row.word(VerificationState::ALL)?, row.reasons()?);
        let commune = CommuneCode::new(row.text()?);
        let about = (subject, identity_version);
        let mut case = Self::new(about, number, found, commune, opened_at);
        case.custody = row.word(Custody::ALL)?;
        case.list = row.optional_text()?.map(ListId::new);
        case.closed_at = row.optional_time()?;
        Ok(case)
    }
}

impl Table for CorrectionRequest {
    const NAME: &'static str = "correction_request";
    const KEY: &'static [&'static str] = &["bucket", "subject", "reference"];
    const FIXED: &'static [&'static str] = &[
        "field",
        "claimed",
        "channel",
        "evidence",
        "facility",
        "requested_at",
    ];
    const MUTABLE: &'static [&'static str] = &["state", "decline", "decided_at"];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        out.subject(&self.subject)
            .text(&self.reference)
            .text(&self.field)
            .text(&self.claimed)
            .text(&self.channel)
            .text(&self.evidence)
            .text(self.facility.as_str())
            .time(self.requested_at)
            .word(RequestState::ALL, &self.state)
            .optional_text(self.decline.as_ref().map(ReasonCode::as_str))
            .optional_time(self.decided_at);
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            subject: row.subject()?,
            reference: row.text()?,
            field: row.text()?,
            claimed: row.text()?,
            channel: row.text()?,
            evidence: row.text()?,
            facility: FacilityId::new(row.text()?),
            requested_at: row.time()?,
            state: row.word(RequestState::ALL)?,
            decline: row.optional_text()?.map(ReasonCode::new),
            decided_at: row.optional_time()?,
        })
    }
}
