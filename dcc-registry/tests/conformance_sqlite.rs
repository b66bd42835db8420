//! The conformance suites over `SQLite` files.
#![cfg(all(feature = "conformance", feature = "sqlite"))]

use core::sync::atomic::{AtomicU64, Ordering};

use dcc_registry::SqliteRegistry;
use dcc_registry::conformance::{Harness, groups};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Files in a folder that goes with the harness.
struct Files {
    folder: TempDir,
    made: AtomicU64,
    runtime: Runtime,
}

#[expect(clippy::expect_used, reason = "a harness has nobody to answer to")]
impl Files {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            made: AtomicU64::new(0),
            runtime: Runtime::new().expect("a runtime"),
        }
    }

    fn open(&self, path: &std::path::Path) -> SqliteRegistry {
        self.runtime
            .block_on(SqliteRegistry::open(path))
            .expect("a register")
    }
}

impl Harness for Files {
    type Store = SqliteRegistry;

    fn fresh(&self) -> SqliteRegistry {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        self.open(&self.folder.path().join(format!("{number}.db")))
    }

    fn twin(&self, store: &SqliteRegistry) -> SqliteRegistry {
        self.open(&store.path())
    }

    fn reopen(&self, store: SqliteRegistry) -> SqliteRegistry {
        let path = store.path();
        drop(store);
        self.open(&path)
    }

    fn crash_after(&self, store: &SqliteRegistry, steps: Option<u64>) -> bool {
        store.crash_after(steps);
        true
    }

    fn block_on<F: Future + Send>(&self, future: F) -> F::Output
    where
        F::Output: Send,
    {
        self.runtime.block_on(future)
    }
}

macro_rules! groups {
    ($($name:ident)+) => {
        $(#[test] fn $name() {
            let groups = groups::<Files>();
            let (name, run) = groups.iter().find(|(name, _)| *name == stringify!($name)).unwrap();
            match run(&Files::new()) {
                Ok(checks) => assert!(checks > 0, "{name} has checks"),
                Err(failure) => panic!("{name}: {failure}"),
            }
        })+

        #[test]
        fn every_group_is_run() {
            let named = [$(stringify!($name)),+];
            let all: Vec<&str> = groups::<Files>().iter().map(|(name, _)| *name).collect();
            assert_eq!(all, named);
        }
    };
}

groups! {
    intake lookups cleaning directory attestations issuing certificates feeds audits crash races
}
