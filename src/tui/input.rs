//! Keys while an input lies over the place: typing, choosing, leaving.

use super::answer::tenants_overlay;
use super::app::{App, Purpose};
use super::msg::Effect;
use super::offers::Offer;
use super::overlay::{self, Choice, Field, Overlay, Picker, Target};
use super::slot::Ticket;
use super::{find, key, update};
use crate::model::action::{ACTIONS, Action};
use crate::model::deck::Tenant;
use crate::model::filter::Filter;
use crate::model::pane::PaneName;
use crate::model::{Fault, PaneRef};

/// How long typing must rest before the server is asked for tenants.
const REST_MS: u64 = 150;
/// Fewer candidates than this are all there are.
const MANY_TENANTS: usize = 200;

/// Text pasted by the terminal: into the input, or into a search; it never acts as keys.
pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    match &mut app.overlay {
        Some(Overlay::Filter { field, fault }) => {
            field.paste(text);
            *fault = None;
        }
        Some(Overlay::Palette(picker)) => {
            pasted(picker, text);
            find::steer(picker);
        }
        Some(Overlay::Tenants(picker)) => pasted(picker, text),
        Some(Overlay::Help(picker)) => pasted(picker, text),
        Some(Overlay::Actions(picker)) => pasted(picker, text),
        Some(Overlay::Confirm(confirm)) => confirm.field.paste(text),
        Some(Overlay::Claim(form)) => form.field().paste(text),
        Some(Overlay::Reopen(_)) => {}
        None => return find::offer(app, text),
    }
    Vec::new()
}

fn pasted<T>(picker: &mut Picker<T>, text: &str) {
    picker.field.paste(text);
    picker.match_again();
}

/// A key for the overlay.
pub(super) fn key(app: &mut App, name: &str) -> Vec<Effect> {
    match (name, app.overlay.as_mut()) {
        ("esc" | "ctrl-c", overlay) => {
            let stale = match overlay {
                Some(Overlay::Tenants(picker)) => picker.ticket,
                _ => None,
            };
            if let Some(Overlay::Claim(form)) = app.overlay.take() {
                app.keep_claim(&form);
            }
            stale.map(Effect::Cancel).into_iter().collect()
        }
        ("enter", Some(_)) => chosen(app),
        (_, Some(Overlay::Filter { field, fault })) => {
            type_key(field, name);
            *fault = Filter::parse(field.text()).err();
            Vec::new()
        }
        (_, Some(Overlay::Palette(picker))) => {
            // Moving among the choices is no new text.
            if pick_key(picker, name) {
                find::steer(picker);
            }
            Vec::new()
        }
        (_, Some(Overlay::Help(picker))) => {
            pick_key(picker, name);
            Vec::new()
        }
        (_, Some(Overlay::Actions(picker))) => {
            pick_key(picker, name);
            Vec::new()
        }
        (_, Some(Overlay::Confirm(confirm))) => {
            type_key(&mut confirm.field, name);
            Vec::new()
        }
        ("tab" | "shift-tab" | "up" | "down", Some(Overlay::Claim(form))) => {
            form.is_on_actor = !form.is_on_actor;
            Vec::new()
        }
        (_, Some(Overlay::Claim(form))) => {
            type_key(form.field(), name);
            Vec::new()
        }
        (_, Some(Overlay::Reopen(_))) => reopen_key(app, name),
        (_, Some(Overlay::Tenants(picker))) => {
            let is_text = pick_key(picker, name);
            let asks = is_text && picker.is_cut;
            if asks { rest(app) } else { Vec::new() }
        }
        (_, None) => Vec::new(),
    }
}

/// The copying keys copy the command; every other key closes it.
fn reopen_key(app: &mut App, name: &str) -> Vec<Effect> {
    match (app.overlay.take(), app.keymap.action(name)) {
        (Some(Overlay::Reopen(command)), Some(Action::CopyCell | Action::CopyRow)) => {
            update::copied(app, command, "command")
        }
        _ => Vec::new(),
    }
}

fn type_key(field: &mut Field, name: &str) -> bool {
    match key::event(name) {
        Some(event) => field.area.input(event),
        None => false,
    }
}

