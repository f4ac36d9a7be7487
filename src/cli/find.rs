//! `pgdeck find`: where a record is, and what became of it.

use super::args::{Cli, Find};
use super::destination::Destination;
use super::session::Session;
use super::show;
use crate::model::request::{self, PageRequest};
use crate::model::{Fault, PaneRef, Request};

/// More rows than a search brings.
const ALL: usize = 1000;

/// Looks for the text and prints what was found. That nothing was found is an answer too, and a row of its own.
pub async fn run(args: &Find, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    let pane = PaneRef::plain("find");
    session.survey().await?;
    let mut page = PageRequest::first(pane.clone(), ALL);
    page.find = Some(request::Find { text: args.text.join(" "), scan: args.scan });
    if let Some(tenant) = &cli.common.tenant {
        page.scope = Some(show::scope(tenant, &pane, session).await?);
    }
    let outcome = session.ask(Request::Page(page)).await?;
    Destination::new(&args.printed).write(&outcome)
}
