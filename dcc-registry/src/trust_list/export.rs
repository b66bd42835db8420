//! Writing trust lists in the forms that others read. Exports are not signed.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use dcc_model::{EntryKind, Timestamp};
use dcc_sign::{KeyMaterial, VerifyingKey};
use serde_json::{Value, json};

use super::dccg::to_hex;
use crate::trust::{TrustEntry, TrustList, TrustMaterial, TrustRole};

/// A form in which a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportFormat {
    /// Items of the gateway. Bare keys have no place in it.
    Dccg,
    /// A DID document of the second generation, without a proof.
    Did,
    /// PEM, with what is not in a certificate as text before its block.
    Pem,
}

impl ExportFormat {
    /// Every form.
    pub const ALL: &'static [Self] = &[Self::Dccg, Self::Did, Self::Pem];

    /// The word used on command lines.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dccg => "dccg",
            Self::Did => "did",
            Self::Pem => "pem",
        }
    }

    /// The form of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.word() == word)
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    text: String,
    left_out: usize,
}

impl Export {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many entries the form has no place for.
    pub const fn left_out(&self) -> usize {
        self.left_out
    }
}

/// Writes a list.
///
/// What comes back by importing the text is the same set of keys, with the same countries,
/// usages and validity, and [`Integrity::Unsigned`](crate::trust::Integrity::Unsigned) or worse
/// than it was: an export proves nothing.
pub fn export(list: &TrustList, format: ExportFormat) -> Export {
    let writable = |entry: &&TrustEntry| match format {
        ExportFormat::Dccg => entry.certificate().is_some() && entry.country().is_some(),
        ExportFormat::Did => entry.country().is_some() && says_itself(entry),
        ExportFormat::Pem => true,
    };
    let entries: Vec<&TrustEntry> = list.entries().iter().filter(writable).collect();
    let left_out = list.entries().len().saturating_sub(entries.len());
    let as_of = list.as_of().unwrap_or(Timestamp::UNIX_EPOCH);
    let text = match format {
        ExportFormat::Dccg => {
            let items = entries.iter().filter_map(|entry| dccg_item(entry, as_of));
            pretty(&Value::Array(items.collect()))
        }
        ExportFormat::Did => pretty(&did_document(&entries)),
        ExportFormat::Pem => entries.iter().map(|entry| pem_block(entry)).collect(),
    };
    Export { text, left_out }
}

