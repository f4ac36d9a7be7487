//! `pgdeck journal`: what was changed through pgdeck, of this database or of all.

use super::args::JournalCommand;
use super::destination::Destination;
use super::session::{Session, unexpected};
use super::systems::dated;
use crate::config::Settings;
use crate::engine::journal::Journal;
use crate::engine::remembered;
use crate::model::{Fault, Outcome, Request, Table};

/// Prints the operations on this database.
pub async fn run(args: &JournalCommand, session: &mut Session) -> Result<(), Fault> {
    match session.ask(Request::Journal).await? {
        Outcome::Table(table) => Destination::new(&args.printed).write_table(dated(Table::clone(&table))),
        other => Err(unexpected(&other)),
    }
}

/// Prints the operations on every database. Asks none.
pub fn everywhere(args: &JournalCommand, settings: &Settings) -> Result<(), Fault> {
    let lines = Journal::within(&settings.state_dir).lines();
    Destination::new(&args.printed).write_table(dated(remembered::listed(&lines, true)))
}
