//! The words every other room speaks: requests, outcomes, tables, cells, faults, actions.
//! Plain data and pure functions. It must not know a database, a terminal, a file or a clock.

pub mod action;
pub mod array;
pub mod bars;
pub mod cell;
pub mod claim;
pub mod deck;
pub mod fault;
pub mod filter;
pub mod finding;
pub mod glob;
pub mod nearest;
pub mod operation;
pub mod pane;
pub mod request;
pub mod role;
pub mod sanitise;
pub mod shell;
pub mod table;
pub mod tone;
pub mod width;

pub use cell::Cell;
pub use fault::{Fault, Kind};
pub use pane::{PaneRef, Source};
pub use request::{Outcome, Request};
pub use table::{Column, Row, Table};
