//! Answers coming in: each goes to what asked for it, or nowhere when that is not wanted any more.

use super::app::{App, Content, Purpose};
use super::input;
use super::msg::Effect;
use super::overlay::{self, Overlay};
use super::slot::{Slot, Ticket};
use super::{layout, reopen, start, update};
use crate::model::deck::{self, Tenant};
use crate::model::pane::PaneName;
use crate::model::request::Progress;
use crate::model::{Fault, Kind, Outcome, PaneRef, Table};
use std::sync::Arc;

/// Notes how far a request has come.
pub(super) fn progress(app: &mut App, ticket: Ticket, progress: Progress) {
    match app.pending.get(&ticket).copied() {
        Some(Purpose::Survey) => app.survey.progress(ticket, progress),
        Some(Purpose::Page(id)) => {
            if let Some(list) = app.place_by_id(id).and_then(|place| place.list_mut()) {
                list.slot.progress(ticket, progress);
            }
        }
        Some(Purpose::Plan(id) | Purpose::Perform(id)) => {
            if let Some(operation) = app.operation_by_id(id) {
                operation.progress(ticket, progress);
            }
        }
        _ => {}
    }
}

/// Takes an answer in.
pub(super) fn done(app: &mut App, ticket: Ticket, result: Result<Outcome, Fault>) -> Vec<Effect> {
    let Some(purpose) = app.pending.remove(&ticket) else {
        return Vec::new();
    };
    let effects = match (purpose, result) {
        (Purpose::Survey, result) => survey(app, ticket, result),
        (Purpose::Page(id), result) => page(app, id, ticket, result),
        (Purpose::Edge(id), result) => edge(app, id, ticket, result),
        (Purpose::Estimate(id), Ok(Outcome::Estimate(rows))) => {
            let list = app.place_by_id(id).and_then(|place| place.list_mut());
            if let Some(list) = list.filter(|list| list.counting == Some(ticket)) {
                list.estimate = Some(rows);
                list.counting = None;
            }
            Vec::new()
        }
        (Purpose::Record(id), result) => record(app, id, ticket, result),
        (Purpose::Part(id, n), result) => part(app, id, n, ticket, result),
        (Purpose::Plan(id), result) => app.planned(id, ticket, result),
        (Purpose::Perform(id), result) => app.performed(id, ticket, result),
        (Purpose::Now, Ok(Outcome::Table(table))) => start::urgent(app, &table),
        (Purpose::Tenants, Ok(Outcome::Tenants(tenants))) => input::offer_tenants(app, ticket, tenants),
        (Purpose::StartTenant, Ok(Outcome::Tenants(tenants))) => start_tenant(app, &tenants),
        (Purpose::Tables, Ok(Outcome::Table(table))) => {
            app.tables = relations(&table);
            input::offer_tables(app);
            Vec::new()
        }
        (Purpose::StartTenant, Err(fault)) => fatal(app, fault),
        (Purpose::Tenants, Err(fault)) => {
            input::no_tenants(app, ticket, fault);
            Vec::new()
        }
        // An estimate or the palette's tables are a courtesy: without them nothing is lost.
        _ => Vec::new(),
    };
    update::settle(app);
    effects
}

/// A delay is over.
pub(super) fn due(app: &mut App, ticket: Ticket) -> Vec<Effect> {
    match app.pending.remove(&ticket) {
        Some(Purpose::TenantsDue) => input::search_tenants(app, ticket),
        _ => Vec::new(),
    }
}

fn survey(app: &mut App, ticket: Ticket, result: Result<Outcome, Fault>) -> Vec<Effect> {
    let result = match result {
        Ok(Outcome::Survey(survey)) => Ok(survey),
        Ok(_) => return Vec::new(),
        Err(fault) => Err(fault),
    };
    let fault = result.as_ref().err().cloned();
    if !app.survey.settle(ticket, result) {
        return Vec::new();
    }
    let Some(fault) = fault else {
        return surveyed(app);
    };
    if app.history.is_empty() {
        // Nothing was ever shown: the fault belongs on stderr, with its exit code.
        return fatal(app, fault);
    }
    match app.list_mut() {
        Some(list) => fail(list, fault),
        None => app.complain(fault.message),
    }
    Vec::new()
}

