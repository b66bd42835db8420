//! The signed offline bundle: made, opened, refused, rotated, and read by an independent program.

#![cfg(test)]

extern crate alloc;

#[path = "bundle/golden.rs"]
mod golden;
#[path = "bundle/hostile.rs"]
mod hostile;
#[path = "bundle/refusals.rs"]
mod refusals;
#[path = "bundle/rotation.rs"]
mod rotation;
#[path = "bundle/shared.rs"]
mod shared;
