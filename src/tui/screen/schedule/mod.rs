//! The schedule: a day, a week or a month of open tasks and planned meetings.
//!
//! What is late comes first, then day by day. The same four questions are asked for every view, for the
//! month around the chosen day; the views differ in what they show of it. Start at [`Schedule`].

pub(super) mod agenda;
pub(super) mod items;
mod month;
mod view;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::items::{Item, MOST, QUESTIONS, Span, Whose, arrange, requests};
use super::list::{grouped, open_task};
use crate::action::{Key, Place, Situation};
use crate::model::{Edit, Name, Record, RecordRef, Value, week_of};
use crate::query::period::{instant, start_of};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::Calendar;
use crate::tui::write::Write;

const PAGE: &str = "schedule.page";

/// What of the calendar is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Day,
    Week,
    Month,
}

impl View {
    const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Its name in preferences, and the end of the key of its title.
    const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// Tasks and meetings by day.
pub struct Schedule {
    view: View,
    whose: Whose,
    /// Whether the user chose whose; until then an empty schedule shows everybody's.
    chosen: bool,
    /// The chosen day; none before the first question.
    day: Option<NaiveDate>,
    /// The day that weeks begin on.
    begins: Weekday,
    /// In the month: the cursor is in the items of the day, not in the days.
    inside: bool,
    items: Vec<Item>,
    answers: [Vec<Record>; QUESTIONS],
    landed: [bool; QUESTIONS],
    /// The place of the cursor among [`Schedule::shown`].
    at: usize,
    /// The first line of the agenda that is shown.
    top: usize,
    /// The record to stand on when its item is there again.
    held: Option<RecordRef>,
    problem: Option<State>,
}

impl Schedule {
    /// The schedule as it was left last.
    #[must_use]
    pub fn new(ctx: &Context) -> Self {
        let word = |key| ctx.prefs.get(key).unwrap_or_default();
        let view = View::ALL.into_iter().find(|view| view.word() == word("schedule.view"));
        let whose = Whose::of(word("schedule.whose"));
        Self {
            view: view.unwrap_or(View::Day),
            whose: whose.unwrap_or(Whose::Mine),
            chosen: whose.is_some(),
            day: None,
            begins: ctx.moment.week,
            inside: false,
            items: Vec::new(),
            answers: Default::default(),
            landed: [false; QUESTIONS],
            at: 0,
            top: 0,
            held: None,
            problem: None,
        }
    }

    fn day(&self, ctx: &Context) -> NaiveDate {
        self.day.unwrap_or_else(|| ctx.today())
    }

    /// The days that are asked for: those on the page of the month.
    fn span(&self, ctx: &Context) -> Span {
        let day = self.day(ctx);
        let weeks = Calendar::on(day).weeks(ctx.moment.week);
        let first = weeks.first().map_or(day, |week| week[0]);
        let last = weeks.last().map_or(day, |week| week[6]);
        Span { from: first, to: last.succ_opt().unwrap_or(last) }
    }

    fn week(&self, ctx: &Context) -> Span {
        let day = self.day(ctx);
        let from = week_of(day, ctx.moment.week);
        Span { from, to: from.checked_add_days(Days::new(7)).unwrap_or(day) }
    }

    fn ask_all(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        for (n, request) in requests(self.span(ctx), self.whose, ctx).into_iter().enumerate() {
            match request {
                Some(request) => cmds.push(Cmd::Ask(Slot(PAGE, n), Request::List(request))),
                // A company may have taken a field away; then there is nothing to ask for.
                None => {
                    self.answers[n].clear();
                    self.landed[n] = true;
                }
            }
        }
        cmds
    }

    fn has_landed(&self) -> bool {
        self.landed.iter().all(|landed| *landed)
    }

    /// The items in the order in which the cursor walks through them, late ones first where today is
    /// among the days that are shown.
    fn shown(&self, ctx: &Context) -> Vec<&Item> {
        let (day, today) = (self.day(ctx), ctx.today());
        let span = match self.view {
            View::Day | View::Month => Span { from: day, to: day.succ_opt().unwrap_or(day) },
            View::Week => self.week(ctx),
        };
        let gathers = self.view != View::Month && (span.from..span.to).contains(&today);
        let late = self.items.iter().filter(|item| gathers && item.late);
        let rest = self
            .items
            .iter()
            .filter(|item| (span.from..span.to).contains(&item.day) && !(gathers && item.late));
        late.chain(rest).collect()
    }

