//! The end of the console while an operation is on its way: the terminal is the shell's again, or gone, and the operation
//! is finished first. What is said goes to stderr, where it may be that nobody reads it.

use super::{Asked, Outside, PANICKED, Signals};
use crate::model::operation::Ending;
use crate::model::{Fault, Kind, Outcome, sanitise};
use crate::tui::msg::Msg;
use crate::tui::operation::ending;
use std::io::Write;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;

/// From then on the person is told what is waited for.
const MOMENT: Duration = Duration::from_millis(300);

/// Waits until every operation that was begun has ended, and says how. A signal stops those that can be stopped. Returns the
/// exit code of the first that did not end as done; 0 where all did.
pub(super) async fn finish(outside: &mut Outside, mut answers: Receiver<Msg>, mut signals: Signals) -> u8 {
    let moment = tokio::time::sleep(MOMENT);
    tokio::pin!(moment);
    let (mut is_said, mut is_stopped, mut code) = (false, false, 0);
    while !outside.operating.is_empty() {
        tokio::select! {
            answer = answers.recv() => match answer {
                Some(Msg::Done(ticket, result)) => {
                    outside.stops.remove(&ticket);
                    if let Some(begun) = outside.operating.remove(&ticket) {
                        code = if code == 0 { exit_code(&result, is_stopped) } else { code };
                        say(&told(&begun.name, result));
                    }
                }
                Some(_) => {}
                None => return code,
            },
            // A panic in an operation: its report has been printed, and nobody answers any more.
            () = outside.broken.notified() => return PANICKED,
            () = &mut moment, if !is_said => {
                is_said = true;
                outside.operating.values().for_each(|begun| say(&waits(&begun.name, begun.can_be_stopped)));
            }
            asked = signals.next() => match asked {
                Asked::End => {
                    is_stopped = true;
                    stop(outside);
                }
                // A lost line stops nothing that has begun, and there is nothing to suspend any more.
                Asked::HangUp | Asked::Suspend | Asked::Resume => {}
            },
        }
    }
    code
}

/// How an operation that was waited for ended, as its own command would say it.
fn exit_code(result: &Result<Outcome, Fault>, is_stopped: bool) -> u8 {
    let kind = match result {
        Ok(Outcome::Receipt(receipt)) => match receipt.ending {
            Ending::Done => return 0,
            Ending::RolledBack if is_stopped => Kind::Interrupted,
            Ending::RolledBack => Kind::Query,
            Ending::InDoubt => Kind::InDoubt,
        },
        Ok(_) => return 0,
        Err(fault) => fault.kind,
    };
    kind.exit_code()
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

fn told(name: &str, result: Result<Outcome, Fault>) -> String {
    match result {
        Ok(Outcome::Receipt(receipt)) => {
            let more = if receipt.ending == Ending::Done { "" } else { "; pgdeck journal tells more" };
            format!("{name}: {}{more} (operation {})", ending(receipt.ending), receipt.id)
        }
        Ok(_) => format!("{name}: ended"),
        Err(fault) => format!("{name}: {fault}"),
    }
}

pub(super) fn say(text: &str) {
    // The line may be gone; the journal has it too.
    let _ = writeln!(std::io::stderr(), "pgdeck: {}", sanitise::block(text));
}
