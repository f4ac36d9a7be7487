//! `pgdeck rebuild`: the INSERT of a row that only the audit trail still has.

use super::args::Rebuild;
use super::destination::Destination;
use super::session::{Session, unexpected};
use crate::model::operation::{Intent, RowRef};
use crate::model::{Fault, Kind, Outcome, Request};
use crate::report::Shape;

/// Prints the plan, which is all that was asked for. Refused where a row has the key again.
pub async fn run(args: &Rebuild, session: &mut Session) -> Result<(), Fault> {
    let row = RowRef { table: args.table.clone(), key: args.key.clone() };
    let plan = match session.ask(Request::Plan(Intent::Rebuild(row))).await? {
        Outcome::Plan(plan) => plan,
        other => return Err(unexpected(&other)),
    };
    let taken = plan.rows.iter().find(|row| row.action == "conflict").and_then(|row| row.reason.clone());
    let destination = Destination::stdout(args.format);
    match args.format {
        Some(Shape::Sql) => destination.write_sql(&plan)?,
        _ => destination.write(&Outcome::Plan(plan))?,
    }
    taken.map_or(Ok(()), |why| Err(Fault::new(Kind::Refused, why)))
}
