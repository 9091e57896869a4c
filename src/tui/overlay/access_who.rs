//! Who can see this record, and by what: a list to look at.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, Place};
use crate::gate::Able;
use crate::model::RecordRef;
use crate::policy::{Ground, Right};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::widget::pick::{Pick, PickRow};

const WHO: Slot = Slot("access.who", 0);

/// Who can see a record.
pub struct AccessWho {
    record: RecordRef,
    pick: Pick<RecordRef>,
    landed: bool,
    problem: Option<State>,
}

impl AccessWho {
    /// Asks who can see a record.
    #[must_use]
    pub fn new(record: RecordRef) -> Self {
        let pick = Pick::narrowing(Vec::new(), "");
        Self { record, pick, landed: false, problem: None }
    }
}

/// What gives a right, in a few words.
pub(in crate::tui) fn ground(by: &Ground, ctx: &Context) -> String {
    match by {
        Ground::Role(name) => ctx.format.title("role", name).to_owned(),
        Ground::Owner => ctx.t("access.owner").to_owned(),
        Ground::Collaborator => ctx.t("access.collaborator").to_owned(),
        Ground::Shared => ctx.t("access.shared").to_owned(),
        Ground::Request(id) => format!("AR-{id}"),
    }
}

fn row(able: &Able, ctx: &Context) -> PickRow<RecordRef> {
    let mut row = PickRow::new(RecordRef::new("user", able.user), Clean::line(&able.name));
    let by: Vec<String> = able.grounds.iter().map(|source| ground(&source.by, ctx)).collect();
    row.note = Clean::line(&ctx.listed(&by));
    row
}

impl Layer for AccessWho {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(WHO, Request::WhoCan(Right::Read, self.record.clone()))]
    }

    fn awaits(&self, _slot: Slot, _key: Option<Key>) -> bool {
        !self.landed
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        self.pick.key(key).cmds(|| {
            let user = self.pick.selected().map(|row| row.key.clone());
            user.map(Cmd::CloseAndOpen).into_iter().collect()
        })
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        self.landed = true;
        match answer {
            Ok(Reply::Able(able)) => {
                self.problem = None;
                self.pick = Pick::narrowing(able.iter().map(|able| row(able, ctx)).collect(), "");
            }
            Ok(_) => {}
            Err(error) => self.problem = Some(State::of(&error, ctx)),
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.tf("access.who", &[("record", &ctx.catalog.reference(&self.record))]);
        if let Some(problem) = &self.problem {
            let inner = paint::frame(buf, paint::centered(area, 70, 9), &title, ctx);
            return problem.draw(buf, inner, ctx);
        }
        let least = crate::term::width(&title) as u16 + 8;
        let width = (self.pick.wanted_width() + 4).max(least);
        let place = paint::centered(area, width, self.pick.wanted_height() + 2);
        let inner = paint::frame(buf, place, &title, ctx);
        self.pick.draw(buf, inner, ctx.t("pick.nothing"), ctx)
    }
}
