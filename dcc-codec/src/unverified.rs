//! The wrapper of everything that nobody's signature vouches for yet.

/// A value that was read from untrusted bytes and whose signature was not checked.
///
/// This crate yields nothing else. There is no `Deref` and no `AsRef`: the only ways in have
/// `dangerous` in their name, so that a search finds every place which believes an unchecked
/// certificate. `dcc-sign` turns an `Unverified` into its `Verified` by checking the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Unverified<T>(T);

impl<T> Unverified<T> {
    /// Marks a value as unverified. Always allowed: this direction loses trust.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value as the untrusted bytes claim it.
    pub const fn dangerous_unverified(&self) -> &T {
        &self.0
    }

    /// Takes the value out as the untrusted bytes claim it.
    pub fn dangerous_into_unverified(self) -> T {
        self.0
    }

    /// Changes the value without vouching for it.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Unverified<U> {
        Unverified(change(self.0))
    }
}
