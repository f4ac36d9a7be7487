//! Constraints that rows would break by coming back: unique keys and exclusions, against the live rows and among themselves, and
//! checks. It looks and does not lock, so the change itself can still meet one.

use super::asking::Asking;
use super::ground::{Ground, Table};
use super::group::{Fate, Group, number};
use super::moves::Marks;
use super::rows::hand;
use super::{before, beside};
use crate::db::quote::identifier;
use crate::model::Fault;
use std::collections::{HashMap, HashSet};

const SQL: &str = include_str!("../../sql/unique.sql");
const CHECKS: &str = include_str!("../../sql/row_checks.sql");

/// A row that cannot come back.
pub(in super::super) struct Clash {
    pub place: usize,
    pub why: String,
    /// The key of the live row in its way.
    pub live: Option<Vec<String>>,
}

/// A unique index, as the server spells its parts.
struct Unique {
    name: String,
    /// Two rows without a value count as equal.
    nulls_equal: bool,
    keys: Vec<String>,
    predicate: Option<String>,
    /// The columns all of this reads.
    reads: Vec<String>,
    /// What decides instead of equality; empty for a unique index.
    operators: Vec<String>,
}

/// New values of the columns that are set: of every place, in the order of the columns.
pub(in super::super) type Values<'a> = &'a (dyn Fn(usize) -> Vec<(String, Option<String>)> + Sync);

/// Marks rows that cannot come back as live rows because of a unique index.
pub(super) async fn mark(ground: &Ground, group: &mut Group, asking: &Asking<'_>) -> Result<(), Fault> {
    for (table, places) in group.by_table(&group.back()) {
        let own = ground.needed(&table)?;
        let live = |place: &usize| Ok((*place, before::live(&own, group.members[*place].was.as_deref())?));
        let live: HashMap<usize, Marks> = places.iter().map(live).collect::<Result<_, Fault>>()?;
        let to = move |place: usize| live.get(&place).cloned().unwrap_or_default();
        let clashes = of(ground, group, &table, &places, &to, asking).await?;
        beside::show(ground, group, &table, &clashes, asking).await?;
        for clash in clashes {
            group.members[clash.place].fate = Fate::Conflict(clash.why);
        }
    }
    Ok(())
}

/// True where new values of these columns can break a constraint at all.
pub(super) async fn is_possible(
    table: &Table<'_>,
    to: &[(String, Option<String>)],
    asking: &Asking<'_>,
) -> Result<bool, Fault> {
    let set: Vec<String> = to.iter().map(|(name, _)| name.clone()).collect();
    let params = [Some(table.standing.oid.clone()), Some(serde_json::Value::from(set.as_slice()).to_string())];
    Ok(!indexes(table, &set, asking).await?.is_empty() || !asking.rows(CHECKS, &params).await?.is_empty())
}

/// The places of one table whose new values break a unique index, each once, with the index and the row in the way.
pub(in super::super) async fn of(
    ground: &Ground,
    group: &Group,
    table: &str,
    places: &[usize],
    to: Values<'_>,
    asking: &Asking<'_>,
) -> Result<Vec<Clash>, Fault> {
    let table = ground.needed(table)?;
    let Some(first) = places.first() else { return Ok(Vec::new()) };
    let set: Vec<String> = to(*first).into_iter().map(|(name, _)| name).collect();
    let values = |place: &usize| to(*place).into_iter().map(|(_, value)| value).collect();
    let handed = hand(places.iter().map(|place| (*place, group.members[*place].row.key.as_slice(), values(place))));
    let mut clashes: Vec<Clash> = broken(&table, &set, &handed, asking).await?;
    for unique in indexes(&table, &set, asking).await? {
        let back = unique.back(&table, &set);
        for row in asking.rows(&unique.against_live(&table, &back), std::slice::from_ref(&handed)).await? {
            let Some(place) = number(&row) else { continue };
            let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
            let keys = table.spec.key.len();
            let key: Vec<String> = (0..keys).map(|n| text(1 + n)).collect();
            let named: Vec<String> =
                table.spec.key.iter().zip(&key).map(|(name, value)| format!("{name}={value}")).collect();
            let label = Some(text(1 + keys)).filter(|label| !label.is_empty());
            let label = label.map_or_else(String::new, |label| format!(" {label:?}"));
            let (what, has) = unique.words();
            let why = format!("{what} {}: the live row {}{label} {has}", unique.name, named.join(" "));
            clashes.push(Clash { place, why, live: Some(key) });
        }
        for row in asking.rows(&unique.among(&back), std::slice::from_ref(&handed)).await? {
            let other = row.get(1).cloned().flatten().and_then(|other| other.parse::<usize>().ok());
            let (Some(place), Some(other)) = (number(&row), other) else { continue };
            let key = group.members[other].row.key.join(" ");
            let (what, has) = unique.words();
            let why = format!("{what} {}: {key}, which comes back too, {has}", unique.name);
            clashes.push(Clash { place, why, live: None });
        }
    }
    let mut seen = HashSet::new();
    clashes.retain(|clash| seen.insert(clash.place));
    Ok(clashes)
}

