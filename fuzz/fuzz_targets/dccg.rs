//! Any bytes as a list of the gateway, checked against its anchor, and as whatever list they look
//! like: typed errors only, and what was taken can be kept and read again.
#![no_main]

use std::sync::LazyLock;

use dcc_registry::trust::{Integrity, TrustList, read_trust_file, write_trust_file};
use dcc_registry::trust_list::{Anchor, ImportOptions, Importer, ListFile, ListFormat};
use libfuzzer_sys::fuzz_target;

fn options() -> ImportOptions {
    ImportOptions::new("2026-01-01T00:00:00Z".parse().expect("a time"))
}

fn importer(options: ImportOptions) -> Importer {
    Importer::new(dcc_sign::provider::rustcrypto::provider(), options)
}

static ANCHORED: LazyLock<Importer> = LazyLock::new(|| {
    let pem = include_bytes!("../../dcc-registry/tests/fixtures/anchors/ta.pem");
    let anchors = Anchor::all_from_bytes(pem).expect("the committed certificate is readable");
    importer(options().with_anchors(anchors).with_legacy_sha1(true))
});
static TRUSTING: LazyLock<Importer> =
    LazyLock::new(|| importer(options().with_trust_transport(true)));

fuzz_target!(|data: &[u8]| {
    let files = [ListFile::new("list", data)];
    let checked = ANCHORED.import(Some(ListFormat::Dccg), &files);
    let told = TRUSTING.import(None, &files);
    for (import, is_checked) in [(checked, true), (told, false)] {
        let Ok(import) = import else { continue };
        assert!(
            !is_checked
                || import
                    .entries()
                    .iter()
                    .all(|own| own.integrity() == Integrity::Verified)
        );
        let mut list = TrustList::new();
        if list.add(import).is_ok() {
            assert_eq!(
                read_trust_file(&write_trust_file(&list)).as_ref(),
                Ok(&list)
            );
        }
    }
});
