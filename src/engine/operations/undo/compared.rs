//! The rows of an operation's part beside those that stand: which were changed since, and what others keep from being put back.
//! It must not change anything.

use super::super::super::journal::{Part, Values, Written};
use super::super::restore::bulk::{CONFLICTS, Handed, handed_from, keys_of, same_key};
use super::super::restore::{self, Asking, Ground, Relation, Row, Table};
use crate::model::operation::PlanRow;
use crate::model::{Fault, Kind};

/// Rows of a part that have another version than they were left with.
pub(super) struct Differing {
    pub count: u64,
    pub first: Vec<usize>,
}

pub(super) async fn differing(
    table: &Table<'_>,
    part: &Part,
    asking: &Asking<'_>,
    lock: &str,
) -> Result<Differing, Fault> {
    let mut params = Vec::new();
    let from = handed_from("h", &with_versions(table, part), &mut params);
    // Written as one step, so that every row is locked before any is compared.
    let sql = format!(
        "WITH l AS MATERIALIZED (\n  SELECT\n    h.n,\n    t.xmin = h.xmin AS is_same\n  FROM {from}\n  JOIN {} AS t ON {}\n  ORDER BY {}{lock}\n),\n\
         w AS (\n  SELECT g.n, COALESCE(l.is_same, false) AS is_same\n  FROM pg_catalog.generate_series(0, {} - 1) AS g (n)\n  LEFT JOIN l ON l.n = g.n\n)\n\
         SELECT\n  w.n::text,\n  (pg_catalog.count(*) OVER ())::text\nFROM w\nWHERE NOT w.is_same\nORDER BY w.n\nLIMIT {CONFLICTS}",
        table.quoted(),
        same_key(table, "t", "h"),
        table.key_list("t"),
        part.len(),
    );
    let rows = asking.rows(&sql, &params).await?;
    let number = |row: &Vec<Option<String>>, at: usize| row.get(at)?.as_deref()?.parse::<u64>().ok();
    let count = rows.first().and_then(|row| number(row, 1)).unwrap_or_default();
    let first = rows.iter().filter_map(|row| number(row, 0)).filter_map(|n| usize::try_from(n).ok()).collect();
    Ok(Differing { count, first })
}

/// A row of a part that cannot be put back, and the row in its way.
pub(super) struct Barred {
    pub place: usize,
    pub why: String,
    table: String,
    key: Vec<String>,
}

/// Rows of a part that cannot be put back because of others: live rows that came below them, or a parent that is deleted.
pub(super) async fn barred(
    ground: &Ground,
    table: &Table<'_>,
    part: &Part,
    revives: bool,
    asking: &Asking<'_>,
) -> Result<Vec<Barred>, Fault> {
    let mut all = Vec::new();
    let relations = if revives { ground.above(table.name()) } else { ground.below(table.name()) };
    for relation in relations.into_iter().filter(|relation| revives || relation.spec.cascade) {
        let mut params = Vec::new();
        let (own, other) = if revives { (&relation.child, "p") } else { (&relation.parent, "c") };
        let mut sql = from_part(&relation, own, part, revives, &mut params);
        let (list, condition) = match revives {
            // One that was deleted along with it comes back along with it.
            true => {
                (relation.parent.select_list("p"), format!("{} AND p.xmin <> h.xmin", relation.parent.is_deleted("p")))
            }
            // Older ones were live below it before, too.
            false => {
                let newer = "pg_catalog.age(c.xmin) < pg_catalog.age(h.xmin)";
                (relation.child.select_list("c"), format!("{} AND {newer}", relation.child.is_live("c")))
            }
        };
        sql = format!(
            "SELECT h.n::text,\n  {list}\n{sql}\nWHERE {condition}\nORDER BY h.n, {}\nLIMIT {CONFLICTS}",
            if revives { relation.parent.key_list(other) } else { relation.child.key_list(other) },
        );
        let met = if revives { relation.parent } else { relation.child };
        for row in asking.rows(&sql, &params).await? {
            let found = Row::read(&met, &row, 1);
            let Some(place) = row.first().cloned().flatten().and_then(|n| n.parse().ok()) else { continue };
            let label = found.label.clone().unwrap_or_else(|| found.key.join(" "));
            let why = match revives {
                true => format!("its {} {label:?} is deleted", met.word()),
                false => format!("the {} {label:?} below it is live, and came or was changed since", met.word()),
            };
            all.push(Barred { place, why, table: met.shown(), key: found.key });
        }
    }
    Ok(all)
}

