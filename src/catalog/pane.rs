//! A pane as its file declares it: what it is called, what identifies a row, how columns are shown, and the SQL.

use super::generated::Generated;
use super::header;
use super::local::Local;
use crate::model::Fault;
use crate::model::deck::{Facts, Opens, PartSpec};
use crate::model::operation::{OPERATIONS, operation};
use crate::model::table::{As, Column, SortKey};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// What a server must have for a file to be of use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// The lowest major version.
    server: Option<u32>,
    extension: Option<String>,
    /// A role whose privileges the user must have.
    role: Option<String>,
}

impl Needs {
    /// What is needed, for a listing; None where nothing is.
    pub fn asked(&self) -> Option<String> {
        let server = self.server.map(|server| format!("PostgreSQL {server}"));
        let extension = self.extension.as_ref().map(|name| format!("extension {name}"));
        let role = self.role.as_ref().map(|name| format!("role {name}"));
        let all: Vec<String> = [server, extension, role].into_iter().flatten().collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// Why a server with these facts does not do, with the next step; None where it does.
    pub fn missing(&self, facts: &Facts) -> Option<String> {
        if let Some(server) = self.server.filter(|server| facts.major() < *server) {
            return Some(format!("needs PostgreSQL {server}, this is {}", facts.version));
        }
        let has_extension = |name: &String| facts.extensions.iter().any(|(own, _)| own == name);
        if let Some(extension) = self.extension.as_ref().filter(|name| !has_extension(name)) {
            return Some(format!("needs the extension {extension} (CREATE EXTENSION {extension})"));
        }
        let has_role = |name: &String| facts.superuser || facts.roles.contains(name);
        if let Some(role) = self.role.as_ref().filter(|name| !has_role(name)) {
            return Some(format!("needs the role {role} (GRANT {role} TO {})", facts.user));
        }
        None
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Asc,
    Desc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Paging {
    Keyset,
}

/// How a file wants one column shown.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    #[serde(rename = "as")]
    shown_as: Option<As>,
    sort: Option<Direction>,
    label: Option<String>,
    warn: Option<f64>,
    bad: Option<f64>,
    #[serde(default)]
    hide: bool,
    #[serde(default)]
    masked: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum OpensSpec {
    Scoped { pane: String, scope: String, label: Option<String> },
    Relation { schema: String, table: String },
    Door { door: String, filter: String },
    Plan { plan: String },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    title: String,
    group: String,
    #[serde(default)]
    identity: Vec<String>,
    paging: Option<Paging>,
    tenant: Option<String>,
    #[serde(default)]
    needs: Needs,
    opens: Option<OpensSpec>,
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default, rename = "part")]
    parts: Vec<PartSpec>,
    #[serde(default)]
    local: Vec<Local>,
    #[serde(default, deserialize_with = "in_order")]
    columns: Vec<(String, ColumnSpec)>,
}

/// Reads a table as pairs in the order they are written, because the order of sort columns matters.
fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, ColumnSpec)>, D::Error> {
    struct Pairs;
    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, ColumnSpec)>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table of columns")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    deserializer.deserialize_map(Pairs)
}

/// A parsed pane. Immutable.
#[derive(Clone, Debug, PartialEq)]
pub struct PaneSpec {
    pub title: String,
    pub group: String,
    /// The columns that identify a row; they are never NULL.
    pub identity: Vec<String>,
    /// Read by keyset pages; otherwise bounded as a whole.
    pub keyset: bool,
    /// The column a tenant scope limits.
    pub tenant: Option<String>,
    pub needs: Needs,
    pub opens: Opens,
    /// The operations that can be done to a row, by name.
    pub actions: Vec<String>,
    /// What stands below the fields of a record.
    pub parts: Vec<PartSpec>,
    /// What pgdeck itself has to tell the SQL.
    pub local: Vec<Local>,
    pub columns: Vec<(String, ColumnSpec)>,
    /// One SELECT without parameters.
    pub sql: String,
    /// Who writes the SQL, where no file does.
    pub generated: Option<Generated>,
    /// Why there is nothing it could show, whatever the server.
    pub empty: Option<String>,
}

impl PaneSpec {
    /// Reads a pane file. `origin` names it in faults.
    pub fn parse(text: &str, origin: &str) -> Result<Self, Fault> {
        let parts = header::split(text, origin)?;
        let header: Header = header::read(parts.header, origin, parts.header_line)?;
        if header.paging.is_some() && header.identity.is_empty() {
            return Err(Fault::config(format!("{origin}: paging = \"keyset\" needs an identity"))
                .hint("identity = [\"id\"] names the columns that tell rows apart"));
        }
        let is_masked = |name: &&String| header.columns.iter().any(|(own, spec)| own == *name && spec.masked);
        if let Some(masked) = header.identity.iter().chain(&header.tenant).find(is_masked) {
            return Err(Fault::config(format!("{origin}: {masked} cannot be masked"))
                .hint("rows are told apart and limited to a tenant by their real values"));
        }
        let planned = header.opens.as_ref().and_then(|opens| match opens {
            OpensSpec::Plan { plan } => Some(plan),
            _ => None,
        });
        if let Some(unknown) = header.actions.iter().chain(planned).find(|name| operation(name).is_none()) {
            let known: Vec<&str> = OPERATIONS.iter().map(|spec| spec.name).collect();
            return Err(Fault::config(format!("{origin}: no operation is called {unknown:?}"))
                .hint(format!("operations: {}", known.join(", "))));
        }
        if parts.sql.trim_end().ends_with(';') {
            return Err(Fault::config(format!("{origin}: the SQL ends with a semicolon"))
                .hint("a pane is one SELECT that others are wrapped around; leave the semicolon out"));
        }
        Ok(Self {
            title: header.title,
            group: header.group,
            identity: header.identity,
            keyset: header.paging.is_some(),
            tenant: header.tenant,
            needs: header.needs,
            opens: match header.opens {
                None => Opens::Record,
                Some(OpensSpec::Scoped { pane, scope, label }) => Opens::Scoped { pane, column: scope, label },
                Some(OpensSpec::Relation { schema, table }) => Opens::Relation { schema, name: table },
                Some(OpensSpec::Door { door, filter }) => Opens::Door { pane: door, filter },
                Some(OpensSpec::Plan { plan }) => Opens::Plan(plan),
            },
            actions: header.actions,
            parts: header.parts,
            local: header.local,
            columns: header.columns,
            sql: parts.sql.to_owned(),
            generated: None,
            empty: None,
        })
    }

