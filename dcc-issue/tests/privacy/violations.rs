//! Calls that break a rule of a store, in both backends, and constraints of the database itself.

use std::path::Path;

use dcc_registry::{
    Attestation, Attested, AuditStore, CertificateId, Checkpoint, CleaningList, CommuneCode,
    CorrectionRequest, Custody, Digest, DoseKey, DoseRef, FacilityId, IntakeStore as _, Leaf,
    LinkRelation, ListId, MemoryRegistry, Registry, Revocation, RevocationReason, SignedCheckpoint,
    Snapshot, SqliteRegistry, StoreError, SubjectLink, Timestamp,
};
use rusqlite::Connection;

use super::{EVIDENCE, LOT, NAME, NUMBER, act, key, person, show, subject};

/// Runs statements on a SQLite file behind the register's back.
pub(crate) fn sql(path: &Path, script: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(script).unwrap();
    assert!(connection.total_changes() > 0, "{script}");
}

fn told<T>(place: &str, result: &Result<T, StoreError>) {
    if let Err(error) = result {
        show(&format!("violation in {place}"), error);
    }
}

async fn violate(place: &str, store: &dyn Registry) -> Result<(), StoreError> {
    let act = act();
    let at = Timestamp::UNIX_EPOCH;
    store.take_in(&act, &[person(0), person(1)]).await?;
    let (one, two) = (subject(), key().subject_id("nobody"));

    let package = NAME.as_bytes().to_vec();
    let tree = (1, Digest::of(b"root"));
    let made = |package| Attestation::new(package, FacilityId::new("F1"), Digest::ZERO, tree, at);
    let mut wrong = made(package);
    wrong.id = made(b"other".to_vec()).id;
    told(place, &store.put_attestations(&act, &[wrong.clone()]).await);
    let dose = DoseKey::new(one, DoseRef::new("D0"));
    let leaf = Leaf::new(Attested::new(wrong.id, 0), dose, 1, Digest::ZERO);
    told(place, &store.attest(&act, &[leaf]).await);

    let evidence = EVIDENCE.to_owned();
    let link = SubjectLink::new(one, two, LinkRelation::MergedInto, evidence, at);
    told(place, &store.link(&act, &link).await);

    let list = |hash: &[u8]| {
        let (id, commune) = (ListId::new("L"), CommuneCode::new("00001"));
        let mut list = CleaningList::new(id, commune, Digest::of(hash), Vec::new(), at);
        EVIDENCE.clone_into(&mut list.note);
        list
    };
    store.make_list(&act, &list(b"one")).await?;
    told(place, &store.make_list(&act, &list(b"two")).await);
    let path = (Custody::HamletTeam, Custody::CommunePolice);
    for id in ["L", NAME] {
        told(
            place,
            &store.hand_over(&act, &ListId::new(id), path, None).await,
        );
    }

    let request = |claimed: &str| {
        let key = (one, NUMBER.to_owned());
        CorrectionRequest::new(key, "full_name", claimed, FacilityId::new("F1"), at)
    };
    store.request(&act, &request(NAME)).await?;
    told(place, &store.request(&act, &request(EVIDENCE)).await);
    told(place, &store.decide_request(&act, one, NAME, None).await);
    told(place, &store.decide_request(&act, two, NUMBER, None).await);

    let gap = Checkpoint::new(9, Digest::ZERO, at, Vec::new());
    let gap = SignedCheckpoint::new(gap, NAME.as_bytes().to_vec());
    told(place, &store.put_checkpoint(&gap).await);
    let audit: &dyn AuditStore = store;
    let first = audit.next_checkpoint(at).await?;
    for signature in [b"one", b"two"] {
        let signed = SignedCheckpoint::new(first.clone(), signature.to_vec());
        told(place, &store.put_checkpoint(&signed).await);
    }
    let snapshot = |at| Snapshot::new(NAME.to_owned(), at, Vec::new());
    store.put_snapshot(&act, &snapshot(at)).await?;
    let later = at.saturating_add_seconds(60);
    told(place, &store.put_snapshot(&act, &snapshot(later)).await);
    let unknown = Revocation::new(one, CertificateId::new(NAME), RevocationReason::Fraud);
    let outcomes = store.revoke(&act, &[unknown]).await?;
    assert_eq!(outcomes.len(), 1);
    Ok(())
}

#[test]
#[ignore = "run by invariant_13_nothing_personal_is_printed_whatever_goes_wrong"]
fn provoked_violations() {
    pollster::block_on(violate("memory", &MemoryRegistry::new())).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.db");
        let store = SqliteRegistry::open(&path).await.unwrap();
        violate("a file", &store).await.unwrap();

        // Constraints whose messages quote the rows: a unique name, and a trigger's own text.
        let quoting = format!(
            "DELETE FROM subject WHERE subject_ref LIKE '%1'; \
             CREATE UNIQUE INDEX one_of_each ON subject (full_name, document_number); \
             CREATE TRIGGER quoting BEFORE INSERT ON dose WHEN NEW.lot = '{LOT}' BEGIN \
             SELECT RAISE(ABORT, '{NAME} {NUMBER} {LOT}'); END;"
        );
        sql(&path, &quoting);
        let same = store.take_in(&act(), &[person(7)]).await;
        show("violation of the database", &same.unwrap_err());
        let mut other = person(0);
        other
            .doses
            .push((DoseRef::new("D9"), other.doses[0].1.clone()));
        let quoted = store.take_in(&act(), &[other]).await;
        show("violation of the database", &quoted.unwrap_err());
        store.close().await;
    });
}
