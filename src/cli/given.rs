//! The command line as it was given, to be said again: as what reopens the console, or with `--write`. It never says a
//! password.

use super::args::Cli;
#[cfg(feature = "demo")]
use super::args::Demo;
use crate::db::without_secrets;
use crate::model::shell;

/// The words that open the console on the same connection, with the same library and person.
pub fn console(cli: &Cli) -> Vec<String> {
    let common = &cli.common;
    let mut words = vec!["pgdeck".to_owned()];
    words.extend(cli.conninfo.as_deref().and_then(without_secrets));
    let flags = [
        ("-h", &common.host),
        ("-p", &common.port),
        ("-U", &common.user),
        ("-d", &common.dbname.as_deref().and_then(without_secrets)),
        ("--service", &common.service),
        ("--profile", &common.profile),
        ("--theme", &common.theme),
        ("--actor", &common.actor),
    ];
    for (flag, value) in flags {
        words.extend(value.iter().flat_map(|value| said(flag, value)));
    }
    for directory in &common.library {
        words.extend(said("--library", &directory.to_string_lossy()));
    }
    words
}

/// The words that open the console on another demo with the same rows: the server of this one ends with it.
#[cfg(feature = "demo")]
pub fn demo(args: &Demo, cli: &Cli) -> Vec<String> {
    let mut words = vec!["pgdeck".to_owned(), "demo".to_owned()];
    match args.empty {
        true => words.push("--empty".to_owned()),
        false => words.extend(said("--rows", &args.rows.to_string())),
    }
    words.extend(args.system.iter().flat_map(|system| said("--system", system)));
    let flags = [("--keep", args.keep), ("--fetch", args.fetch), ("--no-fetch", args.no_fetch)];
    words.extend(flags.into_iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| flag.to_owned()));
    words.extend(console(cli).into_iter().skip(1));
    words
}

/// A flag and its value; as one word where the value could be taken for a flag.
fn said(flag: &str, value: &str) -> Vec<String> {
    match value.starts_with('-') && flag.starts_with("--") {
        true => vec![format!("{flag}={value}")],
        false => vec![flag.to_owned(), value.to_owned()],
    }
}

/// The whole command line once more, with `--write`; `more` is a word it had better name.
pub fn with_write(cli: &Cli, more: Option<&str>) -> String {
    let connections: Vec<&String> = [&cli.conninfo, &cli.common.dbname].into_iter().flatten().collect();
    let open = |word: &String| {
        let found = connections.iter().find_map(|text| Some((word.strip_suffix(text.as_str())?, *text)));
        match found.filter(|(flag, _)| ["", "-d", "--dbname="].contains(flag)) {
            Some((flag, text)) => format!("{flag}{}", without_secrets(text).unwrap_or_default()),
            None => word.clone(),
        }
    };
    let mut words = vec!["pgdeck".to_owned()];
    words.extend(cli.line.iter().map(open));
    let ends = cli.line.iter().position(|word| word == "--").map_or(words.len(), |at| at + 1);
    words.insert(ends, "--write".to_owned());
    words.splice(ends..ends, more.map(str::to_owned));
    shell::line(words)
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;
    use std::ffi::OsString;

    fn read(line: &[&str]) -> Cli {
        parse(std::iter::once("pgdeck").chain(line.iter().copied()).map(OsString::from).collect()).unwrap()
    }

    #[test]
    fn no_password_is_said() {
        for line in [
            ["postgresql://ann:hunter2@db1/shop", "--pane", "leads"].as_slice(),
            &["host=db1 password='hunter2' dbname=shop"],
            &["-d", "postgresql://ann:hunter2@db1/shop"],
            &["restore", "crm.leads", "7", "-dhost=db1 password=hunter2"],
            &["restore", "crm.leads", "7", "--dbname=postgresql://ann@db1/shop?password=hunter2"],
        ] {
            let cli = read(line);
            let said = format!("{} {}", shell::line(console(&cli)), with_write(&cli, None));
            assert!(!said.contains("hunter2") && said.contains("db1"), "{said}");
        }
    }

    #[cfg(feature = "demo")]
    #[test]
    fn a_demo_is_opened_again_as_another() {
        let cli = read(&["demo", "--rows", "2000", "--system", "crm", "--theme", "dark"]);
        let Some(super::super::args::Command::Demo(args)) = &cli.command else { panic!("{cli:?}") };
        assert_eq!(shell::line(demo(args, &cli)), "pgdeck demo --rows 2000 --system crm --theme dark");
    }

    #[test]
    fn a_line_is_said_again_as_it_was_given() {
        let cli = read(&["restore", "crm.leads", "{\"id\":\"7\"}", "--reason", "it's gone", "-U", "ann"]);
        assert_eq!(
            with_write(&cli, None),
            "pgdeck restore crm.leads '{\"id\":\"7\"}' --reason 'it'\\''s gone' -U ann --write"
        );
        assert_eq!(with_write(&read(&["undo", "--", "-x"]), None), "pgdeck undo --write -- -x");
        assert_eq!(with_write(&read(&["undo"]), Some("0193")), "pgdeck undo 0193 --write");
        let words = console(&read(&["-h", "db1", "-d", "my shop", "--profile", "p", "--library", "q", "--write"]));
        assert_eq!(shell::line(words), "pgdeck -h db1 -d 'my shop' --profile p --library q");
        let twice = read(&["restore", "crm.leads", "shop", "-d", "shop"]);
        assert_eq!(with_write(&twice, None), "pgdeck restore crm.leads shop -d shop --write");
    }
}
