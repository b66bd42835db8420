//! The register in one SQLite file: WAL, full synchronisation, many readers, one writer.

mod connections;
mod fields;
mod schema;
mod statement;
mod table;
mod tx;

use alloc::sync::Arc;
use core::fmt;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::StoreError;
use crate::engine::{Access, Engine};
use crate::fault::Faults;

use connections::Connections;
use tx::SqliteTx;

/// A register in a SQLite file.
///
/// Every commit is on the disk when a call returns (`synchronous = FULL`, in the WAL). Several
/// processes may have the same file open. Clones share the connections.
///
/// The database is in this process, so a call computes on the thread that polls it, for as long as
/// its transaction takes: below a millisecond for one subject, up to a second for the thousands of
/// a bulk import, which a server should run on a thread of its own. Calls wait for each other and
/// for other processes without holding a thread; they must run on a tokio runtime with time.
#[derive(Clone)]
pub struct SqliteRegistry {
    connections: Arc<Connections>,
    faults: Arc<Faults>,
}

impl SqliteRegistry {
    /// Opens a file, creating it with the present schema where there is none.
    ///
    /// # Errors
    ///
    /// `Unavailable` where it cannot be opened; `Corrupt` where it is no database of this program
    /// or of a later version.
    #[expect(clippy::unused_async, reason = "as registers elsewhere are opened")]
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            connections: Arc::new(Connections::open(path, schema::migrate)?),
            faults: Arc::new(Faults::default()),
        })
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.connections.path().to_owned()
    }

    /// Waits for the writer, closes all connections and folds the WAL into the file. Clones are of
    /// no use any more. Where it cannot be folded in, nothing is lost: the next opening finds it.
    pub async fn close(self) {
        self.connections.close().await;
    }

    /// Lets every call fail from the `steps`-th internal step on, as a process that was killed
    /// there would leave it; `None` ends that.
    #[cfg(feature = "conformance")]
    pub fn crash_after(&self, steps: Option<u64>) {
        self.faults.arm(steps);
    }
}

impl fmt::Debug for SqliteRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteRegistry")
    }
}

#[async_trait]
impl Engine for SqliteRegistry {
    type Tx = SqliteTx;

    async fn begin(&self, access: Access) -> Result<SqliteTx, StoreError> {
        self.faults.step()?;
        let held = self.connections.begin(access).await?;
        Ok(SqliteTx::new(held, Arc::clone(&self.faults)))
    }
}
