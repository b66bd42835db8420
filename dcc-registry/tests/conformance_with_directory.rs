//! A register whose directory is another store passes every suite.
#![cfg(feature = "conformance")]

use dcc_registry::conformance::{Harness, groups};
use dcc_registry::{MemoryRegistry, WithDirectory};

struct Pair;

impl Harness for Pair {
    type Store = WithDirectory<MemoryRegistry, MemoryRegistry>;

    fn fresh(&self) -> Self::Store {
        WithDirectory::new(MemoryRegistry::new(), MemoryRegistry::new())
    }

    fn twin(&self, store: &Self::Store) -> Self::Store {
        store.clone()
    }

    fn reopen(&self, store: Self::Store) -> Self::Store {
        store
    }

    fn crash_after(&self, store: &Self::Store, steps: Option<u64>) -> bool {
        store.register().crash_after(steps);
        store.directory().crash_after(steps);
        true
    }

    fn block_on<F: Future + Send>(&self, future: F) -> F::Output
    where
        F::Output: Send,
    {
        pollster::block_on(future)
    }
}

#[test]
fn a_register_with_a_directory_elsewhere_passes_every_suite() {
    for (name, run) in groups::<Pair>() {
        match run(&Pair) {
            Ok(checks) => assert!(checks > 0, "{name} has checks"),
            Err(failure) => panic!("{name}: {failure}"),
        }
    }
}

/// The facilities are those of the directory, and the register's own are not looked at.
#[test]
fn only_facilities_and_delegations_are_the_directorys() {
    use dcc_registry::{
        Act, Actor, CommuneCode, Facility, FacilityDirectory as _, FacilityId, Registry, Timestamp,
    };
    let pair = Pair.fresh();
    let act = Act::new(Actor::new("test"), Timestamp::UNIX_EPOCH);
    let facility = Facility::new(
        FacilityId::new("F1"),
        "Trạm Y tế",
        CommuneCode::new("00001"),
    );
    let items = [facility];
    let whole: &dyn Registry = &pair;
    pollster::block_on(async {
        whole.put_facilities(&act, &items).await.unwrap();
        let inside = pair.directory().all_facilities(None, 9).await.unwrap();
        assert_eq!(inside, items);
        let outside = pair.register().all_facilities(None, 9).await.unwrap();
        assert_eq!(outside, []);
        assert_eq!(
            whole.heads().await.unwrap(),
            [],
            "the register logs its own acts only"
        );
    });
}
