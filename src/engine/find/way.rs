//! The ways a text can be looked up in one table: by its key, by an index over a column or an expression, through a search
//! vector, or row by row. Which of them is gone is decided elsewhere.

use super::super::statement::Statement;
use super::standing::{Column, Place};
use super::text::{is_phone, key, phone};
use crate::db::quote::identifier;

/// Hits of one table and side at most; one more is asked for, to know that there are more.
pub(super) const MOST: usize = 5;

/// Which rows are asked for: an index may cover the live ones only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    All,
    Live,
    Deleted,
}

/// How a text is compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Way {
    /// These key columns have these values.
    Key(Vec<(String, String)>),
    /// Any of the searched columns contains it.
    Contains,
    /// One column contains it, by its trigrams.
    Trigrams(String),
    /// One column has exactly this value.
    Equal(String),
    /// An indexed expression over one column gives the same for it, or for what stands in its place.
    Expression { expression: String, column: String, instead: Option<String> },
    /// A search vector, or an indexed expression that makes one, has its words.
    Words(String),
}

/// One way through one table.
pub(super) struct Probe {
    /// The table's number among the places.
    pub place: usize,
    pub side: Side,
    pub way: Way,
}

impl Probe {
    /// Every probe that makes sense for this text in these tables.
    pub fn all(places: &[Place<'_>], text: &str, scan: bool) -> Vec<Probe> {
        let mut probes = Vec::new();
        for (n, place) in places.iter().enumerate().filter(|(_, place)| place.is_readable()) {
            probes.extend(key(place, text).map(|pairs| Probe { place: n, side: Side::All, way: Way::Key(pairs) }));
            for side in sides(place) {
                probes.extend(ways_by_text(place, text, *side, scan).into_iter().map(|way| Probe {
                    place: n,
                    side: *side,
                    way,
                }));
            }
        }
        probes
    }

    /// The columns it covers.
    pub fn covers<'a>(&'a self, place: &'a Place<'_>) -> Vec<&'a str> {
        match &self.way {
            Way::Key(_) => Vec::new(),
            Way::Contains => place.searched().map(|column| column.name.as_str()).collect(),
            Way::Trigrams(column) | Way::Equal(column) | Way::Expression { column, .. } => vec![column],
            // What goes into a vector is the application's choice; what names the row surely does.
            Way::Words(_) => place.label().into_iter().collect(),
        }
    }

    /// Writes it over this alias: key, label, tenant, deleted, at, at in words, by, exact, and an empty one.
    pub fn write(&self, place: &Place<'_>, text: &str, statement: &mut Statement, alias: &str) {
        let column = |name: &str| format!("{alias}.{}", identifier(name));
        let keys: Vec<String> = place.spec.key.iter().map(|name| column(name)).collect();
        let texts: Vec<String> = keys.iter().map(|key| format!("{key}::text")).collect();
        statement.push(&format!("SELECT pg_catalog.json_build_array({})::text,\n", texts.join(", ")));
        let cut = |name: Option<&str>| match name {
            Some(name) => format!("pg_catalog.left({}::text, 120)", column(name)),
            None => "NULL::text".to_owned(),
        };
        let plain = |name: Option<&str>| match name.filter(|name| place.column(name).is_some()) {
            Some(name) => format!("{}::text", column(name)),
            None => "NULL::text".to_owned(),
        };
        let deleted = place.is_deleted(alias).map_or("false".to_owned(), |deleted| format!("({deleted}) IS TRUE"));
        let at = place.at().map(column);
        let by = place.spec.deleted.as_ref().and_then(|deleted| deleted.by.as_deref());
        statement.push(&format!(
            "{}, {}, ({deleted})::text, {}, {}, {}, (",
            cut(place.label()),
            plain(place.spec.tenant.as_deref()),
            plain(place.at()),
            at.as_deref().map_or("NULL::text".to_owned(), in_words),
            plain(by),
        ));
        self.exact(place, text, statement, alias);
        statement.push(&format!(")::text AS exact, NULL::text\nFROM {} AS {alias}\nWHERE ", place.quoted()));
        self.condition(place, text, statement, alias);
        let side = match self.side {
            Side::All => None,
            Side::Live => place.is_live(alias),
            Side::Deleted => place.is_deleted(alias),
        };
        statement.push(&side.map_or_else(String::new, |side| format!("\n  AND {side}")));
        // An order makes the planner weigh all matches, not the first few: a common word is refused, not looked for row by row.
        statement.push(&format!("\nORDER BY exact DESC, {}\nLIMIT {}", keys.join(", "), MOST + 1));
    }

    /// True where a whole value is the text, not a part of it.
    fn exact(&self, place: &Place<'_>, text: &str, statement: &mut Statement, alias: &str) {
        if matches!(self.way, Way::Key(_)) {
            statement.push("true");
            return;
        }
        statement.push("COALESCE(");
        let columns: Vec<&Column> = place.searched().collect();
        statement.join(&columns, " OR ", |statement, column| {
            let column = identifier(&column.name);
            statement.push(&format!("pg_catalog.lower({alias}.{column}::text) = pg_catalog.lower("));
            statement.bind(Some(text), "text").push(")");
        });
        statement.push(", false)");
    }

    fn condition(&self, place: &Place<'_>, text: &str, statement: &mut Statement, alias: &str) {
        match &self.way {
            Way::Key(pairs) => {
                statement.join(pairs, " AND ", |statement, (name, value)| {
                    let type_name = place.column(name).map_or("text", |column| column.type_name.as_str());
                    statement.push(&format!("{alias}.{} = ", identifier(name))).bind(Some(value), type_name);
                });
            }
            Way::Contains => {
                let columns: Vec<&Column> = place.searched().collect();
                statement.push("(").join(&columns, " OR ", |statement, column| {
                    let name = format!("{alias}.{}::text", identifier(&column.name));
                    statement.contains(&name, text);
                    if let Some(digits) = phone(text).filter(|_| is_phone(&column.name)) {
                        statement
                            .push(&format!(" OR pg_catalog.regexp_replace({name}, '[^0-9]', '', 'g') LIKE '%' || "));
                        statement.bind(Some(&digits), "text").push(" || '%'");
                    }
                });
                statement.push(")");
            }
            Way::Trigrams(name) => {
                statement.contains(&format!("{alias}.{}::text", identifier(name)), text);
            }
            Way::Equal(name) => {
                let type_name = place.column(name).map_or("text", |column| column.type_name.as_str());
                statement.push(&format!("{alias}.{} = ", identifier(name))).bind(Some(text), type_name);
            }
            Way::Expression { expression, column, instead } => {
                let type_name = place.column(column).map_or("text", |column| column.type_name.as_str());
                statement.push(&format!("({expression}) = (SELECT {expression} FROM (SELECT "));
                statement
                    .bind(Some(instead.as_deref().unwrap_or(text)), type_name)
                    .push(&format!(" AS {}) AS {alias}_x)", identifier(column)));
            }
            Way::Words(vector) => {
                statement.push(&format!("({vector}) @@ ("));
                words(text, statement);
                statement.push(")");
            }
        }
    }
}

