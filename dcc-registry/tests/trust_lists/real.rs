//! The real lists, counted twice: by this library and by a Python script that shares nothing
//! with it.

use alloc::collections::BTreeMap;

use crate::count::counted;
use crate::shared::{hex, importer, now, provider, read, testdata};
use dcc_registry::chain::ChainError;
use dcc_registry::trust::{
    Integrity, TrustDiff, TrustHandle, TrustList, TrustRole, TrustSnapshot, read_trust_file,
    write_trust_file,
};
use dcc_registry::trust_list::{
    Anchor, EntryReason, ExportFormat, Import, ImportError, ImportOptions, Importer, ListFile,
    ListFormat, export,
};
use dcc_sign::{KeyLookup, sha256};
use serde_json::{Value, json};

fn mirror(name: &str) -> Option<Import> {
    let bytes = read(name)?;
    let import = importer(ImportOptions::new(now()))
        .import(
            Some(ListFormat::Mirror),
            &[ListFile::new("list.json", &bytes)],
        )
        .unwrap();
    assert_eq!(import.provenance().integrity(), Integrity::Unsigned);
    Some(import)
}

/// How often each word occurs.
fn tally<T: Ord>(words: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for word in words {
        let count: &mut usize = counts.entry(word).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// The summary which the script prints of a list.
fn summary(import: &Import) -> Value {
    let signers = || {
        let entries = import.entries().iter();
        entries.filter(|entry| entry.role() == TrustRole::DocumentSigner)
    };
    let mut kids: Vec<_> = signers().map(|entry| entry.kid().to_string()).collect();
    kids.sort();
    let mut countries = Vec::new();
    for entry in signers() {
        countries.push(
            entry
                .country()
                .map_or_else(|| "?".into(), |code| code.to_string()),
        );
    }
    let hash = hex(&sha256(kids.join("\n").as_bytes()));
    json!({
        "signers": kids.len(),
        "anchors": import.entries().len().saturating_sub(kids.len()),
        "rejected": import.rejected().len(),
        "kids": hash,
        "countries": tally(countries),
    })
}

const MIRRORS: [(&str, &str); 9] = [
    ("at", "trustlists/trustlist_at.min.json.gz"),
    ("ch", "trustlists/trustlist_ch.min.json.gz"),
    ("dccg", "cms/dccg-dsc-detached.json"),
    ("de", "trustlists/trustlist_de.min.json.gz"),
    ("fr", "trustlists/trustlist_fr.min.json.gz"),
    ("it", "trustlists/trustlist_it.min.json.gz"),
    ("nl", "trustlists/trustlist_nl.raw.keys.json.gz"),
    ("pl", "trustlists/trustlist_pl.min.json.gz"),
    ("se", "trustlists/trustlist_se.min.json.gz"),
];

#[test]
fn every_mirrored_list_loads_with_independently_counted_entries() {
    let Some(counts) = counted() else { return };
    for (name, file) in MIRRORS {
        let import = mirror(file).unwrap();
        assert_eq!(summary(&import), counts["mirrors"][name], "{name}");
        assert!(import.noted().is_empty(), "{name}: {:?}", import.noted());
    }
}

#[test]
fn both_generations_of_did_documents_load_with_independently_counted_entries() {
    let Some(counts) = counted() else { return };
    for name in ["v1", "v2"] {
        let bytes = read(&format!("did/{name}-trustlist.did.json.gz")).unwrap();
        let options = ImportOptions::new(now()).with_trust_transport(true);
        let import = importer(options)
            .import(None, &[ListFile::new("did.json", &bytes)])
            .unwrap();
        assert_eq!(import.provenance().integrity(), Integrity::Transport);
        let mut found = summary(&import);
        let counted = &counts["documents"][name];
        // The script counts the certificates of document signers alone.
        found["anchors"] = json!(0);
        found["authorities"] = json!(import.entries().len() - import.signer_count());
        found["exchange"] = json!(import.ignored());
        found["methods"] =
            json!(import.entries().len() + import.rejected().len() + import.ignored());
        found["countries"] = counted["countries"].clone();
        assert_eq!(&found, counted, "{name}");
        assert!(import.noted().is_empty(), "{name}: {:?}", import.noted());
    }
}

#[test]
fn the_path_from_the_pinned_anchor_leaves_independently_counted_signers() {
    let Some(counts) = counted() else { return };
    let document = read("did/v2-trustlist.did.json.gz").unwrap();
    let material = read("cms/tng-ta-signed-prod.json").unwrap();
    let anchor = read("cms/tng-ta-prod.cert.pem").unwrap();
    let files = [
        ListFile::new("did.json", &document),
        ListFile::new("material.json", &material),
    ];
    let pinned = Anchor::all_from_bytes(&anchor).unwrap();
    let options = ImportOptions::new(now()).with_anchors(pinned);
    let import = importer(options).import(None, &files).unwrap();
    let mut signers = BTreeMap::<&str, usize>::new();
    let mut authorities = BTreeMap::<&str, usize>::new();
    for entry in import.entries() {
        assert_eq!(entry.integrity(), Integrity::Verified);
        if entry.role() == TrustRole::Authority {
            *authorities.entry("signed").or_default() += 1;
            continue;
        }
        *signers.entry("chained").or_default() += 1;
        if !entry.validity().unwrap().contains(now()) {
            *signers.entry("chained-expired").or_default() += 1;
        }
    }
    for report in import.rejected() {
        let reason = match report.reason() {
            EntryReason::AuthorityNotSigned => {
                *authorities.entry("unsigned").or_default() += 1;
                continue;
            }
            EntryReason::Chain(ChainError::IssuerUnknown | ChainError::IssuerCountry) => {
                "issuer-unknown"
            }
            EntryReason::Chain(ChainError::AuthorityNotValid) => "issuer-not-valid-then",
            EntryReason::Chain(ChainError::SignatureWrong) => "signature-wrong",
            EntryReason::Chain(ChainError::Sha1) => "sha-1",
            other => panic!("{other:?}"),
        };
        *signers.entry(reason).or_default() += 1;
    }
    let counted = &counts["gdhcn"];
    let mut expected = counted["signers"].clone();
    expected.as_object_mut().unwrap().remove("expired");
    assert_eq!(json!(signers), expected);
    assert_eq!(json!(authorities), counted["authorities"]);
    println!("chained, in quarantine and expired: {signers:?}, authorities: {authorities:?}");
    // Frozen, every one chains again.
    let mut list = TrustList::new();
    list.add(import).unwrap();
    let snapshot = TrustSnapshot::new(&list, &provider());
    assert!(
        snapshot
            .keys()
            .all(|key| key.chain() == dcc_registry::trust::ChainState::Chained)
    );
}

#[test]
fn merged_lists_keep_certificates_and_strict_usages_whatever_the_order() {
    let Some(counts) = counted() else { return };
    let files = ["de", "ch", "nl", "fr", "it", "at"];
    let imports: Vec<_> = files
        .iter()
        .map(|name| mirror(MIRRORS.iter().find(|(own, _)| own == name).unwrap().1).unwrap())
        .collect();
    let merge = |imports: &mut dyn Iterator<Item = &Import>| {
        let mut list = TrustList::new();
        for import in imports {
            list.add(import.clone()).unwrap();
        }
        list
    };
    let list = merge(&mut imports.iter());
    assert_eq!(
        write_trust_file(&list),
        write_trust_file(&merge(&mut imports.iter().rev()))
    );
    // A bare key never stands where its certificate is known.
    let of_germany = imports[0].entries();
    for entry in of_germany {
        let under = list.under(entry.kid());
        let certificates = under
            .iter()
            .filter(|found| found.material() == entry.material());
        assert_eq!(certificates.count(), 1);
        assert!(
            under.iter().all(|found| found.certificate().is_some()
                || found.verifying_key() != entry.verifying_key()),
            "{entry:?}"
        );
    }
    let most = counts["mirrors"]["it"]["signers"].as_u64().unwrap();
    assert!(u64::try_from(list.entries().len()).unwrap() > most);
    // The file holds it all.
    let bytes = write_trust_file(&list);
    assert_eq!(read_trust_file(&bytes).as_ref(), Ok(&list));
    println!(
        "{} entries of {} lists in {} bytes",
        list.entries().len(),
        files.len(),
        bytes.len()
    );
}

#[test]
fn vietnams_production_signer_is_trusted_without_restriction() {
    let Some(bytes) = read("dsc-profile/vn-production-dsc.json") else {
        return;
    };
    let files = [ListFile::new("vn.json", &bytes)];
    let refused = importer(ImportOptions::new(now())).import(None, &files);
    assert_eq!(
        refused,
        Err(ImportError::AnchorMissing {
            format: ListFormat::Dccg
        })
    );
    let options = ImportOptions::new(now()).with_trust_transport(true);
    let import = importer(options).import(None, &files).unwrap();
    let mut list = TrustList::new();
    list.add(import).unwrap();
    let snapshot = TrustSnapshot::new(&list, &provider());
    let kid = dcc_sign::KeyId::from_base64("ZtJVElOdWm0=").unwrap();
    let found = snapshot.candidates(&kid);
    assert_eq!(found.len(), 1);
    assert!(found[0].usages().is_unrestricted() && found[0].may_sign_hcerts());
    assert_eq!(found[0].country(), Some("VN"));
    assert!(snapshot.find(&found[0]).unwrap().chain().is_trusted());
}

/// Every RSA signer of the German list, which has the certificates of all countries, may verify
/// HCERTs: nobody is lost to a limit of ours.
#[test]
fn every_country_that_signs_with_rsa_is_trusted() {
    let Some(import) = mirror("trustlists/trustlist_de.min.json.gz") else {
        return;
    };
    let mut list = TrustList::new();
    list.add(import).unwrap();
    let snapshot = TrustSnapshot::new(&list, &provider());
    let (mut usable, mut lost) = (Vec::new(), Vec::new());
    for known in snapshot.keys() {
        let Some(certificate) = known.entry().certificate() else {
            continue;
        };
        // rsaEncryption (RFC 8017 appendix C), in the certificate's own key.
        let rsa = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
        let spki = certificate.spki_der();
        if !spki.windows(rsa.len()).any(|bytes| bytes == rsa) {
            continue;
        }
        let country = known.entry().country().unwrap().to_string();
        let trusted = known.chain().is_trusted() && known.key().may_sign_hcerts();
        match known.key().key() {
            Ok(_) if trusted => usable.push(country),
            other => lost.push((country, other.err().copied())),
        }
    }
    assert_eq!(lost, []);
    let usable = tally(usable);
    assert!(usable.len() > 10 && usable.contains_key("VN"), "{usable:?}");
}

/// What a verifier asks of a snapshot.
fn view(list: &TrustList) -> Vec<Value> {
    let entries = list.entries().iter().map(|entry| {
        json!({
            "kid": entry.kid().to_string(),
            "country": entry.country().map(|country| country.to_string()),
            "usages": format!("{:?}", entry.usages()),
            "validity": format!("{:?}", entry.validity()),
            "role": format!("{:?}", entry.role()),
            "certificate": entry.certificate().map(|own| own.thumbprint().to_vec()),
            "key": entry.verifying_key().map(dcc_sign::VerifyingKey::to_spki_der),
        })
    });
    entries.collect()
}

#[test]
fn export_then_import_gives_the_same_snapshot() {
    if testdata().is_none() {
        return;
    }
    for (name, file) in MIRRORS {
        let mut list = TrustList::new();
        list.add(mirror(file).unwrap()).unwrap();
        for format in ExportFormat::ALL {
            let written = export(&list, *format);
            let certificates = list
                .entries()
                .iter()
                .all(|entry| entry.certificate().is_some());
            if !certificates && *format != ExportFormat::Pem {
                // Bare keys have no place in the gateway's form, and their dates none in a DID
                // document's; what is left out is said.
                assert!(written.left_out() > 0, "{name} {format:?}");
                continue;
            }
            assert_eq!(written.left_out(), 0, "{name} {format:?}");
            let options = ImportOptions::new(now()).with_trust_transport(true);
            let files = [ListFile::new("export", written.text().as_bytes())];
            let import = importer(options).import(None, &files).unwrap();
            assert_eq!(import.format().word(), format.word());
            assert!(import.rejected().is_empty() && import.noted().is_empty());
            let mut again = TrustList::new();
            again.add(import).unwrap();
            assert_eq!(view(&again), view(&list), "{name} {format:?}");
        }
    }
}

#[test]
fn a_diff_of_two_versions_names_what_changed() {
    let Some(bytes) = read("trustlists/trustlist_de.min.json.gz") else {
        return;
    };
    let before: Value = serde_json::from_slice(&bytes).unwrap();
    let mut after = before.clone();
    let items = after["certificates"].as_array_mut().unwrap();
    let removed = items.remove(10)["kid"].clone();
    items[20]["country"] = json!("ZZ");
    let changed = items[20]["kid"].clone();
    let import = |value: &Value| {
        let bytes = serde_json::to_vec(value).unwrap();
        let files = [ListFile::new("x", &bytes)];
        let import = importer(ImportOptions::new(now())).import(Some(ListFormat::Mirror), &files);
        let mut list = TrustList::new();
        list.add(import.unwrap()).unwrap();
        list
    };
    let (before, after) = (import(&before), import(&after));
    let words = |diff: &TrustDiff| {
        let mut words: Vec<_> = diff
            .changes()
            .iter()
            .map(|change| (change.word(), change.entry().kid().to_string()))
            .collect();
        words.sort();
        words
    };
    let (removed, changed) = (removed.as_str().unwrap(), changed.as_str().unwrap());
    let forth = TrustDiff::between(&before, &after);
    assert_eq!(
        words(&forth),
        [("changed", changed.into()), ("removed", removed.into())]
    );
    let back = TrustDiff::between(&after, &before);
    assert_eq!(
        words(&back),
        [("added", removed.into()), ("changed", changed.into())]
    );
    assert!(TrustDiff::between(&before, &before).is_empty());
}

#[test]
fn snapshots_are_swapped_while_checks_go_on() {
    let Some(import) = mirror("trustlists/trustlist_de.min.json.gz") else {
        return;
    };
    let mut list = TrustList::new();
    list.add(import).unwrap();
    let handle = TrustHandle::new(TrustSnapshot::empty());
    let full = TrustSnapshot::new(&list, &provider());
    let kid = list.entries()[0].kid().clone();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    (0..2000).all(|_| {
                        let snapshot = handle.current();
                        snapshot.candidates(&kid).len() == usize::from(snapshot.key_count() > 0)
                    })
                })
            })
            .collect();
        for turn in 0..200 {
            handle.replace(if turn % 2 == 0 {
                full.clone()
            } else {
                TrustSnapshot::empty()
            });
        }
        assert!(readers.into_iter().all(|reader| reader.join().unwrap()));
    });
}

