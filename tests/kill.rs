//! Whatever is killed in the middle of a restore, the server or pgdeck or both: all of it happened or nothing, the journal and
//! the trail say the same as the data, and who looks next is told which it was. PGDECK_KILLS=200 for the full number.

#![cfg(feature = "demo")]

#[path = "support/dice.rs"]
mod dice;
#[path = "connect/server.rs"]
mod own_server;
#[path = "kill/shop.rs"]
mod shop;

use dice::Dice;
use own_server::{Server, free_port};
use pgdeck::engine::Stop;
use pgdeck::engine::journal::{Entry, Event, Journal};
use pgdeck::model::operation::Ending;
use pgdeck::model::{Kind, Outcome, Request};
use shop::{MANY, SOME, Shop, Truth, said};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;

/// So many are killed, of all kinds together.
fn kills() -> usize {
    std::env::var("PGDECK_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(24)
}

fn dice() -> Dice {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64);
    eprintln!("seed {now}");
    Dice::of(now)
}

const RESTORE: &[&str] = &["restore", "shop.boxes", "1", "--write", "--yes"];

/// How long a restore takes: the command from its start, and from the line that announces the change.
#[derive(Clone, Copy, Debug)]
struct Measured {
    whole: Duration,
    changing: Duration,
}

/// Waits for the line in the journal that a change is about to be made.
fn announced(state: &Path) -> Instant {
    let until = Instant::now() + Duration::from_secs(30);
    while std::fs::metadata(state.join("journal.jsonl")).map_or(0, |file| file.len()) == 0 {
        assert!(Instant::now() < until, "nothing is announced");
        std::thread::sleep(Duration::from_millis(1));
    }
    Instant::now()
}

impl Measured {
    fn on(shop: &Shop) -> Self {
        let state = TempDir::new().expect("a directory");
        let begun = Instant::now();
        let mut child = shop.command(state.path(), RESTORE).spawn().expect("pgdeck starts");
        let announced = announced(state.path());
        let done = child.wait().expect("its end");
        let measured = Self { whole: begun.elapsed(), changing: announced.elapsed() };
        assert!(done.success() && shop.truth().is_back, "{done}");
        shop.reset();
        measured
    }

    /// Lets a moment of the restore pass, or one just after it; most often one between the announcement and the end.
    fn pass(self, dice: &mut Dice, state: &Path) -> String {
        let part = dice.below(1100) as f64 / 1000.0;
        if dice.chance(20) {
            let after = self.whole.mul_f64(part);
            std::thread::sleep(after);
            return format!("killed {after:?} after the start");
        }
        announced(state);
        let after = self.changing.mul_f64(part);
        std::thread::sleep(after);
        format!("killed {after:?} after it was announced")
    }
}

/// What the next start says of an operation without an end, and the journal afterwards, hold with the data.
fn next_start(shop: &Shop, state: &Path, truth: Truth, has_trail: bool, what: &str) {
    let entries = Journal::within(state).read();
    let begun = entries.iter().any(|entry| entry.event == Event::Intent);
    let known = said(&entries);
    match known {
        Some(Ending::Done) => assert!(truth.is_back, "{what}: the journal says done: {truth:?}"),
        Some(Ending::RolledBack) => assert!(!truth.is_back, "{what}: the journal says rolled back: {truth:?}"),
        _ => assert!(begun || !truth.is_back, "{what}: done without a line in the journal: {truth:?}"),
    }
    assert!(!has_trail || truth.is_back == truth.is_recorded, "{what}: {truth:?}");
    let engine = shop.engine(state);
    engine.look_back();
    let survey = shop.runtime.block_on(engine.run(Request::Survey, Stop::never(), &|_| ()));
    let Ok(Outcome::Survey(survey)) = survey else { panic!("{what}: no survey: {survey:?}") };
    let notes = survey.notes.join("\n");
    if !begun || matches!(known, Some(Ending::Done | Ending::RolledBack)) {
        assert!(!notes.contains("no end"), "{what}: {notes}");
        return;
    }
    let says = match (truth.is_back, has_trail) {
        (true, true) => "had no end in the journal and was done: its audit row is there",
        (false, _) => "had no end in the journal and was rolled back: its rows are as they were before",
        // Rows that are live again may have been restored by anybody.
        (true, false) => "nobody knows whether it happened",
    };
    assert!(notes.contains(says), "{what}: {truth:?}, and it says {notes}");
    let after = said(&Journal::within(state).read());
    let settled = if truth.is_back { Ending::Done } else { Ending::RolledBack };
    assert_eq!(after, (!truth.is_back || has_trail).then_some(settled), "{what}");
}

