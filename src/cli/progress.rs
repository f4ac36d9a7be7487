//! How far a change has come, on the terminal of a person who waits for it: one line that is written over.

use crate::model::request::Progress;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

/// What stderr shows of it. It takes its line away when it goes.
pub struct Told(Option<Mutex<usize>>);

impl Told {
    /// Tells of a change, and only where stderr is a terminal.
    pub fn new(changes: bool) -> Self {
        Self((changes && io::stderr().is_terminal()).then(Mutex::default))
    }

    /// Writes how many rows have been moved. What else is told goes by too quickly to be read.
    pub fn progress(&self, now: Progress) {
        if let Progress::Rows { what, done, of } = now
            && of > 0
        {
            self.write(&format!("{what}: {done} of {of} rows …"));
        }
    }

    fn write(&self, text: &str) {
        let Some(mut width) = self.0.as_ref().and_then(|width| width.lock().ok()) else { return };
        let before = std::mem::replace(&mut *width, text.chars().count());
        // Nobody misses a line that cannot be written.
        let _ = write!(io::stderr(), "\r{text:<before$}");
        let _ = io::stderr().flush();
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let width = self.0.as_ref().and_then(|width| width.lock().ok()).map_or(0, |width| *width);
        if width > 0 {
            let _ = write!(io::stderr(), "\r{:width$}\r", "");
        }
    }
}
