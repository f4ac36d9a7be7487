//! What a connected database offers: facts about the server, recognised systems, and every pane.

use super::fault::Fault;
use super::pane::{PaneName, PaneRef, Source};
use super::request::Scope;
use serde::Deserialize;

/// Facts read once when a session opens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The version as the server writes it: `15.18`.
    pub version: String,
    /// `server_version_num`: 150018.
    pub version_num: u32,
    pub in_recovery: bool,
    pub user: String,
    pub database: String,
    pub superuser: bool,
    /// The role reads past row level security.
    pub bypasses_rls: bool,
    /// The session went through a pooler, so that it cannot be set up as read-only as a whole.
    pub pooled: bool,
    /// The time zone in which the server writes times for us.
    pub time_zone: String,
    /// Roles whose privileges the user has, of those a pane may need.
    pub roles: Vec<String>,
    /// Installed extensions and their schemas.
    pub extensions: Vec<(String, String)>,
}

impl Facts {
    /// The major version: 15.
    pub fn major(&self) -> u32 {
        self.version_num / 10_000
    }
}

/// A system recognised in a schema, wholly or partly.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub source: Source,
    pub title: String,
    /// How many of the manifest's tables stand there.
    pub tables: usize,
    /// The manifest's tables that do not stand there.
    pub missing: Vec<String>,
    /// The tables whose rows are deleted by a mark; none where a table is missing.
    pub deletes: Vec<SoftDelete>,
}

/// How a row of a table is deleted by a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoftDelete {
    pub table: String,
    pub key: Vec<String>,
    /// The column with the mark.
    pub column: String,
    /// The value that means deleted; any but NULL where there is none.
    pub value: Option<String>,
}

impl SoftDelete {
    /// True for a row with this mark.
    pub fn is_deleted(&self, mark: Option<&str>) -> bool {
        match &self.value {
            Some(value) => mark == Some(value.as_str()),
            None => mark.is_some(),
        }
    }
}

/// Where Enter on a row leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Opens {
    /// The whole record.
    Record,
    /// A pane, with the tenant scope set to the value of a column.
    Scoped {
        pane: String,
        /// The column with the tenant's key, and the one with its name.
        column: String,
        label: Option<String>,
    },
    /// The page of the table named by these two columns.
    Relation { schema: String, name: String },
    /// The pane named by one column, with the filter in another. Where either is empty, the whole record.
    Door { pane: String, filter: String },
    /// The plan of this operation on the row.
    Plan(String),
}

/// Rows of another pane of the same system that belong to a row of this one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartSpec {
    pub pane: String,
    /// The column of that pane.
    pub column: String,
    /// The column of this pane with the value it has to have.
    pub value: String,
    /// Columns of that pane that would say here what the record says.
    #[serde(default)]
    pub hide: Vec<String>,
}

/// One pane as it stands on this database.
#[derive(Clone, Debug, PartialEq)]
pub struct PaneEntry {
    pub pane: PaneRef,
    pub title: String,
    /// Several systems here bring a pane of its name.
    pub is_shared: bool,
    pub group: String,
    /// Why it cannot be shown here, or None.
    pub disabled: Option<String>,
    /// It can be limited to one tenant.
    pub scoped: bool,
    /// A list, read page by page; otherwise a report, read as a whole.
    pub paged: bool,
    pub opens: Opens,
    /// The operations that can be done to a row, by name.
    pub actions: Vec<String>,
    /// What stands below the fields of a record.
    pub parts: Vec<PartSpec>,
}

impl PaneEntry {
    /// The title, with the system where another brings a pane of this name too.
    pub fn whole_title(&self) -> String {
        match self.pane.source().filter(|_| self.is_shared) {
            Some(source) => format!("{} · {source}", self.title),
            None => self.title.clone(),
        }
    }
}

/// The answer to a survey: all a face needs to build its deck.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    pub facts: Facts,
    pub systems: Vec<Bound>,
    pub panes: Vec<PaneEntry>,
    /// Panes of systems that do not stand here: the pane, and the system that would bring it.
    pub absent: Vec<(String, String)>,
    /// Systems whose schemas the role may not use, each with what would help.
    pub closed: Vec<(Source, String)>,
    /// What went differently from what was asked: an unknown time zone, a broken user file.
    pub notes: Vec<String>,
}

/// A tenant that a scope can be set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    pub source: Source,
    /// The key as the server's text.
    pub key: String,
    pub label: String,
    pub slug: Option<String>,
}

impl Survey {
    /// The pane a typed name means here; of several systems' panes that of the preferred system. Fails with a usage fault
    /// when no pane or several have the name.
    pub fn resolve(&self, name: &PaneName, preferred: Option<&str>) -> Result<PaneRef, Fault> {
        let (system, schema, name) = match name {
            PaneName::Relation { schema, name } => {
                let (schema, name) = (schema.clone(), name.clone());
                return Ok(PaneRef::Relation { schema, name });
            }
            PaneName::Library { system, schema, name } => (system, schema, name),
        };
        let fits = |entry: &&PaneEntry| match &entry.pane {
            PaneRef::Library { name: own, source } => {
                own == name
                    && (system.is_none() || system.as_ref() == source.as_ref().map(|s| &s.system))
                    && (schema.is_none() || schema.as_ref() == source.as_ref().map(|s| &s.schema))
            }
            PaneRef::Relation { .. } => false,
        };
        let found: Vec<&PaneRef> = self.panes.iter().filter(fits).map(|entry| &entry.pane).collect();
        // `crm/leads` is the whole name of the pane in the schema crm, and a short one of those elsewhere.
        let whole = |pane: &&&PaneRef| matches!(pane, PaneRef::Library { source: Some(own), .. } if system.is_some() && own.system == own.schema);
        let is_preferred =
            |pane: &&&PaneRef| preferred.is_some() && pane.source().map(|own| own.system.as_str()) == preferred;
        let of_preferred: Vec<&PaneRef> = found.iter().filter(is_preferred).copied().collect();
        match found.as_slice() {
            [one] => Ok((*one).clone()),
            _ if of_preferred.len() == 1 => Ok(of_preferred[0].clone()),
            several if several.iter().any(|pane| whole(&pane)) => {
                Ok(several.iter().find(whole).map_or_else(|| several[0].clone(), |pane| (**pane).clone()))
            }
            [] => Err(self.unknown(system.as_deref(), name)),
            several => {
                let names: Vec<String> = several.iter().map(ToString::to_string).collect();
                Err(Fault::usage(format!("several panes are called {name}: {}", names.join(", ")))
                    .hint("write the one you mean with its system, or set PGDECK_SYSTEM"))
            }
        }
    }

