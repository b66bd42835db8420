//! Bytes that somebody changed on the way, and bytes that are no list at all.

use dcc_registry::trust::{TrustFileError, TrustList, read_trust_file, write_trust_file};
use dcc_registry::trust_list::{
    Import, ImportError, ImportOptions, Importer, ListFile, ListFormat,
};
use proptest::prelude::*;

use crate::shared::{importer, provider};
use crate::signed::{fixtures, now, pinned};

/// A signed list: format, anchor, files.
type Signed = (ListFormat, &'static str, &'static [&'static str]);

const LISTS: [Signed; 5] = [
    (
        ListFormat::At,
        "signer.pem",
        &["at/good/trustlist", "at/good/trustlistsig"],
    ),
    (
        ListFormat::Ch,
        "root.pem",
        &["ch/good/list", "ch/good/updates-1"],
    ),
    (ListFormat::De, "signer.pem", &["de/good.txt"]),
    (ListFormat::Nl, "root.pem", &["nl/good.json"]),
    (ListFormat::Se, "signer.pem", &["se/good.jws"]),
];

fn read(names: &[&str]) -> Vec<Vec<u8>> {
    names
        .iter()
        .map(|name| std::fs::read(fixtures().join(name)).unwrap())
        .collect()
}

fn import(list: &Signed, contents: &[Vec<u8>]) -> Result<Import, ImportError> {
    let (format, anchor, names) = list;
    let files: Vec<_> = names
        .iter()
        .zip(contents)
        .map(|(name, bytes)| ListFile::new(name.rsplit('/').next().unwrap(), bytes))
        .collect();
    Importer::new(provider(), pinned(anchor)).import(Some(*format), &files)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_changed_byte_is_refused_or_changes_nothing(
        list in 0..LISTS.len(),
        file in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        change in 1..=255_u8,
    ) {
        let list = &LISTS[list];
        let mut contents = read(list.2);
        let plain = import(list, &contents).unwrap();
        let file = file.get_mut(&mut contents);
        *place.get_mut(file) ^= change;
        if let Ok(changed) = import(list, &contents) {
            prop_assert_eq!(changed, plain);
        }
    }

    #[test]
    fn a_list_cut_short_is_refused(list in 0..LISTS.len(), place in any::<prop::sample::Index>()) {
        let list = &LISTS[list];
        let mut contents = read(list.2);
        let last = contents.last_mut().unwrap();
        // White space at the end may go.
        let length = place.index(last.trim_ascii_end().len());
        last.truncate(length);
        prop_assert!(import(list, &contents).is_err());
    }

    #[test]
    fn bytes_of_any_kind_never_panic(
        format in prop::sample::select(ListFormat::ALL),
        name in prop::sample::select(&["trustlist", "trustlistsig", "list", "updates"][..]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        text in "[{}\\[\\]\":,a-z0-9.\\n#-]{0,200}",
    ) {
        let options = ImportOptions::new(now()).with_trust_transport(true);
        let importer = importer(options);
        for content in [bytes.as_slice(), text.as_bytes()] {
            let files = [ListFile::new(name, content), ListFile::new("list", content)];
            let _anything = importer.import(Some(format), &files[..1]);
            let _anything = importer.import(None, &files);
        }
    }

    #[test]
    fn a_changed_store_is_refused(place in any::<prop::sample::Index>(), change in 1..=255_u8) {
        let (list, bytes) = stored();
        prop_assert_eq!(read_trust_file(&bytes), Ok(list));
        let mut changed = bytes.clone();
        *place.get_mut(&mut changed) ^= change;
        prop_assert_eq!(read_trust_file(&changed), Err(TrustFileError::Hash));
        prop_assert!(read_trust_file(&bytes[..place.index(bytes.len())]).is_err());
    }
}

/// A list of every kind of entry, and its file.
fn stored() -> (TrustList, Vec<u8>) {
    let mut list = TrustList::new();
    for signed in &LISTS {
        list.add(import(signed, &read(signed.2)).unwrap()).unwrap();
    }
    let bytes = write_trust_file(&list);
    (list, bytes)
}

#[test]
fn a_store_of_another_version_or_kind_is_told() {
    use dcc_codec::cbor::{self, Value};
    let file = |magic: &'static str, version| {
        let members = [(1, Value::text(magic)), (2, Value::integer(version))];
        let members = members.map(|(key, value)| (Value::integer(key), value));
        let mut bytes = cbor::encode(&Value::Map(members.to_vec()));
        let hash = dcc_sign::sha256(&bytes);
        bytes.extend_from_slice(&hash);
        read_trust_file(&bytes)
    };
    assert_eq!(file("dcc-trust", 2), Err(TrustFileError::Version));
    assert_eq!(file("dcc-trust", 1), Err(TrustFileError::Malformed));
    assert_eq!(file("other", 1), Err(TrustFileError::Malformed));
}
