//! The entry: everything is in the library, so that tests and the program are the same.

use std::process::ExitCode;

fn main() -> color_eyre::Result<ExitCode> {
    color_eyre::install()?;
    Ok(ExitCode::from(pgdeck::cli::run(std::env::args_os().collect())))
}
