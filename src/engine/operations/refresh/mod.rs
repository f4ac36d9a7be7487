//! Refreshing materialized views: which, in which order, how, and why (the plan). Each is refreshed in a transaction of its own.

mod mode;
mod perform;
mod stale;
mod views;
mod watch;

pub(super) use perform::{idle, perform};

use super::super::journal::{Entry, Journal, Whose};
use super::super::reader::Reader;
use super::super::remembered;
use super::super::survey::Bindings;
use super::Work;
use crate::model::Fault;
use crate::model::deck::Facts;
use crate::model::operation::{Intent, Plan, PlanRow, RefreshMode, Views};
use std::collections::{BTreeMap, HashSet};
use views::View;

/// How long a refresh waits for its lock where the settings say no limit: whoever wants to read meanwhile waits behind it.
const LOCK_TIMEOUT_MS: u32 = 2000;
/// Earlier refreshes the usual time is taken from.
const HISTORY: usize = 9;

/// Which views, in which order, in which mode and why.
pub(super) async fn plan(
    reader: &Reader<'_>,
    bindings: &Bindings,
    journal: &Journal,
    whose: &Whose,
    wanted: Views,
    mode: RefreshMode,
) -> Result<Plan, Fault> {
    let facts = &bindings.survey.facts;
    let mut plan = Plan::of(Intent::Refresh { views: wanted.clone(), mode });
    if facts.in_recovery {
        plan.refused = Some("this is a standby: views are refreshed on the primary".into());
    }
    let views = views::read(reader, &reader.envelope_of(bindings), true).await?;
    let entries = journal.read();
    let chosen = match &wanted {
        Views::Named(names) => names.iter().map(|name| Ok(views::named(&views, name)?.oid.clone())).collect(),
        Views::All => Ok(views.iter().map(|view| view.oid.clone()).collect()),
        Views::Stale => {
            let (stale, unjudged) = stale::find(reader, bindings, &entries, whose, &views).await?;
            plan.notes.extend(unjudged_note(&unjudged));
            Ok(stale)
        }
    };
    let chosen: HashSet<String> = chosen?;
    let lock_timeout_ms = lock_timeout(reader);
    let choice = Choice { views: &views, facts, mode, chosen, is_named: matches!(wanted, Views::Named(_)) };
    choice.write(&mut plan, lock_timeout_ms);
    let usual = usual(&entries, whose);
    for row in plan.rows.iter_mut().filter(|row| row.action == "refresh") {
        let view = views.iter().find(|view| Some(view.oid.as_str()) == row.seen_of("oid"));
        row.label = view.map(|view| measures(view, usual.get(&key(row)).copied()));
    }
    plan.notes.extend(held(reader, bindings, &plan, &views).await?);
    closing_notes(&mut plan, lock_timeout_ms);
    Ok(plan)
}

/// The lock timeout of the settings, but never none.
pub(super) fn lock_timeout(reader: &Reader<'_>) -> u32 {
    match reader.envelope.lock_timeout_ms {
        0 => LOCK_TIMEOUT_MS,
        set => set,
    }
}

struct Choice<'a> {
    views: &'a [View],
    facts: &'a Facts,
    mode: RefreshMode,
    chosen: HashSet<String>,
    /// They were named one by one: one that cannot be refreshed refuses all.
    is_named: bool,
}

impl Choice<'_> {
    fn write(&self, plan: &mut Plan, lock_timeout_ms: u32) {
        let mut filled = HashSet::new();
        let mut refusals = Vec::new();
        for view in views::in_order(self.views).into_iter().filter(|view| self.chosen.contains(&view.oid)) {
            let (action, reason, way) = match self.decide(view, &filled) {
                Ok((way, reason)) => ("refresh", reason, Some(way)),
                Err(reason) => ("skip", reason, None),
            };
            let mut seen = vec![("oid".to_owned(), Some(view.oid.clone()))];
            match way {
                Some(way) => {
                    filled.insert(view.oid.as_str());
                    seen.push(("mode".to_owned(), Some(way.name().to_owned())));
                    plan.sql.extend(statements(view, way, lock_timeout_ms));
                }
                None => refusals.push(format!("{}: {reason}", view.title())),
            }
            plan.rows.push(PlanRow {
                table: view.title(),
                action: action.to_owned(),
                reason: Some(reason),
                seen,
                ..PlanRow::default()
            });
        }
        let none_left = filled.is_empty() && !refusals.is_empty();
        if (self.is_named && !refusals.is_empty()) || none_left {
            plan.refused = plan.refused.take().or_else(|| Some(refusals.join("; ")));
        }
        if !filled.is_empty() {
            plan.counts.push(("materialized views".to_owned(), filled.len() as u64));
        }
    }

    fn decide(&self, view: &View, filled: &HashSet<&str>) -> Result<(mode::Way, String), String> {
        if let Some(reason) = mode::forbidden(view, self.facts) {
            return Err(reason);
        }
        if let Some(unfilled) = mode::unfilled(view, self.views, filled) {
            return Err(format!("reads {0}, which is not populated: refresh {0} too", unfilled.title()));
        }
        mode::decide(view, self.mode)
    }
}

