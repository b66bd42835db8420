//! Two subjects that are one person (`same-person`).
//!
//! Two identified subjects with one number whose names, birth dates and sexes agree were matched
//! with one row of the register, so they are one person; a name and a birth date alone never make
//! two subjects one (vn/domain.md section 5), nor does a number alone, which two people may share.
//! Both wait until somebody says by a link whether they are one.

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
    let candidates: Vec<(usize, LookupKey)> = checked
        .iter()
        .enumerate()
        .filter(|(_, subject)| subject.state.is_identified())
        .filter_map(|(place, subject)| Some((place, document_key(key, &subject.identity)?)))
        .collect();
    let keys: Vec<LookupKey> = candidates.iter().map(|(_, key)| *key).collect();
    let found = registry.by_document(&keys).await?;
    let shared: Vec<(usize, Vec<SubjectId>)> = candidates
        .iter()
        .zip(found)
        .filter(|(_, owners)| owners.len() > 1)
        .map(|((place, _), owners)| (*place, owners))
        .collect();
    if shared.is_empty() {
        return Ok(());
    }
    let others = Others::read(registry, checked, &shared).await?;
    let mut twins: HashSet<SubjectId> = HashSet::new();
    for (place, owners) in shared {
        let Some(subject) = checked.get(place) else {
            continue;
        };
        let alike: Vec<SubjectId> = owners
            .into_iter()
            .filter(|owner| *owner != subject.id)
            .filter(|owner| others.is_alike(subject, owner))
            .collect();
        if alike.is_empty() {
            continue;
        }
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
        });
    }
}

struct Other {
    identity: Identity,
    version: u32,
    state: VerificationState,
}

/// The other owners of shared numbers, in the state that they have now or get by this batch.
struct Others(HashMap<SubjectId, Other>);

impl Others {
    async fn read(
        registry: &dyn Registry,
        checked: &[Checked],
        shared: &[(usize, Vec<SubjectId>)],
    ) -> Result<Self, StoreError> {
        let owners: HashSet<SubjectId> = shared
            .iter()
            .flat_map(|(_, owners)| owners.iter().copied())
            .collect();
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
        self.0.get(other).is_some_and(|other| {
            let counts =
                other.state.is_identified() || other.state == VerificationState::SamePerson;
            counts && is_one_row(&subject.identity, &other.identity)
        })
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
