//! What a role needs to see the trash of a system, restore from it and leave its trace there, as SQL to be handed over; and the way
//! back. Written from the manifest alone.

use crate::catalog::System;
use crate::catalog::system::TableSpec;
use crate::db::quote::{identifier, literal};
use std::collections::BTreeSet;

/// The SQL for a system that stands in this schema.
pub fn grants(system: &System, schema: &str, role: &str) -> String {
    let grants = Grants { system, schema: identifier(schema), role: identifier(role), plain: role };
    let mut text = format!(
        "-- What {role} needs to see what is deleted in {schema} ({}), to restore it and delete it softly, and to leave a row in the audit\n\
         -- table each time. Run it as the owner of the tables. Nothing here lets {role} delete for good.\n\n",
        system.title
    );
    text.push_str(&format!("GRANT USAGE ON SCHEMA {} TO {};\n", grants.schema, grants.role));
    text.push_str(&grants.given());
    text.push_str("\n-- The policies hold only where row level security is on.\n");
    text.push_str(&grants.policies());
    text.push_str("\n-- To take it back:\n");
    text.push_str(&grants.taken_back());
    text
}

struct Grants<'a> {
    system: &'a System,
    schema: String,
    role: String,
    plain: &'a str,
}

impl<'a> Grants<'a> {
    fn deleted(&self) -> impl Iterator<Item = &'a TableSpec> {
        self.system.tables.iter().filter(|table| table.deleted.is_some())
    }

    /// The tables whose rows are restored. Who may change the audit table can hide what they did.
    fn restored(&self) -> impl Iterator<Item = &'a TableSpec> {
        let audit = self.system.audit.as_ref().map(|audit| audit.table.as_str());
        self.deleted().filter(move |table| Some(table.name.as_str()) != audit)
    }

    /// The masked columns of a table.
    fn masked(&self, name: &str) -> &'a [String] {
        let table = self.system.tables.iter().find(|table| table.name == name);
        table.map_or(&[], |table| table.masked.as_slice())
    }

    /// The statement that lets the role read all of a table but its masked columns, and search vectors, which have their words.
    fn but_masked(&self, name: &str) -> String {
        let list = self.masked(name).iter().map(|name| literal(name)).collect::<Vec<_>>().join(", ");
        let table = self.table(name);
        let body = format!(
            "BEGIN\n  EXECUTE (\n    SELECT pg_catalog.format('GRANT SELECT (%s) ON %s TO %I',\n      \
             pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum), {}, {})\n    \
             FROM pg_catalog.pg_attribute AS a\n    WHERE a.attrelid = {}::pg_catalog.regclass AND NOT a.attisdropped\n      \
             AND (a.attnum > 0 OR a.attname IN ('xmin', 'ctid', 'tableoid'))\n      \
             AND a.attname <> ALL (ARRAY[{list}]) AND a.atttypid <> 'pg_catalog.tsvector'::pg_catalog.regtype\n  );\nEND",
            literal(&table),
            literal(self.plain),
            literal(&table),
        );
        let body = if body.contains("$grant$") { literal(&body) } else { format!("$grant$\n{body}\n$grant$") };
        format!("-- All columns of {table} but the masked ones: {}.\nDO {body};\n", self.masked(name).join(", "))
    }

    /// The tables that are read, each once.
    fn read(&self) -> BTreeSet<&'a str> {
        let audit = self.system.audit.as_ref();
        let people = audit.and_then(|audit| audit.people.as_ref()).map(|people| people.table.as_str());
        let tenants = self.system.tenant.as_ref().map(|tenant| tenant.table.as_str());
        let audit = audit.map(|audit| audit.table.as_str());
        self.deleted().map(|table| table.name.as_str()).chain([audit, people, tenants].into_iter().flatten()).collect()
    }

    fn table(&self, name: &str) -> String {
        format!("{}.{}", self.schema, identifier(name))
    }

    fn tables(&self) -> String {
        self.read().into_iter().map(|name| self.table(name)).collect::<Vec<_>>().join(",\n  ")
    }

    /// The columns by which a row is deleted and restored.
    fn markers(table: &TableSpec) -> String {
        let columns = table.deleted.as_ref().map(|deleted| deleted.columns()).unwrap_or_default();
        columns.into_iter().map(identifier).collect::<Vec<_>>().join(", ")
    }

    /// The audit table and the columns of it that are filled.
    fn audit(&self) -> Option<(&'a str, String)> {
        let audit = self.system.audit.as_ref()?;
        let own = self.system.tables.iter().find(|table| table.name == audit.table);
        let mut columns = audit.written();
        columns.extend(own.and_then(|table| table.tenant.as_deref()));
        columns.sort_unstable();
        columns.dedup();
        Some((&audit.table, columns.into_iter().map(identifier).collect::<Vec<_>>().join(", ")))
    }

    fn given(&self) -> String {
        let role = &self.role;
        let (masked, whole): (Vec<&str>, Vec<&str>) =
            self.read().into_iter().partition(|name| !self.masked(name).is_empty());
        let whole: Vec<String> = whole.into_iter().map(|name| self.table(name)).collect();
        let mut text = String::new();
        if !whole.is_empty() {
            text.push_str(&format!("GRANT SELECT ON\n  {}\nTO {role};\n", whole.join(",\n  ")));
        }
        text.extend(masked.into_iter().map(|name| self.but_masked(name)));
        for table in self.restored() {
            text.push_str(&format!(
                "GRANT UPDATE ({}) ON {} TO {role};\n",
                Self::markers(table),
                self.table(&table.name)
            ));
        }
        if let Some((table, columns)) = self.audit() {
            text.push_str(&format!("GRANT INSERT ({columns}) ON {} TO {role};\n", self.table(table)));
        }
        for function in self.functions() {
            text.push_str(&format!("GRANT EXECUTE ON FUNCTION {function} TO {role};\n"));
        }
        text
    }

    /// What triggers call with the rights of who makes the change.
    fn functions(&self) -> Vec<String> {
        self.system.calls.iter().map(|function| format!("{}.{function}", self.schema)).collect()
    }

    /// Name, table and command of each policy.
    fn policy_list(&self) -> Vec<(String, String, &'static str)> {
        let named = |verb: &str| identifier(&format!("pgdeck: {} {verb}", self.plain));
        let reads =
            self.read().into_iter().map(|name| (named("reads"), self.table(name), "FOR SELECT TO {} USING (true)"));
        let updates = self.restored().map(|table| {
            (named("restores"), self.table(&table.name), "FOR UPDATE TO {} USING (true) WITH CHECK (true)")
        });
        let inserts =
            self.audit().map(|(table, _)| (named("records"), self.table(table), "FOR INSERT TO {} WITH CHECK (true)"));
        reads.chain(updates).chain(inserts).collect()
    }

    fn policies(&self) -> String {
        let one = |(name, table, what): (String, String, &str)| {
            format!("CREATE POLICY {name} ON {table} {};\n", what.replace("{}", &self.role))
        };
        self.policy_list().into_iter().map(one).collect()
    }

    fn taken_back(&self) -> String {
        let role = &self.role;
        let drop = |(name, table, _): (String, String, &str)| format!("-- DROP POLICY {name} ON {table};\n");
        let mut text: String = self.policy_list().into_iter().map(drop).collect();
        for function in self.functions() {
            text.push_str(&format!("-- REVOKE EXECUTE ON FUNCTION {function} FROM {role};\n"));
        }
        if let Some((table, columns)) = self.audit() {
            text.push_str(&format!("-- REVOKE INSERT ({columns}) ON {} FROM {role};\n", self.table(table)));
        }
        for table in self.restored() {
            let (markers, table) = (Self::markers(table), self.table(&table.name));
            text.push_str(&format!("-- REVOKE UPDATE ({markers}) ON {table} FROM {role};\n"));
        }
        text.push_str(&format!("-- REVOKE SELECT ON {} FROM {role};\n", self.tables().replace('\n', "\n-- ")));
        text.push_str(&format!("-- REVOKE USAGE ON SCHEMA {} FROM {role};\n", self.schema));
        text
    }
}
