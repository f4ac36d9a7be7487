//! The walk through the rows of a large operation: each row once, parents before their children, some thousand at a time, so that
//! what is in memory does not grow with their number. Whoever walks may change the rows of a part before the next is asked for.
//! It must not know what is done to the rows.

use super::super::asking::Asking;
use super::super::ground::{Ground, Relation, Table};
use super::super::rows::Row;
use super::digest;
use super::source::{Source, Way};
use crate::catalog::system::{RelationKind, RelationSpec};
use crate::model::Fault;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// Rows of a part at most.
pub(in super::super::super) const CHUNK: usize = 5_000;

/// Where a walk starts.
#[derive(Default)]
pub(super) struct Start {
    /// Walked from, parents first.
    pub rows: Vec<Row>,
    /// One row of each deletion whose other roots are walked from too.
    pub bases: Vec<Row>,
    /// Taken without what is below them, before the others.
    pub alone: Vec<Row>,
}

/// Rows that stay out, each with everything below it.
#[derive(Default)]
pub(super) struct Without {
    pub rows: HashSet<(String, Vec<String>)>,
    /// Rows of other tenants stay out.
    pub tenant: Option<String>,
    /// The scope is another system's: every row stays out.
    pub all: bool,
}

impl Without {
    fn has(&self, row: &Row) -> bool {
        let is_named = !self.rows.is_empty() && self.rows.contains(&(row.table.clone(), row.key.clone()));
        self.all || is_named || self.tenant.as_ref().is_some_and(|tenant| row.tenant.as_ref() != Some(tenant))
    }
}

/// Some rows of one table.
pub(super) struct Chunk<'a> {
    pub table: Table<'a>,
    pub via: Option<&'a RelationSpec>,
    pub depth: usize,
    pub rows: Arc<Vec<Row>>,
    /// The names of the columns that point at other parents.
    pub points: Vec<String>,
    /// Their values, row by row.
    pub pointing: Vec<Vec<Option<String>>>,
    /// Where each row lies, which is known for sure as long as it is locked and nothing has changed it.
    pub places: Vec<String>,
}

struct Level<'a> {
    /// What is still to be looked through.
    next: VecDeque<Next<'a>>,
    open: Option<Source<'a>>,
}

/// A statement is written when its turn comes: until then the rows above it may change.
enum Next<'a> {
    Ready(Box<Source<'a>>),
    Below(Relation<'a>, Arc<Vec<Row>>),
}

pub(super) struct Walk<'a> {
    ground: &'a Ground,
    asking: Asking<'a>,
    way: Way,
    locks: bool,
    without: Without,
    levels: Vec<Level<'a>>,
    is_set: bool,
    /// Rows that could be met again, where nothing changes in between.
    seen: HashSet<u128>,
    watched: HashSet<u128>,
    watches_all: bool,
    /// How many rows are asked for at a time.
    pub size: usize,
    /// Rows that stay out.
    pub left_out: u64,
}

impl<'a> Walk<'a> {
    /// A walk from these rows. One that locks has every row locked when it is handed out.
    pub fn new(
        ground: &'a Ground,
        asking: Asking<'a>,
        way: Way,
        start: &Start,
        without: Without,
        locks: bool,
    ) -> Result<Self, Fault> {
        let mut next = VecDeque::new();
        for (rows, alone) in [(&start.alone, true), (&start.rows, false)] {
            for (table, rows) in by_table(ground, rows)? {
                next.push_back(Next::Ready(Box::new(Source::rows(ground, way, &rows, table, alone, locks))));
            }
        }
        for (base, rows) in by_table(ground, &start.bases)? {
            for name in ground.parents_first(ground.tables().iter().map(Table::name)) {
                let roots = Source::roots(ground, &rows, &base, ground.needed(name)?, locks);
                next.extend(roots.map(|source| Next::Ready(Box::new(source))));
            }
        }
        let watched = start.rows.iter().chain(&start.alone).map(|row| digest::name(&row.table, &row.key)).collect();
        let levels = vec![Level { next, open: None }];
        let (seen, watches_all) = (HashSet::new(), start.bases.len() > 1);
        Ok(Self {
            ground,
            asking,
            way,
            locks,
            without,
            levels,
            seen,
            watched,
            watches_all,
            is_set: false,
            size: CHUNK,
            left_out: 0,
        })
    }

