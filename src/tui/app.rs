//! The whole state of the screen. Owned by the loop by value: no channels, locks or sessions in here.

use super::keymap::Keymap;
use super::list::List;
use super::operation::{Operation, Stage};
use super::overlay::Overlay;
use super::record::Record;
use super::slot::{Slot, Ticket};
use crate::config::colour::Shade;
use crate::model::deck::{Survey, Tenant};
use crate::model::filter::Filter;
use crate::model::{Fault, PaneRef};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the screen shows below the tabs.
#[derive(Clone, Debug)]
pub enum Content {
    List(Box<List>),
    Record(Box<Record>),
    Operation(Box<Operation>),
    /// A tab without a pane behind it, and what would bring one.
    Missing {
        title: String,
        name: String,
        reason: String,
    },
}

/// One place visited. Places are kept with their cursor, filter and rows.
#[derive(Clone, Debug)]
pub struct Place {
    pub id: u64,
    /// The tenant its rows are of; going back to it is going back to that scope.
    pub scope: Option<Tenant>,
    pub content: Content,
}

impl Place {
    /// The pane this place shows, where there is one.
    pub fn pane(&self) -> Option<&PaneRef> {
        match &self.content {
            Content::List(list) => Some(&list.pane),
            Content::Record(record) => Some(&record.pane),
            Content::Operation(_) | Content::Missing { .. } => None,
        }
    }

    /// An operation stands here that has begun and not ended.
    pub fn is_operating(&self) -> bool {
        matches!(&self.content, Content::Operation(operation) if matches!(operation.stage, Stage::Performing { .. }))
    }

    /// The name a tab or the palette knows it by.
    pub fn name(&self) -> &str {
        match &self.content {
            Content::Missing { name, .. } => name,
            Content::Operation(operation) => operation.intent.name(),
            _ => self.pane().map_or("", PaneRef::name),
        }
    }
}

/// What an answer on its way is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Survey,
    /// A page that replaces the rows of a place.
    Page(u64),
    /// A page for one end of a place.
    Edge(u64),
    Estimate(u64),
    Record(u64),
    /// The rows of a record's part, by its place among them.
    Part(u64, usize),
    /// Choices for the tenant picker.
    Tenants,
    /// The tenant named on the command line.
    StartTenant,
    /// Tables for the palette.
    Tables,
    /// The plan a place shows.
    Plan(u64),
    /// The operation of a place, being carried out.
    Perform(u64),
    /// What is urgent, asked once at the start.
    Now,
    /// The moment the tenant picker may ask the server.
    TenantsDue,
}

/// A word to the person that goes away with the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
}

/// How a session is marked, from its connection profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Where it is connected to, for a person.
    pub label: String,
    /// `production`, `staging`, …
    pub environment: Option<String>,
    /// The colour that marks this connection.
    pub colour: Option<Shade>,
    /// Writes were allowed on the command line.
    pub write: bool,
    /// Who asks for changes, as they say themselves.
    pub actor: Option<String>,
    /// The words of a command line that opens the console on this connection.
    pub again: Vec<String>,
}

/// What the screen begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    pub pane: Option<String>,
    pub filter: Option<Filter>,
    /// The key of a row of the pane: JSON, or the bare value of a one-column key.
    pub row: Option<String>,
    pub tenant: Option<String>,
    /// The system meant where several bring a pane of one name.
    pub system: Option<String>,
}

/// The state.
#[derive(Clone, Debug)]
pub struct App {
    /// Width and height in cells.
    pub size: (u16, u16),
    pub keymap: Keymap,
    pub around: Surroundings,
    /// Names of the tabs.
    pub deck: Vec<String>,
    /// Rows of one page.
    pub page: usize,
    pub opening: Opening,
    pub survey: Slot<Arc<Survey>>,
    pub scope: Option<Tenant>,
    /// Places visited; `at` is the one on the screen.
    pub history: Vec<Place>,
    pub at: usize,
    /// The place shown before this one.
    pub last: Option<u64>,
    pub overlay: Option<Overlay>,
    pub notice: Option<Notice>,
    /// The record of the current row stands beside the list.
    pub beside: bool,
    pub pending: BTreeMap<Ticket, Purpose>,
    pub tickets: Ticket,
    /// Tables the palette offers.
    pub tables: Vec<PaneRef>,
    /// A key was pressed: the screen goes nowhere on its own any more.
    pub touched: bool,
    /// The command that was shown to open the console again with writes allowed.
    pub reopen: Option<String>,
    /// The fault that ended the program before it could show anything.
    pub fatal: Option<Fault>,
}

impl App {
    /// A screen that has asked nothing yet.
    pub fn new(size: (u16, u16), keymap: Keymap, deck: Vec<String>, page: usize) -> Self {
        Self {
            size,
            keymap,
            around: Surroundings::default(),
            deck,
            page: page.max(1),
            opening: Opening::default(),
            survey: Slot::Empty,
            scope: None,
            history: Vec::new(),
            at: 0,
            last: None,
            overlay: None,
            notice: None,
            beside: true,
            pending: BTreeMap::new(),
            tickets: 0,
            tables: Vec::new(),
            touched: false,
            reopen: None,
            fatal: None,
        }
    }

    /// A number nobody had before.
    pub fn ticket(&mut self, purpose: Purpose) -> Ticket {
        self.tickets += 1;
        self.pending.insert(self.tickets, purpose);
        self.tickets
    }

    /// The place on the screen.
    pub fn place(&self) -> Option<&Place> {
        self.history.get(self.at)
    }

    /// The place on the screen, to change it.
    pub fn place_mut(&mut self) -> Option<&mut Place> {
        self.history.get_mut(self.at)
    }

    /// The list on the screen.
    pub fn list(&self) -> Option<&List> {
        match &self.place()?.content {
            Content::List(list) => Some(list),
            _ => None,
        }
    }

    /// The list on the screen, to change it.
    pub fn list_mut(&mut self) -> Option<&mut List> {
        self.place_mut()?.list_mut()
    }

    /// The operation on the screen.
    pub fn operation(&self) -> Option<&Operation> {
        match &self.place()?.content {
            Content::Operation(operation) => Some(operation),
            _ => None,
        }
    }

    /// An operation by the number of its place, to change it.
    pub fn operation_by_id(&mut self, id: u64) -> Option<&mut Operation> {
        match &mut self.place_by_id(id)?.content {
            Content::Operation(operation) => Some(operation),
            _ => None,
        }
    }

    /// An operation is being carried out.
    pub fn is_operating(&self) -> bool {
        self.pending.values().any(|purpose| matches!(purpose, Purpose::Perform(_)))
    }

    /// A place by its number.
    pub fn place_by_id(&mut self, id: u64) -> Option<&mut Place> {
        self.history.iter_mut().find(|place| place.id == id)
    }

    /// Says a word to the person.
    pub fn say(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.notice = Some(Notice { text, is_error: false });
    }

    /// Says what went wrong.
    pub fn complain(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.notice = Some(Notice { text, is_error: true });
    }
}

impl Place {
    /// The list of this place, to change it.
    pub fn list_mut(&mut self) -> Option<&mut List> {
        match &mut self.content {
            Content::List(list) => Some(list),
            _ => None,
        }
    }
}
