//! Made-up people, doses and certificates for the suites.

use dcc_model::{Timestamp, civil};

use super::Failure;
use crate::{
    Act, Actor, Basis, Batch, BatchId, Bucket, CertificateId, CertificateIntent, Columns,
    CommuneCode, Completion, Digest, DoseContent, DoseKey, DoseRef, FacilityId, Identity, Intake,
    Lease, LookupKey, Registry, Reservation, SubjectId, VerificationResult, VerificationState,
    WorkerId,
};

/// The instant `seconds` after the suites' beginning.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH
        .saturating_add_seconds(1_650_000_000)
        .saturating_add_seconds(seconds)
}

/// Somebody acts at [`at`] of `seconds`.
pub(super) fn act(seconds: i64) -> Act {
    Act::new(Actor::new("conformance:suite"), at(seconds))
}

/// A bucket; `number` below 4096.
pub(super) fn bucket(number: u16) -> Bucket {
    Bucket::leading((number << 4).to_be_bytes())
}

/// Person `person` of bucket `bucket`.
pub(super) fn subject(bucket: u16, person: u8) -> SubjectId {
    let [first, second] = (bucket << 4).to_be_bytes();
    let mut bytes = [person; 16];
    bytes[0] = first;
    bytes[1] = second;
    SubjectId::from_bytes(bytes)
}

/// Made-up basics.
pub(super) fn identity(person: u8) -> Identity {
    let mut identity = Identity::new(format!("Nguyễn Thử {person}"), CommuneCode::new("00001"));
    identity.birth_date = String::from("1980-01-02");
    identity.sex = Some(crate::Sex::Female);
    identity.nationality = String::from("VN");
    identity.document_kind = Some(crate::DocumentKind::Cccd);
    identity.document_number = format!("0010800{person:05}");
    identity.phone = String::from("0900000000");
    identity
}

/// A look-up key for a made-up document.
pub(super) fn document(person: u8) -> LookupKey {
    LookupKey::from_digest(&Digest::of(&[b'd', person]))
}

pub(super) fn facility(number: u8) -> FacilityId {
    FacilityId::new(format!("F{number}"))
}

/// A shot given on the `day`-th of April.
pub(super) fn dose(day: i8) -> DoseContent {
    let date = civil::Date::new(2022, 4, day).unwrap_or(civil::Date::MIN);
    let mut content = DoseContent::new("pfizer", date, facility(1));
    content.lot = Some(String::from("FK0112"));
    content.kind = Some(crate::DoseKind::Primary1);
    content
}

pub(super) fn dose_ref(id: SubjectId, number: u8) -> DoseRef {
    DoseRef::new(format!("{id}/{number}"))
}

pub(super) fn dose_key(id: SubjectId, number: u8) -> DoseKey {
    DoseKey::new(id, dose_ref(id, number))
}

/// A person with two doses.
pub(super) fn intake(bucket: u16, person: u8) -> Intake {
    let id = subject(bucket, person);
    let mut item = Intake::new(id, format!("ref-{id}"), identity(person));
    item.document = Some(document(person));
    item.doses = vec![(dose_ref(id, 1), dose(1)), (dose_ref(id, 2), dose(28))];
    item
}

/// Takes in people of several buckets, all identified.
pub(super) async fn people(
    store: &dyn Registry,
    who: &[(u16, u8)],
) -> Result<Vec<SubjectId>, Failure> {
    let items: Vec<Intake> = who
        .iter()
        .map(|(bucket, person)| intake(*bucket, *person))
        .collect();
    store.take_in(&act(1), &items).await?;
    let ids: Vec<SubjectId> = items.iter().map(|item| item.subject).collect();
    let answers: Vec<VerificationResult> = ids
        .iter()
        .map(|id| VerificationResult::new(*id, 1, VerificationState::Match, Vec::new()))
        .collect();
    store.record(&act(2), &answers).await?;
    Ok(ids)
}

/// The batch of the suites.
pub(super) fn batch() -> Batch {
    let id = BatchId::new(Digest::of(b"batch"));
    Batch::new(
        id,
        String::from("full-course-5772"),
        String::from("eu"),
        at(3),
    )
}

pub(super) fn uvci(text: &str) -> CertificateId {
    CertificateId::new(format!("URN:UVCI:01:VN:{text}"))
}

/// An intent that `id` at its present revision gets the certificate `name`.
pub(super) async fn reservation(
    store: &dyn Registry,
    id: SubjectId,
    name: &str,
) -> Result<Reservation, Failure> {
    let found = store.subjects(&[id]).await?;
    let revision = found
        .first()
        .and_then(Option::as_ref)
        .map_or(0, |s| s.record.revision);
    Ok(reservation_at(id, revision, name))
}

/// An intent on the basis of its own name.
pub(super) fn reservation_at(id: SubjectId, revision: u64, name: &str) -> Reservation {
    let basis = Basis::new(Digest::of(name.as_bytes()));
    let bytes = format!("to be signed for {name}").into_bytes();
    let key = (batch().id, basis);
    let mut intent = CertificateIntent::new(
        uvci(name),
        (id, revision),
        key,
        bytes,
        (at(10), at(31_536_010)),
    );
    intent.kid = vec![7; 8];
    intent.dose = (2, 2);
    intent.nationality = String::from("VN");
    intent.counted = vec![
        crate::CountedDose::new(dose_ref(id, 1), 1),
        crate::CountedDose::new(dose_ref(id, 2), 1),
    ];
    let doses = Columns {
        issued: 2,
        ..Columns::default()
    };
    Reservation::new(intent, doses, Digest::of(b"inputs"))
}

pub(super) fn completion(id: SubjectId, name: &str) -> Completion {
    Completion::new(id, uvci(name), format!("HC1:{name}"))
}

pub(super) fn worker(name: &str) -> WorkerId {
    WorkerId::new(name)
}

/// Takes leases of these buckets for a worker, at [`at`] of `seconds`, for 100 seconds.
pub(super) async fn leases(
    store: &dyn Registry,
    name: &str,
    buckets: &[u16],
    seconds: i64,
) -> Result<Vec<Lease>, Failure> {
    let among: Vec<Bucket> = buckets.iter().map(|number| bucket(*number)).collect();
    let times = (at(seconds), at(seconds.saturating_add(100)));
    Ok(store
        .acquire(&worker(name), &among, among.len(), times)
        .await?)
}

/// Reserves, completes and publishes a certificate for one person.
pub(super) async fn certify(
    store: &dyn Registry,
    held: &[Lease],
    id: SubjectId,
    name: &str,
) -> Result<crate::PublishOutcome, Failure> {
    let item = reservation(store, id, name).await?;
    store.reserve(&act(10), held, &[item]).await?;
    store
        .complete(&act(11), held, &[completion(id, name)])
        .await?;
    let outcomes = store.publish(&act(12), held, &[(id, uvci(name))]).await?;
    let none = || Failure {
        check: "an answer for every item",
        found: String::from("none"),
    };
    outcomes.into_iter().next().ok_or_else(none)
}
