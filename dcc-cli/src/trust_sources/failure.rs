//! Why a source is not taken.

use std::io;
use std::path::{Path, PathBuf};

use dcc_model::{Coded as _, Lang};
use dcc_registry::trust::{TrustCode, TrustFileError, TrustListError};
use dcc_registry::trust_list::ImportError;

use crate::Outcome;

#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceFailure {
    /// It cannot be read.
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    /// A list that an earlier import kept is damaged.
    #[error("{}: {error}", path.display())]
    Kept {
        path: PathBuf,
        error: TrustFileError,
    },
    /// It does not fit to the others.
    #[error("{}: {error}", path.display())]
    Merge {
        path: PathBuf,
        error: TrustListError,
    },
    /// There is neither a certificate nor a key in it that could be used.
    #[error("{}: there is no certificate in it that could be used", path.display())]
    Nothing { path: PathBuf },
    /// The list is refused, or none.
    #[error("{}: {error}", path.display())]
    Refused { path: PathBuf, error: ImportError },
}

impl SourceFailure {
    /// The file or folder.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::File { path, .. }
            | Self::Kept { path, .. }
            | Self::Merge { path, .. }
            | Self::Nothing { path }
            | Self::Refused { path, .. } => path,
        }
    }

    /// The stable code, where it is no matter of the file system.
    pub(crate) const fn code(&self) -> Option<TrustCode> {
        match self {
            Self::File { .. } => None,
            Self::Kept { error, .. } => Some(error.code()),
            Self::Merge { error, .. } => Some(error.code()),
            Self::Nothing { .. } => Some(TrustCode::FormatUnknown),
            Self::Refused { error, .. } => Some(error.code()),
        }
    }

    /// Refused for signature, hash, version or time; or of no use at all.
    pub(crate) const fn outcome(&self) -> Outcome {
        match self {
            Self::File { .. } | Self::Nothing { .. } => Outcome::Usage,
            Self::Kept { error, .. } => match error {
                TrustFileError::Hash | TrustFileError::Version => Outcome::NotAccepted,
                _ => Outcome::Usage,
            },
            Self::Refused { error, .. } if error.is_unreadable() => Outcome::Usage,
            Self::Merge { .. } | Self::Refused { .. } => Outcome::NotAccepted,
        }
    }

    /// Whether it is simply not a list: in a folder it may lie beside lists.
    pub(super) const fn is_no_list(&self) -> bool {
        match self {
            Self::Nothing { .. } => true,
            Self::Refused { error, .. } => matches!(error, ImportError::FormatUnknown),
            _ => false,
        }
    }

    /// What a person should read, with code and file.
    pub(crate) fn told(&self, languages: &[Lang]) -> String {
        let Some(code) = self.code() else {
            return self.to_string();
        };
        let texts: Vec<_> = languages.iter().map(|lang| code.text(*lang)).collect();
        format!("{self} – {} [{}]", texts.join(" / "), code.code())
    }
}
