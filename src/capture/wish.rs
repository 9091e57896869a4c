//! A line that was read and whom it names -> what is to be written, and what is still unclear.

use super::line::Line;
use super::links::links;
use super::who::Found;
use crate::model::{ContactPoint, Edit, Lang, Link, Name, Record, Value};
use crate::schema::{Catalog, Coercion, Entity, FieldType};

/// Longer texts become a subject and stay whole in the body.
const SUBJECT: usize = 160;

/// What a line makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Makes {
    /// An activity: it has happened.
    Activity,
    /// A task: it is to be done.
    Task,
    /// A record of an entity of its own.
    Record,
}

/// What is not clear about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The words fit several: whom are they about?
    Several,
    /// The words fit nobody.
    Nobody,
    /// Nobody is named, and it must be about somebody.
    NoWho,
    /// There is nothing to write.
    NoText,
    /// It is said to have happened, and its time lies ahead.
    Ahead,
    /// Nobody, or more than one, is meant by `@`.
    User(String),
    /// A sign that means nothing.
    Strange(String),
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// What it is.
    pub makes: Makes,
    /// Of which entity.
    pub entity: Name,
    /// Its fields.
    pub set: Vec<(Name, Value)>,
    /// What must be asked first; empty where all is clear.
    pub troubles: Vec<Trouble>,
}

impl Wish {
    /// What a line and those it names come to. `None` where nothing was typed, or the company has no
    /// such records.
    #[must_use]
    pub fn of(line: &Line, found: &Found, reading: &Coercion<'_>, lang: Lang) -> Option<Self> {
        if line.text.trim().is_empty() {
            return None;
        }
        let catalog = reading.catalog;
        let ahead = is_ahead(line, reading);
        let (makes, name) = match line.verb.kind {
            kind if line.verb.is_entity() => (Makes::Record, kind),
            "todo" => (Makes::Task, "task"),
            "note" if !ahead => (Makes::Activity, "activity"),
            "note" => (Makes::Task, "task"),
            _ if line.verb.past || (line.when.is_some() && !ahead) => (Makes::Activity, "activity"),
            _ => (Makes::Task, "task"),
        };
        let entity = catalog.entity(name)?;
        let mut wish =
            Self { makes, entity: entity.name.clone(), set: Vec::new(), troubles: Vec::new() };
        if let Some(about) = &found.record {
            wish.set = links(entity, about, catalog);
        }
        wish.put_kind(entity, line, ahead);
        wish.put_text(entity, line, found, catalog, lang);
        wish.put_when(entity, line, reading);
        wish.put_rest(entity, line, found, reading);
        wish.doubt(line, found, ahead);
        Some(wish)
    }

    fn put(&mut self, entity: &Entity, field: &str, value: Value) {
        if entity.field(field).is_some_and(|field| !field.is_given()) && !value.is_null() {
            self.set.retain(|(name, _)| *name != *field);
            self.set.push((Name::from(field), value));
        }
    }

    fn put_kind(&mut self, entity: &Entity, line: &Line, ahead: bool) {
        if self.makes != Makes::Record {
            let kind = if line.verb.kind == "note" && ahead { "todo" } else { line.verb.kind };
            self.put(entity, "kind", Value::from(kind));
        }
    }

    fn put_text(
        &mut self,
        entity: &Entity,
        line: &Line,
        found: &Found,
        catalog: &Catalog,
        lang: Lang,
    ) {
        let text = text_of(line, found);
        let kind = entity.field("kind").and_then(|field| {
            let choice = field.choices.iter().find(|choice| choice.value == line.verb.kind)?;
            Some(choice.label.get(lang).to_owned())
        });
        let who = || found.record.as_ref().map(|record| title(catalog, record));
        let text = match (text, self.makes.clone(), kind) {
            (Some(text), Makes::Task, Some(kind)) if line.verb.is_contact() => {
                joined(&kind, &text, lang)
            }
            (Some(text), ..) => text,
            // A task needs a name, and a call with somebody has one.
            (None, Makes::Task, Some(kind)) if line.verb.is_contact() => {
                who().map_or_else(|| kind.clone(), |who| joined(&kind, &who, lang))
            }
            (None, Makes::Activity, Some(kind)) if line.verb.is_contact() => kind,
            (None, Makes::Record, _) if line.verb.kind == "deal" => who().unwrap_or_default(),
            (None, ..) => String::new(),
        };
        if text.is_empty() {
            self.troubles.push(Trouble::NoText);
            return;
        }
        match text.char_indices().nth(SUBJECT) {
            Some((end, _)) => {
                let cut = text[..end].rfind(' ').filter(|at| *at > SUBJECT / 2).unwrap_or(end);
                self.put(entity, &entity.title.clone(), Value::from(&text[..cut]));
                let body = if entity.field("body").is_some() { "body" } else { "description" };
                self.put(entity, body, Value::from(text.as_str()));
            }
            None => self.put(entity, &entity.title.clone(), Value::from(text.as_str())),
        }
    }

    fn put_when(&mut self, entity: &Entity, line: &Line, reading: &Coercion<'_>) {
        let Some(when) = &line.when else { return };
        let day = when.instant.with_timezone(&reading.zone).date_naive();
        let today = reading.now.with_timezone(&reading.zone).date_naive();
        let field = match self.makes {
            Makes::Activity => "happened_at",
            Makes::Task => "due",
            Makes::Record => "expected_close",
        };
        let value = match (&self.makes, entity.field(field).map(|field| &field.kind)) {
            (_, Some(FieldType::Date)) => Value::Date(day),
            // `called Müller today`: now is when it is written down.
            (Makes::Activity, _) if !when.timed && day == today => return,
            _ => Value::DateTime(when.instant),
        };
        self.put(entity, field, value);
    }

