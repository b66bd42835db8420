//! Why a command on a register failed, and the exit code that follows.

use std::io;
use std::path::{Path, PathBuf};

use dcc_issue::PopulationFileError;
use dcc_issue::campaign::{HeldListError, PublishedError};
use dcc_issue::central::CentralError;
use dcc_issue::check::CheckError;
use dcc_issue::import::ImportError;
use dcc_issue::intake::{ProfileError, TableError};
use dcc_registry::{StoreError, StoreErrorKind};

use crate::Outcome;
use crate::commands::complain;
use crate::key_files::UnusableKey;
use crate::registry_url::OpenError;
use crate::runtime::Stop;

/// A failure of a command on a register. It names files and codes, and nothing of a person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Open(#[from] OpenError),
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {error}", path.display())]
    Table { path: PathBuf, error: TableError },
    #[error("{}: {error}", path.display())]
    Import { path: PathBuf, error: ImportError },
    #[error("{}: {error}", path.display())]
    Population {
        path: PathBuf,
        error: PopulationFileError,
    },
    #[error("{}: {error}", path.display())]
    Profile { path: PathBuf, error: ProfileError },
    #[error("{0}")]
    Check(#[from] CheckError),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Central(CentralError),
    #[error("{0}")]
    Published(#[from] PublishedError),
    #[error("{0}")]
    Held(#[from] HeldListError),
    #[error("{}: {reason}", path.display())]
    Key { path: PathBuf, reason: String },
    #[error("the register's figures contradict each other: {0}")]
    Contradiction(String),
    #[error("the runtime could not be started: {0}")]
    Runtime(io::Error),
    #[error("standard output: {0}")]
    Output(io::Error),
    #[error("{0}")]
    Usage(String),
    #[error("not everything was accepted")]
    NotAccepted,
    #[error("interrupted; the same command again goes on where it stopped")]
    Interrupted,
}

impl From<UnusableKey> for Failure {
    fn from(unusable: UnusableKey) -> Self {
        match unusable {
            UnusableKey::File { path, error } => Self::File { path, error },
            UnusableKey::Key { path, error } => {
                let reason = error.to_string();
                Self::Key { path, reason }
            }
        }
    }
}

impl Failure {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File { path, error }
    }

    /// The exit code: what is stored contradicts itself; the same call may succeed later; or it is
    /// a mistake in arguments and files.
    fn outcome(&self) -> Outcome {
        let store = match self {
            Self::NotAccepted => return Outcome::NotAccepted,
            Self::Contradiction(_) | Self::Published(PublishedError::Damaged) => {
                return Outcome::IntegrityFault;
            }
            Self::Open(error) if error.is_integrity_fault() => return Outcome::IntegrityFault,
            Self::Open(OpenError::Store(error))
            | Self::Store(error)
            | Self::Import {
                error: ImportError::Store(error),
                ..
            }
            | Self::Check(CheckError::Store(error))
            | Self::Central(CentralError::Store(error))
            | Self::Published(PublishedError::Store(error))
            | Self::Held(HeldListError::Store(error)) => *error,
            Self::Central(CentralError::Signing { .. } | CentralError::Unsettled { .. })
            | Self::Check(_)
            | Self::Interrupted => return Outcome::Interrupted,
            _ => return Outcome::Usage,
        };
        match store.kind() {
            StoreErrorKind::Corrupt => Outcome::IntegrityFault,
            StoreErrorKind::Unavailable => Outcome::Interrupted,
            _ => Outcome::Usage,
        }
    }
}

impl From<CentralError> for Failure {
    fn from(error: CentralError) -> Self {
        Self::Central(error)
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Runtime(error) => Self::Runtime(error),
            Stop::Interrupted => Self::Interrupted,
        }
    }
}

/// Says why, if it failed.
pub(crate) fn outcome(done: Result<(), Failure>) -> Outcome {
    match done {
        Ok(()) => Outcome::Good,
        Err(failure) => {
            complain(&failure);
            failure.outcome()
        }
    }
}
