//! The register in one SQLite file: WAL, full synchronisation, many readers, one writer.

mod fields;
mod schema;
mod statement;
mod table;
mod tx;

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio::sync::Mutex;

use crate::StoreError;
use crate::engine::{Access, Engine};
use crate::fault::Faults;

use statement::foreign;
use tx::SqliteTx;

/// How long a call waits for a writer of another process.
const BUSY: Duration = Duration::from_secs(30);

/// Connections of one register: a writer and some readers.
const CONNECTIONS: u32 = 4;

/// A page is this many bytes in a new file.
const PAGE: u32 = 8192;

/// A register in a SQLite file.
///
/// Every commit is on the disk when a call returns (`synchronous = FULL`, in the WAL). Several
/// processes may have the same file open. Clones share the connections. All calls must run on a
/// tokio runtime.
#[derive(Clone)]
pub struct SqliteRegistry {
    pool: SqlitePool,
    writer: Arc<Mutex<()>>,
    faults: Arc<Faults>,
}

impl SqliteRegistry {
    /// Opens a file, creating it with the present schema where there is none.
    ///
    /// # Errors
    ///
    /// `Unavailable` where it cannot be opened; `Corrupt` where it is no database of this program
    /// or of a later version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::connect(
            SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true),
        )
        .await
    }

    async fn connect(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(false)
            .page_size(PAGE)
            .busy_timeout(BUSY)
            .statement_cache_capacity(512)
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "memory")
            .pragma("wal_autocheckpoint", "8000")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(BUSY)
            .test_before_acquire(false)
            .connect_with(options)
            .await
            .map_err(|error| foreign(&error))?;
        let registry = Self {
            pool,
            writer: Arc::new(Mutex::new(())),
            faults: Arc::new(Faults::default()),
        };
        schema::migrate(&registry.pool).await?;
        Ok(registry)
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.pool.connect_options().get_filename().to_path_buf()
    }

    /// Closes all connections and folds the WAL into the file.
    pub async fn close(self) {
        self.pool.close().await;
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
        // Writers of this process queue here, in order; only other processes meet the busy wait.
        let turn = match access {
            Access::Read => None,
            Access::Write => Some(Arc::clone(&self.writer).lock_owned().await),
        };
        let begin = if turn.is_some() {
            "BEGIN IMMEDIATE"
        } else {
            "BEGIN"
        };
        let inner = self
            .pool
            .begin_with(begin)
            .await
            .map_err(|error| foreign(&error))?;
        Ok(SqliteTx::new(inner, turn, Arc::clone(&self.faults)))
    }
}
