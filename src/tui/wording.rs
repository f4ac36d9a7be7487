//! An operation in words: the lines of its plan and of its receipt, safe to show, in the width there is.
//! They are made once for a plan and a width; update moves over them, the view draws those on the screen.

mod row;
mod said;

use super::operation::{Operation, Stage};
use super::sheet::Sheet;
use super::theme::Role;
use crate::model::operation::{Ending, Plan, PlanRow, Receipt};
use crate::model::{Fault, Kind, sanitise};
use row::Headings;
pub use said::{briefly, names_parents, on_screen};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// One line: pieces of text and what they are.
pub type Line = Vec<(Role, String)>;

/// Everything the place shows.
pub fn sheet(operation: &Operation, width: usize) -> Sheet {
    let mut sheet = Sheet::of(width);
    let statements = operation.sql();
    if operation.shows_sql && !statements.is_empty() {
        let plan = operation.planned().filter(|plan| plan.is_handed_over());
        sheet.lines.extend(plan.map(|_| handed_over(operation)));
        sheet.lines.extend(sql(statements, width));
        sheet.lines.extend(plan.into_iter().flat_map(|plan| noted(&plan.notes, width)));
        return sheet;
    }
    match &operation.stage {
        Stage::Unplanned | Stage::Planning { old: None, .. } => {}
        Stage::NoPlan(fault) => sheet.lines = faulty(fault, width),
        Stage::Planned(plan) | Stage::Performing { plan, .. } | Stage::Planning { old: Some(plan), .. } => {
            of_plan(plan, operation, &mut sheet);
        }
        Stage::Ended(receipt) => of_receipt(receipt, &mut sheet),
        Stage::Failed { plan, fault } => {
            sheet.lines.push(vec![(Role::Bad, failed(plan, fault))]);
            sheet.lines.extend(faulty(fault, width));
            sheet.lines.extend([Vec::new(), vec![(Role::Title, "what was planned".to_owned())]]);
            sheet.rows(&plan.rows, |row| row::lines(row, headings(&plan.operation), width));
        }
    }
    sheet
}

/// What stands beside a row: in an undo what the operation left and what is there now, else what is in the way.
fn headings(operation: &str) -> Headings {
    match operation {
        "undo" => Headings("as it was left", "as it is now"),
        _ => Headings("this row", "the live row"),
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

/// That the SQL is all there is to have, and how to take it along.
fn handed_over(operation: &Operation) -> Line {
    vec![(Role::Title, format!("handed over, not run: {} copies the INSERT", operation.keys.copies))]
}

fn of_plan(plan: &Plan, operation: &Operation, sheet: &mut Sheet) {
    let (width, key) = (sheet.width, operation.keys.otherwise.as_str());
    sheet.lines.extend(plan.about().into_iter().flat_map(|about| wrapped(Role::Title, about, width)));
    match &plan.refused {
        Some(_) if plan.is_handed_over() => sheet.lines.push(handed_over(operation)),
        Some(reason) => {
            sheet.lines.extend(wrapped(Role::Bad, &format!("REFUSED: {}", on_screen(reason, key)), width));
        }
        None => {}
    }
    let notes = match plan.remarks().len() {
        0 => None,
        1 => Some("1 remark below".to_owned()),
        many => Some(format!("{many} remarks below")),
    };
    sheet.lines.extend(counted(&plan.counts, &plan.rows, notes, width));
    sheet.rows(&plan.rows, |row| row::lines(&said::row(row, key), headings(&plan.operation), width));
    if plan.rows.is_empty() && plan.refused.is_none() {
        sheet.lines.push(vec![(Role::Dim, "there is nothing to do".to_owned())]);
    }
    if !plan.remarks().is_empty() {
        sheet.lines.push(Vec::new());
    }
    sheet.lines.extend(noted(plan.remarks(), width));
}

/// What happened, what to know, then the rows, which were seen before.
fn of_receipt(receipt: &Receipt, sheet: &mut Sheet) {
    let width = sheet.width;
    let (role, words) = match receipt.ending {
        Ending::Done => (Role::Good, "done"),
        Ending::RolledBack if receipt.operation == "refresh" => {
            (Role::Warn, "rolled back: what was not done is as it was")
        }
        Ending::RolledBack => (Role::Warn, "rolled back: nothing has been changed"),
        Ending::InDoubt => (Role::Bad, "IN DOUBT: nobody knows whether it happened"),
    };
    sheet.lines.push(vec![(role, words.to_owned())]);
    sheet.lines.extend(wrapped(Role::Dim, &circumstances(receipt), width));
    sheet.lines.extend(counted(&receipt.counts, &receipt.rows, None, width));
    sheet.lines.extend(noted(&receipt.notes, width));
    sheet.rows(&receipt.rows, |row| row::lines(row, headings(&receipt.operation), width));
}

/// The operation's id, when it was done, for whom and why.
fn circumstances(receipt: &Receipt) -> String {
    let actor = receipt.actor.as_ref().map(|actor| format!("for {actor} (as claimed)"));
    let reason = receipt.reason.as_ref().map(|reason| format!("\"{reason}\""));
    let parts = [Some(format!("operation {}", receipt.id)), receipt.at.clone(), actor, reason];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
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
