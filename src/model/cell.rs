//! One value of one row: the server's own text, and the one formatter that shows it to a person.
//! It must not know a terminal: widths and colours belong to the faces.

use super::table::{As, Column};
use super::{bars, sanitise};
use std::borrow::Cow;

/// The sign of NULL wherever a person reads; an empty text shows as nothing, so the two differ.
pub const NULL_SIGN: &str = "∅";

/// A value as the server wrote it, or NULL. `cut` says that the text is only the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Cell {
    text: Option<Box<str>>,
    cut: bool,
}

impl Cell {
    /// A cell of the server's text.
    pub fn new(text: Option<String>) -> Self {
        Self { text: text.map(String::into_boxed_str), cut: false }
    }

    /// A cell holding at most `limit` characters; a longer text is shortened and marked as cut.
    pub fn capped(text: Option<String>, limit: usize) -> Self {
        let Some(mut text) = text else {
            return Self::default();
        };
        let cut = match text.char_indices().nth(limit) {
            Some((at, _)) => {
                text.truncate(at);
                true
            }
            None => false,
        };
        Self { text: Some(text.into_boxed_str()), cut }
    }

    /// The raw text, or None for NULL.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// True when the server holds more than this text.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// The value as a number, where its text is one.
    pub fn number(&self) -> Option<f64> {
        self.text().and_then(|text| text.parse().ok())
    }
}

/// A cell as one line for a person: NULL has a sign, bytes and numbers are readable, and no
/// character in it can act on a terminal. Every table face uses this and nothing else.
pub fn shown<'a>(cell: &'a Cell, column: &Column) -> Cow<'a, str> {
    let Some(text) = cell.text() else {
        return Cow::Borrowed(NULL_SIGN);
    };
    let nice = match column.shown_as {
        As::Bytes => text.parse().ok().map(bytes),
        As::Number => thousands(text),
        As::Age => text.parse().ok().map(age),
        As::Time => time(text),
        As::Bool => match text {
            "true" => Some("yes".to_owned()),
            "false" => Some("no".to_owned()),
            _ => None,
        },
        As::Tally => bars::tally(text),
        As::Spark => bars::spark(text),
        As::Text | As::Sentence | As::Json | As::Severity => None,
    };
    // What was made readable is made of the server's text too.
    let nice = nice.map_or_else(|| sanitise::line(text), |nice| Cow::Owned(sanitise::line(&nice).into_owned()));
    if cell.cut { Cow::Owned(format!("{nice}…")) } else { nice }
}

/// A size in powers of 1024 with at most one decimal, from bytes.
pub fn bytes(size_bytes: f64) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut value = size_bytes;
    let mut unit = 0;
    while value.abs() >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 || value.abs() >= 100.0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// A duration in its largest two units, from seconds.
pub fn age(seconds: f64) -> String {
    let whole = seconds.abs() as u64;
    let (days, hours, minutes) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60);
    let sign = if seconds < 0.0 { "-" } else { "" };
    match (days, hours, minutes) {
        (0, 0, 0) if whole < 10 => format!("{sign}{:.1}s", seconds.abs()),
        (0, 0, 0) => format!("{sign}{whole}s"),
        (0, 0, m) => format!("{sign}{m}m {}s", whole % 60),
        (0, h, m) => format!("{sign}{h}h {m}m"),
        (d, h, _) => format!("{sign}{d}d {h}h"),
    }
}

/// About how many: `~48k`, `~1.2M`.
pub fn about(count: f64) -> String {
    match count {
        c if c >= 1e9 => format!("~{:.1}G", c / 1e9),
        c if c >= 1e6 => format!("~{:.1}M", c / 1e6),
        c if c >= 1e4 => format!("~{:.0}k", c / 1e3),
        c if c >= 1e3 => format!("~{:.1}k", c / 1e3),
        c => format!("~{c:.0}"),
    }
}

