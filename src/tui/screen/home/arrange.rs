//! Choosing the blocks: add, remove, move, resize. Every step shows at once and is kept at once.

use super::block::{Block, KEPT, Size, What, usual, written};
use super::fill::Filled;
use super::{CHOOSER, Home};
use crate::action::nav::{self, Tab};
use crate::report::Shape;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::ask::Ask;
use crate::tui::overlay::choose::Choose;
use crate::tui::request::Request;
use crate::tui::screen::report::shapes;
use crate::tui::views::Views;

impl Home {
    /// An action on the blocks; none where it is no such.
    pub(super) fn arrange(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        Some(match action {
            "block.done" | "nav.back" | "home.blocks" => {
                self.arranging = false;
                Cmds::new()
            }
            "block.add" => self.choose_kind(ctx),
            "block.remove" => {
                if self.focus >= self.blocks.len() {
                    return Some(Cmds::new());
                }
                self.blocks.remove(self.focus);
                self.filled.remove(self.focus);
                self.focus = self.focus.min(self.blocks.len().saturating_sub(1));
                self.keep(ctx)
            }
            "block.up" => self.shift(-1, ctx),
            "block.down" => self.shift(1, ctx),
            "block.size" => {
                if let Some(block) = self.blocks.get_mut(self.focus) {
                    block.size = if block.size == Size::Half { Size::Full } else { Size::Half };
                }
                self.keep(ctx)
            }
            "block.usual" => {
                self.blocks = usual(ctx);
                self.filled = self.blocks.iter().map(|_| Filled::default()).collect();
                self.focus = 0;
                let mut cmds = vec![Cmd::Prefer(KEPT.into(), None)];
                cmds.extend(self.ask_all(ctx));
                cmds
            }
            "nav.down" | "nav.next-part" => {
                self.focus = (self.focus + 1).min(self.blocks.len().saturating_sub(1));
                Cmds::new()
            }
            "nav.up" | "nav.previous-part" => {
                self.focus = self.focus.saturating_sub(1);
                Cmds::new()
            }
            _ => return None,
        })
    }

    fn shift(&mut self, by: isize, ctx: &Context) -> Cmds {
        let to = self.focus.checked_add_signed(by).filter(|to| *to < self.blocks.len());
        let Some(to) = to else { return Cmds::new() };
        self.blocks.swap(self.focus, to);
        self.filled.swap(self.focus, to);
        self.focus = to;
        self.keep(ctx)
    }

    /// Keeps the blocks, and asks for all again: answers on their way are for other places.
    fn keep(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = vec![Cmd::Prefer(KEPT.into(), Some(written(&self.blocks)))];
        cmds.extend(self.ask_all(ctx));
        cmds
    }

    fn add(&mut self, what: What, ctx: &Context) -> Cmds {
        let at = (self.focus + 1).min(self.blocks.len());
        let size = self.blocks.get(self.focus).map_or(Size::Half, |block| block.size);
        self.blocks.insert(at, Block { what, size });
        self.filled.insert(at, Filled::default());
        self.focus = at;
        self.keep(ctx)
    }

    fn choose_kind(&self, ctx: &Context) -> Cmds {
        let name = |word: &&str| {
            let title = ctx.strings.find(&format!("home.{word}")).unwrap_or_default();
            ((*word).to_owned(), title.to_owned())
        };
        choose("block", "action.block.add", What::WORDS.iter().map(name).collect(), ctx)
    }

    /// Something was chosen on the way to a new block.
    pub(super) fn told_block(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        match (what, choice) {
            ("block", "view") => {
                let lists = nav::tabs(&ctx.catalog).into_iter().filter_map(|tab| match tab {
                    Tab::List(entity) => {
                        Some((entity.name.to_string(), entity.plural.get(ctx.lang()).to_owned()))
                    }
                    _ => None,
                });
                choose("block.entity", "home.view", lists.collect(), ctx)
            }
            ("block", "chart") => {
                let reports = ctx
                    .catalog
                    .reports()
                    .map(|report| (report.name.clone(), report.label.get(ctx.lang()).to_owned()));
                choose("block.report", "home.chart", reports.collect(), ctx)
            }
            ("block", word) => match What::named(word) {
                Some(what) => self.add(what, ctx),
                None => Cmds::new(),
            },
            ("block.entity", entity) => {
                self.adding = vec![entity.to_owned()];
                let request = Views::request(&ctx.catalog, entity);
                request
                    .map(|request| Cmd::Ask(CHOOSER, Request::List(request)))
                    .into_iter()
                    .collect()
            }
            ("block.view", key) => match self.adding.first().cloned() {
                Some(entity) => self.add(What::View(entity, key.to_owned()), ctx),
                None => Cmds::new(),
            },
            ("block.report", name) => {
                self.adding = vec![name.to_owned()];
                let measures =
                    ctx.catalog.report(name).into_iter().flat_map(|report| &report.measure);
                let figures = measures.filter(|measure| !measure.hidden).map(|measure| {
                    (measure.name.clone(), measure.label.get(ctx.lang()).to_owned())
                });
                choose("block.figure", "action.report.figure", figures.collect(), ctx)
            }
            ("block.figure", name) => {
                self.adding.truncate(1);
                self.adding.push(name.to_owned());
                choose("block.shape", "action.report.chart", shapes(ctx), ctx)
            }
            ("block.shape", shape) => match (self.adding.as_slice(), Shape::named(shape)) {
                ([report, figure], Some(shape)) => {
                    let what = What::Chart(report.clone(), figure.clone(), shape);
                    self.add(what, ctx)
                }
                _ => Cmds::new(),
            },
            ("target", amount) => {
                let known = self.blocks.get_mut(self.focus).map(|block| &mut block.what);
                if let Some(What::Target(kept)) = known {
                    amount.trim().clone_into(kept);
                }
                self.keep(ctx)
            }
            _ => Cmds::new(),
        }
    }

    /// The views of the entity that was chosen are there: which of them?
    pub(super) fn choose_view(&self, saved: &[crate::model::Record], ctx: &Context) -> Cmds {
        let Some(entity) = self.adding.first() else { return Cmds::new() };
        let mut views = Views::shipped(&ctx.catalog, entity, ctx.lang());
        views.take(saved, &ctx.catalog, entity);
        let choices: Vec<(String, String)> =
            views.all().map(|view| (view.key.clone(), view.label.clone())).collect();
        choose("block.view", "home.view", choices, ctx)
    }

    /// Asks for the amount of the target under the cursor.
    pub(super) fn ask_target(&self, ctx: &Context) -> Cmds {
        let Some(What::Target(amount)) = self.blocks.get(self.focus).map(|block| &block.what)
        else {
            return Cmds::new();
        };
        let title = ctx.t("action.home.target").to_owned();
        let about = Some(("deal".into(), "amount".into()));
        vec![Cmd::Push(Box::new(Ask::new("target", title, amount, about)))]
    }
}

fn choose(tag: &'static str, title: &str, choices: Vec<(String, String)>, ctx: &Context) -> Cmds {
    let title = ctx.strings.find(title).unwrap_or_default().to_owned();
    vec![Cmd::Push(Box::new(Choose::new(tag, title, choices)))]
}
