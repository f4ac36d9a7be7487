//! `pgdeck cancel` and `pgdeck terminate`: one backend, by its process id.

use super::args::{Backend, Cli};
use super::operation::carry_out;
use super::session::Session;
use crate::model::Fault;
use crate::model::operation::Intent;

/// Cancels what the backend runs, or ends its session.
pub async fn run(args: &Backend, terminate: bool, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    let intent = Intent::Signal { pid: args.pid, started: args.started.clone(), terminate };
    carry_out(intent, &args.how, cli, session).await
}
