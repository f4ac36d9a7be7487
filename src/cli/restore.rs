//! `pgdeck restore`: soft-deleted rows brought back.

use super::args::{Cli, Restore};
use super::operation::carry_out;
use super::session::{Session, unexpected};
use crate::model::deck::{Tenant, choose};
use crate::model::operation::{Intent, Reach, Restore as Rows, RowRef};
use crate::model::pane::PaneName;
use crate::model::request::Scope;
use crate::model::{Fault, Outcome, Request};

/// Plans the restore and carries it out where it may.
pub async fn run(args: &Restore, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    let scope = match &cli.common.tenant {
        Some(text) => Some(scope(text, &args.table, session).await?),
        None => None,
    };
    let reach = match (args.only, args.with_parents, args.whole) {
        (true, ..) => Reach::Only,
        (_, true, _) => Reach::WithParents,
        (.., true) => Reach::Whole,
        _ => Reach::Deletion,
    };
    let rows = Rows {
        table: args.table.clone(),
        keys: args.keys.clone(),
        reach,
        on_conflict: args.on_conflict,
        without: args.without.iter().map(|text| row_ref(text)).collect::<Result<_, _>>()?,
        window_s: args.window,
        scope,
        actor: session.actor.clone(),
        reason: args.claim.reason.clone(),
    };
    carry_out(Intent::Restore(rows), &args.how, cli, session).await
}

/// `TABLE=KEY`.
fn row_ref(text: &str) -> Result<RowRef, Fault> {
    let (table, key) =
        text.split_once('=').filter(|(table, key)| !table.is_empty() && !key.is_empty()).ok_or_else(|| {
            Fault::usage(format!("--without {text} names no row")).hint("write it as the plan names it: crm.notes=KEY")
        })?;
    Ok(RowRef { table: table.to_owned(), key: key.to_owned() })
}

/// The scope of the tenant the text means, among those of the table's own system where the table says which.
pub(super) async fn scope(text: &str, table: &str, session: &mut Session) -> Result<Scope, Fault> {
    let mut tenants = match session.ask(Request::Tenants { text: text.to_owned() }).await? {
        Outcome::Tenants(tenants) => tenants,
        other => return Err(unexpected(&other)),
    };
    if let Ok(PaneName::Relation { schema, .. }) = PaneName::parse(table) {
        let of = |name: &dyn Fn(&Tenant) -> &str| tenants.iter().any(|tenant| name(tenant) == schema);
        if of(&|tenant| &tenant.source.schema) {
            tenants.retain(|tenant| tenant.source.schema == schema);
        } else if of(&|tenant| &tenant.source.system) {
            tenants.retain(|tenant| tenant.source.system == schema);
        }
    }
    choose(&tenants, text).map(Tenant::scope)
}