/// A key for a picker; true when it changed the text.
fn pick_key<T>(picker: &mut Picker<T>, name: &str) -> bool {
    match name {
        "up" | "ctrl-p" | "shift-tab" => picker.move_by(-1),
        "down" | "ctrl-n" | "tab" => picker.move_by(1),
        "pageup" => picker.move_by(-10),
        "pagedown" => picker.move_by(10),
        _ => {
            let changed = type_key(&mut picker.field, name);
            if changed {
                picker.match_again();
            }
            return changed;
        }
    }
    false
}

fn chosen(app: &mut App) -> Vec<Effect> {
    match app.overlay.take() {
        Some(Overlay::Filter { field, .. }) => match Filter::parse(field.text()) {
            Ok(filter) => update::filter(app, filter),
            Err(fault) => {
                app.overlay = Some(Overlay::Filter { field, fault: Some(fault) });
                Vec::new()
            }
        },
        Some(Overlay::Palette(picker)) => choose_target(app, &picker),
        Some(Overlay::Tenants(picker)) if picker.ticket.is_some() => {
            app.overlay = Some(Overlay::Tenants(picker));
            app.say("still looking for tenants");
            Vec::new()
        }
        Some(Overlay::Tenants(picker)) => match picker.current() {
            Some(choice) => app.set_scope(Some(choice.target.clone())),
            None => {
                app.complain(format!("no tenant is called {:?}; the scope is as it was", picker.field.text()));
                Vec::new()
            }
        },
        Some(Overlay::Help(picker)) => match picker.current().map(|choice| choice.target) {
            Some(action) => update::act(app, action),
            None => Vec::new(),
        },
        Some(Overlay::Actions(picker)) => choose_action(app, picker),
        Some(Overlay::Confirm(confirm)) => app.confirmed(confirm),
        Some(Overlay::Claim(form)) => app.claimed(&form),
        Some(Overlay::Reopen(_)) => Vec::new(),
        None => Vec::new(),
    }
}

/// Asks for the plan of the chosen action. One that cannot be had says why, and the list stays.
fn choose_action(app: &mut App, picker: Picker<Offer>) -> Vec<Effect> {
    match picker.current().map(|choice| choice.target.clone()) {
        Some(Ok(intent)) => app.plan(intent),
        Some(Err(reason)) => {
            app.overlay = Some(Overlay::Actions(picker));
            app.complain(reason);
            Vec::new()
        }
        None => {
            app.say("no action is called that");
            Vec::new()
        }
    }
}

fn choose_target(app: &mut App, picker: &Picker<Target>) -> Vec<Effect> {
    if let Some(text) = find::asked(picker.field.text()) {
        return app.find(text);
    }
    match picker.current().map(|choice| choice.target.clone()) {
        Some(Target::Pane(pane)) if pane == PaneRef::plain("find") => app.find(""),
        Some(Target::Pane(pane)) => app.go_to(pane),
        Some(Target::Missing(name)) => app.go_to_name(&name),
        Some(Target::Action(action)) => update::act(app, action),
        None => {
            let survey = app.survey.value().cloned().unwrap_or_default();
            let system = app.system();
            let resolve = |name: PaneName| survey.resolve(&name, system.as_deref());
            match PaneName::parse(picker.field.text().trim()).and_then(resolve) {
                Ok(pane) => app.go_to(pane),
                Err(fault) => {
                    app.complain(fault.message);
                    Vec::new()
                }
            }
        }
    }
}

/// Opens the filter with the one that holds.
pub(super) fn open_filter(app: &mut App) -> Vec<Effect> {
    let Some(list) = app.list() else {
        app.say("there is nothing to filter here");
        return Vec::new();
    };
    let field = Field::new(&list.filter.text);
    app.overlay = Some(Overlay::Filter { field, fault: None });
    Vec::new()
}

/// Opens the palette over panes, tabs, actions and, when they have come, tables.
pub(super) fn open_palette(app: &mut App) -> Vec<Effect> {
    app.overlay = Some(Overlay::Palette(Picker::new("", palette(app))));
    app.ask_tables()
}

