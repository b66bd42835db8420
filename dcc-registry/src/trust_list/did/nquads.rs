//! Canonical N-Quads of a DID document and of its proof, without a JSON-LD engine.
//!
//! All nodes but the proof have names and keys are JSON literals, so that URDNA2015 comes down to
//! writing the lines and sorting them. Whatever would need more is refused: that way the mapping
//! can only refuse too much. What the contexts do not map gives no line and is read nowhere.

use alloc::collections::BTreeSet;

use serde_json::{Map, Value};

use super::context::{Contexts, OTHER_TERMS};
use super::jcs;
use super::proof::ProofError;

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const RDF_JSON: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON";
const XSD_DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";
const CREATED: &str = "http://purl.org/dc/terms/created";
const SECURITY: &str = "https://w3id.org/security#";

/// Terms of WHO's context and the value sets they take their codes from.
const CODED: [(&str, &str); 3] = [
    ("domain", "Domains"),
    ("participant", "Participants"),
    ("keyusage", "KeyUsage"),
];

/// Lines, each once, in the order of their bytes.
#[derive(Default)]
struct Lines(BTreeSet<String>);

impl Lines {
    fn link(&mut self, subject: &str, predicate: &str, object: &str) {
        self.0
            .insert(format!("<{subject}> <{predicate}> <{object}> .\n"));
    }

    fn literal(&mut self, subject: &str, predicate: &str, text: &str, kind: &str) {
        let text = escape(text);
        self.0.insert(format!(
            "<{subject}> <{predicate}> \"{text}\"^^<{kind}> .\n"
        ));
    }

    fn finish(self) -> String {
        self.0.into_iter().collect()
    }
}

/// The document without its proof.
pub(crate) fn document(json: &Value) -> Result<String, ProofError> {
    let contexts = Contexts::of(json)?;
    let members = json.as_object().ok_or(ProofError::MemberUnsupported)?;
    check_terms(
        members,
        &[
            "id",
            "controller",
            "verificationMethod",
            "proof",
            "@context",
        ],
    )?;
    let id = iri(members.get("id"))?;
    let mut lines = Lines::default();
    let controller = format!("{SECURITY}controller");
    let method_term = format!("{SECURITY}verificationMethod");
    lines.link(id, &controller, iri(members.get("controller"))?);
    let methods = members.get("verificationMethod").and_then(Value::as_array);
    let mut names = BTreeSet::from([id]);
    for method in methods.ok_or(ProofError::MemberUnsupported)? {
        let name = match method {
            Value::String(_) => iri(Some(method))?,
            method => write_method(&mut lines, contexts, method)?,
        };
        // Two methods of one name would become one node, whose members nothing tells apart.
        if !names.insert(name) {
            return Err(ProofError::NameRepeated);
        }
        lines.link(id, &method_term, name);
    }
    Ok(lines.finish())
}

fn write_method<'a>(
    lines: &mut Lines,
    contexts: Contexts,
    method: &'a Value,
) -> Result<&'a str, ProofError> {
    let members = method.as_object().ok_or(ProofError::MemberUnsupported)?;
    let known = [
        "id",
        "type",
        "controller",
        "publicKeyJwk",
        "domain",
        "participant",
        "keyusage",
    ];
    check_terms(members, &known)?;
    if members.get("type").and_then(Value::as_str) != Some("JsonWebKey2020") {
        return Err(ProofError::MemberUnsupported);
    }
    let id = iri(members.get("id"))?;
    lines.link(id, RDF_TYPE, &format!("{SECURITY}JsonWebKey2020"));
    lines.link(
        id,
        &format!("{SECURITY}controller"),
        iri(members.get("controller"))?,
    );
    let key = members.get("publicKeyJwk").filter(|key| key.is_object());
    let key = jcs::canonical(key.ok_or(ProofError::MemberUnsupported)?)?;
    lines.literal(id, &format!("{SECURITY}publicKeyJwk"), &key, RDF_JSON);
    for (term, name) in CODED {
        let (Some(value), Some(set)) = (members.get(term), contexts.value_set(name)) else {
            continue;
        };
        let value = value.as_object().filter(|value| value.len() == 1);
        let code = value
            .and_then(|value| value.get("code"))
            .and_then(Value::as_str);
        let code = code.filter(|code| code.starts_with('#') && is_iri_text(code));
        let code = code.ok_or(ProofError::MemberUnsupported)?;
        // The value set is the base against which the code is resolved.
        lines.link(id, &set, &format!("{set}{code}"));
    }
    Ok(id)
}

/// The proof without its signature, as the blank node `_:c14n0`.
pub(crate) fn proof(json: &Value, proof: &Value) -> Result<String, ProofError> {
    Contexts::of(json)?;
    let members = proof.as_object().ok_or(ProofError::Missing)?;
    let known = [
        "type",
        "created",
        "nonce",
        "proofPurpose",
        "verificationMethod",
        "jws",
    ];
    if members.keys().any(|name| !known.contains(&name.as_str())) {
        return Err(ProofError::MemberUnsupported);
    }
    let text = |name: &str| {
        members
            .get(name)
            .and_then(Value::as_str)
            .ok_or(ProofError::MemberUnsupported)
    };
    if text("type")? != "JsonWebSignature2020" || text("proofPurpose")? != "assertionMethod" {
        return Err(ProofError::MemberUnsupported);
    }
    let created = escape(text("created")?);
    let nonce = escape(text("nonce")?);
    let method = iri(members.get("verificationMethod"))?;
    let lines = [
        format!("_:c14n0 <{CREATED}> \"{created}\"^^<{XSD_DATE_TIME}> .\n"),
        format!("_:c14n0 <{RDF_TYPE}> <{SECURITY}JsonWebSignature2020> .\n"),
        format!("_:c14n0 <{SECURITY}nonce> \"{nonce}\" .\n"),
        format!("_:c14n0 <{SECURITY}proofPurpose> <{SECURITY}assertionMethod> .\n"),
        format!("_:c14n0 <{SECURITY}verificationMethod> <{method}> .\n"),
    ];
    Ok(lines.concat())
}

/// No keyword, and no term of the contexts that is not mapped here.
fn check_terms(members: &Map<String, Value>, known: &[&str]) -> Result<(), ProofError> {
    let strange = |name: &String| {
        let name = name.as_str();
        !known.contains(&name)
            && (name.starts_with('@') || name.contains(':') || is_other_term(name))
    };
    if members.keys().any(strange) {
        Err(ProofError::MemberUnsupported)
    } else {
        Ok(())
    }
}

fn is_other_term(name: &str) -> bool {
    OTHER_TERMS.contains(&name)
        || [
            "JsonWebKey2020",
            "JsonWebSignature2020",
            "proof",
            "verificationMethod",
        ]
        .contains(&name)
}

/// A DID, the only kind of name here.
fn iri(value: Option<&Value>) -> Result<&str, ProofError> {
    let text = value
        .and_then(Value::as_str)
        .ok_or(ProofError::MemberUnsupported)?;
    if text.starts_with("did:") && is_iri_text(text) {
        Ok(text)
    } else {
        Err(ProofError::MemberUnsupported)
    }
}

/// What may stand between angle brackets (N-Quads, `IRIREF`), so that no name can write lines.
fn is_iri_text(text: &str) -> bool {
    text.chars()
        .all(|letter| letter > ' ' && !r#"<>"{}|^`\"#.contains(letter))
}

/// A literal's text in canonical N-Quads: only these four are escaped.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests;
