//! Attestation: who may sign what, and what becomes of it.

use dcc_codec::cbor::{self, Value};
use dcc_codec::{Decoder, cose};
use dcc_issue::attestation::{
    ATTESTATION_PROFILE, AttestationError, LeafVerdict, Package, PackageError, Statement, tree,
};
use dcc_issue::attestation::{AttestationCentre, Attester, FacilitySigner};
use dcc_registry::{
    Attested, Bucket, Delegation, Digest, DoseContent, DoseRecord, DoseRef, FacilityId, Intake,
    IntakeStore as _, LeafOutcome, SigningMode, SubjectStore as _, Timestamp, civil,
};
use dcc_sign::provider::aws_lc;
use dcc_sign::{Algorithm, DocumentSigner};

use crate::world::{World, act, at, block_on, certificate, course, facility_signer, identity, pki};

fn doses(world: &World, name: &str) -> Vec<DoseRecord> {
    world.subject(world.reference.subject_id(name)).doses
}

fn signed(
    signer: &FacilitySigner,
    facility: &str,
    delegation: Option<&str>,
    doses: &[DoseRecord],
    on: &str,
) -> Package {
    let facility = FacilityId::new(facility);
    let provider = aws_lc::provider();
    block_on(signer.attest((&facility, delegation), doses, at(on), &provider)).unwrap()
}

fn take(world: &World, package: Package, on: &str) -> Result<Vec<LeafVerdict>, AttestationError> {
    let directory = world.directory();
    let (mut taken, mut refused) = block_on(world.centre().accept(
        &world.registry,
        &directory,
        &act(on),
        vec![package],
    ))
    .unwrap();
    match refused.pop() {
        Some(refused) => Err(refused.error),
        None => Ok(taken
            .remove(0)
            .leaves
            .into_iter()
            .map(|(_, leaf)| leaf)
            .collect()),
    }
}

fn attested(world: &World, name: &str) -> Vec<Option<Attested>> {
    doses(world, name)
        .iter()
        .map(|dose| dose.attested)
        .collect()
}

const TAKEN: LeafVerdict = LeafVerdict::Stored(LeafOutcome::Attested);

#[test]
fn a_facility_attests_thousands_of_doses_in_one_act() {
    let world = World::new();
    for number in 0..1500 {
        world.person(&format!("p{number}"), &course("F1"));
    }
    world.person("other", &course("F2"));
    world.person("nobody", &course("F3"));
    let report = world.attest("2022-03-01");
    assert_eq!(
        (report.acts, report.attested, report.overtaken),
        (2, 3002, 0)
    );
    assert_eq!(report.unsigned.values().sum::<u64>(), 2);
    let marks = attested(&world, "p7");
    assert_eq!(marks[0].unwrap().attestation, marks[1].unwrap().attestation);
    let again = world.attest("2022-03-02");
    assert_eq!((again.acts, again.attested, again.standing), (0, 0, 3002));
}

#[test]
fn invariant_1_only_the_enterer_or_its_delegate_covers_a_dose() {
    let world = World::new();
    world.person("one", &course("F1"));
    world.person("two", &course("F2"));
    let f1 = facility_signer("F1", &world.f1);
    let s = facility_signer("S", &world.s);
    // Another facility's doses as one's own.
    let own = signed(&f1, "F1", None, &doses(&world, "two"), "2022-03-01");
    let elsewhere = LeafVerdict::Stored(LeafOutcome::EnteredElsewhere);
    assert_eq!(take(&world, own, "2022-03-01"), Ok(vec![elsewhere; 2]));
    // In another facility's name, without and with a delegation that it did not give.
    for delegation in [None, Some("12/QĐ")] {
        let forged = signed(&f1, "F2", delegation, &doses(&world, "two"), "2022-03-01");
        let refused = take(&world, forged, "2022-03-01");
        assert_eq!(refused, Err(AttestationError::DelegationNotValid));
    }
    assert_eq!(attested(&world, "two"), [None, None]);
    let delegated = signed(&s, "F2", Some("12/QĐ"), &doses(&world, "two"), "2022-03-01");
    assert_eq!(take(&world, delegated, "2022-03-01"), Ok(vec![TAKEN; 2]));
    // Where it was given makes no difference.
    let mut content = DoseContent::new("pfizer", civil::date(2021, 9, 1), FacilityId::new("F3"));
    content.entering = FacilityId::new("F1");
    let id = world.reference.subject_id("three");
    let mut item = Intake::new(id, "three", identity());
    item.doses.push((DoseRef::new("three/0"), content));
    block_on(world.registry.take_in(&act("2022-03-01"), &[item])).unwrap();
    let entered = signed(&f1, "F1", None, &doses(&world, "three"), "2022-03-01");
    assert_eq!(take(&world, entered, "2022-03-01"), Ok(vec![TAKEN]));
}

