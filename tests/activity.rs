//! Who blocks whom, on real servers: the tree of a chain of three that wait, and of one that waits for two, as a table and on
//! the screen.

#![cfg(feature = "demo")]

#[path = "support/ask.rs"]
mod ask;
#[path = "terminal/console.rs"]
mod console;
mod support;

use ask::{Asker, column};
use console::Start;
use pgdeck::model::{PaneRef, Table};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use support::operate::{Other, soon};
use support::{Template, TestDb, majors, server};

/// Two roots with who waits below them: a chain of three under the first, and one that waits for both sharers.
struct Blocked {
    root: i32,
    chain: [i32; 3],
    sharers: [i32; 2],
    both: i32,
}

fn waits(db: &TestDb, pid: i32) -> bool {
    soon(|| db.value(&format!("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = {pid}")) == "1")
}

/// Runs `look` while they stand so; then lets all of them go on. One after the other: the pane shows the whole server.
fn while_blocked(major: u32, look: impl FnOnce(&TestDb, &Blocked)) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let db = server(Some(major)).fresh_database(Template::Empty);
    db.exec(
        "CREATE TABLE rows (id int PRIMARY KEY); INSERT INTO rows SELECT generate_series(1, 3); CREATE TABLE whole ()",
    );
    let session = || Other::of(&db, "postgres");
    let (mut root, mut one, mut two) = (session(), session(), session());
    root.exec("BEGIN; SELECT FROM rows WHERE id = 1 FOR UPDATE");
    one.exec("BEGIN; LOCK whole IN SHARE MODE");
    two.exec("BEGIN; LOCK whole IN SHARE MODE");
    let waiting: [(Other, &str); 4] = [
        (
            session(),
            "BEGIN; SELECT FROM rows WHERE id = 2 FOR UPDATE; SELECT FROM rows WHERE id = 1 FOR UPDATE; COMMIT",
        ),
        (
            session(),
            "BEGIN; SELECT FROM rows WHERE id = 3 FOR UPDATE; SELECT FROM rows WHERE id = 2 FOR UPDATE; COMMIT",
        ),
        (session(), "SELECT FROM rows WHERE id = 3 FOR UPDATE"),
        (session(), "BEGIN; LOCK whole; COMMIT"),
    ];
    let [first, second, third, both] = [0, 1, 2, 3].map(|at: usize| waiting[at].0.pid);
    let sharers = [one.pid, two.pid];
    let blocked = Blocked { root: root.pid, chain: [first, second, third], sharers, both };
    std::thread::scope(|scope| {
        for (mut other, sql) in waiting {
            let pid = other.pid;
            scope.spawn(move || other.exec(sql));
            assert!(waits(&db, pid), "{sql}");
        }
        look(&db, &blocked);
        for mut session in [root, one, two] {
            session.exec("COMMIT");
        }
    });
}

/// The process ids of the tree with their depths, from the top.
fn tree(table: &Table) -> Vec<(i32, usize)> {
    let involved = column(table, "root").into_iter().zip(column(table, "tree"));
    let lines = involved.filter_map(|(root, line)| root.and(line));
    let place = |line: String| {
        let depth = line.chars().take_while(|c| *c == ' ').count() / 2;
        (line.trim_start_matches([' ', '▸', '└']).parse().expect("a process id"), depth)
    };
    lines.map(place).collect()
}

/// What the row of this process says in a column.
fn says(table: &Table, pid: i32, name: &str) -> Option<String> {
    let at = column(table, "pid").iter().position(|own| own.as_deref() == Some(&pid.to_string()));
    column(table, name).swap_remove(at.unwrap_or_else(|| panic!("no {pid} in {table:?}")))
}

#[test]
fn the_tree_shows_a_chain_and_who_waits_for_two() {
    for major in majors() {
        while_blocked(major, |db, blocked| {
            let table = Asker::new(db.conninfo()).first(&PaneRef::plain("activity")).unwrap();
            let tree = tree(&table);
            let [first, second, third] = blocked.chain;
            let chain = [(blocked.root, 0), (first, 1), (second, 2), (third, 3)];
            assert!(tree.starts_with(&chain), "{major}: {tree:?}");
            // It stands once, under one of the two.
            let [one, last] = tree[chain.len()..] else { panic!("{major}: {tree:?}") };
            assert!(blocked.sharers.contains(&one.0), "{major}: {tree:?}");
            assert_eq!((one.1, last), (0, (blocked.both, 1)), "{major}: {tree:?}");
            let named: BTreeSet<i32> = says(&table, blocked.both, "blocked_by")
                .unwrap_or_default()
                .split(", ")
                .map(|pid| pid.parse().expect("a process id"))
                .collect();
            assert_eq!(named, BTreeSet::from(blocked.sharers), "{major}");
            assert_eq!(says(&table, third, "blocked_by"), Some(second.to_string()), "{major}");
            assert_eq!(says(&table, third, "root"), Some(blocked.root.to_string()), "{major}");
            assert_eq!(says(&table, blocked.root, "blocks").as_deref(), Some("3"), "{major}");
        });
    }
}

#[test]
fn the_screen_shows_the_same_tree() {
    while_blocked(majors()[1], |db, blocked| {
        let args = ["--pane", "activity"];
        let console = Start { args: &args, ..Start::on(db, (80, 24)) }.console();
        console.wait_for(&format!("      └ {}", blocked.chain[2]));
        let screen = console.screen();
        let line = |text: String| {
            screen.lines().position(|line| line.contains(&text)).unwrap_or_else(|| panic!("no {text}:\n{screen}"))
        };
        let root = line(format!("▸ {}", blocked.root));
        assert_eq!(line(format!("│  └ {}", blocked.chain[0])), root + 1, "{screen}");
        assert_eq!(line(format!("│    └ {}", blocked.chain[1])), root + 2, "{screen}");
        assert_eq!(line(format!("│      └ {}", blocked.chain[2])), root + 3, "{screen}");
        assert!(line(format!("│  └ {}", blocked.both)) > root + 3, "{screen}");
    });
}
