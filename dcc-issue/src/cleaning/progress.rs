//! Progress by commune and province, at an instant or kept under a date (R57, R59, R60).

use alloc::collections::BTreeMap;

use dcc_model::Timestamp;
use dcc_registry::{Act, CommuneCode, ListId, ListItem, Snapshot, SnapshotRow, VerificationState};

use super::{Cleaning, CleaningError, Scope};
use crate::{OutputTable, province_of};

/// By what progress is summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Area {
    /// Every commune for itself.
    Commune,
    /// Provinces of 2022; communes without a known one together under an empty code.
    Province,
}

/// How far cleaning is in an area, in people and in doses (T2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgressRow {
    /// The code of the commune or province.
    pub area: String,
    /// The province's name, for a province.
    pub name: &'static str,
    /// People and doses by state of the check.
    pub states: BTreeMap<VerificationState, (u64, u64)>,
}

impl ProgressRow {
    /// People and doses in states that `pass`.
    pub fn sum(&self, pass: impl Fn(VerificationState) -> bool) -> (u64, u64) {
        let passing = self.states.iter().filter(|(state, _)| pass(**state));
        passing.fold((0, 0), |(people, doses), (_, more)| {
            (people.saturating_add(more.0), doses.saturating_add(more.1))
        })
    }
}

/// The rows of a snapshot by area, in the order of codes.
pub fn progress_rows(rows: &[SnapshotRow], scope: &Scope, area: Area) -> Vec<ProgressRow> {
    let mut areas: BTreeMap<String, ProgressRow> = BTreeMap::new();
    for row in rows.iter().filter(|row| scope.covers(&row.commune)) {
        let (code, name) = area.of(&row.commune);
        let entry = areas.entry(code.clone()).or_default();
        (entry.area, entry.name) = (code, name);
        let count = entry.states.entry(row.state).or_default();
        count.0 = count.0.saturating_add(row.subjects);
        count.1 = count.1.saturating_add(row.doses);
    }
    areas.into_values().collect()
}

impl Area {
    fn of(self, commune: &CommuneCode) -> (String, &'static str) {
        match (self, province_of(commune)) {
            (Self::Commune, _) => (commune.as_str().to_owned(), ""),
            (Self::Province, Some(province)) => (province.code().to_owned(), province.name()),
            (Self::Province, None) => (String::new(), ""),
        }
    }
}

/// Progress as a table: people and doses identified, waiting and to be cleaned, by state.
pub fn progress_table(rows: &[ProgressRow]) -> OutputTable {
    let labels = [
        "Địa bàn",
        "Tên",
        "Số người",
        "Số mũi",
        "Người đã xác minh đúng",
        "Mũi đã xác minh đúng",
        "Người chờ kiểm tra",
        "Người không có số",
        "Người sai định dạng số",
        "Người sai thông tin",
        "Mũi cần làm sạch",
    ];
    let mut table = OutputTable::new("Tiến độ", labels);
    for row in rows {
        let all = row.sum(|_| true);
        let good = row.sum(VerificationState::is_identified);
        let dirty = row.sum(VerificationState::needs_cleaning);
        let waiting = row.sum(|state| !state.is_identified() && !state.needs_cleaning());
        let no_id = row.sum(|state| state == VerificationState::NoId);
        let malformed = row.sum(|state| state == VerificationState::MalformedId);
        let wrong = dirty.0.saturating_sub(no_id.0).saturating_sub(malformed.0);
        let figures = [
            all.0,
            all.1,
            good.0,
            good.1,
            waiting.0,
            no_id.0,
            malformed.0,
            wrong,
            dirty.1,
        ];
        let mut cells = vec![row.area.clone(), row.name.to_owned()];
        cells.extend(figures.iter().map(u64::to_string));
        table.push(cells);
    }
    table
}

impl Cleaning<'_> {
    /// The figures at this instant, by commune and state.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn progress(&self) -> Result<Vec<SnapshotRow>, CleaningError> {
        Ok(self.registry.progress().await?)
    }

    /// Keeps the figures of this instant under the day in Vietnam, such as `2022-06-01` (R60). A
    /// day that was kept already stays as it was; what is kept is returned.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn keep_progress(&self, act: &Act) -> Result<Snapshot, CleaningError> {
        let name = day(act.at());
        let kept = self.registry.snapshots().await?;
        if let Some(known) = kept.into_iter().find(|known| known.name == name) {
            return Ok(known);
        }
        let snapshot = Snapshot::new(name, act.at(), self.registry.progress().await?);
        self.registry.put_snapshot(act, &snapshot).await?;
        Ok(snapshot)
    }

    /// Every kept snapshot, by time.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn kept_progress(&self) -> Result<Vec<Snapshot>, CleaningError> {
        Ok(self.registry.snapshots().await?)
    }

    /// Where the people of a list stand now: the verification list (R57).
    ///
    /// # Errors
    ///
    /// [`ListFault::Unknown`](super::ListFault::Unknown), and those of the store.
    pub async fn results(
        &self,
        id: &ListId,
    ) -> Result<Vec<(ListItem, VerificationState)>, CleaningError> {
        let list = self.list(id).await?;
        let ids: Vec<_> = list.items.iter().map(|item| item.subject).collect();
        let found = self.registry.subjects(&ids).await?;
        let state = |subject: Option<dcc_registry::Subject>| {
            subject.map_or(VerificationState::NotFound, |s| s.record.verification.state)
        };
        Ok(list
            .items
            .into_iter()
            .zip(found.into_iter().map(state))
            .collect())
    }
}

fn day(at: Timestamp) -> String {
    at.vietnam_date()
        .map_or_else(|| at.to_string(), |day| day.to_string())
}
