//! The words of the interface, in the languages Kontor speaks.
//!
//! They stand in `assets/strings/en.toml` and `zh.toml`; keys are dotted paths (`list.empty`),
//! `{name}` in a text is filled in, `{key:list.filter}` by the user's own key for an action, once for all
//! ([`Strings::with_keys`]). Labels of entities and fields are the schema's, not here.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::model::{Lang, Phrase};

const ENGLISH: &str = include_str!("../../assets/strings/en.toml");
const CHINESE: &str = include_str!("../../assets/strings/zh.toml");
/// What is said where something is wrong, by its English text.
const PHRASES: &str = include_str!("../../assets/strings/phrases.zh.toml");

type Table = HashMap<String, String>;

/// The words of one language; cheap to clone.
#[derive(Debug, Clone)]
pub struct Strings {
    /// Which language.
    pub lang: Lang,
    own: &'static Table,
    english: &'static Table,
    /// The texts that name keys, with the user's own.
    keyed: Arc<Table>,
}

/// How a text names a key: `{key:list.filter}`, `{key:ctrl-o}`.
const KEY: &str = "key:";

impl Strings {
    /// The words of `lang`.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        static TABLES: OnceLock<(Table, Table)> = OnceLock::new();
        // Both files are compiled in and read by a test, so the fallback to no words is never met.
        let (english, chinese) = TABLES
            .get_or_init(|| (read(ENGLISH).unwrap_or_default(), read(CHINESE).unwrap_or_default()));
        let own = if lang == Lang::Zh { chinese } else { english };
        Self { lang, own, english, keyed: Arc::default() }
    }

    /// The same words, with every `{key:NAME}` replaced by what `key` says of the name: an action's or a
    /// key's.
    #[must_use]
    pub fn with_keys(mut self, key: impl Fn(&str) -> String) -> Self {
        let mut keyed = Table::new();
        for (name, text) in self.english.iter().chain(self.own) {
            if text.contains("{key:") {
                keyed.insert(name.clone(), fill_keys(text, &key));
            }
        }
        self.keyed = Arc::new(keyed);
        self
    }

    /// The text of a key: English where the language has none, the key itself where nobody has.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(key).unwrap_or(key)
    }

    /// The text of a key, where some language has it.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        let known = self.keyed.get(key).or_else(|| self.own.get(key));
        known.or_else(|| self.english.get(key)).map(String::as_str)
    }

    /// A phrase in the user's language.
    #[must_use]
    pub fn said(&self, phrase: &Phrase) -> String {
        said(self.lang, phrase)
    }

    /// Whether some language has the key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.own.contains_key(key) || self.english.contains_key(key)
    }

    /// The text of a key with `{name}` replaced by each of `values`. What is filled in is not
    /// looked into again; it must be clean.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.get(key);
        let mut out = String::with_capacity(rest.len() + 16);
        while let Some((before, name, after)) = next_hole(rest) {
            out.push_str(before);
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => out.push_str(value),
                None => out.push_str(&rest[before.len()..rest.len() - after.len()]),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// As [`Strings::fill`] for a number: `key_one` where `n` is 1 and there is such a key, else
    /// `key`; `{n}` is the number.
    #[must_use]
    pub fn count(&self, key: &str, n: usize) -> String {
        let one = format!("{key}_one");
        let key = if n == 1 && self.own.contains_key(&one) { one.as_str() } else { key };
        self.fill(key, &[("n", &grouped(n as u64))])
    }
}

/// A phrase in a language.
#[must_use]
pub fn said(lang: Lang, phrase: &Phrase) -> String {
    if lang == Lang::En {
        return phrase.to_string();
    }
    phrase.told(&|key| translation(lang, key), true)
}

/// A text by its English one, where the language has it; what is to be filled in stays open.
#[must_use]
pub fn translation(lang: Lang, english: &str) -> Option<&'static str> {
    static PHRASES_ZH: OnceLock<Table> = OnceLock::new();
    if lang == Lang::En {
        return None;
    }
    let table = PHRASES_ZH.get_or_init(|| read(PHRASES).unwrap_or_default());
    table.get(english).map(String::as_str)
}

