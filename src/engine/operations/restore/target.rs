//! Which table and which rows a person means. It must not know what else falls with them.

use super::super::super::survey::Bindings;
use super::asking::Asking;
use super::ground::{Ground, Table};
use super::rows::{Row, hand};
use crate::catalog::System;
use crate::model::nearest::did_you_mean;
use crate::model::operation::RowRef;
use crate::model::pane::PaneName;
use crate::model::{Fault, Kind, Source};
use serde_json::Value;
use std::sync::Arc;

/// The system and the table of it that a text names: `schema.table`, `system.table`, or a name only one system has.
pub(in super::super) fn table(bindings: &Bindings, text: &str) -> Result<(Source, Arc<System>, String), Fault> {
    // As a plan and the trash write it, whatever the schema is called.
    for (source, system) in &bindings.systems {
        let name = text.strip_prefix(source.schema.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let deleted = |name: &&str| system.tables.iter().any(|table| table.name == *name && table.deleted.is_some());
        if let Some(name) = name.filter(deleted) {
            return Ok((source.clone(), system.clone(), name.to_owned()));
        }
    }
    let (qualifier, name) = match PaneName::parse(text) {
        Ok(PaneName::Relation { schema, name }) => (Some(schema), name),
        _ => (None, text.to_owned()),
    };
    let having = |fits: &dyn Fn(&Source) -> bool| -> Vec<(Source, Arc<System>)> {
        let has = |system: &System| system.tables.iter().any(|table| table.name == name);
        let found = bindings.systems.iter().filter(|(source, system)| has(system) && fits(source));
        found.cloned().collect()
    };
    let found = match &qualifier {
        None => having(&|_| true),
        Some(qualifier) => match having(&|source| source.schema == *qualifier) {
            found if found.is_empty() => having(&|source| source.system == *qualifier),
            found => found,
        },
    };
    let known = |(source, _): &(Source, Arc<System>)| format!("{}.{name}", source.schema);
    match found.as_slice() {
        [(source, system)] => {
            let deletes = system.tables.iter().any(|table| table.name == name && table.deleted.is_some());
            if !deletes {
                return Err(Fault::usage(format!("{}.{name} has no soft delete", source.schema))
                    .hint(format!("tables that have it: {}", soft_deleted(bindings).join(", "))));
            }
            Ok((source.clone(), system.clone(), name))
        }
        [] => Err(unknown(bindings, text)),
        several => {
            let names: Vec<String> = several.iter().map(known).collect();
            Err(Fault::usage(format!("several tables are called {text}: {}", names.join(", ")))
                .hint("write the one you mean with its schema"))
        }
    }
}

fn unknown(bindings: &Bindings, text: &str) -> Fault {
    let known = soft_deleted(bindings);
    let qualifier = text.split_once('.').map(|(qualifier, _)| qualifier);
    let closed =
        bindings.survey.closed(qualifier).or_else(|| bindings.survey.closed(None).filter(|_| known.is_empty()));
    if let Some(closed) = closed {
        return Fault { message: format!("no table called {text} can be seen: {}", closed.message), ..closed };
    }
    if known.is_empty() {
        return Fault::usage(format!("no table is called {text}: no system pgdeck knows stands in this database"))
            .hint("pgdeck systems list says what it knows; is this the right database?");
    }
    let near = did_you_mean(text, known.iter().map(String::as_str));
    let hint = near.unwrap_or_else(|| format!("tables with soft delete here: {}", known.join(", ")));
    Fault::usage(format!("no system here has a table called {text}")).hint(hint)
}

fn soft_deleted(bindings: &Bindings) -> Vec<String> {
    let of_system = |(source, system): &(Source, Arc<System>)| {
        let tables = system.tables.iter().filter(|table| table.deleted.is_some());
        tables.map(|table| format!("{}.{}", source.schema, table.name)).collect::<Vec<_>>()
    };
    bindings.systems.iter().flat_map(of_system).collect()
}

/// The values of one key: the bare value of a one-column key, else a JSON object.
pub(in super::super) fn key(table: &Table<'_>, text: &str) -> Result<Vec<String>, Fault> {
    let columns = &table.spec.key;
    let example = || {
        let members: Vec<String> = columns.iter().map(|name| format!("{}:\"…\"", Value::from(name.as_str()))).collect();
        format!("the key of {} is written {{{}}}", table.shown(), members.join(","))
    };
    if !text.trim_start().starts_with('{') {
        return match columns.as_slice() {
            [_] => Ok(vec![text.to_owned()]),
            _ => Err(Fault::usage(format!("{} has a key of {} columns", table.shown(), columns.len())).hint(example())),
        };
    }
    let wrong = || Fault::usage(format!("this is no key of {}: {text}", table.shown())).hint(example());
    let object = serde_json::from_str::<serde_json::Map<String, Value>>(text).map_err(|_| wrong())?;
    if object.len() != columns.len() {
        return Err(wrong());
    }
    let value = |name: &String| match object.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
        _ => Err(wrong()),
    };
    columns.iter().map(value).collect()
}

