//! The real lists of the shared test data.

use std::path::Path;

use serde_json::Value;

use crate::program::dcc;
use crate::shared::{Desk, testdata, text};

fn under(root: &Path, name: &str) -> String {
    text(&root.join(name)).to_owned()
}

#[test]
fn all_mirrored_lists_become_one() {
    let Some(data) = testdata() else { return };
    let desk = Desk::new();
    let names = ["at", "ch", "de", "fr", "it", "pl", "se"];
    let mut sources: Vec<_> = names
        .iter()
        .map(|name| under(&data, &format!("trustlists/trustlist_{name}.min.json.gz")))
        .collect();
    sources.push(under(&data, "trustlists/trustlist_nl.raw.keys.json.gz"));
    let sources: Vec<_> = sources.iter().map(String::as_str).collect();
    let ran = desk.import(&sources, &[], "trust.db");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let told = ran.json();
    assert_eq!(told.len(), 8);
    for list in &told {
        assert_eq!(list["format"], "mirror");
        assert_eq!(list["integrity"], "unsigned");
    }
    let listed = dcc(&["trust", "list", "--json", "--trust", &desk.path("trust.db")]);
    let entries = listed.json();
    let most = told
        .iter()
        .map(|list| list["signers"].as_u64().unwrap())
        .max();
    assert!(u64::try_from(entries.len()).unwrap() >= most.unwrap());
    assert!(entries.iter().all(|entry| entry["integrity"] == "unsigned"));
    let vietnam = entries
        .iter()
        .find(|entry| entry["kid"] == "ZtJVElOdWm0=")
        .unwrap();
    assert_eq!(vietnam["usages"].as_array().unwrap().len(), 3);
}

#[test]
fn the_gdhcn_list_chains_to_its_pinned_anchor() {
    let Some(data) = testdata() else { return };
    let desk = Desk::new();
    let document = under(&data, "did/v2-trustlist.did.json.gz");
    let material = under(&data, "cms/tng-ta-signed-prod.json");
    let pinned = under(&data, "cms/tng-ta-prod.cert.pem");
    let sources = [document.as_str(), &material];
    let ran = desk.import(&sources, &["--anchor", &pinned], "trust.db");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let told = &ran.json()[0];
    let count = |member: &str| told[member].as_u64().unwrap();
    let reasons = told["rejected"].as_array().unwrap();
    let unsigned = reasons
        .iter()
        .filter(|own| own["code"] == "trust-authority-not-signed");
    assert_eq!(count("authorities"), 48);
    assert_eq!(unsigned.clone().count(), 61 - 48);
    assert_eq!(
        count("signers") + u64::try_from(reasons.len() - unsigned.count()).unwrap(),
        438,
        "each signer is chained or told by its reason"
    );
    assert!((400..438).contains(&count("signers")));
    assert_eq!(told["integrity"], Value::from("verified"));
    // Without the anchor's material nothing chains, and the production proof cannot be checked.
    let alone = desk.import(&[&document], &["--anchor", &pinned], "alone.db");
    assert_ne!(alone.status, 0);
}

#[test]
fn all_items_of_the_gateway_load_by_the_connection() {
    let Some(data) = testdata() else { return };
    let desk = Desk::new();
    let source = under(&data, "cms/dccg-dsc-detached.json");
    assert_eq!(desk.import(&[&source], &[], "x.db").status, 1);
    let ran = desk.import(&[&source], &["--trust-transport"], "x.db");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(ran.json()[0]["signers"], 77);
}
