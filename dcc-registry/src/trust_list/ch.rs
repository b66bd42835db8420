//! Switzerland's list (trust.md section 5): the active key ids and the keys, each in a JWS.

use alloc::collections::BTreeSet;

use dcc_sign::KeyId;
use serde_json::Value;

use super::error::{EntryReason, ImportError};
use super::format::{ListFile, ListFormat};
use super::import::{Collector, Import, Importer};
use super::listing::Listing;
use super::{json, jws, mirror, se};
use crate::trust::Integrity;

/// The common name of the signer under the government's root.
const SIGNER_NAME: &str = "CH01-AppContentCertificate";

pub(crate) fn import(importer: &Importer, files: &[ListFile<'_>]) -> Result<Import, ImportError> {
    let format = ListFormat::Ch;
    let checked = importer.checks_signatures(format)?;
    let payload =
        |file: &ListFile<'_>| jws::payload(importer, file.bytes(), checked, Some(SIGNER_NAME));
    let list = files.iter().find(|file| file.is_named("list"));
    let list = payload(list.ok_or(ImportError::FileMissing { name: "list" })?)?;
    let as_of = check_window(importer, &list)?;
    let active = active_ids(&list)?;
    let integrity = if checked {
        Integrity::Verified
    } else {
        Integrity::Transport
    };
    let mut found = Collector::new(
        format,
        format.word(),
        integrity,
        as_of.unwrap_or_else(|| importer.now()),
    );
    let mut updates = files
        .iter()
        .filter(|file| file.name_starts_with("updates"))
        .peekable();
    if updates.peek().is_none() {
        return Err(ImportError::FileMissing { name: "updates" });
    }
    let mut index = 0_usize;
    for file in updates {
        let update = payload(file)?;
        let keys = update.get("certs").and_then(Value::as_array);
        for item in keys.ok_or(ImportError::Malformed { part: "certs" })? {
            read(&mut found, index, item, &active);
            index = index.saturating_add(1);
        }
    }
    Ok(found.finish())
}

/// The list is valid as long as it says: to `exp`, or `validDuration` milliseconds from `iat`.
fn check_window(
    importer: &Importer,
    list: &Value,
) -> Result<Option<dcc_model::Timestamp>, ImportError> {
    let issued_at = se::time(list, "iat")?;
    let mut until = se::time(list, "exp")?;
    if let Some(duration) = list.get("validDuration") {
        const PART: ImportError = ImportError::Malformed {
            part: "validDuration",
        };
        let milliseconds = duration
            .as_i64()
            .filter(|duration| *duration >= 0)
            .ok_or(PART)?;
        let end = issued_at.map(|at| at.saturating_add_seconds(milliseconds.div_euclid(1000)));
        until = match (until, end) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
    importer.check_window(issued_at, until)?;
    Ok(issued_at)
}

fn active_ids(list: &Value) -> Result<BTreeSet<String>, ImportError> {
    let ids = list.get("activeKeyIds").and_then(Value::as_array);
    let ids = ids.map(|ids| ids.iter().map(|id| id.as_str().map(String::from)).collect());
    ids.flatten().ok_or(ImportError::Malformed {
        part: "activeKeyIds",
    })
}

fn read(found: &mut Collector, index: usize, item: &Value, active: &BTreeSet<String>) {
    let id = match json::text(item, "keyId") {
        Ok(id) => id,
        Err(reason) => return found.reject(index, None, None, reason),
    };
    let Some(kid) = json::base64(id).map(|bytes| KeyId::from_bytes(&bytes)) else {
        return found.reject(index, None, None, EntryReason::Base64 { member: "keyId" });
    };
    if !active.contains(id) {
        // A key of a country that has given it up.
        return found.ignore();
    }
    match key(item) {
        Ok(listing) => found.take(index, Ok(listing.with_kid(Some(kid)))),
        Err(reason) => found.reject(index, Some(kid), None, reason),
    }
}

/// A bare key: `{use, alg, n, e}` or `{use, alg, crv, x, y}`. `RS256` stands for an RSA key, whose
/// HCERTs are signed by PS256.
pub(crate) fn key(item: &Value) -> Result<Listing, EntryReason> {
    let usages = mirror::usages(json::text(item, "use")?)?;
    Ok(Listing::key(mirror::numbers(item)?).with_usages(usages))
}
