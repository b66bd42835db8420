//! WHO's DID documents: golden canonical forms, the three proofs that can be checked, and changes.

use crate::shared::{hex, importer, now, read};
use dcc_registry::trust::Integrity;
use dcc_registry::trust_list::did::{DidDocument, Generation, ProofError, VerificationMethod};
use dcc_registry::trust_list::{
    Anchor, EntryReason, ImportError, ImportOptions, ListFile, ListFormat,
};
use dcc_sign::sha256;
use serde_json::{Value, json};

const DEV: [&str; 3] = ["dev-ref-XXA-DSC", "dev-emb-XXA-DSC", "dev-emb-XXA"];

/// The golden documents: name, source and hashes.
fn golden() -> Option<Vec<Value>> {
    let manifest: Value = serde_json::from_slice(&read("did/golden/manifest.json")?).ok()?;
    manifest.as_array().cloned()
}

fn source(item: &Value) -> Vec<u8> {
    read(&format!("did/{}", item["source"].as_str().unwrap())).unwrap()
}

fn signer() -> Vec<Anchor> {
    Anchor::all_from_bytes(&read("did/dev-proof-signer.did.json").unwrap()).unwrap()
}

fn import(
    bytes: &[u8],
    anchors: Vec<Anchor>,
) -> Result<dcc_registry::trust_list::Import, ImportError> {
    let options = ImportOptions::new(now()).with_anchors(anchors);
    importer(options).import(Some(ListFormat::Did), &[ListFile::new("did.json", bytes)])
}

#[test]
fn canonical_forms_are_the_golden_ones() {
    let Some(items) = golden() else { return };
    assert_eq!(items.len(), 5);
    for item in items {
        let name = item["name"].as_str().unwrap();
        let document = DidDocument::parse(&source(&item)).unwrap();
        for (part, canonical) in [
            ("doc", document.canonical_document()),
            ("proof", document.canonical_proof()),
        ] {
            let canonical = canonical.unwrap();
            let expected = read(&format!("did/golden/{name}.{part}.nq")).unwrap();
            assert_eq!(
                canonical,
                String::from_utf8(expected).unwrap(),
                "{name}.{part}"
            );
            let member = if part == "doc" {
                "doc_sha256"
            } else {
                "proof_options_sha256"
            };
            assert_eq!(
                json!(hex(&sha256(canonical.as_bytes()))),
                item[member],
                "{name}.{part}"
            );
        }
    }
}

#[test]
fn the_three_development_proofs_verify_and_production_ones_do_not_by_that_key() {
    let Some(items) = golden() else { return };
    for item in items {
        let name = item["name"].as_str().unwrap();
        let result = import(&source(&item), signer());
        if DEV.contains(&name) {
            let import = result.unwrap();
            assert_eq!(
                import.provenance().integrity(),
                Integrity::Verified,
                "{name}"
            );
            assert!(import.rejected().is_empty());
        } else {
            assert_eq!(result, Err(ImportError::SignatureWrong), "{name}");
        }
    }
}

#[test]
fn both_generations_canonicalise_in_full() {
    for (name, generation, lines) in [
        ("v1", Generation::V1, 438 * 4 + 1),
        ("v2", Generation::V2, 501 * 7 + 1),
    ] {
        let Some(bytes) = read(&format!("did/{name}-trustlist.did.json.gz")) else {
            return;
        };
        let document = DidDocument::parse(&bytes).unwrap();
        assert_eq!(document.generation(), generation);
        assert_eq!(
            document.canonical_document().unwrap().lines().count(),
            lines
        );
        assert!(
            document
                .created()
                .unwrap()
                .to_string()
                .starts_with("2026-08-22")
        );
    }
}

/// Every place of a JSON value.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(member, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                places(item, &format!("{place}/{at}"), found);
            }
        }
        _ => found.push(place.to_owned()),
    }
}

#[test]
fn a_change_to_any_consumed_member_is_refused() {
    let Some(items) = golden() else { return };
    let mut changes = 0;
    for item in items
        .iter()
        .filter(|item| DEV.contains(&item["name"].as_str().unwrap()))
    {
        let whole: Value = serde_json::from_slice(&source(item)).unwrap();
        let mut found = Vec::new();
        places(&whole, "", &mut found);
        for place in found {
            let value = whole.pointer(&place).unwrap().as_str().unwrap();
            let mut letters: Vec<char> = value.chars().collect();
            let last = letters.len() - 1;
            // The last character of Base64 may have bits that say nothing, the one before has not.
            let at = last.saturating_sub(if place.ends_with("/jws") { 4 } else { 0 });
            letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
            for new in [
                json!(letters.into_iter().collect::<String>()),
                json!(null),
                json!([]),
            ] {
                let mut changed = whole.clone();
                *changed.pointer_mut(&place).unwrap() = new.clone();
                let bytes = serde_json::to_vec(&changed).unwrap();
                assert!(import(&bytes, signer()).is_err(), "{place} {new}");
                changes += 1;
            }
        }
        // Members that are taken away, and members that were not there.
        for place in ["controller", "proof", "id", "verificationMethod"] {
            let mut changed = whole.clone();
            changed.as_object_mut().unwrap().remove(place);
            assert!(
                import(&serde_json::to_vec(&changed).unwrap(), signer()).is_err(),
                "{place}"
            );
        }
        let mut changed = whole.clone();
        let methods = changed["verificationMethod"].as_array_mut().unwrap();
        methods.push(methods[0].clone());
        assert!(import(&serde_json::to_vec(&changed).unwrap(), signer()).is_err());
        let mut changed = whole.clone();
        changed["verificationMethod"]
            .as_array_mut()
            .unwrap()
            .remove(0);
        assert!(import(&serde_json::to_vec(&changed).unwrap(), signer()).is_err());
    }
    assert!(changes > 150, "{changes}");
}

