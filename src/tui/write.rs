//! A write without a form, on its way: it shows nothing, tells what came of it and goes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::bulk::{Deed, Review};
use super::context::Context;
use super::hit::Seen;
use super::layer::{Cmd, Cmds, Layer};
use super::request::{Answer, Reply, Request, Slot};
use super::screen::history::taken_back;
use super::theme::Role;
use crate::action::{Key, Place};
use crate::gate::Followed;
use crate::model::{Edit, RecordRef, Value};

const WRITE: Slot = Slot("write", 0);

/// A write on its way.
pub struct Write {
    request: Option<Request>,
    /// The key of what is said when it is done, or the words themselves.
    said: String,
    about: Vec<RecordRef>,
}

impl Write {
    /// Writes edits; `why` is what history says and what the message is found by.
    #[must_use]
    pub fn save(edits: Vec<Edit>, why: &str, about: Vec<RecordRef>) -> Self {
        let said = format!("said.{}", why.replace(' ', "_"));
        Self { request: Some(Request::Save { edits, why: why.to_owned() }), said, about }
    }

    /// Writes edits, and says these words when it is done.
    #[must_use]
    pub fn saying(edits: Vec<Edit>, why: &str, said: String) -> Self {
        let request = Some(Request::Save { edits, why: why.to_owned() });
        Self { request, said, about: Vec::new() }
    }

    /// Marks tasks as done.
    #[must_use]
    pub fn task_done(tasks: Vec<RecordRef>) -> Self {
        let edit = |of: &RecordRef| {
            Edit::update(&of.entity, of.id).with("status", Value::from("completed"))
        };
        Self::save(tasks.iter().map(edit).collect(), "task done", tasks)
    }

    /// Takes back my last change.
    #[must_use]
    pub fn undo() -> Self {
        Self { request: Some(Request::Undo(None)), said: String::new(), about: Vec::new() }
    }

    /// Takes back a change set.
    #[must_use]
    pub fn undo_of(change_set: i64) -> Self {
        let request = Some(Request::Undo(Some(change_set)));
        Self { request, said: String::new(), about: Vec::new() }
    }

    /// What is said of a write that made the next of a series.
    fn followed(&self, next: &Followed, ctx: &Context) -> String {
        let day = match &next.due {
            Value::DateTime(at) => ctx.format.near_instant(*at, ctx.now),
            Value::Date(day) => ctx.format.near(*day, ctx.today()),
            _ => String::new(),
        };
        let ended = self.about.first().map(|of| ctx.catalog.reference(of)).unwrap_or_default();
        let next = ctx.catalog.reference(&next.record);
        let key = ctx.key_of("app.undo");
        let values = [("record", &*ended), ("next", &*next), ("day", &*day), ("key", &*key)];
        ctx.tf("said.followed", &values)
    }

    fn done(&self, ctx: &Context) -> String {
        let what = match self.about.as_slice() {
            [one] => ctx.catalog.reference(one),
            many => ctx.strings.count("list.count", many.len()),
        };
        ctx.tf(&self.said, &[("record", &what), ("key", &ctx.key_of("app.undo"))])
    }
}

impl Layer for Write {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        self.request.take().map(|request| Cmd::Ask(WRITE, request)).into_iter().collect()
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    /// Keys wait until the write is through, so that they meet what it leaves.
    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == WRITE
    }

    /// A write that takes too long is not overtaken.
    fn key(&mut self, _key: Key, _ctx: &Context) -> Option<Cmds> {
        Some(Cmds::new())
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        let said = match answer {
            Ok(Reply::Large(plan)) => {
                let review = Review::new(Deed::undo(plan.change_set, &plan.why, ctx)).at_once();
                return vec![Cmd::Close, Cmd::Push(Box::new(review))];
            }
            Ok(Reply::Doubted(plan, doubt)) => {
                let review = Review::of_undo(&plan, &doubt, ctx);
                return vec![Cmd::Close, Cmd::Push(Box::new(review))];
            }
            Ok(Reply::Undone(look)) => (Role::Good, taken_back(&look.plan, &look.outcomes, ctx)),
            Ok(Reply::Saved(applied)) if applied.followed.len() == 1 && self.about.len() == 1 => {
                (Role::Good, self.followed(&applied.followed[0], ctx))
            }
            Ok(_) => (Role::Good, self.done(ctx)),
            Err(error) => {
                return vec![Cmd::Close, Cmd::Say(Role::Error, ctx.said(&error))];
            }
        };
        vec![Cmd::Written(None), Cmd::Close, Cmd::Say(said.0, said.1)]
    }

    fn view(&self, _area: Rect, _buf: &mut Buffer, _ctx: &Context) -> Seen {
        Seen::default()
    }
}
