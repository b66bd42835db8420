//! What only a file can show: tampering found, versions refused, a killed process resumed, and no
//! personal data in any error.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "what the tests share has nobody to answer to"
)]

use std::path::Path;

use dcc_registry::{
    Act, Actor, AuditFinding, AuditStore as _, CommuneCode, DoseContent, DoseRef, FacilityId,
    Identity, Intake, IntakeStore as _, ReferenceKey, SqliteRegistry, StoreErrorKind, SubjectId,
    SubjectStore as _, Timestamp, civil, verify_audit,
};
use rusqlite::Connection;

const MARK: &str = "Nguyễn Thị Đánh Dấu";

fn act() -> Act {
    Act::new(Actor::new("test:registry"), Timestamp::UNIX_EPOCH)
}

fn person(number: u8) -> Intake {
    let key = ReferenceKey::from_bytes([1; 32]);
    let subject = key.subject_id(&format!("s{number}"));
    let identity = Identity::new(MARK, CommuneCode::new("00001"));
    let mut item = Intake::new(subject, format!("s{number}"), identity);
    let dose = DoseContent::new("pfizer", civil::date(2022, 1, 1), FacilityId::new("F1"));
    item.doses.push((DoseRef::new(format!("d{number}")), dose));
    item
}

fn sql(path: &Path, statement: &'static str) {
    let connection = Connection::open(path).unwrap();
    let touched = connection.execute(statement, []).unwrap();
    assert!(touched > 0, "{statement}");
}

/// A register of eight people, each taken in three times (corrected), and its checkpoint.
async fn filled(path: &Path) -> dcc_registry::Checkpoint {
    let registry = SqliteRegistry::open(path).await.unwrap();
    for day in 1..=3 {
        let people: Vec<Intake> = (0..8)
            .map(|number| {
                let mut item = person(number);
                for (_, dose) in &mut item.doses {
                    dose.date = civil::date(2022, 1, day);
                }
                item
            })
            .collect();
        registry.take_in(&act(), &people).await.unwrap();
    }
    let audit: &dyn dcc_registry::AuditStore = &registry;
    let checkpoint = audit.next_checkpoint(Timestamp::UNIX_EPOCH).await.unwrap();
    registry.close().await;
    checkpoint
}

/// What is found after `statement` was run on the file behind the register's back.
async fn after(statement: &'static str) -> Vec<AuditFinding> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.db");
    let checkpoint = filled(&path).await;
    sql(&path, statement);
    let registry = SqliteRegistry::open(&path).await.unwrap();
    let report = verify_audit(&registry, Some(&checkpoint)).await.unwrap();
    registry.close().await;
    report.findings
}

#[tokio::test]
async fn the_untouched_file_is_sound() {
    let found = after("UPDATE bucket_state SET feed_relayed = feed_relayed").await;
    assert_eq!(found, []);
}

#[tokio::test]
async fn a_changed_event_is_found() {
    let found = after("UPDATE audit_event SET actor = 'x' WHERE number = 2").await;
    assert!(
        found
            .iter()
            .all(|f| matches!(f, AuditFinding::Changed { number: 2, .. }))
    );
    assert!(!found.is_empty());
}

#[tokio::test]
async fn a_removed_event_is_found() {
    let found = after("DELETE FROM audit_event WHERE number = 2").await;
    assert!(
        found
            .iter()
            .any(|f| matches!(f, AuditFinding::OutOfOrder { found: 3, .. }))
    );
}

#[tokio::test]
async fn reordered_events_are_found() {
    let swap = "UPDATE audit_event SET number = CASE number WHEN 1 THEN -2 ELSE -1 END \
                WHERE number < 3";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.db");
    let checkpoint = filled(&path).await;
    sql(&path, swap);
    sql(
        &path,
        "UPDATE audit_event SET number = -number WHERE number < 0",
    );
    let registry = SqliteRegistry::open(&path).await.unwrap();
    let report = verify_audit(&registry, Some(&checkpoint)).await.unwrap();
    assert!(
        report
            .findings
            .iter()
            .any(|f| matches!(f, AuditFinding::Unlinked { .. }))
    );
    registry.close().await;
}

