//! What a change was for: history keeps it in plain English words, people are told it in their language.

use super::strings::Strings;
use crate::model::{Lang, Name};
use crate::schema::Catalog;
use crate::schema::display::shipped;

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
            ("ask", rest) if rest.starts_with("to ") => {
                self.strings.fill("why.ask_to", &[("what", &self.wanted(&rest[3..]))])
            }
            ("approved:" | "denied:" | "withdrawn:", rest) if !rest.is_empty() => {
                let key = format!("why.{}", what.trim_end_matches(':'));
                self.strings.fill(&key, &[("what", &self.wanted(rest))])
            }
            ("leave", rest) if rest.starts_with("user: ") => {
                self.strings.fill("why.leave_user", &[("name", &rest[6..])])
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
            ("grant" | "revoke", rest) if rest.starts_with("role ") => self
                .strings
                .fill(&format!("why.{what}_role"), &[("role", self.role_of(&rest[5..]))]),
            ("edit" | "delete" | "restore", rest) if rest.ends_with(" --where") => {
                let entity = self.named(rest.trim_end_matches(" --where"));
                self.strings.fill(&format!("why.{what}_where"), &[("entity", &entity)])
            }
            ("delete" | "restore", of) if !of.is_empty() => {
                self.strings.fill(&format!("why.{what}_of"), &[("of", &self.named(of))])
            }
            ("merge", rest) if rest.contains(" into ") => {
                let (merged, survivor) = rest.split_once(" into ").unwrap_or((rest, ""));
                self.strings.fill("why.merge", &[("merged", merged), ("survivor", survivor)])
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

    /// What exactly an entry of the log is about, whose kind is this: the right that was missing, the reason of
    /// a denial, what became of a password. Names of files, reports and keys stay as they are.
    #[must_use]
    pub fn event(&self, kind: &str, what: &str) -> String {
        let own = matches!(
            kind,
            "refused" | "sign_in_denied" | "password" | "second_factor" | "verified"
        );
        if !own {
            return what.to_owned();
        }
        let key = format!("audit.what.{}", what.replace(' ', "_"));
        self.strings.find(&key).unwrap_or_else(|| self.right(what)).to_owned()
    }

    /// What a further detail of an entry of the log is called.
    #[must_use]
    pub fn detail(&self, key: &str) -> String {
        let known = self.strings.find(&format!("audit.key.{key}")).map(str::to_owned);
        known.unwrap_or_else(|| key.replace('_', " "))
    }

    /// A right on something, as requests name it: `create customer`, `edit customer.status`, `read D-88`.
    #[must_use]
    pub fn wanted(&self, text: &str) -> String {
        let chinese = self.strings.lang == Lang::Zh;
        let (right, of) = text.split_once(' ').unwrap_or((text, ""));
        // Of a field the entity is named before it.
        let (of, field) = of.split_once('.').unwrap_or((of, ""));
        let right = self.right(right).to_lowercase();
        let apart = if chinese && self.catalog.entity(of).is_some() { "" } else { " " };
        let mut told = format!("{right}{apart}{}", self.named(of));
        if !field.is_empty() {
            told.push_str(if chinese { "的" } else { "." });
            told.push_str(&self.field_label(&Name::from(field)));
        }
        told.trim_end().to_owned()
    }

    /// What a role that ships is called, by its key; another one keeps its key.
    fn role_of<'w>(&self, key: &'w str) -> &'w str {
        shipped::role_by_key(self.strings.lang, key).unwrap_or(key)
    }

    /// What a right is called, an ordinary one or a special one; the word itself where it is none.
    #[must_use]
    pub fn right<'w>(&'w self, word: &'w str) -> &'w str {
        let ordinary = self.strings.find(&format!("matrix.right_{word}"));
        ordinary.or_else(|| self.strings.find(&format!("matrix.{word}"))).unwrap_or(word)
    }

    /// What a level of access to a field is called.
    #[must_use]
    pub fn right_of_field(&self, word: &str) -> String {
        self.strings.find(&format!("matrix.{word}")).unwrap_or(word).to_owned()
    }

    /// What a scope is called as it is printed: `own`, `team+unassigned`; also yes and no.
    #[must_use]
    pub fn scope(&self, printed: &str) -> String {
        let (width, unassigned) = match printed.strip_suffix("+unassigned") {
            Some(width) => (width, true),
            None => (printed, false),
        };
        let key = match width {
            "unassigned" => "matrix.long_unassigned".to_owned(),
            "team+sub" => "matrix.sub".to_owned(),
            word => format!("matrix.{word}"),
        };
        let mut told = self.strings.find(&key).unwrap_or(width).to_owned();
        if unassigned {
            told.push_str(self.strings.find("matrix.and_unassigned").unwrap_or_default());
        }
        told
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
