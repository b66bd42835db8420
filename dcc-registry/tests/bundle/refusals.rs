//! What is taken, and each refusal.

use dcc_codec::cbor::{self, CborLimits, Value};
use dcc_codec::{cose, zlib};
use dcc_model::Coded as _;
use dcc_registry::bundle::{
    BundleDraft, BundleDraftError, BundleError, BundleLimits, BundleReader, BundleSigner,
    SectionName, TrustBundle, peek,
};
use dcc_sign::{Algorithm, sha256};

use crate::shared::{Publisher, at, created, draft, expires, fixture, now, open, provider, trust};

fn name(text: &str) -> SectionName {
    SectionName::new(text).unwrap()
}

#[test]
fn both_algorithms_and_both_ways_of_pinning() {
    for algorithm in [Algorithm::Es256, Algorithm::Ps256] {
        let publisher = Publisher::fresh(algorithm);
        let bytes = publisher.make(draft(7));
        let by_key = BundleSigner::public_key(publisher.signer.key().clone());
        for pinned in [publisher.signer.clone(), by_key] {
            let bundle = open(&bytes, core::slice::from_ref(&pinned)).unwrap();
            assert_eq!(bundle.trust(), &trust());
            assert_eq!(bundle.sequence(), 7);
            assert_eq!((bundle.created(), bundle.expires()), (created(), expires()));
            assert_eq!(bundle.age_seconds(now()), 86400);
            assert_eq!(bundle.signer(), &pinned);
            assert_eq!(bundle.signers(), &[pinned]);
            let sections: Vec<_> = bundle
                .sections()
                .iter()
                .map(|s| s.name().as_str())
                .collect();
            assert_eq!(sections, ["trust"]);
        }
    }
}

#[test]
fn a_bundle_of_a_pinned_key_is_made_and_opened_too() {
    let mut publisher = Publisher::fresh(Algorithm::Es256);
    publisher.signer = BundleSigner::public_key(publisher.signer.key().clone());
    let bytes = publisher.make(draft(1));
    assert!(open(&bytes, &[publisher.signer]).is_ok());
}

#[test]
fn the_same_draft_gives_the_same_bytes() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    assert_eq!(publisher.make(draft(7)), publisher.make(draft(7)));
}

#[test]
fn an_unknown_signer_is_refused() {
    let bytes = Publisher::fresh(Algorithm::Es256).make(draft(1));
    for algorithm in [Algorithm::Es256, Algorithm::Ps256] {
        let other = Publisher::fresh(algorithm).signer;
        let refused = open(&bytes, &[other]).unwrap_err();
        assert_eq!(refused, BundleError::SignerUnknown);
        assert_eq!(refused.code().code(), "bundle-signer-unknown");
    }
    assert_eq!(open(&bytes, &[]).unwrap_err(), BundleError::SignerUnknown);
}

#[test]
fn a_signature_for_another_purpose_is_refused() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let prepared = draft(1).prepare(&publisher.signer).unwrap();
    let good = publisher.finish(&prepared);
    // The same header signed as an HCERT would be: without the bundle's external data.
    let file = cbor::decode(&good, &CborLimits::default()).unwrap();
    let message = file.as_array().unwrap()[1].as_bytes().unwrap();
    let mut remarks = Vec::new();
    let message = dcc_codec::CoseSign1::parse(message, &dcc_codec::Limits::default(), &mut remarks)
        .unwrap()
        .dangerous_into_unverified();
    let signature = publisher.sign(&message.to_be_signed());
    assert_eq!(
        prepared.finish(&provider(), &signature).unwrap_err(),
        BundleDraftError::SignatureWrong
    );
    let header = cose::encode(
        message.protected_bytes(),
        &[],
        message.payload_bytes(),
        &signature,
    );
    let forged = rebuilt(&good, |members| members[1] = Value::bytes(header));
    let refused = open(&forged, &[publisher.signer]).unwrap_err();
    assert_eq!(refused, BundleError::SignatureWrong);
}

