//! The reports: their numbers in groups, a chart of one figure, and the records behind every number.
//!
//! Which reports there are stands in the catalogue; nothing here knows one of them. Start at
//! [`Reports`].

mod period;
mod view;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::period::{Period, Span};
use crate::action::{Key, Place, Situation};
use crate::model::Value;
use crate::report::{Report, Shape, Table};
use crate::tui::bulk::Export;
use crate::tui::context::Context;
use crate::tui::figures;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer, ListStart};
use crate::tui::overlay::choose::Choose;
use crate::tui::request::{Answer, AskedReport, Reply, Request, Slot};
use crate::tui::rows::Step;
use crate::tui::state::State;
use crate::tui::theme::Role;

const NUMBERS: Slot = Slot("report.numbers", 0);

/// How one report is looked at.
#[derive(Debug, Clone, Default)]
struct Look {
    /// The group it is split by; the report's own without.
    by: Option<String>,
    /// The column that is drawn.
    figure: Option<usize>,
    shape: Option<Shape>,
    /// The line under the cursor; the one after the last is the line of all.
    at: usize,
}

/// The reports.
#[derive(Default)]
pub struct Reports {
    at: usize,
    looks: Vec<Look>,
    table: Option<Table>,
    period: Period,
    mine: bool,
    problem: Option<State>,
    awaited: bool,
}

