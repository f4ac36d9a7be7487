//! What tells that two rows fell in one deletion, the surest first: a shared deletion id, the audit trail's transaction, equal markers
//! and actors, equal row versions; a window of time only where a person asks for it. It must not know how rows are related.

use super::ground::{Ground, Table};
use crate::catalog::system::{AuditSpec, DeletedKind};
use crate::db::quote::{identifier, literal};

/// What is asked of two tables' rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Rung {
    /// A column both keep for it.
    Group,
    /// The transaction in which the audit trail says each was deleted; where it says nothing of one of them, the next.
    Trail,
    /// The same time of deletion, and the same person where both tables say who.
    Marker,
    /// The same row version: the last change of both was in one transaction.
    Version,
}

/// The surest rung two tables have.
pub(in super::super) fn rung(ground: &Ground, child: &Table<'_>, parent: &Table<'_>) -> Rung {
    if child.deleted.group.is_some() && parent.deleted.group.is_some() {
        return Rung::Group;
    }
    match (trail(ground, child, "c"), trail(ground, parent, "p")) {
        (Some(_), Some(_)) => Rung::Trail,
        _ => below_trail(child, parent),
    }
}

fn below_trail(child: &Table<'_>, parent: &Table<'_>) -> Rung {
    let is_time = |table: &Table<'_>| table.deleted.kind == DeletedKind::Timestamp;
    if is_time(child) && is_time(parent) { Rung::Marker } else { Rung::Version }
}

/// The condition that the rows `c` and `p` fell in one deletion. The server compares the stored values: what is shown may be
/// rounded.
pub(in super::super) fn same(ground: &Ground, child: &Table<'_>, parent: &Table<'_>) -> String {
    let exact = match rung(ground, child, parent) {
        Rung::Group => by_group_or_below(ground, child, parent),
        _ => same_moment(ground, child, parent),
    };
    match same_tenant(child, parent) {
        Some(tenant) => format!("{exact} AND {tenant}"),
        None => exact,
    }
}

/// The same, whatever their tenants.
pub(in super::super) fn same_moment(ground: &Ground, child: &Table<'_>, parent: &Table<'_>) -> String {
    match rung(ground, child, parent) {
        Rung::Group => by_group(child, parent),
        Rung::Trail => by_trail(ground, child, parent),
        rung => by(rung, child, parent),
    }
}

/// The condition that `c` and `p` belong to one tenant; None where one of them has none.
pub(in super::super) fn same_tenant(child: &Table<'_>, parent: &Table<'_>) -> Option<String> {
    let (own, key) = (child.spec.tenant.as_deref()?, parent.spec.tenant.as_deref()?);
    Some(equal(child, own, parent, key, "IS NOT DISTINCT FROM"))
}

fn by_group(child: &Table<'_>, parent: &Table<'_>) -> String {
    let (own, key) = (child.deleted.group.as_deref(), parent.deleted.group.as_deref());
    equal(child, own.unwrap_or_default(), parent, key.unwrap_or_default(), "=")
}

/// Where one of the rows has no deletion id, as after a deletion by who cannot make one, the next rung tells.
fn by_group_or_below(ground: &Ground, child: &Table<'_>, parent: &Table<'_>) -> String {
    let same = by_group(child, parent);
    let is_marker = |table: &Table<'_>| table.deleted.group.as_deref() == Some(table.deleted.column.as_str());
    if is_marker(child) && is_marker(parent) {
        return same;
    }
    format!("COALESCE({same}, {})", by_trail(ground, child, parent))
}

fn by(rung: Rung, child: &Table<'_>, parent: &Table<'_>) -> String {
    if rung != Rung::Marker {
        return "c.xmin = p.xmin".to_owned();
    }
    let mut same = equal(child, &child.deleted.column, parent, &parent.deleted.column, "=");
    if let (Some(own), Some(key)) = (child.deleted.by.as_deref(), parent.deleted.by.as_deref()) {
        same = format!("{same} AND {}", equal(child, own, parent, key, "IS NOT DISTINCT FROM"));
    }
    same
}

