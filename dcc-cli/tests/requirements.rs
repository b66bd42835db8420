//! `docs/requirements.md` traces every requirement to something that exists.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

extern crate alloc;

use alloc::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The functions of every test file and test module of the workspace.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !matches!(name.as_str(), "target" | ".git" | "fuzz" | "interop") {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let mut is_test = false;
            for line in text.lines().map(str::trim) {
                is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
                let function = line.strip_prefix("async ").unwrap_or(line);
                if let Some(rest) = function.strip_prefix("fn ") {
                    if is_test {
                        found.extend(rest.split_once('(').map(|(name, _)| name.to_owned()));
                    }
                    is_test = false;
                }
            }
        }
    }
}

/// The rows: number, and what stands in the third column.
fn rows() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join("docs/requirements.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, number, what, whereabouts, _] = cells.as_slice() else {
            continue;
        };
        let is_number = number.starts_with(['R', 'T'])
            && number.len() > 1
            && number.chars().skip(1).all(|c| c.is_ascii_digit());
        if is_number {
            assert!(!what.is_empty(), "{number}");
            let before = rows.insert((*number).to_owned(), (*whereabouts).to_owned());
            assert!(before.is_none(), "{number} stands twice");
        }
    }
    rows
}

fn is_example(name: &str) -> bool {
    let folder = root().join("examples/examples");
    folder.join(format!("{name}.rs")).exists() || folder.join(name).join("main.rs").exists()
}

#[test]
fn every_requirement_is_traced() {
    let rows = rows();
    let numbers = (1..=90).map(|number| format!("R{number}"));
    for number in numbers.chain((1..=5).map(|number| format!("T{number}"))) {
        assert!(rows.contains_key(&number), "{number} is missing");
    }
    assert_eq!(rows.len(), 95);
    let mut tests = BTreeSet::new();
    functions(&root(), &mut tests);
    assert!(tests.len() > 300, "{}", tests.len());
    for (number, whereabouts) in &rows {
        let mut proofs = 0_u32;
        for (place, part) in whereabouts.split('`').enumerate() {
            if place % 2 == 0 {
                proofs += u32::from(part.contains("**out:**"));
                continue;
            }
            if part.starts_with("docs/") {
                assert!(root().join(part).exists(), "{number}: {part}");
                proofs += 1;
            } else if is_example(part) {
                proofs += 1;
            } else if part.contains('_') && !part.contains([' ', '-']) {
                assert!(tests.contains(part), "{number}: there is no test {part}");
                proofs += 1;
            }
        }
        assert!(proofs > 0, "{number} is traced to nothing");
    }
}
