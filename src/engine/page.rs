//! One page of a pane: the statement around its text, and the table made from the answer.
//! What may be asked of a column is decided here and in `filter`; sessions are the caller's.

use super::bound::Described;
use super::filter;
use super::keyset::{self, Condition, Place};
use super::local::Locals;
use super::mask;
use super::statement::Statement;
use crate::db::Rows;
use crate::db::quote::identifier;
use crate::model::request::{From, PageRequest};
use crate::model::table::{As, Column, Key, Row, Scoped, SortKey};
use crate::model::{Cell, Fault, Table};

/// A page as it will be read: the statement, and how to take its answer apart.
pub(super) struct Page<'a> {
    pub statement: Statement,
    request: &'a PageRequest,
    described: &'a Described,
    locals: &'a Locals,
    columns: Vec<Column>,
    order: Vec<SortKey>,
    backwards: bool,
}

impl<'a> Page<'a> {
    /// Plans a page. Fails with a usage fault where a column is unknown or a filter does not fit.
    pub fn plan(request: &'a PageRequest, described: &'a Described, locals: &'a Locals) -> Result<Self, Fault> {
        let order = described.bound.order(&request.sort);
        for key in &order {
            known(described, &key.column)?;
        }
        check_place(&request.from, described, &order)?;
        let mut page = Self {
            statement: Statement::default(),
            columns: chosen(request, described)?,
            backwards: matches!(request.from, From::Before(_) | From::End),
            request,
            described,
            locals,
            order,
        };
        page.write()?;
        Ok(page)
    }

    fn write(&mut self) -> Result<(), Fault> {
        let mut statement = Statement::default();
        statement.push("SELECT ");
        self.write_outputs(&mut statement);
        let places = self.places();
        match places.as_deref().map(keyset::branches) {
            None => self.write_source(&mut statement, None)?,
            Some(branches) => self.write_branches(&mut statement, &branches)?,
        }
        self.write_order(&mut statement);
        self.statement = statement;
        Ok(())
    }

    /// Cells first, shortened; then the identity, then the order values, whole.
    fn write_outputs(&self, statement: &mut Statement) {
        let cells = self.columns.iter().map(|column| match as_is(column) {
            true => format!("q.{}::text", identifier(&column.name)),
            false => {
                let cap = self.request.cell_chars.max(drawn_chars(column)) + 1;
                format!("pg_catalog.left(q.{}::text, {cap})", identifier(&column.name))
            }
        });
        let keys = self.described.bound.spec.identity.iter().chain(self.order.iter().map(|key| &key.column));
        let keys = keys.map(|name| match key_type(self.described, name) {
            "oid" => format!("q.{}::oid::text", identifier(name)),
            _ => format!("q.{}::text", identifier(name)),
        });
        let outputs: Vec<String> = cells.chain(keys).collect();
        statement.push(&outputs.join(", "));
    }

    /// The pane's text with scope, filter and one place to go on from.
    fn write_source(&self, statement: &mut Statement, condition: Option<&Condition<'_>>) -> Result<(), Fault> {
        self.write_from(statement);
        let mut word = "\nWHERE ";
        if let Some((column, tenant)) = self.scope() {
            statement.push(word).push(&format!("q.{} = ", identifier(&column.name)));
            statement.bind(Some(tenant), &column.type_name);
            word = "\n  AND ";
        }
        for term in &self.request.filter.terms {
            statement.push(word);
            filter::write(&self.request.filter, term, self.described, statement)?;
            word = "\n  AND ";
        }
        if let Some(condition) = condition {
            statement.push(word);
            condition.write(statement);
        }
        Ok(())
    }

    fn write_from(&self, statement: &mut Statement) {
        statement.push("\nFROM (\n");
        let text = |statement: &mut Statement| self.locals.write(&self.described.bound.spec, statement);
        mask::write(&self.described.columns, statement, text);
        statement.push("\n) q");
    }

