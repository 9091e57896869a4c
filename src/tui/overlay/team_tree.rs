//! The teams below each other: each with who leads it and how many are in it. One is opened from here.
//!
//! Start at [`TeamTree`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, Place};
use crate::gate::TeamNode;
use crate::model::RecordRef;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::widget::pick::{Pick, PickRow};

const READ: Slot = Slot("team-tree.read", 0);
/// Cells of a row at most.
const WIDEST: u16 = 100;
/// Cells of a name with what stands before it, so that what is told of the teams stands below each other.
const NAME: usize = 34;

/// The tree of teams.
pub struct TeamTree {
    pick: Pick<RecordRef>,
    landed: bool,
    problem: Option<State>,
}

impl Default for TeamTree {
    fn default() -> Self {
        Self { pick: Pick::answers(Vec::new()), landed: false, problem: None }
    }
}

fn row(node: &TeamNode, widest: usize, ctx: &Context) -> PickRow<RecordRef> {
    let name = format!("{}{}", "  ".repeat(node.depth), Clean::line(&node.team.title).as_str());
    let name = term::truncate(&name, NAME);
    let padding = " ".repeat(widest.saturating_sub(term::width(&name)));
    let lead = match &node.manager {
        Some(manager) => ctx.tf("team_tree.led_by", &[("name", &manager.title)]),
        None => ctx.t("team_tree.led_by_nobody").to_owned(),
    };
    let members = ctx.strings.count("team_tree.members", node.members.len());
    let text = format!("{name}{padding}  {members}  {lead}");
    let mut row = PickRow::new(node.team.target(), Clean::line(&text));
    row.note = Clean::line(&ctx.catalog.reference(&node.team.target()));
    row
}

impl Layer for TeamTree {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(READ, Request::Teams)]
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.start(ctx)
    }

    fn awaits(&self, _slot: Slot, _key: Option<Key>) -> bool {
        !self.landed
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        let chosen = self.pick.selected().map(|row| row.key.clone());
        self.pick.key(key).cmds(|| chosen.map(Cmd::CloseAndOpen).into_iter().collect())
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        self.landed = true;
        match answer {
            Ok(Reply::Teams(nodes)) => {
                self.problem = None;
                let width = |node: &TeamNode| 2 * node.depth + term::width(&node.team.title);
                let widest = nodes.iter().map(width).max().unwrap_or(0).min(NAME);
                self.pick.fill(nodes.iter().map(|node| row(node, widest, ctx)).collect());
            }
            Ok(_) => {}
            Err(error) => self.problem = Some(State::of(&error, ctx)),
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let (title, none) = (ctx.t("team_tree.title"), ctx.t("team_tree.none"));
        if let Some(problem) = &self.problem {
            return problem.framed(buf, area, title, ctx);
        }
        let least = term::width(none) as u16 + 6;
        let width = (self.pick.whole_width().min(WIDEST) + 4).max(least);
        let height = self.pick.wanted_height().max(1) + 2;
        let inner = paint::frame(buf, paint::centered(area, width, height), title, ctx);
        self.pick.draw(buf, inner, none, ctx)
    }
}
