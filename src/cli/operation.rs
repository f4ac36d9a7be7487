//! Every operation of the command line goes this way: planned, shown or confirmed, carried out, told (DESIGN §2).
//! It must not know what any one operation does.

use super::args::{Cli, Command, How};
use super::confirm::{Question, confirm};
use super::destination::Destination;
use super::given;
use super::session::{Session, interrupted, unexpected};
use crate::model::operation::{Ending, Intent, Plan, Receipt};
use crate::model::{Fault, Kind, Outcome, Request};
use crate::report::Shape;

/// Plans the intent and carries it out where `--write` allows it and a person or `--yes` confirms it. Otherwise the plan is
/// the result: refused without `--write`, all that was asked for with `--dry-run`.
pub async fn carry_out(intent: Intent, how: &How, cli: &Cli, session: &mut Session) -> Result<(), Fault> {
    if cli.common.write && !how.dry_run {
        // Who is about to change something learns first what became of the changes before.
        session.engine.look_back();
        session.survey().await?;
    }
    let plan = match session.ask(Request::Plan(intent)).await? {
        Outcome::Plan(plan) => plan,
        other => return Err(unexpected(&other)),
    };
    let destination = Destination::stdout(how.format);
    if how.dry_run {
        return show(&destination, how, plan);
    }
    // Said before what is missing: no flag carries out what is refused.
    if let Some(reason) = plan.refused.clone() {
        show(&destination, how, plan)?;
        return Err(Fault::new(Kind::Refused, format!("nothing has been changed: {reason}")));
    }
    if !cli.common.write {
        let hint = read_only(&plan, cli);
        show(&destination, how, plan)?;
        return Err(hint);
    }
    if !how.yes {
        permitted(&plan, session).await?;
    }
    match session.ask(Request::Perform(Box::new(plan))).await? {
        Outcome::Receipt(receipt) => {
            let written = destination.write(&Outcome::Receipt(receipt.clone()));
            // How it ended weighs more than a receipt that could not be written.
            ended(&receipt, session.stopped)?;
            written.map_err(|fault| fault.detail(format!("{} {} was done all the same", receipt.operation, receipt.id)))
        }
        other => Err(unexpected(&other)),
    }
}

fn show(destination: &Destination, how: &How, plan: Plan) -> Result<(), Fault> {
    match how.format {
        Some(Shape::Sql) => destination.write_sql(&plan),
        Some(Shape::Json) => destination.write(&Outcome::Plan(plan)),
        Some(Shape::Text) | None => destination.write(&Outcome::Plan(in_short(&plan, "--format sql"))),
    }
}

/// What is typed by habit is not enough for what the plan itself wants typed, nor in production.
async fn permitted(plan: &Plan, session: &mut Session) -> Result<(), Fault> {
    let shown = Outcome::Plan(in_short(plan, "--dry-run --format sql"));
    if let Some((what, word)) = &plan.typed {
        return confirm(&shown, Question::Typed { what, word }, &mut session.signals).await;
    }
    if !session.production {
        return confirm(&shown, Question::Yes, &mut session.signals).await;
    }
    let survey = session.survey().await?;
    let question = Question::Typed { what: "the name of the production database", word: &survey.facts.database };
    confirm(&shown, question, &mut session.signals).await
}

/// The plan without statements that would push what it does off the screen.
fn in_short(plan: &Plan, flags: &str) -> Plan {
    const LINES: usize = 60;
    let lines = plan.sql.iter().map(|sql| sql.lines().count()).sum::<usize>();
    let mut short = plan.clone();
    if lines > LINES {
        short.sql.clear();
        short.notes.push(format!("its SQL has {lines} lines: {flags} shows them"));
    }
    short
}

fn read_only(plan: &Plan, cli: &Cli) -> Fault {
    // The newest may be another by then: what is taken back is named.
    let id = match (&plan.intent, &cli.command) {
        (Intent::Undo(undo), Some(Command::Undo(args))) if args.operation.is_none() => undo.id.as_deref(),
        _ => None,
    };
    Fault::new(Kind::Refused, "nothing has been changed: this is the plan only")
        .hint(format!("add --write to carry it out: {}", given::with_write(cli, id)))
}

/// A receipt that does not say done ends with its own exit code.
fn ended(receipt: &Receipt, stopped: bool) -> Result<(), Fault> {
    match receipt.ending {
        Ending::Done => Ok(()),
        Ending::RolledBack if stopped => Err(interrupted()),
        Ending::RolledBack if receipt.is_partial() => {
            Err(Fault::query(format!("{} was stopped by a failure on its way", receipt.operation)))
        }
        Ending::RolledBack => Err(Fault::query(format!("{} was rolled back", receipt.operation))),
        Ending::InDoubt => {
            Err(Fault::new(Kind::InDoubt, format!("nobody knows whether {} happened", receipt.operation)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operation::Undo;

    #[test]
    fn a_long_script_is_not_written_out() {
        let plan =
            |lines: usize| Plan { sql: vec!["SELECT 1\n".repeat(lines)], ..Plan::of(Intent::Undo(Undo::of("1"))) };
        assert_eq!(in_short(&plan(60), "--format sql"), plan(60));
        let short = in_short(&plan(61), "--format sql");
        assert!(short.sql.is_empty());
        assert_eq!(short.notes, ["its SQL has 61 lines: --format sql shows them"]);
    }
}
