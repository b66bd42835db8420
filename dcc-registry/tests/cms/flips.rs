//! Design decision 18: a change to content, signed attributes, signature or certificate is
//! refused; a change elsewhere is refused or without effect.

use core::ops::Range;

use dcc_registry::cms::{AllowedSigners, CmsLimits, CmsVerifier, ContentKind, SignedData};
use dcc_sign::{Algorithm, provider};

use crate::pki::{RULE, party, rule};
use crate::shared::{self, base64};

/// A message that verifies, and parts of it which must not change.
struct Sample<'a> {
    message: Vec<u8>,
    content: Option<Vec<u8>>,
    kind: ContentKind,
    signer: Vec<u8>,
    /// Beside content and certificate: the signed attributes and the signature, or what of them
    /// is known.
    parts: Vec<&'a [u8]>,
}

/// Where `part` is in `message`.
fn find(message: &[u8], part: &[u8]) -> Range<usize> {
    let is_part = |begin: &usize| message[*begin..].starts_with(part);
    let begin = (0..message.len()).find(is_part).unwrap();
    begin..begin.strict_add(part.len())
}

fn check(sample: &Sample<'_>) {
    let verifier = CmsVerifier::new(provider::aws_lc::provider()).with_legacy_sha1(true);
    let signers = [&sample.signer[..]];
    let allowed = AllowedSigners::Certificates(&signers);
    let verify = |message: &[u8], content: Option<&[u8]>| {
        verifier.verify_cms(message, content, sample.kind, allowed)
    };
    let original = verify(&sample.message, sample.content.as_deref()).unwrap();

    let mut fixed = vec![find(&sample.message, &sample.signer)];
    if sample.content.is_none() {
        // BER strings come in pieces of 1000 bytes.
        let content = original.content();
        fixed.push(find(&sample.message, &content[..content.len().min(900)]));
    }
    fixed.extend(sample.parts.iter().map(|part| find(&sample.message, part)));
    let mut without_effect = Vec::new();
    for index in 0..sample.message.len() {
        let must_refuse = fixed.iter().any(|range| range.contains(&index));
        for bit in 0..8 {
            let mut changed = sample.message.clone();
            changed[index] ^= 1 << bit;
            if let Ok(same) = verify(&changed, sample.content.as_deref()) {
                assert!(!must_refuse, "byte {index} bit {bit}");
                assert_eq!(same, original, "byte {index} bit {bit}");
                without_effect.push(index);
            }
        }
        assert!(verify(&sample.message[..index], sample.content.as_deref()).is_err());
    }
    // Versions and what is only announced; eight flips a byte were tried.
    assert!(
        without_effect.len() < sample.message.len(),
        "{without_effect:?}"
    );
    // The content beside a detached message.
    for index in 0..sample.content.as_ref().map_or(0, Vec::len) {
        let mut changed = sample.content.clone().unwrap();
        changed[index] ^= 1;
        assert!(verify(&sample.message, Some(&changed)).is_err());
    }
}

#[test]
fn own_messages() {
    let at = "2026-11-21T10:00:00Z".parse().unwrap();
    for (algorithm, detached) in [
        (Algorithm::Es256, false),
        (Algorithm::Es256, true),
        (Algorithm::Ps256, true),
    ] {
        let signer = party(algorithm);
        let draft = if detached { rule().detached() } else { rule() }.signed_at(at);
        let prepared = draft
            .clone()
            .prepare(&signer.certificate, algorithm)
            .unwrap();
        let message = signer.sign(draft);
        // The content of the attributes, whose tag is another in the message.
        let attributes = prepared.to_be_signed();
        let signature_length = if algorithm == Algorithm::Ps256 {
            256
        } else {
            68
        };
        let signature = message[message.len() - signature_length..].to_vec();
        check(&Sample {
            content: detached.then(|| RULE.to_vec()),
            kind: ContentKind::Rule,
            signer: signer.certificate.clone(),
            parts: vec![&attributes[2..], &signature],
            message,
        });
    }
}

/// Real ones: by position in the file of one document signer of each country.
#[test]
fn real_detached_messages() {
    let Some(file) = shared::json("cms/dccg-dsc-detached.json") else {
        return;
    };
    let items = file["items"].as_array().unwrap();
    let interesting = |item: &&serde_json::Value| {
        // RSA without attributes, ECDSA with them, by key id, attached without attributes,
        // SHA-512, SHA-1.
        ["VN", "SE", "PT", "LV", "IT", "NO"].contains(&item["country"].as_str().unwrap())
    };
    let mut checked = 0;
    for item in items.iter().filter(interesting) {
        let message = base64(&item["signature"]);
        let parsed = SignedData::parse(&message, &CmsLimits::default()).unwrap();
        let signer = parsed.certificates().next().unwrap().to_vec();
        let content = base64(&item["rawData"]);
        let attached = parsed.dangerous_unverified_content().is_some();
        let kind = ContentKind::DocumentSigner;
        let content = (!attached).then_some(content);
        check(&Sample {
            message: message.clone(),
            content,
            kind,
            signer,
            parts: Vec::new(),
        });
        checked += 1;
    }
    assert_eq!(checked, 6);
}
