//! Reads `[duplicates.NAME]`: when two records are the same, laid over what was said before by name.
//!
//! Start at `read_all`. Rules of an entity are held against its fields; those of a file that no entity is for
//! ([`shape`]) are not.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use toml::de::DeTable;

use super::reader::{Item, Place, Problems};
use super::words::{list, nearest};
use super::{File, SchemaError};
use crate::model::{Address, Phrase, phrase};
use crate::schema::duplicates::{
    Compared, Condition, DuplicateRule, DuplicateRules, Group, Kind, Missing, OnCreate, Share,
};
use crate::schema::{Catalog, Entity, FieldType, Origin};

const KEYS: &[&str] = &["on_create", "likely", "certain", "weigh", "field", "group"];
const FIELD_KEYS: &[&str] = &["name", "as", "weight", "missing", "columns", "hidden"];
const GROUP_KEYS: &[&str] = &["name", "score", "all", "hidden"];
const CONDITION_KEYS: &[&str] = &["field", "at_least", "missing"];

/// Fields of a rule, and groups of it.
const MOST: usize = 16;

/// What fields are held against.
#[derive(Clone, Copy)]
pub(super) enum Known<'e> {
    /// The entities of a catalogue.
    Entities(&'e [Entity]),
    /// Those of a finished one.
    Catalog(&'e Catalog),
    /// None: the fields are columns of a file.
    Columns,
}

impl<'e> Known<'e> {
    fn entity(self, name: &str) -> Option<&'e Entity> {
        match self {
            Self::Entities(entities) => entities.iter().find(|entity| entity.name == name),
            Self::Catalog(catalog) => catalog.entity(name),
            Self::Columns => None,
        }
    }

    fn names(self) -> Vec<&'e str> {
        match self {
            Self::Entities(entities) => entities.iter().map(|e| e.name.as_str()).collect(),
            Self::Catalog(catalog) => catalog.entities().map(|e| e.name.as_str()).collect(),
            Self::Columns => Vec::new(),
        }
    }
}

/// Rules for files of people and of places, as `kontor duplicates --file` takes them.
pub const SHAPES: [(&str, &str); 2] = [
    ("person", include_str!("../../../assets/duplicates/shapes/person.toml")),
    ("place", include_str!("../../../assets/duplicates/shapes/place.toml")),
];

/// The rules in a TOML file of somebody's own, laid over those of the catalogue.
///
/// # Errors
/// All that is wrong with it, each with its line.
pub fn over(catalog: &Catalog, file: &str, text: &str) -> Result<DuplicateRules, Vec<SchemaError>> {
    read_file(file, text, Known::Catalog(catalog), catalog.duplicate_rules().clone())
}

/// The rules in a TOML file whose fields are columns of other files.
///
/// # Errors
/// All that is wrong with it, each with its line.
pub fn shape(file: &str, text: &str) -> Result<DuplicateRules, Vec<SchemaError>> {
    read_file(file, text, Known::Columns, DuplicateRules::new())
}

fn read_file(
    name: &str,
    text: &str,
    known: Known<'_>,
    mut rules: DuplicateRules,
) -> Result<DuplicateRules, Vec<SchemaError>> {
    let files = [File { name, text, origin: Origin::Company }];
    let mut problems = Problems::new(&files);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = Place { file: 0, offset: error.span().map_or(0, |span| span.start) };
        let error = Phrase::toml(error.message());
        problems.add(at, phrase!("not TOML: {error}", error), None);
    }
    if problems.is_empty() {
        let mut sections = Vec::new();
        for item in Item::of_table(document.get_ref(), 0) {
            match item.key {
                "duplicates" => sections.push(item),
                _ => problems.unknown_key(&item, &["duplicates"]),
            }
        }
        read_all(&sections, known, &mut rules, &mut problems);
    }
    if problems.is_empty() { Ok(rules) } else { Err(problems.into_errors()) }
}

