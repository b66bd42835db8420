//! Folders and fixtures.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::{Ran, dcc};

/// The self-made lists are of this time.
pub(crate) const NOW: &str = "2026-01-01T00:00:00Z";

/// A list in its true form, the anchor that signed it, and how many signers it has.
pub(crate) const SIGNED: [(&str, &str, usize); 7] = [
    ("at/good", "signer.pem", 2),
    ("ch/good", "root.pem", 2),
    ("de/good.txt", "signer-key.pem", 2),
    ("nl/good.json", "root.pem", 2),
    ("se/good.jws", "signer.pem", 3),
    ("se/chained.jws", "root.pem", 3),
    ("dccg/dsc-only", "ta.pem", 3),
];

pub(crate) fn fixture(name: &str) -> String {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dcc-registry/tests/fixtures");
    text(&place.join(name)).to_owned()
}

pub(crate) fn anchor(name: &str) -> String {
    fixture(&format!("anchors/{name}"))
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A fresh folder.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        text(&self.0.path().join(name)).to_owned()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The names of what is there.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = self.0.path().read_dir().unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Imports these sources into `out` at the fixtures' time.
    pub(crate) fn import(&self, sources: &[&str], options: &[&str], out: &str) -> Ran {
        let out = self.path(out);
        let fixed = ["--at", NOW, "--out", &out, "--json", "--lang", "en"];
        dcc(&[&["trust", "import"], sources, options, &fixed].concat())
    }

    /// The list of three signers and two authorities, as `NAME`.
    pub(crate) fn imported(&self, name: &str) -> String {
        let sources = [
            fixture("dccg/csca.json"),
            fixture("dccg/upload.json"),
            fixture("dccg/dsc.json"),
        ];
        let sources: Vec<_> = sources.iter().map(String::as_str).collect();
        let ran = self.import(&sources, &["--anchor", &anchor("ta.pem")], name);
        assert_eq!(ran.status, 0, "{}", ran.err);
        self.path(name)
    }
}

/// The folder of the shared test data, or `None` after saying that it is absent.
pub(crate) fn testdata() -> Option<PathBuf> {
    let place = std::env::var_os("DCC_TESTDATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/testdata"),
        PathBuf::from,
    );
    if place.is_dir() {
        return Some(place);
    }
    assert!(
        std::env::var_os("DCC_REQUIRE_ALL").is_none(),
        "the shared test data is absent"
    );
    println!("shared test data absent: not run");
    None
}