/// Starts the restore, kills the program at some moment, and looks.
fn console(shop: &Shop, dice: &mut Dice, measured: Measured, has_trail: bool) -> bool {
    let state = TempDir::new().expect("a directory");
    let mut child = shop.command(state.path(), RESTORE).spawn().expect("pgdeck starts");
    let what = format!("pgdeck {}", measured.pass(dice, state.path()));
    child.kill().expect("it is ours");
    child.wait().expect("its end");
    shop.is_quiet();
    let truth = shop.truth();
    next_start(shop, state.path(), truth, has_trail, &what);
    shop.reset();
    truth.is_back
}

/// The same with the server, which is started again at once: the program waits for it and finds out.
fn server(shop: &mut Shop, dice: &mut Dice, measured: Measured, has_trail: bool) -> bool {
    let state = TempDir::new().expect("a directory");
    let engine = shop.engine(state.path());
    let plan = shop.plan(&engine);
    let runtime = shop.runtime.handle().clone();
    let running = std::thread::spawn(move || {
        runtime.block_on(engine.run(Request::Perform(Box::new(plan)), Stop::never(), &|_| ()))
    });
    let what = format!("server {}", measured.pass(dice, state.path()));
    shop.crashes();
    let ended = running.join().expect("the restore");
    let truth = shop.truth();
    match &ended {
        Ok(_) => assert!(truth.is_back, "{what}: {ended:?}"),
        Err(fault) => {
            assert!(!truth.is_back, "{what}: {fault}");
            assert!([Kind::Connection, Kind::Query].contains(&fault.kind), "{what}: {:?} {fault}", fault.kind);
        }
    }
    next_start(shop, state.path(), truth, has_trail, &what);
    shop.reset();
    truth.is_back
}

/// Both at once: nobody is left who saw anything.
fn both(shop: &mut Shop, dice: &mut Dice, measured: Measured, has_trail: bool) -> bool {
    let state = TempDir::new().expect("a directory");
    let mut child = shop.command(state.path(), RESTORE).spawn().expect("pgdeck starts");
    let what = format!("both {}", measured.pass(dice, state.path()));
    child.kill().expect("it is ours");
    shop.crashes();
    child.wait().expect("its end");
    let truth = shop.truth();
    next_start(shop, state.path(), truth, has_trail, &what);
    shop.reset();
    truth.is_back
}

fn hold(has_trail: bool, things: usize) {
    let mut shop = Shop::open(None, has_trail, things, &[]);
    let mut dice = dice();
    let measured = Measured::on(&shop);
    let count = kills().div_ceil(4);
    let mut back = 0;
    for n in 0..count {
        back += usize::from(match n % 4 {
            0 => server(&mut shop, &mut dice, measured, has_trail),
            1 => both(&mut shop, &mut dice, measured, has_trail),
            _ => console(&shop, &mut dice, measured, has_trail),
        });
    }
    eprintln!("{count} kills within {measured:?}: {back} had happened");
    assert!(count < 50 || (back > 0 && back < count), "the moments are not spread over it: {back} of {count}");
}

#[test]
fn a_killed_restore_happened_or_not_and_the_trail_tells() {
    hold(true, SOME);
}

#[test]
fn a_killed_restore_happened_or_not_without_a_trail() {
    hold(false, SOME);
}

