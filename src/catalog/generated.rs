//! Panes that pgdeck writes itself, from a system's manifest: their headers. The SQL comes from the engine, which sees what
//! stands; a file of the same name in the system's folder takes such a pane's place.

use super::pane::PaneSpec;
use super::system::System;
use crate::model::Fault;

/// A pane whose text the engine writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generated {
    /// What is soft-deleted, one row a deletion and tenant.
    Trash,
    /// What was deleted for good and is still in the audit trail.
    History,
}

impl Generated {
    pub const ALL: [Self; 2] = [Self::Trash, Self::History];

    /// The name of the pane.
    pub fn name(self) -> &'static str {
        match self {
            Generated::Trash => "trash",
            Generated::History => "history",
        }
    }

    /// The pane without its text; None where the manifest gives no reason for one.
    pub fn pane(self, system: &System, origin: &str) -> Option<Result<PaneSpec, Fault>> {
        let header = match self {
            Generated::Trash => trash(system)?,
            Generated::History => history(system)?,
        };
        let text = format!("/*---\n{header}---*/\nSELECT");
        let empty = if self == Generated::History { without_values(system) } else { None };
        Some(PaneSpec::parse(&text, origin).map(|spec| PaneSpec { generated: Some(self), empty, ..spec }))
    }
}

fn trash(system: &System) -> Option<String> {
    let deleted: Vec<_> = system.tables.iter().filter_map(|table| table.deleted.as_ref()).collect();
    if deleted.is_empty() {
        return None;
    }
    // Where the time of the deletion itself is kept nowhere, the heading does not say so.
    let label = if deleted.iter().all(|deleted| deleted.at.is_some()) { ", label = \"changed\"" } else { "" };
    let (tenant, tenant_columns) = match &system.tenant {
        Some(_) => (
            "tenant = \"tenant_key\"\n",
            "tenant_key = { hide = true, sort = \"desc\" }\nothers = { as = \"number\", label = \"other tenants\" }\n",
        ),
        None => ("", ""),
    };
    let hidden = ["tables", "place", "table", "key", "whole"].into_iter();
    let hidden: String = hidden.map(|name| format!("{name} = {{ hide = true }}\n")).collect();
    Some(format!(
        "title = \"Trash\"\ngroup = {:?}\nidentity = [\"deleted_at\", \"place\"]\npaging = \"keyset\"\n{tenant}actions = [\"restore\"]\n\
         opens = {{ plan = \"restore\" }}\n\
         [columns]\ndeleted_at = {{ as = \"time\", sort = \"desc\"{label} }}\n{tenant_columns}{hidden}",
        system.name,
    ))
}

fn history(system: &System) -> Option<String> {
    let audit = system.audit.as_ref()?;
    let trail = system.tables.iter().find(|table| table.name == audit.table)?;
    let own: Vec<&str> = trail.key.iter().map(String::as_str).filter(|name| *name != audit.at).collect();
    let scoped = system.tenant.is_some() && trail.tenant.is_some();
    let tenant = if scoped { "tenant = \"tenant_key\"\n" } else { "" };
    let hidden = own.iter().copied().chain(["table"]).chain(scoped.then_some("tenant_key"));
    let hidden: String = hidden.map(|name| format!("{name:?} = {{ hide = true }}\n")).collect();
    let identity: Vec<String> = ["deleted_at"].iter().chain(&own).map(|name| format!("{name:?}")).collect();
    Some(format!(
        "title = \"History\"\ngroup = {:?}\nidentity = [{}]\npaging = \"keyset\"\n{tenant}actions = [\"rebuild\"]\n\
         opens = {{ plan = \"rebuild\" }}\n\
         [columns]\ndeleted_at = {{ as = \"time\", sort = \"desc\" }}\ntaken = {{ label = \"key taken\" }}\n{hidden}",
        system.name,
        identity.join(", "),
    ))
}

/// Why the trail of a system has nothing of rows deleted for good; None where it has.
fn without_values(system: &System) -> Option<String> {
    let audit = system.audit.as_ref()?;
    (audit.erased.is_empty() || audit.old.is_none())
        .then(|| format!("needs the values of rows deleted for good, which {} does not keep", audit.table))
}
