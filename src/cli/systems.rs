//! `pgdeck systems`: what pgdeck knows by heart, and the operations that bring it and take it away.

use super::args::{Change, Cli, Printed, Systems};
use super::destination::Destination;
use super::operation::carry_out;
use super::session::Session;
use crate::catalog::Library;
use crate::engine::{self, clock};
use crate::model::operation::Intent;
use crate::model::request::Install;
use crate::model::{Fault, Table};
use crate::report::listing;

/// Every known system and where it stands in this database.
pub async fn list(printed: &Printed, session: &mut Session) -> Result<(), Fault> {
    let survey = session.survey().await?;
    let library = session.engine.library();
    let known: Vec<(&str, &str)> =
        library.systems().iter().map(|system| (system.name.as_str(), system.title.as_str())).collect();
    let listed = listing::systems(&known, &survey);
    Destination::new(printed).write_table(dated(listed))
}

/// The tables of one system. Needs no database.
pub fn show(name: &str, printed: &Printed, library: &Library) -> Result<(), Fault> {
    let system = library.system(name)?;
    let row = |table: &crate::catalog::system::TableSpec| {
        let marks = system.matches.contains(&table.name);
        let is_tenant = system.tenant.as_ref().is_some_and(|tenant| tenant.table == table.name);
        let part = match (is_tenant, marks) {
            (true, _) => "tenants",
            (false, true) => "recognised by",
            (false, false) => "",
        };
        vec![Some(table.name.clone()), table.tenant.clone(), Some(part.to_owned())]
    };
    let rows = system.tables.iter().map(row).collect();
    let mut listed = listing::table(&format!("systems/{name}"), &["table", "tenant", "part"], rows);
    listed.notes.push(format!("{name}: {}", system.title));
    Destination::new(printed).write_table(dated(listed))
}

/// What a role needs to restore rows of one system, as SQL. Needs no database.
pub fn grants(name: &str, role: &str, schema: Option<&str>, printed: &Printed, library: &Library) -> Result<(), Fault> {
    let system = library.system(name)?;
    let schema = schema.unwrap_or(name);
    // A comment ends with its line, and what follows would be run.
    if let Some(wrong) = [role, schema].into_iter().find(|text| text.is_empty() || text.contains(char::is_control)) {
        return Err(Fault::usage(format!("{wrong:?} is no name for SQL with comments")));
    }
    Destination::new(printed).write_text(&engine::grants(system, schema, role))
}

/// The same table, taken now.
pub fn dated(table: Table) -> Table {
    Table { taken_at: clock::now(), ..table }
}

/// Installs or removes a system.
pub async fn change(command: &Systems, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    let wanted = |change: &Change, sample_rows, drop_rows| {
        let (system, schema) = (change.name.clone(), change.schema.clone());
        Install { system, schema, sample_rows, drop_rows }
    };
    let (change, intent) = match command {
        Systems::Install { change, sample } => (change, Intent::Install(wanted(change, *sample, false))),
        Systems::Uninstall { change, drop_rows } => (change, Intent::Uninstall(wanted(change, None, *drop_rows))),
        Systems::List(_) | Systems::Show { .. } => return Ok(()),
    };
    carry_out(intent, &change.how, cli, session).await
}