    /// The entry of a pane, where the library brings it.
    pub fn entry(&self, pane: &PaneRef) -> Option<&PaneEntry> {
        self.panes.iter().find(|entry| entry.pane == *pane)
    }

    /// The systems of the library that would bring a pane of this name, were they installed here.
    pub fn brought_by(&self, name: &str) -> Vec<&str> {
        self.absent.iter().filter(|(pane, _)| pane == name).map(|(_, system)| system.as_str()).collect()
    }

    /// Why nothing is seen of a system, or of any, that stands in a schema the role may not use.
    pub fn closed(&self, system: Option<&str>) -> Option<Fault> {
        let fits = |own: &Source| system.is_none_or(|system| system == own.system || system == own.schema);
        let (source, remedy) = self.closed.iter().find(|(source, _)| fits(source))?;
        let why = format!("schema {} is here, but {} lacks USAGE on it", source.schema, self.facts.user);
        Some(Fault::usage(why).hint(remedy))
    }

    fn unknown(&self, system: Option<&str>, name: &str) -> Fault {
        let wanted = system.map_or_else(|| name.to_owned(), |system| format!("{system}/{name}"));
        if let Some(bringer) = self.brought_by(name).first().filter(|bringer| system.is_none_or(|own| own == **bringer))
        {
            if let Some(closed) = self.closed(Some(bringer)) {
                return Fault {
                    message: format!("{wanted} belongs to the system {bringer}: {}", closed.message),
                    ..closed
                };
            }
            return Fault::usage(format!(
                "{wanted} belongs to the system {bringer}, whose tables are not on this database"
            ))
            .hint(format!("is this the right database? pgdeck systems show {bringer} lists its tables"));
        }
        let mut known: Vec<String> = self.panes.iter().map(|entry| entry.pane.to_string()).collect();
        known.sort();
        Fault::usage(format!("no pane is called {wanted} on this database"))
            .hint(format!("panes here: {}; a table is written schema.table", known.join(", ")))
    }
}

impl Tenant {
    /// The scope that limits panes to this tenant.
    pub fn scope(&self) -> Scope {
        Scope { source: self.source.clone(), key: self.key.clone() }
    }
}

/// The tenant a text means: its exact key, else its exact slug or label, else the only one whose slug or label
/// begins with it (DESIGN §5). Fails with a usage fault that lists the candidates when several do.
pub fn choose<'a>(tenants: &'a [Tenant], text: &str) -> Result<&'a Tenant, Fault> {
    let wanted = text.to_lowercase();
    let names = |tenant: &Tenant| {
        [tenant.slug.clone(), Some(tenant.label.clone())].into_iter().flatten().map(|n| n.to_lowercase())
    };
    let by = |fits: &dyn Fn(&Tenant) -> bool| tenants.iter().filter(|tenant| fits(tenant)).collect::<Vec<_>>();
    let steps = [
        by(&|tenant| tenant.key == text),
        by(&|tenant| names(tenant).any(|name| name == wanted)),
        by(&|tenant| names(tenant).any(|name| name.starts_with(&wanted))),
    ];
    match steps.iter().find(|found| !found.is_empty()).map(Vec::as_slice) {
        Some([one]) => Ok(one),
        Some(several) => {
            let list: Vec<String> = several.iter().map(|tenant| format!("{} ({})", tenant.label, tenant.key)).collect();
            Err(Fault::usage(format!("several tenants fit {text:?}: {}", list.join(", ")))
                .hint("write the whole name, the slug or the key"))
        }
        None => Err(Fault::usage(format!("no tenant fits {text:?}")).hint("the tenants pane lists them")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(key: &str, label: &str, slug: &str) -> Tenant {
        let source = Source { system: "crm".into(), schema: "crm".into() };
        Tenant { source, key: key.into(), label: label.into(), slug: Some(slug.into()) }
    }

    #[test]
    fn exact_before_prefix_and_never_a_guess() {
        let tenants = [
            tenant("1", "Northwind", "northwind"),
            tenant("2", "Northwind Traders", "northwind-traders"),
            tenant("3", "Acme", "acme"),
        ];
        let key = |text: &str| choose(&tenants, text).map(|tenant| tenant.key.as_str());
        assert_eq!(key("2"), Ok("2"));
        assert_eq!(key("NORTHWIND"), Ok("1"));
        assert_eq!(key("northwind t"), Ok("2"));
        assert_eq!(key("ac"), Ok("3"));
        let fault = key("north").unwrap_err();
        assert!(fault.message.contains("Northwind Traders (2)"), "{}", fault.message);
        assert!(key("zzz").is_err());
    }
}
