//! In what a row was changed since the operation that left it, where its receipt kept what it was. It must not decide anything.

use super::super::restore::{Asking, Fate, Ground, Moves, image};
use super::past::Past;
use crate::model::operation::PlanRow;

/// Rows of which it is shown.
const SHOWN: usize = 20;
/// Columns that the reason names.
const NAMED: usize = 4;

/// Shows for the first rows that cannot be put back what they were left with and what they have now. What cannot be read is
/// not shown.
pub(super) async fn show(ground: &Ground, past: &Past, moves: &mut Moves, asking: &Asking<'_>) {
    let is_refused = |row: &&PlanRow| {
        let table = ground.planned(&row.table).ok();
        let place = table.and_then(|table| moves.group.place(table.name(), &super::key_of(row)));
        let fate = place.map(|place| &moves.group.members[place].fate);
        !row.image.is_empty() && matches!(fate, Some(Fate::Conflict(_)))
    };
    let rows: Vec<PlanRow> = past.rows.iter().filter(is_refused).take(SHOWN).cloned().collect();
    if rows.is_empty() {
        return;
    }
    let Ok(now) = image::read(ground, &rows, asking).await else { return };
    for (row, now) in rows.iter().zip(now) {
        let mut differing = now.map(|(_, now)| image::differing(&row.image, &now)).unwrap_or_default();
        let table = ground.planned(&row.table).ok();
        // What the database keeps by itself follows from the rest, and is told only where it is all.
        let keeps = |name: &String| table.is_some_and(|table| table.spec.maintained.contains(name));
        if differing.iter().any(|(name, ..)| !keeps(name)) {
            differing.retain(|(name, ..)| !keeps(name));
        }
        let place = table.and_then(|table| moves.group.place(table.name(), &super::key_of(row)));
        let Some(member) = place.and_then(|place| moves.group.members.get_mut(place)) else { continue };
        if let (Fate::Conflict(why), false) = (&mut member.fate, differing.is_empty()) {
            let names: Vec<&str> = differing.iter().take(NAMED).map(|(name, ..)| name.as_str()).collect();
            let more = if differing.len() > NAMED { ", …" } else { "" };
            why.push_str(&format!(": {}{more}", names.join(", ")));
        }
        member.beside = differing;
    }
}
