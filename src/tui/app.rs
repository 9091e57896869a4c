//! The whole of the screen: a stack of layers, the keys pressed so far, what is said, what was asked.
//!
//! [`App::update`] takes one [`Input`] and says what to do; [`App::view`] draws. Nothing else happens
//! here: what an action means for a record stands in `run`, how the frame looks in `chrome`.

mod access;
mod account;
mod back;
mod cmds;
mod count;
mod guard;
mod guide;
mod links;
mod many;
mod mouse;
mod plain;
mod prefer;
mod remind;
mod run;
mod signed_out;
mod tabs;
mod view;
mod viewing;
mod wait;
mod watch;
mod wishes;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::layout::Size;

use super::context::{Context, Setup};
use super::guard::Guard;
use super::layer::{Cmds, Layer};
use super::message::{Effect, Input, LayerId, Ticket};
use super::overlay::card::CardOffer;
use super::overlay::drafts::Drafts;
use super::request::{Answer, Request, Slot};
use super::screen::home::Home;
use super::theme::Role;
use super::tutor::Tutor;
use crate::action::{Key, Lookup, Place, Table};
use crate::gate::GateError;
use crate::model::Name;
use crate::schema::Catalog;

/// After this long the user is told that something is awaited.
const PATIENCE: TimeDelta = TimeDelta::milliseconds(150);
/// The tab of the reports; no entity can have this name.
const REPORTS: &str = ".reports";
/// So long after the first key of several the popup opens that tells what may follow: who knows the keys
/// is quicker, and no line pays for a popup that nobody reads.
const THOUGHT: TimeDelta = TimeDelta::milliseconds(200);
/// How long a message stands.
const MESSAGE: TimeDelta = TimeDelta::seconds(6);

/// Asks for what belongs to no layer. Layers count from 1.
const APP: LayerId = LayerId(0);

struct Entry {
    id: LayerId,
    layer: Box<dyn Layer>,
}

struct Asked {
    generation: u64,
    at: DateTime<Utc>,
    /// Asked because something changed: nobody waits for it.
    quietly: bool,
    /// Asked because somebody else changed something: no key is about it.
    for_others: bool,
}

/// The state of one user's screen.
pub struct App {
    ctx: Context,
    stack: Vec<Entry>,
    /// Screens that were left for another tab, as they were.
    parked: BTreeMap<Name, Entry>,
    /// Screens that can be gone back and forward to.
    trail: back::Trail,
    /// Tabs whose list stands behind a line of another screen, and whether it was left for that again.
    behind: BTreeMap<Name, bool>,
    /// The tab that is open: an entity, or `home`.
    tab: Name,
    pressed: Vec<Key>,
    /// A number that the next motion is to be done with.
    count: Option<u32>,
    /// When the last of them came.
    pressed_at: DateTime<Utc>,
    /// Typed before its screen stood.
    ahead: VecDeque<Input>,
    said: Option<(Role, String, DateTime<Utc>)>,
    asked: BTreeMap<(LayerId, Slot), Asked>,
    counter: u64,
    /// Of the terminal; the tutor takes a part of it.
    size: Size,
    /// What one is to be reminded of.
    remind: remind::Remind,
    /// What is unusual in the audit log.
    watch: watch::Watch,
    /// Rights that were asked for.
    wishes: wishes::Wishes,
    /// The right that was missing last, where somebody may want to ask for it.
    refused: Option<access::Refused>,
    /// Shows a beginner around, where one wants that.
    tutor: Option<Tutor>,
    /// Stands between the person and the data.
    guard: Option<Guard>,
    /// The layer that was refused for want of the password, which is being asked for.
    unconfirmed: Option<LayerId>,
    /// The next sign-in asks for a second factor that is not there yet; that was said.
    owes: bool,
    /// When a key was touched last.
    touched: DateTime<Utc>,
    effects: Vec<Effect>,
    /// The terminal tells of the mouse.
    has_mouse: bool,
    /// Requests sent now answer a change elsewhere.
    quietly: bool,
    /// Requests sent now are about what others changed.
    for_others: bool,
    /// Since when the person may not act any more.
    signed_out: Option<DateTime<Utc>>,
}