fn statements(view: &View, way: mode::Way, lock_timeout_ms: u32) -> [String; 5] {
    // A line break or a carriage return in a name would end the comment, and the rest of it would be run.
    let who = format!("-- as {}, or a role that may refresh {}", view.owner, view.title());
    let who = who.replace(char::is_control, " ");
    [
        format!("{who}\nBEGIN"),
        format!("SET LOCAL lock_timeout = '{lock_timeout_ms}ms'"),
        "SET LOCAL statement_timeout = 0".to_owned(),
        way.statement(view),
        "COMMIT".to_owned(),
    ]
}

fn unjudged_note(unjudged: &[String]) -> Option<String> {
    let named = unjudged.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    let more = if unjudged.len() > 5 { ", …" } else { "" };
    (!unjudged.is_empty())
        .then(|| format!("never refreshed through pgdeck, so nobody knows whether they are stale: {named}{more}"))
}

/// Median milliseconds of earlier refreshes, by view and way.
fn usual(entries: &[Entry], whose: &Whose) -> BTreeMap<(String, String), f64> {
    let mut took: BTreeMap<(String, String), Vec<f64>> = BTreeMap::new();
    for row in remembered::refreshes_of(entries, whose) {
        if let Some(ms) = row.seen_of("ms").and_then(|ms| ms.parse().ok()) {
            took.entry(key(row)).or_default().push(ms);
        }
    }
    let median = |mut all: Vec<f64>| {
        let mut newest = all.split_off(all.len().saturating_sub(HISTORY));
        newest.sort_by(f64::total_cmp);
        newest[newest.len() / 2]
    };
    took.into_iter().map(|(key, all)| (key, median(all))).collect()
}

fn key(row: &PlanRow) -> (String, String) {
    (row.table.clone(), row.seen_of("mode").unwrap_or_default().to_owned())
}

/// Size, rows and the usual time, each where it is known.
fn measures(view: &View, usual_ms: Option<f64>) -> String {
    let size = view.bytes.map(size);
    let rows = view.rows.as_ref().map(|rows| format!("~{rows} rows"));
    let took = usual_ms.map(|ms| format!("usually {}", duration(ms)));
    [size, rows, took].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Seconds with one digit, milliseconds where that is less.
pub(super) fn duration(ms: f64) -> String {
    if ms < 1000.0 { format!("{ms:.0} ms") } else { format!("{:.1} s", ms / 1000.0) }
}

fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// Who holds a lock in the way at the moment.
async fn held(reader: &Reader<'_>, bindings: &Bindings, plan: &Plan, views: &[View]) -> Result<Vec<String>, Fault> {
    let refreshes = plan.rows.iter().filter(|row| row.action == "refresh").filter_map(|row| {
        let view = views.iter().find(|view| Some(view.oid.as_str()) == row.seen_of("oid"))?;
        Some((view, mode::Way::of(row.seen_of("mode")?)))
    });
    let refreshes: Vec<_> = refreshes.collect();
    let holders = watch::holders(reader, &reader.envelope_of(bindings), &refreshes).await?;
    Ok(holders.iter().map(|holder| format!("in the way now: {holder}")).collect())
}

fn closing_notes(plan: &mut Plan, lock_timeout_ms: u32) {
    if plan.rows.is_empty() {
        plan.notes.insert(0, "nothing is to be refreshed".to_owned());
        return;
    }
    let seconds = f64::from(lock_timeout_ms) / 1000.0;
    plan.notes.push(format!(
        "each view is refreshed in a transaction of its own and waits at most {seconds} s for a lock; the first failure ends \
         the chain"
    ));
}
