//! Checkpoints made, exported and believed; what a file shows is in the CLI's tests.

use dcc_registry::{
    Act, Actor, AuditFinding, CommuneCode, Identity, Intake, IntakeStore as _, MemoryRegistry,
    ReferenceKey,
};
use dcc_sign::{Algorithm, LocalSigner, provider, test_keys::TestPki};

use super::*;

fn at(day: &str) -> Timestamp {
    day.parse().unwrap()
}

fn signer() -> LocalSigner {
    let pki = TestPki::generate("VN", Algorithm::Es256, at("2022-01-01")).unwrap();
    let provider = provider::aws_lc::provider();
    LocalSigner::from_pkcs8(pki.dsc_key_pem().as_bytes(), None, &provider).unwrap()
}

async fn take_in(registry: &MemoryRegistry, actor: &str, numbers: core::ops::Range<u32>) {
    let key = ReferenceKey::from_bytes([7; 32]);
    let act = Act::new(Actor::new(actor), at("2022-05-01"));
    for number in numbers {
        let name = format!("S{number}");
        let who = Identity::new(&name, CommuneCode::new("00001"));
        let item = Intake::new(key.subject_id(&name), &name, who);
        registry.take_in(&act, &[item]).await.unwrap();
    }
}

#[tokio::test]
async fn a_log_is_checked_against_the_exported_checkpoint() {
    let (provider, signer) = (provider::aws_lc::provider(), signer());
    let keys = [signer.public_key().clone()];
    let registry = MemoryRegistry::new();
    take_in(&registry, "a", 0..20).await;
    let (first, _) = make_checkpoint(&registry, &signer, &provider, at("2022-05-02"))
        .await
        .unwrap();
    take_in(&registry, "a", 20..30).await;
    let (second, record) = make_checkpoint(&registry, &signer, &provider, at("2022-05-03"))
        .await
        .unwrap();
    assert_eq!((first.sequence(), second.sequence()), (1, 2));
    assert_eq!(second.previous(), first.hash());
    take_in(&registry, "a", 30..35).await;
    for exported in [Some(record.as_slice()), None] {
        let report = verify_log(&registry, exported, &keys, &provider)
            .await
            .unwrap();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!((report.checkpoint, report.audit.events), (Some(2), 35));
        assert_eq!(report.audit.covered, 30);
    }

    // A whole other log with the same people: sound in itself, found by the copy outside alone.
    let rewritten = MemoryRegistry::new();
    take_in(&rewritten, "b", 0..35).await;
    let alone = verify_log(&rewritten, None, &keys, &provider)
        .await
        .unwrap();
    assert!(alone.is_sound() && alone.checkpoint.is_none());
    let report = verify_log(&rewritten, Some(&record), &keys, &provider)
        .await
        .unwrap();
    assert!(!report.is_sound() && report.copy_differs);
    let rewritten = |finding: &AuditFinding| matches!(finding, AuditFinding::Rewritten { .. });
    assert!(report.audit.findings.iter().all(rewritten));
    assert!(!report.audit.findings.is_empty());

    // And one that was cut back to before the checkpoint.
    let truncated = MemoryRegistry::new();
    take_in(&truncated, "a", 0..10).await;
    let report = verify_log(&truncated, Some(&record), &keys, &provider)
        .await
        .unwrap();
    let cut = |finding: &AuditFinding| matches!(finding, AuditFinding::Truncated { .. });
    assert!(report.audit.findings.iter().any(cut));
}

#[tokio::test]
async fn a_checkpoint_of_another_key_is_not_believed() {
    let (provider, signer, other) = (provider::aws_lc::provider(), signer(), signer());
    let registry = MemoryRegistry::new();
    take_in(&registry, "a", 0..3).await;
    let (_, record) = make_checkpoint(&registry, &other, &provider, at("2022-05-02"))
        .await
        .unwrap();
    let keys = [signer.public_key().clone()];
    let read = read_checkpoint(&record, &keys, &provider);
    assert_eq!(read, Err(AuditError::Record(RecordError::Signature)));
    let kept = verify_log(&registry, None, &keys, &provider).await;
    assert!(kept.is_err_and(|error| error.is_integrity_fault()));
}

#[test]
fn every_head_of_a_full_log_comes_back() {
    let heads = Partition::all()
        .map(|partition| {
            Head::new(
                partition,
                u64::MAX >> 1,
                Digest::of(&partition.number().to_be_bytes()),
            )
        })
        .collect();
    let checkpoint = Checkpoint::new(9, Digest::of(b"before"), at("2022-05-01"), heads);
    assert_eq!(parse(&checkpoint.to_bytes()), Some(checkpoint.clone()));
    let mut longer = checkpoint.to_bytes();
    longer.push(0);
    assert_eq!(parse(&longer), None);
    assert_eq!(parse(b""), None);
}

#[tokio::test]
async fn the_audit_names_who_acted_and_never_a_person() {
    let registry = MemoryRegistry::new();
    take_in(&registry, "facility:01001", 0..5).await;
    let mut events = Vec::new();
    for head in registry.heads().await.unwrap() {
        events.extend(registry.events(head.partition, 0, 100).await.unwrap());
    }
    assert_eq!(events.len(), 5);
    let shown = format!("{events:?}");
    for event in &events {
        assert_eq!(event.actor.as_str(), "facility:01001");
        assert_eq!(event.at, at("2022-05-01"));
    }
    for number in 0..5 {
        assert!(!shown.contains(&format!("S{number}")), "{shown}");
    }
}
