//! Sweden's DSC-TL (trust.md section 5): a JWS whose payload groups keys by country.

use dcc_model::{EntryKind, Timestamp};
use dcc_sign::{KeyId, KeyUsages};
use serde_json::Value;

use super::error::{EntryReason, ImportError};
use super::format::ListFormat;
use super::import::{Collector, Import, Importer};
use super::listing::Listing;
use super::{json, jws};
use crate::trust::{CountryCode, Integrity};

pub(crate) fn import(importer: &Importer, file: &[u8]) -> Result<Import, ImportError> {
    let format = ListFormat::Se;
    let checked = importer.checks_signatures(format)?;
    let payload = jws::payload(importer, file, checked, None)?;
    let issued_at = time(&payload, "iat")?;
    let expires_at = time(&payload, "exp")?;
    importer.check_window(issued_at, expires_at)?;
    let integrity = if checked {
        Integrity::Verified
    } else {
        Integrity::Transport
    };
    let as_of = issued_at.unwrap_or_else(|| importer.now());
    let mut found = Collector::new(format, format.word(), integrity, as_of);
    let countries = payload.get("dsc_trust_list").and_then(Value::as_object);
    let countries = countries.ok_or(ImportError::Malformed {
        part: "dsc_trust_list",
    })?;
    let mut index = 0_usize;
    for (country, group) in countries {
        let keys = group.get("keys").and_then(Value::as_array);
        for key in keys.ok_or(ImportError::Malformed { part: "keys" })? {
            found.take(index, read(country, group.get("eku"), key));
            index = index.saturating_add(1);
        }
    }
    Ok(found.finish())
}

/// A time claim in whole seconds.
pub(crate) fn time(payload: &Value, name: &'static str) -> Result<Option<Timestamp>, ImportError> {
    match payload.get(name) {
        None => Ok(None),
        Some(number) => {
            let seconds = number.as_i64().and_then(Timestamp::from_unix_seconds);
            seconds
                .map(Some)
                .ok_or(ImportError::Malformed { part: name })
        }
    }
}

/// A JWK. Its certificate is the normative part.
fn read(country: &str, usages: Option<&Value>, key: &Value) -> Result<Listing, EntryReason> {
    let named = json::text(key, "kid")?;
    let chain = key
        .get("x5c")
        .and_then(Value::as_array)
        .and_then(|chain| chain.first());
    let certificate = chain
        .and_then(Value::as_str)
        .ok_or(EntryReason::Member { member: "x5c" })?;
    let certificate = json::base64(certificate).ok_or(EntryReason::Base64 { member: "x5c" })?;
    let kid = json::base64(named).ok_or(EntryReason::Base64 { member: "kid" })?;
    let listing = Listing::certificate(&certificate)?;
    if let Some(thumbprint) = json::optional_text(key, "x5t#S256")? {
        let own = listing
            .as_certificate()
            .map(|own| own.thumbprint().to_vec());
        if json::base64_url(thumbprint) != own {
            return Err(EntryReason::ThumbprintWrong);
        }
    }
    let country = CountryCode::parse(country).ok_or(EntryReason::Member { member: "country" })?;
    let listing = listing
        .with_kid(Some(KeyId::from_bytes(&kid)))
        .with_country(Some(country));
    match usages.and_then(|usages| usages.get(named)) {
        Some(list) => Ok(listing.with_usages(usages_of_oids(list)?)),
        None => Ok(listing),
    }
}

/// The usages which object identifiers name, of both families (trust.md section 3); others do not
/// restrict.
fn usages_of_oids(list: &Value) -> Result<KeyUsages, EntryReason> {
    const FAMILIES: [&str; 2] = ["1.3.6.1.4.1.1847.2021.1.", "1.3.6.1.4.1.0.1847.2021.1."];
    let list = list
        .as_array()
        .ok_or(EntryReason::Member { member: "eku" })?;
    let mut kinds = Vec::new();
    for oid in list {
        let oid = oid.as_str().ok_or(EntryReason::Member { member: "eku" })?;
        let last = FAMILIES.iter().find_map(|family| oid.strip_prefix(family));
        kinds.extend(match last {
            Some("1") => Some(EntryKind::Test),
            Some("2") => Some(EntryKind::Vaccination),
            Some("3") => Some(EntryKind::Recovery),
            _ => None,
        });
    }
    Ok(if kinds.is_empty() {
        KeyUsages::UNRESTRICTED
    } else {
        KeyUsages::only(&kinds)
    })
}
