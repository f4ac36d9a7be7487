//! Turning wishes into requests: every read of the screen is asked here, with its ticket and purpose.

use super::app::{App, Content, Purpose};
use super::list::Edge;
use super::msg::Effect;
use super::record::Record;
use crate::model::deck::Tenant;
use crate::model::operation::Intent;
use crate::model::request::{From, PageRequest, Scope};
use crate::model::table::Key;
use crate::model::{PaneRef, Request};

/// Rows of a report at most.
const REPORT: usize = 1000;
/// Tables the palette offers at most.
const TABLES: usize = 2000;

impl App {
    fn request_scope(&self) -> Option<Scope> {
        self.scope.as_ref().map(Tenant::scope)
    }

    /// Asks for the survey.
    pub fn ask_survey(&mut self) -> Vec<Effect> {
        let ticket = self.ticket(Purpose::Survey);
        let stale = self.survey.wait(ticket);
        run(ticket, Request::Survey, stale)
    }

    /// Reads a place from where its window stands, or from another place in its order.
    pub fn ask_page(&mut self, id: u64, from: Option<From>) -> Vec<Effect> {
        self.ask_rows(id, from, false)
    }

    /// Reads a place again because the person wants it: what pgdeck remembers of it does not do.
    pub fn ask_again(&mut self, id: u64) -> Vec<Effect> {
        self.ask_rows(id, None, true)
    }

    fn ask_rows(&mut self, id: u64, from: Option<From>, anew: bool) -> Vec<Effect> {
        let (scope, page) = (self.request_scope(), self.page);
        let ticket = self.ticket(Purpose::Page(id));
        let Some(list) = self.place_by_id(id).and_then(|place| place.list_mut()) else {
            self.pending.remove(&ticket);
            return Vec::new();
        };
        list.is_stale = false;
        let page = if list.is_report { REPORT } else { page };
        let (anchor, rows) =
            list.window().map_or((From::Start, 0), |window| (window.anchor.clone(), window.rows.len()));
        let (from, limit) = match from {
            Some(from) => (from, page),
            None => (anchor, rows.max(page)),
        };
        list.from = from.clone();
        let mut request = list.request(from, limit, scope);
        request.anew = anew;
        let mut stale: Vec<u64> = list.slot.wait(ticket).into_iter().collect();
        stale.extend(list.edge.take().map(|(ticket, _)| ticket));
        let mut effects: Vec<Effect> = stale.into_iter().map(Effect::Cancel).collect();
        effects.push(Effect::Run(ticket, Box::new(Request::Page(request))));
        effects
    }

    /// Reads a place from its beginning; the estimate of before does not hold any more.
    pub fn ask_anew(&mut self, id: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(list) = self.place_by_id(id).and_then(|place| place.list_mut()) {
            list.estimate = None;
            effects.extend(list.counting.take().map(Effect::Cancel));
            list.row = 0;
            list.top = 0;
        }
        effects.extend(self.ask_page(id, Some(From::Start)));
        effects
    }

    /// Reads the next page of the list on the screen where the cursor has come near an end.
    pub fn ask_edge(&mut self, height: usize) -> Vec<Effect> {
        let (scope, page) = (self.request_scope(), self.page);
        let Some((id, edge)) =
            self.place().map(|place| place.id).zip(self.list().and_then(|list| list.near_edge(height)))
        else {
            return Vec::new();
        };
        let ticket = self.ticket(Purpose::Edge(id));
        let Some(list) = self.list_mut() else {
            return Vec::new();
        };
        let rows = list.window().map(|window| &window.rows);
        let from = match edge {
            Edge::After => rows.and_then(|rows| rows.last()).map(|row| From::After(row.order.clone())),
            Edge::Before => rows.and_then(|rows| rows.first()).map(|row| From::Before(row.order.clone())),
        };
        let Some(from) = from else {
            return Vec::new();
        };
        list.edge = Some((ticket, edge));
        let request = list.request(from, page, scope);
        vec![Effect::Run(ticket, Box::new(Request::Page(request)))]
    }