#[test]
fn invariant_2_delegations_do_not_chain_and_their_end_voids_nothing() {
    let world = World::new();
    world.person("two", &course("F2"));
    world.person("late", &course("F2"));
    let days = (civil::date(2022, 1, 1), civil::date(2022, 12, 31));
    let grant = |from: &str, to: &str, reference: &str| {
        Delegation::new(FacilityId::new(from), FacilityId::new(to), reference, days)
    };
    // S lets F1 sign; F1 may not therefore sign what F2 let S sign.
    world.delegate(grant("S", "F1", "13/QĐ"));
    let f1 = facility_signer("F1", &world.f1);
    let s = facility_signer("S", &world.s);
    for reference in ["12/QĐ", "13/QĐ"] {
        let chained = signed(
            &f1,
            "F2",
            Some(reference),
            &doses(&world, "two"),
            "2022-03-01",
        );
        let refused = take(&world, chained, "2022-03-01");
        assert_eq!(refused, Err(AttestationError::DelegationNotValid));
    }
    let good = signed(&s, "F2", Some("12/QĐ"), &doses(&world, "two"), "2022-03-01");
    assert_eq!(take(&world, good, "2022-03-01"), Ok(vec![TAKEN; 2]));
    let mut revoked = grant("F2", "S", "12/QĐ");
    revoked.revoked_at = Some(at("2022-03-02"));
    world.delegate(revoked);
    let late = signed(
        &s,
        "F2",
        Some("12/QĐ"),
        &doses(&world, "late"),
        "2022-03-03",
    );
    let refused = take(&world, late, "2022-03-03");
    assert_eq!(refused, Err(AttestationError::DelegationNotValid));
    assert!(attested(&world, "two").iter().all(Option::is_some));
    // Signed outside its days.
    world.delegate(grant("F2", "S", "14/QĐ"));
    let after = signed(
        &s,
        "F2",
        Some("14/QĐ"),
        &doses(&world, "late"),
        "2023-01-02",
    );
    let refused = take(&world, after, "2023-01-02");
    assert_eq!(refused, Err(AttestationError::DelegationNotValid));
}

#[test]
fn a_delegation_covers_only_the_dose_dates_in_its_scope() {
    let world = World::new();
    world.put_facility("F4", SigningMode::Delegated, None);
    let days = (civil::date(2022, 1, 1), civil::date(2022, 12, 31));
    let mut narrow = Delegation::new(FacilityId::new("F4"), FacilityId::new("S"), "9/QĐ", days);
    narrow.scope_to = Some(civil::date(2021, 9, 30));
    world.delegate(narrow);
    world.person("four", &course("F4"));
    let s = facility_signer("S", &world.s);
    let package = signed(&s, "F4", Some("9/QĐ"), &doses(&world, "four"), "2022-03-01");
    let taken = take(&world, package, "2022-03-01");
    assert_eq!(taken, Ok(vec![TAKEN, LeafVerdict::OutOfScope]));
    assert!(attested(&world, "four")[1].is_none());
}

#[test]
fn a_changed_dose_lapses_its_attestation() {
    let world = World::new();
    let id = world.person("one", &course("F1"));
    let package = {
        let f1 = facility_signer("F1", &world.f1);
        signed(&f1, "F1", None, &doses(&world, "one"), "2022-03-01")
    };
    assert_eq!(
        take(&world, package.clone(), "2022-03-01"),
        Ok(vec![TAKEN; 2])
    );
    let unchanged = LeafVerdict::Stored(LeafOutcome::Unchanged);
    assert_eq!(
        take(&world, package.clone(), "2022-03-02"),
        Ok(vec![unchanged; 2])
    );
    let mut changed = course("F1");
    changed[1].1 = civil::date(2021, 10, 2);
    world.person("one", &changed);
    assert_eq!(world.subject(id).doses[1].version, 2);
    let marks = attested(&world, "one");
    assert!(marks[0].is_some() && marks[1].is_none());
    let replayed = take(&world, package, "2022-03-03");
    let lapsed = LeafVerdict::Stored(LeafOutcome::Lapsed);
    assert_eq!(replayed, Ok(vec![unchanged, lapsed]));
}

