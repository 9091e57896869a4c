//! A form as a screen: it fetches what the form is about, passes keys on and writes what comes out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::notice;
use crate::action::{Key, Lookup as Pressed, Place, Situation};
use crate::gate::GateError;
use crate::model::{Name, Record, RecordRef, Value};
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::form::{Event, Form, Purpose};
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;

const RECORD: Slot = Slot("form.record", 0);
const SAVE: Slot = Slot("form.save", 0);
const PICK: &str = "form.pick";
const DUPLICATE: &str = "form.duplicate";

/// What a form is for.
#[derive(Debug, Clone)]
pub enum Start {
    /// A new record, with what is known of it.
    Create(Name, Vec<(Name, Value)>),
    /// A change to a record.
    Edit(RecordRef),
    /// What happened, with which record.
    Log(&'static str, RecordRef),
    /// A task about a record.
    Task(RecordRef),
}

/// A form as a screen.
pub struct FormScreen {
    start: Start,
    form: Option<Form>,
    problem: Option<String>,
    /// The ticket of the newest question per purpose, to hand its answer in with.
    tickets: [u64; 2],
    saving: bool,
}

impl FormScreen {
    /// A form; it appears when what it is about has been read.
    #[must_use]
    pub fn new(start: Start) -> Self {
        Self { start, form: None, problem: None, tickets: [0; 2], saving: false }
    }

    fn begin(&mut self, record: Option<Record>, ctx: &Context) {
        self.form = match (&self.start, record) {
            (Start::Create(entity, presets), _) => Form::create(entity, presets.clone(), ctx),
            (Start::Edit(_), Some(record)) => Form::edit(record, ctx),
            (Start::Log(kind, _), record) => Form::log(kind, record.as_ref(), ctx),
            (Start::Task(_), record) => Form::task(record.as_ref(), ctx),
            (Start::Edit(_), None) => None,
        };
    }

    /// What history says the change was for.
    fn why(&self, ctx: &Context) -> String {
        match &self.start {
            Start::Create(entity, _) => format!("new {entity}"),
            Start::Edit(record) => format!("edit {}", ctx.catalog.reference(record)),
            Start::Log(kind, _) => format!("log {kind}"),
            Start::Task(_) => "new task".to_owned(),
        }
    }

    fn follow(&mut self, events: Vec<Event>, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        for event in events {
            match event {
                Event::Ask(lookup) => {
                    let (slot, n) = match lookup.purpose {
                        Purpose::Pick => (Slot(PICK, 0), 0),
                        Purpose::Duplicate => (Slot(DUPLICATE, 0), 1),
                    };
                    self.tickets[n] = lookup.ticket;
                    cmds.push(Cmd::Ask(slot, Request::Lookup(lookup)));
                }
                Event::Save(edits) if !self.saving => {
                    self.saving = true;
                    cmds.push(Cmd::Ask(SAVE, Request::Save { edits, why: self.why(ctx) }));
                }
                Event::Leave => cmds.push(Cmd::Close),
                Event::Open(record) => cmds.push(Cmd::Open(record)),
                Event::Editor(text) => cmds.push(Cmd::Editor(text)),
                Event::Save(_) | Event::Unused => {}
            }
        }
        cmds
    }

    fn saved(&self, applied: &crate::gate::Applied, ctx: &Context) -> Cmds {
        let record = applied.records.iter().flatten().next_back().cloned();
        let about = match &self.start {
            Start::Edit(record) => Some(record.clone()),
            // The record itself comes last: what was made along with it comes before.
            Start::Create(entity, _) => {
                applied.records.iter().flatten().rfind(|r| r.entity == *entity).cloned()
            }
            Start::Log(..) | Start::Task(_) => applied.records.iter().flatten().next().cloned(),
        };
        let name = about.as_ref().or(record.as_ref()).map(|r| ctx.catalog.reference(r));
        let key = ctx.key_of("app.undo");
        let said = if applied.change_set.is_none() {
            ctx.t("said.same").to_owned()
        } else {
            ctx.tf("said.saved_record", &[("record", &name.unwrap_or_default()), ("key", &key)])
        };
        let made = match &self.start {
            Start::Create(..) => about,
            _ => None,
        };
        vec![Cmd::Say(Role::Good, said), Cmd::Written(made), Cmd::Close]
    }

