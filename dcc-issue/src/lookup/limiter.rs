//! How often somebody may ask.

use core::fmt;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use dcc_model::Timestamp;
use dcc_registry::Digest;

/// Refuses who asks too often. `who` is an HMAC of a client or of a number, never the thing itself.
pub trait LookupLimiter: fmt::Debug + Send + Sync {
    /// Counts one question of `who` at `at`.
    ///
    /// # Errors
    ///
    /// [`RateLimited`] where it is one too many.
    fn permit(&self, who: &Digest, at: Timestamp) -> Result<(), RateLimited>;
}

/// Asked too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("asked too often; ask again in {seconds} seconds")]
#[non_exhaustive]
pub struct RateLimited {
    /// How long to wait.
    pub seconds: u64,
}

impl RateLimited {
    /// Wait so long.
    pub const fn new(seconds: u64) -> Self {
        Self { seconds }
    }
}

/// So many questions in a window of time, in the memory of one process. Several processes share a
/// limiter of their own behind [`LookupLimiter`].
pub struct WindowLimiter {
    most: u32,
    seconds: i64,
    /// The window and what was asked in it.
    asked: Mutex<(i64, HashMap<Digest, u32>)>,
}

impl WindowLimiter {
    /// At most `most` questions of each in every window of `seconds` (at least 1).
    pub fn new(most: u32, seconds: u32) -> Self {
        let asked = Mutex::new((0, HashMap::new()));
        Self {
            most,
            seconds: i64::from(seconds.max(1)),
            asked,
        }
    }
}

impl LookupLimiter for WindowLimiter {
    fn permit(&self, who: &Digest, at: Timestamp) -> Result<(), RateLimited> {
        let now = at.unix_seconds();
        let window = now.div_euclid(self.seconds);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.0 != window {
            *asked = (window, HashMap::new());
        }
        let count = asked.1.entry(*who).or_default();
        *count = count.saturating_add(1);
        if *count > self.most {
            let left = self.seconds.saturating_sub(now.rem_euclid(self.seconds));
            return Err(RateLimited::new(left.unsigned_abs()));
        }
        Ok(())
    }
}

impl fmt::Debug for WindowLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowLimiter")
            .field("most", &self.most)
            .field("seconds", &self.seconds)
            .finish_non_exhaustive()
    }
}
