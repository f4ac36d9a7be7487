//! Asking a person before a change. Where nobody can be asked, the answer is no.

use super::session::{Signals, interrupted};
use crate::model::{Fault, Kind, Outcome, sanitise};
use crate::report::{self, Format, Style};
use std::io::{self, IsTerminal, Write};

/// What has to be answered.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// `y` or `yes`.
    Yes,
    /// A word that is not typed by accident.
    Typed { what: &'a str, word: &'a str },
}

impl Question<'_> {
    fn text(&self) -> String {
        match self {
            Question::Yes => "Go on? [y/N] ".to_owned(),
            Question::Typed { what, word } => format!("Type {what} ({}) to go on: ", sanitise::line(word)),
        }
    }

    fn accepts(&self, answer: &str) -> bool {
        match self {
            Question::Yes => ["y", "yes"].contains(&answer.to_lowercase().as_str()),
            Question::Typed { word, .. } => answer == *word,
        }
    }

    fn refusal(&self) -> &'static str {
        match self {
            Question::Yes => "nothing has been changed: the answer was not yes",
            Question::Typed { .. } => "nothing has been changed: that was not the name",
        }
    }
}

/// Shows the plan on stderr and asks. Fails as refused on any other answer, and where there is no terminal to ask on.
pub async fn confirm(plan: &Outcome, question: Question<'_>, signals: &mut Signals) -> Result<(), Fault> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Fault::new(Kind::Refused, "nothing has been changed: nobody can be asked without a terminal")
            .hint("look at the plan with --dry-run, then add --yes"));
    }
    let shown = report::write(plan, &Style::plain(Format::Table), &mut io::stderr());
    shown.map_err(|error| Fault::new(Kind::Refused, format!("the plan cannot be shown: {error}")))?;
    // What cannot be written is not answered either.
    let _ = write!(io::stderr(), "\n{}", question.text());
    let answer = tokio::task::spawn_blocking(|| io::stdin().lines().next());
    let answer = tokio::select! {
        answer = answer => answer,
        () = signals.any() => return Err(interrupted()),
    };
    match answer {
        Ok(Some(Ok(line))) if question.accepts(line.trim()) => Ok(()),
        _ => Err(Fault::new(Kind::Refused, question.refusal())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_answer_goes_on() {
        for (answer, goes_on) in [("y", true), ("YES", true), ("", false), ("n", false), ("yep", false)] {
            assert_eq!(Question::Yes.accepts(answer), goes_on, "{answer}");
        }
        let typed = Question::Typed { what: "the name", word: "shop" };
        assert!(typed.accepts("shop") && !typed.accepts("y") && !typed.accepts("SHOP"));
    }
}
