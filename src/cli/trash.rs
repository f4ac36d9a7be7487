//! `pgdeck trash`: the trash pane with what a person asks of it as its filter.

use super::args::{Cli, Show, Trash};
use super::destination::Destination;
use super::session::Session;
use super::show;
use crate::catalog::Library;
use crate::model::deck::Survey;
use crate::model::nearest::did_you_mean;
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
    let deleted = soft_deleted(&sources, library);
    if let Some(source) = sources.iter().find(whole).filter(|_| deleted.iter().any(|name| name == text)) {
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
        [] => Err(unknown(survey, library, &deleted, text)),
        several => {
            let names: Vec<String> = several.iter().map(|source| format!("{}.{name}", source.schema)).collect();
            Err(Fault::usage(format!("several systems may have {text}: {}", names.join(", ")))
                .hint("write the one you mean with its schema"))
        }
    }
}

/// Every table with soft delete, `schema.table`.
fn soft_deleted(sources: &[&Source], library: &Library) -> Vec<String> {
    let of_source = |source: &&Source| {
        let system = library.system(&source.system).ok();
        let tables = system.into_iter().flat_map(|system| &system.tables).filter(|table| table.deleted.is_some());
        tables.map(|table| format!("{}.{}", source.schema, table.name)).collect::<Vec<_>>()
    };
    sources.iter().flat_map(of_source).collect()
}

fn unknown(survey: &Survey, library: &Library, deleted: &[String], text: &str) -> Fault {
    let (qualifier, name) = text.split_once('.').map_or((None, text), |(qualifier, name)| (Some(qualifier), name));
    if let Some(closed) = survey.closed(qualifier).filter(|_| qualifier.is_some() || deleted.is_empty()) {
        return Fault { message: format!("no table called {text} can be seen: {}", closed.message), ..closed };
    }
    let knows = |source: &Source| {
        let fits = qualifier.is_none_or(|own| own == source.schema || own == source.system);
        let system = library.system(&source.system).ok();
        fits && system.is_some_and(|system| system.tables.iter().any(|table| table.name == name))
    };
    if survey.systems.iter().any(|system| knows(&system.source)) {
        return Fault::usage(format!("{text} has no soft delete"))
            .hint(format!("tables that have it: {}", deleted.join(", ")));
    }
    let near = did_you_mean(text, deleted.iter().map(String::as_str));
    let hint = near.unwrap_or_else(|| match deleted {
        [] => "pgdeck systems list says what stands in this database".to_owned(),
        _ => format!("tables with soft delete here: {}", deleted.join(", ")),
    });
    Fault::usage(format!("no system here has a table called {text}")).hint(hint)
}
