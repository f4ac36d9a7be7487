//! Deleted rows come back exactly, and go again exactly, whatever the tables look like: worlds of tables and rows made up at
//! random, compared row by row before and after. A failure names its seed; PGDECK_SEED=… runs that one alone.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
#[path = "support/dice.rs"]
mod dice;
#[path = "exact/shape.rs"]
mod shape;
#[path = "exact/stage.rs"]
mod stage;
mod support;
#[path = "exact/world.rs"]
mod world;

use ask::limits;
use dice::Dice;
use pgdeck::catalog::Library;
use pgdeck::db::{Env, Flags, Target};
use pgdeck::engine::journal::Journal;
use pgdeck::engine::{Engine, Stop};
use pgdeck::model::operation::{Delete, Intent, OnConflict, Plan, Reach, Receipt, Restore, RowRef, Undo};
use pgdeck::model::{Fault, Outcome, Request};
use shape::{Grouping, Shape};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row as _};
use stage::Manner;
use std::cell::RefCell;
use std::time::{Duration, Instant, SystemTime};
use support::{Template, TestDb};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use world::{Rows, Verdict, World};

/// A world in a database, and an engine that knows its manifest.
struct Scene<'a> {
    runtime: &'a Runtime,
    session: RefCell<PgConnection>,
    engine: Engine,
    world: World,
    /// What was done, for a person who reads of a failure.
    told: Vec<String>,
    _state: TempDir,
}

/// Rows that are asked for, all of one table, and how.
#[derive(Clone, Debug, Default)]
struct Asked {
    rows: Vec<usize>,
    reach: Reach,
    on_conflict: OnConflict,
    without: Rows,
    /// How it was before it was deleted, to be compared with what comes back.
    before: Option<Vec<String>>,
}

/// What went wrong, or nothing.
type Held = Result<(), String>;

impl<'a> Scene<'a> {
    fn set(db: &'a TestDb, runtime: &'a Runtime, world: World) -> Self {
        let state = TempDir::new().expect("a directory");
        let dir = state.path().join("library/systems/toy");
        std::fs::create_dir_all(&dir).expect("a directory");
        std::fs::write(dir.join("system.toml"), world.shape.manifest()).expect("a file");
        let session = runtime.block_on(db.options("postgres").connect()).unwrap_or_else(|error| panic!("{error}"));
        let flags = Flags { conninfo: Some(db.conninfo()), ..Flags::default() };
        let target = Target::resolve(&flags, &Env::default()).unwrap_or_else(|fault| panic!("{fault}"));
        let library = std::sync::Arc::new(Library::load(&[state.path().join("library")]));
        let engine = Engine::recording(target, library, limits("UTC"), Journal::within(state.path()));
        let scene = Self { runtime, session: RefCell::new(session), engine, world, told: Vec::new(), _state: state };
        scene.exec("SET client_min_messages = error; DROP SCHEMA IF EXISTS shop CASCADE");
        scene.exec(&scene.world.schema());
        scene
    }

    fn exec(&self, sql: &str) {
        let mut session = self.session.borrow_mut();
        let done = self.runtime.block_on(session.execute(AssertSqlSafe(sql.to_owned())));
        done.unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }

    /// The one column of a query.
    fn texts(&self, sql: &str) -> Vec<String> {
        let mut session = self.session.borrow_mut();
        let rows = self.runtime.block_on(session.fetch_all(AssertSqlSafe(sql.to_owned())));
        rows.unwrap_or_else(|error| panic!("{error}\n{sql}")).iter().map(|row| row.get(0)).collect()
    }

    fn ask(&self, request: Request) -> Result<Outcome, Fault> {
        self.runtime.block_on(self.engine.run(request, Stop::never(), &|_| ()))
    }

    fn plan(&mut self, intent: Intent) -> Result<Plan, String> {
        self.told.push(format!("{intent:?}"));
        match self.ask(Request::Plan(intent)) {
            Ok(Outcome::Plan(plan)) => Ok(plan),
            Ok(other) => Err(format!("no plan: {other:?}")),
            Err(fault) => Err(format!("no plan: {fault}")),
        }
    }

    fn perform(&mut self, plan: Plan) -> Result<Receipt, String> {
        if let Some(why) = &plan.refused {
            return Err(format!("refused: {why}"));
        }
        match self.ask(Request::Perform(Box::new(plan))) {
            Ok(Outcome::Receipt(receipt)) => Ok(receipt),
            Ok(other) => Err(format!("no receipt: {other:?}")),
            Err(fault) => Err(format!("not done: {fault} {:?}", fault.detail)),
        }
    }

    fn snapshot(&self) -> Vec<String> {
        self.texts(&self.world.snapshot_sql())
    }

