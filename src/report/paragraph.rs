//! A receipt as one paragraph for a ticket: what came back or went, when, where, by whom, why, and the way back.
//! It must not know how it is copied or printed.

use crate::model::operation::{Ending, PlanRow, Receipt, can_be_undone};
use crate::model::sanitise;
use crate::model::width::shortened;
use std::borrow::Cow;

/// Cells of a label, and labels of one kind of row, before the rest is only counted.
const LABEL: usize = 60;
const NAMED: usize = 3;

/// The paragraph.
pub fn paragraph(receipt: &Receipt) -> String {
    let mut text = match receipt.ending {
        Ending::Done => format!("{}{}: {}.", done(&receipt.operation), circumstances(receipt), what(receipt)),
        Ending::RolledBack if receipt.is_partial() => {
            format!("Stopped on its way: {} of {}.", receipt.operation, what(receipt))
        }
        Ending::RolledBack => {
            format!("Nothing was changed: the {}{} was rolled back.", receipt.operation, circumstances(receipt))
        }
        Ending::InDoubt => {
            let circumstances = circumstances(receipt);
            format!("In doubt: nobody knows yet whether the {}{circumstances} happened.", receipt.operation)
        }
    };
    // What was undone is told by a note only.
    if let Some(undone) = receipt.notes.iter().find(|note| receipt.operation == "undo" && note.starts_with("undoes ")) {
        text.push_str(&format!(" This {}.", sanitise::line(undone)));
    }
    if !receipt.id.is_empty() {
        let id = sanitise::line(&receipt.id);
        let back = receipt.ending == Ending::Done && can_be_undone(&receipt.operation);
        let back = if back { format!("; to take it back: pgdeck undo {id}") } else { String::new() };
        text.push_str(&format!(" Operation {id}{back}."));
    }
    if receipt.ending == Ending::Done && !receipt.stale.is_empty() {
        text.push_str(&format!(" Out of date now: {}.", sanitise::line(&receipt.stale.join(", "))));
    }
    text
}

fn done(operation: &str) -> Cow<'static, str> {
    Cow::Borrowed(match operation {
        "restore" => "Restored",
        "delete" => "Deleted",
        "undo" => "Undone",
        "refresh" => "Refreshed",
        "install" => "Installed",
        "uninstall" => "Uninstalled",
        other => return Cow::Owned(format!("Done ({})", sanitise::line(other))),
    })
}

/// When, where, by whom and why, as far as it is known.
fn circumstances(receipt: &Receipt) -> String {
    let line = |text: &String| sanitise::line(text).into_owned();
    let mut text = String::new();
    for (word, value) in [("on", &receipt.at), ("in", &receipt.place), ("by role", &receipt.role)] {
        text.extend(value.as_ref().map(|value| format!(" {word} {}", line(value))));
    }
    text.extend(receipt.actor.as_ref().map(|actor| format!(" for {} (as claimed)", line(actor))));
    text.extend(receipt.reason.as_ref().map(|reason| format!(", because \"{}\"", line(reason).trim())));
    text
}

/// The rows: those at the roots by name, those below by number.
fn what(receipt: &Receipt) -> String {
    let total: u64 = receipt.counts.iter().map(|(_, count)| count).sum();
    if receipt.rows.is_empty() || (can_be_undone(&receipt.operation) && total != receipt.rows.len() as u64) {
        // Not every row is listed, so that none of them can be told from the others.
        let counted = receipt.counts.iter().map(|(table, count)| counted(table, *count));
        let counted: Vec<String> = counted.collect();
        return if counted.is_empty() { "nothing".to_owned() } else { listed(&counted) };
    }
    if !can_be_undone(&receipt.operation) {
        let names: Vec<String> = receipt.rows.iter().map(|row| sanitise::line(&row.table).into_owned()).collect();
        return listed(&names);
    }
    let roots = by_table(receipt.rows.iter().filter(|row| row.depth == 0));
    let below = by_table(receipt.rows.iter().filter(|row| row.depth > 0));
    let roots: Vec<String> = roots.iter().map(|(table, rows)| named(table, rows)).collect();
    let below: Vec<String> = below.iter().map(|(table, rows)| counted(table, rows.len() as u64)).collect();
    let with = if below.is_empty() { String::new() } else { format!(" with {}", listed(&below)) };
    format!("{}{with}{}", listed(&roots), again(receipt))
}

/// What an undo made of the rows.
fn again(receipt: &Receipt) -> &'static str {
    match receipt.rows.first().map(|row| row.action.as_str()) {
        Some("deleted") if receipt.operation == "undo" => ", deleted again",
        Some("restored") if receipt.operation == "undo" => ", restored again",
        _ => "",
    }
}

fn by_table<'a>(rows: impl Iterator<Item = &'a PlanRow>) -> Vec<(&'a str, Vec<&'a PlanRow>)> {
    let mut tables: Vec<(&str, Vec<&PlanRow>)> = Vec::new();
    for row in rows {
        match tables.iter_mut().find(|(table, _)| *table == row.table) {
            Some((_, rows)) => rows.push(row),
            None => tables.push((&row.table, vec![row])),
        }
    }
    tables
}

/// `lead "Acme"`, or `5 leads ("Acme", "Beta", "Gamma" and 2 more)`.
fn named(table: &str, rows: &[&PlanRow]) -> String {
    let name = |row: &&PlanRow| match &row.label {
        Some(label) => format!("\"{}\"", shortened(&sanitise::line(label), LABEL)),
        None => row.key.iter().map(|(_, value)| value.as_deref().unwrap_or("NULL")).collect::<Vec<_>>().join(" "),
    };
    match rows {
        [one] => format!("{} {}", one_of(table), name(one)),
        _ => {
            let mut names: Vec<String> = rows.iter().take(NAMED).map(name).collect();
            if rows.len() > NAMED {
                names.push(format!("{} more", rows.len() - NAMED));
            }
            format!("{} ({})", counted(table, rows.len() as u64), listed(&names))
        }
    }
}

fn counted(table: &str, count: u64) -> String {
    if count == 1 { format!("1 {}", one_of(table)) } else { format!("{count} {}", many_of(table)) }
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The table's name as the word for its rows: `crm.email_threads` as `email threads`.
fn many_of(table: &str) -> String {
    let bare = table.rsplit('.').next().unwrap_or(table).trim_matches('"');
    let unversioned = match bare.rsplit_once("_v") {
        Some((name, version)) if !version.is_empty() && version.chars().all(|c| c.is_ascii_digit()) => name,
        _ => bare,
    };
    sanitise::line(&unversioned.replace('_', " ")).into_owned()
}

fn one_of(table: &str) -> String {
    let many = many_of(table);
    if let Some(stem) = many.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let drops_two = ["sses", "ches", "shes", "xes"].iter().any(|end| many.ends_with(end));
    let keeps = many.ends_with("ss") || many.ends_with("us") || many.ends_with("is");
    let stem = if drops_two { many.strip_suffix("es") } else { many.strip_suffix('s').filter(|_| !keeps) };
    stem.map_or_else(|| many.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_tables() {
        for (table, one, many) in [
            ("crm.leads", "lead", "leads"),
            ("crm.email_threads", "email thread", "email threads"),
            ("crm.activities", "activity", "activities"),
            ("civic.polls_v2", "poll", "polls"),
            ("x.addresses", "address", "addresses"),
            ("x.status", "status", "status"),
            ("x.\"Boxes\"", "Box", "Boxes"),
            ("feedback_v2", "feedback", "feedback"),
        ] {
            assert_eq!((one_of(table).as_str(), many_of(table).as_str()), (one, many));
        }
    }
}