    fn refused(&mut self, error: &GateError, ctx: &Context) {
        let Some(form) = &mut self.form else { return };
        match error {
            GateError::Invalid(problems) => form.refused(problems, ctx),
            GateError::Conflict(conflict) => form.conflict(conflict, ctx),
            other => form.fail(&chrome::told(other)),
        }
    }
}

impl Layer for FormScreen {
    fn place(&self) -> Place {
        Place::Form
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let Some(form) = &self.form else { return Heading::default() };
        let trail = vec![form.title(ctx).into_string()];
        Heading { trail, aside: String::new(), right: form.state(ctx) }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        Situation::new(&ctx.catalog, &ctx.person, Place::Form)
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        match &self.start {
            Start::Create(..) => {
                self.begin(None, ctx);
                if self.form.is_none() { vec![Cmd::Close] } else { Cmds::new() }
            }
            Start::Edit(record) | Start::Log(_, record) | Start::Task(record) => {
                vec![Cmd::Ask(RECORD, Request::Get(record.clone()))]
            }
        }
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    /// What is typed before the form stands, or after it was saved, is meant for what comes then.
    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        matches!(slot, RECORD | SAVE)
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let Some(form) = &mut self.form else {
            return key.is(crate::action::KeyCode::Esc).then(|| vec![Cmd::Close]);
        };
        let action = match ctx.keymap.lookup(&[key], Place::Form, &ctx.actions) {
            Pressed::Action(action) => Some(action.id.clone()),
            Pressed::Prefix(_) | Pressed::Nothing => None,
        };
        let events = form.key(key, action.as_deref(), ctx);
        if events == [Event::Unused] && key.typed().is_none() {
            return None;
        }
        Some(self.follow(events, ctx))
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        let events = self.form.as_mut().map(|form| form.paste(text, ctx)).unwrap_or_default();
        self.follow(events, ctx)
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let events = self.form.as_mut()?.press(target, ctx);
        Some(self.follow(events, ctx))
    }

    fn edited(&mut self, text: &str, ctx: &Context) -> Cmds {
        let events = self.form.as_mut().map(|form| form.edited(text, ctx)).unwrap_or_default();
        self.follow(events, ctx)
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (RECORD, Ok(Reply::Record(record))) => {
                self.begin(Some(*record), ctx);
                Cmds::new()
            }
            (RECORD, Err(error)) => {
                self.problem = Some(chrome::told(&error));
                Cmds::new()
            }
            (SAVE, Ok(Reply::Saved(applied))) => self.saved(&applied, ctx),
            (SAVE, Err(error)) => {
                self.saving = false;
                self.refused(&error, ctx);
                Cmds::new()
            }
            (Slot(name, _), Ok(Reply::Hits(hits))) => {
                let ticket = self.tickets[usize::from(name == DUPLICATE)];
                if let Some(form) = &mut self.form {
                    form.answer(ticket, &hits, ctx);
                }
                Cmds::new()
            }
            (_, Err(error)) => vec![Cmd::Say(Role::Error, chrome::told(&error))],
            _ => Cmds::new(),
        }
    }

    fn holds_unsaved(&self, _ctx: &Context) -> bool {
        self.form.as_ref().is_some_and(Form::is_dirty)
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        match (&self.form, &self.problem) {
            (Some(form), _) => form.view(area, buf, ctx),
            (None, Some(problem)) => notice(buf, area, problem, Role::Error, ctx),
            (None, None) => Seen::default(),
        }
    }
}