    /// What the database keeps itself is right too.
    fn counted(&self) -> Held {
        if !self.world.shape.triggers {
            return Ok(());
        }
        for sql in self.world.miscounted_sql() {
            let wrong = self.texts(&sql);
            if !wrong.is_empty() {
                return Err(format!("miscounted: {wrong:?}"));
            }
        }
        Ok(())
    }

    fn is(&self, wanted: &[String], what: &str) -> Held {
        let now = self.snapshot();
        if now == wanted {
            return self.counted().map_err(|why| format!("{what}: {why}"));
        }
        let only = |some: &[String], others: &[String]| -> Vec<String> {
            some.iter().filter(|line| !others.contains(line)).cloned().collect()
        };
        let (lost, new) = (only(wanted, &now), only(&now, wanted));
        Err(format!("{what} is not what it should be\n  should be there: {lost:#?}\n  is there: {new:#?}"))
    }

    /// The application deletes.
    fn deletes(&mut self, dice: &mut Dice, roots: &[usize]) -> Rows {
        let rows = self.world.falling(roots);
        let deletion = self.world.delete(&rows);
        let nests = dice.chance(40) && !self.world.shape.is_fragile();
        let manner = if nests { Manner::Nested } else { Manner::Plain };
        self.told.push(format!("deletion {deletion} ({manner:?}) of {roots:?}: {rows:?}"));
        self.exec(&self.world.deletion_sql(dice, &rows, deletion, manner));
        rows
    }

    /// pgdeck deletes: what the application would have.
    fn deletes_itself(&mut self, roots: &[usize]) -> Result<Rows, String> {
        let rows = self.world.falling(roots);
        let (table, keys) = self.names(roots);
        let before = self.snapshot();
        let plan = self.plan(Intent::Delete(Delete { table, keys, ..Delete::default() }))?;
        self.perform(plan).map_err(|why| format!("deleting {roots:?}: {why}"))?;
        let after = self.snapshot();
        let new = after.iter().filter(|line| !before.contains(line)).count();
        if new != rows.len() || after.len() != before.len() {
            return Err(format!("{} rows should have fallen ({rows:?}), and {new} did", rows.len()));
        }
        self.world.delete(&rows);
        Ok(rows)
    }

    /// A live row with the name of a deleted one, where that is allowed.
    fn recreates(&mut self, dice: &mut Dice, among: &[usize]) -> bool {
        let is_unique = |row: &usize| {
            let own = &self.world.rows[*row];
            let taken = |other: &world::Row| other.fell.is_none() && other.sheet == own.sheet && other.name == own.name;
            self.world.shape.sheets[own.sheet].unique.is_some() && !self.world.rows.iter().any(taken)
        };
        let dead: Vec<usize> = among.iter().copied().filter(is_unique).collect();
        let Some(dead) = dice.pick(&dead) else { return false };
        let (sheet, name) = (self.world.rows[dead].sheet, self.world.rows[dead].name.clone());
        let new = self.world.grow(dice, sheet, name, &|_| true);
        self.told.push(format!("{new} is made with the name of {dead}"));
        self.exec(&self.world.insert(new));
        true
    }

    /// What happened before: rows deleted alone and with what hung under them, and made again.
    fn past(&mut self, dice: &mut Dice, size: usize) {
        for _ in 0..dice.below(size) {
            let live = self.world.live();
            let count = 1 + dice.below(2);
            let roots = dice.some(&live, count);
            let fallen: Vec<usize> = self.deletes(dice, &roots).into_iter().collect();
            if dice.chance(50) {
                self.recreates(dice, &fallen);
            }
        }
    }

    /// Rows of one table, as an intent names them.
    fn names(&self, rows: &[usize]) -> (String, Vec<String>) {
        let sheet = self.world.rows[rows[0]].sheet;
        let keys = rows.iter().map(|row| self.world.key_text(*row)).collect();
        (format!("shop.{}", self.world.shape.sheets[sheet].name), keys)
    }

    fn intent(&self, asked: &Asked) -> Intent {
        let (table, keys) = self.names(&asked.rows);
        let one = |row: &usize| {
            let (table, keys) = self.names(&[*row]);
            RowRef { table, key: keys.into_iter().next().unwrap_or_default() }
        };
        let without = asked.without.iter().map(one).collect();
        let Asked { reach, on_conflict, .. } = *asked;
        Intent::Restore(Restore { table, keys, reach, on_conflict, without, ..Restore::default() })
    }