/// Those that are barred by rows the operation did not touch. What became of the others is told of themselves.
pub(super) fn strangers(mut barred: Vec<Barred>, written: &mut Written) -> Result<Vec<Barred>, Fault> {
    for nr in 0..written.count() {
        if barred.is_empty() {
            break;
        }
        let part = written.read(nr)?;
        let is_in = |own: &Barred| (0..part.len()).any(|place| part.key(place) == own.key);
        barred.retain(|own| own.table != part.table || !is_in(own));
    }
    Ok(barred)
}

/// Fails where a row of a part is barred now. A parent that comes back in the same change has come by the end of it.
pub(super) async fn bar(
    ground: &Ground,
    table: &Table<'_>,
    part: &Part,
    revives: bool,
    asking: &Asking<'_>,
) -> Result<(), Fault> {
    match barred(ground, table, part, revives, asking).await?.into_iter().next() {
        None => Ok(()),
        Some(Barred { place, why, .. }) => {
            let row = left(table, part, place, revives);
            Err(refused(&format!("{}: {why}", shown(table, &row))).hint("look at the new plan and decide again"))
        }
    }
}

/// FOR SHARE: the key lock of a foreign key would let a soft delete through.
pub(super) async fn hold_parents(
    ground: &Ground,
    table: &Table<'_>,
    part: &Part,
    asking: &Asking<'_>,
) -> Result<(), Fault> {
    for relation in ground.above(table.name()) {
        let mut params = Vec::new();
        let from = handed_from("h", &keys_of(table, part), &mut params);
        let sql = format!(
            "WITH l AS MATERIALIZED (\n  SELECT 1\n  FROM {} AS p\n  WHERE EXISTS (\n    SELECT 1\n    FROM {from}\n    JOIN {} AS c ON {}\n    WHERE {}\n  )\n  ORDER BY {}\n  FOR SHARE OF p\n)\nSELECT pg_catalog.count(*)::text\nFROM l",
            relation.parent.quoted(),
            relation.child.quoted(),
            same_key(&relation.child, "c", "h"),
            relation.joins(),
            relation.parent.key_list("p"),
        );
        asking.rows(&sql, &params).await?;
    }
    Ok(())
}

/// FROM the rows of a part, as one side of a relation, to the other side.
fn from_part(
    relation: &Relation<'_>,
    own: &Table<'_>,
    part: &Part,
    revives: bool,
    params: &mut Vec<Option<String>>,
) -> String {
    let from = handed_from("h", &with_versions(own, part), params);
    let (own_as, other, other_as) = if revives { ("c", &relation.parent, "p") } else { ("p", &relation.child, "c") };
    format!(
        "FROM {from}\nJOIN {} AS {own_as} ON {}\nJOIN {} AS {other_as} ON {}",
        own.quoted(),
        same_key(own, own_as, "h"),
        other.quoted(),
        relation.joins(),
    )
}

fn with_versions<'a>(table: &Table<'a>, part: &'a Part) -> Vec<Handed<'a>> {
    let mut columns = keys_of(table, part);
    let values = (0..part.len()).map(|place| part.version.at(place)).collect();
    columns.push(Handed { name: "xmin", type_name: "xid", values });
    columns
}

/// The rows of a part as they stand, in its order.
pub(super) async fn as_they_stand(table: &Table<'_>, part: &Part, asking: &Asking<'_>) -> Result<Vec<Row>, Fault> {
    let mut params = Vec::new();
    let from = handed_from("h", &keys_of(table, part), &mut params);
    let sql = format!(
        "SELECT\n  {}\nFROM {from}\nJOIN {} AS t ON {}\nORDER BY h.n",
        table.select_list("t"),
        table.quoted(),
        same_key(table, "t", "h"),
    );
    let rows: Vec<Row> = asking.rows(&sql, &params).await?.iter().map(|row| Row::read(table, row, 0)).collect();
    if rows.len() == part.len() { Ok(rows) } else { Err(refused(&format!("rows of {} are gone", table.shown()))) }
}

/// A row of a part as the operation left it, with the marks it had before.
pub(super) fn left(table: &Table<'_>, part: &Part, place: usize, revives: bool) -> Row {
    let mark = |(name, values): &(String, Values)| (name.clone(), values.at(place).map(str::to_owned));
    Row {
        table: table.name().to_owned(),
        key: part.key(place),
        label: None,
        tenant: part.tenants.at(place).map(str::to_owned),
        marks: part.before.iter().map(mark).collect(),
        xmin: part.version.at(place).unwrap_or_default().to_owned(),
        tableoid: String::new(),
        deleted: revives,
    }
}

pub(super) fn shown(table: &Table<'_>, row: &Row) -> String {
    let key = table.spec.key.iter().cloned().zip(row.key.iter().cloned().map(Some)).collect();
    restore::named(&PlanRow { table: table.shown(), key, ..PlanRow::default() })
}

pub(super) fn refused(why: &str) -> Fault {
    Fault::new(Kind::Refused, format!("nothing has been changed: {why}"))
}
