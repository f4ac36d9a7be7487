//! What stands in the way of an install or an uninstall: read once, refused with the reason. It must not change anything.

use super::extension::{self, Extension};
use super::fault::plain;
use super::ledger_name;
use super::memory::Memory;
use crate::catalog::script::MigrationText;
use crate::catalog::system::System;
use crate::db::quote::identifier;
use crate::model::{Fault, Kind};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

/// The facts about one system in one schema of the connected database.
#[derive(Debug)]
pub(super) struct State {
    pub version_num: i32,
    pub database: String,
    pub user_name: String,
    in_recovery: bool,
    read_only: bool,
    may_create_schemas: bool,
    may_create_roles: bool,
    /// The target schema stands.
    pub schema_stands: bool,
    may_create_in_schema: bool,
    /// Roles beside its owner, the installer and superusers that may create in the target schema.
    intruders: Vec<String>,
    schema_owner: Option<String>,
    /// The schema `pgdeck` stands.
    pub books_stand: bool,
    may_create_in_books: bool,
    books_owner: Option<String>,
    /// The system's bookkeeping table stands.
    pub installed: bool,
    owns_ledger: bool,
    ledger_owner: Option<String>,
    /// The comment of the bookkeeping table.
    memory: Option<String>,
    /// Tables and views of the system's names that stand in the schema.
    found: Vec<String>,
    /// Some tables of other names that stand in the schema.
    strangers: Vec<String>,
    missing_roles: Vec<String>,
    /// The extensions the system needs.
    pub extensions: Vec<Extension>,
}

const STATE: &str = concat!("
SELECT current_setting('server_version_num')::int4 AS version_num,
       current_database()::text AS database, current_user::text AS user_name,
       pg_is_in_recovery() AS in_recovery,
       current_setting('transaction_read_only') = 'on' AS read_only,
       has_database_privilege(current_database(), 'CREATE') AS may_create_schemas,
       (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS may_create_roles,
       target.oid IS NOT NULL AS schema_stands,
       coalesce(has_schema_privilege(target.oid, 'CREATE'), false) AS may_create_in_schema,
       ", intruders!("target"), ",
       pg_get_userbyid(target.nspowner)::text AS schema_owner,
       books.oid IS NOT NULL AS books_stand,
       coalesce(has_schema_privilege(books.oid, 'CREATE') AND has_schema_privilege(books.oid, 'USAGE'), false) AS may_create_in_books,
       pg_get_userbyid(books.nspowner)::text AS books_owner,
       ledger.oid IS NOT NULL AS installed,
       coalesce(pg_has_role(ledger.relowner, 'USAGE'), false) AS owns_ledger,
       pg_get_userbyid(ledger.relowner)::text AS ledger_owner,
       obj_description(ledger.oid, 'pg_class') AS memory,
       ARRAY(SELECT c.relname::text FROM pg_class c
             WHERE c.relnamespace = target.oid AND c.relname = ANY ($3) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
             ORDER BY 1) AS found,
       ARRAY(SELECT c.relname::text FROM pg_class c
             WHERE c.relnamespace = target.oid AND c.relname <> ALL ($3) AND c.relkind IN ('r', 'p', 'f')
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
             ORDER BY 1 LIMIT 4) AS strangers,
       ARRAY(SELECT r FROM unnest($4::text[]) r WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r)) AS missing_roles
FROM (SELECT) one
LEFT JOIN pg_namespace target ON target.nspname = $1
LEFT JOIN pg_namespace books ON books.nspname = 'pgdeck'
LEFT JOIN pg_class ledger ON ledger.relnamespace = books.oid AND ledger.relname = $2");

impl FromRow<'_, PgRow> for State {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            version_num: row.try_get("version_num")?,
            database: row.try_get("database")?,
            user_name: row.try_get("user_name")?,
            in_recovery: row.try_get("in_recovery")?,
            read_only: row.try_get("read_only")?,
            may_create_schemas: row.try_get("may_create_schemas")?,
            may_create_roles: row.try_get("may_create_roles")?,
            schema_stands: row.try_get("schema_stands")?,
            may_create_in_schema: row.try_get("may_create_in_schema")?,
            intruders: row.try_get("intruders")?,
            schema_owner: row.try_get("schema_owner")?,
            books_stand: row.try_get("books_stand")?,
            may_create_in_books: row.try_get("may_create_in_books")?,
            books_owner: row.try_get("books_owner")?,
            installed: row.try_get("installed")?,
            owns_ledger: row.try_get("owns_ledger")?,
            ledger_owner: row.try_get("ledger_owner")?,
            memory: row.try_get("memory")?,
            found: row.try_get("found")?,
            strangers: row.try_get("strangers")?,
            missing_roles: row.try_get("missing_roles")?,
            extensions: Vec::new(),
        })
    }
}

