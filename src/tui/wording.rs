//! An operation in words: the lines of its plan and of its receipt, safe to show, in the width there is.
//! Update counts them for scrolling, the view draws them.

use super::operation::{Operation, Stage};
use super::theme::Role;
use crate::model::operation::{Ending, Plan, PlanRow, Receipt};
use crate::model::width::shortened;
use crate::model::{Fault, Kind, cell, sanitise};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Cells of the first column: the sign and the word of what happens.
const ACTION: usize = 11;

/// One line: pieces of text and what they are.
pub type Line = Vec<(Role, String)>;

/// Everything the place shows.
pub fn lines(operation: &Operation, width: usize) -> Vec<Line> {
    let statements = operation.sql();
    if operation.shows_sql && !statements.is_empty() {
        return sql(statements, width);
    }
    match &operation.stage {
        Stage::Unplanned | Stage::Planning { .. } => Vec::new(),
        Stage::NoPlan(fault) => faulty(fault, width),
        Stage::Planned(plan) | Stage::Performing { plan, .. } => of_plan(plan, width),
        Stage::Ended(receipt) => of_receipt(receipt, width),
        Stage::Failed { plan, fault } => {
            let mut lines = vec![vec![(Role::Bad, failed(plan, fault))]];
            lines.extend(faulty(fault, width));
            lines.extend([Vec::new(), vec![(Role::Title, "what was planned".to_owned())]]);
            lines.extend(plan.rows.iter().flat_map(|row| planned(row, width)));
            lines
        }
    }
}

fn failed(plan: &Plan, fault: &Fault) -> String {
    let after = match fault.kind {
        Kind::InDoubt => "nobody knows whether it happened",
        _ if plan.operation == "refresh" => "what was not done is as it was",
        _ => "nothing has been changed",
    };
    let word = match fault.kind {
        Kind::InDoubt => "IN DOUBT",
        Kind::Refused => "refused",
        Kind::Interrupted => "stopped",
        _ => "failed",
    };
    format!("{word}: {after}")
}

/// What went wrong, whole: message, code, detail, the next step.
fn faulty(fault: &Fault, width: usize) -> Vec<Line> {
    let code = fault.sqlstate.as_ref().map_or_else(String::new, |code| format!(" ({code})"));
    let mut lines = wrapped(Role::Error, &format!("{}{code}", fault.message), width);
    if let Some(detail) = &fault.detail {
        lines.extend(wrapped(Role::Text, detail, width));
    }
    if let Some(hint) = &fault.hint {
        lines.extend(wrapped(Role::Text, &format!("hint: {hint}"), width));
    }
    lines
}

fn of_plan(plan: &Plan, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(reason) = &plan.refused {
        lines.extend(wrapped(Role::Bad, &format!("REFUSED: {reason}"), width));
    }
    let notes = match plan.notes.len() {
        0 => None,
        1 => Some("1 remark below".to_owned()),
        many => Some(format!("{many} remarks below")),
    };
    lines.extend(counted(&plan.counts, &plan.rows, notes, width));
    lines.extend(plan.rows.iter().flat_map(|row| planned(row, width)));
    if plan.rows.is_empty() && plan.refused.is_none() {
        lines.push(vec![(Role::Dim, "there is nothing to do".to_owned())]);
    }
    if !plan.notes.is_empty() {
        lines.push(Vec::new());
    }
    lines.extend(noted(&plan.notes, width));
    lines
}

/// What happened, what to know, then the rows, which were seen before.
fn of_receipt(receipt: &Receipt, width: usize) -> Vec<Line> {
    let (role, words) = match receipt.ending {
        Ending::Done => (Role::Good, "done"),
        Ending::RolledBack if receipt.operation == "refresh" => {
            (Role::Warn, "rolled back: what was not done is as it was")
        }
        Ending::RolledBack => (Role::Warn, "rolled back: nothing has been changed"),
        Ending::InDoubt => (Role::Bad, "IN DOUBT: nobody knows whether it happened"),
    };
    let mut lines = vec![vec![(role, words.to_owned())]];
    lines.extend(wrapped(Role::Dim, &format!("operation {}", receipt.id), width));
    lines.extend(counted(&receipt.counts, &receipt.rows, None, width));
    lines.extend(noted(&receipt.notes, width));
    lines.extend(receipt.rows.iter().flat_map(|row| planned(row, width)));
    lines
}

