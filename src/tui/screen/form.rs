//! A form as a screen: it fetches what the form is about, passes keys on and writes what comes out.

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, Lookup as Pressed, Place, Situation};
use crate::gate::GateError;
use crate::model::{Link, Name, Record, RecordRef, Value};
use crate::policy::Special;
use crate::term::Clean;
use crate::tui::bulk::Repeat;
use crate::tui::context::Context;
use crate::tui::draft::{self, Unfinished};
use crate::tui::form::{Event, Form, Purpose};
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::overlay::choose::Choose;
use crate::tui::overlay::joining::Joins;
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;

const RECORD: Slot = Slot("form.record", 0);
const SAVE: Slot = Slot("form.save", 0);
const KEPT: Slot = Slot("form.kept", 0);
const KEEP: Slot = Slot("form.keep", 0);
const BEAT: Slot = Slot("form.beat", 0);
/// The question which of several unfinished forms to go on with.
const OFFER: &str = "form.draft";
/// So long nothing is typed before what is entered is kept.
const PAUSE: TimeDelta = TimeDelta::seconds(1);
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
    /// A new record from a pasted business card, mail signature or vCard.
    Card(Name, String),
}

/// A form as a screen.
pub struct FormScreen {
    start: Start,
    form: Option<Form>,
    problem: Option<State>,
    /// The ticket of the newest question per purpose, to hand its answer in with.
    tickets: [u64; 2],
    saving: bool,
    /// It was not saved for want of the password, which is being asked for.
    unconfirmed: bool,
    /// What is being saved, to be done again with another record.
    repeat: Option<Repeat>,
    /// The key it is kept under, once something was entered.
    key: Option<String>,
    /// When it is to be kept, if it changed since.
    keep_at: Option<DateTime<Utc>>,
    /// What was entered when it was kept last, to write only what is new.
    kept: Option<String>,
    /// What it goes on with, as soon as it stands.
    resumes: Option<Unfinished>,
    /// When it says again that what is kept is still being written.
    beat_at: Option<DateTime<Utc>>,
    /// Forms for the same that were not finished.
    offered: Vec<Unfinished>,
    /// The keys that forms for the same are kept under, those that are open elsewhere included.
    taken: Vec<String>,
}

impl FormScreen {
    /// A form; it appears when what it is about has been read.
    #[must_use]
    pub fn new(start: Start) -> Self {
        Self {
            start,
            form: None,
            problem: None,
            tickets: [0; 2],
            saving: false,
            unconfirmed: false,
            repeat: None,
            key: None,
            keep_at: None,
            kept: None,
            resumes: None,
            beat_at: None,
            offered: Vec::new(),
            taken: Vec::new(),
        }
    }

    /// Goes on with a form that was not finished; `None` where there is no such form any more.
    #[must_use]
    pub(in crate::tui) fn resume(unfinished: Unfinished, ctx: &Context) -> Option<Self> {
        let mut screen = Self::new(unfinished.start(ctx)?);
        screen.key = Some(unfinished.key.clone());
        screen.resumes = Some(unfinished);
        Some(screen)
    }

    fn begin(&mut self, record: Option<Record>, ctx: &Context) -> Cmds {
        self.open(record, ctx);
        let mut events = Vec::new();
        if let (Some(form), Start::Card(_, text), None) =
            (&mut self.form, &self.start, &self.resumes)
        {
            events = form.paste(text, ctx);
        }
        if let (Some(form), Some(unfinished)) = (&mut self.form, self.resumes.take()) {
            if form.resume(&unfinished.entered, ctx) {
                // It is ours from now on, whoever wrote it.
                self.keep_at = Some(ctx.now);
            } else {
                // What cannot be entered again stays kept as it is.
                self.key = None;
                form.fail(ctx.t("drafts.unknown"));
            }
        }
        let mut cmds = self.follow(events, ctx);
        cmds.push(Cmd::Ask(KEPT, Request::Kept(draft::family(&self.start))));
        cmds
    }

    /// Notes that something may have been entered, to be kept when there is a pause.
    fn touched(&mut self, ctx: &Context) {
        if self.keep_at.is_none() && !self.saving {
            self.keep_at = Some(ctx.now + PAUSE);
        }
    }

