//! Two who want the same rows at the same time, again and again with other timing: one of them gets them or both do, no row is left
//! wrong, nobody is left hanging, and who lost is told what stood in the way. PGDECK_ROUNDS=… plays more of them.

#![cfg(feature = "demo")]

#[path = "support/dice.rs"]
mod dice;
mod support;

use dice::Dice;
use pgdeck::catalog::Library;
use pgdeck::db::{Env, Flags, Target};
use pgdeck::engine::journal::Journal;
use pgdeck::engine::{Engine, Limits};
use pgdeck::model::operation::{Delete, Intent, Plan, Reach, Receipt, Restore, Undo};
use pgdeck::model::{Fault, Kind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use support::operate::Operator;
use support::{Template, TestDb};
use tempfile::TempDir;

const MANIFEST: &str = r#"
name = "toy"
title = "Toy shop"
[match]
tables = ["rooms", "boxes", "things"]
[[table]]
name = "rooms"
key = "id"
word = "room"
audit = { restored = "back", deleted = "gone" }
deleted = { column = "is_active", kind = "boolean", value = false, group = "removal" }
[[table]]
name = "boxes"
key = "id"
word = "box"
audit = { restored = "back", deleted = "gone" }
deleted = { column = "is_active", kind = "boolean", value = false, group = "removal" }
[[table]]
name = "things"
key = "id"
label = "name"
word = "thing"
audit = { restored = "back", deleted = "gone" }
deleted = { column = "is_active", kind = "boolean", value = false, group = "removal" }
[[relation]]
child = "boxes"
parent = "rooms"
columns = "room_id"
cascade = true
[[relation]]
child = "things"
parent = "boxes"
columns = "box_id"
cascade = true
[audit]
table = "log"
at = "at"
actor = "who"
action = "action"
object = "kind"
row = "row"
old = "before"
new = "after"
operation = "operation"
"#;

const TABLES: &str = "
    CREATE SCHEMA shop;
    CREATE TABLE shop.rooms (id integer PRIMARY KEY, is_active boolean NOT NULL DEFAULT true, removal text);
    CREATE TABLE shop.boxes (id integer PRIMARY KEY, room_id integer REFERENCES shop.rooms, is_active boolean NOT NULL DEFAULT true,
      removal text);
    CREATE TABLE shop.things (id integer PRIMARY KEY, box_id integer REFERENCES shop.boxes, name text,
      is_active boolean NOT NULL DEFAULT true, removal text);
    CREATE UNIQUE INDEX things_name ON shop.things (name) WHERE is_active;
    CREATE TABLE shop.log (at timestamptz, who text, action text, kind text, row text, before jsonb, after jsonb, operation uuid);";

/// Two rooms of three boxes of five things each, all of it live.
const ROWS: &str = "
    TRUNCATE shop.rooms, shop.boxes, shop.things, shop.log;
    INSERT INTO shop.rooms SELECT n FROM generate_series(1, 2) AS n;
    INSERT INTO shop.boxes SELECT n, 1 + n % 2 FROM generate_series(1, 6) AS n;
    INSERT INTO shop.things SELECT n, 1 + n % 6, 'thing ' || n FROM generate_series(1, 30) AS n;";

/// What came of what somebody tried.
type Tried = Result<Receipt, Fault>;

/// A shop and two consoles on it.
struct Fight {
    db: TestDb,
    ann: Operator,
    bob: Operator,
    dice: Dice,
    _library: TempDir,
}

impl Fight {
    fn on(major: u32) -> Self {
        let library = TempDir::new().expect("a directory");
        let dir = library.path().join("systems/toy");
        std::fs::create_dir_all(&dir).expect("a directory");
        std::fs::write(dir.join("system.toml"), MANIFEST).expect("a file");
        let db = support::bare_server(Some(major)).fresh_database(Template::Empty);
        db.exec(TABLES);
        let console = || {
            let operator = Operator::on(db.conninfo());
            operator.engine.set_library(Arc::new(Library::load(&[library.path().to_owned()])));
            operator
        };
        let (ann, bob) = (console(), console());
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64);
        Self { db, ann, bob, dice: Dice::of(now), _library: library }
    }

    /// Another console that writes into the journal of the first.
    fn beside_ann(&self) -> Operator {
        let mut beside = Operator::on(self.db.conninfo());
        let flags = Flags { conninfo: Some(self.db.conninfo()), ..Flags::default() };
        let target = Target::resolve(&flags, &Env::default()).unwrap_or_else(|fault| panic!("{fault}"));
        let limits = Limits { statement_timeout_ms: 60_000, lock_timeout_ms: 2000, time_zone: "UTC".to_owned() };
        let library = Arc::new(Library::load(&[self._library.path().to_owned()]));
        let state: &Path = self.ann.state.path();
        beside.engine = Engine::recording(target, library, limits, Journal::within(state));
        beside
    }

    fn anew(&self) {
        self.db.exec(ROWS);
    }

    /// The application deletes a box with what is live in it.
    fn application_deletes(&self, key: u32, removal: &str) -> String {
        format!(
            "BEGIN;
             UPDATE shop.boxes SET is_active = false, removal = '{removal}' WHERE id = {key} AND is_active;
             UPDATE shop.things SET is_active = false, removal = '{removal}' WHERE box_id = {key} AND is_active;
             COMMIT;"
        )
    }

    /// Runs two at once, the second a little later or earlier.
    fn at_once<A: Send, B: Send>(
        &mut self,
        ann: impl FnOnce(&Operator) -> A + Send,
        bob: impl FnOnce(&Operator) -> B + Send,
    ) -> (A, B) {
        let gap = Duration::from_micros(self.dice.below(60_000) as u64);
        let ann_first = self.dice.chance(50);
        let (one, other) = (&self.ann, &self.bob);
        std::thread::scope(|scope| {
            let second = scope.spawn(move || {
                std::thread::sleep(if ann_first { gap } else { Duration::ZERO });
                bob(other)
            });
            std::thread::sleep(if ann_first { Duration::ZERO } else { gap });
            let first = ann(one);
            (first, second.join().expect("the other"))
        })
    }

    /// No live row hangs under a deleted one, what was done is recorded once, nobody waits or was killed.
    fn is_right(&self, what: &str, done: usize) {
        let wrong = self.db.value(
            "SELECT (SELECT count(*) FROM shop.things c JOIN shop.boxes p ON p.id = c.box_id WHERE c.is_active AND NOT p.is_active)
               + (SELECT count(*) FROM shop.boxes c JOIN shop.rooms p ON p.id = c.room_id WHERE c.is_active AND NOT p.is_active)",
        );
        assert_eq!(wrong, "0", "{what}: live rows hang under deleted ones");
        let halves = "SELECT count(*) FROM (SELECT is_active, removal FROM shop.rooms UNION ALL SELECT is_active, removal FROM shop.boxes
            UNION ALL SELECT is_active, removal FROM shop.things) AS q WHERE is_active <> (removal IS NULL)";
        assert_eq!(self.db.value(halves), "0", "{what}: rows are marked by halves");
        assert_eq!(self.db.value("SELECT count(*) FROM shop.log"), done.to_string(), "{what}: the trail");
        let left = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND (state LIKE 'idle in%' OR wait_event_type = 'Lock')",
            self.db.name
        );
        assert_eq!(self.db.value(&left), "0", "{what}: somebody is left in a transaction");
    }

    fn live(&self, table: &str, condition: &str) -> usize {
        let sql = format!("SELECT count(*) FROM shop.{table} WHERE is_active AND {condition}");
        self.db.value(&sql).parse().expect("a number")
    }
}

