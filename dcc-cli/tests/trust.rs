//! `dcc trust` and `dcc bundle` as a user meets them.

#![cfg(test)]

#[path = "trust/bundles.rs"]
mod bundles;
#[path = "trust/imports.rs"]
mod imports;
#[path = "trust/lists.rs"]
mod lists;
#[path = "cli/program.rs"]
mod program;
#[path = "trust/real.rs"]
mod real;
#[path = "trust/shared.rs"]
mod shared;
