//! Who is signed in: one's own sessions, everybody's for those who manage users; one of them can be ended.
//!
//! Ending cannot be taken back, so it asks first. Start at [`Seats`].

use chrono::DateTime;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::confirm::Confirm;
use crate::action::{Key, Place};
use crate::gate::{SeatInfo, Via};
use crate::model::Phrase;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow, Picked};

const READ: Slot = Slot("seats.read", 0);
const END: Slot = Slot("seats.end", 0);
/// What the list hears when ending was agreed to.
const AGREED: &str = "seats.end";

/// Who is signed in.
pub struct Seats {
    all: Vec<SeatInfo>,
    pick: Pick<i64>,
    landed: bool,
    problem: Option<State>,
    /// The one that was not ended for want of the password, which is being asked for.
    unconfirmed: Option<i64>,
}

impl Default for Seats {
    fn default() -> Self {
        let pick = Pick::narrowing(Vec::new(), "");
        Self { all: Vec::new(), pick, landed: false, problem: None, unconfirmed: None }
    }
}

fn at(millis: i64, ctx: &Context) -> String {
    let at = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    ctx.format.near_instant(at, ctx.now)
}

fn row(seat: &SeatInfo, ctx: &Context) -> PickRow<i64> {
    let via = match Via::of_word(&seat.via) {
        Some(via) => ctx.strings.said(&Phrase::word(via.word())),
        None => seat.via.clone(),
    };
    let text = format!("{}  {}  {via} {}", seat.number, seat.name, seat.host);
    let mut row = PickRow::new(seat.number, Clean::line(&text));
    let (since, seen) = (at(seat.since, ctx), at(seat.last_seen, ctx));
    let values = [("since", since.as_str()), ("seen", &seen)];
    let key = if seat.mine { "seats.mine" } else { "seats.since" };
    row.note = Clean::line(&ctx.tf(key, &values));
    row
}

impl Seats {
    fn chosen(&self) -> Option<&SeatInfo> {
        let number = self.pick.selected()?.key;
        self.all.iter().find(|seat| seat.number == number)
    }

    /// Asks whether the session under the cursor is to end.
    fn ask(&self, ctx: &Context) -> Cmds {
        let Some(seat) = self.chosen() else { return Cmds::new() };
        let number = seat.number.to_string();
        let key = if seat.mine { "seats.end_mine" } else { "seats.end" };
        let text = ctx.tf(key, &[("n", &number), ("name", &seat.name)]);
        vec![Cmd::Push(Box::new(Confirm::new(AGREED, Clean::line(&text).into_string())))]
    }
}

impl Layer for Seats {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(READ, Request::Seats)]
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.start(ctx)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == END || !self.landed
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match self.pick.key(key) {
            Picked::Closed => Some(vec![Cmd::Close]),
            Picked::Chosen => Some(self.ask(ctx)),
            Picked::Ignored => None,
            Picked::Moved | Picked::Typed | Picked::Toggled => Some(Cmds::new()),
        }
    }

    fn told(&mut self, what: &str, _choice: &str, _ctx: &Context) -> Cmds {
        let Some(seat) = self.chosen().filter(|_| what == AGREED) else { return Cmds::new() };
        let number = seat.number;
        self.unconfirmed = None;
        vec![Cmd::Ask(END, Request::EndSeat(number))]
    }

    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        let number = self.unconfirmed.take();
        number.map(|number| Cmd::Ask(END, Request::EndSeat(number))).into_iter().collect()
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        self.landed = true;
        match answer {
            Ok(Reply::Seats(seats)) => {
                self.problem = None;
                self.pick.fill(seats.iter().map(|seat| row(seat, ctx)).collect());
                self.all = seats;
                Cmds::new()
            }
            Ok(Reply::SeatEnded(number)) => {
                let text = ctx.tf("seats.ended", &[("n", &number.to_string())]);
                let mut cmds = self.start(ctx);
                cmds.push(Cmd::Say(Role::Good, text));
                cmds
            }
            Ok(_) => Cmds::new(),
            Err(error) if slot == READ => {
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            Err(error) => {
                let chosen = self.chosen().map(|seat| seat.number);
                self.unconfirmed = chosen.filter(|_| error.wants_password());
                vec![Cmd::Say(Role::Error, ctx.said(&error))]
            }
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("seats.title");
        if let Some(problem) = &self.problem {
            let inner = paint::frame(buf, paint::centered(area, 70, 9), title, ctx);
            return problem.draw(buf, inner, ctx);
        }
        let least = crate::term::width(ctx.t("seats.nobody")) as u16 + 6;
        let width = (self.pick.wanted_width() + 4).max(least);
        let height = self.pick.wanted_height().max(1) + 4;
        let inner = paint::frame(buf, paint::centered(area, width, height), title, ctx);
        let list = Rect { height: inner.height.saturating_sub(2), ..inner };
        let seen = self.pick.draw(buf, list, ctx.t("seats.nobody"), ctx);
        if !self.all.is_empty() {
            let hint = paint::row(inner, inner.height.saturating_sub(1));
            paint::text(buf, hint, ctx.t("seats.hint"), ctx.style(Role::Muted), ctx);
        }
        seen
    }
}
