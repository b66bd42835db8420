//! Renders the built-in value sets from a folder of published ones:
//! `cargo run -p dcc-model --example generate_value_sets -- FOLDER > dcc-model/src/value_set/tables.rs`

#![expect(clippy::print_stdout, reason = "a program for a terminal")]

extern crate alloc;

use core::error::Error;
use std::path::Path;

#[path = "../tests/value_set_tables/render.rs"]
mod render;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os()
        .nth(1)
        .ok_or("usage: generate_value_sets FOLDER")?;
    print!("{}", render::render(Path::new(&folder))?);
    Ok(())
}
