//! The command line as clap reads it: flags and subcommands, no behaviour (DESIGN §5).

mod change;
mod verify;

pub use change::{Delete, Rebuild, Restore, Undo};
pub use verify::Verify;

use crate::model::operation::RefreshMode;
use crate::report::{Format, Shape};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes: 0 done · 1 findings · 2 usage or configuration · 3 connection · 4 refused · 5 query or check failed · \
6 outcome in doubt · 130 interrupted";

/// A keyboard-driven terminal console for PostgreSQL.
///
/// Without a command it opens the console. CONNINFO is a connection string (`host=… dbname=…`) or a URI
/// (`postgresql://…`); a database name goes with -d. What is not said comes from the PG* variables, as with psql.
#[derive(Debug, Parser)]
#[command(name = "pgdeck", version, after_help = EXIT_CODES, disable_help_flag = true, disable_help_subcommand = true)]
#[command(override_usage = "pgdeck [OPTIONS] [CONNINFO]\n       pgdeck [OPTIONS] COMMAND …")]
#[command(allow_external_subcommands = true)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    /// The bare connection string; taken out of the arguments before clap reads them.
    #[arg(skip)]
    pub conninfo: Option<String>,
    /// The words as they were given, without the program.
    #[arg(skip)]
    pub line: Vec<String>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags that stand before or after the subcommand.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Print help
    #[arg(long, short = '?', global = true, action = ArgAction::Help)]
    help: Option<bool>,
    /// Database server host or socket directory
    #[arg(short = 'h', long, global = true, value_name = "HOST", help_heading = "Connection")]
    pub host: Option<String>,
    /// Database server port
    #[arg(short = 'p', long, global = true, value_name = "PORT", help_heading = "Connection")]
    pub port: Option<String>,
    /// Database user name
    #[arg(
        short = 'U',
        long,
        visible_alias = "username",
        global = true,
        value_name = "USER",
        help_heading = "Connection"
    )]
    pub user: Option<String>,
    /// Database name, or a connection string
    #[arg(short = 'd', long, global = true, value_name = "DB|CONNINFO", help_heading = "Connection")]
    pub dbname: Option<String>,
    /// Service of pg_service.conf
    #[arg(long, global = true, value_name = "NAME", help_heading = "Connection")]
    pub service: Option<String>,
    /// Connection profile of config.toml
    #[arg(long, global = true, value_name = "NAME", help_heading = "Connection")]
    pub profile: Option<String>,
    /// Allow operations; each is still shown and confirmed first
    #[arg(long, global = true)]
    pub write: bool,
    /// Limit to one tenant: its key, slug or name, or the unique beginning of one
    #[arg(long, global = true, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Open the console on this pane
    #[arg(long, global = true, value_name = "PANE")]
    pub pane: Option<String>,
    /// With --pane: limit its rows, as the filter of the console does
    #[arg(long, global = true, value_name = "EXPR", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// With --pane: open the record of this row, by the key as JSON or the bare value of a one-column key
    #[arg(long, global = true, value_name = "KEY")]
    pub row: Option<String>,
    /// Who asks for changes, for the audit trail; the profile's actor by default
    #[arg(long, global = true, value_name = "WHO")]
    pub actor: Option<String>,
    /// Lay the query files of this directory over the library (repeatable)
    #[arg(long, global = true, value_name = "DIR")]
    pub library: Vec<PathBuf>,
    /// Colour theme of the console
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
}