#[tokio::test]
async fn truncation_with_the_head_moved_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.db");
    let checkpoint = filled(&path).await;
    sql(&path, "DELETE FROM audit_event WHERE number = 3");
    let back = "UPDATE bucket_state SET audit_number = 2, audit_hash = \
                (SELECT hash FROM audit_event e WHERE e.bucket = bucket_state.bucket \
                 AND e.number = 2) WHERE audit_number = 3";
    sql(&path, back);
    let registry = SqliteRegistry::open(&path).await.unwrap();
    let blind = verify_audit(&registry, None).await.unwrap();
    assert!(
        blind.is_sound(),
        "without a checkpoint a clean cut cannot be seen"
    );
    let report = verify_audit(&registry, Some(&checkpoint)).await.unwrap();
    let cut = |f: &AuditFinding| matches!(f, AuditFinding::Truncated { last: 2, .. });
    assert!(!report.findings.is_empty() && report.findings.iter().all(cut));
    registry.close().await;
}

#[tokio::test]
async fn a_rewritten_register_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = filled(&folder.path().join("true.db")).await;
    let path = folder.path().join("false.db");
    let registry = SqliteRegistry::open(&path).await.unwrap();
    let other = Act::new(Actor::new("test:forger"), Timestamp::UNIX_EPOCH);
    for _ in 0..2 {
        let mut people: Vec<Intake> = (0..8).map(person).collect();
        registry.take_in(&other, &people).await.unwrap();
        for item in &mut people {
            for (_, dose) in &mut item.doses {
                dose.date = civil::date(2022, 2, 2);
            }
        }
        registry.take_in(&other, &people).await.unwrap();
    }
    assert!(verify_audit(&registry, None).await.unwrap().is_sound());
    let report = verify_audit(&registry, Some(&checkpoint)).await.unwrap();
    let rewritten = |f: &AuditFinding| matches!(f, AuditFinding::Rewritten { .. });
    assert!(report.findings.iter().any(rewritten));
}

#[tokio::test]
async fn a_file_of_somebody_else_or_of_a_later_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.db");
    filled(&path).await;
    sql(&path, "INSERT INTO schema_version (version) VALUES (99)");
    let error = SqliteRegistry::open(&path).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.constraint()),
        (StoreErrorKind::Corrupt, Some("schema_version"))
    );
    let foreign = folder.path().join("f.db");
    std::fs::write(
        &foreign,
        b"this is no database, only a text that is long enough to be read",
    )
    .unwrap();
    let error = SqliteRegistry::open(&foreign).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    let missing = folder.path().join("no/such/folder/r.db");
    let error = SqliteRegistry::open(&missing).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
}

/// Rows that cannot be true, and constraints that break, name their table and nothing else.
#[tokio::test]
async fn no_error_quotes_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.db");
    filled(&path).await;
    let statements = [
        "UPDATE subject SET verification = 77, reasons = full_name",
        "UPDATE subject SET verification = 0, checked_at = full_name",
        "UPDATE dose SET dose_date = (SELECT full_name FROM subject)",
    ];
    let id: SubjectId = person(1).subject;
    for statement in statements {
        sql(&path, statement);
        let registry = SqliteRegistry::open(&path).await.unwrap();
        let error = registry.subjects(&[id]).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        assert!(
            matches!(error.constraint(), Some("subject" | "dose")),
            "{error:?}"
        );
        let shown = format!("{error} {error:?} {:?}", person(1));
        assert!(!shown.contains("Đánh") && !shown.contains("s1"), "{shown}");
        registry.close().await;
    }
}

/// A constraint that the database itself upholds: two current certificates of one subject.
#[tokio::test]
async fn the_database_refuses_two_current_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.db");
    filled(&path).await;
    let connection = Connection::open(&path).unwrap();
    let row = "INSERT INTO certificate SELECT bucket, subject, ?, ?, 1, x'', x'', 0, x'', x'', 0, \
               0, 1, 1, 'VN', '', NULL, 0, NULL, NULL, NULL, NULL, NULL FROM subject LIMIT 1";
    for (name, state, allowed) in [
        ("A", 2, true),
        ("B", 2, false),
        ("C", 3, true),
        ("D", 0, true),
        ("E", 1, false),
        ("F", 5, true),
    ] {
        let done = connection.execute(row, (name, state));
        assert_eq!(done.is_ok(), allowed, "{name}");
    }
}

/// The settings on which "it is on the disk when the call returns" rests.
#[tokio::test]
async fn the_file_is_in_wal_mode() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.db");
    let registry = SqliteRegistry::open(&path).await.unwrap();
    registry.take_in(&act(), &[person(1)]).await.unwrap();
    assert!(folder.path().join("r.db-wal").exists());
    let header = std::fs::read(&path).unwrap();
    assert_eq!(
        header.get(18..20),
        Some([2, 2].as_slice()),
        "the header says WAL"
    );
    assert_eq!(registry.heads().await.unwrap().len(), 1);
}
