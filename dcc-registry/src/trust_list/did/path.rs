//! The default way to trust: anchor, authority, document signer.

use dcc_sign::DocumentSigner;
use serde_json::Value;

use super::document::DidDocument;
use super::method::{DidUsage, MethodKey, VerificationMethod};
use super::{collector, material, take};
use crate::chain::Authorities;
use crate::trust::Integrity;
use crate::trust_list::error::{EntryReason, ImportError};
use crate::trust_list::import::{Import, Importer};
use crate::trust_list::listing::Listing;

pub(super) fn import(
    importer: &Importer,
    document: &DidDocument,
    signed: &[Value],
) -> Result<Import, ImportError> {
    let authorities = material::authorities(importer, signed)?;
    let mut found = collector(importer, document, Integrity::Verified);
    for (index, method) in document.methods().enumerate() {
        let Ok(VerificationMethod::Key(key)) = &method else {
            take(&mut found, document, index, method);
            continue;
        };
        match chained(importer, &authorities, key) {
            Ok(()) => take(&mut found, document, index, method),
            Err(reason) => {
                let listing = key.listing().ok();
                let kid = listing.as_ref().and_then(Listing::effective_kid).cloned();
                found.reject(index, kid, key.participant(), reason);
            }
        }
    }
    Ok(found.finish())
}

/// Whether the anchor's signatures lead to this key, under the participant it is listed for.
fn chained(
    importer: &Importer,
    authorities: &Authorities,
    key: &MethodKey<'_>,
) -> Result<(), EntryReason> {
    const NO_PARTICIPANT: EntryReason = EntryReason::Member {
        member: "participant",
    };
    const NO_CERTIFICATE: EntryReason = EntryReason::Member { member: "x5c" };
    let participant = key.participant().ok_or(NO_PARTICIPANT)?;
    let country = material::country(participant);
    let certificate = || {
        let der = key.certificate().ok_or(NO_CERTIFICATE)?;
        DocumentSigner::from_der(der).map_err(EntryReason::Certificate)
    };
    match key.usage() {
        DidUsage::Authority => {
            let certificate = certificate()?;
            let mut known = authorities.iter();
            let signed = known.any(|authority| {
                *authority.certificate() == certificate && authority.country() == country.as_str()
            });
            if signed {
                Ok(())
            } else {
                Err(EntryReason::AuthorityNotSigned)
            }
        }
        DidUsage::DocumentSigner => {
            let chains = importer.chains();
            let issuer =
                chains.verify_document_signer(&certificate()?, country.as_str(), authorities);
            issuer.map(|_| ()).map_err(EntryReason::Chain)
        }
        // Not taken anyway.
        _ => Ok(()),
    }
}