#[test]
fn a_certificate_must_be_registered_chain_and_not_be_taken_back() {
    let world = World::new();
    world.person("three", &course("F3"));
    // F3 made itself a key.
    let stray = pki(Algorithm::Es256);
    let f3 = facility_signer("F3", &stray);
    let package = signed(&f3, "F3", None, &doses(&world, "three"), "2022-03-01");
    let refused = take(&world, package.clone(), "2022-03-01");
    assert_eq!(refused, Err(AttestationError::CertificateNotRegistered));
    // Registered, and still of an authority that the centre does not know.
    world.put_facility("F3", SigningMode::SelfSigning, Some(&stray));
    let refused = take(&world, package, "2022-03-01");
    assert!(matches!(refused, Err(AttestationError::Chain(_))));
    // F1's key in F3's name.
    let thief = facility_signer("F3", &world.f1);
    let package = signed(&thief, "F3", None, &doses(&world, "three"), "2022-03-01");
    let refused = take(&world, package, "2022-03-01");
    assert_eq!(refused, Err(AttestationError::CertificateNotRegistered));

    world.person("one", &course("F1"));
    let f1 = facility_signer("F1", &world.f1);
    let early = signed(&f1, "F1", None, &doses(&world, "one"), "2021-05-01");
    assert!(matches!(
        take(&world, early, "2022-03-01"),
        Err(AttestationError::Chain(_))
    ));
    let future = signed(&f1, "F1", None, &doses(&world, "one"), "2022-03-02");
    let refused = take(&world, future, "2022-03-01");
    assert!(matches!(refused, Err(AttestationError::InFuture { .. })));
    // Taken back: even what claims to be signed before.
    let package = signed(&f1, "F1", None, &doses(&world, "one"), "2022-03-01");
    let mut facility = world
        .directory()
        .facility(&FacilityId::new("F1"))
        .unwrap()
        .clone();
    facility.certificates[0].revoked_at = Some(at("2022-03-05"));
    let put = dcc_registry::FacilityDirectory::put_facilities;
    block_on(put(&world.registry, &act("2022-03-05"), &[facility])).unwrap();
    let refused = take(&world, package, "2022-03-06");
    assert_eq!(refused, Err(AttestationError::CertificateNotRegistered));
}

#[test]
fn any_change_to_a_package_is_refused() {
    let world = World::new();
    world.person("one", &course("F1"));
    let f1 = facility_signer("F1", &world.f1);
    let package = signed(&f1, "F1", None, &doses(&world, "one"), "2022-03-01");
    let directory = world.directory();
    let (centre, now) = (world.centre(), at("2022-03-01"));
    assert!(centre.verify(package.clone(), &directory, now).is_ok());
    for place in 0..package.bytes().len() {
        let mut bytes = package.bytes().to_vec();
        bytes[place] ^= 1;
        if let Ok(changed) = Package::from_bytes(bytes) {
            assert!(
                centre.verify(changed, &directory, now).is_err(),
                "byte {place}"
            );
        }
    }
    let cut = package.bytes()[..package.bytes().len() - 1].to_vec();
    assert_eq!(Package::from_bytes(cut).unwrap_err(), PackageError::Form);
}

#[test]
fn a_dose_is_proved_without_showing_the_others() {
    let world = World::new();
    world.person("one", &course("F1"));
    world.person("other", &course("F1"));
    let f1 = facility_signer("F1", &world.f1);
    let all = [doses(&world, "one"), doses(&world, "other")].concat();
    let package = signed(&f1, "F1", None, &all, "2022-03-01");
    let root = package.statement().root;
    for (place, leaf) in package.leaves().iter().enumerate() {
        let proof = package.inclusion_proof(place).unwrap();
        assert!(proof.proves(&leaf.leaf_hash(), &root));
        let mut changed = leaf.clone();
        changed.version += 1;
        assert!(!proof.proves(&changed.leaf_hash(), &root));
    }
    assert_eq!(package.inclusion_proof(4), None);
}

