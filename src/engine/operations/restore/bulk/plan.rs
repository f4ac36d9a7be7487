//! The plan of an operation on more rows than are listed: how many of each table, the first of them, what was seen of all of them,
//! and what cannot be done. It must not change anything.

use super::super::super::super::reader::Reader;
use super::super::asking::Asking;
use super::super::audit::Said;
use super::super::clash;
use super::super::draft::Draft;
use super::super::ground::{Ground, Table};
use super::super::group::{Fate, Group, join_up};
use super::super::moves::{Marks, Moves};
use super::super::rows::Row;
use super::About;
use super::digest::Digest;
use super::parents;
use super::source::Way;
use super::walk::{Chunk, Walk};
use crate::db::Envelope;
use crate::model::operation::{Intent, OnConflict, Plan, Unlisted};
use crate::model::request::Progress;
use crate::model::{Fault, Kind};
use std::collections::{BTreeMap, HashSet};

/// Rows a plan or a receipt lists of those that are too many.
pub(in super::super::super) const LISTED: usize = 200;
/// Conflicts that are listed, and looked for, before it is plain that this cannot be done.
pub(in super::super::super) const CONFLICTS: usize = 20;

/// What is to be planned.
pub(in super::super::super) struct Wanted<'a> {
    pub about: About<'a>,
    pub on_conflict: OnConflict,
    /// The tables of which rows must not be hidden.
    pub near: Vec<&'a str>,
    pub what: String,
    pub said: Said,
    /// What the marks of a row of this table become.
    pub to: &'a (dyn Fn(&Table<'_>) -> Result<Marks, Fault> + Sync),
}

/// What was seen on the way.
#[derive(Default)]
struct Seen {
    listed: Group,
    digests: BTreeMap<String, Digest>,
    conflicts: u64,
    left_out: u64,
}

/// The plan.
pub(in super::super::super) async fn plan(
    reader: &Reader<'_>,
    ground: &Ground,
    envelope: &Envelope,
    wanted: &Wanted<'_>,
    intent: Intent,
) -> Result<Plan, Fault> {
    let reading = reader.session.begin_reading(envelope).await?;
    let asking = Asking::Within { what: "plan", reader, reading: &reading };
    let seen = seen(ground, wanted, reader, &asking).await;
    // A session that is lost has no turn for it.
    if !matches!(&seen, Err(fault) if fault.kind == Kind::Connection) {
        reading.roll_back().await;
    }
    let mut seen = seen?;
    let asking = Asking::Read { what: "plan", reader, envelope };
    let all = seen.listed.back();
    join_up(ground, &mut seen.listed, &all, &asking).await?;
    let plan = draft(ground, wanted, &mut seen, envelope, intent, &asking).await?;
    let shown = |name: &str| format!("{}.{name}", ground.source.schema);
    let names = ground.parents_first(seen.digests.keys().map(String::as_str));
    let unlisted = |name: &str| {
        let digest = &seen.digests[name];
        Unlisted { table: shown(name), rows: digest.rows, digest: digest.text() }
    };
    let unlisted: Vec<Unlisted> = names.into_iter().map(unlisted).collect();
    let counts = unlisted.iter().map(|table| (table.table.clone(), table.rows)).collect();
    Ok(Plan { counts, unlisted, sql: Vec::new(), ..plan })
}

/// Everything that is known of a plan from the rows that are listed, and what only the walk can tell.
async fn draft(
    ground: &Ground,
    wanted: &Wanted<'_>,
    seen: &mut Seen,
    envelope: &Envelope,
    intent: Intent,
    asking: &Asking<'_>,
) -> Result<Plan, Fault> {
    let group = std::mem::take(&mut seen.listed);
    let to = |row: &Row| (wanted.to)(&ground.needed(&row.table)?);
    let to = group.members.iter().map(|member| to(&member.row)).collect::<Result<_, Fault>>()?;
    let mut draft = Draft::new(Moves { group, to, revives: wanted.about.way == Way::Back, takes_back: false });
    let rows: u64 = seen.digests.values().map(|digest| digest.rows).sum();
    let listed = draft.moves.group.back().len() as u64;
    if rows > listed {
        draft.notes.push(format!("{rows} rows in all: {listed} of them are listed, the others go with them"));
        draft.notes.push("their SQL is not written out: it would name every row".to_owned());
    }
    if seen.left_out > 0 {
        let rows = seen.left_out;
        draft.notes.push(format!("left out, with what hangs under them: {rows} rows, unticked or of other tenants"));
    }
    draft.refuse_hidden(ground, &wanted.near);
    if seen.conflicts > 0 {
        let skip = match wanted.on_conflict {
            OnConflict::Abort => "",
            OnConflict::Skip => {
                "; so many rows are moved together or not at all: leave out by name what cannot come back"
            }
        };
        if seen.conflicts > CONFLICTS as u64 {
            draft.notes.push(format!("at least {} rows cannot come back; the first are listed", seen.conflicts));
        }
        draft.refuse_conflicts(ground, skip);
    }
    draft.finish(ground, envelope, intent, &wanted.what, &wanted.said, asking).await
}

