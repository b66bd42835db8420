//! Who does something, when: every mutating call names it (design decision 15, R15).

use core::fmt;

use dcc_model::Timestamp;

/// The most characters of an actor's reference.
pub const MAX_ACTOR_LENGTH: usize = 120;

/// Who acts: a role and a reference of an office, an account or a program, such as
/// `facility:01001`, `police:00001/k7` or `dcc-issue`. Never a person's name or number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(String);

impl Actor {
    /// Takes a reference; what is longer than [`MAX_ACTOR_LENGTH`] characters is cut.
    pub fn new(reference: &str) -> Self {
        Self(reference.chars().take(MAX_ACTOR_LENGTH).collect())
    }

    /// The reference.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One act: who, and at which instant. It stands in the audit event that is written in the same
/// transaction as the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    actor: Actor,
    at: Timestamp,
}

impl Act {
    /// `actor` acts at `at`.
    pub const fn new(actor: Actor, at: Timestamp) -> Self {
        Self { actor, at }
    }

    /// Who acts.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// When.
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}
