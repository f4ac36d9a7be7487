//! The end of the console while an operation is on its way: the terminal is the shell's again, or gone, and the operation
//! is finished first. What is said goes to stderr, where it may be that nobody reads it.

use super::{Asked, Outside, Signals};
use crate::model::operation::Ending;
use crate::model::{Outcome, sanitise};
use crate::tui::msg::Msg;
use crate::tui::operation::ending;
use std::io::Write;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;

/// From then on the person is told what is waited for.
const MOMENT: Duration = Duration::from_millis(300);

/// Waits until every operation that was begun has ended, and says how. A signal stops those that can be stopped.
pub(super) async fn finish(outside: &mut Outside, mut answers: Receiver<Msg>, mut signals: Signals) {
    let moment = tokio::time::sleep(MOMENT);
    tokio::pin!(moment);
    let mut is_said = false;
    while !outside.operating.is_empty() {
        tokio::select! {
            answer = answers.recv() => match answer {
                Some(Msg::Done(ticket, result)) => {
                    outside.stops.remove(&ticket);
                    if let Some(begun) = outside.operating.remove(&ticket) {
                        say(&told(&begun.name, result));
                    }
                }
                Some(_) => {}
                None => return,
            },
            // A panic in an operation: its report has been printed, and nobody answers any more.
            () = outside.broken.notified() => return,
            () = &mut moment, if !is_said => {
                is_said = true;
                outside.operating.values().for_each(|begun| say(&waits(&begun.name, begun.can_be_stopped)));
            }
            asked = signals.next() => match asked {
                Asked::End => stop(outside),
                // A lost line stops nothing that has begun, and there is nothing to suspend any more.
                Asked::HangUp | Asked::Suspend | Asked::Resume => {}
            },
        }
    }
}

fn waits(name: &str, can_be_stopped: bool) -> String {
    format!("finishing {name} …{}", if can_be_stopped { " (ctrl-c stops it)" } else { "" })
}

/// Somebody wants it to end now.
fn stop(outside: &Outside) {
    for (ticket, begun) in &outside.operating {
        match outside.stops.get(ticket).filter(|_| begun.can_be_stopped) {
            Some(handle) => handle.stop(),
            None => say(&format!("the {} has begun and is finished first", begun.name)),
        }
    }
}

fn told(name: &str, result: Result<Outcome, crate::model::Fault>) -> String {
    match result {
        Ok(Outcome::Receipt(receipt)) => {
            let more = if receipt.ending == Ending::Done { "" } else { "; pgdeck journal tells more" };
            format!("{name}: {}{more} (operation {})", ending(receipt.ending), receipt.id)
        }
        Ok(_) => format!("{name}: ended"),
        Err(fault) => format!("{name}: {fault}"),
    }
}

fn say(text: &str) {
    // The line may be gone; the journal has it too.
    let _ = writeln!(std::io::stderr(), "pgdeck: {}", sanitise::block(text));
}
