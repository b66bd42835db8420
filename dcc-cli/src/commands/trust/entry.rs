//! One entry of a list, for programs and for people.

use dcc_model::EntryKind;
use dcc_registry::trust::{Provenance, TrustEntry, TrustMaterial, TrustRole};
use serde_json::{Value, json};

use crate::commands::hex;

const KINDS: [EntryKind; 3] = [EntryKind::Test, EntryKind::Vaccination, EntryKind::Recovery];

/// The object of `trust list --json`.
pub(super) fn object(entry: &TrustEntry) -> Value {
    let best = best(entry);
    let validity = entry.validity();
    json!({
        "kid": entry.kid().to_string(),
        "country": entry.country().map(|country| country.to_string()),
        "kind": kind(entry),
        "role": role(entry),
        "usages": usages(entry),
        "integrity": entry.integrity().word(),
        "source": best.map(Provenance::source),
        "not_before": validity.map(|validity| validity.not_before().to_string()),
        "not_after": validity.map(|validity| validity.not_after().to_string()),
        "subject": entry.subject(),
        "domains": entry.domains().collect::<Vec<_>>(),
        "thumbprint": thumbprint(entry),
        "sources": entry.provenance().iter().map(source).collect::<Vec<_>>(),
    })
}

/// One line for people: key id, country, kind, integrity, end of validity, subject.
pub(super) fn line(entry: &TrustEntry) -> String {
    let country = entry.country();
    let until = entry
        .validity()
        .map(|validity| validity.not_after().to_string());
    format!(
        "{}  {}  {}  {}  {}  {}",
        entry.kid(),
        country.map_or_else(|| "??".to_owned(), |country| country.to_string()),
        match entry.role() {
            TrustRole::Authority => "authority",
            _ => kind(entry),
        },
        entry.integrity(),
        until.as_deref().unwrap_or("-"),
        // A subject may hold anything; the terminal gets one line of it.
        entry
            .subject()
            .unwrap_or("-")
            .replace(char::is_control, " "),
    )
}

/// Everything about an entry, for people, in both languages.
pub(super) fn lines(entry: &TrustEntry) -> Vec<String> {
    let mut lines = vec![line(entry)];
    let mut tell = |name: &str, value: String| lines.push(format!("  {name}: {value}"));
    tell("Mục đích / usages", usages(entry).join(", "));
    if let Some(validity) = entry.validity() {
        let (from, until) = (validity.not_before(), validity.not_after());
        tell("Hiệu lực / valid", format!("{from} – {until}"));
    }
    if entry.domains().len() > 0 {
        tell(
            "Miền / domains",
            entry.domains().collect::<Vec<_>>().join(", "),
        );
    }
    if let Some(certificate) = entry.certificate() {
        let issuer = certificate.issuer().replace(char::is_control, " ");
        tell("Cơ quan cấp / issuer", issuer);
        tell("SHA-256", thumbprint(entry).unwrap_or_default());
    }
    for list in entry.provenance() {
        let told = format!("{} ({}, {})", list.source(), list.integrity(), list.as_of());
        tell("Nguồn / source", told.replace(char::is_control, " "));
    }
    lines
}

/// The list that vouches best.
fn best(entry: &TrustEntry) -> Option<&Provenance> {
    let lists = entry.provenance().iter();
    lists.max_by_key(|list| (list.integrity(), list.as_of()))
}

fn source(list: &Provenance) -> Value {
    json!({
        "source": list.source(),
        "integrity": list.integrity().word(),
        "as_of": list.as_of().to_string(),
    })
}

const fn kind(entry: &TrustEntry) -> &'static str {
    match entry.material() {
        TrustMaterial::Certificate(_) => "certificate",
        _ => "key",
    }
}

const fn role(entry: &TrustEntry) -> &'static str {
    match entry.role() {
        TrustRole::Authority => "authority",
        _ => "signer",
    }
}

fn usages(entry: &TrustEntry) -> Vec<&'static str> {
    let allowed = KINDS.iter().filter(|kind| entry.usages().allows(**kind));
    allowed.map(|kind| kind.word()).collect()
}

fn thumbprint(entry: &TrustEntry) -> Option<String> {
    let certificate = entry.certificate()?;
    Some(hex(certificate.thumbprint()))
}
