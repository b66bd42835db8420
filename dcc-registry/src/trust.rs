//! Whom verifiers trust: keys and authorities of many lists, merged, compared, stored and frozen.
//!
//! A [`TrustEntry`] is a certificate or a bare key with what its list said about it. A
//! [`TrustList`] merges the [`Import`](crate::trust_list::Import)s of any number of lists; a
//! [`TrustSnapshot`] is what a verifier holds, and a [`TrustHandle`] swaps snapshots while checks
//! go on. Nothing is invented: a list without dates gives entries without validity.

mod code;
mod country;
mod diff;
mod entry;
mod file;
mod list;
mod snapshot;
mod tombstone;

pub use code::TrustCode;
pub use country::CountryCode;
pub use diff::{TrustChange, TrustDiff};
pub use entry::{Integrity, Provenance, TrustEntry, TrustMaterial, TrustRole, ValidityPeriod};
pub use file::{TrustFileError, is_trust_file, read_trust_file, write_trust_file};
pub use list::{MAX_KEYS_PER_KID, TrustList, TrustListError};
pub use snapshot::{ChainState, SnapshotError, SnapshotKey, TrustHandle, TrustSnapshot};
pub use tombstone::Tombstone;

pub(crate) use entry::{EntryDraft, ListedCountry};
