//! dcc
fn main() {}
