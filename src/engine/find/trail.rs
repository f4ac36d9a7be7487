//! What the audit trail says: of rows that were found, and of rows that are nowhere else any more.

use super::super::statement::Statement;
use super::super::trash::who::{distance, is_in_time};
use super::guard::Piece;
use super::hit::{Hit, Moved};
use super::standing::{Column, Place};
use super::text::as_type;
use super::way::in_words;
use crate::catalog::system::{AuditSpec, DeletedKind};
use crate::db::quote::{identifier, literal};
use serde_json::{Value, json};

/// Entries of one row that are looked at, newest first.
pub(super) const ENTRIES: usize = 20;

/// The audit table of one system, and its tables.
pub(super) struct Trail<'a> {
    pub audit: &'a AuditSpec,
    pub table: &'a Place<'a>,
    pub places: &'a [Place<'a>],
}

impl<'a> Trail<'a> {
    /// The trail of the system whose tables these are; None where it says nothing of rows.
    pub fn of(places: &'a [Place<'a>], system: &str, schema: &str) -> Option<Self> {
        let mut own = places.iter().filter(|place| place.system.name == system && place.source.schema == schema);
        let audit = own.clone().next()?.system.audit.as_ref()?;
        let table = own.find(|place| place.spec.name == audit.table)?;
        let trail = Self { audit, table, places };
        (audit.object.is_some() && audit.row.is_some() && trail.plain(&audit.at).is_some()).then_some(trail)
    }

    pub fn owns(&self, place: &Place<'_>) -> bool {
        place.source == self.table.source
    }

    pub(super) fn plain(&self, name: &str) -> Option<&Column> {
        self.table.column(name)
    }

    /// A place of the manifest as a text over this alias.
    pub(super) fn text(&self, place: Option<&String>, alias: &str) -> String {
        match place.map(|place| place.split_once('.').ok_or(place)) {
            None => "NULL::text".to_owned(),
            Some(Ok((column, key))) => format!("({alias}.{} ->> {})", identifier(column), literal(key)),
            Some(Err(column)) => format!("{alias}.{}::text", identifier(column)),
        }
    }

    /// A place with a JSON object over this alias.
    pub(super) fn object(&self, place: Option<&String>, alias: &str) -> Option<String> {
        let place = place?;
        let (column, key) = place.split_once('.').map_or((place.as_str(), None), |(column, key)| (column, Some(key)));
        self.plain(column).filter(|column| column.type_name.starts_with("json"))?;
        let column = format!("{alias}.{}", identifier(column));
        Some(key.map_or_else(|| column.clone(), |key| format!("({column} -> {})", literal(key))))
    }

    pub(super) fn member(&self, place: Option<&String>, alias: &str, member: &str) -> String {
        self.object(place, alias).map_or("NULL::text".to_owned(), |object| format!("({object} ->> {member})"))
    }

    /// Who did it: their name, else what the trail has of them.
    pub(super) fn who(&self, alias: &str) -> String {
        let audit = self.audit;
        let mut ways = Vec::new();
        let people = audit.people.as_ref().zip(audit.actor.as_ref());
        let named = people.and_then(|(people, actor)| {
            let table = self.places.iter().find(|place| self.owns(place) && place.spec.name == people.table)?;
            let (key, own) = (table.column(&people.key)?, self.plain(actor)?);
            let shown = !table.spec.masked.contains(&people.label) && table.column(&people.label).is_some();
            (shown && key.type_name == own.type_name).then(|| {
                let (key, label, actor) = (identifier(&people.key), identifier(&people.label), identifier(actor));
                format!(
                    "(SELECT pg_catalog.left({alias}_p.{label}::text, 120) FROM {} AS {alias}_p \
                     WHERE {alias}_p.{key} = {alias}.{actor})",
                    table.quoted()
                )
            })
        });
        ways.extend(named);
        for place in [&audit.claimed, &audit.role, &audit.actor].into_iter().flatten() {
            ways.push(self.text(Some(place), alias));
        }
        if ways.is_empty() { "NULL::text".to_owned() } else { format!("COALESCE({})", ways.join(", ")) }
    }

    /// The condition that an entry is about this kind of row.
    pub(super) fn row_type(&self) -> &str {
        let row = self.audit.row.as_deref().unwrap_or_default();
        self.plain(row).map_or("text", |column| column.type_name.as_str())
    }

    pub(super) fn live(&self, alias: &str) -> String {
        self.table.is_live(alias).map_or_else(String::new, |live| format!(" AND {live}"))
    }

    /// The newest entries about rows that were found: n, at, in words, who, action, tenant before and after, marker after.
    pub fn about(&'a self, hits: &'a [Hit]) -> Option<Piece<'a>> {
        let told = |(n, hit): (usize, &Hit)| {
            let place = &self.places[hit.place];
            let [key] = hit.key.as_slice() else { return None };
            (self.owns(place) && place.spec.name != self.audit.table).then_some(())?;
            as_type(key, self.row_type())?;
            let marker = place.spec.deleted.as_ref().map(|deleted| deleted.column.clone());
            Some(json!({
                "n": n, "object": place.word(), "row": key, "tenant": place.spec.tenant, "marker": marker, "at": hit.at,
            }))
        };
        let rows: Vec<Value> = hits.iter().enumerate().filter_map(told).collect();
        let rows = Some(Value::from(rows)).filter(|rows| rows != &json!([]))?.to_string();
        Some(Box::new(move |statement: &mut Statement, alias: &str| {
            let audit = self.audit;
            let (at, kind) = (format!("{alias}.{}", identifier(&audit.at)), self.row_type());
            statement.push(&format!(
                "SELECT s.n::text, {at}::text, {}, {}, {}, {}, {}, {}, {}\nFROM pg_catalog.json_to_recordset(",
                in_words(&at),
                self.who(alias),
                self.text(audit.action.as_ref(), alias),
                self.member(audit.old.as_ref(), alias, "s.tenant"),
                self.member(audit.new.as_ref(), alias, "s.tenant"),
                self.member(audit.new.as_ref(), alias, "s.marker"),
                self.fit(alias),
            ));
            statement.bind(Some(&rows), "json");
            statement.push(&format!(
                ") AS s (n bigint, object text, \"row\" {kind}, tenant text, marker text, at timestamptz)\nCROSS JOIN LATERAL (\nSELECT {alias}_e.*\n\
                 FROM {} AS {alias}_e\nWHERE {} = s.object AND {} = s.\"row\"{}\nORDER BY {alias}_e.{} DESC\nLIMIT {ENTRIES}\n) AS {alias}",
                self.table.quoted(),
                self.compared(audit.object.as_ref(), &format!("{alias}_e")),
                self.compared(audit.row.as_ref(), &format!("{alias}_e")),
                self.live(&format!("{alias}_e")),
                identifier(&audit.at),
            ));
        }))
    }

    /// How well an entry fits the time of the deletion `s`: the less the better, and -1 for one of long after it.
    fn fit(&self, alias: &str) -> String {
        let at = format!("{alias}.{}", identifier(&self.audit.at));
        let claims = self.audit.claimed.as_ref().map(|place| self.text(Some(place), alias));
        let near = distance(&at, "s.at", claims.as_deref());
        format!("CASE WHEN NOT {} THEN '-1' ELSE {near}::text END", is_in_time(&at, "s.at"))
    }

    /// A place as it is compared: as the column is, so that its index serves.
    pub(super) fn compared(&self, place: Option<&String>, alias: &str) -> String {
        match place.and_then(|place| self.plain(place)) {
            Some(column) if as_type("0", &column.type_name).is_some() || column.type_name == "uuid" => {
                format!("{alias}.{}", identifier(&column.name))
            }
            _ => self.text(place, alias),
        }
    }

    /// Takes in what [`Trail::about`] brought.
    pub fn tell(&self, hits: &mut [Hit], rows: &[Vec<Option<String>>]) {
        for (n, hit) in hits.iter_mut().enumerate() {
            let number = Some(n.to_string());
            let entries: Vec<_> = rows.iter().filter(|row| row.first() == Some(&number)).collect();
            let place = &self.places[hit.place];
            let text = |row: &[Option<String>], at: usize| row.get(at).cloned().flatten();
            if hit.deleted
                && let Some(entry) = entries
                    .iter()
                    .filter(|entry| deletes(place, &text(entry, 4), &text(entry, 7)))
                    .filter_map(|entry| Some((fit(text(entry, 8))?, entry)))
                    .min_by(|(own, _), (other, _)| own.total_cmp(other))
                    .map(|(_, entry)| entry)
            {
                hit.who = hit.who.take().or(text(entry, 3));
                if hit.at.is_none() {
                    (hit.at, hit.when) = (text(entry, 1), text(entry, 2));
                }
            }
            let moved = entries.iter().find_map(|entry| {
                let (from, to) = (text(entry, 5)?, text(entry, 6)?);
                let moved = Moved { from, at: text(entry, 1), when: text(entry, 2), who: text(entry, 3) };
                (moved.from != to && hit.tenant.as_deref() == Some(to.as_str())).then_some(moved)
            });
            hit.moved = hit.moved.take().or(moved);
        }
    }
}

/// As [`Trail::fit`] wrote it; None for an entry of long after. Where no time is known, the newest one comes first.
fn fit(text: Option<String>) -> Option<f64> {
    text.map_or(Some(0.0), |text| text.parse().ok().filter(|fit| *fit >= 0.0))
}

/// True for an entry that tells of the deletion of its row.
fn deletes(place: &Place<'_>, action: &Option<String>, marked: &Option<String>) -> bool {
    let Some(deleted) = &place.spec.deleted else { return false };
    let said = place.spec.audit.as_ref().is_some_and(|words| Some(&words.deleted) == action.as_ref());
    said || match deleted.kind {
        DeletedKind::Timestamp => marked.is_some(),
        DeletedKind::Boolean | DeletedKind::Status => {
            marked.is_some() && marked.as_deref() == Some(deleted.value.as_deref().unwrap_or("true"))
        }
    }
}