impl App {
    /// An app that shows my day; [`App::start`] asks for it.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let size = setup.size;
        Self {
            ctx: Context::new(setup),
            stack: Vec::new(),
            parked: BTreeMap::new(),
            trail: back::Trail::default(),
            behind: BTreeMap::new(),
            tab: Name::from("home"),
            pressed: Vec::new(),
            count: None,
            pressed_at: DateTime::UNIX_EPOCH,
            ahead: VecDeque::new(),
            said: None,
            asked: BTreeMap::new(),
            counter: 0,
            size,
            remind: remind::Remind::default(),
            watch: watch::Watch::default(),
            wishes: wishes::Wishes::default(),
            refused: None,
            tutor: None,
            guard: None,
            unconfirmed: None,
            owes: false,
            touched: DateTime::UNIX_EPOCH,
            effects: Vec::new(),
            has_mouse: false,
            quietly: false,
            for_others: false,
            signed_out: None,
        }
    }

    /// With a tutor that shows a beginner around, in a panel below.
    #[must_use]
    pub fn with_tutor(mut self, tutor: Tutor) -> Self {
        self.tutor = Some(tutor);
        self.ctx.size = self.room(self.size);
        self
    }

    /// The tutor, where there is one.
    #[must_use]
    pub fn tutor(&self) -> Option<&Tutor> {
        self.tutor.as_ref()
    }

    /// The size of the terminal that it draws on.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// What the app knows: size, theme, catalogue.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.ctx
    }

    /// Opens the first screen.
    pub fn start(&mut self, now: DateTime<Utc>) -> Vec<Effect> {
        (self.ctx.now, self.touched) = (now, now);
        self.take_on_all();
        self.ctx.size = self.room(self.size);
        self.push(Box::new(Home::default()));
        if self.is_view() {
            self.greet_view();
            return std::mem::take(&mut self.effects);
        }
        self.push(Box::new(Drafts::at_start()));
        self.remind(now);
        self.ask_reminders();
        self.watch();
        self.ask_owed();
        self.watch_requests();
        std::mem::take(&mut self.effects)
    }

    /// Takes one input; what the host is to do about it.
    pub fn update(&mut self, input: Input, now: DateTime<Utc>) -> Vec<Effect> {
        self.ctx.now = now;
        if self.ends_view(&input) {
            return std::mem::take(&mut self.effects);
        }
        if let Input::Answer(_, Err(GateError::SignedOut { .. }))
        | Input::Failed(GateError::SignedOut { .. }) = &input
        {
            self.sign_out();
        }
        if self.signed_out.is_some() {
            self.update_signed_out(&input);
            return std::mem::take(&mut self.effects);
        }
        let tutors = matches!(&input, Input::Answer(ticket, _) if ticket.layer == APP);
        self.lock_in_time(now);
        match &input {
            Input::Answer(ticket, Err(error)) => self.heed(error, Some(ticket.layer)),
            Input::Failed(error) => self.heed(error, None),
            _ => {}
        }
        if let Input::Answer(_, answer) = &input {
            self.heed_refusal(answer);
        }
        match input.with_our_line_ends() {
            input @ (Input::Key(_) | Input::Paste(_) | Input::Mouse(_)) => {
                self.touched = now;
                if self.guard.is_some() { self.guarded(input) } else { self.typed(input) }
            }
            Input::Resize(width, height) => self.resize(width, height),
            Input::Tick => {}
            Input::End => self.end(),
            Input::Answer(ticket, answer) => self.answer(ticket, answer),
            Input::Changed(catalog) => self.changed(catalog),
            Input::Edited(Some(text)) => self.on_top(|layer, ctx| layer.edited(&text, ctx)),
            Input::Edited(None) => {
                let text = self.ctx.t("said.no_editor").to_owned();
                self.say(Role::Error, &text);
            }
            Input::NotOpened(link) => self.not_opened(&link),
            Input::Failed(error) => {
                let text = self.ctx.said(&error);
                self.say(Role::Error, &text);
            }
        }
        self.catch_up();
        self.wake(now);
        self.remind(now);
        self.watch();
        self.watch_requests();
        self.hush();
        if !tutors {
            self.show_around();
        }
        if self.said.as_ref().is_some_and(|(_, _, until)| *until <= now) {
            self.said = None;
        }
        self.ctx.waiting =
            self.asked.values().any(|asked| !asked.quietly && now - asked.at >= PATIENCE);
        std::mem::take(&mut self.effects)
    }

    /// When the screen changes by itself next, if it does: a host sends [`Input::Tick`] then.
    #[must_use]
    pub fn wakes_in(&self, now: DateTime<Utc>) -> Option<Duration> {
        if let Some(ends) = self.ends_signed_out() {
            return Some((ends - now).to_std().unwrap_or_default());
        }
        let waiting = self
            .asked
            .values()
            .filter(|asked| !asked.quietly && !self.ctx.waiting)
            .map(|asked| asked.at + PATIENCE);
        let said = self.said.as_ref().map(|(_, _, until)| *until);
        let layers = self.stack.iter().filter_map(|entry| entry.layer.wakes_at());
        let next = waiting
            .chain(said)
            .chain(self.catches_up())
            .chain(layers)
            .chain(self.next_reminder())
            .chain(self.locks_at())
            .chain(self.popup_at().filter(|at| *at > self.ctx.now))
            .min()?;
        Some((next - now).to_std().unwrap_or_default())
    }

    /// When the popup opens that tells what may follow the keys pressed so far.
    #[must_use]
    pub fn popup_at(&self) -> Option<DateTime<Utc>> {
        let begun = !self.pressed.is_empty() || self.count.is_some();
        begun.then(|| self.pressed_at + THOUGHT)
    }

    /// How many layers lie over each other; one where nothing can be left any more.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.stack.len()
    }

    /// True while an answer is awaited that the next frame is about. A host that waits a moment for it
    /// draws once instead of twice.
    #[must_use]
    pub fn awaits(&self) -> bool {
        !self.ctx.waiting && self.asked.values().any(|asked| !asked.for_others)
    }

    fn key(&mut self, key: Key) {
        if self.key_ends_view(key) || self.choose_row(key) {
            return;
        }
        if self.pressed.is_empty() {
            self.said = None;
            if self.count_key(key) {
                return;
            }
            // Layers that are typed into see keys before the keymap does.
            if self.count.is_none()
                && let Some(cmds) = self.top(|layer, ctx| layer.key(key, ctx)).flatten()
            {
                let id = self.stack.last().map(|entry| entry.id);
                self.run_all(id, cmds);
                return;
            }
        }
        self.pressed.push(key);
        self.pressed_at = self.ctx.now;
        let place = self.place();
        let found = match self.ctx.keymap.lookup(&self.pressed, place, &self.ctx.actions) {
            Lookup::Action(action) => Some(action.id.clone()),
            Lookup::Prefix(_) => return,
            Lookup::Nothing => None,
        };
        let pressed = std::mem::take(&mut self.pressed);
        let count = self.count.take();
        match (found, count) {
            (Some(id), None) if id == "nav.count" => self.begin_count(pressed.last().copied()),
            (Some(id), Some(count)) => self.act_counted(&id, count),
            (Some(id), None) => self.act(&id),
            (None, _) if pressed.len() > 1 => {
                let keys = crate::action::Keys(pressed).shown();
                if !keys.ends_with("Esc") {
                    let text = self.ctx.tf("said.no_such_key", &[("key", &keys)]);
                    self.say(Role::Muted, &text);
                }
            }
            (None, _) => {}
        }
    }

    fn paste(&mut self, text: &str) {
        self.pressed.clear();
        self.count = None;
        let place = self.place();
        if place == Place::Changes || Place::SCREENS.contains(&place) {
            // A screen has no use for text, unless it tells of a person or a company.
            if self.only_looks() {
                return;
            }
            match CardOffer::of(text, &self.ctx) {
                Some(offer) => self.push(Box::new(offer)),
                None => {
                    let said = self.ctx.t("card.none").to_owned();
                    self.say(Role::Muted, &said);
                }
            }
            return;
        }
        self.on_top(|layer, ctx| layer.paste(text, ctx));
    }

    fn place(&self) -> Place {
        self.stack.last().map_or(Place::Home, |entry| entry.layer.place())
    }

    /// The screen whose situation counts: the top layer.
    fn top<T>(&mut self, f: impl FnOnce(&mut dyn Layer, &Context) -> T) -> Option<T> {
        let entry = self.stack.last_mut()?;
        Some(f(entry.layer.as_mut(), &self.ctx))
    }

    fn on_top(&mut self, f: impl FnOnce(&mut dyn Layer, &Context) -> Cmds) {
        let id = self.stack.last().map(|entry| entry.id);
        if let Some(cmds) = self.top(f) {
            self.run_all(id, cmds);
        }
    }

    fn push(&mut self, layer: Box<dyn Layer>) {
        if Self::is_for_writing(layer.place()) && self.only_looks() {
            return;
        }
        self.counter += 1;
        let id = LayerId(self.counter);
        self.stack.push(Entry { id, layer });
        self.on_top(|layer, ctx| layer.start(ctx));
    }

    fn close(&mut self, id: LayerId) {
        let Some(at) = self.stack.iter().position(|entry| entry.id == id) else { return };
        // The last screen stays: there is always something to be on.
        if at == 0 {
            return;
        }
        for entry in self.stack.drain(at..) {
            self.asked.retain(|(layer, _), _| *layer != entry.id);
        }
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.size = Size { width, height };
        self.ctx.size = self.room(self.size);
        self.each(|layer, ctx| layer.resized(ctx));
    }

    /// Does something with every layer of the stack.
    fn each(&mut self, f: impl Fn(&mut dyn Layer, &Context) -> Cmds) {
        let mut all = Vec::new();
        for entry in &mut self.stack {
            all.push((entry.id, f(entry.layer.as_mut(), &self.ctx)));
        }
        for (id, cmds) in all {
            self.run_all(Some(id), cmds);
        }
    }

    /// Every layer asks again, without a word that it does.
    fn look_again(&mut self) {
        (self.quietly, self.for_others) = (true, true);
        self.each(|layer, ctx| layer.refresh(ctx));
        (self.quietly, self.for_others) = (false, false);
    }

    fn changed(&mut self, catalog: Option<Arc<Catalog>>) {
        if let Some(catalog) = catalog {
            self.ctx.actions = Arc::new(Table::new(&catalog));
            self.ctx.catalog = catalog;
            self.parked.clear();
            self.trail.forget();
        }
        self.look_again();
        self.ask_reminders();
        self.ask_owed();
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer) {
        let key = (ticket.layer, ticket.slot);
        if self.asked.get(&key).is_none_or(|asked| asked.generation != ticket.generation) {
            return;
        }
        self.asked.remove(&key);
        if ticket.layer == APP && ticket.slot == viewing::VIEW {
            self.take_view(answer);
            return;
        }
        if ticket.layer == APP {
            self.answer_app(ticket.slot, &answer);
            return;
        }
        let parked = self.parked.values_mut();
        let Some(entry) =
            self.stack.iter_mut().chain(parked).find(|entry| entry.id == ticket.layer)
        else {
            return;
        };
        let cmds = entry.layer.reply(ticket.slot, answer, &self.ctx);
        self.run_all(Some(ticket.layer), cmds);
    }

    /// An answer to what belongs to no layer.
    fn answer_app(&mut self, slot: Slot, answer: &Answer) {
        if slot == guard::UNLOCK {
            return self.unlocked(answer);
        }
        if self.take_reminders(slot, answer)
            || self.take_watch(slot, answer)
            || self.take_owed(slot, answer)
            || self.take_wishes(slot, answer)
            || self.take_advice(slot, answer)
        {
            return;
        }
        if let Err(error) = answer {
            let text = self.ctx.said(error);
            self.say(Role::Error, &text);
        } else if self.tutor.as_mut().is_some_and(|tutor| tutor.answered(slot, answer)) {
            self.show_around();
        }
    }

    fn ask(&mut self, layer: LayerId, slot: Slot, request: Request) {
        self.counter += 1;
        let generation = self.counter;
        let quietly = request.is_quiet() || (self.quietly && !request.writes());
        let for_others = self.for_others && !request.writes();
        self.asked
            .insert((layer, slot), Asked { generation, at: self.ctx.now, quietly, for_others });
        self.effects.push(Effect::Ask(Ticket { layer, slot, generation }, request));
    }

    fn say(&mut self, role: Role, text: &str) {
        let text = crate::term::Clean::line(text).into_string();
        self.said = Some((role, text, self.ctx.now + MESSAGE));
    }
}