    fn current(&self, ctx: &Context) -> Option<&Item> {
        if self.view == View::Month && !self.inside {
            return None;
        }
        self.shown(ctx).get(self.at).copied()
    }

    /// Moves the cursor through the items.
    fn step(&mut self, by: isize, ctx: &Context) {
        let shown = self.shown(ctx);
        let at = self.at.saturating_add_signed(by).min(shown.len().saturating_sub(1));
        let item = shown.get(at).filter(|item| self.view == View::Week && !item.late);
        let day = item.map(|item| item.day);
        self.at = at;
        self.day = day.or(self.day);
        self.settle(ctx);
    }

    /// Goes to another day; asks where it stands on another page.
    fn go_to(&mut self, day: NaiveDate, ctx: &Context) -> Cmds {
        if !(1..=9999).contains(&day.year()) {
            return Cmds::new();
        }
        let before = self.span(ctx);
        self.day = Some(day);
        let shown = self.shown(ctx);
        self.at = match self.view {
            View::Week => shown
                .iter()
                .position(|item| !item.late && item.day >= day)
                .unwrap_or(shown.len().saturating_sub(1)),
            View::Day | View::Month => 0,
        };
        self.settle(ctx);
        if before == self.span(ctx) {
            return Cmds::new();
        }
        self.landed = [false; QUESTIONS];
        self.ask_all(ctx)
    }

    fn by_days(&mut self, days: i64, ctx: &Context) -> Cmds {
        let mut page = Calendar::on(self.day(ctx));
        page.step_days(days);
        self.go_to(page.day(), ctx)
    }

    fn by_months(&mut self, months: i32, ctx: &Context) -> Cmds {
        let mut page = Calendar::on(self.day(ctx));
        page.step_months(months);
        self.go_to(page.day(), ctx)
    }

    /// Turns to another view; the cursor stays on its item where the view shows it.
    fn turn(&mut self, by: usize, ctx: &Context) -> Cmds {
        let here = View::ALL.iter().position(|view| *view == self.view).unwrap_or(0);
        let held = self.current(ctx).map(|item| item.record.reference());
        self.view = View::ALL[(here + by) % View::ALL.len()];
        self.inside = false;
        self.at = 0;
        self.top = 0;
        self.stand_on(held.as_ref(), ctx);
        vec![Cmd::Prefer("schedule.view".to_owned(), Some(self.view.word().to_owned()))]
    }

    fn stand_on(&mut self, record: Option<&RecordRef>, ctx: &Context) {
        let shown = self.shown(ctx);
        let place = record
            .and_then(|record| shown.iter().position(|item| item.record.reference() == *record));
        self.at = place.unwrap_or(self.at).min(shown.len().saturating_sub(1));
        self.settle(ctx);
    }

    /// Keeps the line of the cursor on the screen.
    fn settle(&mut self, ctx: &Context) {
        let height = agenda::height(self, ctx).max(1);
        let lines = agenda::lines(self, ctx);
        let here = agenda::place(self, &lines, ctx);
        // The name of its day stays in sight.
        let head = here.saturating_sub(1);
        let last = lines.len().saturating_sub(1);
        self.top = self.top.clamp((here + 1).saturating_sub(height).min(head), head).min(last);
    }

    /// Moves the task under the cursor by a day; one that is late moves from today on.
    fn shift(&self, by: i64, ctx: &Context) -> Cmds {
        let Some(item) = self.current(ctx).filter(|item| item.task) else { return Cmds::new() };
        let from = if by > 0 { item.day.max(ctx.today()) } else { item.day };
        let mut page = Calendar::on(from);
        page.step_days(by);
        let local = page.day().and_time(item.time.unwrap_or_default());
        let due = Value::DateTime(instant(local, ctx.format.zone));
        let record = item.record.reference();
        let edit = Edit::update(&record.entity, record.id).with("due", due);
        let day = ctx.format.near(page.day(), ctx.today());
        let said = ctx.tf(
            "said.moved_to",
            &[
                ("record", &ctx.catalog.reference(&record)),
                ("day", &day),
                ("key", &ctx.key_of("app.undo")),
            ],
        );
        vec![Cmd::Push(Box::new(Write::saying(vec![edit], "move task", said)))]
    }