fn by_trail(ground: &Ground, child: &Table<'_>, parent: &Table<'_>) -> String {
    let lower = by(below_trail(child, parent), child, parent);
    let (Some(own), Some(above)) = (trail(ground, child, "c"), trail(ground, parent, "p")) else { return lower };
    format!("COALESCE(({own}) = ({above}), {lower})")
}

/// The condition that `c` has the marker of `p`, of whose deletion the trail says nothing; None where a marker is no time.
pub(in super::super) fn marker_without_trail(ground: &Ground, child: &Table<'_>, parent: &Table<'_>) -> Option<String> {
    let rung = Some(below_trail(child, parent)).filter(|rung| *rung == Rung::Marker)?;
    let above = trail(ground, parent, "p")?;
    Some(format!("{} AND ({above}) IS NULL", by(rung, child, parent)))
}

/// A column of `c` beside one of `p`.
pub(in super::super) fn equal(child: &Table<'_>, own: &str, parent: &Table<'_>, key: &str, operator: &str) -> String {
    let cast = if child.standing.type_of(own) == parent.standing.type_of(key) { "" } else { "::text" };
    format!("c.{}{cast} {operator} p.{}{cast}", identifier(own), identifier(key))
}

/// The condition that `c` was deleted within so many seconds of `p`; None where one of them keeps no time, or a shared id tells
/// exactly.
pub(in super::super) fn within(child: &Table<'_>, parent: &Table<'_>, seconds: u32) -> Option<String> {
    let (own, key) = (time_column(child)?, time_column(parent)?);
    let near = format!(
        "c.{0} BETWEEN p.{1} - pg_catalog.make_interval(secs => {seconds}) AND p.{1} + pg_catalog.make_interval(secs => {seconds})",
        identifier(own),
        identifier(key)
    );
    Some(match same_tenant(child, parent) {
        Some(tenant) => format!("{near} AND {tenant}"),
        None => near,
    })
}

/// The column with the time of the deletion.
pub(in super::super) fn time_column<'a>(table: &Table<'a>) -> Option<&'a str> {
    let marker = (table.deleted.kind == DeletedKind::Timestamp).then_some(table.deleted.column.as_str());
    let columns = [table.deleted.at.as_deref(), marker, table.deleted.group.as_deref()];
    let is_time = |name: &&str| table.standing.type_of(name).starts_with("timestamp");
    columns.into_iter().flatten().find(is_time)
}

/// The transaction, as the trail keeps it, in which the row of this alias was last deleted; None where the trail cannot tell.
pub(in super::super) fn trail(ground: &Ground, table: &Table<'_>, alias: &str) -> Option<String> {
    newest(ground, table, alias, &transaction(ground.system.audit.as_ref()?), Whose::Application)
}

/// Whose entries are read. One of pgdeck stands for all rows of its operation under the first of them, and an undo puts back what
/// an older one tells: it tells of no transaction that deleted a row.
#[derive(Clone, Copy, PartialEq)]
pub(in super::super) enum Whose {
    Application,
    All,
}

/// This of the newest entry `l` about the deletion of the row of this alias; NULL where that entry says that it came back.
pub(in super::super) fn newest(
    ground: &Ground,
    table: &Table<'_>,
    alias: &str,
    what: &str,
    whose: Whose,
) -> Option<String> {
    let audit = ground.system.audit.as_ref()?;
    let row = audit.row.as_deref()?;
    let [key] = table.spec.key.as_slice() else { return None };
    let type_name = if row.contains('.') { "text" } else { ground.standing(&audit.table)?.type_of(row) };
    let (deleted, restored) = (says(audit, table, Said::Deleted)?, says(audit, table, Said::Restored));
    let either = restored.map_or_else(|| deleted.clone(), |restored| format!("{deleted} OR {restored}"));
    Some(format!(
        "SELECT CASE WHEN {deleted} THEN {what} END\n    {}\n    AND ({either})\n    AND {} = {alias}.{}::{type_name}\n    \
         ORDER BY l.{} DESC, ({what}) IS NULL\n    LIMIT 1",
        about(ground, audit, table, whose),
        place(row),
        identifier(key),
        identifier(&audit.at),
    ))
}

