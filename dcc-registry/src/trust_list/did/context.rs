//! The JSON-LD contexts that are known, as the mapping they amount to. They are never fetched.
//!
//! Of `https://www.w3.org/ns/did/v1` and the JWS 2020 suite only the terms that occur are mapped;
//! a document with another term of theirs is not canonicalised but refused. WHO's context maps
//! domain, participant and key usage to value sets, one of each for every environment.

use serde_json::Value;

use super::proof::ProofError;

const DID: &str = "https://www.w3.org/ns/did/v1";
const JWS: &str = "https://w3id.org/security/suites/jws-2020/v1";
const TNG: &str = "https://smart.who.int/trust/tng-context/v1";
const VALUE_SETS: &str = "https://smart.who.int/trust/ValueSet-";

/// The contexts of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contexts {
    /// The suffix of WHO's value sets, where its context is there.
    environment: Option<&'static str>,
}

impl Contexts {
    /// Reads `@context`, which must be of the known ones in their order.
    pub(crate) fn of(document: &Value) -> Result<Self, ProofError> {
        let listed = document.get("@context").and_then(Value::as_array);
        let listed = listed.ok_or(ProofError::ContextUnknown)?;
        let mut names = listed.iter().map(Value::as_str);
        if names.next() != Some(Some(DID)) || names.next() != Some(Some(JWS)) {
            return Err(ProofError::ContextUnknown);
        }
        let environment = match (names.next(), names.next()) {
            (None, None) => None,
            (Some(Some(third)), None) => Some(environment(third)?),
            _ => return Err(ProofError::ContextUnknown),
        };
        Ok(Self { environment })
    }

    /// The value set of a term, such as `Domains`, or `None` where WHO's context is not there and
    /// the term maps to nothing.
    pub(crate) fn value_set(self, name: &str) -> Option<String> {
        self.environment
            .map(|suffix| format!("{VALUE_SETS}{name}{suffix}.jsonld"))
    }
}

fn environment(context: &str) -> Result<&'static str, ProofError> {
    match context.strip_prefix(TNG) {
        Some(".jsonld") => Ok(""),
        Some("-UAT.jsonld") => Ok("-UAT"),
        Some("-DEV.jsonld") => Ok("-DEV"),
        _ => Err(ProofError::ContextUnknown),
    }
}

/// Terms which the DID context and the suite map beside those used here. Where one occurs, the
/// canonical form would have lines that are not made here.
pub(crate) const OTHER_TERMS: &[&str] = &[
    "alsoKnownAs",
    "assertionMethod",
    "authentication",
    "capabilityDelegation",
    "capabilityInvocation",
    "keyAgreement",
    "privateKeyJwk",
    "service",
];
