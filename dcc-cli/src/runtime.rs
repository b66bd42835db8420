//! The runtime under commands that use a database.

use core::sync::atomic::{AtomicBool, Ordering};

use std::io;

/// Whether somebody pressed Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Why a future was not run to its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// There is no runtime.
    Runtime(io::Error),
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

/// Runs a future to its end, or until somebody presses Ctrl-C: then nothing more is begun, what was
/// committed stands, and the same command again goes on. The database wants a tokio runtime;
/// signing brings threads of its own, which look at [`is_interrupted`].
pub(crate) fn block_on<T, E: From<Stop>>(
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(Stop::Runtime)?;
    runtime.spawn(async {
        // Where no handler can be set the program ends as every other does.
        if interruption().await.is_ok() {
            INTERRUPTED.store(true, Ordering::Relaxed);
        }
    });
    runtime.block_on(async {
        tokio::select! {
            done = future => done,
            Ok(()) = interruption() => Err(Stop::Interrupted.into()),
        }
    })
}

/// Ctrl-C, or the system asking for an end.
async fn interruption() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Whether somebody pressed Ctrl-C.
pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}
