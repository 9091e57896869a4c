//! Reads `[[entity.NAME.field]]`: a new field, or attributes of one that is there.

use super::choice::read_choices;
use super::entity::{name_hint, wrong_name};
use super::fit::{fits, fitting, usual_column};
use super::kind::{KIND_KEYS, read_kind};
use super::reader::{Item, Problems};
use super::words::{humanise, list, nearest};
use crate::model::{Name, Phrase, phrase};
use crate::schema::{Align, Column, Entity, Field, FieldType, Follow, Label, Origin};

const KEYS: &[&str] = &[
    "name",
    "type",
    "label",
    "short",
    "help",
    "group",
    "required",
    "required_when",
    "visible_when",
    "read_only",
    "read_only_when",
    "unique",
    "default",
    "follows",
    "pattern",
    "min",
    "max",
    "options",
    "searchable",
    "sortable",
    "indexed",
    "column",
    "personal",
    "to",
    "expr",
    "result",
    "of",
    "through",
    "take",
    "where",
    "serial",
];

/// What may be said of a field that every record has.
const SYSTEM_KEYS: &[&str] = &[
    "name",
    "label",
    "short",
    "help",
    "group",
    "required",
    "required_when",
    "visible_when",
    "default",
    "follows",
    "column",
    "sortable",
    "indexed",
];

/// Words that a field cannot be called by: the query language or SQLite means something else by them.
const RESERVED: &[&str] = &[
    "after",
    "and",
    "before",
    "between",
    "contains",
    "empty",
    "false",
    "id",
    "if",
    "in",
    "is",
    "last",
    "me",
    "my",
    "newer",
    "next",
    "no",
    "not",
    "now",
    "null",
    "oid",
    "older",
    "or",
    "ref",
    "rowid",
    "sort_key",
    "this",
    "today",
    "tomorrow",
    "true",
    "where",
    "yes",
    "yesterday",
];

/// Reads a list of fields into `entity`; its last `system` fields stay the last.
pub(super) fn read_fields(
    entity: &mut Entity,
    item: &Item<'_>,
    origin: Origin,
    system: usize,
    problems: &mut Problems<'_>,
) {
    let mut seen: Vec<&str> = Vec::new();
    for item in item.list(problems) {
        let Some(name) = item.peek("name").and_then(|name| name.text(problems)) else {
            let hint = Some(phrase!("write name = \"…\""));
            problems.at(&item, phrase!("a field needs a `name`"), hint);
            continue;
        };
        let length = problems.enter(name);
        if seen.contains(&name) {
            let hint = Some(phrase!("put all that is said of a field into one place"));
            problems.at(&item, phrase!("the field is declared twice"), hint);
        } else {
            seen.push(name);
            read_one(entity, name, &item, origin, system, problems);
        }
        problems.leave(length);
    }
}

fn read_one(
    entity: &mut Entity,
    name: &str,
    item: &Item<'_>,
    origin: Origin,
    system: usize,
    problems: &mut Problems<'_>,
) {
    if let Some(index) = entity.fields.iter().position(|field| field.name == name) {
        let field = &mut entity.fields[index];
        let retyped = KIND_KEYS.iter().chain(&["max"]).any(|key| item.peek(key).is_some());
        if retyped && let Some(kind) = read_kind(item, Some(&field.kind), problems) {
            field.kind = kind;
        }
        read_attributes(field, item, problems);
        return;
    }
    problems.give_up(name);
    if let Some(wrong) = wrong_name(name) {
        problems.at(item, phrase!("no name for a field: {wrong}", wrong), Some(name_hint()));
        return;
    }
    if RESERVED.contains(&name) {
        let hint =
            phrase!("the query language uses this word; choose another, as {name}_value", name);
        problems.at(item, phrase!("a reserved word"), Some(hint));
        return;
    }
    if item.peek("type").is_none() {
        let hint = nearest(name, entity.fields.iter().map(|field| field.name.as_str()))
            .map_or_else(
                || phrase!("write type = \"text\""),
                |near| phrase!("did you mean the field `{near}`?", near),
            );
        problems.at(item, phrase!("a new field needs a `type`"), Some(hint));
        return;
    }
    let Some(kind) = read_kind(item, None, problems) else { return };
    let group = entity.groups.first().map_or_else(|| Name::from("main"), |g| g.name.clone());
    problems.succeed(name);
    let mut field = bare(name, origin, kind, group);
    read_attributes(&mut field, item, problems);
    entity.fields.insert(entity.fields.len() - system, field);
}

