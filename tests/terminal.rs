//! The console in a real terminal on a real server: what it shows, what its keys do, and how it leaves the terminal.

#![cfg(feature = "demo")]

#[path = "terminal/console.rs"]
mod console;
#[path = "terminal/operations.rs"]
mod operations;
mod support;

use console::{Console, Start, bytes, soon};
use pgdeck::model::action::{ACTIONS, Action};
use std::time::{Duration, Instant};
use support::{SMALL, Template, TestDb};

const WIDE: (u16, u16) = (160, 45);
const USUAL: (u16, u16) = (80, 24);
const SMALLEST: (u16, u16) = (60, 15);

fn crm() -> TestDb {
    support::server(None).fresh_database(Template::Crm { rows: SMALL })
}

/// A console that shows the first tenants and waits for a key.
fn open(db: &TestDb, size: (u16, u16)) -> Console {
    opened(Start::on(db, size))
}

fn opened(start: Start) -> Console {
    let console = start.console();
    console.wait_for("Windmill Rentals");
    console.settle();
    console
}

fn quit(mut console: Console) {
    console.press("esc");
    console.send(b"q");
    assert_eq!(console.ended(), 0, "{}", console.screen());
    console.is_given_back();
}

fn contains(raw: &[u8], part: &[u8]) -> bool {
    raw.windows(part.len()).any(|window| window == part)
}

#[test]
fn the_first_screen_shows_the_tenants_at_every_size() {
    let db = crm();
    for size in [WIDE, USUAL, SMALLEST] {
        let console = open(&db, size);
        let (head, tabs, frame, foot) = (console.line(0), console.line(1), console.line(2), console.line(-1));
        assert!(head.starts_with(" pgdeck  ") && head.contains(" READ-ONLY ") && head.contains(" UTC"), "{head}");
        assert!(head.contains(&db.name) || size == SMALLEST, "{head}");
        assert!(tabs.starts_with(" 1 Tenants ") && tabs.contains(" 2 ") && tabs.contains(" 0 "), "{tabs}");
        assert_eq!(tabs.contains("2 Leads"), size == WIDE, "{tabs}");
        assert!(frame.starts_with("┌ Tenants ["), "{frame}");
        assert!(foot.starts_with(" ? help "), "{foot}");
        assert!(console.raw().starts_with(b"\x1b[?1049h\x1b[?2004h"), "the terminal is taken first");
        assert!(!console.has_its_modes(), "raw mode");
        quit(console);
    }
}

/// Presses every key of the help but those that leave, each on the pane itself, and closes what it opened.
fn every_key(console: &mut Console) {
    for spec in ACTIONS.iter().filter(|spec| !matches!(spec.action, Action::Quit | Action::Suspend)) {
        for key in spec.keys {
            console.press(key);
            console.press("esc");
            assert!(console.runs(), "{key} ended it:\n{}", console.screen());
        }
    }
}

#[test]
fn every_key_can_be_pressed_on_every_pane() {
    let db = crm();
    for (size, panes) in [(WIDE, "1 2 4 8 0"), (USUAL, "2 3 8"), (SMALLEST, "1 5")] {
        let mut console = open(&db, size);
        for pane in panes.split(' ') {
            console.press(pane);
            console.settle();
            every_key(&mut console);
        }
        assert!(!contains(&console.raw(), b"panicked"), "{}", console.screen());
        quit(console);
    }
}

#[test]
fn every_key_can_be_pressed_in_a_record_and_in_every_input() {
    let db = crm();
    let mut console = open(&db, USUAL);
    for way in ["2 enter", "2 v", "/", ":", "t", "?"] {
        for spec in ACTIONS.iter().filter(|spec| !matches!(spec.action, Action::Quit | Action::Suspend)) {
            for key in spec.keys {
                console.press(way);
                console.press(key);
                assert!(console.runs(), "{way} {key} ended it:\n{}", console.screen());
                console.press("esc");
            }
        }
        console.press("1");
    }
    quit(console);
}

#[test]
fn a_key_without_a_meaning_says_so() {
    let db = crm();
    let mut console = open(&db, USUAL);
    console.press("Q");
    assert_eq!(console.line(-1).trim(), "Q does nothing here; ? lists all keys");
    quit(console);
}

