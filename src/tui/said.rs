//! What went wrong, in the user's language: errors of the gate, values and queries that are not
//! understood, and what a change was for.

use super::context::Context;
use crate::gate::{GateError, Problem};
use crate::model::{Name, Phrase};
use crate::schema::Invalid;
use crate::syntax::SyntaxError;
use crate::term::Clean;

impl Context {
    /// An error as one line: what happened, and what to do next.
    #[must_use]
    pub fn said(&self, error: &GateError) -> String {
        self.with_hint(self.said_first(error), error.hint().as_ref())
    }

    /// An error in two: what happened, and what to do next.
    #[must_use]
    pub fn said_apart(&self, error: &GateError) -> (String, Option<String>) {
        let hint = error.hint().map(|hint| self.with_hint(self.strings.said(&hint), None));
        (self.with_hint(self.said_first(error), None), hint)
    }

    fn said_first(&self, error: &GateError) -> String {
        match error {
            GateError::Denied(refusal) => {
                let key = format!("error.denied.{:?}", refusal.right).to_lowercase();
                let entity = self.label_of(&refusal.entity);
                self.tf(&key, &[("who", &refusal.person), ("entity", &entity)])
            }
            GateError::Invalid(problems) => {
                let told: Vec<String> =
                    problems.iter().map(|problem| self.said_problem(problem)).collect();
                told.join(" · ")
            }
            GateError::Query(error) => self.strings.said(&error.message),
            GateError::Conflict(conflict) => {
                let values = [("who", conflict.by.as_str()), ("record", &conflict.reference)];
                self.tf("error.conflict", &values)
            }
            GateError::NotFound { what, .. } => self.strings.said(what),
            GateError::Interrupted => self.t("error.interrupted").to_owned(),
            GateError::TooSlow { seconds } => {
                self.tf("error.too_slow", &[("seconds", &seconds.to_string())])
            }
            GateError::SchemaChanged => self.t("error.schema_changed").to_owned(),
            GateError::NotUndoable { reason } => self.strings.said(reason),
            GateError::File { path, what, .. } => format!("{path}: {}", self.strings.said(what)),
            GateError::Internal(text) => self.tf("error.internal", &[("text", text)]),
            GateError::SignIn(denied) => self.strings.said(&denied.0.phrase()),
            GateError::Schema(_) => self.strings.said(&error.phrase()),
        }
    }

    /// Why a value is not acceptable, as one line.
    #[must_use]
    pub fn said_invalid(&self, invalid: &Invalid) -> String {
        self.with_hint(self.strings.said(&invalid.message), invalid.hint.as_ref())
    }

    /// What is wrong with a query, as one line.
    #[must_use]
    pub fn said_syntax(&self, error: &SyntaxError) -> String {
        self.with_hint(self.strings.said(&error.message), error.hint.as_ref())
    }

    /// What keeps an edit from being applied, without its hint.
    #[must_use]
    pub fn said_problem(&self, problem: &Problem) -> String {
        let message = self.strings.said(&problem.message);
        match &problem.field {
            Some(field) => format!("{}: {}: {message}", problem.record, self.field_label(field)),
            None => format!("{}: {message}", problem.record),
        }
    }

    fn with_hint(&self, what: String, hint: Option<&Phrase>) -> String {
        let text = match hint {
            Some(hint) => format!("{what} · {}", self.strings.said(hint)),
            None => what,
        };
        Clean::line(&text).into_string()
    }

    /// What an entity is called.
    #[must_use]
    pub fn label_of(&self, entity: &str) -> String {
        let known = self.catalog.entity(entity);
        known.map_or_else(|| entity.to_owned(), |known| known.label.get(self.lang()).to_owned())
    }

    /// What a field of some entity is called: the first of that name is as good as any.
    fn field_label(&self, field: &Name) -> String {
        let known = self.catalog.entities().find_map(|entity| entity.field(field));
        known.map_or_else(|| field.to_string(), |known| known.label.get(self.lang()).to_owned())
    }

    /// What a change was for: history keeps it in plain English words, the screens tell it in the
    /// user's language as far as they are our own words.
    #[must_use]
    pub fn said_why(&self, why: &str) -> String {
        let (what, rest) = why.split_once(' ').unwrap_or((why, ""));
        let key = format!("why.{}", why.replace(' ', "_"));
        if let Some(text) = self.strings.find(&key) {
            return text.to_owned();
        }
        match (what, rest) {
            ("new", entity) if self.catalog.entity(entity).is_some() => {
                self.tf("why.new", &[("entity", &self.named(entity))])
            }
            ("undo:", rest) if !rest.is_empty() => {
                self.tf("why.undo", &[("record", &self.said_why(rest))])
            }
            ("move", rest) if rest.contains(" to ") => {
                let (record, stage) = rest.split_once(" to ").unwrap_or((rest, ""));
                let stage = self.choice_of(record, stage);
                self.tf("why.move_to", &[("record", record), ("stage", &stage)])
            }
            ("edit", rest) if rest.contains(": ") => {
                let (of, fields) = rest.split_once(": ").unwrap_or((rest, ""));
                let label = |name: &str| self.field_label(&Name::from(name)).to_lowercase();
                let between = if self.lang() == crate::model::Lang::Zh { "、" } else { ", " };
                let fields = fields.split(", ").map(label).collect::<Vec<_>>().join(between);
                self.tf("why.edit_fields", &[("of", &self.named(of)), ("fields", &fields)])
            }
            ("edit", rest) if rest.ends_with(" rows") => {
                let entity = rest.trim_end_matches(" rows");
                self.tf("why.edit_rows", &[("entity", &self.named(entity))])
            }
            ("delete" | "restore", of) if !of.is_empty() => {
                self.tf(&format!("why.{what}_of"), &[("of", &self.named(of))])
            }
            ("import", file) if !file.is_empty() => self.tf("why.import", &[("file", file)]),
            ("edit" | "move" | "undo", record) if !rest.is_empty() => {
                self.tf(&format!("why.{what}"), &[("record", record)])
            }
            _ => why.to_owned(),
        }
    }

    /// An entity within a sentence; anything else (a reference) as it is.
    fn named(&self, what: &str) -> String {
        let known = self.catalog.entity(what);
        known.map_or_else(|| what.to_owned(), |_| self.label_of(what).to_lowercase())
    }

    /// What a choice of a record's kind is called; the value itself where there is none.
    fn choice_of(&self, record: &str, value: &str) -> String {
        let of = self.catalog.parse_reference(record);
        let entity = of.and_then(|of| self.catalog.entity(&of.entity));
        let mut fields = entity.into_iter().flat_map(|entity| &entity.fields);
        let choice = fields.find_map(|field| field.choice(value));
        choice.map_or_else(|| value.to_owned(), |choice| choice.label.get(self.lang()).to_owned())
    }
}