/// A field of which nothing but the name and the type is said.
pub(in crate::schema) fn bare(name: &str, origin: Origin, kind: FieldType, group: Name) -> Field {
    let sortable = !matches!(
        kind,
        FieldType::LongText
            | FieldType::MultiSelect
            | FieldType::Tags
            | FieldType::Email
            | FieldType::Phone
            | FieldType::Url
            | FieldType::Address
            | FieldType::Links { .. }
            | FieldType::LinkAny
    );
    let indexed = matches!(kind, FieldType::Link { .. } | FieldType::LinkAny);
    Field {
        name: Name::from(name),
        origin,
        unique: matches!(kind, FieldType::Serial { .. }),
        label: Label { en: humanise(name), zh: String::new() },
        short: Label::default(),
        help: Label::default(),
        group,
        required: false,
        required_when: None,
        visible_when: None,
        read_only: false,
        read_only_when: None,
        default: None,
        follows: None,
        pattern: None,
        min: None,
        max: None,
        choices: Vec::new(),
        searchable: false,
        sortable,
        indexed,
        column: None,
        personal: false,
        masked: None,
        kind,
    }
}

fn read_attributes(field: &mut Field, item: &Item<'_>, problems: &mut Problems<'_>) {
    let system = field.origin == Origin::System && !problems.reads_system();
    let before = field.label.clone();
    for item in item.table(problems) {
        if !KEYS.contains(&item.key) {
            problems.unknown_key(&item, KEYS);
            continue;
        }
        if system && !SYSTEM_KEYS.contains(&item.key) {
            let hint =
                phrase!("it may be given {names}", names = list(SYSTEM_KEYS[1..].iter().copied()));
            let message = phrase!("every record has this field; `{key}` is fixed", key = item.key);
            problems.at(&item, message, Some(hint));
            continue;
        }
        if !fits(item.key, &field.kind) {
            let message = phrase!(
                "`{key}` says nothing of a {kind} field",
                key = item.key,
                kind = Phrase::word(field.kind.word())
            );
            let hint = fitting(item.key).map(|types| phrase!("it goes with {types}", types));
            problems.at(&item, message, hint);
            continue;
        }
        read_attribute(field, &item, problems);
    }
    let selects = matches!(field.kind, FieldType::Select | FieldType::MultiSelect);
    if selects && field.choices.is_empty() {
        let hint = phrase!("write options = [{ value = \"gold\", label = { en = \"Gold\" } }]");
        problems.at(item, phrase!("a select needs `options`"), Some(hint));
    }
    fit_short(field, &before, item, problems);
    if let (Some(min), Some(max)) = (field.min, field.max)
        && min > max
    {
        problems.at(item, phrase!("`min` {min} is above `max` {max}", min, max), None);
    }
}

/// A label that is another now has no use for the short form of the old one; a short form is not longer.
fn fit_short(field: &mut Field, before: &Label, item: &Item<'_>, problems: &mut Problems<'_>) {
    if item.peek("short").is_none() {
        if field.label.en != before.en {
            field.short.en.clear();
        }
        if field.label.zh != before.zh {
            field.short.zh.clear();
        }
        return;
    }
    for (short, label) in [(&field.short.en, &field.label.en), (&field.short.zh, &field.label.zh)] {
        if !(short.is_empty() || label.is_empty()) && short.chars().count() >= label.chars().count()
        {
            problems.at(
                item,
                phrase!("`short` is not shorter than the label: {short}, {label}", short, label),
                Some(phrase!("it stands in columns too narrow for the label")),
            );
        }
    }
}

