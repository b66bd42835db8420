//! Small programs to copy from; each runs without arguments:
//! `cargo run -p dcc-examples --example offline_gate`.

/// The code of the guides is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../docs/write-a-verifier.md")]
mod write_a_verifier {}
