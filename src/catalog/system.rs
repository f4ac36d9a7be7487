//! A reference system as its files declare it: the manifest, the migrations for one server version, the sample's parts.
//! It must not know a database: which of this is installed where is found out elsewhere.

use super::files::Files;
use super::header;
use crate::model::Fault;
use serde::{Deserialize, Deserializer};

/// What `systems/<name>/system.toml` says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    pub name: String,
    pub title: String,
    /// Steps of `systems/shared` that its schema begins with: `NNNN_name`.
    #[serde(default)]
    pub shared: Vec<String>,
    /// Functions that its triggers call with the rights of who makes the change: `name(types)`.
    #[serde(default)]
    pub calls: Vec<String>,
    /// Extensions without which it cannot be installed.
    #[serde(default)]
    pub extensions: Vec<String>,
    #[serde(rename = "match", deserialize_with = "tables_of")]
    pub matches: Vec<String>,
    pub tenant: Option<TenantSpec>,
    #[serde(default, rename = "table")]
    pub tables: Vec<TableSpec>,
    #[serde(default, rename = "relation")]
    pub relations: Vec<RelationSpec>,
    pub audit: Option<AuditSpec>,
    #[serde(default, rename = "view")]
    pub views: Vec<ViewSpec>,
    pub view_as: Option<ViewAs>,
}

/// Where the tenants stand.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantSpec {
    pub table: String,
    pub key: String,
    pub label: Option<String>,
    pub slug: Option<String>,
}

/// One table of the system. Every field but the name may be missing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    pub name: String,
    #[serde(default, deserialize_with = "one_or_many")]
    pub key: Vec<String>,
    /// The column that holds the tenant's key.
    pub tenant: Option<String>,
    /// The column by which a person knows the row.
    pub label: Option<String>,
    /// What one row is called, in the audit table and where a polymorphic relation says whose child a row is.
    pub word: Option<String>,
    /// The audit table's actions for what pgdeck does to rows.
    pub audit: Option<AuditWords>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub search: Vec<String>,
    pub deleted: Option<DeletedSpec>,
    /// Columns the database keeps by itself: counters, search vectors.
    #[serde(default, deserialize_with = "one_or_many")]
    pub maintained: Vec<String>,
    /// Columns whose values are never shown.
    #[serde(default, deserialize_with = "one_or_many")]
    pub masked: Vec<String>,
}

impl TableSpec {
    /// True for a column whose values are kept back: a masked one, or a search vector beside one, which has its words.
    pub fn keeps_back(&self, name: &str, type_name: &str) -> bool {
        self.masked.iter().any(|masked| masked == name) || (!self.masked.is_empty() && type_name == "tsvector")
    }
}

/// How a table marks a row as deleted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeletedSpec {
    pub column: String,
    #[serde(default)]
    pub kind: DeletedKind,
    /// The value that means deleted: a status, or a boolean (true by default); none for a timestamp.
    #[serde(default, deserialize_with = "word")]
    pub value: Option<String>,
    /// The status a restored row gets; a boolean's other value and a timestamp's NULL go without saying.
    pub live: Option<String>,
    /// The column that says who deleted it.
    pub by: Option<String>,
    /// The column shared by all rows of one deletion.
    pub group: Option<String>,
    /// The column with the time of the deletion, or of the last change where nothing keeps that of the deletion. A
    /// timestamp marker, or a group that is a time, goes without saying.
    pub at: Option<String>,
    /// Further columns that the trash tells of a row.
    #[serde(default, deserialize_with = "one_or_many")]
    pub tells: Vec<String>,
}

impl DeletedSpec {
    /// The columns that tell of a deletion, each once, the marker first.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = vec![self.column.as_str()];
        for column in [&self.by, &self.group].into_iter().flatten() {
            if !columns.contains(&column.as_str()) {
                columns.push(column);
            }
        }
        columns
    }
}

/// The actions a row's restoring and deleting is recorded as.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditWords {
    pub restored: String,
    pub deleted: String,
}

/// What kind of column marks the deletion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeletedKind {
    #[default]
    Timestamp,
    Boolean,
    Status,
}

/// A way from a child to its parent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationSpec {
    pub child: String,
    pub parent: String,
    /// The child's columns that point at the parent's key, in its order. A polymorphic relation names the column with the
    /// parent's `word` first.
    #[serde(default, deserialize_with = "one_or_many")]
    pub columns: Vec<String>,
    /// A deletion of the parent falls through to the child.
    #[serde(default)]
    pub cascade: bool,
    #[serde(default)]
    pub kind: RelationKind,
}

/// How the child points at its parent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RelationKind {
    #[default]
    Fk,
    Polymorphic,
}