/// Ends the program with a fault, said once the terminal is given back.
fn fatal(app: &mut App, fault: Fault) -> Vec<Effect> {
    app.fatal = Some(fault);
    vec![Effect::Quit]
}

fn surveyed(app: &mut App) -> Vec<Effect> {
    if let Some(note) = app.survey.value().and_then(|survey| survey.notes.first().cloned()) {
        app.complain(note);
    }
    if app.history.is_empty() { first_place(app) } else { again(app) }
}

/// Goes where the command line wanted to, with the scope it wanted.
fn first_place(app: &mut App) -> Vec<Effect> {
    if let Some(text) = app.opening.tenant.clone() {
        return app.ask_tenants(&text, Purpose::StartTenant).1;
    }
    let Some(name) = app.opening.pane.take() else {
        let mut effects = first_tab(app);
        effects.extend(start::ask(app));
        return effects;
    };
    let survey = app.survey.value().cloned().unwrap_or_default();
    match PaneName::parse(&name).and_then(|name| survey.resolve(&name, app.opening.system.as_deref())) {
        Ok(pane) => {
            let filter = app.opening.filter.take().unwrap_or_default();
            app.go_to_filtered(pane, filter)
        }
        Err(fault) => fatal(app, fault),
    }
}

/// The first tab that shows something here, else the tables.
fn first_tab(app: &mut App) -> Vec<Effect> {
    let survey = app.survey.value().cloned().unwrap_or_default();
    let is_usable = |name: &&String| {
        survey
            .panes
            .iter()
            .any(|e| e.pane.name() == name.as_str() && e.disabled.is_none() && e.pane.name() != "activity")
    };
    match app.deck.iter().find(is_usable).cloned() {
        Some(name) => app.go_to_name(&name),
        None => app.go_to(PaneRef::plain("tables")),
    }
}

/// After a new survey the current place is read anew, as what its pane is now.
fn again(app: &mut App) -> Vec<Effect> {
    let survey = app.survey.value().cloned().unwrap_or_default();
    let Some(place) = app.place_mut() else {
        return Vec::new();
    };
    let id = place.id;
    match &mut place.content {
        Content::Record(_) => app.ask_record(id),
        Content::Operation(_) => Vec::new(),
        Content::Missing { name, .. } => {
            let name = name.clone();
            let is_there = survey.panes.iter().any(|entry| entry.pane.name() == name && entry.disabled.is_none());
            if is_there { app.go_to_name(&name) } else { Vec::new() }
        }
        Content::List(list) => match survey.entry(&list.pane) {
            Some(entry) if entry.disabled.is_some() => {
                let pane = list.pane.clone();
                app.go_to(pane)
            }
            Some(entry) => {
                list.follow(entry);
                app.ask_anew(id)
            }
            None => app.ask_page(id, None),
        },
    }
}

fn start_tenant(app: &mut App, tenants: &[Tenant]) -> Vec<Effect> {
    let wanted = app.opening.tenant.clone().unwrap_or_default();
    let of_pane = app.opening.pane.as_deref().and_then(|name| match PaneName::parse(name) {
        Ok(PaneName::Library { system, .. }) => system,
        _ => None,
    });
    let preferred = of_pane.or_else(|| app.opening.system.clone());
    let of_preferred: Vec<Tenant> =
        tenants.iter().filter(|tenant| Some(&tenant.source.system) == preferred.as_ref()).cloned().collect();
    let chosen = deck::choose(&of_preferred, &wanted).or_else(|_| deck::choose(tenants, &wanted));
    match chosen {
        Ok(tenant) => app.scope = Some(tenant.clone()),
        Err(fault) => return fatal(app, fault),
    }
    app.opening.tenant = None;
    // Who named a tenant wants to see that tenant.
    app.touched = true;
    first_place(app)
}