    fn write_branches(&self, statement: &mut Statement, branches: &[Condition<'_>]) -> Result<(), Fault> {
        if let [only] = branches {
            return self.write_source(statement, Some(only));
        }
        statement.push("\nFROM (");
        for (n, branch) in branches.iter().enumerate() {
            statement.push(if n > 0 { "\nUNION ALL\n(SELECT q.*" } else { "\n(SELECT q.*" });
            self.write_source(statement, Some(branch))?;
            self.write_order(statement);
            statement.push(")");
        }
        if branches.is_empty() {
            statement.push("SELECT q.*");
            self.write_source(statement, None)?;
            statement.push(if self.has_condition() { " AND false" } else { " WHERE false" });
        }
        statement.push("\n) q");
        Ok(())
    }

    fn has_condition(&self) -> bool {
        self.scope().is_some() || !self.request.filter.is_empty()
    }

    fn write_order(&self, statement: &mut Statement) {
        if !self.order.is_empty() {
            statement.push("\nORDER BY ").join(&self.order, ", ", |statement, key| {
                let descending = key.descending != self.backwards;
                statement.push(&format!("q.{}", identifier(&key.column)));
                statement.push(if descending { " DESC" } else { "" });
            });
        }
        statement.push(&format!("\nLIMIT {}", self.request.limit + 1));
    }

    fn scope(&self) -> Option<(&Column, &str)> {
        let bound = &self.described.bound;
        // A pane of no system has the tenants it is asked for.
        let fits = |source| bound.source.as_ref().is_none_or(|own| own == source);
        let scope = self.request.scope.as_ref().filter(|scope| fits(&scope.source))?;
        Some((self.described.column(bound.spec.tenant.as_deref()?)?, &scope.key))
    }

    /// The place to go on from, or None for a page that starts at an end.
    fn places(&self) -> Option<Vec<Place>> {
        let values = match &self.request.from {
            From::Start | From::End => return None,
            From::After(values) | From::Before(values) => values,
        };
        let place = |(key, value): (&SortKey, &Option<String>)| Place {
            type_name: key_type(self.described, &key.column).to_owned(),
            nullable: !self.described.bound.not_null.contains(&key.column),
            column: key.column.clone(),
            descending: key.descending != self.backwards,
            value: value.clone(),
        };
        Some(self.order.iter().zip(values).map(place).collect())
    }

    /// The statement that asks the planner how many rows all pages together have.
    pub fn estimate(request: &PageRequest, described: &Described, locals: &Locals) -> Result<Statement, Fault> {
        let request = PageRequest { from: From::Start, ..request.clone() };
        let page = Page {
            statement: Statement::default(),
            columns: Vec::new(),
            order: Vec::new(),
            backwards: false,
            request: &request,
            described,
            locals,
        };
        let mut statement = Statement::default();
        // As JSON the answer would not have the type text.
        statement.push("EXPLAIN (FORMAT YAML) SELECT 1");
        page.write_source(&mut statement, None)?;
        Ok(statement)
    }

    /// The statement for one row by its identity.
    pub fn record(
        request: &PageRequest,
        key: &Key,
        described: &Described,
        locals: &Locals,
    ) -> Result<Statement, Fault> {
        let identity = &described.bound.spec.identity;
        if identity.is_empty() {
            return Err(untellable(described));
        }
        if identity.len() != key.len() {
            return Err(Fault::usage(format!(
                "a key of {} has {} values, not {}",
                described.bound.pane,
                identity.len(),
                key.len()
            ))
            .hint(format!("its columns: {}", identity.join(", "))));
        }
        let page = Page {
            statement: Statement::default(),
            columns: described.columns.to_vec(),
            order: Vec::new(),
            backwards: false,
            request,
            described,
            locals,
        };
        let mut statement = Statement::default();
        statement.push("SELECT ");
        page.write_outputs(&mut statement);
        page.write_from(&mut statement);
        statement.push("\nWHERE ");
        let pairs: Vec<_> = identity.iter().zip(key).collect();
        statement.join(&pairs, " AND ", |statement, (name, value)| {
            statement.push(&format!("q.{} = ", identifier(name))).bind(value.as_deref(), key_type(described, name));
        });
        statement.push("\nLIMIT 1");
        Ok(statement)
    }

    /// The table of an answer to this page's statement.
    pub fn table(self, mut answer: Rows) -> Table {
        let more = answer.rows.len() > self.request.limit;
        answer.rows.truncate(self.request.limit);
        if self.backwards {
            answer.rows.reverse();
        }
        let (more_before, more_after) = match self.request.from {
            From::Start => (false, more),
            From::After(_) => (true, more),
            From::Before(_) => (more, true),
            From::End => (more, false),
        };
        let identity = self.described.bound.spec.identity.len();
        let rows = rows(answer.rows, &self.columns, identity, self.request.cell_chars);
        let notes = self.described.bound.notes.iter().chain(self.locals.notes()).cloned().collect();
        Table {
            rows,
            notes,
            more_before,
            more_after,
            scoped: self.scoped(),
            sort: self.order,
            taken_at: answer.taken_at,
            ..shell(self.described, self.columns)
        }
    }

    fn scoped(&self) -> Scoped {
        match (&self.request.scope, self.scope()) {
            (None, _) => Scoped::Unscoped,
            (Some(_), Some(_)) => Scoped::ToTenant,
            (Some(_), None) => Scoped::AllTenants,
        }
    }
}

/// The table of an answer to a record's statement. Fails where the row is gone.
pub(super) fn record_table(described: &Described, answer: Rows, cell_chars: usize) -> Result<Table, Fault> {
    if answer.rows.is_empty() {
        return Err(Fault::query(format!("this row of {} is not there any more", described.bound.pane))
            .hint("refresh the list"));
    }
    let columns = described.columns.to_vec();
    let identity = described.bound.spec.identity.len();
    Ok(Table {
        rows: rows(answer.rows, &columns, identity, cell_chars),
        taken_at: answer.taken_at,
        ..shell(described, columns)
    })
}

/// The planner's number of rows, from the outermost node of the answer to an estimate's statement.
pub(super) fn estimated(answer: Rows) -> Option<f64> {
    let plan = answer.rows.into_iter().flatten().flatten().next()?;
    plan.lines().find_map(|line| line.trim_start().strip_prefix("Plan Rows: "))?.parse().ok()
}

/// A table without rows, named after its pane.
fn shell(described: &Described, columns: Vec<Column>) -> Table {
    let bound = &described.bound;
    Table {
        pane: bound.pane.to_string(),
        title: bound.spec.title.clone(),
        identity: bound.spec.identity.clone(),
        paged: bound.spec.keyset,
        notes: bound.notes.clone(),
        columns,
        ..Table::default()
    }
}

fn rows(answer: Vec<Vec<Option<String>>>, columns: &[Column], identity: usize, cell_chars: usize) -> Vec<Row> {
    let row = |mut values: Vec<Option<String>>| {
        let order = values.split_off(columns.len() + identity);
        let key = values.split_off(columns.len());
        let capped = |(value, column)| Cell::capped(value, cell_chars.max(drawn_chars(column)));
        let cells = values.into_iter().zip(columns).map(capped).collect();
        Row { cells, key, order }
    };
    answer.into_iter().map(row).collect()
}

/// The columns a request asks for, in its order; all of the pane by default.
fn chosen(request: &PageRequest, described: &Described) -> Result<Vec<Column>, Fault> {
    if request.columns.is_empty() {
        return Ok(described.columns.to_vec());
    }
    request.columns.iter().map(|name| known(described, name).cloned()).collect()
}

/// The column of this name, or a usage fault that lists the columns there are.
pub(super) fn known<'a>(described: &'a Described, name: &str) -> Result<&'a Column, Fault> {
    described.column(name).ok_or_else(|| {
        let names: Vec<&str> = described.columns.iter().map(|column| column.name.as_str()).collect();
        Fault::usage(format!("{} has no column {name:?}", described.bound.pane))
            .hint(format!("its columns: {}", names.join(", ")))
    })
}

