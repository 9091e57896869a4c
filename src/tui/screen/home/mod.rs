//! The home screen: blocks that a person chooses, in one column or two halves.
//!
//! A block is a list of records, a gauge or a chart; one cursor walks through all of them and every row
//! can be opened. Where nothing is mine yet everybody's is shown. What a block is stands in `block`, what
//! is asked for it in `fill` and `day`, where it stands in `place`. Start at [`Home`].

mod arrange;
mod block;
mod day;
mod fill;
mod place;
mod view;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::block::{Block, What};
use self::fill::Filled;
use super::list::open_task;
use crate::action::{Key, Place, Situation};
use crate::model::{Record, RecordRef};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::request::{Answer, Reply, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;

const PAGE: &str = "home.page";
const COUNT: &str = "home.count";
const PLANNED: &str = "home.planned";
const SNOOZED: &str = "home.snoozed";
const NUMBERS: &str = "home.numbers";
const VIEWS: &str = "home.views";
const CHOOSER: Slot = Slot("home.chooser", 0);
/// Rows asked for per list.
const ROWS: usize = 12;

/// The home screen.
pub struct Home {
    blocks: Vec<Block>,
    filled: Vec<Filled>,
    /// The block under the cursor.
    focus: usize,
    mine: bool,
    /// Whether the user chose whose day it is; until then an empty day shows everybody's.
    chosen: bool,
    /// The blocks themselves are being chosen.
    arranging: bool,
    /// What was chosen so far of a block that is being added.
    adding: Vec<String>,
}

impl Default for Home {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            filled: Vec::new(),
            focus: 0,
            mine: true,
            chosen: false,
            arranging: false,
            adding: Vec::new(),
        }
    }
}

impl Home {
    /// What a block is called.
    fn title(&self, n: usize, ctx: &Context) -> String {
        let Some(what) = self.blocks.get(n).map(|block| &block.what) else { return String::new() };
        let named = |word| ctx.strings.find(&format!("home.{word}")).unwrap_or_default().to_owned();
        match what {
            What::View(entity, _) => {
                let of = ctx.catalog.entity(entity).map(|of| of.plural.get(ctx.lang()));
                let view = self.view_of(n).map_or("", |view| view.label.as_str());
                ctx.about(of.unwrap_or_default(), view)
            }
            What::Chart(name, figure, _) => {
                let Some(report) = ctx.catalog.report(name) else { return String::new() };
                let measure = report.measure.iter().find(|measure| measure.name == *figure);
                let figure = measure.map_or("", |measure| measure.label.get(ctx.lang()));
                ctx.about(report.label.get(ctx.lang()), figure)
            }
            what => named(what.word()),
        }
    }

    fn step(&mut self, by: isize) {
        for _ in 0..by.unsigned_abs().min(500) {
            let rows = self.rows(self.focus);
            let Some(filled) = self.filled.get_mut(self.focus) else { return };
            if by > 0 && filled.at + 1 < rows {
                filled.at += 1;
            } else if by < 0 && filled.at > 0 {
                filled.at -= 1;
            } else if by > 0 && self.focus + 1 < self.blocks.len() {
                self.focus += 1;
                self.filled[self.focus].at = 0;
            } else if by < 0 && self.focus > 0 {
                self.focus -= 1;
                self.filled[self.focus].at = self.rows(self.focus).saturating_sub(1);
            } else {
                return;
            }
        }
    }

    fn turn(&mut self, by: isize) {
        let count = self.blocks.len() as isize;
        if count > 0 {
            self.focus = (self.focus as isize + by).rem_euclid(count) as usize;
        }
    }

    /// Nothing of what is mine is there: shows everybody's, until the user says otherwise.
    fn widen(&mut self, ctx: &Context) -> Cmds {
        let mut own = self.blocks.iter().zip(&self.filled).enumerate().filter(|(n, (block, _))| {
            block.what.is_own() && (block.what == What::Day || self.listed(*n, ctx).is_some())
        });
        let empty = own.all(|(_, (_, filled))| filled.landed && filled.rows.is_empty());
        let any = self.blocks.iter().any(|block| block.what.is_own());
        if self.mine && !self.chosen && empty && any {
            self.mine = false;
            self.chosen = true;
            return self.ask_all(ctx);
        }
        Cmds::new()
    }
}

