//! Reads `[entity.NAME]`: a new entity, or changes to one that is there.

use super::field::read_fields;
use super::reader::{Item, Problems};
use super::view::read_views;
use super::words::{all, nearest};
use crate::model::{Name, Phrase, phrase};
use crate::schema::{Entity, Field, Group, Label, Origin, PartOf, View};

const KEYS: &[&str] = &[
    "prefix",
    "label",
    "plural",
    "help",
    "title",
    "subtitle",
    "board",
    "sort",
    "menu",
    "immutable",
    "reference",
    "part_of",
    "seen_with",
    "recurs",
    "group",
    "field",
    "view",
];

/// Words that an entity cannot be called by: the command line would not know which one is meant.
const RESERVED: &[&str] = &[
    "agenda",
    "and",
    "audit",
    "between",
    "clean",
    "completions",
    "config",
    "demo",
    "doctor",
    "empty",
    "entity",
    "erase",
    "export",
    "find",
    "help",
    "history",
    "id",
    "if",
    "import",
    "in",
    "invite",
    "is",
    "join",
    "log",
    "man",
    "me",
    "merge",
    "my",
    "no",
    "not",
    "or",
    "password",
    "purge",
    "record",
    "ref",
    "report",
    "restore_value",
    "schema",
    "search",
    "session",
    "show",
    "system",
    "undo",
    "version",
    "who",
];

/// Where entities of a company stand in menus that say nothing of it: after what people sell with,
/// before the administration.
const COMPANY_MENU: u8 = 50;

/// The section of an entity that declares none.
fn general() -> Label {
    Label { en: "General".to_owned(), zh: "基本信息".to_owned() }
}

/// The entities read so far.
#[derive(Default)]
pub(super) struct Draft {
    /// Entities in the order in which they were declared.
    pub entities: Vec<Entity>,
    /// The fields that every record has.
    pub system_fields: Vec<Field>,
    /// The views that every entity begins with.
    pub system_views: Vec<View>,
    system_groups: Vec<Group>,
}

impl Draft {
    /// Reads `[system]`: the fields and the group that every entity ends with.
    pub(super) fn read_system(&mut self, item: &Item<'_>, problems: &mut Problems<'_>) {
        let mut pattern = Entity::bare(Name::from("system"), Origin::System);
        problems.subject("system");
        if let Some(groups) = item.peek("group") {
            read_groups(&mut pattern, &groups, 0, problems);
        }
        for item in item.table(problems) {
            match item.key {
                "group" => {}
                "field" => read_fields(&mut pattern, &item, Origin::System, 0, problems),
                "view" => read_views(&mut pattern, &item, problems),
                _ => problems.unknown_key(&item, &["group", "field", "view"]),
            }
        }
        self.system_fields = pattern.fields;
        self.system_groups = pattern.groups;
        self.system_views = pattern.views;
    }

    /// Reads all of `[entity]`.
    pub(super) fn read_entities(
        &mut self,
        item: &Item<'_>,
        origin: Origin,
        problems: &mut Problems<'_>,
    ) {
        let mut items: Vec<Item<'_>> = item.table(problems).collect();
        items.sort_by_key(|item| item.place.offset);
        for item in items {
            problems.subject(item.key);
            self.read_entity(&item, origin, problems);
        }
        problems.subject("");
    }

    fn read_entity(&mut self, item: &Item<'_>, origin: Origin, problems: &mut Problems<'_>) {
        let known = self.entities.iter().position(|entity| entity.name == item.key);
        if known.is_none() && !self.may_begin(item, origin, problems) {
            problems.give_up(item.key);
            return;
        }
        let index = known.unwrap_or_else(|| {
            let mut entity = Entity::bare(Name::from(item.key), origin);
            if origin == Origin::Company {
                entity.menu = COMPANY_MENU;
            }
            entity.groups.clone_from(&self.system_groups);
            entity.views.clone_from(&self.system_views);
            entity.fields.clone_from(&self.system_fields);
            self.entities.push(entity);
            self.entities.len() - 1
        });
        let (system_fields, system_groups) = (self.system_fields.len(), self.system_groups.len());
        let entity = &mut self.entities[index];
        if let Some(groups) = item.peek("group") {
            read_groups(entity, &groups, system_groups, problems);
        }
        if entity.groups.len() == system_groups {
            entity.groups.insert(0, Group { name: Name::from("main"), label: general() });
        }
        for item in item.table(problems) {
            match item.key {
                "prefix" => {
                    if let Some(text) = item.text(problems) {
                        read_prefix(entity, text, &item, problems);
                    }
                }
                "label" => item.label(&mut entity.label, problems),
                "plural" => item.label(&mut entity.plural, problems),
                "help" => item.label(&mut entity.help, problems),
                "title" => {
                    if let Some(text) = item.text(problems) {
                        entity.title = Name::from(text);
                    }
                }
                "subtitle" => {
                    if let Ok(text) = item.text_or_none(problems) {
                        entity.subtitle = text.map(Name::from);
                    }
                }
                "board" => {
                    if let Ok(text) = item.text_or_none(problems) {
                        entity.board = text.map(Name::from);
                    }
                }
                "sort" => {
                    if let Some(text) = item.text(problems) {
                        text.trim().clone_into(&mut entity.sort);
                    }
                }
                "menu" => {
                    if let Some(place) = item.whole(0, 99, problems) {
                        entity.menu = u8::try_from(place).unwrap_or(u8::MAX);
                    }
                }
                "immutable" => item.flag(&mut entity.immutable, problems),
                "reference" => item.flag(&mut entity.reference, problems),
                "part_of" | "seen_with" => {
                    if let Ok(text) = item.text_or_none(problems) {
                        let wholly = item.key == "part_of";
                        let through = text.map(Name::from);
                        entity.part =
                            through.map(|through| PartOf { through, of: Name::from(""), wholly });
                    }
                }
                "recurs" => super::recur::read(&mut entity.recurs, &item, problems),
                // Read before, for fields stand in groups.
                "group" => {}
                "field" => read_fields(entity, &item, origin, system_fields, problems),
                "view" => read_views(entity, &item, problems),
                _ => problems.unknown_key(&item, KEYS),
            }
        }
    }