fn restore(table: &str, keys: &[&str], reach: Reach) -> Intent {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    Intent::Restore(Restore { table: format!("shop.{table}"), keys, reach, ..Restore::default() })
}

fn delete(table: &str, key: &str) -> Intent {
    Intent::Delete(Delete { table: format!("shop.{table}"), keys: vec![key.to_owned()], ..Delete::default() })
}

fn planned(operator: &Operator, intent: Intent) -> Plan {
    let plan = operator.plan(intent).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(plan.refused, None, "{plan:#?}");
    plan
}

/// Who lost was refused, with nothing changed, and told one of these.
fn lost(tried: &Tried, says: &[&str], what: &str) {
    let Err(fault) = tried else { panic!("{what}: not refused: {tried:?}") };
    assert_eq!(fault.kind, Kind::Refused, "{what}: {fault}");
    assert!(fault.message.starts_with("nothing has been changed: "), "{what}: {fault}");
    assert!(!fault.is("40P01"), "{what}: a deadlock: {fault}");
    assert!(says.iter().any(|says| fault.message.contains(says)), "{what}: {fault}");
}

/// One of the two did it, and the other was told one of these.
fn one_of_two(one: &Tried, other: &Tried, says: &[&str], what: &str) {
    match (one, other) {
        (Ok(_), tried) | (tried, Ok(_)) => lost(tried, says, what),
        _ => panic!("{what}: nobody did it: {one:?} {other:?}"),
    }
}

