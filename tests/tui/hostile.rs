//! Hostile text in every text field of every entity, on every screen: only our own sequences are sent.
//!
//! The text is written past the gate, as a file from elsewhere may hold it: what would be refused when
//! typed must be harmless too.

use super::screens::{SCREEN_SIZES, SCREENS, walk};
use super::*;
use kontor::host::emit::Emitter;
use kontor::schema::FieldType;

/// Records of each entity; so many lines are tried at once.
const AT_ONCE: usize = 20;

/// The lines of the file, unescaped. Without the file some of the worst.
fn lines() -> Vec<String> {
    let Some(file) = common::shared("hostile.txt") else {
        return [
            "A\u{1b}[2JB",
            "\u{1b}]52;c;cm0=\u{7}",
            "\u{9b}31m",
            "a\u{85}b",
            "x\rfake",
            "a\tb\nc",
            "invoice\u{202e}fdp.exe",
            "\u{1b}P$qm\u{1b}\\",
            "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
            "\u{feff}\u{200b}\u{2066}\u{2069}",
        ]
        .map(str::to_owned)
        .to_vec();
    };
    let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').nth(3))
        .map(|payload| payload.strip_prefix("BYTES:").map_or_else(|| unescaped(payload), from_hex))
        .collect()
}

fn from_hex(text: &str) -> String {
    let bytes: Vec<u8> =
        text.split_whitespace().filter_map(|byte| u8::from_str_radix(byte, 16).ok()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let hex = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (c, taken) = match after.chars().next() {
            Some('n') => (Some('\n'), 1),
            Some('r') => (Some('\r'), 1),
            Some('t') => (Some('\t'), 1),
            Some('x') => (after.get(1..3).and_then(hex), 3),
            Some('u') => {
                let end = after.find('}').unwrap_or(1);
                (after.get(2..end).and_then(hex), end + 1)
            }
            Some(c) => (Some(c), c.len_utf8()),
            None => (None, 0),
        };
        out.extend(c);
        rest = after.get(taken..).unwrap_or_default();
    }
    out + rest
}

/// Writes the lines into the text fields of all records: record `r` has line `r + f` in field `f`.
fn poison(office: &Office, lines: &[String]) {
    let db = rusqlite::Connection::open(office.desk.folder().join("test.db")).unwrap();
    let line = |n: usize| &lines[n % lines.len()];
    for entity in office.desk.session.catalog().entities() {
        let table = entity.sql_table();
        let ids: Vec<i64> = db
            .prepare(&format!("SELECT id FROM \"{table}\""))
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for (r, id) in ids.iter().enumerate() {
            for (f, field) in entity.fields.iter().enumerate() {
                let in_text = matches!(
                    field.kind,
                    FieldType::Text | FieldType::LongText | FieldType::Address
                );
                let in_json = matches!(
                    field.kind,
                    FieldType::Tags | FieldType::Email | FieldType::Phone | FieldType::Url
                );
                for (column, kind) in field.sql_columns() {
                    if kind != "TEXT" || !(in_text || in_json) {
                        continue;
                    }
                    let text = if in_json {
                        let old: Option<String> = db
                            .query_row(
                                &format!("SELECT \"{column}\" FROM \"{table}\" WHERE id = ?1"),
                                [id],
                                |row| row.get(0),
                            )
                            .unwrap();
                        let Some(old) = old else { continue };
                        let mut json = serde_json::from_str(&old).unwrap();
                        replace(&mut json, line(r + f));
                        json.to_string()
                    } else {
                        line(r + f).clone()
                    };
                    // A rule of the table may forbid a doubled one; then the old text stays.
                    let _ = db.execute(
                        &format!("UPDATE \"{table}\" SET \"{column}\" = ?1 WHERE id = ?2"),
                        rusqlite::params![text, id],
                    );
                }
            }
        }
    }
}

/// Puts the text in place of every text but the kind of a number or address.
fn replace(json: &mut serde_json::Value, text: &str) {
    match json {
        serde_json::Value::String(old) => *old = text.to_owned(),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| replace(item, text)),
        serde_json::Value::Object(parts) => parts.values_mut().for_each(|part| replace(part, text)),
        _ => {}
    }
}