#[test]
fn a_filter_limits_the_rows_and_says_what_is_wrong_with_it() {
    let db = crm();
    let mut console = open(&db, WIDE);
    console.press("2 v /");
    console.type_text("status=lost nmae");
    console.press("~ x enter");
    console.wait_for("crm/leads has no column \"nmae\"");
    let lines: Vec<String> = console.screen().lines().map(str::to_owned).collect();
    let at = lines.iter().position(|line| line.contains("^^^^^^")).expect("a mark");
    let column = |line: &str, text: &str| line.find(text).map(|at| line[..at].chars().count());
    assert_eq!(column(&lines[at], "^^^^^^"), column(&lines[at - 1], "nmae~x"), "{}", console.screen());
    console.press("\\");
    console.settle();
    console.press("/");
    console.type_text("status=lost");
    console.press("enter");
    console.wait_for("/status=lost");
    console.settle();
    let statuses = ["new", "contacted", "replied", "closed", "meeting_scheduled"];
    let rows: Vec<String> = (4..40).map(|line| console.line(line)).collect();
    assert!(
        rows.iter().all(|row| statuses.iter().all(|status| !row.contains(&format!(" {status} ")))),
        "{}",
        console.screen()
    );
    assert!(rows.iter().all(|row| row.contains(" lost ")), "{}", console.screen());
    console.press("\\");
    console.wait_gone("/status=lost");
    console.wait_for(" new ");
    quit(console);
}

#[test]
fn a_scope_limits_every_scoped_pane_until_it_is_cleared() {
    let db = crm();
    let mut console = open(&db, WIDE);
    console.press("2 t");
    console.wait_for("Windmill Rentals");
    console.type_text("tiny ba");
    console.wait_gone("Windmill Rentals");
    console.press("enter");
    console.wait_until("scoped", |screen| screen.lines().next().is_some_and(|head| head.contains(" Tiny Bakery ")));
    console.wait_for("Leads [3]");
    console.press("4");
    console.wait_for("┌ Audit [");
    console.settle();
    assert!(!console.screen().contains("Northwind") && !console.screen().contains("Acme"), "{}", console.screen());
    console.press("0");
    console.wait_for("ALL TENANTS");
    console.press("1");
    console.wait_for("Tenants [1]");
    console.press("T 2");
    console.wait_gone("Tiny Bakery");
    console.press("t");
    console.type_text("zzzz");
    console.press("enter");
    console.wait_for("no tenant is called \"zzzz\"; the scope is as it was");
    quit(console);
}

#[test]
fn a_column_sorts_down_up_and_not_at_all() {
    let db = crm();
    let mut console = open(&db, USUAL);
    for order in ["ASC", "DESC"] {
        console.press("o");
        console.wait_for(if order == "ASC" { "name▲" } else { "name▼" });
        console.settle();
        console.press("g");
        console.settle();
        let first = db.value(&format!("SELECT name FROM crm.organizations ORDER BY name {order} LIMIT 1"));
        assert!(row(&console.screen(), 0).contains(&first), "{first} in {}", console.screen());
    }
    console.press("o");
    console.wait_gone("name▼");
    console.settle();
    console.press("g");
    console.settle();
    assert!(row(&console.screen(), 0).contains("Windmill Rentals"), "{}", console.screen());
    quit(console);
}

/// A row of the list on the screen, counted from zero.
fn row(screen: &str, at: usize) -> String {
    screen.lines().nth(4 + at).unwrap_or_default().to_owned()
}

#[test]
fn the_palette_and_the_help_lead_everywhere() {
    let db = crm();
    let mut console = open(&db, USUAL);
    console.press(":");
    console.type_text("tables");
    console.wait_for("Go to");
    console.press("enter");
    console.wait_for("┌ Tables [");
    console.press(":");
    console.wait_for("auth.users          table");
    console.press("esc :");
    console.type_text("crm.tasks");
    console.press("enter");
    console.wait_for("┌ crm.tasks [");
    console.press(":");
    console.type_text("nonsense.table");
    console.press("enter");
    console.wait_for("there is no table or view nonsense.table (42P01)");
    console.press("1 ?");
    console.wait_for("┌ Keys ");
    console.type_text("every key");
    console.wait_for("Every key and what it does");
    console.wait_gone("Read again");
    console.press("esc ?");
    console.type_text("first tab");
    console.press("esc 3");
    console.wait_for("polls comes with the system civic, whose tables are not on this database.");
    quit(console);
}