    /// Whether an entity may begin here: its name is sound and nothing that it needs is missing.
    fn may_begin(&self, item: &Item<'_>, origin: Origin, problems: &mut Problems<'_>) -> bool {
        if let Some(wrong) = wrong_name(item.key) {
            problems.at(item, phrase!("no name for an entity: {wrong}", wrong), Some(name_hint()));
            return false;
        }
        if RESERVED.contains(&item.key) && origin == Origin::Company {
            let hint =
                phrase!("the command line or the query language uses this word; choose another");
            problems.at(item, phrase!("a reserved word"), Some(hint));
            return false;
        }
        let missing: Vec<&str> = ["prefix", "label", "plural", "title"]
            .into_iter()
            .filter(|key| item.peek(key).is_none())
            .collect();
        if missing.is_empty() {
            return true;
        }
        let hint = nearest(item.key, self.entities.iter().map(|entity| entity.name.as_str()))
            .map_or_else(
                || phrase!("give it, as in prefix = \"M\", label = { en = \"Machine\" }"),
                |name| phrase!("did you mean the entity `{name}`?", name),
            );
        let missing = all(missing);
        problems.at(item, phrase!("a new entity needs {missing}", missing), Some(hint));
        false
    }
}

pub(super) fn name_hint() -> Phrase {
    phrase!("use a to z, 0 to 9 and _, beginning with a letter, at most 40 of them")
}

/// What is wrong with a name of an entity, a field or a group.
pub(super) fn wrong_name(name: &str) -> Option<Phrase> {
    if name.is_empty() {
        return Some(phrase!("it is empty"));
    }
    if name.len() > 40 {
        return Some(phrase!("it is too long"));
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some(phrase!("`{name}` does not begin with a small letter", name));
    }
    name.chars()
        .find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '_'))
        .map(|c| phrase!("`{name}` has `{c}`", name, c))
}

fn read_prefix(entity: &mut Entity, text: &str, item: &Item<'_>, problems: &mut Problems<'_>) {
    if (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        text.clone_into(&mut entity.prefix);
        return;
    }
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).take(4).collect();
    let hint = if letters.is_empty() {
        phrase!("one to four capital letters, as in prefix = \"M\"")
    } else {
        phrase!("did you mean \"{near}\"?", near = letters.to_ascii_uppercase())
    };
    problems.at(
        item,
        phrase!("`{text}` is no prefix: one to four capital letters", text),
        Some(hint),
    );
}

fn read_groups(entity: &mut Entity, item: &Item<'_>, last: usize, problems: &mut Problems<'_>) {
    for item in item.list(problems) {
        let Some(name) = item.peek("name").and_then(|name| name.text(problems)) else {
            problems.at(&item, phrase!("a group needs a `name`"), None);
            continue;
        };
        if let Some(wrong) = wrong_name(name) {
            problems.at(&item, phrase!("no name for a group: {wrong}", wrong), Some(name_hint()));
            continue;
        }
        let index =
            entity.groups.iter().position(|group| group.name == name).unwrap_or_else(|| {
                let label = Label { en: super::words::humanise(name), zh: String::new() };
                let index = entity.groups.len() - last;
                entity.groups.insert(index, Group { name: Name::from(name), label });
                index
            });
        for item in item.table(problems) {
            match item.key {
                "name" => {}
                "label" => item.label(&mut entity.groups[index].label, problems),
                _ => problems.unknown_key(&item, &["name", "label"]),
            }
        }
    }
}
