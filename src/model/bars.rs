//! Counts drawn as bars: the options of a poll with their votes, a row of figures over time. Text only, so that every face
//! shows the same; what a value holds is the server's and is sanitised here.

use super::sanitise;
use super::width::fitted;
use serde::Deserialize;
use unicode_width::UnicodeWidthStr;

/// Eighths of a cell, upwards; the first stands for nothing.
const UP: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Eighths of a cell, to the right.
const RIGHT: [char; 8] = ['█', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/// Cells of the longest bar in a record.
const LONGEST: usize = 20;

/// One choice and how often it was made.
#[derive(Debug, Deserialize)]
struct Choice {
    label: String,
    votes: f64,
    /// Of how many its share is, where one person may choose several; of all choices otherwise.
    of: Option<f64>,
}

/// Choices as one line: a small bar each, then the one in front with its share. None where the text is no list of
/// `{"label", "votes", "of"}`, the last of which may be missing.
pub fn tally(text: &str) -> Option<String> {
    let choices = choices(text)?;
    let all: f64 = choices.iter().map(|choice| choice.votes).sum();
    let bars = spark_of(choices.iter().map(|choice| choice.votes));
    let mut first: Option<&Choice> = None;
    for choice in choices.iter().filter(|choice| choice.votes > 0.0) {
        if first.is_none_or(|first| choice.votes > first.votes) {
            first = Some(choice);
        }
    }
    let Some(first) = first else {
        return Some(format!("{bars} no votes"));
    };
    let even = choices.iter().filter(|choice| choice.votes >= first.votes).count();
    let share = percent(first.votes, first.of.unwrap_or(all));
    let label = sanitise::line(&first.label);
    Some(if even > 1 { format!("{bars} {share} each of {even}") } else { format!("{bars} {share} {label}") })
}

/// Choices one a line, in their order: label, bar, votes, share. The lines fit the width where it is at least 40 cells.
pub fn tally_lines(text: &str, width: usize) -> Option<Vec<String>> {
    let choices = choices(text)?;
    let all: f64 = choices.iter().map(|choice| choice.votes).sum();
    let most = choices.iter().map(|choice| choice.votes).fold(0.0, f64::max);
    let labels: Vec<_> = choices.iter().map(|choice| sanitise::line(&choice.label)).collect();
    let longest = labels.iter().map(|label| label.width()).max().unwrap_or(0);
    let votes = choices.iter().map(|choice| format!("{}", choice.votes).len()).max().unwrap_or(0);
    let bar = (width / 4).clamp(4, LONGEST);
    let room = longest.min(width.saturating_sub(bar + votes + 10)).max(4);
    let line = |(choice, label): (&Choice, &std::borrow::Cow<'_, str>)| {
        let label = fitted(label, room);
        let bars = long(choice.votes, most, bar);
        let pad = " ".repeat(bar.saturating_sub(bars.chars().count()));
        format!(
            "{label}  {bars}{pad}  {:>votes$}  {:>4}",
            choice.votes,
            percent(choice.votes, choice.of.unwrap_or(all))
        )
    };
    Some(choices.iter().zip(&labels).map(line).collect())
}

/// Figures as one row of bars; None where the text is no list of numbers.
pub fn spark(text: &str) -> Option<String> {
    let figures: Vec<Option<f64>> = serde_json::from_str(text).ok()?;
    Some(spark_of(figures.into_iter().map(Option::unwrap_or_default)))
}

/// The same with the highest figure said.
pub fn spark_with_peak(text: &str) -> Option<String> {
    let figures: Vec<Option<f64>> = serde_json::from_str(text).ok()?;
    let peak = figures.iter().flatten().copied().fold(0.0, f64::max);
    Some(format!("{}  at most {peak}", spark(text)?))
}

fn choices(text: &str) -> Option<Vec<Choice>> {
    serde_json::from_str(text).ok()
}

/// A bar of one cell for each figure; a figure above nothing is never drawn as nothing.
fn spark_of(figures: impl Iterator<Item = f64> + Clone) -> String {
    let most = figures.clone().fold(0.0, f64::max);
    let bar = |figure: f64| match figure > 0.0 && most > 0.0 {
        true => UP[((figure / most * 8.0).round() as usize).clamp(1, 8)],
        false => UP[0],
    };
    figures.map(bar).collect()
}

/// A bar to the right, in eighths of a cell.
fn long(figure: f64, most: f64, cells: usize) -> String {
    if figure <= 0.0 || most <= 0.0 {
        return String::new();
    }
    let eighths = ((figure / most * (cells * 8) as f64).round() as usize).clamp(1, cells * 8);
    let mut bar = RIGHT[0].to_string().repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(RIGHT[eighths % 8]);
    }
    bar
}

fn percent(part: f64, all: f64) -> String {
    if all > 0.0 { format!("{:.0}%", part / all * 100.0) } else { "0%".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLL: &str = r#"[{"label":"Yes","votes":60},{"label":"No","votes":30},{"label":"Later","votes":0}]"#;

    #[test]
    fn a_tally_names_the_one_in_front() {
        assert_eq!(tally(POLL).unwrap(), "█▄  67% Yes");
        assert_eq!(tally(r#"[{"label":"A","votes":2},{"label":"B","votes":2}]"#).unwrap(), "██ 50% each of 2");
        assert_eq!(tally(r#"[{"label":"A","votes":0}]"#).unwrap(), "  no votes");
        let of = r#"[{"label":"A","votes":3,"of":4},{"label":"B","votes":3,"of":4}]"#;
        assert_eq!(tally(of).unwrap(), "██ 75% each of 2");
        assert_eq!(tally("[1]"), None);
        assert_eq!(tally("[{\"label\":\"A\""), None);
    }

    #[test]
    fn the_lines_of_a_tally_stand_under_each_other() {
        let lines = tally_lines(POLL, 60).unwrap();
        assert_eq!(
            lines,
            [
                "Yes    ███████████████  60   67%",
                "No     ███████▌         30   33%",
                "Later                    0    0%"
            ]
        );
        let long = r#"[{"label":"A very long option that nobody reads to its end","votes":1}]"#;
        let lines = tally_lines(long, 40).unwrap();
        assert!(lines[0].contains("…") && lines[0].width() <= 40, "{lines:?}");
    }

    #[test]
    fn few_are_never_shown_as_none() {
        assert_eq!(spark("[0, 1, 500, null, 1000]").unwrap(), " ▁▄ █");
        assert_eq!(spark("[]").unwrap(), "");
        assert_eq!(spark("{}"), None);
        assert_eq!(spark_with_peak("[1,3]").unwrap(), "▃█  at most 3");
    }

    #[test]
    fn a_hostile_label_cannot_act() {
        let text = r#"[{"label":"\u001b[2J","votes":1}]"#;
        assert!(!tally(text).unwrap().contains('\u{1b}'));
        assert!(!tally_lines(text, 60).unwrap()[0].contains('\u{1b}'));
    }
}
