//! What fell with a deleted row, and which of its parents are deleted. It must not know how the row was found.

use super::super::statement::Statement;
use super::guard::Piece;
use super::hit::Hit;
use super::standing::Place;
use super::text::as_type;
use crate::catalog::system::{RelationKind, RelationSpec};
use crate::db::quote::{identifier, literal};
use serde_json::{Map, Value};

/// Rows of one table that are counted at most.
pub(super) const COUNTED: u64 = 1000;
/// How far down rows are counted.
const DEPTH: usize = 4;

/// A question about the kin of deleted hits, and what its answer is about.
pub(super) enum Kin {
    /// Rows of this place that fell with the hit.
    Fell(usize),
    /// Parents in this place that are deleted.
    Parent(usize),
}

/// The questions about the deleted hits of one place.
pub(super) fn questions<'a>(places: &'a [Place<'a>], hits: &[Hit], of: usize) -> Vec<(Kin, Piece<'a>)> {
    let rows: Vec<Value> =
        hits.iter().enumerate().filter(|(_, hit)| hit.deleted && hit.place == of).map(handed).collect();
    let place = &places[of];
    let typed = place.spec.key.iter().all(|name| place.column(name).is_some());
    if rows.is_empty() || !typed {
        return Vec::new();
    }
    let rows = Value::from(rows).to_string();
    let mut chains = Vec::new();
    descend(places, of, &mut Vec::new(), &mut chains);
    let mut questions: Vec<(Kin, Piece<'a>)> = Vec::new();
    for chain in chains {
        let (rows, last) = (rows.clone(), chain.last().map_or(of, |(_, child)| *child));
        questions.push((
            Kin::Fell(last),
            Box::new(move |statement, alias| fell(places, of, &chain, &rows, statement, alias)),
        ));
    }
    for (relation, parent) in above(places, of) {
        let rows = rows.clone();
        let piece: Piece<'a> =
            Box::new(move |statement, alias| up(place, &places[parent], relation, &rows, statement, alias));
        questions.push((Kin::Parent(parent), piece));
    }
    questions
}

/// The number and key of a hit, for [`from`].
fn handed((n, hit): (usize, &Hit)) -> Value {
    let mut object = Map::new();
    object.insert("n".to_owned(), Value::from(n));
    object.extend(hit.key.iter().enumerate().map(|(at, value)| (format!("k{at}"), Value::from(value.as_str()))));
    Value::Object(object)
}

/// FROM the hits handed over to their rows.
fn from(place: &Place<'_>, rows: &str, statement: &mut Statement, alias: &str) {
    let of_type = |name: &String| place.column(name).map_or("text", |column| column.type_name.as_str());
    let keys = || place.spec.key.iter().enumerate();
    let columns: Vec<String> = keys().map(|(at, name)| format!("k{at} {}", of_type(name))).collect();
    let is_it: Vec<String> = keys().map(|(at, name)| format!("{alias}_r.{} = s.k{at}", identifier(name))).collect();
    statement.push("\nFROM pg_catalog.json_to_recordset(").bind(Some(rows), "json").push(&format!(
        ") AS s (n bigint, {}){}",
        columns.join(", "),
        one_of(place, &is_it.join(" AND "), alias)
    ));
}

/// The one row of a table for which this holds of the alias with `_r`. Rows handed over are few, which the planner does not
/// know: without a limit it would read the whole table for them.
fn one_of(place: &Place<'_>, condition: &str, alias: &str) -> String {
    let readable = place.columns.iter().filter(|column| column.readable);
    let columns: Vec<String> = readable.map(|column| format!("{alias}_r.{}", identifier(&column.name))).collect();
    format!(
        "\nCROSS JOIN LATERAL (\nSELECT {}\nFROM {} AS {alias}_r\nWHERE {condition}\nLIMIT 1\n) AS {alias}",
        columns.join(", "),
        place.quoted()
    )
}

type Chain<'a> = Vec<(&'a RelationSpec, usize)>;

/// Every way down along cascades that tell deletions apart, no table twice in one.
fn descend<'a>(places: &'a [Place<'a>], from: usize, walked: &mut Chain<'a>, chains: &mut Vec<Chain<'a>>) {
    if walked.len() >= DEPTH {
        return;
    }
    let parent = &places[from];
    for relation in
        parent.system.relations.iter().filter(|relation| relation.cascade && relation.parent == parent.spec.name)
    {
        let is_child = |place: &Place<'_>| place.source == parent.source && place.spec.name == relation.child;
        let Some(child) = places.iter().position(is_child) else { continue };
        let is_known = joined(parent, "p", &places[child], "c", relation).is_some()
            && same_deletion(parent, "p", &places[child], "c").is_some();
        let is_repeated = walked.iter().any(|(_, own)| *own == child);
        if is_known && !is_repeated {
            walked.push((relation, child));
            chains.push(walked.clone());
            descend(places, child, walked, chains);
            walked.pop();
        }
    }
}

/// The soft-delete parents of a table.
fn above<'a>(places: &'a [Place<'a>], of: usize) -> Vec<(&'a RelationSpec, usize)> {
    let child = &places[of];
    let up = |relation: &'a RelationSpec| {
        let is_it = |place: &Place<'_>| {
            place.source == child.source && place.spec.name == relation.parent && place.spec.deleted.is_some()
        };
        let parent = places.iter().position(is_it)?;
        joined(&places[parent], "p", child, "c", relation).map(|_| (relation, parent))
    };
    child.system.relations.iter().filter(|relation| relation.child == child.spec.name).filter_map(up).collect()
}

