//! Reminders: what is due now stands in the status line; when something becomes due the terminal rings.
//!
//! Nothing looks at the clock again and again: the app knows when the next one comes and is woken then. It
//! asks anew when something was written, and when a day begins. Start at [`App::remind`].

use chrono::{DateTime, Days, NaiveDate, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{APP, App};
use crate::model::RecordRef;
use crate::query::period::start_of;
use crate::term;
use crate::tui::message::Effect;
use crate::tui::overlay::reminder::{self, Reminders};
use crate::tui::paint;
use crate::tui::remind::{Reminder, requests};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;

const SLOT: &str = "remind";
/// The preference that switches all of it off.
const KEY: &str = "reminders";

/// What is known of reminders.
#[derive(Default)]
pub(super) struct Remind {
    /// The answers to the questions of [`requests`].
    known: [Vec<Reminder>; 2],
    /// Reminders that were put away, by when they came.
    seen: Vec<(RecordRef, DateTime<Utc>)>,
    /// Until when it was rung.
    rung: Option<DateTime<Utc>>,
    /// The day that the questions were about.
    asked: Option<NaiveDate>,
}

impl App {
    /// Asks which tasks one is to be reminded of.
    pub(super) fn ask_reminders(&mut self) {
        // Nobody is reminded of what another has to do.
        if self.is_view() {
            return;
        }
        self.remind.asked = Some(self.ctx.today());
        let (quietly, for_others) = (self.quietly, self.for_others);
        (self.quietly, self.for_others) = (true, true);
        for (n, request) in requests(&self.ctx).into_iter().enumerate() {
            self.ask(APP, Slot(SLOT, n), Request::List(request));
        }
        (self.quietly, self.for_others) = (quietly, for_others);
    }

    /// Takes an answer of [`App::ask_reminders`]; false where it is about something else. One that
    /// failed changes nothing: the next question comes with the next change.
    pub(super) fn take_reminders(&mut self, slot: Slot, answer: &Answer) -> bool {
        let Slot(name, n) = slot;
        if name != SLOT {
            return false;
        }
        if let (Ok(Reply::Page(page)), Some(known)) = (answer, self.remind.known.get_mut(n)) {
            let ctx = &self.ctx;
            *known = page.rows.iter().filter_map(|task| Reminder::of(task, ctx)).collect();
        }
        true
    }

    fn reminds(&self) -> bool {
        self.ctx.prefs.get(KEY) != Some("off")
    }

    /// All reminders that are known, each task once, in the order of their times.
    fn all_reminders(&self) -> Vec<&Reminder> {
        let mut all: Vec<&Reminder> = self.remind.known.iter().flatten().collect();
        all.sort_by(|a, b| (a.at, &a.task).cmp(&(b.at, &b.task)));
        all.dedup_by(|a, b| a.task == b.task);
        all
    }

    /// The reminders that came today and were not answered.
    pub(super) fn due_reminders(&self) -> Vec<Reminder> {
        let midnight = start_of(self.ctx.today(), self.ctx.format.zone);
        let due = |reminder: &&&Reminder| {
            reminder.at <= self.ctx.now
                && reminder.at >= midnight
                && !self
                    .remind
                    .seen
                    .iter()
                    .any(|(task, at)| *task == reminder.task && *at == reminder.at)
        };
        if !self.reminds() {
            return Vec::new();
        }
        self.all_reminders().iter().filter(due).map(|reminder| (*reminder).clone()).collect()
    }

    /// Rings for what became due since the last time; asks anew when a day has begun.
    pub(super) fn remind(&mut self, now: DateTime<Utc>) {
        if self.remind.asked.is_some_and(|day| day != self.ctx.today()) {
            self.remind.seen.clear();
            self.ask_reminders();
        }
        let since = self.remind.rung.replace(now).unwrap_or(now);
        let new: Vec<Reminder> =
            self.due_reminders().into_iter().filter(|reminder| reminder.at > since).collect();
        if new.is_empty() {
            return;
        }
        // What was put off until now comes back where it was out of the way.
        self.look_again();
        let Some(first) = new.first() else { return };
        let ways = self.ctx.usual.manners.reminding;
        let text = ways.notify.then(|| {
            let text = format!("{} {}", first.clock(&self.ctx), first.title.as_str());
            if new.len() > 1 {
                let more = (new.len() - 1).to_string();
                format!("{text} {}", self.ctx.tf("remind.more", &[("n", &more)]))
            } else {
                text
            }
        });
        if ways.bell || text.is_some() {
            self.effects.push(Effect::Ring { bell: ways.bell, text });
        }
    }

    /// When the next reminder comes, or the next day.
    pub(super) fn next_reminder(&self) -> Option<DateTime<Utc>> {
        self.remind.asked?;
        let tomorrow = self.ctx.today().checked_add_days(Days::new(1))?;
        let midnight = start_of(tomorrow, self.ctx.format.zone);
        let coming = self.all_reminders().into_iter().map(|reminder| reminder.at);
        let next = coming.filter(|at| *at > self.ctx.now && self.reminds()).min();
        Some(next.map_or(midnight, |next| next.min(midnight)))
    }

    /// Lists the reminders that are due, to answer them.
    pub(super) fn show_reminders(&mut self) {
        let due = self.due_reminders();
        if due.is_empty() {
            let key = if self.reminds() { "remind.nothing" } else { "remind.off" };
            let text = self.ctx.t(key).to_owned();
            self.say(Role::Muted, &text);
        } else {
            self.push(Box::new(Reminders::new(due)));
        }
    }

    /// A reminder was put away.
    pub(super) fn dismiss_reminder(&mut self, reference: &str) {
        let Some(task) = self.ctx.catalog.parse_reference(reference) else { return };
        let due = self.due_reminders().into_iter().filter(|reminder| reminder.task == task);
        self.remind.seen.extend(due.map(|reminder| (reminder.task, reminder.at)));
    }

    /// Switches all reminders off, or on again.
    pub(super) fn toggle_reminders(&mut self) {
        let on = !self.reminds();
        self.prefer(KEY, Some(if on { "on" } else { "off" }.to_owned()));
        let text = self.ctx.t(if on { "said.reminders_on" } else { "said.reminders_off" });
        let text = text.to_owned();
        self.say(Role::Good, &text);
    }

    /// What is due, in a few words, with the key that answers it; and the same without its title.
    pub(super) fn reminder_told(&self) -> Option<(String, String)> {
        let ctx = &self.ctx;
        if !ctx.usual.manners.reminding.status || self.place().is_typed_into() {
            return None;
        }
        let due = self.due_reminders();
        let first = due.first()?;
        let when = format!("{} {}", ctx.t("remind.word"), first.clock(ctx));
        let key = ctx.key_of("reminder.show");
        let key = if key.is_empty() { key } else { format!(" ({key})") };
        Some((format!("{when} {}{key}", first.title.as_str()), format!("{when}{key}")))
    }

    /// Draws the word by which a reminder is told from an error at a glance; the cells it took.
    fn draw_remind_word(&self, area: Rect, buf: &mut Buffer) -> u16 {
        let (word, ctx) = (format!(" {} ", self.ctx.t("remind.word")), &self.ctx);
        paint::text(buf, area, &word, ctx.style(Role::Reminder), ctx)
    }

    /// Draws what is due at the right of the status line, in a third of it at most; what is left of it.
    pub(super) fn draw_reminder_beside(&self, area: Rect, buf: &mut Buffer) -> Rect {
        let ctx = &self.ctx;
        if self.reminder_told().is_none() {
            return area;
        }
        let due = self.due_reminders();
        let Some(first) = due.first() else { return area };
        let key = ctx.key_of("reminder.show");
        let word = term::width(ctx.t("remind.word")) + 3;
        let room = usize::from((area.width / 3).clamp(12, 40).min(area.width));
        let told = format!("{} {}", first.clock(ctx), first.title.as_str());
        let told = term::truncate(&told, room.saturating_sub(word + term::width(&key) + 1).max(5));
        let width = (word + term::width(&told) + 1 + term::width(&key)) as u16;
        let right = area.right().saturating_sub(width + 1).max(area.x);
        let place = Rect { x: right, width: width.min(area.width), ..area };
        let taken = self.draw_remind_word(place, buf).min(place.width);
        let rest = Rect { x: place.x + taken, width: place.width - taken, ..place };
        let (text, keys) = (ctx.style(Role::Text), ctx.style(Role::Key));
        paint::pieces(buf, rest, &[(" ", text), (&told, text), (" ", text), (&key, keys)], ctx);
        Rect { width: right.saturating_sub(area.x + 1), ..area }
    }

    /// Draws what is due into the status line; false where there is nothing to say, or not there.
    pub(super) fn draw_reminder(&self, area: Rect, buf: &mut Buffer) -> bool {
        let ctx = &self.ctx;
        if !ctx.usual.manners.reminding.status || self.place().is_typed_into() {
            return false;
        }
        let due = self.due_reminders();
        let Some(first) = due.first() else { return false };
        let word = self.draw_remind_word(area, buf).min(area.width);
        let line =
            Rect { x: area.x + word + 1, width: area.width.saturating_sub(word + 2), ..area };
        let more = match due.len() {
            1 => String::new(),
            n => format!(" {}", ctx.tf("remind.more", &[("n", &(n - 1).to_string())])),
        };
        let hints = reminder::hints(ctx, area.width >= 72);
        let width = hints.iter().map(|(key, word)| term::width(key) + term::width(word) + 3);
        let taken = width.sum::<usize>() + term::width(&more) + 1;
        let what = format!("{} {}", first.clock(ctx), first.title.as_str());
        let room = usize::from(line.width).saturating_sub(taken);
        let what = term::truncate(&what, room.max(8));
        let mut parts =
            vec![(what.as_str(), ctx.style(Role::Text)), (more.as_str(), ctx.style(Role::Text))];
        for (key, word) in &hints {
            parts.push(("  ", ctx.style(Role::Muted)));
            parts.push((key.as_str(), ctx.style(Role::Key)));
            parts.push((" ", ctx.style(Role::Muted)));
            parts.push((word.as_str(), ctx.style(Role::Muted)));
        }
        paint::pieces(buf, line, &parts, ctx);
        true
    }
}
