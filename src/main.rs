//! The command `pecete`: parse, run, print, exit.

fn main() {}
