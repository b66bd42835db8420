use dcc_model::{EntryKind, RemarkCode};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, KeyPair,
    KeyUsagePurpose,
};

use super::*;
use crate::der::{oid, tag, write};

fn key() -> KeyPair {
    KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap()
}

fn params() -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "VN");
    subject.push(DnType::CommonName, "TEST ONLY");
    params.distinguished_name = subject;
    params
}

fn der(params: &CertificateParams) -> Vec<u8> {
    params.self_signed(&key()).unwrap().der().to_vec()
}

fn read(params: &CertificateParams) -> DocumentSigner {
    DocumentSigner::from_der(&der(params)).unwrap()
}

/// A certificate with one extension of this value.
fn with_extension(id: &[u64], value: &[u8]) -> Result<DocumentSigner, DscError> {
    let mut params = params();
    params.custom_extensions = vec![CustomExtension::from_oid_content(id, value.to_vec())];
    DocumentSigner::from_der(&der(&params))
}

const BASIC_CONSTRAINTS: &[u64] = &[2, 5, 29, 19];
const KEY_USAGE: &[u64] = &[2, 5, 29, 15];
const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];

fn usages(oids: &[&[u8]]) -> Vec<u8> {
    let oids: Vec<_> = oids.iter().map(|oid| write(tag::OID, &[oid])).collect();
    write(tag::SEQUENCE, &[&oids.concat()])
}

fn codes(certificate: &DocumentSigner) -> Vec<RemarkCode> {
    certificate.findings().iter().map(Remark::code).collect()
}

/// `der` with the first `old` replaced by as many bytes.
fn replaced(der: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = der
        .windows(old.len())
        .position(|window| window == old)
        .unwrap();
    let mut out = der.to_vec();
    out[at..][..new.len()].copy_from_slice(new);
    out
}

#[test]
fn a_certificate_without_extensions_is_unrestricted() {
    let dsc = read(&params());
    assert!(dsc.may_sign_hcerts() && !dsc.is_ca() && !dsc.may_sign_certificates());
    assert!(dsc.usages().is_unrestricted());
    assert_eq!(codes(&dsc), []);
    assert_eq!(dsc.subject_country(), Some("VN"));
    assert_eq!(dsc.subject(), "C=VN, CN=TEST ONLY");
    assert_eq!(dsc.kid(), &KeyId::from_certificate_der(dsc.der()));
    assert_eq!(format!("{dsc:?}").matches("TEST ONLY").count(), 1);
}

#[test]
fn basic_constraints_decide_who_is_an_authority() {
    let sequence = |content: &[u8]| write(tag::SEQUENCE, &[content]);
    for (value, authority, signs, is_der) in [
        (sequence(&[]), false, true, true),
        (sequence(&[1, 1, 0xff]), true, false, true),
        (sequence(&[1, 1, 0xff, 2, 1, 0]), true, false, true),
        // Finland spells out FALSE.
        (sequence(&[1, 1, 0]), false, true, false),
        (sequence(&[1, 1, 7]), true, false, false),
        // What cannot be read makes neither an authority nor a signer.
        (sequence(&[1, 2, 0, 0]), false, false, false),
        (sequence(&[4, 0]), false, false, true),
        (sequence(&[1, 1, 0xff, 2, 1, 0xff]), false, false, true),
        (vec![], false, false, true),
        (vec![1, 1, 0xff], false, false, true),
    ] {
        let dsc = with_extension(BASIC_CONSTRAINTS, &value).unwrap();
        assert_eq!(dsc.is_ca(), authority, "{value:?}");
        assert_eq!(dsc.may_sign_hcerts(), signs, "{value:?}");
        assert_eq!(
            !codes(&dsc).contains(&RemarkCode::DscNotDer),
            is_der,
            "{value:?}"
        );
    }
}

