//! The command line as it was given, to be said again: as what reopens the console, or with `--write`. It never says a
//! password.

use super::args::Cli;
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

/// A flag and its value; as one word where the value could be taken for a flag.
fn said(flag: &str, value: &str) -> Vec<String> {
    match value.starts_with('-') && flag.starts_with("--") {
        true => vec![format!("{flag}={value}")],
        false => vec![flag.to_owned(), value.to_owned()],
    }
}

/// The whole command line once more, with `--write`.
pub fn with_write(cli: &Cli) -> String {
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
            let said = format!("{} {}", shell::line(console(&cli)), with_write(&cli));
            assert!(!said.contains("hunter2") && said.contains("db1"), "{said}");
        }
    }

    #[test]
    fn a_line_is_said_again_as_it_was_given() {
        let cli = read(&["restore", "crm.leads", "{\"id\":\"7\"}", "--reason", "it's gone", "-U", "ann"]);
        assert_eq!(
            with_write(&cli),
            "pgdeck restore crm.leads '{\"id\":\"7\"}' --reason 'it'\\''s gone' -U ann --write"
        );
        assert_eq!(with_write(&read(&["undo", "--", "-x"])), "pgdeck undo --write -- -x");
        let words = console(&read(&["-h", "db1", "-d", "my shop", "--profile", "p", "--library", "q", "--write"]));
        assert_eq!(shell::line(words), "pgdeck -h db1 -d 'my shop' --profile p --library q");
        let twice = read(&["restore", "crm.leads", "shop", "-d", "shop"]);
        assert_eq!(with_write(&twice), "pgdeck restore crm.leads shop -d shop --write");
    }
}
