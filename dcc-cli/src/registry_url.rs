//! Opening the register that a command works on: a SQLite file and the key of its references.
//!
//! The key stands beside the file (`registry.db` has `registry.db.reference-key`, 64 hexadecimal
//! digits, mode 0600) and belongs to it for the register's whole life: subject ids and look-up keys
//! are HMACs under it (design decision 15). It is made once, with the register. Where the register
//! has subjects and the key is missing or another register's, nothing is opened: under a new one
//! every known person would become a second subject. Back both up together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dcc_registry::{
    Bucket, ReferenceKey, Registry, ScanFilter, SqliteRegistry, StoreError, SubjectRecord,
    SubjectStore as _,
};
use zeroize::Zeroizing;

use crate::files;

/// The register's file in a folder of `--out`.
pub(crate) const REGISTRY_FILE: &str = "registry.db";

/// Why a register could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// A URL of a database that this program has no backend for.
    #[error(
        "{scheme}: registers of this kind are not supported; name a SQLite file or sqlite://FILE"
    )]
    Scheme { scheme: String },
    /// There is no such file, and the command does not make one.
    #[error("{}: there is no register", path.display())]
    Missing { path: PathBuf },
    /// The key of the references is missing.
    #[error(
        "{}: the register's reference key is missing. Restore it from the backup: without it nobody is recognised",
        path.display()
    )]
    KeyMissing { path: PathBuf },
    /// The key file holds no key, or the key of another register.
    #[error("{}: this is not the register's reference key", path.display())]
    KeyWrong { path: PathBuf },
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    /// No random bytes for a new key.
    #[error("the operating system gives no random bytes")]
    Random,
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl OpenError {
    /// Whether what is stored cannot be true, which is no mistake of usage.
    pub(crate) fn is_integrity_fault(&self) -> bool {
        matches!(self, Self::KeyWrong { .. } | Self::KeyMissing { .. })
            || matches!(self, Self::Store(error) if error.kind() == dcc_registry::StoreErrorKind::Corrupt)
    }
}

/// Whether a missing register is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It is made, with a new key.
    Create,
    /// It is an error.
    Refuse,
}

/// An open register.
#[derive(Debug)]
pub(crate) struct Register {
    /// The stores.
    pub(crate) store: SqliteRegistry,
    /// The key of references.
    pub(crate) key: ReferenceKey,
}

impl Register {
    /// The stores and the key, as the stack takes them.
    pub(crate) fn place(&self) -> (&dyn Registry, &ReferenceKey) {
        (&self.store, &self.key)
    }
}

/// The register named by `--db`: a path, or a URL `sqlite:FILE` or `sqlite://FILE`.
pub(crate) async fn open(location: &str, absent: Absent) -> Result<Register, OpenError> {
    open_file(&file_of(location)?, absent).await
}

/// The register of a folder of `--out`.
pub(crate) async fn open_in(folder: &Path, absent: Absent) -> Result<Register, OpenError> {
    open_file(&folder.join(REGISTRY_FILE), absent).await
}

/// The file that `location` names.
pub(crate) fn file_of(location: &str) -> Result<PathBuf, OpenError> {
    let path = match location.split_once(':') {
        Some(("sqlite", rest)) => rest.strip_prefix("//").unwrap_or(rest),
        Some((scheme, rest)) if rest.starts_with("//") => {
            return Err(OpenError::Scheme {
                scheme: scheme.to_owned(),
            });
        }
        _ => location,
    };
    Ok(PathBuf::from(path))
}

async fn open_file(path: &Path, absent: Absent) -> Result<Register, OpenError> {
    let is_new = !path.exists();
    if is_new && absent == Absent::Refuse {
        return Err(OpenError::Missing {
            path: path.to_owned(),
        });
    }
    if is_new {
        // The database keeps the mode of the file that it finds.
        files::write_private(path, &[], false).map_err(|error| OpenError::File {
            path: path.to_owned(),
            error,
        })?;
    }
    let store = SqliteRegistry::open(path).await?;
    let key_path = key_file(path);
    let key = match fs::read_to_string(&key_path).map(Zeroizing::new) {
        Ok(text) => {
            let key = parse(&text).ok_or_else(|| OpenError::KeyWrong {
                path: key_path.clone(),
            })?;
            let known = any_subject(&store).await?;
            if known.is_some_and(|known| key.subject_id(&known.subject_ref) != known.id) {
                return Err(OpenError::KeyWrong { path: key_path });
            }
            key
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if any_subject(&store).await?.is_some() {
                return Err(OpenError::KeyMissing { path: key_path });
            }
            make_key(&key_path)?
        }
        Err(error) => {
            return Err(OpenError::File {
                path: key_path,
                error,
            });
        }
    };
    Ok(Register { store, key })
}

