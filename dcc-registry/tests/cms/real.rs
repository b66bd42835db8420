//! CMS messages and chains of the real gateways.

use alloc::collections::BTreeMap;

use dcc_registry::chain::{Authorities, ChainCode, ChainError, ChainVerifier};
use dcc_registry::cms::{
    AllowedSigners, CmsCode, CmsError, CmsLimits, CmsVerifier, ContentKind, SignedData,
};
use dcc_sign::{CryptoProvider, DocumentSigner};
use serde_json::Value;

use crate::providers::providers;
use crate::shared::{self, base64};

/// What became of messages, by position: whether SHA-1 was used, or why they were refused.
struct Count {
    verified: Vec<bool>,
    refused: Vec<(usize, CmsCode)>,
}

impl Count {
    fn verified(&self) -> usize {
        self.verified.len()
    }

    fn legacy(&self) -> usize {
        self.verified.iter().filter(|legacy| **legacy).count()
    }
}

/// Verifies detached document signers; each message's own certificate is taken as allowed, since
/// the upload list is not part of the data.
fn count(items: &[Value], provider: &CryptoProvider, legacy_sha1: bool) -> Count {
    let verifier = CmsVerifier::new(provider.clone()).with_legacy_sha1(legacy_sha1);
    let mut count = Count {
        verified: Vec::new(),
        refused: Vec::new(),
    };
    for (position, item) in items.iter().enumerate() {
        let certificate = base64(&item["rawData"]);
        let message = base64(&item["signature"]);
        let parsed = SignedData::parse(&message, &CmsLimits::default()).unwrap();
        let inside: Vec<_> = parsed.certificates().collect();
        let allowed = AllowedSigners::Certificates(&inside);
        let kind = ContentKind::DocumentSigner;
        match verifier.verify_cms(&message, Some(&certificate), kind, allowed) {
            Ok(verified) => {
                assert_eq!(verified.content(), certificate);
                count.verified.push(verified.is_legacy());
            }
            Err(error) => count.refused.push((position, error.code())),
        }
    }
    count
}

#[test]
fn detached_samples_one_of_each_country() {
    let Some(file) = shared::json("cms/dccg-dsc-detached.json") else {
        return;
    };
    let items = file["items"].as_array().unwrap();
    assert_eq!(items.len(), 77);
    for provider in providers() {
        let strict = count(items, &provider, false);
        assert_eq!(strict.verified(), 75, "{:?}", strict.refused);
        let lenient = count(items, &provider, true);
        assert_eq!(
            (lenient.verified(), lenient.legacy()),
            (76, 1),
            "{:?}",
            lenient.refused
        );
        // Bahrain's message holds another certificate than its signer's.
        let (position, code) = lenient.refused[0];
        assert_eq!(code, CmsCode::SignerCertificateMissing);
        assert_eq!(items[position]["country"], "BH");
        let of_sha1 = |(_, code): &&(usize, CmsCode)| *code == CmsCode::Sha1;
        assert_eq!(strict.refused.iter().filter(of_sha1).count(), 1);
    }
}

#[test]
fn the_whole_german_list() {
    let Some(file) = shared::gzipped_json("trustlists/trustlist_de.min.json.gz") else {
        return;
    };
    let items = file["certificates"].as_array().unwrap();
    assert_eq!(items.len(), 832);
    for provider in providers() {
        assert_eq!(count(items, &provider, false).verified(), 822);
        let lenient = count(items, &provider, true);
        assert_eq!(
            (lenient.verified(), lenient.legacy()),
            (831, 9),
            "{:?}",
            lenient.refused
        );
    }
}

#[test]
fn attached_samples_signed_by_the_trust_anchor() {
    let Some(file) = shared::json("cms/tng-ta-signed-prod.json") else {
        return;
    };
    let anchor = shared::pem("cms/tng-ta-prod.cert.pem").unwrap();
    let items = file["items"].as_array().unwrap();
    assert_eq!(items.len(), 147);
    for provider in providers() {
        for item in items {
            check_attached(item, &anchor, &CmsVerifier::new(provider.clone()));
        }
    }
}

