//! Putting tasks off: a few times to choose from, or one that is typed.
//!
//! A task is out of the way until then and comes back with a reminder; its due date stays. Start at
//! [`Snooze::new`].

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Timelike, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::model::{Edit, Input, RecordRef, Value};
use crate::query::period::instant;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::remind::MORNING;
use crate::tui::theme::Role;
use crate::tui::widget::{Act, Pick, PickRow, TextEdit, draw, keys};
use crate::tui::write::Write;

/// When the evening begins that one puts things off to.
const EVENING: u32 = 18;

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    At(DateTime<Utc>),
    /// A time that is typed.
    Typed,
}

/// Until when some tasks are put off.
pub struct Snooze {
    tasks: Vec<RecordRef>,
    pick: Pick<Until>,
    /// The line that a time is typed into, once that was chosen.
    typed: Option<TextEdit>,
    problem: Option<String>,
}

/// The times that are offered, with the keys of their names.
fn times(ctx: &Context) -> Vec<(&'static str, DateTime<Utc>)> {
    let zone = ctx.format.zone;
    // Whole minutes: nobody is reminded at 10:07:31.
    let now = ctx.now - TimeDelta::seconds(i64::from(ctx.now.second()));
    let today = ctx.today();
    let on = |days: u64, hour: u32| {
        let day = today.checked_add_days(Days::new(days)).unwrap_or(today);
        let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        instant(day.and_time(time), zone)
    };
    let to_week = u64::from(7 - today.weekday().days_since(ctx.moment.week));
    let mut times = vec![
        ("snooze.minutes", now + TimeDelta::minutes(10)),
        ("snooze.hour", now + TimeDelta::hours(1)),
    ];
    let evening = on(0, EVENING);
    if evening - now > TimeDelta::minutes(30) {
        times.push(("snooze.evening", evening));
    }
    times.push(("snooze.tomorrow", on(1, MORNING)));
    times.push(("snooze.week", on(to_week, MORNING)));
    times
}

/// A day as one says it, and the time.
fn clock(at: DateTime<Utc>, ctx: &Context) -> String {
    let local = at.with_timezone(&ctx.format.zone);
    let day = ctx.format.near(local.date_naive(), ctx.today());
    format!("{day} {}", local.format("%H:%M"))
}

impl Snooze {
    /// Asks until when tasks are put off.
    #[must_use]
    pub fn new(tasks: Vec<RecordRef>, ctx: &Context) -> Self {
        let mut rows: Vec<PickRow<Until>> = times(ctx)
            .into_iter()
            .enumerate()
            .map(|(n, (name, at))| {
                let label = format!("{} {}", n + 1, ctx.t(name));
                let mut row = PickRow::new(Until::At(at), Clean::line(&label));
                row.note = Clean::line(&clock(at, ctx));
                row
            })
            .collect();
        let typed = format!("{} {}", rows.len() + 1, ctx.t("snooze.typed"));
        rows.push(PickRow::new(Until::Typed, Clean::line(&typed)));
        Self { tasks, pick: Pick::answers(rows).numbered(), typed: None, problem: None }
    }

    fn take(&mut self, ctx: &Context) -> Cmds {
        match self.pick.selected().map(|row| row.key) {
            Some(Until::At(at)) => self.put_off(at, ctx),
            Some(Until::Typed) => {
                self.typed = Some(TextEdit::line(""));
                Cmds::new()
            }
            None => Cmds::new(),
        }
    }

    fn put_off(&self, at: DateTime<Utc>, ctx: &Context) -> Cmds {
        let edit = |of: &RecordRef| {
            Edit::update(&of.entity, of.id).with("snoozed_until", Value::DateTime(at))
        };
        let what = match self.tasks.as_slice() {
            [one] => ctx.catalog.reference(one),
            many => ctx.strings.count("list.count", many.len()),
        };
        let until = clock(at, ctx);
        let said = ctx.tf(
            "said.snoozed",
            &[("record", &what), ("until", &until), ("key", &ctx.key_of("app.undo"))],
        );
        let edits = self.tasks.iter().map(edit).collect();
        vec![Cmd::Close, Cmd::Push(Box::new(Write::saying(edits, "snooze task", said)))]
    }

    /// Understands what was typed as the field would.
    fn understand(&mut self, text: &str, ctx: &Context) -> Cmds {
        let task = ctx.catalog.entity("task");
        let Some((task, field)) = task.and_then(|task| Some((task, task.field("snoozed_until")?)))
        else {
            return vec![Cmd::Close];
        };
        match ctx.coercion().value(task, field, &Input::Text(text.to_owned())) {
            Ok(Value::DateTime(at)) if at > ctx.now => self.put_off(at, ctx),
            Ok(Value::DateTime(_)) => {
                self.problem = Some(ctx.t("snooze.past").to_owned());
                Cmds::new()
            }
            Ok(_) => Cmds::new(),
            Err(invalid) => {
                self.problem = Some(ctx.said_invalid(&invalid));
                Cmds::new()
            }
        }
    }

    fn type_key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let edit = self.typed.as_mut()?;
        match key.code {
            KeyCode::Esc => self.typed = None,
            KeyCode::Enter => {
                let text = edit.text().to_owned();
                return Some(self.understand(&text, ctx));
            }
            _ => {
                edit.apply(keys::act(key)?);
            }
        }
        self.problem = None;
        Some(Cmds::new())
    }
}

impl Layer for Snooze {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if self.typed.is_some() {
            return self.type_key(key, ctx);
        }
        if let KeyCode::Char(digit @ '1'..='9') = key.code {
            let there = self.pick.select_nth(digit as usize - '1' as usize);
            return Some(if there { self.take(ctx) } else { Cmds::new() });
        }
        self.pick.key(key).cmds(|| self.take(ctx))
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if let Some(edit) = &mut self.typed {
            edit.apply(Act::Insert(text.to_owned()));
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("snooze.title");
        let Some(edit) = &self.typed else {
            let width = self.pick.wanted_width() + 4;
            let place = paint::centered(area, width, self.pick.wanted_height() + 2);
            let inner = paint::frame(buf, place, title, ctx);
            return self.pick.draw(buf, inner, ctx.t("pick.nothing"), ctx);
        };
        let inner = paint::frame(buf, paint::centered(area, 56, 4), title, ctx);
        let mut seen = Seen::default();
        let cursor = draw::edited(buf, paint::row(inner, 0), edit, ctx.style(Role::Input));
        match &self.problem {
            Some(problem) => {
                let text = format!("! {problem}");
                paint::text(buf, paint::row(inner, 1), &text, ctx.style(Role::Error), ctx);
                seen.tells(format!("{} {text}", edit.text()));
            }
            None => {
                let hint = ctx.t("snooze.hint");
                paint::text(buf, paint::row(inner, 1), hint, ctx.style(Role::Muted), ctx);
            }
        }
        seen.cursor = Some(cursor);
        seen
    }
}