#[test]
fn key_usage_must_have_the_bit_that_is_used() {
    let bits = |content: &[u8]| write(tag::BIT_STRING, &[content]);
    for (value, signs) in [
        (bits(&[7, 0x80]), true),
        (bits(&[6, 0xc0]), true),
        // Vietnam: digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment.
        (bits(&[4, 0xf0]), true),
        (bits(&[5, 0x20]), false),
        (bits(&[2, 0x04]), false),
        (bits(&[0]), false),
        (bits(&[]), false),
        (vec![5, 0], false),
    ] {
        let dsc = with_extension(KEY_USAGE, &value).unwrap();
        assert_eq!(dsc.may_sign_hcerts(), signs, "{value:?}");
    }
    let mut ca = params();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let no_authority = read(&ca);
    assert!(no_authority.is_ca() && !no_authority.may_sign_certificates());
    assert!(!no_authority.may_sign_hcerts());
    ca.key_usages.push(KeyUsagePurpose::KeyCertSign);
    assert!(read(&ca).may_sign_certificates());
}

#[test]
fn extended_key_usages_of_both_families_restrict() {
    let test = [oid::DCC_USAGE, &[1]].concat();
    let old_recovery = [oid::DCC_USAGE_HISTORIC, &[3]].concat();
    let client_auth: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
    let allowed = |dsc: &DocumentSigner| {
        [EntryKind::Test, EntryKind::Vaccination, EntryKind::Recovery]
            .map(|kind| dsc.usages().allows(kind))
    };
    for (value, kinds, found) in [
        (usages(&[&test]), [true, false, false], vec![]),
        (
            usages(&[&old_recovery]),
            [false, false, true],
            vec![RemarkCode::DscEkuOldOid],
        ),
        (
            usages(&[&test, &old_recovery]),
            [true, false, true],
            vec![RemarkCode::DscEkuOldOid],
        ),
        (usages(&[client_auth, &test]), [true, false, false], vec![]),
        (
            usages(&[client_auth]),
            [true; 3],
            vec![RemarkCode::DscEkuForeignOnly],
        ),
        (
            usages(&[]),
            [true; 3],
            vec![RemarkCode::DscNotDer, RemarkCode::DscEkuEmpty],
        ),
        // What cannot be read allows nothing.
        (vec![0x30, 2, 4, 0], [false; 3], vec![]),
        (vec![], [false; 3], vec![]),
    ] {
        let dsc = with_extension(EXTENDED_KEY_USAGE, &value).unwrap();
        assert_eq!(allowed(&dsc), kinds, "{value:?}");
        assert_eq!(codes(&dsc), found, "{value:?}");
    }
}

#[test]
fn an_extension_that_stands_twice_is_refused() {
    let mut params = params();
    let value = write(tag::SEQUENCE, &[]);
    let constraints = || CustomExtension::from_oid_content(BASIC_CONSTRAINTS, value.clone());
    params.custom_extensions = vec![constraints(), constraints()];
    assert_eq!(
        DocumentSigner::from_der(&der(&params)),
        Err(DscError::DuplicateExtension)
    );
}

#[test]
fn odd_serial_numbers_are_told_and_survived() {
    let mut params = params();
    params.serial_number = Some(rcgen::SerialNumber::from_slice(&[0x5a; 4]));
    let good = der(&params);
    assert_eq!(codes(&DocumentSigner::from_der(&good).unwrap()), []);
    let serial = [2, 4, 0x5a, 0x5a, 0x5a, 0x5a];
    let negative = replaced(&good, &serial, &[2, 4, 0xda, 0x5a, 0x5a, 0x5a]);
    assert_eq!(
        codes(&DocumentSigner::from_der(&negative).unwrap()),
        [RemarkCode::DscSerial]
    );
    let zero = replaced(&good, &serial, &[2, 4, 0, 0, 0, 0]);
    let expected = [RemarkCode::DscNotDer, RemarkCode::DscSerial];
    assert_eq!(codes(&DocumentSigner::from_der(&zero).unwrap()), expected);
    params.serial_number = Some(rcgen::SerialNumber::from_slice(&[0x5a; 21]));
    assert_eq!(codes(&read(&params)), [RemarkCode::DscSerial]);
    params.serial_number = Some(rcgen::SerialNumber::from_slice(&[0x5a; 20]));
    assert_eq!(codes(&read(&params)), []);
}

