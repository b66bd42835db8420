use dcc_registry::{
    Act, Actor, Basis, BatchId, CertificateId, CertificateIntent, CertificateLife as _,
    CertificateRecord, Digest, Intake, IntakeStore as _, MemoryRegistry,
};

use super::*;

const NUMBER: &str = "001099000001";

fn key() -> ReferenceKey {
    ReferenceKey::from_bytes([7; 32])
}

fn now() -> Timestamp {
    "2022-06-01".parse().unwrap()
}

/// A person with or without a telephone and with or without a current certificate.
async fn register(phone: &str, certified: bool) -> MemoryRegistry {
    let registry = MemoryRegistry::new();
    let act = Act::new(Actor::new("test"), now());
    let mut who = Identity::new("Nguyễn Hoà", CommuneCode::new("00001"));
    who.birth_date = "1999-05-02".to_owned();
    who.document_kind = Some(DocumentKind::Cccd);
    who.document_number = NUMBER.to_owned();
    who.phone = phone.to_owned();
    let id = key().subject_id("S1");
    let document = document_key(&key(), &who);
    let mut item = Intake::new(id, "S1", who);
    item.document = document;
    registry.take_in(&act, &[item]).await.unwrap();
    if certified {
        let expires = "2023-05-01".parse().unwrap();
        let intent = CertificateIntent::new(
            CertificateId::new("URN:UVCI:01:VN:1"),
            (id, 1),
            (BatchId::new(Digest::ZERO), Basis::new(Digest::ZERO)),
            Vec::new(),
            (now(), expires),
        );
        let mut record = CertificateRecord::new(intent, &act);
        record.hc1 = Some("HC1:X".to_owned());
        registry.import_certificates(&act, &[record]).await.unwrap();
    }
    registry
}

async fn ask(
    registry: &MemoryRegistry,
    number: &str,
    name: &str,
    phone: &str,
    born: &str,
) -> LookupAnswer {
    let mut query = LookupQuery::new(number, name, "client");
    query.phone = phone.to_owned();
    query.birth_date = born.to_owned();
    let limiter = WindowLimiter::new(100, 60);
    lookup((registry, &key()), &query, &limiter, now())
        .await
        .unwrap()
}

#[tokio::test]
async fn found_needs_document_name_and_telephone() {
    use LookupAnswer::{DetailsDiffer, Found, NotAvailable};
    let registry = register("+84 912 345 678", true).await;
    for (number, name, phone, answer) in [
        (NUMBER, "NGUYỄN HÒA", "0912345678", Found),
        ("001 099-000001", "Nguyễn Hoà", "0912 345 678", Found),
        (NUMBER, "Nguyen Hoa", "0912345678", DetailsDiffer),
        (NUMBER, "Nguyễn Hoà", "0999999999", DetailsDiffer),
        (NUMBER, "Nguyễn Hoà", "", DetailsDiffer),
        (NUMBER, "Trần Văn B", "0999999999", NotAvailable),
        ("001099000002", "Nguyễn Hoà", "0912345678", NotAvailable),
        ("", "Nguyễn Hoà", "0912345678", NotAvailable),
    ] {
        assert_eq!(
            ask(&registry, number, name, phone, "1999-05-02").await,
            answer,
            "{name} {phone}"
        );
    }
}

#[tokio::test]
async fn the_birth_date_stands_in_where_the_record_has_no_telephone() {
    use LookupAnswer::{DetailsDiffer, Found};
    let registry = register("", true).await;
    assert_eq!(
        ask(&registry, NUMBER, "Nguyễn Hoà", "", "1999-05-02").await,
        Found
    );
    assert_eq!(
        ask(&registry, NUMBER, "Nguyễn Hoà", "0912345678", "").await,
        DetailsDiffer
    );
}

#[tokio::test]
async fn nobody_learns_that_a_number_is_known() {
    let without = register("0912345678", false).await;
    let answer = ask(&without, NUMBER, "Nguyễn Hoà", "0912345678", "").await;
    assert_eq!(
        answer,
        LookupAnswer::NotAvailable,
        "held, refused and unknown are one answer"
    );
    let mut query = LookupQuery::new(NUMBER, "Nguyễn Hoà", "client");
    query.phone = "0912345678".to_owned();
    let registry = register("0912345678", true).await;
    let after_expiry = "2024-01-01".parse().unwrap();
    let limiter = WindowLimiter::new(1, 60);
    let late = lookup((&registry, &key()), &query, &limiter, after_expiry).await;
    assert_eq!(late, Ok(LookupAnswer::NotAvailable));
}

#[test]
fn answers_have_one_size() {
    for answer in LookupAnswer::ALL {
        let bytes = answer.to_bytes();
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read["answer"], answer.code());
    }
}

#[tokio::test]
async fn whoever_asks_too_often_is_refused() {
    let registry = register("", true).await;
    let limiter = WindowLimiter::new(2, 60);
    let ask = |number: &'static str, client: &'static str, at: Timestamp| {
        let (registry, limiter) = (&registry, &limiter);
        async move {
            let query = LookupQuery::new(number, "Nguyễn Hoà", client);
            lookup((registry, &key()), &query, limiter, at).await
        }
    };
    for number in ["1", "2"] {
        assert!(ask(number, "one", now()).await.is_ok());
    }
    let third = ask("3", "one", now()).await;
    assert!(matches!(third, Err(LookupError::RateLimited(limit)) if limit.seconds <= 60));
    // One number is not tried out from many clients either.
    assert!(ask(NUMBER, "two", now()).await.is_ok());
    assert!(ask(NUMBER, "three", now()).await.is_ok());
    assert!(ask(NUMBER, "four", now()).await.is_err());
    assert!(
        ask(NUMBER, "four", now().saturating_add_seconds(60))
            .await
            .is_ok()
    );
}

#[test]
fn a_question_prints_nothing() {
    let query = LookupQuery::new("001099000001", "Đánh Dấu", "client");
    assert_eq!(format!("{query:?}"), "LookupQuery");
}