    /// Keeps what is entered, or forgets what was kept where nothing is entered any more.
    fn keep(&mut self, ctx: &Context) -> Cmds {
        self.keep_at = None;
        let Some(form) = self.form.as_ref().filter(|_| !self.saving) else { return Cmds::new() };
        let entered = form.kept();
        if entered == self.kept {
            return Cmds::new();
        }
        self.kept.clone_from(&entered);
        let Some(entered) = entered else { return self.forget() };
        let family = draft::family(&self.start);
        let key = self.key.clone().unwrap_or_else(|| {
            let taken = |key: &String| self.taken.contains(key);
            let since = ctx.now.timestamp_millis();
            let mut keys = (since..).map(|at| format!("{family}{at}"));
            keys.find(|key| !taken(key)).unwrap_or(family)
        });
        self.key = Some(key.clone());
        match self.unfinished(key.clone(), entered, ctx).and_then(|unfinished| unfinished.text()) {
            Some(text) => {
                self.beat_at = Some(ctx.now + draft::BEAT);
                vec![Cmd::Ask(KEEP, Request::Keep(vec![(key, Some(text))]))]
            }
            None => vec![Cmd::Say(Role::Warning, ctx.t("form.draft.long").to_owned())],
        }
    }

    /// What is entered, as it is kept.
    fn unfinished(&self, key: String, entered: String, ctx: &Context) -> Option<Unfinished> {
        let form = self.form.as_ref()?;
        let told = (form.title(ctx).into_string(), form.subject(ctx));
        Some(Unfinished::new(&self.start, key, told, form.entered(), entered, ctx))
    }

    /// Says that what is kept is still being written.
    fn beat(&mut self, ctx: &Context) -> Cmds {
        self.beat_at = self.key.as_ref().map(|_| ctx.now + draft::BEAT);
        let key = self.key.clone();
        key.map(|key| Cmd::Ask(BEAT, Request::Touch(vec![key]))).into_iter().collect()
    }

    /// Keeps what is entered for whoever comes next.
    fn release(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = self.keep(ctx);
        let (Some(key), Some(entered)) = (self.key.clone(), self.kept.clone()) else { return cmds };
        let free = self.unfinished(key.clone(), entered, ctx).map(Unfinished::released);
        if let Some(text) = free.and_then(|free| free.text()) {
            cmds = vec![Cmd::Ask(KEEP, Request::Keep(vec![(key, Some(text))]))];
        }
        cmds
    }

    /// Saved, or given up: it is not to be offered again.
    fn forget(&mut self) -> Cmds {
        (self.keep_at, self.kept, self.beat_at) = (None, None, None);
        let key = self.key.take();
        key.map(|key| Cmd::Ask(KEEP, Request::Keep(vec![(key, None)]))).into_iter().collect()
    }

    /// Goes on with a form for the same that was not finished: the one there is, or the chosen one.
    fn go_on(&mut self, ctx: &Context) -> Cmds {
        match self.offered.as_slice() {
            [] => Cmds::new(),
            [only] => {
                let key = only.key.clone();
                self.told(OFFER, &key, ctx)
            }
            several => {
                let choices = several
                    .iter()
                    .map(|one| {
                        (one.key.clone(), format!("{}  {}", one.heading(ctx), one.note(ctx)))
                    })
                    .collect();
                let choose = Choose::new(OFFER, ctx.t("drafts.title").to_owned(), choices);
                vec![Cmd::Push(Box::new(choose))]
            }
        }
    }

    /// The line above the form that offers what was not finished.
    fn offer(&self, ctx: &Context) -> Option<String> {
        let first = self.offered.first()?;
        if self.form.as_ref().is_some_and(Form::is_dirty) {
            return None;
        }
        let note = first.note(ctx);
        Some(match self.offered.len() {
            1 => ctx.tf("form.draft.offer", &[("note", &note)]),
            n => ctx.tf("form.draft.offers", &[("n", &n.to_string()), ("note", &note)]),
        })
    }

