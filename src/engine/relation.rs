//! A pane over any table or view, made from its catalog: readable columns, best key, tenant column.

use super::bound::Bound;
use crate::catalog::PaneSpec;
use crate::catalog::system::TableSpec;
use crate::db::quote::identifier;
use crate::db::{Envelope, Rows};
use crate::model::{Fault, PaneRef, Source};
use std::sync::Arc;

/// Reads the columns of a relation; parameters are schema and name.
pub(super) const SQL: &str = include_str!("sql/relation.sql");

struct Attribute {
    name: String,
    not_null: bool,
    readable: bool,
    /// Its place in the best key, from 1.
    key: Option<u32>,
}

fn attribute(row: &[Option<String>]) -> Option<Attribute> {
    let [name, not_null, readable, key, _] = row else {
        return None;
    };
    let is_true = |value: &Option<String>| value.as_deref() == Some("true");
    Some(Attribute {
        name: name.clone()?,
        not_null: is_true(not_null),
        readable: is_true(readable),
        key: key.as_ref().and_then(|key| key.parse().ok()),
    })
}

/// The table this one is a partition of, by the answer to [`SQL`].
pub(super) fn root(answer: &Rows) -> Option<&str> {
    answer.rows.first()?.get(4)?.as_deref()
}

/// The pane of a relation. Fails where it does not exist or nothing of it may be read.
pub(super) fn bind(
    pane: &PaneRef,
    owner: Option<(Source, &TableSpec)>,
    answer: &Rows,
    envelope: Envelope,
) -> Result<Bound, Fault> {
    let PaneRef::Relation { schema, name } = pane else {
        return Err(Fault::usage(format!("{pane} is not a table")));
    };
    let attributes: Vec<Attribute> = answer.rows.iter().filter_map(|row| attribute(row)).collect();
    if attributes.is_empty() && !answer.rows.is_empty() {
        return Err(Fault::query(format!("{pane} has no columns")));
    }
    if attributes.is_empty() {
        return Err(Fault::query(format!("there is no table or view {pane}"))
            .sqlstate("42P01")
            .hint("it may have been dropped or renamed; the tables pane lists what is there"));
    }
    let readable: Vec<&Attribute> = attributes.iter().filter(|a| a.readable).collect();
    if readable.is_empty() {
        return Err(Fault::query(format!("permission denied for {pane}"))
            .sqlstate("42501")
            .hint(format!("needs GRANT SELECT ON {pane}")));
    }
    let (source, table) = owner.unzip();
    let masked = table.map_or(&[][..], |table| &table.masked);
    let identity = identity(&attributes, masked);
    let columns: Vec<String> = readable.iter().map(|a| identifier(&a.name)).collect();
    let sql = format!("SELECT {}\nFROM {}.{}", columns.join(", "), identifier(schema), identifier(name));
    let is_readable = |column: &&String| readable.iter().any(|a| a.name == **column);
    let tenant = table.and_then(|table| table.tenant.as_ref()).filter(is_readable).cloned();
    let masked: Vec<String> = masked.iter().filter(is_readable).cloned().collect();
    let not_null = attributes.iter().filter(|a| a.not_null).map(|a| a.name.clone()).collect();
    Ok(Bound {
        pane: pane.clone(),
        source,
        notes: notes(&attributes, identity.is_empty()),
        spec: Arc::new(PaneSpec::of_relation(pane.to_string(), identity, tenant, masked, sql)),
        envelope,
        not_null,
    })
}

/// The columns of the best key in its order; none where a part of it may not be read or not be shown.
fn identity(attributes: &[Attribute], masked: &[String]) -> Vec<String> {
    let mut key: Vec<_> = attributes.iter().filter_map(|a| a.key.map(|at| (at, a))).collect();
    key.sort_by_key(|(at, _)| *at);
    if key.iter().any(|(_, a)| !a.readable || masked.contains(&a.name)) {
        return Vec::new();
    }
    key.into_iter().map(|(_, a)| a.name.clone()).collect()
}

fn notes(attributes: &[Attribute], keyless: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if keyless {
        notes.push("no key to page by: these are the first rows, in no order unless sorted".to_owned());
    }
    let hidden: Vec<&str> = attributes.iter().filter(|a| !a.readable).map(|a| a.name.as_str()).collect();
    if !hidden.is_empty() {
        notes.push(format!("columns you may not read are left out: {}", hidden.join(", ")));
    }
    notes
}