/// The rows whose new values a CHECK constraint refuses.
async fn broken(
    table: &Table<'_>,
    set: &[String],
    handed: &Option<String>,
    asking: &Asking<'_>,
) -> Result<Vec<Clash>, Fault> {
    let params = [Some(table.standing.oid.clone()), Some(serde_json::Value::from(set).to_string())];
    let mut clashes = Vec::new();
    for row in asking.rows(CHECKS, &params).await? {
        let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
        let reads: Vec<String> = serde_json::from_str(&text(2)).unwrap_or_default();
        let sql = format!(
            "SELECT r.pgdeck_n::text\nFROM (\n  {}\n) AS r\nWHERE ({}) IS FALSE\nORDER BY r.pgdeck_n",
            as_they_would_be(table, set, &reads, &[]),
            text(1)
        );
        for refused in asking.rows(&sql, std::slice::from_ref(handed)).await? {
            let why = format!("check constraint {}: {} would not hold", text(0), text(1));
            clashes.extend(number(&refused).map(|place| Clash { place, why, live: None }));
        }
    }
    Ok(clashes)
}

/// The rows handed over with their new values. The columns keep their names, so that the server's own text of an expression can be
/// put around them.
fn as_they_would_be(table: &Table<'_>, set: &[String], reads: &[String], more: &[String]) -> String {
    let value = |name: &String| match set.iter().position(|own| own == name) {
        Some(at) => format!("s.v{at} AS {}", identifier(name)),
        None => format!("t.{}", identifier(name)),
    };
    let columns: Vec<String> = more.iter().cloned().chain(reads.iter().map(value)).collect();
    let names: Vec<&str> = set.iter().map(String::as_str).collect();
    format!(
        "SELECT s.n AS pgdeck_n, {}\n  FROM {}\n  JOIN {} AS t ON {}",
        columns.join(", "),
        table.handed(&names),
        table.quoted(),
        table.key_is("t", "s")
    )
}

async fn indexes(table: &Table<'_>, set: &[String], asking: &Asking<'_>) -> Result<Vec<Unique>, Fault> {
    let params = [Some(table.standing.oid.clone()), Some(serde_json::Value::from(set).to_string())];
    let unique = |row: Vec<Option<String>>| {
        let text = |at: usize| row.get(at).cloned().flatten();
        let list = |at: usize| serde_json::from_str::<Vec<String>>(&text(at).unwrap_or_default()).unwrap_or_default();
        Unique {
            name: text(0).unwrap_or_default(),
            nulls_equal: text(1).as_deref() == Some("true"),
            keys: list(2),
            predicate: text(3),
            reads: list(4),
            operators: list(5),
        }
    };
    Ok(asking.rows(SQL, &params).await?.into_iter().map(unique).collect())
}

impl Unique {
    /// What it is, and what another row does that is in the way.
    fn words(&self) -> (&'static str, &'static str) {
        match self.operators.is_empty() {
            true => ("unique index", "has its key"),
            false => ("exclusion constraint", "excludes it"),
        }
    }

    fn predicate(&self) -> &str {
        self.predicate.as_deref().unwrap_or("true")
    }