impl Reports {
    fn report<'c>(&self, ctx: &'c Context) -> Option<&'c Report> {
        ctx.catalog.reports().nth(self.at)
    }

    fn look(&self) -> Look {
        self.looks.get(self.at).cloned().unwrap_or_default()
    }

    fn look_mut(&mut self) -> Option<&mut Look> {
        self.looks.resize(self.looks.len().max(self.at + 1), Look::default());
        self.looks.get_mut(self.at)
    }

    /// The group that is shown, where the numbers are split.
    fn by(&self, ctx: &Context) -> Option<String> {
        let by = self.look().by.or_else(|| self.report(ctx)?.by.clone());
        by.filter(|by| by != "none")
    }

    fn figure(&self) -> usize {
        let table = self.table.as_ref();
        self.look().figure.unwrap_or_else(|| table.map(figures::figure).unwrap_or_default())
    }

    fn shape(&self, ctx: &Context) -> Shape {
        let own = |report| figures::shape(report, self.look().by.as_deref());
        self.look().shape.or_else(|| self.report(ctx).map(own)).unwrap_or(Shape::Bars)
    }

    fn lines(&self) -> usize {
        self.table.as_ref().map_or(0, |table| table.lines.len())
    }

    /// The line under the cursor.
    fn line(&self) -> usize {
        self.look().at.min(self.lines())
    }

    /// What the user narrowed the report to.
    fn narrowed(&self, ctx: &Context) -> Vec<String> {
        let mut parts = Vec::new();
        let date = self.report(ctx).and_then(|report| report.date.as_deref());
        parts.extend(
            date.zip(self.period.text(ctx.today())).map(|(date, text)| format!("{date} = {text}")),
        );
        if self.mine {
            parts.push("owner = me".to_owned());
        }
        parts
    }

    fn ask(&mut self, ctx: &Context) -> Cmds {
        let Some(report) = self.report(ctx) else { return Cmds::new() };
        let narrowed = self.narrowed(ctx);
        self.awaited = true;
        let request = Request::Report {
            report: Box::new(report.clone()),
            filter: (!narrowed.is_empty()).then(|| narrowed.join(" and ")),
            by: self.look().by,
            lang: ctx.lang(),
            block: false,
        };
        vec![Cmd::Ask(NUMBERS, request)]
    }

    /// The report as it is looked at, into a file or the clipboard.
    fn export(&self, ctx: &Context) -> Cmds {
        let Some(report) = self.report(ctx) else { return Cmds::new() };
        let narrowed = self.narrowed(ctx);
        let asked = AskedReport {
            report: report.clone(),
            filter: (!narrowed.is_empty()).then(|| narrowed.join(" and ")),
            by: self.look().by,
            lang: ctx.lang(),
        };
        vec![Cmd::Push(Box::new(Export::report(asked, ctx)))]
    }

    fn turn(&mut self, by: isize, ctx: &Context) -> Cmds {
        let count = ctx.catalog.reports().count() as isize;
        self.at = (self.at as isize + by).rem_euclid(count.max(1)) as usize;
        self.table = None;
        self.ask(ctx)
    }

    fn step(&mut self, step: Step) {
        let (here, last) = (self.line(), self.lines());
        let next = match step {
            Step::Top => 0,
            Step::Bottom => last,
            Step::To(n) => (n as usize).saturating_sub(1).min(last),
            Step::By(by) => here.saturating_add_signed(by).min(last),
        };
        if let Some(look) = self.look_mut() {
            look.at = next;
        }
    }

    fn show_period(&mut self, period: Period, ctx: &Context) -> Cmds {
        if self.report(ctx).is_some_and(|report| report.date.is_none()) {
            return vec![Cmd::Say(Role::Muted, ctx.t("report.no_date").to_owned())];
        }
        self.period = period;
        self.ask(ctx)
    }

    /// The records behind the line under the cursor.
    fn open(&self, ctx: &Context) -> Cmds {
        let (Some(report), Some(table)) = (self.report(ctx), &self.table) else {
            return Cmds::new();
        };
        let line = table.lines.get(self.line());
        let key = line.map_or(&Value::Null, |line| &line.key);
        let mut parts =
            figures::behind(report, self.by(ctx).filter(|_| line.is_some()).as_deref(), key, ctx);
        parts.extend(self.narrowed(ctx));
        let label =
            line.map_or(table.title.clone(), |line| format!("{} {}", table.title, line.label));
        vec![Cmd::OpenList(Box::new(ListStart {
            entity: Some(report.entity.as_str().into()),
            filter: parts.join(" and "),
            name: Some(label),
            behind: true,
            ..ListStart::default()
        }))]
    }

    fn choose_period(&self, ctx: &Context) -> Cmds {
        let choices = Span::ALL.map(Span::word);
        let choices = choices.map(|(word, key)| (word.to_owned(), ctx.t(key).to_owned()));
        choose("period", "action.report.period", choices.into(), self.period.span.word().0, ctx)
    }

    fn choose_split(&self, ctx: &Context) -> Cmds {
        let Some(report) = self.report(ctx) else { return Cmds::new() };
        let groups = report.group.iter();
        let mut choices: Vec<(String, String)> = groups
            .map(|group| (group.name.clone(), group.label.get(ctx.lang()).to_owned()))
            .collect();
        choices.push(("none".to_owned(), ctx.t("report.unsplit").to_owned()));
        choose(
            "split",
            "action.report.split",
            choices,
            self.by(ctx).as_deref().unwrap_or("none"),
            ctx,
        )
    }

    fn choose_figure(&self, ctx: &Context) -> Cmds {
        let heads = self.table.iter().flat_map(|table| table.heads.iter());
        let choices = heads.enumerate().map(|(n, head)| (n.to_string(), head.label.clone()));
        choose("figure", "action.report.figure", choices.collect(), &self.figure().to_string(), ctx)
    }

    fn choose_shape(&self, ctx: &Context) -> Cmds {
        choose("shape", "action.report.chart", shapes(ctx), self.shape(ctx).word(), ctx)
    }
}

/// The shapes a chart can have, for a chooser.
pub(in crate::tui) fn shapes(ctx: &Context) -> Vec<(String, String)> {
    let title = |shape: Shape| {
        let key = format!("chart.{}", shape.word());
        ctx.strings.find(&key).unwrap_or_default().to_owned()
    };
    Shape::ALL.map(|shape| (shape.word().to_owned(), title(shape))).into()
}

/// Asks for one of several, beginning at what holds now.
fn choose(
    tag: &'static str,
    title: &str,
    choices: Vec<(String, String)>,
    now: &str,
    ctx: &Context,
) -> Cmds {
    let title = ctx.strings.find(title).unwrap_or_default().to_owned();
    // In a heading these words go on a sentence, here each begins one.
    let choices = choices.into_iter().map(|(key, label)| {
        let mut letters = label.chars();
        let first = letters.next().map(char::to_uppercase);
        (key, first.into_iter().flatten().chain(letters).collect())
    });
    vec![Cmd::Push(Box::new(Choose::new(tag, title, choices.collect()).now(now)))]
}

