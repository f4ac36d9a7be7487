//! The materialized views of a database: read, named by a person, and put in the order in which they build on each other.
//! It must not know how one is refreshed.

use super::super::super::reader::Reader;
use crate::db::Envelope;
use crate::model::nearest::did_you_mean;
use crate::model::pane::PaneName;
use crate::model::{Fault, PaneRef};
use std::collections::{HashMap, HashSet};

const MATVIEWS: &str = include_str!("../../sql/matviews.sql");

/// One materialized view as the catalog tells of it.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    pub oid: String,
    pub schema: String,
    pub name: String,
    pub owner: String,
    pub is_populated: bool,
    /// A unique index over plain columns of all rows.
    pub index: Option<String>,
    /// About how many rows, where that is known.
    pub rows: Option<String>,
    pub bytes: Option<u64>,
    /// The current role may refresh it: as owner, and from 17 on by MAINTAIN.
    pub is_allowed: bool,
    /// The current role may name it.
    pub is_reachable: bool,
    /// Its owner may create the temporary table a concurrent refresh needs.
    pub has_temp: bool,
    /// The materialized views it reads, by oid, directly or through plain views.
    pub upstream: Vec<String>,
    /// Every table and view it reads in the end, by oid, as a JSON array.
    pub below: String,
    /// Rows inserted, updated and deleted in its base tables since counting began; None where nobody counts them.
    pub changes: Option<String>,
}

impl View {
    fn read(row: Vec<Option<String>>) -> Self {
        let mut cells = row.into_iter();
        let mut next = || cells.next().flatten();
        let is_true = |cell: Option<String>| cell.as_deref() == Some("true");
        Self {
            oid: next().unwrap_or_default(),
            schema: next().unwrap_or_default(),
            name: next().unwrap_or_default(),
            owner: next().unwrap_or_default(),
            is_populated: is_true(next()),
            index: next(),
            rows: next(),
            bytes: next().and_then(|bytes| bytes.parse().ok()),
            is_allowed: is_true(next()),
            is_reachable: is_true(next()),
            has_temp: is_true(next()),
            upstream: next().and_then(|list| serde_json::from_str(&list).ok()).unwrap_or_default(),
            below: next().unwrap_or_else(|| "[]".to_owned()),
            changes: next(),
        }
    }

    /// The name as a person writes it.
    pub fn title(&self) -> String {
        PaneRef::Relation { schema: self.schema.clone(), name: self.name.clone() }.to_string()
    }
}

/// Every materialized view. Sizes are asked for only where they are wanted.
pub(super) async fn read(reader: &Reader<'_>, envelope: &Envelope, sizes: bool) -> Result<Vec<View>, Fault> {
    let answer = reader.ask("refresh", envelope, MATVIEWS, &[Some(sizes.to_string())]).await?;
    Ok(answer.rows.into_iter().map(View::read).collect())
}

/// The view of this name: `schema.view`, or a bare name that only one schema has.
pub(super) fn named<'a>(views: &'a [View], text: &str) -> Result<&'a View, Fault> {
    if let Some(view) = views.iter().find(|view| view.title() == text) {
        return Ok(view);
    }
    let folded = text.to_lowercase();
    let found: Vec<&View> = match PaneName::parse(text) {
        Ok(PaneName::Relation { schema, name }) => {
            views.iter().filter(|view| view.schema == schema && view.name == name).collect()
        }
        _ => {
            let exact: Vec<&View> = views.iter().filter(|view| view.name == text).collect();
            if exact.is_empty() { views.iter().filter(|view| view.name == folded).collect() } else { exact }
        }
    };
    match found.as_slice() {
        [view] => Ok(view),
        [] => Err(unknown(views, text)),
        several => {
            let titles: Vec<String> = several.iter().map(|view| view.title()).collect();
            Err(Fault::usage(format!("several materialized views are called {text}"))
                .hint(format!("name one: {}", titles.join(", "))))
        }
    }
}

fn unknown(views: &[View], text: &str) -> Fault {
    let titles: Vec<String> = views.iter().map(View::title).collect();
    let bare = views.iter().map(|view| view.name.as_str());
    let names: Vec<&str> =
        if text.contains('.') { titles.iter().map(String::as_str).collect() } else { bare.collect() };
    let listed = match titles.as_slice() {
        [] => "this database has none".to_owned(),
        titles if titles.len() <= 10 => format!("there are: {}", titles.join(", ")),
        titles => format!("there are {}; pgdeck show views lists them", titles.len()),
    };
    Fault::usage(format!("no materialized view is called {text}")).hint(did_you_mean(text, names).unwrap_or(listed))
}

/// All views, each behind those it reads; otherwise in the order given.
pub(super) fn in_order(views: &[View]) -> Vec<&View> {
    let by_oid: HashMap<&str, &View> = views.iter().map(|view| (view.oid.as_str(), view)).collect();
    let (mut seen, mut ordered) = (HashSet::new(), Vec::new());
    for view in views {
        // A view is met twice: on the way down, and when all it reads is placed.
        let mut way = vec![(view, false)];
        while let Some((view, is_placed)) = way.pop() {
            if is_placed {
                ordered.push(view);
            } else if seen.insert(view.oid.as_str()) {
                way.push((view, true));
                way.extend(
                    view.upstream.iter().rev().filter_map(|oid| by_oid.get(oid.as_str())).map(|up| (*up, false)),
                );
            }
        }
    }
    ordered
}

/// The views that read one of these, directly or through others.
pub(super) fn downstream<'a>(views: &'a [View], of: &HashSet<&str>) -> Vec<&'a View> {
    let mut above: HashSet<&str> = of.clone();
    let mut found = Vec::new();
    for view in in_order(views) {
        if view.upstream.iter().any(|oid| above.contains(oid.as_str())) {
            above.insert(&view.oid);
            found.push(view);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, upstream: &[&str]) -> View {
        View {
            oid: name.into(),
            schema: "s".into(),
            name: name.into(),
            upstream: upstream.iter().map(|oid| (*oid).to_owned()).collect(),
            ..View::default()
        }
    }

    #[test]
    fn every_view_stands_behind_what_it_reads() {
        let views = [view("a", &["c", "d"]), view("b", &["a"]), view("c", &["d"]), view("d", &[]), view("e", &[])];
        let ordered: Vec<&str> = in_order(&views).iter().map(|view| view.name.as_str()).collect();
        assert_eq!(ordered, ["d", "c", "a", "b", "e"]);
        let above: Vec<&str> =
            downstream(&views, &HashSet::from(["c"])).iter().map(|view| view.name.as_str()).collect();
        assert_eq!(above, ["a", "b"]);
    }

    #[test]
    fn a_name_is_found_or_its_nearest() {
        let mut views = vec![view("lead_stats", &[]), view("My View", &[])];
        assert_eq!(named(&views, "Lead_Stats").unwrap().name, "lead_stats");
        assert_eq!(named(&views, "s.\"My View\"").unwrap().name, "My View");
        assert_eq!(named(&views, "My View").unwrap().name, "My View");
        assert_eq!(named(&views, "lead_stat").unwrap_err().hint.unwrap(), "did you mean lead_stats?");
        views.push(View { schema: "t".into(), oid: "x".into(), ..view("lead_stats", &[]) });
        assert_eq!(named(&views, "lead_stats").unwrap_err().hint.unwrap(), "name one: s.lead_stats, t.lead_stats");
        assert_eq!(named(&views, "t.lead_stats").unwrap().oid, "x");
    }
}