/// Lays the rules of all sections over `rules`.
pub(super) fn read_all(
    sections: &[Item<'_>],
    known: Known<'_>,
    rules: &mut DuplicateRules,
    problems: &mut Problems<'_>,
) {
    for section in sections {
        problems.subject("");
        let mut items: Vec<Item<'_>> = section.table(problems).collect();
        items.sort_by_key(|item| item.place.offset);
        for item in items {
            problems.subject("duplicates");
            let entity = known.entity(item.key);
            if entity.is_none() && !matches!(known, Known::Columns) {
                if !problems.gave_up(item.key) {
                    let hint = nearest(item.key, known.names())
                        .map(|near| phrase!("did you mean `{near}`?", near));
                    problems.at(
                        &item,
                        phrase!("there is no entity `{name}`", name = item.key),
                        hint,
                    );
                }
                continue;
            }
            problems.enter(item.key);
            let rule =
                rules.entry(item.key.to_owned()).or_insert_with(|| DuplicateRule::bare(item.key));
            read(rule, &item, entity, problems);
        }
    }
    problems.subject("");
}

fn read(
    rule: &mut DuplicateRule,
    item: &Item<'_>,
    entity: Option<&Entity>,
    problems: &mut Problems<'_>,
) {
    let mut items: Vec<Item<'_>> = item.table(problems).collect();
    // Groups name fields: those first.
    items.sort_by_key(|item| (item.key == "group", item.place.offset));
    for item in items {
        match item.key {
            "on_create" => word(&mut rule.on_create, &item, &OnCreate::ALL, problems),
            "likely" => share(&mut rule.likely, &item, problems),
            "certain" => share(&mut rule.certain, &item, problems),
            "weigh" => item.flag(&mut rule.weigh, problems),
            "field" => read_fields(rule, &item, entity, problems),
            "group" => read_groups(rule, &item, problems),
            _ => problems.unknown_key(&item, KEYS),
        }
    }
    if rule.certain < rule.likely {
        let message = phrase!("`certain` is less than `likely`");
        problems.at(item, message, Some(phrase!("a pair that is certain is likely too")));
    }
    if rule.fields.is_empty() {
        problems.at(item, phrase!("nothing is compared"), Some(phrase!("add `field` entries")));
    }
    // A group over a field that is not compared any more would never hold.
    let fields: Vec<String> = rule.fields.iter().map(|field| field.field.clone()).collect();
    for group in &rule.groups {
        if let Some(gone) = group.all.iter().find(|one| !fields.contains(&one.field)) {
            let message = phrase!(
                "group {name} needs {field}, which is not compared",
                name = &group.name,
                field = &gone.field
            );
            problems.at(item, message, None);
        }
    }
}

fn read_fields(
    rule: &mut DuplicateRule,
    item: &Item<'_>,
    entity: Option<&Entity>,
    problems: &mut Problems<'_>,
) {
    for item in item.list(problems) {
        let Some(name) = item.peek("name") else {
            problems.at(&item, phrase!("a field needs a `name`"), None);
            continue;
        };
        let Some(text) = name.text(problems) else { continue };
        let text = text.trim();
        let usual = match entity {
            Some(entity) => match usual_kind(entity, text) {
                Ok(kind) => kind,
                Err((message, hint)) => {
                    problems.at(&name, message, hint);
                    continue;
                }
            },
            None => Kind::Text,
        };
        let at = rule.place(text).unwrap_or_else(|| {
            rule.fields.push(Compared {
                field: text.to_owned(),
                kind: usual,
                weight: 100,
                missing: Missing::default(),
                columns: Vec::new(),
            });
            rule.fields.len() - 1
        });
        if rule.fields.len() > MOST {
            rule.fields.pop();
            let message = phrase!("more than {n} fields are too many to compare", n = MOST);
            problems.at(&item, message, None);
            return;
        }
        let compared = &mut rule.fields[at];
        let mut hidden = false;
        for item in item.table(problems) {
            match item.key {
                "name" => {}
                "as" => word(&mut compared.kind, &item, &Kind::ALL, problems),
                "weight" => {
                    if let Some(weight) = within(&item, 0, 10, 100, problems) {
                        compared.weight = weight;
                    }
                }
                "missing" => word(&mut compared.missing, &item, &Missing::ALL, problems),
                "columns" => {
                    let texts = item.list(problems);
                    compared.columns = texts
                        .iter()
                        .filter_map(|item| item.text(problems))
                        .map(|text| text.trim().to_owned())
                        .collect();
                }
                "hidden" => item.flag(&mut hidden, problems),
                _ => problems.unknown_key(&item, FIELD_KEYS),
            }
        }
        if hidden {
            rule.fields.remove(at);
        }
    }
}

/// How a field is compared where nothing is said.
fn usual_kind(entity: &Entity, name: &str) -> Result<Kind, (Phrase, Option<Phrase>)> {
    let (base, part) = name.split_once('.').map_or((name, None), |(base, part)| (base, Some(part)));
    // While a schema is read nothing is looked up by name yet.
    let Some(field) = entity.fields.iter().find(|field| field.name == base) else {
        let hint = nearest(base, entity.fields.iter().map(|field| field.name.as_str()))
            .map(|near| phrase!("did you mean `{near}`?", near));
        return Err((phrase!("there is no field `{name}`", name = base), hint));
    };
    if field.kind == FieldType::Address {
        return match part {
            Some("street") => Ok(Kind::Street),
            Some("city") => Ok(Kind::Town),
            Some("postcode") => Ok(Kind::Postcode),
            Some("region" | "country") => Ok(Kind::Region),
            _ => {
                let parts = Address::PARTS.iter().map(|part| format!("{base}.{part}"));
                let parts: Vec<String> = parts.collect();
                let words = list(parts.iter().map(String::as_str));
                let message = phrase!("an address is compared by its parts");
                Err((message, Some(phrase!("write {words}", words))))
            }
        };
    }
    if part.is_some() {
        return Err((phrase!("`{name}` has no parts", name = base), None));
    }
    Ok(match &field.kind {
        FieldType::Text | FieldType::LongText if entity.title == base => Kind::Company,
        FieldType::Text | FieldType::LongText | FieldType::MultiSelect | FieldType::Tags => {
            Kind::Text
        }
        FieldType::Email => Kind::Email,
        FieldType::Phone => Kind::Phone,
        FieldType::Url => Kind::Url,
        FieldType::Date => Kind::Date,
        FieldType::Select
        | FieldType::Integer
        | FieldType::Serial { .. }
        | FieldType::Link { .. } => Kind::Exact,
        other => {
            let kind = Phrase::word(other.word());
            return Err((phrase!("a field of type {kind} is not compared", kind), None));
        }
    })
}

fn read_groups(rule: &mut DuplicateRule, item: &Item<'_>, problems: &mut Problems<'_>) {
    for item in item.list(problems) {
        let Some(name) = item.peek("name") else {
            problems.at(&item, phrase!("a group needs a `name`"), None);
            continue;
        };
        let Some(text) = name.text(problems) else { continue };
        let at = rule.groups.iter().position(|group| group.name == text).unwrap_or_else(|| {
            rule.groups.push(Group {
                name: text.to_owned(),
                all: Vec::new(),
                score: Share::thousandths(950),
            });
            rule.groups.len() - 1
        });
        if rule.groups.len() > MOST {
            rule.groups.pop();
            problems.at(&item, phrase!("more than {n} groups are too many", n = MOST), None);
            return;
        }
        let before = problems.count();
        let mut hidden = false;
        for item in item.table(problems) {
            match item.key {
                "name" => {}
                "score" => share(&mut rule.groups[at].score, &item, problems),
                "all" => rule.groups[at].all = conditions(&rule.fields, &item, problems),
                "hidden" => item.flag(&mut hidden, problems),
                _ => problems.unknown_key(&item, GROUP_KEYS),
            }
        }
        if !hidden && rule.groups[at].all.is_empty() && problems.count() == before {
            let hint = phrase!("write {words}", words = "all = [{ field = \"emails\" }]");
            problems.at(&item, phrase!("group {name} says nothing", name = text), Some(hint));
        }
        if hidden {
            rule.groups.remove(at);
        }
    }
}

fn conditions(fields: &[Compared], item: &Item<'_>, problems: &mut Problems<'_>) -> Vec<Condition> {
    let mut found = Vec::new();
    for item in item.list(problems) {
        let Some(field) = item.peek("field") else {
            problems.at(&item, phrase!("a condition needs a `field`"), None);
            continue;
        };
        let Some(text) = field.text(problems) else { continue };
        if !fields.iter().any(|known| known.field == text) {
            let known = || fields.iter().map(|field| field.field.as_str());
            let hint = nearest(text, known()).map_or_else(
                || phrase!("compared are {words}", words = list(known())),
                |near| phrase!("did you mean `{near}`?", near),
            );
            problems.at(&field, phrase!("`{name}` is not compared", name = text), Some(hint));
            continue;
        }
        let mut condition =
            Condition { field: text.to_owned(), at_least: Share::WHOLE, missing: Missing::Differ };
        for item in item.table(problems) {
            match item.key {
                "field" => {}
                "at_least" => share(&mut condition.at_least, &item, problems),
                "missing" => word(&mut condition.missing, &item, &Missing::ALL, problems),
                _ => problems.unknown_key(&item, CONDITION_KEYS),
            }
        }
        found.push(condition);
    }
    found
}

/// One of some words.
fn word<T: Copy>(
    target: &mut T,
    item: &Item<'_>,
    known: &[(&str, T)],
    problems: &mut Problems<'_>,
) {
    let Some(text) = item.text(problems) else { return };
    if let Some((_, value)) = known.iter().find(|(word, _)| *word == text) {
        *target = *value;
        return;
    }
    let words = || known.iter().map(|(word, _)| *word);
    let hint = nearest(text, words()).map_or_else(
        || phrase!("write {words}", words = list(words())),
        |near| phrase!("did you mean \"{near}\"?", near),
    );
    let message = phrase!("`{key}` cannot be \"{text}\"", key = item.key, text);
    problems.at(item, message, Some(hint));
}

/// A share from 0 to 1.
fn share(target: &mut Share, item: &Item<'_>, problems: &mut Problems<'_>) {
    if let Some(thousandths) = within(item, 0, 1, 1000, problems) {
        *target = Share::thousandths(thousandths);
    }
}

/// A number within bounds, times `scale`.
fn within(
    item: &Item<'_>,
    from: u16,
    to: u16,
    scale: u16,
    problems: &mut Problems<'_>,
) -> Option<u16> {
    let number = item.decimal(problems)?;
    if number < Decimal::from(from) || number > Decimal::from(to) {
        let message = phrase!("`{key}` must be from {from} to {to}", key = item.key, from, to);
        problems.at(item, message, None);
        return None;
    }
    (number * Decimal::from(scale)).round().to_u16()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::load;

    fn errors(text: &str) -> Vec<String> {
        let catalog = load(None).unwrap();
        let found = over(&catalog, "own.toml", text).unwrap_err();
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_rule_lies_over_the_built_in_one_by_name() {
        let catalog = load(None).unwrap();
        let built_in = catalog.duplicate_rule("customer").unwrap();
        let text = "[duplicates.customer]\non_create = \"block\"\nlikely = 0.9\nfield = [\n  \
                    { name = \"name\", weight = 0.5 },\n  { name = \"urls\", hidden = true },\n  \
                    { name = \"founded\", missing = \"differ\" },\n]\n\n\
                    [[duplicates.customer.group]]\nname = \"mail\"\nscore = 0.99\n\
                    all = [{ field = \"emails\" }, { field = \"name\", at_least = 0.8 }]\n";
        let rules = over(&catalog, "own.toml", text).unwrap();
        let rule = &rules["customer"];
        assert_eq!(rule.on_create, OnCreate::Block);
        assert_eq!(rule.likely, Share::thousandths(900));
        assert_eq!(rule.certain, built_in.certain);
        assert_eq!(rule.fields[0].weight, 50);
        assert_eq!(rule.fields[0].kind, built_in.fields[0].kind);
        assert!(rule.place("urls").is_none() && built_in.place("urls").is_some());
        let founded = &rule.fields[rule.place("founded").unwrap()];
        assert_eq!((founded.kind, founded.missing), (Kind::Exact, Missing::Differ));
        let group = rule.groups.iter().find(|group| group.name == "mail").unwrap();
        assert_eq!(group.all[1].at_least, Share::thousandths(800));
        // In the company's own TOML the same.
        let company = load::load(Some(("company.toml", text))).unwrap();
        assert_eq!(company.duplicate_rule("customer"), Some(rule));
    }

    #[test]
    fn mistakes_are_told_with_line_and_likely_word() {
        let found = errors(
            "[duplicates.custmer]\n[duplicates.contact]\non_create = \"blok\"\nlikly = 0.5\n\
             certain = 2\nfield = [\n  { name = \"nmae\" },\n  { name = \"address\" },\n  \
             { name = \"name\", as = \"compny\" },\n]\n[[duplicates.contact.group]]\n\
             name = \"x\"\nall = [{ field = \"emials\" }]\n",
        );
        assert_eq!(
            found,
            [
                "own.toml:1: duplicates: there is no entity `custmer`\n  Hint: did you mean `customer`?",
                "own.toml:3: duplicates.contact: `on_create` cannot be \"blok\"\n  Hint: did you mean \
                 \"block\"?",
                "own.toml:4: duplicates.contact: unknown key `likly`\n  Hint: did you mean `likely`?",
                "own.toml:5: duplicates.contact: `certain` must be from 0 to 1",
                "own.toml:7: duplicates.contact: there is no field `nmae`\n  Hint: did you mean `name`?",
                "own.toml:8: duplicates.contact: an address is compared by its parts\n  Hint: write \
                 \"address.street\", \"address.city\", \"address.postcode\", \"address.region\" or \
                 \"address.country\"",
                "own.toml:9: duplicates.contact: `as` cannot be \"compny\"\n  Hint: did you mean \
                 \"company\"?",
                "own.toml:13: duplicates.contact: `emials` is not compared\n  Hint: did you mean \
                 `emails`?",
            ]
        );
    }

    #[test]
    fn the_shapes_are_sound() {
        for (name, text) in SHAPES {
            let rules = shape(name, text).unwrap();
            assert!(rules[name].fields.len() > 4);
        }
    }
}