impl Layer for Reports {
    fn place(&self) -> Place {
        Place::Reports
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let title = self.report(ctx).map(|report| report.label.get(ctx.lang()).to_owned());
        let mut trail = vec![ctx.t("report.tab").to_owned()];
        trail.extend(title);
        if self.mine {
            trail.push(ctx.t("list.mine").to_owned());
        }
        let by = self.table.as_ref().and_then(|table| table.group.as_ref());
        let aside = by.map(|(_, label)| ctx.tf("report.by", &[("group", label)]));
        let all = || ctx.t("report.all_times").to_owned();
        let right = self.period.text(ctx.today()).unwrap_or_else(all);
        Heading { trail, aside: aside.unwrap_or_default(), right }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        view::currencies(self, ctx).map(|text| (Role::Muted, text))
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(Place::Reports);
        at.entity = self.report(ctx).and_then(|report| ctx.catalog.entity(&report.entity));
        at
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.ask(ctx)
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        // The company may have changed which reports there are.
        let last = ctx.catalog.reports().count().saturating_sub(1);
        if self.at > last {
            self.at = last;
            self.table = None;
        }
        self.ask(ctx)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == NUMBERS && self.awaited
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        if let Some(step) = Step::of_action(action, 10) {
            self.step(step);
            return Some(Cmds::new());
        }
        Some(match action {
            "report.next" | "nav.next-part" => self.turn(1, ctx),
            "report.previous" | "nav.previous-part" => self.turn(-1, ctx),
            "nav.open" => self.open(ctx),
            "report.earlier" => self.show_period(self.period.step(-1), ctx),
            "report.later" => self.show_period(self.period.step(1), ctx),
            "report.period" => self.choose_period(ctx),
            "report.split" => self.choose_split(ctx),
            "report.figure" => self.choose_figure(ctx),
            "report.chart" => self.choose_shape(ctx),
            "report.export" => self.export(ctx),
            "list.mine" => {
                self.mine = !self.mine;
                self.ask(ctx)
            }
            _ => return None,
        })
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        match target {
            Target::Tab(n) if *n == self.at => Some(Cmds::new()),
            Target::Tab(n) => Some(self.turn(*n as isize - self.at as isize, ctx)),
            Target::Tabs => Some(Cmds::new()),
            _ => None,
        }
    }

    fn wheeled(&mut self, target: &Target, by: isize, ctx: &Context) -> Option<Cmds> {
        if !matches!(target, Target::Tab(_) | Target::Tabs) {
            return None;
        }
        let there =
            self.at.checked_add_signed(by).is_some_and(|at| at < ctx.catalog.reports().count());
        Some(if there { self.turn(by, ctx) } else { Cmds::new() })
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        let choice = choice.to_owned();
        match what {
            "period" => {
                let span = Span::ALL.into_iter().find(|span| span.word().0 == choice);
                let span = span.unwrap_or_default();
                return self.show_period(Period { span, offset: 0 }, ctx);
            }
            "split" => {
                if let Some(look) = self.look_mut() {
                    (look.by, look.at, look.shape) = (Some(choice), 0, None);
                }
                return self.ask(ctx);
            }
            "figure" => {
                if let Some(look) = self.look_mut() {
                    look.figure = choice.parse().ok();
                }
            }
            "shape" => {
                if let Some(look) = self.look_mut() {
                    look.shape = Shape::named(&choice);
                }
            }
            _ => {}
        }
        Cmds::new()
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        if slot != NUMBERS {
            return Cmds::new();
        }
        self.awaited = false;
        match answer {
            Ok(Reply::Report(table)) => {
                self.table = Some(*table);
                self.problem = None;
            }
            Ok(_) => {}
            Err(error) => self.problem = Some(State::of(&error, ctx)),
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        view::draw(self, area, buf, ctx)
    }
}
