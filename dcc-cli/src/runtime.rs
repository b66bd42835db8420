//! The runtime under commands that use a database.

use crate::commands::issuance::Failure;

/// Runs a future to its end, or until somebody presses Ctrl-C: then nothing more is begun, what was
/// committed stands, and the same command again goes on. The database wants a tokio runtime;
/// signing brings threads of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    runtime.map_err(Failure::Runtime)?.block_on(async {
        tokio::select! {
            done = future => done,
            // Where no handler can be set the program ends as every other does.
            Ok(()) = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
        }
    })
}