/// FROM the entries `l` that say that a row of this table was deleted.
pub(in super::super) fn entries(ground: &Ground, table: &Table<'_>) -> Option<String> {
    let audit = ground.system.audit.as_ref()?;
    ground.standing(&audit.table)?;
    Some(format!(
        "{}\n    AND ({})",
        about(ground, audit, table, Whose::Application),
        says(audit, table, Said::Deleted)?
    ))
}

/// FROM the entries `l` about this table, none that were deleted themselves.
fn about(ground: &Ground, audit: &AuditSpec, table: &Table<'_>, whose: Whose) -> String {
    let object = audit.object.as_deref().map(place).unwrap_or_default();
    let kept = ground.table(&audit.table).map_or_else(String::new, |own| format!(" AND {}", own.is_live("l")));
    let own = audit.operation.as_deref().filter(|_| whose == Whose::Application);
    let own = own.map_or_else(String::new, |operation| format!(" AND ({}) IS NULL", place(operation)));
    format!(
        "FROM {}.{} AS l\n    WHERE {object} = {}{kept}{own}",
        identifier(&ground.source.schema),
        identifier(&audit.table),
        literal(table.word())
    )
}

#[derive(Clone, Copy, PartialEq)]
enum Said {
    Deleted,
    Restored,
}

/// The condition that the entry `l` says this of its row; None where no entry can.
fn says(audit: &AuditSpec, table: &Table<'_>, what: Said) -> Option<String> {
    audit.object.as_ref()?;
    let mut said: Vec<String> = Vec::new();
    if let (Some(action), Some(words)) = (audit.action.as_deref(), table.spec.audit.as_ref()) {
        let word = if what == Said::Deleted { &words.deleted } else { &words.restored };
        // Where one word stands for both ways it tells nothing.
        if words.deleted != words.restored {
            said.push(format!("{} = {}", place(action), literal(word)));
        }
    }
    if let Some(new) = audit.new.as_deref() {
        let (new, column) = (json_place(new), literal(&table.deleted.column));
        said.push(match (table.deleted.kind, what) {
            (DeletedKind::Timestamp, Said::Deleted) => format!("({new} ->> {column}) IS NOT NULL"),
            // A JSON null, not a missing key.
            (DeletedKind::Timestamp, Said::Restored) => format!("({new} -> {column})::text = 'null'"),
            (_, Said::Deleted) => format!("({new} ->> {column}) = {}", literal(table.dead())),
            (_, Said::Restored) => format!("({new} ->> {column}) <> {}", literal(table.dead())),
        });
    }
    // A word such as "updated" is used for much else: only what names the marker takes a deletion back.
    if what == Said::Restored && said.len() > 1 {
        said.remove(0);
    }
    (!said.is_empty()).then(|| format!("({})", said.join(" OR ")))
}

/// What the entries `l` of one transaction share.
pub(in super::super) fn transaction(audit: &AuditSpec) -> String {
    place(audit.transaction.as_deref().unwrap_or(&audit.at))
}

/// A place of the audit table as text: `column`, or `column.key` of a JSON object.
pub(in crate::engine) fn place(place: &str) -> String {
    match place.split_once('.') {
        Some((column, key)) => format!("l.{} ->> {}", identifier(column), literal(key)),
        None => format!("l.{}", identifier(place)),
    }
}

/// A place that holds JSON.
pub(in crate::engine) fn json_place(place: &str) -> String {
    match place.split_once('.') {
        Some((column, key)) => format!("(l.{} -> {})", identifier(column), literal(key)),
        None => format!("l.{}", identifier(place)),
    }
}
