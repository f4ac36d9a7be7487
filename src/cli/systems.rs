//! `pgdeck systems`: what pgdeck knows by heart, and the operations that bring it and take it away.

use super::args::{Change, Cli, Printed, Systems};
use super::confirm::confirm;
use super::destination::Destination;
use super::session::{Session, unexpected};
use crate::catalog::Library;
use crate::engine::clock;
use crate::model::operation::{Ending, Intent, Plan, Receipt};
use crate::model::request::Install;
use crate::model::{Fault, Kind, Outcome, Request, Table};
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

/// The same table, taken now.
pub fn dated(table: Table) -> Table {
    Table { taken_at: clock::now(), ..table }
}

/// Plans, confirms and performs a change of a system. Fails as refused where it may only be planned.
pub async fn change(command: &Systems, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    let (change, sample_rows, installs) = match command {
        Systems::Install { change, sample } => (change, *sample, true),
        Systems::Uninstall { change } => (change, None, false),
        Systems::List(_) | Systems::Show { .. } => return Ok(()),
    };
    let install = Install { system: change.name.clone(), schema: change.schema.clone(), sample_rows };
    let intent = if installs { Intent::Install(install) } else { Intent::Uninstall(install) };
    let plan = match session.ask(Request::Plan(intent)).await? {
        Outcome::Plan(plan) => plan,
        other => return Err(unexpected(&other)),
    };
    let destination = Destination::stdout(change.format);
    if change.dry_run || !cli.common.write {
        destination.write(&Outcome::Plan(plan))?;
        return if change.dry_run { Ok(()) } else { Err(read_only()) };
    }
    permitted(change, &plan, session).await?;
    match session.ask(Request::Perform(Box::new(plan))).await? {
        Outcome::Receipt(receipt) => {
            destination.write(&Outcome::Receipt(receipt.clone()))?;
            ended(&receipt)
        }
        other => Err(unexpected(&other)),
    }
}

async fn permitted(change: &Change, plan: &Plan, session: &mut Session) -> Result<(), Fault> {
    if change.yes {
        return Ok(());
    }
    let schema = change.schema.as_deref().unwrap_or(&change.name);
    confirm(&Outcome::Plan(plan.clone()), "the name of the schema", schema, &mut session.signals).await
}

fn read_only() -> Fault {
    Fault::new(Kind::Refused, "nothing has been changed: this is the plan only").hint("add --write to carry it out")
}

/// A receipt that does not say done ends with its own exit code.
fn ended(receipt: &Receipt) -> Result<(), Fault> {
    match receipt.ending {
        Ending::Done => Ok(()),
        Ending::RolledBack => Err(Fault::query(format!("{} was rolled back", receipt.operation))),
        Ending::InDoubt => {
            Err(Fault::new(Kind::InDoubt, format!("nobody knows whether {} happened", receipt.operation)))
        }
    }
}
