//! Files that hold secrets or personal data: written whole, readable by their owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

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

/// Puts a file of mode 0600 in the place of what is there, at once: whoever reads meanwhile sees
/// the old content or the new, and a crash leaves one of them.
pub(crate) fn replace_private(path: &Path, content: &[u8]) -> io::Result<()> {
    replace_by(path, |beside| write_private(beside, content, true))
}

/// The same for a file that holds neither secrets nor personal data, of the usual mode.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    replace_by(path, |beside| {
        let mut file = fs::File::create(beside)?;
        file.write_all(content)?;
        file.sync_all()
    })
}

fn replace_by(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.new", std::process::id()));
    let beside = folder.join(beside);
    let done = write(&beside).and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        // What is left of it is of no use to anybody.
        drop(fs::remove_file(&beside));
        return done;
    }
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Everything written below a folder is on the disk.
pub(crate) fn sync_tree(folder: &Path) -> io::Result<()> {
    let folder = fs::File::open(folder)?;
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(&folder)?;
    #[cfg(not(target_os = "linux"))]
    folder.sync_all()?;
    Ok(())
}

/// Copies a file to one of mode 0600, which appears whole or not at all.
pub(crate) fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    replace_by(to, |beside| {
        write_private(beside, &[], true)?;
        fs::copy(from, beside)?;
        #[cfg(unix)]
        // A copy takes over the mode of its source.
        fs::set_permissions(beside, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        fs::File::open(beside)?.sync_all()
    })
}
