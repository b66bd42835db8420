use std::path::PathBuf;

use serde_json::json;

use super::*;

/// A sample of WHO, as its own validator unpacked it: the CWT claims.
fn sample(name: &str) -> Option<Value> {
    let place = std::env::var_os("DCC_TESTDATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/testdata"),
        PathBuf::from,
    );
    let Ok(bytes) = std::fs::read(place.join("who-payloads").join(name)) else {
        println!("shared test data absent: not run");
        return None;
    };
    let unpacked: Value = serde_json::from_slice(&bytes).unwrap();
    Some(unpacked["contents"].clone())
}

#[test]
fn keys_come_back_and_others_are_named() {
    for key in -10..10 {
        assert_eq!(HealthClaim::from_key(key).key(), key);
    }
    assert_eq!(HealthClaim::from_key(2), HealthClaim::Other(2));
    assert_eq!(HealthClaim::from_key(i64::MIN).word(), "other");
    assert!(!HealthClaim::Dcc.may_lack_expiry() && HealthClaim::Dvc.may_lack_expiry());
}

#[test]
fn whos_minimal_certificates_are_typed() {
    for (name, dose, issuer, guardian) in [
        ("DVCTestQRUnpacked.json", "Primary", true, true),
        ("DVCTest2QRUnpacked.json", "Primary", true, true),
        ("DVCTest3QRUnpacked.json", "secondDose", false, false),
    ] {
        let Some(claims) = sample(name) else { return };
        let (read, remarks) = HealthPayload::read(HealthClaim::Dvc, &claims["-260"]["-6"]).unwrap();
        assert!(remarks.is_empty());
        assert_eq!(read.usage(), Some(EntryKind::Vaccination));
        let HealthPayload::Dvc(certificate) = &read else {
            panic!("{read:?}")
        };
        assert_eq!(read.holder().as_deref(), Some(certificate.name()));
        let vaccination = certificate.vaccination();
        assert_eq!(vaccination.dose(), Some(dose));
        assert_eq!(vaccination.issuer().is_some(), issuer);
        assert_eq!(certificate.guardian().is_some(), guardian);
        assert!(vaccination.date().unwrap().date().is_some());
        assert!(vaccination.vaccine().is_some() && vaccination.disease().is_some());
    }
}

#[test]
fn whos_core_data_set_without_a_container_is_typed() {
    let Some(claims) = sample("WHOQR2Unpacked.json") else {
        return;
    };
    let read = HealthPayload::read_without_container(&claims).unwrap();
    let HealthPayload::DdccVaccination(certificate) = &read else {
        panic!("{read:?}")
    };
    assert_eq!(
        certificate.vaccine().unwrap().system(),
        Some("http://snomed.info/sct")
    );
    assert_eq!(certificate.manufacturer().unwrap().system(), None);
    assert_eq!(
        (certificate.dose(), certificate.total_doses()),
        (Some(1), None)
    );
    assert!(certificate.date().is_none() && certificate.brand().is_none());
    // A DCC's claims are none.
    let dcc = sample("EUItalyAcceptanceQRUnpacked.json").unwrap();
    assert_eq!(HealthPayload::read_without_container(&dcc), None);
    let (dcc, _) = HealthPayload::read(HealthClaim::Dcc, &dcc["-260"]["1"]).unwrap();
    assert_eq!(
        (dcc.claim(), dcc.usage()),
        (HealthClaim::Dcc, Some(EntryKind::Vaccination))
    );
}

/// Made for this test.
fn yellow_card() -> Value {
    json!({
        "n": "Nguyễn Văn Thử", "dob": "1990", "s": "M", "ntl": "VNM", "nid": "000000000001",
        "v": { "dn": 1, "tg": "1D47", "vp": "YellowFeverProductd2c75a15ed309658b3968519ddb31690",
               "dt": "2026-01-02", "bo": null, "vls": "2026-01-12", "extra": [1] },
    })
}

#[test]
fn numbers_stand_for_texts_and_null_for_absence() {
    let certificate = DvcCertificate::from_json(&yellow_card()).unwrap();
    assert_eq!(certificate.vaccination().dose(), Some("1"));
    assert_eq!(certificate.vaccination().batch(), None);
    assert_eq!(certificate.birth_date().unwrap().as_str(), "1990");
    assert_eq!(
        certificate.vaccination().valid_from().unwrap().as_str(),
        "2026-01-12"
    );
}

#[test]
fn wrong_structures_are_named_by_place_and_never_by_value() {
    let read = |change: &dyn Fn(&mut Value)| {
        let mut payload = yellow_card();
        change(&mut payload);
        DvcCertificate::from_json(&payload)
            .unwrap_err()
            .at()
            .to_string()
    };
    assert_eq!(read(&|payload| payload["v"] = json!([{}])), "payload.v");
    assert_eq!(read(&|payload| payload["v"] = Value::Null), "payload.v");
    assert_eq!(read(&|payload| payload["n"] = Value::Null), "payload.n");
    assert_eq!(
        read(&|payload| payload["v"]["dt"] = json!({})),
        "payload.v.dt"
    );
    assert_eq!(read(&|payload| *payload = json!([])), "payload");
    let wrong = json!({ "name": "x", "dose": 1.5 });
    assert_eq!(
        DdccVaccination::from_json(&wrong)
            .unwrap_err()
            .at()
            .to_string(),
        "payload.dose"
    );
    let float = json!({ "name": "x", "dose": 2.0, "sex": { "code": "male" } });
    assert_eq!(DdccVaccination::from_json(&float).unwrap().dose(), Some(2));
    let wrong = json!({ "name": "x", "sex": { "system": "s" } });
    assert_eq!(
        DdccVaccination::from_json(&wrong)
            .unwrap_err()
            .at()
            .to_string(),
        "payload.sex.code"
    );
}

#[test]
fn links_in_both_forms_and_unknown_claims_as_they_came() {
    let read = |claim, payload: Value| HealthPayload::read(claim, &payload).map(|read| read.0);
    let text = read(HealthClaim::HealthLink, json!("vhlink:/x")).unwrap();
    let array = read(
        HealthClaim::HealthLink,
        json!([{ "u": "vhlink:/x", "l": "?" }]),
    )
    .unwrap();
    assert_eq!(text, array);
    assert!(read(HealthClaim::HealthLink, json!([{ "l": "x" }])).is_err());
    assert!(read(HealthClaim::HealthLink, json!(7)).is_err());
    let opaque = read(HealthClaim::Other(2), json!({ "x": [1] })).unwrap();
    assert_eq!(
        opaque,
        HealthPayload::Opaque(HealthClaim::Other(2), json!({ "x": [1] }))
    );
    assert_eq!(opaque.claim().key(), 2);
}

#[test]
fn debug_shows_no_person() {
    let (read, _) = HealthPayload::read(HealthClaim::Dvc, &yellow_card()).unwrap();
    let HealthPayload::Dvc(certificate) = &read else {
        panic!("{read:?}")
    };
    let link = HealthLink::all_from_json(&json!("shlink:/secret")).unwrap();
    let ddcc = DdccVaccination::from_json(&json!({
        "name": "Thử", "sex": { "code": "male", "system": "s" }
    }))
    .unwrap();
    let shown = format!(
        "{read:?} {certificate:?} {:?} {link:?} {ddcc:?} {:?}",
        certificate.vaccination(),
        ddcc.sex()
    );
    for secret in ["Thử", "1990", "0001", "VNM", "1D47", "secret", "male"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
