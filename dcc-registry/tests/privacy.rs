//! Nothing personal in any `Debug` text.

use dcc_registry::{
    Act, Actor, CertificateId, CertificateRecord, CommuneCode, Completion, Correction,
    CorrectionRequest, DocumentKind, DoseContent, DoseKey, DoseRecord, DoseRef, FacilityId,
    Identity, IdentityVersion, Intake, PersonToken, PopulationQuery, ReferenceKey, Subject,
    SubjectHistory, SubjectRecord, Timestamp, civil,
};

const MARKS: &[&str] = &[
    "Đánh", "1948", "001948", "0912345", "LOT7", "HC1:", "deadbeef", "2021",
];

fn identity() -> Identity {
    let mut identity = Identity::new("Nguyễn Thị Đánh Dấu", CommuneCode::new("00001"));
    identity.birth_date = String::from("1948-05-02");
    identity.document_kind = Some(DocumentKind::Cccd);
    identity.document_number = String::from("001948000001");
    identity.phone = String::from("0912345678");
    identity
}

#[test]
fn debug_texts_hold_nothing_personal() {
    let act = Act::new(Actor::new("test:privacy"), Timestamp::UNIX_EPOCH);
    let key = ReferenceKey::from_bytes([0xde; 32]);
    let id = key.subject_id("s1");
    let record = SubjectRecord::new(id, String::from("Đánh-1"), identity(), &act);
    let mut content = DoseContent::new("pfizer", civil::date(2021, 9, 3), FacilityId::new("F1"));
    content.lot = Some(String::from("LOT7"));
    let dose_key = DoseKey::new(id, DoseRef::new("d1"));
    let dose = DoseRecord::new(dose_key, 1, content.clone(), &act);
    let mut intake = Intake::new(id, "Đánh-1", identity());
    intake.doses.push((DoseRef::new("d1"), content.clone()));
    let mut subject = Subject::new(record.clone());
    subject.doses.push(dose.clone());
    let mut history = SubjectHistory::new(record.clone());
    history.identities.push(IdentityVersion::of(&record));
    history.doses.push(dose.clone());
    let document = (DocumentKind::Cccd, String::from("001948000001"));
    let query = PopulationQuery::new(document, "Nguyễn Thị Đánh Dấu", "1948-05-02", None);
    let request = CorrectionRequest::new(
        (id, String::from("r1")),
        "full_name",
        "Trần Thị Đánh Dấu",
        FacilityId::new("F1"),
        Timestamp::UNIX_EPOCH,
    );
    let completion = Completion::new(id, CertificateId::new("U"), String::from("HC1:XYZ"));
    let shown = [
        format!("{key:?} {record:?} {dose:?} {content:?} {intake:?} {subject:?} {history:?}"),
        format!(
            "{query:?} {request:?} {completion:?} {:?}",
            PersonToken::new([0xde; 16])
        ),
        format!("{:?}", Correction::new(id, 1, identity())),
    ]
    .concat();
    for mark in MARKS {
        assert!(!shown.contains(mark), "{mark} in {shown}");
    }
}

/// A certificate's record prints its identifier, which says nothing, and never its text.
#[test]
fn a_certificate_prints_its_identifier_only() {
    let act = Act::new(Actor::new("test:privacy"), Timestamp::UNIX_EPOCH);
    let id = ReferenceKey::from_bytes([1; 32]).subject_id("s1");
    let zero = dcc_registry::Digest::ZERO;
    let intent = dcc_registry::CertificateIntent::new(
        CertificateId::new("URN:UVCI:01:VN:1"),
        (id, 1),
        (
            dcc_registry::BatchId::new(zero),
            dcc_registry::Basis::new(zero),
        ),
        b"Nguyen".to_vec(),
        (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH),
    );
    let mut record = CertificateRecord::new(intent, &act);
    record.hc1 = Some(String::from("HC1:XYZ"));
    let shown = format!("{record:?} {:?}", record.intent);
    assert!(
        shown.contains("URN:UVCI:01:VN:1") && !shown.contains("HC1"),
        "{shown}"
    );
    assert!(!shown.contains("78, 103"), "{shown}");
}

#[test]
fn references_are_keyed_and_apart() {
    let one = ReferenceKey::from_bytes([1; 32]);
    let other = ReferenceKey::from_bytes([2; 32]);
    assert_eq!(one.subject_id("s1"), one.subject_id("s1"));
    assert_ne!(one.subject_id("s1"), other.subject_id("s1"));
    assert_ne!(
        one.document("cccd", "12"),
        one.document("cccd1", "2"),
        "parts do not run together"
    );
    assert_ne!(one.person(&["a", "b"]), one.person(&["ab"]));
    assert_ne!(
        one.subject_id("s1").as_bytes(),
        one.document("s1", "").as_bytes(),
        "purposes are apart"
    );
}