    /// In a week: the chosen day has nothing that the cursor could stand on.
    fn at_nothing(&self, ctx: &Context) -> bool {
        let day = self.day(ctx);
        let here = self.shown(ctx);
        here.get(self.at).is_none_or(|item| item.day != day && !item.late)
    }

    fn count_of(&self, day: NaiveDate) -> (usize, bool) {
        let here = self.items.iter().filter(|item| item.day == day);
        here.fold((0, false), |(count, late), item| (count + 1, late || item.late))
    }
}

impl Layer for Schedule {
    fn place(&self) -> Place {
        Place::Schedule
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let day = self.day(ctx);
        let aside = match self.view {
            View::Day => ctx.format.long_day(day),
            View::Week => {
                let week = self.week(ctx);
                let last = week.to.pred_opt().unwrap_or(week.to);
                ctx.format.days(week.from, last)
            }
            View::Month => ctx.format.month(day),
        };
        let whose = ctx.strings.find(&format!("schedule.{}", self.whose.word()));
        let late = self.items.iter().filter(|item| item.late).count();
        let mut right: Vec<String> = Vec::new();
        if late > 0 && ctx.size.width >= 60 {
            let n =
                if self.answers[0].len() < 200 { grouped(late as u64) } else { format!("{late}+") };
            right.push(ctx.tf("schedule.late", &[("n", &n)]));
        }
        right.extend(whose.map(str::to_owned));
        Heading {
            trail: vec![ctx.t("schedule.title").to_owned()], aside, right: right.join(" · ")
        }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        let cut = self.answers.iter().skip(1).any(|rows| rows.len() >= MOST);
        cut.then(|| (Role::Muted, ctx.tf("schedule.cut", &[("n", &grouped(MOST as u64))])))
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(Place::Schedule);
        at.entity = ctx.catalog.entity("task");
        if let Some(item) = self.current(ctx) {
            at.record = Some(item.record.reference());
            at.open = open_task(ctx, &item.record);
        }
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        self.held.clone().into_iter().collect()
    }

    fn presets(&self, entity: &str, ctx: &Context) -> Vec<(Name, Value)> {
        let field = match entity {
            "task" => "due",
            "activity" => "happened_at",
            _ => return Vec::new(),
        };
        let midnight = start_of(self.day(ctx), ctx.format.zone);
        vec![(Name::from(field), Value::DateTime(midnight))]
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.day.get_or_insert(ctx.today());
        self.ask_all(ctx)
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.ask_all(ctx)
    }

    fn resized(&mut self, ctx: &Context) -> Cmds {
        self.settle(ctx);
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        let Slot(kind, n) = slot;
        kind == PAGE && self.landed.get(n).is_some_and(|landed| !landed)
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let grid = self.view == View::Month && !self.inside;
        let cmds = match action {
            // There is a day on each line of plain mode.
            "nav.up" if grid => self.by_days(if ctx.plain { -1 } else { -7 }, ctx),
            "nav.down" if grid => self.by_days(if ctx.plain { 1 } else { 7 }, ctx),
            "nav.page-up" if self.view == View::Month => self.by_months(-1, ctx),
            "nav.page-down" if self.view == View::Month => self.by_months(1, ctx),
            "nav.page-up" => self.by_days(-7, ctx),
            "nav.page-down" => self.by_days(7, ctx),
            "nav.up" => self.stepped(-1, ctx),
            "nav.down" => self.stepped(1, ctx),
            "nav.top" if grid => {
                let day = self.day(ctx);
                self.go_to(day.with_day(1).unwrap_or(day), ctx)
            }
            "nav.bottom" if grid => {
                let day = self.day(ctx);
                let last = (28..=31).rev().find_map(|n| day.with_day(n)).unwrap_or(day);
                self.go_to(last, ctx)
            }
            "nav.top" => self.stepped(isize::MIN, ctx),
            "nav.bottom" => self.stepped(isize::MAX, ctx),
            "schedule.earlier" => self.by_days(-1, ctx),
            "schedule.later" => self.by_days(1, ctx),
            "schedule.today" => self.go_to(ctx.today(), ctx),
            "schedule.next-view" => self.turn(1, ctx),
            "schedule.previous-view" => self.turn(2, ctx),
            "schedule.whose" => {
                self.whose = self.whose.next();
                self.chosen = true;
                let word = self.whose.word().to_owned();
                let mut cmds = self.ask_all(ctx);
                cmds.push(Cmd::Prefer("schedule.whose".to_owned(), Some(word)));
                cmds
            }
            "schedule.move-earlier" => self.shift(-1, ctx),
            "schedule.move-later" => self.shift(1, ctx),
            "nav.open" if grid => {
                if self.shown(ctx).is_empty() {
                    let text = ctx.t("schedule.nothing").to_owned();
                    return Some(vec![Cmd::Say(Role::Muted, text)]);
                }
                self.inside = true;
                self.at = 0;
                Cmds::new()
            }
            "nav.open" => self.subjects().into_iter().map(Cmd::Open).collect(),
            "nav.back" if self.inside => {
                self.inside = false;
                Cmds::new()
            }
            _ => return None,
        };
        self.held = self.current(ctx).map(|item| item.record.reference());
        Some(cmds)
    }

