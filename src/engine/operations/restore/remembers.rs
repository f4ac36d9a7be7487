//! Whether a restore or an undo happened whose process is gone: by its audit row, else by rows that nobody has touched since.
//! It only reads, and must not guess.

use super::super::super::reader::Reader;
use super::super::super::survey::Bindings;
use super::asking::Asking;
use super::ground::{Ground, envelope};
use super::moves::Moves;
use super::{audit, doubt, target};
use crate::model::Fault;
use crate::model::operation::{Ending, Plan};

/// Locks that a transaction which writes rows of this table still holds.
const WRITERS: &str = "SELECT l.pid::text\nFROM pg_catalog.pg_locks AS l\n\
    JOIN pg_catalog.pg_database AS d ON d.oid = l.database AND d.datname = pg_catalog.current_database()\n\
    WHERE l.relation = pg_catalog.to_regclass($1::text) AND l.mode = 'RowExclusiveLock'\nLIMIT 1";

/// How the operation of this id ended, and how that is known; None where the database does not tell.
pub(in super::super) async fn remembers(
    reader: &Reader<'_>,
    bindings: &Bindings,
    id: &str,
    plan: &Plan,
) -> Result<Option<(Ending, String)>, Fault> {
    let Some(moved) = plan.rows.iter().find(|row| ["restore", "delete"].contains(&row.action.as_str())) else {
        return Ok(None);
    };
    let (source, system, _) = target::table(bindings, &moved.table)?;
    let envelope = envelope(&source, bindings, reader.envelope);
    let asking = Asking::Read { what: "journal", reader, envelope: &envelope };
    let ground = Ground::read(source, system, &bindings.survey.facts, &asking).await?;
    // Looked for before the rows are: who wrote them and is gone by now is seen in them.
    let mut is_written = false;
    let moves = Moves::of_plan(&ground, plan, moved.action == "restore", |_, _| Ok(Vec::new()))?;
    for (table, _) in moves.tables(&ground)? {
        is_written |= !asking.rows(WRITERS, &[Some(table.quoted())]).await?.is_empty();
    }
    if audit::knows(&ground, id, &asking).await? == Some(true) {
        return Ok(Some((Ending::Done, "its audit row is there".to_owned())));
    }
    let before = || moves.group.members.iter().map(|member| &member.row);
    // A standby may not have what the primary committed, and shows none of its writers.
    if ground.standby {
        return Ok(None);
    }
    let now = doubt::look(&ground, before(), &asking, "").await?;
    let untouched =
        |(now, before): (&Option<super::Row>, &super::Row)| now.as_ref().is_some_and(|now| now.xmin == before.xmin);
    let is_untouched = !now.is_empty() && now.iter().zip(before()).all(untouched);
    Ok((is_untouched && !is_written)
        .then(|| (Ending::RolledBack, "its rows are as they were before, and nobody is writing them".to_owned())))
}
