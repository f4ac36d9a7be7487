//! A result: columns, rows, and what is known about where it stands in the whole.

use super::cell::Cell;
use serde::Deserialize;

/// How a column is shown to a person. Data formats ignore it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum As {
    #[default]
    Text,
    Number,
    /// A size in bytes.
    Bytes,
    Time,
    /// A duration in seconds.
    Age,
    Json,
    Bool,
    /// A list of choices with their votes, as JSON; drawn as bars by [`super::bars`].
    Tally,
    /// A list of figures over time, as JSON; drawn as a row of bars.
    Spark,
    /// What is to be read as a whole.
    Sentence,
    /// A word that says how good or bad something is; it is coloured by [`super::tone::of`].
    Severity,
}

impl As {
    /// The natural way to show a type of this name, as `pg_typeof` writes it.
    pub fn of_type(type_name: &str) -> Self {
        match type_name {
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "oid" => As::Number,
            "timestamp with time zone" | "timestamp without time zone" => As::Time,
            "json" | "jsonb" => As::Json,
            "boolean" => As::Bool,
            _ => As::Text,
        }
    }

    /// True where figures stand to the right.
    pub fn is_right(self) -> bool {
        matches!(self, As::Number | As::Bytes | As::Age)
    }
}

/// One column of a table: its name and type at the server, and how its pane wants it shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    /// The type as `pg_typeof` writes it.
    pub type_name: String,
    pub shown_as: As,
    /// The heading, where it differs from the name.
    pub label: Option<String>,
    /// At or above this number the cell is marked as a warning.
    pub warn: Option<f64>,
    /// At or above this number the cell is marked as bad.
    pub bad: Option<f64>,
    /// Selected, but not part of a list on a screen.
    pub hide: bool,
    /// The value stays at the server; an alias that is the same for equal values stands in its place.
    pub masked: bool,
}

impl Column {
    /// A column shown in the natural way of its type.
    pub fn named(name: impl Into<String>, type_name: impl Into<String>) -> Self {
        let type_name = type_name.into();
        Self {
            name: name.into(),
            shown_as: As::of_type(&type_name),
            type_name,
            label: None,
            warn: None,
            bad: None,
            hide: false,
            masked: false,
        }
    }

    /// Puts an alias in the place of the values.
    pub fn mask(&mut self, masked: bool) {
        if masked {
            self.masked = true;
            self.type_name = "text".to_owned();
            self.shown_as = As::Text;
        }
    }

    /// The heading a person reads; raw, faces sanitise it.
    pub fn heading(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

/// Values of the columns that identify a row or place it in an order, as the server's text.
pub type Key = Vec<Option<String>>;

/// One row. `key` identifies it across refreshes (empty where the pane has no identity);
/// `order` holds the values of the sort columns, from which the next page starts.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Row {
    pub cells: Vec<Cell>,
    pub key: Key,
    pub order: Key,
}

/// One column of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    pub column: String,
    pub descending: bool,
}

/// Whose rows these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scoped {
    /// No scope was set.
    #[default]
    Unscoped,
    /// Only rows of the tenant in scope.
    ToTenant,
    /// A scope is set, but this pane cannot obey it.
    AllTenants,
}

/// One page of a pane. Immutable once made; every face reads the same value.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Table {
    /// The pane as it is named on the command line: `crm/leads`.
    pub pane: String,
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// The names of the identifying columns; empty where rows cannot be told apart.
    pub identity: Vec<String>,
    /// The order the rows are in.
    pub sort: Vec<SortKey>,
    /// Further pages can be read; otherwise this is all that will be shown.
    pub paged: bool,
    /// The server's clock at the snapshot, ISO with offset.
    pub taken_at: String,
    /// Rows exist before the first one.
    pub more_before: bool,
    /// Rows exist after the last one.
    pub more_after: bool,
    pub scoped: Scoped,
    /// What a reader should know: columns left out, no paging, why.
    pub notes: Vec<String>,
}