impl State {
    /// Reads the facts. `roles` are those the system would create where they are missing.
    pub async fn read(
        session: &mut PgConnection,
        system: &System,
        schema: &str,
        roles: &[String],
    ) -> Result<Self, Fault> {
        let names: Vec<String> = system.relations_named().into_iter().map(str::to_owned).collect();
        let state = sqlx::query_as(STATE)
            .persistent(false)
            .bind(schema)
            .bind(ledger_name(&system.name, schema))
            .bind(names)
            .bind(roles);
        let state: Self = state.fetch_one(&mut *session).await.map_err(plain)?;
        Ok(Self { extensions: extension::read(session, system).await?, ..state })
    }

    /// What the bookkeeping remembers of the installation.
    pub fn memory(&self) -> Memory {
        Memory::parse(self.memory.as_deref().unwrap_or_default())
    }

    /// The server's major version.
    pub fn major(&self) -> u32 {
        u32::try_from(self.version_num / 10_000).unwrap_or(0)
    }

    /// Why the system cannot be installed here, if so.
    pub fn refuse_install(&self, system: &System, schema: &str) -> Result<(), Fault> {
        self.refuse_read_only()?;
        let name = &system.name;
        if self.installed {
            return Err(refused(format!("{name} is already installed in schema {schema}"))
                .hint(format!("pgdeck systems uninstall {name} --schema {schema} takes it back")));
        }
        if !self.found.is_empty() {
            return Err(refused(format!(
                "schema {schema} already holds {}, which pgdeck did not make",
                self.found.join(", ")
            ))
            .hint("choose another schema with --schema"));
        }
        if !self.strangers.is_empty() {
            let some = match self.strangers.as_slice() {
                [first, second, third, _] => format!("{first}, {second}, {third} and more"),
                few => few.join(", "),
            };
            return Err(refused(format!("schema {schema} holds other tables: {some}"))
                .hint(format!("choose a schema of its own with --schema, so that {name} can be taken back whole")));
        }
        refuse_intruders(name, schema, &self.intruders)?;
        extension::refuse(&self.extensions, system)?;
        let (lacks, grants): (Vec<String>, Vec<String>) = self.missing_privileges(schema).into_iter().unzip();
        match lacks.first() {
            None => Ok(()),
            Some(first) => {
                let user = &self.user_name;
                let message = format!("{user} lacks what installing {name} needs: {first}");
                Err(refused(message).detail(lacks.join("\n")).hint(grants.join("\n")))
            }
        }
    }

    /// Why the system cannot be uninstalled here, if so.
    pub fn refuse_uninstall(&self, system: &System, schema: &str) -> Result<(), Fault> {
        self.refuse_read_only()?;
        let name = &system.name;
        if !self.installed {
            return Err(if self.found.is_empty() {
                refused(format!("{name} is not installed in schema {schema} of {}", self.database))
            } else {
                refused(format!("schema {schema} holds {name}'s tables, but pgdeck did not install them"))
                    .hint("pgdeck takes back only what it made")
            });
        }
        if !self.owns_ledger {
            let owner = self.ledger_owner.as_deref().unwrap_or("another role");
            return Err(refused(format!(
                "{name} in schema {schema} was installed by {owner}, not by {}",
                self.user_name
            ))
            .hint(format!("connect as {owner} or as a superuser")));
        }
        Ok(())
    }

