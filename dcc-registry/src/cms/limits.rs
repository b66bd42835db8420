//! How much of an untrusted message is read.

/// Limits for untrusted CMS messages. The defaults hold every message of the gateways with room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CmsLimits {
    bytes: usize,
    depth: usize,
    certificates: usize,
}

impl Default for CmsLimits {
    fn default() -> Self {
        Self {
            bytes: 4 * 1024 * 1024,
            depth: 24,
            certificates: 16,
        }
    }
}

impl CmsLimits {
    /// At most this many bytes a message (4 MiB).
    #[must_use]
    pub const fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// At most this many levels of nesting (24; real messages have 11).
    #[must_use]
    pub const fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// At most this many certificates and signatures each (16).
    #[must_use]
    pub const fn with_certificates(mut self, certificates: usize) -> Self {
        self.certificates = certificates;
        self
    }

    pub(crate) const fn bytes(self) -> usize {
        self.bytes
    }

    pub(crate) const fn depth(self) -> usize {
        self.depth
    }

    pub(crate) const fn certificates(self) -> usize {
        self.certificates
    }
}
