//! DID documents of WHO's GDHCN, of both generations (trust.md section 6).
//!
//! Three ways lead to trust, told by what the caller gives:
//!
//! 1. A pinned trust anchor and the material it signed: authorities are those which the anchor
//!    signed, document signers those which such an authority of the same participant issued. What
//!    does not chain is in quarantine, that is, rejected with its reason. This is the default.
//! 2. A pinned signer of the document's proof: every member that the JSON-LD contexts map is
//!    covered, and only such members are read.
//! 3. The caller trusts the connection.

mod context;
mod der;
mod document;
mod jcs;
mod material;
mod method;
mod nquads;
mod path;
mod proof;

use super::error::{EntryReason, ImportError};
use super::format::{ListFile, ListFormat};
use super::import::{Collector, Import, Importer};
use super::json;
use crate::trust::Integrity;

pub use document::{DidDocument, Generation};
pub use method::{DidUsage, MethodKey, VerificationMethod};
pub use proof::ProofError;

pub(crate) use proof::signer_keys;

pub(crate) fn import(importer: &Importer, files: &[ListFile<'_>]) -> Result<Import, ImportError> {
    let mut documents = Vec::new();
    let mut material = Vec::new();
    for file in files {
        let json = json::parse(file.bytes(), "JSON")?;
        if json.get("verificationMethod").is_some() {
            documents.push(DidDocument::from_json(json)?);
        } else {
            material.push(json);
        }
    }
    let [document] = documents.as_slice() else {
        let none = documents.is_empty();
        return Err(if none {
            ImportError::FileMissing { name: "did.json" }
        } else {
            ImportError::Malformed {
                part: "several documents",
            }
        });
    };
    let checked = importer.checks_signatures(ListFormat::Did)?;
    if checked && !material.is_empty() {
        return path::import(importer, document, &material);
    }
    let integrity = if checked {
        check_proof(importer, document)?;
        Integrity::Verified
    } else {
        Integrity::Transport
    };
    let mut found = collector(importer, document, integrity);
    for (index, method) in document.methods().enumerate() {
        take(&mut found, document, index, method);
    }
    Ok(found.finish())
}

/// The proof verifies by one of the pinned keys.
fn check_proof(importer: &Importer, document: &DidDocument) -> Result<(), ImportError> {
    let mut keys = Vec::new();
    for anchor in importer.anchors() {
        keys.extend(dcc_sign::VerifyingKey::from_spki_der(anchor.spki()).ok());
    }
    document
        .verify_proof(importer.provider(), &keys)
        .map_err(|error| match error {
            ProofError::SignatureWrong => ImportError::SignatureWrong,
            error => ImportError::Proof(error),
        })
}

fn collector(importer: &Importer, document: &DidDocument, integrity: Integrity) -> Collector {
    let as_of = document.created().unwrap_or_else(|| importer.now());
    Collector::new(ListFormat::Did, document.id(), integrity, as_of)
}

/// Takes one method at the document's word.
fn take(
    found: &mut Collector,
    document: &DidDocument,
    index: usize,
    method: Result<VerificationMethod<'_>, EntryReason>,
) {
    match method {
        Err(reason) => found.reject(index, None, None, reason),
        Ok(VerificationMethod::Reference(id)) => {
            if document.is_foreign(id) {
                found.note(index, None, EntryReason::ReferenceForeign);
            }
            found.ignore();
        }
        Ok(VerificationMethod::Key(key)) => match key.usage() {
            DidUsage::DocumentSigner | DidUsage::Authority => {
                if let Some(kid) = key.differing_kid() {
                    found.note(index, Some(kid), EntryReason::KeyDiffers);
                }
                found.take(index, key.listing());
            }
            _ => found.ignore(),
        },
    }
}
