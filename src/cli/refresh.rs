//! `pgdeck refresh`: materialized views, those others build on first.

use super::args::{Cli, Refresh};
use super::operation::carry_out;
use super::session::Session;
use crate::model::Fault;
use crate::model::operation::{Intent, Views};

/// Refreshes the views that are named, all, or those known to be stale.
pub async fn run(args: &Refresh, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    let views = match (args.all, args.stale) {
        (true, _) => Views::All,
        (false, true) => Views::Stale,
        (false, false) => Views::Named(args.views.clone()),
    };
    carry_out(Intent::Refresh { views, mode: args.mode }, &args.how, cli, session).await
}
