//! Everything out and in again: an equal file comes of it, or none at all.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[path = "common/shell.rs"]
mod shell;

use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};

use common::{options, shared};
use kontor::exchange::full::{self, FullError};
use kontor::gate::{Gate, ListRequest, RestoreError, Restored, SearchRequest, Session, Via};
use kontor::model::Edit;
use kontor::secret::Secret;
use shell::Shell;

const COMPANY: &str = r#"
[[entity.customer.field]]
name = "tier"
type = "select"
label = { en = "Tier", zh = "级别" }
options = [{ value = "gold", label = { en = "Gold", zh = "金" } }]

[entity.site]
label = { en = "Site", zh = "工地" }
plural = { en = "Sites", zh = "工地" }
prefix = "SI"
title = "name"
[[entity.site.field]]
name = "name"
type = "text"
label = { en = "Name", zh = "名称" }
required = true
[[entity.site.field]]
name = "rivals"
type = "links"
to = "customer"
label = { en = "Rivals", zh = "对手" }
"#;

/// The texts of the list of hostile values, and some of our own.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> =
        ["=1+1", "'=1+1", "+49 711 1", "-5", "a;=cmd|' /C calc'!A0", "x\u{2028}y", "😀"]
            .map(str::to_owned)
            .into();
    if let Some(path) = shared("hostile.txt") {
        let list = fs::read_to_string(path).unwrap();
        texts.extend(list.lines().filter_map(|line| line.split('\t').nth(3)).map(str::to_owned));
    }
    texts
}

/// A company with a history: own fields, links, tags, deleted records, something taken back, an event.
fn company(folder: &Path) -> (PathBuf, Gate, Session) {
    let path = folder.join("one.db");
    let recipe = kontor::demo::Recipe { customers: 8, seed: 5 };
    kontor::demo::make(&path, recipe, &options(), &mut |_, _| {}).unwrap();
    let gate = Gate::open(&path, options()).unwrap();
    let mut session = gate.session(Via::Cli).unwrap();
    session.refresh().unwrap();
    let plan = session.plan_schema("company.toml", COMPANY).unwrap();
    session.apply_schema(&plan, false).unwrap();
    for text in hostile() {
        let edit = Edit::create("customer").typed("name", "Hostile").typed("description", &text);
        // What a field does not take is nothing that could be lost.
        let _ = session.save(vec![edit], "hostile");
    }
    let site = Edit::create("site").typed("name", "North").typed("rivals", "C-1; C-2");
    session.save(vec![site], "a site").unwrap();
    let edit = Edit::create("customer").typed("name", "Undone").typed("tier", "gold");
    let edit = edit.typed("tags", "vip; 重要").typed("phones", "mobile: +49 170 1234567 ");
    session.save(vec![edit], "to be undone").unwrap();
    let plan = session.plan_undo(None).unwrap();
    session.undo(&plan).unwrap();
    let own = [("theme", "dark"), ("draft.customer.new", "half a form")];
    let own = own.map(|(key, text)| (key.to_owned(), Some(text.to_owned())));
    session.keep(&own).unwrap();
    (path, gate, session)
}

fn out(session: &Session) -> (Vec<u8>, String) {
    let contents = session.everything("all.ndjson").unwrap();
    let mut bytes = Vec::new();
    let written = full::write(&contents, &mut bytes, &mut |_| {}).unwrap();
    assert!(written.sound && written.records > 100 && written.changes > 100);
    (bytes, written.hash)
}

fn read(bytes: &[u8], path: &Path) -> Result<Restored, FullError> {
    full::read(Cursor::new(bytes), path, &mut |_, _| {})
}