/// A company with some records of every entity.
fn crowded() -> Office {
    let mut office = office();
    let names: Vec<_> = office.desk.session.catalog().entities().map(|e| e.name.clone()).collect();
    for name in names {
        for n in 0..AT_ONCE {
            let entity = office.desk.session.catalog().entity(&name).unwrap();
            let mut edit = Edit::create(name.clone());
            for field in &entity.fields {
                let text = match field.kind {
                    FieldType::Phone => format!("+49 711 5550{:02}", n + 20),
                    FieldType::Email => format!("{name}{n}@example.org"),
                    FieldType::Url => format!("https://{name}{n}.example"),
                    FieldType::Tags => "one, two".to_owned(),
                    FieldType::Text if field.required || field.name == entity.title => {
                        format!("{name} {n}")
                    }
                    _ => continue,
                };
                if !field.read_only {
                    edit = edit.typed(field.name.clone(), text);
                }
            }
            // Some need more than that; they are there with what the office has.
            let _ = office.desk.session.save(vec![edit], "\u{1b}[31mwhy\u{9b}31m");
        }
    }
    office
}

/// True where the bytes are text and sequences of ours, and nothing else.
fn only_ours(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\u{1b}[") {
            let end = after
                .find(|c: char| c.is_ascii_alphabetic())
                .ok_or_else(|| format!("no end: {:?}", after.get(..20)))?;
            let (words, last) = (&after[..end], after.as_bytes()[end]);
            let number = |word: &str| word.is_empty() || word.parse::<u16>().is_ok();
            let fine = match last {
                b'm' => words.split(';').all(number),
                b'H' | b'r' => words.split(';').count() <= 2 && words.split(';').all(number),
                b'A' | b'B' | b'C' | b'D' | b'G' | b'K' | b'X' | b'S' | b'T' => number(words),
                b'J' => words == "2",
                b'h' | b'l' => matches!(words, "?25" | "?2026"),
                _ => false,
            };
            if !fine {
                return Err(format!("not ours: {:?}", &after[..=end]));
            }
            rest = &after[end + 1..];
            continue;
        }
        if c.is_control() && !matches!(c, '\r' | '\n' | '\u{8}') {
            return Err(format!("{c:?} in {:?}", rest.chars().take(20).collect::<String>()));
        }
        rest = &rest[c.len_utf8()..];
    }
    Ok(())
}

#[test]
fn what_is_not_ours_is_noticed() {
    assert!(only_ours(b"\x1b[2;5Hname\x1b[0;1m\x1b[K\r\n").is_ok());
    for bytes in ["\u{1b}]0;x\u{7}", "\u{1b}[?1049l", "\u{9b}31m", "\u{1b}c", "\u{1b}[3J", "a\tb"] {
        assert!(only_ours(bytes.as_bytes()).is_err(), "{bytes:?}");
    }
}

#[test]
fn hostile_text_in_every_field_sends_only_our_own_sequences() {
    let lines = lines();
    let chunks: Vec<&[String]> = lines.chunks(AT_ONCE).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(8) {
            scope.spawn(|| {
                let office = crowded();
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(chunk) = chunks.get(at) else { return };
                    poison(&office, chunk);
                    shows_them(&office, chunk);
                    every_screen(&office);
                }
            });
        }
    });
}

/// The lines really stand on the screen, made harmless: else the rest would prove nothing.
fn shows_them(office: &Office, lines: &[String]) {
    let mut script = office.open(200, 60);
    script.press("g c").unwrap();
    let text = script.text();
    let shown = |line: &&String| {
        let clean = kontor::term::Clean::line(line);
        let start: String = clean.as_str().trim().chars().take(12).collect();
        start.chars().count() >= 3 && text.contains(&start)
    };
    let seen = lines.iter().filter(shown).count();
    assert!(seen * 2 > lines.len(), "{seen} of {} lines are on the screen:\n{text}", lines.len());
}

fn every_screen(office: &Office) {
    for (name, keys) in SCREENS {
        let mut script = office.open(80, 24);
        walk(&mut script, keys);
        for (width, height) in SCREEN_SIZES {
            script.resize(width, height);
            super::fuzz::check_frame(&script);
            let bytes = Emitter::default().frame(script.buffer(), script.seen().cursor);
            if let Err(wrong) = only_ours(&bytes) {
                panic!("{name} at {width}x{height}: {wrong}\n{}", script.text());
            }
        }
        if let Some(copied) = &script.copied
            && let Some(sequence) = kontor::term::copy(copied)
        {
            let inner = sequence.strip_prefix("\u{1b}]52;c;").unwrap();
            let inner = inner.trim_end_matches(['\u{7}', '\u{1b}', '\\']);
            assert!(inner.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b)));
        }
    }
}