    /// Asks for rows to be restored, and holds the plan and what comes of it against what is known. Then there and back.
    fn comes_back(&mut self, asked: &Asked) -> Held {
        let deleted = self.snapshot();
        let wanted = match asked.reach {
            Reach::Only => asked.rows.iter().copied().collect(),
            Reach::WithParents => self.world.with_parents(self.world.fallen_with(&asked.rows)),
            Reach::Whole => self.world.fallen_at_once(&asked.rows),
            Reach::Deletion => self.world.fallen_with(&asked.rows),
        };
        let wanted = self.world.left_out(wanted, &asked.without);
        let verdict = self.world.judge(&wanted);
        if verdict.open {
            return Ok(());
        }
        let plan = self.plan(self.intent(asked))?;
        let skips = asked.on_conflict == OnConflict::Skip;
        if let Some(says) = refusal(&verdict, skips) {
            return self.is_refused(plan, says, &deleted);
        }
        let back = if skips { verdict.back } else { wanted };
        self.perform(plan)?;
        let restored = self.snapshot();
        self.only_these_moved(&deleted, &restored, &back)?;
        let mut after = self.world.clone();
        back.iter().for_each(|row| after.rows[*row].fell = None);
        let before = std::mem::replace(&mut self.world, after.clone());
        self.is(asked.before.as_ref().unwrap_or(&restored), "the restored")?;
        let there_and_back = if asked.before.is_some() { 3 } else { 1 };
        let ways = [(&deleted, &before), (&restored, &after), (&deleted, &before)];
        for (round, (wanted, world)) in ways.into_iter().take(there_and_back).enumerate() {
            let plan = self.plan(Intent::Undo(Undo::default()))?;
            self.perform(plan).map_err(|why| format!("undo {round}: {why}"))?;
            self.world = world.clone();
            self.is(wanted, &format!("undo {round}"))?;
        }
        Ok(())
    }

    fn is_refused(&mut self, plan: Plan, says: &str, before: &[String]) -> Held {
        match &plan.refused {
            Some(why) if why.contains(says) => {}
            other => return Err(format!("refused with {other:?}, and should be with {says:?}: {plan:?}")),
        }
        match self.perform(plan) {
            Ok(receipt) => Err(format!("refused and done all the same: {receipt:?}")),
            Err(_) => self.is(before, "what was refused"),
        }
    }

    /// As many rows differ as came back, no more and no fewer, and they are live now.
    fn only_these_moved(&self, before: &[String], after: &[String], back: &Rows) -> Held {
        let new = after.iter().filter(|line| !before.contains(line)).count();
        if before.len() != after.len() || new != back.len() {
            return Err(format!("{} rows should have come back ({back:?}), and {new} did", back.len()));
        }
        let live: Vec<String> = back.iter().map(|row| self.world.is_live_sql(*row)).collect();
        let counts = self.texts(&live.join(" UNION ALL "));
        if let Some(row) = back.iter().zip(counts).find_map(|(row, count)| (count != "1").then_some(row)) {
            return Err(format!("row {row} did not come back"));
        }
        Ok(())
    }
}

/// What the refusal of a plan has to say; None where it must not be refused.
fn refusal(verdict: &Verdict, skips: bool) -> Option<&'static str> {
    match () {
        () if verdict.is_empty() || (skips && verdict.back.is_empty()) => Some("there is nothing to restore"),
        () if skips => None,
        () if !verdict.orphaned.is_empty() && verdict.taken.is_empty() => Some("is still deleted"),
        () if !verdict.taken.is_empty() && verdict.orphaned.is_empty() => Some("one_name_"),
        () if !verdict.taken.is_empty() => Some(""),
        () => None,
    }
}

/// One world, from its first deletion to the last undo.
fn plays(db: &TestDb, runtime: &Runtime, seed: u64, size: usize, triggers: bool) -> Held {
    let mut dice = Dice::of(seed);
    let shape = Shape::roll(&mut dice, size, triggers);
    let world = World::roll(&mut dice, shape, size);
    let mut scene = Scene::set(db, runtime, world);
    let held = play(&mut scene, &mut dice, size);
    held.map_err(|why| {
        format!("{why}\n{}\n{}\n{}", scene.told.join("\n"), scene.world.told(), scene.world.shape.manifest())
    })
}

