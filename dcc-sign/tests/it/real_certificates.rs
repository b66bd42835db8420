//! Every real certificate of the shared test data is read, and its oddities are told.

use alloc::collections::BTreeMap;
use core::fmt::Write as _;
use std::fs;
use std::io::Read as _;

use dcc_sign::{
    Algorithm, CertificateAlgorithm, EntryKind, KeyError, RemarkCode, TrustedKey, VerifyingKey,
};
use serde_json::Value;

use crate::test_data::{certificate, corpus, providers, test_data};

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

#[test]
fn every_document_signer_of_the_corpus_is_read() {
    let Some(cases) = corpus() else { return };
    let mut read = 0;
    for case in cases.iter().filter(|case| case.get("cert").is_some()) {
        let dsc = certificate(&case["cert"]).unwrap();
        let id = case["id"].as_str().unwrap();
        read += 1;
        assert!(dsc.may_sign_hcerts(), "{id}");
        let key = dsc
            .verifying_key()
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        if let Some(kid) = case["cert_kid"].as_str() {
            assert_eq!(hex(dsc.kid().as_bytes()), kid, "{id}");
        }
        if let Some(kind) = case["cert_key"].as_str() {
            let expected = if kind.starts_with("RSA") {
                Algorithm::Ps256
            } else {
                Algorithm::Es256
            };
            assert_eq!(key.algorithm(), expected, "{id}");
        }
        let Some(usages) = case["cert_eku"].as_array() else {
            continue;
        };
        for (number, kind) in [
            (1, EntryKind::Test),
            (2, EntryKind::Vaccination),
            (3, EntryKind::Recovery),
        ] {
            let is_dcc = |oid: &str| oid.contains("1847.2021.1.");
            let oids = || usages.iter().filter_map(Value::as_str);
            let named = oids().any(|oid| is_dcc(oid) && oid.ends_with(&format!(".{number}")));
            let free = !oids().any(is_dcc);
            assert_eq!(dsc.usages().allows(kind), named || free, "{id} {kind}");
        }
    }
    assert!(read > 600, "{read} certificates");
}

#[test]
fn oddities_are_told_exactly_where_they_are() {
    let Some(cases) = corpus() else { return };
    let tokens = [
        ("cert-not-strict-DER", RemarkCode::DscNotDer),
        ("cert-EKU-old-OID", RemarkCode::DscEkuOldOid),
        ("cert-EKU-foreign", RemarkCode::DscEkuForeignOnly),
        ("cert-EKU-empty", RemarkCode::DscEkuEmpty),
    ];
    let mut told = BTreeMap::new();
    for case in &cases {
        // Mutated and synthetic cases have no list of oddities, and what cannot be read up to the
        // signature has none of its certificate.
        let (Some(odd), Some(_)) = (case["odd"].as_array(), case.get("cert")) else {
            continue;
        };
        if case["stages"].get("signature").is_none() {
            continue;
        }
        let dsc = certificate(&case["cert"]).unwrap();
        for (token, code) in tokens {
            let expected = odd.iter().any(|name| name == token);
            let found = dsc.findings().iter().any(|finding| finding.code() == code);
            assert_eq!(found, expected, "{} {token}", case["id"]);
            *told.entry(token).or_insert(0) += usize::from(found);
        }
        let serial = dsc
            .findings()
            .iter()
            .any(|f| f.code() == RemarkCode::DscSerial);
        assert!(!serial, "{}", case["id"]);
    }
    assert!(told.values().all(|count| *count > 0), "{told:?}");
}