/// A text with every `{key:NAME}` replaced by what `key` says of the name; other holes stay.
#[must_use]
pub fn fill_keys(text: &str, key: &impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, name, after)) = next_hole(rest) {
        out.push_str(before);
        match name.strip_prefix(KEY) {
            Some(name) => out.push_str(&key(name)),
            None => out.push_str(&rest[before.len()..rest.len() - after.len()]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A whole number with its thousands set apart: `1,204`.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The text before the next `{name}`, the name and the text after it.
fn next_hole(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('{')?;
    let close = open + text[open..].find('}')?;
    Some((&text[..open], &text[open + 1..close], &text[close + 1..]))
}

fn read(text: &str) -> Result<Table, toml::de::Error> {
    fn flatten(prefix: &str, table: toml::Table, out: &mut Table) {
        for (key, value) in table {
            let path = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
            match value {
                toml::Value::Table(inner) => flatten(&path, inner, out),
                toml::Value::String(text) => {
                    out.insert(path, text);
                }
                other => {
                    out.insert(path, other.to_string());
                }
            }
        }
    }
    let mut out = Table::new();
    flatten("", text.parse::<toml::Table>()?, &mut out);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn holes(mut text: &str) -> BTreeSet<&str> {
        let mut holes = BTreeSet::new();
        while let Some((_, name, after)) = next_hole(text) {
            holes.insert(name);
            text = after;
        }
        holes
    }

    #[test]
    fn both_languages_have_the_same_keys_and_holes() {
        let english = read(ENGLISH).expect("en.toml is read");
        let chinese = read(CHINESE).expect("zh.toml is read");
        for (key, text) in &english {
            // Chinese does not tell one from many.
            if key.ends_with("_one") && !chinese.contains_key(key) {
                assert!(english.contains_key(key.trim_end_matches("_one")), "{key} without many");
                continue;
            }
            let other = chinese.get(key).unwrap_or_else(|| panic!("zh.toml lacks {key}"));
            assert_eq!(holes(text), holes(other), "the holes of {key} differ");
            assert!(!text.is_empty() && !other.is_empty(), "{key} is empty");
        }
        for key in chinese.keys() {
            assert!(english.contains_key(key), "zh.toml has {key}, en.toml has not");
        }
    }

    #[test]
    fn fills_and_falls_back() {
        let english = Strings::new(Lang::En);
        assert_eq!(english.fill("list.position", &[("n", "3"), ("total", "{n}")]), "3 of {n}");
        assert_eq!(english.get("no.such.key"), "no.such.key");
        assert_eq!(english.count("list.count", 1), "1 record");
        assert_eq!(english.count("list.count", 2), "2 records");
        assert_eq!(Strings::new(Lang::Zh).count("list.count", 1), "1 条记录");
    }

    #[test]
    fn keys_are_filled_in_once_for_all() {
        let keyed = Strings::new(Lang::En).with_keys(|name| format!("<{name}>"));
        let text = keyed.get("home.day_none");
        assert!(text.contains("<new.task>") && !text.contains('{'), "{text}");
        assert_eq!(keyed.get("list.position"), "{n} of {total}");
        assert_eq!(fill_keys("{n} {key:a b} {", &|name| name.to_uppercase()), "{n} A B {");
    }

    /// Keys are the user's: a text names them by `{key:ACTION}`, fixed ones by `{key:enter}`.
    #[test]
    fn no_text_names_a_key_literally() {
        let names = regex::Regex::new(
            r"(?x) \b(Ctrl|Alt|Shift)[-+] | \b(Enter|Esc|Escape|Tab|Backspace|PgUp|PgDn|Space|F[0-9]+)\b
              | [Pp]ress\ [^{] | 按\ ?([A-Za-z]|[^\p{Han}{\ ]) | 回车 | 空格 | 退格 | 左右键 | 方向键",
        )
        .unwrap();
        let holes = regex::Regex::new(r"\{[^}]*\}").unwrap();
        let mut wrong = Vec::new();
        for (lang, file) in [("en", ENGLISH), ("zh", CHINESE)] {
            for (key, text) in read(file).unwrap() {
                if names.is_match(&holes.replace_all(&text, "{}")) {
                    wrong.push(format!("{lang} {key}: {text}"));
                }
            }
        }
        assert!(wrong.is_empty(), "write {{key:...}} instead:\n{}", wrong.join("\n"));
    }
}
