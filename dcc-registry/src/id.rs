//! The names of things: subjects, buckets, doses, certificates, facilities, lists.

use core::fmt;

use sha2::{Digest as _, Sha256};

/// How many buckets the subject aggregates are spread over (design decision 14).
pub const BUCKETS: u16 = 4096;

/// One of the [`BUCKETS`] parts of the register, the unit of transactions, leases and shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(u16);

impl Bucket {
    /// The bucket numbered `number`, or `None` from [`BUCKETS`] on.
    pub const fn new(number: u16) -> Option<Self> {
        if number < BUCKETS {
            Some(Self(number))
        } else {
            None
        }
    }

    /// Every bucket, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..BUCKETS).map(Self)
    }

    /// Its number, 0 to 4095.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The leading 12 bits of `bytes`.
    pub(crate) fn leading(bytes: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(bytes) >> 4)
    }
}

/// A SHA-256 value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Thirty-two zero bytes: the hash before the first event of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// The SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// A value computed elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A value read back, or `None` unless it is 32 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

/// Who a subject aggregate is about: 16 random-looking bytes that say nothing of the person.
///
/// [`ReferenceKey::subject_id`](crate::ReferenceKey::subject_id) derives it from the platform's
/// own reference by HMAC, so that a second import finds the same subject without a look-up table,
/// and so that audit events, which name it, hold only an HMAC of the person (design decision 15).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId([u8; 16]);

impl SubjectId {
    /// An id drawn or read elsewhere.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// An id read back, or `None` unless it is 16 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The bucket in which everything of this subject lives: the leading 12 bits.
    pub fn bucket(&self) -> Bucket {
        let [first, second, ..] = self.0;
        Bucket::leading([first, second])
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

/// The key of a look-up row: 16 bytes of a hash or HMAC of what is looked up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookupKey([u8; 16]);

impl LookupKey {
    /// A key read back, or `None` unless it is 16 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The leading half of a hash or HMAC.
    pub fn from_digest(digest: &Digest) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(digest.0.first_chunk::<16>().map_or(&[0; 16], |half| half));
        Self(key)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The bucket of the look-up row, from its own key.
    pub fn bucket(&self) -> Bucket {
        let [first, second, ..] = self.0;
        Bucket::leading([first, second])
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_ids! {
    /// The platform's reference of one shot (`dose_ref`), unique over the whole register.
    DoseRef;
    /// The code of a vaccinating facility, a health department or a CDC.
    FacilityId;
    /// The certificate identifier `ci`, a UVCI; it holds nothing personal.
    CertificateId;
    /// A cleaning list of one commune.
    ListId;
    /// A five-digit code of a commune.
    CommuneCode;
    /// A worker that holds leases: a process, not a person.
    WorkerId;
    /// A code of a held or refused record (vn/refusals.md), such as `pop-name`.
    ReasonCode;
}

impl DoseRef {
    /// The key of its look-up row.
    pub fn lookup_key(&self) -> LookupKey {
        tagged_key(b"dose_ref\0", self.0.as_bytes())
    }
}

impl CertificateId {
    /// The key of its look-up row; case makes no difference.
    pub fn lookup_key(&self) -> LookupKey {
        tagged_key(b"uvci\0", self.0.to_ascii_uppercase().as_bytes())
    }
}

macro_rules! digest_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Digest);

        impl $name {
            /// The id that is this hash.
            pub const fn new(digest: Digest) -> Self {
                Self(digest)
            }

            /// The hash.
            pub const fn digest(&self) -> &Digest {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

digest_ids! {
    /// An attestation: the SHA-256 of its package as it is stored.
    AttestationId;
    /// An issue batch: the hash of its normalised inputs, policy and profile (design decision 13).
    BatchId;
    /// Why a certificate was made: the hash of the subject's normalised inputs (identity, dose
    /// versions), policy, profile and, for a renewal, the renewed certificate. One open or
    /// current certificate of a subject can have it.
    Basis;
}

fn tagged_key(tag: &[u8], text: &[u8]) -> LookupKey {
    let mut bytes = Vec::with_capacity(tag.len().saturating_add(text.len()));
    bytes.extend_from_slice(tag);
    bytes.extend_from_slice(text);
    LookupKey::from_digest(&Digest::of(&bytes))
}

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}
