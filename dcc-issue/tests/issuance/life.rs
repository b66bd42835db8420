//! Revocation by identifier, and certificates that were issued elsewhere.

use alloc::sync::Arc;

use dcc_issue::central::{Purpose, Window};
use dcc_issue::life::{
    Imported, IncomingCertificate, NotImported, import_certificates, revoke_certificates,
    revoke_key,
};
use dcc_registry::{
    CertificateId, CertificateState, ImportOutcome, Occasion, RevocationOutcome, RevocationReason,
    SubjectId,
};
use dcc_sign::provider::aws_lc;
use dcc_sign::{HcertVerifier, TrustedKey};

use crate::central::Trusting;
use crate::world::{World, act, at, block_on, certificate, course, hcert_signer};

#[test]
fn certificates_are_revoked_by_identifier_in_any_case() {
    let world = World::new();
    let id = world.person("a", &course("F1"));
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    let current = world.current(id).unwrap();
    let lower = CertificateId::new(current.id().as_str().to_ascii_lowercase());
    let unknown = CertificateId::new("URN:UVCI:01:VN:00#0");
    let revoke = |ids: &[CertificateId], reason| {
        block_on(revoke_certificates(
            &world.registry,
            &act("2022-03-03"),
            ids,
            reason,
        ))
        .unwrap()
    };
    let answers = revoke(&[unknown, lower.clone()], RevocationReason::Fraud);
    assert_eq!(answers[0].1, RevocationOutcome::Missing);
    assert_eq!(
        answers[1],
        (current.id().clone(), RevocationOutcome::Revoked)
    );
    let again = revoke(&[lower], RevocationReason::IssuedInError);
    assert_eq!(again[0].1, RevocationOutcome::AlreadyRevoked);
    let stored = &world.certificates(id)[0];
    assert_eq!(stored.state, CertificateState::Revoked);
    assert_eq!(
        stored.revoked.unwrap().0,
        RevocationReason::Fraud,
        "the first reason stays"
    );
}

#[test]
fn a_key_is_revoked_in_all_buckets() {
    let world = World::new();
    for n in 0..12 {
        world.person(&format!("p{n}"), &course("F1"));
    }
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    let kid = certificate(&world.dsc).kid().as_bytes().to_vec();
    let reason = RevocationReason::KeyCompromise;
    for _ in 0..2 {
        let count = block_on(revoke_key(
            &world.registry,
            &act("2022-03-03"),
            &kid,
            reason,
        ));
        assert_eq!(count.unwrap(), 12);
    }
    let other = block_on(revoke_key(
        &world.registry,
        &act("2022-03-03"),
        &[0; 8],
        reason,
    ));
    assert_eq!(other.unwrap(), 0);
}

fn import(world: &World, key: &World, subject: SubjectId, hc1: &str) -> Imported {
    let trusted = TrustedKey::from_certificate(certificate(&key.dsc)).unwrap();
    let keys = Trusting(Arc::new(trusted));
    let verifier = HcertVerifier::new(aws_lc::provider());
    let items = [IncomingCertificate::new(subject, hc1)];
    let act = act("2022-04-01");
    let imported = import_certificates(&world.registry, &act, (&verifier, &keys), &items);
    block_on(imported).unwrap().remove(0)
}