#[test]
fn rollback_is_refused() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let bytes = publisher.make(draft(7));
    let pinned = [publisher.signer];
    let with_minimum =
        |minimum| TrustBundle::open(&bytes, &pinned, now(), minimum, &provider()).map(|_| ());
    assert_eq!(with_minimum(7), Ok(()));
    let refused = with_minimum(8).unwrap_err();
    let expected = BundleError::Rollback {
        sequence: 7,
        minimum: 8,
    };
    assert_eq!(refused, expected);
}

#[test]
fn time_is_kept_to_the_second() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let bytes = publisher.make(draft(1));
    let pinned = [publisher.signer];
    let when = |now| TrustBundle::open(&bytes, &pinned, now, 0, &provider()).map(|_| ());
    assert_eq!(when(expires()), Ok(()));
    let late = expires().saturating_add_seconds(1);
    assert!(matches!(when(late), Err(BundleError::Expired { .. })));
    let skewed = created().saturating_add_seconds(-300);
    assert_eq!(when(skewed), Ok(()));
    let early = created().saturating_add_seconds(-301);
    assert!(matches!(when(early), Err(BundleError::NotYetValid { .. })));
}

#[test]
fn the_signers_certificate_must_cover_the_bundle() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let long = || BundleDraft::new(&trust(), 1, created(), at("2028-01-01T00:00:00Z")).unwrap();
    let refused = long().prepare(&publisher.signer).unwrap_err();
    assert_eq!(refused, BundleDraftError::SignerNotValid);
    // Made under the bare key, which has no time, and opened under the certificate.
    let by_key = BundleSigner::public_key(publisher.signer.key().clone());
    let bytes = publisher.finish(&long().prepare(&by_key).unwrap());
    let refused = open(&bytes, core::slice::from_ref(&publisher.signer)).unwrap_err();
    assert_eq!(refused, BundleError::SignerNotValid);
    assert!(open(&bytes, &[publisher.signer, by_key]).is_ok());
}

/// The file with its three members changed.
fn rebuilt(bytes: &[u8], change: impl FnOnce(&mut Vec<Value<'static>>)) -> Vec<u8> {
    let file = cbor::decode(bytes, &CborLimits::default()).unwrap();
    let Value::Array(mut members) = file.into_owned() else {
        panic!("not an array");
    };
    change(&mut members);
    cbor::encode(&Value::Array(members))
}

fn bodies<'m>(members: &'m mut [Value<'static>]) -> &'m mut Vec<Value<'static>> {
    let Value::Array(bodies) = &mut members[2] else {
        panic!("not an array");
    };
    bodies
}

#[test]
fn sections_cannot_be_swapped_changed_left_out_or_added() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let draft = draft(1)
        .with_section(name("additional"), b"of this".to_vec(), false)
        .unwrap();
    let good = publisher.make(draft);
    let pinned = [publisher.signer];
    let bundle = open(&good, &pinned).unwrap();
    assert_eq!(
        bundle.section(&name("additional")),
        None,
        "skipped, not read"
    );
    let refused = |change: fn(&mut Vec<Value<'static>>)| {
        open(&rebuilt(&good, change), &pinned)
            .map(|_| ())
            .unwrap_err()
    };
    assert!(matches!(
        refused(|members| bodies(members).swap(0, 1)),
        BundleError::SectionChanged { .. }
    ));
    let count = |found| BundleError::SectionCount { listed: 2, found };
    assert_eq!(refused(|members| drop(bodies(members).pop())), count(1));
    assert_eq!(
        refused(|members| bodies(members).push(Value::bytes(&b""[..]))),
        count(3)
    );
    // A section nobody here reads is still the one that was signed.
    assert_eq!(
        refused(|members| bodies(members)[1] = Value::bytes(&b"of that"[..])),
        BundleError::SectionChanged {
            name: name("additional")
        }
    );
    // Those of another bundle of the same signer.
    let other = rebuilt(&good, |members| {
        bodies(members)[0] = Value::bytes(zlib::compress(b"another list"));
    });
    let changed = BundleError::SectionChanged {
        name: SectionName::TRUST,
    };
    assert_eq!(open(&other, &pinned).unwrap_err(), changed);
}