/// The file of the reference key beside the register's.
pub(crate) fn key_file(register: &Path) -> PathBuf {
    let mut name = register.file_name().unwrap_or_default().to_owned();
    name.push(".reference-key");
    register.with_file_name(name)
}

/// Some subject, by which a key is recognised.
async fn any_subject(store: &SqliteRegistry) -> Result<Option<SubjectRecord>, StoreError> {
    for bucket in Bucket::all() {
        let page = store.scan(bucket, &ScanFilter::all(), None, 1).await?;
        if let Some(subject) = page.into_iter().next() {
            return Ok(Some(subject.record));
        }
    }
    Ok(None)
}

fn make_key(path: &Path) -> Result<ReferenceKey, OpenError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| OpenError::Random)?;
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in bytes.iter() {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
        }
    }
    text.push('\n');
    files::write_private(path, text.as_bytes(), false).map_err(|error| OpenError::File {
        path: path.to_owned(),
        error,
    })?;
    Ok(ReferenceKey::from_bytes(*bytes))
}

fn parse(text: &str) -> Option<ReferenceKey> {
    let text = text.trim().as_bytes();
    let mut bytes = Zeroizing::new([0_u8; 32]);
    let (pairs, rest) = text.as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let digit = |digit: u8| {
            char::from(digit)
                .to_digit(16)
                .and_then(|n| u8::try_from(n).ok())
        };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(ReferenceKey::from_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use dcc_registry::{Act, Actor, CommuneCode, Identity, Intake, IntakeStore as _, Timestamp};

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(future)
    }

    async fn put_somebody(register: &Register) {
        let who = Identity::new("Nguyễn Văn A", CommuneCode::new("00001"));
        let item = Intake::new(register.key.subject_id("S1"), "S1", who);
        let act = Act::new(Actor::new("test"), Timestamp::UNIX_EPOCH);
        register.store.take_in(&act, &[item]).await.unwrap();
    }

    #[test]
    fn locations_are_paths_or_sqlite_urls() {
        let file = |location: &str| file_of(location).map(|path| path.display().to_string());
        assert_eq!(file("a/registry.db").unwrap(), "a/registry.db");
        assert_eq!(file("sqlite:registry.db").unwrap(), "registry.db");
        assert_eq!(
            file("sqlite:///var/registry.db").unwrap(),
            "/var/registry.db"
        );
        assert!(
            matches!(file("postgres://host/db"), Err(OpenError::Scheme { scheme }) if scheme == "postgres")
        );
    }

    #[test]
    fn the_key_is_made_once_and_recognised() {
        let folder = tempfile::tempdir().unwrap();
        block_on(async {
            let missing = open_in(folder.path(), Absent::Refuse).await;
            assert!(matches!(missing, Err(OpenError::Missing { .. })));
            let first = open_in(folder.path(), Absent::Create).await.unwrap();
            put_somebody(&first).await;
            let id = first.key.subject_id("S1");
            first.store.close().await;
            let again = open_in(folder.path(), Absent::Refuse).await.unwrap();
            assert_eq!(again.key.subject_id("S1"), id);
            again.store.close().await;
        });
        let key = key_file(&folder.path().join(REGISTRY_FILE));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            for file in [&key, &folder.path().join(REGISTRY_FILE)] {
                assert_eq!(
                    fs::metadata(file).unwrap().permissions().mode() & 0o777,
                    0o600
                );
            }
        }
        fs::write(&key, "11".repeat(32)).unwrap();
        block_on(async {
            let other = open_in(folder.path(), Absent::Refuse).await;
            assert!(
                matches!(&other, Err(error @ OpenError::KeyWrong { .. }) if error.is_integrity_fault())
            );
        });
        fs::remove_file(&key).unwrap();
        block_on(async {
            let lost = open_in(folder.path(), Absent::Create).await;
            assert!(matches!(lost, Err(OpenError::KeyMissing { .. })));
        });
        assert!(!key.exists(), "nothing was made in its place");
    }
}