fn left(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_equal_file_comes_of_a_full_export() {
    let folder = tempfile::tempdir().unwrap();
    let (_, _gate, session) = company(folder.path());
    let before = session.content_hash().unwrap();
    let (bytes, hash) = out(&session);
    assert_eq!(hash, before);
    // The note that everything left is no part of what left.
    assert_ne!(session.content_hash().unwrap(), hash);

    let copy = folder.path().join("two.db");
    let restored = read(&bytes, &copy).unwrap();
    assert_eq!((restored.hash.as_str(), restored.broken), (hash.as_str(), None));
    let gate = Gate::open(&copy, options()).unwrap();
    let mut other = gate.session(Via::Cli).unwrap();
    assert_eq!(other.content_hash().unwrap(), hash, "opening it changes nothing");
    let (again, _) = out(&other);
    assert!(again == bytes, "the second export is the same bytes");

    // It is a living file: found, counted, changed, and its chain goes on.
    let search = |session: &Session| {
        let request =
            SearchRequest { text: "north".into(), entities: vec![], filter: None, limit: 5 };
        session.search(&request).unwrap().into_iter().map(|hit| hit.title).collect::<Vec<_>>()
    };
    assert!(search(&other).contains(&"North".to_owned()));
    assert_eq!(search(&session), search(&other));
    let of = |session: &Session, deleted| {
        let list = ListRequest { deleted, ..ListRequest::first("customer", 1_000) };
        session.list(&list).unwrap().rows
    };
    for deleted in [false, true] {
        assert_eq!(of(&session, deleted), of(&other, deleted));
    }
    let numbers = |session: &mut Session| {
        let edit = Edit::create("customer").typed("name", "Next");
        session.save(vec![edit], "next").unwrap().records[0].clone().unwrap()
    };
    let mut session = session;
    assert_eq!(numbers(&mut session), numbers(&mut other), "numbers go on where they were");
    assert!(other.verify_audit(None).unwrap().broken.is_none());
    assert_eq!(other.kept("theme").unwrap().len(), 1);
    assert_eq!(other.kept("draft.").unwrap().len(), 0, "a draft is only its writer's");
}

#[test]
fn what_is_cut_altered_or_another_file_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (_, _gate, session) = company(folder.path());
    let (bytes, _) = out(&session);
    let text = String::from_utf8(bytes.clone()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let before = left(folder.path());
    let new = folder.path().join("new.db");
    let refused = |bytes: &[u8]| {
        let error = read(bytes, &new).unwrap_err();
        assert_eq!(left(folder.path()), before, "{error}");
        error
    };
    for cut in [bytes.len() - 1, bytes.len() - 40, bytes.len() / 2, lines[0].len()] {
        let error = refused(&bytes[..cut]);
        assert!(matches!(error, FullError::Cut | FullError::Altered(_)), "{cut}: {error}");
    }
    assert!(matches!(refused(&bytes[..0]), FullError::Foreign));
    for foreign in ["name\nAcme\n", "{\"a\":1}\n", "SQLite format 3\0", "\u{1}\n"] {
        assert!(matches!(refused(foreign.as_bytes()), FullError::Foreign), "{foreign:?}");
    }
    assert!(matches!(refused(&[0xff, 0xfe, b'\n']), FullError::Foreign));
    let newer = text.replacen("\"format\":1", "\"format\":2", 1);
    assert!(matches!(refused(newer.as_bytes()), FullError::Newer(2)));
    for (from, to) in [
        ("Hostile", "Hostilf"),
        ("\"made_for\":\"", "\"made_for\":\"x"),
        ("\"sound\":true", "\"sound\":false"),
    ] {
        assert!(text.contains(from));
        let altered = text.replacen(from, to, 1);
        assert!(matches!(refused(altered.as_bytes()), FullError::Altered(_)), "{from}");
    }
    let swapped = [&lines[..9], &[lines[10], lines[9]], &lines[11..]].concat().concat();
    assert!(matches!(refused(swapped.as_bytes()), FullError::Altered(_)));
    let missing = [&lines[..9], &lines[10..]].concat().concat();
    assert!(matches!(refused(missing.as_bytes()), FullError::Altered(_)));
    let behind = format!("{text}\n");
    assert!(matches!(refused(behind.as_bytes()), FullError::Cut));
}

/// Attack: change a row of history in a full export, and make sums and seal anew.
/// The sums are right then.
/// Must: the chain says that history was altered, and no file comes of it.
#[test]
fn history_that_was_altered_with_new_sums_is_seen_by_its_chain() {
    use sha2::{Digest, Sha256};
    let folder = tempfile::tempdir().unwrap();
    let (_, _gate, session) = company(folder.path());
    let (bytes, hash) = out(&session);
    let text = String::from_utf8(bytes).unwrap();
    let forged = text.replacen("\"why\":\"a site\"", "\"why\":\"b site\"", 1);
    assert_ne!(forged, text);
    let hex = kontor::secret::hex;
    let mut lines: Vec<&str> = forged.split_inclusive('\n').collect();
    let end = lines.pop().unwrap();
    let sum = hex(&Sha256::digest(lines[1..].concat().as_bytes()));
    let told: serde_json::Value = serde_json::from_str(end).unwrap();
    let (count, records) = (&told["end"]["lines"], &told["end"]["records"]);
    let seal = format!("{}{count} {records} true {sum}", lines[0]);
    let seal = hex(&Sha256::digest(seal.as_bytes()));
    let end = end.replace(&hash, &sum).replace(told["end"]["seal"].as_str().unwrap(), &seal);
    lines.push(&end);
    let before = left(folder.path());
    let error = read(lines.concat().as_bytes(), &folder.path().join("new.db")).unwrap_err();
    assert!(matches!(error, FullError::Restore(RestoreError::Broken(_))), "{error}");
    assert_eq!(left(folder.path()), before);
}

#[test]
fn nothing_is_written_over_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _gate, session) = company(folder.path());
    let (bytes, hash) = out(&session);
    let note = folder.path().join("note.txt");
    fs::write(&note, "mine").unwrap();
    for taken in [&path, &note] {
        let held = fs::read(taken).unwrap();
        let error = read(&bytes, taken).unwrap_err();
        assert!(matches!(error, FullError::Restore(RestoreError::Taken { .. })), "{error}");
        assert!(fs::read(taken).unwrap() == held);
    }
    let empty = folder.path().join("empty.db");
    File::create(&empty).unwrap();
    assert_eq!(read(&bytes, &empty).unwrap().hash, hash, "an empty file is as good as none");
    let deep = folder.path().join("a/b/new.db");
    assert_eq!(read(&bytes, &deep).unwrap().hash, hash);
}

