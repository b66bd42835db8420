//! Stored rows that cannot be true, of every table that says something of a person.

use std::path::Path;

use dcc_issue::campaign::published_after;
use dcc_issue::cleaning::{Cleaning, Scope};
use dcc_issue::eligibility::Decision5772FullCourse;
use dcc_issue::explain::Explanation;
use dcc_issue::statistics::Statistics;
use dcc_registry::{
    Correction, CorrectionRequest, FacilityId, FeedCursor, IntakeStore as _, LinkRelation,
    ListStore as _, ReasonCode, ScanFilter, SqliteRegistry, StoreErrorKind, SubjectLink,
    SubjectStore as _, Timestamp, VerificationResult, VerificationState, VerificationStore as _,
};

use super::violations::sql;
use super::{EVIDENCE, NAME, act, identity, key, person, show, subject};

/// What is done to the file; the first word after UPDATE is the table.
const DAMAGE: &[&str] = &[
    "UPDATE subject SET sex = 77",
    "UPDATE subject SET document_kind = full_name",
    "UPDATE subject SET verification = phone",
    "UPDATE subject SET checked_at = full_name",
    "UPDATE subject SET recorded_at = birth_date",
    "UPDATE subject SET full_name = CAST(X'C4FF' || full_name AS TEXT)",
    "UPDATE subject_identity SET sex = full_name",
    "UPDATE subject_identity SET recorded_at = full_name",
    "UPDATE dose SET dose_date = (SELECT full_name FROM subject)",
    "UPDATE dose SET kind = lot",
    "UPDATE dose SET state = 77",
    "UPDATE dose SET entered_at = lot",
    "UPDATE cleaning_case SET custody = (SELECT full_name FROM subject)",
    "UPDATE correction_request SET state = claimed",
    "UPDATE correction_request SET requested_at = claimed",
    "UPDATE subject_link SET relation = evidence",
    "UPDATE subject_link SET linked_at = evidence",
    "UPDATE shelf SET body = CAST((SELECT full_name FROM subject) AS BLOB)",
];

async fn filled(path: &Path) {
    let store = SqliteRegistry::open(path).await.unwrap();
    let (act, at) = (act(), Timestamp::UNIX_EPOCH);
    store.take_in(&act, &[person(0), person(1)]).await.unwrap();
    let mut changed = identity();
    changed.full_name = format!("{NAME} Hai");
    let correction = Correction::new(subject(), 1, changed);
    store.correct(&act, &[correction]).await.unwrap();
    let reasons = vec![ReasonCode::new("pop-name")];
    for version in 1..=2 {
        let state = VerificationState::Mismatch;
        let answer = VerificationResult::new(subject(), version, state, reasons.clone());
        store.record(&act, &[answer]).await.unwrap();
    }
    let request = (subject(), "R1".to_owned());
    let request = CorrectionRequest::new(request, "full_name", NAME, FacilityId::new("F1"), at);
    let requests: &dyn dcc_registry::CorrectionRequestStore = &store;
    requests.request(&act, &request).await.unwrap();
    let other = person(1).subject;
    let link = SubjectLink::new(
        subject(),
        other,
        LinkRelation::Different,
        EVIDENCE.into(),
        at,
    );
    store.link(&act, &link).await.unwrap();
    let whole: &dyn dcc_registry::Registry = &store;
    let keys = key();
    let cleaning = Cleaning::new(whole, &keys);
    let mut forget = |_| Ok(());
    cleaning
        .make(&act, &Scope::Country, &mut forget)
        .await
        .unwrap();
    store.close().await;
}

/// Reads everything; says how many errors there were.
async fn read(store: &SqliteRegistry) -> usize {
    let mut errors = 0_usize;
    let mut told = |error: &dyn core::error::Error| {
        show("undecodable row", error);
        errors = errors.saturating_add(1);
    };
    let policy = Decision5772FullCourse::new();
    let at = Timestamp::UNIX_EPOCH;
    if let Err(error) = store.subjects(&[subject()]).await {
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        told(&error);
    }
    let bucket = subject().bucket();
    if let Err(error) = store.scan(bucket, &ScanFilter::all(), None, 10).await {
        told(&error);
    }
    if let Err(error) = Explanation::of(store, subject(), &policy, at).await {
        told(&error);
    }
    if let Err(error) = Statistics::count(store, &policy, at).await {
        told(&error);
    }
    if let Err(error) = published_after(store, FeedCursor::START, 10).await {
        told(&error);
    }
    if let Err(error) = store.lists(None, None, 10).await {
        told(&error);
    }
    let keys = key();
    let cleaning = Cleaning::new(store, &keys);
    if let Err(error) = cleaning
        .make(&act(), &Scope::Country, &mut |_| Ok(()))
        .await
    {
        told(&error);
    }
    errors
}

#[test]
#[ignore = "run by invariant_13_nothing_personal_is_printed_whatever_goes_wrong"]
fn provoked_decode_errors() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("whole.db");
        filled(&whole).await;
        let store = SqliteRegistry::open(&whole).await.unwrap();
        assert_eq!(read(&store).await, 0, "the file is sound before");
        store.close().await;
        for (number, damage) in DAMAGE.iter().enumerate() {
            let path = folder.path().join(format!("{number}.db"));
            std::fs::copy(&whole, &path).unwrap();
            sql(&path, damage);
            match SqliteRegistry::open(&path).await {
                Ok(store) => {
                    assert!(read(&store).await > 0, "{damage}: nothing was noticed");
                    store.close().await;
                }
                Err(error) => show("undecodable row", &error),
            }
        }
    });
}
