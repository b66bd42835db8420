//! Any bytes as a DID document, with its proof checked and at the connection's word: typed errors
//! only.
#![no_main]

use std::sync::LazyLock;

use dcc_registry::trust_list::{Anchor, ImportOptions, Importer, ListFile, ListFormat};
use libfuzzer_sys::fuzz_target;

fn importer(change: impl FnOnce(ImportOptions) -> ImportOptions) -> Importer {
    let options = ImportOptions::new("2026-01-01T00:00:00Z".parse().expect("a time"));
    Importer::new(dcc_sign::provider::rustcrypto::provider(), change(options))
}

static PROVING: LazyLock<Importer> = LazyLock::new(|| {
    let pem = include_bytes!("../../dcc-registry/tests/fixtures/anchors/signer-key.pem");
    let anchors = Anchor::all_from_bytes(pem).expect("the committed key is readable");
    importer(|options| options.with_anchors(anchors))
});
static TRUSTING: LazyLock<Importer> =
    LazyLock::new(|| importer(|options| options.with_trust_transport(true)));

fuzz_target!(|data: &[u8]| {
    let files = [ListFile::new("did.json", data)];
    let proven = PROVING.import(Some(ListFormat::Did), &files);
    assert!(
        proven.is_err(),
        "nobody has signed any document with this key"
    );
    if let Ok(import) = TRUSTING.import(Some(ListFormat::Did), &files) {
        assert!(import.signer_count() <= import.entries().len());
    }
    let _ = Anchor::all_from_bytes(data);
});