/// Whether usages and validity are those of the certificate, so that a form which has no words
/// for them loses nothing.
fn says_itself(entry: &TrustEntry) -> bool {
    match entry.material() {
        TrustMaterial::Certificate(certificate) => {
            entry.usages() == certificate.usages()
                && entry.validity().is_some_and(|validity| {
                    validity.not_before() == certificate.not_before()
                        && validity.not_after() == certificate.not_after()
                })
        }
        TrustMaterial::Key(_) => entry.usages().is_unrestricted() && entry.validity().is_none(),
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn dccg_item(entry: &TrustEntry, as_of: Timestamp) -> Option<Value> {
    let certificate = entry.certificate()?;
    let kind = match entry.role() {
        TrustRole::Authority => "CSCA",
        TrustRole::DocumentSigner => "DSC",
    };
    Some(json!({
        "kid": entry.kid().to_string(),
        "timestamp": as_of.to_string(),
        "country": entry.country()?.as_str(),
        "certificateType": kind,
        "thumbprint": to_hex(certificate.thumbprint()),
        "signature": null,
        "rawData": STANDARD.encode(certificate.der()),
    }))
}

/// The id of exported documents; `.invalid` names no host (RFC 2606 section 2).
const DID: &str = "did:web:export.invalid:v2:trustlist";

fn did_document(entries: &[&TrustEntry]) -> Value {
    let methods: Vec<Value> = entries
        .iter()
        .filter_map(|entry| did_method(entry))
        .collect();
    json!({
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/suites/jws-2020/v1",
            "https://smart.who.int/trust/tng-context/v1.jsonld",
        ],
        "id": DID,
        "controller": DID,
        "verificationMethod": methods,
    })
}

fn did_method(entry: &TrustEntry) -> Option<Value> {
    let country = entry.country()?;
    let participant = country.participant().unwrap_or(country);
    let (path, usage) = match entry.role() {
        TrustRole::Authority => ("SCA", "#CSCA"),
        TrustRole::DocumentSigner => ("DSC", "#DSC"),
    };
    let domain = entry.domains().next().unwrap_or("DCC");
    let mut jwk = entry
        .verifying_key()
        .map_or_else(|| json!({ "kty": "EC" }), numbers);
    if let Some(members) = jwk.as_object_mut() {
        members.insert("kid".into(), entry.kid().to_string().into());
        if let Some(certificate) = entry.certificate() {
            members.insert("x5c".into(), json!([STANDARD.encode(certificate.der())]));
        }
    }
    Some(json!({
        "id": format!("{DID}:{domain}:{participant}:{path}#{}", entry.kid()),
        "type": "JsonWebKey2020",
        "controller": DID,
        "publicKeyJwk": jwk,
        "domain": { "code": format!("#{domain}") },
        "participant": { "code": format!("#{participant}") },
        "keyusage": { "code": usage },
    }))
}

fn numbers(key: &VerifyingKey) -> Value {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match key.material() {
        KeyMaterial::P256 { point } => {
            let (_, coordinates) = point.split_at(1);
            let (x, y) = coordinates.split_at(32);
            json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
        }
        KeyMaterial::Rsa { modulus, exponent } => {
            json!({ "kty": "RSA", "n": encode(modulus), "e": encode(exponent) })
        }
        _ => json!({}),
    }
}

fn pem_block(entry: &TrustEntry) -> String {
    let mut text = format!("kid: {}\n", entry.kid());
    let mut tell = |name: &str, value: &str| text.extend([name, ": ", value, "\n"]);
    if let Some(country) = entry.country() {
        tell("country", country.as_str());
    }
    if !says_itself(entry) || entry.certificate().is_none() {
        if !entry.usages().is_unrestricted() {
            tell("use", &letters(entry));
        }
        if let Some(validity) = entry.validity() {
            tell("not-before", &validity.not_before().to_string());
            tell("not-after", &validity.not_after().to_string());
        }
    }
    for domain in entry.domains() {
        tell("domain", domain);
    }
    if entry.role() == TrustRole::Authority {
        tell("role", "authority");
    }
    if let Some(subject) = entry.subject() {
        // A subject may hold anything; one line of it can be told.
        tell("subject", &subject.replace(char::is_control, " "));
    }
    let (label, der) = match entry.material() {
        TrustMaterial::Certificate(certificate) => ("CERTIFICATE", certificate.der().to_vec()),
        TrustMaterial::Key(key) => ("PUBLIC KEY", key.to_spki_der()),
    };
    text.push_str(&armour(label, &der));
    text
}

fn letters(entry: &TrustEntry) -> String {
    let kinds = [
        (EntryKind::Vaccination, 'v'),
        (EntryKind::Test, 't'),
        (EntryKind::Recovery, 'r'),
    ];
    let allowed = kinds
        .iter()
        .filter(|(kind, _)| entry.usages().allows(*kind));
    let letters: String = allowed.map(|(_, letter)| *letter).collect();
    if letters.is_empty() {
        "none".into()
    } else {
        letters
    }
}

/// RFC 7468: lines of 64 characters.
fn armour(label: &str, der: &[u8]) -> String {
    let base64: Vec<char> = STANDARD.encode(der).chars().collect();
    let lines: String = base64
        .chunks(64)
        .flat_map(|line| line.iter().copied().chain(core::iter::once('\n')))
        .collect();
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}