/// What to do instead of opening the console.
#[derive(Debug, Subcommand)]
pub enum Command {
    #[cfg(feature = "demo")]
    Demo(Demo),
    Show(Show),
    Find(Find),
    Verify(Verify),
    Restore(Restore),
    Delete(Delete),
    Undo(Undo),
    Rebuild(Rebuild),
    Trash(Trash),
    /// List, describe, install and remove the systems pgdeck knows by heart
    #[command(subcommand)]
    Systems(Systems),
    Refresh(Refresh),
    /// Cancel what a backend runs (pg_cancel_backend)
    Cancel(Backend),
    /// End a backend's session (pg_terminate_backend)
    Terminate(Backend),
    Journal(JournalCommand),
    /// List and check the query files behind the panes
    #[command(subcommand)]
    Library(LibraryCommand),
    /// Print the completion script of a shell
    Completions {
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// A word that is no command: a connection string, or a mistake.
    #[command(external_subcommand)]
    Word(Vec<OsString>),
}

/// Start a throw-away PostgreSQL with sample data and open the console on it
#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub struct Demo {
    /// About how many leads the sample makes
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    pub rows: u64,
    /// Install only this system (repeatable)
    #[arg(long, value_name = "NAME")]
    pub system: Vec<String>,
    /// A bare server without systems
    #[arg(long, conflicts_with_all = ["system", "rows"])]
    pub empty: bool,
    /// Keep the data after the end
    #[arg(long)]
    pub keep: bool,
    /// Fetch a private copy of the server where there is none, without asking
    #[arg(long, conflicts_with = "no_fetch")]
    pub fetch: bool,
    /// Never fetch one
    #[arg(long)]
    pub no_fetch: bool,
    /// Run this command with PG* set instead of opening the console, and exit with its status
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// Print the rows of a pane or a table
#[derive(Debug, Args)]
pub struct Show {
    /// A pane (leads), a system's pane (crm/leads) or a table (schema.table)
    #[arg(value_name = "[SYSTEM/]PANE")]
    pub name: String,
    /// Terms joined by AND: col=value, col~part, col>=2, col:null, !term, a bare word
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// The order: COL or COL:desc, comma-separated
    #[arg(long, value_name = "COL[:desc],…", value_delimiter = ',')]
    pub sort: Vec<String>,
    /// At most this many rows
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// Only these columns, comma-separated
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    pub columns: Vec<String>,
    #[command(flatten)]
    pub printed: Printed,
}

/// Find a record by id, e-mail, phone number or name: live, deleted, or in the audit trail only
#[derive(Debug, Args)]
pub struct Find {
    /// What to look for; several words are one text
    #[arg(value_name = "TEXT", required = true, num_args = 1..)]
    pub text: Vec<String>,
    /// Read big tables row by row too, where no index serves
    #[arg(long)]
    pub scan: bool,
    #[command(flatten)]
    pub printed: Printed,
}

/// Print what is soft-deleted, the newest deletion first
#[derive(Debug, Args)]
pub struct Trash {
    /// Only deletions with rows of this table: schema.table, system.table or its name
    pub table: Option<String>,
    /// Deleted at this time or later: a date, today, friday, -3d
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Deleted at this time or before
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// Deleted by somebody whose name contains this
    #[arg(long, value_name = "USER")]
    pub by: Option<String>,
    /// At most this many deletions
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    #[command(flatten)]
    pub printed: Printed,
}

/// How and where a table is printed.
#[derive(Clone, Debug, Args)]
pub struct Printed {
    /// How to print: table on a terminal, by the ending of --output, else json
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    pub format: Option<Format>,
    /// Print into this file, whole or not at all
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// CSV without the guard that keeps spreadsheets from running a cell
    #[arg(long)]
    pub raw: bool,
}

/// `pgdeck systems …`
#[derive(Debug, Subcommand)]
pub enum Systems {
    /// Every system pgdeck knows, and where it stands in this database
    List(Printed),
    /// The tables of one system, or what a role needs to restore from them
    Show {
        name: String,
        /// Print the SQL that lets this role see the trash, restore and delete softly, and the SQL that takes it back
        #[arg(long, value_name = "ROLE", conflicts_with_all = ["format", "raw"])]
        grants: Option<String>,
        /// The schema the system stands in; the system's name by default
        #[arg(long, value_name = "SCHEMA", requires = "grants")]
        schema: Option<String>,
        #[command(flatten)]
        printed: Printed,
    },
    /// Create a system's schema; without --write only the plan is printed
    Install {
        #[command(flatten)]
        change: Change,
        /// Fill it with about this many leads' worth of sample rows
        #[arg(long, value_name = "N")]
        sample: Option<u64>,
    },
    /// Drop an installed system; without --write only the plan is printed
    Uninstall {
        #[command(flatten)]
        change: Change,
        /// Drop rows too that neither the installation nor its sample made
        #[arg(long)]
        drop_rows: bool,
    },
}

/// What every change of a system takes.
#[derive(Clone, Debug, Args)]
pub struct Change {
    pub name: String,
    /// The schema; the system's name by default
    #[arg(long, value_name = "SCHEMA")]
    pub schema: Option<String>,
    #[command(flatten)]
    pub how: How,
}

/// How an operation is asked for and told of; every one of them takes it.
#[derive(Clone, Debug, Args)]
pub struct How {
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Only print the plan
    #[arg(long)]
    pub dry_run: bool,
    /// How to print: text, json, or sql for the plan's statements alone
    #[arg(long, value_name = "FORMAT", value_parser = shape())]
    pub format: Option<Shape>,
}

/// Refresh materialized views, those others build on first
#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(false).args(["views", "all", "stale"]))]
pub struct Refresh {
    /// schema.view, or a bare name that only one schema has
    #[arg(value_name = "VIEW")]
    pub views: Vec<String>,
    /// Every materialized view
    #[arg(long)]
    pub all: bool,
    /// Those known to be out of date: changed below since the last refresh by pgdeck, and older than their budget
    #[arg(long)]
    pub stale: bool,
    /// concurrently lets readers go on; auto does so where the view can be refreshed that way
    #[arg(long, value_name = "MODE", default_value = "auto", value_parser = mode())]
    pub mode: RefreshMode,
    #[command(flatten)]
    pub how: How,
}

/// Which backend, and how it is asked for.
#[derive(Clone, Debug, Args)]
pub struct Backend {
    /// The process id, as the pane activity shows it
    #[arg(value_parser = clap::value_parser!(i32).range(1..))]
    pub pid: i32,
    /// Only if the backend began then (backend_start)
    #[arg(long, value_name = "TIME")]
    pub started: Option<String>,
    #[command(flatten)]
    pub how: How,
}

/// Print what was changed through pgdeck, newest last
#[derive(Clone, Debug, Args)]
pub struct JournalCommand {
    /// Of every database; asks none
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub printed: Printed,
}

/// `pgdeck library …`
#[derive(Debug, Subcommand)]
pub enum LibraryCommand {
    /// Every query file, where it comes from, and what is wrong with it
    List(Printed),
    /// Read all query files, or one; one is also run where a connection is named
    Check {
        file: Option<PathBuf>,
        #[command(flatten)]
        printed: Printed,
    },
}

fn format() -> impl TypedValueParser<Value = Format> {
    let names = Format::ALL.map(|(name, _)| name);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Format>())
}

fn mode() -> impl TypedValueParser<Value = RefreshMode> {
    PossibleValuesParser::new(["auto", "concurrently", "plain"]).map(|name| match name.as_str() {
        "concurrently" => RefreshMode::Concurrently,
        "plain" => RefreshMode::Plain,
        _ => RefreshMode::Auto,
    })
}

fn shape() -> impl TypedValueParser<Value = Shape> {
    let names = Shape::ALL.map(|(name, _)| name);
    PossibleValuesParser::new(names).map(|name| match name.as_str() {
        "json" => Shape::Json,
        "sql" => Shape::Sql,
        _ => Shape::Text,
    })
}
