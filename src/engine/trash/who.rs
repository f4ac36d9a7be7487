//! Who deleted the first root: its own column, else the entry of the audit trail that tells of its deletion and is of its moment.

use super::super::operations::{Ground, Relation};
use super::fallen::Fallen;
use super::roots::per_rank;
use crate::catalog::system::{AuditSpec, DeletedKind, RelationKind};
use crate::db::quote::{identifier, literal};

/// How far the moment of an entry is from that of a mark, in half seconds: one that says who asked is nearer. NULL where the mark
/// tells no moment. Both are SQL.
pub(in crate::engine) fn distance(entry: &str, mark: &str, claims: Option<&str>) -> String {
    let says_who = claims.map_or("0".to_owned(), |claims| format!("CASE WHEN {claims} IS NULL THEN 1 ELSE 0 END"));
    format!(
        "(CASE WHEN pg_catalog.isfinite({mark}) THEN pg_catalog.abs(pg_catalog.round(extract(epoch FROM {entry} - {mark})::numeric)) * 2 \
         + {says_who} END)"
    )
}

/// The condition that an entry is not of long after the mark: who puts a mark back later is not who deleted the row.
pub(in crate::engine) fn is_in_time(entry: &str, mark: &str) -> String {
    format!("({entry} <= {mark} + INTERVAL '1 minute' OR NOT pg_catalog.isfinite({mark}))")
}

/// Who made the entry `l` of the trail.
pub(super) fn of_entry(ground: &Ground) -> String {
    Trail::of(ground).map_or("NULL::text".to_owned(), |trail| trail.name("l"))
}

pub(super) fn by(ground: &Ground, listed: &[Fallen<'_>]) -> String {
    per_rank(listed, |fallen| {
        let own = fallen.table.deleted.by.as_deref().map(|column| own(ground, fallen, column));
        own.or_else(|| Some(Trail::of(ground)?.entry(fallen)))
    })
}

fn own(ground: &Ground, fallen: &Fallen<'_>, column: &str) -> String {
    let by = format!("c.{}", identifier(column));
    let who = person(ground, &format!("{by}::text"))
        .map_or(format!("{by}::text"), |name| format!("coalesce({name}, {by}::text)"));
    format!("(SELECT {who} FROM {} AS c WHERE {})", fallen.table.quoted(), fallen.has_key("c", "r.key"))
}

/// The name of the person with this key, which is a text.
fn person(ground: &Ground, key: &str) -> Option<String> {
    let people = ground.system.audit.as_ref()?.people.as_ref()?;
    let standing = ground.standing(&people.table)?;
    let reads = |name: &str| standing.column(name).is_some_and(|column| column.may_select);
    let spec = ground.system.tables.iter().find(|table| table.name == people.table);
    let masks = |name: &str| spec.is_some_and(|spec| spec.masked.iter().any(|masked| masked == name));
    let shows = |name: &&str| reads(name) && !masks(name);
    let other = spec.and_then(|spec| spec.label.as_deref());
    let mut names: Vec<&str> = [Some(people.label.as_str()), other].into_iter().flatten().filter(shows).collect();
    names.dedup();
    if names.is_empty() || !reads(&people.key) {
        return None;
    }
    let names: Vec<String> = names.iter().map(|name| format!("nullif(w.{}::text, '')", identifier(name))).collect();
    Some(format!(
        "(SELECT pg_catalog.left(coalesce({}), 120) FROM {}.{} AS w WHERE w.{} = ({key})::{})",
        names.join(", "),
        identifier(&ground.source.schema),
        identifier(&people.table),
        identifier(&people.key),
        standing.type_of(&people.key),
    ))
}

/// The audit table as it can be asked who did something.
struct Trail<'a> {
    ground: &'a Ground,
    audit: &'a AuditSpec,
    row: Option<&'a str>,
}

impl<'a> Trail<'a> {
    /// None where the system keeps none, or the role may not read it.
    fn of(ground: &'a Ground) -> Option<Self> {
        let audit = ground.system.audit.as_ref()?;
        let standing = ground.standing(&audit.table)?;
        let places = [&audit.action, &audit.object, &audit.row, &audit.actor, &audit.claimed, &audit.role, &audit.new];
        let columns = places.into_iter().flatten().map(|place| place.split('.').next().unwrap_or(place));
        let reads = |name: &str| standing.column(name).is_some_and(|column| column.may_select);
        let all = columns.chain([audit.at.as_str()]).all(reads);
        all.then_some(Self { ground, audit, row: audit.row.as_deref() })
    }

    /// A place of the audit table as a text.
    fn text(&self, place: &str) -> String {
        Self::text_of("a", place)
    }

    fn text_of(alias: &str, place: &str) -> String {
        match place.split_once('.') {
            Some((column, key)) => format!("{alias}.{} ->> {}", identifier(column), literal(key)),
            None => format!("{alias}.{}::text", identifier(place)),
        }
    }

