//! The screen: state, update, view, and the one loop that joins them to the outside.
//! Only `runtime` knows the engine; only this room knows ratatui and crossterm.

mod answer;
pub mod app;
mod ask;
pub mod branch;
pub mod claim;
mod find;
mod input;
pub mod key;
pub mod keymap;
pub mod layout;
pub mod list;
pub mod msg;
mod navigate;
mod offers;
mod operate;
pub mod operation;
pub mod overlay;
pub mod part;
pub mod record;
pub mod reopen;
mod runtime;
pub mod sheet;
pub mod slot;
mod start;
mod terminal;
pub mod theme;
pub mod update;
pub mod view;
pub mod window;
pub mod wording;

pub use runtime::{Reload, Start, run};