    fn put_rest(&mut self, entity: &Entity, line: &Line, found: &Found, reading: &Coercion<'_>) {
        if let Some(amount) = &line.amount {
            self.put(entity, "amount", Value::Money(*amount));
        }
        if !line.tags.is_empty() {
            let mut tags: Vec<String> = Vec::new();
            for tag in &line.tags {
                if !tags.contains(tag) {
                    tags.push(tag.clone());
                }
            }
            self.put(entity, "tags", Value::List(tags));
        }
        if let Some(priority) = line.priority {
            self.put(entity, "priority", Value::from(priority));
        }
        if let [user] = found.users.as_slice() {
            let mut link = Link::new(&user.record.entity, user.record.id);
            link.title.clone_from(&user.title);
            self.put(entity, "owner", Value::Link(link));
        }
        for (field, mail) in [("emails", true), ("phones", false)] {
            let points: Vec<ContactPoint> = line
                .points
                .iter()
                .filter(|point| point.contains('@') == mail)
                .filter_map(|point| self.point(entity, field, point, reading))
                .collect();
            if !points.is_empty() {
                self.put(entity, field, Value::Points(points));
            }
        }
    }

    fn point(
        &mut self,
        entity: &Entity,
        field: &str,
        typed: &str,
        reading: &Coercion<'_>,
    ) -> Option<ContactPoint> {
        let field = entity.field(field)?;
        let input = crate::model::Input::Text(typed.to_owned());
        match reading.value(entity, field, &input) {
            Ok(Value::Points(points)) => points.into_iter().next(),
            _ => {
                self.troubles.push(Trouble::Strange(typed.to_owned()));
                None
            }
        }
    }

    fn doubt(&mut self, line: &Line, found: &Found, ahead: bool) {
        let needs = line.verb.is_contact() || matches!(line.verb.kind, "note" | "deal");
        if found.record.is_none() {
            if found.hits.len() > 1 {
                self.troubles.insert(0, Trouble::Several);
            } else if needs && !found.words.is_empty() {
                self.troubles.insert(0, Trouble::Nobody);
            } else if needs && self.makes != Makes::Task {
                self.troubles.insert(0, Trouble::NoWho);
            }
        }
        if self.makes == Makes::Activity && ahead {
            self.troubles.push(Trouble::Ahead);
        }
        if let Some(user) = line.user.as_ref().filter(|_| found.users.len() != 1) {
            self.troubles.push(Trouble::User(user.clone()));
        }
        self.troubles.extend(line.strange.iter().cloned().map(Trouble::Strange));
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> &Value {
        static NULL: Value = Value::Null;
        self.set.iter().find(|(name, _)| *name == *field).map_or(&NULL, |(_, value)| value)
    }

    /// The edit that writes it.
    #[must_use]
    pub fn edit(&self) -> Edit {
        let edit = Edit::create(&self.entity);
        self.set.iter().fold(edit, |edit, (field, value)| edit.with(field, value.clone()))
    }

    /// What history says it was for.
    #[must_use]
    pub fn why(&self, line: &Line) -> String {
        match self.makes {
            Makes::Activity => format!("log {}", line.verb.kind),
            Makes::Task | Makes::Record => format!("new {}", self.entity),
        }
    }
}

/// Whether the time of a line is still to come. A day without a time is to come until it is over.
fn is_ahead(line: &Line, reading: &Coercion<'_>) -> bool {
    let Some(when) = &line.when else { return false };
    let day = when.instant.with_timezone(&reading.zone).date_naive();
    let today = reading.now.with_timezone(&reading.zone).date_naive();
    if when.timed {
        when.instant > reading.now
    } else {
        day > today || (day == today && !line.verb.past)
    }
}

/// What it is about: what was said to be, and the words nothing else was made of.
fn text_of(line: &Line, found: &Found) -> Option<String> {
    let rest =
        line.rest(found.at.as_ref().filter(|_| found.record.is_some() || !found.hits.is_empty()));
    // Words that were sought and fit nobody are asked about, and stay words if they name nobody.
    let rest = if found.words.is_empty() || found.at.is_some() {
        rest
    } else {
        without(&rest, &found.words)
    };
    match (&line.about, rest.is_empty()) {
        (Some(about), true) => Some(about.clone()),
        (Some(about), false) => Some(format!("{rest}: {about}")),
        (None, false) => Some(rest),
        (None, true) => None,
    }
}

fn without(rest: &str, words: &str) -> String {
    super::mark::tidy(&rest.replacen(words, "", 1))
}

fn joined(kind: &str, text: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{kind}: {text}"),
        Lang::Zh => format!("{kind}：{text}"),
    }
}

/// The title of a record of the catalogue, or its reference.
fn title(catalog: &Catalog, record: &Record) -> String {
    let own = catalog.entity(&record.entity).map(|entity| record.get(&entity.title));
    let own = own.and_then(Value::as_text).unwrap_or_default();
    if own.is_empty() { catalog.reference(&record.reference()) } else { own.to_owned() }
}
