//! Central signing: who gets what, once, and for how long.

use alloc::sync::Arc;

use dcc_codec::Decoder;
use dcc_issue::central::{CentralError, Profile, Purpose, Step, Window, Worker};
use dcc_registry::{
    BatchId, BatchStore as _, Bucket, CertificateLife as _, CertificateState, Correction, Intake,
    IntakeStore as _, LeaseStore as _, Occasion, Revocation, RevocationReason, SubjectId, WorkerId,
    civil,
};
use dcc_sign::provider::aws_lc;
use dcc_sign::{Algorithm, HcertVerifier, KeyId, KeyLookup, TrustedKey, Validity, Verified};

use crate::world::{World, act, at, block_on, certificate, course, hcert_signer, identity, pki};

#[derive(Debug)]
pub(crate) struct Trusting(pub(crate) Arc<TrustedKey>);

impl KeyLookup for Trusting {
    fn candidates(&self, kid: &KeyId) -> Vec<Arc<TrustedKey>> {
        (self.0.kid() == kid)
            .then(|| Arc::clone(&self.0))
            .into_iter()
            .collect()
    }
}

pub(crate) fn verified(world: &World, hc1: &str) -> Verified<dcc_codec::Hcert> {
    let trusting = Trusting(Arc::new(
        TrustedKey::from_certificate(certificate(&world.dsc)).unwrap(),
    ));
    let hcert = Decoder::default().decode(hc1).unwrap();
    HcertVerifier::new(aws_lc::provider())
        .verify(hcert, &trusting)
        .unwrap()
}

#[test]
fn everybody_entitled_gets_one_certificate_and_a_second_run_issues_nothing() {
    let world = World::new();
    let whole = world.person("whole", &course("F1"));
    let delegated = world.person("delegated", &course("F2"));
    let partly = world.person("partly", &course("F1")[..1]);
    let unsigned = world.person("unsigned", &course("F3"));
    world.attest("2022-03-01");
    let tally = world.issue("2022-04-01T01:00:00Z");
    assert_eq!(
        (
            tally.subjects.issued,
            tally.subjects.held,
            tally.subjects.refused
        ),
        (2, 1, 1)
    );
    assert_eq!(tally.doses.selected(), 7);
    assert_eq!(tally.doses.issued, 4);
    for id in [whole, delegated] {
        let record = world.current(id).unwrap();
        let hcert = verified(&world, record.hc1.as_deref().unwrap());
        let says = hcert.get().certificate().entry().as_vaccination().unwrap();
        assert_eq!((says.dose_number(), says.series()), (2, 2));
        assert_eq!(says.date().as_str(), "2021-10-01");
        assert_eq!(says.certificate_id(), record.id().as_str());
        assert_eq!(
            hcert.get().claims().issued_at(),
            Some(record.intent.issued_at)
        );
        assert!(record.intent.to_be_signed.is_empty());
    }
    assert!(world.certificates(partly).is_empty() && world.certificates(unsigned).is_empty());

    let before = [world.current(whole), world.current(delegated)];
    let again = world.issue("2022-04-02T01:00:00Z");
    assert_eq!((again.subjects.issued, again.subjects.unchanged), (0, 2));
    assert_eq!(again.subjects.selected(), 4);
    assert_eq!([world.current(whole), world.current(delegated)], before);
}

#[test]
fn invariant_3_no_certificate_without_match_attestation_and_eligibility() {
    let world = World::new();
    let id = world.person("a", &course("F1"));
    let issued = |on: &str| {
        world.issue(on);
        world.current(id).is_some()
    };
    assert!(!issued("2022-03-01"), "no dose is attested");
    world.attest("2022-03-02");
    let mut other = identity();
    other.full_name = String::from("Nguyễn Thị Khác");
    let correction = Correction::new(id, 1, other);
    block_on(world.registry.correct(&act("2022-03-03"), &[correction])).unwrap();
    assert!(!issued("2022-03-03"), "the identity is not checked");
    let answer = dcc_registry::VerificationResult::new(
        id,
        2,
        dcc_registry::VerificationState::Match,
        vec![],
    );
    block_on(dcc_registry::VerificationStore::record(
        &world.registry,
        &act("2022-03-04"),
        &[answer],
    ))
    .unwrap();
    assert!(issued("2022-03-05"));
    let counted = world.current(id).unwrap().intent.counted;
    assert_eq!(counted.len(), 2);
}

#[test]
fn invariant_5_twelve_calendar_months_and_never_beyond_the_document_signer() {
    let world = World::new();
    let id = world.person("a", &course("F1"));
    world.attest("2022-03-01");
    world.issue("2022-03-01T08:00:00Z");
    let intent = world.current(id).unwrap().intent;
    assert_eq!(intent.expires_at, at("2023-03-01T08:00:00Z"));
    // The document signer ends on 2023-09-01: clipped, then refused.
    let end = certificate(&world.dsc).not_after();
    assert_eq!(world.signer().expiry(at("2022-09-15")).unwrap(), end);
    let late = world.signer().expiry(at("2022-11-01"));
    assert!(matches!(late, Err(CentralError::Validity(_))));
    let early = world.signer().expiry(at("2021-12-19"));
    assert!(matches!(early, Err(CentralError::PolicyNotInForce { .. })));
    let leap = Validity::default().expiry(at("2024-02-29T00:00:00Z"), at("2030-01-01"));
    assert_eq!(leap.unwrap(), at("2025-02-28T00:00:00Z"));
}

