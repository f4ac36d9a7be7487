//! The first look at a database: facts, recognised systems, and every pane bound or disabled with its reason.

use super::bound::Bound;
use crate::catalog::library::{PaneId, Variant, choose};
use crate::catalog::system::{DeletedKind, TableSpec};
use crate::catalog::{Library, PaneSpec, System};
use crate::db::quote::identifier;
use crate::db::{Envelope, Rows};
use crate::model::deck::{self, Facts, PaneEntry, Survey};
use crate::model::{Fault, PaneRef, Source, shell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Reads the facts; one row.
pub(super) const FACTS: &str = include_str!("sql/facts.sql");
/// Reads which tables stand where; the parameter is a JSON array of names.
pub(super) const STANDING: &str = include_str!("sql/standing.sql");

/// What a survey found: the public answer, and the panes ready to be asked.
pub(super) struct Bindings {
    pub survey: Arc<Survey>,
    pub bound: HashMap<PaneRef, Arc<Bound>>,
    /// The systems that stand here, for scopes and tenant columns.
    pub systems: Vec<(Source, Arc<System>)>,
}

/// The facts of the answer to [`FACTS`].
pub(super) fn facts(answer: &Rows, pooled: bool) -> Result<Facts, Fault> {
    let row = answer.rows.first().ok_or_else(|| Fault::query("the server tells nothing about the current role"))?;
    let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
    let list = |at: usize| serde_json::from_str(&text(at)).unwrap_or_default();
    Ok(Facts {
        version: text(0).split(' ').next().unwrap_or_default().to_owned(),
        version_num: text(1).parse().unwrap_or_default(),
        in_recovery: text(2) == "true",
        user: text(3),
        database: text(4),
        superuser: text(5) == "true",
        bypasses_rls: text(6) == "true",
        time_zone: text(7),
        roles: list(8),
        extensions: serde_json::from_str(&text(9)).unwrap_or_default(),
        pooled,
    })
}

/// The names [`STANDING`] is asked for.
pub(super) fn wanted(library: &Library) -> String {
    let names: BTreeSet<&String> = library.systems().iter().flat_map(|system| &system.matches).collect();
    serde_json::to_string(&names).unwrap_or_else(|_| "[]".to_owned())
}

/// Binds the library to a server with these facts and these tables.
pub(super) fn bind(
    library: &Library,
    facts: Facts,
    standing: &Rows,
    envelope: &Envelope,
    notes: Vec<String>,
) -> Bindings {
    let [systems, closed] = ["true", "false"].map(|usable| recognise(library, standing, usable));
    let closed = closed.into_iter().map(|(found, _)| with_remedy(found.source, &facts.user)).collect();
    let mut bound = HashMap::new();
    let mut entries = Vec::new();
    let mut absent = Vec::new();
    for (id, variants) in library.panes() {
        let sources = sources(id, &systems);
        if let (Some(system), true) = (&id.system, sources.is_empty()) {
            absent.push((id.name.clone(), system.clone()));
        }
        for source in sources {
            let (entry, ready) = bind_pane(id, variants, source, &facts, envelope);
            entries.push(entry);
            bound.extend(ready.map(|ready| (ready.pane.clone(), Arc::new(ready))));
        }
    }
    tell_apart(&mut entries);
    let whole = |(found, system): &(deck::Bound, Arc<System>)| {
        found.missing.is_empty().then(|| (found.source.clone(), system.clone()))
    };
    Bindings {
        systems: systems.iter().filter_map(whole).collect(),
        survey: Arc::new(Survey {
            facts,
            systems: systems.into_iter().map(|(found, _)| found).collect(),
            panes: entries,
            absent,
            closed,
            notes,
        }),
        bound,
    }
}

/// Marks the panes of one name that several systems bring.
fn tell_apart(entries: &mut [PaneEntry]) {
    let mut brought: HashMap<String, usize> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.pane.source().is_some()) {
        *brought.entry(entry.pane.name().to_owned()).or_default() += 1;
    }
    for entry in entries.iter_mut() {
        entry.is_shared = brought.get(entry.pane.name()).is_some_and(|count| *count > 1);
    }
}

fn with_remedy(source: Source, user: &str) -> (Source, String) {
    let (system, schema, role) = (&source.system, &source.schema, identifier(user));
    let mut show = vec!["pgdeck", "systems", "show", system, "--grants", user];
    if schema != system {
        show.extend(["--schema", schema]);
    }
    let needs = format!("GRANT USAGE ON SCHEMA {} TO {role}", identifier(schema));
    let remedy = format!("{needs}; {} prints all it needs", shell::line(show));
    (source, remedy)
}

