//! Private keys from files, and the passphrases of encrypted ones.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcc_sign::{CryptoProvider, LocalKeyError, LocalSigner};
use zeroize::Zeroizing;

/// Environment variable that holds the passphrase of an encrypted key.
const PASSPHRASE_VARIABLE: &str = "DCC_KEY_PASSPHRASE";

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnusableKey {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {error}", path.display())]
    Key { path: PathBuf, error: LocalKeyError },
}

impl UnusableKey {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File { path, error }
    }
}

/// Loads a key in PKCS#8. The passphrase of an encrypted one is the first line of the file, or
/// the environment has it.
pub(crate) fn load(
    path: &Path,
    passphrase_file: Option<&Path>,
    provider: &CryptoProvider,
) -> Result<LocalSigner, UnusableKey> {
    let key = Zeroizing::new(fs::read(path).map_err(UnusableKey::file(path))?);
    let passphrase = passphrase(passphrase_file)?;
    let passphrase = passphrase.as_ref().map(|text| text.as_bytes());
    LocalSigner::from_pkcs8(&key, passphrase, provider).map_err(|error| UnusableKey::Key {
        path: path.to_owned(),
        error,
    })
}

fn passphrase(file: Option<&Path>) -> Result<Option<Zeroizing<String>>, UnusableKey> {
    let Some(path) = file else {
        return Ok(std::env::var(PASSPHRASE_VARIABLE).ok().map(Zeroizing::new));
    };
    let text = Zeroizing::new(fs::read_to_string(path).map_err(UnusableKey::file(path))?);
    let first = text.lines().next().unwrap_or_default();
    Ok(Some(Zeroizing::new(first.to_owned())))
}
