//! What a change was for: history keeps it in plain English words, people are told it in their language.

use super::strings::Strings;
use crate::model::{Lang, Name};
use crate::schema::Catalog;

/// Tells what changes were for.
#[derive(Debug, Clone, Copy)]
pub struct Reason<'a> {
    /// The words of the language.
    pub strings: &'a Strings,
    /// What entities, fields and choices are called.
    pub catalog: &'a Catalog,
}

impl Reason<'_> {
    /// What a change was for, as far as it is told in our own words.
    #[must_use]
    pub fn told(&self, why: &str) -> String {
        let (what, rest) = why.split_once(' ').unwrap_or((why, ""));
        let key = format!("why.{}", why.replace(' ', "_"));
        if let Some(text) = self.strings.find(&key) {
            return text.to_owned();
        }
        match (what, rest) {
            ("new" | "add", entity) if self.catalog.entity(entity).is_some() => {
                self.strings.fill("why.new", &[("entity", &self.named(entity))])
            }
            ("undo:", rest) if !rest.is_empty() => {
                self.strings.fill("why.undo", &[("record", &self.told(rest))])
            }
            ("move", rest) if rest.contains(" to ") => {
                let (record, stage) = rest.split_once(" to ").unwrap_or((rest, ""));
                let stage = self.choice_of(record, stage);
                self.strings.fill("why.move_to", &[("record", record), ("stage", &stage)])
            }
            ("edit", rest) if rest.contains(": ") => {
                let (of, fields) = rest.split_once(": ").unwrap_or((rest, ""));
                let label = |name: &str| self.field_label(&Name::from(name)).to_lowercase();
                let between = if self.strings.lang == Lang::Zh { "、" } else { ", " };
                let fields = fields.split(", ").map(label).collect::<Vec<_>>().join(between);
                let is_reference = self.catalog.entity(of).is_none();
                let apart = is_reference && self.strings.lang == Lang::Zh;
                let of = format!("{}{}", if apart { " " } else { "" }, self.named(of));
                self.strings.fill("why.edit_fields", &[("of", &of), ("fields", &fields)])
            }
            ("edit", rest) if rest.ends_with(" rows") => {
                let entity = rest.trim_end_matches(" rows");
                self.strings.fill("why.edit_rows", &[("entity", &self.named(entity))])
            }
            ("edit" | "move" | "undo" | "delete" | "restore", entity)
                if self.catalog.entity(entity).is_some() =>
            {
                let key = format!("why.{what}_entity");
                self.strings.fill(&key, &[("entity", &self.named(entity))])
            }
            ("edit" | "delete" | "restore", rest) if rest.ends_with(" --where") => {
                let entity = self.named(rest.trim_end_matches(" --where"));
                self.strings.fill(&format!("why.{what}_where"), &[("entity", &entity)])
            }
            ("delete" | "restore", of) if !of.is_empty() => {
                self.strings.fill(&format!("why.{what}_of"), &[("of", &self.named(of))])
            }
            ("schema", file) if !file.is_empty() => {
                self.strings.fill("why.schema_of", &[("file", file)])
            }
            ("import", file) if !file.is_empty() => {
                self.strings.fill("why.import", &[("file", file)])
            }
            ("edit" | "move" | "undo", record) if !rest.is_empty() => {
                self.strings.fill(&format!("why.{what}"), &[("record", record)])
            }
            _ => why.to_owned(),
        }
    }

    /// What a field of some entity is called: the first of that name is as good as any.
    fn field_label(&self, field: &Name) -> String {
        let known = self.catalog.entities().find_map(|entity| entity.field(field));
        known.map_or_else(
            || field.to_string(),
            |known| known.label.get(self.strings.lang).to_owned(),
        )
    }

    /// An entity within a sentence; anything else (a reference) as it is.
    fn named(&self, what: &str) -> String {
        let known = self.catalog.entity(what);
        known.map_or_else(
            || what.to_owned(),
            |known| known.label.get(self.strings.lang).to_lowercase(),
        )
    }

    /// What a choice of a record's kind is called; the value itself where there is none.
    fn choice_of(&self, record: &str, value: &str) -> String {
        let of = self.catalog.parse_reference(record);
        let entity = of.and_then(|of| self.catalog.entity(&of.entity));
        let mut fields = entity.into_iter().flat_map(|entity| &entity.fields);
        let choice = fields.find_map(|field| field.choice(value));
        choice.map_or_else(
            || value.to_owned(),
            |choice| choice.label.get(self.strings.lang).to_owned(),
        )
    }
}
