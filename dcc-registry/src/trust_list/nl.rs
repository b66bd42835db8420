//! The Netherlands' list (trust.md section 5): JSON with payload and detached CMS, both in Base64.

use dcc_sign::{DocumentSigner, KeyId};
use serde_json::{Map, Value};

use super::anchor::Anchor;
use super::error::{EntryReason, ImportError};
use super::format::ListFormat;
use super::import::{Collector, Import, Importer};
use super::listing::{Listing, usages_of_letters};
use super::{json, jws};
use crate::cms::{AllowedSigners, CmsError, ContentKind};
use crate::trust::{CountryCode, Integrity};

/// The end of the common name of signers under the state's root, which signs for many others.
const SIGNER_DOMAIN: &str = ".coronacheck.nl";

pub(crate) fn import(importer: &Importer, file: &[u8]) -> Result<Import, ImportError> {
    let envelope = json::parse(file, "JSON")?;
    let part = |member| {
        let bytes = json::bytes(&envelope, member);
        bytes.map_err(|_| ImportError::Malformed { part: member })
    };
    let (payload, signature) = (part("payload")?, part("signature")?);
    let format = ListFormat::Nl;
    let checked = importer.checks_signatures(format)?;
    if checked {
        check(importer, &payload, &signature)?;
    }
    let integrity = if checked {
        Integrity::Verified
    } else {
        Integrity::Transport
    };
    let mut found = Collector::new(format, format.word(), integrity, importer.now());
    let list = json::parse(&payload, "payload")?;
    let keys = list.get("eu_keys").and_then(Value::as_object);
    read_keys(
        &mut found,
        keys.ok_or(ImportError::Malformed { part: "eu_keys" })?,
    );
    Ok(found.finish())
}

/// The signer is pinned, or leads to a pinned authority and has the list's name.
fn check(importer: &Importer, payload: &[u8], signature: &[u8]) -> Result<(), ImportError> {
    let cms = importer.cms();
    let kind = ContentKind::PublicKeys;
    let anchors = importer.anchors();
    let certificates = anchors.iter().filter_map(Anchor::as_certificate);
    let pinned: Vec<&[u8]> = certificates.map(DocumentSigner::der).collect();
    let pinned = AllowedSigners::Certificates(&pinned);
    match cms.verify_cms(signature, Some(payload), kind, pinned) {
        Ok(_) => return Ok(()),
        Err(CmsError::SignerUnknown) => {}
        Err(error) => return Err(ImportError::SignatureCms(error)),
    }
    let authorities = Anchor::authorities(anchors);
    let issued = AllowedSigners::IssuedBy(&authorities, importer.now());
    let verified = cms.verify_cms(signature, Some(payload), kind, issued);
    let verified = verified.map_err(ImportError::SignatureCms)?;
    let named = jws::has_common_name(verified.signer(), |name| name.ends_with(SIGNER_DOMAIN));
    if named {
        Ok(())
    } else {
        Err(ImportError::SignerUnknown)
    }
}

/// `eu_keys`: arrays of keys by key id.
pub(crate) fn read_keys(found: &mut Collector, keys: &Map<String, Value>) {
    let mut index = 0_usize;
    for (name, listed) in keys {
        let kid = json::base64(name).map(|bytes| KeyId::from_bytes(&bytes));
        for key in listed
            .as_array()
            .map_or_else(|| core::slice::from_ref(listed), Vec::as_slice)
        {
            match (&kid, read(key)) {
                (None, _) => {
                    found.reject(index, None, None, EntryReason::Base64 { member: "kid" });
                }
                (kid, Err(reason)) => found.reject(index, kid.clone(), None, reason),
                (kid, Ok(listing)) => found.take(index, Ok(listing.with_kid(kid.clone()))),
            }
            index = index.saturating_add(1);
        }
    }
}

fn read(key: &Value) -> Result<Listing, EntryReason> {
    let letters = match key.get("keyUsage") {
        None | Some(Value::Null) => String::new(),
        Some(usages) => {
            let usages = usages
                .as_array()
                .ok_or(EntryReason::Member { member: "keyUsage" })?;
            let letters: Option<String> = usages.iter().map(Value::as_str).collect();
            letters.ok_or(EntryReason::Member { member: "keyUsage" })?
        }
    };
    let listing = Listing::spki(&json::bytes(key, "subjectPk")?)?;
    let country = json::optional_text(key, "ian")?.and_then(CountryCode::parse);
    Ok(listing
        .with_country(country)
        .with_usages(usages_of_letters(&letters)?))
}
