//! What a person has set up: one validated value from defaults < file < environment < flags.
//! It knows files and names. It must not know a server, a terminal or an argument parser.

pub mod colour;
mod file;
pub mod keymap;
pub mod place;
mod reading;
mod settings;
pub mod theme;
mod zone;

pub use file::Profile;
pub use settings::{Colour, Overrides, Settings};

/// Looks a variable of the environment up. Tests pass their own.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The variables of this process; empty and unreadable ones count as not set.
pub fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
