//! Each of the fifteen invariants of vn/domain.md section 3 has a test that carries its number.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

extern crate alloc;

use alloc::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Tests named `invariant_N_...` below a folder, by number.
fn named(folder: &Path, found: &mut BTreeMap<u32, Vec<String>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !matches!(name.as_str(), "target" | ".git" | "fuzz" | "interop") {
            named(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for (number, test) in tests_of(&text) {
                found.entry(number).or_default().push(test);
            }
        }
    }
}

/// The numbered tests of a file: only functions that carry an attribute of a test, and that are
/// not left out of an ordinary run.
fn tests_of(text: &str) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let (mut is_test, mut is_ignored) = (false, false);
    for line in text.lines().map(str::trim) {
        is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        is_ignored |= line.starts_with("#[ignore");
        let Some(rest) = line.trim_start_matches("async ").strip_prefix("fn ") else {
            continue;
        };
        let name = rest.split('(').next().unwrap();
        let number = name.strip_prefix("invariant_").and_then(|rest| {
            let (number, what) = rest.split_once('_')?;
            number.parse().ok().filter(|_| what.len() > 10)
        });
        if let (true, false, Some(number)) = (is_test, is_ignored, number) {
            found.push((number, name.to_owned()));
        }
        (is_test, is_ignored) = (false, false);
    }
    found
}

#[test]
fn every_invariant_is_a_named_test() {
    let made = "#[test]\nfn invariant_3_of_a_sentence() {}\nfn invariant_4_is_no_test() {}\n\
                #[test]\n#[ignore = \"no\"]\nfn invariant_5_is_left_out() {}";
    assert_eq!(
        tests_of(made),
        [(3, "invariant_3_of_a_sentence".to_owned())]
    );
    let mut found = BTreeMap::new();
    named(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
        &mut found,
    );
    let numbers: Vec<u32> = found.keys().copied().collect();
    let all: Vec<u32> = (1..=15).collect();
    assert_eq!(numbers, all, "{found:#?}");
}
