//! Which views are known to be out of date: refreshed through pgdeck, with base tables changed since, and older than their
//! manifest allows. It must not know how one is refreshed.

use super::super::super::local::Locals;
use super::super::super::reader::Reader;
use super::super::super::remembered;
use super::super::super::statement::Statement;
use super::super::super::survey::Bindings;
use super::super::super::{journal::Entry, journal::Whose};
use super::views::{View, in_order};
use crate::catalog::local::Local;
use crate::model::Fault;
use std::collections::{HashMap, HashSet};

const STALE: &str = include_str!("../../sql/overdue.sql");

/// The last refresh of a view.
struct Last {
    at: f64,
    changes: Option<f64>,
    is_over: bool,
}

/// The oids of the stale views, and of those nobody can judge because they were never refreshed through pgdeck.
pub(super) async fn find(
    reader: &Reader<'_>,
    bindings: &Bindings,
    entries: &[Entry],
    whose: &Whose,
    views: &[View],
) -> Result<(HashSet<String>, Vec<String>), Fault> {
    let mut locals = Locals::default();
    locals.set(Local::Refreshes, remembered::refreshes(entries, whose).to_string());
    locals.set(Local::Budgets, remembered::budgets(bindings).to_string());
    let mut statement = Statement::default();
    locals.write_around(STALE, &[Local::Refreshes, Local::Budgets], &mut statement);
    let envelope = reader.envelope_of(bindings);
    let answer = reader.ask("refresh", &envelope, &statement.sql, &statement.params).await?;
    let mut last: HashMap<(String, String), Last> = HashMap::new();
    for row in answer.rows {
        if let [Some(schema), Some(view), Some(at), changes, Some(is_over)] = row.as_slice() {
            let number = |text: &String| text.parse::<f64>().ok();
            let changes = changes.as_ref().and_then(number);
            let known = Last { at: number(at).unwrap_or_default(), changes, is_over: is_over == "true" };
            last.insert((schema.clone(), view.clone()), known);
        }
    }
    let of = |view: &View| last.get(&(view.schema.clone(), view.name.clone()));
    let unjudged = views.iter().filter(|view| of(view).is_none()).map(View::title).collect();
    Ok((judge(views, of), unjudged))
}

fn judge<'a>(views: &[View], of: impl Fn(&View) -> Option<&'a Last>) -> HashSet<String> {
    let by_oid: HashMap<&str, &View> = views.iter().map(|view| (view.oid.as_str(), view)).collect();
    let mut stale = HashSet::new();
    for view in in_order(views) {
        let Some(last) = of(view).filter(|last| last.is_over) else {
            continue;
        };
        let now = view.changes.as_ref().and_then(|changes| changes.parse::<f64>().ok());
        let has_changed = match (last.changes, now) {
            // Counters that went back were reset: whatever they count now came since.
            (Some(then), Some(now)) if now < then => now > 0.0,
            (Some(then), Some(now)) => now > then,
            _ => false,
        };
        // What it reads may have been filled anew after it, or will be.
        let is_behind = view.upstream.iter().any(|oid| {
            let read_later = by_oid.get(oid.as_str()).and_then(|up| of(up)).is_some_and(|up| up.at > last.at);
            read_later || stale.contains(oid)
        });
        if has_changed || is_behind {
            stale.insert(view.oid.clone());
        }
    }
    stale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_is_changed_or_behind_and_over_its_budget() {
        let view = |oid: &str, upstream: &[&str], changes: &str| View {
            oid: oid.into(),
            upstream: upstream.iter().map(|oid| (*oid).to_owned()).collect(),
            changes: Some(changes.into()),
            ..View::default()
        };
        let views = [
            view("fresh", &[], "5"),
            view("changed", &[], "6"),
            view("young", &[], "6"),
            view("unknown", &[], "6"),
            view("above", &["changed"], "5"),
            view("behind", &["newer"], "5"),
            view("newer", &[], "5"),
            view("reset", &[], "1"),
        ];
        let last = |at, is_over| Last { at, changes: Some(5.0), is_over };
        let known: HashMap<&str, Last> = [
            ("fresh", last(1.0, true)),
            ("changed", last(1.0, true)),
            ("young", last(1.0, false)),
            ("above", last(1.0, true)),
            ("behind", last(1.0, true)),
            ("newer", last(2.0, true)),
            ("reset", last(1.0, true)),
        ]
        .into();
        let mut stale: Vec<String> = judge(&views, |view| known.get(view.oid.as_str())).into_iter().collect();
        stale.sort();
        assert_eq!(stale, ["above", "behind", "changed", "reset"]);
    }
}
