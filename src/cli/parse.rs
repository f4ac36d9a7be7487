//! From the arguments of the process to the command line. A bare connection string is told from a mistyped word here.

use super::args::{Cli, Command};
use crate::model::Fault;
use crate::model::nearest::did_you_mean;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use std::ffi::OsString;

/// Why there is no command line.
#[derive(Debug)]
pub enum Refusal {
    /// clap's own answer: help, version, or a mistake it explains.
    Clap(clap::Error),
    Fault(Fault),
}

/// Reads the arguments, program name first.
pub fn parse(argv: Vec<OsString>) -> Result<Cli, Refusal> {
    let line = argv.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    Ok(Cli { line, ..read(argv)? })
}

fn read(mut argv: Vec<OsString>) -> Result<Cli, Refusal> {
    let mut cli = Cli::try_parse_from(&argv).map_err(refusal)?;
    let Some(Command::Word(words)) = &cli.command else {
        return Ok(cli);
    };
    let word = words.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    if !is_conninfo(&word) {
        return Err(Refusal::Fault(unknown(&word)));
    }
    // What follows the connection string are flags that clap has not read yet.
    argv.remove(argv.len() - words.len());
    cli = Cli::try_parse_from(&argv).map_err(refusal)?;
    match cli.command {
        None => Ok(Cli { conninfo: Some(word), ..cli }),
        Some(_) => Err(Refusal::Fault(misplaced())),
    }
}

fn is_conninfo(word: &str) -> bool {
    word.contains('=') || word.contains("://")
}

/// clap repeats the word it did not expect, and a connection string may hold a password.
fn refusal(error: clap::Error) -> Refusal {
    let stray = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(word)) => {
            error.kind() == ErrorKind::UnknownArgument && !word.starts_with('-') && is_conninfo(word)
        }
        _ => false,
    };
    if stray { Refusal::Fault(misplaced()) } else { Refusal::Clap(error) }
}

fn misplaced() -> Fault {
    Fault::usage("a bare connection string opens the console and takes no command")
        .hint("with a command, give it with -d: pgdeck show leads -d \"host=… dbname=…\"")
}

fn unknown(word: &str) -> Fault {
    let known: Vec<String> = Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let near = did_you_mean(word, known.iter().map(String::as_str));
    let commands = near.unwrap_or_else(|| format!("commands: {}", known.join(", ")));
    Fault::usage(format!("no command is called {word:?}")).hint(format!("{commands}; a database name goes with -d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Cli, Refusal> {
        let argv = std::iter::once("pgdeck").chain(arguments.iter().copied());
        parse(argv.map(OsString::from).collect())
    }

    fn fault(arguments: &[&str]) -> Fault {
        match parsed(arguments) {
            Err(Refusal::Fault(fault)) => fault,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn h_is_the_host_before_and_after_the_command() {
        for line in [["-h", "db1", "show", "leads"], ["show", "leads", "-h", "db1"]] {
            assert_eq!(parsed(&line).unwrap().common.host.as_deref(), Some("db1"));
        }
        let cli = parsed(&["show", "leads", "--username", "me", "--write"]).unwrap();
        assert_eq!(cli.common.user.as_deref(), Some("me"));
        assert!(cli.common.write);
    }

    #[test]
    fn help_is_long_or_a_question_mark() {
        for line in [["--help"].as_slice(), &["-?"], &["show", "-?"], &["systems", "install", "--help"]] {
            assert!(matches!(parsed(line), Err(Refusal::Clap(error)) if error.exit_code() == 0), "{line:?}");
        }
    }

    #[test]
    fn a_connection_string_stands_alone_with_flags_around_it() {
        let cli = parsed(&["--theme", "plain", "host=db1 dbname=x", "--write", "-U", "me"]).unwrap();
        assert_eq!(cli.conninfo.as_deref(), Some("host=db1 dbname=x"));
        assert!(cli.common.write && cli.command.is_none());
        assert_eq!(cli.common.user.as_deref(), Some("me"));
        assert_eq!(parsed(&["postgresql://db1/x"]).unwrap().conninfo.as_deref(), Some("postgresql://db1/x"));
        assert!(fault(&["host=db1", "show", "leads"]).message.contains("takes no command"));
    }

    #[test]
    fn a_bare_word_is_named_with_what_was_meant() {
        let fault = fault(&["shwo", "leads", "--limit", "5"]);
        assert_eq!(fault.message, "no command is called \"shwo\"");
        assert_eq!(fault.hint.as_deref(), Some("did you mean show?; a database name goes with -d"));
        for later in ["export", "evidence", "crm"] {
            assert!(matches!(parsed(&[later, "--x"]), Err(Refusal::Fault(_))), "{later}");
        }
    }
}