#[test]
fn other_keys_are_read_but_not_usable() {
    let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let dsc = DocumentSigner::from_der(params().self_signed(&p384).unwrap().der()).unwrap();
    assert_eq!(dsc.verifying_key(), Err(&KeyError::Curve));
    assert_eq!(
        dsc.signature_algorithm(),
        Some(CertificateAlgorithm::EcdsaSha384)
    );
    let ed25519 = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let dsc = DocumentSigner::from_der(params().self_signed(&ed25519).unwrap().der()).unwrap();
    assert_eq!(dsc.verifying_key(), Err(&KeyError::Kind));
    assert_eq!(dsc.signature_algorithm(), None);
}

#[test]
fn inner_and_outer_algorithm_must_agree() {
    let good = der(&params());
    // The first of the two identifiers is the inner one: ecdsa-with-SHA384 in place of SHA256.
    let changed = replaced(&good, oid::ECDSA_SHA256, oid::ECDSA_SHA384);
    let dsc = DocumentSigner::from_der(&changed).unwrap();
    assert_eq!(dsc.signature_algorithm(), None);
}

#[test]
fn no_country_and_several_countries_are_none() {
    let mut params = params();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, "\u{7}bell");
    params.distinguished_name = subject;
    let dsc = read(&params);
    assert_eq!(dsc.subject_country(), None);
    assert_eq!(dsc.subject(), "CN=\u{fffd}bell");
    params.distinguished_name.push(DnType::CountryName, "VN");
    params
        .distinguished_name
        .push(DnType::CustomDnType(vec![2, 5, 4, 6]), "LA");
    let dsc = read(&params);
    assert_eq!(dsc.subject(), "CN=\u{fffd}bell, C=VN, C=LA");
    assert_eq!(dsc.subject_country(), None);
}

#[test]
fn the_bytes_must_be_one_certificate() {
    let good = der(&params());
    let mut trailing = good.clone();
    trailing.push(0);
    assert_eq!(
        DocumentSigner::from_der(&trailing),
        Err(DscError::TrailingBytes)
    );
    assert_eq!(
        DocumentSigner::from_der(&good[..good.len() - 1]),
        Err(DscError::Structure)
    );
    assert_eq!(DocumentSigner::from_der(&[]), Err(DscError::Structure));
    let large = write(tag::SEQUENCE, &[&vec![0; 70_000]]);
    assert_eq!(
        DocumentSigner::from_der(&large),
        Err(DscError::TooLarge { limit: 65_536 })
    );
    for length in 0..good.len() {
        assert!(DocumentSigner::from_der(&good[..length]).is_err());
    }
}

#[test]
fn a_bundle_gives_one_result_for_each_certificate() {
    let key = key();
    let pem = params().self_signed(&key).unwrap().pem();
    let damaged = pem
        .replacen("MII", "M!I", 1)
        .replacen("MIH", "M!H", 1)
        .replacen("MIG", "M!G", 1);
    assert_ne!(damaged, pem);
    let unfinished = pem.split("-----END").next().unwrap();
    let bundle = [
        "words before\n",
        &pem,
        &key.serialize_pem(),
        &damaged,
        unfinished,
        &pem.replace('\n', "\r\n"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ];
    let read = DocumentSigner::all_from_pem_bundle(bundle.concat().as_bytes());
    let verdicts: Vec<_> = read
        .iter()
        .map(|result| result.as_ref().err().copied())
        .collect();
    let pem_error = Some(DscError::Pem);
    assert_eq!(
        verdicts,
        [None, pem_error, pem_error, None, Some(DscError::Structure)]
    );

    let one = DocumentSigner::from_bytes(pem.as_bytes()).unwrap();
    assert_eq!(DocumentSigner::from_bytes(one.der()), Ok(one.clone()));
    assert_eq!(DocumentSigner::all_from_bytes(one.der()), [Ok(one)]);
    let two = pem.repeat(2);
    assert_eq!(
        DocumentSigner::from_bytes(two.as_bytes()),
        Err(DscError::SeveralCertificates)
    );
    let only_key = key.serialize_pem();
    assert_eq!(
        DocumentSigner::from_bytes(only_key.as_bytes()),
        Err(DscError::NoCertificate)
    );
    assert_eq!(DocumentSigner::all_from_bytes(only_key.as_bytes()), []);
    assert_eq!(
        DocumentSigner::all_from_bytes(b"hello"),
        [Err(DscError::Structure)]
    );
}