    /// A view, a day or an item; the item under the cursor opens, the chosen day of a month leads to its
    /// items.
    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let cmds = match *target {
            Target::Tab(n) => {
                let here = View::ALL.iter().position(|view| *view == self.view).unwrap_or(0);
                let all = View::ALL.len();
                if n == here { Cmds::new() } else { self.turn((n + all - here) % all, ctx) }
            }
            Target::Tabs => Cmds::new(),
            Target::Day(day) if self.view == View::Month && day == self.day(ctx) => {
                self.inside = !self.shown(ctx).is_empty();
                Cmds::new()
            }
            Target::Day(day) => {
                self.inside = false;
                self.go_to(day, ctx)
            }
            Target::Row(n) => {
                let here = self.current(ctx).filter(|_| n == self.at);
                if let Some(item) = here {
                    return Some(vec![Cmd::Open(item.record.reference())]);
                }
                self.inside = self.view == View::Month;
                self.step(n as isize - self.at as isize, ctx);
                Cmds::new()
            }
            _ => return None,
        };
        self.held = self.current(ctx).map(|item| item.record.reference());
        Some(cmds)
    }

    /// Over the names of the views it steps through them, over a month from month to month.
    fn wheeled(&mut self, target: &Target, by: isize, ctx: &Context) -> Option<Cmds> {
        let cmds = match target {
            Target::Tab(_) | Target::Tabs => {
                let here = View::ALL.iter().position(|view| *view == self.view).unwrap_or(0);
                let next = here.checked_add_signed(by).filter(|next| *next < View::ALL.len());
                next.map(|next| self.turn(next + View::ALL.len() - here, ctx)).unwrap_or_default()
            }
            Target::Day(_) if self.view == View::Month => self.by_months(by as i32, ctx),
            _ => return None,
        };
        self.held = self.current(ctx).map(|item| item.record.reference());
        Some(cmds)
    }

    fn neighbours(&self) -> Vec<RecordRef> {
        self.items.iter().map(|item| item.record.reference()).collect()
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        let Slot(_, n) = slot;
        let held = self.held.take();
        match answer {
            Ok(Reply::Page(page)) => {
                if let Some(rows) = self.answers.get_mut(n) {
                    *rows = page.rows;
                }
                self.problem = None;
            }
            Err(error) => self.problem = Some(State::of(&error, ctx)),
            Ok(_) => {}
        }
        if let Some(landed) = self.landed.get_mut(n) {
            *landed = true;
        }
        if !self.has_landed() {
            self.held = held;
            return Cmds::new();
        }
        self.items = arrange(&self.answers, ctx);
        if self.items.is_empty() && !self.chosen && self.whose == Whose::Mine {
            self.whose = Whose::All;
            self.chosen = true;
            return self.ask_all(ctx);
        }
        self.stand_on(held.as_ref(), ctx);
        if self.shown(ctx).is_empty() {
            self.inside = false;
        }
        self.held = self.current(ctx).map(|item| item.record.reference());
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        view::draw(self, area, buf, ctx)
    }
}

impl Schedule {
    fn stepped(&mut self, by: isize, ctx: &Context) -> Cmds {
        self.step(by, ctx);
        Cmds::new()
    }
}
