//! What is interrupted: a register as it stands before, and the call.

use core::pin::Pin;

use crate::conformance::Failure;
use crate::conformance::attestations::{attestation, leaf};
use crate::conformance::world::{
    act, at, batch, bucket, certify, completion, document, dose, dose_key, dose_ref, facility,
    identity, intake, leases, people, reservation_at, subject, uvci, worker,
};
use crate::{
    AuditStore, CaseMove, CertificateRecord, CleaningList, CommuneCode, Correction,
    CorrectionRequest, Custody, Decision, Delegation, Digest, Facility, Lease, LinkRelation,
    ListId, ReasonCode, Registry, Revocation, RevocationReason, SignedCheckpoint, Snapshot,
    StoreError, SubjectLink, Verdict, VerificationResult, VerificationState, Withdrawal,
};

/// A piece of work on a register.
pub(super) type Step = for<'store> fn(&'store dyn Registry) -> Doing<'store>;

/// The piece of work under way.
pub(super) type Doing<'store> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'store>>;

pub(super) const SCENES: &[(Step, Step)] = &[
    (|_| nothing(), |s| Box::pin(take(s))),
    (
        |s| Box::pin(some_people(s)),
        |s| Box::pin(take_corrections(s)),
    ),
    (|s| Box::pin(some_people(s)), |s| Box::pin(correct(s))),
    (|s| Box::pin(some_people(s)), |s| Box::pin(withdraw(s))),
    (|s| Box::pin(some_people(s)), |s| Box::pin(record(s))),
    (|s| Box::pin(some_cases(s)), |s| Box::pin(move_cases(s))),
    (|s| Box::pin(some_people(s)), |s| Box::pin(link(s))),
    (|_| nothing(), |s| Box::pin(put_facility(s))),
    (|_| nothing(), |s| Box::pin(put_delegation(s))),
    (|_| nothing(), |s| Box::pin(put_attestation(s))),
    (|s| Box::pin(an_attestation(s)), |s| Box::pin(attest(s))),
    (|s| Box::pin(attested(s)), |s| Box::pin(lapse(s))),
    (|_| nothing(), |s| Box::pin(make_list(s))),
    (|s| Box::pin(make_list(s)), |s| Box::pin(hand_over(s))),
    (|s| Box::pin(some_people(s)), |s| Box::pin(request(s))),
    (|s| Box::pin(requested(s)), |s| Box::pin(decide_request(s))),
    (|_| nothing(), |s| Box::pin(open_batch(s))),
    (|s| Box::pin(leased(s)), |s| Box::pin(decide(s))),
    (|s| Box::pin(leased(s)), |s| Box::pin(finish(s))),
    (|s| Box::pin(leased(s)), |s| Box::pin(reserve(s))),
    (|s| Box::pin(reserved(s)), |s| Box::pin(complete(s))),
    (|s| Box::pin(completed(s)), |s| Box::pin(publish(s))),
    (|s| Box::pin(reserved(s)), |s| Box::pin(issue(s))),
    (|s| Box::pin(reserved(s)), |s| Box::pin(abandon(s))),
    (|s| Box::pin(published(s)), |s| Box::pin(revoke(s))),
    (|s| Box::pin(published(s)), |s| Box::pin(revoke_kid(s))),
    (|s| Box::pin(some_people(s)), |s| Box::pin(import(s))),
    (|s| Box::pin(published(s)), |s| Box::pin(relay(s))),
    (|s| Box::pin(some_people(s)), |s| Box::pin(checkpoint(s))),
    (|s| Box::pin(some_people(s)), |s| Box::pin(snapshot(s))),
    (|s| Box::pin(some_people(s)), |s| Box::pin(lease(s))),
];

/// An empty register.
fn nothing<'store>() -> Doing<'store> {
    Box::pin(core::future::ready(Ok(())))
}

/// One result of a call that gives results, dropped: the dumps compare what counts.
fn done<T>(result: Result<T, StoreError>) -> Result<(), Failure> {
    result.map(|_| ()).map_err(Failure::from)
}

async fn some_people(s: &dyn Registry) -> Result<(), Failure> {
    people(s, &[(1, 1), (1, 2), (2, 3)]).await.map(|_| ())
}

async fn take(s: &dyn Registry) -> Result<(), Failure> {
    done(
        s.take_in(&act(1), &[intake(1, 1), intake(2, 2), intake(1, 3)])
            .await,
    )
}

async fn take_corrections(s: &dyn Registry) -> Result<(), Failure> {
    let mut one = intake(1, 1);
    one.doses = vec![
        (dose_ref(one.subject, 1), dose(3)),
        (dose_ref(one.subject, 5), dose(5)),
    ];
    one.identity = Some(identity(1)).map(|mut identity| {
        identity.phone = String::from("0922222222");
        identity
    });
    let mut two = intake(2, 3);
    two.doses = vec![(dose_ref(two.subject, 2), dose(27))];
    done(s.take_in(&act(5), &[one, two]).await)
}

