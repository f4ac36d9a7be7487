//! A row as it was seen: what names it, what marks it, and by what a later change of it is noticed.

use super::ground::Table;
use crate::model::operation::PlanRow;
use serde_json::{Map, Value};

/// One row of a soft-delete table.
#[derive(Clone, Debug)]
pub(in super::super) struct Row {
    /// The table's name in the manifest.
    pub table: String,
    /// In the order of the manifest's key.
    pub key: Vec<String>,
    pub label: Option<String>,
    pub tenant: Option<String>,
    /// The columns that tell of its deletion, with their values in full.
    pub marks: Vec<(String, Option<String>)>,
    pub xmin: String,
    pub tableoid: String,
    pub deleted: bool,
}

impl Row {
    /// Reads what [`Table::select_list`] selected, from this position of an answer on.
    pub fn read(table: &Table<'_>, answer: &[Option<String>], from: usize) -> Self {
        let text = |at: usize| answer.get(from + at).cloned().flatten();
        let keys = table.spec.key.len();
        let columns = table.deleted.columns();
        let after = keys + 2 + columns.len();
        Self {
            table: table.spec.name.clone(),
            key: (0..keys).map(|at| text(at).unwrap_or_default()).collect(),
            label: text(keys),
            tenant: text(keys + 1),
            marks: columns.iter().enumerate().map(|(n, name)| ((*name).to_owned(), text(keys + 2 + n))).collect(),
            xmin: text(after).unwrap_or_default(),
            tableoid: text(after + 1).unwrap_or_default(),
            deleted: text(after + 2).as_deref() == Some("true"),
        }
    }

    /// What a plan or a receipt says it saw.
    pub fn seen(&self) -> Vec<(String, Option<String>)> {
        let mut seen =
            vec![("xmin".to_owned(), Some(self.xmin.clone())), ("tableoid".to_owned(), Some(self.tableoid.clone()))];
        seen.extend(self.marks.iter().cloned());
        seen
    }

    /// The value of the marker, which is the first of the marks.
    pub fn marker(&self) -> Option<&str> {
        self.marks.first().and_then(|(_, value)| value.as_deref())
    }
}

/// What was seen under a name.
pub(in super::super) fn seen<'a>(row: &'a PlanRow, name: &str) -> Option<&'a str> {
    row.seen.iter().find(|(own, _)| own == name).and_then(|(_, value)| value.as_deref())
}

/// The values of a plan row's key, in order.
pub(in super::super) fn key_of(row: &PlanRow) -> Vec<String> {
    row.key.iter().map(|(_, value)| value.clone().unwrap_or_default()).collect()
}

/// A row for a person: `crm.leads id=7f3c…`.
pub(in super::super) fn named(row: &PlanRow) -> String {
    let key: Vec<String> =
        row.key.iter().map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or_default())).collect();
    format!("{} {}", row.table, key.join(" "))
}

/// The parameter [`Table::handed`] reads: each row's number, key, and values.
pub(in super::super) fn hand<'a>(
    rows: impl IntoIterator<Item = (usize, &'a [String], Vec<Option<String>>)>,
) -> Option<String> {
    let object = |(n, key, values): (usize, &[String], Vec<Option<String>>)| {
        let mut object = Map::new();
        object.insert("n".to_owned(), Value::from(n));
        object.extend(key.iter().enumerate().map(|(at, value)| (format!("k{at}"), Value::from(value.as_str()))));
        object.extend(values.into_iter().enumerate().map(|(at, value)| (format!("v{at}"), Value::from(value))));
        Value::Object(object)
    };
    Some(Value::Array(rows.into_iter().map(object).collect()).to_string())
}
