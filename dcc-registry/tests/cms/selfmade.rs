//! The gateway's messages as made by hand for the shared test data, and by this crate.

use dcc_registry::cms::{
    AllowedSigners, CmsDraft, CmsError, CmsLimits, CmsVerifier, ContentKind, SignedData,
};
use dcc_sign::{Algorithm, Timestamp, provider};
use proptest::prelude::*;

use crate::pki::{RULE, party, rule};
use crate::providers::providers;
use crate::shared::{self, base64};

#[test]
fn a_small_gateway() {
    let Some(list) = shared::json("cms/selfmade/trustList.json") else {
        return;
    };
    let anchor = shared::file("cms/selfmade/ta.der").unwrap();
    let upload = shared::file("cms/selfmade/up.der").unwrap();
    let (anchors, uploads) = ([&anchor[..]], [&upload[..]]);
    let items = list.as_array().unwrap();
    assert!(items.len() >= 4);
    for provider in providers() {
        let verifier = CmsVerifier::new(provider);
        for item in items {
            let (kind, signers) = match item["certificateType"].as_str().unwrap() {
                "CSCA" => (ContentKind::CountrySigningCa, &anchors),
                "UPLOAD" => (ContentKind::UploadCertificate, &anchors),
                "AUTHENTICATION" => (ContentKind::ClientCertificate, &anchors),
                "DSC" => (ContentKind::DocumentSigner, &uploads),
                other => panic!("{other}"),
            };
            let content = base64(&item["rawData"]);
            let message = base64(&item["signature"]);
            let allowed = AllowedSigners::Certificates(signers);
            verifier
                .verify_cms(&message, Some(&content), kind, allowed)
                .unwrap();
        }
    }
}

#[test]
fn files_of_a_small_gateway() {
    let file = |name: &str| shared::file(&format!("cms/selfmade/{name}"));
    let Some(upload) = file("up.der") else { return };
    let uploads = [&upload[..]];
    let allowed = AllowedSigners::Certificates(&uploads);
    let document_signer = file("dsc.der").unwrap();
    for provider in providers() {
        let verifier = CmsVerifier::new(provider);
        let verify = |name: &str, content: Option<&[u8]>, kind| {
            verifier.verify_cms(&file(name).unwrap(), content, kind, allowed)
        };
        for (name, plain, kind) in [
            ("upload-dsc.cms.der", "dsc.der", ContentKind::DocumentSigner),
            (
                "revocation-batch.json.cms.der",
                "revocation-batch.json",
                ContentKind::RevocationBatch,
            ),
            (
                "revocation-delete.json.cms.der",
                "revocation-delete.json",
                ContentKind::RevocationDeletion,
            ),
            (
                "rule-delete.txt.cms.der",
                "rule-delete.txt",
                ContentKind::RuleDeletion,
            ),
        ] {
            let verified = verify(name, None, kind).unwrap();
            assert_eq!(verified.content(), file(plain).unwrap());
            assert_eq!(verified.kind(), kind);
            let other = verify(name, None, ContentKind::Rule).unwrap_err();
            assert_eq!(
                other,
                CmsError::KindWrong {
                    expected: ContentKind::Rule
                }
            );
        }
        let kind = ContentKind::DocumentSigner;
        for name in ["dsc.detached.ber", "dsc.detached.der"] {
            verify(name, Some(&document_signer), kind).unwrap();
        }
        let stranger = verify(
            "neg.dsc-signed-by-tls.detached.der",
            Some(&document_signer),
            kind,
        );
        assert_eq!(stranger.unwrap_err(), CmsError::SignerUnknown);
    }
}

