//! Unique keys that rows would break by coming back: against the live rows, and among themselves. It looks and does not lock, so
//! the change itself can still meet one.

use super::asking::Asking;
use super::ground::{Ground, Table};
use super::group::{Fate, Group, number};
use super::rows::hand;
use crate::db::quote::identifier;
use crate::model::Fault;

const SQL: &str = include_str!("../../sql/unique.sql");

/// A unique index, as the server spells its parts.
struct Unique {
    name: String,
    /// Two rows without a value count as equal.
    nulls_equal: bool,
    keys: Vec<String>,
    predicate: Option<String>,
    /// The columns all of this reads.
    reads: Vec<String>,
}

/// New values of the columns that are set: of every place, in the order of the columns.
pub(in super::super) type Values<'a> = &'a (dyn Fn(usize) -> Vec<(String, Option<String>)> + Sync);

/// Marks rows that cannot come back as live rows because of a unique index.
pub(super) async fn mark(ground: &Ground, group: &mut Group, asking: &Asking<'_>) -> Result<(), Fault> {
    for (table, places) in group.by_table(&group.back()) {
        let live = ground.needed(&table)?.live()?;
        let to = move |_| live.clone();
        for (place, why) in of(ground, group, &table, &places, &to, asking).await? {
            group.members[place].fate = Fate::Conflict(why);
        }
    }
    Ok(())
}

/// True where new values of these columns can break a unique index at all.
pub(super) async fn is_possible(
    table: &Table<'_>,
    to: &[(String, Option<String>)],
    asking: &Asking<'_>,
) -> Result<bool, Fault> {
    let set: Vec<String> = to.iter().map(|(name, _)| name.clone()).collect();
    Ok(!indexes(table, &set, asking).await?.is_empty())
}

/// The places of one table whose new values break a unique index, each once, with the index and the row in the way.
pub(in super::super) async fn of(
    ground: &Ground,
    group: &Group,
    table: &str,
    places: &[usize],
    to: Values<'_>,
    asking: &Asking<'_>,
) -> Result<Vec<(usize, String)>, Fault> {
    let table = ground.needed(table)?;
    let Some(first) = places.first() else { return Ok(Vec::new()) };
    let set: Vec<String> = to(*first).into_iter().map(|(name, _)| name).collect();
    let values = |place: &usize| to(*place).into_iter().map(|(_, value)| value).collect();
    let handed = hand(places.iter().map(|place| (*place, group.members[*place].row.key.as_slice(), values(place))));
    let mut clashes: Vec<(usize, String)> = Vec::new();
    for unique in indexes(&table, &set, asking).await? {
        let back = unique.back(&table, &set);
        for row in asking.rows(&unique.against_live(&table, &back), std::slice::from_ref(&handed)).await? {
            let Some(place) = number(&row) else { continue };
            let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
            let keys = table.spec.key.len();
            let key: Vec<String> =
                table.spec.key.iter().enumerate().map(|(n, name)| format!("{name}={}", text(1 + n))).collect();
            let label = Some(text(1 + keys)).filter(|label| !label.is_empty());
            let label = label.map_or_else(String::new, |label| format!(" {label:?}"));
            clashes.push((
                place,
                format!("unique index {}: the live row {}{label} has its key", unique.name, key.join(" ")),
            ));
        }
        for row in asking.rows(&unique.among(&back), std::slice::from_ref(&handed)).await? {
            let other = row.get(1).cloned().flatten().and_then(|other| other.parse::<usize>().ok());
            let (Some(place), Some(other)) = (number(&row), other) else { continue };
            let key = group.members[other].row.key.join(" ");
            clashes.push((place, format!("unique index {}: {key}, which comes back too, has its key", unique.name)));
        }
    }
    let mut once: Vec<(usize, String)> = Vec::new();
    for (place, why) in clashes {
        if !once.iter().any(|(known, _)| *known == place) {
            once.push((place, why));
        }
    }
    Ok(once)
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
        }
    };
    Ok(asking.rows(SQL, &params).await?.into_iter().map(unique).collect())
}

impl Unique {
    fn predicate(&self) -> &str {
        self.predicate.as_deref().unwrap_or("true")
    }

    /// The keys of the rows as they would be, of those the index would hold. The columns keep their names, so that the
    /// server's own text of expressions and predicate can be put around them.
    fn back(&self, table: &Table<'_>, set: &[String]) -> String {
        let value = |name: &String| match set.iter().position(|own| own == name) {
            Some(at) => format!("s.v{at} AS {}", identifier(name)),
            None => format!("t.{}", identifier(name)),
        };
        let columns: Vec<String> = self.reads.iter().map(value).collect();
        let own: Vec<String> = table
            .spec
            .key
            .iter()
            .enumerate()
            .map(|(n, name)| format!("t.{} AS pgdeck_k{n}", identifier(name)))
            .collect();
        let keys: Vec<String> =
            self.keys.iter().enumerate().map(|(n, key)| format!("({key}) AS pgdeck_e{n}")).collect();
        let names: Vec<String> = (0..own.len()).map(|n| format!("pgdeck_k{n}")).collect();
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        format!(
            "SELECT pgdeck_n, {}, {}\nFROM (\n  SELECT s.n AS pgdeck_n, {}, {}\n  FROM {}\n  JOIN {} AS t ON {}\n) AS r\nWHERE ({})",
            names.join(", "),
            keys.join(", "),
            own.join(", "),
            columns.join(", "),
            table.handed(&set),
            table.quoted(),
            table.key_is("t", "s"),
            self.predicate(),
        )
    }

    fn equal(&self, left: impl Fn(usize) -> String, right: impl Fn(usize) -> String) -> String {
        let operator = if self.nulls_equal { "IS NOT DISTINCT FROM" } else { "=" };
        let one = |n: usize| format!("{} {operator} {}", left(n), right(n));
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
        format!(
            "WITH b AS (\n{back}\n)\nSELECT x.pgdeck_n::text, pg_catalog.min(y.pgdeck_n)::text\nFROM b AS x\nJOIN b AS y ON y.pgdeck_n < x.pgdeck_n AND {}\nGROUP BY x.pgdeck_n\nORDER BY x.pgdeck_n",
            self.equal(|n| format!("x.pgdeck_e{n}"), |n| format!("y.pgdeck_e{n}")),
        )
    }
}
