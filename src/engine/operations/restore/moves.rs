//! Rows that go from deleted to live or back, with the values their marks get: what a restore, an undo and a redo have in common.
//! It must not know which of them it is.

use super::before;
use super::ground::{Ground, Table};
use super::group::{Fate, Group, Member};
use super::rows::{Row, key_of, seen};
use crate::catalog::system::DeletedKind;
use crate::model::Fault;
use crate::model::operation::{Plan, PlanRow};

/// Columns and the values they get.
pub(in super::super) type Marks = Vec<(String, Option<String>)>;

/// Rows and where they go.
pub(in super::super) struct Moves {
    pub group: Group,
    /// What each member's marks become, by its place.
    pub to: Vec<Marks>,
    /// The rows become live; otherwise they are deleted again.
    pub revives: bool,
    /// An operation is taken back: what was live below deleted rows before it may be so again.
    pub takes_back: bool,
}

impl Moves {
    /// Every row becomes live.
    pub fn reviving(ground: &Ground, group: Group) -> Result<Self, Fault> {
        let live = |member: &Member| before::live(&ground.needed(&member.row.table)?, member.was.as_deref());
        let to = group.members.iter().map(live).collect::<Result<_, _>>()?;
        Ok(Self { group, to, revives: true, takes_back: false })
    }

    /// The rows a plan moves, with the marks of each.
    pub fn of_plan(
        ground: &Ground,
        plan: &Plan,
        revives: bool,
        to: impl Fn(&Table<'_>, &PlanRow) -> Result<Marks, Fault>,
    ) -> Result<Self, Fault> {
        let mut moves = Self { group: Group::default(), to: Vec::new(), revives, takes_back: false };
        let action = if revives { "restore" } else { "delete" };
        for planned in plan.rows.iter().filter(|row| row.action == action) {
            let table = ground.planned(&planned.table)?;
            let marks = table.deleted.columns().into_iter();
            let row = Row {
                table: table.name().to_owned(),
                key: key_of(planned),
                label: planned.label.clone(),
                tenant: None,
                marks: marks.map(|name| (name.to_owned(), seen(planned, name).map(str::to_owned))).collect(),
                xmin: seen(planned, "xmin").unwrap_or_default().to_owned(),
                tableoid: seen(planned, "tableoid").unwrap_or_default().to_owned(),
                deleted: revives,
            };
            if moves.group.add(row)?.1 {
                moves.to.push(to(&table, planned)?);
            }
        }
        Ok(moves)
    }

    /// The same moves of these rows, as they were read anew.
    pub fn with(&self, group: Group) -> Self {
        Self { group, to: self.to.clone(), revives: self.revives, takes_back: self.takes_back }
    }

    /// The tables of the rows that move, parents first, each with the places of its rows.
    pub fn tables<'a>(&self, ground: &'a Ground) -> Result<Vec<(Table<'a>, Vec<usize>)>, Fault> {
        let by_table = self.group.by_table(&self.group.back());
        let order = ground.parents_first(by_table.keys().map(String::as_str));
        order.into_iter().map(|name| Ok((ground.needed(name)?, by_table[name].clone()))).collect()
    }

    /// The columns that are set in each of these tables.
    pub fn touched<'a>(&self, ground: &'a Ground) -> Result<Vec<(Table<'a>, Vec<String>)>, Fault> {
        let tables = self.tables(ground)?.into_iter();
        Ok(tables.map(|(table, places)| (table, self.columns(&places))).collect())
    }

    /// The columns that are set in rows of one table.
    pub fn columns(&self, places: &[usize]) -> Vec<String> {
        let first = places.first().and_then(|place| self.to.get(*place));
        first.map(|marks| marks.iter().map(|(name, _)| name.clone()).collect()).unwrap_or_default()
    }

    /// How many rows of each table move.
    pub fn counts(&self, ground: &Ground) -> Result<Vec<(String, u64)>, Fault> {
        Ok(self.tables(ground)?.into_iter().map(|(table, places)| (table.shown(), places.len() as u64)).collect())
    }

    /// The members as rows of a plan, each below what it hangs under.
    pub fn plan_rows(&self, ground: &Ground) -> Vec<PlanRow> {
        let action = if self.revives { "restore" } else { "delete" };
        let row = |(place, depth): (usize, usize)| {
            let Member { row, fate, doubt, beside, was, .. } = &self.group.members[place];
            let (action, reason) = match fate {
                Fate::Back => (action, doubt.clone()),
                Fate::Skip(why) => ("skip", Some(why.clone())),
                Fate::Conflict(why) => ("conflict", Some(why.clone())),
            };
            PlanRow {
                action: action.to_owned(),
                reason,
                depth,
                beside: beside.clone(),
                was: was.clone(),
                to: if self.takes_back && *fate == Fate::Back { self.to[place].clone() } else { Marks::new() },
                ..plan_row(ground, row)
            }
        };
        self.tree().into_iter().map(row).collect()
    }

    /// Every place once, each below its first parent.
    fn tree(&self) -> Vec<(usize, usize)> {
        let members = &self.group.members;
        let mut children = vec![Vec::new(); members.len()];
        for (place, member) in members.iter().enumerate() {
            if let Some(parent) = member.parents.first() {
                children[*parent].push(place);
            }
        }
        let mut tree = Vec::new();
        let mut seen = vec![false; members.len()];
        let roots = (0..members.len()).filter(|place| members[*place].parents.is_empty());
        // What stands in a circle has no root and comes last.
        for root in roots.chain(0..members.len()) {
            let mut open = vec![(root, 0)];
            while let Some((place, depth)) = open.pop() {
                if !std::mem::replace(&mut seen[place], true) {
                    tree.push((place, depth));
                    open.extend(children[place].iter().rev().map(|child| (*child, depth + 1)));
                }
            }
        }
        tree
    }
}

/// A row as a plan or a receipt names it.
pub(in super::super) fn plan_row(ground: &Ground, row: &Row) -> PlanRow {
    let keys = ground.table(&row.table).map(|table| table.spec.key.clone()).unwrap_or_default();
    PlanRow {
        table: format!("{}.{}", ground.source.schema, row.table),
        key: keys.into_iter().zip(row.key.iter().cloned().map(Some)).collect(),
        label: row.label.clone(),
        seen: row.seen(),
        ..PlanRow::default()
    }
}

/// True where these marks mean that the row is live.
pub(in super::super) fn is_live(table: &Table<'_>, marks: &Marks) -> bool {
    let marker = marks.iter().find(|(name, _)| *name == table.deleted.column).and_then(|(_, value)| value.as_deref());
    match table.deleted.kind {
        DeletedKind::Timestamp => marker.is_none(),
        DeletedKind::Boolean | DeletedKind::Status => marker != Some(table.dead()),
    }
}

/// True where a row that was seen with these marks was live.
pub(in super::super) fn was_live(ground: &Ground, row: &PlanRow) -> Result<bool, Fault> {
    let marks = row.seen.iter().filter(|(name, _)| name != "xmin" && name != "tableoid").cloned().collect();
    Ok(is_live(&ground.planned(&row.table)?, &marks))
}
