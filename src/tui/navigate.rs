//! Going places: tabs, history, drilling down, the scope. Places keep their rows and cursor.

use super::app::{App, Content, Place};
use super::list::List;
use super::msg::Effect;
use super::offers;
use super::operation::Stage;
use super::part::Part;
use super::record::Record;
use super::slot::Slot;
use crate::model::deck::{Opens, PaneEntry, Survey, Tenant};
use crate::model::filter::Filter;
use crate::model::pane::PaneName;
use crate::model::request::Find;
use crate::model::{PaneRef, Source, Table};
use std::sync::Arc;

/// Places kept at most.
const PLACES: usize = 50;

impl App {
    /// Goes to a pane as a new place.
    pub fn go_to(&mut self, pane: PaneRef) -> Vec<Effect> {
        self.go_to_filtered(pane, Filter::default())
    }

    pub(super) fn go_to_filtered(&mut self, pane: PaneRef, filter: Filter) -> Vec<Effect> {
        self.go_to_list(pane, filter, None)
    }

    /// Goes to a pane with a filter, or to the pane of a search.
    pub(super) fn go_to_list(&mut self, pane: PaneRef, filter: Filter, find: Option<Find>) -> Vec<Effect> {
        let mut effects = self.leave();
        let entry = self.survey.value().and_then(|survey| survey.entry(&pane)).cloned();
        let mut list = match entry {
            Some(PaneEntry { disabled: Some(reason), title, .. }) => {
                let name = pane.name().to_owned();
                self.push(Content::Missing { title, name, reason });
                return effects;
            }
            Some(entry) => List::of(&entry),
            None => {
                let title = pane.to_string();
                List::new(pane, title, Opens::Record)
            }
        };
        list.filter = filter;
        if let Some(find) = &find {
            list.title = format!("{}: {}", list.title, find.text);
        }
        list.find = find;
        let id = self.push(Content::List(Box::new(list)));
        effects.extend(self.ask_page(id, None));
        effects
    }

    /// Goes to a tab: the pane of its name, or what says why there is none.
    pub fn go_to_tab(&mut self, tab: usize) -> Vec<Effect> {
        let Some(name) = self.deck.get(tab).cloned() else {
            return Vec::new();
        };
        self.go_to_name(&name)
    }

    /// Goes to the first usable pane of this name.
    pub fn go_to_name(&mut self, name: &str) -> Vec<Effect> {
        let Some(survey) = self.survey.value().cloned() else {
            return Vec::new();
        };
        match self.usable(&survey, name) {
            Some(pane) => self.go_to(pane),
            None => {
                let reason = missing_reason(name, &survey);
                let (title, name) = (name.to_owned(), name.to_owned());
                let effects = self.leave();
                self.push(Content::Missing { title, name, reason });
                effects
            }
        }
    }

    /// The system that is meant where several bring a pane of one name.
    pub(super) fn system(&self) -> Option<String> {
        self.source().map(|source| source.system).or_else(|| self.opening.system.clone())
    }

    /// Where the person is at work: the scope's system, else that of the place on the screen, else of the last place
    /// that had one.
    fn source(&self) -> Option<Source> {
        let of_places = self.history.iter().take(self.at + 1).rev().find_map(|place| place.pane()?.source());
        self.scope.as_ref().map(|scope| &scope.source).or(of_places).cloned()
    }

    /// The pane of this name that can be shown, of the system at work where that brings one; else one that cannot.
    fn usable(&self, survey: &Survey, name: &str) -> Option<PaneRef> {
        let (source, system) = (self.source(), self.system());
        let rank = |entry: &&PaneEntry| {
            let own = entry.pane.source();
            let is_far = own.map(|own| Some(&own.system) != system.as_ref());
            (entry.disabled.is_some(), own != source.as_ref(), is_far)
        };
        survey.panes.iter().filter(|entry| entry.pane.name() == name).min_by_key(rank).map(|entry| entry.pane.clone())
    }

    /// The tab of the place on the screen.
    pub fn current_tab(&self) -> Option<usize> {
        let name = self.place()?.name();
        self.deck.iter().position(|tab| tab == name)
    }

    /// Adds a place behind the current one; what was ahead of it in the history is forgotten, but not an operation on its
    /// way: its receipt comes to it.
    pub fn push(&mut self, content: Content) -> u64 {
        self.tickets += 1;
        let id = self.tickets;
        self.last = self.place().map(|place| place.id);
        let ahead = self.history.split_off(self.history.len().min(self.at + 1));
        self.history.extend(ahead.into_iter().filter(Place::is_operating));
        self.history.push(Place { id, scope: self.scope.clone(), content });
        if self.history.len() > PLACES {
            let oldest = self.history.iter().position(|place| !place.is_operating());
            self.history.remove(oldest.unwrap_or(0));
        }
        self.at = self.history.len() - 1;
        id
    }

