//! A plan as SQL that a person can hand to somebody who may run it: the same locks, the same guards, values as literals.
//! It must not know a server.

use super::audit::{self, Said};
use super::execute::LOCK_TIMEOUT_MS;
use super::ground::{Ground, Table};
use super::moves::{Marks, Moves};
use super::rows::Row;
use crate::db::Envelope;
use crate::db::quote::{identifier, literal};
use crate::model::Fault;

/// The statements in order. `parents` are the rows that have to stay live meanwhile.
pub(in super::super) fn of(
    ground: &Ground,
    moves: &Moves,
    parents: &[Row],
    envelope: &Envelope,
    what: &str,
    said: &Said,
) -> Result<Vec<String>, Fault> {
    let tables = moves.tables(ground)?;
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = vec![head(ground, moves, what)?];
    sql.extend(settings(envelope));
    let names = tables.iter().map(|(table, _)| table.name()).chain(parents.iter().map(|row| row.table.as_str()));
    for name in ground.parents_first(names) {
        let table = ground.needed(name)?;
        let held: Vec<&Row> = parents.iter().filter(|row| row.table == name).collect();
        if !held.is_empty() {
            let still = table.is_live("t");
            sql.push(guard(&table, &held, &still, "SHARE", "are still there and live"));
        }
        if let Some((_, places)) = tables.iter().find(|(own, _)| own.name() == name) {
            let rows: Vec<&Row> = places.iter().map(|place| &moves.group.members[*place].row).collect();
            sql.push(guard(&table, &rows, &as_seen(&table), "UPDATE", "are as they were seen"));
        }
    }
    for (table, places) in &tables {
        sql.push(update(table, places, moves));
    }
    sql.extend(audit::script(ground, &audit::entries(ground, moves, said)?));
    sql.push("SET CONSTRAINTS ALL IMMEDIATE".to_owned());
    sql.push("COMMIT".to_owned());
    Ok(sql)
}

fn head(ground: &Ground, moves: &Moves, what: &str) -> Result<String, Fault> {
    let mut needs: Vec<String> = Vec::new();
    for (table, set) in moves.touched(ground)? {
        let set: Vec<String> = set.iter().map(|name| identifier(name)).collect();
        needs.push(format!("SELECT, UPDATE ({}) ON {}", set.join(", "), table.quoted()));
    }
    if let Some(audit) = &ground.system.audit {
        needs.push(format!("INSERT ON {}.{}", identifier(&ground.source.schema), identifier(&audit.table)));
    }
    let count = moves.group.back().len();
    // A name may hold a line break, and the rest of it would no longer be a comment.
    let what = what.replace(char::is_control, " ");
    let role = ground.role.replace(char::is_control, " ");
    Ok(format!(
        "-- pgdeck: {what}, {count} rows as they were seen. Any difference makes it fail as a whole.\n\
         -- Planned as {role}. Whoever runs it needs, past row level security:\n{}\nBEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        needs.iter().map(|need| format!("--   {}", need.replace(char::is_control, " "))).collect::<Vec<_>>().join("\n"),
    ))
}

fn settings(envelope: &Envelope) -> Vec<String> {
    let path: Vec<String> = envelope.search_path.iter().map(|schema| identifier(schema)).collect();
    vec![
        format!("SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"),
        format!("SET LOCAL statement_timeout = {}", envelope.statement_timeout_ms),
        "SET LOCAL idle_in_transaction_session_timeout = 10000".to_owned(),
        format!("SET LOCAL search_path = {}", path.join(", ")),
        "SET LOCAL DateStyle = 'ISO, YMD'".to_owned(),
        format!("SET LOCAL TimeZone = {}", literal(&envelope.time_zone)),
    ]
}

fn value(text: Option<&str>, type_name: &str) -> String {
    text.map_or_else(|| format!("NULL::{type_name}"), |text| format!("{}::{type_name}", literal(text)))
}

/// The rows as a list of values: key, marks, version.
fn values(table: &Table<'_>, rows: &[&Row]) -> String {
    let line = |row: &&Row| {
        let type_of = |name: &str| table.standing.type_of(name);
        let mut line: Vec<String> =
            table.spec.key.iter().zip(&row.key).map(|(name, key)| value(Some(key), type_of(name))).collect();
        line.extend(row.marks.iter().map(|(name, mark)| value(mark.as_deref(), type_of(name))));
        line.push(literal(&row.xmin));
        format!("    ({})", line.join(", "))
    };
    let keys = (0..table.spec.key.len()).map(|n| format!("k{n}"));
    let marks = (0..table.deleted.columns().len()).map(|n| format!("v{n}"));
    let names: Vec<String> = keys.chain(marks).chain(["version".to_owned()]).collect();
    format!("(VALUES\n{}\n  ) AS s ({})", rows.iter().map(line).collect::<Vec<_>>().join(",\n"), names.join(", "))
}

fn as_seen(table: &Table<'_>) -> String {
    let same = |(n, name): (usize, &&str)| format!("t.{} IS NOT DISTINCT FROM s.v{n}", identifier(name));
    let same: Vec<String> = table.deleted.columns().iter().enumerate().map(same).collect();
    format!("{} AND t.xmin::text = s.version", same.join(" AND "))
}

/// A block that locks the rows and fails where one of them is not as it must be.
fn guard(table: &Table<'_>, rows: &[&Row], condition: &str, strength: &str, are: &str) -> String {
    let count = rows.len();
    let complaint = literal(&format!(" of {count} rows of {} {are}", table.shown()));
    let body = format!(
        "DECLARE\n  n bigint;\nBEGIN\n  PERFORM\n  FROM {} AS t\n  JOIN {}\n  ON {}\n  WHERE {condition}\n  ORDER BY {}\n  FOR {strength} OF t;\n  \
         GET DIAGNOSTICS n = ROW_COUNT;\n  IF n <> {count} THEN\n    RAISE EXCEPTION USING MESSAGE = 'only ' || n || {complaint};\n  END IF;\nEND",
        table.quoted(),
        values(table, rows),
        table.key_is("t", "s"),
        table.key_list("t"),
    );
    let mut quote = "$pgdeck$".to_owned();
    while body.contains(&quote) {
        quote = format!("{}_$", quote.trim_end_matches('$'));
    }
    format!("DO {quote}\n{body}\n{quote}")
}

/// One statement a table. Rows that get the same marks share them.
fn update(table: &Table<'_>, places: &[usize], moves: &Moves) -> String {
    let type_of = |name: &str| table.standing.type_of(name);
    let line = |place: &usize| {
        let row = &moves.group.members[*place].row;
        let mut line: Vec<String> =
            table.spec.key.iter().zip(&row.key).map(|(name, key)| value(Some(key), type_of(name))).collect();
        let to: &Marks = &moves.to[*place];
        line.extend(to.iter().map(|(name, mark)| value(mark.as_deref(), type_of(name))));
        format!("  ({})", line.join(", "))
    };
    let set = moves.columns(places);
    let assign = |(n, name): (usize, &String)| format!("{} = s.v{n}", identifier(name));
    let names: Vec<String> =
        (0..table.spec.key.len()).map(|n| format!("k{n}")).chain((0..set.len()).map(|n| format!("v{n}"))).collect();
    format!(
        "UPDATE {} AS t\nSET {}\nFROM (VALUES\n{}\n) AS s ({})\nWHERE {}",
        table.quoted(),
        set.iter().enumerate().map(assign).collect::<Vec<_>>().join(", "),
        places.iter().map(line).collect::<Vec<_>>().join(",\n"),
        names.join(", "),
        table.key_is("t", "s"),
    )
}
