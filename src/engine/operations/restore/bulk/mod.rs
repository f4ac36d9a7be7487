//! Operations on more rows than are listed one by one: walked in parts, planned as counts and a digest, carried out part by part in
//! one transaction. What is in memory does not grow with the number of rows.

mod digest;
mod handed;
mod mover;
mod parents;
mod perform;
mod plan;
mod record;
mod source;
mod walk;

pub(in super::super) use handed::{Handed, from as handed_from};
pub(in super::super) use mover::{Batch, Mover, keys_of};
pub(in super::super) use perform::{carried_out, perform};
pub(in super::super) use plan::{CONFLICTS, LISTED, Wanted, plan};
pub(in super::super) use source::{Way, same_key};

use super::asking::Asking;
use super::ground::Ground;
use super::group::{self, Group, TOO_MANY};
use super::rows::Row;
use super::target;
use crate::model::Fault;
use crate::model::operation::{Reach, RowRef};
use crate::model::request::Scope;
use walk::{Start, Without};

/// Rows are looked up by the thousand, by keys that were read a moment ago: their pages are at hand, and without this the server
/// reads whole tables for every part.
pub(in super::super) const BY_INDEX: &str = "SET LOCAL random_page_cost = 0.1";

/// True for the fault of a group that has to be walked in parts.
pub(in super::super) fn is_too_many(fault: &Fault) -> bool {
    fault.kind == crate::model::Kind::Refused && fault.is(TOO_MANY)
}

/// Which rows an operation is about.
#[derive(Clone, Copy)]
pub(in super::super) struct About<'a> {
    pub way: Way,
    pub reach: Reach,
    /// The named table and keys, as a person wrote them.
    pub table: &'a str,
    pub keys: &'a [String],
    pub without: &'a [RowRef],
    pub scope: Option<&'a Scope>,
}

impl About<'_> {
    /// The named rows as they stand.
    async fn named(&self, ground: &Ground, asking: &Asking<'_>) -> Result<Vec<Row>, Fault> {
        let name = self.table.rsplit('.').next().unwrap_or(self.table);
        target::rows(ground, &ground.needed(name)?, self.keys, asking).await
    }

    /// Where the walk starts: at the roots above the named rows, and at those beside them.
    async fn start(&self, ground: &Ground, named: Vec<Row>, asking: &Asking<'_>) -> Result<Start, Fault> {
        let is_meant = |row: &Row| row.deleted == (self.way == Way::Back);
        let named: Vec<Row> = named.into_iter().filter(is_meant).collect();
        if self.way == Way::Fall {
            return Ok(Start { rows: named, ..Start::default() });
        }
        if self.reach == Reach::Only {
            return Ok(Start { alone: named, ..Start::default() });
        }
        let mut climbed = Group::default();
        for row in named {
            climbed.add(row)?;
        }
        let all = climbed.back();
        group::climb(ground, &mut climbed, all, asking).await?;
        let fell = climbed.members.len();
        if self.reach == Reach::WithParents {
            let all = climbed.back();
            group::parents_too(ground, &mut climbed, all, asking).await?;
        }
        let mut rows: Vec<Row> = climbed.members.into_iter().map(|member| member.row).collect();
        let alone = rows.split_off(fell);
        let bases = if self.reach == Reach::Whole { bases(&rows) } else { Vec::new() };
        Ok(Start { rows, bases, alone })
    }

    fn without(&self, ground: &Ground) -> Result<Without, Fault> {
        let rows = target::refs(ground, self.without)?.into_iter().collect();
        Ok(Without { rows, tenant: self.scope.map(|scope| scope.key.clone()) })
    }
}

/// One row of each table for each deletion and tenant.
fn bases(rows: &[Row]) -> Vec<Row> {
    let mut bases: Vec<Row> = Vec::new();
    for row in rows {
        let same = |other: &Row| other.table == row.table && other.marks == row.marks && other.tenant == row.tenant;
        if !bases.iter().any(same) {
            bases.push(row.clone());
        }
    }
    bases
}
