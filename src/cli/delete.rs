//! `pgdeck delete`: live rows deleted softly.

use super::args::{Cli, Delete};
use super::operation::carry_out;
use super::restore::scope;
use super::session::Session;
use crate::model::Fault;
use crate::model::operation::{Delete as Rows, Intent};

/// Plans the deletion and carries it out where it may.
pub async fn run(args: &Delete, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    let scope = match &cli.common.tenant {
        Some(text) => Some(scope(text, &args.table, session).await?),
        None => None,
    };
    let rows = Rows {
        table: args.table.clone(),
        keys: args.keys.clone(),
        scope,
        actor: session.actor.clone(),
        reason: args.claim.reason.clone(),
    };
    carry_out(Intent::Delete(rows), &args.how, cli, session).await
}