#[test]
fn packages_go_from_the_platform_to_a_centre_with_a_register_of_its_own() {
    let platform = World::new();
    let (f1, s) = (pki(Algorithm::Es256), pki(Algorithm::Ps256));
    let platform = World::with_keys(1, f1, platform.s);
    platform.person("one", &course("F1"));
    // The platform corrected a dose; the centre sees the corrected one only.
    let mut first = course("F1");
    first[0].1 = civil::date(2021, 8, 31);
    platform.person("two", &first);
    platform.person("two", &course("F1"));
    platform.attest("2022-03-01");
    let mark = attested(&platform, "two")[0].unwrap();
    let store = dcc_registry::AttestationStore::attestation;
    let exported = block_on(store(&platform.registry, mark.attestation))
        .unwrap()
        .unwrap();

    let centre = World::with_keys(2, pki(Algorithm::Es256), s);
    centre.put_facility("F1", SigningMode::SelfSigning, Some(&platform.f1));
    centre.person("one", &course("F1"));
    centre.person("two", &course("F1"));
    let mut authorities = dcc_registry::chain::Authorities::new();
    let csca = DocumentSigner::from_pem(platform.f1.csca_pem().as_bytes()).unwrap();
    authorities.insert("VN", csca).unwrap();
    let office = AttestationCentre::new(aws_lc::provider(), authorities);
    let package = Package::from_bytes(exported.package).unwrap();
    let (taken, refused) = block_on(office.accept(
        &centre.registry,
        &centre.directory(),
        &act("2022-03-02"),
        vec![package],
    ))
    .unwrap();
    assert!(refused.is_empty());
    assert_eq!(taken[0].standing(), 4);
    assert_eq!(taken[0].id, mark.attestation);
    assert_ne!(
        platform.reference.subject_id("two"),
        centre.reference.subject_id("two")
    );
    assert!(attested(&centre, "two").iter().all(Option::is_some));
}