#[test]
fn unknown_sections_are_skipped_and_critical_ones_refused() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let pinned = [publisher.signer.clone()];
    let make = |section: &SectionName, critical| {
        let draft = draft(1).with_section(section.clone(), b"content".to_vec(), critical);
        publisher.make(draft.unwrap())
    };
    for section in [
        name("new-thing"),
        SectionName::REVOCATION,
        SectionName::RULES,
    ] {
        assert!(open(&make(&section, false), &pinned).is_ok());
        let critical = make(&section, true);
        let refused = open(&critical, &pinned).unwrap_err();
        let expected = BundleError::SectionUnknown {
            name: section.clone(),
        };
        assert_eq!(refused, expected);
        // A caller who heeds it can open the bundle and read the section.
        let reader = BundleReader::new(provider()).understanding(section.clone());
        let bundle = reader.open(&critical, &pinned, now(), 0).unwrap();
        assert_eq!(bundle.section(&section), Some(&b"content"[..]));
    }
    // The kept names are given out when they are there.
    let bundle = open(&make(&SectionName::VALUE_SETS, false), &pinned).unwrap();
    let section = bundle.section(&SectionName::VALUE_SETS);
    assert_eq!(section, Some(&b"content"[..]));
}

#[test]
fn what_is_no_bundle_is_told_apart() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let pinned = [publisher.signer.clone()];
    let good = publisher.make(draft(1));
    for length in 0..good.len() {
        let refused = open(&good[..length], &pinned).unwrap_err();
        assert_eq!(refused, BundleError::Truncated, "{length}");
    }
    let mut longer = good.clone();
    longer.extend([0, 0]);
    let refused = open(&longer, &pinned).unwrap_err();
    assert_eq!(refused, BundleError::Trailing { count: 2 });
    for other in [
        &b"HC1:6BF"[..],
        b"{}",
        &dcc_registry::trust::write_trust_file(&trust()),
    ] {
        assert_eq!(open(other, &pinned).unwrap_err(), BundleError::Format);
    }
    let small = BundleReader::new(provider())
        .with_limits(BundleLimits::default().with_bytes(good.len() - 1));
    let refused = small.open(&good, &pinned, now(), 0).unwrap_err();
    assert!(matches!(refused, BundleError::TooLarge { .. }));
    let small = BundleReader::new(provider()).with_limits(BundleLimits::default().with_inflated(9));
    let refused = small.open(&good, &pinned, now(), 0).unwrap_err();
    assert!(matches!(refused, BundleError::TooLarge { .. }));
}

/// A bundle with a hand-made header, rightly signed.
fn signed(publisher: &Publisher, header: &Value<'_>, bodies: &[&[u8]]) -> Vec<u8> {
    let signer = &publisher.signer;
    let protected = cose::protected_header(signer.algorithm().cose_id(), signer.kid().as_bytes());
    let payload = cbor::encode(header);
    let message = cose::sig_structure(&protected, b"dcc-bundle-1", &payload);
    let header = cose::encode(&protected, &[], &payload, &publisher.sign(&message));
    cbor::encode(&Value::Array(vec![
        Value::text("dcc-bundle"),
        Value::bytes(header),
        Value::Array(bodies.iter().map(|body| Value::bytes(*body)).collect()),
    ]))
}

fn header(version: u64, sections: &[(&str, &[u8], u64)]) -> Value<'static> {
    let section = |(name, body, size): &(&str, &[u8], u64)| {
        let members = vec![
            Value::bytes(sha256(body).to_vec()),
            Value::integer(1),
            Value::Unsigned(*size),
            Value::Bool(true),
        ];
        (Value::text(String::from(*name)), Value::Array(members))
    };
    Value::Map(vec![
        (Value::integer(1), Value::Unsigned(version)),
        (Value::integer(2), Value::integer(3)),
        (Value::integer(3), Value::integer(created().unix_seconds())),
        (Value::integer(4), Value::integer(expires().unix_seconds())),
        (
            Value::integer(5),
            Value::Map(sections.iter().map(section).collect()),
        ),
    ])
}