#[test]
fn the_german_list_is_read_whole() {
    let Some(path) = test_data("trustlists/trustlist_de.min.json.gz") else {
        return;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    let entries = list["certificates"].as_array().unwrap();
    assert_eq!(entries.len(), 832);
    let mut keys = BTreeMap::new();
    let mut others = Vec::new();
    for entry in entries {
        let dsc =
            certificate(&entry["rawData"]).unwrap_or_else(|e| panic!("{}: {e}", entry["kid"]));
        assert_eq!(dsc.kid().to_string(), entry["kid"].as_str().unwrap());
        assert_eq!(hex(dsc.thumbprint()), entry["thumbprint"].as_str().unwrap());
        let country = entry["country"].as_str().unwrap();
        assert_eq!(dsc.subject_country(), Some(country), "{}", dsc.subject());
        if !dsc.may_sign_hcerts() {
            others.push((dsc.kid().to_string(), dsc.is_ca()));
        }
        let kind = dsc
            .verifying_key()
            .map(|key| format!("{key:?}"))
            .map_err(|error| *error);
        *keys.entry(format!("{kind:?}")).or_insert(0) += 1;
        assert!(TrustedKey::from_certificate(dsc).is_ok());
    }
    let kind = |name: &str| keys.get(&format!("Ok({name:?})")).copied();
    assert_eq!(kind("VerifyingKey(P-256)"), Some(794));
    assert_eq!(kind("VerifyingKey(RSA-2048)"), Some(35));
    assert_eq!(kind("VerifyingKey(RSA-4096)"), Some(3));
    // Two countries listed an authority's certificate, which never verifies an HCERT.
    assert_eq!(
        others,
        [("lh7tBDCiAic=".into(), true), ("FXw1biwrLtQ=".into(), true)]
    );
}

#[test]
fn vietnams_production_signer_is_unrestricted() {
    let Some(path) = test_data("dsc-profile/vn-production-dsc.json") else {
        return;
    };
    let list: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let dsc = certificate(&list[0]["rawData"]).unwrap();
    assert_eq!(dsc.kid().to_string(), "ZtJVElOdWm0=");
    assert_eq!(dsc.subject_country(), Some("VN"));
    assert_eq!(dsc.not_after().to_string(), "2026-07-14T11:43:43Z");
    assert_eq!(
        dsc.verifying_key().map(VerifyingKey::algorithm),
        Ok(Algorithm::Ps256)
    );
    assert!(dsc.usages().is_unrestricted() && dsc.may_sign_hcerts());
    let codes: Vec<_> = dsc.findings().iter().map(dcc_sign::Remark::code).collect();
    assert_eq!(codes, [RemarkCode::DscEkuForeignOnly]);
    assert!(
        dsc.subject().contains("CỤC Y TẾ DỰ PHÒNG"),
        "{}",
        dsc.subject()
    );
}

#[test]
fn another_parser_reads_the_same() {
    let Some(cases) = corpus() else { return };
    let mut compared = 0;
    for case in cases.iter().filter(|case| case.get("cert").is_some()) {
        let dsc = certificate(&case["cert"]).unwrap();
        let Ok((_, other)) = x509_parser::parse_x509_certificate(dsc.der()) else {
            continue;
        };
        assert_eq!(
            dsc.not_before().unix_seconds(),
            other.validity().not_before.timestamp()
        );
        assert_eq!(
            dsc.not_after().unix_seconds(),
            other.validity().not_after.timestamp()
        );
        assert_eq!(dsc.subject_der(), other.subject().as_raw());
        assert_eq!(dsc.issuer_der(), other.issuer().as_raw());
        assert_eq!(dsc.spki_der(), other.public_key().raw);
        assert_eq!(dsc.is_ca(), other.is_ca());
        compared += 1;
    }
    assert!(compared > 600, "{compared}");
}

#[test]
fn chains_of_the_who_list_verify_on_every_provider() {
    let Some(path) = test_data("did/v2-trustlist.did.json.gz") else {
        return;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let providers = providers();
    let (mut chains, mut sha1) = (0, 0);
    for method in document["verificationMethod"].as_array().unwrap() {
        let Some(chain) = method["publicKeyJwk"]["x5c"].as_array() else {
            continue;
        };
        let [leaf, issuer, ..] = &chain[..] else {
            continue;
        };
        let (leaf, issuer) = (certificate(leaf).unwrap(), certificate(issuer).unwrap());
        let verdicts: Vec<_> = providers
            .iter()
            .map(|provider| leaf.is_signed_by(&issuer, provider))
            .collect();
        assert!(
            verdicts.windows(2).all(|pair| pair[0] == pair[1]),
            "{verdicts:?}"
        );
        match verdicts.first() {
            Some(true) => chains += 1,
            // ECDSA with SHA-1, which must be asked for.
            _ if leaf.signature_algorithm() == Some(CertificateAlgorithm::EcdsaSha1) => {
                let asked_for = |provider| leaf.is_signed_with_sha1_by(&issuer, provider);
                assert!(providers.iter().all(asked_for));
                sha1 += 1;
            }
            verdict => assert_eq!(verdict, None, "{} {}", leaf.subject(), issuer.subject()),
        }
        assert!(
            !providers
                .iter()
                .any(|provider| issuer.is_signed_by(&leaf, provider))
        );
    }
    assert_eq!(sha1, 5);
    assert!(providers.is_empty() || chains == 434, "{chains} verified");
}

#[test]
fn key_errors_have_the_code_key_unsuitable() {
    let code = KeyError::RsaModulusBits { bits: 1024 }.reject_code();
    assert_eq!(code, dcc_sign::RejectCode::KeyUnsuitable);
}