#[test]
fn what_was_made_is_verified() {
    let at: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
    for algorithm in [Algorithm::Es256, Algorithm::Ps256] {
        let signer = party(algorithm);
        let certificates = [&signer.certificate[..]];
        let allowed = AllowedSigners::Certificates(&certificates);
        let attached = signer.sign(rule().signed_at(at));
        let detached = signer.sign(rule().detached());
        for provider in providers() {
            let verifier = CmsVerifier::new(provider);
            let verified = verifier
                .verify_cms(&attached, None, ContentKind::Rule, allowed)
                .unwrap();
            assert_eq!(verified.signing_time(), Some(at));
            assert_eq!(verified.signer(), signer.certificate);
            assert!(!verified.is_legacy());
            assert_eq!(verified.into_content(), RULE);
            let alone = verifier.verify_cms(&detached, None, ContentKind::Rule, allowed);
            assert_eq!(alone.unwrap_err(), CmsError::ContentMissing);
            verifier
                .verify_cms(&detached, Some(RULE), ContentKind::Rule, allowed)
                .unwrap();
            let other = br#"{"Identifier":"GR-VN-0002","Version":"1.0.0","Logic":{}}"#;
            let other = verifier.verify_cms(&detached, Some(other), ContentKind::Rule, allowed);
            assert_eq!(other.unwrap_err(), CmsError::DigestWrong);
        }
    }
}

/// The message in the least DER-like form of BER: indefinite lengths, strings in pieces, sets in
/// reverse order. What is in `kept` stays as it is.
fn to_ber(der: &[u8], kept: &[u8]) -> Vec<u8> {
    let mut elements = Vec::new();
    let mut rest = der;
    while let [tag, first, ..] = *rest {
        let octets = usize::from(if first < 0x80 { 0 } else { first & 0x7F });
        let digits = rest[2..2 + octets].iter();
        let length = digits.fold(0, |sum, digit| sum << 8 | usize::from(*digit));
        let length = if octets == 0 {
            usize::from(first)
        } else {
            length
        };
        let (whole, after) = rest.split_at(octets.strict_add(length).strict_add(2));
        let body = &whole[2 + octets..];
        elements.push(match tag {
            _ if whole == kept => whole.to_vec(),
            0x04 => {
                let pieces = body.chunks(7).flat_map(|piece| {
                    [&[0x04, u8::try_from(piece.len()).unwrap()], piece].concat()
                });
                [&[0x24, 0x80][..], &pieces.collect::<Vec<_>>(), &[0, 0]].concat()
            }
            _ if tag & 0x20 != 0 => [&[tag, 0x80][..], &to_ber(body, kept), &[0, 0]].concat(),
            _ => whole.to_vec(),
        });
        rest = after;
        // The members of the signed attributes, which alone are told by their first one's type.
        let is_attribute = |element: &Vec<u8>| element.windows(8).any(|part| part == PKCS9);
        if rest.is_empty() && elements.iter().all(is_attribute) {
            elements.reverse();
        }
    }
    elements.concat()
}

/// The arc of `content-type`, `message-digest` and `signing-time`.
const PKCS9: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09];

#[test]
fn any_form_of_ber_is_read() {
    let signer = party(Algorithm::Es256);
    let at: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
    let der = signer.sign(rule().signed_at(at));
    let ber = to_ber(&der, &signer.certificate);
    assert!(ber.starts_with(&[0x30, 0x80]) && ber.len() > der.len() + 50);
    let certificates = [&signer.certificate[..]];
    let allowed = AllowedSigners::Certificates(&certificates);
    for provider in providers() {
        let verifier = CmsVerifier::new(provider);
        let verify =
            |message: &[u8]| verifier.verify_cms(message, None, ContentKind::Rule, allowed);
        assert_eq!(verify(&ber), verify(&der));
        assert_eq!(verify(&ber).unwrap().content(), RULE);
        // Zeros behind the message are the gateway's; anything else is refused.
        assert!(verify(&[&ber[..], &[0; 9]].concat()).is_ok());
        assert!(verify(&[&ber[..], &[0, 1]].concat()).is_err());
        // With another certificate in its place, the same signature is nobody's.
        let stranger = party(Algorithm::Es256);
        let nobody = to_ber(&der, &[]);
        assert!(verify(&nobody).is_err());
        let strangers = [&stranger.certificate[..]];
        let allowed = AllowedSigners::Certificates(&strangers);
        let verdict = verifier.verify_cms(&ber, None, ContentKind::Rule, allowed);
        assert_eq!(verdict.unwrap_err(), CmsError::SignerUnknown);
    }
}

