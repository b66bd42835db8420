//! Why a command on records failed, and the exit code that follows.

use std::io;
use std::path::{Path, PathBuf};

use dcc_issue::RecordError;
use dcc_issue::audit::AuditError;
use dcc_issue::campaign::PublishedError;
use dcc_issue::cleaning::{CleaningError, RequestError};
use dcc_registry::{StoreError, StoreErrorKind};

use crate::Outcome;
use crate::commands::complain;
use crate::key_files::UnusableKey;
use crate::registry_url::OpenError;
use crate::runtime::Stop;

/// A failure of a command on records. It names files, lists and codes, and nothing of a person.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("{0}")]
    Open(#[from] OpenError),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Cleaning(#[from] CleaningError),
    #[error("{0}")]
    Correction(#[from] RequestError),
    #[error("{0}")]
    Audit(#[from] AuditError),
    #[error("{0}")]
    Record(#[from] RecordError),
    #[error("{0}")]
    Published(#[from] PublishedError),
    #[error("the audit log is not what was written: {findings} findings")]
    Tampered { findings: usize },
    #[error("not ready: {failures} failures")]
    NotReady { failures: usize },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {reason}", path.display())]
    Key { path: PathBuf, reason: String },
    #[error("the runtime could not be started: {0}")]
    Runtime(io::Error),
    #[error("interrupted; the same command again goes on where it stopped")]
    Interrupted,
    #[error("standard output: {0}")]
    Output(io::Error),
    #[error("{0}")]
    Usage(String),
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
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File { path, error }
    }

    /// The exit code: what is stored contradicts itself; the same call may succeed later; or it is
    /// a mistake in arguments and files.
    fn outcome(&self) -> Outcome {
        let store = match self {
            Self::Tampered { .. } | Self::Published(PublishedError::Damaged) => {
                return Outcome::IntegrityFault;
            }
            Self::Open(error) if error.is_integrity_fault() => return Outcome::IntegrityFault,
            Self::Audit(AuditError::Store(error))
            | Self::Published(PublishedError::Store(error))
            | Self::Open(OpenError::Store(error))
            | Self::Cleaning(CleaningError::Store(error))
            | Self::Correction(RequestError::Store(error))
            | Self::Store(error) => *error,
            Self::Audit(error) if error.is_integrity_fault() => return Outcome::IntegrityFault,
            Self::Interrupted => return Outcome::Interrupted,
            Self::NotReady { .. } => return Outcome::NotAccepted,
            _ => return Outcome::Usage,
        };
        match store.kind() {
            StoreErrorKind::Corrupt => Outcome::IntegrityFault,
            StoreErrorKind::Unavailable => Outcome::Interrupted,
            _ => Outcome::Usage,
        }
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
pub(super) fn outcome(done: Result<(), Failure>) -> Outcome {
    match done {
        Ok(()) => Outcome::Good,
        Err(failure) => {
            complain(&failure);
            failure.outcome()
        }
    }
}
