//! The place in an order from which a page goes on, as conditions an index can serve (DESIGN §3, keyset).
//!
//! Orders use the index's own place for NULL: last when ascending, first when descending. Where no key can
//! be NULL and all run one way, one row comparison does. Otherwise there is one branch per key prefix,
//! each to be read with its own ORDER BY and LIMIT; never OR, never a row comparison over NULLs.

use super::statement::Statement;
use crate::db::quote::identifier;

/// One column of the order as the conditions need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub column: String,
    /// The type to cast the bound text to.
    pub type_name: String,
    pub descending: bool,
    pub nullable: bool,
    /// The value of the row the page goes on from.
    pub value: Option<String>,
}

/// One condition of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Same,
    After,
    /// After a value that is not NULL, where NULLs stand last.
    Null,
    /// After NULLs, where they stand first.
    NotNull,
}

/// A branch: how each of the first places is compared.
pub(super) type Branch<'a> = Vec<(&'a Place, Step)>;

/// The conditions of each branch, nearest rows first. No branch at all means that nothing can follow.
pub(super) fn branches(places: &[Place]) -> Vec<Condition<'_>> {
    if is_row_comparable(places) {
        return vec![Condition::Row(places)];
    }
    let mut all = Vec::new();
    for depth in (0..places.len()).rev() {
        let place = &places[depth];
        for step in steps_after(place) {
            let mut branch: Branch = places[..depth].iter().map(|p| (p, Step::Same)).collect();
            branch.push((place, step));
            all.push(Condition::Prefix(branch));
        }
    }
    all
}

/// What can come after a value in its column.
fn steps_after(place: &Place) -> Vec<Step> {
    match (&place.value, place.descending) {
        (None, false) => Vec::new(),
        (None, true) => vec![Step::NotNull],
        (Some(_), false) if place.nullable => vec![Step::After, Step::Null],
        (Some(_), _) => vec![Step::After],
    }
}

fn is_row_comparable(places: &[Place]) -> bool {
    let all_one_way = places.windows(2).all(|pair| pair[0].descending == pair[1].descending);
    all_one_way && places.iter().all(|place| !place.nullable && place.value.is_some())
}

/// The condition of one branch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Condition<'a> {
    Row(&'a [Place]),
    Prefix(Branch<'a>),
}

impl Condition<'_> {
    /// Writes the condition over the alias `q`.
    pub fn write(&self, statement: &mut Statement) {
        match self {
            Condition::Row(places) => write_row(places, statement),
            Condition::Prefix(branch) => {
                statement.join(branch, " AND ", |statement, (place, step)| write_step(place, *step, statement));
            }
        }
    }
}

fn write_row(places: &[Place], statement: &mut Statement) {
    statement.push("(").join(places, ", ", |statement, place| {
        statement.push(&column(place));
    });
    statement.push(sign_after(&places[0])).push("(");
    statement.join(places, ", ", |statement, place| {
        statement.bind(place.value.as_deref(), &place.type_name);
    });
    statement.push(")");
}

fn write_step(place: &Place, step: Step, statement: &mut Statement) {
    statement.push(&column(place));
    match (step, &place.value) {
        (Step::Same, None) | (Step::Null, _) => statement.push(" IS NULL"),
        (Step::NotNull, _) => statement.push(" IS NOT NULL"),
        (Step::Same, Some(value)) => statement.push(" = ").bind(Some(value), &place.type_name),
        (Step::After, value) => {
            let sign = if place.descending { " < " } else { " > " };
            statement.push(sign).bind(value.as_deref(), &place.type_name)
        }
    };
}

fn sign_after(place: &Place) -> &'static str {
    if place.descending { ") < " } else { ") > " }
}

fn column(place: &Place) -> String {
    format!("q.{}", identifier(&place.column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(column: &str, descending: bool, nullable: bool, value: Option<&str>) -> Place {
        Place { column: column.into(), type_name: "int".into(), descending, nullable, value: value.map(Into::into) }
    }

    fn written(places: &[Place]) -> Vec<String> {
        let write = |condition: &Condition<'_>| {
            let mut statement = Statement::default();
            condition.write(&mut statement);
            statement.sql
        };
        branches(places).iter().map(write).collect()
    }

    #[test]
    fn one_way_without_null_is_one_row_comparison() {
        let places = [place("a", true, false, Some("1")), place("b", true, false, Some("2"))];
        assert_eq!(written(&places), [r#"(q."a", q."b") < ($1::text::int, $2::text::int)"#]);
    }

    #[test]
    fn mixed_directions_branch_by_prefix() {
        let places = [place("a", true, false, Some("1")), place("b", false, false, Some("2"))];
        let expected = [r#"q."a" = $1::text::int AND q."b" > $2::text::int"#, r#"q."a" < $1::text::int"#];
        assert_eq!(written(&places), expected);
    }

    #[test]
    fn nulls_stand_last_ascending_and_first_descending() {
        let ascending = [place("a", false, true, Some("1"))];
        assert_eq!(written(&ascending), [r#"q."a" > $1::text::int"#, r#"q."a" IS NULL"#]);
        assert!(written(&[place("a", false, true, None)]).is_empty());
        let descending = [place("a", true, true, None), place("b", true, false, Some("2"))];
        let expected = [r#"q."a" IS NULL AND q."b" < $1::text::int"#, r#"q."a" IS NOT NULL"#];
        assert_eq!(written(&descending), expected);
    }
}
