//! `log`: what happened with somebody, and the next task with it, in one change set.

use std::sync::Arc;

use super::change::write;
use super::command::LogArgs;
use super::desk::Desk;
use super::error::Result;
use super::refs;
use crate::model::{Edit, Link, Record, Value};
use crate::schema::Catalog;

/// Longer first lines become a subject and stay whole in the text.
const SUBJECT: usize = 120;

/// The links that an activity and a task have beside what they are about.
const SIDES: [&str; 3] = ["customer", "contact", "deal"];

/// Logs an activity about a record.
pub(super) fn log(desk: &mut Desk<'_, '_>, args: LogArgs) -> Result<()> {
    let reference = refs::record(desk, None, &args.reference)?;
    let about = desk.session.get(&reference)?;
    let catalog = Arc::clone(&desk.catalog);
    let (subject, body) = split(&args.text);
    let mut activity = linked(&catalog, Edit::create("activity"), &about)
        .typed("kind", args.kind.as_str())
        .typed("subject", subject);
    let rest = [
        ("body", body.map(str::to_owned)),
        ("happened_at", args.at),
        ("duration", args.duration),
        ("outcome", args.outcome),
    ];
    for (field, value) in rest {
        if let Some(value) = value {
            activity = activity.typed(field, value);
        }
    }
    let mut edits = vec![activity];
    if args.next.is_some() || args.due.is_some() {
        let name = args.next.unwrap_or_else(|| format!("Follow up: {subject}"));
        let mut task = linked(&catalog, Edit::create("task"), &about).typed("name", name);
        if let Some(due) = args.due {
            task = task.typed("due", due);
        }
        edits.push(task);
    }
    write(desk, edits, &format!("log {}", args.kind), args.dry_run)
}

/// The first line as the subject; the whole text as body where there is more.
fn split(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let first = text.lines().next().unwrap_or(text).trim_end();
    match first.char_indices().nth(SUBJECT) {
        Some((end, _)) => (&first[..end], Some(text)),
        None if first.len() < text.len() => (first, Some(text)),
        None => (first, None),
    }
}

/// Links what is new to the record, and to the customer, contact and deal that the record belongs to.
fn linked(catalog: &Catalog, mut edit: Edit, about: &Record) -> Edit {
    let Some(entity) = catalog.entity(&edit.entity) else { return edit };
    edit = edit.with("about", Value::Link(Link::new(&about.entity, about.id)));
    for side in SIDES.into_iter().filter(|side| entity.field(side).is_some()) {
        let link = if about.entity == side {
            Some(Link::new(&about.entity, about.id))
        } else {
            about.get(side).as_link().cloned()
        };
        if let Some(link) = link {
            edit = edit.with(side, Value::Link(link));
        }
    }
    edit
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn the_first_line_is_the_subject() {
        assert_eq!(split("wants an offer"), ("wants an offer", None));
        assert_eq!(split(" wants\nfor 3 units "), ("wants", Some("wants\nfor 3 units")));
        let long = "x".repeat(200);
        assert_eq!(split(&long), (&long[..120], Some(long.as_str())));
    }
}