pub(super) fn palette(app: &App) -> Vec<Choice<Target>> {
    let survey = app.survey.value().cloned().unwrap_or_default();
    let panes = survey.panes.iter().map(|entry| Choice {
        label: entry.pane.to_string(),
        note: match &entry.disabled {
            Some(reason) => format!("{} · {reason}", entry.title),
            None => entry.title.clone(),
        },
        is_off: entry.disabled.is_some(),
        target: Target::Pane(entry.pane.clone()),
    });
    let is_known = |name: &String| survey.panes.iter().any(|entry| entry.pane.name() == name);
    let missing = app.deck.iter().filter(|name| !is_known(name)).map(|name| Choice {
        label: name.clone(),
        note: "not on this database".to_owned(),
        is_off: true,
        target: Target::Missing(name.clone()),
    });
    let actions = ACTIONS.iter().map(|spec| Choice {
        label: spec.name.to_owned(),
        note: spec.doc.to_owned(),
        is_off: false,
        target: Target::Action(spec.action),
    });
    let tables = app.tables.iter().map(|pane| Choice {
        label: pane.to_string(),
        note: "table".to_owned(),
        is_off: false,
        target: Target::Pane(pane.clone()),
    });
    panes.chain(missing).chain(tables).chain(actions).collect()
}

/// Adds the tables that have come to an open palette.
pub(super) fn offer_tables(app: &mut App) {
    let choices = palette(app);
    if let Some(Overlay::Palette(picker)) = &mut app.overlay {
        let selected = picker.selected;
        picker.choices = choices;
        picker.match_again();
        find::steer(picker);
        picker.selected = selected.min(picker.found.len().saturating_sub(1));
    }
}

/// Opens the picker that sets the scope.
pub(super) fn open_tenants(app: &mut App, text: &str) -> Vec<Effect> {
    let has_tenants =
        app.survey.value().is_some_and(|survey| survey.systems.iter().any(|system| system.missing.is_empty()));
    if !has_tenants {
        app.say("no system with tenants was recognised on this database");
        return Vec::new();
    }
    app.overlay = Some(tenants_overlay(text, Vec::new()));
    ask_tenants(app, text)
}

fn ask_tenants(app: &mut App, text: &str) -> Vec<Effect> {
    let (ticket, mut effects) = app.ask_tenants(text, Purpose::Tenants);
    if let Some(Overlay::Tenants(picker)) = &mut app.overlay {
        effects.extend(picker.ticket.replace(ticket).map(Effect::Cancel));
    }
    effects
}

/// Waits until typing rests.
fn rest(app: &mut App) -> Vec<Effect> {
    let ticket = app.ticket(Purpose::TenantsDue);
    let mut effects = vec![Effect::Later(ticket, REST_MS)];
    if let Some(Overlay::Tenants(picker)) = &mut app.overlay {
        effects.extend(picker.ticket.replace(ticket).map(Effect::Cancel));
    }
    effects
}

/// Asks the server for the text typed, if nothing was typed since the delay was asked for.
pub(super) fn search_tenants(app: &mut App, ticket: Ticket) -> Vec<Effect> {
    let text = match &app.overlay {
        Some(Overlay::Tenants(picker)) if picker.ticket == Some(ticket) => picker.field.text().to_owned(),
        _ => return Vec::new(),
    };
    ask_tenants(app, &text)
}

/// Says why no tenants came, and stops waiting for them.
pub(super) fn no_tenants(app: &mut App, ticket: Ticket, fault: Fault) {
    if let Some(Overlay::Tenants(picker)) = &mut app.overlay
        && picker.ticket == Some(ticket)
    {
        picker.ticket = None;
        app.complain(fault.message);
    }
}

/// Takes the tenants the open picker waits for.
pub(super) fn offer_tenants(app: &mut App, ticket: Ticket, tenants: Vec<Tenant>) -> Vec<Effect> {
    let at_work = app.system();
    if let Some(Overlay::Tenants(picker)) = &mut app.overlay
        && picker.ticket == Some(ticket)
    {
        // Once cut, always cut: a narrower answer says nothing about the next text.
        picker.is_cut |= tenants.len() >= MANY_TENANTS;
        picker.choices = overlay::tenant_choices(tenants, at_work.as_deref());
        picker.ticket = None;
        picker.match_again();
    }
    Vec::new()
}
