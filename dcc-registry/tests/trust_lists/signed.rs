//! The signed forms of every format, made by `fixtures/make.py`, which shares nothing with the
//! Rust code: good ones, and each way in which one can be wrong.

use std::path::{Path, PathBuf};

use dcc_model::{Coded, Timestamp};
use dcc_registry::trust::{Integrity, TrustCode, TrustList};
use dcc_registry::trust_list::{
    Anchor, Import, ImportError, ImportOptions, Importer, ListFile, ListFormat,
};
use dcc_sign::{EntryKind, KeyUsages};

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub(crate) fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

pub(crate) fn pinned(name: &str) -> ImportOptions {
    let bytes = std::fs::read(fixtures().join("anchors").join(name)).unwrap();
    ImportOptions::new(now()).with_anchors(Anchor::all_from_bytes(&bytes).unwrap())
}

/// Imports a file or all files of a folder; the format is found out, and must be this one.
pub(crate) fn import(
    format: ListFormat,
    name: &str,
    options: ImportOptions,
) -> Result<Import, ImportError> {
    let place = fixtures().join(format.word()).join(name);
    read(format, &paths(place), options)
}

/// A file, or the files of a folder.
fn paths(place: PathBuf) -> Vec<PathBuf> {
    if !place.is_dir() {
        return vec![place];
    }
    let entries = place.read_dir().unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

pub(crate) fn read(
    format: ListFormat,
    paths: &[PathBuf],
    options: ImportOptions,
) -> Result<Import, ImportError> {
    let read: Vec<_> = paths.iter().map(|path| named(path)).collect();
    let files: Vec<_> = read
        .iter()
        .map(|(name, bytes)| ListFile::new(name, bytes))
        .collect();
    assert_eq!(ListFormat::detect(&files), Some(format), "{paths:?}");
    Importer::new(dcc_sign::provider::aws_lc::provider(), options).import(None, &files)
}

fn named(path: &Path) -> (String, Vec<u8>) {
    (
        path.file_name().unwrap().to_str().unwrap().to_owned(),
        std::fs::read(path).unwrap(),
    )
}

fn code(format: ListFormat, name: &str, anchor: &str) -> TrustCode {
    import(format, name, pinned(anchor)).unwrap_err().code()
}

const SIGNED: [(ListFormat, &str, &str, usize); 6] = [
    (ListFormat::At, "good", "signer.pem", 2),
    (ListFormat::Ch, "good", "root.pem", 2),
    (ListFormat::De, "good.txt", "signer-key.pem", 2),
    (ListFormat::De, "trimmed.txt", "signer.pem", 2),
    (ListFormat::Nl, "good.json", "root.pem", 2),
    (ListFormat::Se, "good.jws", "signer.pem", 3),
];

#[test]
fn good_lists_are_verified_under_their_anchor() {
    for (format, name, anchor, signers) in SIGNED {
        let import = import(format, name, pinned(anchor)).unwrap();
        assert_eq!(import.signer_count(), signers, "{format}");
        assert!(
            import.rejected().is_empty() && import.noted().is_empty(),
            "{format}"
        );
        assert!(
            import
                .entries()
                .iter()
                .all(|entry| entry.integrity() == Integrity::Verified)
        );
        assert_eq!(import.provenance().source(), format.word());
    }
}

#[test]
fn without_an_anchor_they_are_refused_unless_the_transport_is_trusted() {
    for (format, name, _, signers) in SIGNED {
        let refused = import(format, name, ImportOptions::new(now()));
        assert_eq!(refused, Err(ImportError::AnchorMissing { format }));
        let options = ImportOptions::new(now()).with_trust_transport(true);
        let import = import(format, name, options).unwrap();
        assert_eq!(import.signer_count(), signers);
        assert!(
            import
                .entries()
                .iter()
                .all(|entry| entry.integrity() == Integrity::Transport)
        );
    }
}

#[test]
fn with_an_anchor_trust_in_the_transport_excuses_nothing() {
    for (format, name, anchor) in [
        (ListFormat::At, "wrong-key", "signer.pem"),
        (ListFormat::Ch, "wrong-key", "root.pem"),
        (ListFormat::De, "wrong-key.txt", "signer.pem"),
        (ListFormat::Nl, "wrong-key.json", "root.pem"),
        (ListFormat::Se, "wrong-key.jws", "signer.pem"),
    ] {
        let options = pinned(anchor).with_trust_transport(true);
        let refused = import(format, name, options).unwrap_err();
        assert_eq!(refused.code(), TrustCode::ListSignatureWrong, "{format}");
        assert!(!refused.is_unreadable());
    }
}

#[test]
fn every_other_anchor_refuses() {
    for (format, name, ..) in SIGNED {
        let refused = code(format, name, "other.pem");
        let expected = match format {
            ListFormat::At | ListFormat::De => TrustCode::ListSignatureWrong,
            _ => TrustCode::SignerUnknown,
        };
        assert_eq!(refused, expected, "{format}");
    }
}

/// Format, name, anchor without its extension, and code: one a line.
const WRONG: &str = "
    at expired               signer  trust-list-expired
    at not-yet               signer  trust-list-not-yet-valid
    at wrong-hash            signer  trust-list-hash-wrong
    at wrong-version         signer  trust-list-version
    ch expired               root    trust-list-expired
    ch wrong-name            root    trust-list-signer-unknown
    de changed.txt           signer  trust-list-signature-wrong
    nl changed.json          root    trust-list-signature-wrong
    nl wrong-name.json       root    trust-list-signer-unknown
    se algorithm-none.jws    signer  trust-list-algorithm
    se algorithm-other.jws   signer  trust-list-signature-wrong
    se changed.jws           signer  trust-list-signature-wrong
    se expired.jws           signer  trust-list-expired
    se not-yet.jws           signer  trust-list-not-yet-valid
    se unknown-signer.jws    signer  trust-list-signer-unknown
";

#[test]
fn each_wrong_list_is_refused_for_its_reason() {
    assert_eq!(WRONG.trim().lines().count(), 15);
    for row in WRONG.lines().filter(|row| !row.is_empty()) {
        let row: Vec<_> = row.split_ascii_whitespace().collect();
        let [format, name, anchor, expected] = row.as_slice() else {
            panic!("{row:?}")
        };
        let format = ListFormat::from_word(format).unwrap();
        let refused = code(format, name, &format!("{anchor}.pem"));
        assert_eq!(&refused.code(), expected, "{row:?}");
    }
}

#[test]
fn a_path_to_a_pinned_authority_and_a_pinned_leaf_both_count() {
    assert!(import(ListFormat::Se, "chained.jws", pinned("root.pem")).is_ok());
    assert!(import(ListFormat::Nl, "good.json", pinned("leaf-nl.pem")).is_ok());
    // Years later the leaf has expired, and with it the path.
    let late = ImportOptions::new("2037-01-01T00:00:00Z".parse().unwrap());
    let root = std::fs::read(fixtures().join("anchors/root.pem")).unwrap();
    let late = late.with_anchors(Anchor::all_from_bytes(&root).unwrap());
    let refused = import(ListFormat::Nl, "good.json", late).unwrap_err();
    assert_eq!(refused.code(), TrustCode::SignerUnknown);
}

#[test]
fn one_bad_entry_is_reported_and_the_rest_loads() {
    for (format, name, anchor, signers, rejected) in [
        (ListFormat::At, "one-bad-entry", "signer.pem", 2, 1),
        (ListFormat::Ch, "one-bad-entry", "root.pem", 2, 2),
        (ListFormat::De, "one-bad-entry.txt", "signer.pem", 2, 1),
        (ListFormat::Nl, "one-bad-entry.json", "root.pem", 2, 1),
        (ListFormat::Se, "one-bad-entry.jws", "signer.pem", 3, 1),
    ] {
        let import = import(format, name, pinned(anchor)).unwrap();
        assert_eq!(import.signer_count(), signers, "{format}");
        assert_eq!(
            import.rejected().len(),
            rejected,
            "{format}: {:?}",
            import.rejected()
        );
    }
}

#[test]
fn usages_countries_and_times_are_those_of_the_lists() {
    let usages = |import: &Import, country: &str| {
        let entries = import.entries().iter();
        let mut entries =
            entries.filter(|entry| entry.country().is_some_and(|own| own.as_str() == country));
        entries.next().unwrap().usages()
    };
    let se = import(ListFormat::Se, "good.jws", pinned("signer.pem")).unwrap();
    // The historic family counts, foreign identifiers do not restrict.
    assert_eq!(usages(&se, "VN"), KeyUsages::only(&[EntryKind::Test]));
    assert!(usages(&se, "AT").is_unrestricted());
    assert_eq!(se.provenance().as_of().to_string(), "2025-12-31T00:00:00Z");
    let nl = import(ListFormat::Nl, "good.json", pinned("root.pem")).unwrap();
    assert_eq!(
        usages(&nl, "VN"),
        KeyUsages::only(&[EntryKind::Vaccination])
    );
    assert!(usages(&nl, "AT").is_unrestricted());
    assert!(nl.entries().iter().all(|entry| entry.validity().is_none()));
    let ch = import(ListFormat::Ch, "good", pinned("root.pem")).unwrap();
    assert_eq!(ch.ignored(), 1, "the key that is not active");
    assert!(ch.entries().iter().all(|entry| entry.country().is_none()));
    // The same keys of three lists under the same key ids: the strictest usage, one entry each.
    let mut list = TrustList::new();
    for import in [ch, nl, se] {
        list.add(import).unwrap();
    }
    assert_eq!(list.entries().len(), 3);
    let vietnam = list
        .entries()
        .iter()
        .filter(|entry| entry.provenance().len() == 3);
    let vietnam: Vec<_> = vietnam.collect();
    assert_eq!(vietnam.len(), 2);
    let strict = vietnam
        .iter()
        .find(|entry| !entry.usages().is_unrestricted())
        .unwrap();
    assert_eq!(
        strict.usages(),
        KeyUsages::only(&[]),
        "test, vaccination, and both have no common"
    );
    assert!(vietnam.iter().all(|entry| entry.certificate().is_some()));
}

#[test]
fn anchors_are_read_in_every_form() {
    let pem = std::fs::read(fixtures().join("anchors/signer.pem")).unwrap();
    let key = std::fs::read(fixtures().join("anchors/signer-key.pem")).unwrap();
    assert_eq!(
        Anchor::all_from_bytes(&[pem.clone(), key].concat())
            .unwrap()
            .len(),
        2
    );
    let der = dcc_sign::DocumentSigner::from_pem(&pem).unwrap();
    assert_eq!(
        Anchor::all_from_bytes(der.der()).unwrap(),
        Anchor::all_from_bytes(&pem).unwrap()
    );
    assert_eq!(Anchor::all_from_bytes(der.spki_der()).unwrap().len(), 1);
    for bad in [
        &b""[..],
        b"hello",
        b"{}",
        b"-----BEGIN X-----\nAA==\n-----END X-----\n",
    ] {
        assert_eq!(
            Anchor::all_from_bytes(bad),
            Err(ImportError::AnchorUnreadable)
        );
    }
}
