//! Subjects, earlier identities, doses and links.

use crate::sqlite::fields::{Reader, Writer};
use crate::sqlite::statement::Table;
use crate::{
    Actor, AttestationId, Attested, CommuneCode, DocumentKind, DoseContent, DoseKey, DoseKind,
    DoseRecord, DoseRef, DoseState, FacilityId, Identity, IdentityVersion, LinkRelation, Sex,
    StoreError, SubjectId, SubjectLink, SubjectRecord, Verification, VerificationState,
};

const IDENTITY: [&str; 8] = [
    "full_name",
    "birth_date",
    "sex",
    "nationality",
    "document_kind",
    "document_number",
    "phone",
    "commune",
];

fn write_identity<'v>(out: &mut Writer<'v>, identity: &'v Identity) {
    out.text(&identity.full_name)
        .text(&identity.birth_date)
        .optional_word(Sex::ALL, identity.sex.as_ref())
        .text(&identity.nationality)
        .optional_word(DocumentKind::ALL, identity.document_kind.as_ref())
        .text(&identity.document_number)
        .text(&identity.phone)
        .text(identity.commune.as_str());
}

fn read_identity(row: &mut Reader<'_>) -> Result<Identity, StoreError> {
    let mut identity = Identity::new(row.text()?, CommuneCode::new(String::new()));
    identity.birth_date = row.text()?;
    identity.sex = row.optional_word(Sex::ALL)?;
    identity.nationality = row.text()?;
    identity.document_kind = row.optional_word(DocumentKind::ALL)?;
    identity.document_number = row.text()?;
    identity.phone = row.text()?;
    identity.commune = CommuneCode::new(row.text()?);
    Ok(identity)
}

impl Table for SubjectRecord {
    const NAME: &'static str = "subject";
    const KEY: &'static [&'static str] = &["bucket", "subject"];
    const FIXED: &'static [&'static str] = &["subject_ref"];
    const MUTABLE: &'static [&'static str] = &[
        IDENTITY[0],
        IDENTITY[1],
        IDENTITY[2],
        IDENTITY[3],
        IDENTITY[4],
        IDENTITY[5],
        IDENTITY[6],
        IDENTITY[7],
        "document",
        "identity_version",
        "revision",
        "verification",
        "reasons",
        "checked_at",
        "recorded_at",
        "recorded_by",
    ];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        out.subject(&self.id).text(&self.subject_ref);
        write_identity(out, &self.identity);
        out.optional_bytes(self.document.as_ref().map(|key| key.as_bytes().as_slice()))
            .number(self.identity_version)
            .number(self.revision)
            .word(VerificationState::ALL, &self.verification.state)
            .reasons(&self.verification.reasons)
            .optional_time(self.verification.checked_at)
            .time(self.recorded_at)
            .text(self.recorded_by.as_str());
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.subject()?,
            subject_ref: row.text()?,
            identity: read_identity(row)?,
            document: row.optional_key()?,
            identity_version: row.number()?,
            revision: row.number()?,
            verification: Verification::new(
                row.word(VerificationState::ALL)?,
                row.reasons()?,
                row.optional_time()?,
            ),
            recorded_at: row.time()?,
            recorded_by: Actor::new(&row.text()?),
        })
    }
}

/// An earlier identity of a subject.
pub(in crate::sqlite) struct IdentityRow(
    pub(in crate::sqlite) SubjectId,
    pub(in crate::sqlite) IdentityVersion,
);

impl IdentityRow {
    pub(in crate::sqlite) fn of((key, version): (&(SubjectId, u32), &IdentityVersion)) -> Self {
        Self(key.0, version.clone())
    }
}