#[test]
fn copying_hands_the_text_to_the_terminals_clipboard() {
    let db = crm();
    let mut console = open(&db, USUAL);
    console.press("y");
    console.wait_for("copied the value, 16 characters");
    let encoded = "V2luZG1pbGwgUmVudGFscw==";
    assert_eq!(console.seen().parser.callbacks().copied, [encoded]);
    assert!(contains(&console.raw(), format!("\x1b]52;c;{encoded}").as_bytes()));
    console.press("Y");
    console.wait_for("copied the row, ");
    let copied = console.seen().parser.callbacks().copied[1].clone();
    assert!(
        copied.starts_with("eyJuYW1lIjoiV2luZG1pbGwgUmVudGFscyIs"),
        "{copied} is not {{\"name\":\"Windmill Rentals\", …"
    );
    quit(console);
}

#[test]
fn any_size_at_any_moment_is_drawn_or_said_to_be_too_small() {
    let db = crm();
    let mut console = open(&db, WIDE);
    for (at, size) in [(59, 15), (80, 24), (60, 14), (160, 45), (1, 1), (60, 15), (20, 5), (300, 80), (2, 40), (80, 24)]
        .iter()
        .enumerate()
    {
        console.resize(*size);
        let (width, height) = *size;
        if width < 60 || height < 15 {
            let words = format!("this is {width}×{height}");
            console.wait_until("too small", |screen| screen.contains(&words) || width < 20);
        } else {
            console.wait_until(&format!("{width}×{height}"), |screen| {
                screen.lines().next().is_some_and(|head| head.contains("READ-ONLY"))
                    && screen.lines().filter(|line| !line.is_empty()).count() == usize::from(height)
            });
            let foot = console.line(-1);
            assert!(foot.starts_with(" ? help "), "{width}×{height}: {}", console.screen());
        }
        // Keys and overlays at this size, whatever it is.
        console.press(["2", "j", ":", "enter", "1", "t", "?", "v", "/", "G"][at]);
        // Not a second Esc: it would stop what is loading.
        if [":", "t", "?", "/"].contains(&["2", "j", ":", "enter", "1", "t", "?", "v", "/", "G"][at]) {
            console.press("esc");
        }
        assert!(console.runs());
    }
    console.press("1");
    for width in (1..200).step_by(7) {
        console.resize((width, 200 - width));
    }
    console.resize(USUAL);
    console.wait_for("┌ Tenants [");
    console.settle();
    assert!(console.line(-1).starts_with(" ? help "), "{}", console.screen());
    quit(console);
}

#[test]
fn pasted_text_never_acts_as_keys() {
    let db = crm();
    let mut console = open(&db, USUAL);
    console.paste("q\r2\n:q");
    console.wait_for("find q 2 :q");
    assert!(console.runs());
    assert!(console.screen().contains("Go to"), "{}", console.screen());
    console.press("esc");
    console.wait_for("┌ Tenants [");
    console.press(":");
    console.paste("tables\nq");
    console.wait_for("tables");
    assert!(console.runs() && console.screen().contains("Go to"), "{}", console.screen());
    console.press("esc");
    console.paste(&"long ".repeat(50_000));
    console.wait_for("long long");
    quit(console);
}

#[test]
fn a_pasted_address_is_found_and_its_row_leads_to_the_restore() {
    let db = crm();
    let lead = "SELECT email FROM crm.leads WHERE deleted_at IS NOT NULL AND email IS NOT NULL ORDER BY deleted_at DESC, id LIMIT 1";
    let email = db.value(lead);
    let mut console = open(&db, USUAL);
    console.paste(&format!(" {email}\n"));
    console.wait_for(&format!("find {email}"));
    console.press("enter");
    console.wait_for("was deleted");
    assert!(console.line(2).contains(&format!("Find: {email}")), "{}", console.screen());
    console.press("enter");
    console.wait_for("crm.leads");
    console.wait_for("restore");
    quit(console);
}

