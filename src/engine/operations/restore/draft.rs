//! A plan being written from rows that have been judged: why it may not be done, what to know, the SQL. It must not know whether
//! it restores or undoes.

use super::asking::Asking;
use super::audit::{self, Said};
use super::ground::Ground;
use super::group::{Fate, upward};
use super::moves::{Moves, plan_row};
use super::rows::{Row, named};
use super::{allowed, script};
use crate::db::Envelope;
use crate::model::Fault;
use crate::model::operation::{Intent, Plan};

/// How a note about views begins before the rows are moved.
pub(super) const STALE_SOON: &str = "out of date afterwards: ";

/// What will be a plan.
pub(in super::super) struct Draft {
    pub moves: Moves,
    pub notes: Vec<String>,
    refusals: Vec<String>,
}

impl Draft {
    pub fn new(moves: Moves) -> Self {
        Self { moves, notes: Vec::new(), refusals: Vec::new() }
    }

    /// Refuses where row level security may keep rows from being seen.
    pub fn refuse_hidden(&mut self, ground: &Ground, tables: &[&str]) {
        self.refuse(allowed::hidden(ground, tables));
    }

    /// Refuses where a row cannot be moved; `otherwise` is what could be asked for instead.
    pub fn refuse_conflicts(&mut self, ground: &Ground, otherwise: &str) {
        let conflicts: Vec<String> = self
            .moves
            .group
            .members
            .iter()
            .filter_map(|member| match &member.fate {
                Fate::Conflict(why) => Some(format!("{}: {why}", named(&plan_row(ground, &member.row)))),
                _ => None,
            })
            .collect();
        if let Some(first) = conflicts.first() {
            let more = if conflicts.len() > 1 { format!(" (and {} more)", conflicts.len() - 1) } else { String::new() };
            self.refusals.push(format!("{first}{more}{otherwise}"));
        }
    }

    fn refuse(&mut self, why: impl IntoIterator<Item = (String, String)>) {
        for (why, remedy) in why {
            self.refusals.push(why);
            self.notes.push(format!("what would help: {remedy}"));
        }
    }

    /// The plan.
    pub async fn finish(
        mut self,
        ground: &Ground,
        envelope: &Envelope,
        intent: Intent,
        what: &str,
        said: &Said,
        asking: &Asking<'_>,
    ) -> Result<Plan, Fault> {
        let touched = self.moves.touched(ground)?;
        let parents = if self.moves.revives { parents(ground, &self.moves, asking).await? } else { Vec::new() };
        let held: Vec<_> = parents.iter().filter_map(|row| ground.table(&row.table)).collect();
        self.refuse(allowed::refusals(ground, &touched, &held));
        self.notes.extend(allowed::triggers(&touched, asking).await?);
        let stale = allowed::stale(&touched, asking).await?;
        if !stale.is_empty() {
            self.notes.push(format!("{STALE_SOON}{}", stale.join(", ")));
        }
        if audit::entries(ground, &self.moves, said)?.is_empty() && !touched.is_empty() {
            self.notes.push("no audit table has a word for this: pgdeck's own journal alone records it".to_owned());
        }
        if ground.standby {
            self.refusals.push("this server is a standby and takes no writes".to_owned());
        }
        if touched.is_empty() {
            let why = self.stays().unwrap_or("no row is left").to_owned();
            let verb = if self.moves.revives { "restore" } else { "delete" };
            if !self.refusals.iter().any(|own| own.contains(&why)) {
                self.refusals.push(format!("there is nothing to {verb}: {why}"));
            }
        }
        Ok(Plan {
            rows: self.moves.plan_rows(ground),
            counts: self.moves.counts(ground)?,
            sql: script::of(ground, &self.moves, &parents, envelope, what, said)?,
            notes: self.notes,
            stale,
            refused: (!self.refusals.is_empty()).then(|| self.refusals.join("; ")),
            ..Plan::of(intent)
        })
    }

    /// Why the first row that stays does so.
    fn stays(&self) -> Option<&str> {
        self.moves.group.members.iter().find_map(|member| match &member.fate {
            Fate::Skip(why) | Fate::Conflict(why) => Some(why.as_str()),
            Fate::Back => None,
        })
    }
}

/// The live parents of the rows that come back, each once: they have to stay live.
async fn parents(ground: &Ground, moves: &Moves, asking: &Asking<'_>) -> Result<Vec<Row>, Fault> {
    let mut parents: Vec<Row> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (table, places) in moves.group.by_table(&moves.group.back()) {
        for relation in ground.above(&table) {
            let sql = upward(&relation, &relation.parent.is_live("p"));
            for (_, row) in moves.group.found(asking, &sql, &places, &relation.parent).await? {
                if seen.insert((row.table.clone(), row.key.clone())) {
                    parents.push(row);
                }
            }
        }
    }
    Ok(parents)
}
