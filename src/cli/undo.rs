//! `pgdeck undo`: an operation taken back.

use super::args::{Cli, Undo};
use super::operation::carry_out;
use super::session::Session;
use crate::model::Fault;
use crate::model::operation::{Intent, Undo as Operation};

/// Plans the undo and carries it out where it may.
pub async fn run(args: &Undo, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    if cli.common.tenant.is_some() {
        return Err(Fault::usage("undo takes an operation back whole: it cannot be limited to a tenant")
            .hint("leave out --tenant, and look with --dry-run at whose rows the operation touched"));
    }
    let undo =
        Operation { id: args.operation.clone(), actor: session.actor.clone(), reason: args.claim.reason.clone() };
    carry_out(Intent::Undo(undo), &args.how, cli, session).await
}
