//! The secret under which references to persons are made.

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{Digest, LookupKey, PersonToken, SubjectId};

/// The secret of one register from which subject ids and document keys are derived by
/// HMAC-SHA-256 (RFC 2104), each purpose under a label of its own.
///
/// A register keeps one key for its whole life: with another, a known person would become a new
/// subject. Its bytes are wiped when it is dropped and never printed.
#[derive(Clone)]
pub struct ReferenceKey(zeroize::Zeroizing<[u8; 32]>);

impl ReferenceKey {
    /// The key with these bytes, which should come from a CSPRNG.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(zeroize::Zeroizing::new(bytes))
    }

    /// The subject whom the platform calls `subject_ref`.
    pub fn subject_id(&self, subject_ref: &str) -> SubjectId {
        let key = LookupKey::from_digest(&self.mac(b"subject\0", &[subject_ref]));
        SubjectId::from_bytes(*key.as_bytes())
    }

    /// The look-up key of an identity document: its kind's word and its normalised number.
    pub fn document(&self, kind: &str, number: &str) -> LookupKey {
        LookupKey::from_digest(&self.mac(b"document\0", &[kind, number]))
    }

    /// The look-up key of the person whom a population register names by `token`.
    pub fn register_person(&self, token: &PersonToken) -> LookupKey {
        LookupKey::from_digest(&self.mac_bytes(b"register-person\0", &[token.as_bytes()]))
    }

    /// A reference to any other personal value, for logs of access and limiters.
    pub fn person(&self, parts: &[&str]) -> Digest {
        self.mac(b"person\0", parts)
    }

    fn mac(&self, label: &[u8], parts: &[&str]) -> Digest {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        self.mac_bytes(label, &parts)
    }

    fn mac_bytes(&self, label: &[u8], parts: &[&[u8]]) -> Digest {
        // HMAC takes keys of every length; the fallback is there for the type only.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else {
            return Digest::ZERO;
        };
        mac.update(label);
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            mac.update(&length.to_be_bytes());
            mac.update(part);
        }
        Digest::from_bytes(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for ReferenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReferenceKey")
    }
}
