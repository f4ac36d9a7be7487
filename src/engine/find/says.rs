//! What a search says: one sentence a row, and where it leads. Pure.

use super::gone::Gone;
use super::hit::{Gap, Hit};
use super::kin::COUNTED;
use super::standing::Place;
use super::way::{Side, withholds_words};
use super::words::{did, door, named, parents, policies, row};
use super::{Found, Known};
use crate::model::request::Scope;
use crate::model::shell;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The rows of the pane, best first, and the notes.
pub(super) fn found(
    places: &[Place<'_>],
    known: &Known,
    text: &str,
    scope: Option<&Scope>,
    scanned: bool,
    ms: u128,
) -> Found {
    let teller = Teller { places, known, scope };
    let mut order: Vec<&Hit> = known.hits.iter().collect();
    order.sort_by_key(|hit| {
        (!hit.exact, teller.is_elsewhere(hit.place, hit.tenant.as_deref()), !hit.deleted, hit.place)
    });
    let mut rows: Vec<Map<String, Value>> = order.into_iter().map(|hit| teller.hit(hit)).collect();
    rows.extend(known.gone.iter().map(|gone| teller.gone(gone)));
    if rows.is_empty() {
        rows.push(teller.nothing(text));
        rows.extend(teller.hidden());
    }
    rows.extend(teller.unsearched(text, scanned));
    for (nr, row) in rows.iter_mut().enumerate() {
        row.insert("nr".to_owned(), Value::from(nr));
        let id: Vec<&str> = ["state", "table", "key"].iter().filter_map(|name| row.get(*name)?.as_str()).collect();
        row.insert("id".to_owned(), Value::from(id.join(" ")));
    }
    Found { rows: rows.into_iter().map(Value::Object).collect(), notes: teller.notes(ms) }
}

struct Teller<'a> {
    places: &'a [Place<'a>],
    known: &'a Known,
    scope: Option<&'a Scope>,
}