/// The columns of the audit table. Every one but `at` may also be `column.key`: that key of a JSON object in the column,
/// which several of them may share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSpec {
    pub table: String,
    pub at: String,
    /// The application's user. pgdeck writes who asked, as they said it, here only where `claimed` names no place for it.
    pub actor: Option<String>,
    pub action: Option<String>,
    /// What kind of row: its table's `word`.
    pub object: Option<String>,
    pub row: Option<String>,
    /// The values before and after.
    pub old: Option<String>,
    pub new: Option<String>,
    /// pgdeck's operation id, by which an outcome in doubt is looked up.
    pub operation: Option<String>,
    /// Who asked, as they said it themselves.
    pub claimed: Option<String>,
    /// The database role.
    pub role: Option<String>,
    pub reason: Option<String>,
    /// A sentence about what happened.
    pub text: Option<String>,
    /// What all entries of one transaction share; `at` where nothing is named, which must then be that of the transaction.
    pub transaction: Option<String>,
    /// The actions that mean that a row was deleted for good, its values in `old`.
    #[serde(default, deserialize_with = "one_or_many")]
    pub erased: Vec<String>,
    /// Whom the actor's key belongs to.
    pub people: Option<People>,
}

impl AuditSpec {
    /// The columns that an operation's entry sets, each once.
    pub fn written(&self) -> Vec<&str> {
        let places = [
            &self.action,
            &self.object,
            &self.row,
            &self.old,
            &self.new,
            &self.operation,
            &self.claimed,
            &self.role,
            &self.reason,
            &self.text,
        ];
        let column = |place: &'_ str| -> usize { place.find('.').unwrap_or(place.len()) };
        let mut columns = vec![self.at.as_str()];
        columns.extend(places.into_iter().flatten().map(|place| &place[..column(place)]));
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

/// The table that names people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    pub table: String,
    /// The column an audit entry's actor stands for.
    pub key: String,
    pub label: String,
}

/// A materialized view and how old it may be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewSpec {
    pub name: String,
    /// An interval as PostgreSQL reads it: `1 hour`.
    pub budget: Option<String>,
}

/// How to see what a user of the application sees.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewAs {
    pub role: String,
    /// The table of the application's users.
    pub users: Option<String>,
    /// The setting that holds the claims.
    pub claims: Option<String>,
}

impl System {
    /// The names of all systems in these files, in order.
    pub fn names(files: &Files) -> Vec<String> {
        files
            .under("systems")
            .filter_map(|(path, _)| path.strip_prefix("systems/")?.strip_suffix("/system.toml"))
            .filter(|name| !name.contains('/'))
            .map(str::to_owned)
            .collect()
    }

    /// Reads one system's manifest. Fails with a usage fault where there is none of that name, with a
    /// configuration fault with file and line where it is wrong.
    pub fn load(files: &Files, name: &str) -> Result<Self, Fault> {
        let path = format!("systems/{name}/system.toml");
        let text = files.get(&path).ok_or_else(|| {
            Fault::usage(format!("no system named {name:?}")).hint(format!("known: {}", Self::names(files).join(", ")))
        })?;
        let system = Self::parse(&files.origin(&path), text)?;
        if system.name == name {
            Ok(system)
        } else {
            Err(Fault::config(format!("{path}: name is {:?}, but its folder says {name:?}", system.name)))
        }
    }

    /// Reads a manifest; the path is for the message only.
    pub fn parse(path: &str, text: &str) -> Result<Self, Fault> {
        header::read(text, path, 1)
    }

    /// The names of all tables and views the manifest speaks of, without repeats.
    pub fn relations_named(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.matches.iter().map(String::as_str).collect();
        names.extend(self.tables.iter().map(|table| table.name.as_str()));
        names.extend(self.views.iter().map(|view| view.name.as_str()));
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// `[match] tables = [...]` as the list alone.
fn tables_of<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Match {
        tables: Vec<String>,
    }
    Match::deserialize(from).map(|found| found.tables)
}

/// `"a"` or `["a", "b"]`.
fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a text or a list of texts")]
    enum Some {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Some::deserialize(from)? {
        Some::One(one) => vec![one],
        Some::Many(many) => many,
    })
}

/// `"deleted"` or `false`, as the text PostgreSQL reads.
fn word<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a text or a boolean")]
    enum Word {
        Text(String),
        Bool(bool),
    }
    Ok(Some(match Word::deserialize(from)? {
        Word::Text(text) => text,
        Word::Bool(flag) => flag.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
name = "toy"
title = "Toy"
[match]
tables = ["things"]
[[table]]
name = "things"
key = "id"
deleted = { column = "is_active", kind = "boolean", value = false }
[[relation]]
child = "parts"
parent = "things"
columns = ["thing_id"]
"#;

    #[test]
    fn reads_a_manifest() {
        let system = System::parse("x", GOOD).unwrap();
        assert_eq!(system.tables[0].key, ["id"]);
        let deleted = system.tables[0].deleted.as_ref().unwrap();
        assert_eq!((deleted.kind, deleted.value.as_deref()), (DeletedKind::Boolean, Some("false")));
        assert_eq!(system.relations_named(), ["things"]);
    }

    #[test]
    fn an_unknown_field_names_file_and_line() {
        let text = GOOD.replace("key = \"id\"", "keys = \"id\"");
        let fault = System::parse("systems/toy/system.toml", &text).unwrap_err();
        assert!(fault.message.starts_with("systems/toy/system.toml:8: unknown field `keys`"), "{fault}");
    }
}