/// The rows of these keys, each once, deleted or not. Fails naming the first that is not there.
pub(in super::super) async fn rows(
    ground: &Ground,
    table: &Table<'_>,
    keys: &[String],
    asking: &Asking<'_>,
) -> Result<Vec<Row>, Fault> {
    let mut wanted = Vec::new();
    for text in keys {
        let key = key(table, text)?;
        if !wanted.contains(&key) {
            wanted.push(key);
        }
    }
    let handed = hand(wanted.iter().enumerate().map(|(n, key)| (n, key.as_slice(), Vec::new())));
    let sql = format!(
        "SELECT s.n::text,\n  {}\nFROM {}\nJOIN {} AS t ON {}\nORDER BY s.n",
        table.select_list("t"),
        table.handed(&[]),
        table.quoted(),
        table.key_is("t", "s"),
    );
    let answer = asking.rows(&sql, &[handed]).await.map_err(|fault| no_key(table, fault))?;
    let number = |row: &Vec<Option<String>>| row.first().cloned().flatten();
    let missing = (0..wanted.len()).find(|n| !answer.iter().any(|row| number(row) == Some(n.to_string())));
    match missing {
        Some(n) => Err(absent(ground, table, &wanted[n])),
        None => Ok(answer.iter().map(|row| Row::read(table, row, 1)).collect()),
    }
}

/// A key of the wrong form is the person's mistake, not the statement's.
fn no_key(table: &Table<'_>, fault: Fault) -> Fault {
    let about_a_value = ["22P02", "22003", "22007", "22008"].iter().any(|code| fault.is(code));
    if !about_a_value {
        return fault;
    }
    let types: Vec<String> =
        table.spec.key.iter().map(|name| format!("{name} {}", table.standing.type_of(name))).collect();
    Fault { kind: Kind::Usage, message: format!("no key of {}: {}", table.shown(), fault.message), ..fault }
        .hint(format!("its key is {}", types.join(", ")))
}

fn absent(ground: &Ground, table: &Table<'_>, key: &[String]) -> Fault {
    let key: Vec<String> = table.spec.key.iter().zip(key).map(|(name, value)| format!("{name}={value}")).collect();
    let (shown, key) = (table.shown(), key.join(" "));
    if table.standing.hides {
        return Fault::new(Kind::Refused, format!("{shown} shows {} no row with {key}", ground.role))
            .detail(format!("row level security hides rows there (policies: {})", table.standing.policies.join(", ")))
            .hint("connect as the table's owner or as a role with BYPASSRLS");
    }
    Fault::usage(format!("{shown} has no row with {key}"))
        .hint(format!("pgdeck trash {shown} lists what is deleted; a row deleted for good cannot be restored"))
}

/// The table and key of each of these rows.
pub(super) fn refs(ground: &Ground, rows: &[RowRef]) -> Result<Vec<(String, Vec<String>)>, Fault> {
    let one = |row: &RowRef| {
        let table = ground.planned(&row.table).or_else(|fault| match row.table.split_once('.') {
            None => ground.needed(&row.table),
            Some((system, name)) if system == ground.source.system => ground.needed(name),
            Some(_) => Err(fault),
        })?;
        Ok((table.name().to_owned(), key(&table, &row.key)?))
    };
    rows.iter().map(one).collect()
}
