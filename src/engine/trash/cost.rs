//! Whether the list of deletions is read by index, by the planner's own word. It must not know what the list means.

use super::super::operations::Asking;
use crate::db::quote::{identifier, literal};
use crate::model::Fault;

/// Fewer rows than this may be read as a whole without a word.
const SMALL: u64 = 10_000;

/// How the list of this text is read, as a note.
pub(super) async fn of(sql: &str, order: &[&str], schema: &str, asking: &Asking<'_>) -> Result<String, Fault> {
    let plan = asking.texts(&explained(sql, order), &[]).await?;
    let large = match large(schema, &read_whole(plan.first().map_or("", String::as_str))) {
        Some(statement) => asking.texts(&statement, &[]).await?,
        None => Vec::new(),
    };
    Ok(told(&large))
}

/// The statement that asks how a first page would be read. As JSON the answer would not have the type text.
fn explained(sql: &str, order: &[&str]) -> String {
    let order: Vec<String> = order.iter().map(|name| format!("q.{} DESC", identifier(name))).collect();
    format!("EXPLAIN (FORMAT YAML) SELECT 1\nFROM (\n{sql}\n) q\nORDER BY {}\nLIMIT 51", order.join(", "))
}

/// The statement that says which of these relations are large; None where there are none.
fn large(schema: &str, names: &[String]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| literal(name)).collect();
    (!names.is_empty()).then(|| {
        format!(
            "SELECT c.relname::text || ' (~' || c.reltuples::bigint || ' rows)'\nFROM pg_catalog.pg_class AS c\n\
             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace\n\
             WHERE n.nspname = {} AND c.relname IN ({}) AND c.reltuples > {SMALL}\nORDER BY c.relname",
            literal(schema),
            names.join(", "),
        )
    })
}

/// The relations of which the plan reads every row, or sorts very many, before the first line stands.
fn read_whole(plan: &str) -> Vec<String> {
    let mut above: Vec<Node<'_>> = Vec::new();
    let mut whole = Vec::new();
    for line in plan.lines() {
        let bare = line.trim_start_matches([' ', '-']);
        let column = line.len() - bare.len();
        if let Some(kind) = quoted(bare, "Node Type: ") {
            above.retain(|node| node.column < column);
            above.push(Node { column, kind, rows: 0 });
        } else if let Some(rows) = bare.strip_prefix("Plan Rows: ") {
            above
                .iter_mut()
                .filter(|node| node.column == column)
                .for_each(|node| node.rows = rows.parse().unwrap_or(0));
        } else if let Some(name) = quoted(bare, "Relation Name: ") {
            let list = above.iter().position(|node| node.kind == "Unique");
            if list.is_some_and(|list| above[list..].iter().any(Node::reads_whole)) {
                whole.push(name.to_owned());
            }
        }
    }
    whole.sort_unstable();
    whole.dedup();
    whole
}

/// A node of a plan, with what stands before its children.
struct Node<'a> {
    column: usize,
    kind: &'a str,
    rows: u64,
}

impl Node<'_> {
    fn reads_whole(&self) -> bool {
        self.kind == "Seq Scan" || (self.kind == "Sort" && self.rows > SMALL)
    }
}

/// What is told of it.
fn told(large: &[String]) -> String {
    match large {
        [] => "read by index, newest first".to_owned(),
        large => format!("read as a whole, not by an index in the order of deletion: {}", large.join(", ")),
    }
}

fn quoted<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_below_the_list_reads_its_table_whole() {
        let sort = |name: &str, rows: u32| {
            format!(
                "              - Node Type: \"Sort\"\n                Plan Rows: {rows}\n                Plans: \n                  \
                 - Node Type: \"Bitmap Heap Scan\"\n                    Relation Name: \"{name}\"\n"
            )
        };
        let plan = format!(
            "- Plan: \n    Node Type: \"Limit\"\n    Plans: \n      - Node Type: \"Unique\"\n        Plans: \n          \
             - Node Type: \"Merge Append\"\n            Plans: \n              - Node Type: \"Index Scan\"\n                \
             Relation Name: \"leads\"\n{}{}      - Node Type: \"Seq Scan\"\n        Relation Name: \"organizations\"",
            sort("users", 20_000),
            sort("notes", 20),
        );
        assert_eq!(read_whole(&plan), ["users"]);
    }
}
