//! Austria's list (trust.md section 5): the content in CBOR, its signature in a file of its own.
//!
//! ```cddl
//! trustlist    = { "c" => [* { "i" => bstr, "c" => bstr }] }   ; key id, certificate
//! trustlistsig = COSE_Sign1                                     ; protected { 1: alg, 4: kid, 42: 2 }
//! payload      = { 5: int, 4: int, 2: bstr }                    ; not before, expiry, SHA-256
//! ```

use dcc_codec::Limits;
use dcc_codec::cbor::{self, CborLimits, Value};
use dcc_codec::cose::{CoseSign1, HeaderAlg};
use dcc_model::Timestamp;
use dcc_sign::{Algorithm, KeyId, VerifyingKey, sha256};

use super::error::{EntryReason, ImportError};
use super::format::{ListFile, ListFormat};
use super::import::{Collector, Import, Importer};
use super::json::FILE_LIMIT;
use super::listing::Listing;
use crate::trust::Integrity;

/// The header with the version of the content: 42 for trust lists.
const VERSION_HEADER: i64 = 42;
const VERSION: i64 = 2;

/// Claims of the payload.
const HASH: i64 = 2;
const EXPIRY: i64 = 4;
const NOT_BEFORE: i64 = 5;

/// Items of the content: five an entry.
const CONTENT_ITEMS: usize = 200_000;

pub(crate) fn import(importer: &Importer, files: &[ListFile<'_>]) -> Result<Import, ImportError> {
    let file = |name: &'static str| {
        let found = files.iter().find(|file| file.is_named(name));
        found
            .map(ListFile::bytes)
            .ok_or(ImportError::FileMissing { name })
    };
    let (content, signature) = (file("trustlist")?, file("trustlistsig")?);
    if content.len() > FILE_LIMIT {
        return Err(ImportError::TooLarge { limit: FILE_LIMIT });
    }
    let message = CoseSign1::parse(signature, &Limits::default(), &mut Vec::new());
    let message = message.map_err(|_| ImportError::Malformed {
        part: "trustlistsig",
    })?;
    // Believed only from where the signature has been checked, or the caller trusts the transport.
    let message = message.dangerous_into_unverified();
    let format = ListFormat::At;
    let checked = importer.checks_signatures(format)?;
    if checked {
        check_signature(importer, &message)?;
    }
    check_version(&message)?;
    let from = check_payload(importer, &message, content)?;
    let integrity = if checked {
        Integrity::Verified
    } else {
        Integrity::Transport
    };
    let mut found = Collector::new(format, format.word(), integrity, from);
    let limits = CborLimits::default().with_items(CONTENT_ITEMS);
    let list = cbor::decode(content, &limits);
    let list = list.map_err(|_| ImportError::Malformed { part: "trustlist" })?;
    let items = named(&list, "c").and_then(Value::as_array);
    let items = items.ok_or(ImportError::Malformed { part: "trustlist" })?;
    for (index, item) in items.iter().enumerate() {
        found.take(index, read(item));
    }
    Ok(found.finish())
}

fn read(item: &Value<'_>) -> Result<Listing, EntryReason> {
    let bytes = |member: &'static str| {
        named(item, member)
            .and_then(Value::as_bytes)
            .ok_or(EntryReason::Member { member })
    };
    let kid = KeyId::from_bytes(bytes("i")?);
    Ok(Listing::certificate(bytes("c")?)?.with_kid(Some(kid)))
}

/// The value under a text key of a map.
fn named<'a, 'v>(map: &'a Value<'v>, name: &str) -> Option<&'a Value<'v>> {
    let pairs = map.as_map()?;
    pairs
        .iter()
        .find(|(key, _)| key.as_text() == Some(name))
        .map(|(_, value)| value)
}

/// The pinned key verifies it; which one, the header's key id may say but does not decide.
fn check_signature(importer: &Importer, message: &CoseSign1) -> Result<(), ImportError> {
    let number = match message.algorithm() {
        HeaderAlg::Protected(id) => id.number(),
        _ => None,
    };
    let algorithm = number.and_then(Algorithm::from_cose_id);
    let algorithm = algorithm.ok_or(ImportError::AlgorithmUnsupported)?;
    let signed = message.to_be_signed();
    let keys = importer.anchors().iter();
    let mut keys = keys.filter_map(|anchor| VerifyingKey::from_spki_der(anchor.spki()).ok());
    let verifies = |key: VerifyingKey| {
        importer
            .provider()
            .verify(algorithm, &key, &signed, message.signature())
            .is_ok()
    };
    if keys.any(verifies) {
        Ok(())
    } else {
        Err(ImportError::SignatureWrong)
    }
}

fn check_version(message: &CoseSign1) -> Result<(), ImportError> {
    let header = cbor::decode(message.protected_bytes(), &CborLimits::default());
    let header = header.map_err(|_| ImportError::Version)?;
    match header.member(VERSION_HEADER).and_then(Value::as_integer) {
        Some(VERSION) => Ok(()),
        _ => Err(ImportError::Version),
    }
}

/// Times and hash; gives the time from which the list is valid.
fn check_payload(
    importer: &Importer,
    message: &CoseSign1,
    content: &[u8],
) -> Result<Timestamp, ImportError> {
    const PART: ImportError = ImportError::Malformed {
        part: "trustlistsig",
    };
    let payload = cbor::decode(message.payload_bytes(), &CborLimits::default());
    let payload = payload.map_err(|_| PART)?;
    let time = |claim| {
        let seconds = payload.member(claim).and_then(Value::as_integer);
        seconds.and_then(Timestamp::from_unix_seconds).ok_or(PART)
    };
    let (from, until) = (time(NOT_BEFORE)?, time(EXPIRY)?);
    importer.check_window(Some(from), Some(until))?;
    let signed = payload.member(HASH).and_then(Value::as_bytes).ok_or(PART)?;
    if sha256(content) == *signed {
        Ok(from)
    } else {
        Err(ImportError::HashWrong)
    }
}
