//! Making lists: the open cases of a commune, printed (R51, R52).

use alloc::collections::{BTreeMap, BTreeSet};
use core::fmt;

use dcc_registry::{
    Act, Bucket, CaseFilter, CaseMove, CaseRecord, CleaningList, CommuneCode, Custody, Digest,
    ListId, Registry, Subject,
};

use super::{Cleaning, CleaningError, Scope};
use crate::held::sheet;
use crate::{HeldRow, csv_bytes, xlsx_bytes};

/// Cases read at a time.
pub(super) const PAGE: usize = 500;

/// A list as made, and its files. `Debug` prints no row.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MadeList {
    /// The list.
    pub list: CleaningList,
    /// Sheet "Danh sách" as CSV; its SHA-256 is the list's hash.
    pub csv: Vec<u8>,
    /// Sheets "Danh sách" and "Biên bản".
    pub xlsx: Vec<u8>,
    /// Whether the list is new; a repeated call finds the one made before.
    pub is_new: bool,
}

impl fmt::Debug for MadeList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadeList")
            .field("list", &self.list.id)
            .field("rows", &self.list.items.len())
            .finish_non_exhaustive()
    }
}

impl Cleaning<'_> {
    /// Puts every case in `scope` that is with its health station on a list, one list a commune,
    /// and gives each list to `take` as it is made. Cases that a check left open after their list
    /// had been applied are listed again.
    ///
    /// Lists that were made before and not handed on yet are given to `take` again, with
    /// [`MadeList::is_new`] false, as long as they can be printed as they were: whoever was
    /// interrupted, or lost a file, calls again. Returns how many lists were made.
    ///
    /// # Errors
    ///
    /// Those of the store, of writing a list, and of `take`.
    pub async fn make(
        &self,
        act: &Act,
        scope: &Scope,
        take: &mut (dyn FnMut(MadeList) -> std::io::Result<()> + Send),
    ) -> Result<u64, CleaningError> {
        self.reopen(act, scope).await?;
        let waiting = cases(self.registry, scope, Custody::HealthStation).await?;
        let listed = cases(self.registry, scope, Custody::Listed).await?;
        let mut fresh = BTreeSet::new();
        let mut made = 0_u64;
        for (commune, cases) in waiting {
            let Some(list) = self.make_one(act, &commune, &cases).await? else {
                continue;
            };
            fresh.insert(list.list.id.clone());
            take(list)?;
            made = made.saturating_add(1);
        }
        for id in lists_of(&listed).difference(&fresh) {
            match self.print(id).await {
                Ok(list) if list.list.custody() == Custody::Listed => take(list)?,
                // Handed on, or its people changed since and come onto a list of their own.
                Ok(_) | Err(CleaningError::List(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    }

    /// The files of a list that was made before, as it was handed out.
    ///
    /// # Errors
    ///
    /// [`ListFault::Unknown`](super::ListFault::Unknown);
    /// [`ListFault::OtherFile`](super::ListFault::OtherFile) where people on it have changed since,
    /// so that it can no longer be printed as it was.
    pub async fn print(&self, id: &ListId) -> Result<MadeList, CleaningError> {
        let list = self.list(id).await?;
        let ids: Vec<_> = list.items.iter().map(|item| item.subject).collect();
        let histories = self.registry.subjects(&ids).await?;
        let mut table = sheet::table();
        for (item, subject) in list.items.iter().zip(histories.into_iter().flatten()) {
            let history = self.registry.history(item.subject).await?;
            let cases = history.map(|history| history.cases).unwrap_or_default();
            let case = cases.into_iter().find(|case| case.number == item.case);
            let reasons = case.map(|case| case.reasons).unwrap_or_default();
            let mut row = HeldRow::of(&subject, &reasons);
            row.case = item.case;
            table.push(sheet::cells(&row));
        }
        let csv = csv_bytes(&table);
        if Digest::of(&csv) != list.hash {
            return Err(CleaningError::List(super::ListFault::OtherFile));
        }
        let protocol = protocol(&list);
        let xlsx = xlsx_bytes(&[table, protocol.table()])?;
        Ok(MadeList {
            list,
            csv,
            xlsx,
            is_new: false,
        })
    }

    async fn make_one(
        &self,
        act: &Act,
        commune: &CommuneCode,
        cases: &[CaseRecord],
    ) -> Result<Option<MadeList>, CleaningError> {
        let mut table = sheet::table();
        let mut items = Vec::with_capacity(cases.len());
        for page in cases.chunks(PAGE) {
            let ids: Vec<_> = page.iter().map(|case| case.subject).collect();
            let subjects = self.registry.subjects(&ids).await?;
            for (case, subject) in page.iter().zip(subjects) {
                let Some(subject) = subject.filter(|subject| is_current(case, subject)) else {
                    continue;
                };
                let mut row = HeldRow::of(&subject, &case.reasons);
                row.case = case.number;
                table.push(sheet::cells(&row));
                items.push(row.item());
            }
        }
        if items.is_empty() {
            return Ok(None);
        }
        let csv = csv_bytes(&table);
        let hash = Digest::of(&csv);
        let id = sheet::list_id(commune, &hash);
        let list = CleaningList::new(id.clone(), commune.clone(), hash, items, act.at());
        let is_new = self.registry.make_list(act, &list).await?;
        let list = self.list(&id).await?;
        let moves: Vec<CaseMove> = list
            .items
            .iter()
            .map(|item| {
                let way = (Custody::HealthStation, Custody::Listed);
                CaseMove::new(item.subject, item.case, way, Some(id.clone()))
            })
            .collect();
        self.registry.move_cases(act, &moves).await?;
        let xlsx = xlsx_bytes(&[table, protocol(&list).table()])?;
        Ok(Some(MadeList {
            list,
            csv,
            xlsx,
            is_new,
        }))
    }

    /// Gives cases back to the health station whose list was applied and which a later check has
    /// left open.
    async fn reopen(&self, act: &Act, scope: &Scope) -> Result<(), CleaningError> {
        for cases in cases(self.registry, scope, Custody::Applied)
            .await?
            .into_values()
        {
            let mut moves = Vec::new();
            for case in cases {
                let Some(list) = &case.list else { continue };
                let found = self.registry.subjects(&[case.subject]).await?;
                let checked = found
                    .into_iter()
                    .flatten()
                    .next()
                    .filter(|subject| is_current(&case, subject))
                    .and_then(|subject| subject.record.verification.checked_at);
                let list = self.list(list).await?;
                let applied = list.events.last().map(|event| event.at);
                if checked > applied {
                    let way = (Custody::Applied, Custody::HealthStation);
                    moves.push(CaseMove::new(case.subject, case.number, way, Some(list.id)));
                }
            }
            self.registry.move_cases(act, &moves).await?;
        }
        Ok(())
    }
}

fn protocol(list: &CleaningList) -> sheet::Protocol<'_> {
    sheet::Protocol {
        commune: &list.commune,
        id: &list.id,
        hash: &list.hash,
        made_at: list.made_at,
        rows: u64::try_from(list.items.len()).unwrap_or(u64::MAX),
    }
}

/// The lists that cases are on.
fn lists_of(cases: &BTreeMap<CommuneCode, Vec<CaseRecord>>) -> BTreeSet<ListId> {
    let lists = cases.values().flatten().map(|case| case.list.clone());
    lists.flatten().collect()
}

/// Whether the case is about the subject as it stands; one that changed since waits for its check.
fn is_current(case: &CaseRecord, subject: &Subject) -> bool {
    case.identity_version == subject.record.identity_version
        && subject.record.verification.state.needs_cleaning()
}

/// The open cases in a custody, by commune, each commune's in the order of subjects.
pub(super) async fn cases(
    registry: &dyn Registry,
    scope: &Scope,
    custody: Custody,
) -> Result<BTreeMap<CommuneCode, Vec<CaseRecord>>, CleaningError> {
    let mut filter = CaseFilter::default();
    filter.commune = scope.commune().cloned();
    filter.custody = Some(custody);
    let mut found: BTreeMap<CommuneCode, Vec<CaseRecord>> = BTreeMap::new();
    for bucket in Bucket::all() {
        let mut after = None;
        loop {
            let page = registry.open_cases(bucket, &filter, after, PAGE).await?;
            let ended = page.len() < PAGE;
            after = page.last().map(|case| case.subject).or(after);
            for case in page.into_iter().filter(|case| scope.covers(&case.commune)) {
                found.entry(case.commune.clone()).or_default().push(case);
            }
            if ended {
                break;
            }
        }
    }
    Ok(found)
}