/// The type a key value travels as. The names of functions and operators do not tell them apart, their numbers do.
fn key_type<'a>(described: &'a Described, name: &str) -> &'a str {
    match described.column(name).map_or("text", |column| &column.type_name) {
        "regproc" | "regoper" => "oid",
        type_name => type_name,
    }
}

/// Fails where a page cannot start there: no order to go by, or a place in another order.
fn check_place(from: &From, described: &Described, order: &[SortKey]) -> Result<(), Fault> {
    match from {
        From::Start => Ok(()),
        From::End if order.is_empty() => Err(untellable(described)),
        From::End => Ok(()),
        From::After(_) | From::Before(_) if described.bound.spec.identity.is_empty() => Err(untellable(described)),
        From::After(values) | From::Before(values) if values.len() != order.len() => {
            let pane = &described.bound.pane;
            Err(Fault::usage(format!(
                "a place in this order of {pane} has {} values, not {}",
                order.len(),
                values.len()
            )))
        }
        From::After(_) | From::Before(_) => Ok(()),
    }
}

fn untellable(described: &Described) -> Fault {
    Fault::usage(format!("rows of {} cannot be told apart", described.bound.pane))
        .hint("the table has no primary key and no unique index over NOT NULL columns")
}

/// Characters a value needs that is drawn as a whole or not at all.
fn drawn_chars(column: &Column) -> usize {
    if matches!(column.shown_as, As::Tally | As::Spark) { 8000 } else { 0 }
}

/// True for values that are short by their type and need no cap.
fn as_is(column: &Column) -> bool {
    matches!(As::of_type(&column.type_name), As::Bool | As::Time) || column.type_name == "uuid"
}