#[test]
fn invariant_6_a_renewal_has_a_new_identifier_and_the_same_content() {
    let world = World::new();
    let id = world.person("a", &course("F1"));
    world.attest("2022-03-01");
    world.issue("2022-03-01T08:00:00Z");
    let first = world.current(id).unwrap();
    let dsc =
        dcc_sign::test_keys::TestPki::generate("VN", Algorithm::Es256, at("2022-12-01")).unwrap();
    let signer = world.signer_with(hcert_signer(&dsc));
    let renew = || Purpose::Renew(Window::of_days(30));
    let early = world.run(&signer, renew(), "2023-01-25T08:00:00Z", "r1");
    assert_eq!(early.subjects.selected(), 0);
    let due = world.run(&signer, renew(), "2023-02-20T08:00:00Z", "r2");
    assert_eq!((due.subjects.issued, due.subjects.selected()), (1, 1));
    let second = world.current(id).unwrap();
    assert_ne!(first.id(), second.id());
    assert_eq!(second.intent.occasion, Occasion::Renewal);
    assert_eq!(second.supersedes.as_ref(), Some(first.id()));
    assert_eq!(second.intent.counted, first.intent.counted);
    assert_eq!(second.intent.expires_at, at("2024-02-20T08:00:00Z"));
    let states: Vec<CertificateState> = world
        .certificates(id)
        .iter()
        .map(|record| record.state)
        .collect();
    assert_eq!(
        states,
        [CertificateState::Superseded, CertificateState::Published]
    );
    // A renewed certificate is what a daily run would make.
    let daily = world.run(&signer, Purpose::Issue, "2023-02-21T08:00:00Z", "d");
    assert_eq!(daily.subjects.unchanged, 1);
}

#[test]
fn a_new_dose_supersedes_and_a_changed_one_holds_until_it_is_signed_again() {
    let world = World::new();
    let id = world.person("a", &course("F1"));
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    let first = world.current(id).unwrap();
    let mut doses = course("F1").to_vec();
    doses.push(("F1", civil::date(2022, 3, 3)));
    world.person("a", &doses);
    let held = world.issue("2022-03-04");
    assert_eq!(held.subjects.held, 1);
    assert_eq!(
        world.current(id).as_ref(),
        Some(&first),
        "it stays until there is another"
    );
    world.attest("2022-03-05");
    world.issue("2022-03-06");
    let second = world.current(id).unwrap();
    assert_eq!(second.intent.occasion, Occasion::NewDose);
    assert_eq!(second.intent.dose, (3, 3));
    assert_eq!(
        world.certificates(id)[0].superseded_by.as_ref(),
        Some(second.id())
    );
}

#[test]
fn nationality_is_in_the_code_only_where_the_profile_writes_it() {
    let world = World::new();
    let id = world.person("a", &course("F1"));
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    let hc1 = |record: dcc_registry::CertificateRecord| record.hc1.unwrap();
    let plain = verified(&world, &hc1(world.current(id).unwrap()));
    assert_eq!(plain.get().claims().nationality(), None);
    assert_eq!(world.current(id).unwrap().intent.nationality, "VN");
    let signer = world.signer().with_profile(Profile::VnNationalityClaim);
    world.run(&signer, Purpose::Issue, "2022-03-03", "claim");
    let claimed = verified(&world, &hc1(world.current(id).unwrap()));
    assert_eq!(claimed.get().claims().nationality(), Some("VN"));
}

#[test]
fn a_compromised_key_is_revoked_and_everybody_gets_a_certificate_of_the_new_one() {
    let world = World::new();
    let people: Vec<_> = (0..20)
        .map(|n| world.person(&format!("p{n}"), &course("F1")))
        .collect();
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    let old = certificate(&world.dsc).kid().as_bytes().to_vec();
    let purpose = || Purpose::ReplaceKey { kid: old.clone() };
    let own = world.signer();
    let batch = world.open(&own, "2022-03-03", "own").id;
    let worker =
        Worker::new(&own, &world.registry, batch, WorkerId::new("w")).with_purpose(purpose());
    let refused = block_on(worker.step(&act("2022-03-03"), at("2022-03-03")));
    assert!(matches!(refused, Err(CentralError::KeyReplacesItself)));

    let dsc = pki(Algorithm::Ps256);
    let signer = world.signer_with(hcert_signer(&dsc));
    let tally = world.run(&signer, purpose(), "2022-03-03", "replace");
    assert_eq!(tally.subjects.issued, 20);
    for id in &people {
        let all = world.certificates(*id);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].state, CertificateState::Revoked);
        assert_eq!(all[0].revoked.unwrap().0, RevocationReason::KeyCompromise);
        assert_eq!(all[1].state, CertificateState::Published);
        assert_eq!(all[1].intent.kid, certificate(&dsc).kid().as_bytes());
        assert_eq!(all[1].intent.occasion, Occasion::KeyReplaced);
    }
    // The same again finds them replaced.
    let again = world.run(&signer, purpose(), "2022-03-04", "again");
    assert_eq!((again.subjects.issued, again.subjects.unchanged), (0, 20));
}

