//! Files that hold secrets or personal data: written whole, readable by their owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes a file of mode 0600. Without `replace`, a file that is there is an error.
pub(crate) fn write_private(path: &Path, content: &[u8], replace: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    if replace {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    #[cfg(unix)]
    if replace {
        // A replaced file keeps its old mode otherwise.
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    }
    file.write_all(content)?;
    file.sync_all()
}

/// Makes a folder of mode 0700, and those above it, where they are missing.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file of mode 0600 in the place of the one that is there: the old one or the new one is
/// there at any time.
pub(crate) fn replace_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let part = part_of(path);
    write_private(&part, content, true)?;
    fs::rename(part, path)
}

fn part_of(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    PathBuf::from(part)
}

/// Copies a file to one of mode 0600, which appears whole or not at all.
pub(crate) fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let part = part_of(to);
    write_private(&part, &[], true)?;
    fs::copy(from, &part)?;
    #[cfg(unix)]
    // A copy takes over the mode of its source.
    fs::set_permissions(&part, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    fs::File::open(&part)?.sync_all()?;
    fs::rename(part, to)
}
