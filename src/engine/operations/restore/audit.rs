//! The row an operation leaves in the system's own audit table, in the same transaction: what it did, what was before, who asked.
//! One for each tenant, because a tenant reads its own trail. It must not know how a table is changed.

use super::super::super::statement::Statement;
use super::asking::Asking;
use super::ground::Ground;
use super::ladder::place;
use super::moves::{Marks, Moves};
use super::rows::Row;
use crate::catalog::system::AuditSpec;
use crate::db::quote::{identifier, literal};
use crate::model::{Fault, Kind};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How long the operation's own audit row is looked for before COMMIT.
const PATIENCE_MS: u32 = 3_000;

/// Who asked for what.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Said {
    /// None in SQL that is handed over.
    pub operation: Option<String>,
    /// The role that runs it; None in SQL that is handed over.
    pub role: Option<String>,
    pub actor: Option<String>,
    pub reason: Option<String>,
    /// It takes an operation back.
    pub undoes: bool,
}

/// The values of one audit row, by column.
pub(super) type Entry = BTreeMap<String, Value>;

/// The audit rows of an operation: one a tenant, in the order the tenants come. Empty where the system says nothing of it.
pub(super) fn entries(ground: &Ground, moves: &Moves, said: &Said) -> Result<Vec<Entry>, Fault> {
    if ground.system.audit.is_none() {
        return Ok(Vec::new());
    }
    let mut tenants: Vec<(Option<String>, Vec<usize>)> = Vec::new();
    for (_, places) in moves.tables(ground)? {
        for place in places {
            let tenant = &moves.group.members[place].row.tenant;
            match tenants.iter_mut().find(|(own, _)| own == tenant) {
                Some((_, own)) => own.push(place),
                None => tenants.push((tenant.clone(), vec![place])),
            }
        }
    }
    let entry = |(tenant, places): &(Option<String>, Vec<usize>)| entry(ground, moves, tenant, places, said);
    Ok(tenants.iter().filter_map(entry).collect())
}

/// None where no table of the tenant's rows has a word for it.
fn entry(ground: &Ground, moves: &Moves, tenant: &Option<String>, places: &[usize], said: &Said) -> Option<Entry> {
    let rows = || places.iter().map(|place| (&moves.group.members[*place].row, &moves.to[*place]));
    let has_words =
        |(row, _): &(&Row, &Marks)| ground.table(&row.table).is_some_and(|table| table.spec.audit.is_some());
    let told = Told {
        first: rows().find(has_words)?.0,
        rows: places.len(),
        tenant: tenant.clone(),
        before: told(ground, rows().map(|(row, _)| (row, &row.marks))),
        after: told(ground, rows()),
    };
    compose(ground, &told, said, moves.revives)
}

/// What one audit row tells.
pub(super) struct Told<'a> {
    /// A row of it, of a table that has words for what is done to it.
    pub first: &'a Row,
    pub rows: usize,
    pub tenant: Option<String>,
    /// The marks of the rows before and after, by table.
    pub before: Value,
    pub after: Value,
}