impl Teller<'_> {
    fn hit(&self, hit: &Hit) -> Map<String, Value> {
        let place = &self.places[hit.place];
        let name = named(place.word(), hit.label.as_deref(), &hit.key.join(" "));
        let tenant = self.tenant(place, hit.tenant.as_deref());
        let state = self.state(hit);
        let whose = self.whose(place, hit.tenant.as_deref(), tenant.as_deref());
        let says = match state {
            "deleted" => {
                let did = did("was deleted", hit.when.as_deref(), hit.who.as_deref());
                format!("{name} {did}{}{}{whose}", self.with(hit), parents(hit))
            }
            "moved" => {
                let moved = hit.moved.as_ref();
                let from = moved.map(|moved| moved.from.as_str());
                let from = self.tenant(place, from).or(from.map(str::to_owned)).unwrap_or_default();
                let to = tenant.clone().unwrap_or_default();
                let did = did(
                    &format!("was moved from {from} to {to}"),
                    moved.and_then(|moved| moved.when.as_deref()),
                    moved.and_then(|moved| moved.who.as_deref()),
                );
                format!("{name} {did} and is live there")
            }
            _ => format!("{name} is live{whose}"),
        };
        let key = hit.key_text(place);
        let (at, by) = match (&hit.moved, state) {
            (Some(moved), "moved") => (moved.at.as_ref(), moved.who.as_ref()),
            (_, "deleted") => (hit.at.as_ref(), hit.who.as_ref()),
            _ => (None, None),
        };
        let next = (state == "deleted").then(|| shell::line(["pgdeck", "restore", &place.shown(), &key]));
        let door = door(place, hit);
        row([
            ("says", Some(says)),
            ("state", Some(state.to_owned())),
            ("what", Some(place.word().to_owned())),
            ("label", hit.label.clone()),
            ("tenant", tenant.or(hit.tenant.clone())),
            ("at", at.cloned()),
            ("by", by.cloned()),
            ("table", Some(place.shown())),
            ("key", Some(key)),
            ("pane", Some(door.0)),
            ("filter", Some(door.1)),
            ("next", next),
            ("deleted", Some(hit.deleted.to_string())),
        ])
    }

    fn state(&self, hit: &Hit) -> &'static str {
        let left_scope = hit.moved.as_ref().is_some_and(|moved| match self.scope_of(hit.place) {
            Some(scope) => moved.from == scope,
            None => true,
        });
        match (hit.deleted, left_scope) {
            (true, _) => "deleted",
            (false, true) => "moved",
            (false, false) => "live",
        }
    }

    fn gone(&self, gone: &Gone) -> Map<String, Value> {
        let place = &self.places[gone.place];
        let name = named(place.word(), gone.label.as_deref(), &gone.key);
        let tenant = self.tenant(place, gone.tenant.as_deref());
        let (who, when) = (gone.who.as_deref(), gone.when.as_deref());
        let shown = place.shown();
        let (state, says) = if gone.erased {
            let did = did("was deleted for good", when, who);
            ("erased", format!("{name} {did}; the audit trail still has it"))
        } else if place.hides {
            let last = did(&format!("the audit trail last tells of {}", gone.action), when, who);
            ("hidden", format!("{name} may be hidden from you by {} of {shown}; {last}", policies(place)))
        } else if place.is_readable() {
            let last = did(&format!("the audit trail last tells of {}", gone.action), when, who);
            ("erased", format!("{name} is not in {shown} any more; {last}"))
        } else {
            ("hidden", format!("{name} may be in {shown}, which you may not read (needs GRANT SELECT ON {shown})"))
        };
        let next = (state == "erased").then(|| shell::line(["pgdeck", "rebuild", &shown, &gone.key]));
        row([
            ("says", Some(says)),
            ("state", Some(state.to_owned())),
            ("what", Some(place.word().to_owned())),
            ("label", gone.label.clone()),
            ("tenant", tenant.or(gone.tenant.clone())),
            ("at", gone.at.clone()),
            ("by", gone.who.clone()),
            ("table", Some(shown)),
            ("key", Some(gone.key.clone())),
            ("next", next),
        ])
    }

    fn nothing(&self, text: &str) -> Map<String, Value> {
        let searched = self.searched();
        let says = if let (true, Some(closed)) = (self.places.is_empty(), &self.known.closed) {
            format!("nothing was searched for \u{201c}{text}\u{201d}: {closed}")
        } else if self.places.is_empty() {
            format!("nothing was searched for \u{201c}{text}\u{201d}: no system pgdeck knows stands in this database")
        } else if searched.is_empty() {
            format!("nothing was searched for \u{201c}{text}\u{201d}: no table may be read")
        } else if self.hiding().next().is_some() {
            format!("\u{201c}{text}\u{201d} is not among the rows you may see in {searched}")
        } else {
            format!("\u{201c}{text}\u{201d} was not found in {searched}")
        };
        row([("says", Some(says)), ("state", Some("not found".to_owned()))])
    }

    /// The tables that may hide what was looked for, one row a system.
    fn hidden(&self) -> Vec<Map<String, Value>> {
        let mut systems: BTreeMap<&str, Vec<&Place<'_>>> = BTreeMap::new();
        for place in self.hiding() {
            systems.entry(place.source.schema.as_str()).or_default().push(place);
        }
        let told = |(schema, places): (&str, Vec<&Place<'_>>)| {
            let of = |place: &&Place<'_>| format!("{} of {}", policies(place), place.shown());
            let list: Vec<String> = places.iter().map(of).collect();
            let says = format!(
                "it may be hidden from you by {}; a role with BYPASSRLS sees all rows, and so does one with a policy that shows all",
                list.join(", ")
            );
            let system = places[0].system.name.as_str();
            let mut next = vec!["pgdeck", "systems", "show", system, "--grants", self.known.role.as_str()];
            if schema != system {
                next.extend(["--schema", schema]);
            }
            row([
                ("says", Some(says)),
                ("state", Some("hidden".to_owned())),
                ("table", Some(schema.to_owned())),
                ("next", Some(shell::line(next))),
            ])
        };
        systems.into_iter().map(told).collect()
    }

    fn hiding(&self) -> impl Iterator<Item = &Place<'_>> {
        self.places.iter().filter(|place| place.hides && place.is_readable())
    }

    /// What was not compared: a search with nothing in this row was one of everything.
    fn unsearched(&self, text: &str, scanned: bool) -> Vec<Map<String, Value>> {
        let mut rows = Vec::new();
        let (failed, gaps): (Vec<&Gap>, Vec<&Gap>) = self.known.gaps.iter().partition(|gap| gap.failed.is_some());
        if !gaps.is_empty() && !scanned {
            let list: Vec<String> = gaps.iter().map(|gap| self.gap(gap)).collect();
            rows.push(row([
                ("says", Some(format!("not searched, because no index makes it quick: {}", list.join("; ")))),
                ("state", Some("not searched".to_owned())),
                ("next", Some(shell::line(["pgdeck", "find", "--scan", "--", text]))),
                ("scan", Some("true".to_owned())),
            ]));
        }
        let mut others: Vec<String> = failed
            .iter()
            .map(|gap| format!("{} ({})", self.gap(gap), gap.failed.as_deref().unwrap_or_default()))
            .collect();
        others.extend(self.known.silent.iter().cloned());
        let closed = self.places.iter().filter(|place| !place.is_readable() && !place.spec.search.is_empty());
        let wordless = self.places.iter().filter(|place| place.is_readable() && withholds_words(place));
        others.extend(wordless.map(|place| {
            format!("{} by the words in its search vector (they may be those of masked columns)", place.shown())
        }));
        others.extend(closed.map(|place| format!("{0} (needs GRANT SELECT ON {0})", place.shown())));
        if !others.is_empty() {
            let says = format!("not searched: {}", others.join("; "));
            rows.push(row([
                ("says", Some(says)),
                ("state", Some("not searched".to_owned())),
                ("table", Some("others".to_owned())),
            ]));
        }
        rows
    }

    fn gap(&self, gap: &Gap) -> String {
        let side = match gap.side {
            Side::All => "",
            Side::Live => "live ",
            Side::Deleted => "deleted ",
        };
        let but = if gap.words { " (but for the words in its search vector)" } else { "" };
        format!("{side}{} by {}{but}", self.places[gap.place].shown(), gap.columns.join(", "))
    }

    fn notes(&self, ms: u128) -> Vec<String> {
        let mut notes = Vec::new();
        let count = self.known.searched.len();
        if count > 0 {
            notes.push(format!("searched {count} tables in {ms} ms"));
        }
        let cut: Vec<String> = self.known.cut.iter().map(|place| self.places[*place].shown()).collect();
        if !cut.is_empty() {
            notes.push(format!("more rows than these have the text in {}: write more of it", cut.join(", ")));
        }
        let hiding: Vec<String> = self.hiding().map(Place::shown).collect();
        if !hiding.is_empty() {
            notes.push(format!("row level security may hide rows from you in {}", hiding.join(", ")));
        }
        notes
    }

    /// The tables searched, by schema: `crm (leads, notes)`.
    fn searched(&self) -> String {
        let mut schemas: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for place in self.known.searched.iter().map(|place| &self.places[*place]) {
            schemas.entry(place.source.schema.as_str()).or_default().push(&place.spec.name);
        }
        let one = |(schema, tables): (&str, Vec<&str>)| format!("{schema} ({})", tables.join(", "));
        schemas.into_iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// The tenant in scope, where it belongs to the system of this place.
    fn scope_of(&self, place: usize) -> Option<&str> {
        let scope = self.scope.filter(|scope| scope.source == *self.places[place].source)?;
        Some(scope.key.as_str())
    }

    fn is_elsewhere(&self, place: usize, tenant: Option<&str>) -> bool {
        self.scope_of(place).is_some_and(|scope| tenant.is_some_and(|tenant| tenant != scope))
    }

    /// The name of a tenant of the system of this place.
    fn tenant(&self, place: &Place<'_>, key: Option<&str>) -> Option<String> {
        let table = &place.system.tenant.as_ref()?.table;
        let of = self.places.iter().position(|own| own.source == place.source && own.spec.name == *table)?;
        self.known.tenants.get(&(of, key?.to_owned())).cloned()
    }

    /// ` in Acme`, and that this is not where one is at work.
    fn whose(&self, place: &Place<'_>, key: Option<&str>, name: Option<&str>) -> String {
        let Some(key) = key else { return String::new() };
        if place.system.tenant.as_ref().is_some_and(|tenant| tenant.table == place.spec.name) {
            return String::new();
        }
        let own = format!(" in {}", name.unwrap_or(key));
        let scope = self.scope.filter(|scope| scope.source == *place.source && scope.key != key);
        match scope.map(|scope| self.tenant(place, Some(&scope.key)).unwrap_or_else(|| scope.key.clone())) {
            Some(scope) => format!("{own}, not in {scope}"),
            None => own,
        }
    }

    /// `, with 3 notes and 1 task`.
    fn with(&self, hit: &Hit) -> String {
        let count = |(place, count): &(usize, u64)| {
            let spec = &self.places[*place].spec;
            let number = if *count > COUNTED { format!("more than {COUNTED}") } else { count.to_string() };
            match &spec.word {
                Some(word) if *count == 1 => format!("{number} {}", word.replace('_', " ")),
                _ => format!("{number} {}", spec.name.replace('_', " ")),
            }
        };
        let counts: Vec<String> = hit.fell.iter().map(count).collect();
        match counts.split_last() {
            None => String::new(),
            Some((last, [])) => format!(", with {last}"),
            Some((last, others)) => format!(", with {} and {last}", others.join(", ")),
        }
    }
}