/// How many of each table, and how many rows stay as they are.
fn counted(counts: &[(String, u64)], rows: &[PlanRow], more: Option<String>, width: usize) -> Vec<Line> {
    let of = |action: &str| rows.iter().filter(|row| row.action == action).count();
    let mut parts: Vec<String> = counts.iter().map(|(table, count)| format!("{table} {count}")).collect();
    for (count, words) in [(of("conflict"), "in conflict"), (of("skip"), "skipped")] {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    parts.extend(more);
    if parts.is_empty() { Vec::new() } else { wrapped(Role::Title, &parts.join(" · "), width) }
}

fn noted(notes: &[String], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for note in notes {
        for (at, mut line) in wrapped(Role::Text, note, width.saturating_sub(6)).into_iter().enumerate() {
            line.insert(0, (Role::Dim, if at == 0 { "note: " } else { "      " }.to_owned()));
            lines.push(line);
        }
    }
    lines
}

/// A sign that can be told apart without colour, and the role, of what happens to a row.
fn sign(action: &str) -> (&'static str, Role) {
    match action {
        "conflict" | "failed" => ("!", Role::Bad),
        "skip" | "skipped" => ("·", Role::Warn),
        "drop" | "delete" | "deleted" => ("−", Role::Text),
        "restore" | "restored" | "create" => ("+", Role::Good),
        _ => ("›", Role::Good),
    }
}

/// One row of the tree: what happens, to what, how a person knows it, its key; why, on the same line where it fits.
fn planned(row: &PlanRow, width: usize) -> Vec<Line> {
    let (sign, role) = sign(&row.action);
    let action = format!("{sign} {:<8} ", sanitise::line(&row.action));
    let depth = row.depth.min(12);
    let branch = if depth == 0 { String::new() } else { format!("{}└ ", "  ".repeat(depth - 1)) };
    let table = sanitise::line(&row.table).into_owned();
    let key = key(row);
    let label = row.label.as_deref().map(|label| sanitise::line(label).into_owned()).unwrap_or_default();
    let used = action.width().max(ACTION) + branch.width() + table.width() + 2;
    let room = width.saturating_sub(used);
    // A person knows the row by its label: the key gives way first, down to a third.
    let label = shortened(&label, room.saturating_sub(key.width() + 2).max(room * 2 / 3));
    let key = shortened(&key, room.saturating_sub(if label.is_empty() { 0 } else { label.width() + 2 }));
    let mut line = vec![(role, action), (Role::Border, branch), (Role::Text, table)];
    for (role, text) in [(Role::Title, label), (Role::Dim, key)] {
        if !text.is_empty() {
            line.push((role, format!("  {text}")));
        }
    }
    let Some(reason) = &row.reason else {
        return vec![line];
    };
    let why = if role == Role::Good { Role::Dim } else { role };
    let taken: usize = line.iter().map(|(_, text)| text.width()).sum();
    let reason = sanitise::line(reason);
    if taken + reason.width() + 2 <= width {
        line.push((why, format!("  {reason}")));
        return vec![line];
    }
    let indent = ACTION + 2 * depth;
    let mut lines = vec![line];
    for mut more in wrapped(why, &reason, width.saturating_sub(indent)) {
        more.insert(0, (Role::Text, " ".repeat(indent)));
        lines.push(more);
    }
    lines
}

fn key(row: &PlanRow) -> String {
    let one = |(column, value): &(String, Option<String>)| {
        let value = value.as_deref().unwrap_or(cell::NULL_SIGN);
        format!("{}={}", sanitise::line(column), sanitise::line(value))
    };
    row.key.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The statements as they would be sent; comments are quieter.
fn sql(statements: &[String], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for statement in statements {
        for line in sanitise::block(&ended(statement)).lines() {
            let role = if line.trim_start().starts_with("--") { Role::Dim } else { Role::Text };
            lines.extend(wrapped(role, line, width));
        }
    }
    lines
}

/// With its semicolon, so that the whole can be pasted and run.
pub fn ended(statement: &str) -> String {
    let statement = statement.trim_end();
    let ends = statement.lines().last().is_none_or(|line| line.ends_with(';') || line.trim_start().starts_with("--"));
    format!("{statement}{}", if ends { "" } else { ";" })
}

fn wrapped(role: Role, text: &str, width: usize) -> Vec<Line> {
    broken(text, width).into_iter().map(|line| vec![(role, line)]).collect()
}

/// Safe lines of at most this width, broken between words where there are any. What fits stays exactly as it is.
pub fn broken(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    for line in sanitise::block(text).lines() {
        let mut rest = line;
        while rest.width() > width {
            let (part, more) = rest.split_at(break_at(rest, width));
            lines.push(part.trim_end().to_owned());
            rest = more.trim_start();
        }
        lines.push(rest.to_owned());
    }
    lines
}

/// Where to break a line that is too wide: behind the last blank that fits, else where it is full.
fn break_at(line: &str, width: usize) -> usize {
    let mut used = 0;
    let mut blank = None;
    for (at, c) in line.char_indices() {
        used += c.width().unwrap_or(0);
        if used > width {
            return blank.unwrap_or(at);
        }
        if c == ' ' && !line[..at].trim().is_empty() {
            blank = Some(at + 1);
        }
    }
    line.len()
}