/// One audit row; None where the table of the first row has no word for it.
pub(super) fn compose(ground: &Ground, told: &Told<'_>, said: &Said, revives: bool) -> Option<Entry> {
    let audit = ground.system.audit.as_ref()?;
    let first = told.first;
    let table = ground.table(&first.table)?;
    let words = table.spec.audit.as_ref()?;
    let (action, did) = match (revives, said.undoes) {
        (true, false) => (&words.restored, "Restored"),
        (true, true) => (&words.restored, "Restored again"),
        (false, false) => (&words.deleted, "Deleted"),
        (false, true) => (&words.deleted, "Deleted again"),
    };
    let label = first.label.clone().unwrap_or_else(|| first.key.join(" "));
    let others = if told.rows > 1 { format!(" and {} more rows", told.rows - 1) } else { String::new() };
    let text = format!("{did} with pgdeck: {} {label}{others}", table.word());
    let key = if first.key.len() == 1 { first.key[0].clone() } else { Value::from(first.key.clone()).to_string() };
    let claimed = audit.claimed.as_ref().or(audit.actor.as_ref());
    let values = [
        (audit.action.as_ref(), Some(Value::from(action.as_str()))),
        (audit.object.as_ref(), Some(Value::from(table.word()))),
        (audit.row.as_ref(), Some(Value::from(key))),
        (audit.old.as_ref(), Some(told.before.clone())),
        (audit.new.as_ref(), Some(told.after.clone())),
        (audit.operation.as_ref(), said.operation.clone().map(Value::from)),
        (claimed, said.actor.clone().map(Value::from)),
        (audit.role.as_ref(), said.role.clone().map(Value::from)),
        (audit.reason.as_ref(), said.reason.clone().map(Value::from)),
        (audit.text.as_ref(), Some(Value::from(text))),
    ];
    let mut entry = Entry::new();
    for (place, value) in values {
        if let (Some(place), Some(value)) = (place, value) {
            put(&mut entry, place, value);
        }
    }
    let own = ground.system.tables.iter().find(|own| own.name == audit.table).and_then(|own| own.tenant.as_ref());
    if let (Some(column), Some(tenant)) = (own, &told.tenant) {
        entry.insert(column.clone(), Value::from(tenant.as_str()));
    }
    Some(entry)
}

/// The marks of rows, by table: `{"crm.notes": [{"id": …, "deleted_at": …}]}`.
fn told<'a>(ground: &Ground, rows: impl Iterator<Item = (&'a Row, &'a Marks)>) -> Value {
    let mut tables: Map<String, Value> = Map::new();
    for (row, marks) in rows {
        let Some(table) = ground.table(&row.table) else { continue };
        let key = table.spec.key.iter().cloned().zip(row.key.iter().map(|value| Value::from(value.as_str())));
        let marks = marks.iter().map(|(name, value)| (name.clone(), Value::from(value.clone())));
        let told = Value::Object(key.chain(marks).collect());
        match tables.entry(table.shown()).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(list) => list.push(told),
            other => *other = told,
        }
    }
    Value::Object(tables)
}

/// `column` gets the value, `column.key` an object with it.
fn put(entry: &mut Entry, place: &str, value: Value) {
    let Some((column, key)) = place.split_once('.') else {
        entry.insert(place.to_owned(), value);
        return;
    };
    let object = entry.entry(column.to_owned()).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(object) = object {
        object.insert(key.to_owned(), value);
    }
}

/// The text of a value for its column: a plain text without its JSON quotes.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Writes the rows.
pub(super) async fn write(ground: &Ground, entries: &[Entry], asking: &Asking<'_>) -> Result<(), Fault> {
    let Some(audit) = &ground.system.audit else { return Ok(()) };
    for entry in entries {
        let mut statement = Statement::default();
        statement.push(&head(ground, audit, entry));
        statement.push(" VALUES (pg_catalog.now()");
        for (column, value) in entry {
            let type_name = ground.standing(&audit.table).map_or("text", |standing| standing.type_of(column));
            statement.push(", ").bind(Some(&text(value)), type_name);
        }
        statement.push(") RETURNING 'written'::text");
        if asking.rows(&statement.sql, &statement.params).await?.len() != 1 {
            return Err(Fault::new(Kind::Refused, format!("the audit table {} took no row", audit.table))
                .hint("a trigger of that table keeps it out"));
        }
    }
    Ok(())
}

/// The same as SQL to be handed over.
pub(super) fn script(ground: &Ground, entries: &[Entry]) -> Vec<String> {
    let Some(audit) = &ground.system.audit else { return Vec::new() };
    let one = |entry: &Entry| {
        let values: Vec<String> = entry.values().map(|value| literal(&text(value))).collect();
        format!("{}\nVALUES (pg_catalog.now(), {})", head(ground, audit, entry), values.join(", "))
    };
    entries.iter().map(one).collect()
}

fn head(ground: &Ground, audit: &AuditSpec, entry: &Entry) -> String {
    let columns: Vec<String> = entry.keys().map(|name| identifier(name)).collect();
    let (schema, table) = (identifier(&ground.source.schema), identifier(&audit.table));
    format!("INSERT INTO {schema}.{table} ({}, {})", identifier(&audit.at), columns.join(", "))
}

