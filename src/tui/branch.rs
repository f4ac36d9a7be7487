//! Leaving branches of a plan out and taking them in again: each time the plan is asked for anew, with the cursor kept on its row.
//! What is carried out is always what is shown.

use super::app::App;
use super::msg::Effect;
use super::offers::Offer;
use super::operation::{Operation, Stage};
use super::overlay::Choice;
use super::wording::on_screen;
use crate::model::operation::{Intent, PlanRow, Reach, Restore, RowRef};

/// What the key does to the row under the cursor of a plan to restore.
#[derive(Clone, Debug, PartialEq)]
pub enum Tick {
    LeaveOut(RowRef),
    TakeIn(RowRef),
}

impl Operation {
    /// What the key does to the row under the cursor, or why it does nothing.
    pub fn tick(&self) -> Result<Tick, String> {
        let Intent::Restore(restore) = &self.intent else {
            let article = if self.intent.name().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
            return Err(format!("{article} {} is taken whole: nothing of it can be left out", self.intent.name()));
        };
        if !matches!(self.stage, Stage::Planned(_)) {
            return Err("there is no plan here to leave rows out of".to_owned());
        }
        let Some(row) = self.current() else {
            return Err("there is no row here to leave out".to_owned());
        };
        let own = RowRef::of(row);
        if restore.without.contains(&own) {
            return Ok(Tick::TakeIn(own));
        }
        if row.action == "skip" {
            let why = row.reason.as_deref().unwrap_or("it is left out");
            return Err(format!("it stays as it is: {}", on_screen(why, &self.keys.otherwise)));
        }
        if !self.leaves_some() {
            return Err("all the others hang below this row: without it nothing is left to restore".to_owned());
        }
        Ok(Tick::LeaveOut(own))
    }

    /// Something would come back without the row under the cursor and what stands below it.
    fn leaves_some(&self) -> bool {
        let rows = self.rows();
        let depth = rows.get(self.cursor).map_or(0, |row| row.depth);
        let below = rows.iter().skip(self.cursor + 1).take_while(|row| row.depth > depth).count();
        let (before, behind) = (&rows[..self.cursor.min(rows.len())], rows.get(self.cursor + 1 + below..));
        before.iter().chain(behind.unwrap_or_default()).any(|row| row.action != "skip")
    }
}

impl App {
    /// Leaves the row under the cursor out with its branch, or takes it in again.
    pub(super) fn turn_branch(&mut self) -> Vec<Effect> {
        let Some(operation) = self.operation() else {
            return Vec::new();
        };
        let tick = match operation.tick() {
            Ok(tick) => tick,
            Err(reason) => {
                self.say(reason);
                return Vec::new();
            }
        };
        let Some(id) = self.place().map(|place| place.id) else {
            return Vec::new();
        };
        if let Some(operation) = self.operation_by_id(id)
            && let Intent::Restore(restore) = &mut operation.intent
        {
            match tick {
                Tick::LeaveOut(row) => restore.without.push(row),
                Tick::TakeIn(row) => restore.without.retain(|own| *own != row),
            }
            operation.hold();
        }
        self.ask_plan(id)
    }
}

fn roots(rows: &[PlanRow]) -> impl Iterator<Item = &PlanRow> {
    rows.iter().filter(|row| row.depth == 0)
}

/// Ways to restore other branches than the plan on the screen does.
pub(super) fn other_branches(operation: &Operation, restore: &Restore) -> Vec<Choice<Offer>> {
    let way = |label: &str, note: String, restore: Restore| Choice {
        label: label.to_owned(),
        note,
        is_off: false,
        target: Ok(Intent::Restore(restore)),
    };
    let mut ways = Vec::new();
    let rows = operation.rows();
    if roots(rows).count() > 1 {
        if let Some(root) = operation.current().filter(|row| row.depth == 0) {
            let own = RowRef::of(root);
            let name = root.label.clone().unwrap_or_else(|| own.key.clone());
            let alone = Restore {
                table: own.table,
                keys: vec![own.key],
                reach: Reach::Deletion,
                without: Vec::new(),
                ..restore.clone()
            };
            ways.push(way(&format!("Restore this branch alone: {name}"), String::new(), alone));
        }
        let without: Vec<RowRef> = roots(rows).map(RowRef::of).collect();
        if is_listed_whole(operation) && without.iter().any(|row| !restore.without.contains(row)) {
            let none = Restore { without, ..restore.clone() };
            ways.push(way("Leave every branch out, to take some in", String::new(), none));
        }
    }
    if !restore.without.is_empty() {
        let all = Restore { without: Vec::new(), ..restore.clone() };
        ways.push(way("Take in again what is left out", format!("{} rows", restore.without.len()), all));
    }
    ways
}

/// The plan names every row it restores; of very many it lists the first.
fn is_listed_whole(operation: &Operation) -> bool {
    let counted = operation.planned().map_or(0, |plan| plan.counts.iter().map(|(_, count)| count).sum::<u64>());
    let listed = operation.rows().iter().filter(|row| row.action == "restore").count() as u64;
    counted <= listed
}

/// The one branch of the plan is that of the row that was asked for.
pub(super) fn is_one_branch(operation: &Operation, restore: &Restore) -> bool {
    let mut roots = roots(operation.rows()).map(RowRef::of);
    let is_named = roots.next().is_some_and(|root| root.table == restore.table && restore.keys == [root.key]);
    is_named && roots.next().is_none() && is_listed_whole(operation)
}

/// The row under the cursor and no other.
pub(super) fn alone(operation: &Operation, restore: &Restore) -> Restore {
    let alone = Restore { reach: Reach::Only, without: Vec::new(), window_s: None, ..restore.clone() };
    match operation.current().map(RowRef::of) {
        Some(RowRef { table, key }) => Restore { table, keys: vec![key], ..alone },
        None => alone,
    }
}