#[test]
fn what_is_not_mapped_changes_nothing_and_is_read_nowhere() {
    let Some(items) = golden() else { return };
    let item = items
        .iter()
        .find(|item| item["name"] == "dev-emb-XXA")
        .unwrap();
    let whole: Value = serde_json::from_slice(&source(item)).unwrap();
    let plain = import(&serde_json::to_vec(&whole).unwrap(), signer()).unwrap();
    let mut changed = whole.clone();
    changed["unmapped"] = json!({ "verificationMethod": [] });
    changed["verificationMethod"][0]["country"] = json!("VN");
    changed["verificationMethod"][0]["usages"] = json!(["v"]);
    let same = import(&serde_json::to_vec(&changed).unwrap(), signer()).unwrap();
    assert_eq!(plain, same);
    // In another order the document says the same.
    let mut turned = whole;
    turned["verificationMethod"]
        .as_array_mut()
        .unwrap()
        .reverse();
    assert!(import(&serde_json::to_vec(&turned).unwrap(), signer()).is_ok());
}

#[test]
fn contexts_of_another_environment_do_not_pass() {
    let Some(items) = golden() else { return };
    let item = items
        .iter()
        .find(|item| item["name"] == "dev-emb-XXA")
        .unwrap();
    let mut document: Value = serde_json::from_slice(&source(item)).unwrap();
    document["@context"][2] = json!("https://smart.who.int/trust/tng-context/v1.jsonld");
    let bytes = serde_json::to_vec(&document).unwrap();
    assert_eq!(import(&bytes, signer()), Err(ImportError::SignatureWrong));
    document["@context"][2] = json!("https://example.org/v1.jsonld");
    let bytes = serde_json::to_vec(&document).unwrap();
    assert_eq!(
        import(&bytes, signer()),
        Err(ImportError::Proof(ProofError::ContextUnknown))
    );
}

#[test]
fn references_are_told_and_foreign_ones_left_out() {
    let Some(bytes) = read("did/prod/v2/trustlist-ref/DCC/did.json") else {
        return;
    };
    let document = DidDocument::parse(&bytes).unwrap();
    let references = document.methods().filter(|method| {
        matches!(method, Ok(VerificationMethod::Reference(id)) if id.starts_with("did:web:"))
    });
    assert_eq!(references.count(), 40);
    let options = ImportOptions::new(now()).with_trust_transport(true);
    let import = importer(options)
        .import(None, &[ListFile::new("did.json", &bytes)])
        .unwrap();
    assert_eq!((import.entries().len(), import.ignored()), (0, 40));
    let [foreign] = import.noted() else {
        panic!("{:?}", import.noted())
    };
    assert_eq!(foreign.reason(), &EntryReason::ReferenceForeign);
}

#[test]
fn without_anchor_or_transport_a_document_is_refused() {
    let Some(bytes) = read("did/v2-trustlist.did.json.gz") else {
        return;
    };
    let refused = import(&bytes, Vec::new());
    assert_eq!(
        refused,
        Err(ImportError::AnchorMissing {
            format: ListFormat::Did
        })
    );
    // The first generation's proof names a signer that is published nowhere.
    let bytes = read("did/v1-trustlist.did.json.gz").unwrap();
    assert_eq!(import(&bytes, signer()), Err(ImportError::SignatureWrong));
}

#[test]
fn another_gateways_anchor_leads_nowhere() {
    let Some(document) = read("did/v2-trustlist.did.json.gz") else {
        return;
    };
    let material = read("cms/tng-ta-signed-prod.json").unwrap();
    let files = [
        ListFile::new("did.json", &document),
        ListFile::new("material.json", &material),
    ];
    let other = Anchor::all_from_bytes(&read("cms/selfmade/ta.cert.pem").unwrap()).unwrap();
    let refused = importer(ImportOptions::new(now()).with_anchors(other)).import(None, &files);
    assert_eq!(refused, Err(ImportError::SignerUnknown));
}

#[test]
fn a_relabelled_signer_does_not_chain() {
    let Some(bytes) = read("did/v2-trustlist.did.json.gz") else {
        return;
    };
    let mut document: Value = serde_json::from_slice(&bytes).unwrap();
    let methods = document["verificationMethod"].as_array_mut().unwrap();
    let dutch = methods.iter_mut().find(|method| {
        method["participant"]["code"] == "#NLD" && method["keyusage"]["code"] == "#DSC"
    });
    let dutch = dutch.unwrap();
    dutch["participant"]["code"] = json!("#FRA");
    let kid = dutch["publicKeyJwk"]["kid"].as_str().unwrap().to_owned();
    let document = serde_json::to_vec(&document).unwrap();
    let material = read("cms/tng-ta-signed-prod.json").unwrap();
    let files = [
        ListFile::new("did.json", &document),
        ListFile::new("material.json", &material),
    ];
    let anchor = Anchor::all_from_bytes(&read("cms/tng-ta-prod.cert.pem").unwrap()).unwrap();
    let import = importer(ImportOptions::new(now()).with_anchors(anchor))
        .import(None, &files)
        .unwrap();
    let report = import
        .rejected()
        .iter()
        .find(|report| report.kid().is_some_and(|own| own.to_string() == kid));
    let reason = report.unwrap().reason();
    let expected = dcc_registry::chain::ChainError::IssuerCountry;
    assert_eq!(reason, &EntryReason::Chain(expected));
}
