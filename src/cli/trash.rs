//! `pgdeck trash`: the trash pane with what a person asks of it as its filter.

use super::args::{Cli, Show, Trash};
use super::destination::Destination;
use super::session::Session;
use super::show;
use crate::catalog::Library;
use crate::model::deck::Survey;
use crate::model::pane::PaneName;
use crate::model::{Fault, PaneRef, Source};
use serde_json::Value;

/// Shows the trash of the table's system, or of the only one there is.
pub async fn run(args: &Trash, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    let survey = session.survey().await?;
    let (pane, table) = match &args.table {
        None => ("trash".to_owned(), None),
        Some(text) => wanted(&survey, &session.engine.library(), session.system.as_deref(), text)?,
    };
    // As an element of the JSON array: the name of one table can be the beginning of another's.
    let has_rows_of = |table: String| format!("tables~{}", quoted(&quoted(&table)));
    let mut terms: Vec<String> = table.map(has_rows_of).into_iter().collect();
    let times = [(&args.since, ">="), (&args.until, "<=")];
    let time = |(value, sign): (&Option<String>, &str)| Some(format!("deleted_at{sign}{}", quoted(value.as_ref()?)));
    terms.extend(times.into_iter().filter_map(time));
    terms.extend(args.by.as_ref().map(|by| format!("deleted_by~{}", quoted(by))));
    let show = Show {
        name: pane,
        filter: (!terms.is_empty()).then(|| terms.join(" ")),
        sort: Vec::new(),
        limit: args.limit,
        columns: Vec::new(),
        printed: args.printed.clone(),
    };
    let mut destination = Destination::new(&show.printed);
    destination.style.narrow = "--since, --until, --by or --tenant";
    show::write(&show, destination, cli, session).await
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The trash pane that lists a table, by the pane's whole name, and the table as that pane calls it.
fn wanted(
    survey: &Survey,
    library: &Library,
    preferred: Option<&str>,
    text: &str,
) -> Result<(String, Option<String>), Fault> {
    let sources = survey.panes.iter().filter_map(|entry| match &entry.pane {
        PaneRef::Library { name, source: Some(source) } if name == "trash" => Some(source),
        _ => None,
    });
    let sources: Vec<_> = sources.collect();
    let whole = |source: &&&Source| text.strip_prefix(source.schema.as_str()).is_some_and(|rest| rest.starts_with('.'));
    if let Some(source) = sources.iter().find(whole) {
        return Ok((format!("{}@{}/trash", source.system, source.schema), Some(text.to_owned())));
    }
    let (qualifier, name) = match PaneName::parse(text)? {
        PaneName::Relation { schema, name } => (Some(schema), name),
        PaneName::Library { system, name, .. } => (system, name),
    };
    let keeps = |source: &&&Source| {
        let system = library.system(&source.system).ok();
        system.is_some_and(|system| system.tables.iter().any(|table| table.name == name && table.deleted.is_some()))
    };
    let sources: Vec<&Source> = sources.iter().filter(keeps).copied().collect();
    let by_schema: Vec<_> =
        sources.iter().filter(|source| qualifier.as_ref().is_none_or(|own| source.schema == *own)).collect();
    let by_system: Vec<_> = sources.iter().filter(|source| qualifier.as_ref() == Some(&source.system)).collect();
    let mut found = if by_schema.is_empty() { by_system } else { by_schema };
    if found.len() > 1 && found.iter().any(|source| Some(source.system.as_str()) == preferred) {
        found.retain(|source| Some(source.system.as_str()) == preferred);
    }
    match found.as_slice() {
        [one] => {
            let pane = format!("{}@{}/trash", one.system, one.schema);
            Ok((pane, Some(format!("{}.{name}", one.schema))))
        }
        [] => Err(Fault::usage(format!("no system here keeps a trash with {text}"))
            .hint("pgdeck systems list says what stands in this database")),
        several => {
            let names: Vec<String> = several.iter().map(|source| format!("{}.{name}", source.schema)).collect();
            Err(Fault::usage(format!("several systems may have {text}: {}", names.join(", ")))
                .hint("write the one you mean with its schema"))
        }
    }
}
