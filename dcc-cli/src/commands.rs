//! One file a command.

use std::io::{self, IsTerminal as _, Write};

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::Outcome;
use crate::input::{Inputs, Item, Stop};

pub(crate) mod bundle;
pub(crate) mod decode;
pub(crate) mod issuance;
pub(crate) mod keygen;
pub(crate) mod records;
pub(crate) mod sign;
pub(crate) mod trust;
pub(crate) mod verify;

/// Says something on standard error. A closed standard error is no reason to stop.
pub(crate) fn complain(message: impl core::fmt::Display) {
    drop(writeln!(io::stderr().lock(), "dcc: {message}"));
}

/// Bytes in lower-case hexadecimal, as fingerprints are written.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

/// Reads every input in order and gives each certificate to `show`, which tells whether it was
/// accepted. An unreadable input is reported and the others are still read.
pub(crate) fn each_certificate(
    inputs: &[String],
    mut show: impl FnMut(&mut dyn Write, Item) -> io::Result<bool>,
) -> Outcome {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut reader = Inputs::default();
    let progress = progress();
    let mut outcome = Outcome::Good;
    for input in inputs {
        let mut all_accepted = true;
        let read = reader.read(input, &mut |item| {
            all_accepted &= show(&mut out, item)?;
            progress.inc(1);
            // Whoever feeds standard input piece by piece waits for each answer.
            if input == "-" { out.flush() } else { Ok(()) }
        });
        let this = match read {
            Ok(0) => {
                complain(format_args!("{input}: there is no certificate in it"));
                Outcome::NotAccepted
            }
            Ok(_) if all_accepted => Outcome::Good,
            Ok(_) => Outcome::NotAccepted,
            Err(Stop::Unreadable(error)) => {
                complain(error);
                Outcome::Usage
            }
            // Cut short, so nobody can say that everything was accepted.
            Err(Stop::Output(error)) => {
                return output_failed(&error, outcome.max(Outcome::NotAccepted));
            }
        };
        outcome = outcome.max(this);
    }
    progress.finish_and_clear();
    match out.flush() {
        Ok(()) => outcome,
        Err(error) => output_failed(&error, outcome),
    }
}

/// How many certificates were looked at, on standard error. Hidden where that is no terminal, and
/// where the results themselves appear on the terminal.
fn progress() -> ProgressBar {
    if io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    // Hides itself where standard error is no terminal.
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(4))
}

/// A reader that went away (`| head`) is no fault of usage; anything else is.
fn output_failed(error: &io::Error, so_far: Outcome) -> Outcome {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return so_far;
    }
    complain(format_args!("standard output: {error}"));
    Outcome::Usage
}
