use dcc_registry::{
    Act, Actor, CommuneCode, Delegation, Facility, FacilityCertificate, FacilityDirectory as _,
    MemoryRegistry, civil,
};
use dcc_sign::{Algorithm, test_keys::TestPki};

use super::*;

fn at(day: &str) -> Timestamp {
    day.parse().unwrap()
}

fn codes(findings: &[DoctorFinding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.code()).collect()
}

#[test]
fn months_and_keys_of_the_document_signer() {
    let pki = TestPki::generate("VN", Algorithm::Es256, at("2022-01-01")).unwrap();
    let other = TestPki::generate("VN", Algorithm::Es256, at("2022-01-01")).unwrap();
    let certificate = DocumentSigner::from_pem(pki.dsc_pem().as_bytes()).unwrap();
    let strange = DocumentSigner::from_pem(other.dsc_pem().as_bytes()).unwrap();
    let own = certificate.verifying_key().unwrap();
    let found = |key, day| {
        let pair = SigningPair::new(&certificate, key);
        examine_signer(Some(pair), at(day))
    };
    let good = found(own, "2022-02-01");
    assert_eq!(codes(&good), ["doctor-key-matches", "doctor-dsc-good"]);
    let strange = found(strange.verifying_key().unwrap(), "2022-02-01");
    assert_eq!(strange[0].code, DoctorCode::KeyDiffers);
    assert_eq!(found(own, "2021-02-01")[1].code, DoctorCode::DscNotYet);
    let end = certificate.not_after();
    let pair = Some(SigningPair::new(&certificate, own));
    let before = |months: i32| end.checked_add_months(-months).unwrap();
    assert_eq!(
        examine_signer(pair, before(12))[1].code,
        DoctorCode::DscGood
    );
    assert_eq!(
        examine_signer(pair, before(11))[1].code,
        DoctorCode::DscShort
    );
    let late = &examine_signer(pair, before(5))[1];
    assert_eq!((late.code, late.figure), (DoctorCode::DscTooShort, Some(5)));
    assert_eq!(
        codes(&examine_signer(None, at("2022-02-01"))),
        ["doctor-key-not-given"]
    );
}

#[tokio::test]
async fn facilities_and_delegations() {
    let registry = MemoryRegistry::new();
    let now = at("2022-04-15");
    let empty = examine_register(&registry, now).await;
    assert_eq!(
        codes(&empty),
        ["doctor-register-reachable", "doctor-facilities-none"]
    );
    let facility = |id: &str, mode, certified: bool| {
        let mut facility = Facility::new(FacilityId::new(id), id, CommuneCode::new("00001"));
        facility.mode = mode;
        if certified {
            facility
                .certificates
                .push(FacilityCertificate::new(vec![1], now));
        }
        facility
    };
    let act = Act::new(Actor::new("test"), now);
    let facilities = [
        facility("F1", SigningMode::SelfSigning, true),
        facility("F2", SigningMode::SelfSigning, false),
        facility("F3", SigningMode::Delegated, false),
        facility("F4", SigningMode::Delegated, false),
        facility("F5", SigningMode::None, false),
        facility("F6", SigningMode::Delegated, false),
    ];
    registry.put_facilities(&act, &facilities).await.unwrap();
    let granted = |grantor: &str, last| {
        let (one, other) = (FacilityId::new(grantor), FacilityId::new("S1"));
        Delegation::new(one, other, "1/QĐ", (civil::date(2022, 1, 1), last))
    };
    let delegations = [
        granted("F3", civil::date(2022, 4, 20)),
        granted("F4", civil::date(2022, 4, 14)),
        granted("F6", civil::date(2022, 12, 31)),
    ];
    registry.put_delegations(&act, &delegations).await.unwrap();
    let found = examine_register(&registry, now).await;
    let about: Vec<(&str, Option<&str>, Option<i64>)> = found
        .iter()
        .map(|one| {
            (
                one.code.code(),
                one.facility.as_ref().map(FacilityId::as_str),
                one.figure,
            )
        })
        .collect();
    assert_eq!(
        about,
        [
            ("doctor-register-reachable", None, None),
            ("doctor-facility-without-certificate", Some("F2"), None),
            ("doctor-delegation-ending", Some("F3"), Some(5)),
            ("doctor-delegation-missing", Some("F4"), None),
            ("doctor-facility-not-signing", None, Some(1)),
        ]
    );
}

#[test]
fn room_for_so_many_people() {
    assert_eq!(examine_room(None, 1).code, DoctorCode::RoomUnknown);
    assert_eq!(examine_room(Some(1 << 30), 1000).code, DoctorCode::RoomGood);
    let short = examine_room(Some(1 << 30), 1_000_000);
    assert_eq!(short.code, DoctorCode::RoomShort);
    assert_eq!(short.figure, Some(6788));
}
