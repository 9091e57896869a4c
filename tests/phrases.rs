//! Every phrase in the source has its Chinese text, with the same holes, and none is left over.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Words that reach a phrase by a name and not as a literal: kinds of values, what is done with them.
const BY_NAME: &[&str] = &[
    "duplicate",
    "text",
    "a number",
    "an amount",
    "yes or no",
    "a date",
    "a date and time",
    "a duration",
    "a link",
    "empty",
    "open",
    "a whole number",
    "a day",
    "an instant",
    "a list",
    "contact points",
    "an address",
    "dates",
    "added",
    "subtracted",
    "multiplied",
    "divided",
    "longtext",
    "integer",
    "decimal",
    "money",
    "percent",
    "rating",
    "boolean",
    "date",
    "datetime",
    "duration",
    "select",
    "multi-select",
    "tags",
    "email",
    "phone",
    "url",
    "address",
    "user",
    "team",
    "link",
    "links",
    "link-any",
    "serial",
    "formula",
    "rollup",
    // Rights and field access, as the heads of columns.
    "assign",
    "merge",
    "purge",
    "erase",
    "hidden",
    "masked",
    // What becomes of a row of an import.
    "create",
    "update",
    "same",
    "skip",
    "error",
    // Parts of fields.
    "street",
    "city",
    "postcode",
    "region",
    "country",
    "mobile",
    "work",
    "home",
    "fax",
    "first",
    "middle",
    "last",
    "currency",
    // The way a change came.
    "tui",
    "cli",
    "system",
    // Rights.
    "read",
    "edit",
    "delete",
    "restore",
    "export",
    "import",
    "bulk",
    "schema",
    // Where a setting comes from.
    "default",
    "config file",
    "environment",
    "command line",
    // What the doctor looks at.
    "kontor",
    "terminal",
    "database",
    "file",
    "place",
    "writers",
    "content",
    "access",
    "integrity",
    "history",
    "size",
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
}

/// A source file without its comments and tests.
fn code_of(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let code = text[..tests].lines().filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

fn used() -> BTreeSet<String> {
    let call = Regex::new(r#"phrase!\(\s*"((?:[^"\\]|\\.)*)""#).unwrap();
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut used: BTreeSet<String> = BY_NAME.iter().map(|word| (*word).to_owned()).collect();
    for file in &files {
        let text = code_of(file);
        for found in call.captures_iter(&text) {
            let literal = found[1].replace("\\n", "\n").replace("\\\"", "\"");
            let literal = literal.replace("\\u{201c}", "\u{201c}").replace("\\u{201d}", "\u{201d}");
            used.insert(literal);
        }
    }
    used.extend(help_texts());
    used
}

/// The help of every command, argument and option, over the entities that ship with Kontor.
fn help_texts() -> BTreeSet<String> {
    let catalog = kontor::schema::load(None).unwrap();
    let entities: Vec<&str> = catalog.entities().map(|entity| entity.name.as_str()).collect();
    let texts = kontor::cli::help_texts(&entities);
    assert!(texts.len() > 120, "{}", texts.len());
    texts
}

fn holes(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(hole, _)| hole.split('?').next().unwrap_or(hole))
        .collect()
}

#[test]
fn every_phrase_is_translated_and_no_translation_is_left_over() {
    let file = include_str!("../assets/strings/phrases.zh.toml");
    let table: toml::Table = file.parse().unwrap();
    let used = used();
    assert!(used.len() > 200, "{}", used.len());
    let missing: Vec<&String> = used.iter().filter(|key| !table.contains_key(*key)).collect();
    assert!(missing.is_empty(), "without Chinese: {missing:#?}");
    let left: Vec<&String> = table.keys().filter(|key| !used.contains(*key)).collect();
    assert!(left.is_empty(), "nobody says: {left:#?}");
    for (key, text) in &table {
        let text = text.as_str().unwrap();
        assert_eq!(holes(key), holes(text), "{key}");
    }
}

/// Errors hold phrases, and a phrase is made of text that nobody translates by `Phrase::raw` alone: so
/// whatever is said there must not be our own words.
#[test]
fn nothing_of_our_own_is_said_untranslated() {
    let raw = Regex::new(r#"Phrase::raw\(\s*&?(?:format!\(\s*)?"((?:[^"\\]|\\.)*)""#).unwrap();
    let word = Regex::new(r#"Phrase::word\(\s*"((?:[^"\\]|\\.)*)""#).unwrap();
    let hole = Regex::new(r"\{[^{}]*\}").unwrap();
    let ours = Regex::new(r"[a-z]{2}").unwrap();
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut found = Vec::new();
    let tests = |file: &Path| file.components().any(|part| part.as_os_str() == "tests");
    for file in files.iter().filter(|file| !tests(file) && !file.ends_with("tests.rs")) {
        let text = code_of(file);
        for said in raw.captures_iter(&text).chain(word.captures_iter(&text)) {
            if ours.is_match(&hole.replace_all(&said[1], "")) {
                found.push(format!("{}: {}", file.display(), &said[1]));
            }
        }
    }
    assert!(found.is_empty(), "say it by phrase!: {found:#?}");
}

/// What errors of every room are made of: a `String` in one would be English for everybody.
#[test]
fn errors_hold_phrases() {
    let field = Regex::new(
        r"(?m)^\s*(?:pub )?(message|hint|advice|found|notices): (?:Option<|Vec<)?(?:String|&'static str)\b",
    )
    .unwrap();
    let mut files = Vec::new();
    for room in
        ["cli", "config", "exchange", "gate", "policy", "query", "report", "schema", "syntax"]
    {
        sources(&Path::new("src").join(room), &mut files);
    }
    files.extend(["src/action/key.rs", "src/action/keymap/file.rs"].map(PathBuf::from));
    let mut found = Vec::new();
    for file in &files {
        for said in field.captures_iter(&code_of(file)) {
            found.push(format!("{}: {}", file.display(), said[0].trim()));
        }
    }
    assert!(found.is_empty(), "a phrase can be told in every language: {found:#?}");
}