#[test]
fn drilling_down_and_back_keeps_the_place() {
    let db = crm();
    let mut console = open(&db, USUAL);
    console.press("j j");
    let here = console.line(6);
    assert!(here.contains("Tiny Bakery"), "{here}");
    console.press("enter");
    console.wait_for("┌ Leads [3]");
    assert!(console.line(0).contains(" Tiny Bakery "), "{}", console.screen());
    let lead = console.line(4).chars().skip(22).take(12).collect::<String>().trim().to_owned();
    console.press("enter");
    console.wait_for("org_id");
    assert!(console.screen().contains(&lead), "{lead} in {}", console.screen());
    console.press("esc");
    console.wait_for("┌ Leads [3]");
    console.press("esc");
    console.wait_for("┌ Tenants [40]");
    assert!(!console.line(0).contains(" Tiny Bakery "), "the scope went with its place");
    console.press("y");
    console.wait_for("copied the value");
    let copied = console.seen().parser.callbacks().copied.clone();
    assert_eq!(copied, ["VGlueSBCYWtlcnk="], "the cursor is on Tiny Bakery again");
    console.press("esc");
    console.wait_for("this is the first place; q leaves pgdeck");
    console.press("] -");
    console.wait_for("┌ Tenants [");
    quit(console);
}

#[test]
fn hostile_data_never_reaches_the_terminal_as_it_is() {
    let db = crm();
    let console = Start { args: &["--tenant", "qa-lab", "--pane", "leads"], ..Start::on(&db, WIDE) }.console();
    let mut console = console;
    console.wait_for("┌ Leads [");
    console.press("/");
    console.type_text("email~qa.example");
    console.press("enter");
    console.wait_for("␛[31mRed Alert␛[0m");
    console.settle();
    for _ in 0..12 {
        console.press("enter");
        console.settle();
        console.press("G y esc j");
    }
    for pane in ["crm.notes", "crm.activities", "crm.email_messages", "crm.attachments", "crm.tasks"] {
        console.press(":");
        console.type_text(pane);
        console.press("enter");
        console.wait_for(&format!("┌ {pane} ["));
        console.settle();
        console.press("enter");
        console.settle();
        console.press("pagedown pagedown G esc");
    }
    let seen = console.seen();
    let asked = seen.parser.callbacks();
    assert!(asked.titles.iter().all(|title| title == "pgdeck"), "{:?}", asked.titles);
    assert!(asked.odd.is_empty(), "{:?}", asked.odd);
    assert_eq!(asked.copied.len(), 12, "only what was asked for is copied: {:?}", asked.copied);
    let raw = seen.raw.clone();
    drop(seen);
    let payloads: [&[u8]; 12] = [
        b"\x1b[31mRed",
        b"\x1b]52;c;cm0g",
        b"\x1b]0;new",
        b"\x1b[5mblink",
        b"\x1b]8;;",
        b"\x1b[6n",
        b"\x1b[8mhidden",
        b"\xc2\x9b",
        b"\xc2\x90",
        "\u{202e}".as_bytes(),
        "\u{2066}".as_bytes(),
        "\u{200b}".as_bytes(),
    ];
    for payload in payloads {
        assert!(!contains(&raw, payload), "{:?}", String::from_utf8_lossy(payload));
    }
    quit(console);
}

#[test]
fn every_end_gives_the_terminal_back() {
    let db = crm();
    for (end, code) in [("q", 0), ("ctrl-c", 0), ("TERM", 130), ("HUP", 130), ("INT", 130)] {
        for busy in [false, true] {
            let mut console = open(&db, USUAL);
            if busy {
                console.press("2 : t");
            }
            match end {
                "q" | "ctrl-c" => {
                    if busy {
                        console.press("esc");
                    }
                    console.send(&bytes(end));
                }
                signal => console.signal(signal),
            }
            assert_eq!(console.ended(), code, "{end}");
            console.is_given_back();
            assert_eq!(console.screen().trim(), "", "{end} left something on the shell's screen");
        }
    }
}

#[test]
#[cfg(debug_assertions)]
fn a_panic_gives_the_terminal_back_before_it_is_reported() {
    let db = crm();
    let mut console = opened(Start { env: &[("PGDECK_PANIC", "1")], ..Start::on(&db, USUAL) });
    console.send(&bytes("f12"));
    assert_eq!(console.ended(), 101);
    console.is_given_back();
    assert!(console.screen().contains("PGDECK_PANIC is set and F12 was pressed"), "{}", console.screen());
    let mut console = open(&db, USUAL);
    console.press("f12");
    assert!(console.line(-1).contains("f12 does nothing here"), "{}", console.screen());
    quit(console);
}