    /// A pane over any relation, made from its catalog instead of a file.
    pub fn of_relation(
        title: String,
        identity: Vec<String>,
        tenant: Option<String>,
        masked: Vec<String>,
        sql: String,
    ) -> Self {
        let mask = |name| (name, ColumnSpec { masked: true, ..ColumnSpec::default() });
        Self {
            title,
            group: "tables".into(),
            keyset: !identity.is_empty(),
            identity,
            tenant,
            needs: Needs::default(),
            opens: Opens::Record,
            actions: Vec::new(),
            parts: Vec::new(),
            local: Vec::new(),
            columns: masked.into_iter().map(mask).collect(),
            sql,
            generated: None,
            empty: None,
        }
    }

    /// The pane's own order: its sort columns, then for a list its identity in the direction of the last of them.
    pub fn default_sort(&self) -> Vec<SortKey> {
        let sort = self.columns.iter().filter_map(|(name, spec)| {
            spec.sort.map(|direction| SortKey { column: name.clone(), descending: direction == Direction::Desc })
        });
        sort.collect()
    }

    /// A described column with this pane's wishes for it.
    pub fn dressed(&self, name: &str, type_name: &str) -> Column {
        let mut column = Column::named(name, type_name);
        if let Some((_, spec)) = self.columns.iter().find(|(own, _)| own == name) {
            column.shown_as = spec.shown_as.unwrap_or(column.shown_as);
            column.label.clone_from(&spec.label);
            column.warn = spec.warn;
            column.bad = spec.bad;
            column.hide = spec.hide;
            column.mask(spec.masked);
        }
        column
    }

    /// Column names the header uses; each must be a column of the SQL.
    pub fn named_columns(&self) -> impl Iterator<Item = &str> {
        let opens: Vec<&String> = match &self.opens {
            Opens::Record => Vec::new(),
            Opens::Scoped { column, label, .. } => [Some(column), label.as_ref()].into_iter().flatten().collect(),
            Opens::Relation { schema, name } => vec![schema, name],
            Opens::Door { pane, filter } => vec![pane, filter],
            Opens::Plan(_) => Vec::new(),
        };
        let read = self.actions.iter().filter_map(|name| operation(name)).flat_map(|spec| spec.reads.iter().copied());
        let columns = self.columns.iter().map(|(name, _)| name);
        let parts = self.parts.iter().map(|part| &part.value);
        self.identity
            .iter()
            .chain(&self.tenant)
            .chain(columns)
            .chain(opens)
            .chain(parts)
            .map(String::as_str)
            .chain(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEADS: &str = "/*---\ntitle = \"Leads\"\ngroup = \"crm\"\nidentity = [\"id\"]\npaging = \"keyset\"\n\
        needs = { server = 13 }\nopens = { pane = \"leads\", scope = \"id\" }\n[columns]\nb = { sort = \"desc\" }\na = { sort = \"asc\", as = \"bytes\" }\n---*/\nSELECT 1 AS id";

    #[test]
    fn a_pane_reads_with_its_columns_in_order() {
        let pane = PaneSpec::parse(LEADS, "leads.sql").unwrap();
        let order: Vec<_> = pane.default_sort().into_iter().map(|k| (k.column, k.descending)).collect();
        assert_eq!(order, [("b".to_owned(), true), ("a".to_owned(), false)]);
        assert_eq!(pane.dressed("a", "bigint").shown_as, As::Bytes);
        assert_eq!(pane.dressed("c", "bigint").shown_as, As::Number);
    }

    #[test]
    fn wrong_headers_are_named_with_file_and_line() {
        let unknown = LEADS.replace("paging", "pageing");
        assert!(PaneSpec::parse(&unknown, "leads.sql").unwrap_err().message.starts_with("leads.sql:5: unknown field"));
        let column = LEADS.replace("as = \"bytes\"", "as = \"colour\"");
        assert!(PaneSpec::parse(&column, "leads.sql").unwrap_err().message.starts_with("leads.sql:10: "));
        let keyless = LEADS.replace("identity = [\"id\"]\n", "");
        assert!(PaneSpec::parse(&keyless, "leads.sql").unwrap_err().message.contains("needs an identity"));
        assert!(PaneSpec::parse(&format!("{LEADS};"), "leads.sql").is_err());
    }

    #[test]
    fn needs_say_what_to_do() {
        let facts = Facts { version: "15.1".into(), version_num: 150_001, user: "ann".into(), ..Facts::default() };
        let needs = |toml: &str| toml::from_str::<Needs>(toml).unwrap().missing(&facts);
        assert_eq!(needs("server = 15"), None);
        assert_eq!(needs("server = 16").unwrap(), "needs PostgreSQL 16, this is 15.1");
        assert_eq!(needs("role = \"pg_monitor\"").unwrap(), "needs the role pg_monitor (GRANT pg_monitor TO ann)");
        assert!(needs("extension = \"x\"").unwrap().contains("CREATE EXTENSION x"));
    }
}
