//! Where the lists go: a folder of the caller's.

use alloc::collections::BTreeMap;
use core::fmt;
use std::io;

/// A folder for held lists. Names are plain file names, without separators.
pub trait HeldFolder: Send {
    /// Appends to a file, making it where there is none.
    ///
    /// # Errors
    ///
    /// Whatever the folder says.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// The whole content of a file that was appended to.
    ///
    /// # Errors
    ///
    /// Whatever the folder says.
    fn read(&mut self, name: &str) -> io::Result<Vec<u8>>;

    /// Writes a whole file, replacing one that is there.
    ///
    /// # Errors
    ///
    /// Whatever the folder says.
    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
}

/// A folder in memory.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MemoryFolder {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryFolder {
    /// The names of its files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The content of a file.
    pub fn content(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }
}

impl HeldFolder for MemoryFolder {
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let file = self.files.entry(name.to_owned()).or_default();
        file.extend_from_slice(bytes);
        Ok(())
    }

    fn read(&mut self, name: &str) -> io::Result<Vec<u8>> {
        let file = self.files.get(name).cloned();
        file.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.files.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }
}

impl fmt::Debug for MemoryFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryFolder")
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}
