//! `pgdeck undo`: an operation taken back.

use super::args::{Cli, Undo};
use super::operation::carry_out;
use super::session::Session;
use crate::model::Fault;
use crate::model::operation::Intent;

/// Plans the undo and carries it out where it may.
pub async fn run(args: &Undo, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    carry_out(Intent::Undo(args.operation.clone()), &args.how, cli, session).await
}
