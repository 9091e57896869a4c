//! The house rules that a compiler does not hold: imports go down only, SQL stays in its room.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up. A room may use the rooms of the lines above its own.
const FLOORS: [&[&str]; 11] = [
    &["model"],
    &["syntax", "secret", "vcard"],
    &["schema"],
    &["query"],
    &["policy", "term", "matching", "quality"],
    &["gate"],
    &["action", "capture", "exchange", "report", "demo"],
    &["tui", "cli"],
    &["host"],
    &["config"],
    &["main"],
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(&root).unwrap().to_path_buf(), text))
        .collect()
}

/// The room a file is in: the first part of its path, without `.rs`.
fn room(path: &Path) -> String {
    let first = path.iter().next().unwrap().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file without its tests and comments.
fn code(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every room that `use crate::...` or a path names, groups in braces included.
fn named_rooms(text: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for start in ["crate::", "kontor::"] {
        for (at, _) in text.match_indices(start) {
            let rest = &text[at + start.len()..];
            if let Some(group) = rest.strip_prefix('{') {
                let mut depth = 0;
                let mut part = String::new();
                for c in group.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => rooms.push(std::mem::take(&mut part)),
                        c => part.push(c),
                    }
                }
                rooms.push(part);
            } else {
                rooms.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
    }
    rooms
        .into_iter()
        .map(|name| name.trim().split("::").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = room(&path);
        if own == "lib" {
            continue;
        }
        let Some(here) = floor(&own) else {
            wrong.push(format!("{}: the room {own} has no floor in FLOORS", path.display()));
            continue;
        };
        for named in named_rooms(&code(&text)) {
            if let Some(there) = floor(&named)
                && named != own
                && there >= here
            {
                wrong.push(format!("{}: {own} uses {named}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports must go down only:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_store_names_sqlite() {
    let store = Path::new("gate").join("store");
    for (path, text) in sources() {
        if !path.starts_with(&store) {
            assert!(!code(&text).contains("rusqlite"), "{} names rusqlite", path.display());
        }
    }
}

#[test]
fn the_store_is_private_to_the_gate() {
    let gate = sources().into_iter().find(|(path, _)| path == Path::new("gate/mod.rs")).unwrap().1;
    assert!(gate.contains("\nmod store;"), "gate/mod.rs must keep store private");
    for (path, text) in sources() {
        if room(&path) != "gate" {
            assert!(!code(&text).contains("gate::store"), "{} names the store", path.display());
        }
    }
}

#[test]
fn screens_and_verbs_reach_no_terminal_file_or_clock_of_their_own() {
    for (path, text) in sources() {
        if !["tui", "cli", "action", "query", "schema", "policy", "model", "term", "report"]
            .contains(&room(&path).as_str())
        {
            continue;
        }
        for word in ["std::env::", "io::stdout", "Utc::now", "SystemTime::now"] {
            assert!(!code(&text).contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn files_stay_readable() {
    let mut long = Vec::new();
    for (path, text) in sources() {
        let lines = text.split("#[cfg(test)]\nmod tests {").next().unwrap().lines().count();
        if lines > 620 && !path.ends_with("tests.rs") {
            long.push(format!("{} has {lines} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "look for the seam:\n{}", long.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    for (path, text) in sources() {
        if path.ends_with("tests.rs") {
            continue;
        }
        assert!(text.starts_with("//!"), "{} does not say what it is for", path.display());
    }
}
