//! Jotting down in one line: what is typed is understood at every keystroke and shown under the line.
//!
//! Enter writes it when all is clear, else asks only what is not; Tab opens the form with it. Nothing
//! typed is lost: leaving keeps the line, and it is there again the next time, also after a crash.
//! The grammar is [`crate::capture`]; here is the line, the preview and the questions.

mod view;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::find::row_of;
use crate::action::{Key, KeyCode, Place};
use crate::capture::{Found, Line, Sought, Trouble, Wish};
use crate::gate::{Applied, Hit, SearchRequest};
use crate::model::{Name, RecordRef};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::form::{FormScreen, Start};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow, Picked};
use crate::tui::widget::{Act, Done, TextEdit, keys};

const FOUND: Slot = Slot("capture.found", 0);
const HITS: Slot = Slot("capture.hits", 0);
const SAVE: Slot = Slot("capture.save", 0);
const KEPT: Slot = Slot("capture.kept", 0);
const KEEP: Slot = Slot("capture.keep", 0);
/// Where the line is kept.
pub(in crate::tui) const DRAFT: &str = "draft.line";
/// So long nothing is typed before the line is kept.
const PAUSE: TimeDelta = TimeDelta::seconds(1);
/// Whom a line may be about, in the order they are offered.
const PEOPLE: [&str; 4] = ["customer", "contact", "lead", "deal"];
/// Records offered.
const OFFERED: usize = 20;

/// Who is meant, as chosen by the person.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    /// Whom the words fit.
    ByWords,
    /// This one.
    Is(RecordRef),
    /// Nobody: the words are text.
    Nobody,
}

/// What is being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Who,
    User,
}

/// A row of a question.
#[derive(Debug, Clone)]
enum Answered {
    Hit(Box<Hit>),
    Nobody,
}

/// A line being jotted down.
pub struct Capture {
    edit: TextEdit,
    line: Line,
    found: Found,
    /// The record that the screen stands on.
    focus: Option<RecordRef>,
    who: Who,
    user: Option<Hit>,
    asking: Option<(About, Pick<Answered>)>,
    /// What keeps Enter from writing, said under the line.
    refused: Option<String>,
    /// Why something that was asked for is not there.
    problem: Option<State>,
    /// When the line is to be kept, if it is not yet.
    keep_at: Option<DateTime<Utc>>,
    /// Opened in a form: what it makes is there.
    in_form: bool,
    saving: bool,
}

impl Capture {
    /// An empty line over a screen that stands on `focus`.
    #[must_use]
    pub fn new(focus: Option<RecordRef>, ctx: &Context) -> Self {
        Self {
            edit: TextEdit::line(""),
            line: Line::read("", &ctx.coercion()),
            found: Found::default(),
            focus,
            who: Who::ByWords,
            user: None,
            asking: None,
            refused: None,
            problem: None,
            keep_at: None,
            in_form: false,
            saving: false,
        }
    }

    fn wish(&self, ctx: &Context) -> Option<Wish> {
        let mut found = self.found.clone();
        if let Some(user) = &self.user {
            found.users = vec![user.clone()];
        }
        Wish::of(&self.line, &found, &ctx.coercion(), ctx.lang())
    }

    /// Reads the line anew and looks up whom it names.
    fn read(&mut self, ctx: &Context) -> Cmds {
        let before = (words_of(&self.line), self.line.user.clone());
        self.line = Line::read(self.edit.text(), &ctx.coercion());
        (self.refused, self.problem) = (None, None);
        // What was chosen holds as long as the words it was chosen for stand there.
        let now = (words_of(&self.line), self.line.user.clone());
        if before.0 != now.0 {
            self.who = Who::ByWords;
        }
        if before.1 != now.1 {
            self.user = None;
        }
        self.keep_at = Some(ctx.now + PAUSE);
        self.look_up()
    }

    fn look_up(&mut self) -> Cmds {
        if self.line.text.trim().is_empty() {
            self.found = Found::default();
            return vec![Cmd::Forget(FOUND)];
        }
        let chosen = if let Who::Is(record) = &self.who { Some(record.clone()) } else { None };
        let sought = Sought {
            line: self.line.clone(),
            chosen,
            nobody: self.who == Who::Nobody,
            focus: self.focus.clone(),
        };
        vec![Cmd::Ask(FOUND, Request::Capture(Box::new(sought)))]
    }

    /// Keeps the line for the next time; an empty one is forgotten.
    fn keep(&mut self) -> Cmds {
        self.keep_at = None;
        let text = self.edit.text();
        let text = Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        vec![Cmd::Ask(KEEP, Request::Keep(vec![(DRAFT.to_owned(), text)]))]
    }

