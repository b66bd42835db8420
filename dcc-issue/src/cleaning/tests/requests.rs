//! Requests of citizens.

use super::*;

#[tokio::test]
async fn a_citizens_request_goes_to_the_enterer_and_is_decided() {
    let registry = world(&[("Lê A", "001099000001", VerificationState::Match)]).await;
    let key = key();
    let cleaning = Cleaning::new(&registry, &key);
    let id = key.subject_id("Lê A");
    let field = CorrectableField::parse("dose_date:D-Lê A").unwrap();
    let request = CitizenRequest::new(field, "06/01/2022", "portal", "E-1");
    let routed = cleaning
        .request(&act("2022-05-03"), id, &request)
        .await
        .unwrap();
    assert_eq!(routed.facility, FacilityId::new("F1"));
    assert_eq!(
        cleaning
            .request(&act("2022-05-04"), id, &request)
            .await
            .unwrap(),
        routed
    );
    let open = cleaning
        .open_requests(Some(&FacilityId::new("F1")))
        .await
        .unwrap();
    assert_eq!(open.len(), 1);
    assert!(
        cleaning
            .open_requests(Some(&FacilityId::new("F2")))
            .await
            .unwrap()
            .is_empty()
    );
    let key_of = (id, routed.reference.as_str());
    cleaning
        .decide(&act("2022-05-05"), key_of, None)
        .await
        .unwrap();
    let found = registry.subjects(&[id]).await.unwrap();
    let dose = &found[0].as_ref().unwrap().doses[0];
    assert_eq!(
        (dose.version, dose.content.date),
        (2, civil::date(2022, 1, 6))
    );
    let name = CitizenRequest::new(CorrectableField::FullName, "Lê Á", "facility", "E-2");
    let routed = cleaning
        .request(&act("2022-05-06"), id, &name)
        .await
        .unwrap();
    let no = dcc_registry::ReasonCode::new("evidence-missing");
    let key_of = (id, routed.reference.as_str());
    let state = cleaning
        .decide(&act("2022-05-07"), key_of, Some(no))
        .await
        .unwrap();
    assert_eq!(state, dcc_registry::RequestState::Declined);
    assert_eq!(identity(&registry, "Lê A").await.0.full_name, "Lê A");
    let bad = CitizenRequest::new(CorrectableField::BirthDate, "ngày nào đó", "portal", "");
    let refused = cleaning.request(&act("2022-05-08"), id, &bad).await;
    assert_eq!(refused, Err(RequestError::Value));
    assert!(!format!("{name:?}").contains("Lê Á"));
}
