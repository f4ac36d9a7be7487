//! A COMMIT without an answer, looked up on a new session: by the operation id in the audit row, else by the rows' versions. It
//! must not guess.

use super::super::Work;
use super::asking::Asking;
use super::audit;
use super::ground::Ground;
use super::rows::{Row, hand};
use crate::db::{Envelope, Session};
use crate::model::{Fault, Kind};
use std::time::{Duration, Instant};

/// How long a server that restarts, or a transaction that still hangs, is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is known of an operation whose end is not.
pub(super) struct Case<'a> {
    pub before: &'a [&'a Row],
    pub after: &'a [Row],
    /// Its audit row was there, just before COMMIT, for who looks it up.
    pub recorded: bool,
}

/// How a commit ended after all.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Done,
    RolledBack,
    Unknown,
}

/// Returns when it is certain that it happened. Fails as rolled back, or as in doubt where nothing can be found out.
pub(super) async fn settle(
    work: &Work<'_>,
    ground: &Ground,
    envelope: &Envelope,
    case: &Case<'_>,
    fault: Fault,
) -> Result<(), Fault> {
    let begun = Instant::now();
    let mut last = fault.clone();
    while begun.elapsed() < PATIENCE {
        match look_up(work, ground, envelope, case).await {
            Ok(Ended::Done) => return Ok(()),
            Ok(Ended::RolledBack) => {
                return Err(Fault {
                    kind: Kind::Connection,
                    message: format!("nothing has been changed: the connection was lost at COMMIT ({})", fault.message),
                    hint: Some("a new session found that the server took it back; try again".to_owned()),
                    ..fault
                });
            }
            Ok(Ended::Unknown) => break,
            Err(fault) => last = fault,
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let id = &work.id;
    Err(Fault::new(Kind::InDoubt, format!("nobody knows whether operation {id} happened: {}", fault.message))
        .detail(format!("looking it up failed: {}", last.message))
        .hint("look at the rows before anything else is done; the journal has what they were"))
}

/// One look. The rows are locked first: a transaction that still runs would hold them, and is waited for.
async fn look_up(work: &Work<'_>, ground: &Ground, envelope: &Envelope, case: &Case<'_>) -> Result<Ended, Fault> {
    let session = Session::open(&work.inner.target).await?;
    let change = session.begin(envelope).await?;
    let asking = Asking::Write { work, change: &change };
    let now = look(ground, case.before.iter().copied(), &asking, "\nFOR UPDATE OF t").await;
    let known = audit::knows(ground, &work.id, &asking).await;
    change.roll_back().await;
    match known {
        Ok(known) => Ok(ended(case, &now?, known)),
        // A trail too long to be searched in time still leaves the rows.
        Err(fault) if fault.kind == Kind::Query => Ok(ended(case, &now?, None)),
        Err(fault) => Err(fault),
    }
}

fn ended(case: &Case<'_>, now: &[Option<Row>], known: Option<bool>) -> Ended {
    let same = |row: &Row, was: &Row| row.xmin == was.xmin && row.deleted == was.deleted;
    let is = |row: &Option<Row>, was: &Row| row.as_ref().is_some_and(|row| same(row, was));
    let is_after = now.iter().zip(case.after).any(|(row, after)| is(row, after));
    match known {
        Some(true) => return Ended::Done,
        // The trail and the rows contradict each other.
        Some(false) if case.recorded && is_after => return Ended::Unknown,
        Some(false) if case.recorded => return Ended::RolledBack,
        _ => {}
    }
    // A version from before can only be left where nothing happened. One from after may be another's: a crash that forgets a
    // transaction gives its id again.
    if now.iter().zip(case.before).any(|(row, before)| is(row, before)) {
        return Ended::RolledBack;
    }
    if is_after { Ended::Done } else { Ended::Unknown }
}

/// These rows as they stand, in their order; None for one that is not there. `lock` ends each statement.
pub(in super::super) async fn look<'a>(
    ground: &Ground,
    rows: impl Iterator<Item = &'a Row>,
    asking: &Asking<'_>,
    lock: &str,
) -> Result<Vec<Option<Row>>, Fault> {
    let rows: Vec<&Row> = rows.collect();
    let mut now: Vec<Option<Row>> = vec![None; rows.len()];
    for name in ground.parents_first(rows.iter().map(|row| row.table.as_str())) {
        let table = ground.needed(name)?;
        let own = rows.iter().enumerate().filter(|(_, row)| row.table == name);
        let handed = hand(own.map(|(place, row)| (place, row.key.as_slice(), Vec::new())));
        let sql = format!(
            "SELECT s.n::text,\n  {}\nFROM {}\nJOIN {} AS t ON {}\nORDER BY {}{lock}",
            table.select_list("t"),
            table.handed(&[]),
            table.quoted(),
            table.key_is("t", "s"),
            table.key_list("t"),
        );
        for row in asking.rows(&sql, &[handed]).await? {
            if let Some(place) = super::group::number(&row).and_then(|place| now.get_mut(place)) {
                *place = Some(Row::read(&table, &row, 1));
            }
        }
    }
    Ok(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_that_contradicts_the_rows_proves_nothing() {
        let row = |xmin: &str, deleted| Row {
            table: "things".to_owned(),
            key: vec!["1".to_owned()],
            label: None,
            tenant: None,
            marks: Vec::new(),
            xmin: xmin.to_owned(),
            tableoid: String::new(),
            deleted,
        };
        let (before, after) = (row("1", true), row("2", false));
        let says = |now: &Row, recorded, known| {
            let case = Case { before: &[&before], after: std::slice::from_ref(&after), recorded };
            ended(&case, &[Some(now.clone())], known)
        };
        assert_eq!(says(&after, true, Some(true)), Ended::Done);
        assert_eq!(says(&after, true, Some(false)), Ended::Unknown);
        assert_eq!(says(&before, true, Some(false)), Ended::RolledBack);
        assert_eq!(says(&row("3", true), true, Some(false)), Ended::RolledBack);
        assert_eq!(says(&after, false, Some(false)), Ended::Done);
        assert_eq!(says(&row("3", true), false, Some(false)), Ended::Unknown);
    }
}