    /// Moves through the history; what is there is shown as it was left.
    pub fn walk(&mut self, by: isize) -> Vec<Effect> {
        let to = self.at.saturating_add_signed(by).min(self.history.len().saturating_sub(1));
        if to == self.at {
            self.say(if by < 0 { "this is the first place" } else { "this is the last place" });
            return Vec::new();
        }
        self.arrive(to)
    }

    /// Goes to the place shown before this one.
    pub fn swap_last(&mut self) -> Vec<Effect> {
        let to = self.last.and_then(|id| self.history.iter().position(|place| place.id == id));
        match to {
            Some(to) if to != self.at => self.arrive(to),
            _ => {
                self.say("there is no pane before this one");
                Vec::new()
            }
        }
    }

    fn arrive(&mut self, to: usize) -> Vec<Effect> {
        let mut effects = self.leave();
        self.last = self.place().map(|place| place.id);
        self.at = to;
        let id = self.history[to].id;
        self.scope.clone_from(&self.history[to].scope);
        effects.extend(self.wake(id));
        effects
    }

    /// Reads what the place come back to does not have, or not any more: rows an operation may have changed, and a plan,
    /// which is always one of now.
    fn wake(&mut self, id: u64) -> Vec<Effect> {
        match self.place().map(|place| &place.content) {
            Some(Content::List(list)) if matches!(list.slot, Slot::Empty) => self.ask_page(id, None),
            Some(Content::List(_) | Content::Record(_)) => self.read_if_stale(),
            Some(Content::Operation(operation)) => match operation.stage {
                Stage::Unplanned | Stage::NoPlan(_) | Stage::Planned(_) => self.ask_plan(id),
                Stage::Planning { .. } | Stage::Performing { .. } | Stage::Ended(_) | Stage::Failed { .. } => {
                    Vec::new()
                }
            },
            _ => Vec::new(),
        }
    }

    /// Goes one step back and forgets the place that was left.
    pub(super) fn forget_place(&mut self) -> Vec<Effect> {
        if self.at == 0 {
            return self.walk(-1);
        }
        let gone = self.at;
        let mut effects = self.leave();
        self.last = self.last.filter(|id| *id != self.history[gone].id);
        self.history.remove(gone);
        self.at = gone - 1;
        let place = &self.history[self.at];
        let id = place.id;
        self.scope.clone_from(&place.scope);
        self.last = self.last.filter(|last| *last != id);
        effects.extend(self.wake(id));
        effects
    }

    /// Stops what the current place still reads: nobody waits for it any more.
    pub(super) fn leave(&mut self) -> Vec<Effect> {
        let tickets = match self.place_mut().map(|place| &mut place.content) {
            Some(Content::List(list)) => vec![list.slot.give_up(), list.edge.take().map(|(ticket, _)| ticket)],
            Some(Content::Record(record)) => record.give_up(),
            Some(Content::Operation(operation)) => vec![operation.stop_planning()],
            _ => Vec::new(),
        };
        tickets.into_iter().flatten().map(Effect::Cancel).collect()
    }

    /// Opens the row under the cursor: where its pane leads, or its record.
    pub fn open(&mut self) -> Vec<Effect> {
        if let Some(effects) = self.open_found() {
            return effects;
        }
        let Some(list) = self.list() else {
            return self.open_in_record();
        };
        match list.opens.clone() {
            Opens::Record => self.open_record(),
            Opens::Plan(name) => self.open_plan(&name),
            Opens::Relation { schema, name } => match list.value(&schema).zip(list.value(&name)) {
                Some((schema, name)) => self.go_to(PaneRef::Relation { schema, name }),
                None => Vec::new(),
            },
            Opens::Door { pane, filter } => match list.value(&pane) {
                Some(pane) => {
                    let filter = list.value(&filter);
                    self.go_through_door(&pane, filter.as_deref())
                }
                None => self.open_record(),
            },
            Opens::Scoped { pane, column, label } => match list.value(&column) {
                Some(key) => {
                    let label = label.and_then(|label| list.value(&label)).unwrap_or_else(|| key.clone());
                    self.open_scoped(&pane, key, label)
                }
                None => Vec::new(),
            },
        }
    }

    /// Plans this operation on the row under the cursor. Where it cannot be had there, the row is opened and the reason said.
    fn open_plan(&mut self, name: &str) -> Vec<Effect> {
        match offers::on_row(self, name) {
            Ok(intent) => self.plan(intent),
            Err(reason) => {
                let effects = self.open_record();
                self.say(format!("no {name} here: {reason}"));
                effects
            }
        }
    }

