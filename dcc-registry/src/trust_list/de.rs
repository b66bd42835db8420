//! Germany's list (trust.md section 5): a line with the signature in Base64, then JSON.
//!
//! The signature is ECDSA with P-256 and SHA-256 as r and s, over the JSON as it stands. The items
//! are the gateway's; their own signatures are not needed, since the list's covers them.

use dcc_sign::{Algorithm, VerifyingKey};

use super::error::ImportError;
use super::format::ListFormat;
use super::import::{Collector, Import, Importer};
use super::{dccg, json};
use crate::trust::Integrity;

pub(crate) fn import(importer: &Importer, file: &[u8]) -> Result<Import, ImportError> {
    const MALFORMED: ImportError = ImportError::Malformed {
        part: "signature line",
    };
    let end = file
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or(MALFORMED)?;
    let (line, rest) = file.split_at_checked(end).ok_or(MALFORMED)?;
    let content = rest.strip_prefix(b"\n").ok_or(MALFORMED)?;
    let line = core::str::from_utf8(line).map_err(|_| MALFORMED)?;
    let signature = json::base64(line).ok_or(MALFORMED)?;
    let checked = importer.checks_signatures(ListFormat::De)?;
    if checked && !is_signed(importer, content, &signature) {
        return Err(ImportError::SignatureWrong);
    }
    let integrity = if checked {
        Integrity::Verified
    } else {
        Integrity::Transport
    };
    let format = ListFormat::De;
    let mut found = Collector::new(format, format.word(), integrity, importer.now());
    let list = json::parse(content, "JSON")?;
    let items = list
        .get("certificates")
        .and_then(serde_json::Value::as_array);
    for (index, item) in items
        .ok_or(ImportError::Malformed {
            part: "certificates",
        })?
        .iter()
        .enumerate()
    {
        dccg::read_unchecked(&mut found, index, item, integrity);
    }
    Ok(found.finish())
}

/// Over the JSON as it stands, or over it without white space around it, as `CovPass` reads it.
fn is_signed(importer: &Importer, content: &[u8], signature: &[u8]) -> bool {
    let keys = importer.anchors().iter();
    let mut keys = keys.filter_map(|anchor| VerifyingKey::from_spki_der(anchor.spki()).ok());
    keys.any(|key| {
        [content, content.trim_ascii()].iter().any(|message| {
            importer
                .provider()
                .verify(Algorithm::Es256, &key, message, signature)
                .is_ok()
        })
    })
}
