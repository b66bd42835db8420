//! The conformance suites over the register in memory.
#![cfg(feature = "conformance")]

use dcc_registry::MemoryRegistry;
use dcc_registry::conformance::{Harness, groups};

struct Memory;

impl Harness for Memory {
    type Store = MemoryRegistry;

    fn fresh(&self) -> MemoryRegistry {
        MemoryRegistry::new()
    }

    fn twin(&self, store: &MemoryRegistry) -> MemoryRegistry {
        store.clone()
    }

    fn reopen(&self, store: MemoryRegistry) -> MemoryRegistry {
        store
    }

    fn crash_after(&self, store: &MemoryRegistry, steps: Option<u64>) -> bool {
        store.crash_after(steps);
        true
    }

    fn block_on<F: Future + Send>(&self, future: F) -> F::Output
    where
        F::Output: Send,
    {
        pollster::block_on(future)
    }
}

macro_rules! groups {
    ($($name:ident)+) => {
        $(#[test] fn $name() {
            let groups = groups::<Memory>();
            let (name, run) = groups.iter().find(|(name, _)| *name == stringify!($name)).unwrap();
            match run(&Memory) {
                Ok(checks) => assert!(checks > 0, "{name} has checks"),
                Err(failure) => panic!("{name}: {failure}"),
            }
        })+

        #[test]
        fn every_group_is_run() {
            let named = [$(stringify!($name)),+];
            let all: Vec<&str> = groups::<Memory>().iter().map(|(name, _)| *name).collect();
            assert_eq!(all, named);
        }
    };
}

groups! {
    intake lookups cleaning directory attestations issuing certificates feeds audits crash races
}
