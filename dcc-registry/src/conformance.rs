//! The suites that every backend passes, for authors of backends.
//!
//! Implement [`Harness`] for your backend and run every group of [`groups`]; each check says what
//! it found instead of panicking. Groups are: what each method does (`intake`, `certificates`,
//! ...), `crash` (every atomic method, interrupted at each of its internal steps and repeated),
//! and `races` (two processes at the same subjects).
//!
//! Whoever keeps nothing but the directory of facilities in a store of their own runs
//! [`facility_directory`] alone, which asks for [`FacilityDirectory`] and no other trait.
//! An adapter to a population register has a suite of its own, [`population()`].
//! [`WithDirectory`](crate::WithDirectory) puts that store and a register together. The other
//! stores stand or fall together within a subject, so that a backend has all of them.

mod attestations;
mod audits;
mod certificates;
mod cleaning;
mod crash;
mod directory;
mod dump;
mod feeds;
mod intake;
mod issuing;
mod lookups;
mod population;
mod races;
mod world;

use core::fmt;

use crate::{FacilityDirectory, Registry, StoreError};

pub use population::{PopulationHarness, population};

/// What the suites need of a backend.
pub trait Harness: Sync {
    /// The backend, or the store of one concern. Every handle may be used by a thread of its own.
    type Store: Send + Sync + Sized;

    /// A new, empty register.
    fn fresh(&self) -> Self::Store;

    /// Another handle to the same register, as another process would open it.
    fn twin(&self, store: &Self::Store) -> Self::Store;

    /// The register as found after the process that held `store` died.
    fn reopen(&self, store: Self::Store) -> Self::Store;

    /// Lets calls on `store` fail from the `steps`-th internal step on, leaving behind what a
    /// killed process would; `None` ends that. Answer `false` where the backend cannot, and the
    /// crash checks are left out.
    fn crash_after(&self, store: &Self::Store, steps: Option<u64>) -> bool;

    /// Runs a future on the backend's runtime.
    fn block_on<F: Future + Send>(&self, future: F) -> F::Output
    where
        F::Output: Send;
}

/// What a check found to be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    check: &'static str,
    found: String,
}

impl Failure {
    /// Which rule is broken.
    pub const fn check(&self) -> &'static str {
        self.check
    }

    /// What was found, without personal data.
    pub fn found(&self) -> &str {
        &self.found
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.found)
    }
}

impl core::error::Error for Failure {}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self {
            check: "the call succeeds",
            found: format!("{error:?}"),
        }
    }
}

/// Demands that `found` is `wanted`.
fn equal<T: PartialEq + fmt::Debug>(
    found: &T,
    wanted: &T,
    check: &'static str,
) -> Result<(), Failure> {
    if found == wanted {
        return Ok(());
    }
    Err(Failure {
        check,
        found: format!("found {found:?}, wanted {wanted:?}"),
    })
}

/// Demands that something holds.
fn holds(condition: bool, check: &'static str) -> Result<(), Failure> {
    if condition {
        return Ok(());
    }
    Err(Failure {
        check,
        found: String::from("it does not hold"),
    })
}

/// A group of checks over one backend; the number is how many there were.
pub type Group<H> = fn(&H) -> Result<usize, Failure>;

/// Every group, with its name.
pub fn groups<H: Harness<Store: Registry>>() -> Vec<(&'static str, Group<H>)> {
    vec![
        ("intake", intake::run),
        ("lookups", lookups::run),
        ("cleaning", cleaning::run),
        ("directory", directory::run),
        ("attestations", attestations::run),
        ("issuing", issuing::run),
        ("certificates", certificates::run),
        ("feeds", feeds::run),
        ("audits", audits::run),
        ("crash", crash::run),
        ("races", races::run),
    ]
}

/// The suite of [`FacilityDirectory`] alone: what each method does, interrupted at each internal
/// step, and raced by a second handle.
///
/// # Errors
///
/// The first check that fails.
pub fn facility_directory<H: Harness<Store: FacilityDirectory>>(
    harness: &H,
) -> Result<usize, Failure> {
    directory::run(harness)
}

/// A check over a fresh store.
type Check<S> = for<'store> fn(
    &'store S,
) -> core::pin::Pin<
    Box<dyn Future<Output = Result<(), Failure>> + Send + 'store>,
>;

/// Runs checks, each over a register of its own.
fn each<H: Harness>(harness: &H, checks: &[Check<H::Store>]) -> Result<usize, Failure> {
    for check in checks {
        let store = harness.fresh();
        harness.block_on(check(&store))?;
    }
    Ok(checks.len())
}
