//! Every phrase in the source has its Chinese text, with the same holes, and none is left over.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Words that reach a phrase by a name and not as a literal: kinds of values, what is done with them.
const BY_NAME: [&str; 44] = [
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

fn used() -> BTreeSet<String> {
    let call = Regex::new(r#"phrase!\(\s*"((?:[^"\\]|\\.)*)""#).unwrap();
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut used: BTreeSet<String> = BY_NAME.into_iter().map(str::to_owned).collect();
    used.extend(["formula", "rollup"].map(str::to_owned));
    for file in files.iter().filter(|file| !file.ends_with("model/phrase.rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        for found in call.captures_iter(&text) {
            let literal = found[1].replace("\\n", "\n").replace("\\\"", "\"");
            let literal = literal.replace("\\u{201c}", "\u{201c}").replace("\\u{201d}", "\u{201d}");
            used.insert(literal);
        }
    }
    used
}

fn holes(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
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
