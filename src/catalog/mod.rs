//! The library of declared things: panes and systems, embedded in the program with the user's files
//! laid over. It knows files and headers; it must not know a server or a screen.

pub mod check;
pub mod files;
pub mod generated;
pub mod header;
pub mod library;
pub mod local;
pub mod pane;
pub mod script;
pub mod system;

pub use check::CheckSpec;
pub use files::Files;
pub use generated::Generated;
pub use library::Library;
pub use pane::PaneSpec;
pub use system::System;
