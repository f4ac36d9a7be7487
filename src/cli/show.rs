//! `pgdeck show`: one page of one pane or table.

use super::args::{Cli, Show};
use super::destination::Destination;
use super::session::{Session, note, unexpected};
use crate::model::deck::{Tenant, choose};
use crate::model::filter::Filter;
use crate::model::pane::PaneName;
use crate::model::request::{PageRequest, Scope};
use crate::model::table::{Scoped, SortKey};
use crate::model::{Fault, Outcome, PaneRef, Request};
use crate::report::Format;
use std::sync::Arc;

/// More characters than a cell of PostgreSQL can hold, and one less than its `left` can count.
const WHOLE_CELL: usize = i32::MAX as usize - 1;

/// Asks for the page and writes it.
pub async fn run(args: &Show, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    write(args, Destination::new(&args.printed), cli, session).await
}

/// Asks for the page and writes it there.
pub(super) async fn write(
    args: &Show,
    destination: Destination,
    cli: &Cli,
    session: &mut Session,
) -> Result<(), Fault> {
    let filter = args.filter.as_deref().map(Filter::parse).transpose()?;
    let sort = args.sort.iter().map(|text| sort_key(text)).collect::<Result<_, _>>()?;
    let name = pane_name(&args.name)?;
    distinct(&args.columns)?;
    let pane = session.survey().await?.resolve(&name, session.system.as_deref())?;
    let scope = match &cli.common.tenant {
        Some(text) => Some(scope(text, &pane, session).await?),
        None => None,
    };
    let mut page = PageRequest::first(pane, args.limit as usize);
    page.scope = scope;
    page.filter = filter.unwrap_or_default();
    page.sort = sort;
    page.columns.clone_from(&args.columns);
    if destination.style.format != Format::Table {
        page.cell_chars = WHOLE_CELL;
    }
    let mut outcome = session.ask(Request::Page(page)).await?;
    if let Outcome::Table(table) = &mut outcome
        && !args.columns.is_empty()
    {
        // What is asked for by name is shown, also where the pane hides it.
        let table = Arc::make_mut(table);
        table.columns.iter_mut().for_each(|column| column.hide = false);
    }
    if let Outcome::Table(table) = &outcome
        && table.scoped == Scoped::AllTenants
    {
        note(&format!("{} cannot be limited to a tenant: these are the rows of ALL TENANTS", table.pane));
    }
    // What has no place among the rows: that some may be hidden, above all where there are none.
    if let Outcome::Table(table) = &outcome
        && matches!(destination.style.format, Format::Csv | Format::Jsonl)
    {
        table.notes.iter().for_each(|text| note(text));
    }
    destination.write(&outcome)
}

/// The pane that is meant. A connection string in its place is not repeated, since it may hold a password.
fn pane_name(text: &str) -> Result<PaneName, Fault> {
    let plain = text.split('"').next().unwrap_or_default();
    if plain.contains("://") || plain.contains('=') {
        return Err(Fault::usage("a connection string stands where show takes a pane")
            .hint("give it with -d: pgdeck show leads -d \"host=… dbname=…\""));
    }
    PaneName::parse(text)
}

/// A name that comes twice would come twice in a JSON object too.
fn distinct(columns: &[String]) -> Result<(), Fault> {
    let twice = columns.iter().enumerate().find(|(at, name)| columns[..*at].contains(name));
    twice.map_or(Ok(()), |(_, name)| Err(Fault::usage(format!("--columns names {name:?} twice"))))
}

/// The scope of the tenant the text means, among those of the pane's own system.
pub(super) async fn scope(text: &str, pane: &PaneRef, session: &mut Session) -> Result<Scope, Fault> {
    let request = Request::Tenants { text: text.to_owned() };
    let mut tenants = match session.ask(request).await? {
        Outcome::Tenants(tenants) => tenants,
        other => return Err(unexpected(&other)),
    };
    if let Some(source) = pane.source() {
        tenants.retain(|tenant| tenant.source == *source);
        if tenants.is_empty() {
            let system = &source.system;
            return Err(Fault::usage(format!("no tenant of {system} fits {text:?}"))
                .hint(format!("pgdeck show {source}/tenants lists them, where {system} has any")));
        }
    }
    let of_system = |tenant: &&Tenant| Some(&tenant.source.system) == session.system.as_ref();
    let of_preferred: Vec<Tenant> = tenants.iter().filter(of_system).cloned().collect();
    choose(&of_preferred, text).or_else(|_| choose(&tenants, text)).map(Tenant::scope)
}

/// `COL`, `COL:asc` or `COL:desc`.
fn sort_key(text: &str) -> Result<SortKey, Fault> {
    let (column, descending) = match text.rsplit_once(':') {
        Some((column, "desc")) => (column, true),
        Some((column, "asc")) => (column, false),
        Some((_, other)) => {
            return Err(Fault::usage(format!("no direction is called {other:?} in --sort {text}"))
                .hint("write COL, COL:asc or COL:desc"));
        }
        None => (text, false),
    };
    if column.is_empty() {
        return Err(Fault::usage("--sort names no column").hint("write COL, COL:asc or COL:desc"));
    }
    Ok(SortKey { column: column.to_owned(), descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_sort_key() {
        let key = |text| sort_key(text).map(|key| (key.column, key.descending)).ok();
        assert_eq!(key("created"), Some(("created".into(), false)));
        assert_eq!(key("created:desc"), Some(("created".into(), true)));
        assert_eq!(key("created:asc"), Some(("created".into(), false)));
        assert_eq!(key("created:down"), None);
        assert_eq!(key(":desc"), None);
    }
}
