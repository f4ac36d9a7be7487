//! The layer rule (DESIGN §3), read from the sources: who may use whom, and which crate stays in which room.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and what it may use.
const RULE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("config", &["model"]),
    ("catalog", &["model"]),
    ("report", &["model"]),
    ("db", &["model", "catalog"]),
    ("engine", &["model", "catalog", "db", "report"]),
    ("demo", &["model", "db", "catalog", "engine"]),
    ("tui", &["model", "catalog", "config", "report", "engine"]),
    ("cli", &["model", "config", "catalog", "report", "db", "engine", "tui", "demo"]),
];

/// Crates that only one room may name.
const CRATES: &[(&str, &str)] = &[
    ("tokio_postgres", "db"),
    ("tokio_postgres_rustls", "db"),
    ("rustls", "db"),
    ("sqlx", "db"),
    ("ratatui", "tui"),
    ("crossterm", "tui"),
    ("tui_textarea", "tui"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
];

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

/// The rooms a source names with `crate::room`, whether in a `use` or in a path.
fn named(text: &str) -> BTreeSet<String> {
    let rooms: BTreeSet<&str> = RULE.iter().map(|(room, _)| *room).collect();
    let mut found = BTreeSet::new();
    for tail in text.split("crate::").skip(1) {
        let heads: Vec<&str> = match tail.strip_prefix('{') {
            Some(group) => group.split([',', '}']).map(str::trim).collect(),
            None => vec![tail],
        };
        for head in heads {
            let word: String = head.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if rooms.contains(word.as_str()) {
                found.insert(word);
            }
        }
    }
    found
}

fn in_room(room: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room), &mut files);
    assert!(!files.is_empty(), "no sources in {room}");
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn a_room_uses_only_what_is_below_it() {
    for (room, allowed) in RULE {
        for (path, text) in in_room(room) {
            for other in named(&text) {
                assert!(other == *room || allowed.contains(&other.as_str()), "{} uses crate::{other}", path.display());
            }
        }
    }
}

/// True where `name::` stands as a path of its own, whatever is written before it.
fn names_crate(text: &str, name: &str) -> bool {
    text.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    })
}

#[test]
fn a_crate_stays_in_its_room() {
    for (room, _) in RULE {
        for (path, text) in in_room(room) {
            for (name, home) in CRATES {
                assert!(home == room || !names_crate(&text, name), "{} uses {name}", path.display());
            }
        }
    }
}

#[test]
fn only_the_runtime_knows_the_engine() {
    for (path, text) in in_room("tui") {
        let knows = named(&text).contains("engine");
        assert!(!knows || path.ends_with("runtime.rs"), "{} names the engine", path.display());
    }
}

#[test]
fn every_room_stands_in_the_rule() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = fs::read_dir(src).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        path.is_dir().then(|| path.file_name().unwrap().to_string_lossy().into_owned())
    });
    let folders: BTreeSet<String> = folders.collect();
    let rule: BTreeSet<String> = RULE.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(folders, rule);
}
