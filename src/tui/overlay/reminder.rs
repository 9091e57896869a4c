//! The reminders that are due: open one, mark it as done, snooze it, put it away.
//!
//! The keys are those of the lists: what does a task there does it here. Start at [`Reminders`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Lookup, Place};
use crate::model::RecordRef;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::overlay::snooze::Snooze;
use crate::tui::paint;
use crate::tui::remind::Reminder;
use crate::tui::theme::Role;
use crate::tui::widget::{Pick, PickRow, pick::Picked};
use crate::tui::write::Write;

/// What the app is told of a reminder that is put away.
pub const DISMISS: &str = "reminder.dismiss";

/// The reminders that are due.
pub struct Reminders {
    due: Vec<Reminder>,
    pick: Pick<usize>,
}

/// The one key of an action, as it is pressed here; a letter where it has no single key.
fn key_here(action: &str, letter: char, ctx: &Context) -> String {
    let keys = ctx.keymap.keys_of(action);
    let single = keys.into_iter().find(|keys| keys.0.len() == 1);
    single.map_or_else(|| letter.to_string(), crate::action::Keys::shown)
}

/// How a reminder is answered from any screen: keys and words. Without much room only the first key.
#[must_use]
pub fn hints(ctx: &Context, all: bool) -> Vec<(String, String)> {
    let show = ctx.key_of("reminder.show");
    if show.is_empty() {
        return Vec::new();
    }
    if !all {
        return vec![(show, ctx.t("remind.answer").to_owned())];
    }
    [("task.done", 'x', "hint.task.done"), ("task.snooze", 'z', "hint.task.snooze")]
        .into_iter()
        .chain([("nav.open", 'o', "hint.nav.open")])
        .map(|(action, letter, word)| {
            (format!("{show} {}", key_here(action, letter, ctx)), ctx.t(word).to_owned())
        })
        .collect()
}

impl Reminders {
    /// Lists the reminders that are due; there is at least one.
    #[must_use]
    pub fn new(due: Vec<Reminder>) -> Self {
        Self { due, pick: Pick::answers(Vec::new()) }
    }

    fn fill(&mut self, ctx: &Context) {
        let rows = self.due.iter().enumerate().map(|(n, reminder)| {
            let label = format!("{}  {}", reminder.clock(ctx), reminder.title.as_str());
            let mut row = PickRow::new(n, crate::term::Clean::line(&label));
            row.note = crate::term::Clean::line(&ctx.catalog.reference(&reminder.task));
            row
        });
        self.pick.fill(rows.collect());
    }

    fn current(&self) -> Option<RecordRef> {
        let at = self.pick.selected()?.key;
        self.due.get(at).map(|reminder| reminder.task.clone())
    }

    fn does(&self, action: &str, ctx: &Context) -> Option<Cmds> {
        let task = self.current()?;
        Some(match action {
            "nav.open" => vec![Cmd::CloseAndOpen(task)],
            "task.done" => vec![Cmd::Close, Cmd::Push(Box::new(Write::task_done(vec![task])))],
            "task.snooze" => vec![Cmd::Close, Cmd::Push(Box::new(Snooze::new(vec![task], ctx)))],
            "reminder.show" => vec![Cmd::CloseAndTell(DISMISS, ctx.catalog.reference(&task))],
            _ => return None,
        })
    }
}

impl Layer for Reminders {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.fill(ctx);
        Cmds::new()
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match key.code {
            KeyCode::Up | KeyCode::Down | KeyCode::Esc => match self.pick.key(key) {
                Picked::Closed => return Some(vec![Cmd::Close]),
                _ => return Some(Cmds::new()),
            },
            _ => {}
        }
        let meant = match ctx.keymap.lookup(&[key], Place::List, &ctx.actions) {
            Lookup::Action(action) => Some(action.id.to_string()),
            _ => None,
        };
        let done = meant.as_deref().and_then(|action| self.does(action, ctx));
        match (done, meant.as_deref(), key.code) {
            (Some(cmds), ..) => Some(cmds),
            (None, Some("nav.up" | "nav.down"), _) => {
                let by =
                    if meant.as_deref() == Some("nav.up") { KeyCode::Up } else { KeyCode::Down };
                self.pick.key(Key::plain(by));
                Some(Cmds::new())
            }
            // Letters where a keymap has no single key for it.
            (None, None, KeyCode::Char('x')) => self.does("task.done", ctx),
            (None, None, KeyCode::Char('z')) => self.does("task.snooze", ctx),
            (None, None, KeyCode::Char('o')) | (None, _, KeyCode::Enter) => {
                self.does("nav.open", ctx)
            }
            _ => None,
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let hints = [
            (key_here("nav.open", 'o', ctx), ctx.t("hint.nav.open")),
            (key_here("task.done", 'x', ctx), ctx.t("hint.task.done")),
            (key_here("task.snooze", 'z', ctx), ctx.t("hint.task.snooze")),
            (ctx.key_of("reminder.show"), ctx.t("remind.dismiss")),
        ];
        let width = (self.pick.wanted_width() + 4).clamp(44, 64);
        let place = paint::centered(area, width, self.pick.wanted_height() + 3);
        let inner = paint::frame(buf, place, ctx.t("remind.title"), ctx);
        let list = Rect { height: inner.height.saturating_sub(1), ..inner };
        let seen = self.pick.draw(buf, list, ctx.t("remind.nothing"), ctx);
        let mut parts = Vec::new();
        for (key, word) in &hints {
            parts.push((key.as_str(), ctx.style(Role::Key)));
            parts.push((" ", ctx.style(Role::Muted)));
            parts.push((*word, ctx.style(Role::Muted)));
            parts.push(("  ", ctx.style(Role::Muted)));
        }
        let last = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
        paint::pieces(buf, last, &parts, ctx);
        seen
    }
}
