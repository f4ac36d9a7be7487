//! Tables a check must see whole: a row that is hidden from the role would be a finding that is not told. Asked once for
//! all checks of a system.

use super::hand::Hand;
use super::task::{Lot, Task};
use crate::db::Envelope;
use crate::db::quote::identifier;
use crate::engine::statement::Statement;
use crate::model::finding::Status;
use crate::model::{Fault, Source};
use std::collections::{BTreeMap, BTreeSet};

const SQL: &str = include_str!("whole.sql");

/// Settles the checks whose tables this role does not see whole.
pub async fn settle(hand: &mut Hand<'_>, lots: &mut [Lot], envelope: &Envelope, user: &str) -> Result<(), Fault> {
    let mut wanted: BTreeMap<Source, BTreeSet<String>> = BTreeMap::new();
    for lot in lots.iter() {
        if let Lot::Run(Task { source: Some(source), spec, .. }) = lot {
            wanted.entry(source.clone()).or_default().extend(spec.whole.iter().cloned());
        }
    }
    wanted.retain(|_, tables| !tables.is_empty());
    for (source, tables) in wanted {
        let mut statement = Statement { sql: SQL.to_owned(), ..Statement::default() };
        let names = serde_json::Value::from_iter(tables).to_string();
        statement.params = vec![Some(source.schema.clone()), Some(names)];
        let hidden: BTreeMap<String, String> = match hand.ask("verify", envelope, &statement).await? {
            Ok(answer) => answer.rows.into_iter().filter_map(|row| reason(&source, row, user)).collect(),
            Err(fault) => {
                apply(lots, &source, Status::Failed, |_| Some(&fault.message));
                continue;
            }
        };
        apply(lots, &source, Status::Skipped, |table| hidden.get(table));
    }
    Ok(())
}

/// Why a table is not seen whole; None where it is.
fn reason(source: &Source, row: Vec<Option<String>>, user: &str) -> Option<(String, String)> {
    let [table, state] = <[Option<String>; 2]>::try_from(row).ok()?;
    let (table, name) = (table?, identifier(user));
    let whole = format!("{}.{table}", source.schema);
    let reason = match state.as_deref() {
        Some("whole") => return None,
        Some("hidden") => format!(
            "needs SELECT on all of {whole}: row level security hides rows from {user} (ask as a role with BYPASSRLS, or \
             ALTER ROLE {name} BYPASSRLS)"
        ),
        Some("denied") => format!("needs SELECT on all of {whole} (GRANT SELECT ON {whole} TO {name})"),
        _ => {
            format!(
                "needs the table {whole}, and {user} sees none: it is missing, or needs GRANT USAGE ON SCHEMA {} TO {name}",
                source.schema
            )
        }
    };
    Some((table, reason))
}

/// Settles the checks of this place for one of whose tables there is a reason.
fn apply<'r>(lots: &mut [Lot], source: &Source, status: Status, why: impl Fn(&str) -> Option<&'r String>) {
    for lot in lots {
        let Lot::Run(task) = lot else { continue };
        let here = task.source.as_ref() == Some(source);
        if let Some(reason) = task.spec.whole.iter().find_map(|table| why(table)).filter(|_| here) {
            *lot = Lot::Settled(task.run(status, Some(reason.clone()), 0.0));
        }
    }
}