    fn refuse_read_only(&self) -> Result<(), Fault> {
        if self.in_recovery {
            return Err(
                refused("this server is a standby: nothing can be changed on it").hint("connect to the primary")
            );
        }
        if self.read_only {
            return Err(refused("this session is read-only (default_transaction_read_only is on)")
                .hint("ask the owner of the setting, on the server, the database or the role"));
        }
        Ok(())
    }

    /// What is missing, and the statement that would give it.
    fn missing_privileges(&self, schema: &str) -> Vec<(String, String)> {
        let user = identifier(&self.user_name);
        let mut missing = Vec::new();
        let makes_schemas = !self.schema_stands || !self.books_stand;
        if makes_schemas && !self.may_create_schemas {
            let database = identifier(&self.database);
            missing.push((
                format!("CREATE on database {}", self.database),
                format!("GRANT CREATE ON DATABASE {database} TO {user};"),
            ));
        }
        if self.schema_stands && !self.may_create_in_schema {
            missing.push(missing_in(schema, self.schema_owner.as_deref(), &user));
        }
        if self.books_stand && !self.may_create_in_books {
            missing.push(missing_in("pgdeck", self.books_owner.as_deref(), &user));
        }
        if !self.missing_roles.is_empty() && !self.may_create_roles {
            let create = |role: &String| format!("CREATE ROLE {};", identifier(role));
            let create: Vec<String> = self.missing_roles.iter().map(create).collect();
            let roles = self.missing_roles.join(", ");
            missing.push((format!("CREATEROLE, for the roles {roles}"), create.join(" ")));
        }
        missing
    }
}

/// Functions of a system look names up in its schema and in those of its extensions, many with their owner's rights. Who may
/// create there can put a better fitting function in their way, and have it run with those rights.
pub(super) fn refuse_intruders(system: &str, schema: &str, intruders: &[String]) -> Result<(), Fault> {
    if intruders.is_empty() {
        return Ok(());
    }
    let written = |role: &String| if role == "PUBLIC" { role.clone() } else { identifier(role) };
    let roles: Vec<String> = intruders.iter().map(written).collect();
    Err(refused(format!(
        "functions of {system} would look names up in schema {schema}, where {} may create",
        intruders.join(", ")
    ))
    .detail("a function of theirs could take the place of one that runs with its owner's rights")
    .hint(format!(
        "REVOKE CREATE ON SCHEMA {} FROM {}; or choose a schema of its own",
        identifier(schema),
        roles.join(", ")
    )))
}

/// CREATE on a schema that stands: what is missing, and the statement that would give it to the quoted user.
fn missing_in(schema: &str, owner: Option<&str>, user: &str) -> (String, String) {
    (
        format!("CREATE on schema {schema} (owner {})", owner.unwrap_or("unknown")),
        format!("GRANT CREATE, USAGE ON SCHEMA {} TO {user};", identifier(schema)),
    )
}

/// The roles the steps create: every `CREATE ROLE name` of their texts.
pub(super) fn roles_made(steps: &[MigrationText]) -> Vec<String> {
    let mut roles: Vec<String> = Vec::new();
    for step in steps {
        for (at, _) in step.up.match_indices("CREATE ROLE ") {
            let rest = &step.up[at + "CREATE ROLE ".len()..];
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if !name.is_empty() && !roles.contains(&name) {
                roles.push(name);
            }
        }
    }
    roles
}

fn refused(message: impl Into<String>) -> Fault {
    Fault::new(Kind::Refused, message)
}
