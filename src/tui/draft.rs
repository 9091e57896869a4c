//! A form that was not finished: under which key it is kept, what it was for, what was entered.
//!
//! Each form keeps itself under a key of its own (`draft.form.new.contact@1763895600000`), about a second
//! after the last key and at once when the terminal goes away; saving it or giving it up forgets it. What
//! is older than [`LASTS`] is forgotten too. Start at [`Unfinished`].

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::context::Context;
use super::screen::form::Start;
use crate::action::log;
use crate::gate::Kept;
use crate::model::{Name, RecordRef, Value};

/// What all keys of forms begin with.
pub(super) const FORMS: &str = "draft.form.";
/// So long a form is kept.
const LASTS: TimeDelta = TimeDelta::days(30);
/// The longest that is kept, in bytes; the gate takes no more.
pub(super) const LONGEST: usize = 1 << 20;

/// What a form was for, in a shape that outlives the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum For {
    New(Name, Vec<(Name, Value)>),
    Edit(RecordRef),
    Log(String, RecordRef),
    Task(RecordRef),
}

/// A form that was not finished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Unfinished {
    of: For,
    /// What stood over it.
    pub title: String,
    /// Into how many fields something was entered.
    pub fields: usize,
    /// What was entered, as the form keeps it.
    pub entered: String,
    /// The key it is kept under.
    #[serde(skip)]
    pub key: String,
    /// When it was kept.
    #[serde(skip)]
    pub at: DateTime<Utc>,
}

impl Unfinished {
    /// A form as it is to be kept under `key`.
    pub(super) fn new(
        start: &Start,
        key: String,
        title: String,
        fields: usize,
        entered: String,
        ctx: &Context,
    ) -> Self {
        let of = match start.clone() {
            Start::Create(entity, presets) => For::New(entity, presets),
            Start::Card(entity, _) => For::New(entity, Vec::new()),
            Start::Edit(record) => For::Edit(record),
            Start::Log(kind, record) => For::Log(kind.to_owned(), record),
            Start::Task(record) => For::Task(record),
        };
        Self { of, title, fields, entered, key, at: ctx.now }
    }

    /// Those among what is kept that are not too old, newest first; and the keys of those that are.
    pub(super) fn read(kept: Vec<Kept>, ctx: &Context) -> (Vec<Self>, Vec<String>) {
        let (mut fresh, mut gone) = (Vec::new(), Vec::new());
        for kept in kept.into_iter().filter(|kept| kept.key.starts_with(FORMS)) {
            let at = DateTime::from_timestamp_millis(kept.at).unwrap_or(ctx.now);
            match serde_json::from_str::<Self>(&kept.text) {
                Ok(unfinished) if ctx.now - at < LASTS => {
                    fresh.push(Self { key: kept.key, at, ..unfinished });
                }
                _ => gone.push(kept.key),
            }
        }
        fresh.sort_by_key(|unfinished| std::cmp::Reverse(unfinished.at));
        (fresh, gone)
    }

    /// As text to keep; `None` where it is too long for that.
    pub(super) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok().filter(|text| text.len() <= LONGEST)
    }

    /// What the form is opened with again; `None` where the program knows no such form any more.
    pub(super) fn start(&self, ctx: &Context) -> Option<Start> {
        let known = |record: &RecordRef| ctx.catalog.entity(&record.entity).is_some();
        match self.of.clone() {
            For::New(entity, presets) => {
                ctx.catalog.entity(&entity).is_some().then_some(Start::Create(entity, presets))
            }
            For::Edit(record) => known(&record).then_some(Start::Edit(record)),
            For::Log(kind, record) => {
                let kind = log::KINDS.into_iter().find(|known| *known == kind)?;
                known(&record).then_some(Start::Log(kind, record))
            }
            For::Task(record) => known(&record).then_some(Start::Task(record)),
        }
    }

    /// How much and since when, in a few words: `3 fields, today 10:12`.
    pub(super) fn note(&self, ctx: &Context) -> String {
        let when = ctx.format.near_instant(self.at, ctx.now);
        ctx.strings.count("form.draft.fields", self.fields).replace("{when}", &when)
    }
}

/// What the keys of the forms for the same begin with.
pub(super) fn family(start: &Start) -> String {
    let of = |record: &RecordRef| format!("{}.{}", record.entity, record.id.0);
    match start {
        Start::Create(entity, _) | Start::Card(entity, _) => format!("{FORMS}new.{entity}@"),
        Start::Edit(record) => format!("{FORMS}edit.{}@", of(record)),
        Start::Log(kind, record) => format!("{FORMS}log.{kind}.{}@", of(record)),
        Start::Task(record) => format!("{FORMS}task.{}@", of(record)),
    }
}