async fn seen(ground: &Ground, wanted: &Wanted<'_>, reader: &Reader<'_>, asking: &Asking<'_>) -> Result<Seen, Fault> {
    let mut seen = Seen::default();
    let about = &wanted.about;
    let named = about.named(ground, asking).await?;
    for row in named.iter().filter(|row| row.deleted != (about.way == Way::Back)) {
        let (place, _) = seen.listed.add(row.clone())?;
        let why = if row.deleted { "it is deleted already" } else { "it is not deleted" };
        seen.listed.members[place].fate = Fate::Skip(why.to_owned());
    }
    let start = about.start(ground, named, asking).await?;
    let coming: HashSet<(String, Vec<String>)> =
        start.rows.iter().chain(&start.alone).map(|row| (row.table.clone(), row.key.clone())).collect();
    let mut walk = Walk::new(ground, *asking, about.way, &start, about.without(ground)?, false)?;
    let mut clashing = BTreeMap::new();
    let mut rows = 0;
    while let Some(chunk) = walk.next().await? {
        seen.take(&chunk)?;
        if about.way == Way::Back && seen.conflicts < CONFLICTS as u64 {
            let found = parents::missing(ground, &chunk, &coming, about.reach, asking).await?;
            seen.conflict(&chunk, found)?;
            seen.clash(ground, wanted, &chunk, &mut clashing, asking).await?;
        }
        rows += chunk.rows.len() as u64;
        (reader.progress)(Progress::Rows { what: "looking through", done: rows, of: 0 });
    }
    seen.left_out = walk.left_out;
    Ok(seen)
}

impl Seen {
    /// Counts the rows; the first of all and the first of each table are listed.
    fn take(&mut self, chunk: &Chunk<'_>) -> Result<(), Fault> {
        let name = chunk.table.name();
        let is_first = !self.digests.contains_key(name);
        let digest = self.digests.entry(name.to_owned()).or_default();
        chunk.rows.iter().for_each(|row| digest.add(row));
        let room = LISTED.saturating_sub(self.listed.members.len()).max(usize::from(is_first));
        for row in chunk.rows.iter().take(room) {
            self.listed.add(row.clone())?;
        }
        Ok(())
    }

    /// Lists rows that cannot come back, and why.
    fn conflict(&mut self, chunk: &Chunk<'_>, found: Vec<(usize, String)>) -> Result<(), Fault> {
        let mut known = HashSet::new();
        for (at, why) in found.into_iter().filter(|(at, _)| known.insert(*at)) {
            self.conflicts += 1;
            if let Some(row) = chunk.rows.get(at).filter(|_| self.conflicts <= CONFLICTS as u64) {
                let (place, _) = self.listed.add(row.clone())?;
                self.listed.members[place].fate = Fate::Conflict(why);
            }
        }
        Ok(())
    }

    /// Looks for unique keys that the rows would break.
    async fn clash(
        &mut self,
        ground: &Ground,
        wanted: &Wanted<'_>,
        chunk: &Chunk<'_>,
        clashing: &mut BTreeMap<String, bool>,
        asking: &Asking<'_>,
    ) -> Result<(), Fault> {
        let name = chunk.table.name().to_owned();
        let to = (wanted.to)(&chunk.table)?;
        let can_clash = match clashing.get(&name) {
            Some(known) => *known,
            None => clash::is_possible(&chunk.table, &to, asking).await?,
        };
        clashing.insert(name, can_clash);
        if !can_clash {
            return Ok(());
        }
        let mut group = Group::default();
        for row in chunk.rows.iter() {
            group.add(row.clone())?;
        }
        let places = group.back();
        let to = move |_| to.clone();
        let found = clash::of(ground, &group, chunk.table.name(), &places, &to, asking).await?;
        self.conflict(chunk, found.into_iter().map(|clash| (clash.place, clash.why)).collect())
    }
}
