//! The catalogue in a JSON file: the store that an integrator writes.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use std::fs;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use dcc_registry::{
    Act, CommuneCode, Delegation, Facility, FacilityCertificate, FacilityDirectory, FacilityId,
    SigningMode, StoreError, StoreErrorKind, Timestamp, Written, civil,
};
use serde::{Deserialize, Serialize};

/// The catalogue in its file. Every change is one new file put in the old one's place, under a
/// lock that other processes see.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue {
    pub(crate) folder: PathBuf,
    /// For the suite: how many more steps until this "process" is killed.
    pub(crate) left: Arc<AtomicU64>,
}

/// The file's content, in the order of keys.
#[derive(Default, Serialize, Deserialize)]
struct Content {
    facilities: BTreeMap<String, FacilityEntry>,
    /// By grantor, grantee and reference.
    delegations: Vec<DelegationEntry>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct FacilityEntry {
    name: String,
    commune: String,
    mode: String,
    enabled_from: Option<String>,
    certificates: Vec<(Vec<u8>, i64, Option<i64>)>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct DelegationEntry {
    key: (String, String, String),
    days: (String, String),
    scope: (Option<String>, Option<String>),
    revoked_at: Option<i64>,
}

/// What is in the file cannot be true.
fn corrupt() -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt).about("catalogue")
}

fn instant(seconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_unix_seconds(seconds).ok_or_else(corrupt)
}

fn day(text: &str) -> Result<civil::Date, StoreError> {
    text.parse().map_err(|_| corrupt())
}

impl FacilityEntry {
    fn of(facility: &Facility) -> Self {
        let seconds = Timestamp::unix_seconds;
        let certificates = facility.certificates.iter();
        Self {
            name: facility.name.clone(),
            commune: facility.commune.as_str().to_owned(),
            mode: facility.mode.word().to_owned(),
            enabled_from: facility.enabled_from.map(|day| day.to_string()),
            certificates: certificates
                .map(|c| {
                    (
                        c.der.clone(),
                        seconds(c.registered_at),
                        c.revoked_at.map(seconds),
                    )
                })
                .collect(),
        }
    }

    fn facility(&self, id: &str) -> Result<Facility, StoreError> {
        let commune = CommuneCode::new(self.commune.as_str());
        let mut facility = Facility::new(FacilityId::new(id), self.name.as_str(), commune);
        let mut modes = SigningMode::ALL.iter().copied();
        let mode = modes.find(|mode| mode.word() == self.mode);
        facility.mode = mode.ok_or_else(corrupt)?;
        facility.enabled_from = self.enabled_from.as_deref().map(day).transpose()?;
        for (der, registered_at, revoked_at) in &self.certificates {
            let mut certificate = FacilityCertificate::new(der.clone(), instant(*registered_at)?);
            certificate.revoked_at = revoked_at.map(instant).transpose()?;
            facility.certificates.push(certificate);
        }
        Ok(facility)
    }
}

impl DelegationEntry {
    fn of(item: &Delegation) -> Self {
        let parties = [&item.grantor, &item.grantee].map(|id| id.as_str().to_owned());
        let [grantor, grantee] = parties;
        Self {
            key: (grantor, grantee, item.reference.clone()),
            days: (item.valid_from.to_string(), item.valid_to.to_string()),
            scope: (
                item.scope_from.map(|day| day.to_string()),
                item.scope_to.map(|day| day.to_string()),
            ),
            revoked_at: item.revoked_at.map(Timestamp::unix_seconds),
        }
    }

    fn delegation(&self) -> Result<Delegation, StoreError> {
        let (grantor, grantee, reference) = &self.key;
        let [grantor, grantee] = [grantor, grantee].map(|id| FacilityId::new(id.as_str()));
        let days = (day(&self.days.0)?, day(&self.days.1)?);
        let mut item = Delegation::new(grantor, grantee, reference.as_str(), days);
        item.scope_from = self.scope.0.as_deref().map(day).transpose()?;
        item.scope_to = self.scope.1.as_deref().map(day).transpose()?;
        item.revoked_at = self.revoked_at.map(instant).transpose()?;
        Ok(item)
    }
}

