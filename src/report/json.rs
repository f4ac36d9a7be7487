//! The JSON shapes of DESIGN §5, written as they go, so that a number keeps its digits and a table is never
//! held twice.

use super::value::{cell, iso, string};
use crate::model::operation::{Plan, PlanRow, Receipt};
use crate::model::{Column, Row, Table};
use std::io::{self, Write};

/// The `show` shape.
pub fn table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\"schema\":1,\"pane\":{},", string(&table.pane))?;
    write!(out, "\"taken_at\":{},\"columns\":[", string(&iso(&table.taken_at)))?;
    for (n, column) in table.columns.iter().enumerate() {
        let (name, type_name) = (string(&column.name), string(&column.type_name));
        write!(out, "{}{{\"name\":{name},\"type\":{type_name}}}", comma(n))?;
    }
    out.write_all(b"],\"rows\":[")?;
    for (n, row) in table.rows.iter().enumerate() {
        write!(out, "{}\n{}", comma(n), object(&table.columns, row))?;
    }
    write!(out, "],\"truncated\":{}", table.more_after)?;
    if !table.notes.is_empty() {
        write!(out, ",\"notes\":{}", strings(&table.notes))?;
    }
    writeln!(out, "}}")
}

/// One object per row and line, and nothing else.
pub fn lines(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    table.rows.iter().try_for_each(|row| writeln!(out, "{}", object(&table.columns, row)))
}

/// One row as an object on one line.
pub fn object(columns: &[Column], row: &Row) -> String {
    let members = columns.iter().zip(&row.cells);
    let members = members.map(|(column, value)| format!("{}:{}", string(&column.name), cell(value, &column.type_name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// The `plan` shape.
pub fn plan(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\"schema\":1,\"operation\":{},\"rows\":[", string(&plan.operation))?;
    for (n, row) in plan.rows.iter().enumerate() {
        write!(out, "{}{}", comma(n), plan_row(row))?;
    }
    write!(out, "],\"counts\":{},\"sql\":{},", counts(&plan.counts), strings(&plan.sql))?;
    writeln!(out, "\"notes\":{},\"refused\":{}}}", strings(&plan.notes), optional(plan.refused.as_deref()))
}

fn plan_row(row: &PlanRow) -> String {
    let key = row.key.iter().map(|(column, value)| format!("{}:{}", string(column), optional(value.as_deref())));
    let key = key.collect::<Vec<_>>().join(",");
    let (table, action) = (string(&row.table), string(&row.action));
    let (reason, label) = (optional(row.reason.as_deref()), optional(row.label.as_deref()));
    let beside = beside(row);
    format!("{{\"table\":{table},\"key\":{{{key}}},\"action\":{action},\"reason\":{reason},\"label\":{label}{beside}}}")
}

/// What differs from what stands in the row's way, where something does.
fn beside(row: &PlanRow) -> String {
    if row.beside.is_empty() {
        return String::new();
    }
    let one = |(column, own, other): &(String, Option<String>, Option<String>)| {
        let (own, other) = (optional(own.as_deref()), optional(other.as_deref()));
        format!("{{\"column\":{},\"own\":{own},\"other\":{other}}}", string(column))
    };
    format!(",\"beside\":[{}]", row.beside.iter().map(one).collect::<Vec<_>>().join(","))
}

/// The `receipt` shape.
pub fn receipt(receipt: &Receipt, out: &mut dyn Write) -> io::Result<()> {
    let (operation, id) = (string(&receipt.operation), string(&receipt.id));
    write!(out, "{{\"schema\":1,\"operation\":{operation},\"id\":{id},")?;
    write!(out, "\"outcome\":{},", string(receipt.ending.name()))?;
    let rows: Vec<String> = receipt.rows.iter().map(plan_row).collect();
    write!(out, "\"counts\":{},\"sql\":{},", counts(&receipt.counts), strings(&receipt.sql))?;
    write!(out, "\"rows\":[{}],\"notes\":{}", rows.join(","), strings(&receipt.notes))?;
    let told = [
        ("at", &receipt.at),
        ("place", &receipt.place),
        ("role", &receipt.role),
        ("actor", &receipt.actor),
        ("reason", &receipt.reason),
    ];
    told.iter().try_for_each(|(name, value)| write!(out, ",\"{name}\":{}", optional(value.as_deref())))?;
    writeln!(out, ",\"stale\":{}}}", strings(&receipt.stale))
}

fn counts(counts: &[(String, u64)]) -> String {
    let members = counts.iter().map(|(table, count)| format!("{}:{count}", string(table)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// Texts as a list of JSON strings.
pub fn strings(texts: &[String]) -> String {
    let members = texts.iter().map(|text| string(text));
    format!("[{}]", members.collect::<Vec<_>>().join(","))
}

/// A text as a JSON string, or null.
pub fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "null".into(), string)
}

/// What stands before the member of this number.
pub fn comma(n: usize) -> &'static str {
    if n == 0 { "" } else { "," }
}
