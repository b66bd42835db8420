//! Small programs to copy from; each runs without arguments:
//! `cargo run -p dcc-examples --example offline_gate`.
