//! The audit log: its entries, newest first, and what is unusual in what people did.
//!
//! Whoever may not see the whole log sees what they did themselves. Which anomalies somebody has looked at
//! is kept with their preferences. Start at [`Audit`].

mod entry;
mod log;
mod unusual;
mod view;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::entry::EntryCard;
use self::log::Log;
use self::unusual::Anomalies;
use crate::action::{Key, Place, Situation};
use crate::model::{Name, RecordRef};
use crate::policy::Special;
use crate::query::Query;
use crate::schema::{AUDIT, Catalog, with_audit};
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::filter::{Filter, Typed, VALUES};
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::list::grouped;
use crate::tui::theme::Role;

pub(in crate::tui) use unusual::unseen_of;

const PAGE: Slot = Slot("audit.page", 0);
const UNUSUAL: Slot = Slot("audit.unusual", 0);

/// Which of the two lists is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Log,
    Unusual,
}

/// The audit log.
pub struct Audit {
    /// The entities with the log among them: what its filter is held against.
    catalog: Arc<Catalog>,
    entity: Name,
    part: Part,
    log: Log,
    unusual: Anomalies,
    line: Filter,
}

impl Audit {
    /// The whole log.
    #[must_use]
    pub fn new(ctx: &Context) -> Self {
        let catalog = with_audit(&ctx.catalog).map_or_else(|_| Arc::clone(&ctx.catalog), Arc::new);
        Self {
            catalog,
            entity: Name::from(AUDIT),
            part: Part::Log,
            log: Log::default(),
            unusual: Anomalies::default(),
            line: Filter::new(String::new()),
        }
    }

    /// The context in which the log is an entity among the others.
    fn own(&self, ctx: &Context) -> Context {
        let mut own = ctx.clone();
        own.catalog = Arc::clone(&self.catalog);
        own
    }

    fn open_filter(&mut self, ctx: &Context) -> Cmds {
        self.part = Part::Log;
        let own = self.own(ctx);
        self.line.replace(self.log.filter().to_owned());
        self.line.open(&own, &self.entity);
        self.values()
    }

    /// Asks for names that could stand at the cursor; of the log itself nothing is proposed.
    fn values(&mut self) -> Cmds {
        let of_log = |cmd: &Cmd| match cmd {
            Cmd::Ask(_, Request::Values(at)) => at.titles.is_none() && at.entity == AUDIT,
            _ => false,
        };
        self.line.ask().filter(|cmd| !of_log(cmd)).into_iter().collect()
    }

    fn typed(&mut self, typed: Typed, ctx: &Context) -> Cmds {
        if typed == Typed::Moved {
            return self.values();
        }
        let own = self.own(ctx);
        self.line.check(&own, &self.entity);
        let mut cmds = self.values();
        let text = self.line.text().trim().to_owned();
        // A word may be the beginning of a condition; the log is not searched by words.
        let words = || {
            let query = Query::parse(&text, &self.catalog, AUDIT);
            query.is_ok_and(|query| query.condition().has_words())
        };
        if self.line.error().is_some() || (typed == Typed::Changed && words()) {
            return cmds;
        }
        if text != self.log.filter() {
            cmds.extend(self.log.narrow(text));
        }
        if typed == Typed::Left {
            cmds.extend(self.line.remember(&own, &self.entity));
        }
        cmds
    }

    fn turn(&mut self, part: Part) -> Cmds {
        self.part = part;
        Cmds::new()
    }

    fn other(&self) -> Part {
        if self.part == Part::Log { Part::Unusual } else { Part::Log }
    }

    fn step(&mut self, by: isize) -> Cmds {
        match self.part {
            Part::Log => self.log.step(by),
            Part::Unusual => {
                self.unusual.step(by);
                Cmds::new()
            }
        }
    }

    fn open(&self, ctx: &Context) -> Cmds {
        match self.part {
            Part::Log => {
                let entry = self.log.current().cloned();
                let card = entry.map(|entry| EntryCard::new(entry, Arc::clone(&self.catalog)));
                card.map(|card| Cmd::Push(Box::new(card))).into_iter().collect()
            }
            Part::Unusual => self.unusual.toggle(ctx),
        }
    }
}

