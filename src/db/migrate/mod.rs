//! Installs a reference system into a database and takes it back: one transaction around sqlx's migrator, on a direct
//! session. It must not know who asks, nor where the files came from.
//!
//! The bookkeeping is the table `pgdeck.<system>__<schema>`; its comment remembers what else is ours to take back. The
//! schema `pgdeck` goes with the last system.

/// The roles beside its owner, the installer and superusers that may create in the schema of this alias of `pg_namespace`.
macro_rules! intruders {
    ($n:literal) => {
        concat!(
            "ARRAY(SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END
             FROM aclexplode(coalesce(",
            $n,
            ".nspacl, acldefault('n', ",
            $n,
            ".nspowner))) a
             LEFT JOIN pg_roles r ON r.oid = a.grantee
             WHERE ",
            $n,
            ".oid IS NOT NULL AND a.privilege_type = 'CREATE' AND a.grantee <> ",
            $n,
            ".nspowner
               AND coalesce(NOT r.rolsuper AND r.rolname <> current_user, true)
             ORDER BY 1) AS intruders"
        )
    };
}

mod apply;
mod extension;
mod fault;
mod memory;
mod plan;
mod rows;
mod sample;
mod session;
mod state;

use crate::db::quote::identifier;

pub use apply::{install, uninstall};
pub use extension::lacking;
pub use plan::{plan_install, plan_uninstall};
pub use sample::load_sample;
pub use session::{run_script, socket};

/// The schema of the bookkeeping, and what its comment says while it is ours.
const BOOKS: (&str, &str) = ("pgdeck", "pgdeck: what it installed here");

/// The bookkeeping table's bare name, cut to the server's 63 bytes as the server would cut it.
fn ledger_name(system: &str, schema: &str) -> String {
    let mut name = format!("{system}__{schema}");
    let end = (0..=name.len().min(63)).rev().find(|&at| name.is_char_boundary(at));
    name.truncate(end.unwrap_or(0));
    name
}

/// The bookkeeping table as SQL names it.
fn ledger(system: &str, schema: &str) -> String {
    format!("pgdeck.{}", identifier(&ledger_name(system, schema)))
}