fn done(tried: &[&Tried]) -> usize {
    tried.iter().filter(|tried| tried.is_ok()).count()
}

const CHANGED: &str = "has changed since the plan was made";

fn the_same_restore_twice(fight: &mut Fight) {
    fight.db.exec(&fight.application_deletes(1, "d1"));
    let intent = || restore("boxes", &["1"], Reach::Deletion);
    let (plan, other) = (planned(&fight.ann, intent()), planned(&fight.bob, intent()));
    let (one, other) = fight.at_once(|ann| ann.perform(plan), |bob| bob.perform(other));
    one_of_two(&one, &other, &[CHANGED], "the same restore twice");
    fight.is_right("the same restore twice", 1);
    assert_eq!(fight.live("things", "box_id = 1"), 5);
}

/// The thing comes back and falls again with its box, or it stays because its box has fallen.
fn a_parent_that_falls(fight: &mut Fight) {
    fight.db.exec("UPDATE shop.things SET is_active = false, removal = 'd0' WHERE id = 6");
    let plan = planned(&fight.ann, restore("things", &["6"], Reach::Deletion));
    let deletion = fight.application_deletes(1, "d1");
    let db = fight.db.options("postgres");
    let (tried, ()) = fight.at_once(|ann| ann.perform(plan), |_| apart(db, &deletion).expect("the application waits"));
    if tried.is_err() {
        lost(&tried, &["its box 1 is still deleted"], "a parent that falls");
    }
    fight.is_right("a parent that falls", done(&[&tried]));
    assert_eq!(fight.live("things", "box_id = 1"), 0);
    let own = fight.db.value("SELECT removal FROM shop.things WHERE id = 6");
    assert_eq!(own, if tried.is_ok() { "d1" } else { "d0" });
}

/// The same by another console, which planned before the thing was there.
fn a_parent_that_another_deletes(fight: &mut Fight) {
    fight.db.exec("UPDATE shop.things SET is_active = false, removal = 'd0' WHERE id = 6");
    let plan = planned(&fight.ann, restore("things", &["6"], Reach::Deletion));
    let deletion = planned(&fight.bob, delete("rooms", "2"));
    let (one, other) = fight.at_once(|ann| ann.perform(plan), |bob| bob.perform(deletion));
    let what = "a parent that another deletes";
    one_of_two(&one, &other, &["is still deleted", "below it is live and does not fall with it"], what);
    fight.is_right(what, 1);
    assert_eq!(fight.live("things", "id = 6"), usize::from(one.is_ok()));
}

