//! Cleaning (làm sạch): lists by commune, their way through the commune and back, and progress
//! (R47-R62).
//!
//! The check against the population register opens cases; [`Cleaning::make`] puts those of a
//! commune on a list, which travels from the health station to the hamlet team and the commune
//! police. Police sign it and hand it back ([`Cleaning::take_return`]); its corrections are applied
//! ([`Cleaning::apply`]); the next check closes the case, or leaves it open for another list. Every
//! step can be repeated after a crash.

mod apply;
mod export;
mod make;
mod progress;
mod request;
mod returned;
#[cfg(test)]
mod tests;

use core::fmt;

use dcc_model::{Coded, Lang};
use dcc_registry::{
    Act, CaseMove, CleaningList, CommuneCode, Custody, ListId, ReferenceKey, Registry, StoreError,
};

use crate::OutputError;
use crate::intake::TableError;
use crate::province_of;

pub use apply::{AppliedList, RowOutcomeCode};
pub use export::ExportCount;
pub use make::MadeList;
pub use progress::{Area, ProgressRow, progress_rows, progress_table};
pub use request::{CitizenRequest, CorrectableField, RequestError, RoutedRequest};
pub use returned::{ReturnedFile, list_return_payload};

/// Which communes are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// All.
    #[default]
    Country,
    /// Those of the province with this two-digit code of 2022.
    Province(String),
    /// One.
    Commune(CommuneCode),
}

impl Scope {
    /// Whether `commune` is meant.
    pub fn covers(&self, commune: &CommuneCode) -> bool {
        match self {
            Self::Country => true,
            Self::Province(code) => {
                province_of(commune).is_some_and(|province| province.code() == code)
            }
            Self::Commune(wanted) => commune == wanted,
        }
    }

    /// The one commune meant, if it is one.
    pub(crate) const fn commune(&self) -> Option<&CommuneCode> {
        match self {
            Self::Commune(commune) => Some(commune),
            _ => None,
        }
    }
}

/// Why a step of cleaning could not be made. Whatever concerns one row is in its own outcome.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CleaningError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The returned file is no such table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A list could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A file could not be written.
    #[error("the file cannot be written: {0}")]
    File(#[from] std::io::Error),
    /// The list is unknown, or not where the step needs it.
    #[error("{}", .0.text(Lang::En))]
    List(ListFault),
}

/// What is wrong with a list as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ListFault {
    /// There is no list with this id.
    Unknown,
    /// It was not handed back yet.
    NotReturned,
    /// It is not the file that was handed back.
    OtherFile,
    /// It has been handed back or applied already, or is elsewhere in the chain.
    Custody,
}

impl Coded for ListFault {
    const ALL: &'static [Self] = &[
        Self::Unknown,
        Self::NotReturned,
        Self::OtherFile,
        Self::Custody,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Unknown => "list-unknown",
            Self::NotReturned => "list-not-returned",
            Self::OtherFile => "list-other-file",
            Self::Custody => "list-custody",
        }
    }

    fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Unknown, Lang::Vi) => "Không có danh sách với mã này.",
            (Self::Unknown, _) => "There is no list with this id.",
            (Self::NotReturned, Lang::Vi) => "Danh sách chưa được bàn giao lại.",
            (Self::NotReturned, _) => "The list was not handed back yet.",
            (Self::OtherFile, Lang::Vi) => "Tệp không phải là tệp đã bàn giao (SHA-256 khác).",
            (Self::OtherFile, _) => {
                "The file is not the one that was handed back (SHA-256 differs)."
            }
            (Self::Custody, Lang::Vi) => "Danh sách đang ở bước khác, không thực hiện được.",
            (Self::Custody, _) => "The list is at another step; this cannot be done with it now.",
        }
    }
}

/// Everything that is done with cleaning lists, over one register.
#[derive(Clone, Copy)]
pub struct Cleaning<'r> {
    registry: &'r dyn Registry,
    key: &'r ReferenceKey,
}

impl<'r> Cleaning<'r> {
    /// Cleaning over `registry`, whose references are made under `key`.
    pub fn new(registry: &'r dyn Registry, key: &'r ReferenceKey) -> Self {
        Self { registry, key }
    }

    /// Hands a list on to the hamlet team or the commune police (R53). Repeating is harmless.
    ///
    /// # Errors
    ///
    /// [`ListFault::Unknown`], or [`ListFault::Custody`] where it is already further.
    pub async fn hand_over(
        &self,
        act: &Act,
        id: &ListId,
        to: Custody,
    ) -> Result<(), CleaningError> {
        if !matches!(to, Custody::HamletTeam | Custody::CommunePolice) {
            return Err(CleaningError::List(ListFault::Custody));
        }
        let list = self.list(id).await?;
        if list.custody() != to {
            if list.custody() > to {
                return Err(CleaningError::List(ListFault::Custody));
            }
            self.registry
                .hand_over(act, id, (list.custody(), to), None)
                .await?;
        }
        self.move_cases(act, &list, to).await
    }

    async fn list(&self, id: &ListId) -> Result<CleaningList, CleaningError> {
        let list = self.registry.list(id).await?;
        list.ok_or(CleaningError::List(ListFault::Unknown))
    }

    /// Moves the cases of a list to where the list is. Which custody each is in now is not known
    /// after a crash, so every earlier one is tried; a case that was closed meanwhile stays so.
    async fn move_cases(
        &self,
        act: &Act,
        list: &CleaningList,
        to: Custody,
    ) -> Result<(), CleaningError> {
        for from in Custody::ALL
            .iter()
            .copied()
            .filter(|from| *from < to && *from >= Custody::Listed)
        {
            let moves: Vec<CaseMove> = list
                .items
                .iter()
                .map(|item| {
                    CaseMove::new(item.subject, item.case, (from, to), Some(list.id.clone()))
                })
                .collect();
            self.registry.move_cases(act, &moves).await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Cleaning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cleaning")
    }
}
