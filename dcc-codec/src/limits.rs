//! How much of anything a decoder takes from untrusted input.

use crate::cbor::CborLimits;

/// Bounds of one certificate's decoding. The default fits every certificate ever seen with room
/// to spare and keeps memory at a few hundred KiB whatever the input.
///
/// ```
/// use dcc_codec::Limits;
/// let limits = Limits::default().with_inflated(32 * 1024);
/// assert_eq!(limits.inflated(), 32 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    text: usize,
    inflated: usize,
    cbor: CborLimits,
}

impl Limits {
    /// These limits with another length of the text in bytes (512 KiB).
    ///
    /// A QR symbol holds 4296 characters at most; the default is generous because a longer text
    /// is best refused by the layer that knows why.
    #[must_use]
    pub const fn with_text(mut self, bytes: usize) -> Self {
        self.text = bytes;
        self
    }

    /// These limits with another size of the inflated COSE message in bytes (128 KiB).
    ///
    /// Real messages are below 2 KiB. The default lets a message of 100 000 nested arrays through
    /// to the layer that refuses nesting.
    #[must_use]
    pub const fn with_inflated(mut self, bytes: usize) -> Self {
        self.inflated = bytes;
        self
    }

    /// These limits with other CBOR limits.
    #[must_use]
    pub const fn with_cbor(mut self, cbor: CborLimits) -> Self {
        self.cbor = cbor;
        self
    }

    /// Most bytes of the text.
    pub const fn text(&self) -> usize {
        self.text
    }

    /// Most bytes of the inflated COSE message, and of a COSE message that comes raw.
    pub const fn inflated(&self) -> usize {
        self.inflated
    }

    /// Limits of each CBOR item.
    pub const fn cbor(&self) -> &CborLimits {
        &self.cbor
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text: 512 * 1024,
            inflated: 128 * 1024,
            cbor: CborLimits::default(),
        }
    }
}