#[test]
fn everything_is_for_administrators_alone_and_noted() {
    let shell = Shell::company();
    let all = shell.folder.path().join("all.ndjson");
    let all = all.to_str().unwrap();
    let said = shell.type_in(&["--as", "bo", "export", "--full", all]);
    assert_eq!(said.status, 1, "{said:?}");
    assert!(!Path::new(all).exists());
    let said = shell.type_in(&["export", "--full", all]);
    assert_eq!(said.status, 0, "{said:?}");
    let hash = said.err.lines().last().unwrap().to_owned();
    assert!(hash.starts_with("content ") && hash.len() == 8 + 64, "{said:?}");
    let log = shell.done(&["audit", "list", "--where", "kind = export"]);
    assert!(log.contains("all.ndjson"), "{log}");
    // Never over a file, whatever is in it.
    assert_eq!(shell.type_in(&["export", "--full", all]).status, 1);
    // Nor into the file that is open here, which is not empty.
    let said = shell.type_in(&["import", "--full", all]);
    assert!(said.status == 1 && said.err.contains("already"), "{said:?}");
    // Into a new one, with the same hash.
    fs::rename(shell.database(), shell.folder.path().join("old.db")).unwrap();
    for ending in ["-wal", "-shm"] {
        let name = format!("{}{ending}", shell.database().display());
        let _ = fs::remove_file(name);
    }
    let said = shell.type_in(&["import", "--full", all]);
    assert!(said.status == 0 && said.err.contains(&hash), "{said:?}");
    assert!(shell.done(&["customer", "list"]).contains("Acme Pumps"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(all).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "what holds everything is its owner's alone");
    }
}

#[test]
fn nothing_of_how_people_get_in_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let gate = Gate::open(&folder.path().join("one.db"), options()).unwrap();
    let mut session = gate.session(Via::Cli).unwrap();
    let user = Edit::create("user").typed("name", "Ana").typed("login", "ana");
    let user = session.save(vec![user], "new").unwrap().records[0].clone().unwrap();
    session.set_password(None, &Secret::from("a long own password"), "here").unwrap();
    let code = session.invite(user.id, std::time::Duration::from_hours(1)).unwrap();
    let contents = session.everything("all").unwrap();
    let mut bytes = Vec::new();
    full::write(&contents, &mut bytes, &mut |_| {}).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\"ana\""));
    assert!(!text.contains(code.reveal()));
    for table in ["_credential", "_attempt", "_invite", "_seat", "argon2"] {
        assert!(!text.contains(table), "{table}");
    }
}

#[test]
fn over_ssh_everything_stays_where_it_is() {
    let mut shell = Shell::company();
    for line in ["export --full all.ndjson", "export --full -", "import --full all.ndjson"] {
        let said = shell.ssh("alice", line);
        assert!(said.status == 1 && said.out.is_empty(), "{line}: {said:?}");
    }
}
