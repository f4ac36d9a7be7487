//! The three tenses of the screen: what happened (`Msg`), and what is to be done outside (`Effect`).
//! What is wanted in between is `model::action::Action`.

use super::slot::Ticket;
use crate::catalog::Library;
use crate::model::request::Progress;
use crate::model::{Fault, Outcome, Request};
use std::sync::Arc;

/// Something that happened.
// Few wait at a time: a box for each would cost more.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key by its name: `ctrl-r`, `G`, `enter`.
    Key(String),
    /// Text the terminal pasted.
    Paste(String),
    /// The new width and height in cells.
    Resize(u16, u16),
    Progress(Ticket, Progress),
    Done(Ticket, Result<Outcome, Fault>),
    /// A delay that was asked for is over.
    Due(Ticket),
    /// A library file changed on disk.
    Library(Arc<Library>),
}

/// Something the runtime does for the screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Run(Ticket, Box<Request>),
    Cancel(Ticket),
    /// Come back with `Due` after so many milliseconds.
    Later(Ticket, u64),
    /// Hand text to the terminal's clipboard.
    Copy(String),
    /// Take the library that was read anew.
    SetLibrary,
    Redraw,
    Suspend,
    Quit,
}
