//! What went wrong, in the user's language: errors of the gate, values and queries that are not
//! understood, and what a change was for.

use super::context::Context;
use crate::gate::{GateError, Problem};
use crate::model::{Name, Phrase, phrase};
use crate::schema::Invalid;
use crate::syntax::SyntaxError;
use crate::term::{Clean, Reason};

impl Context {
    /// An error as one line: what happened, and what to do next.
    #[must_use]
    pub fn said(&self, error: &GateError) -> String {
        let said = self.with_hint(self.said_first(error), error.hint().as_ref());
        if error.missing().is_some() {
            format!("{said} · {}", self.t("access.ask_for_it"))
        } else {
            said
        }
    }

    /// A phrase in the user's language, as a sentence begins.
    #[must_use]
    pub fn said_phrase(&self, phrase: &Phrase) -> String {
        sentence(&self.strings.said(phrase))
    }

    /// An error in two: what happened, and what to do next.
    #[must_use]
    pub fn said_apart(&self, error: &GateError) -> (String, Option<String>) {
        let hint = error.hint().map(|hint| self.with_hint(self.strings.said(&hint), None));
        (self.with_hint(self.said_first(error), None), hint)
    }

    /// A refusal as one line: what is missing, that it can be asked for, and which roles grant it.
    #[must_use]
    pub fn said_refusal(&self, error: &GateError) -> String {
        let (what, hint) = self.said_apart(error);
        let ask = self.t("access.ask_for_it");
        [what, ask.to_owned()].into_iter().chain(hint).collect::<Vec<_>>().join(" · ")
    }

    fn said_first(&self, error: &GateError) -> String {
        match error {
            GateError::Denied(refusal) => sentence(&self.strings.said(&refusal.what)),
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
            GateError::NotUndoable { reason } => {
                // The first line says what is refused, each further one why.
                let text = sentence(&self.strings.said(reason));
                match text.split_once('\n') {
                    Some((what, why)) => {
                        let why: Vec<&str> = why.lines().map(str::trim).collect();
                        format!("{what} {}", why.join(" · "))
                    }
                    None => text,
                }
            }
            GateError::File { path, what, .. } => format!("{path}: {}", self.strings.said(what)),
            GateError::Internal(text) => self.tf("error.internal", &[("text", text)]),
            GateError::SignIn(denied) => self.strings.said(&denied.0.phrase()),
            GateError::Schema(_) | GateError::RightsChanged | GateError::SignedOut { .. } => {
                self.strings.said(&error.phrase())
            }
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
            Some(field) => {
                let (record, field) = (&problem.record, self.field_label(field));
                self.strings.said(&phrase!("{record}: {field}: {message}", record, field, message))
            }
            None => {
                let record = &problem.record;
                self.strings.said(&phrase!("{record}: {message}", record, message))
            }
        }
    }

    /// What is told of something, after its name: `Stage: Proposal`.
    #[must_use]
    pub fn about(&self, name: &str, text: &str) -> String {
        self.tf("said.about", &[("name", name), ("text", text)])
    }

    /// Names one after the other, as the language lists them.
    #[must_use]
    pub fn listed<T: std::borrow::Borrow<str>>(&self, names: &[T]) -> String {
        names.join(self.t("said.list"))
    }

    /// Things told one after the other, as the language sets them apart.
    #[must_use]
    pub fn in_turn<T: std::borrow::Borrow<str>>(&self, told: &[T]) -> String {
        told.join(self.t("said.then"))
    }

    /// A sentence and the next; after a full-width stop there is room already.
    #[must_use]
    pub fn sentences(&self, first: &str, next: &str) -> String {
        let gap = if first.ends_with(['。', '！', '？']) { "" } else { " " };
        format!("{first}{gap}{next}")
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

    /// What a change was for, in the user's language.
    #[must_use]
    pub fn said_why(&self, why: &str) -> String {
        Reason { strings: &self.strings, catalog: &self.catalog }.told(why)
    }

    /// A right on something: `create customer`.
    #[must_use]
    pub fn said_right(&self, text: &str) -> String {
        Reason { strings: &self.strings, catalog: &self.catalog }.wanted(text)
    }

    /// What exactly an entry of the log is about.
    #[must_use]
    pub fn said_event(&self, kind: &str, what: &str) -> String {
        Reason { strings: &self.strings, catalog: &self.catalog }.event(kind, what)
    }
}

/// With a capital letter, as a sentence begins.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}
