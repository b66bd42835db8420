//! The gateway's items, checked from its anchor down.

use dcc_registry::chain::ChainError;
use dcc_registry::cms::CmsError;
use dcc_registry::trust::{Integrity, TrustCode, TrustList, TrustRole};
use dcc_registry::trust_list::{EntryReason, Import, ImportError, ImportOptions, ListFormat};
use dcc_sign::KeyId;

use crate::signed::{fixtures, import, now, pinned, read};

fn gateway(names: &[&str], options: ImportOptions) -> Result<Import, ImportError> {
    let paths: Vec<_> = names
        .iter()
        .map(|name| fixtures().join("dccg").join(name))
        .collect();
    read(ListFormat::Dccg, &paths, options)
}

const GATEWAY: [&str; 3] = ["csca.json", "upload.json", "dsc.json"];

#[test]
fn the_gateways_items_are_verified_from_the_anchor_down() {
    let import = gateway(&GATEWAY, pinned("ta.pem")).unwrap();
    assert_eq!(
        (
            import.signer_count(),
            import.entries().len(),
            import.ignored()
        ),
        (3, 5, 3)
    );
    assert!(import.rejected().is_empty(), "{:?}", import.rejected());
    assert!(
        import
            .entries()
            .iter()
            .all(|entry| entry.integrity() == Integrity::Verified)
    );
    let authorities = import
        .entries()
        .iter()
        .filter(|e| e.role() == TrustRole::Authority);
    assert_eq!(authorities.count(), 2);
}

#[test]
fn another_anchor_or_missing_types_refuse() {
    let refused = gateway(&GATEWAY, pinned("other.pem")).unwrap_err();
    assert_eq!(refused.code(), TrustCode::SignerUnknown);
    let refused = gateway(&["dsc.json"], pinned("ta.pem")).unwrap_err();
    assert_eq!(refused.code(), TrustCode::SignerUnknown);
    // Without the upload certificates no signer can be checked, and all are reported.
    let import = gateway(&["csca.json", "dsc.json"], pinned("ta.pem")).unwrap();
    assert_eq!((import.signer_count(), import.rejected().len()), (0, 3));
}

#[test]
fn each_bad_item_is_rejected_for_its_reason() {
    let names = ["csca.json", "upload.json", "bad.json"];
    let import = gateway(&names, pinned("ta.pem")).unwrap();
    assert_eq!(import.signer_count(), 0);
    let mut rejected: Vec<_> = import.rejected().iter().collect();
    rejected.sort_by_key(|report| report.index());
    let reasons: Vec<_> = rejected
        .iter()
        .map(|report| report.reason().clone())
        .collect();
    assert!(
        matches!(reasons[7], EntryReason::Certificate(_)),
        "{:?}",
        reasons[7]
    );
    let member = |member| EntryReason::Member { member };
    let expected = [
        EntryReason::ThumbprintWrong,
        EntryReason::Cms(CmsError::SignerUnknown),
        EntryReason::Chain(ChainError::IssuerCountry),
        EntryReason::Chain(ChainError::IssuerCountry),
        member("signature"),
        EntryReason::Cms(CmsError::DigestWrong),
        EntryReason::Cms(CmsError::SignatureWrong),
        reasons[7].clone(),
        EntryReason::CountryWrong,
        EntryReason::Cms(CmsError::SignerUnknown),
        EntryReason::TypeUnknown,
        member("country"),
        member("certificateType"),
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn a_tombstone_removes_as_far_as_its_list_is_believed() {
    let kid = |import: &Import| import.tombstones()[0].kid().clone();
    let mut names = GATEWAY.to_vec();
    names.push("gone.json");
    let import = gateway(&names, pinned("ta.pem")).unwrap();
    let gone: KeyId = kid(&import);
    let mut list = TrustList::new();
    list.add(import).unwrap();
    assert!(list.under(&gone).is_empty(), "in its own list it counts");
    assert_eq!(list.signers().count(), 2);
    // Nobody vouches for it, so another list that has the key is believed.
    let german = import_german();
    list.add(german.clone()).unwrap();
    assert_eq!(list.under(&gone).len(), 1);
    // Over a trusted connection it beats presence everywhere, in any order.
    let options = ImportOptions::new(now()).with_trust_transport(true);
    let delta = gateway(&["gone.json"], options).unwrap();
    list.add(delta.clone()).unwrap();
    assert!(list.under(&gone).is_empty());
    let mut other = TrustList::new();
    other.add(delta).unwrap();
    other.add(german).unwrap();
    assert!(other.under(&gone).is_empty());
}

fn import_german() -> Import {
    import(ListFormat::De, "good.txt", pinned("signer.pem")).unwrap()
}
