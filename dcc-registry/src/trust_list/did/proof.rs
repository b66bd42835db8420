//! The proof of a document: JSON Web Signature 2020 over two hashes.

use dcc_sign::{Algorithm, CryptoProvider, VerifyingKey, sha256};
use serde_json::Value;

use super::document::DidDocument;
use super::{der, method};
use crate::trust::TrustCode;
use crate::trust_list::json;

/// Why a proof does not hold, or cannot be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// A context that is not pinned.
    #[error("a context of the document is not a known one")]
    ContextUnknown,
    /// A header of the signature that says something else than ES256 over unencoded bytes.
    #[error("the header of the signature is not supported")]
    HeaderUnsupported,
    /// No key to check it with.
    #[error("there is no key to check the proof with")]
    KeyMissing,
    /// A member for which no canonical form is made here.
    #[error("a member of the document has no canonical form here")]
    MemberUnsupported,
    /// There is no proof.
    #[error("the document has no proof")]
    Missing,
    /// Two methods have one name.
    #[error("two methods have one name")]
    NameRepeated,
    /// The signature does not verify: the document was changed, or another key signed it.
    #[error("the signature of the proof is wrong")]
    SignatureWrong,
}

impl ProofError {
    /// The stable code.
    pub const fn code(self) -> TrustCode {
        match self {
            Self::SignatureWrong => TrustCode::ListSignatureWrong,
            _ => TrustCode::ProofUnsupported,
        }
    }
}

/// Verifies the proof by any of these keys.
///
/// The signature covers the ASCII of the header, a dot, SHA-256 of the proof's N-Quads and
/// SHA-256 of the document's. WHO writes it as DER, where RFC 7518 section 3.4 has r and s; both
/// are read.
pub(super) fn verify(
    document: &DidDocument,
    json: &Value,
    provider: &CryptoProvider,
    keys: &[VerifyingKey],
) -> Result<(), ProofError> {
    if keys.is_empty() {
        return Err(ProofError::KeyMissing);
    }
    let jws = json
        .get("proof")
        .and_then(|proof| proof.get("jws"))
        .and_then(Value::as_str);
    let jws = jws.ok_or(ProofError::Missing)?;
    let (header, signature) = jws.split_once("..").ok_or(ProofError::HeaderUnsupported)?;
    check_header(header)?;
    let signature = json::base64_url(signature).ok_or(ProofError::SignatureWrong)?;
    let signature = match signature.len() {
        64 => signature,
        _ => der::raw_signature(&signature)
            .ok_or(ProofError::SignatureWrong)?
            .to_vec(),
    };
    let mut message = Vec::from(header.as_bytes());
    message.push(b'.');
    message.extend_from_slice(&sha256(document.canonical_proof()?.as_bytes()));
    message.extend_from_slice(&sha256(document.canonical_document()?.as_bytes()));
    let verifies = |key: &VerifyingKey| {
        provider
            .verify(Algorithm::Es256, key, &message, &signature)
            .is_ok()
    };
    if keys.iter().any(verifies) {
        Ok(())
    } else {
        Err(ProofError::SignatureWrong)
    }
}

/// RFC 7797: the payload is not encoded. The first generation writes `EC` for the algorithm.
fn check_header(header: &str) -> Result<(), ProofError> {
    let header: Option<Value> =
        json::base64_url(header).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let header = header.ok_or(ProofError::HeaderUnsupported)?;
    let unencoded = header.get("b64") == Some(&Value::Bool(false));
    let critical = header.get("crit").and_then(Value::as_array);
    let critical = critical.is_some_and(|names| names.iter().all(|name| name == "b64"));
    let algorithm = header.get("alg").and_then(Value::as_str);
    if unencoded && critical && matches!(algorithm, Some("ES256" | "EC")) {
        Ok(())
    } else {
        Err(ProofError::HeaderUnsupported)
    }
}

/// The keys of a signer's own document: P-256 by its numbers, pinned by the caller.
pub(crate) fn signer_keys(document: &Value) -> Option<Vec<VerifyingKey>> {
    let methods = document.get("verificationMethod")?.as_array()?;
    let keys = methods
        .iter()
        .map(|item| method::numbers(item.get("publicKeyJwk")?).ok());
    keys.collect()
}