#[test]
fn nothing_is_made_that_does_not_verify() {
    let (signer, other) = (party(Algorithm::Es256), party(Algorithm::Es256));
    let provider = provider::aws_lc::provider();
    let not_a_rule = CmsDraft::new(ContentKind::Rule, b"{}".to_vec()).unwrap_err();
    assert_eq!(
        not_a_rule,
        CmsError::KindWrong {
            expected: ContentKind::Rule
        }
    );
    let wrong_kind_of_key = rule().prepare(&signer.certificate, Algorithm::Ps256);
    assert_eq!(wrong_kind_of_key.unwrap_err(), CmsError::KeyUnsuitable);
    let prepared = rule()
        .prepare(&other.certificate, Algorithm::Es256)
        .unwrap();
    for wrong in [&[0; 64][..], &[1; 64], &[], &[1; 63]] {
        let refused = prepared.finish(&provider, wrong);
        assert_eq!(refused.unwrap_err(), CmsError::SignatureWrong);
    }
}

/// The attributes of one message, taken as the content of another without attributes, carry the
/// same signature; believing it would let a signer's attributes speak as content.
#[test]
fn attributes_are_never_content() {
    let Some(openssl) = crate::pki::OpenSsl::find() else {
        return;
    };
    openssl.key("csca", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    openssl.authority("csca", "VN", "-sha256");
    openssl.key("up", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    let certificate = openssl.issue("up", "csca", "-sha256");
    let signer = crate::pki::Party {
        key_pem: openssl.read("up.key"),
        algorithm: Algorithm::Es256,
        certificate,
    };
    let prepared = rule()
        .prepare(&signer.certificate, Algorithm::Es256)
        .unwrap();
    openssl.write("attributes", prepared.to_be_signed());
    openssl.run(
        "cms -sign -binary -noattr -nodetach -in attributes -outform DER -out message.der \
         -signer up.pem -inkey up.key",
    );
    let certificates = [&signer.certificate[..]];
    let verifier = CmsVerifier::new(provider::aws_lc::provider());
    let allowed = AllowedSigners::Certificates(&certificates);
    let verdict = verifier.verify_cms(
        &openssl.read("message.der"),
        None,
        ContentKind::Rule,
        allowed,
    );
    assert_eq!(verdict.unwrap_err(), CmsError::ContentIsAttributes);
}

#[test]
fn limits_are_kept() {
    let message = party(Algorithm::Es256).sign(rule());
    let parse = |limits: CmsLimits| SignedData::parse(&message, &limits).map(|_| ());
    assert_eq!(parse(CmsLimits::default()), Ok(()));
    let limit = message.len() - 1;
    let too_large = parse(CmsLimits::default().with_bytes(limit));
    assert_eq!(too_large, Err(CmsError::TooLarge { limit }));
    let too_deep = parse(CmsLimits::default().with_depth(4));
    assert!(matches!(too_deep, Err(CmsError::Encoding(_))));
    let too_many = parse(CmsLimits::default().with_certificates(0));
    assert!(too_many.is_err());
    // Claimed lengths cost no memory, and depth no stack.
    let claimed = [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF];
    assert!(SignedData::parse(&claimed, &CmsLimits::default()).is_err());
    let deep = [0x30, 0x80].repeat(1_000_000);
    assert!(SignedData::parse(&deep, &CmsLimits::default()).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_parsed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = SignedData::parse(&bytes, &CmsLimits::default()).is_ok();
    }

    /// Rules of any text come back as they were signed.
    #[test]
    fn contents_come_back(text in "\\PC{0,60}", detached in any::<bool>()) {
        static SIGNER: std::sync::LazyLock<crate::pki::Party> =
            std::sync::LazyLock::new(|| party(Algorithm::Es256));
        let content = serde_json::json!({ "Identifier": text, "Logic": null }).to_string();
        let draft = CmsDraft::new(ContentKind::Rule, content.clone().into_bytes()).unwrap();
        let draft = if detached { draft.detached() } else { draft };
        let message = SIGNER.sign(draft);
        let beside = detached.then_some(content.as_bytes());
        let certificates = [&SIGNER.certificate[..]];
        let allowed = AllowedSigners::Certificates(&certificates);
        let verifier = CmsVerifier::new(provider::aws_lc::provider());
        let verified = verifier.verify_cms(&message, beside, ContentKind::Rule, allowed).unwrap();
        prop_assert_eq!(verified.content(), content.as_bytes());
    }
}
