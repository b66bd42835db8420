//! Two subjects that are one person (`same-person`).
//!
//! Two identified subjects with one number whose names, birth dates and sexes agree were matched
//! with one row of the register, so they are one person; a name and a birth date alone never make
//! two subjects one (vn/domain.md section 5), nor does a number alone, which two people may share.
//! Under different numbers (a CMND, then a CCCD) they are found where the register names people:
//! two subjects whom it calls by the same token. Both wait until somebody says by a link whether
//! they are one.

use alloc::collections::{BTreeMap, BTreeSet};
use std::collections::{HashMap, HashSet};

use dcc_model::names_agree;
use dcc_registry::{
    Identity, LinkRelation, LookupKey, ReferenceKey, Registry, StoreError, SubjectId,
    VerificationState,
};

use super::Checked;
use crate::RefusalCode;
use crate::intake::{document_key, is_foreign};

/// Marks the subjects of a batch that are the same person as another one, and adds those others
/// where they are not of the batch.
pub(super) async fn mark(
    registry: &dyn Registry,
    key: &ReferenceKey,
    checked: &mut Vec<Checked>,
) -> Result<(), StoreError> {
    let numbers = by_number(registry, key, checked).await?;
    let named = by_person(registry, checked).await?;
    if numbers.is_empty() && named.is_empty() {
        return Ok(());
    }
    let owners = numbers
        .iter()
        .flat_map(|(_, owners)| owners.iter().copied());
    let owners = owners.chain(named.iter().map(|(_, other, _)| *other));
    let others = Others::read(registry, checked, owners.collect()).await?;
    let mut alike: BTreeMap<usize, BTreeSet<SubjectId>> = BTreeMap::new();
    for (place, owners) in numbers {
        if let Some(subject) = checked.get(place) {
            let owners = owners.into_iter().filter(|owner| *owner != subject.id);
            let found = owners.filter(|owner| others.is_alike(subject, owner));
            alike.entry(place).or_default().extend(found);
        }
    }
    for (place, other, version) in named {
        if others.is_still(&other, version) {
            alike.entry(place).or_default().insert(other);
        }
    }
    let mut twins: HashSet<SubjectId> = HashSet::new();
    for (place, alike) in alike {
        let Some(subject) = checked.get(place).filter(|_| !alike.is_empty()) else {
            continue;
        };
        let links = registry.history(subject.id).await?;
        let links = links.map(|history| history.links).unwrap_or_default();
        for other in alike {
            let link = links.iter().find(|link| link.other == other);
            match link.map(|link| link.relation) {
                Some(LinkRelation::Different) => {}
                // This is the one to be issued for.
                Some(LinkRelation::MergedFrom) => {
                    twins.insert(other);
                }
                Some(LinkRelation::MergedInto) => {
                    twins.insert(subject.id);
                }
                _ => twins.extend([subject.id, other]),
            }
        }
    }
    settle(checked, &others, &twins);
    Ok(())
}

/// Places of identified subjects whose number others have too, with everybody who has it.
async fn by_number(
    registry: &dyn Registry,
    key: &ReferenceKey,
    checked: &[Checked],
) -> Result<Vec<(usize, Vec<SubjectId>)>, StoreError> {
    let candidates: Vec<(usize, LookupKey)> = checked
        .iter()
        .enumerate()
        .filter(|(_, subject)| subject.state.is_identified())
        .filter_map(|(place, subject)| Some((place, document_key(key, &subject.identity)?)))
        .collect();
    let keys: Vec<LookupKey> = candidates.iter().map(|(_, key)| *key).collect();
    let found = registry.by_document(&keys).await?;
    let shared = candidates
        .iter()
        .zip(found)
        .filter(|(_, owners)| owners.len() > 1)
        .map(|((place, _), owners)| (*place, owners));
    Ok(shared.collect())
}

