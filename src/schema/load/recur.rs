//! Reads `[entity.NAME.recurs]`: when the next record is made, and what it is counted by.
//!
//! Reading takes the keys one by one, so that a company may change a single one; whether the fields fit
//! is checked when all files are read. Start at [`read`], then [`faults`].

use super::entity::Draft;
use super::reader::{Item, Problems};
use super::words::{all, nearest};
use crate::model::{Name, Phrase, phrase};
use crate::schema::recur::{Every, Recurs};
use crate::schema::{Choice, Entity, Field, FieldType};

const KEYS: &[&str] = &["when", "by", "from", "until", "next", "since", "shift", "fresh"];

/// Reads the rule of an entity; `false` takes away what was there.
pub(super) fn read(rule: &mut Option<Box<Recurs>>, item: &Item<'_>, problems: &mut Problems<'_>) {
    if item.is_false() {
        *rule = None;
        return;
    }
    let missing: Vec<&str> = ["when", "by", "from", "next"]
        .into_iter()
        .filter(|key| rule.is_none() && item.peek(key).is_none())
        .collect();
    let is_table = matches!(item.value, toml::de::DeValue::Table(_));
    if is_table && !missing.is_empty() {
        let hint = phrase!(
            "as in when = \"status.state = won\", by = \"repeat\", from = \"due\", next = \"followed_by\""
        );
        let message = phrase!("`recurs` needs {all}", all = all(missing));
        problems.at(item, message, Some(hint));
        return;
    }
    let old = rule.take();
    let mut when = old.as_ref().map(|rule| rule.when.clone());
    let name = |of: fn(&Recurs) -> &Name| old.as_deref().map(|rule| of(rule).clone());
    let (mut by, mut from, mut next) = (name(|r| &r.by), name(|r| &r.from), name(|r| &r.next));
    let mut until = old.as_ref().and_then(|rule| rule.until.clone());
    let mut since = old.as_ref().and_then(|rule| rule.since.clone());
    let mut shift = old.as_ref().map(|rule| rule.shift.clone()).unwrap_or_default();
    let mut fresh = old.map(|rule| rule.fresh).unwrap_or_default();
    for item in item.table(problems) {
        match item.key {
            "when" => {
                if let Ok(Some(expr)) = item.expression(problems) {
                    when = Some(expr);
                }
            }
            "by" => read_name(&mut by, &item, problems),
            "from" => read_name(&mut from, &item, problems),
            "next" => read_name(&mut next, &item, problems),
            "until" | "since" => {
                if let Ok(text) = item.text_or_none(problems) {
                    let target = if item.key == "until" { &mut until } else { &mut since };
                    *target = text.map(Name::from);
                }
            }
            "shift" => shift = names(&item, problems),
            "fresh" => fresh = names(&item, problems),
            _ => problems.unknown_key(&item, KEYS),
        }
    }
    if let (Some(when), Some(by), Some(from), Some(next)) = (when, by, from, next) {
        *rule = Some(Box::new(Recurs { when, by, from, until, next, since, shift, fresh }));
    }
}

fn read_name(target: &mut Option<Name>, item: &Item<'_>, problems: &mut Problems<'_>) {
    if let Some(text) = item.text(problems) {
        *target = Some(Name::from(text));
    }
}

fn names(item: &Item<'_>, problems: &mut Problems<'_>) -> Vec<Name> {
    item.list(problems).iter().filter_map(|name| name.text(problems).map(Name::from)).collect()
}

/// Reads `every` of a choice; an empty text takes away what was there.
pub(super) fn read_every(choice: &mut Choice, item: &Item<'_>, problems: &mut Problems<'_>) {
    let Ok(text) = item.text_or_none(problems) else { return };
    choice.every = None;
    let Some(text) = text else { return };
    match text.parse() {
        Ok(every) => choice.every = Some(every),
        Err(()) => {
            let hint = phrase!("one of {words}", words = Every::EXAMPLES);
            problems.at(item, phrase!("`{text}` is no step of time", text), Some(hint));
        }
    }
}

/// What does not fit: the key, what is wrong and what to do.
pub(super) fn faults(
    entity: &Entity,
    rule: &Recurs,
    problems: &Problems<'_>,
) -> Vec<(&'static str, Phrase, Option<Phrase>)> {
    let mut found = Vec::new();
    let dated = |kind: &FieldType| matches!(kind, FieldType::Date | FieldType::DateTime);
    let leads_here =
        |kind: &FieldType| matches!(kind, FieldType::Link { to } if *to == entity.name);
    let mut check = |key, name: &Name, what: Phrase, fits: &dyn Fn(&FieldType) -> bool| {
        let field = entity.fields.iter().find(|field| field.name == *name);
        match field {
            Some(field) if fits(&field.kind) => {}
            Some(field) => {
                let message = phrase!(
                    "`{name}` is {kind}, not {what}",
                    name,
                    kind = Phrase::word(field.kind.word()),
                    what
                );
                found.push((key, message, None));
            }
            None if problems.gave_up(name) => {}
            None => {
                let fitting = entity.fields.iter().filter(|field| fits(&field.kind));
                let near = nearest(name, fitting.map(|field| field.name.as_str()));
                let hint = near.map(|near| phrase!("did you mean `{near}`?", near));
                found.push((key, phrase!("there is no field `{name}`", name), hint));
            }
        }
    };
    check("recurs.by", &rule.by, phrase!("a select field"), &|kind| *kind == FieldType::Select);
    check("recurs.from", &rule.from, phrase!("a date"), &dated);
    check(
        "recurs.next",
        &rule.next,
        phrase!("a link to {entity}", entity = &entity.name),
        &leads_here,
    );
    for (key, name) in [("recurs.until", &rule.until), ("recurs.since", &rule.since)] {
        if let Some(name) = name {
            check(key, name, phrase!("a date"), &dated);
        }
    }
    for name in &rule.shift {
        check("recurs.shift", name, phrase!("a date"), &dated);
    }
    for name in &rule.fresh {
        check("recurs.fresh", name, phrase!("a field with a value"), &|kind| !kind.is_computed());
    }
    let by = entity.fields.iter().find(|field| field.name == rule.by);
    if let Some(by) = by.filter(|by| by.kind == FieldType::Select && !steps(by)) {
        let message = phrase!("no choice of `{by}` says how often", by = &by.name);
        let hint = phrase!("give its options an `every`, as in every = \"2 weeks\"");
        found.push(("recurs.by", message, Some(hint)));
    }
    found
}

fn steps(field: &Field) -> bool {
    field.choices.iter().any(|choice| choice.every.is_some())
}

/// Whether any entity has a rule: only then there is anything to check.
pub(super) fn ruled(draft: &Draft) -> impl Iterator<Item = (&Entity, &Recurs)> {
    draft.entities.iter().filter_map(|entity| Some((entity, entity.recurs.as_deref()?)))
}
