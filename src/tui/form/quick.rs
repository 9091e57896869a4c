//! Small forms for what is done all day: log what happened (and set the next task), a task.
//!
//! They are made of the same parts as the large ones, with chosen fields of one or two records.

use super::draft::Draft;
use super::{Form, Heading};
use crate::capture::links;
use crate::model::{Name, Record, Value};
use crate::schema::Entity;
use crate::tui::Context;

/// Fields of an activity that are asked for.
const ACTIVITY: &[&str] =
    &["kind", "subject", "direction", "outcome", "happened_at", "duration", "about", "body"];
/// Fields of the next task.
const NEXT: &[&str] = &["name", "due"];
/// Fields of a task of its own.
const TASK: &[&str] = &["name", "due", "kind", "priority", "about", "owner", "description"];

impl Form {
    /// What happened with a record: a call, mail, meeting, visit or note (`kind`), and the next task
    /// if one is entered. Both are about `about`, and linked to what it is linked to.
    #[must_use]
    pub fn log(kind: &str, about: Option<&Record>, ctx: &Context) -> Option<Self> {
        let activity = ctx.catalog.entity("activity")?;
        let mut presets = about.map_or_else(Vec::new, |about| links(activity, about, &ctx.catalog));
        presets.push((Name::from("kind"), Value::from(kind)));
        let mut form = Self::bare(heading("form.log", activity, about, ctx));
        let skip = about.is_some().then_some("about");
        let fields: Vec<&str> = ACTIVITY.iter().copied().filter(|f| Some(*f) != skip).collect();
        form.add(activity, Draft::new(activity, presets, ctx), Some(&fields), ctx);
        if let Some(task) = ctx.catalog.entity("task") {
            let presets = about.map_or_else(Vec::new, |about| links(task, about, &ctx.catalog));
            let mut draft = Draft::new(task, presets, ctx);
            draft.optional = true;
            form.add(task, draft, Some(NEXT), ctx);
            if let Some(title) = form.sections.last_mut() {
                ctx.t("form.next_task").clone_into(title);
            }
        }
        form.begin(ctx);
        Some(form)
    }

    /// A new task about a record, with the fields that matter.
    #[must_use]
    pub fn task(about: Option<&Record>, ctx: &Context) -> Option<Self> {
        let task = ctx.catalog.entity("task")?;
        let presets = about.map_or_else(Vec::new, |about| links(task, about, &ctx.catalog));
        let mut form = Self::bare(heading("form.task", task, about, ctx));
        let skip = about.is_some().then_some("about");
        let fields: Vec<&str> = TASK.iter().copied().filter(|f| Some(*f) != skip).collect();
        form.add(task, Draft::new(task, presets, ctx), Some(&fields), ctx);
        form.begin(ctx);
        Some(form)
    }
}

fn heading(key: &'static str, entity: &Entity, about: Option<&Record>, ctx: &Context) -> Heading {
    let title = about.and_then(|about| {
        let kind = ctx.catalog.entity(&about.entity)?;
        let title = about.get(&kind.title).as_text().map(str::to_owned);
        title.or_else(|| Some(ctx.catalog.reference(&about.reference())))
    });
    match title {
        Some(title) => Heading::About(key, title),
        None => Heading::New(entity.name.clone()),
    }
}
