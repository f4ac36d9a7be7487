//! The name of a pane, as a person types it and as the engine binds it.

use super::fault::Fault;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A system bound to the schema its tables stand in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    pub system: String,
    pub schema: String,
}

/// Which pane is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PaneRef {
    /// A pane of the library; with a source where a system brings it.
    Library { name: String, source: Option<Source> },
    /// Any table or view of the database.
    Relation { schema: String, name: String },
}

impl PaneRef {
    /// A pane of the library that no system brings.
    pub fn plain(name: impl Into<String>) -> Self {
        PaneRef::Library { name: name.into(), source: None }
    }

    /// The system that brings it, and the schema that stands in.
    pub fn source(&self) -> Option<&Source> {
        match self {
            PaneRef::Library { source, .. } => source.as_ref(),
            PaneRef::Relation { .. } => None,
        }
    }

    /// The bare name: of the pane, or of the table.
    pub fn name(&self) -> &str {
        match self {
            PaneRef::Library { name, .. } | PaneRef::Relation { name, .. } => name,
        }
    }
}

impl fmt::Display for Source {
    /// `crm` in the schema of that name, `crm@schema` elsewhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.system == self.schema {
            f.write_str(&self.system)
        } else {
            write!(f, "{}@{}", self.system, self.schema)
        }
    }
}

impl fmt::Display for PaneRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PaneRef::Library { name, source: None } => f.write_str(name),
            PaneRef::Library { name, source: Some(source) } => write!(f, "{source}/{name}"),
            PaneRef::Relation { schema, name } => write!(f, "{}.{}", written(schema), written(name)),
        }
    }
}

/// An identifier as a person would write it: bare where it may be, else in double quotes.
fn written(name: &str) -> String {
    let mut chars = name.chars();
    let starts_well = chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_');
    if starts_well && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$') {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A pane name as typed: `leads`, `crm/leads`, `crm@schema/leads`, or a table `schema.table`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaneName {
    Library { system: Option<String>, schema: Option<String>, name: String },
    Relation { schema: String, name: String },
}

impl PaneName {
    /// Reads a typed pane name. Fails with a usage fault that shows the forms.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let wrong = || {
            Fault::usage(format!("not a pane name: {text:?}"))
                .hint("write a pane (leads), a system's pane (crm/leads) or a table (schema.table)")
        };
        if text.contains('"') || (text.contains('.') && !text.contains('/')) {
            let parts = identifiers(text).ok_or_else(wrong)?;
            let [schema, name] = <[String; 2]>::try_from(parts).map_err(|_| wrong())?;
            return Ok(PaneName::Relation { schema, name });
        }
        let (source, name) = match text.split_once('/') {
            Some((source, name)) => (Some(source), name),
            None => (None, text),
        };
        let (system, schema) = match source.map(|s| s.split_once('@').unwrap_or((s, ""))) {
            Some((system, "")) => (Some(system.to_owned()), None),
            Some((system, schema)) => (Some(system.to_owned()), Some(schema.to_owned())),
            None => (None, None),
        };
        if name.is_empty() || system.as_deref() == Some("") {
            return Err(wrong());
        }
        Ok(PaneName::Library { system, schema, name: name.to_owned() })
    }
}

/// Splits `a."b c".d` by the rules of SQL; bare parts are folded to lower case.
fn identifiers(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let (part, tail) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_part(quoted)?,
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                (rest[..end].to_lowercase(), &rest[end..])
            }
        };
        if part.is_empty() {
            return None;
        }
        parts.push(part);
        match tail.strip_prefix('.') {
            Some(more) => rest = more,
            None => return tail.is_empty().then_some(parts),
        }
    }
}

fn quoted_part(text: &str) -> Option<(String, &str)> {
    let mut part = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"')?;
        part.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                part.push('"');
                rest = more;
            }
            None => return Some((part, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(system: Option<&str>, schema: Option<&str>, name: &str) -> PaneName {
        PaneName::Library { system: system.map(Into::into), schema: schema.map(Into::into), name: name.into() }
    }

    #[test]
    fn forms_of_a_name() {
        assert_eq!(PaneName::parse("leads").unwrap(), library(None, None, "leads"));
        assert_eq!(PaneName::parse("crm/leads").unwrap(), library(Some("crm"), None, "leads"));
        assert_eq!(PaneName::parse("crm@x/leads").unwrap(), library(Some("crm"), Some("x"), "leads"));
        for wrong in ["", "/", "crm/", "a.b.c", "a..b", "\"a", "\"a\"b.c"] {
            assert!(PaneName::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_table_name_reads_back_as_written() {
        for (schema, name) in [("public", "user"), ("My CRM", "\"; DROP"), ("a.b", "ü")] {
            let relation = PaneRef::Relation { schema: schema.into(), name: name.into() };
            let typed = PaneName::parse(&relation.to_string()).unwrap();
            assert_eq!(typed, PaneName::Relation { schema: schema.into(), name: name.into() });
        }
    }
}
