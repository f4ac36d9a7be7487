//! The trash, written from a system's manifest and what stands of it: one row a deletion and tenant, newest first, across all its
//! soft-delete tables. The list of deletions reads each table's index in order; all else is looked up for the rows on the page.

mod cost;
mod deletions;
mod fallen;
pub(super) mod history;
mod roots;
pub(super) mod who;

use super::operations::{Asking, Ground};
use crate::db::quote::{identifier, literal};
use crate::model::Fault;
use fallen::Fallen;

/// More rows of a table than this are not counted.
const COUNTED: usize = 10_000;

/// The pane's text, and what its reader should know.
pub(super) struct Written {
    pub sql: String,
    pub notes: Vec<String>,
}

/// What the text is written from.
struct Trash<'a> {
    ground: &'a Ground,
    /// The tables, parents first.
    listed: Vec<Fallen<'a>>,
    /// Some rows tell no time.
    mixed: bool,
}

/// Writes the trash of a system. Fails where the role may read none of its tables.
pub(super) async fn write(ground: &Ground, asking: &Asking<'_>) -> Result<Written, Fault> {
    let names = ground.system.tables.iter().map(|table| table.name.as_str());
    let names = ground.parents_first(names);
    let all = names.iter().filter_map(|name| ground.table(name)).enumerate();
    let (mut listed, mut notes) = (Vec::new(), Vec::new());
    let mut first = None;
    for (rank, table) in all {
        let fallen = Fallen::of(ground, table, rank);
        let lacking = fallen.lacks();
        if lacking.is_empty() {
            listed.push(fallen);
            continue;
        }
        let columns: Vec<String> = lacking.into_iter().map(identifier).collect();
        let needs = format!("SELECT ({}) ON {}", columns.join(", "), table.quoted());
        notes.push(format!("{} is left out: needs GRANT {needs} TO {}", table.shown(), identifier(&ground.role)));
        first = first.or(Some(needs));
    }
    if listed.is_empty() {
        return Err(unreadable(ground, first));
    }
    notes.extend(hidden(ground, &listed));
    let mixed = !listed.iter().all(Fallen::is_timed);
    let trash = Trash { ground, listed, mixed };
    let sql = text(&trash);
    let tenant = ground.system.tenant.as_ref().map(|_| "tenant_key");
    let order: Vec<&str> = ["deleted_at"].into_iter().chain(tenant).chain(["place"]).collect();
    notes.push(cost::of(&sql, &order, &ground.source.schema, asking).await?);
    Ok(Written { sql, notes })
}

/// Why nothing can be listed; `needs` is what the first table lacks.
fn unreadable(ground: &Ground, needs: Option<String>) -> Fault {
    let what = format!("the trash of {} cannot be shown", ground.source.schema);
    let role = identifier(&ground.role);
    match needs {
        None => Fault::query(format!("{what}: none of its tables stands as the manifest says")),
        Some(needs) => Fault::query(format!("{what}: {} needs {needs}", ground.role)).sqlstate("42501").hint(format!(
            "GRANT {needs} TO {role}; pgdeck systems show {} --grants {role} prints all that is needed",
            ground.system.name
        )),
    }
}

