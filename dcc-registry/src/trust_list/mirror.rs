//! The JSON of a mirror: six shapes, never signed.
//!
//! Countries' lists were mirrored as JSON after their signatures had been taken off. What comes
//! that way is [`Integrity::Unsigned`], whatever anchor is given.

use dcc_model::Timestamp;
use dcc_sign::{KeyId, VerifyingKey};
use serde_json::{Map, Value};

use super::error::{EntryReason, ImportError};
use super::format::{ListFile, ListFormat};
use super::import::{Collector, Import, Importer};
use super::json;
use super::listing::{Listing, usages_of_letters};
use super::{ch, dccg, nl};
use crate::trust::{CountryCode, Integrity, ValidityPeriod};

pub(crate) fn import(importer: &Importer, files: &[ListFile<'_>]) -> Result<Import, ImportError> {
    let word = ListFormat::Mirror.word();
    let mut found = Collector::new(
        ListFormat::Mirror,
        word,
        Integrity::Unsigned,
        importer.now(),
    );
    for file in files {
        read(&mut found, &json::parse(file.bytes(), "JSON")?)?;
    }
    Ok(found.finish())
}

fn read(found: &mut Collector, list: &Value) -> Result<(), ImportError> {
    if let Some(items) = list.as_array().or_else(|| wrapped(list)) {
        for (index, item) in items.iter().enumerate() {
            read_item(found, index, item);
        }
        return Ok(());
    }
    let members = json::object(list, "mirror")?;
    match members.get("eu_keys").and_then(Value::as_object) {
        Some(keys) => nl::read_keys(found, keys),
        None => read_keys(found, members)?,
    }
    Ok(())
}

/// Germany, Austria and Sweden wrap their items, and so do collections of gateway items.
fn wrapped(list: &Value) -> Option<&Vec<Value>> {
    ["certificates", "items"]
        .iter()
        .find_map(|name| list.get(name)?.as_array())
}

fn read_item(found: &mut Collector, index: usize, item: &Value) {
    if item.get("certificateType").is_some() {
        dccg::read_unchecked(found, index, item, Integrity::Unsigned);
    } else if item.get("certyfikat").is_some() {
        found.take(index, polish(item));
    } else {
        found.take(index, certificate(item));
    }
}

/// Austria, Sweden: `{kid, rawData}`.
fn certificate(item: &Value) -> Result<Listing, EntryReason> {
    let listing = Listing::certificate(&json::bytes(item, "rawData")?)?;
    Ok(listing.with_kid(kid(item, "kid")?))
}

/// Poland: `{identyfikator, identyfikatorKlucza, certyfikat}`.
fn polish(item: &Value) -> Result<Listing, EntryReason> {
    let listing = Listing::certificate(&json::bytes(item, "certyfikat")?)?;
    let listing = listing.with_kid(kid(item, "identyfikatorKlucza")?);
    if let Some(hex) = json::optional_text(item, "identyfikator")? {
        dccg::check_thumbprint(&listing, hex)?;
    }
    Ok(listing)
}

fn kid(item: &Value, member: &'static str) -> Result<Option<KeyId>, EntryReason> {
    if item.get(member).is_none() {
        return Ok(None);
    }
    json::bytes(item, member).map(|bytes| Some(KeyId::from_bytes(&bytes)))
}

/// Objects whose members are named by key ids: Switzerland's arrays of bare keys, France's and
/// Italy's keys with parts of their certificates.
fn read_keys(found: &mut Collector, members: &Map<String, Value>) -> Result<(), ImportError> {
    if !members
        .values()
        .any(|value| value.is_array() || value.get("publicKeyPem").is_some())
    {
        return Err(ImportError::Malformed { part: "mirror" });
    }
    let mut index = 0_usize;
    for (name, value) in members {
        let kid = json::base64(name).map(|bytes| KeyId::from_bytes(&bytes));
        let Some(kid) = kid else {
            found.reject(index, None, None, EntryReason::Base64 { member: "kid" });
            index = index.saturating_add(1);
            continue;
        };
        let keys = value
            .as_array()
            .map_or_else(|| core::slice::from_ref(value), Vec::as_slice);
        for key in keys {
            let listing = match key.get("publicKeyPem") {
                Some(_) => described_key(key),
                None => ch::key(key),
            };
            match listing {
                Ok(listing) => found.take(index, Ok(listing.with_kid(Some(kid.clone())))),
                Err(reason) => found.reject(index, Some(kid.clone()), None, reason),
            }
            index = index.saturating_add(1);
        }
    }
    Ok(())
}

/// France, Italy: the key of a certificate whose other parts are told as text.
fn described_key(item: &Value) -> Result<Listing, EntryReason> {
    let mut listing = Listing::spki(&json::bytes(item, "publicKeyPem")?)?;
    let subject = json::optional_text(item, "subject")?;
    listing.country = subject.and_then(country_of);
    listing.subject = subject.map(Into::into);
    let time = |member| -> Result<Option<Timestamp>, EntryReason> {
        let text = json::optional_text(item, member)?;
        text.map(|text| text.parse().map_err(|_| EntryReason::Member { member }))
            .transpose()
    };
    listing.validity = match (time("notBefore")?, time("notAfter")?) {
        (Some(from), Some(until)) => Some(ValidityPeriod::new(from, until)),
        _ => None,
    };
    Ok(listing)
}

/// The only country of a subject told as `C=AD, ST=..., CN=...`.
fn country_of(subject: &str) -> Option<CountryCode> {
    let mut codes = subject
        .split(", ")
        .filter_map(|part| part.strip_prefix("C="));
    match (codes.next(), codes.next()) {
        (Some(code), None) => CountryCode::parse(code),
        _ => None,
    }
}

/// A key told by numbers in Base64, as Switzerland does.
pub(crate) fn numbers(item: &Value) -> Result<VerifyingKey, EntryReason> {
    if json::optional_text(item, "n")?.is_some() {
        let (n, e) = (json::bytes(item, "n")?, json::bytes(item, "e")?);
        return VerifyingKey::from_rsa(&n, &e).map_err(EntryReason::Key);
    }
    let (x, y) = (json::bytes(item, "x")?, json::bytes(item, "y")?);
    let (x, y) = (coordinate(&x, "x")?, coordinate(&y, "y")?);
    let point = [&[4][..], &x, &y].concat();
    VerifyingKey::from_p256_point(&point).map_err(EntryReason::Key)
}

/// A coordinate as 32 bytes: Java writes numbers with a leading zero, or with fewer bytes.
pub(crate) fn coordinate(bytes: &[u8], member: &'static str) -> Result<[u8; 32], EntryReason> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = bytes.get(zeros..).unwrap_or_default();
    let mut coordinate = [0; 32];
    let start = coordinate.len().checked_sub(significant.len());
    let place = start.and_then(|start| coordinate.get_mut(start..));
    place
        .ok_or(EntryReason::Member { member })?
        .copy_from_slice(significant);
    Ok(coordinate)
}

/// The usages that `use` names: `sig` for every kind.
pub(crate) fn usages(word: &str) -> Result<dcc_sign::KeyUsages, EntryReason> {
    usages_of_letters(if word == "sig" { "" } else { word })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_of_told_subjects() {
        for (subject, country) in [
            ("C=AD, ST=x, CN=DSC03", Some("AD")),
            ("CN=x, C=vn", Some("VN")),
            ("CN=x", None),
            ("C=AD, C=FR", None),
        ] {
            assert_eq!(
                country_of(subject).map(|c| c.to_string()).as_deref(),
                country
            );
        }
    }

    #[test]
    fn coordinates_of_every_length() {
        assert_eq!(coordinate(&[0, 7], "x").unwrap()[31], 7);
        let mut long = [9; 33];
        long[0] = 0;
        assert_eq!(coordinate(&long, "x"), Ok([9; 32]));
        assert!(coordinate(&[9; 33], "x").is_err());
    }
}
