//! Access requests: those that wait and those in force; one's own, or all for who decides.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::choose::Choose;
use crate::action::{Key, Place};
use crate::gate::{AccessRequest, Decided, RequestState};
use crate::model::{RecordId, RecordRef};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::role;
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow, Picked};

const READ: Slot = Slot("access.requests", 0);
const DECIDE: Slot = Slot("access.decide", 0);
const TOLD: &str = "access.decide";

/// The queue of requests.
pub struct AccessQueue {
    requests: Vec<AccessRequest>,
    pick: Pick<RecordId>,
    landed: bool,
    problem: Option<State>,
}

impl Default for AccessQueue {
    fn default() -> Self {
        let pick = Pick::answers(Vec::new());
        Self { requests: Vec::new(), pick, landed: false, problem: None }
    }
}

impl AccessQueue {
    fn chosen(&self) -> Option<&AccessRequest> {
        let id = self.pick.selected()?.key;
        self.requests.iter().find(|request| request.record.id == id)
    }

    fn choose(&self, ctx: &Context) -> Cmds {
        let Some(request) = self.chosen() else { return Cmds::new() };
        let mut choices = Vec::new();
        let mut add = |word: &str, key: &str| {
            choices.push((word.to_owned(), ctx.strings.get(key).to_owned()));
        };
        if request.asker.id == ctx.person.user {
            add("withdraw", "access.withdraw");
        } else {
            if request.state == RequestState::Open {
                if let Some(why) = &request.obstacle {
                    return vec![Cmd::Say(Role::Warning, ctx.strings.said(why))];
                }
                add("approve", "access.approve");
            }
            add("deny", "access.deny");
        }
        let title = format!("{}: {}", request.asker.title, request.wanted.reason);
        let title = crate::term::truncate(Clean::line(&title).as_str(), 60);
        vec![Cmd::Push(Box::new(Choose::new(TOLD, title, choices)))]
    }
}

fn row(request: &AccessRequest, ctx: &Context) -> PickRow<RecordId> {
    let wanted = &request.wanted;
    let entity = ctx.catalog.entity(&wanted.entity);
    let plural = entity.map_or(wanted.entity.as_str(), |entity| entity.plural.get(ctx.lang()));
    let what = match (wanted.record, &wanted.field) {
        (Some(id), _) => ctx.catalog.reference(&RecordRef::new(&wanted.entity, id)),
        (None, Some(name)) => {
            let field = entity.and_then(|entity| entity.field(name));
            let name = field.map_or(name.as_str(), |field| field.label.get(ctx.lang()));
            ctx.tf("access.field_of", &[("field", name), ("entity", plural)])
        }
        (None, None) => plural.to_owned(),
    };
    let right = role::right(wanted.right, ctx);
    let text = format!("{}  {right} {what}  {}", request.asker.title, wanted.reason);
    let mut row = PickRow::new(request.record.id, Clean::line(&text));
    row.note = Clean::line(&match (request.state, request.until) {
        (RequestState::Approved, Some(until)) => {
            ctx.tf("access.until", &[("day", &ctx.format.near_instant(until, ctx.now))])
        }
        _ => ctx.t("access.waits").to_owned(),
    });
    row
}

impl Layer for AccessQueue {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(READ, Request::AccessRequests)]
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == DECIDE || !self.landed
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match self.pick.key(key) {
            Picked::Closed => Some(vec![Cmd::Close]),
            Picked::Chosen => Some(self.choose(ctx)),
            Picked::Ignored => None,
            Picked::Moved | Picked::Typed | Picked::Toggled => Some(Cmds::new()),
        }
    }

    fn told(&mut self, what: &str, choice: &str, _ctx: &Context) -> Cmds {
        let Some(request) = self.chosen().filter(|_| what == TOLD) else { return Cmds::new() };
        let decided = match choice {
            "approve" => Decided::Approve(None),
            "deny" => Decided::Deny,
            _ => Decided::Withdraw,
        };
        vec![Cmd::Ask(DECIDE, Request::Decide(request.record.id, decided))]
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        self.landed = true;
        match answer {
            Ok(Reply::AccessRequests(requests)) => {
                self.problem = None;
                let stands = |one: &AccessRequest| {
                    matches!(one.state, RequestState::Open | RequestState::Approved)
                };
                self.requests = requests.into_iter().filter(stands).collect();
                self.pick.fill(self.requests.iter().map(|one| row(one, ctx)).collect());
                Cmds::new()
            }
            Ok(Reply::Saved(_)) => {
                let key = ctx.key_of("app.undo");
                let text = ctx.tf("access.decided", &[("key", &key)]);
                vec![Cmd::Written(None), Cmd::Say(Role::Good, text)]
            }
            Ok(_) => Cmds::new(),
            Err(error) if slot == READ => {
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            Err(error) => vec![Cmd::Say(Role::Error, ctx.said(&error))],
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("access.requests");
        if let Some(problem) = &self.problem {
            let inner = paint::frame(buf, paint::centered(area, 70, 9), title, ctx);
            return problem.draw(buf, inner, ctx);
        }
        let least = crate::term::width(ctx.t("access.no_requests")) as u16 + 6;
        let width = (self.pick.wanted_width() + 4).max(least);
        let place = paint::centered(area, width, self.pick.wanted_height().max(1) + 2);
        let inner = paint::frame(buf, place, title, ctx);
        self.pick.draw(buf, inner, ctx.t("access.no_requests"), ctx)
    }
}
