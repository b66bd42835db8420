//! What a list says is no longer on it.

use dcc_sign::KeyId;

use super::country::CountryCode;
use super::entry::{Integrity, Provenance, TrustEntry};

/// A removed certificate: trust.md section 4, an item of a delta without its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    kid: KeyId,
    thumbprint: Option<[u8; 32]>,
    country: Option<CountryCode>,
    provenance: Provenance,
}

impl Tombstone {
    /// A tombstone of one certificate, or of all keys under a key id.
    pub const fn new(
        kid: KeyId,
        thumbprint: Option<[u8; 32]>,
        country: Option<CountryCode>,
        provenance: Provenance,
    ) -> Self {
        Self {
            kid,
            thumbprint,
            country,
            provenance,
        }
    }

    /// The key id.
    pub const fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// SHA-256 of the removed certificate, where the list names it.
    pub const fn thumbprint(&self) -> Option<&[u8; 32]> {
        self.thumbprint.as_ref()
    }

    /// The country, where the list names it.
    pub const fn country(&self) -> Option<CountryCode> {
        self.country
    }

    /// Which list said so.
    pub const fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Whether it is about this entry.
    pub fn names(&self, entry: &TrustEntry) -> bool {
        match (self.thumbprint(), entry.certificate()) {
            (Some(thumbprint), Some(certificate)) => thumbprint == certificate.thumbprint(),
            _ => self.kid() == entry.kid(),
        }
    }

    /// Whether it counts for every list: somebody vouches for it. One of an unsigned list removes
    /// only what came with it.
    pub(crate) fn counts_everywhere(&self) -> bool {
        self.provenance.integrity() > Integrity::Unsigned
    }

    /// Order of the deterministic file form.
    pub(crate) fn sort_key(&self) -> (&[u8], Option<&[u8; 32]>, &str) {
        (
            self.kid.as_bytes(),
            self.thumbprint(),
            self.provenance.source(),
        )
    }
}
