//! The runtime under commands that use a database.

use std::io;

/// Runs a future to its end. The database wants a tokio runtime; signing brings threads of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> io::Result<T> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build()?;
    Ok(runtime.block_on(future))
}