/// Places of identified subjects whom the register called by the name of another one too, each
/// with that one and its identity version then. Whoever is of this batch is known by its answer
/// here, and not by what the store has of an earlier one.
async fn by_person(
    registry: &dyn Registry,
    checked: &[Checked],
) -> Result<Vec<(usize, SubjectId, u32)>, StoreError> {
    let named: Vec<(usize, LookupKey)> = checked
        .iter()
        .enumerate()
        .filter(|(_, subject)| subject.state.is_identified())
        .filter_map(|(place, subject)| Some((place, subject.person?)))
        .collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let in_batch: HashSet<SubjectId> = checked.iter().map(|subject| subject.id).collect();
    let mut here: HashMap<LookupKey, Vec<(SubjectId, u32)>> = HashMap::new();
    for (place, key) in &named {
        if let Some(subject) = checked.get(*place) {
            let of_person = here.entry(*key).or_default();
            of_person.push((subject.id, subject.version));
        }
    }
    let keys: Vec<LookupKey> = named.iter().map(|(_, key)| *key).collect();
    let stored = registry.by_person(&keys).await?;
    let mut found = Vec::new();
    for ((place, key), stored) in named.iter().zip(stored) {
        let own = checked.get(*place).map(|subject| subject.id);
        let elsewhere = stored.into_iter().filter(|(id, _)| !in_batch.contains(id));
        let others = here
            .get(key)
            .into_iter()
            .flatten()
            .copied()
            .chain(elsewhere);
        let others = others.filter(|(id, _)| Some(*id) != own);
        found.extend(others.map(|(id, version)| (*place, id, version)));
    }
    Ok(found)
}

fn settle(checked: &mut Vec<Checked>, others: &Others, twins: &HashSet<SubjectId>) {
    let reasons = || vec![RefusalCode::SamePerson.reason()];
    let mut in_batch = HashSet::new();
    for subject in checked.iter_mut() {
        in_batch.insert(subject.id);
        if twins.contains(&subject.id) {
            subject.state = VerificationState::SamePerson;
            subject.reasons = reasons();
        }
    }
    let outside = twins.iter().filter(|id| !in_batch.contains(*id));
    for (id, other) in outside.filter_map(|id| Some((id, others.0.get(id)?))) {
        checked.push(Checked {
            id: *id,
            identity: other.identity.clone(),
            version: other.version,
            state: VerificationState::SamePerson,
            reasons: reasons(),
            person: None,
        });
    }
}

struct Other {
    identity: Identity,
    version: u32,
    state: VerificationState,
}

impl Other {
    fn counts(&self) -> bool {
        self.state.is_identified() || self.state == VerificationState::SamePerson
    }
}

/// The other owners of shared numbers and names, in the state that they have now or get by this batch.
struct Others(HashMap<SubjectId, Other>);

impl Others {
    async fn read(
        registry: &dyn Registry,
        checked: &[Checked],
        owners: HashSet<SubjectId>,
    ) -> Result<Self, StoreError> {
        let owners: Vec<SubjectId> = owners.into_iter().collect();
        let stored = registry.subjects(&owners).await?;
        let mut others = HashMap::new();
        for subject in stored.into_iter().flatten() {
            let record = subject.record;
            others.insert(
                record.id,
                Other {
                    identity: record.identity,
                    version: record.identity_version,
                    state: record.verification.state,
                },
            );
        }
        for subject in checked {
            if let Some(other) = others.get_mut(&subject.id) {
                other.state = subject.state;
            }
        }
        Ok(Self(others))
    }

    fn is_alike(&self, subject: &Checked, other: &SubjectId) -> bool {
        let other = self.0.get(other).filter(|other| other.counts());
        other.is_some_and(|other| is_one_row(&subject.identity, &other.identity))
    }

    /// Whether a subject is still the one whom the register named at this version.
    fn is_still(&self, other: &SubjectId, version: u32) -> bool {
        let other = self.0.get(other).filter(|other| other.counts());
        other.is_some_and(|other| other.version == version)
    }
}

/// Whether two identities that a register agreed with can be of one row.
fn is_one_row(one: &Identity, other: &Identity) -> bool {
    let known = one.birth_date.len().min(other.birth_date.len());
    one.document_number == other.document_number
        && path(one) == path(other)
        && one.sex == other.sex
        && one.birth_date.get(..known) == other.birth_date.get(..known)
        && names_agree(&one.full_name, &other.full_name).is_match()
}

/// The nationality where it matters: of Vietnamese, stated or not, the number is the nation's.
fn path(identity: &Identity) -> Option<&str> {
    is_foreign(identity).then_some(identity.nationality.as_str())
}
