//! The one error of the program, from the model to the engine: what failed, why, and what to do next.

use std::fmt;

/// What class of thing went wrong; it decides the exit code (DESIGN §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command line or an input is wrong.
    Usage,
    /// A configuration or library file is wrong.
    Config,
    /// No session could be had, or it was lost.
    Connection,
    /// The request was understood and refused: read-only, unconfirmed, conflict.
    Refused,
    /// The server refused or failed a statement.
    Query,
    /// Nobody knows whether a write happened.
    InDoubt,
    /// The person stopped it.
    Interrupted,
}

impl Kind {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Usage => "usage",
            Kind::Config => "config",
            Kind::Connection => "connection",
            Kind::Refused => "refused",
            Kind::Query => "query",
            Kind::InDoubt => "in_doubt",
            Kind::Interrupted => "interrupted",
        }
    }

    /// The process exit code (DESIGN §5).
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Usage | Kind::Config => 2,
            Kind::Connection => 3,
            Kind::Refused => 4,
            Kind::Query => 5,
            Kind::InDoubt => 6,
            Kind::Interrupted => 130,
        }
    }
}

/// A failure a person can act on. The texts are raw; faces sanitise them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub kind: Kind,
    /// What went wrong, naming the thing.
    pub message: String,
    /// The server's five-character code, where the server spoke.
    pub sqlstate: Option<String>,
    pub detail: Option<String>,
    /// The next step.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault with a message only.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), sqlstate: None, detail: None, hint: None }
    }

    /// A wrong command line or input.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A wrong configuration or library file.
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(Kind::Config, message)
    }

    /// A session that could not be had.
    pub fn connection(message: impl Into<String>) -> Self {
        Self::new(Kind::Connection, message)
    }

    /// A statement that failed.
    pub fn query(message: impl Into<String>) -> Self {
        Self::new(Kind::Query, message)
    }

    /// The same fault with the next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same fault with more about the cause.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same fault with the server's code.
    pub fn sqlstate(mut self, code: impl Into<String>) -> Self {
        self.sqlstate = Some(code.into());
        self
    }

    /// True when the server's code is this one.
    pub fn is(&self, sqlstate: &str) -> bool {
        self.sqlstate.as_deref() == Some(sqlstate)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(code) = &self.sqlstate {
            write!(f, " ({code})")?;
        }
        if let Some(detail) = &self.detail {
            write!(f, "\ndetail: {detail}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