#[test]
fn a_killed_restore_of_many_rows_happened_or_not() {
    hold(true, MANY);
}

#[test]
fn a_killed_restore_of_many_rows_happened_or_not_without_a_trail() {
    hold(false, MANY);
}

/// The restore waits at its COMMIT, until somebody lets go of a lock.
fn waits_at_commit(shop: &Shop) {
    // SET CONSTRAINTS fires it a first time, where it puts itself off to the real end.
    shop.exec(
        "CREATE TABLE shop.once (n integer); INSERT INTO shop.once VALUES (0);
         CREATE FUNCTION shop.waits() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
           IF current_setting('test.fired', true) = 'yes' THEN
             PERFORM pg_advisory_xact_lock(1);
           ELSE
             PERFORM set_config('test.fired', 'yes', true);
             SET CONSTRAINTS ALL DEFERRED;
             UPDATE shop.once SET n = n + 1;
           END IF;
           RETURN NULL;
         END $$;
         CREATE CONSTRAINT TRIGGER waits AFTER UPDATE ON shop.boxes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
           WHEN (NEW.is_active AND NOT OLD.is_active) EXECUTE FUNCTION shop.waits();
         CREATE CONSTRAINT TRIGGER waits AFTER UPDATE ON shop.once DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
           EXECUTE FUNCTION shop.waits();",
    );
}

/// The crash forgets the restore with its transaction id, and the next one to get that id touches one of its rows.
#[test]
fn an_id_that_is_given_again_proves_nothing() {
    for (has_trail, things) in [(true, SOME), (false, SOME), (false, MANY)] {
        let mut shop = Shop::open(None, has_trail, things, &[]);
        waits_at_commit(&shop);
        let mut holder = shop.runtime.block_on(sqlx::ConnectOptions::connect(&shop.options())).expect("a session");
        let lock = sqlx::Executor::execute(&mut holder, "SELECT pg_advisory_lock(1)");
        shop.runtime.block_on(lock).expect("the lock");
        let state = TempDir::new().expect("a directory");
        let engine = shop.engine(state.path());
        let plan = shop.plan(&engine);
        let runtime = shop.runtime.handle().clone();
        let running = std::thread::spawn(move || {
            runtime.block_on(engine.run(Request::Perform(Box::new(plan)), Stop::never(), &|_| ()))
        });
        let waiting = "SELECT backend_xid FROM pg_stat_activity WHERE wait_event = 'advisory' LIMIT 1";
        let until = Instant::now() + Duration::from_secs(20);
        let lost = loop {
            let lost = shop.value(waiting);
            if !lost.is_empty() {
                break lost.parse::<u64>().expect("a number");
            }
            assert!(Instant::now() < until, "it does not come to its end");
            std::thread::sleep(Duration::from_millis(20));
        };
        let port = shop.server.port;
        shop.server.crash();
        // At another port nobody looks for it.
        shop.server.again(free_port());
        assert!(!shop.truth().is_back);
        let next =
            || shop.value("SELECT txid_snapshot_xmax(txid_current_snapshot())").parse::<u64>().expect("a number");
        assert!(next() <= lost, "the crash lost nothing");
        while next() < lost {
            shop.value("SELECT txid_current()");
        }
        shop.exec("UPDATE shop.things SET note = 'somebody else' WHERE id = 3");
        assert_eq!(shop.value("SELECT xmin FROM shop.things WHERE id = 3"), lost.to_string());
        shop.server.crash();
        shop.server.again(port);
        let ended = running.join().expect("the restore");
        let fault = ended.expect_err("it did not happen");
        assert!(!shop.truth().is_back);
        assert!([Kind::Connection, Kind::InDoubt].contains(&fault.kind), "{fault}");
        let ending = said(&Journal::within(state.path()).read());
        assert!([Some(Ending::RolledBack), Some(Ending::InDoubt)].contains(&ending), "{ending:?}");
        // A journal that knows of the beginning alone is not misled either.
        begun_alone(state.path());
        let engine = shop.engine(state.path());
        engine.look_back();
        let survey = shop.runtime.block_on(engine.run(Request::Survey, Stop::never(), &|_| ()));
        let Ok(Outcome::Survey(survey)) = survey else { panic!("no survey: {survey:?}") };
        assert!(!survey.notes.join("\n").contains("was done"), "{:?}", survey.notes);
    }
}