    fn forget() -> Cmd {
        Cmd::Ask(KEEP, Request::Keep(vec![(DRAFT.to_owned(), None)]))
    }

    fn leave(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = self.keep();
        if !self.edit.is_blank() {
            cmds.push(Cmd::Say(Role::Info, ctx.tf("capture.kept", &[])));
        }
        cmds.push(Cmd::Close);
        cmds
    }

    /// Writes it, or asks the first thing that is unclear.
    fn take(&mut self, ctx: &Context) -> Cmds {
        let Some(wish) = self.wish(ctx) else { return vec![Self::forget(), Cmd::Close] };
        match wish.troubles.first() {
            None if self.saving => Cmds::new(),
            None => {
                self.saving = true;
                let save = Request::Save { edits: vec![wish.edit()], why: wish.why(&self.line) };
                vec![Cmd::Ask(SAVE, save)]
            }
            Some(Trouble::Several | Trouble::Nobody | Trouble::NoWho) => self.ask_who(ctx),
            Some(Trouble::User(word)) => {
                let word = word.clone();
                self.ask_user(&word, ctx)
            }
            Some(trouble) => {
                self.refused = Some(view::told(trouble, &self.found, ctx));
                Cmds::new()
            }
        }
    }

    fn ask_who(&mut self, ctx: &Context) -> Cmds {
        let mut pick = Pick::searching("");
        pick.fill(Self::rows(&self.found.hits, About::Who, ctx));
        self.asking = Some((About::Who, pick));
        if self.found.hits.is_empty() {
            let words = self.found.words.clone();
            if let Some((_, pick)) = &mut self.asking {
                pick.act(Act::Insert(words));
            }
            return self.search(ctx);
        }
        Cmds::new()
    }

    fn ask_user(&mut self, word: &str, ctx: &Context) -> Cmds {
        let mut pick = Pick::searching("");
        let users = self.found.users.clone();
        pick.fill(Self::rows(&users, About::User, ctx));
        if users.is_empty() {
            pick.act(Act::Insert(word.to_owned()));
        }
        self.asking = Some((About::User, pick));
        if users.is_empty() { self.search(ctx) } else { Cmds::new() }
    }

    fn search(&self, ctx: &Context) -> Cmds {
        let Some((about, pick)) = &self.asking else { return Cmds::new() };
        let names: &[&str] = if *about == About::User { &["user"] } else { &PEOPLE };
        let there = names.iter().filter_map(|name| ctx.catalog.entity(name));
        let entities: Vec<Name> = there.map(|entity| entity.name.clone()).collect();
        let text = pick.query.text().trim().to_owned();
        if text.is_empty() {
            return vec![Cmd::Forget(HITS)];
        }
        let search = SearchRequest { text, entities, filter: None, limit: OFFERED };
        vec![Cmd::Ask(HITS, Request::Search(search))]
    }

    fn rows(hits: &[Hit], about: About, ctx: &Context) -> Vec<PickRow<Answered>> {
        let mut rows: Vec<PickRow<Answered>> = hits
            .iter()
            .map(|hit| row_of(hit, |_| Answered::Hit(Box::new(hit.clone())), ctx))
            .collect();
        let nobody = if about == About::User { "capture.no_user" } else { "capture.nobody_row" };
        let mut row = PickRow::new(Answered::Nobody, Clean::line(ctx.t(nobody)));
        row.role = Role::Muted;
        rows.push(row);
        rows
    }

    fn asked_key(&mut self, key: Key, ctx: &Context) -> Cmds {
        let Some((about, pick)) = &mut self.asking else { return Cmds::new() };
        let about = *about;
        match pick.key(key) {
            Picked::Closed => {
                self.asking = None;
                Cmds::new()
            }
            Picked::Typed => self.search(ctx),
            Picked::Chosen => {
                let answered = pick.selected().map(|row| row.key.clone());
                self.asking = None;
                self.answered(about, answered, ctx)
            }
            Picked::Moved | Picked::Toggled | Picked::Ignored => Cmds::new(),
        }
    }

    fn answered(&mut self, about: About, answered: Option<Answered>, ctx: &Context) -> Cmds {
        match (about, answered) {
            (About::Who, Some(Answered::Hit(hit))) => {
                self.who = Who::Is(hit.record);
                self.look_up()
            }
            (About::Who, Some(Answered::Nobody)) => {
                self.who = Who::Nobody;
                self.look_up()
            }
            (About::User, Some(Answered::Hit(hit))) => {
                self.user = Some(*hit);
                Cmds::new()
            }
            // Nobody is to do it: the sign goes out of the line.
            (About::User, Some(Answered::Nobody)) => {
                if let Some(user) = self.line.user.clone() {
                    let text = self.edit.text().replacen(&format!("@{user}"), "", 1);
                    self.edit.set(text.trim_end());
                    return self.read(ctx);
                }
                Cmds::new()
            }
            (_, None) => Cmds::new(),
        }
    }

