//! The names of the formats, and everything about the place of output that decides how they look.

use crate::model::Fault;
use std::str::FromStr;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person: aligned, shortened, sanitised.
    Table,
    /// One JSON object with columns and rows.
    Json,
    /// One JSON object per row and line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
}

impl Format {
    /// Every format with its name.
    pub const ALL: [(&'static str, Format); 4] =
        [("table", Format::Table), ("json", Format::Json), ("jsonl", Format::Jsonl), ("csv", Format::Csv)];

    /// What is written where nobody says: a table for a person, JSON for a program.
    pub fn natural(terminal: bool) -> Self {
        if terminal { Format::Table } else { Format::Json }
    }

    /// True for the formats whose reports are JSON.
    pub fn is_json(self) -> bool {
        matches!(self, Format::Json | Format::Jsonl)
    }
}

impl FromStr for Format {
    type Err = Fault;

    fn from_str(name: &str) -> Result<Self, Fault> {
        let found = Self::ALL.iter().find(|(own, _)| *own == name);
        found.map(|(_, format)| *format).ok_or_else(|| {
            let names = Self::ALL.map(|(name, _)| name).join(", ");
            Fault::usage(format!("no format is called {name}")).hint(format!("formats: {names}"))
        })
    }
}

/// How a plan and its receipt are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// For a person.
    Text,
    Json,
    /// The plan's statements alone, to be handed over; a receipt is text.
    Sql,
}

impl Shape {
    /// Every shape with its name.
    pub const ALL: [(&'static str, Shape); 3] = [("text", Shape::Text), ("json", Shape::Json), ("sql", Shape::Sql)];
}

/// How a verification is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// For a person.
    Text,
    Json,
    /// XML as build servers read it: a test case per check.
    Junit,
}

impl ReportFormat {
    /// Every report format with its name.
    pub const ALL: [(&'static str, ReportFormat); 3] =
        [("text", ReportFormat::Text), ("json", ReportFormat::Json), ("junit", ReportFormat::Junit)];

    /// The format of a file with this ending, where the ending says one.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "json" => Some(ReportFormat::Json),
            "xml" => Some(ReportFormat::Junit),
            "txt" | "text" => Some(ReportFormat::Text),
            _ => None,
        }
    }
}

impl FromStr for ReportFormat {
    type Err = Fault;

    fn from_str(name: &str) -> Result<Self, Fault> {
        let found = Self::ALL.iter().find(|(own, _)| *own == name);
        found.map(|(_, format)| *format).ok_or_else(|| {
            let names = Self::ALL.map(|(name, _)| name).join(", ");
            Fault::usage(format!("no report format is called {name}")).hint(format!("report formats: {names}"))
        })
    }
}

/// How and where an outcome is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub format: Format,
    /// CSV without its formula guard.
    pub raw: bool,
    /// The output is a terminal, on which a value could act.
    pub terminal: bool,
    /// The flags of the command that leave fewer rows, for the foot of a table that was cut.
    pub narrow: &'static str,
}

impl Style {
    /// A style without exceptions, for a file or a pipe.
    pub fn plain(format: Format) -> Self {
        Self { format, raw: false, terminal: false, narrow: "--filter" }
    }
}
