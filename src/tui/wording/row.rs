//! One row of a plan or a receipt in words: what happens to it, how a person knows it, why, and what stands beside it.

use super::{Line, wrapped};
use crate::model::operation::PlanRow;
use crate::model::width::{fitted, shortened};
use crate::model::{cell, sanitise};
use crate::tui::theme::Role;
use unicode_width::UnicodeWidthStr;

/// Cells of the first column: the sign and the word of what happens.
const ACTION: usize = 11;
/// Cells of the widest column name beside a row.
const NAME: usize = 24;

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
pub(super) fn lines(row: &PlanRow, headings: Headings, width: usize) -> Vec<Line> {
    let mut lines = told(row, width);
    lines.extend(beside(row, headings, width));
    lines
}

/// What the values on the left and on the right are.
#[derive(Clone, Copy)]
pub(super) struct Headings(pub &'static str, pub &'static str);

/// The row and what differs from it, side by side, below it.
fn beside(row: &PlanRow, headings: Headings, width: usize) -> Vec<Line> {
    if row.beside.is_empty() {
        return Vec::new();
    }
    let shown = |value: &Option<String>| match value {
        Some(text) => sanitise::line(text).into_owned(),
        None => cell::NULL_SIGN.to_owned(),
    };
    let cells: Vec<[String; 3]> = std::iter::once([String::new(), headings.0.to_owned(), headings.1.to_owned()])
        .chain(
            row.beside.iter().map(|(name, own, other)| [sanitise::line(name).into_owned(), shown(own), shown(other)]),
        )
        .collect();
    let widest = |column: usize| cells.iter().map(|cells| cells[column].width()).max().unwrap_or(0);
    let indent = ACTION + 2 * row.depth.min(12);
    let name = widest(0).min(NAME);
    let half = width.saturating_sub(indent + name + 4) / 2;
    let own = widest(1).min(half);
    let role = |at: usize, of_body: Role| if at == 0 { Role::Dim } else { of_body };
    let line = |(at, [column, left, right]): (usize, &[String; 3])| {
        let right = shortened(right, width.saturating_sub(indent + name + own + 4));
        vec![
            (Role::Dim, format!("{}{}  ", " ".repeat(indent), fitted(column, name))),
            (role(at, Role::Text), format!("{}  ", fitted(left, own))),
            (role(at, Role::Warn), right),
        ]
    };
    cells.iter().enumerate().map(line).collect()
}

fn told(row: &PlanRow, width: usize) -> Vec<Line> {
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
