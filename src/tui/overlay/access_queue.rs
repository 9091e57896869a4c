//! Access requests: those that wait and those in force; one's own, or all for who decides.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::access_decide::AccessDecide;
use crate::action::{Key, Place};
use crate::gate::{AccessRequest, RequestState, Wanted};
use crate::model::{RecordId, RecordRef};
use crate::policy::Special;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::role;
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow};

const READ: Slot = Slot("access.requests", 0);
/// The preference that keeps when the requests were looked at last.
pub(in crate::tui) const LOOKED: &str = "access.looked";
/// So wide are label and note of a row together.
const ROW: usize = 52;
/// A request of one's own that was denied is shown for so long.
const DENIED_SHOWN: TimeDelta = TimeDelta::days(14);

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
        vec![Cmd::Push(Box::new(AccessDecide::new(request.clone(), ctx)))]
    }
}

/// What a right is about: a record, a field of all of an entity, or all of it.
pub(super) fn what(wanted: &Wanted, ctx: &Context) -> String {
    let entity = ctx.catalog.entity(&wanted.entity);
    let plural = entity.map_or(wanted.entity.as_str(), |entity| entity.plural.get(ctx.lang()));
    match (wanted.record, &wanted.field) {
        (Some(id), _) => ctx.catalog.reference(&RecordRef::new(&wanted.entity, id)),
        (None, Some(name)) => {
            let field = entity.and_then(|entity| entity.field(name));
            let name = field.map_or(name.as_str(), |field| field.label.get(ctx.lang()));
            ctx.tf("access.field_of", &[("field", name), ("entity", plural)])
        }
        (None, None) => plural.to_owned(),
    }
}

/// Whether a request waits for this person to decide: not their own, and only where they may decide at all.
pub(in crate::tui) fn waits_for_me(request: &AccessRequest, ctx: &Context) -> bool {
    request.state == RequestState::Open
        && request.asker.id != ctx.person.user
        && ctx.person.may(Special::Roles)
}

/// How a request stands.
pub(super) fn state(request: &AccessRequest, ctx: &Context) -> String {
    match (request.state, request.until) {
        (RequestState::Approved, Some(until)) => {
            ctx.tf("access.until", &[("day", &ctx.format.near_instant(until, ctx.now))])
        }
        (RequestState::Denied, _) => ctx.t("access.denied").to_owned(),
        _ if request.asker.id == ctx.person.user => ctx.t("access.waits_others").to_owned(),
        _ => ctx.t("access.waits").to_owned(),
    }
}

fn row(request: &AccessRequest, ctx: &Context) -> PickRow<RecordId> {
    let wanted = &request.wanted;
    let right = role::right(wanted.right, ctx);
    let lasts = ctx.format.duration(wanted.lasts);
    let note = Clean::line(&state(request, ctx));
    let what = what(wanted, ctx);
    let values = [
        ("who", request.asker.title.as_str()),
        ("right", right),
        ("what", &what),
        ("lasts", &lasts),
    ];
    let text = ctx.tf("access.row", &values);
    // All of it is told where it is decided; how it stands is never cut away.
    let room = ROW.saturating_sub(note.width());
    let with_reason = format!("{text}  {}", wanted.reason);
    let label = crate::term::truncate(Clean::line(&with_reason).as_str(), room);
    let mut row = PickRow::new(request.record.id, Clean::line(&label));
    row.note = note;
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

    fn awaits(&self, _slot: Slot, _key: Option<Key>) -> bool {
        !self.landed
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        self.pick.key(key).cmds(|| self.choose(ctx))
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        let first = !std::mem::replace(&mut self.landed, true);
        match answer {
            Ok(Reply::AccessRequests(requests)) => {
                self.problem = None;
                let me = ctx.person.user;
                let stands = |one: &AccessRequest| match one.state {
                    RequestState::Open | RequestState::Approved => true,
                    // Who asked is told why not, for a while.
                    RequestState::Denied => {
                        one.asker.id == me
                            && one.decided_at.is_some_and(|at| ctx.now - at < DENIED_SHOWN)
                    }
                    _ => false,
                };
                self.requests = requests.into_iter().filter(stands).collect();
                self.pick.fill(self.requests.iter().map(|one| row(one, ctx)).collect());
                let looked = ctx.now.timestamp_millis().to_string();
                let keep = Cmd::Prefer(LOOKED.to_owned(), Some(looked));
                if first { vec![keep] } else { Cmds::new() }
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
        let waiting = self.requests.iter().filter(|one| waits_for_me(one, ctx)).count();
        let title = match waiting {
            0 => ctx.t("access.requests").to_owned(),
            n => ctx.tf("access.requests_waiting", &[("n", &n.to_string())]),
        };
        let title = title.as_str();
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