    fn open(&mut self, record: Option<Record>, ctx: &Context) {
        self.form = match (&self.start, record) {
            (Start::Create(entity, presets), _) => Form::create(entity, presets.clone(), ctx),
            (Start::Card(entity, _), _) => Form::create(entity, Vec::new(), ctx),
            (Start::Edit(_), Some(record)) => Form::edit(record, ctx),
            (Start::Log(kind, _), record) => Form::log(kind, record.as_ref(), ctx),
            (Start::Task(_), record) => Form::task(record.as_ref(), ctx),
            (Start::Edit(_), None) => None,
        };
    }

    /// What history says the change was for.
    fn why(&self, ctx: &Context) -> String {
        match &self.start {
            Start::Create(entity, _) | Start::Card(entity, _) => format!("new {entity}"),
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
                    let (slot, n) = match &lookup.purpose {
                        Purpose::Pick => (Slot(PICK, 0), 0),
                        Purpose::Duplicate(_) => (Slot(DUPLICATE, 0), 1),
                    };
                    self.tickets[n] = lookup.ticket;
                    cmds.push(Cmd::Ask(slot, Request::Lookup(lookup)));
                }
                Event::Save(edits) if !self.saving => {
                    (self.saving, self.unconfirmed) = (true, false);
                    self.repeat = Repeat::of(&edits);
                    cmds.push(Cmd::Ask(SAVE, Request::Save { edits, why: self.why(ctx) }));
                }
                Event::Leave => {
                    cmds.extend(self.forget());
                    cmds.push(Cmd::Close);
                }
                Event::Open(record) => cmds.push(Cmd::Open(record)),
                Event::Editor(text) => cmds.push(Cmd::Editor(text)),
                Event::Save(_) | Event::Beyond { .. } | Event::Unused => {}
            }
        }
        self.touched(ctx);
        cmds
    }

    fn saved(&mut self, applied: &crate::gate::Applied, ctx: &Context) -> Cmds {
        let record = applied.records.iter().flatten().next_back().cloned();
        let about = match &self.start {
            Start::Edit(record) => Some(record.clone()),
            // The record itself comes last: what was made along with it comes before.
            Start::Create(entity, _) | Start::Card(entity, _) => {
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
            Start::Create(..) | Start::Card(..) => about,
            _ => None,
        };
        let mut cmds = self.forget();
        if applied.change_set.is_some() {
            cmds.extend(self.repeat.take().map(|repeat| Cmd::Remember(Box::new(repeat))));
        }
        // Somebody new lacks something still: at least a way in.
        let joins = match &made {
            Some(user) if user.entity == "user" && ctx.person.may(Special::Users) => {
                Some(Cmd::Push(Box::new(Joins::new(user.id))))
            }
            _ => None,
        };
        cmds.extend([Cmd::Say(Role::Good, said), Cmd::Written(made), Cmd::Close]);
        cmds.extend(joins);
        cmds
    }

    fn refused(&mut self, error: &GateError, ctx: &Context) {
        let Some(form) = &mut self.form else { return };
        match error {
            GateError::Invalid(problems) => form.refused(problems, ctx),
            GateError::Conflict(conflict) => form.conflict(conflict, ctx),
            other => form.fail(&ctx.said(other)),
        }
    }
}

impl Layer for FormScreen {
    fn place(&self) -> Place {
        Place::Form
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let Some(form) = &self.form else { return Heading::default() };
        let (trail, aside) = form.place_of(ctx);
        Heading { trail, aside, right: form.state(ctx) }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        ctx.situation(Place::Form)
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        match &self.start {
            Start::Create(..) | Start::Card(..) => {
                let cmds = self.begin(None, ctx);
                if self.form.is_none() { vec![Cmd::Close] } else { cmds }
            }
            Start::Edit(record) => vec![Cmd::Ask(RECORD, Request::GetToEdit(record.clone()))],
            Start::Log(_, record) | Start::Task(record) => {
                vec![Cmd::Ask(RECORD, Request::Get(record.clone()))]
            }
        }
    }

