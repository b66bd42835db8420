//! Opening a bundle from files, and keeping its state from run to run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcc_model::Timestamp;
use dcc_verify::CryptoProvider;
use dcc_verify::bundle::{
    BundleError, BundleSigner, BundleSignerError, BundleState, BundleStateError, TrustBundle,
};

use crate::{Outcome, files};

/// What to open, for whom.
pub(crate) struct Request<'a> {
    pub(crate) bundle: &'a Path,
    pub(crate) signers: &'a [PathBuf],
    pub(crate) state: Option<&'a Path>,
    /// The real present.
    pub(crate) now: Timestamp,
}

/// Why no bundle was opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOpened {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: no bundle signer: {error}", path.display())]
    Signer {
        path: PathBuf,
        error: BundleSignerError,
    },
    #[error("{}: {error}", path.display())]
    State {
        path: PathBuf,
        error: BundleStateError,
    },
    #[error("{}: the bundle is refused: {error} [{}]", path.display(), dcc_model::Coded::code(error.code()))]
    Refused { path: PathBuf, error: BundleError },
}

impl NotOpened {
    /// A refused bundle is a refusal; anything else is a file of no use.
    pub(crate) const fn outcome(&self) -> Outcome {
        match self {
            Self::Refused { .. } => Outcome::NotAccepted,
            _ => Outcome::Usage,
        }
    }
}

/// Opens the bundle against the pinned signers and those which earlier bundles added, and writes
/// the state when it moved.
pub(crate) fn open(
    request: &Request<'_>,
    provider: &CryptoProvider,
) -> Result<TrustBundle, NotOpened> {
    let mut pinned = Vec::new();
    for path in request.signers {
        let found = BundleSigner::all_from_bytes(&read(path)?);
        pinned.extend(found.map_err(|error| NotOpened::Signer {
            path: path.clone(),
            error,
        })?);
    }
    let before = request.state.map_or(Ok(BundleState::new()), read_state)?;
    let signers = before.signers(&pinned);
    let bytes = read(request.bundle)?;
    let opened = TrustBundle::open(&bytes, &signers, request.now, before.sequence(), provider);
    let opened = opened.map_err(|error| NotOpened::Refused {
        path: request.bundle.to_owned(),
        error,
    })?;
    if let Some(path) = request.state {
        let mut after = before.clone();
        after.advance(&opened);
        if after != before || !path.exists() {
            files::replace_private(path, &after.to_bytes()).map_err(|error| NotOpened::File {
                path: path.to_owned(),
                error,
            })?;
        }
    }
    Ok(opened)
}

fn read(path: &Path) -> Result<Vec<u8>, NotOpened> {
    fs::read(path).map_err(|error| NotOpened::File {
        path: path.to_owned(),
        error,
    })
}

/// The state of the runs before; none where there is no file yet. One that cannot be read is an
/// error: beginning anew would let an old bundle in.
fn read_state(path: &Path) -> Result<BundleState, NotOpened> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BundleState::new()),
        Err(error) => {
            return Err(NotOpened::File {
                path: path.to_owned(),
                error,
            });
        }
    };
    BundleState::from_bytes(&bytes).map_err(|error| NotOpened::State {
        path: path.to_owned(),
        error,
    })
}