impl Table for IdentityRow {
    const NAME: &'static str = "subject_identity";
    const KEY: &'static [&'static str] = &["bucket", "subject", "version"];
    const FIXED: &'static [&'static str] = &[
        IDENTITY[0],
        IDENTITY[1],
        IDENTITY[2],
        IDENTITY[3],
        IDENTITY[4],
        IDENTITY[5],
        IDENTITY[6],
        IDENTITY[7],
        "recorded_at",
        "recorded_by",
    ];
    const MUTABLE: &'static [&'static str] = &[];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        out.subject(&self.0).number(self.1.version);
        write_identity(out, &self.1.identity);
        out.time(self.1.recorded_at)
            .text(self.1.recorded_by.as_str());
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        let subject = row.subject()?;
        let version = row.number()?;
        let identity = read_identity(row)?;
        let recorded_at = row.time()?;
        let recorded_by = Actor::new(&row.text()?);
        Ok(Self(
            subject,
            IdentityVersion {
                version,
                identity,
                recorded_at,
                recorded_by,
            },
        ))
    }
}

impl Table for DoseRecord {
    const NAME: &'static str = "dose";
    const KEY: &'static [&'static str] = &["bucket", "subject", "dose_ref", "version"];
    const FIXED: &'static [&'static str] = &[
        "vaccine",
        "lot",
        "dose_date",
        "kind",
        "vaccinating",
        "entering",
        "entered_at",
        "hash",
        "recorded_at",
        "recorded_by",
    ];
    const MUTABLE: &'static [&'static str] = &["state", "attestation", "leaf"];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        let content = &self.content;
        let attestation = self.attested.as_ref();
        let attestation = attestation.map(|at| at.attestation.digest().as_bytes());
        out.subject(&self.key.subject)
            .text(self.key.dose_ref.as_str())
            .number(self.version)
            .text(&content.vaccine)
            .optional_text(content.lot.as_deref())
            .own_text(content.date.to_string())
            .optional_word(DoseKind::ALL, content.kind.as_ref())
            .text(content.vaccinating.as_str())
            .text(content.entering.as_str())
            .optional_time(content.entered_at)
            .bytes(self.hash.as_bytes())
            .time(self.recorded_at)
            .text(self.recorded_by.as_str())
            .word(DoseState::ALL, &self.state)
            .optional_bytes(attestation.map(<[u8; 32]>::as_slice))
            .optional_number(self.attested.map(|at| at.leaf));
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        let subject = row.subject()?;
        let key = DoseKey::new(subject, DoseRef::new(row.text()?));
        let version = row.number()?;
        let vaccine = row.text()?;
        let lot = row.optional_text()?;
        let mut content = DoseContent::new(vaccine, row.date()?, FacilityId::new(String::new()));
        content.lot = lot;
        content.kind = row.optional_word(DoseKind::ALL)?;
        content.vaccinating = FacilityId::new(row.text()?);
        content.entering = FacilityId::new(row.text()?);
        content.entered_at = row.optional_time()?;
        let hash = row.digest()?;
        let (recorded_at, recorded_by) = (row.time()?, Actor::new(&row.text()?));
        let state = row.word(DoseState::ALL)?;
        let attestation = row.optional_digest()?.map(AttestationId::new);
        let leaf = row.optional_number()?;
        let attested = attestation
            .zip(leaf)
            .map(|(id, leaf)| Attested::new(id, leaf));
        Ok(Self {
            key,
            version,
            content,
            hash,
            state,
            attested,
            recorded_at,
            recorded_by,
        })
    }
}

impl Table for SubjectLink {
    const NAME: &'static str = "subject_link";
    const KEY: &'static [&'static str] = &["bucket", "subject", "other"];
    const FIXED: &'static [&'static str] = &[];
    const MUTABLE: &'static [&'static str] = &["relation", "evidence", "linked_at"];

    fn write<'v>(&'v self, out: &mut Writer<'v>) {
        out.subject(&self.subject)
            .bytes(self.other.as_bytes())
            .word(LinkRelation::ALL, &self.relation)
            .text(&self.evidence)
            .time(self.at);
    }

    fn read(row: &mut Reader<'_>) -> Result<Self, StoreError> {
        let (subject, other) = (row.subject()?, row.id()?);
        let (relation, evidence) = (row.word(LinkRelation::ALL)?, row.text()?);
        Ok(Self::new(subject, other, relation, evidence, row.time()?))
    }
}