/// The condition that one is the child of the other; None where the manifest and the tables do not agree.
fn joined(parent: &Place<'_>, above: &str, child: &Place<'_>, below: &str, relation: &RelationSpec) -> Option<String> {
    let types = usize::from(relation.kind == RelationKind::Polymorphic);
    if relation.columns.len() != types + parent.spec.key.len() || !child.is_readable() || !parent.is_readable() {
        return None;
    }
    let mut terms = Vec::new();
    for column in &relation.columns[..types] {
        child.column(column)?;
        terms.push(format!("{below}.{} = {}", identifier(column), literal(parent.word())));
    }
    for (column, key) in relation.columns[types..].iter().zip(&parent.spec.key) {
        let same = child.column(column)?.type_name == parent.column(key)?.type_name;
        let cast = if same { "" } else { "::text" };
        terms.push(format!("{below}.{}{cast} = {above}.{}{cast}", identifier(column), identifier(key)));
    }
    Some(terms.join(" AND "))
}

fn same_deletion(parent: &Place<'_>, above: &str, child: &Place<'_>, below: &str) -> Option<String> {
    let own = |place: &Place<'_>| place.spec.deleted.as_ref()?.group.clone();
    let (up, down) = (own(parent)?, own(child)?);
    let same = parent.column(&up)?.type_name == child.column(&down)?.type_name;
    same.then(|| format!("{below}.{} = {above}.{}", identifier(&down), identifier(&up)))
}

/// n, rows.
fn fell(places: &[Place<'_>], of: usize, chain: &Chain<'_>, rows: &str, statement: &mut Statement, alias: &str) {
    statement.push("SELECT s.n::text, (\nSELECT pg_catalog.count(*)\nFROM (\nSELECT FROM ");
    let mut above = (&places[of], alias.to_owned());
    let mut terms = Vec::new();
    for (n, (relation, child)) in chain.iter().enumerate() {
        let (child, below) = (&places[*child], format!("{alias}_{n}"));
        statement.push(&format!("{}{} AS {below}", if n > 0 { ", " } else { "" }, child.quoted()));
        terms.extend(joined(above.0, &above.1, child, &below, relation));
        terms.extend(same_deletion(above.0, &above.1, child, &below));
        terms.extend(child.is_deleted(&below));
        above = (child, below);
    }
    statement.push(&format!("\nWHERE {}\nLIMIT {}\n) AS x\n)::text{}", terms.join("\n  AND "), COUNTED + 1, nulls(7)));
    from(&places[of], rows, statement, alias);
}

/// n, label, fell together.
fn up(
    child: &Place<'_>,
    parent: &Place<'_>,
    relation: &RelationSpec,
    rows: &str,
    statement: &mut Statement,
    alias: &str,
) {
    let above = format!("{alias}_0");
    let key: Vec<String> = parent.spec.key.iter().map(|name| format!("{above}.{}::text", identifier(name))).collect();
    let label = match parent.label() {
        Some(label) => {
            format!("COALESCE(pg_catalog.left({above}.{}::text, 60), {})", identifier(label), key.join(" || ' ' || "))
        }
        None => key.join(" || ' ' || "),
    };
    let together = same_deletion(parent, &above, child, alias).unwrap_or_else(|| "false".to_owned());
    statement.push(&format!("SELECT s.n::text, {label}, ({together})::text{}", nulls(6)));
    from(child, rows, statement, alias);
    let below = format!("{above}_r");
    let joins = joined(parent, &below, child, alias, relation).unwrap_or_else(|| "false".to_owned());
    let deleted = parent.is_deleted(&below).unwrap_or_else(|| "false".to_owned());
    statement.push(&one_of(parent, &format!("{joins} AND {deleted}"), &above));
}

fn nulls(count: usize) -> String {
    ", NULL::text".repeat(count)
}

/// Takes in what one question brought.
pub(super) fn tell(kin: &Kin, hits: &mut [Hit], places: &[Place<'_>], rows: &[Vec<Option<String>>]) {
    for row in rows {
        let text = |at: usize| row.get(at).and_then(Option::as_deref);
        let Some(hit) = text(0).and_then(|n| n.parse::<usize>().ok()).and_then(|n| hits.get_mut(n)) else { continue };
        match kin {
            Kin::Fell(place) => {
                let count: u64 = text(1).and_then(|count| count.parse().ok()).unwrap_or_default();
                match hit.fell.iter_mut().find(|(own, _)| own == place) {
                    Some((_, own)) => *own += count,
                    None if count > 0 => hit.fell.push((*place, count)),
                    None => {}
                }
            }
            Kin::Parent(place) => {
                let name = format!("{} \u{201c}{}\u{201d}", places[*place].word(), text(1).unwrap_or_default());
                hit.parents.push((name, text(2) == Some("true")));
            }
        }
    }
}

/// The names of rows of one table by their keys: key, name.
pub(super) fn names<'a>(place: &'a Place<'a>, key: &'a str, label: &'a str, keys: &[String]) -> Option<Piece<'a>> {
    let kind = place.column(key)?.type_name.as_str();
    let shown = place.column(label).is_some() && !place.spec.masked.iter().any(|masked| masked == label);
    let keys: Vec<&String> = keys.iter().filter(|value| as_type(value, kind).is_some()).collect();
    if !shown || keys.is_empty() {
        return None;
    }
    let keys = serde_json::to_string(&keys).ok()?;
    Some(Box::new(move |statement: &mut Statement, alias: &str| {
        let (column, name) = (identifier(key), identifier(label));
        statement.push(&format!(
            "SELECT {alias}.{column}::text, pg_catalog.left({alias}.{name}::text, 120){}\nFROM pg_catalog.json_array_elements_text(",
            nulls(7)
        ));
        statement.bind(Some(&keys), "json");
        let is_it = format!("{alias}_r.{column} = w.key::{kind}");
        statement.push(&format!(") AS w (key){}", one_of(place, &is_it, alias)));
    }))
}