    /// Goes to the pane of this name with the filter set. A filter nobody can read is left out, and said.
    fn go_through_door(&mut self, pane: &str, filter: Option<&str>) -> Vec<Effect> {
        let parsed = filter.map(Filter::parse).transpose();
        let fault = parsed.as_ref().err().map(|fault| fault.message.clone());
        let survey = self.survey.value().cloned().unwrap_or_default();
        let system = self.system();
        let effects = match PaneName::parse(pane).and_then(|name| survey.resolve(&name, system.as_deref())) {
            Ok(pane) => self.go_to_filtered(pane, parsed.ok().flatten().unwrap_or_default()),
            // Several have the name, or none: the nearest of them, or what says that there is none.
            Err(_) => match self.usable(&survey, pane) {
                Some(pane) => self.go_to_filtered(pane, parsed.ok().flatten().unwrap_or_default()),
                None => self.go_to_name(pane),
            },
        };
        if let Some(message) = fault {
            self.complain(format!("all rows are shown, because the filter cannot be read: {message}"));
        }
        effects
    }

    /// Goes to a pane of the same system, limited to the tenant of the current row. This place keeps its own scope.
    fn open_scoped(&mut self, pane: &str, key: String, label: String) -> Vec<Effect> {
        let Some(PaneRef::Library { source: Some(source), .. }) = self.list().map(|list| list.pane.clone()) else {
            return Vec::new();
        };
        let mut effects = self.leave();
        self.scope = Some(Tenant { source: source.clone(), slug: None, key, label });
        effects.extend(self.go_to(PaneRef::Library { name: pane.to_owned(), source: Some(source) }));
        effects
    }

    /// Opens the whole record of the current row.
    pub fn open_record(&mut self) -> Vec<Effect> {
        let Some((list, row)) = self.list().and_then(|list| Some((list, list.current()?.clone()))) else {
            return Vec::new();
        };
        let Some(window) = list.window() else {
            return Vec::new();
        };
        let shown = Table {
            columns: window.columns.to_vec(),
            rows: vec![row.clone()],
            taken_at: window.taken_at.clone(),
            identity: window.identity.clone(),
            ..Table::default()
        };
        let record = Record {
            parts: self.parts_of(list),
            pane: list.pane.clone(),
            title: list.title.clone(),
            key: row.key,
            find: list.find.clone(),
            slot: Slot::Ready(Arc::new(shown)),
            is_stale: false,
            line: 0,
            top: 0,
        };
        let id = self.push(Content::Record(Box::new(record)));
        self.ask_record(id)
    }

    /// What stands below the fields of a record of the list's current row.
    fn parts_of(&self, list: &List) -> Vec<Part> {
        let Some((survey, entry)) = self.survey.value().and_then(|survey| Some((survey, survey.entry(&list.pane)?)))
        else {
            return Vec::new();
        };
        let part = |spec| Part::of(spec, &list.pane, survey, |column| list.value(column));
        entry.parts.iter().filter_map(part).collect()
    }

    /// Goes to the same pane of the next system that brings it.
    pub fn next_source(&mut self) -> Vec<Effect> {
        let Some(pane) = self.list().map(|list| list.pane.clone()) else {
            return Vec::new();
        };
        let Some(survey) = self.survey.value().cloned() else {
            return Vec::new();
        };
        let same: Vec<&PaneRef> =
            survey.panes.iter().map(|entry| &entry.pane).filter(|own| own.name() == pane.name()).collect();
        let at = same.iter().position(|own| **own == pane).unwrap_or(0);
        match same.get((at + 1) % same.len().max(1)) {
            Some(next) if **next != pane => self.go_to((*next).clone()),
            _ => {
                self.say(format!("{} comes from one system only", pane.name()));
                Vec::new()
            }
        }
    }

    /// Limits all scoped panes to a tenant, or to none, and reads the current one anew.
    pub fn set_scope(&mut self, tenant: Option<Tenant>) -> Vec<Effect> {
        self.scope = tenant;
        let mut effects = self.forget_rows();
        for place in &mut self.history {
            place.scope.clone_from(&self.scope);
        }
        if let Some(id) = self.place().map(|place| place.id) {
            effects.extend(self.ask_anew(id));
        }
        effects
    }

    /// Empties every list: their rows belong to another scope. Reads on their way are not wanted any more.
    fn forget_rows(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for list in self.history.iter_mut().filter_map(Place::list_mut) {
            effects.extend(list.slot.give_up().map(Effect::Cancel));
            effects.extend(list.edge.take().map(|(ticket, _)| Effect::Cancel(ticket)));
            effects.extend(list.counting.take().map(Effect::Cancel));
            list.slot = Slot::Empty;
            list.estimate = None;
            list.row = 0;
            list.top = 0;
        }
        effects
    }
}

/// Why a tab has no pane behind it here, and what would bring one.
fn missing_reason(name: &str, survey: &Survey) -> String {
    let first = match survey.brought_by(name).as_slice() {
        [] => format!("Nothing in this library brings a pane called {name}."),
        systems => {
            let systems = systems.join(", ");
            format!("{name} comes with the system {systems}, whose tables are not on this database.")
        }
    };
    format!("{first}\n\nA pane is one SQL file: panes/{name}.sql in your library directory fills this tab.")
}
