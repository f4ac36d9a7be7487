//! What an install or an uninstall would do: the statements in order, after the same refusals. Changes nothing.

use super::apply::{look, names, preparation, remember};
use super::memory::Memory;
use super::session::{close, open};
use super::{BOOKS, ledger, rows};
use crate::catalog::files::Files;
use crate::catalog::system::System;
use crate::db::quote::identifier;
use crate::model::Fault;
use crate::model::operation::{Intent, Plan, PlanRow};
use crate::model::request::Install;
use sqlx::postgres::PgConnectOptions;

/// The plan of `install`. Fails with the refusal `install` would meet.
pub async fn plan_install(
    options: PgConnectOptions,
    system: &System,
    files: &Files,
    schema: &str,
    sample_rows: Option<u64>,
) -> Result<Plan, Fault> {
    let mut session = open(&options).await?;
    let (state, steps) = look(&mut session, system, files, schema).await?;
    close(session).await?;
    state.refuse_install(system, schema)?;
    let mut sql = vec!["BEGIN".to_owned()];
    let (first, extensions) = preparation(&state, system, schema);
    sql.extend(first);
    sql.extend(steps.iter().map(|step| commented(&step.up_path, &step.up)));
    let mut outside = Vec::new();
    if let Some(rows) = sample_rows {
        sql.push(format!("SELECT set_config('pgdeck.rows', '{rows}', true)"));
        for part in system.sample(files)? {
            let text = commented(&format!("{}: {}", system.sample_path(), part.name), &part.sql);
            if part.outside_transaction { outside.push(text) } else { sql.push(text) }
        }
    }
    // The transactions are known only when it is done.
    let memory = Memory { schema: !state.schema_stands, sample: sample_rows, extensions, transactions: None };
    sql.push(remember(system, schema, &memory));
    sql.push("COMMIT".to_owned());
    sql.extend(outside);
    let relations = system.relations_named();
    let install =
        Install { system: system.name.clone(), schema: Some(schema.to_owned()), sample_rows, drop_rows: false };
    Ok(Plan {
        rows: relations.iter().map(|name| row(schema, name, "create")).collect(),
        counts: vec![(schema.to_owned(), relations.len() as u64)],
        sql,
        typed: Some(("the name of the schema".to_owned(), schema.to_owned())),
        ..Plan::of(Intent::Install(install))
    })
}

/// The plan of `uninstall`. Fails with the refusal `uninstall` would meet.
pub async fn plan_uninstall(
    options: PgConnectOptions,
    system: &System,
    files: &Files,
    schema: &str,
    drop_rows: bool,
) -> Result<Plan, Fault> {
    let mut session = open(&options).await?;
    let (state, steps) = look(&mut session, system, files, schema).await?;
    state.refuse_uninstall(system, schema)?;
    let memory = state.memory();
    if !drop_rows {
        rows::refuse_others(&mut session, system, schema, &memory).await?;
    }
    close(session).await?;
    let mut sql = vec!["BEGIN".to_owned()];
    sql.extend(names(&state, system, schema));
    if let Some(text) = system.sample_down(files).filter(|_| memory.sample.is_some()) {
        sql.push(commented(&format!("systems/{}/sample.down.sql", system.name), text));
    }
    sql.extend(steps.iter().rev().map(|step| commented(&step.down_path, &step.down)));
    sql.push(format!("DROP TABLE {}", ledger(&system.name, schema)));
    for extension in &memory.extensions {
        sql.push(format!("DROP EXTENSION {} -- unless something else needs it", identifier(extension)));
    }
    if memory.schema {
        sql.push(format!("DROP SCHEMA {} -- unless something else stands in it", identifier(schema)));
    }
    sql.push(format!("DROP SCHEMA {} -- with the last system", BOOKS.0));
    sql.push("COMMIT".to_owned());
    let relations = system.relations_named();
    let uninstall =
        Install { system: system.name.clone(), schema: Some(schema.to_owned()), sample_rows: None, drop_rows };
    Ok(Plan {
        rows: relations.iter().map(|name| row(schema, name, "drop")).collect(),
        counts: vec![(schema.to_owned(), relations.len() as u64)],
        sql,
        typed: Some(("the name of the schema".to_owned(), schema.to_owned())),
        ..Plan::of(Intent::Uninstall(uninstall))
    })
}

fn commented(path: &str, sql: &str) -> String {
    format!("-- {path}\n{}", sql.trim_end())
}

fn row(schema: &str, name: &str, action: &str) -> PlanRow {
    PlanRow { table: format!("{schema}.{name}"), action: action.into(), ..PlanRow::default() }
}