    /// What was entered stays; what could not be had is asked for again.
    fn refresh(&mut self, ctx: &Context) -> Cmds {
        match &mut self.form {
            Some(form) => form.let_go(ctx),
            None if self.problem.is_some() => return self.start(ctx),
            None => {}
        }
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
        // What is entered stays as it is, an open list included.
        if action.as_deref() == Some("app.look-up") {
            return None;
        }
        if action.as_deref() == Some("form.resume") && !form.has_popup() {
            return Some(self.go_on(ctx));
        }
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
            (RECORD, Ok(Reply::Record(record))) => self.begin(Some(*record), ctx),
            (KEPT, Ok(Reply::Kept(kept))) => {
                let (mut offered, _) = Unfinished::read(kept, ctx);
                self.taken = offered.iter().map(|one| one.key.clone()).collect();
                offered.retain(|one| !one.elsewhere && Some(&one.key) != self.key.as_ref());
                self.offered = offered;
                Cmds::new()
            }
            (KEEP | BEAT, _) => Cmds::new(),
            // Nobody types into what they may not save.
            (RECORD, Err(error @ GateError::Denied(_))) if matches!(self.start, Start::Edit(_)) => {
                vec![Cmd::Close, Cmd::Say(Role::Warning, ctx.said_refusal(&error))]
            }
            (RECORD, Err(error)) => {
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            (SAVE, Ok(Reply::Saved(applied))) => self.saved(&applied, ctx),
            (SAVE, Err(error)) => {
                self.saving = false;
                self.unconfirmed = error.wants_password();
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
            (Slot(PICK, _), Err(error)) => {
                let (_, why) = State::of(&error, ctx).line();
                if let Some(form) = &mut self.form {
                    form.not_found(self.tickets[0], &why);
                }
                vec![Cmd::Say(Role::Error, ctx.said(&error))]
            }
            (_, Err(error)) => vec![Cmd::Say(Role::Error, ctx.said(&error))],
            _ => Cmds::new(),
        }
    }

    fn confirmed(&mut self, ctx: &Context) -> Cmds {
        let Some(form) = self.form.as_mut().filter(|_| self.unconfirmed) else {
            return Cmds::new();
        };
        self.unconfirmed = false;
        let events = form.save_again(ctx);
        self.follow(events, ctx)
    }

    fn wanted(&self, ctx: &Context) -> Vec<Name> {
        self.form.as_ref().map(|form| form.wanted(ctx)).unwrap_or_default()
    }

    fn handed(&mut self, link: Link, ctx: &Context) -> Cmds {
        let events = self.form.as_mut().map(|form| form.take_over(link, ctx)).unwrap_or_default();
        self.follow(events, ctx)
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        let chosen = self.offered.iter().find(|one| what == OFFER && one.key == choice);
        match chosen.and_then(|chosen| Self::resume(chosen.clone(), ctx)) {
            Some(form) => {
                // What was entered here meanwhile is kept too.
                let mut cmds = self.keep(ctx);
                cmds.extend([Cmd::Close, Cmd::Push(Box::new(form))]);
                cmds
            }
            None => Cmds::new(),
        }
    }

    fn wakes_at(&self) -> Option<DateTime<Utc>> {
        self.keep_at.into_iter().chain(self.beat_at).min()
    }

    fn woken(&mut self, ctx: &Context) -> Cmds {
        let due = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= ctx.now);
        let mut cmds = if due(self.keep_at) { self.keep(ctx) } else { Cmds::new() };
        if due(self.beat_at) {
            cmds.extend(self.beat(ctx));
        }
        cmds
    }

    fn ends(&mut self, ctx: &Context) -> Cmds {
        self.release(ctx)
    }

    fn holds_unsaved(&self, _ctx: &Context) -> bool {
        self.form.as_ref().is_some_and(Form::is_dirty)
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        match (&self.form, &self.problem) {
            (Some(form), _) => {
                let offer = self.offer(ctx).filter(|_| area.height > 6);
                let above = u16::from(offer.is_some());
                if let Some(offer) = offer {
                    let row = paint::row(area, 0);
                    let inside = Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row };
                    let text = Clean::line(&offer);
                    paint::text(buf, inside, &text, ctx.style(Role::Info), ctx);
                }
                let rest = Rect { y: area.y + above, height: area.height - above, ..area };
                form.view(rest, buf, ctx)
            }
            (None, Some(problem)) => problem.draw(buf, area, ctx),
            (None, None) => State::awaited(ctx).map(|s| s.draw(buf, area, ctx)).unwrap_or_default(),
        }
    }
}