#[test]
fn a_revoked_certificate_is_made_anew_after_the_record_was_put_right() {
    let world = World::new();
    let id = world.person("a", &course("F1"));
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    let first = world.current(id).unwrap();
    let item = Revocation::new(id, first.id().clone(), RevocationReason::IssuedInError);
    block_on(world.registry.revoke(&act("2022-03-03"), &[item])).unwrap();
    assert_eq!(world.current(id), None);
    world.issue("2022-03-04");
    assert_ne!(world.current(id).unwrap().id(), first.id());
}

#[test]
fn several_workers_share_a_batch_and_nobody_is_done_twice() {
    let world = World::new();
    let people: Vec<_> = (0..300)
        .map(|n| world.person(&format!("p{n}"), &course("F1")))
        .collect();
    world.attest("2022-03-01");
    let signer = world.signer();
    let batch = world.open(&signer, "2022-03-02", "shared").id;
    std::thread::scope(|scope| {
        for name in ["w1", "w2", "w3"] {
            let (signer, registry) = (&signer, &world.registry);
            scope.spawn(move || {
                let worker = Worker::new(signer, registry, batch, WorkerId::new(name));
                loop {
                    match block_on(worker.step(&act("2022-03-02"), at("2022-03-02"))).unwrap() {
                        Step::Finished => break,
                        Step::Waiting => std::thread::yield_now(),
                        _ => {}
                    }
                }
            });
        }
    });
    let tally = block_on(world.registry.tally(batch)).unwrap();
    assert_eq!(
        (tally.subjects.issued, tally.subjects.selected()),
        (300, 300)
    );
    for id in people {
        assert_eq!(world.certificates(id).len(), 1);
    }
}

/// Leaves only the buckets of these people to a batch, so that a run takes few internal steps.
fn finish_the_empty_buckets(world: &World, batch: BatchId, people: &[SubjectId]) {
    let empty: Vec<Bucket> = Bucket::all()
        .filter(|bucket| people.iter().all(|id| id.bucket() != *bucket))
        .collect();
    let registry = &world.registry;
    let times = (at("2022-03-02"), at("2022-03-03"));
    let worker = WorkerId::new("other");
    let leases = block_on(registry.acquire(&worker, &empty, empty.len(), times)).unwrap();
    block_on(registry.finish_buckets(&act("2022-03-02"), &leases, batch)).unwrap();
}

#[test]
fn invariant_11_a_run_that_dies_anywhere_is_resumed_without_a_second_identifier() {
    let (mut deaths, mut intents_kept) = (0, 0);
    for dies in 1.. {
        let world = World::new();
        let people: Vec<SubjectId> = (0..3)
            .map(|n| world.person(&format!("p{n}"), &course("F1")))
            .collect();
        world.attest("2022-03-01");
        let signer = world.signer();
        let batch = world.open(&signer, "2022-03-02", "crash").id;
        finish_the_empty_buckets(&world, batch, &people);
        let worker = Worker::new(&signer, &world.registry, batch, WorkerId::new("w"));
        world.registry.crash_after(Some(dies));
        let died = block_on(worker.step(&act("2022-03-02"), at("2022-03-02"))).is_err();
        world.registry.crash_after(None);
        deaths += u32::from(died);
        let reserved: Vec<_> = people
            .iter()
            .flat_map(|id| world.certificates(*id))
            .collect();
        let tally = world.run(&signer, Purpose::Issue, "2022-03-02", "crash");
        assert_eq!(
            (tally.subjects.issued, tally.subjects.selected()),
            (3, 3),
            "{dies}"
        );
        for id in people {
            let all = world.certificates(id);
            assert_eq!(all.len(), 1, "{dies}");
            assert_eq!(all[0].state, CertificateState::Published);
            verified(&world, all[0].hc1.as_deref().unwrap());
            for before in reserved.iter().filter(|record| record.subject() == id) {
                assert_eq!(before.id(), all[0].id(), "{dies}: the intent was kept");
                intents_kept += u32::from(died && before.hc1.is_none());
            }
        }
        if !died {
            break;
        }
    }
    assert!(deaths > 20 && intents_kept > 5, "{deaths} {intents_kept}");
}

#[test]
fn personal_data_stays_out_of_debug_output() {
    let world = World::new();
    let id = world.person("a", &course("F1"));
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    let item = Intake::new(id, "a", identity());
    let shown = format!("{:?} {item:?} {:?}", world.signer(), world.subject(id));
    for secret in ["Nguyễn", "001180000001", "1980", "HC1:"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}