/// A time as a person says it: the day of the week while that is enough.
pub(super) fn in_words(time: &str) -> String {
    format!(
        "pg_catalog.to_char({time}, CASE WHEN {time} > pg_catalog.now() - INTERVAL '6 days' THEN 'Dy HH24:MI' \
         ELSE 'YYYY-MM-DD HH24:MI' END)"
    )
}

/// The words as `simple` and as `english` take them, and as beginnings of words.
fn words(text: &str, statement: &mut Statement) {
    for language in ["simple", "english"] {
        statement.push(&format!("pg_catalog.websearch_to_tsquery('pg_catalog.{language}', "));
        statement.bind(Some(text), "text").push(") || ");
    }
    let quoted = |word: &str| format!("'{}':*", word.replace('\\', "\\\\").replace('\'', "''"));
    let beginnings: Vec<String> = text.split_whitespace().map(quoted).collect();
    statement.push("pg_catalog.to_tsquery('pg_catalog.simple', ");
    statement.bind(Some(&beginnings.join(" & ")), "text").push(")");
}

/// The sides a table is asked by text: apart where it is big, since an index may cover one of them only.
pub(super) fn sides(place: &Place<'_>) -> &'static [Side] {
    match place.spec.deleted {
        // A trail is asked about rows, not for its own.
        _ if place.searched().next().is_none() || place.is_trail() => &[],
        Some(_) if !place.is_small() => &[Side::Live, Side::Deleted],
        _ => &[Side::All],
    }
}

/// The ways that compare texts. Row by row is one of them where few rows are to be read: all of a small table, or what is
/// deleted of a big one.
fn ways_by_text(place: &Place<'_>, text: &str, side: Side, scan: bool) -> Vec<Way> {
    let mut ways = Vec::new();
    if place.is_small() {
        return vec![Way::Contains];
    }
    if scan || side == Side::Deleted {
        ways.push(Way::Contains);
    }
    for column in place.searched().filter(|column| column.textual) {
        ways.push(Way::Equal(column.name.clone()));
    }
    for indexed in &place.indexed {
        if indexed.plain {
            let column = place.searched().find(|column| indexed.trigrams && identifies(&indexed.text, &column.name));
            ways.extend(column.map(|column| Way::Trigrams(column.name.clone())));
        } else if indexed.type_name == "tsvector" {
            ways.extend(tells_words(place, &indexed.text).then(|| Way::Words(indexed.text.clone())));
        } else {
            ways.extend(expressions(place, &indexed.text, text));
        }
    }
    let vectors = vectors(place).filter(|column| !place.spec.keeps_back(&column.name, &column.type_name));
    ways.extend(vectors.map(|column| Way::Words(identifier(&column.name))));
    ways.dedup();
    ways
}

fn vectors<'a>(place: &'a Place<'_>) -> impl Iterator<Item = &'a Column> {
    place.columns.iter().filter(|column| column.type_name == "tsvector" && column.readable)
}

/// True for an expression that reads nothing kept back, nor the row as a whole: by the beginnings of words a text can be guessed.
fn tells_words(place: &Place<'_>, expression: &str) -> bool {
    let kept = |column: &&Column| place.spec.keeps_back(&column.name, &column.type_name);
    let reads_kept = place.columns.iter().filter(kept).any(|column| mentions(expression, &column.name));
    place.spec.masked.is_empty() || !(reads_kept || mentions(expression, &place.spec.name))
}

/// True where a search vector is not asked because it may have the words of masked columns.
pub(super) fn withholds_words(place: &Place<'_>) -> bool {
    let kept = vectors(place).any(|column| place.spec.keeps_back(&column.name, &column.type_name));
    let indexed = place.indexed.iter().filter(|indexed| !indexed.plain && indexed.type_name == "tsvector");
    let asked = !place.is_small() && !sides(place).is_empty();
    asked && (kept || indexed.into_iter().any(|indexed| !tells_words(place, &indexed.text)))
}

/// An indexed expression over one searched column and no other. A number as it is dialled abroad is one without those zeros.
fn expressions(place: &Place<'_>, expression: &str, text: &str) -> Vec<Way> {
    let named: Vec<&Column> = place.columns.iter().filter(|column| mentions(expression, &column.name)).collect();
    match named.as_slice() {
        [one] if place.searched().any(|column| column.name == one.name) && one.textual => {
            let way =
                |instead| Way::Expression { expression: expression.to_owned(), column: one.name.clone(), instead };
            let digits = phone(text).filter(|_| is_phone(&one.name) && text.trim_start().starts_with("00"));
            [Some(way(None)), digits.map(|digits| way(Some(digits)))].into_iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

fn identifies(text: &str, name: &str) -> bool {
    text == name || text == identifier(name)
}

/// True where the expression has the name as a word of its own.
fn mentions(expression: &str, name: &str) -> bool {
    let is_inner = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    expression.match_indices(name).any(|(at, _)| {
        let before = expression[..at].chars().next_back();
        let after = expression[at + name.len()..].chars().next();
        !before.is_some_and(is_inner) && !after.is_some_and(is_inner)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_by_a_whole_word() {
        assert!(mentions("lower(email)", "email"));
        assert!(mentions("regexp_replace(\"Phone\", '\\D'::text)", "Phone"));
        assert!(!mentions("lower(work_email)", "email"));
    }
}