/// Leaves the journal as a program leaves it that is killed before the end is known.
fn begun_alone(state: &Path) {
    let journal = Journal::within(state);
    let first = journal.read().into_iter().next().expect("the beginning");
    let mut child = std::process::Command::new("true").spawn().expect("a process");
    child.wait().expect("its end");
    std::fs::remove_file(state.join("journal.jsonl")).expect("the journal");
    journal.write(&Entry { pid: child.id(), process: None, ..first }).expect("a line");
}

/// A standby takes over: what had reached it happened, and what had not is as if it never was.
#[test]
fn a_standby_that_took_over_tells_what_reached_it() {
    for reached in [true, false] {
        let shop = Shop::open(Some(18), true, SOME, &["wal_level=replica"]);
        let mut backup = shop.runtime.block_on(sqlx::ConnectOptions::connect(&shop.options())).expect("a session");
        let begin = sqlx::Executor::execute(&mut backup, "SELECT pg_backup_start('standby', true)");
        shop.runtime.block_on(begin).expect("a backup");
        let standby = Server::standby(Some(18), &shop.server, shop::SETTINGS, || {
            let end = sqlx::Executor::fetch_one(&mut backup, "SELECT labelfile FROM pg_backup_stop(false)");
            sqlx::Row::get(&shop.runtime.block_on(end).expect("a label"), 0)
        });
        let asked = |sql: &str| shop::value(&shop.runtime, shop::options(&standby), sql);
        let until = |so: &dyn Fn() -> bool, what: &str| {
            let end = Instant::now() + Duration::from_secs(30);
            while !so() {
                assert!(Instant::now() < end, "not so: {what}");
                std::thread::sleep(Duration::from_millis(20));
            }
        };
        until(&|| asked("SELECT count(*) FROM shop.things") != "0", "the standby has the rows");
        let state = TempDir::new().expect("a directory");
        let engine = shop.engine(state.path());
        let plan = shop.plan(&engine);
        if !reached {
            let rules = shop.server.directory().join("data/pg_hba.conf");
            std::fs::write(rules, "local all all trust\n").expect("the rules");
            shop.exec("SELECT pg_reload_conf()");
            shop.exec("SELECT pg_sleep(0.3), pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'walsender'");
            let senders = "SELECT count(*) FROM pg_stat_replication";
            until(&|| shop.value(senders) == "0", "the standby is cut off");
        }
        let receipt = shop.perform(&engine, plan).expect("restored");
        let known = format!("SELECT count(*) FROM shop.log WHERE operation = '{}'", receipt.id);
        if reached {
            until(&|| asked(&known) == "1", "the standby has the restore");
        }
        shop::exec(&shop.runtime, shop::options(&standby), "SELECT pg_promote()");
        until(&|| asked("SELECT pg_is_in_recovery()") == "false", "the standby took over");
        let truth = shop.truth_at(shop::options(&standby));
        assert_eq!(truth, Truth { is_back: reached, is_recorded: reached });
        begun_alone(state.path());
        let engine = shop.engine_at(&standby, state.path());
        engine.look_back();
        let survey = shop.runtime.block_on(engine.run(Request::Survey, Stop::never(), &|_| ()));
        let Ok(Outcome::Survey(survey)) = survey else { panic!("no survey: {survey:?}") };
        let says =
            if reached { "was done: its audit row is there" } else { "was rolled back: its rows are as they were" };
        assert!(survey.notes.join("\n").contains(says), "{reached}: {:?}", survey.notes);
    }
}
