//! The register in memory: the reference backend, for tests, examples and small tools.

mod contents;
mod state;
mod tx;

use alloc::sync::Arc;
use core::fmt;
use std::sync::{Condvar, Mutex, MutexGuard};

use async_trait::async_trait;

use crate::StoreError;
use crate::engine::{Access, Engine};
use crate::fault::Faults;

use state::Stored;
use tx::MemoryTx;

/// A register that lives as long as the process. Clones share it.
///
/// Writers wait for one another, blocking their thread for the length of one call; every bucket of
/// a call is committed by itself, as a distributed store would.
#[derive(Clone, Default)]
pub struct MemoryRegistry {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stored: Mutex<Stored>,
    writing: Mutex<bool>,
    done: Condvar,
    faults: Faults,
}

impl MemoryRegistry {
    /// An empty register.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets every call fail from the `steps`-th internal step on, as a process that was killed
    /// there would leave it; `None` ends that.
    #[cfg(feature = "conformance")]
    pub fn crash_after(&self, steps: Option<u64>) {
        self.shared.faults.arm(steps);
    }
}

impl fmt::Debug for MemoryRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryRegistry")
    }
}

#[async_trait]
impl Engine for MemoryRegistry {
    type Tx = MemoryTx;

    async fn begin(&self, access: Access) -> Result<MemoryTx, StoreError> {
        self.shared.faults.step()?;
        let turn = match access {
            Access::Read => None,
            Access::Write => Some(Turn::wait(&self.shared)?),
        };
        Ok(MemoryTx::new(Arc::clone(&self.shared), turn))
    }
}

impl Shared {
    /// A thread that panicked in the middle left nothing half done: changes are applied at once.
    fn stored(&self) -> MutexGuard<'_, Stored> {
        self.stored
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn writing(&self) -> MutexGuard<'_, bool> {
        self.writing
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The turn of the one writer; ends when dropped.
struct Turn(Arc<Shared>);

impl Turn {
    fn wait(shared: &Arc<Shared>) -> Result<Self, StoreError> {
        let free = shared.done.wait_while(shared.writing(), |writing| *writing);
        let mut writing = free.map_err(|_| StoreError::unavailable("turn"))?;
        *writing = true;
        drop(writing);
        Ok(Self(Arc::clone(shared)))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.writing() = false;
        self.0.done.notify_one();
    }
}
