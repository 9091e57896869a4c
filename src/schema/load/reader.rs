//! Typed reading of a TOML tree that collects what is wrong instead of stopping at it.

use std::collections::HashSet;
use std::str::FromStr;

use rust_decimal::Decimal;
use toml::de::{DeTable, DeValue};

use super::words::{all, nearest};
use super::{File, SchemaError};
use crate::model::{Phrase, phrase};
use crate::schema::{Label, Origin};
use crate::syntax::{self, Expr};

/// A place in one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Which file.
    pub file: usize,
    /// The byte in it.
    pub offset: usize,
}

/// What was read is wrong, and that was said: nothing more is to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reported;

/// All that was found wrong so far, and what is being read.
pub(super) struct Problems<'s> {
    files: &'s [File<'s>],
    subject: String,
    found: Vec<(Place, Phrase, Option<Phrase>)>,
    given_up: HashSet<String>,
}

impl<'s> Problems<'s> {
    pub(super) fn new(files: &'s [File<'s>]) -> Self {
        Self { files, subject: String::new(), found: Vec::new(), given_up: HashSet::new() }
    }

    /// Names what is being read, to stand before each message: `customer.tier`.
    pub(super) fn subject(&mut self, subject: &str) {
        self.subject.clear();
        self.subject.push_str(subject);
    }

    /// True while the fields of every record are declared rather than changed.
    pub(super) fn reads_system(&self) -> bool {
        self.subject.starts_with("system.")
    }

    /// Adds `.part` to the subject; returns what [`Problems::leave`] wants back.
    pub(super) fn enter(&mut self, part: &str) -> usize {
        let length = self.subject.len();
        self.subject.push('.');
        self.subject.push_str(part);
        length
    }

    /// Takes back what [`Problems::enter`] added.
    pub(super) fn leave(&mut self, length: usize) {
        self.subject.truncate(length);
    }

    /// Notes that the entity or field of this name is being read; until it has succeeded, nobody
    /// need complain that it is not there.
    pub(super) fn give_up(&mut self, name: &str) {
        self.given_up.insert(name.to_owned());
    }

    /// Takes back [`Problems::give_up`].
    pub(super) fn succeed(&mut self, name: &str) {
        self.given_up.remove(name);
    }

    /// True where an entity or field of this name was declared, but wrongly.
    pub(super) fn gave_up(&self, name: &str) -> bool {
        self.given_up.contains(name)
    }

    pub(super) fn add(&mut self, place: Place, message: Phrase, hint: Option<Phrase>) {
        let message = if self.subject.is_empty() {
            message
        } else {
            phrase!("{name}: {message}", name = &self.subject, message)
        };
        self.found.push((place, message, hint));
    }

    pub(super) fn at(&mut self, item: &Item<'_>, message: Phrase, hint: Option<Phrase>) {
        self.add(item.place, message, hint);
    }

    pub(super) fn unknown_key(&mut self, item: &Item<'_>, known: &[&str]) {
        let hint = nearest(item.key, known.iter().copied()).map_or_else(
            || phrase!("the keys here are {all}", all = all(known.iter().copied())),
            |key| phrase!("did you mean `{near}`?", near = key),
        );
        self.at(item, phrase!("unknown key `{key}`", key = item.key), Some(hint));
    }

    /// How many there are so far.
    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// True where the place is in the company's own file.
    pub(super) fn is_company(&self, place: Place) -> bool {
        self.files[place.file].origin == Origin::Company
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The errors in the order of the files and their lines.
    pub(super) fn into_errors(mut self) -> Vec<SchemaError> {
        self.found.sort_by_key(|(place, ..)| (place.file, place.offset));
        let files = self.files;
        self.found
            .into_iter()
            .map(|(place, message, hint)| {
                let file = files[place.file];
                let before = file.text.get(..place.offset).unwrap_or(file.text);
                let line = 1 + before.bytes().filter(|&byte| byte == b'\n').count();
                SchemaError { file: file.name.to_owned(), line, message, hint }
            })
            .collect()
    }
}