/// That rows may be hidden, and what would show them: an empty list then says nothing.
fn hidden(ground: &Ground, listed: &[Fallen<'_>]) -> Option<String> {
    let hiding: Vec<_> = listed.iter().filter(|fallen| fallen.table.standing.hides).collect();
    let first = hiding.first()?;
    let names: Vec<String> = hiding.iter().map(|fallen| fallen.table.shown()).collect();
    let policies = match first.table.standing.policies.join(", ") {
        none if none.is_empty() => "no policy lets it through".to_owned(),
        some => format!("policies {some}"),
    };
    Some(format!(
        "row level security may hide deleted rows from {}, so what is missing here may have been deleted all the same: {} ({}: {policies}); \
         shown by CREATE POLICY … ON {} FOR SELECT TO {} USING (true), which pgdeck systems show {} --grants {} prints for all of them",
        ground.role,
        names.join(", "),
        first.table.shown(),
        first.table.quoted(),
        identifier(&ground.role),
        ground.system.name,
        ground.role,
    ))
}

fn text(trash: &Trash<'_>) -> String {
    let (ground, listed) = (trash.ground, trash.listed.as_slice());
    let mut columns = vec!["d.at AS deleted_at".to_owned(), format!("{} AS what", roots::what(listed))];
    // What is asked for on the telephone comes first: when, what, by whom, at whose.
    columns.push(format!("{} AS deleted_by", who::by(ground, listed)));
    columns.extend(tenant(ground).map(|tenant| format!("{tenant} AS tenant")));
    columns.push(format!("{} AS state", roots::STATE));
    columns.push(format!("pg_catalog.concat_ws(' · ', {}) AS rows", each(listed, |fallen| counted(trash, fallen))));
    columns.extend(tenant(ground).map(|_| format!("{} AS others", others(trash))));
    columns.push(format!("{} AS below", roots::below(trash)));
    columns.extend(roots::tells(listed).map(|tells| format!("{tells} AS tells")));
    let tables = each(listed, |fallen| table(trash, fallen));
    columns.push(format!("pg_catalog.to_json(pg_catalog.array_remove(ARRAY[{tables}]::text[], NULL)) AS tables"));
    columns.push(format!("{} AS place", deletions::place(trash)));
    columns.extend(ground.system.tenant.as_ref().map(|_| "d.tenant AS tenant_key".to_owned()));
    columns.push(format!("{} AS \"table\"", roots::table(listed)));
    columns.push("r.key AS key".to_owned());
    columns.push("'true'::text AS whole".to_owned());
    format!(
        "SELECT\n  {}\nFROM (\n{}\n) AS d\nLEFT JOIN LATERAL (\n{}\n) AS r ON true",
        columns.join(",\n  "),
        deletions::list(trash),
        roots::of_deletion(trash),
    )
}

fn each(listed: &[Fallen<'_>], one: impl Fn(&Fallen<'_>) -> String) -> String {
    listed.iter().map(one).collect::<Vec<_>>().join(",\n    ")
}

/// `note 3`, as far as it is worth counting; NULL where no row of the table fell.
fn counted(trash: &Trash<'_>, fallen: &Fallen<'_>) -> String {
    let word = format!("{} ", fallen.table.word());
    format!(
        "(SELECT CASE WHEN n.n > {COUNTED} THEN {} WHEN n.n > 0 THEN {} || n.n END \
         FROM (SELECT pg_catalog.count(*) AS n FROM (SELECT FROM {} AS c WHERE {} LIMIT {}) AS b) AS n)",
        literal(&format!("{word}{COUNTED}+")),
        literal(&word),
        fallen.table.quoted(),
        fallen.is_of_deletion("c", trash.mixed),
        COUNTED + 1,
    )
}

fn table(trash: &Trash<'_>, fallen: &Fallen<'_>) -> String {
    let (shown, quoted) = (literal(&fallen.table.shown()), fallen.table.quoted());
    format!(
        "CASE WHEN EXISTS (SELECT FROM {quoted} AS c WHERE {}) THEN {shown} END",
        fallen.is_of_deletion("c", trash.mixed)
    )
}

/// The tenant as a person knows it, else its key.
fn tenant(ground: &Ground) -> Option<String> {
    let spec = ground.system.tenant.as_ref()?;
    let standing = ground.standing(&spec.table);
    let reads =
        |name: &String| standing.and_then(|standing| standing.column(name)).is_some_and(|column| column.may_select);
    let Some(label) = spec.label.as_ref().filter(|label| reads(label) && reads(&spec.key)) else {
        return Some("d.tenant::text".to_owned());
    };
    let table = format!("{}.{}", identifier(&ground.source.schema), identifier(&spec.table));
    Some(format!(
        "coalesce((SELECT pg_catalog.left(t.{}::text, 120) FROM {table} AS t WHERE t.{} = d.tenant), d.tenant::text)",
        identifier(label),
        identifier(&spec.key),
    ))
}

/// How many other tenants lost rows in the same moment; NULL for none.
fn others(trash: &Trash<'_>) -> String {
    let one = |fallen: &Fallen<'_>| {
        let (tenant, at) = (fallen.tenant("c")?, fallen.at("c")?);
        Some(format!(
            "(SELECT {tenant} AS tenant FROM {} AS c WHERE {} AND {at} = d.at AND {tenant} <> d.tenant LIMIT {COUNTED})",
            fallen.table.quoted(),
            fallen.table.is_deleted("c"),
        ))
    };
    let all: Vec<String> = trash.listed.iter().filter_map(one).collect();
    if all.is_empty() {
        return "NULL::bigint".to_owned();
    }
    let known = if trash.mixed { " WHERE d.rank IS NULL" } else { "" };
    format!(
        "(SELECT nullif(pg_catalog.count(DISTINCT o.tenant), 0) FROM (\n    {}\n  ) AS o{known})",
        all.join("\n    UNION ALL\n    ")
    )
}
