//! The filter a person types, as a list of terms (DESIGN §5). It knows the grammar, not the columns.

use super::fault::Fault;
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

/// The longer signs first, so that `<=` is not read as `<`.
const SIGNS: [(&str, Operator); 8] = [
    ("!=", Operator::NotEqual),
    ("!~", Operator::NotContains),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=", Operator::Equal),
    ("~", Operator::Contains),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

/// What a term asks of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    Compare {
        column: String,
        operator: Operator,
        value: String,
    },
    /// `col=`: the text is empty.
    Empty {
        column: String,
    },
    /// `col:null`.
    Null {
        column: String,
    },
    /// `col=a..b`: both ends belong to it.
    Between {
        column: String,
        first: String,
        last: String,
    },
    /// A bare word: some text column contains it.
    Anywhere(String),
}

impl Test {
    /// The values it compares with.
    fn values(&self) -> impl Iterator<Item = &str> {
        let values: [Option<&String>; 2] = match self {
            Test::Compare { value, .. } => [Some(value), None],
            Test::Between { first, last, .. } => [Some(first), Some(last)],
            Test::Empty { .. } | Test::Null { .. } | Test::Anywhere(_) => [None, None],
        };
        values.into_iter().flatten().map(String::as_str)
    }
}

/// One term. `span` is its place in the text, in bytes, so that a fault can point at it.
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

impl Filter {
    /// Reads a filter. Fails with a usage fault that points at the word.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut reader = Reader { text, at: 0 };
        let mut terms = Vec::new();
        while reader.skip_space() {
            terms.push(reader.term()?);
        }
        Ok(Self { text: text.trim().to_owned(), terms: shifted(terms, text.len() - text.trim_start().len()) })
    }

    /// True when every row passes.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// A usage fault that shows the filter with a mark under one term.
    pub fn point(&self, span: &Range<usize>, message: impl Into<String>) -> Fault {
        point(&self.text, span, message)
    }

    /// A server's fault about a value, with a mark under the term the value came from; other faults as they are.
    pub fn blame(&self, fault: Fault) -> Fault {
        const ABOUT_A_VALUE: [&str; 4] = ["22P02", "22003", "22007", "22008"];
        let is_about = |term: &&Term| {
            term.test.values().any(|value| !value.is_empty() && fault.message.contains(&format!("\"{value}\"")))
        };
        let code = fault.sqlstate.as_deref().unwrap_or_default();
        match self.terms.iter().find(is_about).filter(|_| ABOUT_A_VALUE.contains(&code)) {
            Some(term) => self.point(&term.span, format!("filter: {}", fault.message)).sqlstate(code),
            None => fault,
        }
    }

    /// `col=value` as a person would have to write it to match exactly this value.
    pub fn equal_term(column: &str, value: Option<&str>) -> String {
        match value {
            None => format!("{}:null", word(column)),
            Some(value) => format!("{}={}", word(column), word(value)),
        }
    }
}

fn shifted(mut terms: Vec<Term>, by: usize) -> Vec<Term> {
    for term in &mut terms {
        term.span = term.span.start - by..term.span.end - by;
    }
    terms
}

fn point(text: &str, span: &Range<usize>, message: impl Into<String>) -> Fault {
    let before = text.get(..span.start).map_or(0, |t| t.chars().count());
    let width = text.get(span.clone()).map_or(1, |t| t.chars().count()).max(1);
    Fault::usage(message).detail(format!("{text}\n{}{}", " ".repeat(before), "^".repeat(width)))
}

