//! Seeds of the trust network: the self-made lists of `dcc-registry`'s tests.

use std::error::Error;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_registry::trust::{TrustList, write_trust_file};
use dcc_registry::trust_list::{
    Anchor, ExportFormat, ImportOptions, Importer, ListFile, ListFormat, export,
};
use serde_json::{Value, json};

use super::write;

pub(crate) fn seed(root: &Path) -> Result<(), Box<dyn Error>> {
    let registry = root.join("../dcc-registry");
    let fixtures = registry.join("tests/fixtures");
    let golden = fs::read(registry.join("testdata/golden.bundle"))?;
    write(root, "bundle", "golden", &golden)?;
    let items = items(root, &fixtures)?;
    certificates(root, &fixtures, &items)?;
    documents(root, &fixtures, &items)
}

/// Lists of the gateway, one file a type and all in one, and the CMS messages in them.
fn items(root: &Path, fixtures: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut all = Vec::new();
    for name in ["csca", "upload", "dsc", "gone", "bad"] {
        let bytes = fs::read(fixtures.join(format!("dccg/{name}.json")))?;
        write(root, "dccg", name, &bytes)?;
        let items: Vec<Value> = serde_json::from_slice(&bytes)?;
        for (index, item) in items.iter().enumerate() {
            let decoded = |member: &str| STANDARD.decode(item[member].as_str().unwrap_or_default());
            let (Ok(content), Ok(message)) = (decoded("rawData"), decoded("signature")) else {
                continue;
            };
            let mut framed = u16::try_from(content.len())?.to_be_bytes().to_vec();
            framed.extend(content);
            framed.extend(message);
            write(root, "cms", &format!("{name}-{index}"), &framed)?;
        }
        all.extend(items);
    }
    write(root, "dccg", "all", &serde_json::to_vec(&all)?)?;
    Ok(all)
}

/// A signer and those above it, in DER one after the other.
fn certificates(root: &Path, fixtures: &Path, items: &[Value]) -> Result<(), Box<dyn Error>> {
    let of_items = |country: &str| -> Vec<u8> {
        let own = items.iter().filter(|item| item["country"] == country);
        let ders = own.filter_map(|item| STANDARD.decode(item["rawData"].as_str()?).ok());
        // Signers first.
        ders.collect::<Vec<_>>()
            .into_iter()
            .rev()
            .flatten()
            .collect()
    };
    for country in ["VN", "AT"] {
        write(root, "chain", country, &of_items(country))?;
    }
    let mut path = Vec::new();
    for name in ["leaf-nl.pem", "root.pem"] {
        let pem = fs::read(fixtures.join("anchors").join(name))?;
        path.extend(dcc_sign::DocumentSigner::from_pem(&pem)?.der());
    }
    write(root, "chain", "path", &path)?;
    Ok(())
}

/// DID documents of the same keys, with and without a proof, and a stored list.
fn documents(root: &Path, fixtures: &Path, items: &[Value]) -> Result<(), Box<dyn Error>> {
    let anchors = Anchor::all_from_bytes(&fs::read(fixtures.join("anchors/ta.pem"))?)?;
    let options = ImportOptions::new("2026-01-01T00:00:00Z".parse()?).with_anchors(anchors);
    let importer = Importer::new(dcc_sign::provider::rustcrypto::provider(), options);
    let bytes = serde_json::to_vec(items)?;
    let import = importer.import(Some(ListFormat::Dccg), &[ListFile::new("all", &bytes)])?;
    let mut list = TrustList::new();
    list.add(import)?;
    write(root, "bundle", "trust.db", &write_trust_file(&list))?;
    let text = export(&list, ExportFormat::Did).text().to_owned();
    write(root, "did", "plain", text.as_bytes())?;
    let mut document: Value = serde_json::from_str(&text)?;
    document["proof"] = json!({
        "type": "JsonWebSignature2020",
        "created": "2026-01-01T00:00:00Z",
        "nonce": "x8RcfF2WTHFZtXuElGzBbQ==",
        "proofPurpose": "assertionMethod",
        "verificationMethod": "did:web:export.invalid:signer",
        "jws": format!(
            "eyJiNjQiOmZhbHNlLCJjcml0IjpbImI2NCJdLCJhbGciOiJFUzI1NiJ9..{}",
            "MEQCIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAiABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ"
        ),
    });
    write(root, "did", "proof", document.to_string().as_bytes())?;
    Ok(())
}
