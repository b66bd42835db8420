//! The direction of imports, and what a verifier may never pull in.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up fails"
)]

extern crate alloc;

use alloc::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The crates from the bottom up: each may use those before it in its line, and nothing else of
/// the workspace.
const FLOW: &[(&str, &[&str])] = &[
    ("dcc-model", &[]),
    ("dcc-codec", &["dcc-model"]),
    ("dcc-sign", &["dcc-model", "dcc-codec"]),
    ("dcc-registry", &["dcc-model", "dcc-codec", "dcc-sign"]),
    (
        "dcc-verify",
        &["dcc-model", "dcc-codec", "dcc-sign", "dcc-registry"],
    ),
    (
        "dcc-issue",
        &["dcc-model", "dcc-codec", "dcc-sign", "dcc-registry"],
    ),
    (
        "dcc-cli",
        &[
            "dcc-model",
            "dcc-codec",
            "dcc-sign",
            "dcc-registry",
            "dcc-verify",
            "dcc-issue",
        ],
    ),
];

/// Packages that may use everything, since nothing uses them.
const LEAVES: &[&str] = &["dcc-examples", "dcc-benches"];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

fn workspace_imports() -> BTreeMap<String, Vec<String>> {
    let metadata = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let name_of = |value: &serde_json::Value| value["name"].as_str().expect("a name").to_owned();
    let imports = packages.iter().map(|package| {
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        let inside = dependencies
            .iter()
            .map(name_of)
            .filter(|name| name.starts_with("dcc-"));
        (name_of(package), inside.collect())
    });
    imports.collect()
}

#[test]
fn imports_go_one_way() {
    let imports = workspace_imports();
    assert!(imports.contains_key("dcc-model"), "the workspace was found");
    for (package, used) in imports {
        if LEAVES.contains(&package.as_str()) {
            continue;
        }
        let allowed = FLOW.iter().find(|(name, _)| *name == package);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{package} has no place in the flow"));
        for name in used {
            assert!(
                allowed.contains(&name.as_str()),
                "{package} must not use {name}"
            );
        }
    }
}

#[test]
fn nothing_uses_the_leaves() {
    for (package, used) in workspace_imports() {
        for leaf in LEAVES {
            assert!(
                !used.iter().any(|name| name == leaf),
                "{package} must not use {leaf}"
            );
        }
    }
}

#[test]
fn a_default_verifier_has_no_database_runtime_or_network() {
    let tree = cargo(&[
        "tree",
        "-p",
        "dcc-verify",
        "-e",
        "normal",
        "--prefix",
        "none",
        "--offline",
    ]);
    assert!(tree.contains("dcc-codec"), "the tree was printed");
    for line in tree.lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        for banned in [
            "sqlx",
            "tokio",
            "reqwest",
            "rusqlite",
            "hyper",
            "mio",
            "aws-lc-sys",
        ] {
            assert!(name != banned, "dcc-verify pulls in {name}");
        }
    }
}

#[test]
fn files_stay_small_enough_to_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let listed = Command::new("git")
        .args(["ls-files", "*.rs"])
        .current_dir(&root)
        .output();
    let Ok(listed) = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    else {
        return;
    };
    let measured = |file: &&str| !file.contains("tables") && !file.contains("/tests/");
    for file in listed.lines().filter(measured) {
        let Ok(text) = std::fs::read_to_string(root.join(file)) else {
            continue;
        };
        assert!(
            text.lines().count() <= 450,
            "{file} is longer than 450 lines: split it by concept"
        );
    }
}