async fn correct(s: &dyn Registry) -> Result<(), Failure> {
    let edits = [
        Correction::new(subject(1, 1), 1, identity(7)),
        Correction::new(subject(2, 3), 1, identity(8)),
    ];
    done(s.correct(&act(5), &edits).await)
}

async fn withdraw(s: &dyn Registry) -> Result<(), Failure> {
    let items = [
        Withdrawal::new(dose_key(subject(1, 1), 1), 1),
        Withdrawal::new(dose_key(subject(2, 3), 2), 1),
    ];
    done(s.withdraw(&act(5), &items).await)
}

async fn record(s: &dyn Registry) -> Result<(), Failure> {
    let reasons = vec![ReasonCode::new("pop-name")];
    let answers = [(1, 1), (2, 3)].map(|(bucket, person)| {
        let state = VerificationState::Mismatch;
        let mut answer =
            VerificationResult::new(subject(bucket, person), 1, state, reasons.clone());
        answer.person = Some(document(9));
        answer
    });
    done(s.record(&act(5), &answers).await)
}

async fn some_cases(s: &dyn Registry) -> Result<(), Failure> {
    some_people(s).await?;
    record(s).await
}

async fn move_cases(s: &dyn Registry) -> Result<(), Failure> {
    let listed = (Custody::HealthStation, Custody::Listed);
    let items = [(1, 1), (2, 3)].map(|(bucket, person)| {
        CaseMove::new(subject(bucket, person), 1, listed, Some(ListId::new("L")))
    });
    done(s.move_cases(&act(6), &items).await)
}

async fn link(s: &dyn Registry) -> Result<(), Failure> {
    let evidence = String::from("minutes 7");
    let relation = LinkRelation::MergedInto;
    let link = SubjectLink::new(subject(1, 1), subject(2, 3), relation, evidence, at(5));
    done(s.link(&act(5), &link).await)
}

async fn put_facility(s: &dyn Registry) -> Result<(), Failure> {
    let made = Facility::new(facility(1), "Trạm Y tế", CommuneCode::new("00001"));
    done(s.put_facilities(&act(5), &[made]).await)
}

async fn put_delegation(s: &dyn Registry) -> Result<(), Failure> {
    let day = dcc_model::civil::date(2022, 4, 1);
    let made = Delegation::new(facility(1), facility(8), "12/QD", (day, day));
    done(s.put_delegations(&act(5), &[made]).await)
}

async fn put_attestation(s: &dyn Registry) -> Result<(), Failure> {
    done(
        s.put_attestations(&act(5), &[attestation("package", 1)])
            .await,
    )
}

async fn an_attestation(s: &dyn Registry) -> Result<(), Failure> {
    some_people(s).await?;
    put_attestation(s).await
}

async fn attest(s: &dyn Registry) -> Result<(), Failure> {
    let made = attestation("package", 1);
    let leaves = [
        leaf(&made, subject(1, 1), 1, 0),
        leaf(&made, subject(2, 3), 1, 1),
    ];
    done(s.attest(&act(6), &leaves).await)
}

async fn attested(s: &dyn Registry) -> Result<(), Failure> {
    an_attestation(s).await?;
    attest(s).await
}

async fn lapse(s: &dyn Registry) -> Result<(), Failure> {
    done(
        s.lapse(&act(7), bucket(1), &[attestation("package", 1).id])
            .await,
    )
}

async fn make_list(s: &dyn Registry) -> Result<(), Failure> {
    let commune = CommuneCode::new("00001");
    let hash = Digest::of(b"file");
    let list = CleaningList::new(ListId::new("L"), commune, hash, Vec::new(), at(5));
    done(s.make_list(&act(5), &list).await)
}

async fn hand_over(s: &dyn Registry) -> Result<(), Failure> {
    let path = (Custody::Listed, Custody::HamletTeam);
    done(s.hand_over(&act(6), &ListId::new("L"), path, None).await)
}

async fn request(s: &dyn Registry) -> Result<(), Failure> {
    let key = (subject(1, 1), String::from("R"));
    let item = CorrectionRequest::new(key, "phone", "0933333333", facility(1), at(5));
    done(s.request(&act(5), &item).await)
}

async fn requested(s: &dyn Registry) -> Result<(), Failure> {
    some_people(s).await?;
    request(s).await
}

async fn decide_request(s: &dyn Registry) -> Result<(), Failure> {
    done(s.decide_request(&act(6), subject(1, 1), "R", None).await)
}

async fn open_batch(s: &dyn Registry) -> Result<(), Failure> {
    done(s.open_batch(&act(3), &batch()).await)
}

async fn leased(s: &dyn Registry) -> Result<(), Failure> {
    some_people(s).await?;
    open_batch(s).await?;
    held(s, 0).await.map(|_| ())
}

