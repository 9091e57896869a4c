//! A form that was not finished: under which key it is kept, what it was for, what was entered.
//!
//! Each form keeps itself under a key of its own (`draft.form.new.contact@1763895600000`), about a second
//! after the last key and at once when the terminal goes away; saving it or giving it up forgets it. What
//! is older than [`LASTS`] is forgotten too.
//!
//! While it is being written it carries the run of the program that does so (its lease), and that run touches
//! it every [`BEAT`]: to the person's other terminals it is not offered meanwhile. A run that ends lets it
//! go; of one that was killed the lease is over as soon as that can be seen (on the same machine, under
//! Linux), else after [`LEASE`]. Start at [`Unfinished`].

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::context::Context;
use super::screen::form::Start;
use crate::action::log;
use crate::gate::Kept;
use crate::model::{Name, RecordRef, Value};
use crate::term::Clean;

/// What all keys of forms begin with.
pub(super) const FORMS: &str = "draft.form.";
/// So often a form that is open says that it is.
pub(super) const BEAT: TimeDelta = TimeDelta::seconds(30);
/// So long after the last sign of it a form counts as open elsewhere.
const LEASE: TimeDelta = TimeDelta::seconds(90);
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
    /// What stood over it, in the language it was written in.
    title: String,
    /// Whose it is or what about, in nobody's language.
    #[serde(default)]
    subject: String,
    /// Into how many fields something was entered.
    pub fields: usize,
    /// What was entered, as the form keeps it.
    pub entered: String,
    /// The run of the program that writes it; none once that let it go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// When something was entered last, in Unix milliseconds.
    #[serde(default)]
    since: Option<i64>,
    /// The key it is kept under.
    #[serde(skip)]
    pub key: String,
    /// When something was entered last.
    #[serde(skip)]
    pub at: DateTime<Utc>,
    /// It is open on another of the person's terminals.
    #[serde(skip)]
    pub elsewhere: bool,
}

impl Unfinished {
    /// A form as it is to be kept under `key`.
    pub(super) fn new(
        start: &Start,
        key: String,
        (title, subject): (String, String),
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
        let (by, since) = (Some(ctx.instance.name.clone()), Some(ctx.now.timestamp_millis()));
        Self { of, title, subject, fields, entered, by, since, key, at: ctx.now, elsewhere: false }
    }

    /// The same, let go of: whoever comes next may go on with it.
    pub(super) fn released(self) -> Self {
        Self { by: None, ..self }
    }

    /// Those among what is kept that are not too old, newest first; and the keys of those that are. Those
    /// that are open elsewhere are told, not to be offered.
    pub(super) fn read(kept: Vec<Kept>, ctx: &Context) -> (Vec<Self>, Vec<String>) {
        let (mut fresh, mut gone) = (Vec::new(), Vec::new());
        for kept in kept.into_iter().filter(|kept| kept.key.starts_with(FORMS)) {
            let touched = DateTime::from_timestamp_millis(kept.at).unwrap_or(ctx.now);
            match serde_json::from_str::<Self>(&kept.text) {
                Ok(unfinished) if ctx.now - touched < LASTS => {
                    let own = &ctx.instance;
                    let held = |by: &String| *by != own.name && !(own.gone)(by);
                    let other = unfinished.by.as_ref().is_some_and(held);
                    let elsewhere = other && ctx.now - touched < LEASE;
                    let since = unfinished.since.and_then(DateTime::from_timestamp_millis);
                    let at = since.unwrap_or(touched);
                    fresh.push(Self { key: kept.key, at, elsewhere, ..unfinished });
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

    /// What it was for, in the person's language: `New contact: Anna Meier`.
    pub(super) fn heading(&self, ctx: &Context) -> String {
        let subject = Clean::line(&self.subject).into_string();
        let about = |key| ctx.tf(key, &[("title", &subject)]);
        match &self.of {
            For::New(entity, _) => {
                let Some(entity) = ctx.catalog.entity(entity) else { return self.title.clone() };
                let label = entity.label.get(ctx.lang());
                let new = ctx.tf("form.new", &[("entity", label)]);
                if subject.is_empty() {
                    return new;
                }
                ctx.about(&new, &subject)
            }
            _ if subject.is_empty() => self.title.clone(),
            For::Edit(record) => {
                let title = ctx.format.title(&record.entity, &subject);
                format!("{title}  {}", ctx.catalog.reference(record))
            }
            For::Log(..) => about("form.log"),
            For::Task(_) => about("form.task"),
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