    fn open_form(&mut self, ctx: &Context) -> Cmds {
        let Some(wish) = self.wish(ctx) else { return Cmds::new() };
        self.in_form = true;
        let mut cmds = self.keep();
        let form = FormScreen::new(Start::Create(wish.entity, wish.set));
        cmds.push(Cmd::Push(Box::new(form)));
        cmds
    }

    fn saved(&self, applied: &Applied, ctx: &Context) -> Cmds {
        let made = applied.records.iter().flatten().next_back();
        let name = made.map(|record| ctx.catalog.reference(record)).unwrap_or_default();
        let key = ctx.key_of("app.undo");
        let said = ctx.tf("said.saved_record", &[("record", &name), ("key", &key)]);
        vec![Self::forget(), Cmd::Say(Role::Good, said), Cmd::Written(None), Cmd::Close]
    }
}

/// The words that may name somebody, to see whether they are still the same.
fn words_of(line: &Line) -> String {
    line.pieces().into_iter().map(|piece| &line.text[piece]).collect::<Vec<_>>().join(" ")
}

impl Layer for Capture {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(KEPT, Request::Kept(DRAFT.to_owned()))]
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        self.look_up()
    }

    /// The form that was opened from here has written it.
    fn made(&mut self, _record: &RecordRef, _ctx: &Context) -> Cmds {
        if self.in_form { vec![Self::forget(), Cmd::Close] } else { Cmds::new() }
    }

    /// What is written must be what was understood of all that was typed.
    fn awaits(&self, slot: Slot, key: Option<Key>) -> bool {
        match slot {
            SAVE | KEPT => true,
            FOUND => key.is_some_and(|key| key.is(KeyCode::Enter) || key.is(KeyCode::Tab)),
            HITS => key.is_some_and(|key| key.is(KeyCode::Enter)),
            _ => false,
        }
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if self.asking.is_some() {
            return Some(self.asked_key(key, ctx));
        }
        Some(match key.code {
            KeyCode::Esc => self.leave(ctx),
            KeyCode::Enter => self.take(ctx),
            KeyCode::Tab if !key.shift => self.open_form(ctx),
            _ => match self.edit.apply(keys::act(key)?) {
                Done::Changed => self.read(ctx),
                Done::Moved | Done::Nothing => Cmds::new(),
            },
        })
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        if let Some((_, pick)) = &mut self.asking {
            pick.act(Act::Insert(text.trim().to_owned()));
            return self.search(ctx);
        }
        self.edit.apply(Act::Insert(text.to_owned()));
        self.read(ctx)
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (KEPT, Ok(Reply::Kept(kept))) => {
                let kept = kept.into_iter().find(|kept| kept.key == DRAFT);
                if let Some(kept) = kept.filter(|_| self.edit.is_blank()) {
                    self.edit.set(&kept.text);
                    let cmds = self.read(ctx);
                    self.keep_at = None;
                    return cmds;
                }
                Cmds::new()
            }
            (FOUND, Ok(Reply::Captured(found))) => {
                self.found = *found;
                self.problem = None;
                Cmds::new()
            }
            (HITS, Ok(Reply::Hits(hits))) => {
                if let Some((about, pick)) = &mut self.asking {
                    pick.fill(Self::rows(&hits, *about, ctx));
                }
                self.problem = None;
                Cmds::new()
            }
            (SAVE, Ok(Reply::Saved(applied))) => self.saved(&applied, ctx),
            (SAVE, Err(error)) => {
                self.saving = false;
                self.refused = Some(Clean::line(&ctx.said(&error)).into_string());
                Cmds::new()
            }
            (_, Err(error)) => {
                if let (HITS, Some((_, pick))) = (slot, &mut self.asking) {
                    pick.fill(Vec::new());
                }
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            _ => Cmds::new(),
        }
    }

    fn wakes_at(&self) -> Option<DateTime<Utc>> {
        self.keep_at
    }

    fn woken(&mut self, _ctx: &Context) -> Cmds {
        self.keep()
    }

    fn ends(&mut self, _ctx: &Context) -> Cmds {
        self.keep()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        self.draw(area, buf, ctx)
    }
}