/// The leases of the scenes' worker, taken anew each time.
async fn held(s: &dyn Registry, seconds: i64) -> Result<Vec<Lease>, Failure> {
    leases(s, "worker", &[1, 2], seconds).await
}

async fn decide(s: &dyn Registry) -> Result<(), Failure> {
    let verdict = Verdict::Held(vec![ReasonCode::new("pop-name")]);
    let key = (batch().id, Digest::of(b"inputs"));
    let decisions = [(1, 1), (2, 3)].map(|(bucket, person)| {
        Decision::new(key, subject(bucket, person), verdict.clone(), 2, at(5))
    });
    let leases = held(s, 10).await?;
    done(s.decide(&act(5), &leases, &decisions).await)
}

async fn finish(s: &dyn Registry) -> Result<(), Failure> {
    let leases = held(s, 10).await?;
    done(s.finish_buckets(&act(5), &leases, batch().id).await)
}

async fn reserve(s: &dyn Registry) -> Result<(), Failure> {
    let items = [
        reservation_at(subject(1, 1), 2, "A"),
        reservation_at(subject(2, 3), 2, "B"),
    ];
    let leases = held(s, 10).await?;
    done(s.reserve(&act(10), &leases, &items).await)
}

async fn reserved(s: &dyn Registry) -> Result<(), Failure> {
    leased(s).await?;
    reserve(s).await
}

async fn complete(s: &dyn Registry) -> Result<(), Failure> {
    let items = [
        completion(subject(1, 1), "A"),
        completion(subject(2, 3), "B"),
    ];
    let leases = held(s, 20).await?;
    done(s.complete(&act(11), &leases, &items).await)
}

async fn completed(s: &dyn Registry) -> Result<(), Failure> {
    leased(s).await?;
    let first = leases(s, "worker", &[1], 5).await?;
    certify(s, &first, subject(1, 1), "before").await?;
    reserve(s).await?;
    complete(s).await
}

async fn issue(s: &dyn Registry) -> Result<(), Failure> {
    let items = [
        completion(subject(1, 1), "A"),
        completion(subject(2, 3), "B"),
    ];
    let leases = held(s, 25).await?;
    done(s.issue(&act(11), &leases, &items).await)
}

fn keys() -> [(crate::SubjectId, crate::CertificateId); 2] {
    [(subject(1, 1), uvci("A")), (subject(2, 3), uvci("B"))]
}

async fn publish(s: &dyn Registry) -> Result<(), Failure> {
    let leases = held(s, 30).await?;
    done(s.publish(&act(12), &leases, &keys()).await)
}

async fn published(s: &dyn Registry) -> Result<(), Failure> {
    completed(s).await?;
    publish(s).await
}

async fn abandon(s: &dyn Registry) -> Result<(), Failure> {
    let leases = held(s, 40).await?;
    done(s.abandon(&act(13), &leases, &keys()).await)
}

async fn revoke(s: &dyn Registry) -> Result<(), Failure> {
    let items = keys().map(|(id, name)| Revocation::new(id, name, RevocationReason::Fraud));
    done(s.revoke(&act(20), &items).await)
}

async fn revoke_kid(s: &dyn Registry) -> Result<(), Failure> {
    done(
        s.revoke_kid(
            &act(20),
            bucket(1),
            &[7; 8],
            RevocationReason::KeyCompromise,
        )
        .await,
    )
}

async fn import(s: &dyn Registry) -> Result<(), Failure> {
    let items = [(1, 1, "A"), (1, 1, "B"), (2, 3, "C")].map(|(bucket, person, name)| {
        let intent = reservation_at(subject(bucket, person), 0, name).intent;
        let mut record = CertificateRecord::new(intent, &act(0));
        record.hc1 = Some(format!("HC1:{name}"));
        record
    });
    done(s.import_certificates(&act(20), &items).await)
}

async fn relay(s: &dyn Registry) -> Result<(), Failure> {
    done(s.relay(2).await)
}

async fn checkpoint(s: &dyn Registry) -> Result<(), Failure> {
    let audit: &dyn AuditStore = s;
    if audit.checkpoint(None).await?.is_none() {
        let point = audit.next_checkpoint(at(10)).await?;
        s.put_checkpoint(&SignedCheckpoint::new(point, vec![1; 64]))
            .await?;
    }
    Ok(())
}

async fn snapshot(s: &dyn Registry) -> Result<(), Failure> {
    done(
        s.put_snapshot(
            &act(5),
            &Snapshot::new(String::from("day"), at(5), Vec::new()),
        )
        .await,
    )
}

async fn lease(s: &dyn Registry) -> Result<(), Failure> {
    let among = [bucket(1), bucket(2), bucket(3)];
    let leases = s
        .acquire(&worker("worker"), &among, 3, (at(0), at(10)))
        .await?;
    done(s.extend(&leases, at(20)).await)?;
    done(s.release(&leases).await)
}
