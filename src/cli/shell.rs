//! What a shell and `man` want to know about the command line. No settings and no database are needed.

use super::args::Cli;
use crate::model::{Fault, Kind};
use clap::CommandFactory;
use std::io::{self, Write};

/// Prints the completion script of a shell.
pub fn completions(shell: clap_complete::Shell) -> Result<(), Fault> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "pgdeck", &mut script);
    print(&script)
}

/// Prints the manual page: the whole command line on one page, a section for each command.
pub fn man() -> Result<(), Fault> {
    let command = Cli::command();
    let mut page = Vec::new();
    let rendered =
        clap_mangen::Man::new(command.clone()).render(&mut page).and_then(|()| sections(&command, "pgdeck", &mut page));
    rendered.map_err(|error| Fault::new(Kind::Usage, format!("cannot make the manual page: {error}")))?;
    print(&page)
}

fn sections(command: &clap::Command, path: &str, page: &mut Vec<u8>) -> io::Result<()> {
    for sub in command.get_subcommands() {
        let path = format!("{path} {}", sub.get_name());
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        write!(page, ".SH \"{}\"\n{about}\n", path.to_uppercase())?;
        if sub.get_arguments().next().is_some() {
            let man = clap_mangen::Man::new(sub.clone().disable_help_flag(true));
            let mut options = Vec::new();
            man.render_options_section(&mut options)?;
            // The command's own heading stands above; the one clap_mangen writes would repeat itself.
            page.extend(String::from_utf8_lossy(&options).replace(".SH OPTIONS\n", "").bytes());
        }
        sections(sub, &path, page)?;
    }
    Ok(())
}

/// Prints bytes; a reader that went away is no failure.
fn print(bytes: &[u8]) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Fault::new(Kind::Usage, format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}