#[test]
fn a_signed_header_is_still_checked() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let pinned = [publisher.signer.clone()];
    let refused = |header: &Value<'_>, bodies: &[&[u8]]| {
        open(&signed(&publisher, header, bodies), &pinned)
            .map(|_| ())
            .unwrap_err()
    };
    let list = dcc_registry::trust::write_trust_file(&trust());
    let size = u64::try_from(list.len()).unwrap();
    let body = zlib::compress(&list);
    let good = header(1, &[("trust", &body, size)]);
    assert!(open(&signed(&publisher, &good, &[&body]), &pinned).is_ok());
    let later = header(2, &[("trust", &body, size)]);
    assert_eq!(refused(&later, &[&body]), BundleError::Version);
    assert_eq!(
        refused(&header(1, &[]), &[]),
        BundleError::SectionMissing {
            name: SectionName::TRUST
        }
    );
    let corrupt = BundleError::SectionCorrupt {
        name: SectionName::TRUST,
    };
    // More and less than was promised, and something that is no list.
    for size in [size - 1, size + 1] {
        assert_eq!(
            refused(&header(1, &[("trust", &body, size)]), &[&body]),
            corrupt
        );
    }
    let other = zlib::compress(b"something else");
    assert_eq!(
        refused(&header(1, &[("trust", &other, 14)]), &[&other]),
        corrupt
    );
    let malformed = BundleError::Malformed { part: "header" };
    assert_eq!(
        refused(&header(1, &[("Trust!", &body, size)]), &[&body]),
        malformed
    );
    assert_eq!(refused(&Value::Map(vec![]), &[]), malformed);
    let bomb = zlib::compress(&vec![0; 70 << 20]);
    let refusal = refused(&header(1, &[("trust", &bomb, 70 << 20)]), &[&bomb]);
    assert!(matches!(refusal, BundleError::TooLarge { .. }), "{refusal}");
    assert_eq!(
        refused(&header(1, &[("trust", &bomb, 64)]), &[&bomb]),
        corrupt
    );
}

#[test]
fn drafts_are_refused_where_they_make_no_sense() {
    let early = created().saturating_add_seconds(-1);
    let refused = BundleDraft::new(&trust(), 1, created(), early).unwrap_err();
    assert!(matches!(refused, BundleDraftError::Window { .. }));
    for taken in [SectionName::TRUST, SectionName::SIGNERS] {
        let refused = draft(1).with_section(taken.clone(), vec![], false);
        assert_eq!(
            refused.unwrap_err(),
            BundleDraftError::SectionName { name: taken }
        );
    }
    let once = draft(1).with_section(name("x"), vec![], false).unwrap();
    assert!(once.with_section(name("x"), vec![], false).is_err());
    let publisher = Publisher::fresh(Algorithm::Es256);
    let prepared = draft(1).prepare(&publisher.signer).unwrap();
    let foreign = Publisher::fresh(Algorithm::Es256).sign(prepared.to_be_signed());
    assert_eq!(
        prepared.finish(&provider(), &foreign).unwrap_err(),
        BundleDraftError::SignatureWrong
    );
}

#[test]
fn signers_are_read_from_pem_and_der() {
    let pem = fixture("anchors/signer.pem");
    let one = BundleSigner::all_from_bytes(&pem).unwrap();
    let der = one[0].to_der();
    assert_eq!(BundleSigner::all_from_bytes(&der).unwrap(), one);
    let key = BundleSigner::all_from_bytes(&fixture("anchors/signer-key.pem")).unwrap();
    assert_eq!(key[0].key(), one[0].key());
    assert_eq!(BundleSigner::all_from_bytes(&key[0].to_der()).unwrap(), key);
    // A self-signed certificate that is marked as an authority can be pinned.
    let root = BundleSigner::all_from_bytes(&fixture("anchors/root.pem")).unwrap();
    assert!(root[0].as_certificate().unwrap().is_ca());
    for bad in [
        &b""[..],
        b"text",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ] {
        assert!(BundleSigner::all_from_bytes(bad).is_err());
    }
}

#[test]
fn a_look_at_a_bundle_believes_nothing_and_checks_its_form() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let good = publisher.make(draft(7));
    let seen = peek(&good).unwrap();
    let (header, kid) = seen.dangerous_unverified();
    assert_eq!(header.sequence(), 7);
    assert_eq!(kid.as_ref(), Some(&publisher.signer.kid()));
    assert!(peek(&good[..good.len() - 1]).is_err());
    let mut changed = good;
    *changed.last_mut().unwrap() ^= 1;
    assert!(matches!(
        peek(&changed),
        Err(BundleError::SectionChanged { .. })
    ));
}