const SLOW: &str = "/*---\ntitle = \"Slow\"\ngroup = \"test\"\n---*/\nSELECT pg_sleep(60)::text AS a";

#[test]
fn asking_again_before_the_answer_came_shows_the_newest_answer() {
    let db = crm();
    let mut console = open(&db, USUAL);
    for _ in 0..20 {
        console.send(b"rrr2rr1r");
    }
    console.wait_for("as of");
    console.settle();
    assert!(console.screen().contains("Windmill Rentals"), "{}", console.screen());
    quit(console);
}

fn slow_statements(db: &TestDb) -> String {
    db.value(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid()",
    )
}

#[test]
fn a_lost_line_ends_it_and_stops_its_statement() {
    let db = crm();
    let start =
        Start { files: &[("queries/panes/slow.sql", SLOW)], args: &["--pane", "slow"], ..Start::on(&db, USUAL) };
    let mut console = start.console();
    console.wait_for("running …");
    assert!(soon(|| slow_statements(&db) == "1"));
    console.hang_up();
    assert_eq!(console.exit_code_after_hang_up(), 130);
    assert!(soon(|| slow_statements(&db) == "0"), "the statement outlived the line");
}

#[test]
fn leaving_a_slow_pane_stops_its_statement() {
    let db = crm();
    for end in ["esc", "1", "q", "TERM"] {
        let files = &[("queries/panes/slow.sql", SLOW)];
        let mut console = Start { files, args: &["--pane", "slow"], ..Start::on(&db, USUAL) }.console();
        console.wait_for("running …");
        assert!(soon(|| slow_statements(&db) == "1"));
        match end {
            "TERM" => console.signal(end),
            key => console.send(&bytes(key)),
        }
        if end == "1" {
            console.wait_for("Windmill Rentals");
            // The pane is kept and still loads; going back and stopping it is what ends it.
            console.press("[ esc");
        }
        assert!(soon(|| slow_statements(&db) == "0"), "{end} left the statement running");
        if end == "q" || end == "TERM" {
            assert_eq!(console.ended(), if end == "q" { 0 } else { 130 });
            console.is_given_back();
        } else {
            console.wait_for("stopped before any row came; r reads again");
            quit(console);
        }
    }
}

#[test]
fn a_suspended_console_gives_the_terminal_back_and_comes_again() {
    let db = crm();
    let mut console = open(&db, USUAL);
    for round in 0..4 {
        let before = console.raw().len();
        if round % 2 == 0 {
            console.send(&bytes("ctrl-z"))
        } else {
            console.signal("TSTP")
        }
        assert!(soon(|| console.process_state().starts_with('T')), "{}", console.process_state());
        console.settle();
        console.is_given_back();
        console.signal("CONT");
        console.wait_for("Windmill Rentals");
        console.settle();
        assert!(contains(&console.raw()[before..], b"\x1b[?1049h"), "the screen is taken again");
        assert!(!console.has_its_modes());
        console.press("2");
        console.wait_for("┌ Leads [");
        console.press("1");
        console.wait_for("┌ Tenants [");
    }
    quit(console);
}

#[test]
fn a_server_that_goes_away_is_said_in_the_pane_and_asked_again() {
    let db = crm();
    let mut console = open(&db, USUAL);
    let drop_sessions = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()",
        db.name
    );
    db.server().admin(&drop_sessions);
    console.press("r");
    console.wait_for("as of");
    console.settle();
    assert!(console.screen().contains("Windmill Rentals"), "{}", console.screen());
    let away = format!("{}_away", db.name);
    let rename =
        |from: &str, to: &str| db.server().admin(&format!("{drop_sessions}; ALTER DATABASE {from} RENAME TO {to}"));
    rename(&db.name, &away);
    console.press("r");
    console.wait_for("does not exist");
    assert!(console.screen().contains("r tries again") && console.screen().contains("hint: "), "{}", console.screen());
    console.press("2");
    console.wait_for("does not exist");
    console.press("r ? esc t esc : esc j enter");
    assert!(console.runs());
    rename(&away, &db.name);
    console.press("1 r");
    console.wait_for("Windmill Rentals");
    console.wait_gone("does not exist");
    quit(console);
}