#[test]
fn certificates_issued_elsewhere_are_verified_kept_renewed_and_revoked() {
    let elsewhere = World::new();
    let there = elsewhere.person("a", &course("F1"));
    elsewhere.attest("2022-03-01");
    elsewhere.issue("2022-03-02");
    let foreign = elsewhere.current(there).unwrap();
    let hc1 = foreign.hc1.clone().unwrap();

    let world = World::new();
    let id = world.person("b", &course("F1"));
    world.attest("2022-03-01");
    // Not under the key of somebody else, nor for somebody else, nor changed.
    let refused = import(&world, &world, id, &hc1);
    assert!(matches!(
        refused,
        Imported::Refused(NotImported::Signature(_))
    ));
    let nobody = SubjectId::from_bytes([1; 16]);
    let refused = import(&world, &elsewhere, nobody, &hc1);
    assert_eq!(refused, Imported::Refused(NotImported::SubjectMissing));
    let refused = import(&world, &elsewhere, id, "HC1:NCFOXN");
    assert_eq!(refused, Imported::Refused(NotImported::Undecodable));

    let taken = import(&world, &elsewhere, id, &hc1);
    assert_eq!(taken, Imported::Stored(ImportOutcome::Current));
    let again = import(&world, &elsewhere, id, &hc1);
    assert_eq!(again, Imported::Stored(ImportOutcome::Unchanged));
    let kept = world.current(id).unwrap();
    assert_eq!(
        (kept.id(), kept.intent.occasion),
        (foreign.id(), Occasion::Imported)
    );
    assert_eq!(kept.intent.dose, (2, 2));
    assert_eq!(kept.intent.expires_at, foreign.intent.expires_at);

    // It says what the records say, so it stays until it runs out.
    let tally = world.issue("2022-04-02");
    assert_eq!(tally.subjects.unchanged, 1);
    let dsc =
        dcc_sign::test_keys::TestPki::generate("VN", dcc_sign::Algorithm::Es256, at("2022-12-01"));
    let signer = world.signer_with(hcert_signer(&dsc.unwrap()));
    let purpose = Purpose::Renew(Window::of_days(30));
    world.run(&signer, purpose, "2023-02-28", "renewal");
    let renewed = world.current(id).unwrap();
    assert_eq!(renewed.intent.occasion, Occasion::Renewal);
    assert_eq!(renewed.supersedes.as_ref(), Some(foreign.id()));
    let ids = [foreign.id().clone()];
    let reason = RevocationReason::IssuedInError;
    let answers = block_on(revoke_certificates(
        &world.registry,
        &act("2023-03-01"),
        &ids,
        reason,
    ));
    assert_eq!(answers.unwrap()[0].1, RevocationOutcome::Revoked);
    assert_eq!(world.current(id).unwrap().id(), renewed.id());
}

#[test]
fn a_certificate_of_another_person_is_not_taken_in() {
    let elsewhere = World::new();
    let there = elsewhere.person("a", &course("F1"));
    elsewhere.attest("2022-03-01");
    elsewhere.issue("2022-03-02");
    let hc1 = elsewhere.current(there).unwrap().hc1.unwrap();
    let world = World::new();
    let id = world.person("b", &course("F1"));
    let mut other = crate::world::identity();
    other.birth_date = String::from("1980-02-01");
    let correction = dcc_registry::Correction::new(id, 1, other);
    let correct = dcc_registry::IntakeStore::correct;
    block_on(correct(&world.registry, &act("2022-03-03"), &[correction])).unwrap();
    let refused = import(&world, &elsewhere, id, &hc1);
    assert_eq!(refused, Imported::Refused(NotImported::HolderDiffers));
}

#[test]
fn an_imported_certificate_that_says_something_else_is_replaced() {
    let elsewhere = World::new();
    let there = elsewhere.person("a", &course("F1"));
    elsewhere.attest("2022-03-01");
    elsewhere.issue("2022-03-02");
    let hc1 = elsewhere.current(there).unwrap().hc1.unwrap();
    let world = World::new();
    let mut doses = course("F1").to_vec();
    doses.push(("F1", dcc_registry::civil::date(2022, 3, 1)));
    let id = world.person("b", &doses);
    world.attest("2022-03-02");
    import(&world, &elsewhere, id, &hc1);
    world.issue("2022-04-02");
    let current = world.current(id).unwrap();
    assert_eq!(
        (current.intent.dose, current.intent.occasion),
        ((3, 3), Occasion::NewDose)
    );
}