fn check_attached(item: &Value, anchor: &[u8], verifier: &CmsVerifier) {
    let message = base64(&item["trustAnchorSignature"]);
    let certificate = base64(&item["certificateRawData"]);
    let path = item["path"].as_str().unwrap();
    let (kind, other_kind) = match path.split('/').nth(3) {
        Some("SCA") => (
            ContentKind::CountrySigningCa,
            ContentKind::UploadCertificate,
        ),
        Some("UP") => (
            ContentKind::UploadCertificate,
            ContentKind::CountrySigningCa,
        ),
        Some("TLS" | "DECA") => (
            ContentKind::ClientCertificate,
            ContentKind::CountrySigningCa,
        ),
        other => panic!("{other:?}"),
    };
    let anchors = [anchor];
    let allowed = AllowedSigners::Certificates(&anchors);
    let verified = verifier
        .verify_cms(&message, None, kind, allowed)
        .expect(path);
    assert_eq!(verified.content(), certificate);
    assert_eq!(verified.signer(), anchor);
    assert!(verified.signing_time().is_some());
    // With the content beside it too, but not with another one.
    assert_eq!(
        verifier.verify_cms(&message, Some(&certificate), kind, allowed),
        Ok(verified)
    );
    let other = verifier.verify_cms(&message, Some(anchor), kind, allowed);
    assert_eq!(other.unwrap_err(), CmsError::ContentMismatch);
    // Not for another purpose, nor with another signer.
    for other_kind in [other_kind, ContentKind::Rule] {
        let other = verifier.verify_cms(&message, None, other_kind, allowed);
        assert_eq!(other.unwrap_err().code(), CmsCode::KindWrong, "{path}");
    }
    let nobody = AllowedSigners::Certificates(&[]);
    let other = verifier.verify_cms(&message, None, kind, nobody);
    assert_eq!(other.unwrap_err(), CmsError::SignerUnknown);
}

/// Every signature under a certificate of the German list was made by another certificate of the
/// same country, so the fail-closed country rule of the gateway's clients costs nothing.
#[test]
fn upload_certificates_are_of_the_same_country() {
    let Some(file) = shared::gzipped_json("trustlists/trustlist_de.min.json.gz") else {
        return;
    };
    for item in file["certificates"].as_array().unwrap() {
        let message = base64(&item["signature"]);
        let parsed = SignedData::parse(&message, &CmsLimits::default()).unwrap();
        let signer = parsed.certificates().next().unwrap();
        let signer = DocumentSigner::from_der(signer).unwrap();
        assert_eq!(signer.subject_country(), item["country"].as_str());
    }
}

/// The document signers of the GDHCN's production list under the CSCAs which its trust anchor
/// signed; the numbers were counted independently (Python, `cryptography`).
#[test]
fn document_signers_of_the_gdhcn() {
    let Some(list) = shared::gzipped_json("did/v2-trustlist.did.json.gz") else {
        return;
    };
    let signed = shared::json("cms/tng-ta-signed-prod.json").unwrap();
    let signed = signed["items"].as_array().unwrap().iter();
    let signed: Vec<_> = signed
        .map(|item| base64(&item["certificateRawData"]))
        .collect();
    let methods = list["verificationMethod"].as_array().unwrap();
    let members = |usage: &'static str| {
        let members = methods
            .iter()
            .filter(move |method| method["keyusage"]["code"] == usage);
        members.map(|method| {
            let certificate = base64(&method["publicKeyJwk"]["x5c"][0]);
            let participant = method["participant"]["code"].as_str().unwrap();
            (participant, DocumentSigner::from_der(&certificate).unwrap())
        })
    };
    let mut trusted = Authorities::new();
    for (participant, certificate) in members("#CSCA") {
        if signed.iter().any(|der| der == certificate.der()) {
            trusted.insert(participant, certificate).unwrap();
        }
    }
    assert_eq!(trusted.len(), 48);
    for provider in providers() {
        for (legacy_sha1, chained, sha1) in [(false, 417, 1), (true, 418, 0)] {
            let verifier = ChainVerifier::new(provider.clone()).with_legacy_sha1(legacy_sha1);
            let mut count = BTreeMap::<_, usize>::new();
            for (participant, certificate) in members("#DSC") {
                let verdict = verifier.verify_document_signer(&certificate, participant, &trusted);
                *count
                    .entry(verdict.err().map(ChainError::code))
                    .or_default() += 1;
            }
            let count = |code| count.get(&code).copied().unwrap_or_default();
            assert_eq!(count(None), chained);
            assert_eq!(count(Some(ChainCode::Sha1)), sha1);
            // Three CSCAs began after the document signers they signed.
            assert_eq!(count(Some(ChainCode::AuthorityNotValid)), 3);
            // Seventeen were signed by CSCAs which the anchor did not sign, six of them by
            // namesakes of such as it did.
            assert_eq!(count(Some(ChainCode::SignatureWrong)), 6);
            assert_eq!(count(Some(ChainCode::IssuerUnknown)), 11);
        }
    }
}