impl Layer for Home {
    fn place(&self) -> Place {
        if self.arranging { Place::Arrange } else { Place::Home }
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let whose = if self.mine { ctx.person.name.clone() } else { ctx.t("home.all").to_owned() };
        let today = ctx.today();
        let right = format!("{} {}", ctx.format.weekday(today), crate::schema::Format::date(today));
        let mut trail = vec![ctx.t("home.title").to_owned()];
        if self.arranging {
            trail.push(ctx.t("home.arrange").to_owned());
        }
        Heading { trail, aside: whose, right }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        view::told(self, ctx)
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
        if let Some(record) = self.current() {
            at.record = Some(record.reference());
            at.open = open_task(ctx, record);
        }
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        self.current().map(Record::reference).into_iter().collect()
    }

    fn neighbours(&self) -> Vec<RecordRef> {
        let filled = self.filled.get(self.focus);
        filled.map(|filled| filled.rows.iter().map(Record::reference).collect()).unwrap_or_default()
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.blocks = block::chosen(ctx);
        self.filled = self.blocks.iter().map(|_| Filled::default()).collect();
        self.ask_all(ctx)
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.ask_all(ctx)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        let Slot(kind, n) = slot;
        let pending = self.filled.get(n).is_some_and(|filled| !filled.landed);
        slot == CHOOSER || ([PAGE, PLANNED].contains(&kind) && pending)
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        if self.arranging {
            return self.arrange(action, ctx);
        }
        match action {
            "nav.up" => self.step(-1),
            "nav.down" => self.step(1),
            "nav.page-up" => self.step(-8),
            "nav.page-down" => self.step(8),
            "nav.top" => self.step(isize::MIN),
            "nav.bottom" => self.step(isize::MAX),
            "nav.next-part" => self.turn(1),
            "nav.previous-part" => self.turn(-1),
            "home.blocks" => self.arranging = true,
            "home.target" => return Some(self.ask_target_or_say(ctx)),
            "list.mine" => {
                self.mine = !self.mine;
                self.chosen = true;
                return Some(self.ask_all(ctx));
            }
            "list.filter" => return Some(self.list(ctx)),
            "nav.open" => return Some(self.open(ctx)),
            _ => return None,
        }
        Some(Cmds::new())
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        self.told_block(what, choice, ctx)
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let Target::Card(block, row) = *target else { return None };
        let filled = self.filled.get_mut(block)?;
        let again = self.focus == block && filled.at == row;
        filled.at = row;
        self.focus = block;
        Some(if again && !self.arranging { self.open(ctx) } else { Cmds::new() })
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Page(page)) if slot == CHOOSER => self.choose_view(&page.rows, ctx),
            Ok(reply) => {
                let mut cmds = self.take(slot, reply, ctx);
                cmds.extend(self.widen(ctx));
                cmds
            }
            Err(error) => {
                if let Some(filled) =
                    self.filled.get_mut(slot.1).filter(|_| ![COUNT, SNOOZED].contains(&slot.0))
                {
                    filled.landed = true;
                    filled.problem = Some(State::of(&error, ctx));
                }
                Cmds::new()
            }
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        view::draw(self, area, buf, ctx)
    }
}

impl Home {
    /// Asks for the amount of the target, going to it where the cursor is elsewhere.
    fn ask_target_or_say(&mut self, ctx: &Context) -> Cmds {
        let is_target = |block: &Block| matches!(block.what, What::Target(_));
        if !self.blocks.get(self.focus).is_some_and(is_target) {
            let Some(n) = self.blocks.iter().position(is_target) else {
                return vec![Cmd::Say(Role::Muted, ctx.t("home.no_target").to_owned())];
            };
            self.focus = n;
        }
        self.ask_target(ctx)
    }
}