fn page(app: &mut App, id: u64, ticket: Ticket, result: Result<Outcome, Fault>) -> Vec<Effect> {
    let height = layout::list_height(app);
    let Some(list) = app.place_by_id(id).and_then(|place| place.list_mut()) else {
        return Vec::new();
    };
    match result {
        Ok(Outcome::Table(table)) => {
            if !list.replace(ticket, &table) {
                return Vec::new();
            }
            list.settle(height);
            if let Some(from) = list.read_again(&table) {
                return app.ask_page(id, Some(from));
            }
            let is_first = app.history.len() == 1;
            if let Some(text) = app.opening.row.take_if(|_| is_first) {
                return app.open_named_row(&text);
            }
            let Some(list) = app.place_by_id(id).and_then(|place| place.list_mut()) else {
                return Vec::new();
            };
            let wants_estimate = list.estimate.is_none() && (table.more_after || table.more_before);
            if wants_estimate { app.ask_estimate(id) } else { Vec::new() }
        }
        Ok(_) => Vec::new(),
        Err(fault) if fault.kind == Kind::Interrupted => {
            // A newer request for the same place is not given up with the one it replaced.
            if list.slot.ticket() == Some(ticket) {
                list.slot.give_up();
            }
            Vec::new()
        }
        Err(fault) => {
            list.slot.settle(ticket, Err(fault));
            Vec::new()
        }
    }
}

fn edge(app: &mut App, id: u64, ticket: Ticket, result: Result<Outcome, Fault>) -> Vec<Effect> {
    let page = app.page;
    let Some(list) = app.place_by_id(id).and_then(|place| place.list_mut()) else {
        return Vec::new();
    };
    match result {
        Ok(Outcome::Table(table)) => {
            list.extend(ticket, &table, page);
        }
        Ok(_) => {}
        Err(fault) => {
            if list.edge.is_some_and(|(own, _)| own == ticket) {
                list.edge = None;
                if fault.kind != Kind::Interrupted {
                    fail(list, fault);
                }
            }
        }
    }
    Vec::new()
}

/// Shows a fault over the rows that are there.
fn fail(list: &mut super::list::List, fault: Fault) {
    list.slot = Slot::Failed { fault, old: list.slot.value().cloned() };
}

fn record(app: &mut App, id: u64, ticket: Ticket, result: Result<Outcome, Fault>) -> Vec<Effect> {
    if let Some(record) = app.record_by_id(id) {
        settle(&mut record.slot, ticket, result);
        return reopen::late_parts(app, id);
    }
    Vec::new()
}

fn part(app: &mut App, id: u64, n: usize, ticket: Ticket, result: Result<Outcome, Fault>) -> Vec<Effect> {
    if let Some(part) = app.record_by_id(id).and_then(|record| record.parts.get_mut(n)) {
        settle(&mut part.slot, ticket, result);
    }
    Vec::new()
}

fn settle(slot: &mut Slot<Arc<Table>>, ticket: Ticket, result: Result<Outcome, Fault>) {
    match result {
        Ok(Outcome::Table(table)) => {
            slot.settle(ticket, Ok(table));
        }
        Ok(_) => {}
        Err(fault) => {
            slot.settle(ticket, Err(fault));
        }
    }
}

fn relations(table: &Arc<Table>) -> Vec<PaneRef> {
    let pair = |row: &crate::model::Row| match row.cells.as_slice() {
        [schema, name, ..] => {
            Some(PaneRef::Relation { schema: schema.text()?.to_owned(), name: name.text()?.to_owned() })
        }
        _ => None,
    };
    table.rows.iter().filter_map(pair).collect()
}

/// Opens an overlay of tenants with what is known so far.
pub(super) fn tenants_overlay(text: &str, tenants: Vec<Tenant>) -> Overlay {
    Overlay::Tenants(overlay::Picker::new(text, overlay::tenant_choices(tenants, None)))
}