/// Systems of which at least half the tables stand in one schema that the role may use, or may not.
fn recognise(library: &Library, standing: &Rows, usable: &str) -> Vec<(deck::Bound, Arc<System>)> {
    let mut by_schema: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &standing.rows {
        if let [Some(schema), Some(table), Some(_)] = row.as_slice()
            && row[2].as_deref() == Some(usable)
        {
            by_schema.entry(schema).or_default().insert(table);
        }
    }
    let mut found = Vec::new();
    for system in library.systems() {
        for (schema, tables) in &by_schema {
            let is_missing = |name: &&String| !tables.contains(name.as_str());
            let missing: Vec<String> = system.matches.iter().filter(is_missing).cloned().collect();
            if missing.len() * 2 >= system.matches.len().max(1) {
                continue;
            }
            let source = Source { system: system.name.clone(), schema: (*schema).to_owned() };
            let title = system.title.clone();
            let tables = system.matches.len() - missing.len();
            let deletes = if missing.is_empty() { soft_deletes(system) } else { Vec::new() };
            found.push((deck::Bound { source, title, tables, missing, deletes }, system.clone()));
        }
    }
    found
}

/// The tables of a system whose rows are deleted by a mark.
fn soft_deletes(system: &System) -> Vec<deck::SoftDelete> {
    let of = |table: &TableSpec| {
        let deleted = table.deleted.as_ref()?;
        let value = match deleted.kind {
            DeletedKind::Timestamp => None,
            DeletedKind::Boolean => Some(deleted.value.clone().unwrap_or_else(|| "true".to_owned())),
            DeletedKind::Status => Some(deleted.value.clone().unwrap_or_default()),
        };
        let (table, key) = (table.name.clone(), table.key.clone());
        Some(deck::SoftDelete { table, key, column: deleted.column.clone(), value })
    };
    system.tables.iter().filter_map(of).collect()
}

/// Where a pane is bound: nowhere in particular, or in each schema its system stands in.
fn sources<'a>(id: &PaneId, systems: &'a [(deck::Bound, Arc<System>)]) -> Vec<Option<&'a deck::Bound>> {
    match &id.system {
        None => vec![None],
        Some(name) => {
            systems.iter().map(|(found, _)| found).filter(|found| found.source.system == *name).map(Some).collect()
        }
    }
}

fn bind_pane(
    id: &PaneId,
    variants: &[Variant],
    found: Option<&deck::Bound>,
    facts: &Facts,
    envelope: &Envelope,
) -> (PaneEntry, Option<Bound>) {
    let pane = PaneRef::Library { name: id.name.clone(), source: found.map(|found| found.source.clone()) };
    let spec = choose(variants, facts.major());
    let disabled = match (&spec, found) {
        (Err(reason), _) => Some(reason.clone()),
        (_, Some(found)) if !found.missing.is_empty() => {
            let source = &found.source;
            Some(format!("{} in schema {} lacks: {}", source.system, source.schema, found.missing.join(", ")))
        }
        (Ok(spec), _) => spec.empty.clone().or_else(|| spec.needs.missing(facts)),
    };
    let entry = entry(&pane, spec.as_deref().ok(), disabled);
    let ready = spec.ok().filter(|_| entry.disabled.is_none()).map(|spec| Bound {
        not_null: spec.identity.iter().cloned().collect(),
        envelope: Envelope { search_path: pane_path(found, facts), ..envelope.clone() },
        notes: Vec::new(),
        source: found.map(|found| found.source.clone()),
        pane,
        spec,
    });
    (entry, ready)
}

fn entry(pane: &PaneRef, spec: Option<&PaneSpec>, disabled: Option<String>) -> PaneEntry {
    PaneEntry {
        pane: pane.clone(),
        title: spec.map_or_else(|| pane.name().to_owned(), |spec| spec.title.clone()),
        is_shared: false,
        group: spec.map_or_else(String::new, |spec| spec.group.clone()),
        scoped: spec.is_some_and(|spec| spec.tenant.is_some()),
        paged: spec.is_some_and(|spec| spec.keyset),
        opens: spec.map_or(deck::Opens::Record, |spec| spec.opens.clone()),
        actions: spec.map_or_else(Vec::new, |spec| spec.actions.clone()),
        parts: spec.map_or_else(Vec::new, |spec| spec.parts.clone()),
        disabled,
    }
}

/// A system's panes see its schema and the extensions; catalog panes see the catalog only (DESIGN §3).
fn pane_path(found: Option<&deck::Bound>, facts: &Facts) -> Vec<String> {
    match found {
        Some(found) => search_path(&found.source.schema, facts),
        None => vec!["pg_catalog".to_owned()],
    }
}

/// A schema and those of the extensions, whose types bring their own operators: an operator is found by name, and
/// without its schema `=` over citext would be that of text.
pub(super) fn search_path(first: &str, facts: &Facts) -> Vec<String> {
    let mut path = vec![first.to_owned()];
    for (_, schema) in &facts.extensions {
        if !path.contains(schema) {
            path.push(schema.clone());
        }
    }
    path
}
