//! Times as people say them: `today`, `friday`, `-3d`, `2026-11-20`. The server's clock and the session's
//! zone decide what they mean, so the words become SQL, not times of this machine.

use super::statement::Statement;

/// A spoken time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// So many days before today.
    DaysAgo(i32),
    /// The last such day of the week, today included; Monday is 1.
    Weekday(u8),
    /// So many days after the last such day of the week.
    AfterWeekday(u8, u8),
    /// A day written out.
    Date(String),
    /// So long before or after now, as an interval.
    Offset(String),
    Now,
}

/// The moment a value means for a column of this type; None where it is an ordinary value.
pub(super) fn read(type_name: &str, value: &str) -> Option<Moment> {
    let is_time = matches!(type_name, "date" | "timestamp with time zone" | "timestamp without time zone");
    is_time.then(|| word(&value.to_ascii_lowercase())).flatten()
}

fn word(value: &str) -> Option<Moment> {
    match value {
        "now" => return Some(Moment::Now),
        "today" => return Some(Moment::DaysAgo(0)),
        "yesterday" => return Some(Moment::DaysAgo(1)),
        "tomorrow" => return Some(Moment::DaysAgo(-1)),
        _ => {}
    }
    weekday(value).or_else(|| offset(value)).or_else(|| date(value))
}

fn weekday(value: &str) -> Option<Moment> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let at = DAYS.iter().position(|day| value.len() >= 3 && day.starts_with(value))?;
    Some(Moment::Weekday(at as u8 + 1))
}

/// `-3d`, `+2h`, `-30min`: a sign, a count, a unit.
fn offset(value: &str) -> Option<Moment> {
    let sign = value.chars().next().filter(|c| matches!(c, '-' | '+'))?;
    let digits = value[1..].find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = value[1..].split_at(digits);
    let unit = match unit {
        "s" => "seconds",
        "m" | "min" => "minutes",
        "h" => "hours",
        "d" => "days",
        "w" => "weeks",
        "mo" => "months",
        "y" => "years",
        _ => return None,
    };
    let count: u32 = count.parse().ok()?;
    Some(Moment::Offset(format!("{sign}{count} {unit}")))
}

fn date(value: &str) -> Option<Moment> {
    let shape: String = value.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    (shape == "9999-99-99").then(|| Moment::Date(value.to_owned()))
}

/// The start of the day at the server, in the session's zone.
const TODAY: &str = "pg_catalog.date_trunc('day', pg_catalog.now())";

/// The start of the day so many days after the last such day of the week.
fn day_of_week(day: u8, plus: u8) -> String {
    let ago = format!("(EXTRACT(isodow FROM pg_catalog.now())::int + 7 - {day}) % 7");
    format!("{TODAY} + ({plus} - {ago}) * INTERVAL '1 day'")
}

impl Moment {
    /// True where the word means a whole day.
    pub fn is_day(&self) -> bool {
        matches!(self, Moment::DaysAgo(_) | Moment::Weekday(_) | Moment::AfterWeekday(..) | Moment::Date(_))
    }

    /// The end of a span that begins with `first`: a day of the week after a day of the week is the next one.
    pub fn seen_from(self, first: &Moment) -> Moment {
        match (first, self) {
            (Moment::Weekday(first), Moment::Weekday(last)) => Moment::AfterWeekday(*first, (last + 7 - first) % 7),
            (_, last) => last,
        }
    }

    /// Writes the moment, or the start of the day.
    pub fn write(&self, statement: &mut Statement) {
        match self {
            Moment::Now => statement.push("pg_catalog.now()"),
            Moment::DaysAgo(days) => statement.push(&format!("{TODAY} - {days} * INTERVAL '1 day'")),
            Moment::Weekday(day) => statement.push(&day_of_week(*day, 0)),
            Moment::AfterWeekday(day, plus) => statement.push(&day_of_week(*day, *plus)),
            Moment::Date(date) => statement.bind(Some(date), "timestamptz"),
            Moment::Offset(interval) => statement.push("pg_catalog.now() + ").bind(Some(interval), "interval"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = "timestamp with time zone";

    #[test]
    fn a_span_of_weekdays_is_in_one_piece() {
        let span = |first, last| Moment::Weekday(last).seen_from(&Moment::Weekday(first));
        assert_eq!(span(5, 7), Moment::AfterWeekday(5, 2));
        assert_eq!(span(7, 5), Moment::AfterWeekday(7, 5));
        assert_eq!(span(3, 3), Moment::AfterWeekday(3, 0));
        assert_eq!(Moment::Now.seen_from(&Moment::Weekday(1)), Moment::Now);
    }

    #[test]
    fn words_are_moments_only_for_times() {
        assert_eq!(read(TIME, "Friday"), Some(Moment::Weekday(5)));
        assert_eq!(read(TIME, "fri"), Some(Moment::Weekday(5)));
        assert_eq!(read(TIME, "-3d"), Some(Moment::Offset("-3 days".into())));
        assert_eq!(read(TIME, "2026-11-20"), Some(Moment::Date("2026-11-20".into())));
        assert_eq!(read("text", "friday"), None);
        for plain in ["fr", "2026-11-20 12:00", "3d", "-d", "-3x", ""] {
            assert_eq!(read(TIME, plain), None, "{plain}");
        }
    }
}
