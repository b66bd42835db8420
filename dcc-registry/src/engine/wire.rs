//! The stored form of what lies outside the buckets: JSON objects with short, stable members.

use dcc_model::{Timestamp, civil};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{
    Actor, Attestation, AttestationId, Batch, BatchId, Checkpoint, CleaningList, CommuneCode,
    Custody, Delegation, Digest, Facility, FacilityCertificate, FacilityId, Head, ListEvent,
    ListId, ListItem, ListReturn, Partition, ReturnSignature, SignedCheckpoint, SigningMode,
    Snapshot, SnapshotRow, StoreError, SubjectId, VerificationState,
};

/// Structs of numbers, texts and bytes always have a JSON form.
fn write(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn read<T: DeserializeOwned>(bytes: &[u8], about: &'static str) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|_| StoreError::corrupt(about))
}

pub(crate) fn instant(seconds: i64, about: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_unix_seconds(seconds).ok_or_else(|| StoreError::corrupt(about))
}

pub(crate) fn date(text: &str, about: &'static str) -> Result<civil::Date, StoreError> {
    text.parse().map_err(|_| StoreError::corrupt(about))
}

/// The value at a stored number, in a list that only grows.
pub(crate) fn numbered<T: Copy>(
    all: &[T],
    number: usize,
    about: &'static str,
) -> Result<T, StoreError> {
    all.get(number)
        .copied()
        .ok_or_else(|| StoreError::corrupt(about))
}

/// The stored number of a value.
pub(crate) fn number_of<T: PartialEq>(all: &[T], value: &T) -> usize {
    all.iter()
        .position(|other| other == value)
        .unwrap_or(all.len())
}

fn text_of(key: &[u8], about: &'static str) -> Result<String, StoreError> {
    String::from_utf8(key.to_vec()).map_err(|_| StoreError::corrupt(about))
}

#[derive(Serialize, Deserialize)]
struct FacilityWire {
    name: String,
    commune: String,
    mode: usize,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    from: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    certificates: Vec<CertificateWire>,
}

#[derive(Serialize, Deserialize)]
struct CertificateWire {
    der: String,
    at: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    revoked: Option<i64>,
}

pub(super) fn facility_to_bytes(item: &Facility) -> Vec<u8> {
    let certificate = |stored: &FacilityCertificate| CertificateWire {
        der: base64_text(&stored.der),
        at: stored.registered_at.unix_seconds(),
        revoked: stored.revoked_at.map(Timestamp::unix_seconds),
    };
    write(&FacilityWire {
        name: item.name.clone(),
        commune: item.commune.as_str().to_owned(),
        mode: number_of(SigningMode::ALL, &item.mode),
        from: item.enabled_from.map(|day| day.to_string()),
        certificates: item.certificates.iter().map(certificate).collect(),
    })
}

pub(super) fn facility_from_bytes(key: &[u8], body: &[u8]) -> Result<Facility, StoreError> {
    const ABOUT: &str = "facility";
    let wire: FacilityWire = read(body, ABOUT)?;
    let id = FacilityId::new(text_of(key, ABOUT)?);
    let mut item = Facility::new(id, wire.name, CommuneCode::new(wire.commune));
    item.mode = numbered(SigningMode::ALL, wire.mode, ABOUT)?;
    item.enabled_from = wire.from.map(|day| date(&day, ABOUT)).transpose()?;
    for stored in wire.certificates {
        let der = base64_bytes(&stored.der, ABOUT)?;
        let mut certificate = FacilityCertificate::new(der, instant(stored.at, ABOUT)?);
        certificate.revoked_at = stored.revoked.map(|at| instant(at, ABOUT)).transpose()?;
        item.certificates.push(certificate);
    }
    Ok(item)
}

#[derive(Serialize, Deserialize)]
struct DelegationWire {
    grantor: String,
    grantee: String,
    reference: String,
    days: (String, String),
    scope: (Option<String>, Option<String>),
    #[serde(skip_serializing_if = "Option::is_none", default)]
    revoked: Option<i64>,
}

pub(super) fn delegation_to_bytes(item: &Delegation) -> Vec<u8> {
    let text = |day: civil::Date| day.to_string();
    write(&DelegationWire {
        grantor: item.grantor.as_str().to_owned(),
        grantee: item.grantee.as_str().to_owned(),
        reference: item.reference.clone(),
        days: (text(item.valid_from), text(item.valid_to)),
        scope: (item.scope_from.map(text), item.scope_to.map(text)),
        revoked: item.revoked_at.map(Timestamp::unix_seconds),
    })
}

pub(super) fn delegation_from_bytes(body: &[u8]) -> Result<Delegation, StoreError> {
    const ABOUT: &str = "delegation";
    let wire: DelegationWire = read(body, ABOUT)?;
    let day = |text: String| date(&text, ABOUT);
    let days = (day(wire.days.0)?, day(wire.days.1)?);
    let (grantor, grantee) = (FacilityId::new(wire.grantor), FacilityId::new(wire.grantee));
    let mut item = Delegation::new(grantor, grantee, wire.reference, days);
    item.scope_from = wire.scope.0.map(day).transpose()?;
    item.scope_to = wire.scope.1.map(day).transpose()?;
    item.revoked_at = wire.revoked.map(|at| instant(at, ABOUT)).transpose()?;
    Ok(item)
}

#[derive(Serialize, Deserialize)]
struct AttestationWire {
    facility: String,
    signer: String,
    certificate: [u8; 32],
    #[serde(skip_serializing_if = "Option::is_none", default)]
    delegation: Option<String>,
    size: u64,
    root: [u8; 32],
    at: i64,
}

/// Without the package, which lies beside it.
pub(super) fn attestation_to_bytes(item: &Attestation) -> Vec<u8> {
    write(&AttestationWire {
        facility: item.facility.as_str().to_owned(),
        signer: item.signer.as_str().to_owned(),
        certificate: *item.certificate.as_bytes(),
        delegation: item.delegation.clone(),
        size: item.size,
        root: *item.root.as_bytes(),
        at: item.signed_at.unix_seconds(),
    })
}

pub(super) fn attestation_from_bytes(
    id: AttestationId,
    body: &[u8],
) -> Result<Attestation, StoreError> {
    const ABOUT: &str = "attestation";
    let wire: AttestationWire = read(body, ABOUT)?;
    let tree = (wire.size, Digest::from_bytes(wire.root));
    let certificate = Digest::from_bytes(wire.certificate);
    let facility = FacilityId::new(wire.facility);
    let at = instant(wire.at, ABOUT)?;
    let mut item = Attestation::new(Vec::new(), facility, certificate, tree, at);
    item.id = id;
    item.signer = FacilityId::new(wire.signer);
    item.delegation = wire.delegation;
    Ok(item)
}

#[derive(Serialize, Deserialize)]
struct BatchWire {
    policy: String,
    profile: String,
    opened: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    done: Option<i64>,
}

pub(super) fn batch_to_bytes(item: &Batch) -> Vec<u8> {
    write(&BatchWire {
        policy: item.policy.clone(),
        profile: item.profile.clone(),
        opened: item.opened_at.unix_seconds(),
        done: item.done_at.map(Timestamp::unix_seconds),
    })
}

pub(super) fn batch_from_bytes(id: BatchId, body: &[u8]) -> Result<Batch, StoreError> {
    const ABOUT: &str = "batch";
    let wire: BatchWire = read(body, ABOUT)?;
    let mut item = Batch::new(id, wire.policy, wire.profile, instant(wire.opened, ABOUT)?);
    item.done_at = wire.done.map(|at| instant(at, ABOUT)).transpose()?;
    Ok(item)
}

#[derive(Serialize, Deserialize)]
struct ListWire {
    commune: String,
    hash: [u8; 32],
    at: i64,
    items: Vec<([u8; 16], u32, u32)>,
    events: Vec<ListEventWire>,
    note: String,
}

#[derive(Serialize, Deserialize)]
struct ListEventWire {
    custody: usize,
    actor: String,
    at: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    returned: Option<([u8; 32], usize)>,
}

pub(super) fn list_to_bytes(item: &CleaningList) -> Vec<u8> {
    let row = |row: &ListItem| (*row.subject.as_bytes(), row.case, row.identity_version);
    let event = |event: &ListEvent| ListEventWire {
        custody: number_of(Custody::ALL, &event.custody),
        actor: event.actor.as_str().to_owned(),
        at: event.at.unix_seconds(),
        returned: event.returned.map(|file| {
            (
                *file.hash.as_bytes(),
                number_of(ReturnSignature::ALL, &file.signature),
            )
        }),
    };
    write(&ListWire {
        commune: item.commune.as_str().to_owned(),
        hash: *item.hash.as_bytes(),
        at: item.made_at.unix_seconds(),
        items: item.items.iter().map(row).collect(),
        events: item.events.iter().map(event).collect(),
        note: item.note.clone(),
    })
}

pub(super) fn list_from_bytes(key: &[u8], body: &[u8]) -> Result<CleaningList, StoreError> {
    const ABOUT: &str = "cleaning_list";
    let wire: ListWire = read(body, ABOUT)?;
    let id = ListId::new(text_of(key, ABOUT)?);
    let rows = wire.items.into_iter();
    let items =
        rows.map(|(id, case, version)| ListItem::new(SubjectId::from_bytes(id), case, version));
    let hash = Digest::from_bytes(wire.hash);
    let commune = CommuneCode::new(wire.commune);
    let made_at = instant(wire.at, ABOUT)?;
    let mut list = CleaningList::new(id, commune, hash, items.collect(), made_at);
    list.note = wire.note;
    for stored in wire.events {
        let custody = numbered(Custody::ALL, stored.custody, ABOUT)?;
        let at = instant(stored.at, ABOUT)?;
        let mut event = ListEvent::new(custody, Actor::new(&stored.actor), at);
        if let Some((hash, signature)) = stored.returned {
            let signature = numbered(ReturnSignature::ALL, signature, ABOUT)?;
            event.returned = Some(ListReturn::new(Digest::from_bytes(hash), signature));
        }
        list.events.push(event);
    }
    Ok(list)
}

#[derive(Serialize, Deserialize)]
struct SnapshotWire {
    at: i64,
    rows: Vec<(String, usize, u64, u64)>,
}

pub(super) fn snapshot_to_bytes(item: &Snapshot) -> Vec<u8> {
    let row = |row: &SnapshotRow| {
        let state = number_of(VerificationState::ALL, &row.state);
        (
            row.commune.as_str().to_owned(),
            state,
            row.subjects,
            row.doses,
        )
    };
    let rows = item.rows.iter().map(row).collect();
    write(&SnapshotWire {
        at: item.at.unix_seconds(),
        rows,
    })
}

pub(super) fn snapshot_from_bytes(key: &[u8], body: &[u8]) -> Result<Snapshot, StoreError> {
    const ABOUT: &str = "snapshot";
    let wire: SnapshotWire = read(body, ABOUT)?;
    let row = |(commune, state, subjects, doses): (String, usize, u64, u64)| {
        let state = numbered(VerificationState::ALL, state, ABOUT)?;
        Ok(SnapshotRow::new(
            CommuneCode::new(commune),
            state,
            subjects,
            doses,
        ))
    };
    let rows = wire
        .rows
        .into_iter()
        .map(row)
        .collect::<Result<Vec<SnapshotRow>, StoreError>>()?;
    Ok(Snapshot::new(
        text_of(key, ABOUT)?,
        instant(wire.at, ABOUT)?,
        rows,
    ))
}

#[derive(Serialize, Deserialize)]
struct CheckpointWire {
    sequence: u64,
    previous: [u8; 32],
    at: i64,
    heads: Vec<(u16, u64, [u8; 32])>,
    signature: String,
}

pub(super) fn checkpoint_to_bytes(item: &SignedCheckpoint) -> Vec<u8> {
    let point = item.checkpoint();
    let head = |head: &Head| (head.partition.number(), head.number, *head.hash.as_bytes());
    write(&CheckpointWire {
        sequence: point.sequence(),
        previous: *point.previous().as_bytes(),
        at: point.at().unix_seconds(),
        heads: point.heads().iter().map(head).collect(),
        signature: base64_text(item.signature()),
    })
}

pub(super) fn checkpoint_from_bytes(body: &[u8]) -> Result<SignedCheckpoint, StoreError> {
    const ABOUT: &str = "checkpoint";
    let wire: CheckpointWire = read(body, ABOUT)?;
    let head = |(partition, number, hash): (u16, u64, [u8; 32])| {
        let partition = Partition::new(partition).ok_or(StoreError::corrupt(ABOUT))?;
        Ok(Head::new(partition, number, Digest::from_bytes(hash)))
    };
    let heads = wire
        .heads
        .into_iter()
        .map(head)
        .collect::<Result<Vec<Head>, StoreError>>()?;
    let previous = Digest::from_bytes(wire.previous);
    let at = instant(wire.at, ABOUT)?;
    let signature = base64_bytes(&wire.signature, ABOUT)?;
    Ok(SignedCheckpoint::new(
        Checkpoint::new(wire.sequence, previous, at, heads),
        signature,
    ))
}

fn base64_text(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn base64_bytes(text: &str, about: &'static str) -> Result<Vec<u8>, StoreError> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|_| StoreError::corrupt(about))
}
