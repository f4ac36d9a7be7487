//! The rows that come back together: from each named row up to the root of its deletion, then down to all that fell with it,
//! over relations only. It must not know whether they can come back.

use super::asking::Asking;
use super::ground::{Ground, Relation, Table};
use super::rows::{Row, hand};
use super::{ladder, whole};
use crate::model::operation::Reach;
use crate::model::{Fault, Kind};
use std::collections::{BTreeMap, HashMap};

/// More than this is not one person's mistake, and no longer one statement's work.
pub(super) const MOST: usize = 5_000;

/// The code of a group that has more rows: it can be walked in parts.
pub(in super::super) const TOO_MANY: &str = "54000";

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Fate {
    Back,
    /// It stays as it is, and why.
    Skip(String),
    /// It should come back and cannot, and why.
    Conflict(String),
}

#[derive(Clone, Debug)]
pub(in super::super) struct Member {
    pub row: Row,
    pub fate: Fate,
    /// The members it is a child of.
    pub parents: Vec<usize>,
    /// What is less than certain about it being here.
    pub doubt: Option<String>,
    /// The status it had before it was deleted, where that is known.
    pub was: Option<String>,
    /// Columns in which it differs from the row in its way: its value, and the other's.
    pub beside: Vec<(String, Option<String>, Option<String>)>,
}

/// Rows of one operation, each once.
#[derive(Default)]
pub(in super::super) struct Group {
    pub members: Vec<Member>,
    places: HashMap<(String, Vec<String>), usize>,
}

impl Group {
    /// The place of a row, and whether it is new.
    pub fn add(&mut self, row: Row) -> Result<(usize, bool), Fault> {
        let name = (row.table.clone(), row.key.clone());
        if let Some(place) = self.places.get(&name) {
            return Ok((*place, false));
        }
        if self.members.len() == MOST {
            return Err(Fault::new(Kind::Refused, format!("more than {MOST} rows go together"))
                .sqlstate(TOO_MANY)
                .hint("name fewer rows, and those below them first"));
        }
        self.members.push(Member {
            row,
            fate: Fate::Back,
            parents: Vec::new(),
            doubt: None,
            was: None,
            beside: Vec::new(),
        });
        self.places.insert(name, self.members.len() - 1);
        Ok((self.members.len() - 1, true))
    }

    /// The place of a row that is a member.
    pub fn place(&self, table: &str, key: &[String]) -> Option<usize> {
        self.places.get(&(table.to_owned(), key.to_vec())).copied()
    }

    pub fn link(&mut self, child: usize, parent: usize) {
        let parents = &mut self.members[child].parents;
        if child != parent && !parents.contains(&parent) {
            parents.push(parent);
        }
    }

    /// These places, by table.
    pub fn by_table(&self, places: &[usize]) -> BTreeMap<String, Vec<usize>> {
        let mut tables: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for place in places {
            tables.entry(self.members[*place].row.table.clone()).or_default().push(*place);
        }
        tables
    }

    /// The places of the rows that come back.
    pub fn back(&self) -> Vec<usize> {
        (0..self.members.len()).filter(|place| self.members[*place].fate == Fate::Back).collect()
    }

    /// The keys of these places as a statement's parameter, numbered by place.
    pub fn handed(&self, places: &[usize]) -> Option<String> {
        hand(places.iter().map(|place| (*place, self.members[*place].row.key.as_slice(), Vec::new())))
    }

    /// The rows a statement finds for these places: each with the place it was found for.
    pub async fn found(
        &self,
        asking: &Asking<'_>,
        sql: &str,
        places: &[usize],
        table: &Table<'_>,
    ) -> Result<Vec<(usize, Row)>, Fault> {
        let answer = asking.rows(sql, &[self.handed(places)]).await?;
        Ok(answer.iter().filter_map(|row| Some((number(row)?, Row::read(table, row, 1)))).collect())
    }
}

/// The number a row of an answer begins with.
pub(in super::super) fn number(row: &[Option<String>]) -> Option<usize> {
    row.first()?.as_deref()?.parse().ok()
}

/// The group of the named rows.
pub(super) async fn of(
    ground: &Ground,
    named: Vec<Row>,
    reach: Reach,
    window_s: Option<u32>,
    asking: &Asking<'_>,
) -> Result<Group, Fault> {
    let mut group = Group::default();
    let mut start = Vec::new();
    for row in named {
        let deleted = row.deleted;
        let (place, _) = group.add(row)?;
        if deleted {
            start.push(place);
        } else {
            group.members[place].fate = Fate::Skip("it is not deleted".to_owned());
        }
    }
    if reach != Reach::Only {
        climb(ground, &mut group, start.clone(), asking).await?;
        if reach == Reach::Whole {
            let all = group.back();
            whole::add(ground, &mut group, &all, asking).await?;
        }
        let all = group.back();
        fall(ground, &mut group, all, asking).await?;
    }
    if let Some(seconds) = window_s.filter(|_| reach != Reach::Only) {
        fall_within(ground, &mut group, seconds, asking).await?;
    }
    if reach == Reach::WithParents {
        let all = group.back();
        parents_too(ground, &mut group, all, asking).await?;
    }
    let all = group.back();
    join_up(ground, &mut group, &all, asking).await?;
    Ok(group)
}

/// Adds the parents that fell with these rows, and theirs, up to the roots.
pub(super) async fn climb(
    ground: &Ground,
    group: &mut Group,
    mut from: Vec<usize>,
    asking: &Asking<'_>,
) -> Result<(), Fault> {
    while !from.is_empty() {
        let mut next = Vec::new();
        for (table, places) in group.by_table(&from) {
            for relation in ground.above(&table).into_iter().filter(|relation| relation.spec.cascade) {
                let same = ladder::same(ground, &relation.child, &relation.parent);
                let condition = format!("{} AND {same}", relation.parent.is_deleted("p"));
                let found = group.found(asking, &upward(&relation, &condition), &places, &relation.parent).await?;
                next.extend(taken(group, found)?);
            }
        }
        from = next;
    }
    Ok(())
}

