//! What the audit trail says: of rows that were found, and of rows that are nowhere else any more.

use super::super::statement::Statement;
use super::guard::Piece;
use super::hit::{Hit, Moved};
use super::standing::{Column, Place};
use super::way::{as_type, in_words, word};
use crate::catalog::system::{AuditSpec, DeletedKind};
use crate::db::quote::{identifier, literal};
use serde_json::{Value, json};

/// Entries of one row that are looked at, newest first.
const ENTRIES: usize = 20;

/// The audit table of one system, and its tables.
pub(super) struct Trail<'a> {
    pub audit: &'a AuditSpec,
    pub table: &'a Place<'a>,
    pub places: &'a [Place<'a>],
}

/// A row only the trail knows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gone {
    pub place: usize,
    pub key: String,
    pub at: Option<String>,
    pub when: Option<String>,
    pub who: Option<String>,
    pub action: String,
    pub label: Option<String>,
    pub tenant: Option<String>,
    /// The entry says that the row was deleted for good.
    pub erased: bool,
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

    fn plain(&self, name: &str) -> Option<&Column> {
        self.table.column(name)
    }

    /// A place of the manifest as a text over this alias.
    fn text(&self, place: Option<&String>, alias: &str) -> String {
        match place.map(|place| place.split_once('.').ok_or(place)) {
            None => "NULL::text".to_owned(),
            Some(Ok((column, key))) => format!("({alias}.{} ->> {})", identifier(column), literal(key)),
            Some(Err(column)) => format!("{alias}.{}::text", identifier(column)),
        }
    }

    /// A place with a JSON object over this alias.
    fn object(&self, place: Option<&String>, alias: &str) -> Option<String> {
        let place = place?;
        let (column, key) = place.split_once('.').map_or((place.as_str(), None), |(column, key)| (column, Some(key)));
        self.plain(column).filter(|column| column.type_name.starts_with("json"))?;
        let column = format!("{alias}.{}", identifier(column));
        Some(key.map_or_else(|| column.clone(), |key| format!("({column} -> {})", literal(key))))
    }

    fn member(&self, place: Option<&String>, alias: &str, member: &str) -> String {
        self.object(place, alias).map_or("NULL::text".to_owned(), |object| format!("({object} ->> {member})"))
    }

    /// Who did it: their name, else what the trail has of them.
    fn who(&self, alias: &str) -> String {
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
    fn row_type(&self) -> &str {
        let row = self.audit.row.as_deref().unwrap_or_default();
        self.plain(row).map_or("text", |column| column.type_name.as_str())
    }

    fn live(&self, alias: &str) -> String {
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
                "n": n, "object": place.word(), "row": key, "tenant": place.spec.tenant, "marker": marker,
            }))
        };
        let rows: Vec<Value> = hits.iter().enumerate().filter_map(told).collect();
        let rows = Some(Value::from(rows)).filter(|rows| rows != &json!([]))?.to_string();
        Some(Box::new(move |statement: &mut Statement, alias: &str| {
            let audit = self.audit;
            let (at, kind) = (format!("{alias}.{}", identifier(&audit.at)), self.row_type());
            statement.push(&format!(
                "SELECT s.n::text, {at}::text, {}, {}, {}, {}, {}, {}, NULL::text\nFROM pg_catalog.json_to_recordset(",
                in_words(&at),
                self.who(alias),
                self.text(audit.action.as_ref(), alias),
                self.member(audit.old.as_ref(), alias, "s.tenant"),
                self.member(audit.new.as_ref(), alias, "s.tenant"),
                self.member(audit.new.as_ref(), alias, "s.marker"),
            ));
            statement.bind(Some(&rows), "json");
            statement.push(&format!(
                ") AS s (n bigint, object text, \"row\" {kind}, tenant text, marker text)\nCROSS JOIN LATERAL (\nSELECT {alias}_e.*\n\
                 FROM {} AS {alias}_e\nWHERE {} = s.object AND {} = s.\"row\"{}\nORDER BY {alias}_e.{} DESC\nLIMIT {ENTRIES}\n) AS {alias}",
                self.table.quoted(),
                self.compared(audit.object.as_ref(), &format!("{alias}_e")),
                self.compared(audit.row.as_ref(), &format!("{alias}_e")),
                self.live(&format!("{alias}_e")),
                identifier(&audit.at),
            ));
        }))
    }

    /// A place as it is compared: as the column is, so that its index serves.
    fn compared(&self, place: Option<&String>, alias: &str) -> String {
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
                && let Some(entry) = entries.iter().find(|entry| deletes(place, &text(entry, 4), &text(entry, 7)))
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

    /// Entries about rows of this key, whatever table they were of.
    pub fn by_key(&'a self, text: &str) -> Option<Piece<'a>> {
        let row = as_type(&canonical(text), self.row_type())?;
        let kind = self.row_type().to_owned();
        self.entries(move |trail, statement, alias| {
            statement.push(&format!("{} = ", trail.compared(trail.audit.row.as_ref(), alias)));
            statement.bind(Some(&row), &kind);
        })
    }

    /// Entries of rows deleted for good that had this text in a column that is searched.
    pub fn by_text(&'a self, text: &str) -> Option<Piece<'a>> {
        if self.audit.erased.is_empty() {
            return None;
        }
        let own = self.places.iter().filter(|place| self.owns(place));
        let mut columns: Vec<String> = own
            .flat_map(|place| place.spec.search.iter().filter(|name| !place.spec.masked.contains(name)))
            .cloned()
            .collect();
        columns.sort_unstable();
        columns.dedup();
        let (column, key) = match self.audit.old.as_ref()?.split_once('.') {
            Some((column, key)) => (column.to_owned(), Some(key.to_owned())),
            None => (self.audit.old.clone()?, None),
        };
        (self.plain(&column)?.type_name == "jsonb" && !columns.is_empty()).then_some(())?;
        let text = text.to_owned();
        self.entries(move |trail, statement, alias| {
            statement.push("(").join(&columns, " OR ", |statement, name| {
                let own = json!({ name.as_str(): text });
                let value = key.as_ref().map_or(own.clone(), |key| json!({ key.as_str(): own }));
                statement.push(&format!("{alias}.{} @> ", identifier(&column))).bind(Some(&value.to_string()), "jsonb");
            });
            let erased: Vec<String> = trail.audit.erased.iter().map(|action| literal(action)).collect();
            statement.push(&format!(
                ") AND {} IN ({})",
                trail.text(trail.audit.action.as_ref(), alias),
                erased.join(", ")
            ));
        })
    }

    /// Object, row, at, in words, who, action, label, has new values, tenant.
    fn entries(&'a self, condition: impl Fn(&Trail<'a>, &mut Statement, &str) + Send + Sync + 'a) -> Option<Piece<'a>> {
        let own = self.places.iter().filter(|place| self.owns(place) && place.spec.name != self.audit.table);
        let words: Vec<(String, Option<String>, Option<String>)> = own
            .map(|place| (place.word().to_owned(), place.label().map(str::to_owned), place.spec.tenant.clone()))
            .collect();
        (!words.is_empty()).then_some(())?;
        Some(Box::new(move |statement: &mut Statement, alias: &str| {
            let audit = self.audit;
            let object = self.text(audit.object.as_ref(), alias);
            let of = |column: &dyn Fn(&(String, Option<String>, Option<String>)) -> Option<String>| {
                let whens: Vec<String> = words
                    .iter()
                    .filter_map(|told| {
                        let member = literal(&column(told)?);
                        let (old, new) = (
                            self.member(audit.old.as_ref(), alias, &member),
                            self.member(audit.new.as_ref(), alias, &member),
                        );
                        Some(format!(" WHEN {} THEN pg_catalog.left(COALESCE({old}, {new}), 120)", word(&told.0)))
                    })
                    .collect();
                if whens.is_empty() { "NULL::text".to_owned() } else { format!("CASE {object}{} END", whens.concat()) }
            };
            let at = format!("{alias}.{}", identifier(&audit.at));
            let has_new =
                self.object(audit.new.as_ref(), alias).map_or("false".to_owned(), |new| format!("{new} IS NOT NULL"));
            statement.push(&format!(
                "SELECT {object}, {}, {at}::text, {}, {}, {}, {}, ({has_new})::text, {}\nFROM {} AS {alias}\nWHERE ",
                self.text(audit.row.as_ref(), alias),
                in_words(&at),
                self.who(alias),
                self.text(audit.action.as_ref(), alias),
                of(&|told| told.1.clone()),
                of(&|told| told.2.clone()),
                self.table.quoted(),
            ));
            condition(self, statement, alias);
            let list: Vec<String> = words.iter().map(|told| word(&told.0)).collect();
            statement.push(&format!(
                " AND {} IN ({}){}\nORDER BY {at} DESC\nLIMIT {ENTRIES}",
                self.compared(audit.object.as_ref(), alias),
                list.join(", "),
                self.live(alias),
            ));
        }))
    }

    /// The rows these entries are about, each by its newest entry.
    pub fn gone(&self, rows: &[Vec<Option<String>>]) -> Vec<Gone> {
        let mut gone: Vec<Gone> = Vec::new();
        for row in rows {
            let text = |at: usize| row.get(at).cloned().flatten();
            let (Some(object), Some(key)) = (text(0), text(1)) else { continue };
            let is_it =
                |place: &Place<'_>| self.owns(place) && place.word() == object && place.spec.name != self.audit.table;
            let Some(place) = self.places.iter().position(is_it) else { continue };
            if gone.iter().any(|own| own.place == place && own.key == key) {
                continue;
            }
            let action = text(5).unwrap_or_default();
            let has_new = text(7).as_deref() == Some("true");
            let erased = self.audit.erased.contains(&action) && !has_new;
            let (at, when, who, label, tenant) = (text(2), text(3), text(4), text(6), text(8));
            gone.push(Gone { place, key, at, when, who, action, label, tenant, erased });
        }
        gone
    }
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

/// A UUID as the server writes it; any other text as it is.
fn canonical(text: &str) -> String {
    match as_type(text, "uuid") {
        Some(digits) => {
            let digits = digits.to_lowercase();
            [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
        }
        None => text.to_owned(),
    }
}
