//! Asking a person before a change. Where nobody can be asked, the answer is no.

use super::session::{Signals, interrupted};
use crate::model::{Fault, Kind, Outcome, sanitise};
use crate::report::{self, Format, Style};
use std::io::{self, IsTerminal, Write};

/// Shows the plan on stderr and asks for a word that is not typed by accident. Fails as refused on any other answer,
/// and where there is no terminal to ask on.
pub async fn confirm(plan: &Outcome, what: &str, word: &str, signals: &mut Signals) -> Result<(), Fault> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Fault::new(Kind::Refused, "nothing has been changed: nobody can be asked without a terminal")
            .hint("look at the plan with --dry-run, then add --yes"));
    }
    let shown = report::write(plan, &Style::plain(Format::Table), &mut io::stderr());
    shown.map_err(|error| Fault::new(Kind::Refused, format!("the plan cannot be shown: {error}")))?;
    // What cannot be written is not answered with the name either.
    let _ = write!(io::stderr(), "\nType {what} ({}) to go on: ", sanitise::line(word));
    let typed = tokio::task::spawn_blocking(|| io::stdin().lines().next());
    let typed = tokio::select! {
        typed = typed => typed,
        () = signals.any() => return Err(interrupted()),
    };
    match typed {
        Ok(Some(Ok(line))) if line.trim() == word => Ok(()),
        _ => Err(Fault::new(Kind::Refused, "nothing has been changed: that was not the name")),
    }
}