/// A key and its value, with their place.
#[derive(Clone, Copy)]
pub(super) struct Item<'t> {
    /// The key; empty for an element of an array.
    pub key: &'t str,
    /// The value.
    pub value: &'t DeValue<'t>,
    /// Where the key (or the element) begins.
    pub place: Place,
}

impl<'t> Item<'t> {
    /// The entries of a table of file number `file`.
    pub(super) fn of_table(
        table: &'t DeTable<'t>,
        file: usize,
    ) -> impl Iterator<Item = Self> + use<'t> {
        table.iter().map(move |(key, value)| Self {
            key: key.get_ref(),
            value: value.get_ref(),
            place: Place { file, offset: key.span().start },
        })
    }

    fn wrong(&self, wanted: Phrase, example: &str, problems: &mut Problems<'_>) {
        let found = match self.value {
            DeValue::String(_) => phrase!("text"),
            DeValue::Integer(_) | DeValue::Float(_) => phrase!("a number"),
            DeValue::Boolean(_) => phrase!("true or false"),
            DeValue::Datetime(_) => phrase!("a date"),
            DeValue::Array(_) => phrase!("a list"),
            DeValue::Table(_) => phrase!("a table"),
        };
        let message = if self.key.is_empty() {
            phrase!("this must be {wanted}, not {found}", wanted, found)
        } else {
            phrase!("`{key}` must be {wanted}, not {found}", key = self.key, wanted, found)
        };
        let hint = (!example.is_empty()).then(|| phrase!("write {example}", example));
        problems.at(self, message, hint);
    }

    /// The entries of a table; none, and a problem, where it is none.
    pub(super) fn table(
        &self,
        problems: &mut Problems<'_>,
    ) -> impl Iterator<Item = Self> + use<'t> {
        let table = if let DeValue::Table(table) = self.value {
            Some(table)
        } else {
            self.wrong(phrase!("a table"), &format!("{} = {{ … }}", self.key), problems);
            None
        };
        let file = self.place.file;
        table.into_iter().flat_map(move |table| Self::of_table(table, file))
    }

    /// An entry of a table, without complaint where there is none.
    pub(super) fn peek(&self, key: &str) -> Option<Self> {
        let DeValue::Table(table) = self.value else { return None };
        let (key, value) = table.get_key_value(key)?;
        let place = Place { file: self.place.file, offset: key.span().start };
        Some(Self { key: key.get_ref(), value: value.get_ref(), place })
    }

    /// The elements of an array; none, and a problem, where it is none.
    pub(super) fn list(&self, problems: &mut Problems<'_>) -> Vec<Self> {
        if !matches!(self.value, DeValue::Array(_)) {
            self.wrong(phrase!("a list"), &format!("{} = [ … ]", self.key), problems);
        }
        self.elements()
    }

    /// The elements of an array, without complaint where there is none.
    pub(super) fn elements(&self) -> Vec<Self> {
        let DeValue::Array(array) = self.value else { return Vec::new() };
        let file = self.place.file;
        array
            .iter()
            .map(|element| Self {
                key: "",
                value: element.get_ref(),
                place: Place { file, offset: element.span().start },
            })
            .collect()
    }

    /// Whether it is a table in which `key` is this text.
    pub(super) fn says(&self, key: &str, text: &str) -> bool {
        let value = self.peek(key);
        value.is_some_and(|item| matches!(item.value, DeValue::String(said) if said == text))
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.value, DeValue::String(_))
    }

    pub(super) fn is_false(&self) -> bool {
        matches!(self.value, DeValue::Boolean(false))
    }

    /// A text; control characters are refused, for these texts reach the terminal and SQL.
    pub(super) fn text(&self, problems: &mut Problems<'_>) -> Option<&'t str> {
        let DeValue::String(text) = self.value else {
            self.wrong(phrase!("text"), &format!("{} = \"…\"", self.key), problems);
            return None;
        };
        if text.chars().any(|c| c.is_control() && c != '\n') {
            problems.at(self, phrase!("`{key}` has control characters", key = self.key), None);
            return None;
        }
        Some(text)
    }

    /// A text that may be empty, which takes away what was there.
    pub(super) fn text_or_none(
        &self,
        problems: &mut Problems<'_>,
    ) -> Result<Option<&'t str>, Reported> {
        let text = self.text(problems).ok_or(Reported)?;
        Ok((!text.trim().is_empty()).then_some(text))
    }

    pub(super) fn flag(&self, target: &mut bool, problems: &mut Problems<'_>) {
        if let DeValue::Boolean(flag) = self.value {
            *target = *flag;
        } else {
            self.wrong(phrase!("true or false"), &format!("{} = true", self.key), problems);
        }
    }

    /// A number, exactly as written.
    pub(super) fn decimal(&self, problems: &mut Problems<'_>) -> Option<Decimal> {
        let parsed = match self.value {
            DeValue::Integer(number) if number.radix() == 10 => {
                Decimal::from_str(number.as_str()).ok()
            }
            DeValue::Float(number) => Decimal::from_str(number.as_str()).ok(),
            _ => {
                self.wrong(phrase!("a number"), &format!("{} = 100", self.key), problems);
                return None;
            }
        };
        if parsed.is_none() {
            problems.at(
                self,
                phrase!("`{key}` is no number that can be kept", key = self.key),
                None,
            );
        }
        parsed.map(|number| number.normalize())
    }

    /// A whole number within bounds.
    pub(super) fn whole(&self, from: u16, to: u16, problems: &mut Problems<'_>) -> Option<u16> {
        let DeValue::Integer(number) = self.value else {
            self.wrong(phrase!("a whole number"), &format!("{} = {from}", self.key), problems);
            return None;
        };
        let parsed = u16::from_str_radix(number.as_str(), number.radix()).ok();
        let parsed = parsed.filter(|n| (from..=to).contains(n));
        if parsed.is_none() {
            problems.at(
                self,
                phrase!("`{key}` must be from {from} to {to}", key = self.key, from, to),
                None,
            );
        }
        parsed
    }

    /// A label: `{ en = "…", zh = "…" }`, or one text, which is English. A language that is not
    /// named keeps what it had.
    pub(super) fn label(&self, target: &mut Label, problems: &mut Problems<'_>) {
        if self.is_text() {
            if let Some(text) = self.text(problems) {
                text.clone_into(&mut target.en);
            }
            return;
        }
        if !matches!(self.value, DeValue::Table(_)) {
            self.wrong(
                phrase!("a label"),
                &format!("{} = {{ en = \"…\", zh = \"…\" }}", self.key),
                problems,
            );
            return;
        }
        for item in self.table(problems) {
            let side = match item.key {
                "en" => &mut target.en,
                "zh" => &mut target.zh,
                _ => {
                    problems.unknown_key(&item, &["en", "zh"]);
                    continue;
                }
            };
            if let Some(text) = item.text(problems) {
                text.clone_into(side);
            }
        }
    }

    /// An expression; an empty text takes away what was there.
    pub(super) fn expression(&self, problems: &mut Problems<'_>) -> Result<Option<Expr>, Reported> {
        let text = match self.value {
            DeValue::String(text) => std::borrow::Cow::Borrowed(text.as_ref()),
            DeValue::Integer(number) => number.as_str().to_owned().into(),
            DeValue::Float(number) => number.as_str().to_owned().into(),
            DeValue::Boolean(flag) => if *flag { "true" } else { "false" }.into(),
            _ => {
                self.wrong(phrase!("an expression"), &format!("{} = \"…\"", self.key), problems);
                return Err(Reported);
            }
        };
        self.parsed(&text, problems)
    }

    /// `text`, which is a part of this value, as an expression; an empty one is none.
    pub(super) fn parsed(
        &self,
        text: &str,
        problems: &mut Problems<'_>,
    ) -> Result<Option<Expr>, Reported> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        match syntax::parse(text) {
            Ok(expr) => Ok(Some(expr)),
            Err(error) => {
                let near = text.get(error.at.clone()).filter(|near| !near.is_empty());
                let (key, message) = (self.key, error.message);
                let message = match near {
                    Some(near) => {
                        phrase!("`{key}` does not parse at `{near}`: {message}", key, near, message)
                    }
                    None => phrase!("`{key}` does not parse: {message}", key, message),
                };
                problems.at(self, message, error.hint);
                Err(Reported)
            }
        }
    }
}
