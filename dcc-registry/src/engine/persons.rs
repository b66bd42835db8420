//! Whom the population register named when it agreed with a subject.
//!
//! The entry of a person lists subjects with the identity version for which the register named
//! that person. Nothing is ever taken out: an entry of an older version counts no more.

use alloc::collections::BTreeMap;

use super::{Shelf, Tx};
use crate::{LookupKey, StoreError, SubjectId, VerificationResult};

const ABOUT: &str = "person";
/// A subject and its identity version.
const ENTRY: usize = 20;

type Entries = BTreeMap<SubjectId, u32>;

/// Notes the persons of these results; the newest version of a subject stands.
pub(super) async fn note<T: Tx>(
    tx: &mut T,
    items: &[VerificationResult],
) -> Result<(), StoreError> {
    let mut named: BTreeMap<LookupKey, Entries> = BTreeMap::new();
    for item in items {
        if let Some(person) = item.person {
            let entries = named.entry(person).or_default();
            raise(entries, item.subject, item.identity_version);
        }
    }
    if named.is_empty() {
        return Ok(());
    }
    let keys: Vec<Vec<u8>> = named.keys().map(|key| key.as_bytes().to_vec()).collect();
    let known = tx.shelf(Shelf::Person, &keys).await?;
    let mut rows = Vec::new();
    for ((key, known), new) in keys.into_iter().zip(known).zip(named.into_values()) {
        let mut entries = known
            .as_deref()
            .map(decode)
            .transpose()?
            .unwrap_or_default();
        for (subject, version) in new {
            raise(&mut entries, subject, version);
        }
        let body = encode(&entries);
        if known.as_ref() != Some(&body) {
            rows.push((key, body));
        }
    }
    tx.put_shelf(Shelf::Person, &rows).await
}

/// The entries of persons, in the order of the keys.
pub(super) async fn read<T: Tx>(
    tx: &mut T,
    keys: &[LookupKey],
) -> Result<Vec<Vec<(SubjectId, u32)>>, StoreError> {
    let keys: Vec<Vec<u8>> = keys.iter().map(|key| key.as_bytes().to_vec()).collect();
    let bodies = tx.shelf(Shelf::Person, &keys).await?;
    let entries = bodies.into_iter().map(|body| match body {
        Some(body) => Ok(decode(&body)?.into_iter().collect()),
        None => Ok(Vec::new()),
    });
    entries.collect()
}

fn raise(entries: &mut Entries, subject: SubjectId, version: u32) {
    let known = entries.entry(subject).or_insert(version);
    *known = version.max(*known);
}

fn encode(entries: &Entries) -> Vec<u8> {
    let entry = |(subject, version): (&SubjectId, &u32)| {
        [subject.as_bytes().as_slice(), &version.to_be_bytes()].concat()
    };
    entries.iter().flat_map(entry).collect()
}

fn decode(body: &[u8]) -> Result<Entries, StoreError> {
    let (entries, rest) = body.as_chunks::<ENTRY>();
    if !rest.is_empty() {
        return Err(StoreError::corrupt(ABOUT));
    }
    let entry = |entry: &[u8; ENTRY]| {
        let (subject, version) = (entry.first_chunk::<16>()?, entry.last_chunk::<4>()?);
        Some((
            SubjectId::from_bytes(*subject),
            u32::from_be_bytes(*version),
        ))
    };
    let found: Option<Entries> = entries.iter().map(entry).collect();
    found.ok_or(StoreError::corrupt(ABOUT))
}