    /// Asks what an operation would do, with the scope of now.
    pub fn ask_plan(&mut self, id: u64) -> Vec<Effect> {
        let scope = self.request_scope();
        let ticket = self.ticket(Purpose::Plan(id));
        let Some(operation) = self.operation_by_id(id) else {
            self.pending.remove(&ticket);
            return Vec::new();
        };
        match &mut operation.intent {
            Intent::Restore(restore) => restore.scope = scope,
            Intent::Delete(delete) => delete.scope = scope,
            _ => {}
        }
        let request = Request::Plan(operation.intent.clone());
        let stale = operation.wait(ticket);
        run(ticket, request, stale)
    }

    /// Asks for the plan on the screen to be carried out.
    pub fn ask_perform(&mut self, id: u64) -> Vec<Effect> {
        let ticket = self.ticket(Purpose::Perform(id));
        match self.operation_by_id(id).and_then(|operation| operation.begin(ticket)) {
            Some(plan) => run(ticket, Request::Perform(Box::new(plan)), None),
            None => {
                self.pending.remove(&ticket);
                Vec::new()
            }
        }
    }

    /// Asks, once and in the background, what is urgent.
    pub fn ask_now(&mut self, pane: PaneRef) -> Vec<Effect> {
        let ticket = self.ticket(Purpose::Now);
        run(ticket, Request::Page(PageRequest::first(pane, REPORT)), None)
    }

    /// Asks about how many rows a place has in all.
    pub fn ask_estimate(&mut self, id: u64) -> Vec<Effect> {
        let scope = self.request_scope();
        let ticket = self.ticket(Purpose::Estimate(id));
        match self.place_by_id(id).and_then(|place| place.list_mut()) {
            Some(list) => {
                list.counting = Some(ticket);
                let request = list.request(From::Start, 1, scope);
                vec![Effect::Run(ticket, Box::new(Request::Estimate(request)))]
            }
            None => Vec::new(),
        }
    }

    /// Reads the whole of the row a record place stands for.
    pub fn ask_record(&mut self, id: u64) -> Vec<Effect> {
        let ticket = self.ticket(Purpose::Record(id));
        let Some(record) = self.record_by_id(id) else {
            self.pending.remove(&ticket);
            return Vec::new();
        };
        if record.key.is_empty() {
            return Vec::new();
        }
        record.is_stale = false;
        let stale = record.slot.wait(ticket);
        let key: Key = record.key.clone();
        let page = PageRequest { find: record.find.clone(), ..PageRequest::first(record.pane.clone(), 1) };
        let mut effects = run(ticket, Request::Record { page, key }, stale);
        effects.extend(self.ask_parts(id));
        effects
    }

    /// Reads the rows of other panes that belong to a record.
    pub(super) fn ask_parts(&mut self, id: u64) -> Vec<Effect> {
        let count = self.record_by_id(id).map_or(0, |record| record.parts.len());
        let mut effects = Vec::new();
        for n in 0..count {
            let ticket = self.ticket(Purpose::Part(id, n));
            if let Some(part) = self.record_by_id(id).and_then(|record| record.parts.get_mut(n)) {
                let request = Request::Page(part.request());
                effects.extend(run(ticket, request, part.slot.wait(ticket)));
            }
        }
        effects
    }

    /// The record of a place.
    pub(super) fn record_by_id(&mut self, id: u64) -> Option<&mut Record> {
        match &mut self.place_by_id(id)?.content {
            Content::Record(record) => Some(record),
            _ => None,
        }
    }

    /// Asks for tenants whose names hold this text.
    pub fn ask_tenants(&mut self, text: &str, purpose: Purpose) -> (u64, Vec<Effect>) {
        let ticket = self.ticket(purpose);
        let text = text.trim().to_owned();
        (ticket, run(ticket, Request::Tenants { text }, None))
    }

    /// Asks for tables, once, for the palette.
    pub fn ask_tables(&mut self) -> Vec<Effect> {
        let is_known = |purpose: &Purpose| *purpose == Purpose::Tables;
        if !self.tables.is_empty() || self.pending.values().any(is_known) {
            return Vec::new();
        }
        let ticket = self.ticket(Purpose::Tables);
        let mut request = PageRequest::first(PaneRef::plain("tables"), TABLES);
        request.columns = vec!["schema".into(), "table".into()];
        run(ticket, Request::Page(request), None)
    }
}

fn run(ticket: u64, request: Request, stale: Option<u64>) -> Vec<Effect> {
    let mut effects: Vec<Effect> = stale.into_iter().map(Effect::Cancel).collect();
    effects.push(Effect::Run(ticket, Box::new(request)));
    effects
}