#[test]
fn a_table_dropped_while_shown_is_said_in_the_pane() {
    let db = crm();
    db.exec("CREATE TABLE public.gone AS SELECT 7 AS seven");
    let mut console = Start { args: &["--pane", "public.gone"], ..Start::on(&db, USUAL) }.console();
    console.wait_for("seven");
    db.exec("DROP TABLE public.gone");
    console.press("r");
    console.wait_for("there is no table or view public.gone (42P01)");
    console.wait_for("r tries again");
    db.exec("CREATE TABLE public.gone AS SELECT 8 AS eight");
    console.press("r");
    console.wait_for("eight");
    quit(console);
}

#[test]
fn nothing_is_written_and_nothing_is_asked_while_nothing_happens() {
    let db = crm();
    for pane in ["tenants", "activity", "leads"] {
        let console = Start { args: &["--pane", pane], ..Start::on(&db, WIDE) }.console();
        console.wait_for("as of");
        console.settle();
        let sessions = || {
            db.rows(
                "SELECT pid::text, state, query_start::text, state_change::text, query FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY pid",
            )
        };
        let (written, asked) = (console.raw().len(), sessions());
        assert!(asked.iter().any(|session| session[1].as_deref() == Some("idle")), "{asked:?}");
        let until = Instant::now() + Duration::from_secs(2);
        while Instant::now() < until {
            std::thread::sleep(Duration::from_millis(100));
            assert_eq!(console.raw().len(), written, "{pane} wrote to the terminal");
        }
        assert_eq!(sessions(), asked, "{pane} asked the server");
        quit(console);
    }
}

/// Configuration files, arguments, the exit code, and what is said.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], u32, &'a str);

#[test]
fn what_keeps_the_console_from_opening_is_said_on_the_shells_screen() {
    let db = crm();
    let cases: [Case; 7] = [
        (&[("keymap.toml", "[keys]\n\nrefesh = [\"x\"]\n")], &[], 2, "keymap.toml:3:1: no action is called refesh"),
        (&[("keymap.toml", "[keys]\nrefresh = [\"entr\"]\n")], &[], 2, "unknown key \"entr\""),
        (&[("config.toml", "theme = 5\n")], &[], 2, "config.toml:1:9"),
        (&[], &["--theme", "nosuch"], 2, "nosuch"),
        (&[], &["-h", "/nonexistent"], 3, "there is no socket /nonexistent/"),
        (&[], &["--pane", "laeds"], 2, "no pane is called laeds on this database"),
        (&[], &["--tenant", "n"], 2, "several tenants fit \"n\""),
    ];
    for (files, args, code, says) in cases {
        let mut console = Start { files, args, ..Start::on(&db, WIDE) }.console();
        assert_eq!(console.ended(), code, "{says}: {}", console.screen());
        let screen = console.screen().replace('\n', "");
        assert!(screen.contains(says), "{says}: {screen}");
        assert!(console.has_its_modes() && !console.seen().parser.screen().alternate_screen());
    }
}

#[test]
fn a_rebound_key_does_what_it_was_bound_to() {
    let db = crm();
    let files = &[("keymap.toml", "[keys]\nquit = [\"x\"]\nhelp = [\"f5\"]\n")];
    let mut console = opened(Start { files, ..Start::on(&db, USUAL) });
    assert!(console.line(-1).starts_with(" f5 help "), "{}", console.line(-1));
    console.press("q");
    assert!(console.line(-1).contains("q does nothing here; f5 lists all keys"), "{}", console.line(-1));
    console.send(b"x");
    assert_eq!(console.ended(), 0);
}

#[test]
fn a_change_is_asked_for_by_the_name_of_its_schema() {
    let db = support::server(None).fresh_database(Template::Empty);
    let args = &["systems", "install", "crm", "--schema", "shop", "--write"];
    let count = || db.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'shop'");
    for (answer, code, installed) in [("yes\r", 4, "0"), ("\x04", 4, "0"), ("\x03", 130, "0"), ("shop\r", 0, "1")] {
        let mut console = Start { args, ..Start::on(&db, WIDE) }.console();
        console.wait_for("Type the name of the schema (shop) to go on:");
        assert_eq!(count(), "0");
        console.send(answer.as_bytes());
        assert_eq!(console.ended(), code, "{answer:?}: {}", console.screen());
        assert_eq!(count(), installed, "{answer:?}");
    }
}
