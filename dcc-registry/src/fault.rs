//! Failing at a chosen internal step, as a killed process would: for the conformance suites.

use core::sync::atomic::{AtomicU64, Ordering};

use crate::StoreError;

/// Counts internal steps down to a failure. Not armed, it costs one relaxed load.
#[derive(Debug)]
pub(crate) struct Faults(AtomicU64);

const DISARMED: u64 = u64::MAX;

impl Default for Faults {
    fn default() -> Self {
        Self(AtomicU64::new(DISARMED))
    }
}

impl Faults {
    /// Fails from the `steps`-th step on, until disarmed by `None`.
    #[cfg(feature = "conformance")]
    pub(crate) fn arm(&self, steps: Option<u64>) {
        self.0.store(steps.unwrap_or(DISARMED), Ordering::SeqCst);
    }

    /// One internal step: between any two of them a process may be killed.
    pub(crate) fn step(&self) -> Result<(), StoreError> {
        if self.0.load(Ordering::Relaxed) == DISARMED {
            return Ok(());
        }
        let left = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                if left == DISARMED {
                    None
                } else {
                    Some(left.saturating_sub(1))
                }
            });
        match left {
            Ok(0) => Err(StoreError::unavailable("crash")),
            _ => Ok(()),
        }
    }
}