/// A package as another program writes it, by the text of docs/attestation.md.
fn foreign(
    statement: &Statement,
    algorithm: i64,
    leaves: &[(DoseRef, u32, [u8; 16], Digest)],
    sign: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<u8> {
    let protected = cose::protected_header(algorithm, &statement.certificate.as_bytes()[..8]);
    let payload = statement.to_bytes();
    let signed = cose::sig_structure(&protected, ATTESTATION_PROFILE.as_bytes(), &payload);
    let message = cose::encode(&protected, &[], &payload, &sign(&signed));
    let leaf = |(dose_ref, version, salt, hash): &(DoseRef, u32, [u8; 16], Digest)| {
        Value::Array(vec![
            Value::text(dose_ref.as_str().to_owned()),
            Value::Unsigned((*version).into()),
            Value::bytes(salt.to_vec()),
            Value::bytes(hash.as_bytes().to_vec()),
        ])
    };
    cbor::encode(&Value::Array(vec![
        Value::text("dcc-attestation-package"),
        Value::Unsigned(1),
        Value::bytes(message),
        Value::Array(leaves.iter().map(leaf).collect()),
    ]))
}

#[test]
fn the_tokens_of_other_suppliers_sign_with_rs256_and_ps256() {
    use rcgen::{PublicKeyData as _, SigningKey as _};
    let rsa = pki(Algorithm::Ps256);
    let world = World::with_keys(3, rsa, pki(Algorithm::Es256));
    world.person("one", &course("F1"));
    assert_eq!(world.attest("2022-03-01").attested, 2, "PS256");

    world.person("two", &course("F1"));
    let key =
        rcgen::KeyPair::from_pem_and_sign_algo(world.f1.dsc_key_pem(), &rcgen::PKCS_RSA_SHA256)
            .unwrap();
    assert!(!key.der_bytes().is_empty());
    let salt = [9; 16];
    let leaves: Vec<_> = doses(&world, "two")
        .iter()
        .map(|dose| (dose.key.dose_ref.clone(), dose.version, salt, dose.hash))
        .collect();
    let hash = |(dose_ref, version, salt, hash): &(DoseRef, u32, [u8; 16], Digest)| {
        let leaf = Value::Array(vec![
            Value::Unsigned(1),
            Value::text(dose_ref.as_str().to_owned()),
            Value::Unsigned((*version).into()),
            Value::bytes(salt.to_vec()),
            Value::bytes(hash.as_bytes().to_vec()),
        ]);
        tree::leaf_hash(&cbor::encode(&leaf))
    };
    let root = tree::root(&leaves.iter().map(hash).collect::<Vec<_>>());
    let own = facility_signer("F1", &world.f1);
    let mut statement = signed(&own, "F1", None, &doses(&world, "two"), "2022-03-01")
        .statement()
        .clone();
    statement.root = root;
    let good = foreign(&statement, -257, &leaves, |bytes| key.sign(bytes).unwrap());
    // The same signature under the name of PS256 does not pass.
    let renamed = foreign(&statement, -37, &leaves, |bytes| key.sign(bytes).unwrap());
    let renamed = take(&world, Package::from_bytes(renamed).unwrap(), "2022-03-01");
    assert_eq!(renamed, Err(AttestationError::SignatureWrong));
    let taken = take(&world, Package::from_bytes(good).unwrap(), "2022-03-01");
    assert_eq!(taken, Ok(vec![TAKEN; 2]));
    let other = foreign(&statement, -7, &leaves, |bytes| key.sign(bytes).unwrap());
    let other = take(&world, Package::from_bytes(other).unwrap(), "2022-03-01");
    assert_eq!(other, Err(AttestationError::SignatureWrong));
    let unknown = foreign(&statement, -259, &leaves, |bytes| key.sign(bytes).unwrap());
    assert_eq!(
        Package::from_bytes(unknown).unwrap_err(),
        PackageError::Algorithm
    );
}

#[test]
fn an_attestation_is_no_certificate_and_a_certificate_no_attestation() {
    let world = World::new();
    let id = world.person("one", &course("F1"));
    world.attest("2022-03-01");
    world.issue("2022-03-02");
    let text = world.current(id).unwrap().hc1.unwrap();
    let hcert = Decoder::default().decode(&text).unwrap();
    let message = hcert.dangerous_unverified().message().encode();
    let package = cbor::encode(&Value::Array(vec![
        Value::text("dcc-attestation-package"),
        Value::Unsigned(1),
        Value::bytes(message),
        Value::Array(vec![Value::Array(vec![
            Value::text("D1"),
            Value::Unsigned(1),
            Value::bytes(vec![0; 16]),
            Value::bytes(vec![0; 32]),
        ])]),
    ]));
    assert_eq!(
        Package::from_bytes(package).unwrap_err(),
        PackageError::Statement
    );

    let f1 = facility_signer("F1", &world.f1);
    let package = signed(&f1, "F1", None, &doses(&world, "one"), "2022-03-01");
    let item = cbor::decode(package.bytes(), &cbor::CborLimits::default()).unwrap();
    let message = item.as_array().unwrap()[2].as_bytes().unwrap().to_vec();
    assert!(Decoder::default().decode_cose(&message).is_err());
    // And its signature covers data of its own, which an HCERT's does not.
    let parsed = dcc_codec::CoseSign1::parse(&message, &dcc_codec::Limits::default(), &mut vec![])
        .unwrap()
        .dangerous_into_unverified();
    let key = certificate(&world.f1).verifying_key().unwrap().clone();
    let check = |signed: &[u8]| {
        aws_lc::provider().verify(Algorithm::Es256, &key, signed, parsed.signature())
    };
    assert!(check(&parsed.to_be_signed_with(ATTESTATION_PROFILE.as_bytes())).is_ok());
    assert!(check(&parsed.to_be_signed()).is_err());
}

#[test]
fn one_signer_that_fails_stops_nobody_else() {
    let world = World::new();
    world.person("one", &course("F1"));
    world.person("two", &course("F2"));
    let stray = pki(Algorithm::Es256);
    let signers = [
        facility_signer("F1", &stray),
        facility_signer("S", &world.s),
    ];
    let (centre, directory) = (world.centre(), world.directory());
    let attester = Attester::new(&world.registry, &centre, &directory, &signers);
    let report = block_on(attester.run(&act("2022-03-01"), Bucket::all())).unwrap();
    assert_eq!((report.attested, report.failures.len()), (2, 1));
    assert!(report.failures.contains_key(&FacilityId::new("F1")));
    // A single facility, as its delegate.
    let only = Attester::new(&world.registry, &centre, &directory, &signers)
        .only(FacilityId::new("F1"), FacilityId::new("S"));
    let report = block_on(only.run(&act("2022-03-01"), Bucket::all())).unwrap();
    assert_eq!(
        report.unsigned.values().sum::<u64>(),
        2,
        "F1 delegated to nobody"
    );
}

#[test]
fn the_time_of_signing_and_the_size_are_in_the_statement() {
    let world = World::new();
    world.person("one", &course("F1"));
    let f1 = facility_signer("F1", &world.f1);
    let package = signed(
        &f1,
        "F1",
        None,
        &doses(&world, "one"),
        "2022-03-01T02:03:04Z",
    );
    let statement = package.statement();
    let when: Timestamp = at("2022-03-01T02:03:04Z");
    assert_eq!((statement.signed_at, statement.size), (when, 2));
    assert_eq!(
        Statement::from_bytes(&statement.to_bytes()).unwrap(),
        *statement
    );
    let subjects = block_on(
        world
            .registry
            .subjects(&[world.reference.subject_id("one")]),
    );
    assert_eq!(subjects.unwrap().len(), 1);
}
