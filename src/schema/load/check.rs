//! What can only be seen once every file is read: links and roll-ups have targets, titles are
//! fields, prefixes and columns are not taken twice.
//!
//! The checks look at the finished entities; where something is wrong, the place is looked for in
//! the files afterwards, so that a sound schema (every start of the program) pays nothing for it.

use std::collections::HashMap;

use toml::Spanned;
use toml::de::DeTable;

use super::File;
use super::entity::Draft;
use super::reader::{Item, Place, Problems};
use super::recur;
use super::words::{all, list, nearest};
use crate::model::{Phrase, phrase};
use crate::schema::{Entity, Field, FieldType, Origin};

struct Check<'c, 's, 'p> {
    draft: &'c Draft,
    documents: &'c [Spanned<DeTable<'s>>],
    files: &'c [File<'s>],
    problems: &'c mut Problems<'p>,
}

/// Checks all entities against each other.
pub(super) fn whole<'s>(
    draft: &Draft,
    documents: &[Spanned<DeTable<'s>>],
    files: &[File<'s>],
    problems: &mut Problems<'_>,
) {
    let mut check = Check { draft, documents, files, problems };
    let mut prefixes: HashMap<&str, &Entity> = HashMap::new();
    for entity in &draft.entities {
        if let Some(other) = prefixes.insert(&entity.prefix, entity)
            && !entity.prefix.is_empty()
        {
            let message = phrase!(
                "prefix \"{prefix}\" belongs to `{other}` already",
                prefix = &entity.prefix,
                other = &other.name
            );
            check.entity(entity, "prefix", message, Some(phrase!("choose other letters")));
        }
        check.names(entity);
        let mut columns: HashMap<String, &Field> = HashMap::new();
        for field in &entity.fields {
            if field.origin != Origin::System {
                check.one(entity, field);
            }
            for (column, _) in field.sql_columns() {
                if let Some(other) = columns.insert(column, field) {
                    let message =
                        phrase!("the name is taken by a part of `{other}`", other = &other.name);
                    check.field(entity, field, "name", message, None);
                }
            }
        }
    }
    for (entity, rule) in recur::ruled(draft) {
        for (key, message, hint) in recur::faults(entity, rule, check.problems) {
            check.entity(entity, key, message, hint);
        }
    }
}

impl Check<'_, '_, '_> {
    fn names(&mut self, entity: &Entity) {
        match find(entity, &entity.title) {
            Some(field) if matches!(field.kind, FieldType::Text | FieldType::Serial { .. }) => {}
            Some(field) => {
                let message = phrase!(
                    "the title `{field}` is {kind}, not text",
                    field = &field.name,
                    kind = Phrase::word(field.kind.word())
                );
                self.entity(entity, "title", message, None);
            }
            None if self.problems.gave_up(&entity.title) => {}
            None => {
                let texts = entity.fields.iter().filter(|f| matches!(f.kind, FieldType::Text));
                let hint = meant(&entity.title, texts);
                let message = phrase!("the title names no field `{title}`", title = &entity.title);
                self.entity(entity, "title", message, hint);
            }
        }
        if let Some(subtitle) = &entity.subtitle
            && find(entity, subtitle).is_none()
            && !self.problems.gave_up(subtitle)
        {
            let hint = meant(subtitle, &entity.fields);
            let message = phrase!("the subtitle names no field `{subtitle}`", subtitle);
            self.entity(entity, "subtitle", message, hint);
        }
        self.part(entity);
        if let Some(board) = &entity.board
            && !find(entity, board).is_some_and(|field| field.kind == FieldType::Select)
            && !self.problems.gave_up(board)
        {
            let selects = entity.fields.iter().filter(|f| f.kind == FieldType::Select);
            let message = phrase!("the board names no select field `{board}`", board);
            self.entity(entity, "board", message, meant(board, selects));
        }
        for key in entity.sort.split(',').map(|key| key.trim().trim_start_matches('-')) {
            if key.is_empty() || key == "id" || self.problems.gave_up(key) {
                continue;
            }
            match find(entity, key) {
                Some(field) if field.sortable => {}
                Some(_) => {
                    let message = phrase!("lists cannot be sorted by `{key}`", key);
                    self.entity(entity, "sort", message, None);
                }
                None => {
                    let message = phrase!("the sort names no field `{key}`", key);
                    self.entity(entity, "sort", message, meant(key, &entity.fields));
                }
            }
        }
    }

    fn one(&mut self, entity: &Entity, field: &Field) {
        if let Some(target) = field.kind.link_target()
            && self.target(target).is_none()
            && !self.problems.gave_up(target)
        {
            let message = phrase!("there is no entity `{target}` to link to", target);
            let hint = self.entity_meant(target);
            self.field(entity, field, "to", message, Some(hint));
        }
        if !entity.groups.iter().any(|group| group.name == field.group) {
            let groups = || entity.groups.iter().map(|group| group.name.as_str());
            let hint = nearest(&field.group, groups()).map_or_else(
                || phrase!("the groups are {all}", all = all(groups())),
                |near| phrase!("did you mean \"{near}\"?", near),
            );
            let message = phrase!("there is no group `{group}`", group = &field.group);
            self.field(entity, field, "group", message, Some(hint));
        }
        if let Some(follows) = &field.follows {
            match find(entity, &follows.field) {
                Some(other) if other.name != field.name && !other.kind.is_computed() => {}
                Some(other) => {
                    let message = phrase!("a field cannot follow `{other}`", other = &other.name);
                    let hint = phrase!("it follows another field that holds a value of its own");
                    self.field(entity, field, "follows", message, Some(hint));
                }
                None if self.problems.gave_up(&follows.field) => {}
                None => {
                    let message =
                        phrase!("there is no field `{field}` to follow", field = &follows.field);
                    let hint = meant(&follows.field, &entity.fields);
                    self.field(entity, field, "follows", message, hint);
                }
            }
        }
        if let FieldType::RollUp { roll_up, .. } = &field.kind {
            self.roll_up(entity, field, &roll_up.of, &roll_up.through);
        }
        self.pipelines(entity, field);
    }

    fn roll_up(&mut self, entity: &Entity, field: &Field, of: &str, through: &str) {
        if self.problems.gave_up(of) || self.problems.gave_up(through) {
            return;
        }
        let Some(target) = self.target(of) else {
            let message = phrase!("there is no entity `{of}` to gather from", of);
            let hint = self.entity_meant(of);
            self.field(entity, field, "of", message, Some(hint));
            return;
        };
        let leads = |field: &Field| {
            field.kind == FieldType::LinkAny
                || field.kind.link_target().is_some_and(|to| *to == entity.name)
        };
        if find(target, through).is_some_and(leads) {
            return;
        }
        let links: Vec<&Field> = target.fields.iter().filter(|field| leads(field)).collect();
        let message = if find(target, through).is_some() {
            phrase!(
                "`{through}` of `{of}` is no link to `{entity}`",
                through,
                of,
                entity = &entity.name
            )
        } else {
            phrase!("`{of}` has no field `{through}`", of, through)
        };
        let hint = if links.is_empty() {
            phrase!(
                "`{of}` needs a field of type link to `{entity}` first",
                of,
                entity = &entity.name
            )
        } else {
            phrase!(
                "its links here: {list}",
                list = list(links.iter().map(|field| field.name.as_str()))
            )
        };
        self.field(entity, field, "through", message, Some(hint));
    }

    /// What records belong to is one link away, and belongs to nothing itself.
    fn part(&mut self, entity: &Entity) {
        let Some(part) = &entity.part else { return };
        if self.problems.gave_up(&part.through) {
            return;
        }
        let key = if part.wholly { "part_of" } else { "seen_with" };
        let links = || entity.fields.iter().filter(|f| matches!(f.kind, FieldType::Link { .. }));
        let to = links().find(|field| field.name == part.through);
        let Some(to) = to.and_then(|field| field.kind.link_target()) else {
            let message =
                phrase!("`{key}` names no link field `{field}`", key, field = &part.through);
            let hint = meant(&part.through, links());
            self.entity(entity, key, message, hint);
            return;
        };
        if *to == entity.name || self.target(to).is_some_and(|whole| whole.part.is_some()) {
            let message = phrase!("records of `{entity}` belong to others themselves", entity = to);
            self.entity(entity, key, message, None);
        }
    }

    /// Stages name their pipelines, which are the choices of the select field `pipeline`.
    fn pipelines(&mut self, entity: &Entity, field: &Field) {
        let named = field.choices.iter().flat_map(|choice| &choice.pipelines);
        for pipeline in named {
            let known = find(entity, "pipeline").map_or(&[][..], |field| &field.choices);
            if known.iter().any(|choice| choice.value == *pipeline) {
                continue;
            }
            let hint = nearest(pipeline, known.iter().map(|choice| choice.value.as_str()))
                .map_or_else(
                    || phrase!("add it to the options of the field `pipeline`"),
                    |near| phrase!("did you mean \"{near}\"?", near),
                );
            let message = phrase!("there is no pipeline `{pipeline}`", pipeline);
            self.field(entity, field, "options", message, Some(hint));
        }
    }

    fn target(&self, name: &str) -> Option<&Entity> {
        self.draft.entities.iter().find(|entity| entity.name == name)
    }

    fn entity_meant(&self, name: &str) -> Phrase {
        let names = || self.draft.entities.iter().map(|entity| entity.name.as_str());
        nearest(name, names()).map_or_else(
            || phrase!("the entities are {all}", all = all(names())),
            |near| phrase!("did you mean `{near}`?", near),
        )
    }

    fn entity(&mut self, entity: &Entity, key: &str, message: Phrase, hint: Option<Phrase>) {
        let place = self.place(entity, None, key);
        self.problems.subject(&entity.name);
        self.problems.add(place, message, hint);
    }

    fn field(
        &mut self,
        entity: &Entity,
        field: &Field,
        key: &str,
        message: Phrase,
        hint: Option<Phrase>,
    ) {
        let place = self.place(entity, Some(field), key);
        self.problems.subject(&entity.name);
        self.problems.enter(&field.name);
        self.problems.add(place, message, hint);
    }

    /// Where a key of an entity or of one of its fields stands: in the last file that says anything
    /// about it.
    fn place(&self, entity: &Entity, field: Option<&Field>, key: &str) -> Place {
        let mut best = Place { file: self.files.len() - 1, offset: 0 };
        let mut depth = 0;
        for (file, document) in self.documents.iter().enumerate().rev() {
            let Some(found) = Item::of_table(document.get_ref(), file)
                .find(|item| item.key == "entity")
                .and_then(|item| item.peek(&entity.name))
            else {
                continue;
            };
            let mut trail = vec![found];
            match field {
                None => {
                    for key in key.split('.') {
                        let Some(found) = trail.last().and_then(|item| item.peek(key)) else {
                            break;
                        };
                        trail.push(found);
                    }
                }
                Some(field) => {
                    let declared = found
                        .peek("field")
                        .into_iter()
                        .flat_map(|fields| fields.elements())
                        .find(|item| item.says("name", &field.name));
                    trail.extend(declared);
                    trail.extend(declared.and_then(|item| item.peek(key)));
                }
            }
            if trail.len() > depth {
                depth = trail.len();
                best = trail[depth - 1].place;
            }
        }
        best
    }
}

fn find<'e>(entity: &'e Entity, name: &str) -> Option<&'e Field> {
    entity.fields.iter().find(|field| field.name == name)
}

fn meant<'f>(name: &str, fields: impl IntoIterator<Item = &'f Field>) -> Option<Phrase> {
    nearest(name, fields.into_iter().map(|field| field.name.as_str()))
        .map(|near| phrase!("did you mean `{near}`?", near))
}
