//! What stands in a fresh template: settings, the demo database, roles, the systems with their sample.
//! It must not know where the template is kept.

use super::cluster::Cluster;
use super::template::Recipe;
use super::{DATABASE, io};
use crate::db::migrate;
use crate::model::Fault;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Settings while the template is built: quick to fill, and little write-ahead log left at the end.
pub const WHILE_BUILDING: &[&str] = &[
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "wal_recycle=off",
    "min_wal_size=32MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=1h",
    "maintenance_work_mem=128MB",
    "shared_buffers=256MB",
];

/// Settings of every demo: its data is not worth a wait for the disk.
const SETTINGS: &str = "
# pgdeck demo
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
track_io_timing = on
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
";

/// Makes an empty cluster: UTF-8, sorted by code point on every machine, trust inside its own private socket folder.
pub fn initdb(recipe: &Recipe<'_>, data: &Path) -> Result<(), Fault> {
    let builtin: &[&str] = &["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    let libc: &[&str] = &["--locale=C", "--lc-ctype=C.UTF-8"];
    let plain: &[&str] = &["--locale=C"];
    let choices = if recipe.programs.major >= 17 { [builtin, plain] } else { [libc, plain] };
    let mut outcome = Ok(());
    for locale in choices {
        outcome = initdb_with(recipe, data, locale);
        if outcome.is_ok() {
            break;
        }
    }
    outcome?;
    let file = data.join("postgresql.conf");
    let mut settings = OpenOptions::new().append(true).open(&file).map_err(|error| io("open", &file, &error))?;
    settings.write_all(SETTINGS.as_bytes()).map_err(|error| io("write", &file, &error))
}

fn initdb_with(recipe: &Recipe<'_>, data: &Path, locale: &[&str]) -> Result<(), Fault> {
    let path = recipe.programs.folder.join("initdb");
    let mut program = Command::new(&path);
    program.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]).args(locale).arg("-D").arg(data);
    program.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null());
    let done = recipe.account.runs(&mut program).output().map_err(|error| io("run", &path, &error))?;
    if done.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&done.stderr);
    let fault = Fault::connection("initdb failed").detail(words.trim());
    Err(match recipe.account.name() {
        Some(name) => fault.hint(format!(
            "as root the server runs as {name}, who must be able to reach {} and {}",
            path.display(),
            data.display()
        )),
        None => fault,
    })
}

/// Fills a running, empty cluster. Calls `tell` with what is being made.
pub async fn fill(cluster: &Cluster, recipe: &Recipe<'_>, tell: &(dyn Fn(&str) + Sync)) -> Result<(), Fault> {
    let to = |database: &str| migrate::socket(cluster.socket_dir(), cluster.port(), cluster.user(), database);
    migrate::run_script(&to("postgres"), "demo", &format!("CREATE DATABASE {DATABASE}")).await?;
    let target = to(DATABASE);
    // Row level security would hide every row from a support role that is no member of any organization.
    migrate::run_script(&target, "demo", "CREATE ROLE support LOGIN BYPASSRLS").await?;
    if recipe.programs.major >= 14 {
        migrate::run_script(&target, "demo", "GRANT pg_read_all_data TO support").await?;
    }
    for system in recipe.systems {
        if let Some(extension) = migrate::lacking(&target, system).await? {
            tell(&format!("{} skipped: needs {extension}, which these server programs do not have", system.name));
            continue;
        }
        tell(&system.name);
        migrate::install(target.clone(), system, recipe.files, &system.name, None).await?;
        if recipe.rows > 0 {
            migrate::load_sample(&target, system, recipe.files, &system.name, recipe.rows, tell).await?;
        }
        if recipe.programs.major < 14 {
            let grant = format!(
                "GRANT USAGE ON SCHEMA \"{0}\" TO support; GRANT SELECT ON ALL TABLES IN SCHEMA \"{0}\" TO support",
                system.name
            );
            migrate::run_script(&target, "demo", &grant).await?;
        }
    }
    migrate::run_script(&target, "demo", "CHECKPOINT").await
}
