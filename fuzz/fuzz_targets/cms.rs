//! Any bytes as a CMS message, attached and detached, believed by the certificate inside it: typed
//! errors only, and what is verified is the content of its kind.
#![no_main]

use dcc_registry::cms::{AllowedSigners, CmsLimits, CmsVerifier, ContentKind, SignedData};
use libfuzzer_sys::fuzz_target;

const KINDS: [ContentKind; 5] = [
    ContentKind::CountrySigningCa,
    ContentKind::DocumentSigner,
    ContentKind::UploadCertificate,
    ContentKind::RevocationBatch,
    ContentKind::PublicKeys,
];

/// A content with its length in two bytes, and the message.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = data.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

fuzz_target!(|data: &[u8]| {
    let _ = SignedData::parse(data, &CmsLimits::default());
    let Some((content, message)) = split(data) else {
        return;
    };
    let Ok(parsed) = SignedData::parse(message, &CmsLimits::default()) else {
        return;
    };
    let certificates: Vec<&[u8]> = parsed.certificates().collect();
    let allowed = AllowedSigners::Certificates(&certificates);
    let verifier = CmsVerifier::new(dcc_sign::provider::rustcrypto::provider());
    for verifier in [verifier.clone(), verifier.with_legacy_sha1(true)] {
        for kind in KINDS {
            let _ = verifier.verify_cms(message, None, kind, allowed);
            if let Ok(verified) = verifier.verify_cms(message, Some(content), kind, allowed) {
                assert_eq!(verified.content(), content);
                assert!(kind.matches(content));
            }
        }
    }
});