/// A word in quotes where it would not read back as one word.
fn word(text: &str) -> String {
    let plain = !text.is_empty()
        && !text.contains("..")
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "\"!=~<>:\\".contains(c));
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Moves to the next word; false at the end of the text.
    fn skip_space(&mut self) -> bool {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.at < self.text.len()
    }

    fn term(&mut self) -> Result<Term, Fault> {
        let start = self.at;
        let negated = self.rest().starts_with('!');
        if negated {
            self.at += 1;
        }
        let quoted = self.rest().starts_with('"');
        let name = self.word(true)?;
        let test = self.test_of(name, quoted, start)?;
        Ok(Term { test, negated, span: start..self.at })
    }

    fn test_of(&mut self, name: String, quoted: bool, start: usize) -> Result<Test, Fault> {
        if !quoted && let Some(column) = name.strip_suffix(":null").filter(|c| !c.is_empty()) {
            return Ok(Test::Null { column: column.into() });
        }
        if quoted && self.rest().starts_with(":null") {
            self.at += ":null".len();
            return Ok(Test::Null { column: name });
        }
        let Some(operator) = self.operator() else {
            return if name.is_empty() {
                Err(point(self.text, &(start..self.at.max(start + 1)), "filter: a word is missing after !"))
            } else {
                Ok(Test::Anywhere(name))
            };
        };
        if name.is_empty() {
            return Err(point(self.text, &(start..self.at), "filter: a column name is missing before the operator"));
        }
        self.compare(name, operator)
    }

    fn compare(&mut self, column: String, operator: Operator) -> Result<Test, Fault> {
        let start = self.at;
        let quoted = self.rest().starts_with('"');
        let value = self.word(false)?;
        if value.is_empty() && operator == Operator::Equal {
            return Ok(Test::Empty { column });
        }
        if value.is_empty() && !quoted {
            let message = format!("filter: a value is missing for {column}");
            return Err(point(self.text, &(start.saturating_sub(1)..start), message));
        }
        match value.split_once("..").filter(|_| !quoted && operator == Operator::Equal) {
            Some((first, last)) if !first.is_empty() && !last.is_empty() => {
                Ok(Test::Between { column, first: first.into(), last: last.into() })
            }
            _ => Ok(Test::Compare { column, operator, value }),
        }
    }

    /// An operator here or after spaces. Spaces behind it count only when some stood before it,
    /// so that `col= word` is an empty test and a word.
    fn operator(&mut self) -> Option<Operator> {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        let spaced = trimmed.len() < rest.len();
        let (sign, operator) = SIGNS.iter().find(|(sign, _)| trimmed.starts_with(sign))?;
        let behind = &trimmed[sign.len()..];
        if spaced && !behind.starts_with(char::is_whitespace) {
            return None;
        }
        self.at += rest.len() - behind.len();
        if spaced {
            self.skip_space();
        }
        Some(*operator)
    }

    /// A word in JSON quotes, or everything up to a space (a name also ends at an operator).
    fn word(&mut self, is_name: bool) -> Result<String, Fault> {
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        let rest = self.rest();
        let end = rest
            .char_indices()
            .find(|(at, c)| c.is_whitespace() || (is_name && SIGNS.iter().any(|(s, _)| rest[*at..].starts_with(s))))
            .map_or(rest.len(), |(at, _)| at);
        let word = rest[..end].to_owned();
        self.at += end;
        Ok(word)
    }

    fn quoted(&mut self) -> Result<String, Fault> {
        let mut stream = serde_json::Deserializer::from_str(self.rest()).into_iter::<String>();
        match stream.next() {
            Some(Ok(text)) => {
                self.at += stream.byte_offset();
                Ok(text)
            }
            _ => Err(point(
                self.text,
                &(self.at..self.text.len()),
                "filter: this quote does not end, or is not a JSON string",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Term {
        let mut terms = Filter::parse(text).unwrap().terms;
        assert_eq!(terms.len(), 1, "{text}");
        terms.remove(0)
    }

    fn compare(column: &str, operator: Operator, value: &str) -> Test {
        Test::Compare { column: column.into(), operator, value: value.into() }
    }

    #[test]
    fn every_operator() {
        for (sign, operator) in SIGNS {
            assert_eq!(only(&format!("a{sign}b")).test, compare("a", operator, "b"));
            assert_eq!(only(&format!("a {sign} b")).test, compare("a", operator, "b"));
        }
    }

    #[test]
    fn empty_null_and_negation() {
        assert_eq!(only("a=").test, Test::Empty { column: "a".into() });
        assert_eq!(only("a:null").test, Test::Null { column: "a".into() });
        let term = only("!a:null");
        assert!(term.negated);
        assert_eq!(only("!acme").test, Test::Anywhere("acme".into()));
        assert_eq!(Filter::parse("a= b").unwrap().terms.len(), 2);
    }

    #[test]
    fn quotes_are_json_strings() {
        assert_eq!(only(r#""my col"="a \"b\" \u00e4""#).test, compare("my col", Operator::Equal, "a \"b\" ä"));
        assert_eq!(only(r#""two words""#).test, Test::Anywhere("two words".into()));
        assert_eq!(only(r#"a="x..y""#).test, compare("a", Operator::Equal, "x..y"));
    }

    #[test]
    fn ranges() {
        let test = Test::Between { column: "at".into(), first: "fri".into(), last: "sun".into() };
        assert_eq!(only("at=fri..sun").test, test);
    }

    #[test]
    fn a_fault_points_at_the_word() {
        let fault = Filter::parse("a=1 =x").unwrap_err();
        assert_eq!(fault.detail.unwrap(), "a=1 =x\n    ^");
        assert!(Filter::parse("a=\"x").is_err());
        assert!(Filter::parse("a<").is_err());
        assert!(Filter::parse("!").is_err());
        let filter = Filter::parse("  x=1 yy=2").unwrap();
        let fault = filter.point(&filter.terms[1].span, "no column");
        assert_eq!(fault.detail.unwrap(), "x=1 yy=2\n    ^^^^");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_pointed_at() {
        let filter = Filter::parse("a=1 n=abc").unwrap();
        let wrong = Fault::query("invalid input syntax for type integer: \"abc\"").sqlstate("22P02");
        assert_eq!(filter.blame(wrong).detail.unwrap(), "a=1 n=abc\n    ^^^^^");
        let other = Fault::query("division by zero \"abc\"").sqlstate("22012");
        assert_eq!(filter.blame(other.clone()), other);
    }

    proptest::proptest! {
        #[test]
        fn an_equal_term_reads_back(column in "[^\\s]{1,8}", value in proptest::option::of(".{1,12}")) {
            let text = Filter::equal_term(&column, value.as_deref());
            let expected = match value {
                None => Test::Null { column },
                Some(value) => compare(&column, Operator::Equal, &value),
            };
            proptest::prop_assert_eq!(only(&text).test, expected);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = Filter::parse(&text);
        }
    }
}