    /// The next rows; None where the walk is over.
    pub async fn next(&mut self) -> Result<Option<Chunk<'a>>, Fault> {
        if !std::mem::replace(&mut self.is_set, true) {
            // All rows of a cursor are wanted, not the first few soon.
            self.asking.rows("SET LOCAL cursor_tuple_fraction = 1", &[]).await?;
        }
        loop {
            let depth = self.levels.len();
            let Some(level) = self.levels.last_mut() else { return Ok(None) };
            if let Some(source) = level.open.clone() {
                if let Some(chunk) = self.fetch(&source, depth).await? {
                    self.descend(&source, &chunk);
                    return Ok(Some(chunk));
                }
                continue;
            }
            let source = match level.next.pop_front() {
                None => {
                    self.levels.pop();
                    continue;
                }
                Some(Next::Ready(source)) => *source,
                Some(Next::Below(relation, rows)) => Source::below(self.ground, self.way, &relation, &rows, self.locks),
            };
            let sql = format!("DECLARE {} NO SCROLL CURSOR FOR\n{}", cursor(depth), source.sql);
            self.asking.rows(&sql, &source.params).await?;
            if let Some(level) = self.levels.last_mut() {
                level.open = Some(Source { params: Vec::new(), ..source });
            }
        }
    }

    /// The next rows of an open statement, which is closed behind its last; None where none of them is to be moved.
    async fn fetch(&mut self, source: &Source<'a>, depth: usize) -> Result<Option<Chunk<'a>>, Fault> {
        let cursor = cursor(depth);
        let answer = self.asking.rows(&format!("FETCH FORWARD {} FROM {cursor}", self.size), &[]).await?;
        if answer.len() < self.size {
            self.asking.rows(&format!("CLOSE {cursor}"), &[]).await?;
            if let Some(level) = self.levels.last_mut() {
                level.open = None;
            }
        }
        let table = source.table;
        let remembers = !self.locks && (self.watches_all || can_be_met_again(self.ground, table.name()));
        let behind = table.spec.key.len() + table.deleted.columns().len() + 5;
        let mut rows = Vec::with_capacity(answer.len());
        let (mut pointing, mut places) = (Vec::new(), Vec::new());
        for mut answer in answer {
            let row = Row::read(&table, &answer, 0);
            if self.without.has(&row) {
                self.left_out += 1;
            } else if self.is_new(&row, remembers) {
                rows.push(row);
                let mut behind = answer.split_off(behind.min(answer.len()));
                places.push(behind.pop().flatten().unwrap_or_default());
                if !behind.is_empty() {
                    pointing.push(behind);
                }
            }
        }
        let points = source.points.clone();
        let chunk = Chunk { table, via: source.via, depth: depth - 1, rows: Arc::new(rows), points, pointing, places };
        Ok((!chunk.rows.is_empty()).then_some(chunk))
    }

    fn is_new(&mut self, row: &Row, remembers: bool) -> bool {
        if self.locks || !remembers && self.watched.is_empty() {
            return true;
        }
        let name = digest::name(&row.table, &row.key);
        (!remembers && !self.watched.contains(&name)) || self.seen.insert(name)
    }

    /// What is below these rows comes next.
    fn descend(&mut self, source: &Source<'a>, chunk: &Chunk<'a>) {
        if source.alone {
            return;
        }
        let below = self.ground.below(chunk.table.name()).into_iter().filter(|relation| relation.spec.cascade);
        let next = below.map(|relation| Next::Below(relation, chunk.rows.clone())).collect();
        self.levels.push(Level { next, open: None });
    }
}

fn cursor(depth: usize) -> String {
    format!("pgdeck_{depth}")
}

/// These rows by table, parents first.
pub(super) fn by_table<'a, 'r>(ground: &'a Ground, rows: &'r [Row]) -> Result<Vec<(Table<'a>, Vec<&'r Row>)>, Fault> {
    let names = ground.parents_first(rows.iter().map(|row| row.table.as_str()));
    let of = |name: &str| rows.iter().filter(|row| row.table == name).collect();
    names.into_iter().map(|name| Ok((ground.needed(name)?, of(name)))).collect()
}

/// True where a row of the table can hang under two rows that are walked, or under itself.
fn can_be_met_again(ground: &Ground, name: &str) -> bool {
    let above: Vec<Relation<'_>> = ground.above(name).into_iter().filter(|relation| relation.spec.cascade).collect();
    let kinds = above.iter().all(|relation| relation.spec.kind == RelationKind::Polymorphic)
        && above.iter().all(|relation| relation.spec.columns.first() == above[0].spec.columns.first());
    let words: HashSet<&str> = above.iter().map(|relation| relation.parent.word()).collect();
    let by_one_only = above.len() < 2 || (kinds && words.len() == above.len());
    !by_one_only || falls_to_itself(ground, name)
}

fn falls_to_itself(ground: &Ground, name: &str) -> bool {
    let mut open = vec![name];
    let mut seen = HashSet::new();
    while let Some(above) = open.pop() {
        for relation in ground.below(above).into_iter().filter(|relation| relation.spec.cascade) {
            let child = relation.spec.child.as_str();
            if child == name {
                return true;
            }
            if seen.insert(child) {
                open.push(child);
            }
        }
    }
    false
}
