//! What a signed content is, so that one signature never serves another purpose.
//!
//! Every CMS message of the gateways has the type `id-data`, and one upload certificate signs
//! certificates, rules, revocation batches and deletions alike: nothing in the signature says
//! which. So the content itself must show its kind, and no content shows two kinds of one signer.

use serde_json::{Map, Value};

use super::certificate::CertificateView;

/// The purposes for which the DCC and GDHCN worlds sign by CMS.
///
/// An upload and a client certificate of one country look alike; both are signed by the trust
/// anchor. The latter is told by its key usage clientAuth, which the former may have too: do not
/// take one certificate for both (trust.md section 2 forbids it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContentKind {
    /// A country signing CA's certificate, signed by the trust anchor.
    CountrySigningCa,
    /// A document signer's certificate, signed by an upload certificate. Two countries uploaded
    /// their CSCA as one, which the gateway takes; that it verifies no HCERT is the trust list's business.
    DocumentSigner,
    /// An upload certificate, signed by the trust anchor.
    UploadCertificate,
    /// A client certificate for TLS, signed by the trust anchor.
    ClientCertificate,
    /// The text `country;name;url;type` of a trusted issuer, with or without a last semicolon,
    /// signed by the trust anchor.
    TrustedIssuer,
    /// A business rule: JSON with `Identifier` and `Logic`, signed by an upload certificate.
    Rule,
    /// A rule's identifier as bare text, which deletes it.
    RuleDeletion,
    /// A batch of revocations: JSON with `entries`.
    RevocationBatch,
    /// JSON with `batchId` alone, which deletes a batch.
    RevocationDeletion,
    /// The Netherlands' public keys: JSON with `eu_keys`.
    PublicKeys,
}

impl ContentKind {
    /// Whether `content` is of this kind.
    pub fn matches(self, content: &[u8]) -> bool {
        match self {
            Self::CountrySigningCa => certificate(content).is_some_and(|view| view.may_issue()),
            Self::DocumentSigner => certificate(content).is_some(),
            Self::UploadCertificate => certificate(content).is_some_and(|view| !view.extensions.ca),
            Self::ClientCertificate => certificate(content)
                .is_some_and(|view| !view.extensions.ca && view.extensions.client_auth),
            Self::TrustedIssuer => text(content).is_some_and(is_trusted_issuer),
            Self::Rule => json(content, |members| {
                members.contains_key("Identifier") && members.contains_key("Logic")
            }),
            Self::RuleDeletion => text(content).is_some_and(is_rule_identifier),
            Self::RevocationBatch => json(content, |members| {
                members.get("entries").is_some_and(Value::is_array)
                    && !members.contains_key("Identifier")
            }),
            Self::RevocationDeletion => json(content, |members| {
                members.len() == 1 && members.get("batchId").is_some_and(Value::is_string)
            }),
            Self::PublicKeys => json(content, |members| {
                members.get("eu_keys").is_some_and(Value::is_object)
            }),
        }
    }

    /// How many certificates a message of this kind may hold: the gateways demand the signer's
    /// alone, a national list brings its chain.
    pub(crate) const fn certificates(self) -> usize {
        match self {
            Self::PublicKeys => usize::MAX,
            _ => 1,
        }
    }
}

fn certificate(content: &[u8]) -> Option<CertificateView<'_>> {
    CertificateView::read(content).ok()
}

fn json(content: &[u8], is: impl Fn(&Map<String, Value>) -> bool) -> bool {
    serde_json::from_slice::<Map<String, Value>>(content).is_ok_and(|members| is(&members))
}

fn text(content: &[u8]) -> Option<&str> {
    core::str::from_utf8(content)
        .ok()
        .filter(|text| !text.contains(char::is_control))
}

/// `country;name;url;type;`: the EU writes the last semicolon, WHO does not.
fn is_trusted_issuer(text: &str) -> bool {
    let mut fields = text.strip_suffix(';').unwrap_or(text).split(';');
    let country = fields.next().unwrap_or_default();
    // A name may hold semicolons itself.
    let kind = fields.next_back().unwrap_or_default();
    (2..=3).contains(&country.len())
        && country.bytes().all(|letter| letter.is_ascii_uppercase())
        && matches!(kind, "HTTP" | "DID")
        && fields.count() >= 2
}

/// `GR-VN-0001`: kind of rule, country, number (CertLogic specification, rule identifier).
fn is_rule_identifier(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut part = || parts.next().unwrap_or_default();
    let (kind, country, number) = (part(), part(), part());
    matches!(kind, "GR" | "VR" | "TR" | "RR" | "IR")
        && country.len() == 2
        && country.bytes().all(|letter| letter.is_ascii_uppercase())
        && number.len() == 4
        && number.bytes().all(|digit| digit.is_ascii_digit())
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [ContentKind; 10] = [
        ContentKind::CountrySigningCa,
        ContentKind::DocumentSigner,
        ContentKind::UploadCertificate,
        ContentKind::ClientCertificate,
        ContentKind::TrustedIssuer,
        ContentKind::Rule,
        ContentKind::RuleDeletion,
        ContentKind::RevocationBatch,
        ContentKind::RevocationDeletion,
        ContentKind::PublicKeys,
    ];

    #[test]
    fn each_text_content_is_of_one_kind() {
        let contents = [
            (
                "VN;Bộ Y tế; cục;https://issuer.example/dsc;HTTP;",
                ContentKind::TrustedIssuer,
            ),
            (
                "VN;Bộ Y tế;https://issuer.example/dsc;DID",
                ContentKind::TrustedIssuer,
            ),
            ("GR-VN-0001", ContentKind::RuleDeletion),
            (
                r#"{"Identifier":"GR-VN-0001","Logic":{}}"#,
                ContentKind::Rule,
            ),
            (
                r#"{"Identifier":"GR-VN-0001","Logic":{},"entries":[]}"#,
                ContentKind::Rule,
            ),
            (
                r#"{"country":"VN","entries":[]}"#,
                ContentKind::RevocationBatch,
            ),
            (r#"{"batchId":"x"}"#, ContentKind::RevocationDeletion),
            (r#"{"cl_keys":[],"eu_keys":{}}"#, ContentKind::PublicKeys),
        ];
        for (content, kind) in contents {
            for other in KINDS {
                assert_eq!(
                    other.matches(content.as_bytes()),
                    other == kind,
                    "{content} {other:?}"
                );
            }
        }
    }

    #[test]
    fn strange_contents_are_of_no_kind() {
        for content in [
            "",
            "{}",
            "[]",
            "VN",
            "GR-VN-00001",
            "GR-VN-0001\n",
            "gr-vn-0001",
            "GR-VN-0001-1",
            r#"{"batchId":"x"} {}"#,
            "\u{feff}{\"batchId\":\"x\"}",
            "VN;a;b;FTP;",
            "VN;HTTP;",
            r#"{"batchId":"x","entries":0}"#,
        ] {
            for kind in KINDS {
                assert!(!kind.matches(content.as_bytes()), "{content} {kind:?}");
            }
        }
    }
}