fn read_attribute(field: &mut Field, item: &Item<'_>, problems: &mut Problems<'_>) {
    match item.key {
        "label" => item.label(&mut field.label, problems),
        "short" => item.label(&mut field.short, problems),
        "help" => item.label(&mut field.help, problems),
        "group" => {
            if let Some(text) = item.text(problems) {
                field.group = Name::from(text);
            }
        }
        "required" => item.flag(&mut field.required, problems),
        "read_only" => item.flag(&mut field.read_only, problems),
        "unique" => item.flag(&mut field.unique, problems),
        "searchable" => item.flag(&mut field.searchable, problems),
        "sortable" => item.flag(&mut field.sortable, problems),
        "indexed" => item.flag(&mut field.indexed, problems),
        "personal" => item.flag(&mut field.personal, problems),
        "required_when" | "visible_when" | "read_only_when" | "default" => {
            if let Ok(expr) = item.expression(problems) {
                match item.key {
                    "required_when" => field.required_when = expr,
                    "visible_when" => field.visible_when = expr,
                    "read_only_when" => field.read_only_when = expr,
                    _ => field.default = expr,
                }
            }
        }
        "follows" => read_follows(field, item, problems),
        "pattern" => read_pattern(field, item, problems),
        // The best rating is part of the type.
        "max" if matches!(field.kind, FieldType::Rating { .. }) => {}
        "min" | "max" => {
            let bound = if item.is_text() && item.text_or_none(problems) == Ok(None) {
                None
            } else {
                match item.decimal(problems) {
                    Some(number) => Some(number),
                    None => return,
                }
            };
            *(if item.key == "min" { &mut field.min } else { &mut field.max }) = bound;
        }
        "options" => read_choices(&mut field.choices, item, problems),
        "column" => read_column(field, item, problems),
        _ => {}
    }
}

fn read_follows(field: &mut Field, item: &Item<'_>, problems: &mut Problems<'_>) {
    if item.is_false() {
        field.follows = None;
        return;
    }
    let (mut of, mut with, mut until_set) = (None, None, false);
    let before = problems.count();
    for item in item.table(problems) {
        match item.key {
            "field" => of = item.text(problems),
            "with" => with = item.expression(problems).ok().flatten(),
            "until_set" => item.flag(&mut until_set, problems),
            _ => problems.unknown_key(&item, &["field", "with", "until_set"]),
        }
    }
    match (of, with) {
        (Some(of), Some(with)) => {
            field.follows = Some(Follow { field: Name::from(of), with, until_set });
        }
        // What is wrong was said already.
        _ if problems.count() > before => {}
        _ => {
            let hint =
                phrase!("write follows = { field = \"stage\", with = \"stage.probability\" }");
            let message = phrase!("`follows` needs `field` and `with`");
            problems.at(item, message, Some(hint));
        }
    }
}

fn read_pattern(field: &mut Field, item: &Item<'_>, problems: &mut Problems<'_>) {
    let Ok(text) = item.text_or_none(problems) else { return };
    // Building one takes long, and a test builds those that ship with the program.
    if let Some(text) = text
        && problems.is_company(item.place)
        && let Err(error) = regex::Regex::new(text)
    {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        problems.at(item, phrase!("`pattern` is no regular expression: {reason}", reason), None);
        return;
    }
    field.pattern = text.map(str::to_owned);
}

fn read_column(field: &mut Field, item: &Item<'_>, problems: &mut Problems<'_>) {
    if item.is_false() {
        field.column = None;
        return;
    }
    let (align, width) = usual_column(&field.kind);
    let mut column = field.column.unwrap_or(Column { priority: 9, width, align });
    for item in item.table(problems) {
        match item.key {
            "priority" => {
                if let Some(priority) = item.whole(1, 99, problems) {
                    column.priority = u8::try_from(priority).unwrap_or(u8::MAX);
                }
            }
            "width" => {
                if let Some(width) = item.whole(1, 200, problems) {
                    column.width = width;
                }
            }
            "align" => match item.text(problems) {
                Some("left") => column.align = Align::Left,
                Some("right") => column.align = Align::Right,
                Some(other) => {
                    let message = phrase!("`{other}` is no alignment", other);
                    problems.at(&item, message, Some(phrase!("\"left\" or \"right\"")));
                }
                None => {}
            },
            _ => problems.unknown_key(&item, &["priority", "width", "align"]),
        }
    }
    field.column = Some(column);
}