fn a_name_made_again(fight: &mut Fight) {
    fight.db.exec(&fight.application_deletes(1, "d1"));
    let plan = planned(&fight.ann, restore("boxes", &["1"], Reach::Deletion));
    let wait = fight.dice.below(40) as f64 / 1000.0;
    let made = format!("BEGIN; INSERT INTO shop.things VALUES (99, 2, 'thing 6'); SELECT pg_sleep({wait}); COMMIT;");
    let db = fight.db.options("postgres");
    let (tried, made) = fight.at_once(|ann| ann.perform(plan), |_| apart(db, &made));
    match &made {
        Ok(()) => lost(&tried, &["unique index things_name: the live row id=99"], "a name made again"),
        Err(error) => assert!(error.contains("things_name") && tried.is_ok(), "{error} {tried:?}"),
    }
    fight.is_right("a name made again", done(&[&tried]));
    assert_eq!(fight.live("things", "name = 'thing 6'"), 1);
    assert_eq!(fight.live("things", "box_id = 1"), if tried.is_ok() { 5 } else { 0 });
}

/// A lock is waited for a short while, and not for a long one.
fn a_lock_in_the_way(fight: &mut Fight) {
    fight.db.exec(&fight.application_deletes(1, "d1"));
    let plan = planned(&fight.ann, restore("boxes", &["1"], Reach::Deletion));
    let is_long = fight.dice.chance(50);
    let held = if is_long { 3.5 } else { 0.5 };
    let lock = format!("BEGIN; SELECT FROM shop.things WHERE id = 12 FOR UPDATE; SELECT pg_sleep({held}); COMMIT;");
    let db = fight.db.options("postgres");
    let ann = &fight.ann;
    let (tried, took) = std::thread::scope(|scope| {
        let holder = scope.spawn(|| apart(db, &lock).expect("the lock"));
        std::thread::sleep(Duration::from_millis(200));
        let begun = Instant::now();
        let tried = ann.perform(plan);
        let took = begun.elapsed();
        holder.join().expect("the holder");
        (tried, took)
    });
    if is_long {
        lost(&tried, &["lock timeout"], "a long lock");
        assert!(took < Duration::from_millis(3300), "it was waited for {took:?}");
    } else {
        assert!(tried.is_ok(), "a short lock: {tried:?}");
    }
    fight.is_right("a lock in the way", done(&[&tried]));
    assert_eq!(fight.live("things", "box_id = 1"), if is_long { 0 } else { 5 });
}

fn delete_against_delete(fight: &mut Fight) {
    // The box, and the same box or the room it stands in.
    let (table, key) = if fight.dice.chance(50) { ("rooms", "2") } else { ("boxes", "1") };
    let (plan, other) = (planned(&fight.ann, delete("boxes", "1")), planned(&fight.bob, delete(table, key)));
    let (one, other) = fight.at_once(|ann| ann.perform(plan), |bob| bob.perform(other));
    one_of_two(&one, &other, &[CHANGED], "delete against delete");
    fight.is_right("delete against delete", 1);
    assert_eq!(fight.live("things", "box_id = 1"), 0);
    let removals = "SELECT count(DISTINCT removal) FROM shop.things WHERE NOT is_active";
    assert_eq!(fight.db.value(removals), "1");
}

fn undo_against_undo(fight: &mut Fight) {
    fight.db.exec(&fight.application_deletes(1, "d1"));
    let receipt = fight.ann.carry_out(restore("boxes", &["1"], Reach::Deletion)).expect("restored");
    fight.bob = fight.beside_ann();
    let undo = || Intent::Undo(Undo::of(receipt.id.clone()));
    let (plan, other) = (planned(&fight.ann, undo()), planned(&fight.bob, undo()));
    let (one, other) = fight.at_once(|ann| ann.perform(plan), |bob| bob.perform(other));
    one_of_two(&one, &other, &[CHANGED, "was undone already"], "undo against undo");
    fight.is_right("undo against undo", 2);
    assert_eq!(fight.db.value("SELECT count(*) FROM shop.things WHERE removal = 'd1'"), "5");
}

