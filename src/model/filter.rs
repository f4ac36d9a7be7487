//! The filter a person types, as a list of terms (DESIGN §5). It knows the grammar, not the columns.

use std::ops::Range;

/// How a term compares its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Contains,
    NotContains,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a term asks of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    Compare { column: String, operator: Operator, value: String },
    /// `col=`: the text is empty.
    Empty { column: String },
    Null { column: String },
    /// `col=fri..sun`: from the start of the first to the end of the last day, or a plain range of values.
    Range { column: String, from: String, to: String },
    /// A bare word: some text column contains it.
    Anywhere(String),
}

/// One term of a filter. `span` is its place in the text, in bytes, so that a fault can point at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub test: Test,
    pub negated: bool,
    pub span: Range<usize>,
}

/// Terms joined by AND, and the text they came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub text: String,
    pub terms: Vec<Term>,
}
