//! Plans and receipts for a person: what would happen or has happened, how much, and by which statements.

use super::paragraph::paragraph;
use crate::model::operation::{Ending, Plan, PlanRow, Receipt, can_be_undone};
use crate::model::sanitise;
use std::io::{self, Write};

/// Why it cannot be done, what would be done as a tree, the counts, what to know, then the SQL.
pub fn plan(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let operation = sanitise::line(&plan.operation);
    match plan.is_handed_over() {
        true => writeln!(out, "{operation}: handed over, not run. Nothing has been changed.")?,
        false => writeln!(out, "plan: {operation}. Nothing has been changed.")?,
    }
    plan.about().map_or(Ok(()), |about| writeln!(out, "{}", sanitise::line(about)))?;
    if let Some(reason) = plan.refused.as_ref().filter(|_| !plan.is_handed_over()) {
        writeln!(out, "refused: {}", sanitise::line(reason))?;
    }
    plan.rows.iter().try_for_each(|row| tree_row(row, out))?;
    counts(&plan.counts, out)?;
    plan.remarks().iter().try_for_each(|note| writeln!(out, "note: {}", sanitise::line(note)))?;
    statements(&plan.sql, out)
}

/// The statements alone. A terminal gets them with hostile characters made visible, a file as they are.
pub fn sql(plan: &Plan, terminal: bool, out: &mut dyn Write) -> io::Result<()> {
    for statement in &plan.sql {
        let statement = ended(statement);
        let shown = if terminal { sanitise::block(&statement) } else { statement };
        writeln!(out, "{shown}")?;
    }
    Ok(())
}

/// How it ended, the counts, what to know.
pub fn receipt(receipt: &Receipt, out: &mut dyn Write) -> io::Result<()> {
    let ending = match receipt.ending {
        Ending::Done => "done",
        Ending::RolledBack if receipt.is_partial() => "stopped on its way, what was done before stays",
        Ending::RolledBack => "rolled back, nothing has been changed",
        Ending::InDoubt => "IN DOUBT: nobody knows whether it happened",
    };
    let (operation, id) = (sanitise::line(&receipt.operation), sanitise::line(&receipt.id));
    let id = if id.is_empty() { String::new() } else { format!("  (operation {id})") };
    writeln!(out, "{operation}: {ending}{id}")?;
    receipt.rows.iter().try_for_each(|row| tree_row(row, out))?;
    counts(&receipt.counts, out)?;
    receipt.notes.iter().try_for_each(|note| writeln!(out, "note: {}", sanitise::line(note)))?;
    if can_be_undone(&receipt.operation) {
        writeln!(out, "\n{}", paragraph(receipt))?;
    }
    Ok(())
}

/// One row, indented by its depth: what happens, to what, how a person knows it, and why.
fn tree_row(row: &PlanRow, out: &mut dyn Write) -> io::Result<()> {
    let named = format!("{}{}", sanitise::line(&row.table), key(row));
    let label = row.label.as_deref().map(|label| format!("  {}", sanitise::line(label)));
    let reason = row.reason.as_deref().map(|reason| format!("  ({})", sanitise::line(reason)));
    let (label, reason) = (label.unwrap_or_default(), reason.unwrap_or_default());
    let indent = "  ".repeat(row.depth);
    writeln!(out, "  {:<8} {indent}{named}{label}{reason}", sanitise::line(&row.action))?;
    row.beside.iter().try_for_each(|(column, own, other)| {
        let [own, other] =
            [own, other].map(|value| sanitise::line(value.as_deref().unwrap_or(crate::model::cell::NULL_SIGN)));
        writeln!(out, "           {indent}  {}: {own} | {other}", sanitise::line(column))
    })
}

fn key(row: &PlanRow) -> String {
    let one = |(column, value): &(String, Option<String>)| {
        let value = value.as_deref().unwrap_or(crate::model::cell::NULL_SIGN);
        format!(" {}={}", sanitise::line(column), sanitise::line(value))
    };
    row.key.iter().map(one).collect()
}

fn counts(counts: &[(String, u64)], out: &mut dyn Write) -> io::Result<()> {
    if !counts.is_empty() {
        writeln!(out, "\ncounts")?;
    }
    let widest = counts.iter().map(|(table, _)| table.chars().count()).max().unwrap_or(0);
    counts.iter().try_for_each(|(table, count)| writeln!(out, "  {:<widest$}  {count}", sanitise::line(table)))
}

fn statements(sql: &[String], out: &mut dyn Write) -> io::Result<()> {
    if !sql.is_empty() {
        writeln!(out, "\nsql")?;
    }
    for statement in sql {
        let statement = ended(statement);
        sanitise::block(&statement).lines().try_for_each(|line| writeln!(out, "  {line}"))?;
    }
    Ok(())
}

/// With its semicolon, so that the whole can be pasted and run.
fn ended(statement: &str) -> String {
    let statement = statement.trim_end();
    let ends = statement.lines().last().is_none_or(|line| line.ends_with(';') || line.starts_with("--"));
    format!("{statement}{}", if ends { "" } else { ";" })
}