/// The entries of one operation, as a statement; None where the audit table keeps no operation ids. An id that tells its moment
/// is looked for about that time only, which an index finds.
pub(in super::super) fn entries_of(
    ground: &Ground,
    audit: &AuditSpec,
    id: &str,
    columns: &[String],
    limit: usize,
) -> Option<Statement> {
    let operation = audit.operation.as_deref()?;
    let standing = ground.standing(&audit.table)?;
    let type_name = if operation.contains('.') { "text" } else { standing.type_of(operation) };
    let mut statement = Statement::default();
    let (schema, table) = (identifier(&ground.source.schema), identifier(&audit.table));
    statement.push(&format!(
        "SELECT {}\nFROM {schema}.{table} AS l\nWHERE {} = ",
        columns.join(",\n  "),
        place(operation)
    ));
    statement.bind(Some(id), type_name);
    if let Some(moment_ms) = moment_ms(id) {
        let at_type = standing.type_of(&audit.at);
        // Without a zone it is a time of another session's zone.
        let (before, after) =
            if at_type == "timestamp with time zone" { ("10 minutes", "2 hours") } else { ("1 day", "1 day") };
        let moment = format!("pg_catalog.to_timestamp({moment_ms} / 1000.0)");
        statement.push(&format!(
            "\n  AND l.{0} >= ({moment} - '{before}'::pg_catalog.interval)::{at_type}\n  AND l.{0} < ({moment} + '{after}'::pg_catalog.interval)::{at_type}",
            identifier(&audit.at)
        ));
    }
    statement.push(&format!("\nLIMIT {limit}"));
    Some(statement)
}

/// The moment an id of version 7 begins with (RFC 9562, 5.7), in milliseconds.
fn moment_ms(id: &str) -> Option<u64> {
    let digits: String = id.chars().filter(|digit| *digit != '-').collect();
    let is_of_time = digits.len() == 32 && digits.as_bytes().get(12) == Some(&b'7');
    is_of_time.then(|| u64::from_str_radix(digits.get(..12)?, 16).ok()).flatten()
}

/// Whether the audit table knows the operation; None where it keeps no operation ids, or may hide its rows from the role.
pub(super) async fn knows(ground: &Ground, id: &str, asking: &Asking<'_>) -> Result<Option<bool>, Fault> {
    let Some(audit) = &ground.system.audit else { return Ok(None) };
    let Some(statement) = entries_of(ground, audit, id, &["'known'::text".to_owned()], 1) else { return Ok(None) };
    let is_known = !asking.rows(&statement.sql, &statement.params).await?.is_empty();
    let may_hide = ground.standing(&audit.table).is_none_or(|standing| standing.hides);
    Ok(Some(is_known).filter(|known| *known || !may_hide))
}

/// Whether the operation's own audit row can be found, asked inside its change: a trigger may have made another of it. What
/// cannot be told in time counts as no, and leaves the change as it is.
pub(super) async fn is_found(ground: &Ground, id: &str, asking: &Asking<'_>) -> Result<bool, Fault> {
    asking.rows("SAVEPOINT pgdeck_trail", &[]).await?;
    asking.rows(&format!("SET LOCAL statement_timeout = {PATIENCE_MS}"), &[]).await?;
    let known = knows(ground, id, asking).await;
    if let Err(fault) = &known
        && fault.kind == Kind::Connection
    {
        return Err(fault.clone());
    }
    asking.rows("ROLLBACK TO SAVEPOINT pgdeck_trail", &[]).await?;
    asking.rows("RELEASE SAVEPOINT pgdeck_trail", &[]).await?;
    Ok(known.is_ok_and(|known| known == Some(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_version_seven_tells_its_moment() {
        assert_eq!(moment_ms("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), Some(0x017f_22e2_79b0));
        assert_eq!(moment_ms("0b1e4c55-2222-4f4f-8a8a-2a51d2a7c0de"), None);
        assert_eq!(moment_ms("x"), None);
        assert_eq!(moment_ms("ééééééééééééé7"), None);
    }
}