fn play(scene: &mut Scene<'_>, dice: &mut Dice, size: usize) -> Held {
    scene.counted()?;
    scene.past(dice, size);
    let (world, before) = (scene.world.clone(), scene.snapshot());
    let live = scene.world.live();
    let Some(first) = dice.pick(&live) else { return Ok(()) };
    let alike: Vec<usize> =
        live.iter().copied().filter(|row| world.rows[*row].sheet == world.rows[first].sheet).collect();
    let count = 1 + dice.below(3);
    let roots = dice.some(&alike, count);
    let itself = dice.chance(50);
    let fallen = if itself { scene.deletes_itself(&roots)? } else { scene.deletes(dice, &roots) };
    let deleted = scene.snapshot();
    let says = refusal(&scene.world.judge(&fallen), false);
    if let Some(says) = says.filter(|_| itself) {
        let plan = scene.plan(Intent::Undo(Undo::default()))?;
        scene.is_refused(plan, says, &deleted)?;
    } else if itself {
        let now = scene.world.clone();
        for (wanted, then, what) in [(&before, &world, "the deletion undone"), (&deleted, &now, "that undone")] {
            let plan = scene.plan(Intent::Undo(Undo::default()))?;
            scene.perform(plan).map_err(|why| format!("{what}: {why}"))?;
            scene.world = then.clone();
            scene.is(wanted, what)?;
        }
    }

    // pgdeck has no number to give to a deletion, so the versions tell.
    let is_fragile = scene.world.shape.is_fragile() || (itself && scene.world.shape.has_numbers());

    // The whole of it, by its roots: everything is as if nothing had been deleted.
    if scene.world.fallen_with(&roots) != fallen {
        return Err(format!("the test itself: {roots:?} do not lead to {fallen:?}"));
    }
    let whole = Asked { rows: roots, ..Asked::default() };
    scene.comes_back(&Asked { before: Some(before), ..whole.clone() })?;
    let fallen: Vec<usize> = fallen.into_iter().collect();
    if scene.recreates(dice, &fallen) {
        scene.comes_back(&whole)?;
        if !is_fragile {
            scene.comes_back(&Asked { on_conflict: OnConflict::Skip, ..whole })?;
        }
    }
    parts(scene, dice, is_fragile)
}

/// Any row that is deleted, in any way that can be asked for.
fn parts(scene: &mut Scene<'_>, dice: &mut Dice, is_fragile: bool) -> Held {
    let dead: Vec<usize> = (0..scene.world.rows.len()).filter(|row| scene.world.rows[*row].fell.is_some()).collect();
    let at_once = !is_fragile && matches!(scene.world.shape.grouping, Grouping::Time | Grouping::Id);
    // An undo of a part leaves another version than the rest has.
    let rounds = if is_fragile { 1 } else { 3 };
    for _ in 0..rounds {
        let Some(row) = dice.pick(&dead) else { break };
        let reaches = [Reach::Deletion, Reach::Only, Reach::WithParents, Reach::Whole];
        let reach = dice.pick(&reaches).filter(|reach| at_once || *reach != Reach::Whole).unwrap_or_default();
        let on_conflict = if dice.chance(50) { OnConflict::Abort } else { OnConflict::Skip };
        let others: Vec<usize> = scene.world.fallen_with(&[row]).into_iter().collect();
        let leaves_out = dice.chance(40) && matches!(reach, Reach::Deletion | Reach::Whole);
        let without = if leaves_out { dice.some(&others, 1) } else { Vec::new() };
        let without = without.into_iter().collect();
        scene.comes_back(&Asked { rows: vec![row], reach, on_conflict, without, before: None })?;
    }
    Ok(())
}

const SIZE: usize = 6;

/// Plays worlds for so long, the first ones always the same; a failure is made as small as its seed allows.
fn hold(major: Option<u32>, budget: Duration, triggers: bool) {
    let db = support::bare_server(major).fresh_database(Template::Empty);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let begun = Instant::now();
    let own: Option<u64> = std::env::var("PGDECK_SEED").ok().and_then(|seed| seed.parse().ok());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64);
    let mut random = Dice::of(now);
    let mut played = 0;
    while played == 0 || (own.is_none() && begun.elapsed() < budget) {
        // Fixed ones and new ones take turns.
        let seed = own.unwrap_or_else(|| if played % 2 == 0 { played } else { random.next() % 1_000_000_000 });
        played += 1;
        let Err(why) = plays(&db, &runtime, seed, SIZE, triggers) else { continue };
        let smaller = (1..SIZE).find_map(|size| Some((size, plays(&db, &runtime, seed, size, triggers).err()?)));
        let (size, why) = smaller.unwrap_or((SIZE, why));
        panic!("PGDECK_SEED={seed} (size {size}, triggers {triggers}, server {major:?}): {why}");
    }
    eprintln!("{played} worlds in {:?}", begun.elapsed());
}

#[test]
fn what_was_deleted_comes_back_exactly() {
    hold(None, Duration::from_secs(20), false);
}

#[test]
fn what_was_deleted_comes_back_past_triggers_too() {
    hold(None, Duration::from_secs(20), true);
}

#[test]
fn what_was_deleted_comes_back_on_old_and_new_servers() {
    for major in [13, 18] {
        hold(Some(major), Duration::from_secs(4), false);
        hold(Some(major), Duration::from_secs(4), true);
    }
}