/// Two deletions below one deleted room, each asked for with the room, their boxes named in opposite order.
fn overlapping_restores(fight: &mut Fight) {
    for (key, removal) in [(1, "d1"), (3, "d2"), (5, "d3")] {
        fight.db.exec(&fight.application_deletes(key, removal));
    }
    fight.db.exec("UPDATE shop.rooms SET is_active = false, removal = 'd4' WHERE id = 2");
    let one = restore("boxes", &["1", "3"], Reach::WithParents);
    let other = restore("boxes", &["5", "3"], Reach::WithParents);
    let (plan, other) = (planned(&fight.ann, one), planned(&fight.bob, other));
    let (one, other) = fight.at_once(|ann| ann.perform(plan), |bob| bob.perform(other));
    one_of_two(&one, &other, &[CHANGED], "overlapping restores");
    fight.is_right("overlapping restores", 1);
    assert_eq!((fight.live("boxes", "room_id = 2"), fight.live("things", "box_id IN (1, 3, 5)")), (2, 10));
}

/// A restore, and an undo of an earlier one that brings the same room's box down again.
fn a_restore_against_an_undo(fight: &mut Fight) {
    for (key, removal) in [(1, "d1"), (3, "d2")] {
        fight.db.exec(&fight.application_deletes(key, removal));
    }
    fight.db.exec("UPDATE shop.rooms SET is_active = false, removal = 'd3' WHERE id = 2");
    fight.db.exec("UPDATE shop.boxes SET is_active = false, removal = 'd3' WHERE id = 5");
    fight.db.exec("UPDATE shop.things SET is_active = false, removal = 'd3' WHERE box_id = 5");
    let receipt = fight.ann.carry_out(restore("boxes", &["1"], Reach::WithParents)).expect("restored");
    let undo = planned(&fight.ann, Intent::Undo(Undo::of(receipt.id)));
    let plan = planned(&fight.bob, restore("boxes", &["3"], Reach::Deletion));
    let (one, other) = fight.at_once(|ann| ann.perform(undo), |bob| bob.perform(plan));
    let what = "a restore against an undo";
    one_of_two(&one, &other, &["is still deleted", "the box \"3\" below it is live"], what);
    fight.is_right(what, 2);
}

/// A statement of the application on a session of its own, which waits as long as it must.
fn apart(options: sqlx::postgres::PgConnectOptions, sql: &str) -> Result<(), String> {
    use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
    support::wait(Box::pin(async move {
        let mut session = options.connect().await.map_err(|error| error.to_string())?;
        let done = session.execute(AssertSqlSafe(sql.to_owned())).await;
        session.close().await.map_err(|error| error.to_string())?;
        done.map(drop).map_err(|error| error.to_string())
    }))
}

fn fights(major: u32) {
    let rounds: usize = std::env::var("PGDECK_ROUNDS").ok().and_then(|count| count.parse().ok()).unwrap_or(4);
    let mut fight = Fight::on(major);
    type Named = (&'static str, fn(&mut Fight));
    let all: [Named; 9] = [
        ("the same restore twice", the_same_restore_twice),
        ("a parent that falls", a_parent_that_falls),
        ("a parent that another deletes", a_parent_that_another_deletes),
        ("a name made again", a_name_made_again),
        ("a lock in the way", a_lock_in_the_way),
        ("delete against delete", delete_against_delete),
        ("undo against undo", undo_against_undo),
        ("overlapping restores", overlapping_restores),
        ("a restore against an undo", a_restore_against_an_undo),
    ];
    for (name, fought) in all {
        let begun = Instant::now();
        // A long lock takes its time.
        let rounds = if name == "a lock in the way" { rounds.div_ceil(2) } else { rounds };
        for _ in 0..rounds {
            fight.anew();
            fought(&mut fight);
        }
        eprintln!("{major}: {name}: {rounds} rounds in {:?}", begun.elapsed());
    }
    let deadlocks = format!("SELECT deadlocks FROM pg_stat_database WHERE datname = '{}'", fight.db.name);
    assert_eq!(fight.db.value(&deadlocks), "0", "nobody was killed to let another go on");
}

#[test]
fn two_at_once_leave_no_wrong_row_on_13() {
    fights(13);
}

#[test]
fn two_at_once_leave_no_wrong_row_on_15() {
    fights(15);
}

#[test]
fn two_at_once_leave_no_wrong_row_on_18() {
    fights(18);
}
