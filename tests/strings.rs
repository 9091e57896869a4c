//! Every string of the interface is said somewhere, and every one that is asked for is there.
//!
//! Most keys stand in the source as they are. The others are made of a fixed beginning and a word
//! (`hint.` and an action): the word must be known too. Start at [`Source::says`].
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kontor::action::Table;
use kontor::schema::Catalog;
use regex::Regex;

fn keys_of(file: &str) -> BTreeSet<String> {
    fn flatten(prefix: &str, table: &toml::Table, out: &mut BTreeSet<String>) {
        for (key, value) in table {
            let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            match value {
                toml::Value::Table(inner) => flatten(&path, inner, out),
                _ => {
                    out.insert(path);
                }
            }
        }
    }
    let mut out = BTreeSet::new();
    flatten("", &file.parse().unwrap(), &mut out);
    out
}

fn english() -> BTreeSet<String> {
    keys_of(include_str!("../assets/strings/en.toml"))
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
}

/// What stands in quotes in the source, tests left out.
struct Source {
    literals: BTreeSet<String>,
    /// Beginnings of keys that are made up: `hint.` of `format!("hint.{}", ...)`, and what ends them.
    made_up: Vec<(String, String)>,
    /// Constants: slots of questions, preferences.
    named: BTreeSet<String>,
    /// First words of what is made up of two: `log` of `log {kind}`.
    openings: BTreeSet<String>,
    /// What is handed to the functions that look a key up.
    asked_for: BTreeSet<String>,
}

impl Source {
    fn read() -> Self {
        let mut paths = Vec::new();
        files(Path::new("src"), &mut paths);
        let literal = Regex::new(r#""((?:[^"\\\n]|\\.)*)""#).unwrap();
        let opening = Regex::new(r"^([a-z]+) \{[^}]*\}$").unwrap();
        let constant = Regex::new(r#"const [A-Z_]+: &str = "([^"]*)""#).unwrap();
        let slot = Regex::new(r#"Slot\(\s*"[^"]*""#).unwrap();
        let hole = Regex::new(r"^([a-z_.]+\.)\{[^}]*\}([a-z_.]*)$").unwrap();
        // `ctx.t("a.b")`, `ctx.t(if x { "a.b" } else { "c.d" })`.
        let call = Regex::new(
            r#"(?:ctx|strings|self)\s*\.(?:t|tf|count|fill|find)\(\s*(?:if [^"]*\{\s*)?"([a-z0-9_.-]+)"(?:\s*\}\s*else\s*\{\s*"([a-z0-9_.-]+)")?"#,
        )
        .unwrap();
        let mut source = Self {
            literals: BTreeSet::new(),
            made_up: Vec::new(),
            named: BTreeSet::new(),
            openings: BTreeSet::new(),
            asked_for: BTreeSet::new(),
        };
        for path in paths {
            let text = std::fs::read_to_string(&path).unwrap();
            // Tests stand last in a file, or in one of their own.
            let in_tests = path.ends_with("tests.rs") || path.iter().any(|part| part == "tests");
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            if in_tests {
                continue;
            }
            let text = &slot.replace_all(text, "Slot(");
            source.named.extend(constant.captures_iter(text).map(|found| found[1].to_owned()));
            for found in literal.captures_iter(text) {
                let word = found[1].to_owned();
                if let Some(parts) = hole.captures(&word) {
                    source.made_up.push((parts[1].to_owned(), parts[2].to_owned()));
                }
                if let Some(parts) = opening.captures(&word) {
                    source.openings.insert(parts[1].to_owned());
                }
                source.literals.insert(word);
            }
            for found in call.captures_iter(text) {
                source
                    .asked_for
                    .extend(found.iter().skip(1).flatten().map(|m| m.as_str().to_owned()));
            }
        }
        source
    }

    /// Whether a key stands in the source, or is made of a beginning and a word that do.
    fn says(&self, key: &str, words: &BTreeSet<String>) -> bool {
        let known = |word: &str| {
            self.literals.contains(word)
                || self.literals.contains(&word.replace('_', " "))
                || words.contains(word)
        };
        // What a change is for may be put together too: `format!("log {kind}")`.
        let two = |word: &str| {
            word.split_once('_')
                .is_some_and(|(first, rest)| self.openings.contains(first) && known(rest))
        };
        self.literals.contains(key)
            || self.made_up.iter().any(|(begin, end)| {
                key.strip_prefix(begin.as_str())
                    .and_then(|rest| rest.strip_suffix(end.as_str()))
                    .is_some_and(|word| !word.is_empty() && (known(word) || two(word)))
            })
    }
}

/// Words that reach a key without standing in quotes: actions and their families, rights.
fn words(catalog: &Catalog) -> BTreeSet<String> {
    let table = Table::new(catalog);
    let mut words = BTreeSet::new();
    for action in table.all() {
        words.insert(action.id.to_string());
        words.insert(action.id.split('.').next().unwrap().to_owned());
    }
    words
}

#[test]
fn every_string_is_said_somewhere() {
    let catalog = kontor::schema::load(None).unwrap();
    let (source, words) = (Source::read(), words(&catalog));
    let english = english();
    assert!(english.len() > 500, "{}", english.len());
    let left: Vec<&String> = english
        .iter()
        .filter(|key| {
            // The text for one is chosen where the one for many is asked for.
            let many = key.strip_suffix("_one").filter(|many| english.contains(*many));
            !source.says(many.unwrap_or(key), &words)
        })
        .collect();
    assert!(left.is_empty(), "nobody says: {left:#?}");
    // What is made up is no key that anybody could say.
    for nobody in ["word.yes", "hint.no-such.action", "why.nothing_at_all"] {
        assert!(!source.says(nobody, &words), "{nobody}");
    }
}

#[test]
fn every_string_that_is_asked_for_is_there() {
    let (source, english) = (Source::read(), english());
    assert!(source.asked_for.len() > 200, "{}", source.asked_for.len());
    let missing: Vec<&String> =
        source.asked_for.iter().filter(|key| !english.contains(*key)).collect();
    assert!(missing.is_empty(), "no text for: {missing:#?}");
    // The same for keys that go through a variable: they begin like a section.
    let sections: BTreeSet<&str> =
        english.iter().filter_map(|key| key.split_once('.')).map(|(first, _)| first).collect();
    let catalog = kontor::schema::load(None).unwrap();
    let table = Table::new(&catalog);
    let looks_like = Regex::new(r"^[a-z]+(\.[a-z][a-z0-9_-]*)+$").unwrap();
    let missing: Vec<&String> = source
        .literals
        .iter()
        .filter(|word| !source.named.contains(*word))
        .filter(|word| looks_like.is_match(word) && !english.contains(*word))
        .filter(|word| sections.contains(word.split('.').next().unwrap()))
        .filter(|word| table.get(word).is_none() && !NO_KEYS.contains(&word.as_str()))
        .collect();
    assert!(missing.is_empty(), "neither a string nor an action: {missing:#?}");
}

/// What looks like a key and is another thing: slots of questions, files, properties of the schema.
const NO_KEYS: &[&str] = &[
    "plain.toml",
    "schedule.view",
    "tutor.db",
    "view.columns",
    "view.group",
    "view.query",
    "view.sort",
];
