//! The connections of a register: one that writes, some that read.

use alloc::sync::Arc;
use core::time::Duration;
use std::path::{Path, PathBuf};
use std::sync::{Mutex as SyncMutex, PoisonError};
use std::time::Instant;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use super::statement::{foreign, is_busy};
use crate::StoreError;
use crate::engine::Access;

/// How long a call waits for a writer of another process.
const BUSY: Duration = Duration::from_secs(30);

/// How long it sleeps between two looks at it.
const PAUSE: Duration = Duration::from_millis(5);

/// Transactions that read at the same time.
const READERS: usize = 8;

/// Prepared statements of one connection.
const STATEMENTS: usize = 256;

/// A page is this many bytes in a new file.
const PAGE: u32 = 8192;

/// KiB of pages that a connection keeps in memory.
const fn cache(access: Access) -> u32 {
    match access {
        Access::Write => 64 * 1024,
        Access::Read => 16 * 1024,
    }
}

/// The connections to one file. Writers of this process queue for the one that writes, in order.
pub(super) struct Connections {
    path: PathBuf,
    /// `None` where it has to be opened again.
    writer: Arc<Mutex<Option<Connection>>>,
    readers: SyncMutex<Vec<Connection>>,
    room: Arc<Semaphore>,
}

impl Connections {
    /// Opens the file, creating it where there is none; `prepare` sees the writer first.
    pub(super) fn open(
        path: &Path,
        prepare: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let writer = connect(path, Access::Write)?;
        prepare(&writer)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Arc::new(Mutex::new(Some(writer))),
            readers: SyncMutex::default(),
            room: Arc::new(Semaphore::new(READERS)),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A connection with an open transaction. Nothing else in a transaction waits, so others are let
    /// through here: whoever is to be told of an interruption, say.
    pub(super) async fn begin(self: &Arc<Self>, access: Access) -> Result<Held, StoreError> {
        tokio::task::yield_now().await;
        match access {
            Access::Write => {
                let mut turn = Arc::clone(&self.writer).lock_owned().await;
                if self.room.is_closed() {
                    return Err(StoreError::unavailable("closed"));
                }
                let mut connection = match turn.take() {
                    Some(connection) => connection,
                    None => connect(&self.path, Access::Write)?,
                };
                begin_immediate(&mut connection).await?;
                Ok(Held {
                    connection: Some(connection),
                    home: Home::Writer(turn),
                })
            }
            Access::Read => {
                let place = Arc::clone(&self.room).acquire_owned().await;
                let place = place.map_err(|_| StoreError::unavailable("closed"))?;
                let kept = self.kept().pop();
                let connection = match kept {
                    Some(connection) => connection,
                    None => connect(&self.path, Access::Read)?,
                };
                run(&connection, "BEGIN")?;
                Ok(Held {
                    connection: Some(connection),
                    home: Home::Readers(Arc::clone(self), place),
                })
            }
        }
    }

    /// Waits for the writer, closes what is not in use and folds the WAL into the file, which
    /// another process may prevent by using it.
    pub(super) async fn close(&self) {
        let mut writer = self.writer.lock().await;
        self.room.close();
        self.kept().clear();
        if let Some(connection) = writer.take() {
            let folded = run(&connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            folded.unwrap_or_default();
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // A list of connections is whole whoever held it.
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in a transaction. Given back, it is rolled back if it was not committed.
pub(super) struct Held {
    /// Always there, up to the drop.
    connection: Option<Connection>,
    home: Home,
}

enum Home {
    Writer(OwnedMutexGuard<Option<Connection>>),
    /// The permit is given back after the connection.
    Readers(
        Arc<Connections>,
        #[expect(dead_code, reason = "held")] OwnedSemaphorePermit,
    ),
}

impl Held {
    pub(super) fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection
            .as_ref()
            .ok_or(StoreError::unavailable("connection"))
    }

    /// Makes everything stand.
    pub(super) fn commit(self) -> Result<(), StoreError> {
        run(self.connection()?, "COMMIT")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        // One that cannot be rolled back is closed, which does the same.
        if !connection.is_autocommit() && run(&connection, "ROLLBACK").is_err() {
            return;
        }
        match &mut self.home {
            Home::Writer(turn) => **turn = Some(connection),
            Home::Readers(home, _) => home.kept().push(connection),
        }
    }
}

fn connect(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags);
    let connection = opened.map_err(|error| foreign(&error))?;
    let waits = connection.busy_timeout(BUSY);
    waits.map_err(|error| foreign(&error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let script = format!(
        "PRAGMA page_size = {PAGE}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{}; \
         PRAGMA wal_autocheckpoint = 32000; PRAGMA query_only = {};",
        cache(access),
        i32::from(access == Access::Read)
    );
    run(&connection, &script)?;
    Ok(connection)
}

#[expect(
    clippy::needless_pass_by_ref_mut,
    reason = "a shared reference cannot be held while waiting"
)]
/// Only another process can be in the way; the thread is free while it is.
async fn begin_immediate(connection: &mut Connection) -> Result<(), StoreError> {
    let began = Instant::now();
    while !try_immediate(connection, began.elapsed() < BUSY)? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Begins, or tells that another process is in the way; where it `may_wait` no more, that is an
/// error.
fn try_immediate(connection: &Connection, may_wait: bool) -> Result<bool, StoreError> {
    let waits = |time| {
        connection
            .busy_timeout(time)
            .map_err(|error| foreign(&error))
    };
    waits(Duration::ZERO)?;
    let begun = connection.execute_batch("BEGIN IMMEDIATE");
    waits(BUSY)?;
    match begun {
        Ok(()) => Ok(true),
        Err(error) if may_wait && is_busy(&error) => Ok(false),
        Err(error) => Err(foreign(&error)),
    }
}

fn run(connection: &Connection, script: &str) -> Result<(), StoreError> {
    let run = connection.execute_batch(script);
    run.map_err(|error| foreign(&error))
}
