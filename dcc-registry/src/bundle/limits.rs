//! How much of a bundle is read.

use dcc_codec::Limits;
use dcc_codec::cbor::CborLimits;

/// Limits for untrusted bundles. The defaults hold the trust lists of all countries many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BundleLimits {
    bytes: usize,
    inflated: usize,
    sections: usize,
}

impl Default for BundleLimits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            inflated: 64 * 1024 * 1024,
            sections: 64,
        }
    }
}

impl BundleLimits {
    /// At most this many bytes a bundle (16 MiB).
    #[must_use]
    pub const fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// At most this many bytes in all inflated sections together (64 MiB).
    #[must_use]
    pub const fn with_inflated(mut self, bytes: usize) -> Self {
        self.inflated = bytes;
        self
    }

    /// At most this many sections (64).
    #[must_use]
    pub const fn with_sections(mut self, sections: usize) -> Self {
        self.sections = sections;
        self
    }

    /// Most bytes of a bundle.
    pub const fn bytes(self) -> usize {
        self.bytes
    }

    /// Most bytes of all inflated sections together.
    pub const fn inflated(self) -> usize {
        self.inflated
    }

    /// Most sections.
    pub const fn sections(self) -> usize {
        self.sections
    }

    /// The bounds of the file around header and sections.
    pub(super) fn frame(self) -> CborLimits {
        CborLimits::default()
            .with_depth(2)
            .with_items(self.sections.saturating_add(8))
    }

    /// The bounds of the header: seven items and a name a section.
    pub(super) fn header(self) -> Limits {
        let items = self.sections.saturating_mul(7).saturating_add(32);
        Limits::default().with_cbor(CborLimits::default().with_depth(4).with_items(items))
    }
}
