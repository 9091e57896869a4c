//! Small forms for what is done all day: log what happened (and set the next task), a task.
//!
//! They are made of the same parts as the large ones, with chosen fields of one or two records.

use super::draft::Draft;
use super::{Form, Heading};
use crate::model::{Link, Name, Record, Value};
use crate::schema::{Catalog, Entity, FieldType};
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

fn heading(key: &str, entity: &Entity, about: Option<&Record>, ctx: &Context) -> Heading {
    let title = about.and_then(|about| {
        let kind = ctx.catalog.entity(&about.entity)?;
        let title = about.get(&kind.title).as_text().map(str::to_owned);
        title.or_else(|| Some(ctx.catalog.reference(&about.reference())))
    });
    match title {
        Some(title) => Heading::Own(ctx.tf(key, &[("title", &title)])),
        None => Heading::New(entity.name.clone()),
    }
}

/// The links that a record about `about` has: to it, and to what it is linked to itself (the customer
/// of a deal), wherever `entity` has a field for that.
fn links(entity: &Entity, about: &Record, catalog: &Catalog) -> Vec<(Name, Value)> {
    let title = catalog
        .entity(&about.entity)
        .and_then(|kind| about.get(&kind.title).as_text())
        .unwrap_or_default();
    let mut own = Link::new(&about.entity, about.id);
    title.clone_into(&mut own.title);
    entity
        .fields
        .iter()
        .filter(|field| field.origin != crate::schema::Origin::System && !field.is_given())
        .filter_map(|field| {
            let link = match &field.kind {
                FieldType::LinkAny => own.clone(),
                FieldType::Link { to } if *to == about.entity => own.clone(),
                FieldType::Link { to } => {
                    about.get(&field.name).as_link().filter(|link| link.entity == *to)?.clone()
                }
                _ => return None,
            };
            Some((field.name.clone(), Value::Link(link)))
        })
        .collect()
}
