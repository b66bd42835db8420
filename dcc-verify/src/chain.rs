//! Document signers and the anchors of their country (the chain DSC to CSCA).
//!
//! Only two levels exist (`CSCA` signs `DSC`). Where the snapshot holds an anchor of a country,
//! every document signer of that country must chain to one; the anchor must have been valid when
//! the document signer's validity began.

use alloc::collections::BTreeSet;

use dcc_sign::{CryptoProvider, DocumentSigner};

use crate::trust::TrustSnapshot;

/// Whether the snapshot holds an anchor of this document signer's country.
pub(crate) fn has_anchor(trust: &TrustSnapshot, dsc: &DocumentSigner) -> bool {
    trust
        .anchors()
        .iter()
        .any(|anchor| anchor.is_ca() && same_country(anchor, dsc))
}

/// The thumbprints of the document signers that chain to an anchor of their country.
pub(crate) fn chained(provider: &CryptoProvider, trust: &TrustSnapshot) -> BTreeSet<[u8; 32]> {
    let signers = trust.keys().filter_map(|key| key.certificate());
    let good = signers.filter(|dsc| trust.anchors().iter().any(|a| issued(provider, a, dsc)));
    good.map(|dsc| *dsc.thumbprint()).collect()
}

fn issued(provider: &CryptoProvider, anchor: &DocumentSigner, dsc: &DocumentSigner) -> bool {
    anchor.is_ca()
        && same_country(anchor, dsc)
        && anchor.subject_der() == dsc.issuer_der()
        && (anchor.not_before()..=anchor.not_after()).contains(&dsc.not_before())
        && dsc.is_signed_by(anchor, provider)
}

fn same_country(anchor: &DocumentSigner, dsc: &DocumentSigner) -> bool {
    anchor.subject_country().is_some() && anchor.subject_country() == dsc.subject_country()
}
