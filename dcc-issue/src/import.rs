//! Tables into the register: doses with their people, facilities, delegations.

mod directory;
mod doses;
mod spool;

pub use directory::{DirectoryReport, import_delegations, import_facilities};
pub use doses::{DoseImportOptions, DoseImportReport, import_doses};

use dcc_registry::StoreError;

use crate::intake::TableError;

/// Why an import stopped. What was taken in before stands, and the same import again completes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Rows could not be kept in the folder for them.
    #[error("rows could not be kept until their turn: {0}")]
    Spool(std::io::ErrorKind),
    /// The thread that reads the table ended early.
    #[error("the table was not read to its end")]
    Reader,
}

#[cfg(test)]
mod tests;