impl Layer for Audit {
    fn place(&self) -> Place {
        if self.line.is_open() { Place::Filter } else { Place::Audit }
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let filter = self.log.filter();
        let aside = if self.part == Part::Unusual || filter.is_empty() || self.line.is_open() {
            String::new()
        } else {
            format!("/ {filter}")
        };
        let own = self.part == Part::Log && !ctx.person.may(Special::Audit);
        let right = if own { ctx.t("audit.own").to_owned() } else { self.position(ctx) };
        Heading { trail: vec![ctx.t("audit.title").to_owned()], aside, right }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        let marks = self.part == Part::Unusual && self.unusual.current().is_some();
        marks.then(|| (Role::Muted, ctx.t("audit.marks").to_owned()))
    }

    fn prompt(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Option<Seen> {
        self.line.is_open().then(|| self.line.draw_line(area, buf, ctx))
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
        at.record = self.subjects().pop();
        at.filtered = !self.log.filter().is_empty();
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        let entry = self.log.current().filter(|_| self.part == Part::Log);
        entry.and_then(|entry| entry.record.clone()).into_iter().collect()
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = vec![self.log.ask_anew()];
        cmds.extend(self.unusual.ask(ctx));
        cmds
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.catalog = with_audit(&ctx.catalog).map_or_else(|_| Arc::clone(&ctx.catalog), Arc::new);
        self.start(ctx)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        match slot {
            PAGE => self.part == Part::Log && !self.line.is_open() && self.log.is_awaited(),
            UNUSUAL => self.part == Part::Unusual && self.unusual.is_awaited(),
            _ => false,
        }
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if !self.line.is_open() {
            return None;
        }
        let own = self.own(ctx);
        let typed = self.line.key(key, &own, &self.entity)?;
        Some(self.typed(typed, ctx))
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        if !self.line.is_open() {
            return Cmds::new();
        }
        self.line.paste(text);
        self.typed(Typed::Changed, ctx)
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = isize::from(chrome::body(ctx.size).height.saturating_sub(3).max(1) as i16);
        if let Some(by) = chrome::steps(action, page) {
            return Some(self.step(by));
        }
        Some(match action {
            "nav.next-part" | "nav.previous-part" => self.turn(self.other()),
            "nav.open" => self.open(ctx),
            "list.filter" => self.open_filter(ctx),
            "nav.back" if self.part == Part::Log && !self.log.filter().is_empty() => {
                self.line.replace(String::new());
                self.log.narrow(String::new())
            }
            _ => return None,
        })
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        match *target {
            Target::Tab(n) => Some(self.turn(if n == 0 { Part::Log } else { Part::Unusual })),
            Target::Tabs => Some(Cmds::new()),
            Target::Row(n) => {
                let here = match self.part {
                    Part::Log => self.log.at(),
                    Part::Unusual => self.unusual.at(),
                };
                Some(if n == here { self.open(ctx) } else { self.step(n as isize - here as isize) })
            }
            _ => None,
        }
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (VALUES, answer) => {
                let own = self.own(ctx);
                self.line.take_values(answer, &own, &self.entity);
                Cmds::new()
            }
            (PAGE, Ok(Reply::Audit(page))) => self.log.take(page),
            (PAGE, Err(error)) => {
                self.log.fail(&error, ctx);
                Cmds::new()
            }
            (UNUSUAL, Ok(Reply::Anomalies(found))) => {
                self.unusual.take(found);
                Cmds::new()
            }
            (UNUSUAL, Err(error)) => {
                self.unusual.fail(&error, ctx);
                Cmds::new()
            }
            _ => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = view::draw(self, area, buf, ctx);
        if self.line.is_open() {
            seen.join(self.line.draw_proposals(area, buf, ctx));
        }
        seen
    }
}

impl Audit {
    /// Where the cursor stands: `3 of 100+`.
    fn position(&self, ctx: &Context) -> String {
        let (at, total, more) = match self.part {
            Part::Log => (self.log.at(), self.log.len(), self.log.has_more()),
            Part::Unusual => (self.unusual.at(), self.unusual.len(), false),
        };
        if total == 0 {
            return String::new();
        }
        let (n, mut total) = (grouped(at as u64 + 1), grouped(total as u64));
        if more {
            total.push('+');
        }
        ctx.tf("list.position", &[("n", &n), ("total", &total)])
    }
}