/// A time without fractions of a second and without an offset: the header names the zone.
fn time(text: &str) -> Option<String> {
    const SHAPE: &[u8] = b"0000-00-00 00:00:00";
    let (time, rest) = text.split_at_checked(SHAPE.len())?;
    let fits = |(byte, shape): (u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == *shape };
    let is_time = time.bytes().zip(SHAPE).all(fits);
    let is_fraction_or_offset = rest.bytes().all(|byte| byte.is_ascii_digit() || b".+-:".contains(&byte));
    (is_time && is_fraction_or_offset).then(|| time.to_owned())
}

fn thousands(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(w, r)| (w, Some(r)));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() < 5 || !all_digits(whole) || !rest.is_none_or(all_digits) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + whole.len() / 3);
    if digits.len() < text.len() {
        out.push('-');
    }
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(shown_as: As) -> Column {
        Column { shown_as, ..Column::named("c", "text") }
    }

    #[test]
    fn null_and_empty_differ() {
        let text = column(As::Text);
        assert_eq!(shown(&Cell::new(None), &text), NULL_SIGN);
        assert_eq!(shown(&Cell::new(Some(String::new())), &text), "");
    }

    #[test]
    fn a_long_cell_is_cut_and_says_so() {
        let cell = Cell::capped(Some("äöüß".into()), 3);
        assert!(cell.is_cut());
        assert_eq!(shown(&cell, &column(As::Text)), "äöü…");
        assert!(!Cell::capped(Some("äöü".into()), 3).is_cut());
    }

    #[test]
    fn sizes_ages_and_numbers_are_readable() {
        assert_eq!(bytes(0.0), "0 B");
        assert_eq!(bytes(1536.0), "1.5 kB");
        assert_eq!(bytes(104_857_600.0), "100 MB");
        assert_eq!(age(0.25), "0.2s");
        assert_eq!(age(3725.0), "1h 2m");
        assert_eq!(about(48_123.0), "~48k");
        let number = column(As::Number);
        assert_eq!(shown(&Cell::new(Some("-1234567.5".into())), &number), "-1\u{2009}234\u{2009}567.5");
        assert_eq!(shown(&Cell::new(Some("1e9".into())), &number), "1e9");
    }

    #[test]
    fn a_time_loses_its_fraction_and_infinity_stays() {
        let time = column(As::Time);
        let cell = Cell::new(Some("2026-11-21 12:04:29.123456+00".into()));
        assert_eq!(shown(&cell, &time), "2026-11-21 12:04:29");
        assert_eq!(shown(&Cell::new(Some("infinity".into())), &time), "infinity");
    }

    #[test]
    fn hostile_text_is_made_visible() {
        let cell = Cell::new(Some("\u{1b}]52;c;x\u{7}".into()));
        assert_eq!(shown(&cell, &column(As::Text)), "␛]52;c;x\\x07");
    }

    #[test]
    fn hostile_text_is_made_visible_whatever_the_column_shows() {
        let texts = [
            "12345.\u{1b}[2J",
            "12345\u{1b}[2J",
            "\u{1b}[2J12345.0",
            "2026-\u{1b}[2J \u{1b}:00:00.123",
            "2026-11-21 12:04:29\u{1b}[2J",
            "2026-11-21 12:04:2\u{9b}",
            "1024\u{7}",
            "true\u{202e}",
        ];
        for shown_as in
            [As::Text, As::Json, As::Number, As::Bytes, As::Age, As::Time, As::Bool, As::Severity, As::Tally, As::Spark]
        {
            for text in texts {
                let cell = Cell::new(Some(text.into()));
                assert_eq!(shown(&cell, &column(shown_as)), sanitise::line(text), "{shown_as:?}");
            }
        }
    }

    #[test]
    fn what_is_no_time_is_shown_whole() {
        for text in ["0044-03-15 00:00:00+00 BC", "2026-11-21", "2026-11-21 12:04:29 or so", "10000-01-01 00:00:00+00"]
        {
            assert_eq!(shown(&Cell::new(Some(text.into())), &column(As::Time)), text);
        }
    }
}