/// Adds what fell with these rows below them, over the relations a deletion falls through.
async fn fall(ground: &Ground, group: &mut Group, mut from: Vec<usize>, asking: &Asking<'_>) -> Result<(), Fault> {
    while !from.is_empty() {
        let mut next = Vec::new();
        for (table, places) in group.by_table(&from) {
            for relation in ground.below(&table).into_iter().filter(|relation| relation.spec.cascade) {
                let same = ladder::same(ground, &relation.child, &relation.parent);
                let condition = format!("{} AND {same}", relation.child.is_deleted("c"));
                let sql = downward(&relation, &condition);
                let found = group.found(asking, &sql, &places, &relation.child).await?;
                next.extend(taken(group, found)?);
            }
        }
        from = next;
    }
    Ok(())
}

/// Adds what was deleted below these rows at about the same time, and what fell with that. Nobody knows that it was one deletion.
async fn fall_within(ground: &Ground, group: &mut Group, seconds: u32, asking: &Asking<'_>) -> Result<(), Fault> {
    let mut from = group.back();
    while !from.is_empty() {
        let known = group.members.len();
        for (table, places) in group.by_table(&from) {
            for relation in ground.below(&table).into_iter().filter(|relation| relation.spec.cascade) {
                let Some(near) = ladder::within(&relation.child, &relation.parent, seconds) else { continue };
                let condition = format!("{} AND {near}", relation.child.is_deleted("c"));
                let found = group.found(asking, &downward(&relation, &condition), &places, &relation.child).await?;
                taken(group, found)?;
            }
        }
        let near: Vec<usize> = (known..group.members.len()).collect();
        fall(ground, group, near, asking).await?;
        from = (known..group.members.len()).collect();
        for place in &from {
            group.members[*place].doubt = Some(format!("uncertain: deleted within {seconds} s"));
        }
    }
    Ok(())
}

/// The group of live rows that fall with the named ones, over the relations a deletion falls through. What is deleted already stays.
pub(in super::super) async fn falling(ground: &Ground, named: Vec<Row>, asking: &Asking<'_>) -> Result<Group, Fault> {
    let mut group = Group::default();
    let mut from = Vec::new();
    for row in named {
        let is_gone = row.deleted;
        let (place, _) = group.add(row)?;
        if is_gone {
            group.members[place].fate = Fate::Skip("it is deleted already".to_owned());
        } else {
            from.push(place);
        }
    }
    while !from.is_empty() {
        let mut next = Vec::new();
        for (table, places) in group.by_table(&from) {
            for relation in ground.below(&table).into_iter().filter(|relation| relation.spec.cascade) {
                let sql = downward(&relation, &relation.child.is_live("c"));
                let found = group.found(asking, &sql, &places, &relation.child).await?;
                next.extend(taken(&mut group, found)?);
            }
        }
        from = next;
    }
    let all = group.back();
    join_up(ground, &mut group, &all, asking).await?;
    Ok(group)
}

/// Adds the parents that were deleted apart, and theirs; not what fell with them.
pub(super) async fn parents_too(
    ground: &Ground,
    group: &mut Group,
    mut from: Vec<usize>,
    asking: &Asking<'_>,
) -> Result<(), Fault> {
    while !from.is_empty() {
        let mut next = Vec::new();
        for (table, places) in group.by_table(&from) {
            for relation in ground.above(&table) {
                let sql = upward(&relation, &relation.parent.is_deleted("p"));
                let found = group.found(asking, &sql, &places, &relation.parent).await?;
                next.extend(taken(group, found)?);
            }
        }
        from = next;
    }
    Ok(())
}

/// Links every member to the members above it, whichever way each came in.
pub(in super::super) async fn join_up(
    ground: &Ground,
    group: &mut Group,
    places: &[usize],
    asking: &Asking<'_>,
) -> Result<(), Fault> {
    for (table, places) in group.by_table(places) {
        for relation in ground.above(&table) {
            let stands = |member: &Member| member.row.table == relation.parent.name();
            if !group.members.iter().any(stands) {
                continue;
            }
            let found = group.found(asking, &upward(&relation, "true"), &places, &relation.parent).await?;
            for (child, row) in found {
                if let Some(parent) = group.place(&row.table, &row.key) {
                    group.link(child, parent);
                }
            }
        }
    }
    Ok(())
}

/// The new ones of these rows.
fn taken(group: &mut Group, found: Vec<(usize, Row)>) -> Result<Vec<usize>, Fault> {
    let mut new = Vec::new();
    for (_, row) in found {
        let (place, is_new) = group.add(row)?;
        if is_new {
            new.push(place);
        }
    }
    Ok(new)
}

/// The parents of the children handed over.
pub(in super::super) fn upward(relation: &Relation<'_>, condition: &str) -> String {
    let list = relation.parent.select_list("p");
    let order = relation.parent.key_list("p");
    format!("SELECT s.n::text,\n  {list}\n{}\nWHERE {condition}\nORDER BY {order}", relation.joined_up())
}

/// The children of the parents handed over.
pub(super) fn downward(relation: &Relation<'_>, condition: &str) -> String {
    let list = relation.child.select_list("c");
    let order = relation.child.key_list("c");
    format!(
        "SELECT s.n::text,\n  {list}\n{}\nWHERE {condition}\nORDER BY s.n, {order}\nLIMIT {}",
        relation.joined_down(),
        MOST + 1
    )
}