    /// Who made the entry that tells of the row's deletion and is nearest to it in time. One that says who asked tells more than the
    /// trigger's of the same moment.
    fn entry(&self, fallen: &Fallen<'_>) -> String {
        let mut tries = Vec::new();
        if let [key] = fallen.table.spec.key.as_slice() {
            let key = format!("(r.key::json ->> {})", literal(key));
            tries.extend(self.is_row(Some(fallen.table.word()), &key).and_then(|is_row| self.told(fallen, &is_row)));
        }
        let above = self.ground.above(fallen.table.name()).into_iter();
        let polymorphic =
            above.filter(|relation| relation.spec.kind == RelationKind::Polymorphic && fallen.reads_all(relation));
        tries.extend(polymorphic.take(1).filter_map(|relation| self.filed_above(fallen, &relation)));
        match tries.as_slice() {
            [] => "NULL::text".to_owned(),
            _ => format!("coalesce({})", tries.join(",\n      ")),
        }
    }

    /// The entry filed under the record a row hangs on, the nearest in time.
    fn filed_above(&self, fallen: &Fallen<'_>, relation: &Relation<'_>) -> Option<String> {
        let [word, key] = relation.spec.columns.as_slice() else { return None };
        self.audit.object.as_ref()?;
        let words = fallen.table.spec.audit.as_ref()?;
        let action = format!("{} = {}", self.text(self.audit.action.as_deref()?), literal(&words.deleted));
        let from = format!(
            "FROM {} AS c JOIN {} AS a ON {} AND {} = c.{} ",
            fallen.table.quoted(),
            self.table(),
            self.is_row(None, &format!("c.{}::text", identifier(key)))?,
            self.text(self.audit.object.as_deref()?),
            identifier(word),
        );
        let at = format!("a.{}", identifier(&self.audit.at));
        let claims = self.audit.claimed.as_deref().map(|place| self.text(place));
        let near = distance(&at, "d.at", claims.as_deref());
        Some(format!(
            "(SELECT {} {from}WHERE {} AND {action} AND {}{} ORDER BY {near} LIMIT 1)",
            self.name("a"),
            fallen.has_key("c", "r.key"),
            is_in_time(&at, "d.at"),
            self.is_kept(),
        ))
    }

    fn table(&self) -> String {
        format!("{}.{}", identifier(&self.ground.source.schema), identifier(&self.audit.table))
    }

    /// The condition that an entry is about this row, whose key is a text; None where the trail does not say which row.
    fn is_row(&self, word: Option<&str>, key: &str) -> Option<String> {
        let row = self.row?;
        let type_name = self.ground.standing(&self.audit.table).map_or("text", |standing| standing.type_of(row));
        let mut is_row = match row.contains('.') {
            true => format!("{} = {key}", self.text(row)),
            false => format!("a.{} = {key}::{type_name}", identifier(row)),
        };
        if let (Some(object), Some(word)) = (self.audit.object.as_deref(), word) {
            let object = if object.contains('.') { self.text(object) } else { format!("a.{}", identifier(object)) };
            is_row = format!("{object} = {} AND {is_row}", literal(word));
        }
        Some(is_row)
    }

    fn told(&self, fallen: &Fallen<'_>, is_row: &str) -> Option<String> {
        let tells = self.tells_of_deletion(fallen)?;
        let at = format!("a.{}", identifier(&self.audit.at));
        let claims = self.audit.claimed.as_deref().map(|place| self.text(place));
        let near = distance(&at, "d.at", claims.as_deref());
        Some(format!(
            "(SELECT {} FROM {} AS a WHERE {is_row} AND ({tells}) AND {}{} ORDER BY {near}, {at} DESC LIMIT 1)",
            self.name("a"),
            self.table(),
            is_in_time(&at, "d.at"),
            self.is_kept(),
        ))
    }

    /// The condition that an entry says that the row was marked as deleted.
    fn tells_of_deletion(&self, fallen: &Fallen<'_>) -> Option<String> {
        let mut ways = Vec::new();
        let words = fallen.table.spec.audit.as_ref().filter(|words| words.deleted != words.restored);
        if let (Some(words), Some(action)) = (words, self.audit.action.as_deref()) {
            ways.push(format!("{} = {}", self.text(action), literal(&words.deleted)));
        }
        let deleted = fallen.table.deleted;
        if let Some(new) = &self.audit.new {
            let new = match new.split_once('.') {
                Some((column, key)) => format!("a.{} -> {}", identifier(column), literal(key)),
                None => format!("a.{}", identifier(new)),
            };
            let value = format!("{new} ->> {}", literal(&deleted.column));
            ways.push(match deleted.kind {
                DeletedKind::Timestamp => format!("{value} IS NOT NULL"),
                DeletedKind::Boolean | DeletedKind::Status => format!("{value} = {}", literal(fallen.table.dead())),
            });
        }
        (!ways.is_empty()).then(|| ways.join(" OR "))
    }

    /// An audit table can itself be one of soft delete, and its indexes leave out what is deleted.
    fn is_kept(&self) -> String {
        let own = self.ground.table(&self.audit.table);
        own.map_or(String::new(), |table| format!(" AND NOT ({})", table.is_deleted("a")))
    }

    /// The person, else who asked as they said it, else the role.
    fn name(&self, alias: &str) -> String {
        let person = self.audit.actor.as_deref().map(|place| {
            let key = Self::text_of(alias, place);
            person(self.ground, &key).map_or(key.clone(), |name| format!("coalesce({name}, {key})"))
        });
        let said =
            [&self.audit.claimed, &self.audit.role].into_iter().flatten().map(|place| Self::text_of(alias, place));
        let all: Vec<String> = person.into_iter().chain(said).collect();
        if all.is_empty() { "NULL::text".to_owned() } else { format!("coalesce({})", all.join(", ")) }
    }
}