#[test]
fn importers_of_lists_hold_in_threads() {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Importer>();
    is_shared::<TrustSnapshot>();
    is_shared::<TrustHandle>();
}

#[test]
fn every_rsa_signer_of_the_german_list_is_accepted_as_trust() {
    let Some(import) = mirror("trustlists/trustlist_de.min.json.gz") else {
        return;
    };
    let mut list = TrustList::new();
    list.add(import).unwrap();
    let snapshot = TrustSnapshot::new(&list, &provider());
    let mut lengths = BTreeMap::<usize, usize>::new();
    let mut countries = BTreeMap::<String, usize>::new();
    for known in snapshot.keys() {
        let Some(key) = known.entry().verifying_key() else {
            continue;
        };
        if key.algorithm() != dcc_sign::Algorithm::Ps256 {
            continue;
        }
        *lengths.entry(key.signature_len() * 8).or_default() += 1;
        let country = known.entry().country().unwrap().to_string();
        *countries.entry(country).or_default() += 1;
        let found = snapshot.candidates(known.entry().kid());
        assert!(
            found.iter().any(|own| own.may_sign_hcerts()) && known.chain().is_trusted(),
            "{:?}",
            known.entry()
        );
    }
    // Trust.md section 3 counts them on this list.
    assert_eq!(lengths, BTreeMap::from([(2048, 35), (4096, 3)]));
    assert!(countries.contains_key("VN"), "{countries:?}");
}