    /// The keys of the rows as they would be, of those the index would hold.
    fn back(&self, table: &Table<'_>, set: &[String]) -> String {
        let own = |(n, name): (usize, &String)| format!("t.{} AS pgdeck_k{n}", identifier(name));
        let own: Vec<String> = table.spec.key.iter().enumerate().map(own).collect();
        let key = |(n, key): (usize, &String)| format!("({key}) AS pgdeck_e{n}");
        let keys: Vec<String> = self.keys.iter().enumerate().map(key).collect();
        let names: Vec<String> = (0..own.len()).map(|n| format!("pgdeck_k{n}")).collect();
        format!(
            "SELECT pgdeck_n, {}, {}\nFROM (\n  {}\n) AS r\nWHERE ({})",
            names.join(", "),
            keys.join(", "),
            as_they_would_be(table, set, &self.reads, &own),
            self.predicate(),
        )
    }

    fn equal(&self, left: impl Fn(usize) -> String, right: impl Fn(usize) -> String) -> String {
        let equal = if self.nulls_equal { "IS NOT DISTINCT FROM" } else { "=" };
        let operator = |n: usize| self.operators.get(n).map_or(equal, String::as_str);
        let one = |n: usize| format!("{} {} {}", left(n), operator(n), right(n));
        (0..self.keys.len()).map(one).collect::<Vec<_>>().join(" AND ")
    }

    /// The rows that would come back, each with one row that has its key now.
    fn against_live(&self, table: &Table<'_>, back: &str) -> String {
        let text = |name: &String| format!("t.{}::text", identifier(name));
        let mut list: Vec<String> =
            table.spec.key.iter().enumerate().map(|(n, name)| format!("{} AS k{n}", text(name))).collect();
        let label = table.spec.label.as_ref().filter(|name| !table.spec.masked.contains(name));
        let label = label.map_or("NULL::text".to_owned(), |name| format!("pg_catalog.left({}, 120)", text(name)));
        list.push(format!("{label} AS label"));
        let own = |(n, name): (usize, &String)| format!("t.{} = b.pgdeck_k{n}", identifier(name));
        let own: Vec<String> = table.spec.key.iter().enumerate().map(own).collect();
        format!(
            "SELECT b.pgdeck_n::text, o.*\nFROM (\n{back}\n) AS b\nCROSS JOIN LATERAL (\n  SELECT {}\n  FROM {} AS t\n  WHERE ({}) AND {} AND NOT ({})\n  LIMIT 1\n) AS o\nORDER BY b.pgdeck_n",
            list.join(", "),
            table.quoted(),
            self.predicate(),
            self.equal(|n| format!("({})", self.keys[n]), |n| format!("b.pgdeck_e{n}")),
            own.join(" AND "),
        )
    }

    /// The rows that would come back with the key of another one that would, each with the first of those.
    fn among(&self, back: &str) -> String {
        if !self.operators.is_empty() {
            return format!(
                "WITH b AS (\n{back}\n)\nSELECT x.pgdeck_n::text, pg_catalog.min(y.pgdeck_n)::text\nFROM b AS x\nJOIN b AS y ON y.pgdeck_n < x.pgdeck_n AND {}\nGROUP BY x.pgdeck_n\nORDER BY x.pgdeck_n",
                self.equal(|n| format!("x.pgdeck_e{n}"), |n| format!("y.pgdeck_e{n}")),
            );
        }
        let keys: Vec<String> = (0..self.keys.len()).map(|n| format!("pgdeck_e{n}")).collect();
        let filled: Vec<String> = keys.iter().map(|key| format!("{key} IS NOT NULL")).collect();
        let condition = if self.nulls_equal { "true".to_owned() } else { filled.join(" AND ") };
        format!(
            "WITH b AS (\n{back}\n), f AS (\n  SELECT pgdeck_n, pg_catalog.min(pgdeck_n) OVER (PARTITION BY {}) AS first\n  FROM b\n  WHERE {condition}\n)\nSELECT pgdeck_n::text, first::text\nFROM f\nWHERE first < pgdeck_n\nORDER BY pgdeck_n",
            keys.join(", "),
        )
    }
}
