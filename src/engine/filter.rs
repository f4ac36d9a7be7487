//! The terms of a filter as conditions over a described pane. Every value is bound as text and cast to its column's type.

use super::bound::Described;
use super::moment::{self, Moment};
use super::statement::Statement;
use crate::db::quote::identifier;
use crate::model::Fault;
use crate::model::filter::{Filter, Operator, Term, Test};
use crate::model::table::Column;

/// Writes one term over the alias `q`. Fails with a usage fault that points at the term.
pub(super) fn write(
    filter: &Filter,
    term: &Term,
    described: &Described,
    statement: &mut Statement,
) -> Result<(), Fault> {
    statement.push("(");
    match &term.test {
        Test::Anywhere(text) => anywhere(text, described, statement),
        Test::Null { column } => {
            let column = find(filter, term, described, column)?;
            statement.push(&reference(column)).push(" IS NULL");
        }
        Test::Empty { column } => {
            let column = find(filter, term, described, column)?;
            let empty = if column.type_name.ends_with("[]") { "'{}'" } else { "''" };
            statement.push(&format!("{}::text = {empty}", reference(column)));
        }
        Test::Between { column, first, last } => {
            let column = find(filter, term, described, column)?;
            between(column, first, last, statement);
        }
        Test::Compare { column, operator, value } => {
            let column = find(filter, term, described, column)?;
            compare(column, *operator, value, statement);
        }
    }
    statement.push(")");
    if term.negated {
        statement.push(" IS NOT TRUE");
    }
    Ok(())
}

/// The column a term names: by its exact name, else by its only match in any case.
fn find<'a>(filter: &Filter, term: &Term, described: &'a Described, name: &str) -> Result<&'a Column, Fault> {
    if let Some(column) = described.column(name) {
        return Ok(column);
    }
    let same = |column: &&Column| column.name.eq_ignore_ascii_case(name) || column.heading().eq_ignore_ascii_case(name);
    let mut found = described.columns.iter().filter(same);
    match (found.next(), found.next()) {
        (Some(column), None) => Ok(column),
        _ => {
            let names: Vec<&str> = described.columns.iter().map(|column| column.name.as_str()).collect();
            Err(filter
                .point(&term.span, format!("filter: {} has no column {name:?}", described.bound.pane))
                .hint(format!("its columns: {}", names.join(", "))))
        }
    }
}

fn reference(column: &Column) -> String {
    format!("q.{}", identifier(&column.name))
}

/// Any readable column contains the text. Vectors and byte strings are left out: nobody reads them.
fn anywhere(text: &str, described: &Described, statement: &mut Statement) {
    let readable = |column: &&Column| !matches!(column.type_name.as_str(), "tsvector" | "bytea");
    let is_known = described.column("id").is_some();
    let columns: Vec<&Column> =
        described.columns.iter().filter(readable).filter(|column| !is_for_operations(column, is_known)).collect();
    if columns.is_empty() {
        statement.push("false");
    }
    statement.join(&columns, " OR ", |statement, column| {
        statement.contains(&format!("{}::text", reference(column)), text);
    });
}

/// What only an operation reads of a row is no text a person looks for: the table's name would be found in every row. A key is
/// looked for where no other column says it.
fn is_for_operations(column: &Column, is_known: bool) -> bool {
    column.hide && (["table", "deleted", "whole"].contains(&column.name.as_str()) || (column.name == "key" && is_known))
}

/// Both ends belong to it; of two days of the week the second is the next one from the first on.
fn between(column: &Column, first: &str, last: &str, statement: &mut Statement) {
    let moments = moment::read(&column.type_name, first).zip(moment::read(&column.type_name, last));
    if let Some((first, last)) = moments {
        compare_moment(column, Operator::GreaterOrEqual, &first, statement);
        statement.push(" AND ");
        compare_moment(column, Operator::LessOrEqual, &last.seen_from(&first), statement);
    } else {
        compare(column, Operator::GreaterOrEqual, first, statement);
        statement.push(" AND ");
        compare(column, Operator::LessOrEqual, last, statement);
    }
}

fn compare(column: &Column, operator: Operator, value: &str, statement: &mut Statement) {
    let name = reference(column);
    match operator {
        Operator::Contains => {
            statement.contains(&format!("{name}::text"), value);
        }
        Operator::NotContains => {
            statement.push("(").contains(&format!("{name}::text"), value).push(") IS NOT TRUE");
        }
        Operator::NotEqual => {
            statement.push("(");
            compare(column, Operator::Equal, value, statement);
            statement.push(") IS NOT TRUE");
        }
        _ => match moment::read(&column.type_name, value) {
            Some(moment) => compare_moment(column, operator, &moment, statement),
            None => compare_value(column, operator, value, statement),
        },
    }
}

fn compare_value(column: &Column, operator: Operator, value: &str, statement: &mut Statement) {
    let name = reference(column);
    let element = column.type_name.strip_suffix("[]").filter(|_| !value.starts_with('{'));
    if let (Some(element), Operator::Equal) = (element, operator) {
        statement.bind(Some(value), element).push(&format!(" = ANY ({name})"));
        return;
    }
    let sign = match operator {
        Operator::Less => " < ",
        Operator::LessOrEqual => " <= ",
        Operator::Greater => " > ",
        Operator::GreaterOrEqual => " >= ",
        _ => " = ",
    };
    if has_no_equality(&column.type_name) {
        statement.push(&format!("{name}::text{sign}")).bind(Some(value), "text");
    } else {
        statement.push(&format!("{name}{sign}")).bind(Some(value), &column.type_name);
    }
}

/// Types without `=`, or whose `=` does not mean the same value.
fn has_no_equality(type_name: &str) -> bool {
    matches!(type_name, "json" | "xml" | "point" | "box" | "line" | "lseg" | "path" | "polygon" | "circle")
}

/// A day is a span: equal means within it, after means from its end on.
fn compare_moment(column: &Column, operator: Operator, moment: &Moment, statement: &mut Statement) {
    let name = reference(column);
    let type_name = &column.type_name;
    let mut at = |sign: &str, plus: &str| {
        statement.push(&format!("{name}{sign}("));
        moment.write(statement);
        statement.push(&format!("{plus})::{type_name}"));
    };
    let next = if moment.is_day() { " + INTERVAL '1 day'" } else { "" };
    match (operator, moment.is_day()) {
        (Operator::Equal, true) => {
            at(" >= ", "");
            statement.push(" AND ");
            statement.push(&format!("{name} < ("));
            moment.write(statement);
            statement.push(&format!("{next})::{type_name}"));
        }
        (Operator::Greater, true) => at(" >= ", next),
        (Operator::LessOrEqual, true) => at(" < ", next),
        (Operator::Less, _) => at(" < ", ""),
        (Operator::LessOrEqual, false) => at(" <= ", ""),
        (Operator::Greater, false) => at(" > ", ""),
        (Operator::GreaterOrEqual, _) => at(" >= ", ""),
        (_, _) => at(" = ", ""),
    }
}
