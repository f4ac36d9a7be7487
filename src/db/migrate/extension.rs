//! The extensions a system cannot do without: refused with the reason where the server lacks one, made where it is missing,
//! taken back with the last system that needs it. It must not know what they are for.

use super::fault::plain;
use super::memory::Memory;
use super::session::{close, drop_within, open, run_statement};
use super::state::refuse_intruders;
use super::{BOOKS, ledger_name};
use crate::catalog::files::Files;
use crate::catalog::system::System;
use crate::db::quote::{identifier, literal};
use crate::model::{Fault, Kind};
use sqlx::postgres::{PgConnectOptions, PgConnection};

/// The schema an extension of ours is made in.
const SCHEMA: &str = "extensions";
/// What that schema's comment says while it is ours.
const OURS: &str = "pgdeck: extensions its systems need";

/// One extension as this database has it.
#[derive(Clone, Debug)]
pub(super) struct Extension {
    name: String,
    /// Where it stands; None where it is not installed.
    schema: Option<String>,
    available: bool,
    may_create: bool,
    home_stands: bool,
    /// Roles beside its owner, the installer and superusers that may create in its schema.
    intruders: Vec<String>,
}

/// The columns of [`EXTENSIONS`].
type Read = (String, Option<String>, bool, bool, bool, Vec<String>);

