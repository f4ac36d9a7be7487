//! What a person should know before rows are changed: what the role lacks, what hides rows, which triggers fire, which views fall
//! behind. It must not know which rows those are.

use super::asking::Asking;
use super::ground::{Ground, Table};
use crate::db::quote::identifier;
use crate::model::Fault;

const TRIGGERS: &str = include_str!("../../sql/triggers.sql");
const STALE: &str = include_str!("../../sql/stale.sql");

/// Why the role cannot change these columns of these tables, each reason with what would help. `parents` are only locked.
pub(in super::super) fn refusals(
    ground: &Ground,
    touched: &[(Table<'_>, Vec<String>)],
    parents: &[Table<'_>],
) -> Vec<(String, String)> {
    let role = identifier(&ground.role);
    let mut refusals = Vec::new();
    for (table, set) in touched {
        let lacking = |name: &&String| table.standing.column(name).is_some_and(|column| !column.may_update);
        let columns: Vec<String> = set.iter().filter(lacking).map(|name| identifier(name)).collect();
        if !columns.is_empty() {
            let needs = format!("UPDATE ({}) ON {}", columns.join(", "), table.quoted());
            refusals.push((format!("{} needs {needs}", ground.role), format!("GRANT {needs} TO {role}")));
        }
    }
    for table in parents.iter().filter(|table| !table.standing.locks) {
        let needs = format!("UPDATE ({}) ON {}", identifier(&table.deleted.column), table.quoted());
        let why = format!("{} needs {needs}, without which it cannot hold a parent in place", ground.role);
        refusals.push((why, format!("GRANT {needs} TO {role}")));
    }
    refusals.extend(audit(ground, &role));
    refusals
}

fn audit(ground: &Ground, role: &str) -> Option<(String, String)> {
    let audit = ground.system.audit.as_ref()?;
    let columns = audit.written();
    let standing = ground.standing(&audit.table)?;
    let lacks = columns.iter().any(|name| standing.column(name).is_some_and(|column| !column.may_insert));
    let table = format!("{}.{}", identifier(&ground.source.schema), identifier(&audit.table));
    let why = match (lacks, standing.bars) {
        (true, _) => {
            Some((format!("needs INSERT ON {table}, the audit table"), format!("GRANT INSERT ON {table} TO {role}")))
        }
        (false, true) => Some((
            format!("needs a policy FOR INSERT WITH CHECK (true) ON {table}, the audit table"),
            all_grants(ground),
        )),
        (false, false) => None,
    };
    why.map(|(why, remedy)| (format!("{} {why}", ground.role), remedy))
}

/// The command that prints everything the role needs.
fn all_grants(ground: &Ground) -> String {
    let (system, role, schema) = (&ground.system.name, identifier(&ground.role), identifier(&ground.source.schema));
    format!("pgdeck systems show {system} --grants {role} --schema {schema} prints all that is needed")
}

/// The tables of which row level security may hide rows from the role, so that nobody can say what fell together.
pub(in super::super) fn hidden(ground: &Ground, tables: &[&str]) -> Option<(String, String)> {
    let hiding = |name: &&str| ground.standing(name).is_some_and(|standing| standing.hides || standing.keeps);
    let hiding: Vec<&str> = tables.iter().copied().filter(hiding).collect();
    let first = hiding.first()?;
    let policies = ground.standing(first).map(|standing| standing.policies.join(", ")).unwrap_or_default();
    let policies =
        if policies.is_empty() { "no policy lets it through".to_owned() } else { format!("policies: {policies}") };
    let names: Vec<String> = hiding.iter().map(|name| format!("{}.{name}", ground.source.schema)).collect();
    let what = if ground.standing(first).is_some_and(|standing| standing.hides) {
        "hide rows"
    } else {
        "forbid to change rows"
    };
    Some((
        format!("row level security may {what} of {} from {} ({first}: {policies})", names.join(", "), ground.role),
        format!(
            "connect as the owner of the tables, or let a superuser run: ALTER ROLE {} BYPASSRLS; {}",
            identifier(&ground.role),
            all_grants(ground)
        ),
    ))
}

/// Which triggers fire on each table, one line a table.
pub(in super::super) async fn triggers(
    touched: &[(Table<'_>, Vec<String>)],
    asking: &Asking<'_>,
) -> Result<Vec<String>, Fault> {
    let mut notes = Vec::new();
    for (table, set) in touched {
        let params = [Some(table.standing.oid.clone()), Some(serde_json::Value::from(set.as_slice()).to_string())];
        let names = asking.texts(TRIGGERS, &params).await?;
        if !names.is_empty() {
            notes.push(format!("triggers of {} fire: {}", table.shown(), names.join(", ")));
        }
    }
    Ok(notes)
}

/// The materialized views that fall behind.
pub(in super::super) async fn stale(
    touched: &[(Table<'_>, Vec<String>)],
    asking: &Asking<'_>,
) -> Result<Vec<String>, Fault> {
    let oids: Vec<&str> = touched.iter().map(|(table, _)| table.standing.oid.as_str()).collect();
    asking.texts(STALE, &[Some(serde_json::Value::from(oids).to_string())]).await
}