impl Catalogue {
    pub(crate) fn open(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            left: Arc::new(AtomicU64::new(u64::MAX)),
        }
    }

    /// Between any two steps a process may be killed.
    fn step(&self) -> Result<(), StoreError> {
        let take = |left: u64| (left < u64::MAX).then(|| left.saturating_sub(1));
        match self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
        {
            Ok(0) => Err(StoreError::new(StoreErrorKind::Unavailable).about("killed")),
            _ => Ok(()),
        }
    }

    fn read(&self) -> Result<Content, StoreError> {
        self.step()?;
        match fs::read(self.folder.join("catalogue.json")) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| corrupt()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Content::default()),
            Err(_) => Err(StoreError::new(StoreErrorKind::Unavailable)),
        }
    }

    /// Changes the content: wholly or not at all, one writer after the other.
    fn change<T>(
        &self,
        work: impl FnOnce(&mut Content) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let unavailable = |_: std::io::Error| StoreError::new(StoreErrorKind::Unavailable);
        let lock = fs::File::create(self.folder.join("lock")).map_err(unavailable)?;
        lock.lock().map_err(unavailable)?; // ends when the file is closed
        let mut content = self.read()?;
        let answer = work(&mut content)?;
        let bytes = serde_json::to_vec(&content).map_err(|_| corrupt())?;
        let new = self.folder.join("catalogue.new");
        self.step()?;
        fs::write(&new, bytes).map_err(unavailable)?;
        self.step()?;
        fs::rename(&new, self.folder.join("catalogue.json")).map_err(unavailable)?;
        self.step()?;
        Ok(answer)
    }
}

/// What became of an entry that stood as `known`.
fn written<T: PartialEq>(known: Option<&T>, entry: &T) -> Written {
    match known {
        None => Written::Added,
        Some(known) if known == entry => Written::Unchanged,
        Some(_) => Written::Updated,
    }
}

/// A system behind a network awaits its answers here; the rules are these.
#[async_trait]
impl FacilityDirectory for Catalogue {
    async fn put_facilities(
        &self,
        _act: &Act,
        items: &[Facility],
    ) -> Result<Vec<Written>, StoreError> {
        self.change(|content| {
            let mut answers = Vec::new();
            for item in items {
                let id = item.id.as_str();
                let known = content.facilities.get(id);
                let entry = match known {
                    Some(known) => FacilityEntry::of(&item.clone().over(&known.facility(id)?)),
                    None => FacilityEntry::of(item),
                };
                answers.push(written(known, &entry));
                content.facilities.insert(id.to_owned(), entry);
            }
            Ok(answers)
        })
    }

    async fn facilities(&self, ids: &[FacilityId]) -> Result<Vec<Option<Facility>>, StoreError> {
        let content = self.read()?;
        let one = |id: &FacilityId| {
            let entry = content.facilities.get(id.as_str());
            entry.map(|entry| entry.facility(id.as_str())).transpose()
        };
        ids.iter().map(one).collect()
    }

    async fn all_facilities(
        &self,
        after: Option<&FacilityId>,
        limit: usize,
    ) -> Result<Vec<Facility>, StoreError> {
        let content = self.read()?;
        let behind = |id: &str| after.is_none_or(|after| after.as_str() < id);
        let page = content
            .facilities
            .iter()
            .filter(|(id, _)| behind(id))
            .take(limit);
        page.map(|(id, entry)| entry.facility(id)).collect()
    }

    async fn put_delegations(
        &self,
        _act: &Act,
        items: &[Delegation],
    ) -> Result<Vec<Written>, StoreError> {
        self.change(|content| {
            let mut answers = Vec::new();
            for item in items {
                let mut entry = DelegationEntry::of(item);
                let found = content
                    .delegations
                    .iter_mut()
                    .find(|old| old.key == entry.key);
                if let Some(known) = &found {
                    entry = DelegationEntry::of(&item.clone().over(&known.delegation()?));
                }
                answers.push(written(found.as_deref(), &entry));
                match found {
                    Some(known) => *known = entry,
                    None => content.delegations.push(entry),
                }
            }
            content
                .delegations
                .sort_by(|one, other| one.key.cmp(&other.key));
            Ok(answers)
        })
    }

    async fn delegations(
        &self,
        grantor: Option<&FacilityId>,
    ) -> Result<Vec<Delegation>, StoreError> {
        let content = self.read()?;
        let of = |entry: &&DelegationEntry| grantor.is_none_or(|id| id.as_str() == entry.key.0);
        let entries = content.delegations.iter().filter(of);
        entries.map(DelegationEntry::delegation).collect()
    }
}