const EXTENSIONS: &str = concat!("
SELECT wanted.name,
       CASE WHEN e.oid IS NOT NULL THEN n.nspname::text END AS schema,
       EXISTS (SELECT FROM pg_available_extensions a WHERE a.name = wanted.name) AS available,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
         OR (has_database_privilege(current_database(), 'CREATE')
             AND EXISTS (SELECT FROM pg_available_extension_versions v WHERE v.name = wanted.name AND v.trusted)) AS may_create,
       to_regnamespace($2) IS NOT NULL AS home_stands,
       ", intruders!("n"), "
FROM unnest($1::text[]) WITH ORDINALITY wanted (name, nr)
LEFT JOIN pg_extension e ON e.extname = wanted.name
LEFT JOIN pg_namespace n ON n.oid = coalesce(e.extnamespace, to_regnamespace($2))
ORDER BY wanted.nr");

/// The extensions the system needs, in its order.
pub(super) async fn read(session: &mut PgConnection, system: &System) -> Result<Vec<Extension>, Fault> {
    let read = sqlx::query_as(EXTENSIONS).persistent(false).bind(&system.extensions).bind(SCHEMA);
    let rows: Vec<Read> = read.fetch_all(session).await.map_err(plain)?;
    let one = |(name, schema, available, may_create, home_stands, intruders)| Extension {
        name,
        schema,
        available,
        may_create,
        home_stands,
        intruders,
    };
    Ok(rows.into_iter().map(one).collect())
}

/// The extension the system needs and this server does not have, if so.
pub async fn lacking(options: &PgConnectOptions, system: &System) -> Result<Option<String>, Fault> {
    let mut session = open(options).await?;
    let extensions = read(&mut session, system).await?;
    close(session).await?;
    Ok(extensions.into_iter().find(|one| one.schema.is_none() && !one.available).map(|one| one.name))
}

/// Why the system cannot be installed for want of an extension, if so.
pub(super) fn refuse(extensions: &[Extension], system: &System) -> Result<(), Fault> {
    for one in extensions {
        refuse_intruders(&system.name, one.schema.as_deref().unwrap_or(SCHEMA), &one.intruders)?;
    }
    let Some(lacking) = extensions.iter().find(|one| one.schema.is_none() && !(one.available && one.may_create)) else {
        return Ok(());
    };
    let (system, name) = (&system.name, &lacking.name);
    Err(if lacking.available {
        Fault::new(Kind::Refused, format!("{system} needs {name}, which you may not create here"))
            .hint(format!("CREATE EXTENSION {}; as a superuser", identifier(name)))
    } else {
        Fault::new(Kind::Refused, format!("{system} needs {name}, which this server does not have"))
            .hint("install PostgreSQL's additional modules on the server (Debian: postgresql-contrib), then try again")
    })
}

/// The statements that make what is missing, and the names of what they make.
pub(super) fn preparation(extensions: &[Extension]) -> (Vec<String>, Vec<String>) {
    let missing: Vec<&Extension> = extensions.iter().filter(|one| one.schema.is_none()).collect();
    let mut sql = Vec::new();
    if missing.first().is_some_and(|one| !one.home_stands) {
        sql.push(format!("CREATE SCHEMA {SCHEMA}"));
        sql.push(format!("COMMENT ON SCHEMA {SCHEMA} IS {}", literal(OURS)));
    }
    sql.extend(missing.iter().map(|one| format!("CREATE EXTENSION {} WITH SCHEMA {SCHEMA}", identifier(&one.name))));
    (sql, missing.iter().map(|one| one.name.clone()).collect())
}

/// Where a system's names are looked up: its schema, its extensions, and temporary objects after all else.
pub(super) fn search_path(schema: &str, extensions: &[Extension]) -> String {
    let mut path = vec![schema];
    for one in extensions {
        let home = one.schema.as_deref().unwrap_or(SCHEMA);
        if home != "pg_catalog" && !path.contains(&home) {
            path.push(home);
        }
    }
    let path: Vec<String> = path.into_iter().map(identifier).collect();
    format!("{}, pg_temp", path.join(", "))
}

/// Takes back the extensions a system's bookkeeping remembers as ours, or hands them on to another system that needs them.
/// A note says what stays, and why.
pub(super) async fn take_back(work: &mut PgConnection, memory: &Memory, files: &Files) -> Result<Vec<String>, Fault> {
    let mut notes = Vec::new();
    for name in &memory.extensions {
        if let Some(heir) = heir(work, files, name).await? {
            notes.push(format!("the extension {name} stays: {heir} needs it"));
        } else if let Some(function) = mentioned(work, name).await? {
            notes.push(format!("the extension {name} stays: {function} calls what it brings"));
        } else if drop_within(work, &format!("DROP EXTENSION {}", identifier(name))).await? {
            notes.push(format!("the extension {name} was dropped: pgdeck had made it"));
        } else {
            notes.push(format!("the extension {name} stays: other objects need it"));
        }
    }
    let ours = "SELECT coalesce(obj_description(to_regnamespace($1), 'pg_namespace') = $2, false)";
    let ours = sqlx::query_scalar(ours).bind(SCHEMA).bind(OURS).persistent(false);
    if !memory.extensions.is_empty() && ours.fetch_one(&mut *work).await.map_err(plain)? {
        drop_within(work, &format!("DROP SCHEMA {SCHEMA}")).await?;
    }
    Ok(notes)
}

/// Function bodies leave no dependency behind: one whose text calls a function of the extension, where there is one.
async fn mentioned(work: &mut PgConnection, extension: &str) -> Result<Option<String>, Fault> {
    let sql = "
        WITH brought AS (
          SELECT DISTINCT f.proname
          FROM pg_depend d
          JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = $1
          JOIN pg_proc f ON f.oid = d.objid
          WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
        )
        SELECT p.oid::regprocedure::text
        FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
          AND p.prosrc ~* ('\\m(' || (SELECT string_agg(proname, '|') FROM brought) || ')\\s*\\(')
        ORDER BY 1
        LIMIT 1";
    let mentioned = sqlx::query_scalar(sql).persistent(false).bind(extension);
    mentioned.fetch_optional(work).await.map_err(plain)
}

/// Finds an installed system that needs the extension, and lets its bookkeeping remember it.
async fn heir(work: &mut PgConnection, files: &Files, extension: &str) -> Result<Option<String>, Fault> {
    let books = "SELECT c.relname::text, coalesce(obj_description(c.oid, 'pg_class'), '')
                 FROM pg_class c WHERE c.relnamespace = to_regnamespace('pgdeck') AND c.relkind = 'r' ORDER BY 1";
    let books: Vec<(String, String)> =
        sqlx::query_as(books).persistent(false).fetch_all(&mut *work).await.map_err(plain)?;
    for system in System::names(files).iter().filter_map(|name| System::load(files, name).ok()) {
        let needs = system.extensions.iter().any(|name| name == extension);
        let begin = ledger_name(&system.name, "");
        let Some((table, comment)) = books.iter().find(|(table, _)| needs && table.starts_with(&begin)) else {
            continue;
        };
        let mut memory = Memory::parse(comment);
        memory.extensions.push(extension.to_owned());
        let comment = literal(&memory.to_string());
        run_statement(work, format!("COMMENT ON TABLE {}.{} IS {comment}", BOOKS.0, identifier(table))).await?;
        return Ok(Some(system.name));
    }
    Ok(None)
}
